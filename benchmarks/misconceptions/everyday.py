"""Everyday mistakes: a step of the formula wrong, a quantity of another place taken, one step too few or too many.

Written after the rule that tells several mistakes with one answer together, without reading keys, and measured at once.
What came out then is in `benchmarks/README.md`.
"""

from collections.abc import Iterator
from math import exp, log, sqrt

import numpy as np

from misconceptions.thoughts import Given, Thought, blocks, by_exercise, laid, relu


def activations_and_losses(g: Given) -> Iterator[Thought]:
    x = np.array(g["inputs"])
    yield "relu", "absolute values", abs(x), r"absolute|minus sign|sign"
    yield "leaky_relu", "slope everywhere", 0.01 * x, r"all|positive|everywhere|each|above"
    yield "relu_slope", "of leaky ReLU", np.where(x > 0, 1, 0.01), r"leaky|0\.01"
    t = g["tanh_at"]
    yield "tanh", "sigmoid of it", 1 / (1 + exp(-t)), r"sigmoid"
    yield "tanh", "its slope", 1 - np.tanh(t) ** 2, r"slope|derivative"
    n = g["odds"]
    yield "sigmoid", "odds themselves put in", 1 / (1 + exp(-n)), r"logarithm|ln|odds|e\^|itself"
    yield "sigmoid", "1 in n", 1 / n, r"1 in|upside|divided|\+ 1|1 \+|one in|denominator|inverted"
    yield "sigmoid_slope", "without the second factor", n / (1 + n), r"sigmoid|factor|value"
    shares = np.array(g["class_odds"]) / sum(g["class_odds"])
    yield (
        "softmax",
        "of the odds as scores",
        np.exp(g["class_odds"]) / np.exp(g["class_odds"]).sum(),
        r"logarithm|exp|e\^",
    )
    yield "softmax_doubled", "doubled afterwards", 2 * shares, r"twice|double|2 "
    yield "softmax_doubled", "not doubled", shares, r"doubl|twice|softmax of three|another question"
    yield "cross_entropy", "base 2", -log(shares[g["true_class"]]) / log(2), r"base 2"
    e = np.array(g["predicted"]) - np.array(g["targets"])
    yield "mse", "halved", (e**2).mean() / 2, r"half|halved|divided by 2|2"
    yield "mse", "absolute errors", abs(e).mean(), r"absolute|squared|square"
    yield "huber", "squares everywhere", (e**2 / 2).mean(), r"squar|linear|large"


def celebrities(_: Given) -> Iterator[Thought]:
    yield "first_params", "no biases", 48 * 48 * 3 * 400, r"bias"
    yield "dense_params", "without the last layer", 2847008 - 1608, r"last|output|third"
    yield "flatten_length", "one map", 144, r"map|depth"
    yield "per_picture", "all pictures", 2847008 / 2800, r"all|2800|validation|test"
    yield "margin", "one standard error", 0.02, r"1\.96|95|standard error"


