"""Misconceptions of other shapes, written down after `fresh.py` was measured, before any method was mended by either.

Brackets that are missing, Python's operators, a step too few or too many, the numbers of the layer before or after, and
formulas of other layers. Measured at once; what came out then stands in `benchmarks/README.md`.
"""

from collections.abc import Iterator
from math import ceil, exp, log, sqrt

import numpy as np

from misconceptions.thoughts import Given, Thought, blocks, by_exercise, laid, relu

_BRACKETS = r"bracket|parenthes"


def activations_and_losses(g: Given) -> Iterator[Thought]:
    n = g["odds"]
    yield "sigmoid", "brackets: 1 / 1 + 1/n", 1 / 1 + 1 / n, _BRACKETS + r"|upside|denominator|inverted"
    t = g["tanh_at"]
    yield "tanh", "brackets: numerator over e^t, plus e^-t", (exp(t) - exp(-t)) / exp(t) + exp(-t), _BRACKETS
    yield "tanh", "1 - sigmoid", 1 - 1 / (1 + exp(-t)), r"sigmoid"
    odds = np.array(g["class_odds"])
    yield "softmax", "by the number of classes", odds / 3, r"number of classes|divi|sum"
    yield "softmax", "two digits of percent", np.round(100 * odds / odds.sum()), r"percent"
    e = np.array(g["predicted"]) - np.array(g["targets"])
    yield "mse", "largest", (e**2).max(), r"largest|max|single|one"
    yield "mse", "relative", ((e / np.array(g["targets"])) ** 2).mean(), r"relative|divi|share|target"
    d = g["delta"]
    h = np.where(np.abs(e) <= d, e**2 / 2, d * np.abs(e) - d**2 / 2)
    yield (
        "huber",
        "the two cases exchanged",
        np.where(np.abs(e) > d, e**2 / 2, d * np.abs(e) - d**2 / 2).mean(),
        (r"exchang|other way|wrong way|taken for|cases|turned|swap|rotated"),
    )
    yield "huber", "root", sqrt(h.mean()), r"root"


