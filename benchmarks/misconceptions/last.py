"""Misconceptions written down after all methods had been improved by the other lists, and measured at once.

What came out then is in `benchmarks/README.md`.
"""

from collections.abc import Iterator
from math import log, sqrt

import numpy as np

from misconceptions.thoughts import Given, Thought, blocks, by_exercise, laid, relu


def activations_and_losses(g: Given) -> Iterator[Thought]:
    x = np.array(g["inputs"])
    yield "leaky_relu", "slope 0.2", np.where(x < 0, 0.2 * x, x), r"slope|0\.2"
    n = g["odds"]
    yield "sigmoid", "of minus ln n", 1 / (1 + n), r"sign|minus|left to 1|rest|label|1 minus the right"
    e = np.array(g["predicted"]) - np.array(g["targets"])
    yield "mse", "root of the sum", sqrt((e**2).sum()), r"root|sum"
    yield "mse", "median", np.median(e**2), r"median"
    q = g["class_odds"][g["true_class"]] / sum(g["class_odds"])
    yield "cross_entropy", "squared", log(q) ** 2, r"squar"


def celebrities(_: Given) -> Iterator[Thought]:
    yield "first_params", "32 x 32 pictures", (32 * 32 * 3 + 1) * 400, r"32|size|pixel"
    yield "dense_params", "400 and 400", 6913 * 400 + 401 * 400 + 401 * 8, r"neuron|400|layer"
    yield "per_picture", "each person", 2847008 / 8, r"person|8|pictures|people"
    yield "flatten_length", "depth left out, one pooling", 24 * 24, r"(map|depth).*pool|pool.*(map|depth)"
    yield "cnn_frozen", "all four, convolutions only", 4 * 192, r"dense|200"
    yield "margin", "400 for its root", 1.96 * 0.4 / 400, r"root"


def cifar10(g: Given) -> Iterator[Thought]:
    pixels, new = np.array(g["pixels"], float), np.array(g["new_pixel"], float)
    yield "channel_std", "of the first image", pixels[:4].std(axis=0), r"first|image|half"
    yield "standardised", "own mean", (new - new.mean()) / new.std(), r"own|itself|pixel|new"
    yield "standardised", "multiplied", (new - pixels.mean(axis=0)) * pixels.std(axis=0), r"multipl|divi"
    yield "rotation_factor", "upside down", 360 / g["degrees"], r"upside|inver|exchang|divi|swap"
    f1, f2, f3 = (g[k] for k in ("filters_1", "filters_2", "filters_3"))
    yield "conv3_params", "filters exchanged", (9 * f2 + 1) * f1, r"exchang|swap|bias|input map"
    yield "norm_params", "last block left out", 8 * (f1 + f2), r"last|third|block|left out|missing|fifth|sixth"
    yield "norm_params", "two, once a block", 2 * (f1 + f2 + f3), r"(two|half|frozen|train|one).*|once|quarter"
    yield "margin", "90 %", 1.645 * sqrt(0.7846 * 0.2154 / g["tested"]), r"1\.64|90"


