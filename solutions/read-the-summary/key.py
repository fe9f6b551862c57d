"""Answers of `read-the-summary`: what summaries must say, and the one number in each that is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from math import isqrt, prod
from random import Random
from typing import Any

from grader.cnn import by_hand
from grader.mistakes.networks import Layer, Network, conv, dense, flatten, pool
from grader.model.key import Slip, following
from grader.model.mistakes import Erring
from grader.text.messages import Text, message

Values = Mapping[str, Any]  # as `draw` returns them
Row = list[Any]  # layer, output shape without the axis of the images, parameters


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One student's numbers: two networks, two rows to read backwards, and four summaries.

    Attributes:
        side: Rows and columns of the grey images of the first network, the very simple CNN of the lecture.
        kernel: Side of the filters of its convolution, which is not padded.
        filters: How many there are.
        classes: Neurons of its dense layer.
        side_2: Rows and columns of the grey images of the second network, with one convolution of 3 x 3.
        filters_2: Its filters.
        classes_2: Neurons of its dense layer.
        hidden_depth: Maps that a convolution reads, of which the side of the filters is asked for.
        hidden_filters: Its filters.
        hidden_params: Its parameters.
        hidden_inputs: Inputs of a dense layer, of which the neurons are asked for.
        hidden_dense: Its parameters.
        summary_a: Rows of a summary with a wrong number of parameters of a convolution.
        summary_b: Rows of a summary with a wrong shape.
        summary_c: Rows of a summary with a mistake in one of the last three layers.
        table_a: The first summary as it is printed.
        table_b: The second one as it is printed.
        table_c: The third one as it is printed.
        summary_d: Rows of a summary with batch normalisation, all correct.
        table_d: This summary as it is printed.
        counted: Its parameters.
        frozen: The number that its last line wrongly gives for those that are not trained.
    """

    side: int
    kernel: int
    filters: int
    classes: int
    side_2: int
    filters_2: int
    classes_2: int
    hidden_depth: int
    hidden_filters: int
    hidden_params: int
    hidden_inputs: int
    hidden_dense: int
    summary_a: list[Row]
    summary_b: list[Row]
    summary_c: list[Row]
    table_a: str
    table_b: str
    table_c: str
    summary_d: list[Row]
    table_d: str
    counted: int
    frozen: int

    @property
    def summaries(self) -> Mapping[str, list[Row]]:
        """The three summaries with a mistake, by their letters."""
        return {"a": self.summary_a, "b": self.summary_b, "c": self.summary_c}

    @property
    def normalised_maps(self) -> list[int]:
        """Number of maps of each layer of batch normalisation."""
        return [row[1][-1] for row in self.summary_d if row[0] == "BatchNormalization"]

    @property
    def hidden_kernel(self) -> int:
        """The side of the filters that have so many parameters."""
        return isqrt((self.hidden_params // self.hidden_filters - 1) // self.hidden_depth)

    @property
    def conv_size(self) -> int:
        """Side of the maps of the first network's convolution."""
        return by_hand.valid(self.side, self.kernel)

    @property
    def size(self) -> int:
        """Side of its maps after the pooling."""
        return self.conv_size // 2

    @property
    def flat(self) -> int:
        """Length of its flattened vector."""
        return self.size**2 * self.filters

    @property
    def unpooled(self) -> int:
        """The same without the pooling."""
        return self.conv_size**2 * self.filters

    @property
    def conv(self) -> int:
        """Parameters of its convolution."""
        return by_hand.convolution(1, self.kernel**2, self.filters)

    @property
    def total(self) -> int:
        """Parameters of the first network."""
        return self.conv + by_hand.dense(self.flat, self.classes)

    @property
    def printed(self) -> int:
        """The same without the pooling, as the slide prints it."""
        return self.conv + by_hand.dense(self.unpooled, self.classes)

    @property
    def conv_2(self) -> int:
        """Parameters of the second network's convolution."""
        return by_hand.convolution(1, 9, self.filters_2)

    @property
    def padded(self) -> int:
        """Parameters of the second network with padding."""
        return self.conv_2 + by_hand.dense(self.side_2**2 * self.filters_2, self.classes_2)

    @property
    def valid(self) -> int:
        """The same without padding."""
        return self.conv_2 + by_hand.dense((self.side_2 - 2) ** 2 * self.filters_2, self.classes_2)


# ---- Each student's numbers ----------------------------------------------------------------------------------------


def draw(rng: Random) -> dict[str, Any]:
    """Two small networks, two rows to read backwards, and four summaries, three of them with one mistake each."""
    while True:
        values = asdict(_variant(rng))
        if all(_are_different(listed) for listed in slips(values).values()):
            return values


def _variant(rng: Random) -> Variant:
    summaries = {"a": _network_to_print(rng), "b": _network_to_print(rng), "c": _network_to_print(rng)}
    mistakes: dict[str, tuple[int, int, Any]] = {
        "a": _wrong_count(rng, summaries["a"]),
        "b": _wrong_shape(rng, summaries["b"]),
        "c": _wrong_end(rng, summaries["c"]),
    }
    printed = {name: _printed(rows, *mistakes[name]) for name, rows in summaries.items()}
    normed = _network_with_norms(rng)
    counted = sum(row[2] for row in normed)
    kernel, depth, maps = rng.choice([2, 3, 4, 5]), rng.choice([2, 3, 4, 6, 8]), rng.choice([5, 10, 20, 30])
    inputs, units = rng.choice([49, 99, 199, 399]), rng.choice([12, 15, 25, 32, 40, 60])
    return Variant(
        side=rng.choice([20, 24, 28, 30, 32]),
        kernel=rng.choice([3, 5]),
        filters=rng.choice([8, 10, 12, 16, 20, 24]),
        classes=rng.choice([3, 4, 5, 6, 8]),
        side_2=rng.choice([12, 14, 16, 18, 20]),
        filters_2=rng.choice([8, 10, 12, 16, 20]),
        classes_2=rng.choice([3, 4, 5, 6, 8]),
        hidden_depth=depth,
        hidden_filters=maps,
        hidden_params=by_hand.convolution(depth, kernel**2, maps),
        hidden_inputs=inputs,
        hidden_dense=by_hand.dense(inputs, units),
        summary_a=printed["a"],
        summary_b=printed["b"],
        summary_c=printed["c"],
        table_a=_table(printed["a"]),
        table_b=_table(printed["b"]),
        table_c=_table(printed["c"]),
        summary_d=normed,
        table_d=_table(normed),
        counted=counted,
        frozen=rng.choice([0, sum(row[2] for row in normed if row[0] == "BatchNormalization")]),
    )


def _network_to_print(rng: Random) -> list[Row]:
    """A network with a convolution, pooling, another convolution and pooling, and two dense layers."""
    padding = rng.choice(["valid", "same"])
    kernel = rng.choice([3, 5])
    side = rng.choice(
        [22, 26, 30] if (padding, kernel) == ("valid", 3) else [20, 24, 28, 32]
    )  # every pooling divides its input
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


def _network_with_norms(rng: Random) -> list[Row]:
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
    """The rows of a correct summary of these layers, the input first."""
    rows: list[Row] = [["Input", shape, 0]]
    for layer in layers:
        rows.append([layer, *_row(layer, rows[-1][1])])
    return rows


def _row(layer: str, shape: list[int]) -> tuple[list[int], int]:
    """Output shape and parameters of a layer that gets this shape."""
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
    """The rows as Keras prints them, with `None` for the axis of the images."""
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
    wrong: list[tuple[int, Text]] = [
        (window * depth * filters, message("The biases are missing.")),
        (window * depth * filters + 1, message("You counted only one bias.")),
        (window * depth + 1, message("You counted only one filter.")),
    ]
    if depth > 1:
        wrong.append(((window + 1) * filters, message("You left out the depth of the input.")))
    return wrong


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
            ([before - 1, before - 1, depth], message("You pooled with stride 1.")),
            ([size, size, depth // 2], message("You also halved the depth.")),
            ([before, before, depth], message("You left out the pooling.")),
        ]
    kernel = int(layer.split()[3].partition("x")[0])
    same = layer.endswith("same")
    other = before - kernel + 1 if same else before
    return [
        ([other, other, depth], message("This is the size with padding='{other}'.", other="valid" if same else "same")),
        ([size, size, depth_before], message("You used the depth of the input.")),
        ([size - 1, size - 1, depth], message("Your number is too small by 1.")),
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
            (size * size, message("You flattened only one feature map.")),
            (unpooled, message("You left out the pooling.")),
            (size * depth, message("You left out one axis of the maps.")),
        ]
    inputs, units = rows[number - 1][1][0], rows[number][1][0]
    wrong: list[tuple[int, Text]] = [
        (inputs * units, message("The biases are missing.")),
        (inputs * units + 1, message("You counted only one bias.")),
    ]
    if number == 6:
        return [*wrong, ((unpooled + 1) * units, message("You left out the pooling."))]
    return [*wrong, ((rows[5][1][0] + 1) * units, message("You assumed that it reads the flattened maps."))]


def _mistake(variant: Variant, name: str) -> tuple[int, int, list[Row]]:
    """Row and column of the mistake in a summary, and the summary as it should be."""
    printed = variant.summaries[name]
    right = _rows(printed[0][1], [row[0] for row in printed[1:]])
    number, column = next(
        (number, column)
        for number, rows in enumerate(zip(printed, right, strict=True))
        for column in (1, 2)
        if rows[0][column] != rows[1][column]
    )
    return number, column, right


# ---- Right answers -------------------------------------------------------------------------------------------------


def answers(values: Values) -> dict[str, Any]:
    """Question id -> expected answer; for models the name of the reference model."""
    variant = Variant(**values)
    right_answers: dict[str, Any] = {
        "simple": "boracchi_simple_cnn",
        "missing_layer": "b",
        "code_flatten": variant.flat,
        "code_total": variant.total,
        "printed_total": variant.printed,
        "padded": "sick_one_convolution",
        "padded_total": variant.padded,
        "valid_total": variant.valid,
        "kernel_size": variant.hidden_kernel,
        "units": variant.hidden_dense // (variant.hidden_inputs + 1),
        "batch_axis": "c",
        "frozen_params": 2 * sum(variant.normalised_maps),
        "trainable_params": variant.counted - 2 * sum(variant.normalised_maps),
    }
    for name in ("a", "b", "c"):
        number, column, right = _mistake(variant, name)
        right_answers[f"row_{name}"] = number
        value = right[number][column]
        right_answers[f"right_{name}"] = value[0] if isinstance(value, list) and len(value) == 1 else value
    return right_answers


def follow_on(values: Values, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Question id -> answer that follows from the student's own earlier answers."""
    variant = Variant(**values)
    return following(
        {
            "code_total": lambda: variant.conv + (earlier["code_flatten"] + 1) * variant.classes,
            "printed_total": [
                lambda: variant.conv + (4 * earlier["code_flatten"] + 1) * variant.classes,
                lambda: _without(variant, earlier["missing_layer"], earlier["code_total"]),
            ],
            "valid_total": lambda: earlier["padded_total"] - (variant.padded - variant.valid),
            "trainable_params": lambda: variant.counted - earlier["frozen_params"],
        }
    )


def _without(variant: Variant, layer: str, total: int) -> int | None:
    """Parameters without the layer that the student thinks is missing, if all layers have so many together."""
    alone = {"a": total, "c": variant.conv + (variant.filters + 1) * variant.classes, "d": variant.conv, "e": total}
    return alone.get(layer)


# ---- Wrong answers with a known cause ------------------------------------------------------------------------------


def slips(values: Values) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    variant = Variant(**values)
    listed = (
        _slips_of_the_code(variant) | _slips_of_padding(variant) | _slips_backwards(variant) | _slips_of_norms(variant)
    )
    for name in ("a", "b", "c"):
        listed |= _slips_of_a_summary(variant, name)
    return listed | _slips_of_choices()


def _are_different(listed: list[Slip]) -> bool:
    values = [str(slip.value) for slip in listed]
    return len(values) == len(set(values))


def _slips_of_the_code(variant: Variant) -> dict[str, list[Slip]]:
    size = f"{variant.size} x {variant.size} x {variant.filters}"
    dense, larger = f"({variant.flat} + 1) * {variant.classes}", f"({variant.unpooled} + 1) * {variant.classes}"
    biases = variant.filters + variant.classes
    return {
        "code_flatten": [
            Slip(
                variant.unpooled,
                message("You left out the pooling, as the slide does."),
                message("The code has a pooling layer, so {size} values are left.", size=size),
            ),
            Slip(
                variant.size**2,
                message("You flattened only one feature map."),
                message("There are {filters} feature maps: {size}.", filters=variant.filters, size=size),
            ),
            Slip(
                ((variant.conv_size + variant.kernel - 1) // 2) ** 2 * variant.filters,
                message("This is the size with padding='same'."),
                message("There is no padding: {size}.", size=size),
            ),
            Slip(
                (variant.conv_size - 1) ** 2 * variant.filters,
                message("You pooled with stride 1."),
                message("The pooling window moves by 2: {size}.", size=size),
            ),
        ],
        "code_total": [
            Slip(
                variant.printed,
                message("You left out the pooling, as the slide does."),
                message("The dense layer has {dense} parameters.", dense=dense),
            ),
            Slip(
                variant.total - biases,
                message("The biases are missing."),
                message("Add {filters} + {classes} biases.", filters=variant.filters, classes=variant.classes),
            ),
            Slip(
                variant.total - variant.conv,
                message("The convolution is missing."),
                message("Add the {conv} parameters of the convolution.", conv=variant.conv),
            ),
            Slip(
                variant.conv + variant.flat + 1,
                message("You counted only one neuron of the dense layer."),
                message("The whole dense layer has {dense} parameters.", dense=dense),
            ),
        ],
        "printed_total": [
            Slip(
                variant.total,
                message("This is the number with pooling."),
                message("Without pooling, the dense layer has {larger} parameters.", larger=larger),
            ),
            Slip(
                variant.printed - biases,
                message("The biases are missing."),
                message("Add {filters} + {classes} biases.", filters=variant.filters, classes=variant.classes),
            ),
            Slip(
                variant.printed - variant.conv,
                message("The convolution is missing."),
                message("Add the {conv} parameters of the convolution.", conv=variant.conv),
            ),
            Slip(
                4 * variant.total,
                message("You multiplied everything by 4."),
                message("Only the inputs of the dense layer are four times as many: {larger}.", larger=larger),
            ),
        ],
    }


def _slips_of_padding(variant: Variant) -> dict[str, list[Slip]]:
    dense = f"({variant.side_2} * {variant.side_2} * {variant.filters_2} + 1) * {variant.classes_2}"
    smaller = f"({variant.side_2 - 2} * {variant.side_2 - 2} * {variant.filters_2} + 1) * {variant.classes_2}"
    biases = variant.filters_2 + variant.classes_2
    return {
        "padded_total": [
            Slip(
                variant.valid,
                message("This is the result without padding."),
                message(
                    "With padding='same', the maps stay {side_2} x {side_2}: {dense}.",
                    side_2=variant.side_2,
                    dense=dense,
                ),
            ),
            Slip(
                variant.padded - biases,
                message("The biases are missing."),
                message(
                    "Add {filters_2} + {classes_2} biases.", filters_2=variant.filters_2, classes_2=variant.classes_2
                ),
            ),
            Slip(
                variant.conv_2 + (variant.side_2**2 + 1) * variant.classes_2,
                message("You flattened only one feature map."),
                message("The dense layer has {dense} parameters.", dense=dense),
            ),
            Slip(
                variant.padded - variant.conv_2,
                message("The convolution is missing."),
                message("Add the {conv_2} parameters of the convolution.", conv_2=variant.conv_2),
            ),
        ],
        "valid_total": [
            Slip(
                variant.padded,
                message("This is the number with padding."),
                message("Without padding, the dense layer has {smaller} parameters.", smaller=smaller),
            ),
            Slip(
                variant.valid - biases,
                message("The biases are missing."),
                message(
                    "Add {filters_2} + {classes_2} biases.", filters_2=variant.filters_2, classes_2=variant.classes_2
                ),
            ),
            Slip(
                variant.conv_2 + ((variant.side_2 - 1) ** 2 * variant.filters_2 + 1) * variant.classes_2,
                message("You assumed that the maps shrink by 1."),
                message("A 3 x 3 filter makes each axis smaller by 2: {smaller}.", smaller=smaller),
            ),
            Slip(
                variant.valid - variant.conv_2,
                message("The convolution is missing."),
                message("Add the {conv_2} parameters of the convolution.", conv_2=variant.conv_2),
            ),
        ],
    }


def _slips_backwards(variant: Variant) -> dict[str, list[Slip]]:
    kernel, depth, filters = variant.hidden_kernel, variant.hidden_depth, variant.hidden_filters
    count, inputs, dense = variant.hidden_params, variant.hidden_inputs, variant.hidden_dense
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
                message("The side is the root of the area: {steps}.", steps=steps),
            ),
            Slip(
                kernel**2 * depth,
                message("This is the number of all weights of a filter."),
                message("{steps}: the side is the root of {area}.", steps=steps, area=kernel**2),
            ),
            Slip(
                (kernel**2 * depth) ** 0.5,
                message("You left out the depth of the input."),
                message("{steps}: the side is the root of {area}.", steps=steps, area=kernel**2),
            ),
            Slip(
                ((kernel**2 * depth + 1) / depth) ** 0.5,
                message("You did not subtract the bias."),
                message("{steps}: the side is the root of {area}.", steps=steps, area=kernel**2),
            ),
        ],
        "units": [
            Slip(
                dense / inputs,
                message("You left out the bias of each neuron."),
                message("Compute {dense} / ({inputs} + 1).", dense=dense, inputs=inputs),
            ),
            Slip(
                (dense - 1) / inputs,
                message("You considered only one bias."),
                message("Compute {dense} / ({inputs} + 1).", dense=dense, inputs=inputs),
            ),
            Slip(
                dense,
                message("This is the number of parameters."),
                message(
                    "Each neuron has {inputs} + 1 parameters: {dense} / ({inputs} + 1).", inputs=inputs, dense=dense
                ),
            ),
            Slip(
                inputs,
                message("This is the number of inputs, not of neurons."),
                message("Compute {dense} / ({inputs} + 1).", dense=dense, inputs=inputs),
            ),
        ],
    }


def _slips_of_norms(variant: Variant) -> dict[str, list[Slip]]:
    first, second = variant.normalised_maps
    maps, counted = first + second, variant.counted
    two = f"2 * {first} + 2 * {second}"
    return {
        "frozen_params": [
            Slip(
                4 * maps,
                message("These are all parameters of batch normalisation."),
                message("Half of the parameters are trained, so the other half remains: {two}.", two=two),
            ),
            Slip(
                0,
                message("You counted all parameters as trainable."),
                message("Moving means and variances are measured, not trained: {two}.", two=two),
            ),
            Slip(
                maps,
                message("You counted only one of two vectors."),
                message("Count the moving mean and the moving variance: {two}.", two=two),
            ),
            Slip(
                2 * second,
                message("You counted only the second of the two layers."),
                message("There are two batch normalisations: {two}.", two=two),
            ),
            Slip(
                2 * first,
                message("You counted only the first of the two layers."),
                message("There are two batch normalisations: {two}.", two=two),
            ),
        ],
        "trainable_params": [
            Slip(
                counted,
                message("These are all parameters."),
                message("Subtract the {two} parameters that are not trained.", two=two),
            ),
            Slip(
                counted - 4 * maps,
                message("You subtracted all parameters of batch normalisation."),
                message("Scale and shift are trained, so subtract only {two}.", two=two),
            ),
            Slip(
                counted - maps,
                message("You subtracted only one of two vectors."),
                message("Subtract the {two} parameters that are not trained.", two=two),
            ),
            Slip(
                2 * maps,
                message("This is the number of parameters that are not trained."),
                message("Subtract this number from {counted}.", counted=counted),
            ),
        ],
    }


def _slips_of_a_summary(variant: Variant, name: str) -> dict[str, list[Slip]]:
    number, column, right = _mistake(variant, name)
    printed = variant.summaries[name][number][column]
    remedy = message("Row {number}: {way}.", number=number, way=_computation(right, number, column))
    rows = [Slip(0, message("Row 0 is the input, and it is given."), remedy)]
    rows += [
        Slip(row, message("Row {row} is correct once the rows above it are corrected.", row=row), remedy)
        for row in range(1, len(right))
        if row != number
    ]
    wrong_values: list[tuple[Any, Text]]
    if name == "a":
        wrong_values = list(_wrong_counts(right, number))
    elif name == "b":
        wrong_values = list(_wrong_shapes(right, number))
    else:
        wrong_values = list(_wrong_ends(right, number))
        printed = printed[0] if isinstance(printed, list) else printed
    corrections = [
        (value, message("This is the wrong value that the summary prints.") if value == printed else reason)
        for value, reason in wrong_values
    ]
    return {
        f"row_{name}": rows,
        f"right_{name}": [Slip(value, reason, remedy) for value, reason in corrections],
    }


def _computation(rows: list[Row], number: int, column: int) -> Text:
    """How the right number of a row is computed."""
    words, before, after = rows[number][0].split(), rows[number - 1][1], rows[number][1]
    if words[0] == "Conv2D" and column == 2:
        return f"({words[3].replace('x', ' * ')} * {before[2]} + 1) * {words[1]}"
    if words[0] == "Conv2D":
        kernel = words[3].partition("x")[0]
        size: Text = f"{before[0]} - {kernel} + 1"
        if words[4] == "same":
            size = message("{before} pixels stay {after}", before=before[0], after=after[0])
        return message("{size} along each axis, and {maps} maps", size=size, maps=words[1])
    if words[0] == "MaxPooling2D":
        return message("{side} / 2 along each axis, and still {maps} maps", side=before[0], maps=before[2])
    if words[0] == "Flatten":
        return " * ".join(map(str, before))
    return f"({before[0]} + 1) * {words[1]}"


def _slips_of_choices() -> dict[str, list[Slip]]:
    return {
        "missing_layer": [
            Slip(
                "a",
                message("An activation that is an argument of a layer has no separate row."),
                message("Look at the shape before flattening."),
            ),
            Slip(
                "c", message("The summary has a row for Flatten."), message("Look at the shape that Flatten receives.")
            ),
            Slip(
                "d",
                message("The code has one dense layer, and so has the summary."),
                message("Look at the shape before flattening."),
            ),
            Slip(
                "e",
                message("The summary flattens 26 x 26 values in each map, but the code halves both sides first."),
                message("Compare the code and the summary line by line."),
            ),
        ],
        "batch_axis": [
            Slip("a", message("The last number gives the channels."), message("The first axis counts the images.")),
            Slip(
                "b",
                message("The size is known: it is the number of positions where the filter fits."),
                message("The first axis counts the images."),
            ),
            Slip(
                "d",
                message("The parameters are in a separate column."),
                message("The first axis counts the images."),
            ),
        ],
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------


def methods(values: Values) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    variant = Variant(**values)
    side, side_2 = (variant.side,) * 2, (variant.side_2,) * 2
    simple = conv(variant.filters, variant.kernel)
    code = Network((*side, 1), [simple, pool(), flatten(), dense(variant.classes)])
    printed = Network((*side, 1), [simple, flatten(), dense(variant.classes)])
    end = [flatten(), dense(variant.classes_2)]
    padded = Network((*side_2, 1), [conv(variant.filters_2, 3, padded=True), *end])
    unpadded = Network((*side_2, 1), [conv(variant.filters_2, 3), *end])
    return {
        "code_flatten": lambda erring: code.length(erring, 2),
        "code_total": code.total,
        "printed_total": printed.total,
        "padded_total": lambda erring: _total_with_pooling(padded, variant, erring),
        "valid_total": lambda erring: _total_with_pooling(unpadded, variant, erring),
        "kernel_size": lambda erring: _side_of_filter(variant, erring),
        "units": lambda erring: _units(variant, erring),
        "right_a": lambda erring: _right_row(variant, "a", erring),
        "right_b": lambda erring: _right_row(variant, "b", erring),
        "right_c": lambda erring: _right_row(variant, "c", erring),
        "frozen_params": lambda erring: _frozen_params(variant, erring),
        "trainable_params": lambda erring: _trainable_params(variant, erring),
    }


def _total_with_pooling(net: Network, variant: Variant, erring: Erring) -> int:
    """The parameters of a network without pooling, or with one that it has not."""
    if erring(message("You counted a pooling layer, but this network does not have one.")):
        first, *rest = net.layers
        return Network((variant.side_2, variant.side_2, 1), [first, pool(), *rest]).total(erring)
    return net.total(erring)


def _side_of_filter(variant: Variant, erring: Erring) -> float:
    params = variant.hidden_params
    filters = variant.hidden_filters
    depth = variant.hidden_depth
    one = erring.pick(params / filters, {message("You did not divide by the number of filters."): float(params)})
    weights = erring.pick(
        one - 1,
        {
            message("You did not subtract the bias."): one,
            message("You added the bias instead of subtracting it."): one + 1,
            message("You subtracted the biases of all filters from one filter."): one - filters,
        },
    )
    area = erring.pick(
        weights / depth,
        {
            message("You did not divide by the depth of the input."): weights,
            message("You subtracted the depth of the input instead of dividing by it."): weights - depth,
            message("You divided by the depth twice."): weights / depth**2,
        },
    )
    area = max(area, 0.0)
    side: float = erring.pick(
        area**0.5,
        {
            message("This is the area of the window. The side is the root of the area."): area,
            message("You halved the area. The side is the root of the area."): area / 2,
            message("You took the cube root, but a window has only two axes."): area ** (1 / 3),
            message("You divided by 4, as if this were a perimeter."): area / 4,
        },
    )
    return round(side) if abs(side - round(side)) < 1e-9 else side


def _units(variant: Variant, erring: Erring) -> float:
    params = variant.hidden_dense
    inputs = variant.hidden_inputs
    ways: dict[Text, float] = {
        message("You subtracted the inputs instead of dividing by them."): params - inputs,
        message("You subtracted the inputs and 1 instead of dividing by them."): params - inputs - 1,
        message("You subtracted the bias from the inputs instead of adding it."): params / (inputs - 1),
        message("You subtracted 1 from the parameters, as for a single bias."): (params - 1) / inputs,
        message("You subtracted the inputs first, as if there were a bias for each of them."): (params - inputs)
        / inputs,
        message("You counted two biases for each neuron."): params / (inputs + 2),
        message("You multiplied the parameters by the inputs."): params * inputs,
        message("You left out the bias of each neuron, and you rounded up."): -(-params // inputs),
        message("You left out the bias of each neuron, and you rounded."): round(params / inputs),
        message("You took the root of the parameters."): params**0.5,
    }
    return erring.pick(params / (inputs + 1), ways)


def _right_row(variant: Variant, name: str, erring: Erring) -> Any:
    number, column, rows = _mistake(variant, name)
    layers = [_layer(str(row[0])) for row in rows[1:]]
    shape = [int(size) for size in rows[0][1]]
    net = Network(shape, layers)
    if column == 2:
        return net.params(erring, number - 1)
    shape_of_row = net.shape(erring, number - 1)
    return shape_of_row[0] if len(shape_of_row) == 1 else shape_of_row


def _layer(text: str) -> Layer:
    """The layer that a row of a summary names."""
    words = text.split()
    if words[0] == "Conv2D":
        return conv(int(words[1]), int(words[3].partition("x")[0]), words[4] == "same")
    if words[0] == "MaxPooling2D":
        return pool()
    return flatten() if words[0] == "Flatten" else dense(int(words[1]))


def _frozen_params(variant: Variant, erring: Erring) -> int:
    first, second = variant.normalised_maps
    maps = erring.pick(
        first + second,
        {
            message("You left out the second batch normalisation."): first,
            message("You left out the first batch normalisation."): second,
            message("You multiplied the numbers of maps of both layers."): first * second,
        },
    )
    per_map = erring.pick(
        2,
        {
            message("You counted all four numbers of each map."): 4,
            message("You counted three numbers of each map."): 3,
            message("You counted one number of each map."): 1,
        },
    )
    return per_map * maps


def _trainable_params(variant: Variant, erring: Erring) -> float:
    frozen = _frozen_params(variant, erring)
    total: float = variant.counted
    ways: dict[Text, float] = {
        message("You added the parameters that are not trained instead of subtracting them."): total + frozen,
        message("You used half of all parameters."): total / 2,
        message("These are all parameters."): total,
        message("These are only the parameters that are not trained."): frozen,
        message("You subtracted the parameters that are not trained twice."): total - 2 * frozen,
        message("You left out the last row."): total - frozen - variant.summary_d[-1][2],
    }
    return erring.pick(total - frozen, ways)
