"""Answers of `convolution-properties`: laws, borders, connections and memory, with the likely mistakes.

The lecture multiplies the memory of the feature maps by the channels of the input, which is wrong.
"""

from collections.abc import Sequence
from math import ceil, floor
from random import Random
from typing import Any

import numpy as np

from grader.authoring import Answers, Array, Follows, Key, because, choice, integer, matrix, sample, slip
from grader.cnn.by_hand import correlation
from grader.mistakes import maps, windows
from grader.model.mistakes import Erring
from grader.text.messages import Text, message

key = Key(with_answer=False)

LAPLACIAN = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])
GB = 1024**3

NOT_FLIPPED = message("This is a correlation: you did not flip the filter.")
ONLY_INSIDE = message("You left out the places where the filter reaches beyond the signal.")
WITH_ZEROS = message("You filled the border with zeros.")
WITH_REFLECTION = message("You reflected the image at its border.")
WITH_DIAGONALS = message("You also counted the pixels at the corners of the filter.")
FROM_OTHER_SIDE = message("You filled the border with the pixels of the opposite side.")
FROM_ONE = message("You counted from 1. The first row and the first column have the index 0.")
ROWS_LAST = message("You swapped rows and columns.")
WITH_CHANNELS = message("You multiplied by the channels of the input, as the slide does. Each filter adds them up.")
OF_BITS = message("This is in bits. A byte has 8 bits.")
ONE_IMAGE = message("This is the memory for one image.")

# ---- Numbers ---------------------------------------------------------------------------------------------------------


def _another_filter(rng: Random, h: list[int]) -> list[int]:
    """A filter of the same length, different from h in its order, too."""
    return [rng.choice([number for number in (-2, -1, 1, 2, 3) if number != value]) for value in h]


def _tells_laws_apart(x: list[int], h: list[int], g: list[int]) -> bool:
    """Whether no list is symmetric, so that flipping it matters, and no filter adds up to nothing."""
    return all(values != values[::-1] and any(values) for values in (x, h, g, np.add(h, g).tolist()))


def _is_uneven(image: Array) -> bool:
    """Whether the border of an image is unlike its inside and its opposite side."""
    return bool(
        np.all(image[0] != image[-1])
        and np.all(image[:, 0] != image[:, -1])
        and np.any(image[0] != image[1])
        and np.any(image[:, 0] != image[:, 1])
    )


def _fits_with_remainder(sizes: list[int], field: list[int], strides: list[int]) -> bool:
    """Whether padding adds a neuron along both axes, the same number of zeros on both sides, and the axes differ."""
    zeros = [_zeros(*axis) for axis in zip(sizes, field, strides, strict=True)]
    outputs = [ceil(size / stride) for size, stride in zip(sizes, strides, strict=True)]
    return all(amount >= 2 and amount % 2 == 0 for amount in zeros) and outputs[0] != outputs[1]


def _zeros(size: int, window: int, stride: int) -> int:
    """How many zeros padding 'same' adds along an axis."""
    return max(0, (ceil(size / stride) - 1) * stride + window - size)


key.numbers(
    x=lambda rng: [rng.choice([-2, -1, 1, 2, 3, 4, 5]) for _ in range(5)],
    h=sample([-2, -1, 1, 2, 3], 3),
    g=_another_filter,
    delay=choice(2, 3, 4),
    image=matrix(3, 4, range(1, 10)),
    level=integer(3, 9),
    row=sample(range(1, 10), 5),
    sizes=choice([5, 7], [7, 9], [5, 9], [9, 5], [7, 11], [9, 13], [7, 5], [11, 7]),
    field=choice([3, 3], [3, 5], [5, 3], [5, 5]),
    strides=choice([2, 2], [2, 2], [2, 3], [3, 2]),
    upper=lambda sizes, strides: [ceil(size / stride) for size, stride in zip(sizes, strides, strict=True)],
    neuron=lambda upper: [upper[0] - 1, 1],  # in the last row and the second column of the padded layer
    side=choice(256, 512, 640, 768),
    filters=choice(48, 64, 96, 100, 128),
    batch=choice(50, 100, 150, 200),
    memory=choice(4, 6, 8, 12, 16),
)
key.common(sizes=[5, 7], field=[3, 3], strides=[2, 2])  # cnn-using-keras-notes, Figure 14-4
key.common(side=512, filters=100, batch=100)  # marques-intro-cnn-tf-keras, MEMORY REQUIREMENTS
key.require(_tells_laws_apart)
key.require(_is_uneven)
key.require(_fits_with_remainder)


