"""Rarer mistakes: each gives an answer that no other list has for its question, as a program has checked.

Written after `everyday.py`, without reading keys, and measured at once.
What came out then is in `benchmarks/README.md`.
"""

from collections.abc import Iterator
from math import log, sqrt
from typing import Any

import numpy as np

from misconceptions.thoughts import Given, Thought, blocks, by_exercise, laid, relu


def activations_and_losses(g: Given) -> Iterator[Thought]:
    x = np.array(g["inputs"])
    yield "leaky_relu", "0.01 taken off", np.where(x < 0, x - 0.01, x), r"subtract|taken off|added|multipl"
    yield "relu", "of x + 1", np.maximum(x + 1, 0), r"1|added|shift"
    t = g["tanh_at"]
    yield "tanh", "the root of it", sqrt(abs(np.tanh(t))), r"root"
    n = g["odds"]
    s = n / (1 + n)
    yield "sigmoid", "2 in the denominator", n / (n + 2), r"denominator|1|2"
    yield "sigmoid_slope", "S + (1 - S) halved", s / 2, r"half|factor|\(1 - S\)|1 - S|halved"
    e = np.array(g["predicted"]) - np.array(g["targets"])
    yield "huber", "delta once more", huber(e, g["delta"]) * g["delta"], r"delta"


def huber(e: Any, delta: float) -> float:
    """The mean Huber loss."""
    return float(np.where(abs(e) <= delta, e**2 / 2, delta * (abs(e) - delta / 2)).mean())


def celebrities(_: Given) -> Iterator[Thought]:
    yield "first_params", "48 x 48 and 3 added", (48 * 48 + 3 + 1) * 400, r"add|colour"
    yield "margin", "2.58, for 99 %", 2.58 * 0.02, r"2\.58|2\.576|99|1\.96"
    yield "per_picture", "with the test pictures", 2847008 / (8 * 300), r"test|2400|2,400|pictures"


