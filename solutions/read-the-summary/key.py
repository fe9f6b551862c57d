"""Answers of `read-the-summary`: what summaries must say, and the one number in each that is wrong."""

from collections.abc import Callable, Mapping
from math import isqrt, prod
from random import Random
from typing import Any

from grader.mistakes.networks import Layer, Network, conv, dense, flatten, pool
from grader.model.key import Slip, following
from grader.model.mistakes import Erring
from grader.text.messages import Text, message

Given = Mapping[str, Any]
Row = list[Any]  # layer, output shape, parameters


def draw(rng: Random) -> dict[str, Any]:
    """Two small networks, two rows to read backwards, and four summaries with one mistake each."""
    while True:
        given = _drawn(rng)
        if all(_are_different(listed) for listed in slips(given).values()):
            return given


def _drawn(rng: Random) -> dict[str, Any]:
    summaries = {"a": _network(rng), "b": _network(rng), "c": _network(rng)}
    mistakes = {"a": _wrong_count(rng, summaries["a"]), "b": _wrong_shape(rng, summaries["b"])}
    mistakes["c"] = _wrong_end(rng, summaries["c"])
    printed = {name: _printed(rows, *mistakes[name]) for name, rows in summaries.items()}
    normed = _normed(rng)
    counted = sum(row[2] for row in normed)
    kernel, depth, maps = rng.choice([2, 3, 4, 5]), rng.choice([2, 3, 4, 6, 8]), rng.choice([5, 10, 20, 30])
    inputs, units = rng.choice([49, 99, 199, 399]), rng.choice([12, 15, 25, 32, 40, 60])
    return {
        "side": rng.choice([20, 24, 28, 30, 32]),
        "kernel": rng.choice([3, 5]),
        "filters": rng.choice([8, 10, 12, 16, 20, 24]),
        "classes": rng.choice([3, 4, 5, 6, 8]),
        "side_2": rng.choice([12, 14, 16, 18, 20]),
        "filters_2": rng.choice([8, 10, 12, 16, 20]),
        "classes_2": rng.choice([3, 4, 5, 6, 8]),
        "hidden_depth": depth,
        "hidden_filters": maps,
        "hidden_params": (kernel**2 * depth + 1) * maps,
        "hidden_inputs": inputs,
        "hidden_dense": (inputs + 1) * units,
        **{f"summary_{name}": rows for name, rows in printed.items()},
        **{f"table_{name}": _table(rows) for name, rows in printed.items()},
        "summary_d": normed,
        "table_d": _table(normed),
        "counted": counted,
        "frozen": rng.choice([0, sum(row[2] for row in normed if row[0] == "BatchNormalization")]),
    }


def _network(rng: Random) -> list[Row]:
    """A network with a convolution, pooling, another convolution and pooling, and two dense layers."""
    padding = rng.choice(["valid", "same"])
    kernel = rng.choice([3, 5])
    side = rng.choice([22, 26, 30] if (padding, kernel) == ("valid", 3) else [20, 24, 28, 32])  # no pooling has a rest
    filters_1, filters_2 = rng.choice([4, 6, 8, 10]), rng.choice([12, 16, 20])
    layers = [
        f"Conv2D {filters_1} filters {kernel}x{kernel} {padding}",
        "MaxPooling2D 2x2",
        f"Conv2D {filters_2} filters 3x3 valid",
        "MaxPooling2D 2x2",
        "Flatten",
        f"Dense {rng.choice([20, 30, 40, 50])}",
        f"Dense {rng.choice([3, 4, 5, 6])}",
    ]
    return _rows([side, side, rng.choice([1, 3])], layers)


def _normed(rng: Random) -> list[Row]:
    """A network with two layers of batch normalisation."""
    filters_1, filters_2, side = rng.choice([8, 10, 12]), rng.choice([16, 20, 24]), rng.choice([16, 20, 24])
    layers = [
        f"Conv2D {filters_1} filters 3x3 same",
        "BatchNormalization",
        "MaxPooling2D 2x2",
        f"Conv2D {filters_2} filters 3x3 same",
        "BatchNormalization",
        "MaxPooling2D 2x2",
        "Flatten",
        f"Dense {rng.choice([3, 4, 5])}",
    ]
    return _rows([side, side, rng.choice([1, 3])], layers)


