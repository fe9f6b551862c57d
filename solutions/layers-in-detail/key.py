"""Answers of `layers-in-detail`: a wrong row, dilation, channels first, a dense layer as a convolution, neighbours.

All answers are computed from each student's own numbers, with the likely mistakes.
"""

import random
from collections.abc import Iterator, Sequence
from math import dist, prod
from typing import Any

import numpy as np

from grader.authoring import Answers, Array, Key, because, call, choice, slip, template
from grader.cnn.by_hand import convolution, correlation, valid
from grader.mistakes import counts, maps, windows
from grader.mistakes.networks import Network, conv, flatten, pool
from grader.mistakes.networks import dense as layer
from grader.model.key import Slip
from grader.model.mistakes import Erring
from grader.text.messages import joined, message


def _differ(one: Any, other: Any) -> bool:
    """Whether two answers differ, numbers after rounding to two decimals."""
    first, second = (np.asarray(value) for value in (one, other))
    if first.dtype.kind == second.dtype.kind == "U" or first.shape != second.shape:
        return bool(first.tolist() != second.tolist())
    return not np.array_equal(first.round(2), second.round(2))


key = Key(apart=_differ)

NO_BIASES = message("The biases are missing.")
NO_DILATION = message("You left out the dilation.")
NO_BATCH = message("The batch axis is missing.")
PADDED = message("This is the size with padding='same'.")
CHANNELS_LAST = message("This is the order with channels last, the default of Keras.")
EACH_FILTER = template("Each filter has one bias: {right}.")
EACH_NEURON = template("Each neuron has a bias: {right}.")
FILTERS_LAST = message("Keras stores filters as (height, width, input channels, filters).")


# ---- A figure with an error ------------------------------------------------------------------------------------------

FIRST_ROW = 2  # of the layers; row 1 is the image


@key.numbers
def figure(rng: random.Random) -> dict[str, Any]:
    """The table of a network, in which the shape of one row is wrong; the row is drawn, too."""
    size, channels = rng.choice((28, 30, 32, 36, 40, 44)), rng.choice((1, 3))
    kernels, filters = (rng.choice((3, 5)), rng.choice((3, 5))), (rng.choice((6, 8, 12)), rng.choice((16, 20, 24)))
    shapes = _figure(size, channels, kernels, filters).sizes(Erring()).shapes
    bad_row = rng.randrange(FIRST_ROW, FIRST_ROW + 4)
    wrong_shape = rng.choice(_wrong_shapes([size, size, channels], shapes, bad_row))
    printed = [*shapes[: bad_row - FIRST_ROW], wrong_shape, *shapes[bad_row - FIRST_ROW + 1 : 4]]
    return {
        "figure_size": size,
        "figure_channels": channels,
        "figure_kernel_1": kernels[0],
        "figure_kernel_2": kernels[1],
        "figure_filters_1": filters[0],
        "figure_filters_2": filters[1],
        "figure_flat": prod(shapes[3]),
        "bad_row": bad_row,
        **{f"row_{FIRST_ROW + place}": shape for place, shape in enumerate(printed)},
    }


def _figure(size: int, channels: int, kernels: Sequence[int], filters: Sequence[int]) -> Network:
    blocks = [part for window, count in zip(kernels, filters, strict=True) for part in (conv(count, window), pool())]
    return Network((size, size, channels), [*blocks, flatten(), layer(10)])


