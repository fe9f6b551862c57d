"""Answers of `hand-convolution`, computed from each student's own images, with the likely mistakes.

Three things printed on the slides are wrong; where a student may have copied one, a slip says so.
"""

import random
from collections.abc import Iterator, Mapping
from math import exp
from typing import Any

import numpy as np

from grader.authoring import Answers, Array, Follows, Key, matrix, slip, template
from grader.cnn.by_hand import all_apart, correlation, pooled
from grader.mistakes import maps
from grader.model.key import Call, Slip
from grader.model.mistakes import Erring
from grader.text.messages import Text, joined, message

key = Key()

LAPLACIAN = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])
SOBEL = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]])
AVERAGE = np.full((3, 3), 1 / 9)

# The maps that marques-intro-cnn-tf-keras prints for its own image; two signs of the middle row are wrong there.
SLIDE_VALID = ((14, -12, 25), (-17, -14, 7), (-14, 24, -3))
SLIDE_SAME = (
    *((9, 18, -14, -1, 26), (-6, 14, -12, 25, -15), (-1, 17, -14, -7, 19)),
    *((7, -14, 24, -3, -16), (7, 23, -16, -10, 32)),
)
SLIDE_STRIDE = ((9, -14, 26), (-1, -14, 19), (7, -16, 32))

# The column in which the curve detector of sick-cas-dl-week4 has its weight, row by row, and its two patches.
CURVE = (5, 4, 3, 3, 3, 3, 3)
HIT = ("......e", "....bbb", "...db..", "...bb..", "...bb..", "...bb..", "...bb..")
MISS = (".......", ".c.....", "c.c....", "cd.....", ".b.....", "..b....", "ee.b...")
SLIDE_RESPONSES = (6600, 0)


def _patch(rows: tuple[str, ...], levels: Mapping[str, int]) -> list[list[int]]:
    return [[levels.get(cell, 0) for cell in row] for row in rows]


# What the lectures print, or compute wrongly, in their own examples.
key.common(  # marques-intro-cnn-tf-keras: two signs of the map without padding are wrong
    image=[[5, 8, 0, 4, 8], [3, 9, 2, 9, 2], [4, 9, 2, 3, 6], [5, 4, 8, 2, 0], [5, 8, 0, 0, 8]],
)
key.common(  # sick-cas-dl-week4: rows and columns of the map are swapped
    photo=[
        *([255, 220, 150, 200, 110, 100], [240, 50, 35, 45, 200, 130], [0, 20, 245, 250, 230, 120]),
        *([170, 180, 235, 145, 170, 255], [190, 185, 170, 165, 130, 120], [255, 255, 245, 190, 200, 175]),
    ],
    weights=[[-0.7, 0.2, 0.1], [0.3, 0.5, 0.4], [-0.2, -0.4, 0.2]],
)
# marques-intro-cnn-tf-keras: x[n] = 2 e^(-0.3 n) for n = 0 ... 7
key.common(x=[round(2 * exp(-0.3 * n), 4) for n in range(8)], h=[1, 0, -1])
key.common(  # sick-cas-dl-week4: 6600 and 0, which are wrong
    detector=[[30 * (column == place) for column in range(7)] for place in CURVE],
    curve=_patch(HIT, {"b": 50, "d": 20, "e": 30}),
    ear=_patch(MISS, {"b": 50, "c": 40, "d": 20, "e": 25}),
)

PADDED = message("You padded the image with zeros.")
PADDED_TILE = message("You padded zeros around the tile.")
FLIPPED = message("You flipped the filter.")
SWAPPED = message("You swapped the rows and columns of the filter.")
NO_SIGNS = message("You overlooked the minus signs of the filter.")
OF_THE_SLIDE = message("These are the numbers of the slide, which belong to its own image.")
ONLY_ROWS = message("You used the stride only vertically.")
ONLY_COLUMNS = message("You used the stride only horizontally.")
AVERAGES = message("You used averages instead of maxima.")
OVERLAP = message("Your windows overlap because they move by only one pixel.")
SMALLER = message("This is 2 x 2 pooling.")
BY_3 = message("You divided the sums by 3.")
DO_NOT_FLIP = template("Apply the filter without flipping it. {first}")
BOTH_AXES = template("Use the stride along both axes. {again}")
MAP_BEFORE = message("In the map before:")


