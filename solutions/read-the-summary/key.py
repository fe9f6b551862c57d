"""Answers of `read-the-summary`: what summaries must say, and the one number in each that is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from random import Random
from typing import Any

from grader.authoring import Answers, Follows, Key, choice, slip, template
from grader.cnn import by_hand
from grader.mistakes.networks import Layer, Network, conv, dense, flatten, pool
from grader.model.mistakes import Erring
from grader.text.messages import Text, message

Row = list[Any]  # layer, output shape without the axis of the images, parameters

key = Key(apart=lambda one, other: str(one) != str(other), with_answer=False)

NO_BIASES = message("The biases are missing.")
ONE_BIAS = message("You counted only one bias.")
ONE_MAP = message("You flattened only one feature map.")
NO_POOLING = message("You left out the pooling.")
POOLING_LEFT_OUT = message("You left out the pooling, as the slide does.")
STRIDE_1 = message("You pooled with stride 1.")
PADDED_OTHERWISE = {
    True: message("This is the size with padding='valid'."),
    False: message("This is the size with padding='same'."),
}
NO_CONVOLUTION = message("The convolution is missing.")
ADD_CONVOLUTION = template("Add the {conv} parameters of the convolution.")
ADD_BIASES = template("Add {filters} + {classes} biases.")
ROOT = template("{steps}: the side is the root of {area}.")
COMPUTE = template("Compute {dense} / ({inputs} + 1).")
TWO_NORMS = template("There are two batch normalisations: {two}.")
NOT_TRAINED = template("Subtract the {two} parameters that are not trained.")

# ---- Numbers: four summaries, three of them with one mistake each; two rows to read backwards; two networks ----------


@key.numbers
def summaries(rng: Random) -> dict[str, Any]:
    """The rows of four summaries, and the summaries as they are printed; the last one is correct."""
    rows_a, rows_b, rows_c = _network_to_print(rng), _network_to_print(rng), _network_to_print(rng)
    summary_a = _printed(rows_a, *_wrong_count(rng, rows_a))
    summary_b = _printed(rows_b, *_wrong_shape(rng, rows_b))
    summary_c = _printed(rows_c, *_wrong_end(rng, rows_c))
    summary_d = _network_with_norms(rng)
    return {
        **{"summary_a": summary_a, "summary_b": summary_b, "summary_c": summary_c, "summary_d": summary_d},
        **{"table_a": _table(summary_a), "table_b": _table(summary_b), "table_c": _table(summary_c)},
        **{"table_d": _table(summary_d), "counted": sum(row[2] for row in summary_d)},
    }


@key.numbers
def backwards(rng: Random) -> dict[str, int]:
    """A convolution and a dense layer, of which a student sees the parameters."""
    kernel, depth, maps = rng.choice([2, 3, 4, 5]), rng.choice([2, 3, 4, 6, 8]), rng.choice([5, 10, 20, 30])
    inputs, units = rng.choice([49, 99, 199, 399]), rng.choice([12, 15, 25, 32, 40, 60])
    return {
        "hidden_depth": depth,
        "hidden_filters": maps,
        "hidden_params": by_hand.convolution(depth, kernel**2, maps),
        "hidden_inputs": inputs,
        "hidden_dense": by_hand.dense(inputs, units),
    }


key.numbers(
    side=choice(20, 24, 28, 30, 32),
    kernel=choice(3, 5),
    filters=choice(8, 10, 12, 16, 20, 24),
    classes=choice(3, 4, 5, 6, 8),
    side_2=choice(12, 14, 16, 18, 20),
    filters_2=choice(8, 10, 12, 16, 20),
    classes_2=choice(3, 4, 5, 6, 8),
    # What the last line of the fourth summary wrongly says about the parameters that are not trained.
    frozen=lambda rng, summary_d: rng.choice([0, sum(row[2] for row in summary_d if row[0] == "BatchNormalization")]),
)
key.common(side=28, kernel=3, filters=64, classes=10)  # boracchi-cnn-2020: 433,290, which is wrong, and 108,810
key.common(side_2=28, filters_2=32, classes_2=10)  # sick-cas-dl-week4: 251,210


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
        (window * depth * filters, NO_BIASES),
        (window * depth * filters + 1, ONE_BIAS),
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
            ([before - 1, before - 1, depth], STRIDE_1),
            ([size, size, depth // 2], message("You also halved the depth.")),
            ([before, before, depth], NO_POOLING),
        ]
    kernel = int(layer.split()[3].partition("x")[0])
    same = layer.endswith("same")
    other = before - kernel + 1 if same else before
    return [
        ([other, other, depth], PADDED_OTHERWISE[same]),
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
            (size * size, ONE_MAP),
            (unpooled, NO_POOLING),
            (size * depth, message("You left out one axis of the maps.")),
        ]
    inputs, units = rows[number - 1][1][0], rows[number][1][0]
    wrong: list[tuple[int, Text]] = [
        (inputs * units, NO_BIASES),
        (inputs * units + 1, ONE_BIAS),
    ]
    if number == 6:
        return [*wrong, ((unpooled + 1) * units, NO_POOLING)]
    return [*wrong, ((rows[5][1][0] + 1) * units, message("You assumed that it reads the flattened maps."))]


# ---- The very simple CNN of the lecture: its code has a pooling that its summary has not -----------------------------


@key.derived
def conv_size(side: int, kernel: int) -> int:
    """Side of the maps of the convolution."""
    return by_hand.valid(side, kernel)


@key.derived
def flat(conv_size: int, filters: int) -> int:
    """Length of the flattened vector."""
    return (conv_size // 2) ** 2 * filters


@key.derived
def unpooled(conv_size: int, filters: int) -> int:
    """The same without the pooling."""
    return conv_size**2 * filters


@key.derived
def conv_1(kernel: int, filters: int) -> int:
    """Parameters of the convolution."""
    return by_hand.convolution(1, kernel**2, filters)


@key.derived
def code(side: int, kernel: int, filters: int, classes: int) -> Network:
    """The network of the code."""
    return Network((side, side, 1), [conv(filters, kernel), pool(), flatten(), dense(classes)])


key.answer("simple", "boracchi_simple_cnn")


@key.question
def missing_layer() -> Answers:
    """Which layer of the code the summary has not: the pooling."""
    yield "b"
    yield slip(
        "a", "An activation that is an argument of a layer has no separate row.", "Look at the shape before flattening."
    )
    yield slip("c", "The summary has a row for Flatten.", "Look at the shape that Flatten receives.")
    yield slip("d", "The code has one dense layer, and so does the summary.", "Look at the shape before flattening.")
    yield slip(
        "e",
        "The summary flattens 26 x 26 values in each map, but the code halves both sides first.",
        "Compare the code and the summary line by line.",
    )


@key.question
def code_flatten(erring: Erring, code: Network, conv_size: int, unpooled: int, kernel: int, filters: int) -> Answers:
    """How many values the code flattens."""
    yield code.length(erring, 2)

    size = f"{conv_size // 2} x {conv_size // 2} x {filters}"
    yield slip(unpooled, POOLING_LEFT_OUT, "The code has a pooling layer, so {size} values are left.", size=size)
    yield slip((conv_size // 2) ** 2, ONE_MAP, "There are {filters} feature maps: {size}.", filters=filters, size=size)
    yield slip(
        ((conv_size + kernel - 1) // 2) ** 2 * filters,
        "This is the size with padding='same'.",
        "There is no padding: {size}.",
        size=size,
    )
    yield slip((conv_size - 1) ** 2 * filters, STRIDE_1, "The pooling window moves by 2: {size}.", size=size)


@key.question
def code_total(
    erring: Erring, code: Network, conv_1: int, flat: int, unpooled: int, filters: int, classes: int
) -> Answers:
    """Parameters of the code."""
    yield code.total(erring)
    yield Follows(lambda code_flatten: conv_1 + (code_flatten + 1) * classes)

    total, biases = conv_1 + by_hand.dense(flat, classes), filters + classes
    dense = f"({flat} + 1) * {classes}"
    yield slip(
        conv_1 + by_hand.dense(unpooled, classes),
        POOLING_LEFT_OUT,
        "The dense layer has {dense} parameters.",
        dense=dense,
    )
    yield slip(total - biases, NO_BIASES, ADD_BIASES, filters=filters, classes=classes)
    yield slip(total - conv_1, NO_CONVOLUTION, ADD_CONVOLUTION, conv=conv_1)
    yield slip(
        conv_1 + flat + 1,
        "You counted only one neuron of the dense layer.",
        "The whole dense layer has {dense} parameters.",
        dense=dense,
    )


@key.question
def printed_total(
    erring: Erring, code: Network, side: int, conv_1: int, flat: int, unpooled: int, filters: int, classes: int
) -> Answers:
    """Parameters that the summary prints, without pooling."""
    convolution, _, *others = code.layers
    yield Network((side, side, 1), [convolution, *others]).total(erring)

    def without_layer(missing_layer: str, code_total: int) -> int | None:
        """Parameters without the layer that the student thinks is missing, if all layers have so many together."""
        without = {"a": code_total, "c": conv_1 + (filters + 1) * classes, "d": conv_1, "e": code_total}
        return without.get(missing_layer)

    yield Follows(lambda code_flatten: conv_1 + (4 * code_flatten + 1) * classes)
    yield Follows(without_layer)

    total, printed = conv_1 + by_hand.dense(flat, classes), conv_1 + by_hand.dense(unpooled, classes)
    larger, biases = f"({unpooled} + 1) * {classes}", filters + classes
    yield slip(
        total,
        "This is the number with pooling.",
        "Without pooling, the dense layer has {larger} parameters.",
        larger=larger,
    )
    yield slip(printed - biases, NO_BIASES, ADD_BIASES, filters=filters, classes=classes)
    yield slip(printed - conv_1, NO_CONVOLUTION, ADD_CONVOLUTION, conv=conv_1)
    yield slip(
        4 * total,
        "You multiplied everything by 4.",
        "Only the dense layer has four times as many inputs, so it has {larger} parameters.",
        larger=larger,
    )


# ---- A network with and without padding ------------------------------------------------------------------------------


@key.derived
def conv_2(filters_2: int) -> int:
    """Parameters of its convolution of 3 x 3."""
    return by_hand.convolution(1, 9, filters_2)


@key.derived
def with_padding(conv_2: int, side_2: int, filters_2: int, classes_2: int) -> int:
    """Its parameters with padding."""
    return conv_2 + by_hand.dense(side_2**2 * filters_2, classes_2)


@key.derived
def without_padding(conv_2: int, side_2: int, filters_2: int, classes_2: int) -> int:
    """Its parameters without padding."""
    return conv_2 + by_hand.dense((side_2 - 2) ** 2 * filters_2, classes_2)


key.answer("padded", "sick_one_convolution")


@key.question
def padded_total(
    erring: Erring, side_2: int, filters_2: int, classes_2: int, conv_2: int, with_padding: int, without_padding: int
) -> Answers:
    """Parameters with padding."""
    layers = [conv(filters_2, 3, padded=True), flatten(), dense(classes_2)]
    yield _total_with_pooling(erring, side_2, layers)

    formula = f"({side_2} * {side_2} * {filters_2} + 1) * {classes_2}"
    yield slip(
        without_padding,
        "This is the result without padding.",
        "With padding='same', the maps stay {side_2} x {side_2}: the dense layer has {dense} parameters.",
        side_2=side_2,
        dense=formula,
    )
    yield slip(
        with_padding - filters_2 - classes_2,
        NO_BIASES,
        "Add {filters_2} + {classes_2} biases.",
        filters_2=filters_2,
        classes_2=classes_2,
    )
    yield slip(conv_2 + (side_2**2 + 1) * classes_2, ONE_MAP, "The dense layer has {dense} parameters.", dense=formula)
    yield slip(with_padding - conv_2, NO_CONVOLUTION, "Add the {conv_2} parameters of the convolution.", conv_2=conv_2)


@key.question
def valid_total(
    erring: Erring, side_2: int, filters_2: int, classes_2: int, conv_2: int, with_padding: int, without_padding: int
) -> Answers:
    """Parameters without padding."""
    yield _total_with_pooling(erring, side_2, [conv(filters_2, 3), flatten(), dense(classes_2)])
    yield Follows(lambda padded_total: padded_total - (with_padding - without_padding))

    smaller = f"({side_2 - 2} * {side_2 - 2} * {filters_2} + 1) * {classes_2}"
    yield slip(
        with_padding,
        "This is the number with padding. Without it, the flattened vector is shorter.",
        "Without padding, the dense layer has {smaller} parameters.",
        smaller=smaller,
    )
    yield slip(
        without_padding - filters_2 - classes_2,
        NO_BIASES,
        "Add {filters_2} + {classes_2} biases.",
        filters_2=filters_2,
        classes_2=classes_2,
    )
    yield slip(
        conv_2 + ((side_2 - 1) ** 2 * filters_2 + 1) * classes_2,
        "You assumed that the maps shrink by 1.",
        "A 3 x 3 filter makes each axis smaller by 2: the dense layer has {smaller} parameters.",
        smaller=smaller,
    )
    yield slip(
        without_padding - conv_2, NO_CONVOLUTION, "Add the {conv_2} parameters of the convolution.", conv_2=conv_2
    )


def _total_with_pooling(erring: Erring, side: int, layers: list[Layer]) -> int:
    """The parameters of a network without pooling, or with one that it has not."""
    if erring(message("You counted a pooling layer, but this network does not have one.")):
        layers = [layers[0], pool(), *layers[1:]]
    return Network((side, side, 1), layers).total(erring)


# ---- Rows to read backwards, and the first axis ----------------------------------------------------------------------


@key.question
def kernel_size(erring: Erring, hidden_params: int, hidden_filters: int, hidden_depth: int) -> Answers:
    """Side of the filters of a convolution with so many parameters."""
    params, filters, depth = hidden_params, hidden_filters, hidden_depth
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
    yield round(side) if abs(side - round(side)) < 1e-9 else side

    kernel, count = round(side), hidden_params
    steps = message(
        "{count} / {filters} - 1 = {weights} weights in a filter, on {depth} maps",
        count=count,
        filters=filters,
        weights=kernel**2 * depth,
        depth=depth,
    )
    yield slip(kernel**2, "This is the area of the window.", "The side is the root of the area: {steps}.", steps=steps)
    yield slip(kernel**2 * depth, "This is the number of all weights of a filter.", ROOT, steps=steps, area=kernel**2)
    yield slip((kernel**2 * depth) ** 0.5, "You left out the depth of the input.", ROOT, steps=steps, area=kernel**2)
    yield slip(
        ((kernel**2 * depth + 1) / depth) ** 0.5, "You did not subtract the bias.", ROOT, steps=steps, area=kernel**2
    )


@key.question
def units(erring: Erring, hidden_dense: int, hidden_inputs: int) -> Answers:
    """Neurons of a dense layer with so many parameters."""
    params, inputs = hidden_dense, hidden_inputs
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
    yield erring.pick(params / (inputs + 1), ways)

    yield slip(params / inputs, "You left out the bias of each neuron.", COMPUTE, dense=params, inputs=inputs)
    yield slip((params - 1) / inputs, "You considered only one bias.", COMPUTE, dense=params, inputs=inputs)
    yield slip(
        params,
        "This is the number of parameters.",
        "Each neuron has {inputs} + 1 parameters: {dense} / ({inputs} + 1).",
        inputs=inputs,
        dense=params,
    )
    yield slip(inputs, "This is the number of inputs, not of neurons.", COMPUTE, dense=params, inputs=inputs)


@key.question
def batch_axis() -> Answers:
    """What the first axis of an output shape says: how many images there are."""
    yield "c"
    yield slip("a", "The last number gives the channels.", "The first axis counts the images.")
    yield slip(
        "b",
        "The size is known: it is the number of positions where the filter fits.",
        "The first axis counts the images.",
    )
    yield slip("d", "The parameters are in a separate column.", "The first axis counts the images.")


# ---- The mistake in each of three summaries --------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """The wrong number of a summary.

    Attributes:
        number: Its row; 0 is the input.
        column: 1 for the output shape, 2 for the parameters.
        printed: What the summary says there.
        rows: The summary as it should be.
    """

    number: int
    column: int
    printed: Any
    rows: list[Row]


def _mistake(printed: list[Row]) -> Mistake:
    right = _rows(printed[0][1], [row[0] for row in printed[1:]])
    number, column = next(
        (number, column)
        for number, rows in enumerate(zip(printed, right, strict=True))
        for column in (1, 2)
        if rows[0][column] != rows[1][column]
    )
    return Mistake(number=number, column=column, printed=_single(printed[number][column]), rows=right)


def _single(value: Any) -> Any:
    """A value of a summary; of a shape with one axis, the length."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