def _wrong_shapes(image: list[int], shapes: Sequence[list[int]], row: int) -> list[list[int]]:
    """Shapes that a figure could print in a row by mistake; none is the correct one."""
    right, before = shapes[row - FIRST_ROW], shapes[row - FIRST_ROW - 1] if row > FIRST_ROW else image
    side, depth = right[0], right[2]
    if row % 2:  # pooling
        return [[side, side, depth // 2], [before[0] - 1, before[0] - 1, depth], [side - 1, side - 1, depth]]
    padded, no_one = before[0], side - 1
    return [[padded, padded, depth], [no_one, no_one, depth], [side, side, depth + before[2]]]


@key.derived
def figure_network(
    figure_size: int,
    figure_channels: int,
    figure_kernel_1: int,
    figure_kernel_2: int,
    figure_filters_1: int,
    figure_filters_2: int,
) -> Network:
    """The network of the figure."""
    kernels, filters = (figure_kernel_1, figure_kernel_2), (figure_filters_1, figure_filters_2)
    return _figure(figure_size, figure_channels, kernels, filters)


@key.derived
def printed(row_2: list[int], row_3: list[int], row_4: list[int], row_5: list[int]) -> list[list[int]]:
    """The shapes of the figure, of which one is wrong."""
    return [row_2, row_3, row_4, row_5]


@key.question(least=3)
def wrong_row(bad_row: int) -> Answers:
    """The row of the figure that does not follow from the rows above it."""
    yield bad_row

    yield slip(
        bad_row + 1,
        "Row {row} does not fit row {before} as printed, but row {row} itself is correct.",
        "Compute row {before} from the row above it, and then row {row} from your result.",
        row=bad_row + 1,
        before=bad_row,
    )
    for row in (bad_row - 1, 6, 7, 1):
        if row < FIRST_ROW:
            yield slip(row, "Row 1 is the image, which is given.", "Compute the rows of the layers from row 2 on.")
        else:
            yield slip(
                row,
                "Row {row} follows from the correct rows above it.",
                "Compute each row from your result for the row above it, until one differs from the figure.",
                row=row,
            )


@key.question(least=3)
def right_shape(
    erring: Erring, figure_network: Network, printed: list[list[int]], bad_row: int, figure_size: int
) -> Answers:
    """The shape that the wrong row must have."""
    place = bad_row - FIRST_ROW
    yield figure_network.shape(erring, place)

    shapes = figure_network.sizes(Erring()).shapes
    before = shapes[place - 1] if place else [figure_size, figure_size]
    side, _, depth = shapes[place]
    step = message(
        "Start from row {row}, with sides of {side}. Apply the layer of row {bad_row} to it.",
        row=bad_row - 1,
        side=before[0],
        bad_row=bad_row,
    )
    yield slip(printed[place], "This is the shape in the figure, and it is wrong.", step)
    yield slip([before[0], before[0], depth], "You did not change height and width.", step)
    yield slip([side - 1, side - 1, depth], "Height and width are one too small.", step)
    yield slip([side + 1, side + 1, depth], "Height and width are one too large.", step)
    yield slip(
        [side, side, 2 * depth],
        "Your depth is twice the correct one.",
        "A convolution gives one map for each filter, and pooling keeps the number of maps. {step}",
        step=step,
    )


# ---- Dilation --------------------------------------------------------------------------------------------------------


@key.question(dilated_kernel=choice(3, 5), dilation=choice(2, 3, 4), least=3)
def dilated_side(erring: Erring, dilated_kernel: int, dilation: int) -> Answers:
    """The side of the square that a dilated filter covers."""
    kernel = dilated_kernel
    ways = {
        message("You multiplied the size of the filter by the dilation."): kernel * dilation,
        message("You left out the last weight: there is one more weight than there are steps."): (kernel - 1)
        * dilation,
        NO_DILATION: kernel,
        message("You put as many pixels between two weights as the dilation says. One fewer is correct."): kernel
        + (kernel - 1) * dilation,
        message("You added the dilation to the size of the filter."): kernel + dilation,
        message("You put the gap between only two of the weights."): kernel + dilation - 1,
        message("This is the area."): ((kernel - 1) * dilation + 1) ** 2,
    }
    yield erring.pick((kernel - 1) * dilation + 1, ways)

    steps = message(
        "From the first to the last of {kernel} weights there are {count} steps of {dilation} pixels.",
        kernel=kernel,
        count=kernel - 1,
        dilation=dilation,
    )
    yield slip(kernel * dilation, "You multiplied the size of the filter by the dilation.", steps)
    yield slip((kernel - 1) * dilation, "You left out the pixel of the first weight.", "{steps} Add 1.", steps=steps)
    yield slip(kernel, NO_DILATION, steps)
    yield slip(
        kernel + (kernel - 1) * dilation,
        "You put as many pixels between two weights as the dilation says. One fewer is correct.",
        steps,
    )


@key.question(dilated_size=choice(28, 32, 36, 40), dilated_filters=choice(8, 12, 16), least=3)
def dilated_shape(
    erring: Erring, dilated_side: int, dilated_size: int, dilated_filters: int, dilated_kernel: int, dilation: int
) -> Answers:
    """The output of the dilated convolution without padding."""
    size, filters = dilated_size, dilated_filters
    side = windows.places(erring, size, dilated_side)
    yield windows.output_shape(erring, [side, side], windows.depth(erring, filters, 3))

    places = f"{size} - {dilated_side} + 1"
    undilated, strided = valid(size, dilated_kernel), valid(size, dilated_kernel, dilation)
    yield slip(
        [undilated, undilated, filters],
        NO_DILATION,
        "The filter covers {side} pixels along each axis: {places}.",
        side=dilated_side,
        places=places,
    )
    yield slip(
        [strided, strided, filters],
        "You used the dilation as a stride.",
        "The filter still moves by one pixel: {places}.",
        places=places,
    )
    yield slip([size, size, filters], PADDED, "Without padding, each side has {places} positions.", places=places)
    yield slip(
        [size - dilated_side, size - dilated_side, filters],
        "The + 1 at the end of the formula is missing.",
        "Also count the first position of the filter: {places}.",
        places=places,
    )


@key.question(dilated_depth=choice(4, 6, 10), least=3)
def dilated_params(
    erring: Erring, dilated_kernel: int, dilation: int, dilated_depth: int, dilated_filters: int
) -> Answers:
    """The dilation does not change the number of weights."""
    kernel, depth, filters = dilated_kernel, dilated_depth, dilated_filters
    covered = (kernel - 1) * dilation + 1
    whole = message("You also counted the pixels between the weights. They have no weights.")
    if erring(whole):
        kernel = covered
    yield counts.convolution(erring, depth, (kernel, kernel), filters)

    right = f"({kernel} * {kernel} * {depth} + 1) * {filters}"
    yield slip(
        convolution(depth, covered**2, filters),
        whole,
        "The filter has {kernel} x {kernel} weights for each map: {right}.",
        kernel=kernel,
        right=right,
    )
    yield slip(kernel**2 * depth * filters, NO_BIASES, EACH_FILTER, right=right)
    yield slip(
        convolution(1, kernel**2, filters),
        "You left out the depth of the input.",
        "Each filter reads all {depth} maps: {right}.",
        depth=depth,
        right=right,
    )
    yield slip(
        kernel**2 * depth + 1,
        "You counted only one filter.",
        "There are {filters} filters: {right}.",
        filters=filters,
        right=right,
    )


@key.numbers
def dilated_image(rng: random.Random) -> dict[str, Any]:
    """An image of 5 x 5, a filter of 2 x 2, and the same filter with a dilation of 2."""
    weights = rng.sample([1, 2, 3, -1], 4)
    spread = np.zeros((3, 3), int)
    spread[::2, ::2] = np.reshape(weights, (2, 2))
    return {
        "dotted_image": [[rng.randrange(6) for _ in range(5)] for _ in range(5)],
        "dotted_weights": np.reshape(weights, (2, 2)).tolist(),
        "dotted_filter": spread.tolist(),
    }


@key.question(least=3)
def dilated_map(erring: Erring, dotted_image: Array, dotted_weights: Array, dotted_filter: Array) -> Answers:
    """A filter of 2 x 2 with a dilation of 2 on an image of 5 x 5."""
    image, weights = dotted_image, dotted_weights
    yield maps.correlated(erring, image, maps.filtered(erring, dotted_filter))

    pairs = zip(weights.flat, image[:3:2, :3:2].flat, strict=True)
    products = " + ".join(f"({weight}) * {value}" for weight, value in pairs)
    corner = message("The value at the top left is {products}.", products=products)
    yield slip(
        correlation(image, weights),
        NO_DILATION,
        "Between two weights there is one pixel that is not read. {corner}",
        corner=corner,
    )
    yield slip(
        correlation(image, dotted_filter[::-1, ::-1]), "You flipped the filter, as in signal processing.", corner
    )
    yield slip(correlation(image, dotted_filter.T), "You swapped the rows and columns of the filter.", corner)
    yield slip(
        correlation(image, weights, stride=2),
        "You used the dilation as a stride.",
        "The filter moves by one pixel, but its weights are two pixels apart. {corner}",
        corner=corner,
    )


@key.question(stack=choice([1, 2, 4], [1, 2, 3], [1, 3, 5], [2, 2, 4], [1, 1, 2]), stack_kernel=choice(3, 5), least=3)
def dilated_field(erring: Erring, stack: list[int], stack_kernel: int) -> Answers:
    """The receptive field of three dilated convolutions, one after another."""
    reach = stack_kernel - 1
    covered = [reach * rate + 1 for rate in stack]
    ways = {
        message("You left out the dilations."): 3 * reach + 1,
        message("You added the squares that the filters cover, but the windows of neighbours overlap."): sum(covered),
        message("You multiplied the squares that the filters cover, but the windows of neighbours overlap."): prod(
            covered
        ),
        message("This is the field of the last layer alone."): covered[-1],
        message("You left out the pixel in the middle."): reach * sum(stack),
        message("You multiplied the dilations, but they add up."): reach * prod(stack) + 1,
        message("You used the dilations as strides."): 1
        + reach * sum(prod(stack[:layer]) for layer in range(len(stack))),
        message("This is the area."): (reach * sum(stack) + 1) ** 2,
    }
    yield erring.pick(1 + reach * sum(stack), ways)

    right = f"1 + {reach} * ({' + '.join(map(str, stack))})"
    adds = message("Each layer adds {reach} times its dilation: {right}.", reach=reach, right=right)
    yield slip(3 * reach + 1, "You left out the dilations.", adds)
    yield slip(
        sum(covered),
        "You added the squares that the filters cover, but the windows of neighbours overlap.",
        adds,
    )
    yield slip(covered[-1], "This is the field of the last layer alone.", adds)
    yield slip(reach * sum(stack), "You left out the pixel in the middle.", adds)


# ---- Channels first --------------------------------------------------------------------------------------------------


@key.numbers
def batch(rng: random.Random) -> dict[str, int]:
    """A batch of colour images that are not square, and a layer."""
    height, width = rng.choice(((24, 32), (32, 48), (30, 40), (40, 28), (48, 36)))
    return {
        "batch_size": rng.choice((16, 50, 64, 100)),
        "height": height,
        "width": width,
        "channels": rng.choice((3, 4)),
        "kernel": rng.choice((3, 5)),
        "filters": rng.choice((8, 12, 20)),
    }


@key.question(least=3)
def first_batch(erring: Erring, batch_size: int, height: int, width: int, channels: int) -> Answers:
    """The shape of a batch with channels first."""
    orders = {
        CHANNELS_LAST: [batch_size, height, width, channels],
        message("You put the channels before the batch axis."): [channels, batch_size, height, width],
        NO_BATCH: [channels, height, width],
        message("You swapped height and width."): [batch_size, channels, width, height],
    }
    yield erring.pick([batch_size, channels, height, width], orders)

    order = message("The order is: images, channels, height, width.")
    for reason, wrong in orders.items():
        yield slip(wrong, reason, order)


@key.question(least=3)
def moved_axes(erring: Erring) -> Answers:
    """The order of the axes that moves the channels to the front."""
    orders = {
        message("This is the way back, from channels first to channels last."): [0, 2, 3, 1],
        message("This moves the channels before the batch axis."): [3, 0, 1, 2],
        message("This also swaps height and width."): [0, 3, 2, 1],
        message("This only swaps width and channels."): [0, 1, 3, 2],
        message("This leaves the axes as they are."): [0, 1, 2, 3],
    }
    yield erring.pick([0, 3, 1, 2], orders)

    rule = message("For each new axis, write the number of the old one. Axis 1 is the old axis 3.")
    for reason, wrong in orders.items():
        yield slip(wrong, reason, rule)


@key.question(least=3)
def first_output(erring: Erring, height: int, width: int, channels: int, kernel: int, filters: int) -> Answers:
    """The output of a convolution with channels first, without the batch axis."""
    sides = [windows.places(erring, height, kernel), windows.places(erring, width, kernel)]
    depth = erring.pick(filters, {windows.DEPTH_OF_INPUT: channels})
    as_last = [valid(channels, kernel), valid(height, kernel)]
    orders = {
        CHANNELS_LAST: [*sides, depth],
        message("You swapped height and width."): [depth, *reversed(sides)],
        message("You used the formula for channels last on the axes as they are."): [*as_last, filters],
        message("You put the filters at the end, but kept the channels at the front."): [channels, sides[0], filters],
    }
    yield erring.pick([depth, *sides], orders)

    right = [valid(height, kernel), valid(width, kernel)]
    maps_first = message("One map for each filter comes first, then the height and the width of the maps.")
    yield slip([*right, filters], CHANNELS_LAST, maps_first)
    yield slip([channels, *right], windows.DEPTH_OF_INPUT, maps_first)
    yield slip(
        [filters, height, width],
        PADDED,
        "Without padding: {height} and {width}.",
        height=f"{height} - {kernel} + 1",
        width=f"{width} - {kernel} + 1",
    )
    yield slip([filters, *reversed(right)], "You swapped height and width.", maps_first)


@key.question(least=3)
def first_params(erring: Erring, height: int, width: int, channels: int, kernel: int, filters: int) -> Answers:
    """The order of the axes does not change the number of weights."""
    misread = {
        message("You used the width as the depth. This is how Keras reads the images without data_format."): width,
        message("You used the height as the depth."): height,
    }
    depth = erring.pick(channels, misread)
    yield counts.convolution(erring, depth, (kernel, kernel), filters)

    right = f"({kernel} * {kernel} * {channels} + 1) * {filters}"
    for reason, wrong in misread.items():
        yield slip(
            convolution(wrong, kernel**2, filters),
            reason,
            "The depth is the number of channels, {channels}: {right}.",
            channels=channels,
            right=right,
        )
    yield slip(kernel**2 * channels * filters, NO_BIASES, EACH_FILTER, right=right)
    yield slip(
        kernel**2 * channels + 1,
        "You counted only one filter.",
        "There are {filters} filters: {right}.",
        filters=filters,
        right=right,
    )


@key.question(
    pixel_channel=lambda rng, channels: rng.randrange(1, channels),
    pixel_row=lambda rng, height: rng.randrange(2, height - 2),
    pixel_column=lambda rng, width: rng.randrange(2, width - 2),
    least=3,
)
def flat_place(
    erring: Erring, height: int, width: int, channels: int, pixel_channel: int, pixel_row: int, pixel_column: int
) -> Answers:
    """Where a value is after an image with channels first is unrolled."""
    channel, row, column = pixel_channel, pixel_row, pixel_column
    last_order = (row * width + column) * channels + channel
    right = channel * height * width + row * width + column
    ways = {
        message("This is the place with channels last."): last_order,
        message("You left out the channels before this one."): row * width + column,
        message("You multiplied the row by the height. A row has as many values as the image is wide."): channel
        * height
        * width
        + row * height
        + column,
        message("You counted from 1."): right + 1,
        message("You swapped row and column."): channel * height * width + column * width + row,
        message("You unrolled column by column."): channel * height * width + column * height + row,
        message("You counted the first index from 1."): (channel - 1) * height * width + row * width + column,
        message("You counted the rows from 1."): channel * height * width + (row - 1) * width + column,
    }
    yield erring.pick(right, ways)

    sum_of_three = f"{channel} * {height} * {width} + {row} * {width} + {column}"
    before = message("Count the values before it: whole channels, whole rows, columns: {sum}.", sum=sum_of_three)
    for reason, wrong in ways.items():
        yield slip(wrong, reason, before)


# ---- A dense layer as a convolution ----------------------------------------------------------------------------------


@key.numbers
def volume(rng: random.Random) -> dict[str, int]:
    """The volume that a dense layer reads, and a larger one."""
    high, wide = rng.choice(((5, 5), (4, 6), (6, 5), (7, 7)))
    return {
        "volume_height": high,
        "volume_width": wide,
        "volume_depth": rng.choice((8, 12, 16)),
        "units": rng.choice((10, 20, 50)),
        "larger_height": high + rng.choice((3, 5, 8)),
        "larger_width": wide + rng.choice((4, 6, 9)),
    }


@key.question(least=3)
def dense_filters(erring: Erring, volume_height: int, volume_width: int, volume_depth: int, units: int) -> Answers:
    """The shape of the weights of the convolution that does the same as a dense layer."""
    high, wide, depth = volume_height, volume_width, volume_depth
    wrong_shapes = {
        message("This is the shape of the weights of the dense layer."): [high * wide * depth, units],
        message("You left out the depth of the volume."): [high, wide, units],
        message("You put the number of filters first."): [units, high, wide, depth],
        message("This is the shape of one filter."): [high, wide, depth],
        message("These are 1 x 1 filters over the unrolled volume."): [1, 1, high * wide * depth, units],
        message("You swapped depth and number of filters."): [high, wide, units, depth],
        message("These are 1 x 1 filters. A filter must be as large as the volume."): [1, 1, depth, units],
        message("You swapped height and width."): [wide, high, depth, units],
        message("You put the depth first."): [depth, high, wide, units],
    }
    yield erring.pick([high, wide, depth, units], wrong_shapes)

    one_each = message(
        "Each neuron becomes a filter as large as the volume, {shape}.", shape=f"{high} x {wide} x {depth}"
    )
    for reason, wrong in wrong_shapes.items():
        yield slip(wrong, reason, joined(one_each, FILTERS_LAST))


@key.question(least=3)
def dense_params(erring: Erring, dense_filters: list[int]) -> Answers:
    """The parameters of this convolution, which are those of the dense layer."""
    high, wide, depth, filters = dense_filters
    inputs = erring.pick(
        high * wide * depth,
        {
            message("These are 1 x 1 filters. A filter must be as large as the volume."): depth,
            message("You left out the depth of the volume."): high * wide,
            message("You left out one side of the volume."): high * depth,
        },
    )
    yield counts.dense(erring, inputs, filters)

    inputs = high * wide * depth
    right = f"({high} * {wide} * {depth} + 1) * {filters}"
    yield slip(inputs * filters, NO_BIASES, EACH_NEURON, right=right)
    yield slip(
        convolution(1, high * wide, filters),
        "You left out the depth of the volume.",
        "A filter has {high} * {wide} * {depth} weights: {right}.",
        high=high,
        wide=wide,
        depth=depth,
        right=right,
    )
    yield slip(
        inputs + 1, "You counted only one neuron.", "There are {filters}: {right}.", filters=filters, right=right
    )
    yield slip(inputs * filters + 1, "You counted only one bias.", EACH_NEURON, right=right)


@key.question(least=3)
def score_map(
    erring: Erring,
    volume_height: int,
    volume_width: int,
    volume_depth: int,
    units: int,
    larger_height: int,
    larger_width: int,
) -> Answers:
    """The output of the convolution on a larger volume."""
    sides = [windows.places(erring, larger_height, volume_height), windows.places(erring, larger_width, volume_width)]
    depth = erring.pick(
        units, {message("You used the depth of a single map."): 1, windows.DEPTH_OF_INPUT: volume_depth}
    )
    yield windows.output_shape(erring, sides, [] if erring(windows.NO_DEPTH) else [depth])

    rows, columns = valid(larger_height, volume_height), valid(larger_width, volume_width)
    fits = message(
        "The filter fits {rows} times down and {columns} times across.",
        rows=f"{larger_height} - {volume_height} + 1",
        columns=f"{larger_width} - {volume_width} + 1",
    )
    yield slip(
        [1, 1, units],
        "This is the output on a volume of the original size, where the filter fits in only one place.",
        "On a larger volume, the filter slides. {places}",
        places=fits,
    )
    yield slip([larger_height, larger_width, units], PADDED, fits)
    yield slip([rows - 1, columns - 1, units], "The + 1 at the end of the formula is missing.", fits)
    yield slip([columns, rows, units], "You swapped height and width.", fits)
    yield slip(
        [larger_height // volume_height, larger_width // volume_width, units],
        "You moved the filter by its own size, as in pooling.",
        "The filter moves by one position. {places}",
        places=fits,
    )


@key.question
def as_filters() -> Answers:
    """Hidden weights of dense layers."""
    generator = np.random.RandomState(20201023)
    for high, wide, depth, units in ((2, 3, 2, 4), (3, 2, 1, 2), (4, 4, 3, 5)):
        weights = generator.normal(size=(high * wide * depth, units)).round(3)
        arguments = (weights.tolist(), high, wide, depth)
        yield call(arguments, weights.reshape(high, wide, depth, units), *_wrong_filters(weights, (high, wide, depth)))


def _wrong_filters(weights: Array, shape: tuple[int, int, int]) -> Iterator[Slip]:
    high, wide, depth = shape
    units = weights.shape[1]
    order = message("Flatten unrolls with the channels last: the channel changes fastest, then the column.")
    yield slip(
        weights.T.reshape(high, wide, depth, units),
        "You transposed the weights before you reshaped them.",
        "The columns of the weights belong to the neurons, which are also the last axis of the filters.",
    )
    yield slip(
        np.moveaxis(weights.reshape(depth, high, wide, units), 0, 2),
        "You unrolled with the channels first.",
        order,
    )
    yield slip(weights.reshape(units, high, wide, depth), "You put the number of filters first.", FILTERS_LAST)
    yield slip(np.swapaxes(weights.reshape(wide, high, depth, units), 0, 1), "You swapped rows and columns.", order)


# ---- Neighbours in a latent space ------------------------------------------------------------------------------------

IMAGES = 8


@key.numbers
def embedded(rng: random.Random) -> dict[str, Any] | None:
    """Latent vectors of eight images, and their places in a map that keeps some of the neighbours."""
    latents = [[rng.randrange(10) for _ in range(3)] for _ in range(IMAGES)]
    places = [[2 * one + rng.randrange(-2, 3), 2 * other + rng.randrange(-2, 3)] for one, other, _ in latents]
    if not (_is_clear(latents) and _is_clear(places)):
        return None
    common = sum(map(_equal, _nearest(latents), _nearest(places)))
    return {"latents": latents, "places": places} if 2 <= common <= IMAGES - 2 else None


def _equal(one: int, other: int) -> bool:
    return one == other


def _distances(points: Sequence[Sequence[float]], place: int) -> dict[int, float]:
    """The distance of each other point from one."""
    return {other: dist(points[place], points[other]) for other in range(len(points)) if other != place}


def _nearest(points: Sequence[Sequence[float]], farthest: bool = False) -> list[int]:
    """The number of the nearest other point, for each point; or of the farthest one."""
    pick = max if farthest else min
    return [pick(apart, key=apart.__getitem__) for apart in (_distances(points, place) for place in range(len(points)))]


def _is_clear(points: Sequence[Sequence[float]]) -> bool:
    """Whether each point has one nearest neighbour, and no two points are the same."""
    ranked = [sorted(_distances(points, place).values()) for place in range(len(points))]
    return all(0 < first < second for first, second, *_ in ranked)


@key.question(least=3)
def kept_share(erring: Erring, latents: list[list[int]], places: list[list[int]]) -> Answers:
    """The share of images whose nearest neighbour is the same in the latent space and in the map."""
    near, on_map = _nearest(latents), _nearest(places)
    common = sum(map(_equal, near, on_map))
    mutual = sum(near[near[place]] == place for place in range(IMAGES))
    ways = {
        message("This is a number of images. The question asks for their share."): float(common),
        message("This is the share of images whose nearest neighbour changes."): 1 - common / IMAGES,
        message("You divided by the number of other images, 7."): common / (IMAGES - 1),
        message("You compared the farthest images."): sum(
            map(_equal, _nearest(latents, farthest=True), _nearest(places, farthest=True))
        )
        / IMAGES,
        message("You counted pairs of images in the latent space that are nearest to each other."): mutual / IMAGES,
    }
    yield erring.pick(common / IMAGES, ways)

    first = message(
        "For image 0, the nearest one is image {near} in the latent space and image {on_map} in the picture. "
        "Compare the two for all 8 images.",
        near=near[0],
        on_map=on_map[0],
    )
    for reason, wrong in ways.items():
        yield slip(wrong, reason, first)


@key.question
def reading_tsne() -> Answers:
    """What a t-SNE picture tells."""
    yield ["a", "d"]
    yield because(
        a="Points that are close in the picture are mostly close in the latent space: t-SNE keeps neighbourhoods.",
        b="t-SNE does not keep large distances, so the distance between two clusters says little.",
        c="The axes have no meaning of their own: another run can rotate or rearrange the picture.",
        d="The picture shows where labels gather, but t-SNE itself does not use the labels.",
        e="t-SNE adapts to the density around each point, so the size of a cluster says little.",
        f="New images have no place in the picture: t-SNE places only the images it was computed for.",
    )
    yield slip(
        ["a", "b", "d"],
        "You read the distance between two clusters as a measure.",
        "Only neighbourhoods are kept. A large distance can change from run to run.",
    )
    yield slip(
        ["a", "c", "d"],
        "You read the axes as features.",
        "The axes have no meaning. Only the neighbours of each point count.",
    )
    yield slip(
        ["a", "d", "e"],
        "You read the size of a cluster as a measure.",
        "t-SNE spreads dense clusters and shrinks sparse ones.",
    )
    yield slip(
        ["a"], "You left out the labels.", "t-SNE gets no labels, so their clusters show what the network has learnt."
    )