def same(image: Array, kernel: Array, mode: str = "constant") -> Array:
    """Feature map of the size of the image.

    Args:
        image: Shape (height, width).
        kernel: Shape (rows, columns), both odd.
        mode: How `numpy.pad` fills the border; by default with zeros.

    Returns:
        Shape (height, width).
    """
    rows, columns = kernel.shape
    border = np.pad(image, [(rows // 2, rows // 2), (columns // 2, columns // 2)], mode=mode)  # type: ignore[call-overload]
    return correlation(border, kernel)


def flipped(kernel: Array) -> Array:
    """The kernel turned by half a circle: rows and columns in reverse order."""
    return kernel[::-1, ::-1]


def relu(values: Array) -> Array:
    """Negative values become 0."""
    return np.maximum(values, 0)


def rounded(values: Array) -> Array:
    """The values without the noise of binary fractions: sums of tenths are not exact."""
    return np.round(values, 6)


def slid(erring: Erring, image: Array, kernel: Array, padding: int = 0, stride: int = 1) -> Array:
    """The feature map, with the mistakes that are made."""
    return rounded(maps.correlated(erring, image, maps.filtered(erring, kernel), padding, stride))


def sum_of(window: Array, kernel: Array) -> str:
    """`4 * 9 + (-1) * 3 + ...`: the products at one place, zeros of the kernel left out, and their sum."""
    pairs = [(weight, value) for weight, value in zip(kernel.flat, window.flat, strict=True) if weight]
    terms = [f"{bracketed(weight)} * {bracketed(value)}" for weight, value in pairs]
    return f"{' + '.join(terms)} = {round(float((window * kernel).sum()), 6):g}"


def bracketed(value: float) -> str:
    """A factor of a product: in brackets if it is negative."""
    return f"({value:g})" if value < 0 else f"{value:g}"


def listed(values: Array) -> Text:
    """`5, 8, 3 and 9`"""
    words = [f"{value:g}" for value in values.flat]
    return message("{values} and {last}", values=", ".join(words[:-1]), last=words[-1])


def earlier_map(value: Any, least: int = 2) -> Array:
    """An earlier map as an array.

    Raises:
        ValueError: No answer can follow from it: it is not a map, is smaller than `least`, or has the same number
            everywhere.
    """
    image = np.array(value, dtype=float)
    if image.ndim != 2 or min(image.shape) < least or not np.isfinite(image).all() or np.ptp(image) == 0:
        raise ValueError
    return image


# ---- A Laplacian filter ----------------------------------------------------------------------------------------------


@key.question(image=matrix(5, 5, range(10)), laplacian=LAPLACIAN.tolist())
def laplacian_valid(erring: Erring, image: Array) -> Answers:
    """The map without padding."""
    valid = slid(erring, image, LAPLACIAN)
    yield valid

    eight = np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]])
    products = sum_of(image[:3, :3], LAPLACIAN)
    first = message("At the top left, the filter covers rows and columns 1 to 3: {products}.", products=products)
    yield slip(
        SLIDE_VALID,
        "These are the numbers that the slide prints for its own image. The slide is also wrong "
        "here: two signs in its middle row are wrong.",
        first,
    )
    yield slip(
        same(image, LAPLACIAN),
        PADDED,
        "Without padding, the filter never reaches beyond the edge. {first}",
        first=first,
    )
    yield slip(
        -valid,
        "All signs are reversed: you counted the centre of the filter as +4 and its neighbours as -1.",
        first,
    )
    yield slip(
        correlation(image, eight),
        "You also counted the pixels at the corners of the filter.",
        "The corners of the filter have weight 0. {first}",
        first=first,
    )
    yield slip(correlation(image, relu(LAPLACIAN)), "You left out the four neighbours.", first)
    yield slip(correlation(image, np.abs(LAPLACIAN)), NO_SIGNS, first)


@key.question
def laplacian_same(erring: Erring, image: Array) -> Answers:
    """The map with zeros around the image."""
    padded = slid(erring, image, LAPLACIAN, padding=1)
    yield padded

    yield Follows(lambda laplacian_valid: with_border(padded, earlier_map(laplacian_valid)))
    corner = message(
        "Add a ring of zeros first. The top-left value is then {products}.",
        products=sum_of(np.pad(image, 1)[:3, :3], LAPLACIAN),
    )
    valid = correlation(image, LAPLACIAN)
    yield slip(valid, "This is the map without padding.", corner)
    yield slip(np.pad(valid, 1), "You put the zeros around the result instead of around the image.", corner)
    yield slip(
        same(image, LAPLACIAN, "edge"),
        "You padded by repeating the pixels at the edge. The question asks for zeros.",
        corner,
    )
    yield slip(
        correlation(image, LAPLACIAN, padding=2),
        "You added two rings of zeros.",
        "A 3 x 3 filter needs only one ring of zeros to keep the size. {corner}",
        corner=corner,
    )
    if not np.array_equal(padded, SLIDE_SAME):
        yield slip(SLIDE_SAME, OF_THE_SLIDE, corner)
    yield slip(-padded, "All signs are reversed: you counted the centre of the filter as +4.", corner)


def with_border(padded: Array, inner: Array) -> Array:
    """The map with padding 'same', shape (5, 5), whose inner part is the student's own map, shape (3, 3)."""
    result = padded.astype(float)
    result[1:-1, 1:-1] = inner
    return result


@key.question
def laplacian_stride(erring: Erring, image: Array) -> Answers:
    """The map with padding and a stride of 2."""
    yield slid(erring, image, LAPLACIAN, padding=1, stride=2)

    yield Follows(lambda laplacian_same: earlier_map(laplacian_same, least=3)[::2, ::2])
    valid, padded = correlation(image, LAPLACIAN), same(image, LAPLACIAN)
    again = message(
        "Starting with the first, keep every second row and column of the padded map: its top "
        "row is {row}, so {every_second} stay.",
        row=listed(padded[0]),
        every_second=listed(padded[0, ::2]),
    )
    yield slip(valid[::2, ::2], "You left out the padding, or the first position of the filter.", again)
    yield slip(padded, "You left out the stride.", again)
    yield slip(valid, "You left out both the padding and the stride.", again)
    yield slip(padded[::2], ONLY_ROWS, BOTH_AXES, again=again)
    yield slip(padded[:, ::2], ONLY_COLUMNS, BOTH_AXES, again=again)
    yield slip(
        pooled(np.pad(padded, ((0, 1), (0, 1)), constant_values=-999), 2, np.max),
        "This is 2 x 2 max pooling of the map.",
        "A stride skips positions, but it does not compare values. {again}",
        again=again,
    )
    if not np.array_equal(padded[::2, ::2], SLIDE_STRIDE):
        yield slip(SLIDE_STRIDE, OF_THE_SLIDE, again)


# ---- Convolution, ReLU and pooling -----------------------------------------------------------------------------------


