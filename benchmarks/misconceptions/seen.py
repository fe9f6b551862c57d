"""Possible mistakes of students, written question by question before the methods of the keys.

These were held back at first. Since then the methods were mended by what was missed, so they measure no more than that
it stays so. `held_back.py` has new ones.
"""

from collections.abc import Iterator
from math import ceil, exp, log, sqrt

import numpy as np

from misconceptions.thoughts import Given, Thought, blocks, by_exercise, laid, relu


def activations_and_losses(g: Given) -> Iterator[Thought]:
    x = np.array(g["inputs"])
    yield "relu", "numbers below 1 become 0", np.where(x < 1, 0, x), r"below|1|0"
    yield "relu", "signs turned round", -x, r"sign"
    yield "relu", "sorted", np.sort(relu(x)), r"sort|other places|order|position"
    yield "leaky_relu", "slope 0.001", np.where(x < 0, 0.001 * x, x), r"slope|0\.001"
    yield "leaky_relu", "0.01 added below 0", np.where(x < 0, x + 0.01, x), r"add|0\.01"
    yield "leaky_relu", "divided by 0.01", np.where(x < 0, x / 0.01, x), r"divi|100"
    yield "relu_slope", "slope 0.5 below 0", np.where(x < 0, 0.5, 1.0), r"0\.5|slope"
    yield "relu_slope", "the slopes times the values", np.where(x > 0, x * x, 0), r"value|squar"
    t = g["tanh_at"]
    yield "tanh", "numerator and denominator exchanged in sign", (exp(-t) - exp(t)) / (exp(t) + exp(-t)), r"sign"
    yield "tanh", "hyperbolic cosine", (exp(t) + exp(-t)) / 2, r"denominator|cosine"
    yield "tanh", "slope of tanh", 1 - np.tanh(t) ** 2, r"slope"
    yield "tanh", "of half", float(np.tanh(t / 2)), r"half|halve"
    n = g["odds"]
    yield "sigmoid", "1/(1+n)", 1 / (1 + n), r"sign|minus|left to 1|label|1 minus the right"
    yield "sigmoid", "in percent", 100 * n / (1 + n), r"percent|per cent"
    yield "sigmoid", "logarithm of base 10", 1 / (1 + exp(-np.log10(n))), r"base 10|logarithm"
    yield "sigmoid", "put in n itself", 1 / (1 + exp(-n)), r"itself|logarithm"
    s = n / (1 + n)
    yield "sigmoid_slope", "S squared", s * s, r"squared|1 - S|S \* S"
    yield "sigmoid_slope", "twice", 2 * s * (1 - s), r"twice"
    yield "sigmoid_slope", "plus instead of minus", s * (1 + s), r"1 \+|plus|added|sign"
    p = np.array(g["class_odds"]) / sum(g["class_odds"])
    yield "softmax", "in percent", 100 * p, r"percent|per cent"
    yield "softmax", "order exchanged", p[::-1], r"order|back to front"
    yield "softmax", "1 minus each", 1 - p, r"left to 1|1 -|minus|1 minus the right"
    q = p**2 / (p**2).sum()
    yield "softmax_doubled", "not squared but rooted", np.sqrt(p) / np.sqrt(p).sum(), r"halve|root"
    yield "softmax_doubled", "order exchanged", q[::-1], r"order|back to front"
    yield "softmax_doubled", "cubed", p**3 / (p**3).sum(), r"cube|three|tripl|power"
    c = g["true_class"]
    yield "cross_entropy", "of the class with the largest share", -log(p.max()), r"largest|class"
    yield "cross_entropy", "mean over the classes", float(-np.log(p).mean()), r"mean|average|all classes"
    yield "cross_entropy", "probability times log", float(-p[c] * log(p[c])), r"times|multipl"
    b = s if g["label"] else 1 - s
    yield "binary_cross_entropy", "probability times log", -b * log(b), r"times|multipl"
    yield "binary_cross_entropy", "the probability", b, r"probability|without|label"
    yield "binary_cross_entropy", "1 minus probability", 1 - b, r"1 minus|probability|without"
    yield "binary_cross_entropy", "both terms", -log(s) - log(1 - s), r"both"
    e = np.array(g["predicted"]) - np.array(g["targets"])
    yield "mse", "largest squared error", float((e**2).max()), r"largest"
    yield "mse", "median squared error", float(np.median(e**2)), r"median"
    yield "mse", "percent", float(100 * (e**2).mean()), r"percent|100"
    d = g["delta"]
    h = np.where(np.abs(e) <= d, e**2 / 2, d * np.abs(e) - d**2 / 2)
    yield (
        "huber",
        "half taken off nowhere: delta squared not halved",
        float(np.where(np.abs(e) <= d, e**2 / 2, d * np.abs(e) - d**2).mean()),
        r"halve|half|delta",
    )
    yield "huber", "largest loss", float(h.max()), r"largest"
    yield "huber", "median", float(np.median(h)), r"median"


