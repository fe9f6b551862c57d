"""Misconceptions written from the notebooks alone, without the keys and without the code that finds reasons.

What came out at once is in `benchmarks/README.md`.
"""

from collections.abc import Iterator
from math import ceil, exp, log, sqrt, tanh
from typing import Any

import numpy as np

from misconceptions.thoughts import Given, Thought, blocks, by_exercise, laid, relu


def activations_and_losses(g: Given) -> Iterator[Thought]:
    x = np.array(g["inputs"])
    yield "relu", "all positive values become 1", (x > 0).astype(float), r"slope|step|1 |above 0"
    yield "relu", "the largest value for all", np.full(len(x), x.max()), r"largest|maximum|same|all cells|alone"
    yield "leaky_relu", "negative values divided by 0.01", np.where(x < 0, x / 0.01, x), r"divi|100"
    yield "leaky_relu", "slope for all values", 0.01 * x, r"all|every|positive|0\.01"
    yield "relu_slope", "the values themselves", relu(x), r"value|output|itself|slope"
    yield "relu_slope", "1 and -1", np.sign(x), r"sign|-1|minus|negative"
    t = g["tanh_at"]
    yield "tanh", "sinh", (exp(t) - exp(-t)) / 2, r"sinh|divi|denominator|2|hyperbolic sine"
    yield "tanh", "twice the argument left out", 2 / (1 + exp(-t)) - 1, r"sigmoid|twice|half|2x|2 x|double"
    n = g["odds"]
    yield "sigmoid", "sigmoid of n, not of ln n", 1 / (1 + exp(-n)), r"ln|log"
    yield "sigmoid", "odds as 1 in n", 1 / n, r"1 / n|\+ 1|add|1 \+|one"
    s = n / (n + 1)
    yield "sigmoid_slope", "only 1 minus s", 1 - s, r"1 minus|1 - |left out|factor|multipl|forg|only"
    yield "sigmoid_slope", "s times 1 plus s", s * (1 + s), r"plus|\+|sign|minus"
    o = np.array(g["class_odds"], float)
    yield "softmax", "divided by the largest", o / o.max(), r"largest|maximum|divi"
    yield "softmax", "logs divided by their sum", np.log(o) / np.log(o).sum(), r"log|exp|e\^"
    yield "softmax_doubled", "probabilities doubled", 2 * o / o.sum(), r"doubl|twice|2"
    yield "softmax_doubled", "the same as before", o / o.sum(), r"same|not doubled|before|unchanged|twice|scores|once"
    q = o[g["true_class"]] / o.sum()
    yield "cross_entropy", "probability instead of its log", q, r"log"
    yield "cross_entropy", "base 10", -np.log10(q), r"10"
    yield "cross_entropy", "all classes", -np.log(o / o.sum()).sum(), r"all|sum|every|each"
    yield "binary_cross_entropy", "log of 1 minus s", -log(1 - s if g["label"] else s), r"1 minus|label|1 -|other"
    yield "binary_cross_entropy", "square error", (g["label"] - s) ** 2, r"squar"
    e = np.array(g["predicted"]) - np.array(g["targets"])
    yield "mse", "mean of absolute values", np.abs(e).mean(), r"absolute"
    yield "mse", "halved", (e**2).mean() / 2, r"half|halv|2"
    d = g["delta"]
    yield (
        "huber",
        "only outside delta",
        np.where(np.abs(e) <= d, e**2, d * (np.abs(e) - d / 2)).mean(),
        r"half|halv|1/2",
    )
    yield "huber", "sum", np.where(np.abs(e) <= d, e**2 / 2, d * (np.abs(e) - d / 2)).sum(), r"sum|mean|average"
    yield (
        "huber",
        "linear part d * |e|",
        np.where(np.abs(e) <= d, e**2 / 2, d * np.abs(e)).mean(),
        r"delta|linear|subtr",
    )
    yield "digits_output", "sigmoid for ten", "b", r"sigmoid|add up|independent|one|exactly"
    yield "digits_loss", "one-hot", "a", r"one-hot|vector|integer"
    yield "fault_output", "softmax of one", "a", r"softmax|1"
    yield "price_output", "softmax", "d", r"add|1"
    yield "angle_output", "sigmoid", "b", r"0"
    yield "outlier_loss", "mse", "a", r"squar"


def celebrities(_: Given) -> Iterator[Thought]:
    yield "first_params", "one channel", (48 * 48 + 1) * 400, r"colour|channel|grey"
    yield "first_params", "bias for each input", 48 * 48 * 3 * 401, r"bias"
    total = 6913 * 400 + 401 * 200 + 201 * 8
    yield "dense_params", "last layer reads 400", 6913 * 400 + 401 * 200 + 401 * 8, r"400|reads|input|order"
    yield "dense_params", "one channel", 2305 * 400 + 401 * 200 + 201 * 8, r"colour|channel|grey"
    yield "per_picture", "validation pictures too", total / 2400, r"2,?400|picture|valid"
    yield "per_picture", "upside down", 2000 / total, r"upside|inver|exchang|divi|swap|pictures per"
    yield "flatten_length", "no padding", 9 * 9 * 64, r"padd"
    yield "flatten_length", "32 filters", 12 * 12 * 32, r"32|filter|maps"
    yield "flatten_length", "pooled after each convolution", 3 * 3 * 64, r"pool"
    yield "cnn_frozen", "all of a normalisation", 4 * 392, r"half|two|all|four|train|moving"
    yield "cnn_frozen", "two once", 2 * 192, r"dense|200"
    yield "margin", "one standard error", 0.02, r"1\.96|standard error"
    yield "margin", "whole width", 2 * 1.96 * 0.02, r"half|twice|width|whole|both"
    yield "why_overfits", "rate", "a", r"rate|train"