def _listed(values: Any) -> str:
    """`3, -1, 2`"""
    return ", ".join(f"{value:g}" for value in np.asarray(values).flat)


def _products(signal: Sequence[int], taps: Sequence[int], place: int) -> str:
    """`2*3 + 1*(-1)`: the products of a convolution at one place."""
    terms = [(signal[at], taps[place - at]) for at in range(len(signal)) if 0 <= place - at < len(taps)]
    return " + ".join(f"{value}*{tap}" if tap >= 0 else f"{value}*({tap})" for value, tap in terms)


# ---- Laws ------------------------------------------------------------------------------------------------------------


def _convolved(erring: Erring, signal: Any, taps: Any) -> Array:
    """All places of a convolution of two lists, with the mistakes that are made."""
    taps = erring.pick(
        np.array(taps),
        {
            NOT_FLIPPED: np.array(taps)[::-1],
            message("You overlooked the minus signs of the filter."): np.abs(taps),
            message("You used only the first value of the filter."): np.array(taps)[:1],
        },
    )
    result = np.convolve(signal, taps)
    inside = len(taps) - 1
    ways = {
        ONLY_INSIDE: result[inside : len(result) - inside],
        message("You kept only as many values as the signal has."): result[inside // 2 :][: len(signal)],
        message("The last values are missing: the filter still reaches into the signal there."): result[: len(signal)],
        message("Your values are in reverse order."): result[::-1],
    }
    return np.asarray(erring.pick(result, ways))


@key.question
def output(erring: Erring, x: Array, h: Array) -> Answers:
    """The convolution of a signal and a filter."""
    yield _convolved(erring, x, h)

    third = message("The third value is {products}.", products=_products(x.tolist(), h.tolist(), 2))
    yield slip(np.convolve(x, h[::-1]), NOT_FLIPPED, third)
    yield slip(np.convolve(x, h, "valid"), ONLY_INSIDE, third)
    yield slip(np.convolve(x, h, "same"), "You kept only as many values as the signal has.", third)
    yield slip(np.convolve(x, np.abs(h)), "You overlooked the minus signs of the filter.", third)


@key.question
def cascade(erring: Erring, x: Array, h: Array, g: Array) -> Answers:
    """The filter that does the same as h and then g."""
    yield _convolved(erring, h, g)

    together = message(
        "Convolve h with g: the second value is {products}.", products=_products(h.tolist(), g.tolist(), 1)
    )
    yield slip(h + g, "You added up the filters. This is what two filters side by side do.", together)
    yield slip(h * g, "You multiplied the filters place by place.", together)
    yield slip(np.convolve(h, g[::-1]), NOT_FLIPPED, together)
    yield slip(
        np.convolve(h, g, "same"), "You kept only three values, but two filters reach further than one.", together
    )
    yield slip(
        np.convolve(np.convolve(x, h), g), "This is the output for x. The question asks for the filter.", together
    )


@key.question
def parallel(erring: Erring, x: Array, h: Array, g: Array) -> Answers:
    """The sum of what two filters make of the same signal."""
    yield _convolved(erring, x, h + g)
    yield Follows(lambda output: np.array(output) + np.convolve(x, g))

    add = message("Add up the filters to {filter}, and convolve x with them.", filter=f"[{_listed(h + g)}]")
    yield slip(np.convolve(x, np.convolve(h, g)), "This is x convolved with h and then with g.", add)
    yield slip(np.convolve(x, h) * np.convolve(x, g), "You multiplied the outputs instead of adding them.", add)
    yield slip(np.convolve(x, g), "This is only the output of g.", add)
    yield slip(np.convolve(2 * x, h + g), "You added up the filters, and also x with itself.", add)
    yield slip(np.convolve(x, h - g), "You subtracted the second filter.", add)


@key.question
def delayed(x: Array, h: Array, delay: int) -> Answers:
    """The output if zeros come before the signal."""
    result = np.convolve(x, h)
    zeros = np.zeros(delay, dtype=int)
    yield np.concatenate([zeros, result])
    yield Follows(lambda output: np.concatenate([zeros, np.array(output)]))

    later = message("All values come {delay} places later: first {delay} zeros, then the output for x.", delay=delay)
    yield slip(result, "You left out the delay.", later)
    yield slip(
        np.concatenate([result, zeros]), "The zeros are at the end, as if the signal had stopped earlier.", later
    )
    yield slip(
        np.concatenate([zeros, zeros, result]), "You delayed twice. Only the signal is delayed, not the filter.", later
    )
    yield slip(np.roll(result, delay), "You moved the last values to the front, so the order is wrong.", later)
    yield slip(
        np.concatenate([zeros, result])[: len(result)], "You cut off the end, where the filter still responds.", later
    )


@key.question
def swapped(erring: Erring, x: Array, h: Array) -> Answers:
    """The correlation of h with x, after that of x with h."""
    right = np.correlate(h, x, "full")
    ways = {
        message("This is the correlation of x with h, which is not the same."): right[::-1],
        message("This is a convolution: you flipped one of the lists."): np.convolve(x, h),
        message("You reversed the convolution instead of the correlation."): np.convolve(x, h)[::-1],
        message("You changed the signs. The order changes."): -right[::-1],
    }
    yield np.asarray(erring.pick(right, ways))

    reverse = message(
        "The other order gives the same values from the last to the first, beginning with {first}.", first=int(right[0])
    )
    yield slip(right[::-1], "You gave the same list. That holds for a convolution only.", reverse)
    yield slip(np.convolve(x, h), "This is the convolution of x and h.", reverse)
    yield slip(-right[::-1], "You changed the signs. The order changes.", reverse)
    yield slip(
        np.correlate(h, x, "full")[2:-2], "You left out the places where the lists overlap only partly.", reverse
    )


@key.question
def laws() -> Answers:
    """Which laws of convolution also hold for a correlation."""
    yield ["c", "d"]
    yield because(
        a="In a correlation, changing places reverses the result: see the question before.",
        b="Correlating with h and then with g differs from correlating with the correlation of h and g.",
        c="Each product has one value of the filter, so a sum of filters gives the sum of the outputs.",
        d="A correlation also slides the filter over the signal, so the same values come later.",
    )
    yield slip(
        ["a", "b", "c", "d"],
        "You assumed that a correlation obeys all laws of a convolution.",
        "Try the first two laws with short lists.",
    )


# ---- Borders ---------------------------------------------------------------------------------------------------------


@key.question
def edge_padded(image: Array) -> Answers:
    """The image with a border of repeated pixels."""
    yield np.pad(image, 1, mode="edge")

    near = message(
        "The new first row is {row}: the first row of the image, with its ends repeated.",
        row=_listed(np.pad(image, 1, mode="edge")[0]),
    )
    yield slip(np.pad(image, 1), WITH_ZEROS, near)
    yield slip(np.pad(image, 1, mode="reflect"), WITH_REFLECTION, near)
    yield slip(np.pad(image, 1, mode="wrap"), FROM_OTHER_SIDE, near)
    corners = np.pad(image, 1, mode="edge")
    corners[[0, 0, -1, -1], [0, -1, 0, -1]] = 0
    yield slip(corners, "The four corners of the border are still 0.", near)
    yield slip(np.pad(image, 2, mode="edge"), "Your border is 2 pixels wide. A 3 x 3 filter needs one.", near)
    yield slip(
        np.pad(image, [(1, 1), (0, 0)], mode="edge"), "The border on the left and on the right is missing.", near
    )


@key.question
def edge_map(erring: Erring, image: Array) -> Answers:
    """The Laplacian of the image with a border of repeated pixels."""
    padded = erring.pick(
        np.pad(image, 1, mode="edge"),
        {
            WITH_ZEROS: np.pad(image, 1),
            WITH_REFLECTION: np.pad(image, 1, mode="reflect"),
            FROM_OTHER_SIDE: np.pad(image, 1, mode="wrap"),
        },
    )
    taps = erring.pick(LAPLACIAN, {WITH_DIAGONALS: 9 * np.eye(9)[4].reshape(3, 3) - 1})
    yield maps.correlated(erring, padded, maps.filtered(erring, taps))

    def of_students_border(edge_padded: Any) -> Any:
        students_image = np.array(edge_padded, dtype=float)
        return correlation(students_image, LAPLACIAN) if students_image.ndim == 2 else None

    yield Follows(of_students_border)

    at_corner = int(correlation(np.pad(image, 1, mode="edge"), LAPLACIAN)[0, 0])
    corner = message(
        "At the top left: 4*{pixel} - {pixel} - {pixel} - {right} - {below} = {value}.",
        pixel=int(image[0, 0]),
        right=int(image[0, 1]),
        below=int(image[1, 0]),
        value=at_corner,
    )
    yield slip(correlation(np.pad(image, 1), LAPLACIAN), WITH_ZEROS, corner)
    yield slip(correlation(np.pad(image, 1, mode="reflect"), LAPLACIAN), WITH_REFLECTION, corner)
    yield slip(correlation(np.pad(image, 1, mode="wrap"), LAPLACIAN), FROM_OTHER_SIDE, corner)
    yield slip(correlation(image, LAPLACIAN), "You used no border, so the map is too small.", corner)
    yield slip(-correlation(np.pad(image, 1, mode="edge"), LAPLACIAN), "All signs are wrong.", corner)


@key.question
def flat_image(level: int) -> Answers:
    """The Laplacian of a flat image: in a corner with repeated pixels, in a corner and at an edge with zeros."""
    yield [0, 2 * level, level]

    zeros = message(
        "Repeated pixels give 4*{level} - 4*{level}. In a corner, two neighbours are zeros; at an edge, one.",
        level=level,
    )
    yield slip([0, 0, 0], "Zeros as padding do change the values at the border.", zeros)
    yield slip([0, level, 2 * level], "You swapped corner and edge.", zeros)
    yield slip([2 * level, 2 * level, level], "You filled the border with zeros in all three cases.", zeros)
    yield slip([0, 4 * level, 4 * level], "You treated all neighbours as zeros.", zeros)
    yield slip([0, -2 * level, -level], "The signs are wrong.", zeros)
    yield slip([0, level, level], "In the corner, two neighbours are zeros, not one.", zeros)
    yield slip([0, 2 * level, 2 * level], "At the edge, one neighbour is zero, not two.", zeros)
    yield slip([0, 5 * level, 3 * level], WITH_DIAGONALS, zeros)
    yield slip([0, 2, 1], "You counted the missing neighbours, but did not multiply by the level.", zeros)
    yield slip([level, 2 * level, level], "With repeated pixels, no neighbour in the corner is missing.", zeros)
    yield slip([2 * level, 0, level], "You swapped the two borders in the corner.", zeros)


@key.question
def reflected(row: Array) -> Answers:
    """A row with two reflected pixels on each side."""
    yield np.pad(row, 2, mode="reflect")

    mirror = message(
        "On the left, the row begins with {third}, {second}: the mirror is the pixel {first}.",
        first=int(row[0]),
        second=int(row[1]),
        third=int(row[2]),
    )
    yield slip(np.pad(row, 2, mode="symmetric"), "You repeated the border pixel as well.", mirror)
    yield slip(np.pad(row, 2, mode="edge"), "You repeated the border pixel twice.", mirror)
    yield slip(np.pad(row, 2), WITH_ZEROS, mirror)
    yield slip(np.pad(row, 2, mode="wrap"), FROM_OTHER_SIDE, mirror)
    yield slip(np.pad(row, 1, mode="reflect"), "You reflected only one pixel on each side.", mirror)
    yield slip(np.pad(row, (2, 0), mode="reflect"), "The pixels on the right are missing.", mirror)
    yield slip(np.pad(row, (0, 2), mode="reflect"), "The pixels on the left are missing.", mirror)
    left, right = np.pad(row, 2, mode="reflect")[:2], np.pad(row, 2, mode="reflect")[-2:]
    yield slip([*left[::-1], *row, *right[::-1]], "The order of the new pixels is wrong on each side.", mirror)


# ---- Connections -----------------------------------------------------------------------------------------------------


@key.question(apart=0.5)
def unpadded(erring: Erring, sizes: list[int], field: list[int], strides: list[int], upper: list[int]) -> Answers:
    """Rows and columns of the layer without padding."""
    axes = list(zip(sizes, field, strides, strict=True))
    yield [windows.places(erring, *axis) for axis in axes]

    places = message(
        "Rows: ({size} - {window}) / {stride} + 1, rounded down. The columns likewise.",
        size=sizes[0],
        window=field[0],
        stride=strides[0],
    )
    yield slip(upper, "This is the layer with padding.", places)
    yield slip([(size - window) // stride for size, window, stride in axes], "The + 1 is missing.", places)
    yield slip([size - window + 1 for size, window, _ in axes], "You left out the stride.", places)


@key.question(least=3)
def padding_needed(sizes: list[int], field: list[int], strides: list[int], upper: list[int]) -> Answers:
    """Zeros along each axis, on both sides together."""
    axes = list(zip(sizes, field, strides, upper, strict=True))
    right = [_zeros(*axis[:3]) for axis in axes]
    yield right

    ends = message(
        "Along the rows, the last field ends after ({count} - 1) * {stride} + {window} of {size} rows.",
        count=upper[0],
        stride=strides[0],
        window=field[0],
        size=sizes[0],
    )
    yield slip([amount // 2 for amount in right], "This is the padding on one side. Give both sides together.", ends)
    yield slip(
        [(count - 1) * stride + window for _, window, stride, count in axes],
        "This is the size with padding. Give only the zeros.",
        ends,
    )
    yield slip(
        [count * stride + window - size for size, window, stride, count in axes],
        "You counted one step too many: the first field needs no step.",
        ends,
    )
    yield slip([2 * amount for amount in right], "You doubled the padding, which is already that of both sides.", ends)
    yield slip([window - 1 for window in field], "This is the padding for stride 1.", ends)
    yield slip(right[::-1], ROWS_LAST, ends)
    yield slip([0, 0], "Without zeros, the last row and the last column of neurons would have no complete field.", ends)


def _fields(erring: Erring, neuron: list[int], field: list[int], strides: list[int]) -> list[int]:
    """First and last row, first and last column of the padded input."""
    strides = erring.pick(
        strides,
        {
            message("You left out the stride."): [1, 1],
            message("You used the size of the field as the stride."): field,
        },
    )
    places = erring.pick(neuron, {message("You swapped row and column of the neuron."): neuron[::-1]})
    lengths = erring.pick(
        [window - 1 for window in field],
        {
            message("Your last row and column are one too large: the first one counts as well."): field,
            message("You gave the first row and column twice."): [0, 0],
        },
    )
    first = [place * stride for place, stride in zip(places, strides, strict=True)]
    return [first[0], first[0] + lengths[0], first[1], first[1] + lengths[1]]


@key.question(least=3)
def connected(erring: Erring, neuron: list[int], field: list[int], strides: list[int]) -> Answers:
    """What a neuron is connected to in the padded input."""
    right = _fields(erring, neuron, field, strides)
    ways: dict[Text, list[int]] = {
        FROM_ONE: [index + 1 for index in right],
        message("You gave the columns before the rows."): [*right[2:], *right[:2]],
        message("You gave both first indices, then both last ones."): [right[0], right[2], right[1], right[3]],
    }
    yield erring.pick(right, ways)

    begins = message(
        "The rows begin at {row} * {stride}, and there are {window} of them. The columns likewise.",
        row=neuron[0],
        stride=strides[0],
        window=field[0],
    )
    rows, columns = [[place * stride, window] for place, stride, window in zip(neuron, strides, field, strict=True)]
    yield slip([rows[0], sum(rows), columns[0], sum(columns)], "Your last indices are too large by 1.", begins)
    yield slip(
        [neuron[0], neuron[0] + field[0] - 1, neuron[1], neuron[1] + field[1] - 1], "You left out the stride.", begins
    )
    yield slip([index + 1 for index in right], FROM_ONE, begins)
    yield slip([*right[2:], *right[:2]], "You gave the columns before the rows.", begins)


@key.question(least=3)
def connected_input(sizes: list[int], field: list[int], strides: list[int], connected: list[int]) -> Answers:
    """What the neuron is connected to in the input itself."""
    before = [_zeros(*axis) // 2 for axis in zip(sizes, field, strides, strict=True)]
    shifted = [connected[0] - before[0], connected[1] - before[0], connected[2] - before[1], connected[3] - before[1]]
    last = [size - 1 for size in sizes]
    inside = [max(0, shifted[0]), min(last[0], shifted[1]), max(0, shifted[2]), min(last[1], shifted[3])]
    yield inside

    within = message(
        "Subtract {rows} from the rows and {columns} from the columns. The input ends at row {last}.",
        rows=before[0],
        columns=before[1],
        last=last[0],
    )
    yield slip(shifted, "You did not leave out the padding at the end: the input has no such row or column.", within)
    yield slip(connected, "These are the indices in the padded input.", within)
    yield slip([index + 1 for index in inside], FROM_ONE, within)
    twice = [max(0, place - 2 * zeros) for place, zeros in zip(connected, np.repeat(before, 2).tolist(), strict=True)]
    yield slip(twice, "You subtracted the zeros of both sides. Only half of them come before the input.", within)
    added = [connected[0] + before[0], connected[1] + before[0], connected[2] + before[1], connected[3] + before[1]]
    yield slip(added, "You added the padding instead of subtracting it.", within)
    yield slip(
        [connected[0], min(last[0], connected[1]), connected[2], min(last[1], connected[3])],
        "You did not subtract the padding at the top and on the left.",
        within,
    )


# ---- Memory ----------------------------------------------------------------------------------------------------------


@key.question
def batch_memory(erring: Erring, side: int, filters: int, batch: int) -> Answers:
    """Memory of the feature maps of a batch, with 4 bytes per value, in GB of 1024^3 bytes."""
    values = (
        side
        * side
        * erring.pick(
            filters,
            {
                WITH_CHANNELS: 3 * filters,
                message("This is the memory of the input images: you left out the filters."): 3,
                message("This is the memory of one feature map of each image."): 1,
            },
        )
    )
    size = erring.pick(
        4,
        {
            OF_BITS: 32,
            message("You used 8 bytes for each value. 32 bits are 4 bytes."): 8,
            message("You used 1 byte for each value. 32 bits are 4 bytes."): 1,
            message("You used 2 bytes for each value. 32 bits are 4 bytes."): 2,
        },
    )
    images = erring.pick(batch, {ONE_IMAGE: 1})
    unit = erring.pick(
        GB,
        {
            message("You divided by 1000^3, but here a GB has 1024^3 bytes."): 1000**3,
            message("This is in MB."): 1024**2,
            message("This is in bytes."): 1,
        },
    )
    yield values * size * images / unit

    count = message(
        "There are {side} * {side} * {filters} values of 4 bytes for each of {batch} images. A GB has 1024^3 bytes.",
        side=side,
        filters=filters,
        batch=batch,
    )
    right = side * side * filters * 4 * batch / GB
    yield slip(3 * right, WITH_CHANNELS, count)
    yield slip(8 * right, OF_BITS, count)
    yield slip(right / batch, ONE_IMAGE, count)
    yield slip(1024 * right, "This is in MB.", count)
    yield slip(right * GB / 1000**3, "You divided by 1000^3, but here a GB has 1024^3 bytes.", count)


@key.question
def half_memory(erring: Erring, batch: int, batch_memory: float) -> Answers:
    """The same with 2 bytes per value."""
    size = erring.pick(
        2,
        {
            OF_BITS: 16,
            message("You used 8 bytes for each value. 16 bits are 2 bytes."): 8,
            message("You used 4 bytes for each value. 16 bits are 2 bytes."): 4,
            message("You used 1 byte for each value. 16 bits are 2 bytes."): 1,
        },
    )
    images = erring.pick(1.0, {ONE_IMAGE: 1 / batch})
    unit = erring.pick(
        1.0,
        {
            message("You divided by 1000^3, but here a GB has 1024^3 bytes."): GB / 1000**3,
            message("This is in MB."): 1024.0,
        },
    )
    yield batch_memory / 4 * size * images * unit

    half = message("A value of 16 bits has 2 bytes instead of 4: half of {whole} GB.", whole=f"{batch_memory:.2f}")
    yield slip(batch_memory, "This is the memory with 32 bits.", half)
    yield slip(batch_memory / 4, "You divided by 4, as if a value had 1 byte.", half)
    yield slip(2 * batch_memory, "You doubled the memory, but fewer bits need less.", half)
    yield slip(batch_memory / 16, "You divided by the number of bits.", half)


@key.question(apart=0.5)
def largest_batch(erring: Erring, memory: int, batch: int, half_memory: float) -> Answers:
    """How many images fit into the memory with 16 bits."""
    images = memory / (half_memory / batch)
    part = erring.pick(
        1.0,
        {
            message("You used bits instead of bytes."): 1 / 8,
            message("This is the largest batch with 32 bits."): 1 / 2,
            message("You halved the memory twice."): 2.0,
            WITH_CHANNELS: 1 / 3,
            message("You divided by 1000^3, but here a GB has 1024^3 bytes."): 1000**3 / GB,
            message("You multiplied by 1000 instead of 1024."): 1000 / 1024,
        },
    )
    fitting = images * part
    rounded = {message("You rounded up, but the last image does not fit."): floor(fitting + 1e-9) + 1}
    yield erring.pick(floor(fitting + 1e-9), rounded)

    fits = message(
        "One image needs {one} GB with 16 bits, so {memory} GB are enough for {images} images. Round down.",
        one=f"{half_memory / batch:.4f}",
        memory=memory,
        images=f"{images:.2f}",
    )
    yield slip(floor(images / 2 + 1e-9), "This is the largest batch with 32 bits.", fits)
    yield slip(floor(images + 1e-9) + 1, "You rounded up, but the last image does not fit.", fits)
    yield slip(floor(memory / half_memory), "This is the number of batches that fit, not of images.", fits)
    yield slip(floor(2 * images + 1e-9), "You halved the memory twice.", fits)