def _rows(shape: list[int], layers: list[str]) -> list[Row]:
    """What a right summary says of these layers."""
    rows: list[Row] = [["Input", shape, 0]]
    for layer in layers:
        rows.append([layer, *_row(layer, rows[-1][1])])
    return rows


def _row(layer: str, shape: list[int]) -> tuple[list[int], int]:
    words = layer.split()
    if words[0] == "Conv2D":
        filters, kernel = int(words[1]), int(words[3].partition("x")[0])
        lost = 0 if words[4] == "same" else kernel - 1
        return [shape[0] - lost, shape[1] - lost, filters], (kernel**2 * shape[2] + 1) * filters
    if words[0] == "MaxPooling2D":
        return [shape[0] // 2, shape[1] // 2, shape[2]], 0
    if words[0] == "BatchNormalization":
        return shape, 4 * shape[-1]
    if words[0] == "Flatten":
        return [prod(shape)], 0
    return [int(words[1])], (shape[0] + 1) * int(words[1])


def _table(rows: list[Row]) -> str:
    lines = ["row  layer                        output shape            parameters"]
    for number, (layer, shape, count) in enumerate(rows):
        output_shape = f"({', '.join(['None', *map(str, shape)])})"
        lines.append(f"{number:>3}  {layer:<28} {output_shape:<22} {count:>11,}")
    return "\n".join(lines)


def _printed(rows: list[Row], number: int, column: int, value: Any) -> list[Row]:
    """The rows with one number made wrong."""
    return [
        [value if (place, index) == (number, column) else cell for index, cell in enumerate(row)]
        for place, row in enumerate(rows)
    ]


def _wrong_count(rng: Random, rows: list[Row]) -> tuple[int, int, int]:
    """A convolution whose parameters are wrong: row, column, what is printed."""
    number = rng.choice([1, 3])
    return number, 2, rng.choice(_wrong_counts(rows, number))[0]


def _wrong_counts(rows: list[Row], number: int) -> list[tuple[int, Text]]:
    """Wrong numbers of parameters of a convolution, and what was done."""
    words, depth = rows[number][0].split(), rows[number - 1][1][2]
    filters, window = int(words[1]), int(words[3].partition("x")[0]) ** 2
    found: list[tuple[int, Text]] = [
        (window * depth * filters, message("The biases are missing.")),
        (window * depth * filters + 1, message("There is only one bias.")),
        (window * depth + 1, message("This is one filter.")),
    ]
    if depth > 1:
        found.append(((window + 1) * filters, message("The depth of the input was left out.")))
    return found


def _wrong_shape(rng: Random, rows: list[Row]) -> tuple[int, int, list[int]]:
    """A convolution or pooling whose output shape is wrong."""
    number = rng.choice([1, 2, 3, 4])
    return number, 1, rng.choice(_wrong_shapes(rows, number))[0]


def _wrong_shapes(rows: list[Row], number: int) -> list[tuple[list[int], Text]]:
    """Wrong output shapes of a convolution or a pooling, and what was done."""
    layer, (size, _, depth) = rows[number][0], rows[number][1]
    before, _, depth_before = rows[number - 1][1]
    if layer.startswith("MaxPooling2D"):
        return [
            ([before - 1, before - 1, depth], message("This is pooling with stride 1.")),
            ([size, size, depth // 2], message("The depth was also halved.")),
            ([before, before, depth], message("The pooling was left out.")),
        ]
    kernel = int(layer.split()[3].partition("x")[0])
    same = layer.endswith("same")
    other = before - kernel + 1 if same else before
    return [
        ([other, other, depth], message("This is the size with padding='{other}'.", other="valid" if same else "same")),
        ([size, size, depth_before], message("The depth is the one of the input.")),
        ([size - 1, size - 1, depth], message("It is too small by 1.")),
    ]


def _wrong_end(rng: Random, rows: list[Row]) -> tuple[int, int, Any]:
    """A flatten or dense layer that is wrong."""
    number = rng.choice([5, 6, 7])
    value = rng.choice(_wrong_ends(rows, number))[0]
    return (number, 1, [value]) if number == 5 else (number, 2, value)


def _wrong_ends(rows: list[Row], number: int) -> list[tuple[int, Text]]:
    """Wrong lengths of a flattened vector, or wrong numbers of parameters of a dense layer, and what was done."""
    size, _, depth = rows[4][1]
    unpooled = rows[3][1][0] ** 2 * depth
    if number == 5:
        return [
            (size * size, message("Only one feature map was flattened.")),
            (unpooled, message("The pooling was left out.")),
            (size * depth, message("One axis of the maps was left out.")),
        ]
    inputs, units = rows[number - 1][1][0], rows[number][1][0]
    found: list[tuple[int, Text]] = [
        (inputs * units, message("The biases are missing.")),
        (inputs * units + 1, message("There is only one bias.")),
    ]
    if number == 6:
        return [*found, ((unpooled + 1) * units, message("The pooling was left out."))]
    return [*found, ((rows[5][1][0] + 1) * units, message("It was taken to read the flattened maps."))]


def _mistake(given: Given, name: str) -> tuple[int, int, list[Row]]:
    """Row and column of the mistake in a summary, and the summary as it should be."""
    printed = given[f"summary_{name}"]
    right = _rows(printed[0][1], [row[0] for row in printed[1:]])
    number, column = next(
        (number, column)
        for number, rows in enumerate(zip(printed, right, strict=True))
        for column in (1, 2)
        if rows[0][column] != rows[1][column]
    )
    return number, column, right


def _norms(given: Given) -> list[int]:
    """Number of maps of each layer of batch normalisation."""
    return [row[1][-1] for row in given["summary_d"] if row[0] == "BatchNormalization"]


def _kernel(given: Given) -> int:
    """The side of the filters that have so many parameters."""
    return isqrt((given["hidden_params"] // given["hidden_filters"] - 1) // given["hidden_depth"])


class _Simple:
    """The very simple CNN of the lecture, with other sizes, and the other lecture's CNN with one convolution."""

    def __init__(self, given: Given) -> None:
        self.kernel, self.filters, self.classes = given["kernel"], given["filters"], given["classes"]
        self.conv_size = given["side"] - self.kernel + 1
        self.size = self.conv_size // 2
        self.flat, self.unpooled = self.size**2 * self.filters, self.conv_size**2 * self.filters
        self.conv = (self.kernel**2 + 1) * self.filters
        self.total = self.conv + (self.flat + 1) * self.classes
        self.printed = self.conv + (self.unpooled + 1) * self.classes
        self.side_2, self.filters_2, self.classes_2 = given["side_2"], given["filters_2"], given["classes_2"]
        self.conv_2 = (9 + 1) * self.filters_2
        self.padded = self.conv_2 + (self.side_2**2 * self.filters_2 + 1) * self.classes_2
        self.valid = self.conv_2 + ((self.side_2 - 2) ** 2 * self.filters_2 + 1) * self.classes_2


def answers(given: Given) -> dict[str, Any]:
    """Question id -> expected answer; for models the name of the reference model."""
    net = _Simple(given)
    found: dict[str, Any] = {
        "simple": "boracchi_simple_cnn",
        "missing_layer": "b",
        "code_flatten": net.flat,
        "code_total": net.total,
        "printed_total": net.printed,
        "padded": "sick_one_convolution",
        "padded_total": net.padded,
        "valid_total": net.valid,
        "kernel_size": _kernel(given),
        "units": given["hidden_dense"] // (given["hidden_inputs"] + 1),
        "batch_axis": "c",
        "frozen_params": 2 * sum(_norms(given)),
        "trainable_params": given["counted"] - 2 * sum(_norms(given)),
    }
    for name in ("a", "b", "c"):
        number, column, right = _mistake(given, name)
        found[f"row_{name}"] = number
        value = right[number][column]
        found[f"right_{name}"] = value[0] if isinstance(value, list) and len(value) == 1 else value
    return found


def follow_on(given: Given, found: Mapping[str, Any]) -> dict[str, Any]:
    """What is right given the student's own earlier answers."""
    net = _Simple(given)
    return following(
        {
            "code_total": lambda: net.conv + (found["code_flatten"] + 1) * net.classes,
            "printed_total": [
                lambda: net.conv + (4 * found["code_flatten"] + 1) * net.classes,
                lambda: _without(net, found["missing_layer"], found["code_total"]),
            ],
            "valid_total": lambda: found["padded_total"] - (net.padded - net.valid),
            "trainable_params": lambda: given["counted"] - found["frozen_params"],
        }
    )


def _without(net: _Simple, layer: str, total: int) -> int | None:
    """The parameters without the layer that the student thinks is missing, given how many it has with all of them."""
    alone = {"a": total, "c": net.conv + (net.filters + 1) * net.classes, "d": net.conv, "e": total}
    return alone.get(layer)


def slips(given: Given) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    net = _Simple(given)
    found = _slips_of_the_code(net) | _slips_of_padding(net) | _slips_backwards(given) | _slips_of_norms(given)
    for name in ("a", "b", "c"):
        found |= _slips_of_a_summary(given, name)
    return found | _slips_of_choices()


def _are_different(listed: list[Slip]) -> bool:
    values = [str(slip.value) for slip in listed]
    return len(values) == len(set(values))


def _slips_of_the_code(net: _Simple) -> dict[str, list[Slip]]:
    size = f"{net.size} x {net.size} x {net.filters}"
    dense, larger = f"({net.flat} + 1) * {net.classes}", f"({net.unpooled} + 1) * {net.classes}"
    biases = net.filters + net.classes
    return {
        "code_flatten": [
            Slip(
                net.unpooled,
                message("This is without the pooling, as the slide prints it."),
                message("The code pools: {size} are left.", size=size),
            ),
            Slip(
                net.size**2,
                message("Only one feature map was flattened."),
                message("There are {filters}: {size}.", filters=net.filters, size=size),
            ),
            Slip(
                ((net.conv_size + net.kernel - 1) // 2) ** 2 * net.filters,
                message("This is the size with padding='same'."),
                message("There is no padding: {size}.", size=size),
            ),
            Slip(
                (net.conv_size - 1) ** 2 * net.filters,
                message("This is pooling with stride 1."),
                message("It moves by 2: {size}.", size=size),
            ),
        ],
        "code_total": [
            Slip(
                net.printed,
                message("This is without the pooling, as the slide prints it."),
                message("The dense layer has {dense}.", dense=dense),
            ),
            Slip(
                net.total - biases,
                message("The biases are missing."),
                message("Add {filters} + {classes}.", filters=net.filters, classes=net.classes),
            ),
            Slip(
                net.total - net.conv, message("The convolution is missing."), message("Add its {conv}.", conv=net.conv)
            ),
            Slip(
                net.conv + net.flat + 1,
                message("This is one neuron of the dense layer."),
                message("It has {dense}.", dense=dense),
            ),
        ],
        "printed_total": [
            Slip(
                net.total,
                message("This is with the pooling."),
                message("Without it the dense layer has {larger}.", larger=larger),
            ),
            Slip(
                net.printed - biases,
                message("The biases are missing."),
                message("Add {filters} + {classes}.", filters=net.filters, classes=net.classes),
            ),
            Slip(
                net.printed - net.conv,
                message("The convolution is missing."),
                message("Add its {conv}.", conv=net.conv),
            ),
            Slip(
                4 * net.total,
                message("Everything was multiplied by 4."),
                message("Only the inputs of the dense layer are four times as many: {larger}.", larger=larger),
            ),
        ],
    }


def _slips_of_padding(net: _Simple) -> dict[str, list[Slip]]:
    dense = f"({net.side_2} * {net.side_2} * {net.filters_2} + 1) * {net.classes_2}"
    smaller = f"({net.side_2 - 2} * {net.side_2 - 2} * {net.filters_2} + 1) * {net.classes_2}"
    biases = net.filters_2 + net.classes_2
    return {
        "padded_total": [
            Slip(
                net.valid,
                message("This is without padding."),
                message("'same' keeps {side_2} x {side_2}: {dense}.", side_2=net.side_2, dense=dense),
            ),
            Slip(
                net.padded - biases,
                message("The biases are missing."),
                message("Add {filters_2} + {classes_2}.", filters_2=net.filters_2, classes_2=net.classes_2),
            ),
            Slip(
                net.conv_2 + (net.side_2**2 + 1) * net.classes_2,
                message("Only one feature map was flattened."),
                message("The dense layer has {dense}.", dense=dense),
            ),
            Slip(
                net.padded - net.conv_2,
                message("The convolution is missing."),
                message("Add its {conv_2}.", conv_2=net.conv_2),
            ),
        ],
        "valid_total": [
            Slip(
                net.padded,
                message("This is with padding."),
                message("Without it the dense layer has {smaller}.", smaller=smaller),
            ),
            Slip(
                net.valid - biases,
                message("The biases are missing."),
                message("Add {filters_2} + {classes_2}.", filters_2=net.filters_2, classes_2=net.classes_2),
            ),
            Slip(
                net.conv_2 + ((net.side_2 - 1) ** 2 * net.filters_2 + 1) * net.classes_2,
                message("The maps were taken to shrink by 1."),
                message("A 3 x 3 filter takes 2 off each axis: {smaller}.", smaller=smaller),
            ),
            Slip(
                net.valid - net.conv_2,
                message("The convolution is missing."),
                message("Add its {conv_2}.", conv_2=net.conv_2),
            ),
        ],
    }


def _slips_backwards(given: Given) -> dict[str, list[Slip]]:
    kernel, depth, filters = _kernel(given), given["hidden_depth"], given["hidden_filters"]
    count, inputs, dense = given["hidden_params"], given["hidden_inputs"], given["hidden_dense"]
    steps = message(
        "{count} / {filters} - 1 = {weights} weights in a filter, on {depth} maps",
        count=count,
        filters=filters,
        weights=kernel**2 * depth,
        depth=depth,
    )
    return {
        "kernel_size": [
            Slip(
                kernel**2,
                message("This is the area of the window."),
                message("The side is the root of it: {steps}.", steps=steps),
            ),
            Slip(
                kernel**2 * depth,
                message("These are all weights of a filter."),
                message("{steps}: the root of {area}.", steps=steps, area=kernel**2),
            ),
            Slip(
                (kernel**2 * depth) ** 0.5,
                message("The depth of the input was left out."),
                message("{steps}: the root of {area}.", steps=steps, area=kernel**2),
            ),
            Slip(
                ((kernel**2 * depth + 1) / depth) ** 0.5,
                message("The bias was not taken off."),
                message("{steps}: the root of {area}.", steps=steps, area=kernel**2),
            ),
        ],
        "units": [
            Slip(
                dense / inputs,
                message("The bias of each neuron was left out."),
                message("{dense} / ({inputs} + 1).", dense=dense, inputs=inputs),
            ),
            Slip(
                (dense - 1) / inputs,
                message("Only one bias was considered."),
                message("{dense} / ({inputs} + 1).", dense=dense, inputs=inputs),
            ),
            Slip(
                dense,
                message("These are the parameters."),
                message("Each neuron has {inputs} + 1 of them: {dense} / ({inputs} + 1).", inputs=inputs, dense=dense),
            ),
            Slip(
                inputs,
                message("These are the inputs."),
                message("{dense} / ({inputs} + 1).", dense=dense, inputs=inputs),
            ),
        ],
    }


def _slips_of_norms(given: Given) -> dict[str, list[Slip]]:
    first, second = _norms(given)
    maps, counted = first + second, given["counted"]
    two = f"2 * {first} + 2 * {second}"
    return {
        "frozen_params": [
            Slip(
                4 * maps,
                message("These are all parameters of batch normalisation."),
                message("Half of them are trained: {two}.", two=two),
            ),
            Slip(
                0,
                message("All were taken for trainable."),
                message("Moving means and variances are measured, not trained: {two}.", two=two),
            ),
            Slip(
                maps,
                message("Only one of two vectors was counted."),
                message("The moving mean and the moving variance: {two}.", two=two),
            ),
            Slip(
                2 * second,
                message("Only the second of two layers was counted."),
                message("There are two: {two}.", two=two),
            ),
            Slip(
                2 * first,
                message("Only the first of two layers was counted."),
                message("There are two: {two}.", two=two),
            ),
        ],
        "trainable_params": [
            Slip(counted, message("These are all parameters."), message("Take off {two}.", two=two)),
            Slip(
                counted - 4 * maps,
                message("All of batch normalisation was taken off."),
                message("Scale and shift are trained: {two}.", two=two),
            ),
            Slip(
                counted - maps, message("Only one of two vectors was taken off."), message("Take off {two}.", two=two)
            ),
            Slip(
                2 * maps,
                message("These are the ones that are not trained."),
                message("Take them off {counted}.", counted=counted),
            ),
        ],
    }


def _slips_of_a_summary(given: Given, name: str) -> dict[str, list[Slip]]:
    number, column, right = _mistake(given, name)
    printed = given[f"summary_{name}"][number][column]
    remedy = message("Row {number}: {way}.", number=number, way=_reckoned(right, number, column))
    rows = [Slip(0, message("Row 0 is the input; it is given."), remedy)]
    rows += [
        Slip(row, message("Row {row} is right, given the values that should be above it.", row=row), remedy)
        for row in range(1, len(right))
        if row != number
    ]
    known: list[tuple[Any, Text]]
    if name == "a":
        known = list(_wrong_counts(right, number))
    elif name == "b":
        known = list(_wrong_shapes(right, number))
    else:
        known = list(_wrong_ends(right, number))
        printed = printed[0] if isinstance(printed, list) else printed
    corrections = [
        (value, message("This is what the summary prints.") if value == printed else reason) for value, reason in known
    ]
    return {
        f"row_{name}": rows,
        f"right_{name}": [Slip(value, reason, remedy) for value, reason in corrections],
    }


def _reckoned(rows: list[Row], number: int, column: int) -> Text:
    """How the right number of a row comes about."""
    words, before, after = rows[number][0].split(), rows[number - 1][1], rows[number][1]
    if words[0] == "Conv2D" and column == 2:
        return f"({words[3].replace('x', ' * ')} * {before[2]} + 1) * {words[1]}"
    if words[0] == "Conv2D":
        kernel = words[3].partition("x")[0]
        size: Text = f"{before[0]} - {kernel} + 1"
        if words[4] == "same":
            size = message("{before} stays {after}", before=before[0], after=after[0])
        return message("{size} along each axis, and {maps} maps", size=size, maps=words[1])
    if words[0] == "MaxPooling2D":
        return message("{side} / 2 along each axis, and the {maps} maps stay", side=before[0], maps=before[2])
    if words[0] == "Flatten":
        return " * ".join(map(str, before))
    return f"({before[0]} + 1) * {words[1]}"


def _slips_of_choices() -> dict[str, list[Slip]]:
    return {
        "missing_layer": [
            Slip(
                "a",
                message("An activation given inside a layer has no row of its own."),
                message("Look at the shape before flattening."),
            ),
            Slip("c", message("Flatten has a row."), message("Look at the shape that it gets.")),
            Slip(
                "d",
                message("The code has one dense layer, and so has the summary."),
                message("Look at the shape before flattening."),
            ),
            Slip(
                "e",
                message("26 x 26 are flattened, although the code halves them before."),
                message("Compare line by line."),
            ),
        ],
        "batch_axis": [
            Slip(
                "a", message("The channels are the last number."), message("The first axis is the one of the images.")
            ),
            Slip(
                "b",
                message("The size is known: the filters fit at so many places."),
                message("The first axis is the one of the images."),
            ),
            Slip(
                "d",
                message("Parameters have a separate column."),
                message("The first axis is the one of the images."),
            ),
        ],
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------


def methods(given: Given) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    side, side_2 = (given["side"],) * 2, (given["side_2"],) * 2
    simple = conv(given["filters"], given["kernel"])
    code = Network((*side, 1), [simple, pool(), flatten(), dense(given["classes"])])
    printed = Network((*side, 1), [simple, flatten(), dense(given["classes"])])
    end = [flatten(), dense(given["classes_2"])]
    padded = Network((*side_2, 1), [conv(given["filters_2"], 3, padded=True), *end])
    unpadded = Network((*side_2, 1), [conv(given["filters_2"], 3), *end])
    return {
        "code_flatten": lambda erring: code.length(erring, 2),
        "code_total": code.total,
        "printed_total": printed.total,
        "padded_total": lambda erring: _also_pooled(padded, given, erring),
        "valid_total": lambda erring: _also_pooled(unpadded, given, erring),
        "kernel_size": lambda erring: _side_of_filter(given, erring),
        "units": lambda erring: _units(given, erring),
        "right_a": lambda erring: _right_row(given, "a", erring),
        "right_b": lambda erring: _right_row(given, "b", erring),
        "right_c": lambda erring: _right_row(given, "c", erring),
        "frozen_params": lambda erring: _frozen(given, erring),
        "trainable_params": lambda erring: _trained(given, erring),
    }


def _also_pooled(net: Network, given: Given, erring: Erring) -> int:
    """The parameters of a network without pooling, or with one that it has not."""
    if erring(message("A pooling was counted that this network does not have.")):
        first, *rest = net.layers
        return Network((given["side_2"], given["side_2"], 1), [first, pool(), *rest]).total(erring)
    return net.total(erring)


def _side_of_filter(given: Given, erring: Erring) -> float:
    params: int = given["hidden_params"]
    filters: int = given["hidden_filters"]
    depth: int = given["hidden_depth"]
    one = erring.pick(params / filters, {message("It was not divided by the number of filters."): float(params)})
    weights = erring.pick(
        one - 1,
        {
            message("The bias was not taken off."): one,
            message("The bias was added instead of taken off."): one + 1,
            message("The biases of all filters were taken off one filter."): one - filters,
        },
    )
    area = erring.pick(
        weights / depth,
        {
            message("The depth of the input was not divided out."): weights,
            message("The depth of the input was taken off instead of divided by."): weights - depth,
            message("It was divided by the depth twice."): weights / depth**2,
        },
    )
    area = max(area, 0.0)
    side: float = erring.pick(
        area**0.5,
        {
            message("This is the area of the window; its root is the side."): area,
            message("The area was halved; its root is the side."): area / 2,
            message("The third root was taken; a window has two axes."): area ** (1 / 3),
            message("It was divided by 4, as if this were a perimeter."): area / 4,
        },
    )
    return round(side) if abs(side - round(side)) < 1e-9 else side


def _units(given: Given, erring: Erring) -> float:
    params: int = given["hidden_dense"]
    inputs: int = given["hidden_inputs"]
    ways: dict[Text, float] = {
        message("The inputs were subtracted instead of divided by."): params - inputs,
        message("The inputs and 1 were subtracted instead of divided by."): params - inputs - 1,
        message("The bias was taken off the inputs instead of added."): params / (inputs - 1),
        message("1 was taken off the parameters, as for a single bias."): (params - 1) / inputs,
        message("The inputs were taken off first, as if there were a bias for each of them."): (params - inputs)
        / inputs,
        message("Two biases for each neuron were counted."): params / (inputs + 2),
        message("Parameters and inputs were multiplied."): params * inputs,
        message("It was rounded up."): -(-params // inputs),
        message("The bias of each neuron was left out, and it was rounded."): round(params / inputs),
        message("The root of the parameters was taken."): params**0.5,
    }
    return erring.pick(params / (inputs + 1), ways)


def _right_row(given: Given, name: str, erring: Erring) -> Any:
    number, column, rows = _mistake(given, name)
    layers = [_layer(str(row[0])) for row in rows[1:]]
    shape = [int(size) for size in rows[0][1]]
    net = Network(shape, layers)
    if column == 2:
        return net.params(erring, number - 1)
    found = net.shape(erring, number - 1)
    return found[0] if len(found) == 1 else found


def _layer(text: str) -> Layer:
    """The layer that a row of a summary names."""
    words = text.split()
    if words[0] == "Conv2D":
        return conv(int(words[1]), int(words[3].partition("x")[0]), words[4] == "same")
    if words[0] == "MaxPooling2D":
        return pool()
    return flatten() if words[0] == "Flatten" else dense(int(words[1]))


def _frozen(given: Given, erring: Erring) -> int:
    first, second = _norms(given)
    maps = erring.pick(
        first + second,
        {
            message("The second batch normalisation was left out."): first,
            message("The first batch normalisation was left out."): second,
            message("The maps of both layers were multiplied."): first * second,
        },
    )
    each = erring.pick(
        2,
        {
            message("All four numbers of each map were counted."): 4,
            message("Three numbers of each map were counted."): 3,
            message("One number of each map was counted."): 1,
        },
    )
    return each * maps


def _trained(given: Given, erring: Erring) -> float:
    frozen = _frozen(given, erring)
    total: float = given["counted"]
    ways: dict[Text, float] = {
        message("The parameters that are not trained were added instead of subtracted."): total + frozen,
        message("Half of all parameters was taken."): total / 2,
        message("These are all parameters."): total,
        message("This is what is not trained."): frozen,
        message("The parameters that are not trained were subtracted twice."): total - 2 * frozen,
        message("The last row was left out."): total - frozen - given["summary_d"][-1][2],
    }
    return erring.pick(total - frozen, ways)