@key.derived
def mistakes(summary_a: list[Row], summary_b: list[Row], summary_c: list[Row]) -> dict[str, Mistake]:
    """The mistake of each summary."""
    return {"a": _mistake(summary_a), "b": _mistake(summary_b), "c": _mistake(summary_c)}


def _questions(letter: str, wrong_values: Callable[[list[Row], int], list[tuple[Any, Text]]]) -> None:
    """Both questions about one summary."""

    @key.question(f"row_{letter}")
    def row(mistakes: dict[str, Mistake]) -> Answers:
        """The row with the mistake."""
        number, remedy = mistakes[letter].number, _remedy(mistakes[letter])
        yield number
        yield slip(0, "Row 0 is the input, and it is given.", remedy)
        for other in range(1, len(mistakes[letter].rows)):
            if other != number:
                yield slip(other, "Row {row} is correct once the rows above it are corrected.", remedy, row=other)

    @key.question(f"right_{letter}")
    def right(erring: Erring, mistakes: dict[str, Mistake]) -> Answers:
        """What this row should say."""
        mistake = mistakes[letter]
        net = Network(mistake.rows[0][1], [_layer(row[0]) for row in mistake.rows[1:]])
        of_row = net.params if mistake.column == 2 else net.shape
        yield _single(of_row(erring, mistake.number - 1))

        printed = message("This is the wrong value that the summary prints.")
        for value, reason in wrong_values(mistake.rows, mistake.number):
            yield slip(value, printed if value == mistake.printed else reason, _remedy(mistake))


