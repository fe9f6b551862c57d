"""Possible mistakes of students, written after the methods of the keys, and measured before any method was fixed.

`benchmarks/README.md` has the result of that measurement. New mistakes belong in a new list, measured before use.
"""

from collections.abc import Iterator
from math import ceil, exp, log, sqrt

import numpy as np

from misconceptions.thoughts import Given, Thought, blocks, by_exercise, laid, relu


def activations_and_losses(g: Given) -> Iterator[Thought]:
    x = np.array(g["inputs"])
    yield "relu", "back to front", relu(x)[::-1], r"reverse|back to front|order"
    yield "leaky_relu", "slope 0.01 also above", 0.01 * x, r"small slope|above 0"
    yield "leaky_relu", "absolute value", np.where(x < 0, -0.01 * x, x), r"sign"
    yield "relu_slope", "leaky slope", np.where(x < 0, 0.01, 1.0), r"leaky"
    t = g["tanh_at"]
    yield "tanh", "percent", 100 * float(np.tanh(t)), r"percent"
    yield "tanh", "of twice", float(np.tanh(2 * t)), r"doubled|twice"
    n = g["odds"]
    s = n / (1 + n)
    yield "sigmoid", "upside down", 1 / s, r"upside|denominator|inverted"
    yield "sigmoid", "squared", s * s, r"squared"
    yield "sigmoid_slope", "sign", -s * (1 - s), r"sign"
    yield "sigmoid_slope", "half", s * (1 - s) / 2, r"half"
    p = np.array(g["class_odds"]) / sum(g["class_odds"])
    yield "softmax", "largest divides", p / p.max(), r"largest"
    yield (
        "softmax",
        "scores in percent of themselves",
        np.exp(2 * np.log(g["class_odds"])) / 1.0,
        r"sum|squared|doubled",
    )
    yield "softmax_doubled", "halved instead", np.sqrt(p) / np.sqrt(p).sum(), r"halved"
    yield "softmax_doubled", "percent", 100 * p**2 / (p**2).sum(), r"percent"
    c = g["true_class"]
    yield "cross_entropy", "percent", -100 * log(p[c]), r"percent"
    yield "cross_entropy", "other class counted from 1", -log(p[c - 1]), r"from 1"
    b = s if g["label"] else 1 - s
    yield "binary_cross_entropy", "the other label, base 10", -np.log10(1 - b), r"base 10|label"
    yield "binary_cross_entropy", "upside down", 1 / -log(b), r"upside|inverted"
    e = np.array(g["predicted"]) - np.array(g["targets"])
    yield "mse", "mean error", e.mean(), r"sign|cancel|before"
    yield "mse", "doubled", 2 * (e**2).mean(), r"twice"
    d = g["delta"]
    h = np.where(np.abs(e) <= d, e**2 / 2, d * np.abs(e) - d**2 / 2)
    yield "huber", "doubled", 2 * h.mean(), r"twice"
    yield "huber", "n - 1", h.sum() / (len(e) - 1), r"n - 1|left out|one less"


