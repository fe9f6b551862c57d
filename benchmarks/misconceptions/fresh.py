"""Mistakes of students in a course on CNNs, written without a look at the keys' methods and measured at once.

`benchmarks/README.md` has the result of that measurement. Words begin with `^$` if giving no reason is also correct,
because the number is too close to that of another thought.
"""

from collections.abc import Iterator
from itertools import pairwise
from math import ceil, exp, log, log2, sinh, sqrt, tan

import numpy as np

from misconceptions.thoughts import Given, Thought, blocks, by_exercise, laid, relu


def activations_and_losses(g: Given) -> Iterator[Thought]:
    x = np.array(g["inputs"])
    yield "relu", "softplus", np.log1p(np.exp(x)), r"softplus|smooth"
    yield "relu", "sigmoid", 1 / (1 + np.exp(-x)), r"sigmoid"
    yield "relu", "ends at 1", np.clip(x, 0, 1), r"above 1|clip|at 1|cut|no upper|1"
    yield "relu", "keeps what is negative", np.minimum(x, 0), r"negative|wrong way|below|other|sign|positive|smaller"
    yield "relu", "negative ones left out", x[x > 0], r"left out|drop|missing|stay|place|0|position"
    yield "leaky_relu", "slope 0.1", np.where(x < 0, 0.1 * x, x), r"0\.1|slope"
    yield "leaky_relu", "ReLU", relu(x), r"leaky|ReLU|0\.01|slope|below 0"
    yield "leaky_relu", "ELU", np.where(x < 0, np.exp(x) - 1, x), r"ELU|exp"
    yield "leaky_relu", "constant below 0", np.where(x < 0, -0.01, x), r"constant|multipl|times|slope|same"
    yield (
        "relu_slope",
        "the wrong way round",
        np.where(x < 0, 1, 0),
        r"other way|exchang|swap|turned|wrong way|below|round|two sides|rotated",
    )
    yield "relu_slope", "ReLU itself", relu(x), r"value|itself|not its slope|slope"
    yield "relu_slope", "-1 below 0", np.sign(x), r"sign|-1|below|absolute"
    yield (
        "relu_slope",
        "1 everywhere",
        np.ones(len(x)),
        r"below|negative|identity|linear|everywhere|same|without activation",
    )
    t = g["tanh_at"]
    yield "tanh", "sigmoid", 1 / (1 + exp(-t)), r"sigmoid"
    yield "tanh", "as printed", float(np.tanh(t)) - 1, r"printed|slide|lecture|- 1|formula"
    yield "tanh", "tangent", tan(t), r"tangent|trigonometric|hyperbolic|\btan\b"
    yield "tanh", "sinh", sinh(t), r"denominator|sinh|sine|divi|half"
    yield "tanh", "powers of 2", (2**t - 2**-t) / (2**t + 2**-t), r"base|power|2\^|of 2"
    yield "tanh", "numerator only", exp(t) - exp(-t), r"denominator|divi|numerator"
    n = g["odds"]
    s = n / (1 + n)
    yield "sigmoid", "the logarithm itself", log(n), r"logarithm|ln|itself|score|input|unchanged"
    yield "sigmoid", "tanh", float(np.tanh(log(n))), r"tanh"
    yield "sigmoid", "no logarithm", 1 / (1 + exp(-n)), r"logarithm|\bln\b|itself|not of|of \d"
    yield "sigmoid_slope", "one factor", 1 - s, r"factor|times|1 -|multipl|label|one minus"
    yield "sigmoid_slope", "plus", s * (1 + s), r"sign|minus|plus|1 -|1 \+"
    yield "sigmoid_slope", "of the input", log(n) * (1 - log(n)), r"score|input|output|ln|sigmoid"
    yield "sigmoid_slope", "at 0", 0.25, r"largest|at 0|maxim|steepest|0\.25"
    yield "sigmoid_slope", "sigmoid twice", exp(-s) / (1 + exp(-s)) ** 2, r"twice|again|at the|value of"
    odds = np.array(g["class_odds"])
    p = odds / odds.sum()
    yield "softmax", "logs shared out", np.log(odds) / np.log(odds).sum(), r"exp|logarithm|e\^|score"
    yield "softmax", "exp of the odds", np.exp(odds) / np.exp(odds).sum(), r"exp|logarithm|odds|already|twice"
    yield "softmax", "not divided", odds, r"sum|divi|normal|add up"
    yield "softmax", "sigmoid of each", odds / (1 + odds), r"sigmoid"
    yield "softmax", "one-hot", (odds == odds.max()) * 1, r"largest|one-hot|hard|max|winner"
    yield "softmax_doubled", "probabilities doubled", 2 * p, r"doubl|twice|score"
    yield "softmax_doubled", "no change", p, r"same|change|doubl|not|once|as they were"
    yield "softmax_doubled", "squares not divided", p**2, r"sum|add up|divi|normal"
    q = p[g["true_class"]]
    yield "cross_entropy", "all classes added", -np.log(p).sum(), r"all|other classes|every|sum|add"
    yield "cross_entropy", "base 2", -log2(q), r"base 2|binary|dual|logarithm"
    yield "cross_entropy", "1 - p", 1 - q, r"logarithm|1 -|1 minus|log|one minus"
    yield (
        "cross_entropy",
        "log of 1 - p",
        -log(1 - q),
        r"1 -|1 minus|other|not of|remain|rest|one minus|not been the true",
    )
    yield "cross_entropy", "entropy", -(p * np.log(p)).sum(), r"entropy|weight|all classes|sum"
    yield "cross_entropy", "over the classes", -log(q) / 3, r"divi|mean|average|classes"
    yield "cross_entropy", "squared", (1 - q) ** 2, r"squar"
    yield "cross_entropy", "base 10 without sign", np.log10(q), r"sign.*10|10.*sign|base"
    b = s if g["label"] else 1 - s
    yield "binary_cross_entropy", "both terms", -log(s) - log(1 - s), r"both|sum|label|add"
    yield "binary_cross_entropy", "base 2", -log2(b), r"base 2|binary log"
    yield "binary_cross_entropy", "sigmoid again", -log(1 / (1 + exp(-b))), r"twice|again|sigmoid"
    yield "binary_cross_entropy", "two classes", -log(b) / 2, r"half|halv|two|mean|average"
    e = np.array(g["predicted"]) - np.array(g["targets"])
    yield "mse", "root", sqrt((e**2).mean()), r"root"
    yield "mse", "absolute", np.abs(e).mean(), r"absolute|squar"
    yield "mse", "sum", (e**2).sum(), r"sum|divi|mean|average|add"
    yield "mse", "half", (e**2).mean() / 2, r"half|halv"
    yield "mse", "n - 1", (e**2).sum() / (len(e) - 1), r"n - 1|one less|less 1|left out|minus 1"
    yield "mse", "squared at the end", e.mean() ** 2, r"before|first|mean|cancel|end|after"
    yield "mse", "half of the sum", (e**2).sum() / 2, r"half|halv|sum|divi"
    d = g["delta"]
    inside, outside = np.abs(e) <= d, d * np.abs(e)
    huber = np.where(inside, e**2 / 2, outside - d**2 / 2)
    yield "huber", "mse", (e**2).mean(), r"squared|delta|everywhere|linear"
    yield "huber", "absolute", np.abs(e).mean(), r"absolute|linear|squar"
    yield "huber", "square not halved", np.where(inside, e**2, outside - d**2 / 2).mean(), r"half|halv"
    yield "huber", "nothing subtracted", np.where(inside, e**2 / 2, outside).mean(), r"subtract|delta|minus|half"
    yield "huber", "delta 1", np.where(abs(e) <= 1, e**2 / 2, abs(e) - 0.5).mean(), r"delta"
    yield "huber", "sum", huber.sum(), r"sum|averag|mean|divi|add"
    yield "digits_output", "sigmoid", "b", r"sigmoid|add up|each|one"
    yield "digits_loss", "one-hot", "a", r"one-hot|vector|integer|sparse"
    yield "fault_output", "softmax of one", "a", r"1|always|one"
    yield "outlier_loss", "mse", "a", r"squar|large|outlier"