def cifar10(g: Given) -> Iterator[Thought]:
    pixels, new = np.array(g["pixels"], float), np.array(g["new_pixel"], float)
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    yield "channel_std", "half the range and a bit", (high - low) / 4, r"range|quarter|half"
    yield "standardised", "to 0..1 by the range", (new - low) / (high - low), r"range|smallest|min|0\.\.1"
    yield "shift_pixels", "of the area", g["share"] * g["width"] ** 2, r"squar|area"
    f1, f2, f3, side = g["filters_1"], g["filters_2"], g["filters_3"], g["side"]
    yield "flatten_length", "squared depth", (side // 8) ** 2 * f3**2, r"squar|depth|twice"
    yield "norm_params", "all maps multiplied", 8 * f1 * f2 * f3, r"multipl"
    yield "conv3_params", "both depths added", (9 * (f1 + f2) + 1) * f2, r"depth|add|\+"
    yield "margin", "for n - 100", 1.96 * sqrt(0.7846 * 0.2154 / (g["tested"] - 100)), r"100|images|tested"


def conv_arithmetic(g: Given) -> Iterator[Thought]:
    _n, _k, _f = g["valid_size"], g["valid_kernel"], g["valid_filters"]
    _im, _w = np.array(g["image"]), np.array(g["weights"])
    d, ck, cf = g["conv_depth"], g["conv_kernel"], g["conv_filters"]
    yield "conv_params", "cubed", (ck**3 * d + 1) * cf, r"cube|third|squar|3-D|axis"
    u, _h, _v = g["dense_units"], g["flat_high"], g["flat_wide"]
    yield "dense_params", "inputs as biases, too", 3072 * u + 3072 + u, r"bias"
    ls, ld, lu = g["last_side"], g["last_depth"], g["last_units"]
    yield "flatten_dense_params", "bias for each map", (ls * ls * ld + ld) * lu, r"bias"
    _dd, _dk, _m = g["deep_depth"], g["deep_kernel"], g["multiplier"]
    yield (
        "conv1d_params",
        "steps as width",
        (g["steps"] * g["step_channels"] + 1) * g["step_filters"],
        r"step|width|window|length",
    )
    _a, _p, _b = g["first_kernel"], g["pool_side"], g["second_kernel"]


def dense_mnist(g: Given) -> Iterator[Thought]:
    i, h1, h2, c = g["inputs"], g["hidden1"], g["hidden2"], g["classes"]
    yield "first_params", "inputs and units added", i + h1 + 1, r"add|sum|multipl"
    yield (
        "total_params",
        "layers skip one",
        (i + 1) * h1 + (h1 + 1) * h2 + (h1 + 1) * c,
        r"input|last|output|hidden|layer",
    )
    yield "zero_cost", "log of 2 c", log(2 * c), r"twice|2|double|class"
    yield "glorot_limit", "12 instead of 6", sqrt(12 / (i + h1)), r"12|6|root of 2|twice"
    w1, w2, b1, b2, x = (np.array(g[k]) for k in ("W1", "W2", "b1", "b2", "x"))
    yield "folded_bias", "second ones doubled", w2 @ b1 + 2 * b2, r"twice|bias|double"
    yield "folded_output", "x after the first alone", w1 @ x + b1, r"first|second|layer"
    yield "relu_output", "x made positive first", w2 @ (w1 @ relu(-x) + b1) + b2, r"ReLU|input|x"


def feature_maps(g: Given) -> Iterator[Thought]:
    im, f1, f2 = np.array(g["image"]), np.array(g["filter_1"]), np.array(g["filter_2"])
    yield "map_2", "both filters added", relu(laid(im, f1 + f2) + g["bias_2"]), r"both|add|sum|filter"
    _q, _a, _b, _c = (np.array(g[k]) for k in ("query", "a", "b", "c"))
    yield "convs_needed", "all pixels", (g["object_size"] ** 2 - 1) // 2, r"squar|area|pixels|side"


def hand_convolution(g: Given) -> Iterator[Thought]:
    im, _la = np.array(g["image"]), np.array(g["laplacian"])
    yield (
        "laplacian_valid",
        "eight neighbours",
        laid(im, [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
        r"eight|8|corner|diagonal",
    )
    yield "laplacian_valid", "centre 1", laid(im, [[0, -1, 0], [-1, 1, -1], [0, -1, 0]]), r"centre|middle|4"
    t, k = np.array(g["tile"]), np.array(g["kernel"])
    yield "correlation_map", "centre twice", laid(t, k + np.diag([0, k[1, 1], 0])), r"centre|middle|twice"
    e, so = np.array(g["edge"]), np.array(g["sobel"])
    yield "sobel_map", "divided by 4", laid(e, so) / 4, r"divi|4|quarter"
    m4 = np.array(g["map_4"])
    yield (
        "average_2",
        "middle of the range",
        blocks(m4, 2, lambda w: (w.min() + w.max()) / 2),
        r"range|small|middle|min",
    )
    x, h = np.array(g["x"]), np.array(g["h"])
    yield "y", "added instead of multiplied", np.convolve(x, np.ones_like(h)) + h.sum(), r"add|multipl"


def keras_cnn(_: Given) -> Iterator[Thought]:
    yield "conv1_params", "for 28 x 28", (28 * 28 + 1) * 32, r"pixel|28|image|size|dense"


def lenet5(g: Given) -> Iterator[Thought]:
    s, k, f1, f2 = (g[x] for x in ("side", "kernel", "filters_1", "filters_2"))
    h1, _h2, c = (g[x] for x in ("hidden_1", "hidden_2", "classes"))
    side = (s // 2 - k + 1) // 2
    yield "conv1_params", "padding counted", ((k + 2) ** 2 + 1) * f1, r"padd|size|side"
    yield "conv2_shape", "two kernels off", (s // 2 - 2 * k + 2,) * 2 + (f2,), r"twice|two|double|kernel|valid"
    yield "flatten_length", "both depths", side * side * f1 * f2, r"depth|both|filter|multipl"
    yield "dense1_params", "both depths", (side * side * f1 * f2 + 1) * h1, r"depth|both|filter|multipl"
    yield "total_params", "output for each layer", _total(g) + (h1 + 1) * c, r"output|twice|layer"


def _total(g: Given) -> int:
    s, k, f1, f2 = (g[x] for x in ("side", "kernel", "filters_1", "filters_2"))
    h1, h2, c = (g[x] for x in ("hidden_1", "hidden_2", "classes"))
    flat = ((s // 2 - k + 1) // 2) ** 2 * f2
    return int((k * k + 1) * f1 + (k * k * f1 + 1) * f2 + (flat + 1) * h1 + (h1 + 1) * h2 + (h2 + 1) * c)


def linear_classifier(g: Given) -> Iterator[Thought]:
    im, w, b = np.array(g["image"]), np.array(g["W"]), np.array(g["b"])
    yield "scores", "b twice", w @ im.ravel() + 2 * b, r"b |bias|twice"
    yield "brighter_scores", "b brightened alone", w @ im.ravel() + g["brighter"] * b, r"b |bias"
    _h, _wd, _c = g["height"], g["width"], g["classes"]
    s, _t = np.array(g["scores"], float), g["true_class"]
    yield "softmax", "powers of 10", 10**s / (10**s).sum(), r"10|base"


def mnist_keras(g: Given) -> Iterator[Thought]:
    yield (
        "conv2_params",
        "both depths added",
        (9 * (1 + g["filters_1"]) + 1) * g["filters_2"],
        r"depth|add|1|first|both",
    )
    side = (g["side"] - 4) // 2
    yield "flatten_length", "both depths", side * side * (g["filters_1"] + g["filters_2"]), r"depth|both|filter|first"
    yield "dense1_params", "pooled once more", ((side // 2) ** 2 * g["filters_2"] + 1) * g["hidden"], r"pool"
    training_images = g["images"] * (100 - g["held_back"]) // 100
    yield (
        "updates",
        "validation updates, too",
        -(-training_images // g["batch"]) * g["epochs"] + -(-(g["images"] - training_images) // g["batch"]),
        r"validat|all images",
    )
    yield "guess_loss", "of one class fewer", log(g["classes"] - 1), r"class|1 too few|fewer"


def parcels(g: Given) -> Iterator[Thought]:
    patch = np.array(g["patch"], float)
    filled = patch[patch > 0]
    yield "patch_average", "root of the mean square", sqrt((filled**2).mean()), r"root|squar"
    yield "patch_area", "box corners off", filled.size - 4, r"corner|few|missing|left out"
    f, h = g["features_count"], g["hidden"]
    yield "network_params", "two hidden layers", (f + 1) * h + (h + 1) * h + (h + 1) * 3, r"hidden|layer|twice"


def preprocessing_and_regularisation(g: Given) -> Iterator[Thought]:
    train, test = np.array(g["train_images"], float), np.array(g["test_image"], float)
    yield (
        "test_score",
        "divided by the mean",
        (test - train.mean(axis=0)) / train.mean(axis=0),
        r"mean|standard deviation|divi",
    )
    w, gr = np.array(g["w"], float), np.array(g["gradient"], float)
    yield "w_next", "gradient decays, too", w - g["eta"] * gr * (1 - g["decay"]), r"decay|gradient"
    _a, _m, _r = np.array(g["activations"], float), np.array(g["mask"]), g["rate"]
    bt = np.array(g["batch"], float)
    yield (
        "normalised",
        "halved spread",
        g["gamma"] * (bt - bt.mean()) / (2 * bt.std()) + g["beta"],
        r"half|twice|range|2",
    )
    yield "statistics", "squared", (g["image_size"] ** 2 * 3) ** 2, r"squar"
    ch, f, k = g["channels"], g["filters"], g["kernel"]
    yield (
        "block_trainable",
        "scale and shift for each input channel",
        (k * k * ch + 1) * f + 2 * ch * f,
        r"input|channel|each",
    )
    yield "stop_epoch", "patience doubled", int(np.argmin(g["val_loss"])) + 1 + 2 * g["patience"], r"patien|twice|best"


RARER = by_exercise(
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
    parcels,
    preprocessing_and_regularisation,
)