def cifar10(g: Given) -> Iterator[Thought]:
    pixels, new = np.array(g["pixels"], float), np.array(g["new_pixel"], float)
    yield "channel_mean", "of each pixel", pixels.mean(axis=1), r"pixel|channel|axis"
    yield "channel_std", "variance", pixels.var(axis=0), r"varianc|root"
    yield "standardised", "mean not subtracted", new / pixels.std(axis=0), r"mean|subtract"
    yield "rotation_factor", "of half a circle", g["degrees"] / 180, r"180|half|twice"
    yield "shift_pixels", "both ways together", 2 * g["share"] * g["width"], r"twice|both|double"
    v = np.array(g["values"])
    yield "elu", "without the - 1", np.where(v < 0, np.exp(v), v), r"1"
    f1, f2, f3 = (g[k] for k in ("filters_1", "filters_2", "filters_3"))
    yield "conv3_params", "depth of the colours", 27 * f2 + f2, r"3|colour|depth"
    yield "flatten_length", "last pooling left out", (g["side"] // 4 - 0) ** 2 * f3, r"pool|valid|same"
    yield "norm_params", "frozen ones only", 4 * (f1 + f2 + f3), r"half|two|frozen|train|once|twice|another question"
    yield "frozen_params", "one normalisation a block", 2 * (f1 + f2 + f3), r"one|half|once|second|two"
    yield "margin", "without the root", 1.96 * 0.7846 * 0.2154 / g["tested"], r"root"


def conv_arithmetic(g: Given) -> Iterator[Thought]:
    n, f = g["valid_size"], g["valid_filters"]
    yield "valid_shape", "as same", (n, n, f), r"same|padd|side"
    yield "stride_size", "rounded up", -(-(g["stride_size"] - 3) // 2) + 1, r"round|up|1 too many|one too many"
    s = g["same_size"]
    yield "same_shape", "no stride", (s, s, g["same_filters"]), r"stride|2"
    p = g["pool_size"]
    yield "pool_shape", "rounded up", (-(-p // 2), -(-p // 2), g["pool_depth"]), r"round|1 too large|up|same"
    yield "pool_shape", "depth pooled, too", (p // 2, p // 2, g["pool_depth"] // 2), r"depth|channel|map"
    im, w = np.array(g["image"]), np.array(g["weights"])
    yield "feature_map", "convolved with the filter turned", laid(im, w[::-1, ::-1]), r"turn|flip|rotat|half a circle"
    yield "feature_map", "ReLU of it", relu(laid(im, w)), r"ReLU|negative"
    d, ck, cf = g["conv_depth"], g["conv_kernel"], g["conv_filters"]
    yield "conv_params", "side not squared", ck * d * cf + cf, r"side|squar|one axis"
    yield (
        "conv_params",
        "times the positions, too",
        (ck * ck * d + 1) * cf * g["conv_size"] ** 2,
        r"position|place|pixel|size|shar",
    )
    u = g["dense_units"]
    yield "dense_params", "no colours", (32 * 32 + 1) * u, r"colour|grey|channel|depth"
    lu, ls = g["last_units"], g["last_side"]
    yield "flatten_dense_params", "one map", (ls * ls + 1) * lu, r"map|depth"
    pd, pf = g["point_depth"], g["point_filters"]
    yield "pointwise_params", "3x3", (9 * pd + 1) * pf, r"3 x 3|3x3|9|filter|window|size"
    dd, dk, m = g["deep_depth"], g["deep_kernel"], g["multiplier"]
    yield "depthwise_params", "as a convolution", (dk * dk * dd + 1) * dd * m, r"convolution|depth|each|all"
    c, sw, sf = g["step_channels"], g["step_width"], g["step_filters"]
    yield "conv1d_params", "width squared", (sw * sw * c + 1) * sf, r"squar|2-D|two|one axis|width"
    yield "conv3d_params", "as 2-D", (9 * g["scan_channels"] + 1) * g["scan_filters"], r"2-D|3|third|axis|squar"
    yield "batchnorm_params", "trained ones", 2 * g["norm_maps"], r"two|half|train|frozen|another question"
    b = g["memory_side"]
    yield "memory", "million bytes", b * b * g["memory_filters"] * 4 / 1e6, r"1024|1000|10\^6|2\^20|1,000"


def dense_mnist(g: Given) -> Iterator[Thought]:
    i, h1, h2, c = g["inputs"], g["hidden1"], g["hidden2"], g["classes"]
    yield "first_params", "bias for each input", (h1 + 1) * i, r"bias"
    yield "total_params", "no last layer", (i + 1) * h1 + (h1 + 1) * h2, r"last|output|third|layer"
    yield "first_share", "of the second", (h1 + 1) * h2 / ((i + 1) * h1 + (h1 + 1) * h2 + (h2 + 1) * c), r"second|layer"
    yield "zero_unit", "0", 0.0, r"0|sigmoid|linear|sum|input"
    yield "zero_cost", "two classes", log(2) if c != 2 else log(3), r"two|class|2"
    yield "glorot_limit", "one of the sums", sqrt(6 / i), r"input|output|both|sum|he"
    yield "dropout_kept", "not scaled", g["kept"], r"scal|divi|as in|keeps"
    yield "dropout_kept", "scaled down", g["kept"] * (1 - g["rate"]), r"multipl|divi|test|scal"
    b = np.array(g["batch"], float)
    yield (
        "batchnorm_values",
        "variance instead of its root",
        g["gamma"] * (b - b.mean()) / b.var() + g["beta"],
        r"root|varianc",
    )
    w1, w2, b1, b2, x = (np.array(g[k]) for k in ("W1", "W2", "b1", "b2", "x"))
    yield (
        "folded_kernel",
        "the other order",
        w1 @ w2 if (w1 @ w2 != w2 @ w1).any() else w1,
        r"order|exchang|swap|W1|first",
    )
    yield "folded_bias", "added only", b1 + b2, r"add|multipl|W2"
    yield "folded_output", "no biases", w2 @ w1 @ x, r"bias"


def feature_maps(g: Given) -> Iterator[Thought]:
    im, f1 = np.array(g["image"]), np.array(g["filter_1"])
    yield "first_shape", "as same", (6, 6, 2), r"same|padd|side|border"
    yield "map_1", "bias left out", relu(laid(im, f1)), r"bias"
    yield "map_1", "no ReLU", laid(im, f1) + g["bias_1"], r"ReLU|negative"
    top = relu(laid(im, f1) + g["bias_1"])
    yield "pooled", "averages", blocks(top, 2, np.mean), r"averag|mean"
    yield (
        "pooled",
        "stride 1",
        np.array([[top[r : r + 2, k : k + 2].max() for k in range(3)] for r in range(3)]),
        r"stride|overlap",
    )
    q, a, b, c = (np.array(g[k]) for k in ("query", "a", "b", "c"))
    yield "pixel_distances", "roots", [sqrt(((q - o) ** 2).sum()) for o in (a, b, c)], r"root"
    yield (
        "pixel_distances",
        "differing pixels",
        [int((q != o).sum()) for o in (a, b, c)],
        r"count|differ|squar|number of",
    )
    yield "convs_needed", "half the side", g["object_size"] // 2 + 1, r"1 too many|one|first|half|divided|round"


def hand_convolution(g: Given) -> Iterator[Thought]:
    im, la = np.array(g["image"]), np.array(g["laplacian"])
    yield "laplacian_valid", "signs reversed", laid(im, -la), r"sign"
    yield "laplacian_same", "border repeated", laid(np.pad(im, 1, mode="edge"), la), r"edge|border|repeat|rim|padd"
    x, h = np.array(g["x"]), np.array(g["h"])
    yield "y", "correlated", np.convolve(x, h[::-1]), r"flip|turn|revers|order|correlat|rotated"
    yield "y", "as long as x", np.convolve(x, h)[: len(x)], r"end|cut|last|long|missing"
    t, k = np.array(g["tile"]), np.array(g["kernel"])
    yield "correlation_map", "transposed kernel", laid(t, k.T), r"transpos|rows and columns|exchang|swap"
    noise = np.array(g["noise"])
    yield "average_map", "divided by 3", laid(noise, np.ones((3, 3))) / 3, r"9|3|divi"
    m4, m6 = np.array(g["map_4"]), np.array(g["map_6"])
    yield "max_2", "smallest", blocks(m4, 2, np.min), r"small|min"
    yield "average_2", "largest", blocks(m4, 2, np.max), r"max|large"
    yield "max_3", "2 x 2", blocks(m6, 2, np.max), r"2 x 2|size|3 x 3|window|shape"
    yield "average_3", "medians", blocks(m6, 3, np.median), r"median"


def keras_cnn(_: Given) -> Iterator[Thought]:
    yield "conv1_shape", "as same", (28, 28, 32), r"same|padd|side"
    yield "conv2_params", "depth 1", 320, r"depth|first|input|another question"
    yield "pool_shape", "maps halved", (12, 12, 16), r"depth|map"
    yield "dense1_params", "12 x 12 only", (144 + 1) * 128, r"map|depth"
    yield "total_params", "no dense layers", 320 + 9248, r"dense|convolution"


def lenet5(g: Given) -> Iterator[Thought]:
    s, k, f1, f2, h1, h2, c = (
        g[x] for x in ("side", "kernel", "filters_1", "filters_2", "hidden_1", "hidden_2", "classes")
    )
    yield "conv1_shape", "valid", (s - k + 1, s - k + 1, f1), r"same|padd|valid"
    yield "conv2_shape", "same", (s // 2, s // 2, f2), r"same|padd|valid"
    yield "conv2_params", "all filters share a bias", k * k * f1 * f2 + 1, r"bias"
    flat = ((s // 2 - k + 1) // 2) ** 2 * f2
    yield "flatten_length", "first depth", ((s // 2 - k + 1) // 2) ** 2 * f1, r"depth|first|input"
    yield "dense1_params", "not pooled", ((s // 2 - k + 1) ** 2 * f2 + 1) * h1, r"pool"
    conv = (k * k + 1) * f1 + (k * k * f1 + 1) * f2
    dense = (flat + 1) * h1 + (h1 + 1) * h2 + (h2 + 1) * c
    yield "dense_share", "of the first dense layer", (flat + 1) * h1 / (conv + dense), r"first|one|dense"
    yield "mlp_grey", "no output layer", (s * s + 1) * h1 + (h1 + 1) * h2, r"output|last|third|layer"
    yield "mlp_colour", "three biases each", (3 * s * s + 3) * h1 + (h1 + 1) * h2 + (h2 + 1) * c, r"bias"


def linear_classifier(g: Given) -> Iterator[Thought]:
    im, w, b = np.array(g["image"]), np.array(g["W"]), np.array(g["b"])
    yield "unroll", "column by column", im.T.ravel(), r"column"
    yield "scores", "b left out", w @ im.ravel(), r"b |bias"
    yield "scores", "b subtracted", w @ im.ravel() - b, r"b |bias|subtract|sign"
    yield "brighter_scores", "scores brightened", g["brighter"] * (w @ im.ravel() + b), r"b |bias|score"
    h, wd, c = g["height"], g["width"], g["classes"]
    yield "parameters", "no biases", h * wd * 3 * c, r"bias"
    yield "parameters", "one class", h * wd * 3 + 1, r"class"
    s, t = np.array(g["scores"], float), g["true_class"]
    yield "softmax", "divided by the sum", s / s.sum(), r"e\^|exp|sum"
    yield "cross_entropy", "no minus", log((np.exp(s) / np.exp(s).sum())[t]), r"sign|minus"
    p = np.array(g["true_shares"])
    yield "batch_cost", "added", -np.log(p).sum(), r"sum|mean|divided|add"
    yield (
        "step",
        "uphill",
        np.array(g["weights"]) + g["rate"] * np.array(g["gradient"]),
        r"add|sign|subtract|uphill|direction",
    )


def mnist_keras(g: Given) -> Iterator[Thought]:
    yield "scaled_pixel", "by 256", g["grey"] / 256, r"256|255"
    yield "conv1_params", "no biases", 9 * g["filters_1"], r"bias"
    yield "conv2_params", "the first again", 10 * g["filters_2"], r"depth|input|first"
    side = (g["side"] - 4) // 2
    yield "flatten_length", "not pooled", (g["side"] - 4) ** 2 * g["filters_2"], r"pool"
    yield "dense1_params", "bias for each input", side * side * g["filters_2"] * (g["hidden"] + 1), r"bias"
    training_images = g["images"] * (100 - g["held_back"]) // 100
    yield "updates", "images, not batches", training_images * g["epochs"], r"batch|image"
    yield "updates_per_epoch", "rounded down", training_images // g["batch"], r"round|down|1 too few|last"
    yield "guess_loss", "share of hits", 1 / g["classes"], r"log|share|probab"


def preprocessing_and_regularisation(g: Given) -> Iterator[Thought]:
    train, test = np.array(g["train_images"], float), np.array(g["test_image"], float)
    yield "scaled", "to -1..1", g["level"] / 127.5 - 1, r"-1|127"
    yield "pixel_std", "variance", train.var(axis=0), r"varianc|root"
    yield "test_score", "own statistics", (test - test.mean()) / test.std(), r"own|test|train"
    kw, bw = np.array(g["kernel_weights"]), g["bias_weight"]
    yield "l2_loss", "bias penalised, too", g["data_loss"] + g["l2"] * ((kw**2).sum() + bw**2), r"bias"
    w, gr = np.array(g["w"], float), np.array(g["gradient"], float)
    yield "w_next", "no decay", w - g["eta"] * gr, r"decay|penalt"
    a, m = np.array(g["activations"], float), np.array(g["mask"])
    yield "dropped", "not scaled", a * m, r"scal|divi|larger|keep"
    yield "dropped", "scaled by the rate", a * m / g["rate"], r"rate|keep|kept|1 -|divi|scal"
    yield "error_drop", "points", g["accuracy_after"] - g["accuracy_before"], r"point"
    mv, b = g["moving_mean"], np.array(g["batch"], float)
    yield (
        "new_moving_mean",
        "momentum for the batch",
        g["momentum"] * b.mean() + (1 - g["momentum"]) * mv,
        r"exchang|momentum|swap|batch",
    )
    yield (
        "block_trainable",
        "all of the normalisation",
        (9 * g["channels"]) * g["filters"] + 4 * g["filters"],
        r"four|all|moving|bias|not trained|frozen",
    )


def read_the_summary(g: Given) -> Iterator[Thought]:
    inner = (g["side"] - g["kernel"] + 1) // 2
    yield "code_flatten", "same", (g["side"] // 2) ** 2 * g["filters"], r"same|padd|valid"
    yield "code_flatten", "one map", inner * inner, r"map|depth"
    yield "units", "biases forgotten", g["hidden_dense"] / g["hidden_inputs"], r"bias|\+ 1|1 "
    yield "frozen_params", "trained ones, too", g["frozen"], r"four|all|twice|double"


EVERYDAY = by_exercise(
    activations_and_losses,
    celebrities,
    cifar10,
    conv_arithmetic,
    dense_mnist,
    feature_maps,
    hand_convolution,
    keras_cnn,
    lenet5,
    linear_classifier,
    mnist_keras,
    preprocessing_and_regularisation,
    read_the_summary,
)