def conv_arithmetic(g: Given) -> Iterator[Thought]:
    d, k, f = g["conv_depth"], g["conv_kernel"], g["conv_filters"]
    yield "conv_params", "brackets: k*k*d + 1*f", k * k * d + f, _BRACKETS + r"|one filter|filters"
    yield "conv_params", "k*k*(d + 1)*f", k * k * (d + 1) * f, _BRACKETS + r"|bias"
    yield "conv_params", "k ^ 2 in Python", ((k ^ 2) * d + 1) * f, r"\^|\*\*|power|square|side"
    yield "conv_params", "twice k for k squared", (2 * k * d + 1) * f, r"twice|square|side|add|2 \*"
    n, vk, vf = g["valid_size"], g["valid_kernel"], g["valid_filters"]
    yield "valid_shape", "twice in a row", (n - 2 * vk + 2, n - 2 * vk + 2, vf), r"twice|again|both|two"
    yield "valid_shape", "and pooled", ((n - vk + 1) // 2, (n - vk + 1) // 2, vf), r"pool|half|halv|stride"
    yield "valid_shape", "+ 1 for - 1", (n - vk - 1, n - vk - 1, vf), r"- 1|subtract|\+ 1|minus"
    s = g["stride_size"]
    yield "stride_size", "not rounded", (s - 3) / 2 + 1, r"round|remainder|whole"
    yield "stride_size", "brackets: s - 3/2 + 1", s - 3 / 2 + 1, _BRACKETS
    yield "stride_size", "area", ((s - 3) // 2 + 1) ** 2, r"area|squar|both|multipl|height"
    po, pd = g["pool_size"], g["pool_depth"]
    yield "pool_shape", "not rounded", (po / 2, po / 2, pd), r"round|whole"
    yield "pool_shape", "height only", (po // 2, po, pd), r"one axis|both|only|width|height"
    u = g["dense_units"]
    yield "dense_params", "brackets: inputs + 1 * units", 3072 + u, _BRACKETS + r"|add"
    yield "dense_params", "as a convolution of 32 x 32", (32 * 32 * 3 + 1) * u + u, r"bias|twice"
    big, mf = g["memory_side"], g["memory_filters"]
    yield "memory", "not padded", (big - 4) ** 2 * mf * 4 / 2**20, r"padd|not pad|same|valid"
    yield "memory", "input, too", big * big * (mf + 3) * 4 / 2**20, r"input|image"
    yield "memory", "bytes", big * big * mf * 4, r"bytes|1024|MiB"
    sc, sf, ss = g["scan_channels"], g["scan_filters"], g["scan_size"]
    yield "conv3d_params", "k*k*k added", (9 + sc + 1) * sf, r"add|sum"
    yield "conv3d_shape", "one axis slid only", (ss - 2, ss - 2, ss, sf), r"axis|all|third|only"
    yield "receptive_field", "area", (g["first_kernel"] + g["pool_side"] - 1) ** 2, r"area|squar|second|last"


def dense_mnist(g: Given) -> Iterator[Thought]:
    i, h1, h2, c = g["inputs"], g["hidden1"], g["hidden2"], g["classes"]
    total = (i + 1) * h1 + (h1 + 1) * h2 + (h2 + 1) * c
    yield "total_params", "neurons added", i + h1 + h2 + c, r"neuron|add|weight|multipl"
    yield "total_params", "all multiplied", i * h1 * h2 * c, r"multipl|product"
    yield "total_params", "one bias for each input of a layer", i * h1 + h1 * h2 + h2 * c + i + h1 + h2, r"bias"
    yield "first_share", "of the neurons", h1 / (h1 + h2 + c), r"neuron|parameter"
    yield "first_share", "rounded up", ceil(100 * (i + 1) * h1 / total) / 100, r"^$|round"
    yield "glorot_limit", "brackets: sqrt(6) / (a + b)", sqrt(6) / (i + h1), _BRACKETS + r"|root"
    yield "glorot_limit", "difference", sqrt(6 / abs(i - h1)), r"differen|minus|subtract|sum|add"
    yield "dropout_kept", "plus", g["kept"] + g["rate"], r"add|plus|divi"
    yield "dropout_kept", "minus", g["kept"] - g["rate"], r"subtract|minus|taken off|divi"
    w1, w2, x = (np.array(g[q]) for q in ("W1", "W2", "x"))
    b1, b2 = np.array(g["b1"]), np.array(g["b2"])
    yield "relu_output", "ReLU of the weights", relu(x @ relu(w1) + b1) @ w2 + b2, r"weights|W1|negative"
    yield "folded_output", "first layer twice", (x @ w1 + b1) @ w1 + b1, r"first|W1|twice|second"


def hand_convolution(g: Given) -> Iterator[Thought]:
    im, la = np.array(g["image"]), np.array(g["laplacian"])
    yield "laplacian_valid", "largest product", _largest(im, la), r"largest|max|sum"
    yield (
        "laplacian_same",
        "only half padded",
        laid(np.pad(im, ((0, 2), (0, 2))), la),
        r"shift|one side|right|below|both|places|padd|position",
    )
    m4 = np.array(g["map_4"])
    yield (
        "max_2",
        "columns of windows exchanged",
        blocks(m4, 2, np.max)[:, ::-1],
        r"mirror|exchang|order|left|flip|swap",
    )
    yield "average_2", "rounded", np.rint(blocks(m4, 2, np.mean) + 0.25), r"^$|round|added|larger"
    ph, we = np.array(g["photo"], float), np.array(g["weights"], float)
    fm = laid(ph, we)
    yield "relu_map", "threshold 10", np.where(fm > 10, fm, 0), r"threshold|below|small|10"
    yield "relu_map", "at most 100", np.minimum(relu(fm), 100), r"100|cut|most|clip|above"
    yield "pooled_map", "row by row", relu(fm).max(axis=1), r"row|window|largest"
    yield "pooled_map", "the whole map", [[relu(fm).max()]], r"whole|largest|window|one|all"


def _largest(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    rows, columns = (image.shape[axis] - kernel.shape[axis] + 1 for axis in (0, 1))
    return np.array([[(image[r : r + 3, c : c + 3] * kernel).max() for c in range(columns)] for r in range(rows)])


def lenet5(g: Given) -> Iterator[Thought]:
    s, k, f1, f2, h1 = (g[x] for x in ("side", "kernel", "filters_1", "filters_2", "hidden_1"))
    v = s // 2 - k + 1
    yield "flatten_length", "maps of both", (v // 2) ** 2 * (f1 + f2), r"both|add|maps|first|depth"
    yield "flatten_length", "pooled three times", (v // 4) ** 2 * f2, r"twice|once|pool"
    yield "dense1_params", "reads the maps", (f2 + 1) * h1, r"map|flatten|value|side|place|position"
    yield "dense1_params", "the second's neurons", ((v // 2) ** 2 * f2 + 1) * g["hidden_2"], r"second|neuron|other"
    yield "conv2_params", "brackets: k*k*d + 1*f", k * k * f1 + f2, _BRACKETS + r"|one filter|filters"
    yield "conv2_params", "depth of both", (k * k * (f1 + f2) + 1) * f2, r"depth|add|both|maps"
    yield "conv1_params", "and the pooling", (k * k + 1) * f1 + 4 * f1, r"pool"
    yield "conv1_params", "side for side squared", (2 * k + 1) * f1, r"side|add|square|twice"


def linear_classifier(g: Given) -> Iterator[Thought]:
    w, b = np.array(g["W"]), np.array(g["b"])
    x = np.array(g["image"]).T.ravel()
    yield "scores", "largest product", (w * x).max(axis=1) + b, r"largest|max|sum"
    yield "scores", "mean of the products", (w * x).mean(axis=1) + b, r"mean|average|divi"
    yield "scores", "bias times", (w @ x) * b, r"bias|multipl|add"
    yield "brighter_scores", "half as bright", (w @ x) / g["brighter"] + b, r"divi|darker|half"
    hh, ww, c = g["height"], g["width"], g["classes"]
    yield "parameters", "brackets: pixels + 1 * classes", hh * ww * 3 + c, _BRACKETS + r"|one class|add|class"
    yield "parameters", "a bias for each pixel", hh * ww * 3 * c + hh * ww * 3, r"bias"
    ws, gr, rate = np.array(g["weights"]), np.array(g["gradient"]), g["rate"]
    yield "step", "two steps", ws - 2 * rate * gr, r"twice|two|double"
    yield "step", "brackets", (ws - rate) * gr, _BRACKETS
    yield "step", "rate squared", ws - rate**2 * gr, r"rate|squar|10|small"
    yield "softmax", "scores less the mean", np.array(g["scores"]) - np.mean(g["scores"]), r"exp|e\^|mean|softmax|power"
    y = np.array(g["true_shares"])
    yield "batch_cost", "product", -log(y.prod()), r"sum|averag|divi|product"
    yield "batch_cost", "worst", -log(y.min()), r"smallest|worst|largest|single|one|only"


def mnist_keras(g: Given) -> Iterator[Thought]:
    n, held, ba, ep = g["images"], g["held_back"], g["batch"], g["epochs"]
    left = n - n * held // 100
    yield "updates_per_epoch", "not rounded", left / ba, r"round|whole|remainder"
    yield "updates_per_epoch", "held_back images", ceil((n - held) / ba), r"percent|per cent|held|share|%"
    yield "updates", "divided by epochs", ceil(left / ba) / ep, r"divi|multipl|epoch"
    yield "updates", "held_back images", ceil((n - held) / ba) * ep, r"percent|per cent|held|share|%"
    f1, f2, h = g["filters_1"], g["filters_2"], g["hidden"]
    yield "conv2_params", "brackets: 9*d + 1*f", 9 * f1 + f2, _BRACKETS + r"|one filter|filters"
    yield "conv2_params", "as deep as both", (9 * (f1 + f2) + 1) * f2, r"depth|add|both|maps"
    yield "dense1_params", "reads the maps", (f2 + 1) * h, r"map|flatten|value|side|place|position"
    yield "scaled_pixel", "by the largest of a byte less one", g["grey"] / 254, r"^$|254|255|round"


def preprocessing_and_regularisation(g: Given) -> Iterator[Thought]:
    tr, te = np.array(g["train_images"], float), np.array(g["test_image"], float)
    m, s = tr.mean(axis=0), tr.std(axis=0)
    yield "test_score", "brackets: x - m / s", te - m / s, _BRACKETS
    yield (
        "test_score",
        "scaled to 0..1",
        (te - tr.min(axis=0)) / np.ptp(tr, axis=0),
        r"range|smallest|min|largest|0\.\.1",
    )
    yield "pixel_std", "root of the mean of squares", np.sqrt((tr**2).mean(axis=0)), r"mean|subtract|taken off|centr"
    yield "pixel_std", "of two images", tr[:2].std(axis=0), r"first|two|image|all"
    kw, base, l2 = np.array(g["kernel_weights"]), g["data_loss"], g["l2"]
    yield "l2_loss", "brackets: (loss + l2) * sum", (base + l2) * int((kw**2).sum()), _BRACKETS
    yield "l2_loss", "subtracted", base - l2 * int((kw**2).sum()), r"subtract|taken off|minus|sign|added"
    w, gr, eta, dec = np.array(g["w"], float), np.array(g["gradient"], float), g["eta"], g["decay"]
    yield (
        "w_next",
        "decayed first, then twice",
        (w - eta * gr) * (1 - eta * dec),
        r"first|after|before|new|order|already",
    )
    yield "w_next", "two steps of decay", w - eta * gr - 2 * eta * dec * w, r"twice|double|half|penalty decay"
    b0, b1 = g["accuracy_before"], g["accuracy_after"]
    yield "error_drop", "of the sum of both", 100 * (b1 - b0) / (200 - b0 - b1), r"sum|both|mean|new|average"
    ch, fi, k = g["channels"], g["filters"], g["kernel"]
    yield "block_trainable", "normalisation alone", 2 * fi, r"convolution|normali|only"
    yield "block_trainable", "brackets: kkd + 1*f", k * k * ch + fi + 2 * fi, _BRACKETS + r"|one filter|filters"


LATER = by_exercise(
    activations_and_losses,
    conv_arithmetic,
    dense_mnist,
    hand_convolution,
    lenet5,
    linear_classifier,
    mnist_keras,
    preprocessing_and_regularisation,
)