def _remedy(mistake: Mistake) -> Text:
    way = _computation(mistake.rows, mistake.number, mistake.column)
    return message("Row {number} should say {way}.", number=mistake.number, way=way)


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


def _layer(text: str) -> Layer:
    """The layer that a row of a summary names."""
    words = text.split()
    if words[0] == "Conv2D":
        return conv(int(words[1]), int(words[3].partition("x")[0]), words[4] == "same")
    if words[0] == "MaxPooling2D":
        return pool()
    return flatten() if words[0] == "Flatten" else dense(int(words[1]))


_questions("a", _wrong_counts)
_questions("b", _wrong_shapes)
_questions("c", _wrong_ends)


# ---- A summary with batch normalisation ------------------------------------------------------------------------------


@key.derived
def norm_maps(summary_d: list[Row]) -> list[int]:
    """Number of maps of each layer of batch normalisation."""
    return [row[1][-1] for row in summary_d if row[0] == "BatchNormalization"]


@key.question
def frozen_params(erring: Erring, norm_maps: list[int]) -> Answers:
    """Parameters that are not trained."""
    yield _frozen(erring, norm_maps)

    first, second = norm_maps
    maps, two = first + second, f"2 * {first} + 2 * {second}"
    yield slip(
        4 * maps,
        "These are all parameters of batch normalisation.",
        "Half of the parameters are trained, so the other half remains: {two}.",
        two=two,
    )
    yield slip(
        0,
        "You counted all parameters as trainable.",
        "Moving means and variances are estimated from the data, not trained: {two}.",
        two=two,
    )
    yield slip(
        maps, "You counted only one of two vectors.", "Count the moving mean and the moving variance: {two}.", two=two
    )
    yield slip(2 * second, "You counted only the second of the two layers.", TWO_NORMS, two=two)
    yield slip(2 * first, "You counted only the first of the two layers.", TWO_NORMS, two=two)