def conv_arithmetic(g: Given) -> Iterator[Thought]:
    n, k, f = g["valid_size"], g["valid_kernel"], g["valid_filters"]
    v = n - k + 1
    yield "valid_shape", "half a filter", (n - k // 2, n - k // 2, f), r"[Hh]alf"
    yield "valid_shape", "flattened", (v * v * f,), r"multiplied"
    hi, wi, kh, kw, ph, pw = (
        g[x] for x in ("pad_height", "pad_width", "pad_high", "pad_wide", "pad_rows", "pad_columns")
    )
    yield (
        "feature_map_shape",
        "+ 1 and padding missing",
        ((hi - kh) // 2, (wi - kw) // 3),
        r"padding.*\+ 1|\+ 1.*padding",
    )
    yield (
        "feature_map_shape",
        "stride 3 along both",
        ((hi - kh + 2 * ph) // 3 + 1, (wi - kw + 2 * pw) // 3 + 1),
        r"stride",
    )
    z, zk, zf = g["same_size"], g["same_kernel"], g["same_filters"]
    yield "same_shape", "rounded down, depth missing", (z // 2, z // 2), r"rounded down|depth"
    yield "same_shape", "no padding, no stride", (z - zk + 1, z - zk + 1, zf), r"padding|stride"
    po, pd = g["pool_size"], g["pool_depth"]
    yield "pool_shape", "depth first", (pd, po // 2, po // 2), r"put the depth first"
    yield "pool_shape", "one map", (po // 2, po // 2, 1), r"single map"
    w = g["window"]
    yield "pool_discarded", "kept in percent", 100 / (w * w), r"kept|left to 1|1 minus the right"
    fm = laid(g["image"], g["weights"])
    yield "feature_map", "absolute values", np.abs(fm), r"sign|absolute"
    yield "feature_map", "back to front", fm[::-1, ::-1], r"turned by half|flipped|rotated"
    d, ck, cf = g["conv_depth"], g["conv_kernel"], g["conv_filters"]
    yield "conv_params", "depth left out, one bias", ck * ck * cf + 1, r"depth.*one bias|one bias.*depth"
    yield "conv_params", "twice the biases", ck * ck * d * cf + 2 * cf, r"twice"
    h, b, fd, ff = g["flat_high"], g["flat_wide"], g["flat_depth"], g["flat_filters"]
    yield "nonsquare_params", "bias for each map", h * b * fd * ff + fd, r"bias for each input map"
    yield "nonsquare_params", "one side", (h * fd + 1) * ff, r"side|1 x 1"
    u = g["dense_units"]
    yield "dense_params", "twice the biases", 3072 * u + 2 * u, r"twice"
    yield "dense_params", "one neuron", 3073, r"neuron"
    ls, ld, lu = g["last_side"], g["last_depth"], g["last_units"]
    yield "flatten_dense_params", "bias for each input", ls * ls * ld * (lu + 1), r"input"
    yield "flatten_dense_params", "inputs only", ls * ls * ld, r"inputs"
    yield "lenet_colour", "one bias each layer", 62006 - (6 + 16 + 120 + 84 + 10) + 5, r"one bias"
    yield "lenet_colour", "last layer missing", 62006 - 850, r"last|Third dense|four layers"
    ms, mu = g["mlp_side"], g["mlp_units"]
    yield "mlp_colour", "one bias each layer", ms * ms * 3 * mu + mu * 10 + 2, r"one bias"
    yield "mlp_colour", "first layer missing", (mu + 1) * 10, r"[Ff]irst"
    pd2, pf = g["point_depth"], g["point_filters"]
    yield "pointwise_params", "biases twice", pd2 * pf + 2 * pf, r"twice"
    dd, dk, m = g["deep_depth"], g["deep_kernel"], g["multiplier"]
    yield "depthwise_params", "multiplier left out, no biases", dk * dk * dd, r"multiplier.*bias|bias.*multiplier"
    yield "depthwise_params", "biases twice", (dk * dk + 2) * dd * m, r"twice"
    sd = g["deep_size"] - dk + 1
    yield "depthwise_shape", "depth first", (dd * m, sd, sd), r"put the depth first"
    st, sw, sc, sf = g["steps"], g["step_width"], g["step_channels"], g["step_filters"]
    c1 = (st - sw) // 3 + 1
    yield "conv1d_shape", "order exchanged", (sf, c1), r"put the depth first|order"
    yield "conv1d_shape", "depth missing", (c1,), r"depth"
    yield "conv1d_params", "biases twice", sw * sc * sf + 2 * sf, r"twice"
    cc, c3 = g["scan_channels"], g["scan_filters"]
    yield "conv3d_params", "bias for each map and filter", 28 * cc * c3, r"bias for each"
    yield "conv3d_params", "channels left out, no biases", 27 * c3, r"(depth|channels).*bias|bias.*depth"
    cu = g["scan_size"] - 2
    yield "conv3d_shape", "2-D, depth of the input", (cu, cu, cc), r"axis.*depth|depth.*axis"
    mm = g["norm_maps"]
    yield "batchnorm_params", "one side counted", 4 * mm * g["norm_size"], r"side|place|position"
    yield "batchnorm_frozen", "one side counted", 2 * mm * g["norm_size"], r"side|place|position"
    side, fil = g["memory_side"], g["memory_filters"]
    yield "memory", "gibibytes", side * side * fil * 4 / 1024**3, r"GiB|1024"
    yield "weightless", "pooling only and flatten", ["b", "d"], r"e is missing|Dropout"
    yield "weightless", "dense included", ["b", "d", "e", "f"], r"f does not"
    yield "weightless", "those with", ["a", "c", "f"], r"wrong choices"


def dense_mnist(g: Given) -> Iterator[Thought]:
    i, h1, h2, c = g["inputs"], g["hidden1"], g["hidden2"], g["classes"]
    first, second, third = (i + 1) * h1, (h1 + 1) * h2, (h2 + 1) * c
    total = first + second + third
    yield "first_params", "bias for each input", i * h1 + i, r"bias|wrong factor"
    yield "first_params", "one neuron", i + 1, r"neuron"
    yield "total_params", "lecture", 418_060, r"slide|lecture"
    yield "total_params", "second and third only", second + third, r"First|first"
    yield "first_share", "in thousandths", 1000 * first / total, r"1,?000 times"
    yield "first_share", "one minus, percent", 100 * (1 - first / total), r"percent|per cent"
    yield "zero_cost", "upside down", 1 / log(c), r"upside|inverted"
    yield "zero_cost", "squared", log(c) ** 2, r"squar"
    z = g["pixels"] * g["weight"]
    s = 1 / (1 + exp(-z))
    yield "large_slope", "percent", 100 * s * (1 - s), r"percent"
    yield "large_slope", "squared value", s * s, r"squared"
    yield "glorot_limit", "squared", 6 / (i + h1), r"root"
    yield "glorot_limit", "all three layers", sqrt(6 / (i + h1 + h2)), r"next layer|layer"
    k, r = g["kept"], g["rate"]
    yield "dropout_kept", "rate subtracted", k - r, r"taken off|subtract"
    batch = np.array(g["batch"], float)
    n = (batch - batch.mean()) / batch.std()
    yield "batchnorm_values", "scale added", n + g["gamma"] + g["beta"], r"added"
    yield "batchnorm_values", "absolute values", np.abs(g["gamma"] * n + g["beta"]), r"sign|absolute"
    yield "batchnorm_params", "multiplied layers", 4 * h1 * h2, r"multiplied"
    yield "batchnorm_frozen", "with outputs", 2 * (h1 + h2 + c), r"output"
    w1, b1, w2, b2, x = (np.array(g[name]) for name in ("W1", "b1", "W2", "b2", "x"))
    yield "folded_kernel", "signs of W2 ignored", w1 @ np.abs(w2), r"sign"
    yield "folded_kernel", "both transposed", w1.T @ w2.T, r"Rows and columns|order"
    yield "folded_bias", "signs ignored", np.abs(b1 @ w2 + b2), r"sign|absolute"
    yield "folded_bias", "first taken off", -b1 @ w2 + b2, r"taken off|sign|subtract"
    out = x @ (w1 @ w2) + b1 @ w2 + b2
    yield "folded_output", "order exchanged", out[::-1], r"reverse|order"
    yield "folded_output", "second biases twice", out + b2, r"twice"
    hidden = relu(x @ w1 + b1)
    yield "relu_output", "second biases twice", hidden @ w2 + 2 * b2, r"twice"
    yield "relu_output", "W2 transposed", hidden @ w2.T + b2, r"Rows and columns"


def feature_maps(g: Given) -> Iterator[Thought]:
    image, k1, k2 = (np.array(g[name]) for name in ("image", "filter_1", "filter_2"))
    m1 = relu(laid(image, k1) + g["bias_1"])
    yield "first_shape", "padded, channels first", (2, 6, 6), r"padding.*first|first.*padding"
    yield "map_1", "absolute values", np.abs(laid(image, k1) + g["bias_1"]), r"sign"
    yield "map_1", "bias twice", relu(laid(image, k1) + 2 * g["bias_1"]), r"twice"
    yield "map_2", "divided by nine", relu(laid(image, k2) / 9 + g["bias_2"]), r"divided"
    yield "map_2", "rows of the filter reversed", relu(laid(image, k2[::-1]) + g["bias_2"]), r"rows"
    top = [int(v) for v in np.unravel_index(int(m1.argmax()), m1.shape)]
    yield "fires_at", "counted from 1, exchanged", [top[1] + 1, top[0] + 1], r"exchanged|1|reverse|swap"
    yield "seen", "width 2", [top[0], top[0] + 1, top[1], top[1] + 1], r"2 pixels|width|wide"
    yield "shifted_at", "exchanged", [top[1] + g["right"], top[0] + g["down"]], r"exchanged|reverse|other order|swap"
    yield "pooled", "smallest", blocks(m1, 2, np.min), r"small"
    field, jump, fields = 1, 1, []
    for _, size, stride in g["layers"]:
        field, jump = field + (size - 1) * jump, jump * stride
        fields.append(field)
    yield "fields", "starting at 0", [f - 1 for f in fields], r"0|1 too small"
    yield "fields", "back to front", fields[::-1], r"reverse|order"
    begin = g["neuron"] * jump
    yield "window", "one too few", [begin, begin + fields[-1] - 2], r"short"
    yield "window", "exchanged", [begin + fields[-1] - 1, begin], r"reverse|exchanged|swap"
    size = g["object_size"]
    yield "convs_needed", "size divided by 3", size / 3, r"3"
    yield "convs_needed", "half the size", size / 2, r"not subtract 1|half"
    images = [np.array(g[name]) for name in ("query", "a", "b", "c")]
    diffs = [other - images[0] for other in images[1:]]
    yield "pixel_distances", "mean", [(d**2).mean() for d in diffs], r"mean"
    yield "pixel_distances", "roots summed", [np.abs(d).sum() for d in diffs], r"not square the differences"
    line = np.array([[-1, 2, -1]] * 3)
    latents = np.array([[relu(laid(im, k)).max() for k in (line, line.T)] for im in images])
    yield "latents", "transposed", latents.T, r"[Rr]ows and columns"
    yield "latents", "query missing", latents[1:], r"first|missing"
    away = ((latents[1:] - latents[0]) ** 2).sum(axis=1)
    yield "latent_distances", "halved", away / 2, r"half|halved|mean"
    yield "latent_distances", "back to front", away[::-1], r"reverse|order|exchanged|swap"
    yield "latent_nearest", "the second nearest", "abc"[int(np.argsort(away)[1])], r"second|nearest"


def hand_convolution(g: Given) -> Iterator[Thought]:
    lap = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])
    image = np.array(g["image"])
    valid, same = laid(image, lap), laid(image, lap, 1)
    yield "laplacian_valid", "transposed", valid.T, r"transposed|[Rr]ows and columns"
    yield "laplacian_valid", "stride 2", valid[::2, ::2], r"two places|stride|second|position"
    yield "laplacian_same", "ReLU", relu(same), r"ReLU"
    yield "laplacian_same", "signs overlooked", laid(image, np.abs(lap), 1), r"sign"
    yield "laplacian_stride", "ReLU", relu(same[::2, ::2]), r"ReLU"
    yield "laplacian_stride", "transposed", same[::2, ::2].T, r"transposed"
    photo, w = np.array(g["photo"]), np.array(g["weights"])
    feature_map = laid(photo, w)
    yield "feature_map", "rows of the filter reversed", laid(photo, w[::-1]), r"rows"
    yield "feature_map", "half a turn", feature_map[::-1, ::-1], r"half a circle|turned|rotated"
    yield "relu_map", "ReLU of the flipped", relu(laid(photo, w[::-1, ::-1])), r"half a circle|flipped|rotated"
    yield "relu_map", "divided by nine", relu(feature_map) / 9, r"9|divided"
    yield "pooled_map", "averages without ReLU", blocks(feature_map, 2, np.mean), r"average|ReLU"
    yield "pooled_map", "sum", blocks(relu(feature_map), 2, np.sum), r"add"
    x, h = np.array(g["x"]), np.array(g["h"])
    y = np.convolve(x, h)
    yield "y", "echo of weight 1", np.convolve(x, (h != 0).astype(int)), r"weight 1|echo"
    yield "y", "shifted", np.insert(y, 0, 0)[:-1], r"shifted|moved|delay"
    tile, k = np.array(g["tile"]), np.array(g["kernel"])
    yield "correlation_map", "negative as 0", laid(tile, relu(k)), r"negative|minus"
    yield "correlation_map", "back to front", laid(tile, k)[::-1, ::-1], r"half a circle|turned|rotated"
    yield "convolution_map", "negative as 0", laid(tile, relu(k[::-1, ::-1])), r"negative|minus"
    yield "convolution_map", "signs reversed", -laid(tile, k[::-1, ::-1]), r"sign"
    edge, sobel = np.array(g["edge"]), np.array(g["sobel"])
    yield "sobel_map", "negative as 0", laid(edge, relu(sobel)), r"negative|minus"
    yield "sobel_map", "divided by eight", laid(edge, sobel) / 8, r"8"
    noise = np.array(g["noise"])
    yield "average_map", "stride 2", (laid(noise, np.ones((3, 3))) / 9)[::2, ::2], r"two places|stride|second|position"
    yield "average_map", "rounded down", np.floor(laid(noise, np.ones((3, 3))) / 9 * 0.999), r"round|small"
    m4, m6 = np.array(g["map_4"]), np.array(g["map_6"])
    yield "max_2", "median", blocks(m4, 2, np.median), r"median"
    yield "average_2", "transposed", blocks(m4, 2, np.mean).T, r"transposed|[Rr]ows and columns|exchanged|swap"
    yield "max_3", "transposed", blocks(m6, 3, np.max).T, r"transposed|[Rr]ows and columns|exchanged|swap"
    yield "average_3", "smallest", blocks(m6, 3, np.min), r"small"
    maps = np.array([sum(laid(c, f) for c, f in zip(g["channels"], block, strict=True)) for block in g["filters"]])
    yield (
        "output_maps",
        "signs overlooked",
        np.array(
            [sum(laid(c, np.abs(f)) for c, f in zip(g["channels"], block, strict=True)) for block in g["filters"]]
        ),
        r"sign",
    )
    yield "output_maps", "each map transposed", np.swapaxes(maps, 1, 2), r"Rows and columns|axes"
    a, b = ((np.array(g[n]) * np.array(g["detector"])).sum() for n in ("curve", "ear"))
    yield (
        "responses",
        "largest product",
        [int((np.array(g[n]) * np.array(g["detector"])).max()) for n in ("curve", "ear")],
        r"largest",
    )
    yield "responses", "added", [a + b], r"sum"
    small, stamp, up = (np.array(g[n]) for n in ("small", "stamp", "upstream"))
    yield "full_map", "signs overlooked", laid(small, np.abs(stamp), 1), r"sign"
    yield "full_map", "ReLU", relu(laid(small, stamp, 1)), r"ReLU"
    yield "gradient", "ReLU", relu(laid(up, stamp[::-1, ::-1], 1)), r"ReLU"
    yield "gradient", "signs of the filter overlooked", laid(up, np.abs(stamp)[::-1, ::-1], 1), r"sign"


def lenet5(g: Given) -> Iterator[Thought]:
    n, k, f1, f2 = g["side"], g["kernel"], g["filters_1"], g["filters_2"]
    h1, h2, c = g["hidden_1"], g["hidden_2"], g["classes"]
    second = n // 2 - k + 1
    half = second // 2
    flat = half * half * f2
    c1, c2 = (k * k + 1) * f1, (k * k * f1 + 1) * f2
    d1, d2, d3 = (flat + 1) * h1, (h1 + 1) * h2, (h2 + 1) * c
    total = c1 + c2 + d1 + d2 + d3
    yield "boracchi_counts", "back to front", [850, 10164, 48120, 2416, 156], r"reverse|order"
    yield "boracchi_counts", "first pooling left out", [156, 2416, (12 * 12 * 16 + 1) * 120, 10164, 850], r"pool"
    yield "boracchi_counts", "one map flattened", [156, 2416, 26 * 120, 10164, 850], r"map"
    yield "marques_counts", "flattened one map", [156, 2416, 2040, 26 * 84, 850], r"map"
    yield "marques_counts", "back to front", [850, 252084, 2040, 2416, 156], r"reverse|order"
    yield "marques_share", "biases left out", (252000 + 840) / (150 + 2400 + 1920 + 252000 + 840), r"bias"
    yield "lecun_total", "one bias each", 150 + 2400 + 48000 + 10080 + 840 + 5, r"one bias"
    yield "lecun_total", "dense only", 10164 + 850, r"dense"
    yield "conv1_shape", "pooled and not padded", ((n - k + 1) // 2, (n - k + 1) // 2, f1), r"pool|padding|half"
    yield "conv2_shape", "depth first", (f2, second, second), r"put the depth first"
    yield "conv2_shape", "one too many", (second + 1, second + 1, f2), r"1 too|one"
    yield "flatten_length", "added", half + half + f2, r"added"
    yield "flatten_length", "+ 1 missing", ((second - 1) // 2) ** 2 * f2, r"\+ 1"
    yield "conv2_params", "biases twice", k * k * f1 * f2 + 2 * f2, r"twice"
    yield "conv2_params", "depth and filters exchanged", (k * k * f2 + 1) * f1, r"exchanged|filters of the|swap"
    yield "dense1_params", "padded everywhere", ((n // 4) ** 2 * f2 + 1) * h1, r"padding|same"
    yield "dense1_params", "bias for each input", flat * h1 + flat, r"input"
    yield "total_params", "biases twice", total + f1 + f2 + h1 + h2 + c, r"twice"
    yield "total_params", "first dense layer missing", total - d1, r"First dense"
    yield "total_params", "second pooling left out", total - d1 + (second * second * f2 + 1) * h1, r"pool"
    yield (
        "dense_share",
        "biases left out",
        (flat * h1 + h1 * h2 + h2 * c) / (k * k * f1 + k * k * f1 * f2 + flat * h1 + h1 * h2 + h2 * c),
        r"bias",
    )
    yield "dense_share", "upside down", total / (d1 + d2 + d3), r"upside|inverted"
    yield "colour_total", "one bias each", total + 2 * k * k * f1 - (f1 + f2 + h1 + h2 + c) + 5, r"one bias"
    yield "colour_total", "dense only", d1 + d2 + d3, r"dense"
    yield "mlp_grey", "biases twice", (n * n + 2) * h2 + (h2 + 2) * c, r"twice"
    yield "mlp_colour", "first layer missing", (h2 + 1) * c, r"[Ff]irst"


def mnist_keras(g: Given) -> Iterator[Thought]:
    n, f1, f2, h, c = g["side"], g["filters_1"], g["filters_2"], g["hidden"], g["classes"]
    half = (n - 4) // 2
    flat = half * half * f2
    c1, c2, d1, d2 = 10 * f1, (9 * f1 + 1) * f2, (flat + 1) * h, (h + 1) * c
    total = c1 + c2 + d1 + d2
    yield "one_hot", "back to front", [int(i == 9 - g["digit"]) for i in range(10)], r"from the end|reverse|back"
    yield "scaled_pixel", "black and white", 1 - g["grey"] / 255, r"white|left to 1|1 minus the right"
    yield "scaled_pixel", "rounded to a whole", float(round(g["grey"] / 255)), r"round"
    yield "conv1_params", "colour, no biases", 27 * f1, r"(colour.*bias|bias.*colour)"
    yield "conv2_params", "biases twice", 9 * f1 * f2 + 2 * f2, r"twice"
    yield "conv2_params", "one side", (3 * f1 + 1) * f2, r"side"
    yield "flatten_length", "added", half + half + f2, r"added"
    yield "flatten_length", "+ 1 missing twice", ((n - 6) // 2) ** 2 * f2, r"\+ 1"
    yield "dense1_params", "one convolution", (((n - 2) // 2) ** 2 * f2 + 1) * h, r"convolution"
    yield "dense1_params", "bias for each input", flat * h + flat, r"input"
    yield "total_params", "biases twice", total + f1 + f2 + h + c, r"twice"
    yield "total_params", "convolutions only", c1 + c2, r"convolution"
    yield "total_params", "first dense layer missing", total - d1, r"First dense"
    used = g["images"] * (100 - g["held_back"]) // 100
    yield (
        "updates_per_epoch",
        "batches of validation, rounded down",
        (g["images"] - used) // g["batch"],
        r"validate|down",
    )
    yield "updates", "one batch too many", (ceil(used / g["batch"]) + 1) * g["epochs"], r"too many"
    yield (
        "updates",
        "all images, rounded down",
        g["images"] // g["batch"] * g["epochs"],
        r"All images.*down|down.*[Aa]ll images",
    )
    yield "guess_loss", "squared", log(c) ** 2, r"squar"
    yield "guess_loss", "upside down", 1 / log(c), r"upside|inverted"
    grad, eps = g["gradient"], 1e-7
    step = 0.001 * sqrt(eps) / sqrt(0.05 * grad**2 + eps) * grad
    yield "first_step", "sign", -step, r"sign"
    yield "first_step", "rate 0.01", 10 * step, r"0\.01|SGD|10 times"
    yield "steps_needed", "multiplied", g["move"] * step, r"multiplied"


def keras_cnn(g: Given) -> Iterator[Thought]:  # noqa: ARG001
    yield "conv1_shape", "filter subtracted without + 1, depth missing", (25, 25), r"\+ 1|depth"
    yield "conv2_shape", "depth first", (32, 24, 24), r"put the depth first"
    yield "conv2_shape", "depth missing", (24, 24), r"depth"
    yield "conv2_params", "biases twice", 9 * 32 * 32 + 64, r"twice"
    yield "conv2_params", "one side", (3 * 32 + 1) * 32, r"side"
    yield "pool_shape", "depth missing", (12, 12), r"depth"
    yield "pool_shape", "one map", (12, 12, 1), r"map|depth"
    yield "flatten_shape", "padded first only", (13 * 13 * 32,), r"padding|First|Second|convolution"
    yield "flatten_shape", "added", (12 + 12 + 32,), r"added"
    yield "dense1_params", "biases twice", 4608 * 128 + 256, r"twice"
    yield "dense1_params", "inputs only", 4608, r"inputs|another question"
    yield "dense2_params", "biases twice", 1280 + 20, r"twice"
    yield "dense2_params", "flattened maps, no biases", 46080, r"flattened.*bias|bias.*flattened|maps"
    yield "total_params", "biases twice", 600810 + 32 + 32 + 128 + 10, r"twice"
    yield "total_params", "first dense layer missing", 600810 - 589952, r"First dense"
    yield "total_params", "second convolution missing", 600810 - 9248, r"Second convolution"


def read_the_summary(g: Given) -> Iterator[Thought]:
    n, k, f, c = g["side"], g["kernel"], g["filters"], g["classes"]
    v = n - k + 1
    half = v // 2
    conv = (k * k + 1) * f
    yield "code_flatten", "added", half + half + f, r"added"
    yield "code_total", "biases twice", conv + f + half * half * f * c + 2 * c, r"twice"
    yield "code_total", "dense only, no biases", half * half * f * c, r"bias"
    yield "printed_total", "biases twice", conv + f + v * v * f * c + 2 * c, r"twice"
    yield "printed_total", "one map", conv + (v * v + 1) * c, r"map"
    s, f2, c2 = g["side_2"], g["filters_2"], g["classes_2"]
    yield "padded_total", "one axis", 10 * f2 + (s * f2 + 1) * c2, r"axis"
    yield "padded_total", "biases twice", 11 * f2 + s * s * f2 * c2 + 2 * c2, r"twice"
    yield "valid_total", "one axis", 10 * f2 + ((s - 2) * f2 + 1) * c2, r"axis"
    yield "valid_total", "pooled", 10 * f2 + (((s - 2) // 2) ** 2 * f2 + 1) * c2, r"pool"
    p, m = g["hidden_params"], g["hidden_filters"]
    yield "kernel_size", "bias added", sqrt((p / m + 1) / g["hidden_depth"]), r"bias"
    yield "units", "rounded", round(g["hidden_dense"] / g["hidden_inputs"]), r"round|bias|1 too"
    norms = [row[1][-1] for row in g["summary_d"] if row[0] == "BatchNormalization"]
    yield "trainable_params", "three of four taken off", g["counted"] - 3 * sum(norms), r"[Tt]hree"


def linear_classifier(g: Given) -> Iterator[Thought]:
    image, w, b = np.array(g["image"]), np.array(g["W"]), np.array(g["b"])
    x = image.ravel(order="F")
    s = w @ x + b
    yield "unroll", "transposed rows", image[::-1].ravel(order="F"), r"bottom"
    yield "scores", "negative weights left out", relu(w) @ x + b, r"negative"
    yield "scores", "row by row, no biases", w @ image.ravel(), r"(row by row.*bias|bias.*row by row)"
    yield "scores", "biases multiplied", (w @ x) * b, r"multiplied"
    k = g["brighter"]
    yield "brighter_scores", "order exchanged", (k * (s - b) + b)[::-1], r"reverse|order|exchanged|swap"
    yield "brighter_scores", "biases taken off", k * (s - b) - b, r"taken off|subtract"
    row = w[g["template_of"]]
    yield "template", "rows in reverse order", row.reshape((2, 3), order="F")[::-1], r"[Rr]ows|upside|inverted"
    yield "template", "signs ignored", np.abs(row).reshape((2, 3), order="F"), r"sign"
    i, t = np.array(g["rgb_image"]), np.array(g["rgb_template"])
    yield "rgb_score", "negative weights as 0", (i * relu(t)).sum(), r"negative|minus"
    yield "shifted_score", "moved the other way and twice", -2 * g["ink"], r"row|pixel"
    yield "weight_place", "exchanged, from 0", [(g["weight"] - 1) % 28, (g["weight"] - 1) // 28], r"exchanged|swapped|0"
    p = g["height"] * g["width"] * 3
    yield "parameters", "biases twice", p * g["classes"] + 2 * g["classes"], r"twice"
    yield "parameters", "added", p + g["classes"], r"added"
    z = np.array(g["scores"], float)
    q = np.exp(z) / np.exp(z).sum()
    yield "softmax", "doubled scores", np.exp(2 * z) / np.exp(2 * z).sum(), r"doubled"
    yield "softmax", "1 minus each", 1 - q, r"left to 1|1 minus the right"
    c = g["true_class"]
    yield "cross_entropy", "probability times logarithm", -q[c] * log(q[c]), r"times|multipl"
    yield "cross_entropy", "mean over classes", -np.log(q).mean(), r"mean"
    ts = np.array(g["true_shares"])
    yield "batch_cost", "smallest", -log(ts.max()), r"small|last|first"
    yield "batch_cost", "halved", -np.log(ts).mean() / 2, r"half"
    wt, gr, r = np.array(g["weights"]), np.array(g["gradient"]), g["rate"]
    yield "step", "gradient reversed", wt - r * gr[::-1], r"reverse"
    yield "step", "rate squared", wt - r * r * gr, r"squared"
    yield "step", "uphill without rate", wt + gr, r"uphill.*rate|rate.*uphill"


def preprocessing_and_regularisation(g: Given) -> Iterator[Thought]:
    train, test = np.array(g["train_images"], float), np.array(g["test_image"], float)
    mean, std = train.mean(axis=0), train.std(axis=0)
    yield "scaled", "square", (g["level"] / 255) ** 2, r"squared"
    yield "scaled", "in thousandths", 1000 * g["level"] / 255, r"1,?000"
    yield "pixel_mean", "smallest", train.min(axis=0), r"small"
    yield "pixel_mean", "last image left out", train[:-1].mean(axis=0), r"last"
    yield "pixel_std", "half the range", np.ptp(train, axis=0) / 2, r"half"
    yield "pixel_std", "transposed", std.T, r"transposed|[Rr]ows and columns|exchanged|swap"
    yield "test_score", "scaled by 255 after", (test - mean) / 255, r"255"
    yield "test_score", "mean added", (test + mean) / std, r"added"
    n = g["image_size"]
    yield "statistics", "images counted, one number", 3 * n * n * g["image_count"], r"image"
    yield "statistics", "grey, one number", n * n, r"colour|one number"
    w = np.array(g["kernel_weights"], float)
    yield "l2_loss", "signs kept", g["data_loss"] + g["l2"] * (np.sign(w) * w**2).sum(), r"sign"
    yield (
        "l2_loss",
        "halved, with bias",
        g["data_loss"] + g["l2"] * ((w**2).sum() + g["bias_weight"] ** 2) / 2,
        r"halved.*bias|bias.*halved",
    )
    v, gr, eta, d = np.array(g["w"], float), np.array(g["gradient"], float), g["eta"], g["decay"]
    yield "w_next", "decay halved", v - eta * (gr + d / 2 * v), r"halved"
    yield "w_next", "gradient uphill, decay right", v - eta * (-gr + d * v), r"sign"
    a, m, r = np.array(g["activations"], float), np.array(g["mask"]), g["rate"]
    yield "dropped", "mask reversed and scaled", a * (1 - m) / (1 - r), r"mask"
    yield "dropped", "kept only", (a * m / (1 - r))[m > 0], r"left out|dropped"
    e1, e2 = 100 - g["accuracy_before"], 100 - g["accuracy_after"]
    yield "error_drop", "negative", -100 * (e1 - e2) / e1, r"sign"
    yield "error_drop", "first error", float(e1), r"first error"
    batch = np.array(g["batch"], float)
    z = (batch - batch.mean()) / batch.std()
    yield (
        "normalised",
        "wrong way round",
        -g["gamma"] * z + g["beta"],
        r"wrong way|mean less|reverse|shifted|order|mean minus",
    )
    yield "normalised", "scale squared", g["gamma"] ** 2 * z + g["beta"], r"squared"
    yield (
        "new_moving_mean",
        "sum of the batch",
        g["momentum"] * g["moving_mean"] + (1 - g["momentum"]) * batch.sum(),
        r"sum",
    )
    yield "new_moving_mean", "both with momentum", g["momentum"] * (g["moving_mean"] + batch.mean()), r"momentum"
    k, c, f = g["kernel"], g["channels"], g["filters"]
    yield "block_trainable", "three of four", (k * k * c + 1) * f + 3 * f, r"[Tt]hree"
    yield "block_trainable", "no biases, all four", k * k * c * f + 4 * f, r"bias.*four|four.*bias|all parameters"
    yield "leaks", "all but the statistics", ["b", "c", "d", "e", "f"], r"a is missing"
    yield "leaks", "stopping only", ["c"], r"a is missing.*f is missing"
    yield "keeps_label", "mirror for zoom", ["a", "b", "d"], r"c is missing.*d does not"
    yield "callbacks_do", "faster included", ["a", "c", "d", "f"], r"TensorBoard|f does not"
    yield "callbacks_do", "saving forgotten", ["a", "d"], r"c is missing"


def parcels(g: Given) -> Iterator[Thought]:
    patch = np.array(g["patch"])
    heights = patch[patch > 0]
    yield "patch_average", "smallest", float(heights.min()), r"smallest"
    yield "patch_average", "greatest left out", float(np.sort(heights)[:-1].mean()), r"left out"
    yield "patch_distribution", "5 and 95", np.percentile(heights, [5, 50, 95]), r"\b5th"
    yield (
        "patch_distribution",
        "mean in the middle",
        [np.percentile(heights, 10), heights.mean(), np.percentile(heights, 90)],
        r"mean",
    )
    rows, columns = np.nonzero(patch)
    high, wide = int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1
    yield "patch_perimeter", "one side", high + 2 * wide, r"side"
    d1, d2 = int(np.ptp(rows + columns)), int(np.ptp(rows - columns))
    yield "patch_diagonals", "times root of 2", [d1 * sqrt(2), d2 * sqrt(2)], r"root"
    yield "patch_diagonals", "one missing", [d1], r"first|one"
    labels = []
    for low, top, around in g["things"]:
        labels.append((2 if top - low > g["spread"] else 0) if top <= g["high"] else (2 if around > g["long"] else 1))
    yield "tree_labels", "back to front", labels[::-1], r"reverse|order|places|exchanged|swap|position"
    n, h = g["features_count"], g["hidden"]
    yield "network_params", "hidden layer's biases missing", n * h + (h + 1) * 3, r"bias"
    yield "network_params", "two outputs", (n + 1) * h + (h + 1) * 2, r"two|output|class"
    yield "hand_crafted", "all", ["a", "b", "c", "d", "e"], r"every choice"
    yield "hand_crafted", "few data only", ["e"], r"a is missing.*b is missing"


def cifar10(g: Given) -> Iterator[Thought]:
    pixels, new = np.array(g["pixels"], float), np.array(g["new_pixel"], float)
    mean, std = pixels.mean(axis=0), pixels.std(axis=0)
    yield "channel_mean", "smallest", pixels.min(axis=0), r"small"
    yield "channel_mean", "middle", (pixels.min(axis=0) + pixels.max(axis=0)) / 2, r"middle"
    yield "channel_std", "sum not averaged", np.sqrt(((pixels - mean) ** 2).sum(axis=0)), r"not take their mean"
    yield "channel_std", "the means", mean, r"mean|another"
    yield "standardised", "exchanged", (new - std) / mean, r"exchanged|swap"
    yield "standardised", "absolute values", np.abs((new - mean) / std), r"sign|absolute"
    yield "rotation_factor", "quarter turn", g["degrees"] / 90, r"quarter"
    yield "shift_pixels", "rest of the width", g["width"] * (1 - g["share"]), r"left|rest"
    x = np.array(g["values"])
    yield "elu", "sign in the exponent", np.where(x > 0, x, np.exp(-x) - 1), r"exponent"
    yield "elu", "tanh", np.where(x > 0, x, np.tanh(x)), r"tanh"
    f1, f2, f3, c = g["filters_1"], g["filters_2"], g["filters_3"], g["classes"]
    side = (g["side"] // 4 - 4) // 2
    flat = side * side * f3
    convs = [28 * f1, (9 * f1 + 1) * f1, (9 * f1 + 1) * f2, (9 * f2 + 1) * f2, (9 * f2 + 1) * f3, (9 * f3 + 1) * f3]
    maps = 2 * (f1 + f2 + f3)
    total = sum(convs) + 4 * maps + (flat + 1) * c
    yield "conv3_params", "biases twice", 9 * f1 * f2 + 2 * f2, r"twice"
    yield "conv3_params", "depth left out, no biases", 9 * f2, r"depth.*bias|bias.*depth"
    yield "flatten_length", "added", side + side + f3, r"added"
    yield "flatten_length", "first pooling left out", ((g["side"] // 2 - 4) // 2) ** 2 * f3, r"pool"
    yield "norm_params", "outputs, too", 4 * (maps + c), r"output"
    yield "norm_params", "first block left out", 4 * (maps - 2 * f1), r"first block"
    yield "total_params", "biases twice", total + maps + c, r"twice"
    yield "total_params", "convolutions and normalisation only", total - (flat + 1) * c, r"dense"
    yield "frozen_params", "first block left out", 2 * (maps - 2 * f1), r"first block"
    yield "trainable_params", "added", total + 2 * maps, r"added"
    yield "margin", "rounded factor", 2 * sqrt(0.7846 * 0.2154 / g["tested"]), r"rounded|factor"
    yield "margin", "p missing", 1.96 * sqrt(0.2154 / g["tested"]), r"factor p"


def celebrities(g: Given) -> Iterator[Thought]:  # noqa: ARG001
    yield "first_params", "biases twice", 6912 * 400 + 800, r"twice"
    yield "first_params", "one neuron", 6913, r"neuron"
    dense = 6913 * 400 + 401 * 200 + 201 * 8
    yield "dense_params", "biases twice", dense + 608, r"twice"
    yield "dense_params", "without the first layer", 401 * 200 + 201 * 8, r"First|first"
    yield "per_picture", "biases left out", (dense - 608) / 2000, r"bias"
    flat = 9216
    cnn = 896 + 9248 + 18496 + 36928 + 4 * 392 + (flat + 1) * 200 + 201 * 8
    yield "flatten_length", "added", 12 + 12 + 64, r"added"
    yield "cnn_params", "biases twice", cnn + 32 + 32 + 64 + 64 + 200 + 8, r"twice"
    yield "cnn_params", "one map flattened", cnn - flat * 200 + 144 * 200, r"map"
    yield "cnn_params", "last layer missing", cnn - 201 * 8, r"last|Second dense"
    yield "cnn_frozen", "outputs, too", 2 * 400, r"output"
    yield "dense_share", "last layer only", 201 * 8 / cnn, r"last|Second dense"
    yield "margin", "factor 2", 2 * sqrt(0.16 / 400), r"2|rounded"
    yield "margin", "2000 pictures", 1.96 * sqrt(0.16 / 2000), r"training|pictures"


HELD_BACK = by_exercise(
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