def cifar10(g: Given) -> Iterator[Thought]:
    p, new = np.array(g["pixels"], float), np.array(g["new_pixel"], float)
    yield "channel_mean", "of all channels together", np.full(3, p.mean()), r"all|channel|together|same"
    yield (
        "channel_mean",
        "halfway between extremes",
        (p.min(axis=0) + p.max(axis=0)) / 2,
        r"largest|smallest|middle|median|extrem",
    )
    yield "channel_std", "sample", p.std(axis=0, ddof=1), r"n - 1|minus 1|n-1|sample|ddof|one less|7|8 - 1"
    yield "channel_std", "variance", p.var(axis=0), r"root|varian"
    yield "standardised", "only mean subtracted", new - p.mean(axis=0), r"divi|standard dev"
    yield "standardised", "sign", (p.mean(axis=0) - new) / p.std(axis=0), r"sign|order|exchang|subtract"
    yield "standardised", "divided by variance", (new - p.mean(axis=0)) / p.var(axis=0), r"varian|root"
    yield "rotation_factor", "share of half a turn", g["degrees"] / 180, r"180|half|pi"
    yield "rotation_factor", "radians", np.deg2rad(g["degrees"]), r"radian|pi"
    yield "rotation_factor", "both directions", 2 * g["degrees"] / 360, r"both|direction|twice|180|half"
    yield "shift_pixels", "both directions", 2 * g["share"] * g["width"], r"both|direction|twice|2"
    yield "shift_pixels", "percent", g["share"] * g["width"] / 100, r"percent|100|share"
    v = np.array(g["values"])
    yield "elu", "relu", relu(v), r"relu"
    yield "elu", "minus 1 forgotten", np.where(v < 0, np.exp(v), v), r"1"
    yield "elu", "positive values too", np.exp(v) - 1, r"positive|all|every"
    f1, f2, f3, side = g["filters_1"], g["filters_2"], g["filters_3"], g["side"]
    yield "conv3_params", "reads three channels", (27 + 1) * f2, r"3|channel|colour|image|depth|maps"
    yield "conv3_params", "second block reads itself", (9 * f2 + 1) * f2, r"second|reads|input|maps|fourth|next"
    yield "flatten_length", "pooled four times", (side // 16) ** 2 * f3, r"pool|half|halv"
    yield "flatten_length", "pooled twice", (side // 4) ** 2 * f3, r"pool|half|halv"
    yield "norm_params", "two", 4 * (f1 + f2 + f3), r"two|half|once|one|train|moving"
    yield "norm_params", "frozen of all", 4 * (f1 + f2 + f3) * 2 + 4 * g["classes"], r"class|dense|output|last"
    n = g["tested"]
    yield "margin", "without the root", 1.96 * 0.7846 * 0.2154 / sqrt(n), r"root"
    yield "margin", "training accuracy", 1.96 * sqrt(0.7812 * 0.2188 / n), r"train|0\.7812|78\.12"
    yield "margin", "half of a share", 1.96 * sqrt(0.25 / n), r"0\.5|half|50"
    yield "why_higher", "memorised", "a", r"memor|train"
    yield "leak", "weights", "b", r"weights|fit"


def conv_arithmetic(g: Given) -> Iterator[Thought]:
    n, k, f = g["valid_size"], g["valid_kernel"], g["valid_filters"]
    yield "valid_shape", "three per filter", (n - k + 1, n - k + 1, 3 * f), r"3|channel|depth|colour"
    yield "valid_shape", "kernel taken off twice", (n - 2 * (k - 1), n - 2 * (k - 1), f), r"twice|both|sides|2"
    yield "valid_shape", "colours kept", (n - k + 1, n - k + 1, 3), r"depth|channel|filter|colour"
    s = g["stride_size"]
    yield "slid_size", "one off each kernel pixel", s - 3, r"\+ 1|1 "
    yield "slid_size", "padded", s, r"padd|same"
    yield "stride_size", "rounded up", ceil((s - 3) / 2) + 1, r"round|up|ceil"
    yield "stride_size", "half of the size", s // 2, r"half|padd|kernel|filter|divi"
    hh, ww = g["pad_height"], g["pad_width"]
    ph, pw, pr, pc = g["pad_high"], g["pad_wide"], g["pad_rows"], g["pad_columns"]
    yield (
        "feature_map_shape",
        "padding once",
        ((hh + pr - ph) // 2 + 1, (ww + pc - pw) // 3 + 1),
        r"once|one side|both|sides|padd",
    )
    yield (
        "feature_map_shape",
        "strides exchanged",
        ((hh + 2 * pr - ph) // 3 + 1, (ww + 2 * pc - pw) // 2 + 1),
        r"stride.*(exchang|swap)|(exchang|swap|other).*stride|stride|swapped",
    )
    yield (
        "feature_map_shape",
        "stride 1",
        (hh + 2 * pr - ph + 1, ww + 2 * pc - pw + 1),
        r"stride",
    )
    m, mk, mf = g["same_size"], g["same_kernel"], g["same_filters"]
    yield "same_shape", "stride ignored", (m, m, mf), r"stride"
    yield "same_shape", "rounded down", (m // 2, m // 2, mf), r"round|down|up"
    yield "same_shape", "no padding", ((m - mk) // 2 + 1, (m - mk) // 2 + 1, mf), r"padd|valid"
    p, pd = g["pool_size"], g["pool_depth"]
    yield "pool_shape", "depth halved", (p // 2, p // 2, pd // 2), r"depth|maps"
    yield "pool_shape", "one less", (p - 1, p - 1, pd), r"stride|own size|window"
    w = g["window"]
    yield "pool_discarded", "the kept share", 1 / w**2, r"kept|keep|remain|stay|left|1 minus"
    yield "pool_discarded", "along one axis", 1 - 1 / w, r"axis|one|side|direction|height|w"
    yield "pool_discarded", "number of values", w**2 - 1, r"share|number|divi"
    image, weights = np.array(g["image"]), np.array(g["weights"])
    yield "feature_map", "flipped", laid(image, weights[::-1, ::-1]), r"flip|turn"
    yield "feature_map", "transposed", laid(image, weights.T), r"transpos|row.*column|column.*row|exchang"
    yield "feature_map", "relu", relu(laid(image, weights)), r"relu|negative"
    ok, od, small = g["one_kernel"], g["one_depth"], g["small_filters"]
    yield "one_filter_params", "bias for each map", (ok * ok + 1) * od, r"bias"
    yield "one_filter_params", "3 instead of 9", ok * od + 1, r"side|squar|height|one side|x"
    yield "small_layer_params", "one bias", ok * ok * od * small + 1, r"bias"
    yield "small_layer_params", "depth left out", (ok * ok + 1) * small, r"depth|maps|channel"
    cs, d, ck, cf = g["conv_size"], g["conv_depth"], g["conv_kernel"], g["conv_filters"]
    yield "conv_params", "each place has weights", (cs - ck + 1) ** 2 * (ck * ck * d + 1) * cf, r"place|share|position"
    yield "conv_params", "dense", cs * cs * d * cf, r"dense|all|image|input|volume|filter"
    yield "conv_params", "no bias", ck * ck * d * cf, r"bias"
    fh, fw, fd, ff = g["flat_high"], g["flat_wide"], g["flat_depth"], g["flat_filters"]
    yield "nonsquare_params", "square height", (fh * fh * fd + 1) * ff, r"squar|height|width|(\d+) x \1 filters"
    yield "nonsquare_params", "sides added", ((fh + fw) * fd + 1) * ff, r"add|\+|sum|multipl"
    yield "nonsquare_params", "depth left out", (fh * fw + 1) * ff, r"depth|maps|channel"
    u = g["dense_units"]
    yield "dense_params", "grey", (32 * 32 + 1) * u, r"colour|channel|grey"
    yield "dense_params", "one bias", 32 * 32 * 3 * u + 1, r"bias"
    yield "dense_params", "bias for each input", 32 * 32 * 3 * (u + 1), r"bias"
    ls, ld, lu = g["last_side"], g["last_depth"], g["last_units"]
    yield "flatten_dense_params", "depth left out", (ls * ls + 1) * lu, r"depth|maps|channel|one map|one feature map"
    yield "flatten_dense_params", "depth only", (ld + 1) * lu, r"pixel|height|side|flatten|places|depth|maps|one value"
    yield "flatten_dense_params", "side not squared", (ls * ld + 1) * lu, r"squar|side|width|height|axis"
    yield "lenet_colour", "three times", 61706 * 3, r"three|3|tripl"
    yield "lenet_colour", "biases of the first tripled", 61706 + 2 * 26 * 6, r"bias"
    yield "lenet_colour", "all weights of the first anew", 61706 + 3 * 150, r"first|twice|already|add|three|3"
    ms, mu = g["mlp_side"], g["mlp_units"]
    yield "mlp_colour", "grey", (ms * ms + 1) * mu + (mu + 1) * 10, r"colour|channel|grey"
    yield "mlp_colour", "second reads image", (ms * ms * 3 + 1) * (mu + 10), r"second|reads|image|both|input"
    ps, pdp, pf = g["point_size"], g["point_depth"], g["point_filters"]
    yield "pointwise_params", "one weight a filter", 2 * pf, r"depth|maps|channel|one weight"
    yield "pointwise_params", "with the places", (ps * ps * pdp + 1) * pf, r"place|dense|pixel|position|height"
    ds, dd, dk, mm = g["deep_size"], g["deep_depth"], g["deep_kernel"], g["multiplier"]
    yield "depthwise_params", "ordinary convolution", (dk * dk * dd + 1) * dd * mm, r"depth|ordinary|every|all|each"
    yield "depthwise_params", "multiplier left out", (dk * dk + 1) * dd, r"multiplier"
    yield "depthwise_shape", "multiplier left out", (ds - dk + 1, ds - dk + 1, dd), r"multiplier"
    yield "depthwise_shape", "padded", (ds, ds, dd * mm), r"padd|same"
    yield "depthwise_shape", "depth is the multiplier", (ds - dk + 1, ds - dk + 1, mm), r"multiplier|depth"
    st, sw, sc, sf = g["steps"], g["step_width"], g["step_channels"], g["step_filters"]
    yield "conv1d_shape", "stride ignored", (st - sw + 1, sf), r"stride"
    yield "conv1d_shape", "channels kept", ((st - sw) // 3 + 1, sc), r"channel|filter|maps|depth of the input"
    yield "conv1d_shape", "stride divides first", (st // 3 - sw + 1, sf), r"first|order|before|divi|stride"
    yield "conv1d_params", "square filters", (sw * sw * sc + 1) * sf, r"squar|2-D|width|one axis|two"
    yield "conv1d_params", "channels left out", (sw + 1) * sf, r"channel|depth|maps"
    ss, cc, c3 = g["scan_size"], g["scan_channels"], g["scan_filters"]
    yield "conv3d_params", "channels left out", 28 * c3, r"channel|depth|maps"
    yield "conv3d_params", "two axes", (9 * cc + 1) * c3, r"9|2-D|two|third|axes|flat|cube|depth"
    yield "conv3d_shape", "one axis not reduced", (ss - 2, ss - 2, ss, c3), r"axis|third|depth|last"
    yield "conv3d_shape", "padded", (ss, ss, ss, c3), r"padd|same"
    nm = g["norm_maps"]
    yield "batchnorm_params", "two", 2 * nm, r"two|moving|four|2"
    yield "batchnorm_params", "for each pixel", 4 * g["norm_size"] ** 2 * nm, r"pixel|place|each|value|position"
    yield "batchnorm_frozen", "all", 4 * nm, r"all|gamma|half|train"
    yield "batchnorm_frozen", "one", nm, r"mean|varian|one|two"
    a, b, c = g["first_kernel"], g["pool_side"], g["second_kernel"]
    yield "receptive_field", "added up", a + b + c, r"add|sum|\+"
    yield "receptive_field", "stride of pooling ignored", a + b - 1 + c - 1, r"stride|pool|jump|distance|step|apart"
    yield "receptive_field", "only the last", c, r"last|layer"
    big, mf = g["memory_side"], g["memory_filters"]
    yield "memory", "bits for bytes", big * big * mf * 32 / 2**20, r"bit|byte|8"
    yield "memory", "million bytes", big * big * mf * 4 / 1e6, r"1,?000|million|1024|decimal"
    yield "memory", "three channels each", big * big * mf * 4 * 3 / 2**20, r"3|channel|colour"
    yield "pointwise_use", "pixels", "a", r"height|width|size"


def convolution_properties(g: Given) -> Iterator[Thought]:
    x, h, f = (np.array(g[k]) for k in ("x", "h", "g"))
    yield "output", "not flipped", np.correlate(x, h, "full"), r"flip|correl"
    yield "output", "same size", np.convolve(x, h, "same"), r"same|full|all places|overlap|ends|as many values"
    yield (
        "output",
        "only complete overlaps",
        np.convolve(x, h, "valid"),
        r"valid|full|all places|overlap|complete|ends|beyond",
    )
    yield "cascade", "sum of the filters", h + f, r"sum|add|\+"
    yield "cascade", "product of the values", h * f, r"product|multipl|value by value|place by place"
    yield "cascade", "correlated", np.correlate(h, f, "full"), r"flip|correl"
    yield "parallel", "cascade", np.convolve(np.convolve(x, h), f), r"one after|cascade|second|output|add|both|and then"
    yield "parallel", "difference", np.convolve(x, h - f), r"subtract|differ|minus"
    yield "parallel", "mean", np.convolve(x, h + f) / 2, r"mean|average|half|halv|2"
    zeros = np.zeros(g["delay"], int)
    yield "delayed", "zeros at the end", np.r_[np.convolve(x, h), zeros], r"end|after|behind|before|begin|early"
    yield "delayed", "not delayed", np.convolve(x, h), r"delay|zeros|begin|later"
    yield "delayed", "a zero too few", np.r_[zeros[1:], np.convolve(x, h)], r"zero|few|one|delay|3|missing"
    yield "swapped", "unchanged", np.correlate(x, h, "full"), r"same|order|revers|unchanged|exchang|other"
    yield "swapped", "convolution", np.convolve(x, h), r"flip|convol"
    yield "swapped", "sign", -np.correlate(x, h, "full"), r"sign|minus"
    image, lap = np.array(g["image"]), np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])
    yield "edge_padded", "zeros", np.pad(image, 1), r"zero"
    yield "edge_padded", "reflected", np.pad(image, 1, "reflect"), r"reflect|mirror"
    yield "edge_padded", "wrapped", np.pad(image, 1, "wrap"), r"other side|opposite|wrap|around"
    yield "edge_map", "zeros", laid(image, lap, 1), r"zero"
    yield "edge_map", "sign", laid(np.pad(image, 1, "edge"), -lap), r"sign|minus"
    yield (
        "edge_map",
        "8 neighbours",
        laid(np.pad(image, 1, "edge"), [[-1] * 3, [-1, 8, -1], [-1] * 3]),
        r"diagonal|8|neighbour",
    )
    v = g["level"]
    yield "flat_image", "all zero", [0, 0, 0], r"zero|border|0"
    yield "flat_image", "corner and edge exchanged", [0, v, 2 * v], r"exchang|order|swap|corner"
    yield "flat_image", "corner misses one", [0, v, v], r"corner|two|one"
    yield "flat_image", "signs", [0, -2 * v, -v], r"sign|minus|negative"
    r = np.array(g["row"])
    yield "reflected", "border twice", np.pad(r, 2, "symmetric"), r"border|twice|repeat|mirror|itself|edge"
    yield "reflected", "border repeated", np.pad(r, 2, "edge"), r"repeat|border|edge"
    yield "reflected", "order not mirrored", np.r_[r[1:3], r, r[-3:-1]], r"order|mirror|revers|turn"
    yield "reflected", "one pixel", np.pad(r, 1, "reflect"), r"one|two|1|length"
    size, field, step = (np.array(g[k]) for k in ("sizes", "field", "strides"))
    upper, neuron = np.array(g["upper"]), np.array(g["neuron"])
    yield "unpadded", "stride ignored", size - field + 1, r"stride|apart|step"
    yield "unpadded", "1 forgotten", (size - field) // step, r"1"
    yield "unpadded", "size by stride", size // step, r"field|filter|divi|subtract"
    yield "unpadded", "rounded up", -(-size // step), r"round|padd|same|field|divi"
    needed = np.maximum((upper - 1) * step + field - size, 0)
    yield "padding_needed", "one side", needed // 2, r"side|half|both|together"
    yield "padding_needed", "both sides each", 2 * needed, r"twice|each|both|side"
    yield "padding_needed", "upper times stride", np.maximum(upper * step + field - size, 0), r"1|last|upper|number|one"
    first = neuron * step
    yield (
        "connected",
        "stride ignored",
        [neuron[0], neuron[0] + field[0] - 1, neuron[1], neuron[1] + field[1] - 1],
        r"stride|apart|step",
    )
    yield "connected", "one too far", [first[0], first[0] + field[0], first[1], first[1] + field[1]], r"1|last|one|far"
    yield (
        "connected",
        "counted from 1",
        [first[0] + 1, first[0] + field[0], first[1] + 1, first[1] + field[1]],
        r"count|from 1|from 0|1",
    )
    yield (
        "connected",
        "rows and columns exchanged",
        [first[1], first[1] + field[1] - 1, first[0], first[0] + field[0] - 1],
        r"exchang|order|swap|row",
    )
    place = [first[0], first[0] + field[0] - 1, first[1], first[1] + field[1] - 1]
    yield "connected_input", "padding not taken off", place, r"padd|zeros|padded"
    both = [place[0] - needed[0], place[1] - needed[0], place[2] - needed[1], place[3] - needed[1]]
    yield "connected_input", "all zeros before", both, r"half|both|all|before|side|twice"
    half = needed // 2
    added = [place[0] + half[0], place[1] + half[0], place[2] + half[1], place[3] + half[1]]
    yield "connected_input", "padding added", added, r"add|subtract|\+|sign"
    side, filters, batch, memory = g["side"], g["filters"], g["batch"], g["memory"]
    values = side * side * filters * batch
    yield "batch_memory", "one image", values / batch * 4 / 2**30, r"one image|batch|image"
    yield "batch_memory", "bits", values * 32 / 2**30, r"bit|byte|8"
    yield "batch_memory", "1000", values * 4 / 1e9, r"1,?000|1024|decimal"
    yield "batch_memory", "colours", values * 4 * 3 / 2**30, r"3|colour|channel"
    yield "half_memory", "16 bits for bytes", values * 16 / 2**30, r"bit|byte|8"
    yield "half_memory", "32 bits", values * 4 / 2**30, r"32|half|4 bytes|four|twice"
    yield "half_memory", "one byte", values / 2**30, r"byte|half|8|quarter|twice"
    each = side * side * filters * 2 / 2**20
    yield "largest_batch", "rounded up", ceil(memory * 1024 / each), r"round|up"
    yield "largest_batch", "32 bits", memory * 1024 // (2 * each), r"32|4 bytes|four|half|twice"
    yield "largest_batch", "bits", memory * 1024 // (8 * each), r"bit|byte|8"


def dense_mnist(g: Given) -> Iterator[Thought]:
    i, h1, h2, c = g["inputs"], g["hidden1"], g["hidden2"], g["classes"]
    total = (i + 1) * h1 + (h1 + 1) * h2 + (h2 + 1) * c
    yield "first_params", "side for the image", (g["side"] + 1) * h1, r"side|squar|row|28|pixel"
    yield "first_params", "one bias", i * h1 + 1, r"bias"
    yield "first_params", "second layer", (h1 + 1) * h2, r"second|next|layer|hidden"
    yield "total_params", "no biases", i * h1 + h1 * h2 + h2 * c, r"bias"
    yield "total_params", "outputs left out", (i + 1) * h1 + (h1 + 1) * h2, r"last|output|left out|missing"
    yield "total_params", "all layers read the image", (i + 1) * (h1 + h2 + c), r"reads|image|input|each|every"
    yield "first_share", "without the first", 1 - (i + 1) * h1 / total, r"other|1 minus|rest|remain"
    yield "first_share", "compared with the rest", (i + 1) * h1 / (total - (i + 1) * h1), r"rest|others|other|all"
    yield "first_share", "second", (h1 + 1) * h2 / total, r"second|other|layer"
    yield "zero_unit", "0", 0, r"sigmoid|0"
    yield "zero_unit", "1", 1, r"sigmoid|1"
    yield "zero_cost", "half", log(2), r"two|0\.5|half|ln 2|2 classes"
    yield "zero_cost", "log 10", 1 / c, r"log|share|probab"
    n, w = g["pixels"], g["weight"]
    z = n * w
    s = 1 / (1 + exp(-z))
    yield "large_slope", "the sigmoid itself", s, r"sigmoid|slope|output|value"
    yield "large_slope", "one pixel", (1 / (1 + exp(-w))) * (1 - 1 / (1 + exp(-w))), r"one|pixel|single|sum|all"
    yield "large_slope", "tanh", 1 - tanh(z) ** 2, r"tanh"
    yield "glorot_limit", "he", sqrt(6 / i), r"he|784|input|only"
    yield "glorot_limit", "2 for 6", sqrt(2 / (i + h1)), r"2|normal|standard dev|6"
    yield "glorot_limit", "without root", 6 / (i + h1), r"root"
    k, r = g["kept"], g["rate"]
    yield "dropout_kept", "not scaled", k, r"scal|divi|unchanged|same"
    yield "dropout_kept", "multiplied", k * (1 - r), r"multipl|divi|smaller"
    yield "dropout_kept", "divided by the rate", k / r, r"rate|1 minus|dropped|kept|share"
    yield "dropout_predict", "scaled", "c", r"scal|training|multipl|already"
    b = np.array(g["batch"], float)
    z = (b - b.mean()) / b.std()
    yield "batchnorm_values", "only standardised", z, r"scale|gamma|shift"
    yield "batchnorm_values", "gamma and beta exchanged", g["beta"] * z + g["gamma"], r"exchang|swap"
    yield "batchnorm_values", "variance", g["gamma"] * (b - b.mean()) / b.var() + g["beta"], r"varian|root"
    yield "batchnorm_values", "shift first", g["gamma"] * (z + g["beta"]), r"first|before|shift|order|bracket"
    yield "batchnorm_params", "two", 2 * (h1 + h2), r"two|half|moving|2"
    yield "batchnorm_params", "one layer", 4 * h1, r"one|second|both|layer"
    yield "batchnorm_frozen", "all", 4 * (h1 + h2), r"all|gamma|half|train"
    yield "batchnorm_frozen", "first layer only", 2 * h1, r"one|second|both|layer|first"
    w1, b1, w2, b2, x = (np.array(g[k]) for k in ("W1", "b1", "W2", "b2", "x"))
    yield "folded_kernel", "wrong order", w2 @ w1, r"order|exchang|swap"
    yield "folded_kernel", "elementwise", w1 * w2, r"element|cell|value by value|\*|place"
    yield "folded_kernel", "sum", w1 + w2, r"sum|add|\+"
    yield "folded_bias", "sum", b1 + b2, r"add|sum|W2|multipl|through"
    yield "folded_bias", "only the second", b2, r"first|second|b1"
    yield "folded_bias", "b2 through W1", b1 + b2 @ w1, r"W1|order|exchang|other"
    yield "folded_output", "no bias", x @ w1 @ w2, r"bias"
    yield "folded_output", "first layer only", x @ w1 + b1, r"first|second|one"
    yield "relu_output", "relu at the end", relu((x @ w1 + b1) @ w2 + b2), r"end|after|last|second|output|left out ReLU"
    yield "relu_output", "absolute", np.abs(x @ w1 + b1) @ w2 + b2, r"absolute|sign"
    yield "relu_output", "relu before the bias", (relu(x @ w1) + b1) @ w2 + b2, r"bias|before|first"


def feature_maps(g: Given) -> Iterator[Thought]:
    image, one, two = (np.array(g[k]) for k in ("image", "filter_1", "filter_2"))
    yield "first_shape", "one map", (4, 4, 1), r"filter|depth|two|map"
    yield "first_shape", "padded", (6, 6, 2), r"padd|same"
    yield "first_shape", "as many maps as rows", (2, 4, 4), r"first|last|order|depth"
    a, b = laid(image, one) + g["bias_1"], laid(image, two) + g["bias_2"]
    yield "map_1", "no bias", relu(a - g["bias_1"]), r"bias"
    yield "map_1", "no relu", a, r"relu|negative"
    yield "map_1", "bias after relu", relu(a - g["bias_1"]) + g["bias_1"], r"after|bias|order|before"
    yield "map_2", "first bias", relu(b - g["bias_2"] + g["bias_1"]), r"bias"
    yield "map_2", "flipped", relu(laid(image, two[::-1, ::-1]) + g["bias_2"]), r"flip|turn"
    yield "map_2", "bias subtracted", relu(b - 2 * g["bias_2"]), r"bias|sign|subtract"
    row, column = (int(v) for v in np.argwhere(a == a.max())[0])
    yield "fires_at", "column first", [column, row], r"column|order|exchang|swap|first"
    yield "fires_at", "counted from 1", [row + 1, column + 1], r"from 1|from 0|count"
    yield "fires_at", "centre of the window", [row + 1, column + 1], r"centre|middle|from 1|count"
    yield "seen", "three more", [row, row + 3, column, column + 3], r"last|far|3|one|2|count"
    yield "seen", "centred", [row - 1, row + 1, column - 1, column + 1], r"centre|middle|corner|padd"
    yield "seen", "only the place", [row, row, column, column], r"field|filter|window|one pixel|single|3|sees"
    d, r = g["down"], g["right"]
    yield "shifted_at", "not shifted", [row, column], r"not shift|same|unchanged|shift|move"
    yield "shifted_at", "opposite", [row - d, column - r], r"opposite|sign|other|wrong direction|direction"
    yield "shifted_at", "axes exchanged", [row + r, column + d], r"exchang|axes|swap|down|right"
    m = relu(a)
    yield "pooled", "average", blocks(m, 2, np.mean), r"average|mean"
    yield (
        "pooled",
        "stride 1",
        np.array([[m[i : i + 2, j : j + 2].max() for j in range(3)] for i in range(3)]),
        r"stride|overlap|3|size",
    )
    yield "pooled", "top left", m[::2, ::2], r"first|top|corner|second|every|largest|maximum"
    yield "maps_tell", "picture", "a", r"layer|filter|picture|image|below"
    layers = [list(one) for one in g["layers"]]
    yield "fields", "sizes", [s for _, s, _ in layers], r"only|own|size|layer below|window"
    added, field = [], 0
    for _, s, _ in layers:
        field += s
        added.append(field)
    yield "fields", "sizes added", added, r"add|sum|\+"
    plain, field = [], 1
    for _, s, _ in layers:
        field += s - 1
        plain.append(field)
    yield "fields", "strides ignored", plain, r"stride|apart|step|jump"
    yield "slide_field", "strides ignored", 6, r"stride|apart|step|jump|pool"
    yield "slide_field", "pool left out", 5, r"pool"
    yield "slide_field", "product", 18, r"multipl|product"
    field, jump = 1, 1
    for _, s, t in layers:
        field += (s - 1) * jump
        jump *= t
    k = g["neuron"]
    yield "window", "from the neuron", [k, k + field - 1], r"stride|apart|step|jump|distance"
    yield "window", "one too far", [k * jump, k * jump + field], r"last|far|one|1"
    yield "window", "centred", [k * jump - field // 2, k * jump + field // 2], r"centre|middle|half|around"
    n = g["object_size"]
    yield "convs_needed", "divided by 3", ceil(n / 3), r"3|divi|side by side"
    yield "convs_needed", "one more", (n - 1) // 2 + 1, r"one|1|more|many"
    yield "convs_needed", "one pixel each", n - 1, r"two|2|each|both|side"
    yield "convs_needed", "half", n / 2, r"half|whole|- 1|1"
    q, p1, p2, p3 = (np.array(g[k]) for k in ("query", "a", "b", "c"))
    others = (p1, p2, p3)
    yield "pixel_distances", "root", [sqrt(((q - p) ** 2).sum()) for p in others], r"root"
    yield "pixel_distances", "not squared", [np.abs(q - p).sum() for p in others], r"squar|absolute"
    yield "pixel_distances", "differing pixels", [(q != p).sum() for p in others], r"count|number|squar|differ"
    yield "pixel_distances", "mean", [((q - p) ** 2).mean() for p in others], r"mean|average|sum"


def first_lenet5(g: Given) -> Iterator[Thought]:
    w, c, b = np.array(g["window"], float), g["coefficient"], g["bias"]
    yield "pooled_value", "maximum", w.max() * c + b, r"max|largest"
    yield "pooled_value", "sum", w.sum() * c + b, r"sum|add|average|divi"
    yield "pooled_value", "bias first", (w.mean() + b) * c, r"first|before|order|bracket|bias"
    yield "pooled_value", "plain average", w.mean(), r"coefficient|bias|only"
    yield "pooled_value", "bias for each value", w.mean() * c + 4 * b, r"bias"
    yield "pooling_params", "none", 0, r"none|no param|train|coefficient"
    yield "pooling_params", "coefficients only", 6 + g["filters"], r"bias|coefficient|two|one"
    yield "pooling_params", "weight for each value", (6 + g["filters"]) * 5, r"each|four|4|coefficient|weight"
    yield "pooling_params", "two per layer", 4, r"map|layer"
    t = np.array(g["table"])
    filters = g["filters"]
    yield "reads", "filters of maps", t.sum(axis=1), r"row|column|map|other|exchang"
    yield "reads", "not read", 6 - t.sum(axis=0), r"not|zero|0|missing|left"
    yield "reads", "all", [6] * filters, r"all|six|every|table|alone"
    yield "read_by", "per filter", t.sum(axis=0), r"row|column|filter|other|exchang"
    yield "read_by", "not", filters - t.sum(axis=1), r"not|zero|0|missing"
    ones = int(t.sum())
    yield "partial_params", "all maps", filters * (25 * 6 + 1), r"all|six|every|table|connect"
    yield "partial_params", "no bias", 25 * ones, r"bias"
    yield "partial_params", "bias for each connection", 26 * ones, r"bias"
    yield "partial_params", "one map", filters * 26, r"one map|map|depth|only"
    yield "partial_params", "zeros counted", 25 * (6 * filters - ones) + filters, r"zero|0|not|missing|miss"
    yield "saved_params", "connections", 6 * filters - ones, r"25|connection|5 x 5|weights"
    yield "saved_params", "biases too", 26 * (6 * filters - ones), r"bias"
    yield "saved_params", "what is left", 25 * ones + filters, r"left|still|remain|save|has"
    part = 25 * ones + filters
    total = 156 + 12 + part + 2 * filters + (25 * filters + 1) * 120 + 121 * 84
    yield "trainable_total", "pooling left out", total - 12 - 2 * filters, r"pool"
    yield "trainable_total", "outputs trained", total + 850, r"output|fixed|code|last"
    yield "trainable_total", "full connections", total - part + 151 * filters, r"table|all|full|every|partial|six"
    yield "trainable_total", "dense without bias", total - 84, r"bias"
    v, codes = np.array(g["vector"]), np.array(g["codes"])
    yield "distances", "root", np.sqrt(((v - codes) ** 2).sum(axis=1)), r"root"
    yield "distances", "absolute", np.abs(v - codes).sum(axis=1), r"squar|absolute"
    yield "distances", "product", codes @ v, r"product|multipl|dot"
    yield "distances", "mean", ((v - codes) ** 2).mean(axis=1), r"mean|average|sum|divi"
    yield "distances", "different signs", (np.sign(v) != codes).sum(axis=1), r"count|number|differ|sign"
    yield "nearest", "none", "d", r"equal|near|small|close"
    m, d = np.array(g["confusion"]), g["digit"]
    right = int(np.trace(m))
    yield "errors", "the right ones", right, r"right|correct|diagonal"
    yield "errors", "above the diagonal", int(np.triu(m, 1).sum()), r"diagonal|half|above|one side|below"
    yield "errors", "confused cells", int((m - np.diag(np.diag(m)) > 0).sum()), r"cell|count|number|kinds|pairs"
    wrong = m.sum() - right
    yield "error_rate", "as a share", wrong / m.sum(), r"percent|100|share"
    yield "error_rate", "accuracy", 100 * right / m.sum(), r"accura|right|correct|100 minus"
    yield "error_rate", "divided by the right ones", 100 * wrong / right, r"right|correct|all"
    yield "recall", "precision", m[d, d] / m[:, d].sum(), r"precision|column|row|output"
    yield "recall", "share of all", m[d, d] / m.sum(), r"all|10,?000|every|total"
    yield "recall", "missed", 1 - m[d, d] / m[d].sum(), r"missed|not|1 minus|wrong|rest"
    yield "precision", "recall", m[d, d] / m[d].sum(), r"recall|column|row|image"
    yield "precision", "f1", 2 * m[d, d] / (m[d].sum() + m[:, d].sum()), r"both|F1|sum|mean|recall"
    yield "precision", "percent", 100 * m[d, d] / m[:, d].sum(), r"percent|100|share"
    yield "precision", "next digit", m[d - 1, d - 1] / m[:, d - 1].sum(), r"digit|from 0|from 1|count|row"
    off = m - np.diag(np.diag(m))
    i, j = (int(v) for v in np.unravel_index(off.argmax(), off.shape))
    yield "confused", "exchanged", [j, i], r"order|exchang|swap|first|true"
    yield "confused", "from 1", [i + 1, j + 1], r"from 1|from 0|count"
    pairs = np.triu(off + off.T)
    a, b2 = (int(v) for v in np.unravel_index(pairs.argmax(), pairs.shape))
    yield "confused", "both directions added", [a, b2], r"direction|both|add|order|pair"
    worst = int(off.sum(axis=1).argmax())
    yield "confused", "the worst digit", [worst, int(off[worst].argmax())], r"most errors|worst|row|digit"


def hand_convolution(g: Given) -> Iterator[Thought]:
    image, lap = np.array(g["image"]), np.array(g["laplacian"])
    yield (
        "laplacian_valid",
        "diagonals too",
        laid(image, [[-1] * 3, [-1, 8, -1], [-1] * 3]),
        r"diagonal|8|neighbour|corners",
    )
    yield "laplacian_valid", "centre only", 4 * image[1:-1, 1:-1], r"centre|middle|neighbour|minus|-1"
    yield "laplacian_valid", "signs", -laid(image, lap), r"sign|minus"
    yield "laplacian_same", "border left 0", np.pad(laid(image, lap), 1), r"border|edge|zero"
    yield "laplacian_same", "repeated border", laid(np.pad(image, 1, "edge"), lap), r"repeat|border|edge"
    yield "laplacian_stride", "begins one later", laid(image, lap, 1)[1::2, 1::2], r"begin|start|second|first|later|top"
    yield "laplacian_stride", "without padding", laid(image, lap)[::2, ::2], r"padd"
    photo, weights = np.array(g["photo"], float), np.array(g["weights"])
    found = laid(photo, weights)
    yield "feature_map", "flipped", laid(photo, weights[::-1, ::-1]), r"flip|turn"
    yield "feature_map", "transposed", laid(photo, weights.T), r"transpos|exchang|row"
    yield "relu_map", "absolute", np.abs(found), r"absolute|sign"
    yield "relu_map", "cut at 255", np.clip(found, 0, 255), r"255"
    yield "pooled_map", "average", blocks(relu(found), 2, np.mean), r"average|mean"
    yield "pooled_map", "smallest", blocks(relu(found), 2, np.min), r"small|min"
    x, h = np.array(g["x"]), np.array(g["h"])
    yield "y", "correlation", np.correlate(x, h, "full"), r"flip|correl"
    yield "y", "as long as x", np.convolve(x, h)[: len(x)], r"last|end|length|long|tail"
    yield "y", "valid", np.convolve(x, h, "valid"), r"overlap|valid|first|last|complete|begin|end|fully inside"
    tile, kernel = np.array(g["tile"]), np.array(g["kernel"])
    yield "correlation_map", "convolution", laid(tile, kernel[::-1, ::-1]), r"flip|turn|convol"
    yield "convolution_map", "left and right", laid(tile, kernel[:, ::-1]), r"left|one axis|column|only"
    yield "convolution_map", "transposed", laid(tile, kernel.T), r"transpos|exchang|row|diagonal"
    edge, sobel = np.array(g["edge"]), np.array(g["sobel"])
    yield "sobel_map", "other direction", laid(edge, sobel.T), r"transpos|direction|vertical|horizontal"
    yield "sobel_map", "ones", laid(edge, np.sign(sobel)), r"2|weight|twice|1"
    yield "sobel_map", "relu", relu(laid(edge, sobel)), r"relu|negative"
    noise = np.array(g["noise"])
    yield "average_map", "sum", laid(noise, np.ones((3, 3))), r"9|sum|divi"
    yield (
        "average_map",
        "by 8",
        (laid(noise, np.ones((3, 3))) - noise[1:-1, 1:-1]) / 8,
        r"8|centre|middle|itself|neighbour",
    )
    four, six = np.array(g["map_4"]), np.array(g["map_6"])
    yield "max_2", "average", blocks(four, 2, np.mean), r"average|mean"
    yield "max_2", "absolute", blocks(np.abs(four), 2, np.max), r"absolute|sign"
    yield "average_2", "max", blocks(four, 2, np.max), r"max|largest"
    yield "average_2", "sum", blocks(four, 2, np.sum), r"sum|divi|4"
    yield "average_2", "by two", blocks(four, 2, np.sum) / 2, r"2|half|divi|4"
    yield "max_3", "2 x 2", blocks(six, 2, np.max), r"2 x 2|window|size|3 x 3"
    yield "average_3", "by three", blocks(six, 3, np.sum) / 3, r"3|9|divi"
    yield "average_3", "median", blocks(six, 3, np.median), r"median"
    channels, filters = np.array(g["channels"]), np.array(g["filters"])
    yield "output_maps", "first channel", [laid(channels[0], f[0]) for f in filters], r"channel"
    yield (
        "output_maps",
        "mean of channels",
        [sum(laid(c, k) for c, k in zip(channels, f, strict=True)) / 2 for f in filters],
        r"mean|average|half|halv|add|2",
    )
    yield (
        "output_maps",
        "flipped",
        [sum(laid(c, k[::-1, ::-1]) for c, k in zip(channels, f, strict=True)) for f in filters],
        r"flip|turn",
    )
    det, curve, ear = (np.array(g[k]) for k in ("detector", "curve", "ear"))
    yield "responses", "exchanged", [(det * ear).sum(), (det * curve).sum()], r"order|exchang|swap|first"
    yield "responses", "mean", [(det * curve).mean(), (det * ear).mean()], r"mean|average|49|divi|sum"
    yield (
        "responses",
        "overlapping pixels",
        [((det > 0) & (curve > 0)).sum(), ((det > 0) & (ear > 0)).sum()],
        r"count|number|pixels|1",
    )
    small, stamp, up = (np.array(g[k]) for k in ("small", "stamp", "upstream"))
    yield "full_map", "flipped", laid(small, stamp[::-1, ::-1], 1), r"flip|turn|convol"
    yield "full_map", "valid", laid(small, stamp), r"padd|full|valid|size|every"
    yield "gradient", "flipped", laid(up, stamp, 1), r"flip|turn|correl"
    yield "gradient", "upstream not used", laid(np.ones((2, 2)), stamp[::-1, ::-1], 1), r"upstream|gradient|1"


def keras_cnn(_: Given) -> Iterator[Thought]:
    yield "conv1_shape", "channel kept", (26, 26, 1), r"filter|depth|map|channel"
    yield "conv1_shape", "padded", (28, 28, 32), r"padd|same"
    yield "conv1_params", "filter size left out", 2 * 32, r"3 x 3|9|size|weight|filter|pixel"
    yield "conv1_params", "three colours", (27 + 1) * 32, r"colour|channel|3|grey|one"
    yield "conv2_shape", "padded", (26, 26, 32), r"padd|same|first|second"
    yield "conv2_shape", "filters multiplied", (24, 24, 1024), r"multipl|filter|depth|map|x"
    yield "conv2_params", "one input map", 320, r"depth|maps|map|one|channel|first"
    yield "conv2_params", "bias for each kernel", 10 * 32 * 32, r"bias"
    yield "pool_shape", "stride 1", (23, 23, 32), r"stride|1|own size|window"
    yield "pool_shape", "depth halved", (12, 12, 16), r"depth|maps"
    yield "flatten_shape", "one map", (144,), r"depth|maps|map|32"
    yield "flatten_shape", "pooling left out", (24 * 24 * 32,), r"pool"
    yield "dense1_params", "dropout taken off", (3456 + 1) * 128, r"drop|quarter"
    yield "dense1_params", "one bias", 4608 * 128 + 1, r"bias"
    yield "dense2_params", "dropout taken off", 65 * 10, r"drop|half|halv"
    yield "dense2_params", "reads the vector", 4609 * 10, r"vector|flatten|reads|first|128|4608"
    total = 320 + 9248 + 589952 + 1290
    yield "total_params", "second convolution like the first", total - 9248 + 320, r"second|like|one|depth|map|first"
    yield "total_params", "no biases", total - 32 - 32 - 128 - 10, r"bias"


def layers_in_detail(g: Given) -> Iterator[Thought]:
    right = list(g[f"row_{g['bad_row']}"]) if f"row_{g['bad_row']}" in g else None
    if right:
        yield "right_shape", "the printed one", right, r"print|figure|same|wrong|stands|row"
    yield "wrong_row", "the row after it", g["bad_row"] + 1, r"after|next|follow|above|as printed"
    yield "wrong_row", "counted from 0", g["bad_row"] - 1, r"from 0|from 1|before|count|above"
    k, d = g["dilated_kernel"], g["dilation"]
    n, f, depth = g["dilated_size"], g["dilated_filters"], g["dilated_depth"]
    side = d * (k - 1) + 1
    yield "dilated_side", "multiplied", k * d, r"multipl|times|x|gap|last"
    yield "dilated_side", "dilation gaps", k + (k - 1) * d, r"gap|between|skip|1"
    yield "dilated_side", "no dilation", k, r"dilat|gap"
    yield "dilated_side", "one gap", k + d - 1, r"gap|one|two|each"
    yield "dilated_shape", "dilation ignored", (n - k + 1, n - k + 1, f), r"dilat|gap"
    yield "dilated_shape", "side multiplied", (n - k * d + 1, n - k * d + 1, f), r"multipl|times|x|gap"
    yield "dilated_shape", "1 forgotten", (n - side, n - side, f), r"1"
    yield "dilated_shape", "as a stride", ((n - k) // d + 1, (n - k) // d + 1, f), r"stride|step|move"
    yield "dilated_params", "covered square", (side * side * depth + 1) * f, r"gap|square|cover|skip|dilat|between"
    yield "dilated_params", "depth left out", (k * k + 1) * f, r"depth|maps|map|input"
    yield "dilated_params", "no bias", k * k * depth * f, r"bias"
    image, weights = np.array(g["dotted_image"]), np.array(g["dotted_weights"])
    dotted = np.array(g["dotted_filter"])
    yield "dilated_map", "dilation ignored", laid(image, weights), r"dilat|gap"
    yield "dilated_map", "flipped", laid(image, dotted[::-1, ::-1]), r"flip|turn"
    yield "dilated_map", "moves by two", laid(image, dotted)[::2, ::2], r"stride|step|move|two|2"
    yield "dilated_map", "relu", relu(laid(image, dotted)), r"relu|negative"
    sk, stack = g["stack_kernel"], g["stack"]
    yield "dilated_field", "dilations ignored", 1 + len(stack) * (sk - 1), r"dilat|gap"
    yield "dilated_field", "sides added", sum((sk - 1) * s + 1 for s in stack), r"add|sum|\+|1"
    yield "dilated_field", "last only", (sk - 1) * stack[-1] + 1, r"last|only|largest"
    yield (
        "dilated_field",
        "as strides",
        1 + sum((sk - 1) * int(np.prod(stack[:p])) for p in range(len(stack))),
        r"stride|multipl|product|step",
    )
    b, h, w, c = g["batch_size"], g["height"], g["width"], g["channels"]
    kk, ff = g["kernel"], g["filters"]
    yield "first_batch", "channels last", (b, h, w, c), r"last|first"
    yield "first_batch", "before the batch", (c, b, h, w), r"batch"
    yield "first_batch", "width first", (b, c, w, h), r"width|height"
    yield "first_batch", "no batch", (c, h, w), r"batch"
    yield "moved_axes", "the inverse", [0, 2, 3, 1], r"back|inver|opposite|other direction|way|from"
    yield "moved_axes", "last two exchanged", [0, 1, 3, 2], r"exchang|last|channel|width|height"
    yield "moved_axes", "all reversed", [0, 3, 2, 1], r"width|height|revers|exchang|order"
    yield "moved_axes", "channel first of all", [3, 0, 1, 2], r"batch"
    yield "first_output", "channels last", (h - kk + 1, w - kk + 1, ff), r"last|first|order"
    yield "first_output", "padded", (ff, h, w), r"padd|same"
    yield "first_output", "channels kept", (c, h - kk + 1, w - kk + 1), r"filter|channel|depth|map"
    yield "first_output", "filters along the height", (c, h - kk + 1, ff), r"last|first|axis|channel|filter"
    yield "first_params", "no bias", kk * kk * c * ff, r"bias"
    yield "first_params", "the height as depth", (kk * kk * h + 1) * ff, r"height|row|channel|axis"
    yield "first_params", "width as depth", (kk * kk * w + 1) * ff, r"width|column|channel|last|axis"
    pc, pr, pl = g["pixel_channel"], g["pixel_row"], g["pixel_column"]
    yield "flat_place", "channels last", (pr * w + pl) * c + pc, r"last"
    yield "flat_place", "counted from 1", pc * h * w + pr * w + pl + 1, r"from 1|count|from 0|1"
    yield "flat_place", "column by column", pc * h * w + pl * h + pr, r"column|row|height"
    yield "flat_place", "channel left out", pr * w + pl, r"channel"
    yield "flat_place", "rows as long as the height", pc * h * w + pr * h + pl, r"height|width|row|long"
    vh, vw, vd, u = g["volume_height"], g["volume_width"], g["volume_depth"], g["units"]
    yield "dense_filters", "units first", (u, vh, vw, vd), r"first|last|order|units"
    yield "dense_filters", "matrix of the dense layer", (vh * vw * vd, u), r"dense|matrix|flat|unroll|four|axes"
    yield "dense_filters", "without the depth", (vh, vw, u), r"depth|map|four|axes"
    yield "dense_filters", "1 x 1", (1, 1, vd, u), r"1 x 1|large|volume|size|whole"
    yield "dense_params", "depth left out", (vh * vw + 1) * u, r"depth|map|channel"
    yield "dense_params", "1 x 1", (vd + 1) * u, r"1 x 1|height|pixel|place|size|volume"
    yield "dense_params", "no bias", vh * vw * vd * u, r"bias"
    lh, lw = g["larger_height"], g["larger_width"]
    yield "score_map", "1 forgotten", (lh - vh, lw - vw, u), r"1"
    yield "score_map", "divided", (lh // vh, lw // vw, u), r"divi|overlap|stride|step|own size"
    yield "score_map", "depth kept", (lh - vh + 1, lw - vw + 1, vd), r"depth|units|filter|neuron|map"
    yield "score_map", "one vector", (1, 1, u), r"larger|one|place|vector|single|all|original size"


def lenet5(g: Given) -> Iterator[Thought]:
    n, k, f1, f2 = g["side"], g["kernel"], g["filters_1"], g["filters_2"]
    a, b, c = g["hidden_1"], g["hidden_2"], g["classes"]
    s1 = n // 2
    s2 = (s1 - k + 1) // 2
    flat = s2 * s2 * f2
    yield "boracchi_counts", "no biases", [150, 2400, 48000, 10080, 840], r"bias"
    yield "boracchi_counts", "first not padded", [156, 2416, 30840, 10164, 850], r"padd"
    yield "boracchi_counts", "second reads one map", [156, 416, 48120, 10164, 850], r"depth|map|one|six|second"
    yield "marques_counts", "5 x 5", [156, 2416, 48120, 10164, 850], r"5 x 5|1 x 1|flatten|dense|25|Boracchi"
    yield (
        "marques_counts",
        "flatten keeps one place",
        [156, 2416, 2040, 10164, 850],
        r"place|5 x 5|25|flatten|pixel|global|one|depth",
    )
    yield "marques_share", "convolutions", 4612 / 257546, r"convolution|other|1 minus"
    yield "marques_share", "first dense layer", 252084 / 257546, r"first|one|both|only|last|output"
    yield "lecun_total", "next layer unchanged", 156 + 2416 + 48120 + 252084 + 850, r"next|after|84|layer|still|flatten"
    yield (
        "lecun_total",
        "padded",
        156 + 2416 + (25 * 16 + 1) * 120 + 252084 + 850,
        r"padd|next|after|still|flatten|layer",
    )
    yield "conv1_shape", "not padded", (n - k + 1, n - k + 1, f1), r"padd"
    yield "conv1_shape", "pooled", (n // 2, n // 2, f1), r"pool"
    yield "conv2_shape", "padded", (s1, s1, f2), r"padd"
    yield "conv2_shape", "pooling left out", (n - k + 1, n - k + 1, f2), r"pool"
    yield "flatten_length", "no second pooling", (s1 - k + 1) ** 2 * f2, r"pool"
    yield "flatten_length", "depth left out", s2 * s2, r"depth|map"
    yield "conv1_params", "image size", n * n * f1 + f1, r"image|pixel|filter|dense|size"
    yield "conv2_params", "one map", (k * k + 1) * f2, r"depth|map|one|six"
    yield "conv2_params", "f1 and f2 added", (k * k + f1 + 1) * f2, r"add|\+|multipl"
    yield "dense1_params", "one bias", flat * a + 1, r"bias"
    yield "dense1_params", "depth only", (f2 + 1) * a, r"pixel|place|depth|flatten|height|map|global"
    total = (k * k + 1) * f1 + (k * k * f1 + 1) * f2 + (flat + 1) * a + (a + 1) * b + (b + 1) * c
    yield "total_params", "output layer left out", total - (b + 1) * c, r"last|output|left out|missing|third"
    yield "total_params", "no biases", total - f1 - f2 - a - b - c, r"bias"
    dense = (flat + 1) * a + (a + 1) * b + (b + 1) * c
    yield "dense_share", "to the convolutions", dense / (total - dense), r"convolution|rest|other|all"
    yield "dense_share", "the convolutions", 1 - dense / total, r"convolution|other|1 minus"
    yield "colour_total", "biases too", total + 2 * (k * k + 1) * f1, r"bias"
    yield "colour_total", "three times", 3 * total, r"three|3|tripl"
    yield "colour_grows", "biases", "b", r"bias"
    yield "mlp_grey", "no bias", n * n * b + b * c, r"bias"
    yield "mlp_colour", "three times", 3 * ((n * n + 1) * b + (b + 1) * c), r"three|3|tripl|bias"
    big, lk, lu = g["large_side"], g["large_kernel"], g["large_units"]
    yield "large_conv", "grey", (lk * lk + 1) * lu, r"colour|channel|grey|depth"
    yield "large_conv", "image size", (big * big * 3 + 1) * lu, r"dense|image|pixel|all"
    yield "large_dense", "grey", (big * big + 1) * lu, r"colour|channel|grey"
    yield "large_dense", "no bias", big * big * 3 * lu, r"bias"


def linear_classifier(g: Given) -> Iterator[Thought]:
    image, w, b = np.array(g["image"]), np.array(g["W"]), np.array(g["b"])
    x = image.T.ravel()
    yield "unroll", "row by row", image.ravel(), r"row"
    yield "unroll", "from the right", image[:, ::-1].T.ravel(), r"right|left|revers|last"
    yield "scores", "no bias", w @ x, r"bias"
    yield "scores", "row by row", w @ image.ravel() + b, r"row"
    yield "scores", "bias subtracted", w @ x - b, r"bias|subtract|sign"
    k = g["brighter"]
    yield "brighter_scores", "bias too", k * (w @ x + b), r"bias"
    yield "brighter_scores", "added", w @ (x + k) + b, r"add|\+|multipl"
    yield "brighter_scores", "unchanged", w @ x + b, r"unchanged|same|not|before|bright|original"
    t = w[g["template_of"]]
    yield "template", "row by row", t.reshape(2, 3), r"row"
    yield "template", "column as rows", t.reshape(3, 2), r"row|shape|three|turn|transpos|column"
    yield "template", "counted from 1", w[g["template_of"] - 1].reshape(3, 2).T, r"from 1|from 0|row|other|count|class"
    ri, rt = np.array(g["rgb_image"]), np.array(g["rgb_template"])
    yield "rgb_score", "first colour", (ri[0] * rt[0]).sum(), r"red|colour|channel|one|first"
    yield "rgb_score", "mean of colours", (ri * rt).sum() / 3, r"mean|average|3|three|divi"
    yield "rgb_score", "sums multiplied", ri.sum() * rt.sum(), r"sum"
    i = g["ink"]
    yield "shifted_score", "not moved", 6 * i, r"middle|moved|before|column|first"
    yield "shifted_score", "one pixel", -i, r"one|three|row|pixel|single|only"
    yield "shifted_score", "plus", 3 * i, r"sign|minus|negative"
    n = g["weight"]
    yield "weight_place", "counted from 0", [(n - 1) // 28, (n - 1) % 28], r"from 0|from 1|count"
    yield "weight_place", "column by column", [(n - 1) % 28 + 1, (n - 1) // 28 + 1], r"column|order|exchang|swap"
    yield "weight_place", "row rounded down", [n // 28, n % 28], r"round|row|first|count|begin|from 0|full"
    h, ww, c = g["height"], g["width"], g["classes"]
    yield "parameters", "grey", (h * ww + 1) * c, r"colour|channel|grey"
    yield "parameters", "one bias", h * ww * 3 * c + 1, r"bias"
    yield "parameters", "bias for each input", h * ww * 3 * (c + 1), r"bias"
    s = np.array(g["scores"], float)
    q = np.exp(s) / np.exp(s).sum()
    yield "softmax", "scores divided by the sum", s / s.sum(), r"exp|sum"
    yield "softmax", "sigmoid", 1 / (1 + np.exp(-s)), r"sigmoid"
    yield "softmax", "powers of 2", 2**s / (2**s).sum(), r"2"
    t = g["true_class"]
    yield "cross_entropy", "winner", -log(q.max()), r"largest|win|likely|predict|true"
    yield "cross_entropy", "other class", -log(q[t - 1]), r"from 1|from 0|class|count|other"
    yield "cross_entropy", "1 minus", -log(1 - q[t]), r"1 minus|other|wrong|1 -|not this"
    p = np.array(g["true_shares"])
    yield "batch_cost", "sum", -np.log(p).sum(), r"sum|mean|average|divi|3"
    yield "batch_cost", "log of mean", -log(p.mean()), r"mean|average|first|before"
    yield "batch_cost", "1 minus", (1 - p).mean(), r"log|1 minus|1 -"
    v, d, rate = np.array(g["weights"]), np.array(g["gradient"]), g["rate"]
    yield "step", "uphill", v + rate * d, r"uphill|add|sign|plus|against|\+"
    yield "step", "no rate", v - d, r"rate"
    yield "step", "only the step", -rate * d, r"step|only|change|weights|old"
    yield "step", "multiplied", v * (1 - rate * d), r"multipl|weight|product"


def mnist_keras(g: Given) -> Iterator[Thought]:
    d = g["digit"]
    yield "one_hot", "one place too early", list(np.eye(10)[d - 1]), r"from 0|from 1|count|place"
    yield "one_hot", "from the end", list(np.eye(10)[d][::-1]), r"end|right|revers|last|back"
    yield "one_hot", "inverted", list(1 - np.eye(10)[d]), r"0.*1|exchang|inver|swap"
    v = g["grey"]
    yield "scaled_pixel", "256", v / 256, r"256"
    yield "scaled_pixel", "percent", v / 255 * 100, r"percent|100"
    yield "scaled_pixel", "-1 to 1", v / 127.5 - 1, r"-1"
    n, f1, f2, h, c = g["side"], g["filters_1"], g["filters_2"], g["hidden"], g["classes"]
    side = (n - 4) // 2
    flat = side * side * f2
    yield "conv1_params", "three colours", 28 * f1, r"colour|channel|3|grey|one"
    yield "conv1_params", "one bias", 9 * f1 + 1, r"bias"
    yield "conv2_params", "one map", 10 * f2, r"depth|map|one|channel"
    yield "conv2_params", "bias for each kernel", 10 * f1 * f2, r"bias"
    yield "flatten_length", "one convolution", ((n - 2) // 2) ** 2 * f2, r"one|second|convol|twice|both"
    yield "flatten_length", "padded", (n // 2) ** 2 * f2, r"padd"
    yield "dense1_params", "one map", (side * side + 1) * h, r"depth|map"
    total = 10 * f1 + (9 * f1 + 1) * f2 + (flat + 1) * h + (h + 1) * c
    yield "total_params", "first convolution left out", total - 10 * f1, r"first|left out|missing"
    yield "total_params", "padded", total - flat * h + (n // 2) ** 2 * f2 * h, r"padd"
    images, held, batch, epochs = g["images"], g["held_back"], g["batch"], g["epochs"]
    kept = images * (100 - held) / 100
    yield "updates_per_epoch", "all images", ceil(images / batch), r"held|valid|all|back"
    yield "updates_per_epoch", "rounded down", kept // batch, r"round|down|last|incomplete|rest"
    yield "updates_per_epoch", "the held back ones", ceil(images * held / 100 / batch), r"held|valid|back"
    yield "updates", "all images", ceil(images / batch) * epochs, r"held|valid|all|back"
    yield "updates", "images", kept * epochs, r"batch|image"
    yield "updates", "rounded at the end", ceil(kept * epochs / batch), r"round|end|epoch|last"
    yield "guess_loss", "share", 1 / c, r"log|share|probab"
    yield "guess_loss", "all classes", c * log(c), r"all|class|sum|each|true|10"
    yield "guess_loss", "base 2", np.log2(c), r"2|base"
    yield "default_rate", "adam", 0.01, r"SGD|0\.01|0\.001|optimi"
    yield "default_rate", "paper", 1, r"paper|1"
    gr = g["gradient"]
    yield "first_step", "rate times gradient", 0.001 * gr, r"rate|gradient|scal|root|plain|SGD"
    step = 0.001 * sqrt(1e-7) / sqrt(0.05 * gr**2 + 1e-7) * gr
    yield "first_step", "rho for 1 - rho", 0.001 * sqrt(1e-7) / sqrt(0.95 * gr**2 + 1e-7) * gr, r"rho|0\.95|1 -"
    yield "first_step", "rate 1", 1000 * step, r"rate|1\.0|paper"
    yield "steps_needed", "rate 1", g["move"] / step / 1000, r"rate|1\.0|paper"
    yield "steps_needed", "product", g["move"] * step, r"multipl|divi|product"
    yield "steps_needed", "plain rate", g["move"] / 0.001, r"rate"
    yield "culprit", "pixels", "b", r"pixel|scal"
    yield "loss_says", "guessing", "a", r"2\.3|guess|random"


def parcels(g: Given) -> Iterator[Thought]:
    p = np.array(g["patch"], float)
    on = p > 0
    rows, columns = np.nonzero(on)
    heights = p[on]
    box = p[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    yield "patch_average", "all pixels", p.mean(), r"all|zero|0|belt"
    yield "patch_average", "box", box.mean(), r"box|zero|0"
    yield (
        "patch_average",
        "middle of extremes",
        (heights.min() + heights.max()) / 2,
        r"small|large|extrem|median|middle",
    )
    yield "patch_area", "box", box.size, r"box"
    yield "patch_area", "all", p.size, r"all|zero|0|belt"
    yield "patch_distribution", "all pixels", np.percentile(p, [10, 50, 90]), r"all|zero|0|belt"
    yield "patch_distribution", "quartiles", np.percentile(heights, [25, 50, 75]), r"quart|25|75"
    yield (
        "patch_distribution",
        "minimum and maximum",
        [heights.min(), np.median(heights), heights.max()],
        r"small|large|min|max",
    )
    yield (
        "patch_distribution",
        "shares of the largest",
        [heights.max() * s for s in (0.1, 0.5, 0.9)],
        r"largest|maximum|share|percent",
    )
    high, wide = box.shape
    yield "patch_perimeter", "half", high + wide, r"half|twice|2|once|two of the four"
    yield "patch_perimeter", "distances", 2 * (high + wide - 2), r"1|distance|differ|count|pixel"
    yield "patch_perimeter", "area", high * wide, r"area|multipl|product"
    yield "patch_perimeter", "border pixels", 2 * (high + wide) - 4, r"corner|border|4|1|differ|distance"
    s, d = rows + columns, rows - columns
    yield "patch_diagonals", "counted pixels", [np.ptp(s) + 1, np.ptp(d) + 1], r"1"
    yield "patch_diagonals", "exchanged", [np.ptp(d), np.ptp(s)], r"order|exchang|swap"
    yield "patch_diagonals", "largest only", [s.max(), d.max()], r"largest|small|subtract|minus"
    low, top, long = (np.array(g["things"])[:, i] for i in range(3))
    flat = top <= g["high"]
    yield (
        "tree_labels",
        "at most as less",
        np.where(top < g["high"], np.where(top - low > g["spread"], 2, 0), np.where(long > g["long"], 2, 1)),
        r"equal|at most|less|exactly",
    )
    yield (
        "tree_labels",
        "yes and no",
        np.where(~flat, np.where(top - low > g["spread"], 2, 0), np.where(long > g["long"], 2, 1)),
        r"yes|first|exchang|other|branch",
    )
    yield (
        "tree_labels",
        "parcel and envelope",
        np.where(flat, np.where(top - low > g["spread"], 2, 1), np.where(long > g["long"], 2, 0)),
        r"envelope|exchang|label|swap",
    )
    yield (
        "tree_labels",
        "10th percentile",
        np.where(low <= g["high"], np.where(top - low > g["spread"], 2, 0), np.where(long > g["long"], 2, 1)),
        r"10",
    )
    n, h = g["features_count"], g["hidden"]
    yield "network_params", "no bias", n * h + 3 * h, r"bias"
    yield "network_params", "one output", (n + 1) * h + h + 1, r"class|output|one|three"
    yield "network_params", "outputs read the features", (n + 1) * h + (n + 1) * 3, r"reads|feature|hidden|input"
    yield "network_params", "neurons", n + h + 3, r"neuron|weight|count|multipl|add"


def preprocessing_and_regularisation(g: Given) -> Iterator[Thought]:
    yield "scaled", "256", g["level"] / 256, r"256"
    yield "scaled", "-1 to 1", g["level"] / 127.5 - 1, r"-1"
    t, test = np.array(g["train_images"], float), np.array(g["test_image"], float)
    yield "pixel_mean", "one mean", np.full((2, 2), t.mean()), r"all|one|same|each|pixel"
    yield "pixel_mean", "sum", t.sum(axis=0), r"sum|divi|4"
    yield "pixel_std", "sample", t.std(axis=0, ddof=1), r"n - 1|minus 1|n-1|sample|ddof|one less|3"
    yield "pixel_std", "variance", t.var(axis=0), r"root|varian"
    yield "pixel_std", "mean deviation", np.abs(t - t.mean(axis=0)).mean(axis=0), r"absolute|mean|squar"
    yield "test_score", "own statistics", (test - test.mean()) / test.std(), r"own|test|itself"
    yield "test_score", "only centred", test - t.mean(axis=0), r"divi|standard dev"
    yield "test_score", "variance", (test - t.mean(axis=0)) / t.var(axis=0), r"varian|root"
    n = g["image_size"]
    yield "statistics", "means only", n * n * 3, r"mean|standard|two|both|2|one number"
    yield "statistics", "per channel", 6, r"channel|pixel"
    yield "statistics", "for each image", n * n * 3 * 2 * g["image_count"], r"image"
    w, b, l2, loss = np.array(g["kernel_weights"]), g["bias_weight"], g["l2"], g["data_loss"]
    yield "l2_loss", "bias too", loss + l2 * ((w**2).sum() + b * b), r"bias"
    yield "l2_loss", "halved", loss + l2 / 2 * (w**2).sum(), r"half|halv|2"
    yield "l2_loss", "l1", loss + l2 * np.abs(w).sum(), r"absolute|L1|squar"
    yield "l2_loss", "penalty only", l2 * (w**2).sum(), r"loss|only|cross|add|data"
    yield "l2_loss", "root", loss + l2 * sqrt((w**2).sum()), r"root|norm"
    v, d, eta, decay = np.array(g["w"]), np.array(g["gradient"]), g["eta"], g["decay"]
    yield "w_next", "no decay", v - eta * d, r"decay|penalty|lambda"
    yield "w_next", "decay without rate", v - eta * d - decay * v, r"rate|eta"
    yield "w_next", "decay added", v - eta * d + eta * decay * v, r"sign|add|subtract|grow|plus|\+"
    yield "w_next", "decay doubled", v - eta * (d + 2 * decay * v), r"2|twice|double|half"
    a, mask, r = np.array(g["activations"]), np.array(g["mask"]), g["rate"]
    yield "dropped", "not scaled", a * mask, r"scal|divi"
    yield "dropped", "mask inverted", a * (1 - mask) / (1 - r), r"mask|kept|exchang|inver|dropped"
    yield "dropped", "divided by the rate", a * mask / r, r"rate|1 minus|kept|share"
    yield "dropped", "multiplied", a * mask * (1 - r), r"multipl|divi"
    p, q = g["accuracy_before"], g["accuracy_after"]
    yield "error_drop", "points", q - p, r"point|differ|relative|divi"
    yield "error_drop", "relative to the accuracy", 100 * (q - p) / p, r"accura"
    yield "error_drop", "relative to the new error", 100 * (q - p) / (100 - q), r"new|after|second"
    yield "error_drop", "what remains", 100 * (100 - q) / (100 - p), r"remain|left|still|1 minus|100 minus"
    x = np.array(g["batch"], float)
    z = (x - x.mean()) / x.std()
    yield "normalised", "beta first", g["gamma"] * (z + g["beta"]), r"first|before|shift|order|bracket|beta"
    yield "normalised", "moving mean", g["gamma"] * (x - g["moving_mean"]) / x.std() + g["beta"], r"moving"
    yield "normalised", "gamma forgotten", z + g["beta"], r"gamma|scale"
    m, moving = g["momentum"], g["moving_mean"]
    yield "new_moving_mean", "momentum for the batch", m * x.mean() + (1 - m) * moving, r"exchang|swap|momentum"
    yield "new_moving_mean", "mean of both", (moving + x.mean()) / 2, r"half|mean|average|both|momentum"
    yield "new_moving_mean", "unchanged", moving, r"unchanged|same|not|moves|stay|old"
    c, f, k = g["channels"], g["filters"], g["kernel"]
    conv = (k * k * c + 1) * f
    yield "block_trainable", "four", conv + 4 * f, r"four|moving|all|train"
    yield "block_trainable", "convolution only", conv, r"normal|gamma"
    yield "block_trainable", "no bias", k * k * c * f + 2 * f, r"bias"
    losses = g["val_loss"]
    yield "stop_epoch", "best epoch", int(np.argmin(losses)) + 1, r"best|lowest|small"
    yield (
        "stop_epoch",
        "first rise",
        next(i for i in range(1, len(losses)) if losses[i] > losses[i - 1]) + 1,
        r"first|rise|worse|patience|once",
    )
    yield "stop_epoch", "never", len(losses), r"end|all|never|last|ten|10"
    yield "checkpoint_saves", "each epoch", len(losses), r"each|every|all|epoch"
    yield "checkpoint_saves", "once", 1, r"once|best|only|each|1|files"


def read_the_summary(g: Given) -> Iterator[Thought]:
    n, f, c = g["side"], g["filters"], g["classes"]
    k = g["kernel"]
    s = n - k + 1
    flat = (s // 2) ** 2 * f
    conv = (k * k + 1) * f
    yield "code_flatten", "no pooling", s * s * f, r"pool"
    yield "code_flatten", "padded", (n // 2) ** 2 * f, r"padd|kernel|filter|convol"
    yield "code_total", "flatten counted", conv + flat + (flat + 1) * c, r"flatten|vector|bias for each input"
    yield "code_total", "no biases", k * k * f + flat * c, r"bias"
    yield "printed_total", "pooling kept", conv + (flat + 1) * c, r"pool"
    yield "printed_total", "dense only", (s * s * f + 1) * c, r"convol|dense|only"
    n2, f2, c2 = g["side_2"], g["filters_2"], g["classes_2"]
    yield "padded_total", "not padded", 10 * f2 + ((n2 - 2) ** 2 * f2 + 1) * c2, r"padd|without"
    yield "padded_total", "ring counted", 10 * f2 + ((n2 + 2) ** 2 * f2 + 1) * c2, r"padd|zeros|larger|border"
    yield "valid_total", "one row less", 10 * f2 + ((n2 - 1) ** 2 * f2 + 1) * c2, r"1|2|side|both|row|size"
    yield "valid_total", "padded", 10 * f2 + (n2 * n2 * f2 + 1) * c2, r"padd"
    d, hf, hp = g["hidden_depth"], g["hidden_filters"], g["hidden_params"]
    yield "kernel_size", "area", (hp / hf - 1) / d, r"root|area|side|squar"
    yield "kernel_size", "bias left in", sqrt(hp / hf / d), r"bias"
    yield "kernel_size", "depth left out", sqrt(hp / hf - 1), r"depth|map|divi"
    i, p = g["hidden_inputs"], g["hidden_dense"]
    yield "units", "no bias", p / i, r"bias"
    yield "units", "bias taken off", (p - 1) / i, r"bias"
    yield "units", "inputs off", p - i, r"subtract|divi"


def watch_the_training(g: Given) -> Iterator[Thought]:
    loss, val, acc = (np.array(g[k]) for k in ("log_loss", "log_val_loss", "log_val_accuracy"))
    best = int(val.argmin())
    yield "best_epoch", "training loss", int(loss.argmin()) + 1, r"train"
    yield "best_epoch", "accuracy", int(acc.argmax()) + 1, r"accura"
    yield "best_epoch", "from 0", best, r"from 0|from 1|count"
    yield "best_epoch", "largest", int(val.argmax()) + 1, r"large|highest|max"
    patience = g["patience"]
    yield "stops_after", "at the best", best + 1, r"best|patience|wait"
    yield "stops_after", "patience and one more", best + 2 + patience, r"one|more|patience|late"
    yield "stops_after", "patience from the start", patience, r"start|begin|patience|first"
    rises = [i for i in range(1, len(val)) if val[i] > val[i - 1]]
    if len(rises) >= patience:
        yield (
            "stops_after",
            "rises counted in all",
            rises[patience - 1] + 1,
            r"rise|counts|again|row|worse|new best|improve",
        )
    yield "restored", "the largest", acc.max(), r"large|highest|accura|best"
    stop = min(best + patience, len(acc) - 1)
    yield "restored", "of the last epoch", acc[stop], r"last|stop|restore"
    yield "restored", "the loss", val[best], r"loss"
    yield "restored", "end of the log", acc[-1], r"last|end|log|restore"
    yield "gap", "sign", loss[-1] - val[-1], r"sign|order|exchang|minus|subtract"
    yield "gap", "ratio", val[-1] / loss[-1], r"divi|times|ratio|factor"
    yield "gap", "first epoch", val[0] - loss[0], r"first"
    yield "gap", "best epoch", val[best] - loss[best], r"best"
    n = g["test_images"]
    yield "evaluate_steps", "rounded down", n // 32, r"round|down|last|incomplete|rest"
    yield (
        "evaluate_steps",
        "named batch size",
        ceil(n / g["batch_size"]),
        r"batch size|batch_size|train|default|32|as in the call of fit",
    )
    yield "evaluate_steps", "one by one", n, r"batch|each|one|single"
    yield "last_batch", "full", 32, r"full|rest|last|32|remain"
    yield "last_batch", "missing", 32 - n % 32, r"miss|rest|remain|fill|left|32"
    yield "last_batch", "batch size of the training", n % g["batch_size"] or g["batch_size"], r"batch|32|default|train"
    b, m, epochs = g["batch_size"], g["train_images"], g["epochs"]
    yield "generator_steps", "default size", m // 32, r"32|default|batch"
    yield "generator_steps", "images", m, r"image|batch|divi"
    yield "all_steps", "one epoch", m // b, r"epoch|one"
    yield "all_steps", "images seen", m * epochs, r"image|batch|divi"
    yield "all_steps", "added", m // b + epochs, r"add|multipl|\+"
    order = list(g["lines"])
    yield "six_steps", "fit before compile", _exchanged(order, 2, 5), r"compile|fit|before|swapped"
    yield "six_steps", "predict before evaluate", _exchanged(order, 3, 4), r"predict|evaluat|before|swapped"
    yield "six_steps", "network before data", _exchanged(order, 1, 6), r"data|load|network|model|before|swapped"
    x, y, vx, vy, tx, ty = (np.array(g[k]) for k in ("x_train", "y_train", "x_valid", "y_valid", "x_test", "y_test"))
    weights = [0.0]
    for _ in range(6):
        weights.append(weights[-1] - g["rate"] * 2 * float((x * (weights[-1] * x - y)).mean()))
    validation = [float(((w * vx - vy) ** 2).mean()) for w in weights[1:]]
    yield (
        "logged_loss",
        "after each step",
        [float(((w * x - y) ** 2).mean()) for w in weights[1:]],
        r"after|before|later|step|update",
    )
    yield "logged_loss", "validation", validation, r"valid"
    yield "logged_loss", "absolute", [float(np.abs(w * x - y).mean()) for w in weights[:-1]], r"absolute|squar"
    yield (
        "logged_val_loss",
        "before each step",
        [float(((w * vx - vy) ** 2).mean()) for w in weights[:-1]],
        r"before|after|start|begin|step|update",
    )
    yield "logged_val_loss", "training", [float(((w * x - y) ** 2).mean()) for w in weights[:-1]], r"train"
    low = int(np.argmin(validation))
    yield "lowest_step", "from 1", low + 1, r"from 1|from 0|count"
    yield "lowest_step", "last", 5, r"last|train|end"
    w = weights[-1]
    yield "evaluated", "not averaged", float(((w * tx - ty) ** 2).sum()), r"sum|mean|average|divi"
    yield "evaluated", "root", float(np.sqrt(((w * tx - ty) ** 2).mean())), r"root"
    yield "evaluated", "validation", validation[-1], r"valid"
    best_weight = weights[low + 1]
    yield "evaluated", "best weight", float(((best_weight * tx - ty) ** 2).mean()), r"best|lowest|restore|last"
    new = np.array(g["x_new"])
    yield "predicted", "best weight", best_weight * new, r"best|lowest|restore|last"
    yield "predicted", "one step less", weights[-2] * new, r"step|five|one|last|before|update"
    slope = float((ty * tx).sum() / (tx**2).sum())
    yield "predicted", "slope of the test data", slope * new, r"test|slope|data|same factor"
    yield "predicted", "slope of the training data", float(y[0] / x[0]) * new, r"slope|train|end|data|converg|never"


def _exchanged(order: list[int], first: int, second: int) -> list[int]:
    """The order with two lines exchanged."""
    return [{first: second, second: first}.get(line, line) for line in order]


def weights_and_curves(g: Given) -> Iterator[Thought]:
    n, maps, extra, c = g["side"], g["maps"], g["extra"], g["classes"]
    yield "joined_shape", "maps only", (n, n, maps), r"image|channel|depth|input|join|1"
    yield "joined_shape", "along the rows", (2 * n, n, maps), r"row|axis|last|height|along|stack"
    yield "joined_shape", "no padding", (n - 2, n - 2, maps + 1), r"padd"
    yield "joined_shape", "multiplied", (n, n, maps * 2), r"twice|double|multipl|one|1|colour|channel"
    length = n * n * (maps + 1) + extra
    yield "vector_length", "second input left out", length - extra, r"second|more|extra|input|left out"
    yield "vector_length", "image left out", length - n * n, r"image|skip|join|channel"
    yield "vector_length", "one value for the input", n * n * (maps + 1) + 1, r"one|extra|more|input|value"
    yield "vector_length", "depth left out", n * n + extra, r"depth|map|channel"
    conv = 10 * maps
    yield "functional_params", "dense only", (length + 1) * c, r"convol|only|dense"
    yield "functional_params", "no bias", 9 * maps + length * c, r"bias"
    yield "functional_params", "second input left out", conv + (length - extra + 1) * c, r"second|more|extra|input"
    yield "functional_params", "image left out", conv + (length - n * n + 1) * c, r"image|skip|join|channel"
    yield "templates_shape", "as the kernel", (784, 10), r"kernel|fold|image|square|unroll"
    w, d = np.array(g["weights"]), np.array(g["gradient"])
    s, rate, loss = g["strength"], g["rate"], g["data_loss"]
    yield "l1_loss", "squares", loss + s * (w**2).sum(), r"squar|L2"
    yield "l1_loss", "signed sum", loss + s * w.sum(), r"sign|absolute|negative"
    yield "l1_loss", "penalty only", s * np.abs(w).sum(), r"loss|only|0\.7|data|add"
    yield "l1_loss", "mean", loss + s * np.abs(w).mean(), r"mean|average|sum"
    yield "l1_loss", "halved", loss + s / 2 * np.abs(w).sum(), r"half|halv|2"
    yield "l1_step", "no penalty", w - rate * d, r"penalty|L1|lambda"
    yield "l1_step", "as L2", w - rate * (d + s * w), r"L2|squar|sign|weight"
    yield "l1_step", "penalty added", w - rate * d + rate * s * np.sign(w), r"sign|add|grow|plus|\+|away|subtracted"
    yield "l1_step", "same sign for all", w - rate * (d + s), r"sign|all|negative"
    yield "l1_step", "absolute values", w - rate * (d + s * np.abs(w)), r"absolute|sign|weight"
    k, limit = np.array(g["kernel"], float), g["longest"]
    yield "clipped", "each value", np.clip(k, -limit, limit), r"each|value|norm|single|cut"
    rows = np.linalg.norm(k, axis=1, keepdims=True)
    yield "clipped", "rows", k * np.minimum(1, limit / rows), r"row|column"
    norms = np.linalg.norm(k, axis=0)
    yield "clipped", "all columns to the limit", k * limit / norms, r"all|smaller|short|below|only|grow|both"
    whole = np.linalg.norm(k)
    yield "clipped", "whole kernel", k * min(1, limit / whole), r"whole|all|matrix|kernel|column"
    yield (
        "clipped",
        "sum of absolute values",
        k * np.minimum(1, limit / np.abs(k).sum(axis=0)),
        r"absolute|L1|sum|Euclid",
    )
    depth, f = g["depth"], g["filters"]
    yield "norm_block_params", "bias", (9 * depth + 1) * f + 4 * f, r"bias"
    yield "norm_block_params", "trained only", 9 * depth * f + 2 * f, r"train|moving|two|four"
    yield "norm_block_params", "convolution only", 9 * depth * f, r"normal|gamma"
    yield "norm_block_params", "depth left out", 9 * f + 4 * f, r"depth|map|channel"
    yield "norm_block_params", "normalisation of the input", 9 * depth * f + 4 * depth, r"input|24|depth|output|maps"
    x, gamma, beta = np.array(g["batch"], float), g["gamma"], g["beta"]
    z = (x - x.mean()) / x.std()
    yield "norm_before", "no relu", gamma * z + beta, r"relu|negative"
    yield "norm_before", "relu before gamma", gamma * relu(z) + beta, r"relu|before|after|order|gamma|first"
    yield "norm_before", "variance", relu(gamma * (x - x.mean()) / x.var() + beta), r"varian|root"
    yield (
        "norm_before",
        "sample deviation",
        relu(gamma * (x - x.mean()) / x.std(ddof=1) + beta),
        r"n - 1|minus 1|n-1|sample|ddof|one less|3",
    )
    yield "norm_before", "gamma and beta exchanged", relu(beta * z + gamma), r"exchang|swap"
    r = relu(x)
    after = gamma * (r - r.mean()) / r.std() + beta
    yield "norm_after", "relu again", relu(after), r"relu|again|twice|negative"
    yield "norm_after", "statistics of the batch", gamma * (r - x.mean()) / x.std() + beta, r"batch|before|statist|mean"
    yield "norm_after", "order", relu(gamma * z + beta), r"order|first|before|after"
    yield "norm_after", "zeros left out", _without_zeros(r, gamma, beta), r"zero|0"


def _without_zeros(values: Any, gamma: float, beta: float) -> Any:
    """Normalised with mean and standard deviation of the positive values only."""
    kept = values[values > 0]
    return gamma * (values - kept.mean()) / kept.std() + beta


UNSEEN = by_exercise(
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