def _frozen(erring: Erring, norm_maps: list[int]) -> int:
    first, second = norm_maps
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


@key.question
def trainable_params(erring: Erring, norm_maps: list[int], counted: int, summary_d: list[Row]) -> Answers:
    """Parameters that are trained."""
    frozen = _frozen(erring, norm_maps)
    total: float = counted
    ways: dict[Text, float] = {
        message("You added the parameters that are not trained instead of subtracting them."): total + frozen,
        message("You used half of all parameters."): total / 2,
        message("These are all parameters, as if each of them were trained."): total,
        message("These are only the parameters that are not trained."): frozen,
        message("You subtracted the parameters that are not trained twice."): total - 2 * frozen,
        message("You left out the last row."): total - frozen - summary_d[-1][2],
    }
    yield erring.pick(total - frozen, ways)
    yield Follows(lambda frozen_params: counted - frozen_params)

    first, second = norm_maps
    maps, two = first + second, f"2 * {first} + 2 * {second}"
    yield slip(counted, "These are all parameters, as if each of them were trained.", NOT_TRAINED, two=two)
    yield slip(
        counted - 4 * maps,
        "You subtracted all parameters of batch normalisation.",
        "Scale and shift are trained, so subtract only the others: {two}.",
        two=two,
    )
    yield slip(counted - maps, "You subtracted only one of two vectors.", NOT_TRAINED, two=two)
    yield slip(
        2 * maps,
        "This is the number of parameters that are not trained.",
        "Subtract this number from {counted}.",
        counted=counted,
    )