def conv_arithmetic(g: Given) -> Iterator[Thought]:
    n, k, f = g["valid_size"], g["valid_kernel"], g["valid_filters"]
    v = n - k + 1
    yield "valid_shape", "filter not subtracted at all but + 1", (n + 1, n + 1, f), r"subtract"
    yield "valid_shape", "depth first", (f, v, v), r"depth|first|order"
    yield "valid_shape", "depths added", (v, v, f + 3), r"add"
    yield "valid_shape", "one axis only", (v, f), r"axis|axes"
    s = g["stride_size"]
    yield "stride_size", "divided by the stride only", s // 2, r"stride|filter"
    yield "stride_size", "filter subtracted twice", (s - 6) // 2 + 1, r"filter|twice|both"
    yield "stride_size", "stride subtracted", s - 3 + 1 - 2, r"stride|subtract"
    hi, wi, kh, kw, ph, pw = (
        g[x] for x in ("pad_height", "pad_width", "pad_high", "pad_wide", "pad_rows", "pad_columns")
    )
    yield "feature_map_shape", "filter's sides exchanged", (
        (hi - kw + 2 * ph) // 2 + 1, (wi - kh + 2 * pw) // 3 + 1), r"exchang|other|width|swap"  # fmt: skip
    yield "feature_map_shape", "paddings exchanged", (
        (hi - kh + 2 * pw) // 2 + 1, (wi - kw + 2 * ph) // 3 + 1), r"exchang|other|width|swap"  # fmt: skip
    yield "feature_map_shape", "stride 2 along both", (
        (hi - kh + 2 * ph) // 2 + 1, (wi - kw + 2 * pw) // 2 + 1), r"stride"  # fmt: skip
    z, zf = g["same_size"], g["same_filters"]
    yield "same_shape", "depth first", (zf, ceil(z / 2), ceil(z / 2)), r"depth|first|order"
    yield "same_shape", "depth missing", (ceil(z / 2), ceil(z / 2)), r"depth"
    yield "same_shape", "one more", (z // 2 + 2, z // 2 + 2, zf), r"1 too|one"
    po, pd = g["pool_size"], g["pool_depth"]
    yield "pool_shape", "depth missing", (po // 2, po // 2), r"depth"
    yield "pool_shape", "window subtracted", (po - 2, po - 2, pd), r"subtract|window"
    yield "pool_shape", "flattened", (po // 2 * (po // 2) * pd,), r"multipl|flat"
    w = g["window"]
    yield "pool_discarded", "values of the window", w * w - 1, r"values|number|share|count"
    yield "pool_discarded", "one over the side", 1 / w, r"side|axis|kept"
    fm = laid(g["image"], g["weights"])
    yield "feature_map", "divided by nine", fm / 9, r"divided"
    yield "feature_map", "signs reversed", -fm, r"sign"
    yield "feature_map", "rows in reverse order", fm[::-1], r"revers|order|flip|upside down"
    d, ck, cf = g["conv_depth"], g["conv_kernel"], g["conv_filters"]
    yield "conv_params", "depth left out, no biases", ck * ck * cf, r"depth.*bias|bias.*depth"
    yield "conv_params", "one side", (ck * d + 1) * cf, r"side"
    yield "conv_params", "depth added", (ck * ck + d + 1) * cf, r"add"
    h, b, fd, ff = g["flat_high"], g["flat_wide"], g["flat_depth"], g["flat_filters"]
    yield "nonsquare_params", "one bias", h * b * fd * ff + 1, r"one bias"
    yield "nonsquare_params", "sides added", ((h + b) * fd + 1) * ff, r"add"
    yield "nonsquare_params", "depth left out, no biases", h * b * ff, r"depth.*bias|bias.*depth"
    u = g["dense_units"]
    yield "dense_params", "bias for each input", 3072 * u + 3072, r"bias"
    yield "dense_params", "grey and no biases", 1024 * u, r"(colour|grey).*bias|bias.*(colour|grey)"
    yield "dense_params", "one side", (32 * 3 + 1) * u, r"side|axis"
    ls, ld, lu = g["last_side"], g["last_depth"], g["last_units"]
    yield "flatten_dense_params", "one bias", ls * ls * ld * lu + 1, r"one bias"
    yield "flatten_dense_params", "one map, no biases", ls * ls * lu, r"map.*bias|bias.*map"
    yield "flatten_dense_params", "neurons only", lu, r"neuron"
    yield "lenet_colour", "no biases", 5 * 5 * 3 * 6 + 2400 + 48000 + 10080 + 840, r"bias"
    yield "lenet_colour", "second convolution grows, too", 61706 + 300 + 2 * 2400, r"second"
    ms, mu = g["mlp_side"], g["mlp_units"]
    yield "mlp_colour", "one side", (ms * 3 + 1) * mu + (mu + 1) * 10, r"side|axis"
    yield "mlp_colour", "bias of first layer tripled", 3 * (ms * ms + 1) * mu + (mu + 1) * 10, r"bias"
    pd2, pf = g["point_depth"], g["point_filters"]
    yield "pointwise_params", "bias for each input map", pd2 * pf + pd2, r"bias"
    yield "pointwise_params", "added", (pd2 + 1 + 1) * pf, r"add"
    dd, dk, m = g["deep_depth"], g["deep_kernel"], g["multiplier"]
    yield "depthwise_params", "one bias", dk * dk * dd * m + 1, r"one bias"
    yield "depthwise_params", "one side", (dk + 1) * dd * m, r"side"
    sd = g["deep_size"] - dk + 1
    yield "depthwise_shape", "depth and multiplier added", (sd, sd, dd + m), r"add"
    yield "depthwise_shape", "depth missing", (sd, sd), r"depth"
    st, sw, sc, sf = g["steps"], g["step_width"], g["step_channels"], g["step_filters"]
    yield "conv1d_shape", "filter not subtracted", (st // 3 + 1, sf), r"filter|subtract"
    yield "conv1d_shape", "padding same", (ceil(st / 3), sf), r"padd|same"
    yield "conv1d_params", "bias for each channel and filter", (sw + 1) * sc * sf, r"bias"
    yield "conv1d_params", "channels left out, no biases", sw * sf, r"bias"
    cc, c3 = g["scan_channels"], g["scan_filters"]
    yield "conv3d_params", "one bias", 27 * cc * c3 + 1, r"one bias"
    yield "conv3d_params", "sides added", (9 * cc + 1) * c3, r"add|axis|2-D|axes|3 x 3|side"
    cu = g["scan_size"] - 2
    yield "conv3d_shape", "depth missing", (cu, cu, cu), r"depth"
    yield "conv3d_shape", "depth first", (c3, cu, cu, cu), r"depth|first"
    mm = g["norm_maps"]
    yield "batchnorm_params", "three for each", 3 * mm, r"three"
    yield "batchnorm_frozen", "three for each", 3 * mm, r"three"
    yield "batchnorm_frozen", "every place counted", 2 * mm * g["norm_size"] ** 2, r"place|position"
    a, pp, c2 = g["first_kernel"], g["pool_side"], g["second_kernel"]
    yield "receptive_field", "sizes added", a + pp + c2, r"add"
    side, fil = g["memory_side"], g["memory_filters"]
    yield "memory", "kibibytes", side * side * fil * 4 / 1024, r"1024|KiB|kibi"
    yield "memory", "one map", side * side * 4 / 1024**2, r"map|filter"
    yield "memory", "64 bits", side * side * fil * 8 / 1024**2, r"twice|64|8 bytes"
    yield "weightless", "flatten and dropout forgotten", ["b"], r"d is missing.*e is missing"
    yield "weightless", "also the convolution", ["a", "b", "d", "e"], r"a does not"
    yield "weightless", "pooling forgotten", ["d", "e"], r"b is missing"


def dense_mnist(g: Given) -> Iterator[Thought]:
    i, h1, h2, c = g["inputs"], g["hidden1"], g["hidden2"], g["classes"]
    first, second, third = (i + 1) * h1, (h1 + 1) * h2, (h2 + 1) * c
    total = first + second + third
    yield "first_params", "inputs and neurons added", i + h1 + h1, r"add"
    yield "first_params", "bias counted twice", i * h1 + 2 * h1, r"twice"
    yield "total_params", "one bias for each layer", i * h1 + h1 * h2 + h2 * c + 3, r"one bias"
    yield "total_params", "first layer missing", second + third, r"first|missing|add"
    yield "total_params", "biases counted twice", total + h1 + h2 + c, r"twice"
    yield "first_share", "share of the second layer", second / total, r"second|other layer"
    yield "first_share", "biases left out", i * h1 / (i * h1 + h1 * h2 + h2 * c), r"bias"
    yield "first_share", "upside down", total / first, r"upside|inverted"
    yield "zero_unit", "tanh", 0.0, r"z is 0|tanh"
    yield "zero_unit", "in percent", 50.0, r"percent"
    yield "zero_cost", "sum over the classes", c * log(c), r"sum|added|classes|times"
    yield "zero_cost", "two classes", log(2), r"two|yes or no|base|half|divided"
    z = g["pixels"] * g["weight"]
    s = 1 / (1 + exp(-z))
    yield "large_slope", "1 - S", 1 - s, r"factor|1 - S|left"
    yield "large_slope", "twice", 2 * s * (1 - s), r"twice|tanh"
    yield "glorot_limit", "neurons of the second layer", sqrt(6 / (h1 + h2)), r"second|layer"
    yield "glorot_limit", "3 instead of 6", sqrt(3 / (i + h1)), r"3|6"
    yield "glorot_limit", "upside down", sqrt((i + h1) / 6), r"upside|inverted"
    k, r = g["kept"], g["rate"]
    yield "dropout_kept", "rate added", k + r, r"add"
    yield "dropout_kept", "multiplied by the rate", k * r, r"multipl"
    batch = np.array(g["batch"], float)
    n = (batch - batch.mean()) / batch.std()
    y = g["gamma"] * n + g["beta"]
    yield "batchnorm_values", "shift subtracted", g["gamma"] * n - g["beta"], r"shift|taken off|subtract"
    yield (
        "batchnorm_values",
        "difference the other way",
        -g["gamma"] * n + g["beta"],
        r"wrong way|sign|mean less|mean minus",
    )
    yield (
        "batchnorm_values",
        "order exchanged",
        y[::-1],
        r"order|back to front|mean less|wrong way|exchanged|other places|swap|position|mean minus",
    )
    yield "batchnorm_params", "three numbers each", 3 * (h1 + h2), r"three"
    yield "batchnorm_params", "inputs normalised, too", 4 * (i + h1 + h2), r"input"
    yield "batchnorm_frozen", "three each", 3 * (h1 + h2), r"three"
    w1, b1, w2, b2, x = (np.array(g[name]) for name in ("W1", "b1", "W2", "b2", "x"))
    yield "folded_kernel", "first one transposed", w1.T @ w2, r"transposed|Rows and columns|swapped|exchanged"
    yield "folded_kernel", "signs dropped", np.abs(w1 @ w2), r"sign"
    yield "folded_kernel", "ReLU in between", relu(w1) @ w2, r"ReLU|negative"
    yield "folded_bias", "second ones twice", b1 @ w2 + 2 * b2, r"twice"
    yield "folded_bias", "taken off", b1 @ w2 - b2, r"taken off|sign|subtract"
    yield "folded_bias", "order exchanged", (b1 @ w2 + b2)[::-1], r"order|back|exchanged|swap"
    out = x @ (w1 @ w2) + b1 @ w2 + b2
    yield "folded_output", "second biases missing", x @ (w1 @ w2) + b1 @ w2, r"second bias"
    yield "folded_output", "first biases missing", x @ (w1 @ w2) + b2, r"first bias"
    yield "folded_output", "ReLU at the end", relu(out), r"ReLU|negative"
    hidden = relu(x @ w1 + b1)
    yield "relu_output", "ReLU before the biases", relu(x @ w1) @ w2 + b1 @ w2 + b2, r"bias"
    yield "relu_output", "no biases at all", relu(x @ w1) @ w2, r"bias.*bias|biases are missing"
    yield "relu_output", "order exchanged", (hidden @ w2 + b2)[::-1], r"order|back|exchanged|swap"


def feature_maps(g: Given) -> Iterator[Thought]:
    image, k1, k2 = (np.array(g[name]) for name in ("image", "filter_1", "filter_2"))
    m1, m2 = relu(laid(image, k1) + g["bias_1"]), relu(laid(image, k2) + g["bias_2"])
    yield "first_shape", "depth missing", (4, 4), r"depth"
    yield "first_shape", "depth of the image", (4, 4, 1), r"depth|filter"
    yield "map_1", "the other bias", relu(laid(image, k1) + g["bias_2"]), r"bias"
    yield "map_1", "bias taken off", relu(laid(image, k1) - g["bias_1"]), r"bias|taken off|subtract"
    yield "map_1", "transposed", m1.T, r"Rows and columns"
    yield "map_2", "the first filter", relu(laid(image, k1) + g["bias_2"]), r"filter"
    yield "map_2", "bias of the first", relu(laid(image, k2) + g["bias_1"]), r"bias"
    yield "map_2", "transposed", m2.T, r"Rows and columns"
    top = [int(v) for v in np.unravel_index(int(m1.argmax()), m1.shape)]
    yield "fires_at", "the value itself", [int(m1.max())], r"value|largest|form|shape|axis"
    yield "fires_at", "row counted from 1", [top[0] + 1, top[1]], r"row|counted from 1"
    yield "seen", "columns first", [top[1], top[1] + 2, top[0], top[0] + 2], r"exchang|column|swap"
    yield "seen", "counted from 1", [top[0] + 1, top[0] + 3, top[1] + 1, top[1] + 3], r"1"
    yield "shifted_at", "counted from 1", [top[0] + g["down"] + 1, top[1] + g["right"] + 1], r"1"
    yield "pooled", "overlapping average", blocks(m1, 2, np.median), r"median"
    yield "pooled", "transposed", blocks(m1, 2, np.max).T, r"Rows and columns"
    yield "pooled", "first value", m1[::2, ::2], r"first|every other"
    field, jump, fields = 1, 1, []
    for _, size, stride in g["layers"]:
        field, jump = field + (size - 1) * jump, jump * stride
        fields.append(field)
    yield "fields", "last one only", [fields[-1]], r"last|largest"
    yield "fields", "first left out", fields[1:], r"first"
    yield "fields", "one too many each", [f + 1 for f in fields], r"1"
    begin = g["neuron"] * jump
    yield "window", "begin and length", [begin, fields[-1]], r"length|long|field"
    yield "window", "counted from 1", [begin + 1, begin + fields[-1]], r"1"
    size = g["object_size"]
    yield "convs_needed", "size minus one, not halved", size - 1, r"two|one pixel|twice|halve"
    images = [np.array(g[name]) for name in ("query", "a", "b", "c")]
    pixels = np.array([((other - images[0]) ** 2).sum() for other in images[1:]])
    yield "pixel_distances", "order exchanged", pixels[::-1], r"order|back|exchanged|other places|swap|position"
    yield "pixel_distances", "largest difference", [int(np.abs(o - images[0]).max()) for o in images[1:]], r"largest"
    yield "pixel_nearest", "the farthest", "abc"[int(pixels.argmax())], r"far|largest"
    yield "pixel_agreement", "the rest", 0.06, r"left|differ|not"


def hand_convolution(g: Given) -> Iterator[Thought]:
    lap = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])
    image = np.array(g["image"])
    valid, same = laid(image, lap), laid(image, lap, 1)
    yield "laplacian_valid", "absolute values", np.abs(valid), r"sign|absolute"
    yield "laplacian_valid", "ReLU", relu(valid), r"ReLU"
    yield "laplacian_valid", "divided by nine", valid / 9, r"divided"
    yield "laplacian_same", "absolute values", np.abs(same), r"sign|absolute"
    yield "laplacian_same", "transposed", same.T, r"Rows and columns"
    yield "laplacian_stride", "odd places", same[1::2, 1::2], r"padding|first place|second|position"
    yield "laplacian_stride", "absolute values", np.abs(same[::2, ::2]), r"sign|absolute"
    photo, w = np.array(g["photo"]), np.array(g["weights"])
    feature_map = laid(photo, w)
    yield "feature_map", "absolute values", np.abs(feature_map), r"sign|absolute"
    yield "feature_map", "signs reversed", -feature_map, r"sign"
    yield "feature_map", "divided by nine", feature_map / 9, r"divided"
    yield "relu_map", "transposed", relu(feature_map).T, r"Rows and columns"
    yield "relu_map", "signs reversed", -relu(feature_map), r"sign"
    yield "pooled_map", "smallest", blocks(relu(feature_map), 2, np.min), r"small"
    yield "pooled_map", "first", relu(feature_map)[::2, ::2], r"first"
    yield "pooled_map", "transposed", blocks(relu(feature_map), 2, np.max).T, r"Rows and columns"
    x, h = np.array(g["x"]), np.array(g["h"])
    full = np.convolve(x, h)
    yield "y", "absolute values", np.abs(full), r"sign|absolute"
    yield "y", "order exchanged", full[::-1], r"order|back to front"
    yield "y", "one value short", full[:-1], r"last|missing"
    tile, k = np.array(g["tile"]), np.array(g["kernel"])
    yield "correlation_map", "absolute values", np.abs(laid(tile, k)), r"sign|absolute"
    yield "correlation_map", "transposed", laid(tile, k).T, r"Rows and columns"
    yield "correlation_map", "columns reversed", laid(tile, k[:, ::-1]), r"column"
    turned = k[::-1, ::-1]
    yield "convolution_map", "minus signs overlooked", laid(tile, np.abs(turned)), r"sign"
    yield "convolution_map", "transposed", laid(tile, turned).T, r"Rows and columns"
    edge, sobel = np.array(g["edge"]), np.array(g["sobel"])
    yield "sobel_map", "ReLU", relu(laid(edge, sobel)), r"ReLU"
    yield "sobel_map", "divided by nine", laid(edge, sobel) / 9, r"divided"
    yield "sobel_map", "transposed", laid(edge, sobel).T, r"Rows and columns|turned|rotated"
    noise = np.array(g["noise"])
    mean = laid(noise, np.ones((3, 3))) / 9
    yield "average_map", "divided by eight", mean * 9 / 8, r"one less|8"
    yield (
        "average_map",
        "smallest",
        np.array([[noise[r : r + 3, c : c + 3].min() for c in range(3)] for r in range(3)]),
        r"small",
    )
    yield "average_map", "transposed", mean.T, r"Rows and columns"
    m4, m6 = np.array(g["map_4"]), np.array(g["map_6"])
    yield "max_2", "sum", blocks(m4, 2, np.sum), r"add|sum"
    yield "max_2", "transposed", blocks(m4, 2, np.max).T, r"Rows and columns"
    yield "max_2", "absolute values", blocks(np.abs(m4), 2, np.max), r"sign|size"
    yield "average_2", "median", blocks(m4, 2, np.median), r"median"
    yield "average_2", "divided by three", blocks(m4, 2, np.sum) / 3, r"one less|3"
    yield "average_2", "smallest", blocks(m4, 2, np.min), r"small"
    yield "max_3", "largest of all", [[m6.max()]], r"largest|whole"
    yield "max_3", "absolute values", blocks(np.abs(m6), 3, np.max), r"sign|size"
    yield "average_3", "divided by eight", blocks(m6, 3, np.sum) / 8, r"one less|8"
    yield "average_3", "median", blocks(m6, 3, np.median), r"median"
    maps = np.array([sum(laid(c, f) for c, f in zip(g["channels"], block, strict=True)) for block in g["filters"]])
    yield "output_maps", "ReLU", relu(maps), r"ReLU"
    yield "output_maps", "absolute values", np.abs(maps), r"sign|absolute"
    yield "output_maps", "maps in reverse order", maps[::-1], r"order"
    a, b = ((np.array(g[n]) * np.array(g["detector"])).sum() for n in ("curve", "ear"))
    yield "responses", "twice", [2 * a, 2 * b], r"2 times|twice"
    yield "responses", "only the first", [a], r"first"
    small, stamp, up = (np.array(g[n]) for n in ("small", "stamp", "upstream"))
    fullmap = laid(small, stamp, 1)
    yield "full_map", "absolute values", np.abs(fullmap), r"sign|absolute"
    yield "full_map", "transposed", fullmap.T, r"Rows and columns"
    grad = laid(up, stamp[::-1, ::-1], 1)
    yield "gradient", "absolute values", np.abs(grad), r"sign|absolute"
    yield "gradient", "signs reversed", -grad, r"sign"
    yield "gradient", "transposed", grad.T, r"Rows and columns"


def lenet5(g: Given) -> Iterator[Thought]:
    n, k, f1, f2 = g["side"], g["kernel"], g["filters_1"], g["filters_2"]
    h1, h2, c = g["hidden_1"], g["hidden_2"], g["classes"]
    _half, second = n // 2, n // 2 - k + 1
    flat = (second // 2) ** 2 * f2
    c1, c2 = (k * k + 1) * f1, (k * k * f1 + 1) * f2
    d1, d2, d3 = (flat + 1) * h1, (h1 + 1) * h2, (h2 + 1) * c
    total = c1 + c2 + d1 + d2 + d3
    yield "boracchi_counts", "total at the end", [156, 2416, 48120, 10164, 850, 61706], r"total"
    yield "boracchi_counts", "last layer missing", [156, 2416, 48120, 10164], r"last"
    yield "boracchi_counts", "colour images", [456, 2416, 48120, 10164, 850], r"colour"
    yield "boracchi_counts", "padded everywhere", [156, 2416, (7 * 7 * 16 + 1) * 120, 10164, 850], r"padd|same"
    yield "marques_counts", "total at the end", [156, 2416, 2040, 252084, 850, 257546], r"total"
    yield "marques_counts", "3x3 for 1x1", [156, 2416, (9 * 16 + 1) * 120, 252084, 850], r"3 x 3|1x1|1 x 1"
    yield "marques_counts", "colour images", [456, 2416, 2040, 252084, 850], r"colour"
    yield "marques_share", "last layer only", 850 / 257546, r"last|Second dense"
    yield "marques_share", "upside down", 257546 / 252934, r"upside|inverted"
    yield "lecun_total", "last layer missing", 61706 - 850, r"last|Second dense"
    yield "lecun_total", "convolutions only", 156 + 2416 + 48120, r"convolution"
    yield "conv1_shape", "depth first", (f1, n, n), r"depth|first"
    yield "conv1_shape", "padding added", (n + k - 1, n + k - 1, f1), r"padd|add"
    yield "conv1_shape", "depth missing", (n, n), r"depth"
    yield "conv2_shape", "depth of the first", (second, second, f1), r"depth"
    yield "conv2_shape", "depth missing", (second, second), r"depth"
    yield "conv2_shape", "pooled already", (second // 2, second // 2, f2), r"pool|half"
    yield "flatten_length", "depth of the first", (second // 2) ** 2 * f1, r"depth"
    yield "flatten_length", "first pooling left out", ((n - k + 1) // 2) ** 2 * f2, r"pool"
    yield "flatten_length", "both poolings left out", (n - k + 1) ** 2 * f2, r"pool"
    yield "conv1_params", "one side", (k + 1) * f1, r"side"
    yield "conv1_params", "biases twice", k * k * f1 + 2 * f1, r"twice"
    yield "conv2_params", "one bias", k * k * f1 * f2 + 1, r"one bias"
    yield "conv2_params", "depth left out, no biases", k * k * f2, r"depth.*bias|bias.*depth"
    yield "conv2_params", "depth added", (k * k + f1 + 1) * f2, r"add"
    yield "dense1_params", "first convolution not padded", (
        (((n - k + 1) // 2 - k + 1) // 2) ** 2 * f2 + 1) * h1, r"padd"  # fmt: skip
    yield "dense1_params", "one map, no biases", (second // 2) ** 2 * h1, r"map.*bias|bias.*map"
    yield "total_params", "one bias for each layer", total - (f1 + f2 + h1 + h2 + c) + 5, r"one bias"
    yield "total_params", "first convolution missing", total - c1, r"first"
    yield "total_params", "second convolution without depth", total - c2 + (k * k + 1) * f2, r"depth"
    yield "total_params", "convolutions only", c1 + c2, r"convolution"
    yield "dense_share", "last layer only", d3 / total, r"last|Third dense"
    yield "dense_share", "dense against convolutions", (d1 + d2 + d3) / (c1 + c2), r"convolution|other|compare"
    yield "colour_total", "no biases", total + 2 * k * k * f1 - (f1 + f2 + h1 + h2 + c), r"bias"
    yield "colour_total", "three times first convolution", total + 2 * c1, r"first convolution|bias"
    yield "mlp_grey", "one bias for each layer", n * n * h2 + 1 + h2 * c + 1, r"one bias"
    yield "mlp_grey", "first layer missing", (h2 + 1) * c, r"first"
    yield "mlp_grey", "convolutional network", total, r"another question|convolution"
    yield "mlp_colour", "one bias for each layer", 3 * n * n * h2 + 1 + h2 * c + 1, r"one bias"
    yield "mlp_colour", "one side", (3 * n + 1) * h2 + (h2 + 1) * c, r"side|axis"


def mnist_keras(g: Given) -> Iterator[Thought]:
    n, f1, f2, h, c = g["side"], g["filters_1"], g["filters_2"], g["hidden"], g["classes"]
    flat = ((n - 4) // 2) ** 2 * f2
    c1, c2, d1, d2 = 10 * f1, (9 * f1 + 1) * f2, (flat + 1) * h, (h + 1) * c
    total = c1 + c2 + d1 + d2
    digit = g["digit"]
    yield "one_hot", "two ones", [int(i in (digit, digit + 1)) for i in range(10)], r"one|1"
    yield "one_hot", "the digit", [digit], r"digit|vector|axes|shape"
    yield "scaled_pixel", "in percent", 100 * g["grey"] / 255, r"percent"
    yield "scaled_pixel", "upside down", 255 / g["grey"], r"upside|inverted"
    yield "conv1_params", "one side", 4 * f1, r"side"
    yield "conv1_params", "biases twice", 11 * f1, r"twice"
    yield "conv2_params", "one bias", 9 * f1 * f2 + 1, r"one bias"
    yield "conv2_params", "depth left out, no biases", 9 * f2, r"depth.*bias|bias.*depth"
    yield "conv2_params", "depth added", (9 + f1 + 1) * f2, r"add"
    yield "flatten_length", "depth of the first", ((n - 4) // 2) ** 2 * f1, r"depth"
    yield "flatten_length", "one axis", (n - 4) // 2 * f2, r"axis"
    yield "flatten_length", "pooled twice", ((n - 4) // 4) ** 2 * f2, r"twice"
    yield "dense1_params", "one map", (((n - 4) // 2) ** 2 + 1) * h, r"map"
    yield "dense1_params", "padded", ((n // 2) ** 2 * f2 + 1) * h, r"padd|same"
    yield "total_params", "one bias for each layer", total - f1 - f2 - h - c + 4, r"one bias"
    yield "total_params", "dense only", d1 + d2, r"dense"
    yield "total_params", "depth left out", c1 + 10 * f2 + d1 + d2, r"depth"
    used = g["images"] * (100 - g["held_back"]) // 100
    u = ceil(used / g["batch"])
    yield "updates_per_epoch", "not rounded", used / g["batch"], r"round|remainder|fraction|whole|last batch"
    yield "updates_per_epoch", "one too many", u + 1, r"too many|last"
    yield "updates", "validation batches", ceil((g["images"] - used) / g["batch"]) * g["epochs"], r"validat"
    yield "updates", "not rounded", used * g["epochs"] / g["batch"], r"round|remainder|fraction|whole"
    yield "guess_loss", "ten classes", log(10), r"ten"
    yield "guess_loss", "the classes", float(c), r"without a logarithm|classes|number"
    yield "guess_loss", "in percent", 100 / c, r"percent"
    grad, eps = g["gradient"], 1e-7
    step = 0.001 * sqrt(eps) / sqrt(0.05 * grad**2 + eps) * grad
    yield "first_step", "rate of the paper", 1000 * step, r"rate"
    yield "first_step", "gradient left out", step / grad, r"gradient"
    yield "first_step", "root of the numerator left out", 0.001 * eps / sqrt(0.05 * grad**2 + eps) * grad, r"root"
    yield "steps_needed", "half", g["move"] / step / 2, r"half"


def keras_cnn(g: Given) -> Iterator[Thought]:  # noqa: ARG001
    yield "conv1_shape", "depth first", (32, 26, 26), r"depth|first"
    yield "conv1_shape", "depth missing", (26, 26), r"depth"
    yield "conv1_params", "one side", (3 + 1) * 32, r"side"
    yield "conv1_params", "biases twice", 9 * 32 + 64, r"twice"
    yield "conv2_shape", "+ 1 missing", (22, 22, 32), r"\+ 1|small|each time"
    yield "conv2_shape", "pooled already", (12, 12, 32), r"pool|half"
    yield "conv2_params", "one bias", 9 * 32 * 32 + 1, r"one bias"
    yield "conv2_params", "depth left out, no biases", 9 * 32, r"depth.*bias|bias.*depth|one filter"
    yield "conv2_params", "depth added", (9 + 32 + 1) * 32, r"add"
    yield "pool_shape", "depth first", (32, 12, 12), r"depth|first"
    yield "pool_shape", "one axis halved", (12, 24, 32), r"axis"
    yield "pool_shape", "first convolution pooled", (13, 13, 32), r"convolution"
    yield "flatten_shape", "one axis", (12 * 32,), r"axis"
    yield "flatten_shape", "pooled twice", (6 * 6 * 32,), r"twice"
    yield "dense1_params", "one bias", 4608 * 128 + 1, r"one bias"
    yield "dense1_params", "one axis", (12 * 32 + 1) * 128, r"axis"
    yield "dense1_params", "bias for each input", 4608 * 128 + 4608, r"input"
    yield "dense2_params", "bias for each input", 1280 + 128, r"input"
    yield "dense2_params", "the neurons", 128 + 10, r"add"
    yield "total_params", "one bias each", 288 + 9216 + 589824 + 1280 + 4, r"one bias"
    yield "total_params", "second convolution without depth", 320 + 320 + 589952 + 1290, r"depth"
    yield "total_params", "dense only", 589952 + 1290, r"dense"
    yield "total_params", "convolutions only", 320 + 9248, r"convolution"


def read_the_summary(g: Given) -> Iterator[Thought]:
    n, k, f, c = g["side"], g["kernel"], g["filters"], g["classes"]
    v = n - k + 1
    flat = (v // 2) ** 2 * f
    conv = (k * k + 1) * f
    yield "code_flatten", "one axis", v // 2 * f, r"axis"
    yield "code_flatten", "pooled twice", (v // 4) ** 2 * f, r"twice"
    yield "code_flatten", "+ 1 missing", ((v - 1) // 2) ** 2 * f, r"\+ 1"
    yield "code_total", "one bias each", conv - f + 1 + flat * c + 1, r"one bias"
    yield "code_total", "one map flattened", conv + ((v // 2) ** 2 + 1) * c, r"map"
    yield "code_total", "padded", conv + ((n // 2) ** 2 * f + 1) * c, r"padd|same"
    yield "printed_total", "one bias each", conv - f + 1 + v * v * f * c + 1, r"one bias"
    yield "printed_total", "padded", conv + (n * n * f + 1) * c, r"padd|same"
    s, f2, c2 = g["side_2"], g["filters_2"], g["classes_2"]
    yield "padded_total", "one bias each", 9 * f2 + 1 + s * s * f2 * c2 + 1, r"one bias"
    yield "padded_total", "pooled", 10 * f2 + ((s // 2) ** 2 * f2 + 1) * c2, r"pool"
    yield "padded_total", "colour images", 28 * f2 + (s * s * f2 + 1) * c2, r"colour"
    yield "valid_total", "one bias each", 9 * f2 + 1 + (s - 2) ** 2 * f2 * c2 + 1, r"one bias"
    yield "valid_total", "one map", 10 * f2 + ((s - 2) ** 2 + 1) * c2, r"map"
    d, _m, p = g["hidden_depth"], g["hidden_filters"], g["hidden_params"]
    yield "kernel_size", "filters not divided out", sqrt((p - 1) / d), r"filter"
    yield "units", "bias taken off", (g["hidden_dense"] - 1) / g["hidden_inputs"], r"bias"
    yield (
        "units",
        "inputs and one too few",
        g["hidden_dense"] / (g["hidden_inputs"] - 1),
        r"bias|subtract|taken off|minus",
    )
    norms = [row[1][-1] for row in g["summary_d"] if row[0] == "BatchNormalization"]
    yield "frozen_params", "three each", 3 * sum(norms), r"three"
    yield "trainable_params", "half of all", g["counted"] / 2, r"half"
    yield "trainable_params", "added", g["counted"] + 2 * sum(norms), r"add"


def linear_classifier(g: Given) -> Iterator[Thought]:
    image, w, b = np.array(g["image"]), np.array(g["W"]), np.array(g["b"])
    x = image.ravel(order="F")
    s = w @ x + b
    yield "unroll", "back to front", x[::-1], r"order|back"
    yield "unroll", "a row with axis", image.ravel()[::-1], r"row|order|places|position"
    yield "scores", "absolute values", np.abs(s), r"sign|absolute"
    yield "scores", "order exchanged", s[::-1], r"order|back"
    yield "scores", "softmax", np.exp(s - s.max()) / np.exp(s - s.max()).sum(), r"softmax|probabilit"
    yield "scores", "biases twice", w @ x + 2 * b, r"bias.*twice|twice.*bias"
    k = g["brighter"]
    yield "brighter_scores", "added to each pixel", w @ (x + k) + b, r"added"
    yield "brighter_scores", "squared", k * k * (w @ x) + b, r"squared|twice"
    yield "winner", "the second", "abc"[int(np.argsort(s)[1])], r"second|largest|highest"
    row = w[g["template_of"]]
    yield (
        "template",
        "transposed",
        row.reshape((2, 3), order="F").T,
        r"rows and columns|height and width|Rows and columns",
    )
    yield "template", "columns in reverse order", row.reshape((2, 3), order="F")[:, ::-1], r"column"
    i, t = np.array(g["rgb_image"]), np.array(g["rgb_template"])
    yield "rgb_score", "green only", (i[1] * t[1]).sum(), r"green|one colour"
    yield "rgb_score", "blue only", (i[2] * t[2]).sum(), r"blue|one colour"
    yield "rgb_score", "divided by four", (i * t).sum() / 4, r"divided|averag|4"
    yield "weight_place", "both one too many", [(g["weight"] - 1) // 28 + 2, (g["weight"] - 1) % 28 + 2], r"1 too"
    p = g["height"] * g["width"]
    yield "parameters", "bias for each input", (p * 3) * g["classes"] + p * 3, r"input"
    yield "parameters", "no biases and grey", p * g["classes"], r"(colour|grey).*bias|bias.*(colour|grey)"
    z = np.array(g["scores"], float)
    q = np.exp(z) / np.exp(z).sum()
    yield "softmax", "order exchanged", q[::-1], r"order|back|exchanged|swap"
    yield "softmax", "in percent", 100 * q, r"percent"
    yield "softmax", "divided by the number", np.exp(z) / 3, r"number|3|same factor"
    c = g["true_class"]
    yield "cross_entropy", "of the winner", -log(q.max()), r"largest|winner"
    yield "cross_entropy", "probability", q[c], r"probability"
    ts = np.array(g["true_shares"])
    yield "batch_cost", "largest cost", -log(ts.min()), r"largest"
    yield "batch_cost", "mean probability", ts.mean(), r"probabilit"
    yield "batch_cost", "median", -log(float(np.median(ts))), r"median"
    wt, gr, r = np.array(g["weights"]), np.array(g["gradient"]), g["rate"]
    yield "step", "divided by the rate", wt - gr / r, r"divided"
    yield "step", "weights times gradient", wt - r * gr * wt, r"weight|multipl"
    yield "step", "order exchanged", (wt - r * gr)[::-1], r"order|back"


def preprocessing_and_regularisation(g: Given) -> Iterator[Thought]:
    train, test = np.array(g["train_images"], float), np.array(g["test_image"], float)
    mean, std = train.mean(axis=0), train.std(axis=0)
    yield "scaled", "in percent", 100 * g["level"] / 255, r"percent"
    yield "scaled", "divided by 127.5", g["level"] / 127.5, r"twice|-1 to 1|127"
    yield "scaled", "upside down", 255 / g["level"], r"upside|inverted"
    yield "pixel_mean", "median", np.median(train, axis=0), r"median"
    yield "pixel_mean", "first image", train[0], r"first"
    yield "pixel_mean", "scaled", mean / 255, r"0\.\.1|255|scaled"
    yield "pixel_mean", "transposed", mean.T, r"Rows and columns"
    yield "pixel_std", "range", np.ptp(train, axis=0), r"range"
    yield "pixel_std", "scaled", std / 255, r"0\.\.1|255|scaled"
    yield "pixel_std", "of each image", train.std(axis=(1, 2)), r"each image"
    score = (test - mean) / std
    yield "test_score", "absolute values", np.abs(score), r"sign|absolute"
    yield "test_score", "multiplied", (test - mean) * std, r"multipl"
    yield "test_score", "feature scaling", test / 255, r"scal|255"
    n = g["image_size"]
    yield "statistics", "one side only", 2 * n * 3, r"side|axis"
    w = np.array(g["kernel_weights"], float)
    yield "l2_loss", "mean of the squares", g["data_loss"] + g["l2"] * (w**2).mean(), r"mean|average"
    yield "l2_loss", "loss left out and halved", g["l2"] * (w**2).sum() / 2, r"alone|loss"
    v, gr, eta, d = np.array(g["w"], float), np.array(g["gradient"], float), g["eta"], g["decay"]
    nxt = v - eta * (gr + d * v)
    yield "w_next", "rate left out", v - (gr + d * v), r"rate"
    yield "w_next", "decay alone", v - eta * d * v, r"gradient"
    yield "w_next", "order exchanged", nxt[::-1], r"order|back"
    yield "w_next", "step alone", -eta * (gr + d * v), r"step|weights"
    a, m, r = np.array(g["activations"], float), np.array(g["mask"]), g["rate"]
    yield "dropped", "all divided, nothing dropped", a / (1 - r), r"dropped"
    yield "dropped", "order exchanged", (a * m / (1 - r))[::-1], r"order|back"
    yield "dropped", "mask reversed and scaled by rate", a * (1 - m) / r, r"mask"
    e1, e2 = 100 - g["accuracy_before"], 100 - g["accuracy_after"]
    yield "error_drop", "factor", e1 / e2, r"times|factor|divided|quotient"
    yield "error_drop", "second error", float(e2), r"error"
    batch = np.array(g["batch"], float)
    z = (batch - batch.mean()) / batch.std()
    g["gamma"] * z + g["beta"]
    yield "normalised", "shift subtracted", g["gamma"] * z - g["beta"], r"shift|taken off|subtract"
    yield "normalised", "mean not subtracted", g["gamma"] * batch / batch.std() + g["beta"], r"mean"
    yield "normalised", "not divided", g["gamma"] * (batch - batch.mean()) + g["beta"], r"divided"
    yield "new_moving_mean", "sum of both", g["moving_mean"] + batch.mean(), r"add|sum|momentum|weight"
    yield "new_moving_mean", "old one alone", g["momentum"] * g["moving_mean"], r"batch|new"
    k, c, f = g["kernel"], g["channels"], g["filters"]
    yield "block_trainable", "biases twice", k * k * c * f + 2 * f + 2 * f, r"twice"
    yield "block_trainable", "one bias", k * k * c * f + 1 + 2 * f, r"one bias"
    yield "block_trainable", "normalisation only", 2 * f, r"normalisation"
    yield "leaks", "stopping and decay only", ["c", "f"], r"a is missing|statistics"
    yield "leaks", "shifts included", ["a", "c", "e", "f"], r"e does not"
    yield "leaks", "only decay", ["f"], r"a is missing.*c is missing"
    yield "keeps_label", "shift forgotten", ["b", "c"], r"a is missing"
    yield "keeps_label", "rotation forgotten", ["a", "c"], r"b is missing"
    yield "callbacks_do", "best weights and logs", ["a", "c", "e"], r"d is missing.*e does not"
    yield "callbacks_do", "only the first", ["a"], r"c is missing.*d is missing"
    yield "checkpoint_saves", "all epochs", 10, r"each|all|every|epoch"


def parcels(g: Given) -> Iterator[Thought]:
    patch = np.array(g["patch"])
    heights = patch[patch > 0]
    rows, columns = np.nonzero(patch)
    yield "patch_average", "smallest and largest averaged", (heights.min() + heights.max()) / 2, r"middle|smallest"
    yield "patch_average", "n - 1", heights.sum() / (len(heights) - 1), r"one less|n - 1"
    yield "patch_area", "largest height", int(heights.max()), r"height|greatest|largest"
    yield "patch_distribution", "10, 25, 90", np.percentile(heights, [10, 25, 90]), r"percentile|25|middle"
    yield "patch_distribution", "rounded down", np.floor(np.percentile(heights, [10, 50, 90])), r"round"
    high, wide = np.ptp(rows) + 1, np.ptp(columns) + 1
    yield "patch_perimeter", "one side twice", int(2 * high), r"side|height"
    yield "patch_perimeter", "one too many", int(2 * (high + wide) + 4), r"too (many|large|far)|border|side"
    d1, d2 = np.ptp(rows + columns), np.ptp(rows - columns)
    yield "patch_diagonals", "both the larger", [max(d1, d2)] * 2, r"larg|same"
    yield (
        "patch_diagonals",
        "largest row + column",
        [int((rows + columns).max()), int((rows - columns).max())],
        r"subtract",
    )
    labels = []
    for low, top, around in g["things"]:
        labels.append((2 if top - low > g["spread"] else 0) if top <= g["high"] else (2 if around > g["long"] else 1))
    yield "tree_labels", "parcel and double exchanged", [{0: 0, 1: 2, 2: 1}[v] for v in labels], r"exchanged|swap"
    yield "tree_labels", "envelope and double exchanged", [{0: 2, 1: 1, 2: 0}[v] for v in labels], r"exchanged|swap"
    n, h = g["features_count"], g["hidden"]
    yield "network_params", "one layer only", (n + 1) * 3, r"hidden"
    yield "network_params", "biases twice", (n + 2) * h + (h + 2) * 3, r"twice"
    yield "network_params", "bias for each input", n * h + n + h * 3 + h, r"input"
    yield "hand_crafted", "knowledge only", ["a"], r"b is missing.*e is missing"
    yield "hand_crafted", "little work", ["a", "b", "d", "e"], r"work"
    yield "hand_crafted", "limited data forgotten", ["a", "b", "c"], r"c does not.*e is missing"


def cifar10(g: Given) -> Iterator[Thought]:
    pixels, new = np.array(g["pixels"], float), np.array(g["new_pixel"], float)
    mean, std = pixels.mean(axis=0), pixels.std(axis=0)
    yield "channel_mean", "median", np.median(pixels, axis=0), r"median"
    yield "channel_mean", "blue first", mean[::-1], r"order|back"
    yield "channel_mean", "second image", pixels[4:].mean(axis=0), r"second"
    yield "channel_std", "scaled", std / 255, r"255|scaled"
    yield "channel_std", "range", np.ptp(pixels, axis=0), r"range"
    yield "channel_std", "second image", pixels[4:].std(axis=0), r"second|one of the two"
    yield "standardised", "mean not taken off", new / std, r"mean"
    yield "standardised", "multiplied", (new - mean) * std, r"multipl"
    yield "standardised", "only the mean divided", new - mean / std, r"bracket|mean"
    yield "rotation_factor", "upside down", 360 / g["degrees"], r"upside|inverted"
    yield "rotation_factor", "twice", g["degrees"] / 180, r"half a turn|twice|rotated"
    yield "shift_pixels", "in percent", 100 * g["share"] * g["width"], r"percent|100"
    yield "shift_pixels", "divided", g["width"] / (100 * g["share"]), r"divided"
    x = np.array(g["values"])
    elu = np.where(x > 0, x, np.exp(x) - 1)
    yield "elu", "absolute values", np.abs(elu), r"sign"
    yield "elu", "1 - e^x", np.where(x > 0, x, 1 - np.exp(x)), r"sign"
    yield "elu", "as they are", x, r"as they are|passed|not changed|unchanged"
    f1, f2, f3, c = g["filters_1"], g["filters_2"], g["filters_3"], g["classes"]
    side = (g["side"] // 4 - 4) // 2
    flat = side * side * f3
    convs = [28 * f1, (9 * f1 + 1) * f1, (9 * f1 + 1) * f2, (9 * f2 + 1) * f2, (9 * f2 + 1) * f3, (9 * f3 + 1) * f3]
    maps = 2 * (f1 + f2 + f3)
    total = sum(convs) + 4 * maps + (flat + 1) * c
    yield "conv3_params", "one bias", 9 * f1 * f2 + 1, r"one bias"
    yield "conv3_params", "bias for each map", 10 * f1 * f2, r"bias"
    yield "conv3_params", "one side", (3 * f1 + 1) * f2, r"side"
    yield "flatten_length", "one axis", side * f3, r"axis"
    yield "flatten_length", "depth of the second block", side * side * f2, r"depth|block"
    yield "norm_params", "three each", 3 * maps, r"three"
    yield "norm_params", "one layer in each block", 2 * maps, r"one|half|two"
    yield "total_params", "one bias each", total - (f1 + f2 + f3) * 2 - c + 7, r"one bias"
    yield "total_params", "grey images", total - 18 * f1, r"grey"
    yield "total_params", "one map flattened", total - flat * c + side * side * c, r"map"
    yield "total_params", "convolutions only", sum(convs), r"convolution"
    yield "frozen_params", "three each", 3 * maps, r"three"
    yield "trainable_params", "without the dense layer", total - 2 * maps - (flat + 1) * c, r"dense"
    p, n = 0.7846, g["tested"]
    yield "margin", "factor 1.64", 1.64 * sqrt(p * (1 - p) / n), r"1\.96|factor"
    yield "margin", "factor 2.58", 2.58 * sqrt(p * (1 - p) / n), r"1\.96|factor"
    yield "margin", "upside down", sqrt(n / (p * (1 - p))) / 1.96, r"upside|inverted"


def celebrities(g: Given) -> Iterator[Thought]:  # noqa: ARG001
    first = (6912 + 1) * 400
    dense = first + 401 * 200 + 201 * 8
    yield "first_params", "inputs and neurons added", 6912 + 400, r"add"
    yield "first_params", "one side", (48 * 3 + 1) * 400, r"side|axis"
    yield "dense_params", "one bias each", 6912 * 400 + 400 * 200 + 200 * 8 + 3, r"one bias"
    yield "dense_params", "second layer missing", dense - 401 * 200, r"second"
    yield "per_picture", "for each person", dense / 8, r"person|people|classes"
    flat = 9216
    cnn = 896 + 9248 + 18496 + 36928 + 4 * 392 + (flat + 1) * 200 + 201 * 8
    yield "flatten_length", "one axis", 12 * 64, r"axis"
    yield "flatten_length", "three poolings", 6 * 6 * 64, r"pool|twice"
    yield "cnn_params", "one bias each", cnn - (32 + 32 + 64 + 64 + 200 + 8) + 6, r"one bias"
    yield "cnn_params", "convolutions only", 896 + 9248 + 18496 + 36928, r"convolution"
    yield "cnn_params", "dense only", (flat + 1) * 200 + 201 * 8, r"dense"
    yield "cnn_frozen", "three each", 3 * 392, r"three"
    yield "dense_share", "biases left out", 9216 * 200 / cnn, r"bias"
    yield "dense_share", "upside down", cnn / (9217 * 200), r"upside|inverted"
    yield "margin", "factor 1 - p missing", 1.96 * sqrt(0.8 / 400), r"1 - p"
    yield "margin", "number missing", 1.96 * sqrt(0.8 * 0.2), r"number"


SEEN = by_exercise(
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