@key.numbers
def chain(rng: random.Random) -> dict[str, Any] | None:
    """A photo and a filter with four zeros, for which ReLU matters: one window of the map has no positive value."""
    photo = matrix(6, 6, range(0, 260, 10))(rng)
    cells = [*rng.sample((-0.5, -0.4, -0.3, -0.2), 2), *rng.sample((0.1, 0.2, 0.3, 0.4, 0.5), 3), 0, 0, 0, 0]
    rng.shuffle(cells)
    weights = np.reshape(cells, (3, 3))
    values = rounded(correlation(np.array(photo), weights))
    highest = pooled(values, 2, np.max)
    if (values < 0).sum() not in range(4, 9) or (highest < 0).sum() != 1 or (values == 0).any():
        return None
    return {"photo": photo, "weights": weights.tolist()}


@key.question
def feature_map(erring: Erring, photo: Array, weights: Array) -> Answers:
    """The map of the photo."""
    values = slid(erring, photo, weights)
    yield values

    first = message(
        "The top-left value is {first_sum}, and the value to its right is {second_sum}.",
        first_sum=sum_of(photo[:3, :3], weights),
        second_sum=sum_of(photo[:3, 1:4], weights),
    )
    yield slip(
        values.T,
        "You swapped the rows and columns of the map. The slide is wrong here: its map is mirrored in the same way.",
        first,
    )
    yield slip(rounded(correlation(photo, flipped(weights))), FLIPPED, DO_NOT_FLIP, first=first)
    yield slip(rounded(correlation(photo, weights.T)), SWAPPED, first)
    yield slip(
        rounded(correlation(photo, weights, padding=1)),
        PADDED,
        "Without padding, the filter fits at 4 x 4 positions. {first}",
        first=first,
    )
    yield slip(rounded(correlation(photo, np.abs(weights))), NO_SIGNS, first)
    yield slip(
        rounded(correlation(photo, weights, stride=2)),
        "You moved the filter by two pixels at a time.",
        "The stride is 1, so the value to the right of the top-left one is {second_sum}.",
        second_sum=sum_of(photo[:3, 1:4], weights),
    )
    yield slip(relu(values), "You already applied ReLU. The next question asks for it.", first)


@key.question
def relu_map(erring: Erring, photo: Array, weights: Array) -> Answers:
    """The same map after ReLU."""
    before = slid(erring.at(MAP_BEFORE), photo, weights)
    yield maps.activated(erring, before)

    yield Follows(lambda feature_map: relu(earlier_map(feature_map)))
    rectified = _rectified(before)
    yield slip(before, "You left out ReLU: this is the feature map.", rectified)
    yield slip(np.abs(before), "You dropped the minus signs.", rectified)
    yield slip(np.minimum(before, 0), "You kept the negative values and set the positive ones to 0.", rectified)
    yield slip(
        (before > 0).astype(int),
        "You wrote 1 wherever the map is positive.",
        "A positive value stays as it is. {rectified}",
        rectified=rectified,
    )


def _rectified(values: Array) -> Text:
    negative = next(value for value in values.flat if value < 0)
    positive = next(value for value in values.flat if value > 0)
    return message(
        "Only negative values become 0: {negative} becomes 0, and {positive} stays.",
        negative=f"{negative:g}",
        positive=f"{positive:g}",
    )


@key.question
def pooled_map(erring: Erring, photo: Array, weights: Array) -> Answers:
    """The same map after max pooling."""
    before = slid(erring.at(MAP_BEFORE), photo, weights)
    yield maps.pooled(erring, maps.activated(erring.at(message("After the convolution:")), before), 2, "max")

    yield Follows(lambda relu_map: pooled(earlier_map(relu_map), 2, np.max))
    window = relu(before)[:2, :2]
    block = message(
        "At the top left, the largest of {values} is {largest}. The next window begins two columns to the right.",
        values=listed(window),
        largest=f"{window.max():g}",
    )
    if pooled(before, 2, np.max).min() < 0:
        yield slip(
            pooled(before, 2, np.max),
            "You left out ReLU and pooled the feature map itself.",
            "Pool the output of ReLU. A window with only negative values gives 0. {block}",
            block=block,
        )
    yield slip(pooled(relu(before), 2, np.mean), AVERAGES, block)
    yield slip(
        pooled(relu(before), 2, np.max, stride=1),
        OVERLAP,
        "The pooling window moves by its own size. {block}",
        block=block,
    )
    yield slip(
        pooled(np.abs(before), 2, np.max), "You dropped the minus signs of the map.", joined(_rectified(before), block)
    )


# ---- A signal --------------------------------------------------------------------------------------------------------