def celebrities(_: Given) -> Iterator[Thought]:
    pixels = 48 * 48 * 3
    dense = [(pixels + 1) * 400, 401 * 200, 201 * 8]
    yield "first_params", "grey", (48 * 48 + 1) * 400, r"colour|channel|grey|3"
    yield "first_params", "no biases", pixels * 400, r"bias"
    yield "first_params", "side once", (48 * 3 + 1) * 400, r"side|48|pixel|flatten"
    yield "first_params", "200 neurons", (pixels + 1) * 200, r"200|second|neuron|half"
    yield "first_params", "one bias for all", pixels * 400 + 1, r"one bias|bias"
    yield (
        "first_params",
        "grey, no biases",
        48 * 48 * 400,
        r"(colour|channel|grey|three).*bias|bias.*(colour|channel|grey|three)",
    )
    yield "dense_params", "no biases", pixels * 400 + 400 * 200 + 200 * 8, r"bias"
    yield "dense_params", "last layer of 10", sum(dense) - dense[2] + 2010, r"10|eight|classes|people"
    yield "dense_params", "first only", dense[0], r"first|only|other layers|missing"
    yield "dense_params", "second layer forgotten", dense[0] + dense[2], r"second|missing|left out|without"
    yield "dense_params", "last layer forgotten", dense[0] + dense[1], r"last|third|missing|left out|without|output"
    yield "dense_params", "grey", sum(dense) - (pixels - 2304) * 400, r"colour|channel|grey"
    yield (
        "dense_params",
        "grey, no biases",
        2304 * 400 + 80000 + 1600,
        r"(colour|channel|grey).*bias|bias.*(colour|channel|grey)|bias",
    )
    yield "per_picture", "250 pictures", sum(dense) / 250, r"250|2,?000|people|each person"
    yield (
        "per_picture",
        "upside down",
        2000 / sum(dense),
        r"upside|exchang|divid|inverse|other way|pictures per parameter|swap",
    )
    yield "per_picture", "weights only", (sum(dense) - 608) / 2000, r"bias|round"
    yield "per_picture", "first layer only", dense[0] / 2000, r"first"
    yield "why_overfits", "rate", "a", r"rate|training pictures|settle"
    yield "why_overfits", "classes", "c", r"class|layer|learn"
    convs = [3, 32, 32, 64, 64]
    body = sum((9 * a + 1) * b for a, b in pairwise(convs))
    flat = 12 * 12 * 64
    norms = 4 * (32 + 32 + 64 + 64 + 200)
    total = body + norms + (flat + 1) * 200 + 201 * 8
    yield "flatten_length", "one pooling", 24 * 24 * 64, r"pool|once|twice|one"
    yield "flatten_length", "no pooling", 48 * 48 * 64, r"pool"
    yield "flatten_length", "valid", 9 * 9 * 64, r"padding|same|valid|edge"
    yield "flatten_length", "one map", 12 * 12, r"map|depth|filter"
    yield "flatten_length", "32 maps", 12 * 12 * 32, r"map|depth|filter|first block|32|half"
    yield "flatten_length", "four poolings", 3 * 3 * 64, r"pool"
    yield "cnn_params", "no normalisation", total - norms, r"normali"
    yield (
        "cnn_params",
        "two for each map",
        total - norms // 2,
        r"normali|moving|two|frozen|not trained|trainable|only the trained",
    )
    yield "cnn_params", "dense one not normalised", total - 800, r"normali|dense"
    yield "cnn_params", "no biases", total - 192 - 208, r"bias"
    yield "cnn_params", "one convolution each", total - 9248 - 36928 - 4 * 96, r"convolution|twice|second|each block"
    yield "cnn_params", "only what is trained", total - norms // 2, r"train|moving|frozen|normali"
    yield "cnn_frozen", "all of them", norms, r"all|half|gamma|two|scale|trained"
    yield "cnn_frozen", "no dense one", 2 * 192, r"dense|200|neuron"
    yield "cnn_frozen", "moving means only", 392, r"half|variance|mean|two|one"
    yield "cnn_frozen", "one for each kind", 2 * (32 + 64 + 200), r"each|twice|both|second|once|convolution|layers"
    yield "dense_share", "percent", 100 * (flat + 1) * 200 / total, r"percent|per cent|100|between 0 and 1"
    yield "dense_share", "of the trained", (flat + 1) * 200 / (total - norms // 2), r"^$|train|moving|round|normali"
    yield "dense_share", "both dense layers", ((flat + 1) * 200 + 1608) / total, r"^$|both|last|second|round"
    yield "dense_share", "the rest", 1 - (flat + 1) * 200 / total, r"rest|other|1 -|1 minus|remain|complement|one minus"
    yield "margin", "one standard error", sqrt(0.16 / 400), r"1\.96|standard error|68|factor|once"
    yield "margin", "both ways", 2 * 1.96 * sqrt(0.16 / 400), r"both|whole|width|half|side|twice|double"
    yield "margin", "percent", 196 * sqrt(0.16 / 400), r"percent|per cent|100"
    yield "margin", "no root", 1.96 * 0.16 / 400, r"root"
    yield "margin", "90 %", 1.645 * sqrt(0.16 / 400), r"1\.64|90"
    yield "margin", "p only", 1.96 * sqrt(0.8 / 400), r"1 - p|1 - |factor|p\b|0\.2|0\.8"


def cifar10(g: Given) -> Iterator[Thought]:
    pixels = np.array(g["pixels"], float)
    mean, std, new = pixels.mean(axis=0), pixels.std(axis=0), np.array(g["new_pixel"], float)
    yield "channel_mean", "over all", [pixels.mean()] * 3, r"all|channel|together|axis|same"
    yield "channel_mean", "per pixel", pixels.mean(axis=1), r"axis|pixel|channel|row"
    yield "channel_mean", "scaled", mean / 255, r"255|scal"
    yield "channel_mean", "median", np.median(pixels, axis=0), r"median"
    yield "channel_mean", "sum", pixels.sum(axis=0), r"sum|divi|add"
    yield "channel_mean", "first image only", pixels[:4].mean(axis=0), r"first|image|one|half"
    yield "channel_mean", "blue first", mean[::-1], r"order|BGR|revers|blue|back to front"
    yield (
        "channel_mean",
        "middle of the range",
        (pixels.max(axis=0) + pixels.min(axis=0)) / 2,
        r"middle|range|largest|half",
    )
    yield "channel_std", "variance", std**2, r"variance|root"
    yield "channel_std", "n - 1", pixels.std(axis=0, ddof=1), r"n - 1|one less|ddof|minus 1|less|8 - 1"
    yield "channel_std", "over all", [pixels.std()] * 3, r"all|channel|together|axis|same"
    yield "channel_std", "mean deviation", np.abs(pixels - mean).mean(axis=0), r"absolute|deviation|squar"
    yield "channel_std", "range", np.ptp(pixels, axis=0), r"range|largest|smallest|twice|double"
    yield "channel_std", "root of the sum", std * sqrt(8), r"divi|sum|mean|added up"
    yield "standardised", "mean only", new - mean, r"divi|standard deviation|std|mean only|only"
    yield "standardised", "by the variance", (new - mean) / std**2, r"variance|squar"
    yield "standardised", "sign", (mean - new) / std, r"sign|mean minus|exchang|from the mean|swap"
    yield "standardised", "not centred", new / std, r"mean|subtract|centr"
    yield "standardised", "n - 1", (new - mean) / pixels.std(axis=0, ddof=1), r"n - 1|one less|minus 1|less"
    yield "standardised", "scaled", new / 255, r"255|scal"
    yield "standardised", "with all channels", (new - pixels.mean()) / pixels.std(), r"all|channel|together"
    deg = g["degrees"]
    yield "rotation_factor", "of half a turn", deg / 180, r"half|180|full|twice|double"
    yield "rotation_factor", "radians", deg * np.pi / 180, r"radian|pi"
    yield "rotation_factor", "both ways", 2 * deg / 360, r"both|half|either|180|twice|double"
    yield "rotation_factor", "of a right angle", deg / 90, r"90|right angle|quarter"
    yield "rotation_factor", "percent", 100 * deg / 360, r"percent|per cent|100"
    yield "rotation_factor", "degrees", deg, r"degree|360|share|divi"
    w, share = g["width"], g["share"]
    yield "shift_pixels", "half to each side", w * share / 2, r"half|halv|both|each|side"
    yield "shift_pixels", "what is left", w - w * share, r"left|remain|rest|subtract"
    yield "shift_pixels", "both sides", 2 * w * share, r"both|twice|double|side"
    yield "shift_pixels", "per cent", w * share / 100, r"percent|per cent|100"
    v = np.array(g["values"])
    yield "elu", "ReLU", relu(v), r"ReLU|negative|0"
    yield "elu", "leaky", np.where(v < 0, 0.01 * v, v), r"leaky|0\.01"
    yield "elu", "no - 1", np.where(v < 0, np.exp(v), v), r"- 1|minus 1|1|subtract"
    yield "elu", "sign", np.where(v < 0, 1 - np.exp(v), v), r"sign|exchang|swap"
    yield "elu", "everywhere", np.exp(v) - 1, r"positive|everywhere|only|above|where|also"
    yield "elu", "exp of the size", np.where(v < 0, np.exp(-v) - 1, v), r"sign|size|absolute|minus"
    f1, f2, f3, c, side = (g[k] for k in ("filters_1", "filters_2", "filters_3", "classes", "side"))
    yield "conv3_params", "of the colours", (27 + 1) * f2, r"depth|colour|3 |input|maps|channel"
    yield "conv3_params", "the second of the block", (9 * f2 + 1) * f2, r"second|fourth|depth|own|next"
    yield "conv3_params", "no biases", 9 * f1 * f2, r"bias"
    yield "conv3_params", "with the normalisation", (9 * f1 + 1) * f2 + 4 * f2, r"normali"
    yield "conv3_params", "depth left out", 10 * f2, r"depth|channel|maps"
    yield "conv3_params", "one bias", 9 * f1 * f2 + 1, r"one bias|single"
    yield "conv3_params", "biases of the maps before", 9 * f1 * f2 + f1, r"bias"
    yield "conv3_params", "depth left out, no biases", 9 * f2, r"(depth|channel|maps).*bias|bias.*(depth|channel|maps)"
    last = (side // 4 - 4) // 2
    flat = last * last * f3
    yield "flatten_length", "same in all", (side // 8) ** 2 * f3, r"padding|same|valid|third|edge"
    yield (
        "flatten_length",
        "one convolution at the end",
        ((side // 4 - 2) // 2) ** 2 * f3,
        r"one|second|both|two|convolution",
    )
    yield "flatten_length", "no last pooling", (side // 4 - 4) ** 2 * f3, r"pool"
    yield "flatten_length", "one map", last * last, r"map|depth|filter"
    yield "flatten_length", "maps of block 2", last * last * f2, r"second|block|depth|filter|maps"
    yield "flatten_length", "valid everywhere", _valid_flat(side) ** 2 * f3, r"padding|same|valid|edge|padded"
    norms = 8 * (f1 + f2 + f3)
    convs = [3, f1, f1, f2, f2, f3, f3]
    body = sum((9 * a + 1) * b for a, b in pairwise(convs))
    total = body + norms + (flat + 1) * c
    yield "norm_params", "once for each block", norms // 2, r"half|once|two|each block|twice|moving|trained"
    yield "norm_params", "scale and shift", norms // 2, r"half|once|two|each block|twice|moving|trained"
    yield "norm_params", "one for each map", norms // 4, r"one|four|quarter|two|each"
    yield "norm_params", "blocks counted once, trained only", norms // 4, r"one|four|quarter|two|each"
    yield "norm_params", "four for each layer", 24, r"map|filter|layer|each"
    yield "total_params", "no normalisation", total - norms, r"normali"
    yield "total_params", "trained only", total - norms // 2, r"train|normali|frozen|moving"
    yield "total_params", "no dense layer", total - (flat + 1) * c, r"dense|last|output"
    yield "total_params", "no biases", total - 2 * (f1 + f2 + f3) - c, r"bias"
    yield (
        "total_params",
        "one convolution each",
        total - norms // 2 - sum((9 * f + 1) * f for f in (f1, f2, f3)),
        r"one|second|twice|both|convolution",
    )
    yield "total_params", "grey", total - 18 * f1, r"grey|colour|channel"
    yield "frozen_params", "all of the normalisation", norms, r"all|half|trained|scale|gamma"
    yield "frozen_params", "one for each map", norms // 4, r"half|one|variance|mean|two|each"
    yield "frozen_params", "dropout share", round(0.2 * total), r"dropout"
    yield "frozen_params", "none", 0, r"moving|normali|not trained|mean|all parameters as trainable"
    yield "trainable_params", "all", total, r"all|moving|frozen|normali"
    yield "trainable_params", "no normalisation at all", total - norms, r"normali|scale|gamma|half"
    yield (
        "trainable_params",
        "one frozen for each map",
        total - norms // 4,
        r"half|one|variance|mean|two|frozen|not trained|each",
    )
    p, t = 0.7846, g["tested"]
    yield "margin", "one standard error", sqrt(p * (1 - p) / t), r"1\.96|standard error|one|68"
    yield "margin", "both ways", 3.92 * sqrt(p * (1 - p) / t), r"both|whole|width|half|twice|double|full"
    yield "margin", "10,000 images", 1.96 * sqrt(p * (1 - p) / 10000), r"10,?000|images|lecture|tested"
    yield "margin", "no root of n", 1.96 * sqrt(p * (1 - p)) / t, r"root"
    yield "margin", "training accuracy", 1.96 * sqrt(0.7812 * 0.2188 / t), r"^$|0\.7812|training|round"
    yield "margin", "percent", 196 * sqrt(p * (1 - p) / t), r"percent|per cent|100"
    yield "margin", "worst case", 1.96 * 0.5 / sqrt(t), r"0\.5|half|worst|largest"
    yield "why_higher", "chance", "d", r"chance|few|10,?000|test|many images"
    yield "leak", "weights", "b", r"weight|epoch|fit"


def _valid_flat(side: int) -> int:
    for _ in range(3):
        side = (side - 4) // 2
    return max(side, 0)


def conv_arithmetic(g: Given) -> Iterator[Thought]:
    n, k, f = g["valid_size"], g["valid_kernel"], g["valid_filters"]
    v = n - k + 1
    yield "valid_shape", "same", (n, n, f), r"same|padd"
    yield "valid_shape", "n - k", (n - k, n - k, f), r"\+ 1|plus 1|one more|one less|1 missing|off by"
    yield "valid_shape", "depth of the image", (v, v, 3), r"depth|filter|channel|map"
    yield "valid_shape", "each filter three maps", (v, v, 3 * f), r"channel|sum|depth|three|map|colour"
    yield "valid_shape", "moves by k", (n // k, n // k, f), r"stride|move|step"
    yield "valid_shape", "cut on both sides", (n - 2 * (k - 1), n - 2 * (k - 1), f), r"side|twice|both|double"
    yield (
        "valid_shape",
        "padded, depth of the image",
        (n, n, 3),
        r"(same|padd).*(depth|filter|channel|map)|(depth|filter|channel|map).*(same|padd)",
    )
    s = g["stride_size"]
    yield "stride_size", "stride 1", s - 2, r"stride"
    yield "stride_size", "no + 1", (s - 3) // 2, r"\+ 1|plus 1|one more|1 missing|one less|half"
    yield "stride_size", "kernel left out", s // 2, r"same|padd|kernel|filter|round|half|halv"
    yield "stride_size", "kernel 2", (s - 2) // 2 + 1, r"same|padd|kernel|filter|round|half|halv|2 x 2"
    yield "stride_size", "stride 3", (s - 3) // 3 + 1, r"stride|3"
    hi, wi, kh, kw, ph, pw = (
        g[x] for x in ("pad_height", "pad_width", "pad_high", "pad_wide", "pad_rows", "pad_columns")
    )
    a, b = (hi - kh + 2 * ph) // 2 + 1, (wi - kw + 2 * pw) // 3 + 1
    yield (
        "feature_map_shape",
        "padding once",
        ((hi - kh + ph) // 2 + 1, (wi - kw + pw) // 3 + 1),
        r"once|one side|twice|both|half|padd",
    )
    yield "feature_map_shape", "no padding", ((hi - kh) // 2 + 1, (wi - kw) // 3 + 1), r"padd"
    yield "feature_map_shape", "stride 1", (hi - kh + 2 * ph + 1, wi - kw + 2 * pw + 1), r"stride"
    yield (
        "feature_map_shape",
        "strides exchanged",
        ((hi - kh + 2 * ph) // 3 + 1, (wi - kw + 2 * pw) // 2 + 1),
        r"stride",
    )
    yield "feature_map_shape", "width first", (b, a), r"exchang|order|width|swap|height"
    yield (
        "feature_map_shape",
        "filter the wrong way",
        ((hi - kw + 2 * ph) // 2 + 1, (wi - kh + 2 * pw) // 3 + 1),
        r"filter|kernel|exchang|swap",
    )
    yield "feature_map_shape", "no + 1", ((hi - kh + 2 * ph) // 2, (wi - kw + 2 * pw) // 3), r"\+ 1|plus 1|one more"
    yield (
        "feature_map_shape",
        "filter not subtracted",
        ((hi + 2 * ph) // 2 + 1, (wi + 2 * pw) // 3 + 1),
        r"filter|kernel|subtract",
    )
    yield (
        "feature_map_shape",
        "padding the wrong way",
        ((hi - kh + 2 * pw) // 2 + 1, (wi - kw + 2 * ph) // 3 + 1),
        r"padd|rows",
    )
    yield (
        "feature_map_shape",
        "padding once, width first",
        ((wi - kw + pw) // 3 + 1, (hi - kh + ph) // 2 + 1),
        r"padd|once|exchang|order|width|swap",
    )
    z, zk, zf = g["same_size"], g["same_kernel"], g["same_filters"]
    h = ceil(z / 2)
    yield "same_shape", "stride left out", (z, z, zf), r"stride"
    yield "same_shape", "valid", ((z - zk) // 2 + 1, (z - zk) // 2 + 1, zf), r"padd|valid|same"
    yield "same_shape", "colours", (h, h, 3), r"depth|filter|channel|map"
    yield "same_shape", "rounded down", (z // 2, z // 2, zf), r"round|down"
    yield "same_shape", "filter as padding", ((z + zk) // 2, (z + zk) // 2, zf), r"padd|kernel|filter"
    yield "same_shape", "depth halved", (h, h, zf // 2), r"depth|map|filter"
    yield "same_shape", "times three", (h, h, 3 * zf), r"depth|channel|colour|three|sum|map"
    po, pd = g["pool_size"], g["pool_depth"]
    yield "pool_shape", "rounded up", (ceil(po / 2), ceil(po / 2), pd), r"round|up|same|padd|edge|odd"
    yield "pool_shape", "moves by one", (po - 1, po - 1, pd), r"stride|moves|step|by 1|by its"
    yield "pool_shape", "depth halved", (po // 2, po // 2, pd // 2), r"depth|map"
    yield "pool_shape", "unchanged", (po, po, pd), r"pool|halv|half|size|same"
    yield "pool_shape", "quarter", (po // 4, po // 4, pd), r"twice|quarter|four|half|4"
    w = g["window"]
    yield "pool_discarded", "kept", 1 / (w * w), r"kept|keep|remain|stay|left"
    yield "pool_discarded", "one side", 1 - 1 / w, r"side|square|w x|both|one|direction|axis"
    yield "pool_discarded", "percent", 100 - 100 / (w * w), r"percent|per cent|100"
    yield "pool_discarded", "number", w * w - 1, r"share|how many|number|divi"
    yield "pool_discarded", "depth, too", 1 - 1 / (w * w * g["window_depth"]), r"^$|depth|map|round"
    im, we = np.array(g["image"]), np.array(g["weights"])
    fm = laid(im, we)
    yield "feature_map", "flipped", laid(im, we[::-1, ::-1]), r"flip|turned|convolution|half|rotated"
    yield "feature_map", "filter transposed", laid(im, we.T), r"transpos|rows and columns|mirror"
    yield "feature_map", "result transposed", fm.T, r"transpos|rows and columns|mirror"
    yield "feature_map", "ReLU", relu(fm), r"ReLU|negative|0"
    yield "feature_map", "mean", fm / 9, r"mean|average|divi|9"
    yield "feature_map", "weights without sign", laid(im, np.abs(we)), r"sign|absolute|negative"
    yield "feature_map", "padded", laid(im, we, 1), r"padd|same|valid|larger|size"
    yield "feature_map", "flipped left to right only", laid(im, we[:, ::-1]), r"flip|mirror|left|reverse"
    d, ck, cf = g["conv_depth"], g["conv_kernel"], g["conv_filters"]
    kk = ck * ck
    yield "conv_params", "no biases", kk * d * cf, r"bias"
    yield "conv_params", "no depth", (kk + 1) * cf, r"depth|channel"
    yield "conv_params", "one bias", kk * d * cf + 1, r"one bias|single|bias"
    yield "conv_params", "a bias for each block", (kk + 1) * d * cf, r"bias"
    yield "conv_params", "side once", (ck * d + 1) * cf, r"side|square|ck|3 x 3|one|k x k|both|height"
    yield "conv_params", "one filter", kk * d + 1, r"one filter|filters|times"
    yield (
        "conv_params",
        "at each place",
        (kk * d + 1) * cf * (g["conv_size"] - ck + 1) ** 2,
        r"place|position|share|each",
    )
    yield "conv_params", "no depth, no biases", kk * cf, r"(depth|channel).*bias|bias.*(depth|channel)"
    yield "conv_params", "biases of the input", kk * d * cf + d, r"bias"
    yield (
        "conv_params",
        "side once, no biases",
        ck * d * cf,
        r"(side|square|one|height).*bias|bias.*(side|square|one|height)",
    )
    yield "conv_params", "colour", (kk * 3 + 1) * cf, r"depth|3|colour|channel"
    yield "conv_params", "image sides", (24 * 24 * d + 1) * cf, r"image|dense|kernel|size|volume"
    hh, ww, fd, ff = g["flat_high"], g["flat_wide"], g["flat_depth"], g["flat_filters"]
    yield "nonsquare_params", "square", (hh * hh * fd + 1) * ff, r"square|side|height|width|\d x \d"
    yield "nonsquare_params", "other square", (ww * ww * fd + 1) * ff, r"square|side|height|width|\d x \d"
    yield "nonsquare_params", "sum of sides", ((hh + ww) * fd + 1) * ff, r"add|sum|\+|product|multipl|sides"
    yield "nonsquare_params", "no biases", hh * ww * fd * ff, r"bias"
    yield "nonsquare_params", "depth left out", (hh * ww + 1) * ff, r"depth|map|channel"
    yield "nonsquare_params", "exchanged", (hh * ww * ff + 1) * fd, r"exchang|swap|role|bias|wrong way|input map"
    yield "nonsquare_params", "one bias", hh * ww * fd * ff + 1, r"one bias|single"
    yield (
        "nonsquare_params",
        "square, no biases",
        hh * hh * fd * ff,
        r"(square|side|height|width).*bias|bias.*(square|side|height|width)",
    )
    u = g["dense_units"]
    yield "dense_params", "grey", 1025 * u, r"grey|colour|channel|depth"
    yield "dense_params", "no biases", 3072 * u, r"bias|weights alone"
    yield "dense_params", "one bias", 3072 * u + 1, r"one bias|single"
    yield "dense_params", "inputs as biases", 3072 * u + 3072, r"bias"
    yield (
        "dense_params",
        "grey without biases",
        1024 * u,
        r"(grey|colour|channel|depth).*bias|bias.*(grey|colour|channel|depth)",
    )
    yield "dense_params", "side once", (32 * 3 + 1) * u, r"side|square|32|height|both"
    ls, ld, lu = g["last_side"], g["last_depth"], g["last_units"]
    yield "flatten_dense_params", "one map", (ls * ls + 1) * lu, r"map|depth"
    yield "flatten_dense_params", "no biases", ls * ls * ld * lu, r"bias"
    yield "flatten_dense_params", "global pooling", (ld + 1) * lu, r"side|global|place|pool|map|height|position"
    yield "flatten_dense_params", "side once", (ls * ld + 1) * lu, r"side|square|both|height|axis"
    yield "flatten_dense_params", "one bias", ls * ls * ld * lu + 1, r"one bias|single"
    yield "flatten_dense_params", "a bias for each map", ls * ls * ld * lu + ld, r"bias"
    yield "lenet_colour", "three times all", 3 * 61706, r"three|first|times 3|all|by 3"
    yield "lenet_colour", "three times the first", 61706 + 2 * 156, r"bias|first"
    yield "lenet_colour", "unchanged", 61706, r"colour|channel|grey|change|first|depth"
    yield "lenet_colour", "one channel more", 61706 + 150, r"two|three|channel|once|one"
    yield "lenet_colour", "flatten thrice", 61706 + 300 + 800 * 120, r"dense|flatten|depth|filter"
    ms, mu = g["mlp_side"], g["mlp_units"]
    m1, m2 = (ms * ms * 3 + 1) * mu, (mu + 1) * 10
    yield "mlp_colour", "no biases", ms * ms * 3 * mu + mu * 10, r"bias"
    yield "mlp_colour", "grey", (ms * ms + 1) * mu + m2, r"grey|colour|channel|depth"
    yield "mlp_colour", "first only", m1, r"first|second|last|missing|only|left"
    yield "mlp_colour", "second from the pixels", m1 + (ms * ms * 3 + 1) * 10, r"second|input|pixel|image"
    yield (
        "mlp_colour",
        "grey without biases",
        ms * ms * mu + mu * 10,
        r"(grey|colour|channel|depth).*bias|bias.*(grey|colour|channel|depth)",
    )
    yield "weightless", "normalisation, too", ["b", "c", "d", "e"], r"\bc\b|normalisation"
    yield "weightless", "no flatten", ["b", "e"], r"\bd\b|Flatten"
    pd2, pf = g["point_depth"], g["point_filters"]
    yield "pointwise_params", "no biases", pd2 * pf, r"bias"
    yield "pointwise_params", "no depth", 2 * pf, r"depth|channel"
    yield (
        "pointwise_params",
        "at each place",
        (pd2 + 1) * pf * g["point_size"] ** 2,
        r"place|position|share|size|every pixel",
    )
    yield (
        "pointwise_params",
        "dense",
        (pd2 * g["point_size"] ** 2 + 1) * pf,
        r"dense|flatten|place|size|volume|height|side|position",
    )
    yield "pointwise_params", "bias of each input", pd2 * pf + pd2, r"bias"
    yield "pointwise_params", "one bias", pd2 * pf + 1, r"one bias|single"
    yield "pointwise_params", "3 x 3", (9 * pd2 + 1) * pf, r"3 x 3|1 x 1|9|kernel"
    dd, dk, m = g["deep_depth"], g["deep_kernel"], g["multiplier"]
    yield (
        "depthwise_params",
        "a normal convolution",
        (dk * dk * dd + 1) * dd * m,
        r"normal|depth|each|usual|ordinary|sum|all",
    )
    yield "depthwise_params", "no biases", dk * dk * dd * m, r"bias"
    yield "depthwise_params", "multiplier left out", (dk * dk + 1) * dd, r"multiplier"
    yield "depthwise_params", "bias for each channel", dk * dk * dd * m + dd, r"bias"
    yield (
        "depthwise_params",
        "multiplier as filters",
        (dk * dk * dd + 1) * m,
        r"filter|bias|multiplier|normal|ordinary|depth",
    )
    yield "depthwise_params", "depth left out", (dk * dk + 1) * m, r"depth|channel"
    yield (
        "depthwise_params",
        "separable",
        (dk * dk + 1) * dd * m + (dd * m + 1) * dd * m,
        r"separable|pointwise|1 x 1|1x1",
    )
    ds = g["deep_size"] - dk + 1
    yield "depthwise_shape", "multiplier left out", (ds, ds, dd), r"multiplier"
    yield "depthwise_shape", "multiplier as depth", (ds, ds, m), r"multiplier|depth|channel"
    yield "depthwise_shape", "same", (g["deep_size"],) * 2 + (dd * m,), r"same|padd"
    yield "depthwise_shape", "added", (ds, ds, dd + m), r"add|multipl|sum|times"
    yield "depthwise_shape", "no + 1", (ds - 1, ds - 1, dd * m), r"\+ 1|plus 1|one more"
    st, sw, sc, sf = g["steps"], g["step_width"], g["step_channels"], g["step_filters"]
    o = (st - sw) // 3 + 1
    yield "conv1d_shape", "stride left out", (st - sw + 1, sf), r"stride"
    yield "conv1d_shape", "no + 1", (o - 1, sf), r"\+ 1|plus 1|one more"
    yield "conv1d_shape", "channels as maps", (o, sc), r"depth|channel|filter|map"
    yield "conv1d_shape", "same", (ceil(st / 3), sf), r"same|padd"
    yield "conv1d_shape", "channels kept", (o, sc, sf), r"channel|axis|sum|size|numbers|axes|entr"
    yield "conv1d_params", "square", (sw * sw * sc + 1) * sf, r"square|two|2-D|width|one axis|1-D"
    yield "conv1d_params", "no channels", (sw + 1) * sf, r"channel|depth"
    yield "conv1d_params", "no biases", sw * sc * sf, r"bias"
    yield "conv1d_params", "one bias", sw * sc * sf + 1, r"one bias|single"
    yield "conv1d_params", "stride counts", (sw * sc * 3 + 1) * sf, r"stride|3"
    cc, c3, cs = g["scan_channels"], g["scan_filters"], g["scan_size"]
    yield "conv3d_params", "2-D", (9 * cc + 1) * c3, r"2-D|two|axis|third|27|dimension|3 x 3 x 3"
    yield "conv3d_params", "no channels", 28 * c3, r"channel|depth"
    yield "conv3d_params", "no biases", 27 * cc * c3, r"bias"
    yield (
        "conv3d_params",
        "2-D, no biases",
        9 * cc * c3,
        r"bias.*(2-D|axis|third|dimension)|(2-D|axis|third|dimension|3 x 3 x 3).*bias|side.*biases",
    )
    yield "conv3d_params", "one bias", 27 * cc * c3 + 1, r"one bias|single"
    yield "conv3d_shape", "same", (cs, cs, cs, c3), r"same|padd"
    yield "conv3d_shape", "2-D", (cs - 2, cs - 2, c3), r"axis|2-D|third|sizes|three|four|entr|numbers|dimension"
    yield "conv3d_shape", "channels", (cs - 2, cs - 2, cs - 2, cc), r"channel|filter|depth|map"
    yield "conv3d_shape", "no + 1", (cs - 3, cs - 3, cs - 3, c3), r"\+ 1|plus 1|one more"
    yield "conv3d_shape", "times channels", (cs - 2, cs - 2, cs - 2, c3 * cc), r"channel|sum|depth|map"
    mm, ns = g["norm_maps"], g["norm_size"]
    yield "batchnorm_params", "two", 2 * mm, r"two|moving|half|four|train"
    yield "batchnorm_params", "each value", 4 * mm * ns * ns, r"map|value|place|pixel|each|position"
    yield "batchnorm_params", "four", 4, r"map|each|layer"
    yield "batchnorm_params", "one", mm, r"one|four|each"
    yield "batchnorm_params", "each value, two", 2 * mm * ns * ns, r"map|value|place|pixel|each|position"
    yield "batchnorm_frozen", "all", 4 * mm, r"all|half|trained|scale|gamma"
    yield "batchnorm_frozen", "one", mm, r"half|one|two|each|mean"
    yield "batchnorm_frozen", "none", 0, r"moving|mean|not train|half|all parameters as trainable"
    k1, ps, k2 = g["first_kernel"], g["pool_side"], g["second_kernel"]
    yield "receptive_field", "added up", k1 + ps + k2, r"add|sum|sides|overlap"
    yield "receptive_field", "no stride", k1 + ps - 1 + k2 - 1, r"stride|jump|step"
    yield "receptive_field", "multiplied", k1 * ps * k2, r"multipl|product"
    yield "receptive_field", "last layer only", k2, r"last|only|layer below|before|pixels"
    yield "receptive_field", "no overlap in the first", (k2 * ps) * k1, r"multipl|product|overlap"
    yield "receptive_field", "pooling left out", k1 + k2 - 1, r"pool"
    yield "receptive_field", "maps, not pixels", k2 * ps, r"first|convolution|pixel|map"
    big, mf = g["memory_side"], g["memory_filters"]
    mib = big * big * mf * 4 / 2**20
    yield "memory", "megabytes", mib * 2**20 / 1e6, r"1,?000|1024|MB|MiB|million"
    yield "memory", "bits", mib * 8, r"bit|8"
    yield "memory", "one byte", mib / 4, r"byte|4|32|float"
    yield "memory", "64 bits", mib * 2, r"64|32|8 bytes|double|twice"
    yield "memory", "input", big * big * 3 * 4 / 2**20, r"input|image|output|filter|depth"
    yield "memory", "one map", mib / mf, r"map|filter|one"
    yield "memory", "all channels", mib * 3, r"channel|three|3|colour"
    yield "memory", "weights", (75 + 1) * mf * 4 / 2**20, r"weight|parameter"
    yield "memory", "kibibytes", mib * 1024, r"KiB|1024|kibi|kilo"
    yield "memory", "bits and 1000", mib * 8 * 2**20 / 1e6, r"bit|8|1,?000"


def dense_mnist(g: Given) -> Iterator[Thought]:
    i, h1, h2, c = g["inputs"], g["hidden1"], g["hidden2"], g["classes"]
    one, two, three = (i + 1) * h1, (h1 + 1) * h2, (h2 + 1) * c
    total = one + two + three
    yield "first_params", "no biases", i * h1, r"bias"
    yield "first_params", "side only", (g["side"] + 1) * h1, r"side|square|pixel"
    yield "first_params", "784 pixels", 785 * h1, r"784|28|lecture|size"
    yield "first_params", "of the second layer", (i + 1) * h2, r"second|other"
    yield "first_params", "one bias", i * h1 + 1, r"one bias|single"
    yield "total_params", "no biases", i * h1 + h1 * h2 + h2 * c, r"bias"
    yield "total_params", "no output layer", one + two, r"output|last|third"
    yield "total_params", "no middle layer", one + three, r"second|middle|hidden"
    yield "total_params", "each from the pixels", (i + 1) * (h1 + h2 + c), r"input|pixel|each|image"
    yield "total_params", "10 classes", one + two + (h2 + 1) * 10, r"10|classes"
    yield "total_params", "biases of the hidden layers only", total - c, r"bias|output|last"
    yield "first_share", "no biases", i * h1 / (i * h1 + h1 * h2 + h2 * c), r"^$|bias|round"
    yield "first_share", "percent", 100 * one / total, r"percent|per cent|100"
    yield "first_share", "the rest", 1 - one / total, r"rest|other|1 -|1 minus|remain|one minus"
    yield "first_share", "of the others", one / (two + three), r"other|rest|itself|whole|all|remain"
    yield "first_share", "upside down", total / one, r"upside|inver|exchang|divi|swap"
    yield "zero_unit", "zero", 0, r"sigmoid of 0|0|half|weight"
    yield "zero_unit", "one", 1, r"sigmoid|1|bias|half|denominator"
    yield "zero_unit", "slope", 0.25, r"slope|deriv"
    yield "zero_cost", "base 2", log2(c), r"base 2|binary"
    yield "zero_cost", "base 10", float(np.log10(c)), r"base 10"
    yield "zero_cost", "10 classes", log(10), r"10|classes|ten"
    yield "zero_cost", "probability", 1 / c, r"logarithm|probab|log"
    yield "zero_cost", "sign", -log(c), r"sign|negative"
    yield "zero_cost", "all classes added", c * log(c), r"add|sum|all|times"
    yield "zero_cost", "one half", log(2), r"0\.5|half|two|2"
    yield "zero_learning", "still 0", "a", r"bias|0|weight|gradient"
    z = g["pixels"] * g["weight"]
    s = 1 / (1 + exp(-z))
    yield "large_slope", "the sigmoid", s, r"slope|sigmoid itself|value|deriv|output"
    yield "large_slope", "1 - s", 1 - s, r"^$|factor|one minus|1 -|round|times"
    yield (
        "large_slope",
        "one pixel",
        1 / (1 + exp(-g["weight"])) * (1 - 1 / (1 + exp(-g["weight"]))),
        r"one pixel|pixels|single|sum|once",
    )
    yield "large_slope", "z of it", z * (1 - z), r"sum|input|sigmoid|z"
    yield "large_slope", "tanh", 1 - float(np.tanh(z)) ** 2, r"tanh"
    yield "large_slope", "at 0", 0.25, r"at 0|largest|maxim|0\.25|steepest"
    yield "large_slope", "times the weight", s * (1 - s) * g["weight"], r"weight|multipl"
    yield "glorot_limit", "he uniform", sqrt(6 / i), r"he\b|He_|outputs|inputs only|only|fan|neurons|sees"
    yield "glorot_limit", "glorot normal", sqrt(2 / (i + h1)), r"normal|2|6|deviation|root"
    yield "glorot_limit", "no root", 6 / (i + h1), r"root"
    yield "glorot_limit", "lecun", sqrt(3 / i), r"lecun|3|inputs|only|fan"
    yield "glorot_limit", "one over root n", 1 / sqrt(i), r"1|6|inputs|only|fan|neurons"
    yield "glorot_limit", "product", sqrt(6 / (i * h1)), r"product|multipl|sum|add|plus"
    yield "glorot_limit", "neurons only", sqrt(6 / h1), r"inputs|only|fan|neurons|sees"
    yield "glorot_limit", "3 instead of 6", sqrt(3 / (i + h1)), r"3|6|half|root"
    r, activation = g["rate"], g["kept"]
    yield "dropout_kept", "unchanged", activation, r"unchanged|scal|divi|same|itself|as it is"
    yield "dropout_kept", "times 1 - rate", activation * (1 - r), r"multipl|times|divi|smaller"
    yield "dropout_kept", "times rate", activation * r, r"rate|multipl|times|divi"
    yield "dropout_kept", "divided by rate", activation / r, r"rate|divi|1 -|1 minus|kept"
    yield "dropout_kept", "nothing", 0, r"not dropped|0|dropped|kept"
    yield "dropout_kept", "divided by 1 + rate", activation / (1 + r), r"1 -|1 \+|plus|sign|divi"
    yield "dropout_predict", "as in old papers", "c", r"train|already|scal|Keras"
    b = np.array(g["batch"], float)
    ga, be = g["gamma"], g["beta"]
    n = (b - b.mean()) / b.std()
    yield "batchnorm_values", "not scaled", n, r"scale|shift|gamma|beta"
    yield "batchnorm_values", "no shift", ga * n, r"shift|beta"
    yield "batchnorm_values", "no scale", n + be, r"scale|gamma"
    yield "batchnorm_values", "variance", ga * (b - b.mean()) / b.var() + be, r"variance|root|squar"
    yield "batchnorm_values", "shift before", ga * (n + be), r"before|first|order|shift"
    yield "batchnorm_values", "n - 1", ga * (b - b.mean()) / b.std(ddof=1) + be, r"n - 1|one less|minus 1|less"
    yield "batchnorm_values", "not divided", ga * (b - b.mean()) + be, r"divi|deviation|mean only"
    yield "batchnorm_values", "not centred", ga * b / b.std() + be, r"mean|centr|subtract"
    yield "batchnorm_values", "sign", -ga * n + be, r"sign|mean less value|mean minus"
    yield "batchnorm_values", "sign of the shift", ga * n - be, r"sign|shift|subtract|beta"
    yield "batchnorm_values", "not normalised", ga * b + be, r"normal|mean|deviation"
    yield "batchnorm_params", "two", 2 * (h1 + h2), r"two|moving|half|trained|scale"
    yield "batchnorm_params", "first layer", 4 * h1, r"first|second|both|one layer|only"
    yield "batchnorm_params", "output layer, too", 4 * (h1 + h2 + c), r"output|classes|third|last|both hidden"
    yield "batchnorm_params", "one", h1 + h2, r"one|four|each"
    yield "batchnorm_params", "inputs", 4 * (i + h1), r"input|before"
    yield "batchnorm_params", "two in the first layer", 2 * h1, r"first|second|both|two|half|only"
    yield "batchnorm_frozen", "all", 4 * (h1 + h2), r"all|half|trained|scale"
    yield "batchnorm_frozen", "one", h1 + h2, r"half|one|two|mean"
    yield "batchnorm_frozen", "first layer", 2 * h1, r"first|second|both|only"
    w1, b1, w2, b2, x = (np.array(g[k]) for k in ("W1", "b1", "W2", "b2", "x"))
    yield "folded_kernel", "other order", w2 @ w1, r"order|exchang|W2 @ W1"
    yield "folded_kernel", "cell by cell", w1 * w2, r"cell|element|entry|matrix product"
    yield "folded_kernel", "sum", w1 + w2, r"add|sum|\+"
    yield "folded_kernel", "transposed", (w1 @ w2).T, r"transpos|rows|mirror"
    yield "folded_kernel", "transposed first", w1.T @ w2, r"transpos|exchanged|swap"
    yield "folded_bias", "sum", b1 + b2, r"W2|add|weights|through|sum"
    yield "folded_bias", "first only", b1 @ w2, r"b2|second|missing"
    yield "folded_bias", "transposed", w2 @ b1 + b2, r"transpos|row|column|order"
    yield "folded_bias", "second only", b2, r"b1|first|second"
    yield "folded_bias", "through the first", b1 @ w1 + b2, r"W1|W2|first|second"
    yield "folded_bias", "both through", (b1 + b2) @ w2, r"b2|second|both|once"
    out = x @ w1 @ w2 + b1 @ w2 + b2
    yield "folded_output", "no biases", x @ w1 @ w2, r"bias"
    yield "folded_output", "relu", relu(x @ w1 + b1) @ w2 + b2, r"ReLU"
    yield "folded_output", "first layer", x @ w1 + b1, r"first|second|hidden"
    yield "folded_output", "b1 not through", x @ w1 @ w2 + b1 + b2, r"b1|W2|bias"
    yield "folded_output", "no b2", out - b2, r"b2|second|bias"
    yield "folded_output", "transposed", w2 @ (w1 @ x + b1) + b2, r"transpos|row|column"
    yield "relu_output", "no ReLU", out, r"ReLU|negative|activation"
    yield "relu_output", "ReLU at the end", relu(out), r"end|after|last|second|both|output"
    yield "relu_output", "both", relu(relu(x @ w1 + b1) @ w2 + b2), r"both|end|second|last|twice|output|also"
    yield "relu_output", "before the bias", (relu(x @ w1) + b1) @ w2 + b2, r"before|bias|b1"
    yield "relu_output", "hidden", relu(x @ w1 + b1), r"hidden|first|second"


def feature_maps(g: Given) -> Iterator[Thought]:
    im, f1, f2 = (np.array(g[k]) for k in ("image", "filter_1", "filter_2"))
    b1, b2 = g["bias_1"], g["bias_2"]
    yield "first_shape", "same", (6, 6, 2), r"same|padd"
    yield "first_shape", "depth first", (2, 4, 4), r"first|order|last|depth"
    yield "first_shape", "one map", (4, 4, 1), r"filter|map|one"
    yield "first_shape", "no depth", (4, 4), r"depth|filter|map|sizes|two|2"
    yield "first_shape", "n - k", (3, 3, 2), r"\+ 1|plus 1|one more|less"
    for name, f, b, o in (("map_1", f1, b1, b2), ("map_2", f2, b2, b1)):
        m = laid(im, f)
        yield name, "no ReLU", m + b, r"ReLU|negative"
        yield name, "no bias", relu(m), r"bias"
        yield name, "bias after ReLU", relu(m) + b, r"after|before|bias"
        yield name, "bias subtracted", relu(m - b), r"sign|subtract|bias"
        yield name, "flipped", relu(laid(im, f[::-1, ::-1]) + b), r"flip|turned|half|rotated"
        yield name, "transposed filter", relu(laid(im, f.T) + b), r"transpos|rows|mirror"
        yield name, "other bias", relu(m + o), r"bias|other"
        yield name, "no bias, no ReLU", m, r"bias|ReLU"
        yield name, "transposed", relu(m + b).T, r"transpos|rows|mirror"
        yield name, "absolute", np.abs(m + b), r"absolute|sign|negative"
        yield name, "mean", relu(m / 9 + b), r"mean|average|divi|9"
    yield "map_1", "the other filter", relu(laid(im, f2) + b1), r"filter|other"
    top = relu(laid(im, f1) + b1)
    r, c = (int(q) for q in np.unravel_index(int(top.argmax()), top.shape))
    yield "fires_at", "from 1", (r + 1, c + 1), r"from 1|from 0|1"
    yield "fires_at", "column first", (c, r), r"column|order|exchang|row|swap"
    yield "fires_at", "centre", (r + 1, c + 1), r"from 1|from 0|centre|middle|1"
    yield "fires_at", "column first, from 1", (c + 1, r + 1), r"(column|order|exchang).*(from|1)|from 1|swap"
    yield "seen", "counted from 1", (r + 1, r + 3, c + 1, c + 3), r"from 1|from 0|1"
    yield "seen", "one too far", (r, r + 3, c, c + 3), r"last|one too|far|end|too large|4|k - 1"
    yield "seen", "columns first", (c, c + 2, r, r + 2), r"column|order|exchang|row|swap"
    yield "seen", "centred", (r - 1, r + 1, c - 1, c + 1), r"centre|middle|top left|corner|around"
    yield "seen", "corners", (r, c, r + 2, c + 2), r"order|corner|row|first"
    d, e = g["down"], g["right"]
    yield "shifted_at", "unshifted", (r, c), r"shift|moves|unchanged|same|did not move the place"
    yield "shifted_at", "the other way", (r - d, c - e), r"other way|sign|wrong way|opposite|direction"
    yield "shifted_at", "axes exchanged", (r + e, c + d), r"exchang|axes|row|column|order|swap"
    yield "shifted_at", "column first", (c + e, r + d), r"exchang|order|row|column|swap"
    yield "shifted_at", "from 1", (r + d + 1, c + e + 1), r"from 1|from 0|1"
    yield "pooled", "average", blocks(top, 2, np.mean), r"average|mean"
    yield "pooled", "min", blocks(top, 2, np.min), r"min|smallest"
    yield "pooled", "sum", blocks(top, 2, np.sum), r"sum|add"
    yield "pooled", "stride 1", _windows(top, 2), r"stride|move|overlap|size|step"
    yield "pooled", "first of each", top[::2, ::2], r"first|top left|corner|every second|stride|every other"
    yield "pooled", "second map", blocks(relu(laid(im, f2) + b2), 2, np.max), r"second|other map|other filter|map 2"
    yield "pooled", "transposed", blocks(top, 2, np.max).T, r"transpos|rows|mirror"
    layers = g["layers"]
    yield "fields", "no strides", _fields(layers, stride=False), r"stride|jump|step|apart"
    yield (
        "fields",
        "added up",
        [int(q) for q in np.cumsum([s for _, s, _ in layers])],
        r"add|sum|overlap|sizes of the windows.*running totals",
    )
    yield "fields", "sizes of the windows", [s for _, s, _ in layers], r"layer below|window|own|kernel|size|pixels"
    yield "fields", "pooling left out", _fields([[k, s if k == "conv" else 1, t] for k, s, t in layers]), r"pool"
    yield "fields", "stride counts too early", _early(layers), r"own|early|before|stride|after|already"
    yield "fields", "last only", [_fields(layers)[-1]] * 5, r"^$|each layer|last|layer"
    yield "fields", "from the back", _fields(layers)[::-1], r"order|back|revers"
    yield "slide_field", "as on the slide", 6, r"slide|lecture|printed|6|stride"
    yield "slide_field", "no stride", 6, r"slide|lecture|printed|stride"
    yield "slide_field", "multiplied", 18, r"multipl|product"
    yield "slide_field", "without pooling", 5, r"pool"
    yield "slide_field", "area", 64, r"area|square|side"
    seen = _fields(layers)[-1]
    jump = int(np.prod([t for *_, t in layers]))
    a = g["neuron"] * jump
    yield "window", "one too far", (a, a + seen), r"last|one too|far|end|inclu|- 1|size"
    yield "window", "neuron from 1", (a - jump, a - jump + seen - 1), r"from 1|from 0|before|first neuron|neuron"
    yield "window", "no stride", (g["neuron"], g["neuron"] + seen - 1), r"stride|jump|apart|step|move"
    yield "window", "start and length", (a, seen), r"length|size|how many|side|last"
    yield (
        "window",
        "field as step",
        (g["neuron"] * seen, (g["neuron"] + 1) * seen - 1),
        r"overlap|step|field|apart|stride|side by side",
    )
    yield "window", "columns from 1", (a + 1, a + seen), r"from 1|from 0"
    yield "window", "centred", (a - seen // 2, a + seen // 2), r"centre|middle|around"
    o = g["object_size"]
    yield "convs_needed", "3 each", ceil(o / 3), r"3|each|overlap|divi|adds|side by side"
    yield "convs_needed", "2 each from the start", ceil(o / 2), r"first|\(|- 1|minus 1|pixel|half|one layer too many"
    yield "convs_needed", "one each", o - 1, r"2|each|side|one"
    yield "convs_needed", "itself", o, r"each|2|width|itself"
    yield "convs_needed", "first counts extra", (o - 1) // 2 + 1, r"first|one too|one more|- 1|minus|one layer too many"
    q, ia, ib, ic = (np.array(g[k]) for k in ("query", "a", "b", "c"))
    sq = np.array([((q - y) ** 2).sum() for y in (ia, ib, ic)])
    yield "pixel_distances", "root", np.sqrt(sq), r"root"
    yield "pixel_distances", "absolute", [np.abs(q - y).sum() for y in (ia, ib, ic)], r"absolute|squar|half"
    yield "pixel_distances", "mean", sq / 36, r"mean|average|divi|36"
    yield (
        "pixel_distances",
        "number of pixels",
        [(q != y).sum() for y in (ia, ib, ic)],
        r"count|number|how many|squar|pixels",
    )
    yield "pixel_distances", "largest", [np.abs(q - y).max() for y in (ia, ib, ic)], r"^$|largest|max"
    yield "pixel_distances", "halved", sq / 2, r"half|halv|twice|once|absolute"
    yield "pixel_distances", "with itself first", [0, sq[0], sq[1]], r"query|itself|order|first|shift"
    yield "pixel_nearest", "a", "a", r"\ba\b|pixel|latent|distance|nearest"


def _windows(m: np.ndarray, size: int) -> np.ndarray:
    rows, columns = m.shape[0] - size + 1, m.shape[1] - size + 1
    return np.array([[m[r : r + size, c : c + size].max() for c in range(columns)] for r in range(rows)])


def _fields(layers: list[list[int]], *, stride: bool = True) -> list[int]:
    field, jump, fields = 1, 1, []
    for _, size, step in layers:
        field += (size - 1) * jump
        jump *= step if stride else 1
        fields.append(field)
    return fields


def _early(layers: list[list[int]]) -> list[int]:
    field, jump, fields = 1, 1, []
    for _, size, step in layers:
        jump *= step
        field += (size - 1) * jump
        fields.append(field)
    return fields


def hand_convolution(g: Given) -> Iterator[Thought]:
    im, la = np.array(g["image"]), np.array(g["laplacian"])
    valid, same = laid(im, la), laid(im, la, 1)
    yield "laplacian_valid", "sign of the filter", -valid, r"sign"
    yield "laplacian_valid", "same", same, r"same|padd|size|valid"
    yield "laplacian_valid", "four for the middle left out", laid(im, np.where(la > 0, 0, la)), r"middle|centre|4"
    yield "laplacian_valid", "without signs", np.abs(valid), r"absolute|sign"
    yield (
        "laplacian_valid",
        "all neighbours",
        laid(im, np.array([[-1, -1, -1], [-1, 4, -1], [-1, -1, -1]])),
        r"corner|diagonal|neighbour",
    )
    yield "laplacian_valid", "transposed", valid.T, r"transpos|rows|mirror"
    yield "laplacian_valid", "8 in the middle", laid(im, np.where(la > 0, 8, la)), r"middle|centre|8"
    yield "laplacian_same", "valid", valid, r"valid|padd|same|size"
    yield "laplacian_same", "zeros at the edge", np.pad(valid, 1), r"edge|0|border|zero"
    yield "laplacian_same", "edge repeated", laid(np.pad(im, 1, mode="edge"), la), r"edge|repeat|border|nearest"
    yield "laplacian_same", "mirrored", laid(np.pad(im, 1, mode="reflect"), la), r"mirror|reflect|border|edge"
    yield (
        "laplacian_same",
        "image at the edge",
        np.where(np.pad(np.ones_like(valid), 1) > 0, np.pad(valid, 1), im),
        r"edge|border|image",
    )
    yield "laplacian_same", "ReLU", relu(same), r"ReLU|negative"
    yield "laplacian_stride", "valid", valid[::2, ::2], r"valid|padd"
    yield "laplacian_stride", "stride 1", same, r"stride"
    yield "laplacian_stride", "begins at 1", same[1::2, 1::2], r"begin|start|first|second|top left|offset"
    yield (
        "laplacian_stride",
        "down only",
        same[::2],
        r"both|axis|axes|columns|sideways|one|downwards only|vertically|horizontally",
    )
    yield "laplacian_stride", "stride 3", same[::3, ::3], r"stride|3"
    ph, we = np.array(g["photo"], float), np.array(g["weights"], float)
    fm = laid(ph, we)
    yield "feature_map", "flipped", laid(ph, we[::-1, ::-1]), r"flip|turned|half|rotated"
    yield "feature_map", "no signs", laid(ph, np.abs(we)), r"sign|absolute"
    yield "feature_map", "rounded weights", laid(ph, np.round(we)), r"^$|round"
    yield "feature_map", "transposed filter", laid(ph, we.T), r"transpos|rows|mirror"
    yield "feature_map", "mean", fm / 9, r"mean|average|divi|9"
    yield "feature_map", "scaled", fm / 255, r"255|scal"
    yield "feature_map", "ReLU", relu(fm), r"ReLU|negative"
    yield "feature_map", "padded", laid(ph, we, 1), r"padd|same|size"
    yield "feature_map", "stride 2", fm[::2, ::2], r"stride|two pixels"
    yield "feature_map", "ten times the weights", fm * 10, r"10|ten"
    yield "relu_map", "absolute", np.abs(fm), r"absolute|sign"
    yield "relu_map", "leaky", np.where(fm < 0, 0.01 * fm, fm), r"leaky|0\.01"
    yield "relu_map", "no ReLU", fm, r"ReLU|negative|unchanged"
    yield "relu_map", "zeros and ones", (fm > 0) * 1, r"1|slope|step|0 and 1|value"
    yield "relu_map", "negative part", np.minimum(fm, 0), r"negative|other|wrong way|below|positive"
    yield "relu_map", "flipped, then ReLU", relu(laid(ph, we[::-1, ::-1])), r"flip|turned|half|rotated"
    re = relu(fm)
    yield "pooled_map", "average", blocks(re, 2, np.mean), r"average|mean"
    yield "pooled_map", "no ReLU", blocks(fm, 2, np.max), r"ReLU|negative"
    yield "pooled_map", "stride 1", _windows(re, 2), r"stride|move|overlap|size|step"
    yield "pooled_map", "min", blocks(re, 2, np.min), r"min|smallest"
    yield "pooled_map", "sum", blocks(re, 2, np.sum), r"sum|add"
    yield "pooled_map", "average before ReLU", blocks(fm, 2, np.mean), r"average|mean"
    x, h = np.array(g["x"]), np.array(g["h"])
    y = np.convolve(x, h)
    yield "y", "correlation", np.convolve(x, h[::-1]), r"correlat|flip|revers|turn|rotated"
    yield "y", "as long as x", y[: len(x)], r"length|end|both|last|short|numbers|full"
    yield "y", "valid", np.convolve(x, h, "valid"), r"valid|end|edge|full|overlap|numbers|length|short"
    yield "y", "no signs", np.convolve(x, np.abs(h)), r"sign|absolute"
    yield "y", "back to front", y[::-1], r"back|revers|order"
    yield "y", "one by one", x[: len(h)] * h, r"one by one|each|element|length|numbers|cell"
    ti, ke = np.array(g["tile"]), np.array(g["kernel"])
    yield "correlation_map", "convolution", laid(ti, ke[::-1, ::-1]), r"flip|convolution|turned|rotated"
    yield "correlation_map", "kernel transposed", laid(ti, ke.T), r"transpos|rows|mirror"
    yield "correlation_map", "one flip", laid(ti, ke[::-1]), r"flip|mirror|turn|axis|upside|reversed|inverted|rotated"
    yield "correlation_map", "map transposed", laid(ti, ke).T, r"transpos|rows|mirror"
    yield "correlation_map", "no signs", laid(ti, np.abs(ke)), r"sign|absolute"
    yield "convolution_map", "correlation", laid(ti, ke), r"flip|correlat|turned|rotated"
    yield "convolution_map", "flipped left to right", laid(ti, ke[:, ::-1]), r"flip|one|axis|mirror|both|left|reversed"
    yield "convolution_map", "flipped upside down", laid(ti, ke[::-1]), r"flip|one|axis|mirror|both|up|reversed"
    yield "convolution_map", "kernel transposed", laid(ti, ke.T), r"transpos|rows|mirror|flip"
    yield "convolution_map", "correlation turned", laid(ti, ke)[::-1, ::-1], r"turned|flip|map|result|back|rotated"
    ed, so = np.array(g["edge"]), np.array(g["sobel"])
    yield "sobel_map", "flipped", laid(ed, so[::-1, ::-1]), r"flip|turned|sign|rotated"
    yield "sobel_map", "transposed", laid(ed, so.T), r"transpos|other direction|vertical|horizontal|rows|direction"
    yield "sobel_map", "absolute", np.abs(laid(ed, so)), r"absolute|sign"
    yield "sobel_map", "ones for twos", laid(ed, np.sign(so)), r"2|middle|Prewitt|sign|weight"
    yield "sobel_map", "divided by 8", laid(ed, so) / 8, r"8|divi|mean"
    no = np.array(g["noise"])
    av = laid(no, np.ones((3, 3))) / 9
    yield "average_map", "sum", av * 9, r"sum|divi|add|9"
    yield "average_map", "median", _median(no), r"median"
    yield "average_map", "by 3", av * 3, r"9|3|divi"
    yield "average_map", "without the middle", (av * 9 - no[1:-1, 1:-1]) / 8, r"middle|centre|own|8|itself"
    yield "average_map", "by 8", av * 9 / 8, r"8|9|divi"
    m4, m6 = np.array(g["map_4"]), np.array(g["map_6"])
    for name, m, size in (("max_2", m4, 2), ("max_3", m6, 3)):
        yield name, "average", blocks(m, size, np.mean), r"average|mean"
        yield name, "min", blocks(m, size, np.min), r"min|smallest"
        yield name, "stride 1", _windows(m, size), r"stride|move|overlap|size|step"
        yield name, "largest by size", blocks(m, size, lambda w: w.flat[np.abs(w).argmax()]), r"sign|absolute|size"
        yield name, "transposed", blocks(m, size, np.max).T, r"transpos|rows|mirror"
    for name, m, size in (("average_2", m4, 2), ("average_3", m6, 3)):
        yield name, "max", blocks(m, size, np.max), r"max|largest"
        yield name, "sum", blocks(m, size, np.sum), r"sum|divi|add"
        yield name, "no signs", blocks(np.abs(m), size, np.mean), r"sign|absolute"
        yield name, "by the side", blocks(m, size, np.sum) / size, r"side|divi|number"
        yield name, "median", blocks(m, size, np.median), r"median"
        yield name, "ReLU first", blocks(relu(m), size, np.mean), r"ReLU|negative"
    yield "max_3", "2 x 2", blocks(m6, 2, np.max), r"2 x 2|3 x 3|window|size|2"
    ch, fi = np.array(g["channels"]), np.array(g["filters"])
    maps = np.array([sum(laid(a, b) for a, b in zip(ch, block, strict=True)) for block in fi])
    yield "output_maps", "first channel only", np.array([laid(ch[0], block[0]) for block in fi]), r"first|channel|only"
    yield (
        "output_maps",
        "second channel only",
        np.array([laid(ch[1], block[1]) for block in fi]),
        r"second|channel|only",
    )
    yield "output_maps", "mean", maps / 2, r"mean|average|half|divi"
    yield (
        "output_maps",
        "flipped",
        np.array([sum(laid(a, b[::-1, ::-1]) for a, b in zip(ch, block, strict=True)) for block in fi]),
        r"flip|turned|rotated",
    )
    yield (
        "output_maps",
        "channels exchanged",
        np.array([sum(laid(a, b) for a, b in zip(ch[::-1], block, strict=True)) for block in fi]),
        r"exchang|other channel|order|swap",
    )
    yield "output_maps", "ReLU", relu(maps), r"ReLU|negative"
    yield "output_maps", "depth last", maps.transpose(1, 2, 0), r"axis|axes|depth|last|order|first"
    de, cu, ea = (np.array(g[k]) for k in ("detector", "curve", "ear"))
    c1, e1 = int((de * cu).sum()), int((de * ea).sum())
    yield "responses", "other order", [e1, c1], r"order|exchang|first|swap"
    yield "responses", "mean", [c1 / 49, e1 / 49], r"mean|average|divi|49"
    yield (
        "responses",
        "pixels that agree",
        [int(((de > 0) & (cu > 0)).sum()), int(((de > 0) & (ea > 0)).sum())],
        r"count|agree|how many|number|common",
    )
    yield (
        "responses",
        "flipped",
        [int((de[::-1, ::-1] * cu).sum()), int((de[::-1, ::-1] * ea).sum())],
        r"flip|turned|rotated",
    )
    yield "responses", "sums", [int(cu.sum()), int(ea.sum())], r"sum|detector|filter|weight|without|patch"
    sm, sp = np.array(g["small"]), np.array(g["stamp"])
    yield "full_map", "valid", laid(sm, sp), r"valid|full|padd|size"
    yield "full_map", "flipped", laid(np.pad(sm, 1), sp[::-1, ::-1]), r"flip|convolution|turned|rotated"
    yield "full_map", "same", laid(np.pad(sm, ((1, 0), (1, 0))), sp), r"same|full|padd|size"
    yield "full_map", "transposed", laid(np.pad(sm, 1), sp).T, r"transpos|rows|mirror"
    up = np.array(g["upstream"])
    right = laid(np.pad(up, 1), sp[::-1, ::-1])
    yield "gradient", "not flipped", laid(np.pad(up, 1), sp), r"flip|turned|correlat|rotated"
    yield "gradient", "for the filter", laid(sm, up), r"filter|stamp|weights|small|size"
    yield "gradient", "without upstream", laid(np.pad(np.ones_like(up), 1), sp[::-1, ::-1]), r"upstream|1|ones"
    yield "gradient", "valid", laid(up, sp[::-1, ::-1]), r"valid|full|padd|size|nine|3 x 3"
    yield "gradient", "times the pixels", right * sm, r"pixel|image|small|input|times"
    yield "gradient", "sign", -right, r"sign"


def _median(m: np.ndarray) -> np.ndarray:
    return np.array(
        [[np.median(m[r : r + 3, c : c + 3]) for c in range(m.shape[1] - 2)] for r in range(m.shape[0] - 2)]
    )


def keras_cnn(_: Given) -> Iterator[Thought]:
    yield "conv1_shape", "same", (28, 28, 32), r"same|padd"
    yield "conv1_shape", "one map", (26, 26, 1), r"filter|map|depth|channel"
    yield "conv1_shape", "n - k", (25, 25, 32), r"\+ 1|plus 1|one more"
    yield "conv1_shape", "depth first", (32, 26, 26), r"first|order|last"
    yield "conv1_params", "no biases", 288, r"bias"
    yield "conv1_params", "colour", 896, r"colour|channel|grey|3"
    yield "conv1_params", "one filter", 10, r"one filter|filters|32"
    yield "conv1_params", "each place", 320 * 676, r"place|position|share"
    yield "conv2_shape", "from the image", (26, 26, 32), r"first|same|again|padd|once|second"
    yield "conv2_shape", "1024 maps", (24, 24, 1024), r"filter|map|depth|sum|channel"
    yield "conv2_shape", "pooled", (12, 12, 32), r"pool|half|stride"
    yield "conv2_params", "as the first", 320, r"depth|channel|first|32"
    yield "conv2_params", "no biases", 9216, r"bias"
    yield "conv2_params", "one bias", 9217, r"one bias|single"
    yield "conv2_params", "bias for each", 10240, r"bias"
    yield "pool_shape", "unchanged", (24, 24, 32), r"pool|half|halv"
    yield "pool_shape", "depth halved", (12, 12, 16), r"depth|map"
    yield "pool_shape", "stride 1", (23, 23, 32), r"stride|move|step"
    yield "pool_shape", "one convolution", (13, 13, 32), r"first|second|convolution|one|same"
    yield "flatten_shape", "one map", (144,), r"map|depth"
    yield "flatten_shape", "not pooled", (18432,), r"pool"
    yield "flatten_shape", "quartered by dropout", (3456,), r"dropout"
    yield "flatten_shape", "one side", (384,), r"side|height|width|axis|both"
    yield "dense1_params", "no biases", 589824, r"bias"
    yield "dense1_params", "one map", 145 * 128, r"map|depth"
    yield "dense1_params", "not pooled", 18433 * 128, r"pool"
    yield "dense1_params", "dropout", 3457 * 128, r"dropout|^$"
    yield "dense2_params", "no biases", 1280, r"bias"
    yield "dense2_params", "half dropped", 650, r"dropout|half"
    yield "dense2_params", "one bias", 1281, r"one bias|single"
    yield "dense2_params", "from flatten", 46090, r"flatten|first dense|input|128|4,?608"
    yield "total_params", "no biases", 600608, r"bias"
    yield "total_params", "no last layer", 599520, r"last|second dense|output"
    yield "total_params", "no second convolution", 591562, r"second conv|convolution"
    yield "total_params", "convolutions only", 9568, r"dense|convolution"
    yield "total_params", "not pooled", 320 + 9248 + 18433 * 128 + 1290, r"pool"


def lenet5(g: Given) -> Iterator[Thought]:
    s, k, f1, f2, h1, h2, c = (
        g[x] for x in ("side", "kernel", "filters_1", "filters_2", "hidden_1", "hidden_2", "classes")
    )
    kk = k * k
    yield "boracchi_counts", "no biases", [150, 2400, 48000, 10080, 840], r"bias"
    yield "boracchi_counts", "colour", [456, 2416, 48120, 10164, 850], r"colour|channel|grey|first|3"
    yield "boracchi_counts", "second without depth", [156, 416, 48120, 10164, 850], r"depth|channel|second|maps"
    yield "boracchi_counts", "valid first", [156, 2416, 30840, 10164, 850], r"padd|valid|same|256|4 x 4|flatten"
    yield "boracchi_counts", "no pooling at the end", [156, 2416, 192120, 10164, 850], r"pool"
    yield "marques_counts", "5 x 5", [156, 2416, 48120, 252084, 850], r"5 x 5|1 x 1|1x1"
    yield (
        "marques_counts",
        "flatten before",
        [156, 2416, 2040, 120 * 84 + 84, 850],
        r"flatten|side|place|25|5 x 5|values|inputs|position",
    )
    yield "marques_counts", "no biases", [150, 2400, 1920, 252000, 840], r"bias"
    yield "marques_share", "first dense only", 252084 / 257546, r"^$|first|both|one|round"
    yield "marques_share", "percent", 98.209, r"percent|per cent|100"
    yield "marques_share", "the rest", 1 - 0.98209, r"rest|other|convolution|1 -|one minus"
    yield (
        "lecun_total",
        "dense unchanged",
        156 + 2416 + 48120 + 252084 + 850,
        r"dense|flatten|layer after|1 x 1|120|shrink|side",
    )
    yield "lecun_total", "no biases", 61470, r"bias"
    yield "lecun_total", "as it was", 257546, r"1 x 1|1x1|change|5 x 5"
    yield "conv1_shape", "valid", (s - k + 1, s - k + 1, f1), r"padd|valid|same"
    yield "conv1_shape", "pooled", (s // 2, s // 2, f1), r"pool|half|stride"
    yield "conv1_shape", "grey", (s, s, 1), r"depth|filter|map|channel"
    v = s // 2 - k + 1
    yield "conv2_shape", "not pooled", (s - k + 1, s - k + 1, f2), r"pool"
    yield "conv2_shape", "same", (s // 2, s // 2, f2), r"same|padd"
    yield "conv2_shape", "pooled after", (v // 2, v // 2, f2), r"pool|after|half|second"
    yield "conv2_shape", "first valid, too", ((s - k + 1) // 2 - k + 1,) * 2 + (f2,), r"padd|valid|first|same"
    yield "conv2_shape", "maps multiplied", (v, v, f1 * f2), r"multipl|maps|depth|product|filter|sum"
    flat = (v // 2) ** 2 * f2
    yield "flatten_length", "not pooled", v * v * f2, r"pool"
    yield "flatten_length", "same", (s // 4) ** 2 * f2, r"same|padd"
    yield "flatten_length", "one map", (v // 2) ** 2, r"map|depth"
    yield "flatten_length", "side once", (v // 2) * f2, r"side|height|width|both|square|axis"
    yield "flatten_length", "first maps", (v // 2) ** 2 * f1, r"first|maps|filter|depth"
    c1, c2, d1, d2, d3 = (kk + 1) * f1, (kk * f1 + 1) * f2, (flat + 1) * h1, (h1 + 1) * h2, (h2 + 1) * c
    total = c1 + c2 + d1 + d2 + d3
    yield "conv1_params", "no biases", kk * f1, r"bias"
    yield "conv1_params", "colour", (kk * 3 + 1) * f1, r"colour|channel|grey|3"
    yield "conv1_params", "side once", (k + 1) * f1, r"side|square|both|height|5 x 5"
    yield "conv1_params", "one bias", kk * f1 + 1, r"one bias|single"
    yield "conv1_params", "each place", (kk + 1) * f1 * s * s, r"place|position|share"
    yield "conv2_params", "no depth", (kk + 1) * f2, r"depth|channel|map"
    yield "conv2_params", "no biases", kk * f1 * f2, r"bias"
    yield "conv2_params", "filters exchanged", (kk * f2 + 1) * f1, r"exchang|swap|bias|role|input map"
    yield "conv2_params", "no depth, no biases", kk * f2, r"(depth|channel|map).*bias|bias.*(depth|channel|map)"
    yield "conv2_params", "bias for each map", (kk + 1) * f1 * f2, r"bias"
    yield "dense1_params", "no biases", flat * h1, r"bias"
    yield "dense1_params", "not pooled", (v * v * f2 + 1) * h1, r"pool"
    yield "dense1_params", "same", ((s // 4) ** 2 * f2 + 1) * h1, r"same|padd"
    yield "dense1_params", "one map", ((v // 2) ** 2 + 1) * h1, r"map|depth"
    yield "dense1_params", "not pooled, no biases", v * v * f2 * h1, r"pool.*bias|bias.*pool"
    yield "total_params", "no biases", total - f1 - f2 - h1 - h2 - c, r"bias"
    yield "total_params", "no middle dense layer", c1 + c2 + d1 + (h1 + 1) * c, r"second|middle|dense"
    yield "total_params", "last left out", total - d3, r"last|third|output"
    yield "total_params", "lecture's classes", total - d3 + (h2 + 1) * 10, r"10|classes"
    yield "total_params", "dense only", d1 + d2 + d3, r"dense|convolution"
    yield "dense_share", "first dense only", d1 / total, r"^$|first|other|second|only|round"
    yield "dense_share", "percent", 100 * (d1 + d2 + d3) / total, r"percent|per cent|100"
    yield "dense_share", "the rest", (c1 + c2) / total, r"rest|other|convolution|1 -|one minus"
    yield "dense_share", "to convolutions", (d1 + d2 + d3) / (c1 + c2), r"convolution|rest|other|whole|all"
    yield "colour_total", "three times", 3 * total, r"three|first|times|all|every"
    yield "colour_total", "unchanged", total, r"colour|channel|grey|change|first|depth"
    yield "colour_total", "biases, too", total + 2 * c1, r"bias"
    yield "colour_total", "one channel more", total + kk * f1, r"two|three|channel|once|one"
    yield (
        "colour_total",
        "second convolution, too",
        total + 2 * kk * f1 + 2 * kk * f1 * f2,
        r"second|both|convolution|weights",
    )
    yield "mlp_grey", "no biases", s * s * h2 + h2 * c, r"bias"
    yield "mlp_grey", "first only", (s * s + 1) * h2, r"first|second|last|output"
    yield "mlp_grey", "side once", (s + 1) * h2 + (h2 + 1) * c, r"side|square|pixel"
    yield "mlp_grey", "other neurons", (s * s + 1) * h1 + (h1 + 1) * c, r"neuron|layer|first|hidden|40|width|other"
    yield (
        "mlp_colour",
        "three times grey",
        3 * ((s * s + 1) * h2 + (h2 + 1) * c),
        r"three|bias|all|second|times|factor of 3",
    )
    yield "mlp_colour", "grey", (s * s + 1) * h2 + (h2 + 1) * c, r"grey|colour|channel"
    yield "mlp_colour", "no biases", 3 * s * s * h2 + h2 * c, r"bias"
    yield "mlp_colour", "biases of the first thrice", 3 * (s * s + 1) * h2 + (h2 + 1) * c, r"bias|three"


def linear_classifier(g: Given) -> Iterator[Thought]:
    im, w, b = np.array(g["image"]), np.array(g["W"]), np.array(g["b"])
    x = im.T.ravel()
    s = w @ x + b
    yield "unroll", "row by row", im.ravel(), r"row"
    yield "unroll", "back to front", x[::-1], r"back|revers|order|end"
    yield "unroll", "columns from the right", im[:, ::-1].T.ravel(), r"right|last column|order|back|revers"
    yield "unroll", "scaled", x / 255, r"255|scal"
    yield "scores", "row by row", w @ im.ravel() + b, r"row"
    yield "scores", "no bias", w @ x, r"bias"
    yield "scores", "bias subtracted", w @ x - b, r"sign|subtract|bias"
    yield "scores", "softmax", np.exp(s - s.max()) / np.exp(s - s.max()).sum(), r"softmax|probab"
    yield "scores", "no signs", np.abs(w) @ x + b, r"sign|absolute"
    yield "scores", "row by row, no bias", w @ im.ravel(), r"(row.*bias|bias.*row)"
    yield "scores", "bias for each pixel", w @ x + 6 * b, r"bias|pixel|each|6"
    yield "scores", "ReLU", relu(s), r"ReLU|negative"
    k = g["brighter"]
    yield "brighter_scores", "bias, too", k * s, r"bias"
    yield "brighter_scores", "added", w @ (x + k) + b, r"add|multipl|times"
    yield (
        "brighter_scores",
        "unchanged",
        s,
        r"same|unchanged|old|multipl|bright|first image|not brighter|original image",
    )
    yield "brighter_scores", "no bias", k * (w @ x), r"bias"
    yield "brighter_scores", "squared", k * k * (w @ x) + b, r"twice|squar|double"
    yield "brighter_scores", "bias k times only", w @ x + k * b, r"bias|weight|pixel"
    yield "brighter_scores", "added to the scores", s + k, r"add|multipl|times"
    t = g["template_of"]
    yield "template", "row by row", w[t].reshape(2, 3), r"row"
    yield "template", "three rows", w[t].reshape(3, 2), r"row|column|two|shape|transpos|2 x 3"
    yield "template", "next class", w[(t + 1) % 3].reshape(3, 2).T, r"from 1|from 0|other class|row|class"
    yield "template", "upside down", w[t].reshape(3, 2).T[::-1], r"upside|flip|mirror|turn|order|inverted|rotated"
    ri, rt = np.array(g["rgb_image"]), np.array(g["rgb_template"])
    yield "rgb_score", "red only", int((ri[0] * rt[0]).sum()), r"red|channel|colour|first|only"
    yield "rgb_score", "mean of the colours", float((ri * rt).sum() / 3), r"mean|average|divi|3"
    yield "rgb_score", "sums multiplied", int(ri.sum() * rt.sum()), r"sum|product|first|before|multipl"
    yield "rgb_score", "no signs", int(np.abs(ri * rt).sum()), r"sign|absolute"
    yield "rgb_score", "flipped", int((ri * rt[:, ::-1, ::-1]).sum()), r"flip|turn|rotated"
    yield (
        "rgb_score",
        "matrix products",
        int(sum((a @ c).sum() for a, c in zip(ri, rt, strict=True))),
        r"matrix|element|pixel by pixel|cell",
    )
    yield (
        "rgb_score",
        "channels back to front",
        int((ri * rt[::-1]).sum()),
        r"channel|colour|order|BGR|red|blue|exchang|swap",
    )
    ink = g["ink"]
    yield "shifted_score", "not moved", 6 * ink, r"moved|before|middle|shift"
    yield "shifted_score", "no sign", 3 * ink, r"sign"
    yield "shifted_score", "one pixel", -ink, r"one|three|row|pixel|bar"
    yield "shifted_score", "left the image", 0, r"left|0|out|all"
    yield "shifted_score", "both edges", -6 * ink, r"both|twice|double|two|2|sign"
    yield "shifted_score", "middle and right", 3 * ink, r"sign|middle|both|sum"
    n = g["weight"]
    row, column = (n - 1) // 28 + 1, (n - 1) % 28 + 1
    yield "weight_place", "column first", [column, row], r"order|exchang|column|row|swap"
    yield "weight_place", "from 0", [row - 1, column - 1], r"from 0|from 1"
    yield "weight_place", "rounded down", [n // 28, n % 28], r"round|down|from 0|from 1|row|rest|remainder"
    yield "weight_place", "from 0, column first", [column - 1, row - 1], r"from 0|from 1|exchang|order|swap"
    yield "weight_place", "rows of 24", [(n - 1) // 24 + 1, (n - 1) % 24 + 1], r"24|28|width"
    hh, ww, c = g["height"], g["width"], g["classes"]
    yield "parameters", "no biases", hh * ww * 3 * c, r"bias"
    yield "parameters", "grey", (hh * ww + 1) * c, r"grey|colour|channel"
    yield "parameters", "one class", hh * ww * 3 + 1, r"one class|class|times"
    yield "parameters", "sides added", ((hh + ww) * 3 + 1) * c, r"add|sum|product|multipl|sides"
    yield "parameters", "one bias", hh * ww * 3 * c + 1, r"one bias|single"
    yield "parameters", "bias for each colour", (hh * ww + 1) * 3 * c, r"bias"
    yield "parameters", "grey, no biases", hh * ww * c, r"(grey|colour|channel).*bias|bias.*(grey|colour|channel)"
    z = np.array(g["scores"], float)
    p = np.exp(z) / np.exp(z).sum()
    yield "softmax", "shares", z / z.sum(), r"exp|e\^|share"
    yield "softmax", "sigmoid", 1 / (1 + np.exp(-z)), r"sigmoid"
    yield "softmax", "powers of 2", 2**z / (2**z).sum(), r"power|base|2\^|of 2"
    yield "softmax", "not divided", np.exp(z), r"sum|divi|normal|add up"
    yield "softmax", "minus", np.exp(-z) / np.exp(-z).sum(), r"sign|minus|negative"
    yield "softmax", "percent", 100 * p, r"percent|per cent|100"
    yield "softmax", "by the largest", np.exp(z - z.max()), r"largest|sum|divi"
    yield "softmax", "squares", z**2 / (z**2).sum(), r"squar|exp"
    q = p[g["true_class"]]
    yield "cross_entropy", "base 2", -log2(q), r"base 2|binary"
    yield "cross_entropy", "base 10", -np.log10(q), r"base 10"
    yield "cross_entropy", "winner", -log(p.max()), r"largest|winner|class|winn"
    yield "cross_entropy", "1 - p", 1 - q, r"1 -|log|one minus"
    yield "cross_entropy", "sign", log(q), r"sign|negative"
    yield "cross_entropy", "probability", q, r"log|probab"
    yield "cross_entropy", "log of 1 - p", -log(1 - q), r"1 -|other|one minus|1 minus|not been the true"
    yield "cross_entropy", "all classes", -np.log(p).sum(), r"all|sum|every|other"
    yield "cross_entropy", "mean of all classes", -np.log(p).mean(), r"all|mean|average|every|other"
    y = np.array(g["true_shares"])
    yield "batch_cost", "sum", -np.log(y).sum(), r"sum|mean|divi|average"
    yield "batch_cost", "mean first", -log(y.mean()), r"mean|first|before|average"
    yield "batch_cost", "base 10", -np.log10(y).mean(), r"base 10"
    yield "batch_cost", "base 2", -np.log2(y).mean(), r"base 2|binary"
    yield "batch_cost", "errors", (1 - y).mean(), r"log|1 -|one minus"
    yield "batch_cost", "squared errors", ((1 - y) ** 2).mean(), r"squar"
    yield (
        "batch_cost",
        "sum in base 10",
        -np.log10(y).sum(),
        r"(sum|mean|divi).*10|10.*(sum|mean|divi)|base 10.*added up",
    )
    yield "batch_cost", "log of 1 - p", -np.log(1 - y).mean(), r"1 -|other|one minus|1 minus"
    ws, gr, rate = np.array(g["weights"]), np.array(g["gradient"]), g["rate"]
    yield "step", "uphill", ws + rate * gr, r"sign|plus|uphill|add|direction|minus|subtract"
    yield "step", "no rate", ws - gr, r"rate"
    yield "step", "step only", rate * gr, r"step|weight|subtract|change"
    yield "step", "step only, sign", -rate * gr, r"step|weight|change"
    yield "step", "rate alone", ws - rate, r"gradient|rate"
    yield "step", "sign of the gradient", ws - rate * np.sign(gr), r"sign|size"
    yield "step", "weights times", ws - rate * ws * gr, r"weight|times|multipl"
    yield "step", "10 times", ws - 10 * rate * gr, r"rate|10"
    yield "step", "rate divided", ws - gr / rate, r"rate|divi"


def mnist_keras(g: Given) -> Iterator[Thought]:
    yield "scaled_pixel", "by 256", g["grey"] / 256, r"256"
    yield "scaled_pixel", "upside down", 255 / g["grey"], r"upside|exchang|inver|divi|swap"
    yield "scaled_pixel", "inverted", 1 - g["grey"] / 255, r"1 -|invert|ink|background|one minus|dark|white"
    yield "scaled_pixel", "to -1..1", g["grey"] / 127.5 - 1, r"-1|0\.\.1|range|127"
    yield "scaled_pixel", "percent", 100 * g["grey"] / 255, r"percent|per cent|100"
    hot = np.zeros(10, int)
    d = g["digit"]
    yield "one_hot", "from 1", np.roll(np.eye(10, dtype=int)[d], -1), r"from 1|from 0|place|counted|position"
    yield "one_hot", "one too far", np.eye(10, dtype=int)[(d + 1) % 10], r"from 1|from 0|place|counted"
    yield "one_hot", "from the right", np.eye(10, dtype=int)[9 - d], r"right|back|revers|end"
    yield "one_hot", "all up to it", (np.arange(10) <= d) * 1, r"one 1|several|up to|exactly|more than|only"
    yield "one_hot", "inverted", 1 - np.eye(10, dtype=int)[d], r"0 and 1|exchang|invert|other way|swap|round"
    yield "one_hot", "the digit", hot + d * np.eye(10, dtype=int)[d], r"1|digit|value"
    s, f1, f2, h, c = (g[x] for x in ("side", "filters_1", "filters_2", "hidden", "classes"))
    yield "conv1_params", "no biases", 9 * f1, r"bias"
    yield "conv1_params", "colour", 28 * f1, r"colour|channel|grey|3"
    yield "conv1_params", "one bias", 9 * f1 + 1, r"one bias|single"
    yield "conv1_params", "side once", 4 * f1, r"side|square|3 x 3|both"
    yield "conv2_params", "no depth", 10 * f2, r"depth|channel|map|first"
    yield "conv2_params", "no biases", 9 * f1 * f2, r"bias"
    yield "conv2_params", "filters exchanged", (9 * f2 + 1) * f1, r"exchang|swap|bias|input map"
    yield "conv2_params", "a bias for each block", 10 * f1 * f2, r"bias"
    yield "conv2_params", "just like itself", (9 * f2 + 1) * f2, r"depth|own|second|first|input|maps"
    yield "conv2_params", "no depth, no biases", 9 * f2, r"(depth|channel|map).*bias|bias.*(depth|channel|map)"
    o = (s - 4) // 2
    flat = o * o * f2
    yield "flatten_length", "one convolution", ((s - 2) // 2) ** 2 * f2, r"one|second|both|two|convolution|once"
    yield "flatten_length", "same", (s // 2) ** 2 * f2, r"same|padd"
    yield "flatten_length", "no pooling", (s - 4) ** 2 * f2, r"pool"
    yield "flatten_length", "one map", o * o, r"map|depth"
    yield "flatten_length", "first filters", o * o * f1, r"first|filter|maps|depth"
    yield "flatten_length", "both filters", o * o * f1 * f2, r"first|filter|maps|both|depth|product|multipl"
    yield "flatten_length", "pooled twice", (((s - 2) // 2 - 2) // 2) ** 2 * f2, r"pool|twice|each|both"
    yield "flatten_length", "side once", o * f2, r"side|height|both|square|width|axis"
    yield "dense1_params", "no biases", flat * h, r"bias"
    yield "dense1_params", "no pooling", ((s - 4) ** 2 * f2 + 1) * h, r"pool"
    yield "dense1_params", "same", ((s // 2) ** 2 * f2 + 1) * h, r"same|padd"
    yield "dense1_params", "lecture's 64", (flat + 1) * 64, r"64|neuron|lecture"
    yield "dense1_params", "one map", (o * o + 1) * h, r"map|depth"
    c1, c2, d1, d2 = 10 * f1, (9 * f1 + 1) * f2, (flat + 1) * h, (h + 1) * c
    total = c1 + c2 + d1 + d2
    yield "total_params", "no biases", total - f1 - f2 - h - c, r"bias"
    yield "total_params", "output left out", total - d2, r"last|second dense|output"
    yield "total_params", "10 classes", total - d2 + (h + 1) * 10, r"10|classes"
    yield "total_params", "slide", 305194, r"slide|lecture|printed|prints"
    yield "total_params", "no pooling", c1 + c2 + ((s - 4) ** 2 * f2 + 1) * h + d2, r"pool"
    yield "total_params", "second convolution left out", total - c2, r"second|convolution"
    n, held, ba, ep = g["images"], g["held_back"], g["batch"], g["epochs"]
    left = n - n * held // 100
    per = ceil(left / ba)
    yield "updates_per_epoch", "rounded down", left // ba, r"round|down|last|rest|incomplete"
    yield "updates_per_epoch", "nothing held back", ceil(n / ba), r"held|split|valid|all"
    yield "updates_per_epoch", "the images held back", ceil(n * held / 100 / ba), r"held|split|valid"
    yield "updates_per_epoch", "batch size", ba, r"batch|size|number of batches|how many"
    yield "updates_per_epoch", "one for each image", left, r"image|batch"
    yield "updates_per_epoch", "one", 1, r"batch|epoch|once|one"
    yield "updates_per_epoch", "nothing held back, rounded down", n // ba, r"held|split|valid|all"
    yield "updates", "one epoch", per, r"epoch"
    yield "updates", "nothing held back", ceil(n / ba) * ep, r"held|split|valid|all"
    yield "updates", "rounded at the end", ceil(left * ep / ba), r"^$|round|end|each epoch|epoch"
    yield "updates", "images times epochs", left * ep, r"batch|image"
    yield "updates", "batch times epochs", ba * ep, r"batch|size"
    yield "updates", "epochs", ep, r"batch|epoch|once"
    yield "updates", "rounded down", left // ba * ep, r"round|down|last|rest|incomplete"
    yield "guess_loss", "base 2", log2(c), r"base 2|binary"
    yield "guess_loss", "base 10", float(np.log10(c)), r"base 10"
    yield "guess_loss", "ten classes", log(10), r"ten|10|classes"
    yield "guess_loss", "probability", 1 / c, r"log|probab"
    yield "guess_loss", "1 - p", 1 - 1 / c, r"log|1 -|one minus|wrong|error"
    yield "guess_loss", "sign", -log(c), r"sign|negative"
    yield "guess_loss", "all classes", c * log(c), r"all|sum|add|times"
    yield "loss_says", "at random", "a", r"random|2\.3|guess"
    yield "default_rate", "paper", 1.0, r"paper|1\.0|Keras"
    yield "default_rate", "SGD", 0.01, r"SGD|0\.01|other|Keras"
    yield "default_rate", "0.0001", 0.0001, r"^$|10|smaller|times|not the default"
    gr = g["gradient"]

    def step(rate: float = 1e-3, rho: float = 0.95, eps: float = 1e-7, size: float = gr) -> float:
        return rate * sqrt(eps) / sqrt((1 - rho) * size**2 + eps) * size

    yield "first_step", "rate 1", step(1.0), r"rate|1\.0|paper|1"
    yield "first_step", "rho for 1 - rho", step(rho=0.05), r"rho|0\.05|1 -|0\.95"
    yield "first_step", "no root above", step() * sqrt(1e-7), r"root|epsilon"
    yield "first_step", "SGD", 1e-3 * gr, r"gradient|SGD|root|fraction|descent"
    yield "first_step", "gradient left out", step() / gr, r"gradient"
    yield "first_step", "gradient not squared", 1e-3 * sqrt(1e-7) / sqrt(0.05 * gr + 1e-7) * gr, r"squar"
    yield "first_step", "rate of SGD", step(0.01), r"rate|0\.01|10"
    yield "first_step", "no rate", step(1.0), r"rate|1\.0|paper|1"
    mv = g["move"]
    yield "steps_needed", "rate 1", mv / step(1.0), r"rate|1\.0|paper"
    yield "steps_needed", "upside down", step() / mv, r"upside|inver|exchang|divi|swap"
    yield "steps_needed", "for 1", 1 / step(), r"move|0\.01|distance|1"
    yield "steps_needed", "plain descent", mv / (1e-3 * gr), r"gradient|SGD|rate|descent|root"
    yield "steps_needed", "multiplied", mv * step(), r"multipl|divi|times"
    yield "steps_needed", "rho for 1 - rho", mv / step(rho=0.05), r"rho|0\.05|1 -|0\.95"
    yield "culprit", "pixels", "b", r"pixel|scal|rate"


def parcels(g: Given) -> Iterator[Thought]:
    p = np.array(g["patch"], float)
    on = p[p > 0]
    r, c = np.nonzero(p)
    yield "patch_average", "all pixels", p.mean(), r"all|zero|0|not measured|belt"
    yield (
        "patch_average",
        "of the box",
        p[r.min() : r.max() + 1, c.min() : c.max() + 1].mean(),
        r"box|zero|0|not measured|hole",
    )
    yield "patch_average", "median", float(np.median(on)), r"median|middle"
    yield "patch_average", "sum", on.sum(), r"sum|divi|add"
    yield "patch_average", "largest", on.max(), r"largest|max|greatest"
    yield "patch_average", "middle of the range", (on.max() + on.min()) / 2, r"middle|largest|smallest|range|half"
    yield "patch_average", "n - 1", on.sum() / (len(on) - 1), r"n - 1|one less|minus 1|less|left out"
    yield "patch_area", "box", (np.ptp(r) + 1) * (np.ptp(c) + 1), r"box|zero|hole|0"
    yield "patch_area", "all", p.size, r"all|zero|image|0|measured"
    yield "patch_area", "different heights", len(set(on)), r"^$|differ|once|twice|same"
    yield "patch_area", "sum of heights", on.sum(), r"sum|height|count|add"
    yield "patch_area", "not measured", p.size - len(on), r"not measured|zero|0|rest|other|have no height"
    yield "patch_perimeter", "no + 1", 2 * (np.ptp(r) + np.ptp(c)), r"\+ 1|plus 1|one|minus|both|inclu"
    yield "patch_perimeter", "half", np.ptp(r) + np.ptp(c) + 2, r"half|2 x|twice|double|factor|two of the four"
    yield "patch_perimeter", "area of the box", (np.ptp(r) + 1) * (np.ptp(c) + 1), r"area|multipl|product"
    yield "patch_perimeter", "whole patch", 2 * sum(p.shape), r"whole|image|patch|all"
    yield "patch_perimeter", "squares", 4 * (np.ptp(r) + 1), r"square|4|side|height|width"
    yield (
        "patch_perimeter",
        "pixels on the rim",
        2 * (np.ptp(r) + np.ptp(c) + 2) - 4,
        r"^$|corner|rim|border|\+ 1|twice",
    )
    one, two = r + c, r - c
    yield "patch_diagonals", "other order", [np.ptp(two), np.ptp(one)], r"order|exchang|swap"
    yield (
        "patch_diagonals",
        "plus one",
        [np.ptp(one) + 1, np.ptp(two) + 1],
        r"\+ 1|plus 1|one more|one too|number|1|added one",
    )
    yield "patch_diagonals", "largest only", [one.max(), two.max()], r"largest|smallest|max|subtract"
    yield "patch_diagonals", "absolute", [np.ptp(one), np.ptp(np.abs(two))], r"sign|absolute"
    yield "patch_diagonals", "smallest", [one.min(), two.min()], r"smallest|min|largest"
    yield "patch_distribution", "all pixels", np.percentile(p, [10, 50, 90]), r"all|zero|0|not measured|belt"
    yield "patch_distribution", "back to front", np.percentile(on, [90, 50, 10]), r"order|back|revers|largest"
    yield "patch_distribution", "extremes", [on.min(), np.median(on), on.max()], r"smallest|largest|min|max|0|100"
    yield "patch_distribution", "quartiles", np.percentile(on, [25, 50, 75]), r"25|quart|75"
    yield (
        "patch_distribution",
        "mean for median",
        [np.percentile(on, 10), on.mean(), np.percentile(on, 90)],
        r"mean|average|^$",
    )
    yield "patch_distribution", "shares", np.array([0.1, 0.5, 0.9]) * on.max(), r"largest|share|of the|max|times"
    hi, sp, lo = g["high"], g["spread"], g["long"]

    def tree(flat: tuple[int, int], tall: tuple[int, int], *, swap: bool = False) -> list[int]:
        leaves = []
        for t10, t90, per in g["things"]:
            low = (t90 <= hi) != swap
            leaves.append(flat[0 if t90 - t10 > sp else 1] if low else tall[0 if per > lo else 1])
        return leaves

    yield (
        "tree_labels",
        "no and yes exchanged",
        tree((0, 2), (1, 2)),
        r"yes|no|branch|exchang|other way|reversed|wrong way|swap",
    )
    yield (
        "tree_labels",
        "first question turned",
        tree((2, 0), (2, 1), swap=True),
        r"first|17|high|turned|other way|exchang|90|question|swap|rotated",
    )
    yield "tree_labels", "classes exchanged", tree((2, 1), (2, 0)), r"envelope|parcel|label|0|exchang|swap"
    yield "tree_labels", "labels from 1", [q + 1 for q in tree((2, 0), (2, 1))], r"from 1|from 0|counted"
    yield "tree_labels", "no doubles", tree((0, 0), (1, 1)), r"double|second question|2|first question"
    f, h = g["features_count"], g["hidden"]
    yield "network_params", "no biases", f * h + h * 3, r"bias"
    yield "network_params", "hidden only", (f + 1) * h, r"output|second|hidden|first|last"
    yield "network_params", "one class", (f + 1) * h + h + 1, r"class|one|output|three"
    yield "network_params", "8 features", 9 * h + (h + 1) * 3, r"8|eight|features"
    yield "network_params", "straight to the classes", (f + 1) * 3, r"hidden|layer|linear"
    yield "network_params", "one bias for each layer", f * h + h * 3 + 2, r"one bias|bias"
    yield "network_params", "neurons as parameters", f + h + 3, r"neuron|weight|connection|add"
    yield "network_params", "biases of the outputs missing", f * h + h + h * 3, r"bias"
    yield "hand_crafted", "all tasks", ["a", "b", "c", "e"], r"\bc\b|one task"


def preprocessing_and_regularisation(g: Given) -> Iterator[Thought]:
    yield "scaled", "by 256", g["level"] / 256, r"256"
    yield "scaled", "inverted", 1 - g["level"] / 255, r"1 -|invert|one minus|dark|exchanged|swap"
    yield "scaled", "-1..1", g["level"] / 127.5 - 1, r"-1|range|127"
    yield "scaled", "percent", 100 * g["level"] / 255, r"percent|per cent|100"
    tr, te = np.array(g["train_images"], float), np.array(g["test_image"], float)
    m, s = tr.mean(axis=0), tr.std(axis=0)
    yield "pixel_mean", "all pixels", np.full((2, 2), tr.mean()), r"all|pixel|axis|same|one"
    yield "pixel_mean", "with the test image", np.concatenate([tr, te[None]]).mean(axis=0), r"test"
    yield "pixel_mean", "median", np.median(tr, axis=0), r"median"
    yield "pixel_mean", "sum", tr.sum(axis=0), r"sum|divi|add"
    yield "pixel_mean", "transposed", m.T, r"transpos|rows|mirror|order|exchang|swap"
    yield "pixel_mean", "scaled", m / 255, r"255|scal"
    yield "pixel_mean", "without the last image", tr[:3].mean(axis=0), r"last|left out|missing|image"
    yield "pixel_mean", "per image", tr.mean(axis=(1, 2)).reshape(2, 2), r"image|axis"
    yield "pixel_std", "variance", s**2, r"variance|root|squar"
    yield "pixel_std", "n - 1", tr.std(axis=0, ddof=1), r"n - 1|one less|minus 1|ddof|less"
    yield "pixel_std", "mean deviation", np.abs(tr - m).mean(axis=0), r"absolute|deviation|squar"
    yield "pixel_std", "all pixels", np.full((2, 2), tr.std()), r"all|pixel|axis|same|one"
    yield "pixel_std", "range", np.ptp(tr, axis=0), r"range|largest|smallest"
    yield "pixel_std", "root of the sum", s * 2, r"sum|divi|number|twice|double|mean|added up"
    yield "pixel_std", "variance, n - 1", tr.var(axis=0, ddof=1), r"variance|root|squar|n - 1"
    yield "test_score", "by the variance", (te - m) / s**2, r"variance|squar"
    yield "test_score", "sign", (m - te) / s, r"sign|wrong way round"
    yield "test_score", "not divided", te - m, r"divi|deviation"
    yield "test_score", "own statistics", (te - te.mean()) / te.std(), r"own|test|itself"
    yield "test_score", "not centred", te / s, r"mean|subtract|centr"
    yield "test_score", "n - 1", (te - m) / tr.std(axis=0, ddof=1), r"n - 1|one less|minus 1|less"
    yield "test_score", "1 added below", (te - m) / (s + 1), r"add|1|denominator"
    size, count = g["image_size"], g["image_count"]
    yield "statistics", "means only", size * size * 3, r"half|mean|deviation|two|both|only"
    yield "statistics", "grey", 2 * size * size, r"colour|channel|grey|three"
    yield "statistics", "per channel", 6, r"pixel|channel|colour"
    yield "statistics", "for each image", 2 * size * size * 3 * count, r"image"
    yield "statistics", "two", 2, r"pixel|each|for all"
    yield "statistics", "one side", 2 * size * 3, r"side|square|height|width|pixel"
    yield (
        "statistics",
        "grey, means only",
        size * size,
        r"(colour|channel|grey|three).*(mean|half|dev|one number)|(mean|half|dev).*(colour|channel|grey|three)",
    )
    kw, bw, l2, base = np.array(g["kernel_weights"]), g["bias_weight"], g["l2"], g["data_loss"]
    sq = int((kw**2).sum())
    yield "l2_loss", "bias, too", base + l2 * (sq + bw * bw), r"bias"
    yield "l2_loss", "halved", base + l2 * sq / 2, r"half|halv"
    yield "l2_loss", "penalty only", l2 * sq, r"penalty|only|cross|loss|added|data"
    yield "l2_loss", "L1", base + l2 * int(np.abs(kw).sum()), r"absolute|L1|squar"
    yield "l2_loss", "norm", base + l2 * sqrt(sq), r"root|norm|squar|length of the vector"
    yield "l2_loss", "mean", base + l2 * sq / 4, r"mean|average|divi|number"
    yield "l2_loss", "factor left out", base + sq, r"factor|0\.|L2|left out|missing|times"
    yield "l2_loss", "no penalty", base, r"penalty|L2|regular|weights|missing"
    yield "l2_loss", "sum squared", base + l2 * int(kw.sum()) ** 2, r"squar|first|before|each|sum"
    yield "l2_loss", "halved with bias", base + l2 * (sq + bw * bw) / 2, r"(half|halv).*bias|bias.*(half|halv)"
    w, gr, eta, dec = np.array(g["w"], float), np.array(g["gradient"], float), g["eta"], g["decay"]
    yield "w_next", "no decay", w - eta * gr, r"decay|penalty"
    yield "w_next", "plus", w + eta * (gr + dec * w), r"sign|plus|uphill|minus|subtract|direction|up the slope"
    yield "w_next", "decay the wrong way", w - eta * (gr - dec * w), r"sign|decay|minus|grow|subtract"
    yield "w_next", "twice the decay", w - eta * (gr + 2 * dec * w), r"twice|double|half|2"
    yield "w_next", "halved decay", w - eta * (gr + dec * w / 2), r"half|halv"
    yield "w_next", "decay without rate", w - eta * gr - dec * w, r"rate|decay|eta"
    yield "w_next", "constant decay", w - eta * (gr + dec), r"weight|times|constant|multipl|decay"
    yield "w_next", "decay only", w - eta * dec * w, r"gradient|decay|only"
    yield "w_next", "no rate", w - gr - dec * w, r"rate|eta"
    yield "w_next", "decay of the squares", w - eta * (gr + dec / 2 * w**2), r"squar|deriv|penalty itself|half"
    a, rate, mask = np.array(g["activations"], float), g["rate"], np.array(g["mask"])
    yield "dropped", "not scaled", a * mask, r"scal|divi"
    yield "dropped", "times 1 - rate", a * mask * (1 - rate), r"multipl|times|divi|instead"
    yield "dropped", "divided by rate", a * mask / rate, r"rate|1 -|kept|1 minus"
    yield (
        "dropped",
        "mask the other way",
        a * (1 - mask) / (1 - rate),
        r"mask|other way|turned|kept|wrong way|exchang|swap|rotated",
    )
    yield "dropped", "scaled without mask", a / (1 - rate), r"mask|drop"
    yield (
        "dropped",
        "mask the other way, not scaled",
        a * (1 - mask),
        r"mask|other way|turned|kept|wrong way|exchang|scal|swap|rotated",
    )
    yield "dropped", "times rate", a * mask * rate, r"rate|multipl|times|scal"
    yield "dropped", "by the share of the mask", a * mask / mask.mean(), r"share|mask|kept|rate|number"
    yield "dropped", "left out", a[mask == 1] / (1 - rate), r"left out|place|0|missing|drop|position"
    b0, b1 = g["accuracy_before"], g["accuracy_after"]
    yield "error_drop", "points", b1 - b0, r"point|differen|relative|subtract"
    yield "error_drop", "of the accuracy", 100 * (b1 - b0) / b0, r"accuracy"
    yield "error_drop", "of the new error", 100 * (b1 - b0) / (100 - b1), r"new|after|old|before|second error"
    yield "error_drop", "share left", 100 * (100 - b1) / (100 - b0), r"left|remain|rest|share"
    yield "error_drop", "not in per cent", (b1 - b0) / (100 - b0), r"percent|per cent|100"
    yield "error_drop", "new error", 100 - b1, r"error|after|new"
    yield "error_drop", "of the new accuracy", 100 * (b1 - b0) / b1, r"accuracy"
    ba, ga, be = np.array(g["batch"], float), g["gamma"], g["beta"]
    z = (ba - ba.mean()) / ba.std()
    yield "normalised", "not scaled", z, r"scale|shift|gamma|beta"
    yield "normalised", "no shift", ga * z, r"shift|beta"
    yield "normalised", "no scale", z + be, r"scale|gamma"
    yield "normalised", "variance", ga * (ba - ba.mean()) / ba.var() + be, r"variance|root|squar"
    yield "normalised", "n - 1", ga * (ba - ba.mean()) / ba.std(ddof=1) + be, r"n - 1|one less|minus 1|less"
    yield "normalised", "exchanged", be * z + ga, r"exchang|swap|gamma|beta"
    yield "normalised", "shift subtracted", ga * z - be, r"sign|subtract|shift|beta"
    yield "normalised", "shift first", ga * (z + be), r"before|first|order|shift"
    yield "normalised", "moving mean", ga * (ba - g["moving_mean"]) / ba.std() + be, r"moving|predict"
    mu, mm = g["momentum"], g["moving_mean"]
    yield (
        "new_moving_mean",
        "momentum the other way",
        (1 - mu) * mm + mu * ba.mean(),
        r"momentum|exchang|other way|swap|turned|rotated",
    )
    yield "new_moving_mean", "batch mean", ba.mean(), r"batch|mean|momentum|old"
    yield "new_moving_mean", "unchanged", mm, r"unchanged|old|batch|before|same"
    yield (
        "new_moving_mean",
        "average of both",
        (mm + ba.mean()) / 2,
        r"half|average|momentum|middle|mean of|same weight",
    )
    yield "new_moving_mean", "added", mu * mm + ba.mean(), r"1 -|add|factor|weight|one minus"
    yield "new_moving_mean", "batch left out", mu * mm, r"batch|left out|missing|only"
    yield "new_moving_mean", "with the sum", mu * mm + (1 - mu) * ba.sum(), r"sum|mean"
    yield "new_moving_mean", "with the largest", mu * mm + (1 - mu) * ba.max(), r"largest|max"
    ch, fi, k = g["channels"], g["filters"], g["kernel"]
    conv = (k * k * ch + 1) * fi
    yield "block_trainable", "all", conv + 4 * fi, r"moving|all|train"
    yield "block_trainable", "convolution only", conv, r"normali|gamma|scale|convolution"
    yield "block_trainable", "no biases", conv - fi + 2 * fi, r"bias"
    yield "block_trainable", "one for each map", conv + fi, r"one|two|scale|shift|gamma|beta|each"
    yield "block_trainable", "no depth", (k * k + 1) * fi + 2 * fi, r"depth|channel"
    yield (
        "block_trainable",
        "all, no biases",
        conv - fi + 4 * fi,
        r"(bias.*(moving|train|all|four))|((moving|train|all|four).*bias)",
    )
    yield (
        "block_trainable",
        "no depth, all",
        (k * k + 1) * fi + 4 * fi,
        r"(depth|channel).*(moving|train|all|four)|(moving|train|all|four).*(depth|channel)",
    )
    v, pa = g["val_loss"], g["patience"]
    stop, saves = _stopped(v, pa)
    yield "stop_epoch", "from 0", stop - 1, r"from 0|from 1|one|patience|counted"
    yield "stop_epoch", "best", 1 + int(np.argmin(v[:stop])), r"best|patience|smallest"
    yield "stop_epoch", "best of all", 1 + int(np.argmin(v)), r"best|patience|smallest|lowest|all"
    yield "stop_epoch", "never", len(v), r"end|all|patience|stop|last"
    yield "stop_epoch", "one later", stop + 1, r"later|patience|one|more"
    yield "checkpoint_saves", "each epoch", stop, r"each|every|best|epoch|improv"
    yield "checkpoint_saves", "once", 1, r"once|best|each|one|improv|number of files"
    yield "checkpoint_saves", "first left out", saves - 1, r"first"
    yield "checkpoint_saves", "to the end", _saves(v), r"stop|end|all|after|ten"
    yield "checkpoint_saves", "all ten", len(v), r"each|every|best|improv|all|ten"
    yield "keeps_label", "mirror, too", ["a", "b", "c", "d"], r"\bd\b|mirror"


def _stopped(losses: list[float], patience: int) -> tuple[int, int]:
    best, waited, saves = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, 1):
        waited = 0 if loss < best else waited + 1
        saves += loss < best
        best = min(best, loss)
        if waited >= patience:
            return epoch, saves
    return len(losses), saves


def _saves(losses: list[float]) -> int:
    return sum(loss < min(losses[:place], default=float("inf")) for place, loss in enumerate(losses))


def read_the_summary(g: Given) -> Iterator[Thought]:
    s, k, f, c = g["side"], g["kernel"], g["filters"], g["classes"]
    o = s - k + 1
    flat, wide = (o // 2) ** 2 * f, o * o * f
    conv = (k * k + 1) * f
    yield "code_flatten", "same", (s // 2) ** 2 * f, r"same|padd"
    yield "code_flatten", "no pooling", wide, r"pool"
    yield "code_flatten", "one map", (o // 2) ** 2, r"map|depth"
    yield "code_flatten", "halved", wide // 2, r"half|both|axis|axes|quarter|once|one"
    yield "code_flatten", "no + 1", ((s - k) // 2) ** 2 * f, r"\+ 1|plus 1|one more|^$"
    yield "code_total", "no biases", k * k * f + flat * c, r"bias"
    yield "code_total", "dense only", (flat + 1) * c, r"convolution|dense|first"
    yield "code_total", "no pooling", conv + (wide + 1) * c, r"pool"
    yield "code_total", "colour", (k * k * 3 + 1) * f + (flat + 1) * c, r"colour|channel|grey"
    yield "code_total", "10 classes", conv + (flat + 1) * 10, r"10|classes"
    yield "code_total", "same", conv + ((s // 2) ** 2 * f + 1) * c, r"same|padd"
    yield "code_total", "no pooling, no biases", k * k * f + wide * c, r"pool.*bias|bias.*pool"
    yield "printed_total", "pooled", conv + (flat + 1) * c, r"pool"
    yield "printed_total", "no biases", k * k * f + wide * c, r"bias"
    yield "printed_total", "same", conv + (s * s * f + 1) * c, r"same|padd"
    yield "printed_total", "printed", 433290, r"lecture|printed|slide|own|your"
    yield "printed_total", "dense only", (wide + 1) * c, r"convolution|dense|first"
    s2, f2, c2 = g["side_2"], g["filters_2"], g["classes_2"]
    yield "padded_total", "valid", 10 * f2 + ((s2 - 2) ** 2 * f2 + 1) * c2, r"padd|valid|same"
    yield "padded_total", "no biases", 9 * f2 + s2 * s2 * f2 * c2, r"bias"
    yield "padded_total", "one map", 10 * f2 + (s2 * s2 + 1) * c2, r"map|depth"
    yield "padded_total", "pooled", 10 * f2 + ((s2 // 2) ** 2 * f2 + 1) * c2, r"pool"
    yield "padded_total", "printed", 251210, r"lecture|printed|slide|own|your"
    yield "valid_total", "padded", 10 * f2 + (s2 * s2 * f2 + 1) * c2, r"padd|valid|same"
    yield "valid_total", "no biases", 9 * f2 + (s2 - 2) ** 2 * f2 * c2, r"bias"
    yield "valid_total", "n - k", 10 * f2 + ((s2 - 3) ** 2 * f2 + 1) * c2, r"\+ 1|plus 1|one more"
    yield "valid_total", "dense only", ((s2 - 2) ** 2 * f2 + 1) * c2, r"convolution|dense"
    hd, hf, hp = g["hidden_depth"], g["hidden_filters"], g["hidden_params"]
    kk = (hp - hf) // (hf * hd)
    yield "kernel_size", "area", kk, r"root|area|side|square"
    yield "kernel_size", "depth left out", sqrt(hp / hf - 1), r"depth|map|channel|3"
    yield "kernel_size", "no biases", sqrt(hp / (hf * hd)), r"bias"
    yield "kernel_size", "not by filters", sqrt((hp - hf) / hd), r"filter|map|10|divi"
    yield "kernel_size", "weights of a filter", hp // hf - 1, r"^$|depth|root|filter|weights|area"
    hi, he = g["hidden_inputs"], g["hidden_dense"]
    yield "units", "no biases", he / hi, r"bias"
    yield "units", "bias once", (he - 1) / hi, r"bias"
    yield "units", "weights", he - hi, r"divi|subtract|weight|input"
    yield "units", "less one", he / (hi + 1) - 1, r"^$|1|bias|one"
    yield "units", "inputs less one", he / (hi - 1), r"bias|plus|- 1|sign|added"
    yield "batch_axis", "channels", "a", r"channel|batch|image"
    a, b_, c_ = (g[x] for x in ("summary_a", "summary_b", "summary_c"))
    for name, rows in (("right_a", a), ("right_c", c_)):
        convs = [q for q in rows if q[0].startswith("Conv")]
        yield (
            name,
            "parameters of the second convolution",
            convs[1][2],
            r"row|second|other|already|right|printed|summary|stands",
        )
    yield "row_a", "input", 0, r"input|row"
    yield "row_a", "last", len(a) - 1, r"row|right|dense|last"
    yield "row_b", "last", len(b_) - 1, r"row|right|dense|last"
    yield "row_c", "pooling", 2, r"row|right|pool"
    ct = g["counted"]
    fz = sum(count for name, _, count in g["summary_d"] if name == "BatchNormalization")
    yield "frozen_params", "all of the normalisation", fz, r"all|half|trained|scale|gamma|128|printed"
    yield "frozen_params", "one for each map", fz // 4, r"one|half|two|mean|quarter|each"
    yield "frozen_params", "first normalisation only", 16, r"first|second|both|only"
    yield "frozen_params", "none", 0, r"moving|normali|mean|all parameters as trainable"
    yield "trainable_params", "all", ct, r"all|moving|frozen|not trained|non"
    yield "trainable_params", "no normalisation", ct - fz, r"normali|half|scale|gamma|128"
    yield "trainable_params", "one for each map", ct - fz // 4, r"one|half|two|mean|each|quarter"
    yield "trainable_params", "added", ct + fz // 2, r"add|subtract|plus|sign"


FRESH = by_exercise(
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
    read_the_summary,
)
