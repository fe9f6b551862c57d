"""Answers of `conv-arithmetic`, all by formula from each student's own numbers, with the likely mistakes.

Some numbers printed in the lectures are wrong; where a student may have copied one, a slip says so.
"""

import random
from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np

from grader.authoring import Answers, Array, Follows, Key, because, choice, slip, template
from grader.cnn.by_hand import convolution, correlation, dense, depthwise, receptive_fields, same, valid
from grader.mistakes import counts, maps, windows
from grader.mistakes.networks import Network, conv, flatten, pool
from grader.mistakes.networks import dense as layer
from grader.model.mistakes import Erring
from grader.text.messages import Text, capitalised, message

key = Key()


def lenet(channels: int) -> int:
    """Parameters of the LeNet-5 of boracchi-cnn-2020 on 28 x 28 images with so many channels."""
    flat = valid(28 // 2, 5) // 2
    convolutions = convolution(channels, 5 * 5, 6) + convolution(6, 5 * 5, 16)
    return convolutions + dense(flat * flat * 16, 120) + dense(120, 84) + dense(84, 10)


def mlp(side: int, channels: int, units: int) -> int:
    """Parameters of two dense layers, `units` and 10 neurons, on square images with so many channels."""
    return dense(side * side * channels, units) + dense(units, 10)


NO_BIASES = message("The biases are missing.")
NO_DEPTH = message("You left out the depth of the input.")
NO_ONE = message("The + 1 at the end of the formula is missing.")
NO_CHANNELS = message("You left out the channels.")
ONE_BIAS = message("You counted only one bias.")
ONE_FILTER = message("You counted only one filter.")
PADDED = message("This is the size with padding='same'.")
ROUNDED_UP = message("You rounded up.")
EACH_FILTER = template("Each filter has one bias: {right}.")
EACH_NEURON = template("Each neuron has a bias: {right}.")
ALL_FILTERS = template("There are {filters} filters: {right}.")
ALL_MAPS = template("Each filter reads all {depth} maps: {right}.")
ALL_CHANNELS = template("Each filter reads all {channels} channels: {right}.")
SHARED = template("All positions share the same weights: {right}.")
ONE_MAP_EACH = template("Each filter gives one map, so the depth is {filters}.")
ONE_MAP_OF_ALL = template("Each filter reads all {channels} channels and gives one map: {filters} maps.")
COLOURS = template("An image has 32 * 32 * 3 values: {right}.")

# What the lectures print, or compute wrongly, in their own examples.
key.common(valid_size=28, valid_kernel=5, valid_filters=6)  # sick-cas-dl-week4: 24 x 24 x 6
key.common(stride_size=28)  # alzahrani-deep-learning-cnn: 26 with stride 1, 13 with stride 2
key.common(window=2)  # boracchi-cnn-2020: 75 %
key.common(one_kernel=3, one_depth=3, small_filters=2)  # alzahrani-deep-learning-cnn: 28; boracchi-cnn-2020: 56
key.common(conv_depth=3, conv_kernel=5, conv_filters=4)  # alzahrani-deep-learning-cnn: 304
key.common(dense_units=1024)  # alzahrani-deep-learning-cnn: 3,145,728 without the biases
key.common(last_side=5, last_depth=120, last_units=84)  # marques-intro-cnn-tf-keras: 252,084
key.common(mlp_side=32, mlp_units=84)  # boracchi-cnn-2020: 260,850, which is wrong
key.common(first_kernel=3, pool_side=2, second_kernel=3)  # alzahrani-deep-learning-cnn: 12, which is wrong
key.common(memory_side=512, memory_filters=100)  # marques-intro-cnn-tf-keras: 300 MB, which is wrong


def square(erring: Erring, side: Any, depth: Sequence[int], axes: int = 2) -> list[Any]:
    """Shape of maps whose sides are equal."""
    return windows.output_shape(erring, [side] * axes, depth)


# ---- Shapes ----------------------------------------------------------------------------------------------------------


@key.numbers
def padded_filter(rng: random.Random) -> dict[str, int]:
    """A filter that is not square, and the padding that goes with it."""
    high, wide = rng.choice(((7, 5), (9, 5), (9, 7)))
    return {"pad_high": high, "pad_wide": wide, "pad_rows": high // 2, "pad_columns": wide // 2}


@key.question(valid_size=choice(30, 32, 36, 40, 48), valid_kernel=choice(3, 5, 7), valid_filters=choice(6, 8, 10, 12))
def valid_shape(erring: Erring, valid_size: int, valid_kernel: int, valid_filters: int) -> Answers:
    """A convolution without padding."""
    size, kernel, filters = valid_size, valid_kernel, valid_filters
    slid, of_the_slide = windows.places(erring, size, kernel), valid(28, kernel)
    yield square(erring, slid, windows.depth(erring, filters, 3))

    places = f"{size} - {kernel} + 1"
    yield slip(
        (size, size, filters),
        PADDED,
        "This layer has no padding: the filter fits {places} times along each axis.",
        places=places,
    )
    yield slip(
        (slid - 1, slid - 1, filters), NO_ONE, "Also count the first position of the filter: {places}.", places=places
    )
    yield slip((slid, slid, 3), "You used the depth of the image.", ONE_MAP_EACH, filters=filters)
    yield slip(
        (slid, slid, filters * 3),
        "You multiplied the filters by the three colours.",
        "Each filter adds up all colours and gives one map: {filters} maps.",
        filters=filters,
    )
    if size != 28:
        yield slip(
            (of_the_slide, of_the_slide, filters),
            "You started from 28 x 28, the size on the slide.",
            "Here each side is {places}.",
            places=places,
        )
    yield slip((slid, slid), "The depth is missing.", ONE_MAP_EACH, filters=filters)


@key.question
def slid_size(erring: Erring, stride_size: int) -> Answers:
    """The filter of the next question with stride 1."""
    size, places = stride_size, f"{stride_size} - 3 + 1"
    yield windows.places(erring, size, 3)
    yield slip(size, PADDED, "This layer has no padding: the filter fits {places} times.", places=places)
    yield slip(size - 3, NO_ONE, "Also count the first position of the filter: {places}.", places=places)
    yield slip(
        valid(size, 3, 2),
        "This is the size with stride 2.",
        "Here the filter moves by one pixel at a time: {places}.",
        places=places,
    )


@key.question(stride_size=lambda rng: 2 * rng.randrange(13, 21))
def stride_size(erring: Erring, stride_size: int) -> Answers:
    """A stride that does not divide the distance, because rounding is the question."""
    size, places = stride_size, f"{stride_size - 3} // 2 + 1"
    yield windows.places(erring, size, 3, 2)
    yield slip(
        (size - 3) / 2 + 1,
        "You did not drop the remainder of the division.",
        "The filter fits {places} times. Half a position does not count.",
        places=places,
    )
    yield slip(
        same(size, 2),
        "You rounded up, as for padding='same'.",
        "Without padding, round down: {places}.",
        places=places,
    )
    yield slip(
        (size - 3) // 2,
        NO_ONE,
        "The filter makes {way} // 2 steps, so it has one more position: {places}.",
        way=size - 3,
        places=places,
    )
    yield slip(valid(size, 3), "This is the size with stride 1.", "Divide by the stride: {places}.", places=places)


@key.question(
    pad_height=lambda rng: 2 * rng.randrange(14, 21) + 1,
    pad_width=lambda rng: 3 * rng.randrange(12, 17) + rng.choice((0, 2)),
)
def feature_map_shape(
    erring: Erring, pad_height: int, pad_width: int, pad_high: int, pad_wide: int, pad_rows: int, pad_columns: int
) -> Answers:
    """Padding, and another stride along each axis."""
    strides = windows.exchanged(erring, message("The strides of height and width are swapped."), (2, 3))
    if erring(message("You used the vertical stride for both axes.")):
        strides = (2, 2)
    elif erring(message("You used the horizontal stride for both axes.")):
        strides = (3, 3)
    filters = windows.exchanged(erring, message("Height and width of the filter are swapped."), (pad_high, pad_wide))
    rings = windows.exchanged(erring, message("The paddings of height and width are swapped."), (pad_rows, pad_columns))
    sizes = windows.exchanged(erring, message("Height and width of the image are swapped."), (pad_height, pad_width))
    axes = zip(sizes, filters, strides, rings, strict=True)
    yield windows.output_shape(erring, [windows.places(erring, *axis) for axis in axes], [])

    height, high, rows = pad_height, pad_high, pad_rows
    width, wide, columns = pad_width, pad_wide, pad_columns
    steps = width + 2 * columns - wide
    right = valid(height, high, 2, rows), valid(width, wide, 3, columns)
    sums = message(
        "{rows} and {columns}",
        rows=f"({height} + {2 * rows} - {high}) // 2 + 1",
        columns=f"({width} + {2 * columns} - {wide}) // 3 + 1",
    )
    yield slip(
        (valid(height, high, 2), valid(width, wide, 3)),
        "You left out the padding.",
        "Add the padding at both ends: {height} + {rows} and {width} + {columns}.",
        height=height,
        rows=2 * rows,
        width=width,
        columns=2 * columns,
    )
    yield slip(
        ((height + rows - high) // 2 + 1, (width + columns - wide) // 3 + 1),
        "You added the padding at only one end.",
        "Add the padding at both ends: {sums}.",
        sums=sums,
    )
    yield slip(
        (right[0], ceil(steps / 3) + 1),
        "You rounded up the width.",
        "Round {steps} / 3 down to {whole}, then add 1: {whole} + 1.",
        steps=steps,
        whole=steps // 3,
    )
    yield slip(
        right[::-1],
        "You swapped height and width.",
        "Write the height first: it belongs to the {height} rows.",
        height=height,
    )
    yield slip((right[0] - 1, right[1] - 1), NO_ONE, "Also count the first position of the filter: {sums}.", sums=sums)
    yield slip((height, width), "You left out the strides.", "Divide by the strides: {sums}.", sums=sums)


@key.question(
    same_size=lambda rng: 2 * rng.randrange(15, 25) + 1, same_kernel=choice(5, 7), same_filters=choice(8, 16, 24)
)
def same_shape(erring: Erring, same_size: int, same_kernel: int, same_filters: int) -> Answers:
    """Padding 'same' with a stride that does not divide the size."""
    size, filters = same_size, same_filters
    side = windows.places(erring, size, same_kernel, stride=2, padding="same")
    yield square(erring, side, windows.depth(erring, filters, 3))

    up = message("{size} / 2, rounded up", size=size)
    half, slid = size // 2, valid(size, same_kernel, 2)
    yield slip(
        (half, half, filters),
        "You rounded down.",
        "padding='same' adds zeros until the filter covers the last pixel: {up}.",
        up=up,
    )
    yield slip(
        (size, size, filters),
        "You left out the stride.",
        "padding='same' keeps the size only if the stride is 1. Here, each side is {up}.",
        up=up,
    )
    yield slip(
        (slid, slid, filters), "This is the result without padding.", "With padding='same' each side is {up}.", up=up
    )
    yield slip((side, side, 3), "You used the depth of the image.", ONE_MAP_EACH, filters=filters)


@key.question(pool_size=lambda rng: 2 * rng.randrange(5, 9) + 1, pool_depth=choice(12, 16, 24, 32))
def pool_shape(erring: Erring, pool_size: int, pool_depth: int) -> Answers:
    """Pooling that drops the last row and column."""
    size, depth = pool_size, pool_depth
    down = windows.pooled(erring, size, 2)
    others = {message("You also halved the depth."): depth // 2, message("You used the depth of a single map."): 1}
    yield square(erring, down, [] if erring(windows.NO_DEPTH) else [erring.pick(depth, others)])

    up, slid = same(size, 2), valid(size, 2)
    yield slip(
        (up, up, depth),
        ROUNDED_UP,
        "Without padding, pooling leaves out a last row and column that do not fill a window: {size} // 2.",
        size=size,
    )
    yield slip(
        (slid, slid, depth),
        "You pooled with stride 1.",
        "The window moves by its own size: {size} // 2.",
        size=size,
    )
    yield slip(
        (down, down, depth // 2),
        "You also halved the depth.",
        "Pooling works on each map separately, so {depth} maps stay {depth} maps.",
        depth=depth,
    )
    yield slip(
        (size, size, depth),
        "This is the shape before pooling.",
        "Pooling keeps one value of each window: {size} // 2.",
        size=size,
    )


@key.question(window=choice(3, 5), window_depth=choice(4, 8, 16))
def pool_discarded(erring: Erring, window: int) -> Answers:
    """The share of values that pooling discards."""
    cells = erring.pick(
        window**2,
        {
            message("You counted only one axis."): window,
            message("This is for 2 x 2 windows, as on the slide."): 4,
            message("You added the sides of the window instead of multiplying them."): 2 * window,
        },
    )
    lost = erring.pick(
        1 - 1 / cells,
        {
            message("This is the share that pooling keeps."): 1 / cells,
            message(
                "This is the number of values that pooling discards in each window. The question asks for their share."
            ): cells - 1,
            message("This is the number of values in a window."): cells,
        },
    )
    yield 100 * lost if erring(message("This is in percent, but the question asks for a share.")) else lost

    share = message("one of {count} values", count=cells)
    yield slip(
        1 / cells,
        "This is the share that pooling keeps.",
        "{share} is kept, so {lost} of {count} are discarded.",
        share=capitalised(share),
        lost=cells - 1,
        count=cells,
    )
    if window != 2:
        yield slip(
            3 / 4,
            "This is for 2 x 2 windows, as on the slide.",
            "Pooling discards {lost} of the {count} values of a {window} x {window} window.",
            window=window,
            lost=cells - 1,
            count=cells,
        )
    yield slip(
        1 - 1 / window,
        "You counted only one axis.",
        "Pooling keeps one of {window} along each axis, so {share} is kept.",
        window=window,
        share=share,
    )
    yield slip(100 * (1 - 1 / cells), "This is in percent.", "Divide by 100.")


# ---- A feature map by hand -------------------------------------------------------------------------------------------


@key.numbers
def small_image(rng: random.Random) -> dict[str, Any]:
    """An image and a filter with few weights, only one of them below 0."""
    weights = [-1, 1, 1, 2, 0, 0, 0, 0, rng.choice((0, 1))]
    rng.shuffle(weights)
    image = [[rng.randrange(6) for _ in range(4)] for _ in range(4)]
    return {"image": image, "weights": np.reshape(weights, (3, 3)).tolist()}


@key.question
def feature_map(erring: Erring, image: Array, weights: Array) -> Answers:
    """A filter of 3 x 3 on an image of 4 x 4."""
    yield maps.correlated(erring, image, maps.filtered(erring, weights))

    pairs = zip(weights.flat, image[:3, :3].flat, strict=True)
    products = " + ".join(f"({weight})*{value}" for weight, value in pairs if weight)
    top_left = message("The value at the top left is {products}", products=products)
    row, column = np.argwhere(weights < 0)[0] + 1
    minus = message(
        "The weight in row {row}, column {column} is -1. {top_left}.", row=row, column=column, top_left=top_left
    )
    yield slip(
        correlation(image, weights[::-1, ::-1]),
        "You flipped the filter, as in signal processing.",
        "A CNN does not flip the filter. {top_left}.",
        top_left=top_left,
    )
    yield slip(
        correlation(image, weights.T),
        "You swapped the rows and columns of the filter.",
        "Apply the filter as printed. {top_left}.",
        top_left=top_left,
    )
    yield slip(
        correlation(np.pad(image, 1), weights),
        "You padded the image with zeros.",
        "Without padding, the filter fits at 2 x 2 positions.",
    )
    yield slip(correlation(image, np.maximum(weights, 0)), "You used 0 instead of the weight -1.", minus)
    yield slip(correlation(image, np.abs(weights)), "You overlooked the minus sign of the filter.", minus)


# ---- Parameters ------------------------------------------------------------------------------------------------------


@key.numbers
def flat_filter(rng: random.Random) -> dict[str, int]:
    """A filter that is not square."""
    high, wide = rng.choice(((3, 5), (5, 3), (3, 7), (1, 5)))
    return {"flat_high": high, "flat_wide": wide}


@key.question(
    conv_size=choice(16, 20, 24),
    conv_depth=choice(8, 12, 16),
    conv_kernel=choice(3, 5),
    conv_filters=choice(20, 32, 64),
)
def conv_params(erring: Erring, conv_size: int, conv_depth: int, conv_kernel: int, conv_filters: int) -> Answers:
    """A convolution."""
    size, depth, kernel, filters = conv_size, conv_depth, conv_kernel, conv_filters
    places = size**2, valid(size, kernel) ** 2
    yield counts.convolution(erring, depth, (kernel, kernel), filters, places=places)

    right, window = f"({depth} * {kernel} * {kernel} + 1) * {filters}", kernel**2
    yield slip(depth * window * filters, NO_BIASES, EACH_FILTER, right=right)
    yield slip(convolution(1, window, filters), NO_DEPTH, ALL_MAPS, depth=depth, right=right)
    yield slip(convolution(depth, window, 1), ONE_FILTER, ALL_FILTERS, filters=filters, right=right)
    yield slip(depth * window * filters + 1, ONE_BIAS, EACH_FILTER, right=right)
    yield slip(
        depth * (window + 1) * filters,
        "You counted one bias for each input map.",
        "Each filter has only one bias: {right}.",
        right=right,
    )
    yield slip(
        size**2 * convolution(depth, window, filters), "You counted the weights at every position.", SHARED, right=right
    )


@key.question(flat_depth=choice(3, 4, 6), flat_filters=choice(8, 10, 16))
def nonsquare_params(erring: Erring, flat_depth: int, flat_high: int, flat_wide: int, flat_filters: int) -> Answers:
    """A convolution whose filters are not square."""
    depth, high, wide, filters = flat_depth, flat_high, flat_wide, flat_filters
    yield counts.convolution(erring, depth, (high, wide), filters)

    right, window = f"({depth} * {high} * {wide} + 1) * {filters}", high * wide
    sides = message("The filters are {high} high and {wide} wide: {right}.", high=high, wide=wide, right=right)
    yield slip(depth * window * filters, NO_BIASES, EACH_FILTER, right=right)
    yield slip(convolution(1, window, filters), NO_DEPTH, ALL_MAPS, depth=depth, right=right)
    yield slip(convolution(depth, high**2, filters), "This is for {high} x {high} filters.", sides, high=high)
    yield slip(convolution(depth, wide**2, filters), "This is for {wide} x {wide} filters.", sides, wide=wide)
    yield slip(convolution(depth, window, 1), ONE_FILTER, ALL_FILTERS, filters=filters, right=right)


@key.question(dense_units=choice(256, 512, 1000, 1024))
def dense_params(erring: Erring, dense_units: int) -> Answers:
    """A dense layer on a colour image of 32 x 32 pixels."""
    units, values = dense_units, 32 * 32 * 3
    yield Network((32, 32, 3), [flatten(), layer(units)]).params(erring, 1)

    right = f"(32 * 32 * 3 + 1) * {units}"
    yield slip(values * units, "You counted only the weights, as the slide does.", EACH_NEURON, right=right)
    yield slip(2072 * units, "The slide misprints 3,072 as 2,072.", COLOURS, right=right)
    yield slip(dense(32 * 32, units), "You left out the colours.", COLOURS, right=right)
    yield slip(values * units + 1, ONE_BIAS, EACH_NEURON, right=right)


@key.question(last_side=choice(4, 5, 6, 7), last_depth=choice(32, 60, 64, 120), last_units=choice(50, 84, 100, 128))
def flatten_dense_params(erring: Erring, last_side: int, last_depth: int, last_units: int) -> Answers:
    """A dense layer after the last maps."""
    side, depth, units = last_side, last_depth, last_units
    yield Network((side, side, depth), [flatten(), layer(units)], image=False).params(erring, 1)

    right = f"({side} * {side} * {depth} + 1) * {units}"
    yield slip(side**2 * depth * units, NO_BIASES, EACH_NEURON, right=right)
    yield slip(
        dense(depth, units),
        "You counted each map as one value.",
        "Each map has {side} x {side} values: {right}.",
        side=side,
        right=right,
    )
    yield slip(
        dense(side**2, units), "You counted only one map.", "There are {depth} maps: {right}.", depth=depth, right=right
    )
    yield slip(
        dense(side * depth, units),
        "You left out one axis of the maps.",
        "The maps are {side} x {side}: {right}.",
        side=side,
        right=right,
    )


@key.question
def lenet_colour(erring: Erring) -> Answers:
    """LeNet-5 on colour images."""
    first = Network((28, 28, 3), [conv(6, 5, padded=True), pool(), conv(16, 5), pool(), flatten()])
    net = Network((28, 28, 3), [*first.layers, layer(120), layer(84), layer(10)])
    total = net.total(erring)
    added = message("You added the weights for colour to one filter only, but all six filters get them.")
    second = message("You assumed that the second convolution reads three times as many maps.")
    yield erring.pick(total, {added: lenet(1) + 50, second: lenet(3) + 2 * 25 * 6 * 16})

    yield slip(
        lenet(1),
        "This is LeNet-5 on greyscale images.",
        "The first convolution grows from 156 to (5 * 5 * 3 + 1) * 6 parameters.",
    )
    yield slip(
        3 * lenet(1),
        "You multiplied everything by 3.",
        "Only the first convolution reads the colours: it has 300 more weights.",
    )
    yield slip(
        lenet(1) + 2 * 156,
        "You also multiplied the biases of the first convolution by 3.",
        "The six filters still have 6 biases: (5 * 5 * 3 + 1) * 6 instead of 156.",
    )
    yield slip(
        lenet(1) + 450,
        "You added the weights for colour to those for grey.",
        "The 450 weights for colour replace the 150 for grey: there are 300 more, not 450.",
    )


@key.question(mlp_side=choice(20, 28, 32), mlp_units=choice(50, 84, 100))
def mlp_colour(erring: Erring, mlp_side: int, mlp_units: int) -> Answers:
    """Two dense layers on colour images."""
    side, units = mlp_side, mlp_units
    net = Network((side, side, 3), [flatten(), layer(units), layer(10)])
    tripled = message("You also tripled the biases of the first layer.")
    yield net.total(erring) + erring.pick(0, {tripled: 2 * units})

    right = f"({side} * {side} * 3 + 1) * {units} + ({units} + 1) * 10"
    yield slip(
        3 * mlp(side, 1, units),
        "You multiplied everything by 3, as the slide does. That is not quite right.",
        "The biases and the second layer do not grow with the colours: {right}.",
        right=right,
    )
    yield slip(
        mlp(side, 1, units),
        "This is for greyscale images.",
        "The first layer reads three colours: {right}.",
        right=right,
    )
    yield slip(
        dense(side**2 * 3, units),
        "The second layer is missing.",
        "Add the ({units} + 1) * 10 parameters of the second layer: {right}.",
        units=units,
        right=right,
    )
    yield slip(side**2 * 3 * units + units * 10, NO_BIASES, "Each neuron has one bias: {right}.", right=right)


@key.question
def weightless() -> Answers:
    """Layers without parameters."""
    yield ["b", "d", "e"]
    yield slip(
        ["b", "c", "d", "e"],
        "You counted batch normalisation as a layer without parameters.",
        "Batch normalisation has four numbers for each map and trains two of them.",
    )
    yield slip(
        ["b", "d"],
        "You counted dropout as a layer with parameters.",
        "You set the rate of dropout. The network does not learn it.",
    )
    yield slip(
        ["b", "e"], "You counted Flatten as a layer with parameters.", "Flatten only puts the values into one row."
    )
    yield because(
        a="Conv2D learns weights and biases.",
        b="MaxPooling2D only picks the largest value of each window.",
        c="BatchNormalization has four numbers for each map and trains two of them.",
        d="Flatten only puts the values into one row.",
        e="You set the rate of Dropout. The network does not learn it.",
        f="Dense learns weights and biases.",
    )


# ---- Special convolutions: 1 x 1, depthwise, along a series, in a volume ---------------------------------------------


@key.numbers
def series(rng: random.Random) -> dict[str, int]:
    """The length of a series, and a filter for which the stride of 3 leaves a rest."""
    steps = rng.choice((200, 300, 400, 500))
    return {"steps": steps, "step_width": rng.choice([width for width in (5, 7, 9) if (steps - width) % 3])}


@key.question(point_size=choice(7, 14, 28), point_depth=choice(64, 100, 128, 256), point_filters=choice(16, 32, 40))
def pointwise_params(erring: Erring, point_size: int, point_depth: int, point_filters: int) -> Answers:
    """A convolution with filters of 1 x 1."""
    size, depth, filters = point_size, point_depth, point_filters
    yield counts.convolution(erring, depth, (1, 1), filters, places=(size**2,))

    right = f"(1 * 1 * {depth} + 1) * {filters}"
    yield slip(depth * filters, NO_BIASES, EACH_FILTER, right=right)
    yield slip(convolution(1, 1, filters), NO_DEPTH, ALL_MAPS, depth=depth, right=right)
    yield slip(
        convolution(depth, 9, filters),
        "This is for 3 x 3 filters.",
        "Here the filters are 1 x 1: {right}.",
        right=right,
    )
    yield slip(convolution(depth, 1, 1), ONE_FILTER, ALL_FILTERS, filters=filters, right=right)
    yield slip(depth * filters + 1, ONE_BIAS, EACH_FILTER, right=right)
    yield slip(size**2 * convolution(depth, 1, filters), "You counted the weights at every pixel.", SHARED, right=right)


@key.question
def pointwise_use() -> Answers:
    """The purpose of filters of 1 x 1."""
    yield "c"
    yield slip("a", "Height and width stay the same.", "A 1 x 1 filter fits at every pixel.")
    yield slip("b", "The receptive field stays the same.", "A neuron sees only what the value below it sees.")
    yield slip(
        "d",
        "A 1 x 1 convolution does more than scale the maps: it mixes them.",
        "Each filter reads all maps and gives one map.",
    )


@key.question(
    deep_size=choice(16, 20, 24), deep_depth=choice(5, 8, 10), deep_kernel=choice(3, 5), multiplier=choice(2, 3, 4)
)
def depthwise_params(erring: Erring, deep_size: int, deep_depth: int, deep_kernel: int, multiplier: int) -> Answers:
    """Parameters of a depthwise convolution."""
    depth, kernel, output_maps = deep_depth, deep_kernel, deep_depth * multiplier
    yield _depthwise(erring, deep_size, depth, kernel, multiplier)

    window, right = kernel**2, f"({kernel} * {kernel} + 1) * {depth} * {multiplier}"
    one_bias = message("Each of the {maps} output maps has one bias: {right}.", maps=output_maps, right=right)
    yield slip(
        convolution(depth, window, output_maps),
        "This is an ordinary convolution with {maps} filters.",
        "Here each filter reads only one map: {right}.",
        maps=output_maps,
        right=right,
    )
    yield slip(
        depthwise(depth, window, 1),
        "You left out the channel multiplier.",
        "Each map gets {multiplier} filters: {right}.",
        multiplier=multiplier,
        right=right,
    )
    yield slip((window + 1) * multiplier, NO_DEPTH, "There are {depth} maps: {right}.", depth=depth, right=right)
    yield slip(window * output_maps, NO_BIASES, one_bias)
    yield slip(window * output_maps + depth, "You counted one bias for each input map.", one_bias)


def _depthwise(erring: Erring, size: int, depth: int, kernel: int, multiplier: int) -> int:
    """Parameters with the mistakes that are made."""
    if erring(message("This is an ordinary convolution with as many filters as the multiplier says.")):
        return convolution(depth, kernel**2, multiplier)
    if erring(message("This is an ordinary convolution with as many filters as there are input maps.")):
        return convolution(depth, kernel**2, depth)
    weights = erring.pick(
        kernel**2,
        {
            message("You left out one side of the filter."): kernel,
            message("You added the sides of the filter."): 2 * kernel,
        },
    )
    map_counts: dict[Text, int] = {
        message("You left out the channel multiplier."): depth,
        message("You left out the depth of the input."): multiplier,
        message("You added the channel multiplier instead of multiplying by it."): depth + multiplier,
        counts.ONE_FILTER: 1,
    }
    map_count = erring.pick(depth * multiplier, map_counts)
    bias_counts: dict[Text, int] = {
        counts.NO_BIASES: 0,
        counts.ONE_BIAS: 1,
        message("You counted one bias for each input map, but each output map has one."): depth,
        message("You counted as many biases as the multiplier says, but each output map has one."): multiplier,
        message("You counted the biases twice."): 2 * map_count,
    }
    biases = erring.pick(map_count, bias_counts)
    for places in (size**2, valid(size, kernel) ** 2):
        if erring(
            message(
                (
                    "You counted the weights again at each of {places} positions, but a filter has only one "
                    "set of weights."
                ),
                places=places,
            )
        ):
            return (weights * map_count + biases) * places
    return weights * map_count + biases


@key.question
def depthwise_shape(erring: Erring, deep_size: int, deep_depth: int, deep_kernel: int, multiplier: int) -> Answers:
    """Shape of the output of the same layer."""
    size, depth, kernel, output_maps = deep_size, deep_depth, deep_kernel, deep_depth * multiplier
    slid = windows.places(erring, size, kernel)
    others = {
        message("You added the channel multiplier instead of multiplying by it."): depth + multiplier,
        message("You left out the channel multiplier."): depth,
        message("You used only the multiplier as the depth."): multiplier,
        message("You used the depth of a single map."): 1,
    }
    yield square(erring, slid, [] if erring(windows.NO_DEPTH) else [erring.pick(output_maps, others)])

    deep = message(
        "Each of the {depth} input maps gives {multiplier} output maps: {depth} * {multiplier}.",
        depth=depth,
        multiplier=multiplier,
    )
    yield slip((slid, slid, depth), "You left out the channel multiplier.", deep)
    yield slip((slid, slid, multiplier), "You used only the multiplier as the depth.", deep)
    yield slip(
        (size, size, output_maps), PADDED, "This layer has no padding: {size} - {kernel} + 1.", size=size, kernel=kernel
    )
    yield slip(
        (slid - 1, slid - 1, output_maps),
        NO_ONE,
        "Also count the first position of the filter: {size} - {kernel} + 1.",
        size=size,
        kernel=kernel,
    )


@key.question(step_channels=choice(4, 6, 8), step_filters=choice(16, 20, 32))
def conv1d_shape(erring: Erring, steps: int, step_width: int, step_channels: int, step_filters: int) -> Answers:
    """A convolution along a series."""
    width, channels, filters = step_width, step_channels, step_filters
    slid = windows.places(erring, steps, width, 3)
    yield windows.output_shape(erring, [slid], windows.depth(erring, filters, channels))

    places = f"{steps - width} // 3 + 1"
    yield slip(
        (ceil((steps - width) / 3) + 1, filters),
        ROUNDED_UP,
        "The filter must not reach past the end, so round down: {places}.",
        places=places,
    )
    yield slip((slid - 1, filters), NO_ONE, "The filter fits {places} times.", places=places)
    yield slip(
        (valid(steps, width), filters),
        "You left out the stride.",
        "The filter moves 3 steps at a time: {places}.",
        places=places,
    )
    yield slip(
        (slid, filters * channels),
        "You multiplied the filters by the channels.",
        ONE_MAP_OF_ALL,
        channels=channels,
        filters=filters,
    )
    yield slip((slid, channels), "You used the depth of the input.", ONE_MAP_EACH, filters=filters)


@key.question
def conv1d_params(erring: Erring, steps: int, step_width: int, step_channels: int, step_filters: int) -> Answers:
    """Parameters of the same layer."""
    width, channels, filters = step_width, step_channels, step_filters
    yield counts.convolution(erring, channels, (width,), filters, places=(steps, valid(steps, width, 3)))

    right = f"({width} * {channels} + 1) * {filters}"
    yield slip(width * channels * filters, NO_BIASES, EACH_FILTER, right=right)
    yield slip(convolution(channels, width, 1), ONE_FILTER, ALL_FILTERS, filters=filters, right=right)
    yield slip(convolution(1, width, filters), NO_CHANNELS, ALL_CHANNELS, channels=channels, right=right)
    yield slip(
        convolution(channels, width**2, filters),
        "This is for a 2-D filter of {width} x {width}.",
        "A 1-D filter has only one axis: {right}.",
        width=width,
        right=right,
    )
    yield slip(
        steps * convolution(channels, width, filters), "You counted the weights at every step.", SHARED, right=right
    )


@key.question(scan_size=choice(16, 20, 24, 30), scan_channels=choice(2, 4), scan_filters=choice(8, 10, 16))
def conv3d_params(erring: Erring, scan_size: int, scan_channels: int, scan_filters: int) -> Answers:
    """Parameters of a convolution in a volume."""
    size, channels, filters = scan_size, scan_channels, scan_filters
    yield counts.convolution(erring, channels, (3, 3, 3), filters, places=(size**3, valid(size, 3) ** 3))

    right = f"(3 * 3 * 3 * {channels} + 1) * {filters}"
    yield slip(27 * channels * filters, NO_BIASES, EACH_FILTER, right=right)
    yield slip(convolution(channels, 27, 1), ONE_FILTER, ALL_FILTERS, filters=filters, right=right)
    yield slip(convolution(1, 27, filters), NO_CHANNELS, ALL_CHANNELS, channels=channels, right=right)
    yield slip(
        convolution(channels, 9, filters),
        "This is for a 2-D filter of 3 x 3.",
        "A 3-D filter has three axes: {right}.",
        right=right,
    )
    yield slip(
        convolution(size, 9, filters),
        "You treated one of the three axes as the channel axis.",
        "The channels are a fourth axis: {right}.",
        right=right,
    )


@key.question
def conv3d_shape(erring: Erring, scan_size: int, scan_channels: int, scan_filters: int) -> Answers:
    """Shape of the output of the same layer."""
    size, channels, filters = scan_size, scan_channels, scan_filters
    cube = windows.places(erring, size, 3)
    yield square(erring, cube, windows.depth(erring, filters, channels), axes=3)

    yield slip(
        (cube, cube, filters),
        "You left out the third axis, but a 3-D filter also slides along it.",
        "The filter slides along three axes, so the shape is {shape}.",
        shape=(cube, cube, cube, filters),
    )
    yield slip(
        (cube, cube, size, filters),
        "You left one axis unchanged, but the filter slides along all three.",
        "Each axis becomes {size} - 3 + 1.",
        size=size,
    )
    yield slip((size, size, size, filters), PADDED, "This layer has no padding: {size} - 3 + 1.", size=size)
    yield slip(
        (cube - 1, cube - 1, cube - 1, filters),
        NO_ONE,
        "Also count the first position of the filter: {size} - 3 + 1.",
        size=size,
    )
    yield slip(
        (cube, cube, cube, filters * channels),
        "You multiplied the filters by the channels.",
        ONE_MAP_OF_ALL,
        channels=channels,
        filters=filters,
    )
    yield slip((cube, cube, cube, channels), "You used the depth of the input.", ONE_MAP_EACH, filters=filters)


# ---- Batch normalisation, a receptive field, memory ------------------------------------------------------------------


def _normalisation(erring: Erring, size: int, norm_maps: int, per_map: int) -> int:
    amounts = {
        message("You counted all four numbers of each map."): 4,
        message("You counted three numbers of each map."): 3,
        message("You counted two numbers of each map."): 2,
        message("You counted one number of each map."): 1,
    }
    map_counts = {
        message("You counted every position of a map, but they all share the same numbers."): norm_maps * size**2,
        message("You counted one side of the maps, but a whole map has only one set of numbers."): norm_maps * size,
        message("You counted all maps as one."): 1,
        message("You counted the positions of one map, but each map has only one set of numbers."): size**2,
    }
    others = {text: amount for text, amount in amounts.items() if amount != per_map}
    return int(erring.pick(per_map, others) * erring.pick(norm_maps, map_counts))


@key.question(norm_size=choice(12, 14, 24, 26), norm_maps=choice(16, 20, 32, 64))
def batchnorm_params(erring: Erring, norm_size: int, norm_maps: int) -> Answers:
    """Parameters of a batch normalisation."""
    yield _normalisation(erring, norm_size, norm_maps, per_map=4)

    yield slip(
        2 * norm_maps,
        "You counted only two of the four vectors of batch normalisation.",
        "Each map has a scale, a shift, a moving mean and a moving variance: 4 * {maps}.",
        maps=norm_maps,
    )
    yield slip(
        4 * norm_size**2 * norm_maps,
        "You counted every position of the maps.",
        "All positions of a map share the same four numbers: 4 * {maps}.",
        maps=norm_maps,
    )
    yield slip(
        4, "You counted all maps as one.", "Each of the {maps} maps has four numbers: 4 * {maps}.", maps=norm_maps
    )
    yield slip(
        norm_maps, "You counted one number for each map.", "Each map has four numbers: 4 * {maps}.", maps=norm_maps
    )


@key.question
def batchnorm_frozen(erring: Erring, norm_size: int, norm_maps: int) -> Answers:
    """How many of them are not trained: half, however many were counted."""
    yield _normalisation(erring, norm_size, norm_maps, per_map=2)

    yield Follows(lambda batchnorm_params: batchnorm_params / 2)
    yield slip(
        4 * norm_maps,
        "These are all the parameters of the layer.",
        "The layer trains scale and shift. The other 2 * {maps} numbers are not trained.",
        maps=norm_maps,
    )
    yield slip(
        0,
        "You counted all parameters as trainable.",
        "The layer measures the moving mean and variance and does not train them: 2 * {maps}.",
        maps=norm_maps,
    )
    yield slip(
        norm_maps,
        "You counted only one of two vectors.",
        "Count both the moving mean and the moving variance: 2 * {maps}.",
        maps=norm_maps,
    )
    yield slip(
        2,
        "You counted all maps as one.",
        "Each of the {maps} maps has a moving mean and a moving variance: 2 * {maps}.",
        maps=norm_maps,
    )


@key.question(first_kernel=choice(3, 5), pool_side=choice(2, 3), second_kernel=choice(3, 5))
def receptive_field(erring: Erring, first_kernel: int, pool_side: int, second_kernel: int) -> Answers:
    """What one neuron sees after a convolution, a pooling and a convolution."""
    first, window, second = first_kernel, pool_side, second_kernel
    layers = (first, 1), (window, window), (second, 1)
    side = _field(erring, layers)
    yield side

    covered, group = second * window, first + window - 1
    step = message(
        "{second} pooled values cover {pool} * {second} = {covered} neurons of the first layer, "
        "and those cover {covered} + {margin} pixels.",
        second=second,
        pool=window,
        covered=covered,
        margin=first - 1,
    )
    yield slip(
        second * group,
        "You computed {second} * {group}, as on the slide. The slide is wrong here, "
        "because the windows of neighbours overlap.",
        step,
        second=second,
        group=group,
    )
    yield slip(receptive_fields([(first, 1), (second, 1)])[-1], "You left out the pooling.", step)
    overlapping = receptive_fields([(first, 1), (window, 1), (second, 1)])[-1]
    yield slip(overlapping, "You used stride 1 for the pooling.", step)
    yield slip(first * second, "You multiplied the sizes of the filters.", step)
    yield slip(side**2, "This is the area.", "The question asks for the side of the square.")


def _field(erring: Erring, layers: tuple[tuple[int, int], tuple[int, int], tuple[int, int]]) -> int:
    (first, _), (side, _), (second, _) = layers
    if erring(message("You multiplied the sizes of all windows, but the windows of neighbours overlap.")):
        return first * side * second
    if erring(message("You added the sizes of all windows.")):
        return first + side + second
    layers = erring.pick(
        layers,
        {
            message("You left out the second convolution."): ((first, 1), (side, side), (1, 1)),
            message("This is the filter of the last layer only."): ((1, 1), (1, 1), (second, 1)),
            message("You left out the first convolution."): ((1, 1), (side, side), (second, 1)),
            message("You swapped the order: you started from the last layer."): (
                *((second, 1), (side, side), (first, 1)),
            ),
        },
    )
    field = receptive_fields(layers)[-1]
    return erring.pick(
        field,
        {
            message("You left out the pixel in the middle."): field - 1,
            message("This is half of the receptive field, to one side of the middle."): field // 2,
        },
    )


@key.question(memory_side=choice(256, 512, 1024), memory_filters=choice(40, 60, 100))
def memory(erring: Erring, memory_side: int, memory_filters: int) -> Answers:
    """Memory of the output of a convolution, in MiB."""
    side, filters = memory_side, memory_filters
    yield _memory(erring, side, filters)

    values, mebi = side**2 * filters, 1024**2
    yield slip(
        3 * values * 4 / mebi,
        "You computed 3 x {side} x {side} x {filters}, as on the slide. But the output no longer has colours.",
        "Each filter gives one map: {side} * {side} * {filters} values of 4 bytes.",
        side=side,
        filters=filters,
    )
    yield slip(values * 32 / mebi, "This is in Mibit.", "A byte has 8 bits: divide by 8.")
    yield slip(values * 4, "This is in bytes.", "1 MiB is 1024 * 1024 bytes: divide by that.")
    yield slip(values / mebi, "You counted one byte for each value.", "A value of 32 bits takes 4 bytes.")
    yield slip(values * 4 / 10**6, "This is in MB: you divided by a million bytes.", "1 MiB is 1024 * 1024 bytes.")
    yield slip(
        (side - 4) ** 2 * filters * 4 / mebi,
        "You did not pad the image.",
        "With padding='same' the maps are {side} x {side}.",
        side=side,
    )


def _memory(erring: Erring, side: int, filters: int) -> float:
    bytes_per_value = erring.pick(
        4,
        {
            message("You counted 64 bits for each value. Here a value has 32 bits, which are 4 bytes."): 8,
            message("You counted 16 bits for each value. Here a value has 32 bits, which are 4 bytes."): 2,
        },
    )
    map_count = erring.pick(
        filters,
        {
            message("You counted only one map."): 1,
            message("This is the memory of the image, with its three colours."): 3,
            message("You added the three colours of the image to the maps of the output."): filters + 3,
        },
    )
    area = erring.pick(
        side**2,
        {
            message("You left out one side of the maps."): side,
            message("You halved the sides of the maps."): side**2 // 4,
        },
    )
    unit = erring.pick(
        1024**2,
        {
            message("This is in KiB: divide by 1024 once more."): 1024,
            message("This is in GiB: you divided by 1024 once too often."): 1024**3,
            message("You counted 1 KiB as 1000 bytes."): 1000 * 1024,
        },
    )
    return float(area * map_count * bytes_per_value / unit)


# ---- One filter, and a layer of a few such filters -------------------------------------------------------------------


@key.question(least=3, one_kernel=choice(3, 5, 7), one_depth=choice(3, 4, 6, 8))
def one_filter_params(erring: Erring, one_kernel: int, one_depth: int) -> Answers:
    """One filter, which is as deep as its input."""
    kernel, depth, window = one_kernel, one_depth, one_kernel**2
    yield counts.convolution(erring, depth, (kernel, kernel), 1)

    right = f"{kernel} * {kernel} * {depth} + 1"
    yield slip(window * depth, "The bias is missing.", "A filter has one bias: {right}.", right=right)
    yield slip(window + 1, NO_DEPTH, "A filter reads all {depth} maps: {right}.", depth=depth, right=right)
    yield slip(
        (window + 1) * depth,
        "You counted one bias for each input map.",
        "A filter has only one bias: {right}.",
        right=right,
    )
    yield slip(
        window + depth + 1,
        "You added the depth of the input instead of multiplying by it.",
        "A filter has {kernel} * {kernel} weights for each map: {right}.",
        kernel=kernel,
        right=right,
    )


@key.question(least=3, small_filters=choice(2, 4, 5))
def small_layer_params(erring: Erring, one_kernel: int, one_depth: int, small_filters: int) -> Answers:
    """A layer of such filters."""
    kernel, depth, filters, window = one_kernel, one_depth, small_filters, one_kernel**2
    yield counts.convolution(erring, depth, (kernel, kernel), filters)
    yield Follows(lambda one_filter_params: filters * one_filter_params)

    right = f"({kernel} * {kernel} * {depth} + 1) * {filters}"
    yield slip(window * depth * filters, NO_BIASES, EACH_FILTER, right=right)
    yield slip(window * depth * filters + 1, ONE_BIAS, EACH_FILTER, right=right)
    yield slip(convolution(1, window, filters), NO_DEPTH, ALL_MAPS, depth=depth, right=right)
    yield slip(
        convolution(13, window, filters),
        "You counted 13 input maps. The slide is wrong here: it prints 13 for its 3 maps.",
        "Here each filter reads {depth} maps: {right}.",
        depth=depth,
        right=right,
    )