@key.numbers
def signal(rng: random.Random) -> dict[str, Any]:
    """A signal that halves at each step, and a system that adds a delayed echo."""
    start, delay, echo = rng.choice((32, 64, 96, 160)), rng.choice((2, 3)), rng.choice((-1, -2, 2, 3))
    return {"x": [start // 2**n for n in range(6)], "h": [1, *[0] * (delay - 1), echo]}


@key.question
def y(erring: Erring, x: Array, h: Array) -> Answers:
    """The output of the system."""
    yield rounded(_output_signal(erring, x, h))

    delay, echo = len(h) - 1, h[-1]
    full = rounded(np.convolve(x, h))
    step = message(
        "{at}; for example y[{delay}] = {later} + ({echo})*{first} = {result}.",
        at=f"y[n] = x[n] + ({echo})*x[n-{delay}]",
        delay=delay,
        later=f"{x[delay]:g}",
        echo=echo,
        first=f"{x[0]:g}",
        result=f"{full[delay]:g}",
    )
    yield slip(
        np.correlate(x, h, "full"),
        "You did not flip h: this is the correlation.",
        "Convolution flips h: {step}",
        step=step,
    )
    yield slip(
        full[: len(x)],
        "Your output ends with the input, but the echo continues after it.",
        "The last value is y[{last}] = ({echo})*x[{last_input}]. {step}",
        last=len(full) - 1,
        echo=echo,
        last_input=len(x) - 1,
        step=step,
    )
    yield slip(
        np.convolve(x, h, "valid"),
        "You used only the positions where h is fully inside x.",
        "Outside its range, x is 0. {step}",
        step=step,
    )
    yield slip(
        np.convolve(x, h, "same"),
        "You kept only the middle of the output, with as many values as the input.",
        "The output begins with y[0] and ends with y[{last}]. {step}",
        last=len(full) - 1,
        step=step,
    )
    shorter = np.convolve(x, [1, *[0] * (delay - 2), echo])
    yield slip(shorter, "You skipped a zero of h, so your echo comes one step too early.", step)
    yield slip(
        np.convolve(x, np.abs(h)) if echo < 0 else np.convolve(x, [1, *h[1:-1], -echo]),
        "The sign of the echo is wrong.",
        step,
    )
    yield slip([*x, *[0] * delay], "You left out the echo.", step)


def _output_signal(erring: Erring, x: Array, h: Array) -> Array:
    if erring(message("You worked out the output backwards: you reversed h, but not x.")):
        return np.convolve(x[::-1], h)
    h = erring.pick(
        h,
        {
            message("The echo comes one step too late."): np.insert(h, 1, 0),
            message("You used the weight 1 for the echo."): np.where(h != 0, 1, 0),
            message("You left out the first value of h, so you got only the echo."): np.concatenate([[0], h[1:]]),
        },
    )
    output = np.convolve(x, h)
    ways = {
        message("You dropped the minus signs of the result."): np.abs(output),
        message("You multiplied value by value, but you did not add up the products."): np.concatenate(
            [x[: len(h)] * h, np.zeros(len(x) - len(h))]
        )
        if len(h) <= len(x)
        else output,
        message("You used running totals."): np.cumsum(output),
        message("You counted negative values as 0."): np.maximum(output, 0),
    }
    return erring.pick(output, ways)


# ---- Correlation and convolution -------------------------------------------------------------------------------------


@key.question(tile=matrix(4, 4, range(7)), kernel=matrix(3, 3, (-1, 0, 0, 1, 2)))
def correlation_map(erring: Erring, tile: Array, kernel: Array) -> Answers:
    """The kernel as it is."""
    yield slid(erring, tile, kernel)

    as_printed = message(
        "Apply the kernel as printed: the top-left value is {products}.", products=sum_of(tile[:3, :3], kernel)
    )
    yield slip(correlation(tile, flipped(kernel)), "You flipped the kernel: this is the convolution.", as_printed)
    yield slip(correlation(tile, kernel.T), "You swapped the rows and columns of the kernel.", as_printed)
    yield slip(correlation(tile, kernel[::-1]), "You reversed the rows of the kernel.", as_printed)
    yield slip(correlation(tile, np.abs(kernel)), "You overlooked the minus signs of the kernel.", as_printed)
    yield slip(
        correlation(tile, kernel, padding=1),
        PADDED_TILE,
        "Without padding, the kernel fits at 2 x 2 positions. {plainly}",
        plainly=as_printed,
    )


@key.question
def convolution_map(erring: Erring, tile: Array, kernel: Array) -> Answers:
    """The kernel rotated by 180 degrees."""
    yield maps.correlated(erring, tile, maps.filtered(erring, kernel, turned=True))

    right = flipped(kernel)
    turned = message(
        "Rotate the kernel by 180 degrees first. Its rows are then {rows}. The top-left value is {products}.",
        rows=", ".join(str(row) for row in right.tolist()),
        products=sum_of(tile[:3, :3], right),
    )
    correlated = correlation(tile, kernel)
    yield slip(correlated, "You did not flip the kernel: this is the correlation.", turned)
    yield slip(
        correlation(tile, kernel[::-1]),
        "You reversed only the rows of the kernel.",
        "Reverse the columns as well. {turned}",
        turned=turned,
    )
    yield slip(
        correlation(tile, kernel[:, ::-1]),
        "You reversed only the columns of the kernel.",
        "Reverse the rows as well. {turned}",
        turned=turned,
    )
    yield slip(correlation(tile, kernel.T), "You mirrored the kernel across its diagonal.", turned)
    yield slip(
        correlation(tile, right, padding=1),
        PADDED_TILE,
        "Without padding, the kernel fits at 2 x 2 positions. {turned}",
        turned=turned,
    )
    yield slip(flipped(correlated), "You rotated the result instead of the kernel.", turned)


# ---- An edge and a blur ----------------------------------------------------------------------------------------------


@key.numbers
def edge_and_filter(rng: random.Random) -> dict[str, Any]:
    """An edge across or upright with a few pixels that do not keep to it, and the filter for its direction."""
    low, high = rng.sample(range(0, 100, 10), 2)
    edge = np.full((4, 5), low)
    edge[2:] = high
    for _ in range(3):
        edge[rng.randrange(4), rng.randrange(5)] = rng.randrange(0, 100, 10)
    upright = rng.random() < 0.5
    return {"edge": (edge.T if upright else edge).tolist(), "sobel": (SOBEL.T if upright else SOBEL).tolist()}


@key.question
def sobel_map(erring: Erring, edge: Array, sobel: Array) -> Answers:
    """The edge after the Sobel filter."""
    yield slid(erring, edge, sobel)

    first = message("The top-left value is {products}.", products=sum_of(edge[:3, :3], sobel))
    yield slip(
        correlation(edge, flipped(sobel)),
        "All signs are reversed: you flipped the filter, as in signal processing.",
        "A CNN applies the filter without flipping it. {first}",
        first=first,
    )
    yield slip(correlation(edge, sobel.T), "This is the Sobel filter for the other direction.", first)
    yield slip(correlation(edge, np.sign(sobel)), "You used the weight 1 where the filter has 2.", first)
    yield slip(
        correlation(edge, sobel, padding=1),
        PADDED,
        "Without padding, 2 rows and 2 columns are lost. {first}",
        first=first,
    )
    yield slip(correlation(edge, np.abs(sobel)), NO_SIGNS, first)


@key.question(noise=matrix(5, 5, range(0, 99, 9)))
def average_map(erring: Erring, noise: Array) -> Answers:
    """The averages of 3 x 3 pixels. The pixels are multiples of 9, so that they are whole numbers."""
    yield _averages(erring, noise)

    window = noise[:3, :3]
    mean = message(
        "At the top left, the nine pixels add up to {total}, and {total} / 9 = {mean}.",
        total=window.sum(),
        mean=f"{window.mean():g}",
    )
    ring = np.ones((3, 3)) - np.pad([[1]], 1)
    yield slip(correlation(noise, np.ones((3, 3))), "You left out the factor 1/9: these are sums.", mean)
    yield slip(rounded(correlation(noise, np.full((3, 3), 1 / 3))), BY_3, "Average all nine pixels. {mean}", mean=mean)
    yield slip(pooled(noise, 3, np.max, stride=1), "You used maxima instead of averages.", mean)
    yield slip(
        rounded(correlation(noise, AVERAGE, padding=1)),
        PADDED,
        "Without padding, the filter fits at 3 x 3 positions. {mean}",
        mean=mean,
    )
    yield slip(
        correlation(noise, ring / 8),
        "You left out the pixel in the middle.",
        "The pixel in the middle is one of the nine. {mean}",
        mean=mean,
    )
    yield slip(pooled(noise, 3, np.median, stride=1), "This is the median of each window.", mean)


def _averages(erring: Erring, image: Array) -> Array:
    ring = erring.pick(0, {message("You padded the image with zeros."): 1})
    step = erring.pick(
        1,
        {
            message("You moved the filter by two positions at a time."): 2,
            message("You placed the windows side by side, as in pooling."): 3,
        },
    )
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(image, ring), (3, 3))[::step, ::step]
    cells = windows.reshape(*windows.shape[:2], 9)
    ways = {
        message("You used the smallest values."): cells.min(axis=-1),
        message("You divided the sums by 8, one less than the number of values."): cells.sum(axis=-1) / 8,
        message("You divided the sums by 10."): cells.sum(axis=-1) / 10,
        message("You divided the sums by 6."): cells.sum(axis=-1) / 6,
        message("You left zeros out of the mean."): cells.sum(axis=-1) / np.maximum((cells != 0).sum(axis=-1), 1),
        message("You rounded the means down."): np.floor(cells.mean(axis=-1)),
        message("You used the mean of the smallest and the largest value."): (cells.min(axis=-1) + cells.max(axis=-1))
        / 2,
        message("You averaged only the middle row of each window."): cells[..., 3:6].mean(axis=-1),
        message("You averaged only the middle column of each window."): cells[..., 1::3].mean(axis=-1),
        message("You averaged only the pixel in the middle and its four neighbours."): cells[..., [1, 3, 4, 5, 7]].mean(
            axis=-1
        ),
        message("You kept the pixel in the middle of each window."): cells[..., 4],
    }
    return np.asarray(np.round(erring.pick(cells.mean(axis=-1), ways), 6))


# ---- Pooling ---------------------------------------------------------------------------------------------------------


def map_with_whole_averages(rng: random.Random, side: int, window: int) -> list[list[int]]:
    """A map each of whose windows adds up to a multiple of its size."""
    cells = np.zeros((side, side), dtype=int)
    for row in range(0, side, window):
        for column in range(0, side, window):
            part: Any = [[1]]
            while np.sum(part) % window**2:
                part = matrix(window, window, range(-3, 10))(rng)
            cells[row : row + window, column : column + window] = part
    return cells.tolist()


key.numbers(
    map_4=lambda rng: map_with_whole_averages(rng, 4, 2),
    map_6=lambda rng: map_with_whole_averages(rng, 6, 3),
)


@key.question
def max_2(erring: Erring, map_4: Array) -> Answers:
    """Max pooling with windows of 2 x 2."""
    yield from _maxima(erring, map_4, 2)


@key.question
def average_2(erring: Erring, map_4: Array) -> Answers:
    """Average pooling with windows of 2 x 2."""
    yield from _means(erring, map_4, 2)


@key.question
def max_3(erring: Erring, map_6: Array) -> Answers:
    """Max pooling with windows of 3 x 3."""
    yield from _maxima(erring, map_6, 3)
    largest = _largest(map_6[:3, :3])
    yield slip(pooled(map_6, 2, np.max), SMALLER, "The windows are 3 x 3. {largest}", largest=largest)


@key.question
def average_3(erring: Erring, map_6: Array) -> Answers:
    """Average pooling with windows of 3 x 3."""
    yield from _means(erring, map_6, 3)
    mean = _mean(map_6[:3, :3])
    yield slip(pooled(map_6, 2, np.mean), SMALLER, "The windows are 3 x 3. {mean}", mean=mean)
    yield slip(rounded(pooled(map_6, 3, np.sum) / 3), BY_3, mean)


def _maxima(erring: Erring, values: Array, size: int) -> Answers:
    yield maps.pooled(erring, values, size, "max")

    largest = _largest(values[:size, :size])
    yield slip(pooled(values, size, np.mean), AVERAGES, largest)
    yield slip(pooled(values, size, np.min), "You used the smallest values.", largest)
    yield slip(pooled(values, size, np.max, stride=1), OVERLAP, joined(_moves(values), largest))
    yield slip(values[::size, ::size], "You kept the first value of each window, as a stride does.", largest)


def _means(erring: Erring, values: Array, size: int) -> Answers:
    yield maps.pooled(erring, values, size, "mean")

    mean = _mean(values[:size, :size])
    yield slip(pooled(values, size, np.max), "You used maxima instead of averages.", mean)
    yield slip(pooled(values, size, np.sum), "You did not divide the sums by the number of values.", mean)
    yield slip(rounded(pooled(values, size, np.mean, stride=1)), OVERLAP, joined(_moves(values), mean))
    yield slip(rounded(pooled(relu(values), size, np.mean)), "You counted negative values as 0.", mean)


def _largest(window: Array) -> Text:
    return message(
        "At the top left, the largest of {values} is {largest}.", values=listed(window), largest=window.max()
    )


def _mean(window: Array) -> Text:
    return message(
        "At the top left, {values} add up to {total}, and {total} / {count} = {mean}.",
        values=listed(window),
        total=window.sum(),
        count=window.size,
        mean=f"{window.mean():g}",
    )


def _moves(values: Array) -> Text:
    shape = f"{len(values)} x {len(values)}"
    return message("The window moves by its own size, so a map of {shape} gives 2 x 2 values.", shape=shape)


# ---- Channels --------------------------------------------------------------------------------------------------------


@key.question(
    channels=lambda rng: [matrix(3, 3, range(5))(rng) for _ in range(2)],
    filters=lambda rng: [[matrix(2, 2, (-1, 0, 1, 2))(rng) for _ in range(2)] for _ in range(3)],
)
def output_maps(erring: Erring, channels: Array, filters: Array) -> Answers:
    """An image of two channels, and for each of three output maps a filter for each channel."""
    yield _maps_of_channels(erring, channels, filters)

    apart = _per_channel(channels, filters)
    right = apart.sum(axis=1)
    one, two = apart[0, :, 0, 0]
    first = message(
        "At the top left of the first map, {one} from the first channel and {two} from the second add up to {total}.",
        one=one,
        two=two,
        total=one + two,
    )
    yield slip(
        apart.reshape(6, 2, 2),
        "You did not add up the channels: you gave six maps, one for each filter and channel.",
        first,
    )
    yield slip(apart, "You did not add up the channels.", first)
    yield slip(apart[:, 0], "You used only the first channel.", first)
    yield slip(apart[:, 1], "You used only the second channel.", first)
    yield slip(apart.mean(axis=1), "You averaged the channels instead of adding them up.", first)
    crossed = _per_channel(channels, filters[:, ::-1]).sum(axis=1)
    yield slip(crossed, "You swapped the filters of the two channels.", first)
    yield slip(
        _per_channel(channels, filters[:, [0, 0]]).sum(axis=1),
        "You applied the first filter of each block to both channels.",
        "Each channel has its own filter. {first}",
        first=first,
    )
    yield slip(
        _per_channel(channels, filters[:, :, ::-1, ::-1]).sum(axis=1),
        "You flipped the filters.",
        "A CNN applies filters without flipping them. {first}",
        first=first,
    )
    mirrored = _per_channel(channels, np.swapaxes(filters, 2, 3)).sum(axis=1)
    yield slip(mirrored, "You swapped the rows and columns of the filters.", first)
    yield slip(
        right.sum(axis=0),
        "You also added up the three outputs.",
        "Each block of filters gives a separate map. {first}",
        first=first,
    )
    yield slip(
        np.moveaxis(right, 0, -1),
        (
            "The numbers are right, with the maps along the last axis as in Keras. The question asks "
            "for a list of three maps."
        ),
        "np.moveaxis(output_maps, -1, 0) brings the maps to the front.",
    )


def _per_channel(channels: Array, filters: Array) -> Array:
    """One map for each output and each input channel, shape (3, 2, 2, 2)."""
    return np.array([[correlation(*pair) for pair in zip(channels, block, strict=True)] for block in filters])


def _maps_of_channels(erring: Erring, channels: Array, filters: Array) -> Array:
    filters = maps.filtered(erring, filters)
    channels = erring.pick(
        channels,
        {
            message("You swapped the two channels."): channels[::-1],
            message("You applied both filters of a block to the first channel."): channels[[0, 0]],
            message("You applied both filters of a block to the second channel."): channels[[1, 1]],
        },
    )
    parts = _per_channel(channels, filters)
    output_maps = parts.sum(axis=1)
    ways = {
        message("You subtracted the second channel from the first instead of adding it."): parts[:, 0] - parts[:, 1],
        message("You multiplied the channels instead of adding them."): parts[:, 0] * parts[:, 1],
        message("You used the larger of the two channels instead of their sum."): parts.max(axis=1),
        message("The three maps are in reverse order."): output_maps[::-1],
        message("You gave only the first map."): output_maps[:1],
        message("You swapped the rows and columns of each map."): np.swapaxes(output_maps, 1, 2),
    }
    return maps.finished(erring, erring.pick(output_maps, ways), 8)


# ---- A curve detector ------------------------------------------------------------------------------------------------


@key.numbers
def detector_and_patches(rng: random.Random) -> dict[str, Any]:
    """The curve detector, a patch with the curve and a patch without it, all of 7 x 7 pixels."""
    weight = rng.choice((10, 20, 30))
    levels = dict(zip("bcde", (rng.choice((40, 50, 60, 70)), 40, rng.choice((10, 20, 30)), 25), strict=True))
    detector = np.zeros((7, 7), dtype=int)
    detector[range(7), CURVE] = weight
    return {"detector": detector.tolist(), "curve": _patch(HIT, levels), "ear": _patch(MISS, levels)}


@key.question
def responses(erring: Erring, detector: Array, curve: Array, ear: Array) -> Answers:
    """The responses of the detector to both patches."""
    patches = curve, ear
    yield _two_responses(erring, detector, patches)

    weight = int(detector.max())
    under = [int(value) for value in curve[range(7), CURVE]]
    step = message(
        "In the first patch, {values} are under the weights, and each counts {weight} times: "
        "{weight} * {total}. Count the last row as well, in both patches.",
        values=listed(np.array(under)),
        weight=weight,
        total=sum(under),
    )
    yield slip(
        SLIDE_RESPONSES,
        "The slide is wrong here: for the two patches that it prints, its filter gives other values.",
        step,
    )
    without_last_row = tuple(int((patch[:-1] * detector[:-1]).sum()) for patch in patches)
    if without_last_row != SLIDE_RESPONSES:
        yield slip(without_last_row, "You left out the last row. The slide does so too, and it is wrong here.", step)
    yield slip(
        _response(flipped(detector), patches), FLIPPED, "Apply the filter without flipping it. {step}", step=step
    )
    yield slip(_response(detector // weight, patches), "You used 1 for the weights.", step)
    yield slip(
        [int(patch.sum() * weight) for patch in patches],
        "You multiplied all pixels, even where the filter has zeros.",
        step,
    )
    yield slip(
        [int(((patch * detector) > 0).sum()) * weight for patch in patches],
        "You left out the brightness of the pixels.",
        step,
    )
    yield slip(
        [int(((patch * detector) > 0).sum()) for patch in patches],
        "You counted the pixels where both are above 0, without multiplying the values.",
        step,
    )
    yield slip(
        [round(value / 49, 6) for value in _response(detector, patches)],
        "You divided the sum by the number of pixels.",
        "Add up the products, but do not average them. {step}",
        step=step,
    )


def _response(detector: Array, patches: tuple[Array, Array]) -> list[int]:
    return [int((patch * detector).sum()) for patch in patches]


def _two_responses(erring: Erring, weights: Array, patches: tuple[Array, Array]) -> list[Any]:
    detector = maps.filtered(erring, weights)
    both = _response(detector, patches)
    if erring(message("You swapped the order: the first response belongs to the curve.")):
        return both[::-1]
    if erring(message("You left out the first row.")):
        return [int((patch[1:] * detector[1:]).sum()) for patch in patches]
    if erring(message("You used the largest product instead of the sum.")):
        return [int((patch * detector).max()) for patch in patches]
    weight = int(weights.max())
    if erring(message("You did not multiply by the weights: you only added up the pixels that have one.")):
        return [value // weight for value in both]
    if erring(message("You divided each response by the number of weights.")):
        return [value / 7 for value in both]
    if erring(message("You added up all pixels of a patch and ignored the weights.")):
        return [int(patch.sum()) for patch in patches]
    if erring(message("You assumed that the filter does not respond to the second patch at all.")):
        return [both[0], 0]
    return both


# ---- A backward pass -------------------------------------------------------------------------------------------------


@key.question(
    small=matrix(3, 3, range(1, 7)),
    stamp=lambda rng: np.reshape(rng.sample((-2, -1, 1, 2, 3), 4), (2, 2)).tolist(),
    upstream=matrix(2, 2, (-2, -1, 1, 2, 3)),
)
def full_map(erring: Erring, small: Array, stamp: Array) -> Answers:
    """The map with padding 'full'."""
    yield slid(erring, small, stamp, padding=1)

    border = np.pad(small, 1)
    first = message(
        "With one ring of zeros, the filter reaches every pixel from all sides. The first values "
        "are {first_sum} and {second_sum}.",
        first_sum=sum_of(border[:2, :2], stamp),
        second_sum=sum_of(border[:2, 1:3], stamp),
    )
    yield slip(correlation(small, stamp), "The padding is missing: this is 'valid'.", first)
    yield slip(
        correlation(border[1:, 1:], stamp),
        "You padded with zeros on only two of the four sides, as 'same' does for a 2 x 2 filter.",
        first,
    )
    yield slip(correlation(border[:-1, :-1], stamp), "You padded with zeros on only two of the four sides.", first)
    yield slip(correlation(small, flipped(stamp), padding=1), FLIPPED, DO_NOT_FLIP, first=first)
    yield slip(correlation(small, stamp.T, padding=1), SWAPPED, first)
    yield slip(
        correlation(small, stamp, padding=2),
        "You added two rings of zeros.",
        "The ring is one pixel narrower than the filter: 2 - 1. {first}",
        first=first,
    )


@key.question
def gradient(erring: Erring, small: Array, stamp: Array, upstream: Array) -> Answers:
    """The gradient of the loss by the image."""
    yield _gradient_of_image(erring, upstream, stamp)

    (a, b), (c, d) = upstream
    (p, q), (r, s) = stamp
    middle = message(
        "Each upstream value sends its multiple of the filter back to the pixels that it came "
        "from. The pixel in the middle collects {products} = {total}.",
        products=" + ".join(f"{bracketed(x)} * {bracketed(y)}" for x, y in ((a, s), (b, r), (c, q), (d, p))),
        total=a * s + b * r + c * q + d * p,
    )
    yield slip(
        correlation(upstream, stamp, padding=1),
        "You did not flip the filter: in the backward pass, it is applied to the upstream "
        "gradient rotated by 180 degrees.",
        middle,
    )
    yield slip(
        correlation(small, stamp),
        "This is the map of the forward pass.",
        "The gradient of the map is given. The backward pass goes from it to the pixels. {middle}",
        middle=middle,
    )
    yield slip(correlation(small, upstream), "This is the gradient for the weights of the filter.", middle)
    yield slip(stamped(upstream, stamp.T), SWAPPED, middle)
    yield slip(stamped(upstream, stamp, add=False), "Where several values reach a pixel, you kept only one.", middle)
    yield slip(np.pad(upstream, ((0, 1), (0, 1))) * stamp.sum(), "You sent each value to a single pixel.", middle)
    yield slip(correlation(upstream, flipped(stamp)), "You left out the padding, so you got only the middle.", middle)
    yield slip(
        stamped(np.ones_like(upstream), stamp),
        "You left out the upstream gradient, as if it were 1 everywhere.",
        middle,
    )


def stamped(gradient: Array, kernel: Array, add: bool = True) -> Array:
    """Gradient of a loss by the input of a convolution.

    Each value of the gradient by the output is multiplied by the kernel, and added where the kernel was laid.

    Args:
        gradient: Of the loss by the output, shape (height, width).
        kernel: Shape (rows, columns).
        add: Whether values that meet in one pixel are added up; if not, the last one replaces the others.

    Returns:
        Shape (height + rows - 1, width + columns - 1), whole numbers.
    """
    rows, columns = kernel.shape
    result = np.zeros((gradient.shape[0] + rows - 1, gradient.shape[1] + columns - 1), dtype=int)
    for (row, column), value in np.ndenumerate(gradient):
        place = result[row : row + rows, column : column + columns]
        place[...] = value * kernel + (place if add else 0)
    return result


def _gradient_of_image(erring: Erring, upstream: Array, kernel: Array) -> Array:
    laid = maps.filtered(erring, kernel)
    if erring(message("You left out the padding and did not rotate the filter, so you got a single value.")):
        return np.array([[int((upstream * kernel).sum())]])
    upstream = erring.pick(
        upstream,
        {
            message("You swapped the rows and columns of the gradient."): upstream.T,
            message("You overlooked the minus signs of the gradient."): np.abs(upstream),
            message("You rotated the gradient by 180 degrees, not the filter."): upstream[::-1, ::-1],
        },
    )
    return maps.finished(erring, stamped(upstream, laid), 4)


# ---- The function ----------------------------------------------------------------------------------------------------


@key.question(hidden=lambda rng: rng.randrange(2**32))
def conv2d(hidden: int) -> Answers:
    """Calls with images and kernels that students have not seen.

    With padding 'same' the kernel has odd sides, and the stride divides the last index. Then all conventions
    about the first place of the kernel agree.
    """
    rng = random.Random(hidden)
    for image_shape, kernel_shape, stride, padding in (
        ((6, 6), (3, 3), 1, "valid"),
        ((7, 5), (2, 3), 1, "valid"),
        ((8, 9), (3, 3), 2, "valid"),
        ((10, 8), (3, 2), 3, "valid"),
        ((5, 6), (3, 3), 1, "same"),
        ((6, 8), (3, 5), 1, "same"),
        ((7, 9), (3, 3), 2, "same"),
        ((10, 7), (5, 3), 3, "same"),
    ):
        yield _call(rng, image_shape, kernel_shape, stride, padding)


def _call(
    rng: random.Random, image_shape: tuple[int, int], kernel_shape: tuple[int, int], stride: int, padding: str
) -> Call:
    halves = [number / 2 for number in range(-10, 11) if number]  # exact in binary, and so are their products
    while True:
        image = np.array(matrix(*image_shape, halves)(rng))
        kernel = np.array(matrix(*kernel_shape, halves)(rng))
        expected = (same if padding == "same" else correlation)(image, kernel)[::stride, ::stride]
        slips = tuple(_wrong_maps(image, kernel, stride, padding))
        if all_apart([expected, *(entry.value for entry in slips)]):
            return Call((image, kernel, stride, padding), expected, slips)


def _wrong_maps(image: Array, kernel: Array, stride: int, padding: str) -> Iterator[Slip]:
    full = same if padding == "same" else correlation

    def strided(image: Array, kernel: Array) -> Array:
        return full(image, kernel)[::stride, ::stride]

    yield slip(
        strided(image, flipped(kernel)),
        "You flipped the kernel: that is the convolution of signal processing.",
        "A CNN applies the kernel as it is, without `[::-1, ::-1]`.",
    )
    yield slip(
        strided(image, kernel[::-1]),
        "The rows of the kernel are in reverse order.",
        "Multiply cell by cell: kernel[i, j] by image[row + i, column + j].",
    )
    yield slip(-strided(image, kernel), "All signs are reversed.", "Add up the products.")
    check = message("Check `padding` before you slide the kernel.")
    if padding == "same":
        edge = same(image, kernel, "edge")[::stride, ::stride]
        yield slip(edge, "You padded by repeating the pixels at the edge.", "Pad with zeros.")
        missing = message('The padding is missing although `padding` is "same".')
        yield slip(correlation(image, kernel)[::stride, ::stride], missing, check)
    elif all(side % 2 for side in kernel.shape):
        needless = message('You padded with zeros although `padding` is "valid".')
        yield slip(same(image, kernel)[::stride, ::stride], needless, check)
    yield from _without_stride(full(image, kernel), stride)
    if kernel.shape[0] == kernel.shape[1]:
        yield slip(
            strided(image, kernel.T),
            "You swapped the rows and columns of the kernel.",
            "Multiply kernel[i, j] by image[row + i, column + j].",
        )


def _without_stride(full: Array, stride: int) -> Iterator[Slip]:
    if stride == 1:
        return
    rows, columns = full[::stride, ::stride].shape
    both = message("Use the stride along both axes.")
    yield slip(full, "You ignored the stride.", "Keep every stride-th row and column, starting with the first.")
    yield slip(full[::stride], ONLY_ROWS, both)
    yield slip(full[:, ::stride], ONLY_COLUMNS, both)
    yield slip(
        full[:rows, :columns],
        "Your output has the right size, but you moved the kernel by only one pixel.",
        "The top-left corner of the kernel is at (row * stride, column * stride).",
    )