def conv_arithmetic(g: Given) -> Iterator[Thought]:
    n, k, f = g["valid_size"], g["valid_kernel"], g["valid_filters"]
    yield (
        "valid_shape",
        "k subtracted, depth first",
        (f, n - k, n - k),
        r"(first|order).*(\+ 1|1 )|(\+ 1|1 ).*(first|order)",
    )
    s = g["stride_size"]
    yield "stride_size", "padded by 1", (s + 2 - 3) // 2 + 1, r"padd|same|round"
    d, ck, cf = g["conv_depth"], g["conv_kernel"], g["conv_filters"]
    yield "conv_params", "biases squared", ck * ck * d * cf + cf * cf, r"bias"
    yield "conv_params", "depth and filters added", ck * ck * (d + cf) + cf, r"add|\+"
    u = g["dense_units"]
    yield "dense_params", "colour twice", (32 * 32 * 9 + 1) * u, r"colour|channel|three|3|twice"
    ls, ld, lu = g["last_side"], g["last_depth"], g["last_units"]
    yield "flatten_dense_params", "pooled once more", ((ls // 2) ** 2 * ld + 1) * lu, r"pool|half|halv"
    dd, dk, m = g["deep_depth"], g["deep_kernel"], g["multiplier"]
    yield "depthwise_params", "multiplier added", (dk * dk + 1) * (dd + m), r"add|multiplier|\+"
    cc, c3 = g["scan_channels"], g["scan_filters"]
    yield "conv3d_params", "bias for each channel", 27 * cc * c3 + cc, r"bias"
    mm = g["norm_maps"]
    yield "batchnorm_params", "three", 3 * mm, r"three"
    big, mf = g["memory_side"], g["memory_filters"]
    yield "memory", "two bytes", big * big * mf * 2 / 2**20, r"16|2 bytes|half|two|byte"


def dense_mnist(g: Given) -> Iterator[Thought]:
    i, h1, h2, c = g["inputs"], g["hidden1"], g["hidden2"], g["classes"]
    yield "total_params", "hidden layers exchanged", (i + 1) * h2 + (h2 + 1) * h1 + (h1 + 1) * c, r"exchang|order|swap"
    yield "batchnorm_params", "two, and the outputs", 2 * (h1 + h2 + c), r"output|two|last"
    yield "dropout_kept", "twice scaled", g["kept"] / (1 - g["rate"]) ** 2, r"twice|squar"
    yield "glorot_limit", "units of both added twice", sqrt(6 / (2 * (i + h1))), r"twice|double|3|half|root"
    b = np.array(g["batch"], float)
    yield "batchnorm_values", "exchanged", g["beta"] * (b - b.mean()) / b.std() + g["gamma"], r"exchang|swap"


def feature_maps(g: Given) -> Iterator[Thought]:
    im, f1 = np.array(g["image"]), np.array(g["filter_1"])
    top = relu(laid(im, f1) + g["bias_1"])
    yield "map_1", "bias twice", relu(laid(im, f1) + 2 * g["bias_1"]), r"bias"
    yield "map_1", "cut at 1", np.minimum(top, 1), r"1|cut|above 0|clip"
    yield "pooled", "flipped", blocks(top, 2, np.max)[:, ::-1], r"mirror|flip|left|revers"
    yield (
        "fires_at",
        "from the end",
        (top.shape[0] - 1 - top.argmax() // 4, 3 - top.argmax() % 4),
        r"end|back|below|last",
    )
    o = g["object_size"]
    yield "convs_needed", "one short", (o - 1) // 2 - 1, r"few|one|short|missing"


def hand_convolution(g: Given) -> Iterator[Thought]:
    im, la = np.array(g["image"]), np.array(g["laplacian"])
    yield "laplacian_valid", "ReLU", relu(laid(im, la)), r"ReLU|negative"
    yield "laplacian_same", "twice padded", laid(im, la, 2), r"padd|ring|size"
    m4 = np.array(g["map_4"])
    yield "max_2", "second largest", blocks(m4, 2, lambda w: np.sort(w.ravel())[-2]), r"second"
    x, h = np.array(g["x"]), np.array(g["h"])
    yield "y", "shifted", np.insert(np.convolve(x, h), 0, 0), r"0 |shift|beginning|first|later"
    ti, ke = np.array(g["tile"]), np.array(g["kernel"])
    yield "correlation_map", "divided", laid(ti, ke) / 9, r"divi|mean|average|number of weights"


def lenet5(g: Given) -> Iterator[Thought]:
    s, k, f1, f2 = (g[x] for x in ("side", "kernel", "filters_1", "filters_2"))
    yield "conv2_params", "colour", (k * k * 3 + 1) * f2, r"3|colour|depth|channel"
    yield "conv2_shape", "depth of the first", (s // 2 - k + 1,) * 2 + (f1,), r"depth|first|input|map"
    yield "flatten_length", "not pooled twice, one map", (s // 2 - k + 1) ** 2, r"(pool|map|depth)"
    yield "mlp_grey", "no output biases", (s * s + 1) * g["hidden_2"] + g["hidden_2"] * g["classes"], r"bias"


def linear_classifier(g: Given) -> Iterator[Thought]:
    w, b = np.array(g["W"]), np.array(g["b"])
    x = np.array(g["image"]).T.ravel()
    yield "scores", "bias twice", w @ x + 2 * b, r"bias"
    yield "scores", "sorted", np.sort(w @ x + b), r"sort|order"
    yield "parameters", "pixels squared", (g["height"] ** 2 * 3 + 1) * g["classes"], r"square|height|side|width"
    ws, gr, rate = np.array(g["weights"]), np.array(g["gradient"]), g["rate"]
    yield "step", "absolute gradient", ws - rate * np.abs(gr), r"sign|absolute"
    z = np.array(g["scores"], float)
    yield "softmax", "each by the others", np.exp(z) / (np.exp(z).sum() - np.exp(z)), r"other"


def mnist_keras(g: Given) -> Iterator[Thought]:
    f1, f2 = g["filters_1"], g["filters_2"]
    yield "conv2_params", "depth added", (9 + f1 + 1) * f2, r"add"
    o = (g["side"] - 4) // 2
    yield "dense1_params", "biases of the inputs", o * o * f2 * (g["hidden"] + 1), r"bias"
    yield "updates_per_epoch", "upside down", g["batch"] / g["images"], r"upside|exchang|divi|inver|swap"
    yield "guess_loss", "classes", g["classes"], r"log|number of classes"


def parcels(g: Given) -> Iterator[Thought]:
    p = np.array(g["patch"], float)
    on, (r, c) = p[p > 0], np.nonzero(p)
    yield "patch_average", "without the largest", np.sort(on)[:-1].mean(), r"largest|left out|without"
    yield "patch_perimeter", "height only", 2 * (np.ptp(r) + 1), r"height|side|width|two"
    yield "patch_diagonals", "sides", [np.ptp(r), np.ptp(c)], r"row|column|side|height"
    f, h = g["features_count"], g["hidden"]
    yield "network_params", "10 classes", (f + 1) * h + (h + 1) * 10, r"ten|10|class"


def preprocessing_and_regularisation(g: Given) -> Iterator[Thought]:
    tr = np.array(g["train_images"], float)
    yield "pixel_mean", "middle", (tr.max(axis=0) + tr.min(axis=0)) / 2, r"middle|range|half"
    yield "pixel_std", "squared twice", tr.var(axis=0) ** 2, r"squar|variance|power"
    a, rate, mask = np.array(g["activations"], float), g["rate"], np.array(g["mask"])
    yield "dropped", "nothing dropped or scaled", a, r"nothing|drop|unchanged|mask"
    ch, fi, k = g["channels"], g["filters"], g["kernel"]
    yield "block_trainable", "side once", (k * ch + 1) * fi + 2 * fi, r"side|square"
    mu, mm, ba = g["momentum"], g["moving_mean"], np.array(g["batch"], float)
    yield "new_moving_mean", "subtracted", mu * mm - (1 - mu) * ba.mean(), r"subtract|taken off|sign|minus"
    yield "dropped", "by the rate, mask turned", a * (1 - mask) / rate, r"rate|mask|wrong way"


def read_the_summary(g: Given) -> Iterator[Thought]:
    s, k, f, c = g["side"], g["kernel"], g["filters"], g["classes"]
    o = (s - k + 1) // 2
    yield "code_flatten", "side once", o * f, r"axis|side|height"
    yield "code_total", "biases of the convolution missing", k * k * f + (o * o * f + 1) * c, r"bias"
    yield "code_total", "flatten counted", (k * k + 1) * f + o * o * f + (o * o * f + 1) * c, r"flatten|weight"
    yield (
        "kernel_size",
        "half of the area",
        ((g["hidden_params"] // g["hidden_filters"] - 1) // g["hidden_depth"]) / 2,
        r"half|halv|root",
    )
    yield "units", "plus one", g["hidden_dense"] / (g["hidden_inputs"] + 1) + 1, r"1|one"


LAST = by_exercise(
    activations_and_losses,
    celebrities,
    cifar10,
    conv_arithmetic,
    dense_mnist,
    feature_maps,
    hand_convolution,
    lenet5,
    linear_classifier,
    mnist_keras,
    parcels,
    preprocessing_and_regularisation,
    read_the_summary,
)
