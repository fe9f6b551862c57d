"""Wrong answers that once got no reason, or that a method was made for; each has to get the right one."""

from collections.abc import Iterator
from math import prod, tan

import numpy as np

from misconceptions.thoughts import Given, Thought, blocks, by_exercise, laid, relu


def activations_and_losses(g: Given) -> Iterator[Thought]:
    x = np.array(g["inputs"])
    yield "leaky_relu", "-0.01 for all negatives", np.where(x < 0, -0.01, x), r"0\.01"
    yield "tanh", "tan", tan(g["tanh_at"]), r"tangent|tan\b"


def celebrities(g: Given) -> Iterator[Thought]:  # noqa: ARG001
    yield "cnn_params", "biases left out", 1_912_144 - (32 + 32 + 64 + 64 + 200 + 8), r"biases are missing"


def cifar10(g: Given) -> Iterator[Thought]:
    pixels, new = np.array(g["pixels"], float), np.array(g["new_pixel"], float)
    yield "channel_mean", "scaled to 0..1", pixels.mean(axis=0) / 255, r"0\.\.1"
    yield "channel_std", "of all values together, as one number", pixels.std(), r"all"
    yield "standardised", "one mean and deviation for all", (new - pixels.mean()) / pixels.std(), r"all|one mean"
    side, (f1, f2, f3), c = g["side"], (g[f"filters_{n}"] for n in (1, 2, 3)), g["classes"]
    bare = (((side - 4) // 2 - 4) // 2 - 4) // 2
    yield "flatten_length", "none padded", bare * bare * f3, r"padded|padding"
    last = (side // 4 - 2) // 2
    single = 28 * f1 + (9 * f1 + 1) * f2 + (9 * f2 + 1) * f3
    flat = (side // 4 - 4) // 2
    one = single + 4 * (f1 + f2 + f3) + (last * last * f3 + 1) * c
    yield "total_params", "one convolution per block", one, r"(one|single) convolution|each block"
    yield "total_params", "one per block, sizes kept", (
        single + 4 * (f1 + f2 + f3) + (flat * flat * f3 + 1) * c), r"(one|single) convolution|each block"  # fmt: skip
    yield "trainable_params", "the normalisation only", 2 * 2 * (f1 + f2 + f3), r"normalisation|not trained|another"
    yield "margin", "10,000 images", 1.96 * (0.7846 * 0.2154 / 10_000) ** 0.5, r"10,000|10000"


def conv_arithmetic(g: Given) -> Iterator[Thought]:
    hi, wi, kh, kw, ph, pw = (
        g[x] for x in ("pad_height", "pad_width", "pad_high", "pad_wide", "pad_rows", "pad_columns")
    )
    swapped = ((hi - kh + 2 * ph) // 3 + 1, (wi - kw + 2 * pw) // 2 + 1)
    yield "feature_map_shape", "strides exchanged", swapped, r"stride"
    yield "pool_discarded", "in percent", 100 * (1 - 1 / g["window"] ** 2), r"percent|per cent"
    yield "feature_map", "transposed", laid(g["image"], g["weights"]).T, r"[Rr]ows and columns"
    h, b, d, f = g["flat_high"], g["flat_wide"], g["flat_depth"], g["flat_filters"]
    yield "nonsquare_params", "a bias for each filter and input map", (h * b + 1) * d * f, r"bias for each"
    pd, pf, ps = g["point_depth"], g["point_filters"], g["point_size"]
    yield "pointwise_params", "a bias for each filter and input map", 2 * pd * pf, r"bias for each"
    yield "pointwise_params", "area counted", pd * pf * ps * ps + pf, r"place|pixel|position"
    sw, sc, sf = g["step_width"], g["step_channels"], g["step_filters"]
    yield "conv1d_params", "one bias in all", sw * sc * sf + 1, r"one bias"
    n, cd, ck, cf = g["conv_size"], g["conv_depth"], g["conv_kernel"], g["conv_filters"]
    yield "conv_params", "weights not shared", (n - ck + 1) ** 2 * (ck * ck * cd + 1) * cf, r"place|position"
    yield "lenet_colour", "weights of one filter only", 61_706 + 50, r"one filter"
    dk, dd, m = g["deep_kernel"], g["deep_depth"], g["multiplier"]
    yield "depthwise_params", "ordinary convolution with m filters", (dk * dk * dd + 1) * m, r"ordinary"
    sizes = prod(g[name] for name in ("first_kernel", "pool_side", "second_kernel"))
    yield "receptive_field", "product of the sizes", sizes, r"multiplied|product|computed as on the slide"


def convolution_properties(g: Given) -> Iterator[Thought]:
    x, h, other = np.array(g["x"]), np.array(g["h"]), np.array(g["g"])
    yield "output", "filter not flipped", np.convolve(x, h[::-1]), r"flip"
    yield "output", "only where the filter fits", np.convolve(x, h, "valid"), r"beyond"
    yield "cascade", "filters added", h + other, r"added up the filters"
    yield (
        "delayed",
        "cut off after as many values as before",
        np.pad(np.convolve(x, h), (g["delay"], 0))[:7],
        r"cut off",
    )
    yield "swapped", "order does not matter", np.correlate(x, h, "full"), r"same list|not the same"
    image = np.array(g["image"])
    yield "edge_padded", "zeros", np.pad(image, 1), r"zeros"
    yield "edge_map", "zeros", laid(image, [[0, -1, 0], [-1, 4, -1], [0, -1, 0]], padding=1), r"zeros"
    yield "reflected", "border pixel repeated as well", np.pad(g["row"], 2, mode="symmetric"), r"repeated the border"
    yield "batch_memory", "channels counted", 12 * g["side"] ** 2 * g["filters"] * g["batch"] / 2**30, r"channels"
    yield "batch_memory", "bits", 32 * g["side"] ** 2 * g["filters"] * g["batch"] / 2**30, r"bits"


def dense_mnist(g: Given) -> Iterator[Thought]:
    z = g["pixels"] * g["weight"]
    s = 1 / (1 + np.exp(-z))
    yield "large_slope", "times the weight", s * (1 - s) * g["weight"], r"weight"
    batch = np.array(g["batch"], float)
    n = (batch - batch.mean()) / batch.std()
    yield "batchnorm_values", "scale and shift exchanged", g["beta"] * n + g["gamma"], r"exchanged|swap"
    w1, b1, w2, b2, x = (np.array(g[name]) for name in ("W1", "b1", "W2", "b2", "x"))
    yield "relu_output", "ReLU on both layers", relu(relu(x @ w1 + b1) @ w2 + b2), r"ReLU.*(both|too|second|last|end)"


def feature_maps(g: Given) -> Iterator[Thought]:
    yield "slide_field", "product 18", 18, r"multiplied|product|stride"
    line = np.array([[-1, 2, -1]] * 3)
    images = [np.array(g[name]) for name in ("query", "a", "b", "c")]
    latents = [[np.abs(laid(image, kernel)).max() for kernel in (line, line.T)] for image in images]
    yield "latents", "largest absolute value", latents, r"sign|size|absolute"
    strongest = np.array([[relu(laid(image, kernel)).max() for kernel in (line, line.T)] for image in images])
    distances = ((strongest[1:] - strongest[0]) ** 2).sum(axis=1)
    yield "latent_nearest", "the farthest", "abc"[int(distances.argmax())], r"far|largest"
    yield "pixel_agreement", "all 1,000 validation images", 0.921, r"1,000|1000|all"


def first_lenet5(g: Given) -> Iterator[Thought]:
    table, window = np.array(g["table"]), np.array(g["window"])
    crosses, columns = int(table.sum()), table.shape[1]
    yield "pooled_value", "no bias", g["coefficient"] * window.mean(), r"biases are missing"
    yield "pooling_params", "pooling has no parameters", 0, r"Keras"
    yield "reads", "other axis", table.sum(axis=1), r"other axis"
    yield "partial_params", "all maps read", 151 * columns, r"ignored the table"
    yield "partial_params", "a bias for each connection", 26 * crosses, r"bias for each"
    codes, vector = np.array(g["codes"]), np.array(g["vector"])
    yield "distances", "root", np.sqrt(((codes - vector) ** 2).sum(axis=1)), r"root"
    yield "distances", "product", codes @ vector, r"product"
    counts = np.array(g["confusion"])
    digit = g["digit"]
    yield "errors", "the right ones", int(counts.trace()), r"correctly"
    yield "error_rate", "accuracy", counts.trace() / 100, r"accuracy"
    yield "recall", "precision", counts[digit, digit] / counts[:, digit].sum(), r"precision"
    yield "precision", "recall", counts[digit, digit] / counts[digit].sum(), r"recall"


def hand_convolution(g: Given) -> Iterator[Thought]:
    yield "sobel_map", "absolute values", np.abs(laid(g["edge"], g["sobel"])), r"sign|absolute"
    m4, m6 = np.array(g["map_4"]), np.array(g["map_6"])
    yield "max_2", "largest absolute value", blocks(np.abs(m4), 2, np.max), r"sign|absolute|size"
    yield "average_2", "signs ignored", blocks(np.abs(m4), 2, np.mean), r"sign|absolute"
    yield "average_2", "divided by the side", blocks(m4, 2, np.sum) / 2, r"side"
    yield "average_3", "signs ignored", blocks(np.abs(m6), 3, np.mean), r"sign|absolute"
    a, b = ((np.array(g[n]) * np.array(g["detector"])).sum() for n in ("curve", "ear"))
    yield "responses", "order exchanged", [b, a], r"order|exchanged|swap"
    stamp, up = np.array(g["stamp"]), np.array(g["upstream"])
    yield "gradient", "single value: no padding, not flipped", [[(stamp * up).sum()]], r"padded|padding"


def keras_cnn(g: Given) -> Iterator[Thought]:  # noqa: ARG001
    yield "conv2_shape", "depth 64", (24, 24, 64), r"depth"
    yield "conv2_params", "a bias for each filter and input map", 10 * 32 * 32, r"bias for each"
    yield "dense1_params", "32 inputs", 33 * 128, r"map|one value"
    yield "dense2_params", "half of the neurons dropped", 65 * 10, r"drop"


def layers_in_detail(g: Given) -> Iterator[Thought]:
    kernel, depth, filters = (g[f"dilated_{name}"] for name in ("kernel", "depth", "filters"))
    rate = g["dilation"]
    yield "dilated_side", "size times dilation", kernel * rate, r"multiplied the size"
    yield "dilated_params", "all covered pixels weighted", (
        (((kernel - 1) * rate + 1) ** 2 * depth + 1) * filters), r"between the weights"  # fmt: skip
    yield "dilated_map", "no gaps", laid(g["dotted_image"], g["dotted_weights"]), r"left out the dilation"
    image = g["batch_size"], g["height"], g["width"], g["channels"]
    yield "first_batch", "as Keras has it", image, r"channels last"
    yield "first_params", "width for depth", (g["kernel"] ** 2 * g["width"] + 1) * g["filters"], r"width as the depth"
    yield "score_map", "only one value each", (1, 1, g["units"]), r"original size"
    yield "reading_tsne", "distances of clusters read", ["a", "b", "d"], r"distance"


def lenet5(g: Given) -> Iterator[Thought]:
    n, k, f1, f2, h1 = g["side"], g["kernel"], g["filters_1"], g["filters_2"], g["hidden_1"]
    counts = [156, 2416, 48120, 10164, 850]
    yield "boracchi_counts", "first convolution not padded", [156, 2416, (4 * 4 * 16 + 1) * 120, 10164, 850], r"padd"
    yield "boracchi_counts", "depth of the second left out", [156, 416, *counts[2:]], r"depth"
    yield "boracchi_counts", "second pooling left out", [156, 2416, 1601 * 120, 10164, 850], r"pool|left out"
    marques = [156, 2416, 2040, 252084, 850]
    yield "marques_counts", "1x1 without depth", [156, 2416, 240, *marques[3:]], r"depth"
    yield "marques_counts", "flattened to 120", [156, 2416, 2040, 121 * 84, 850], r"map|one value|flatten"
    valid = (n - k + 1) // 2 - k + 1
    yield "conv2_shape", "first convolution not padded", (valid, valid, f2), r"padd"
    yield "flatten_length", "first convolution not padded", (valid // 2) ** 2 * f2, r"padd"
    second = n // 2 - k + 1
    d1 = ((second // 2) ** 2 * f2 + 1) * h1
    part = (k * k + 1) * f1 + (k * k * f1 + 1) * f2 + d1
    yield "total_params", "convolutions and first dense layer only", part, r"first"
    yield "total_params", "lecture: 61,706", 61_706, r"lecture"


def linear_classifier(g: Given) -> Iterator[Thought]:
    image, template = np.array(g["rgb_image"]), np.array(g["rgb_template"])
    yield (
        "rgb_score",
        "colours summed before multiplying",
        (image.sum(axis=0) * template.sum(axis=0)).sum(),
        r"summed|added",
    )
    yield "rgb_score", "signs ignored", (image * np.abs(template)).sum(), r"sign"


def mnist_keras(g: Given) -> Iterator[Thought]:
    digit = g["digit"]
    yield (
        "one_hot",
        "nine places",
        [int(place == digit) for place in range(1, 10)],
        r"nine|digits 1|place|first|position",
    )
    yield "one_hot", "place after", [int(place == digit + 1) for place in range(10)], r"place|position"
    yield "total_params", "lecture: 305,194", 305_194, r"lecture"
    used = g["images"] * (100 - g["held_back"]) // 100
    yield "updates", "images times epochs", used * g["epochs"], r"image"
    yield "updates", "rounded at the end", -(-used * g["epochs"] // g["batch"]), r"round"


def parcels(g: Given) -> Iterator[Thought]:
    patch = np.array(g["patch"])
    rows, columns = np.nonzero(patch)
    high, wide = np.ptp(rows), np.ptp(columns)
    yield "patch_diagonals", "length by Pythagoras", [float(np.hypot(high, wide))] * 2, r"Pythagoras|diagonal"
    yield (
        "tree_labels",
        "only the root looked at",
        [int(top > g["high"]) for _, top, _ in g["things"]],
        r"first question|root",
    )
    yield "hand_crafted", "adjusting forgotten", ["a", "e"], r"b is missing"


def preprocessing_and_regularisation(g: Given) -> Iterator[Thought]:
    images = np.array(g["train_images"], float)
    yield "pixel_mean", "mean of each image, in the form of one", images.mean(axis=(1, 2)).reshape(2, 2), r"each image"
    yield "leaks", "255 included", ["a", "b", "c", "f"], r"b does not"
    yield "leaks", "standardising test images included", ["a", "c", "d", "f"], r"d does not"
    yield "leaks", "tuning on test forgotten", ["a", "c"], r"f is missing"
    yield "keeps_label", "zoom forgotten", ["a", "b"], r"c is missing"


def read_the_summary(g: Given) -> Iterator[Thought]:
    s, f, c = g["side_2"], g["filters_2"], g["classes_2"]
    yield "valid_total", "+1 forgotten (side - 3)", 10 * f + ((s - 3) ** 2 * f + 1) * c, r"\+ 1"
    p, m = g["hidden_params"], g["hidden_filters"]
    yield "kernel_size", "depth not divided out", (p / m - 1) ** 0.5, r"depth"
    yield "units", "inputs subtracted", g["hidden_dense"] - g["hidden_inputs"], r"subtract|taken off"


def watch_the_training(g: Given) -> Iterator[Thought]:
    losses, accuracies = g["log_val_loss"], g["log_val_accuracy"]
    yield "best_epoch", "by accuracy", 1 + int(np.argmax(accuracies)), r"accuracy"
    yield "restored", "the best accuracy", max(accuracies), r"highest accuracy"
    yield "gap", "ratio", losses[-1] / g["log_loss"][-1], r"divided"
    yield "evaluate_steps", "rounded down", g["test_images"] // 32, r"rounded down"
    yield "generator_steps", "rounded up", -(-g["train_images"] // g["batch_size"]), r"rounds down"
    yield "evaluated", "before training", float(np.mean(np.square(g["y_test"]))), r"before"
    yield "predicted", "nothing learnt", [0, 0, 0], r"before"


def weights_and_curves(g: Given) -> Iterator[Thought]:
    side, maps, extra = g["side"], g["maps"], g["extra"]
    length = side * side * (maps + 1) + extra
    yield "joined_shape", "side by side", (side, 2 * side, maps), r"side by side"
    yield "vector_length", "one input only", length - extra, r"second input"
    yield "functional_params", "biases left out", 9 * maps + length * g["classes"], r"biases are missing"
    weights, gradient = np.array(g["weights"]), np.array(g["gradient"])
    step = weights - g["rate"] * (gradient + g["strength"] * weights)
    yield "l1_loss", "L2", g["data_loss"] + g["strength"] * (weights**2).sum(), r"L2"
    yield "l1_step", "L2", step, r"L2"
    kernel, longest = np.array(g["kernel"]), g["longest"]
    yield "clipped", "each weight", np.clip(kernel, -longest, longest), r"each weight"
    yield "clipped", "all columns", kernel * longest / np.linalg.norm(kernel, axis=0), r"all columns"
    blocks_without_norm = 9 * g["depth"] * g["filters"]
    yield "norm_block_params", "no normalisation", blocks_without_norm, r"normalisation is missing"
    values = np.array(g["batch"], float)
    normal = g["gamma"] * (values - values.mean()) / values.std() + g["beta"]
    yield "norm_before", "no ReLU", normal, r"ReLU is missing"
    yield "norm_after", "normalised first", relu(normal), r"normalised first"


LISTED = by_exercise(
    activations_and_losses,
    celebrities,
    cifar10,
    conv_arithmetic,
    convolution_properties,
    dense_mnist,
    feature_maps,
    first_lenet5,
    hand_convolution,
    keras_cnn,
    layers_in_detail,
    lenet5,
    linear_classifier,
    mnist_keras,
    parcels,
    preprocessing_and_regularisation,
    read_the_summary,
    watch_the_training,
    weights_and_curves,
)
