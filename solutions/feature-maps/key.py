"""Answers of `feature-maps`: maps of given filters, receptive fields, neighbours; with the likely mistakes.

The slide about receptive fields multiplies 3 by 4 and gets 12 pixels, but the windows of neighbours overlap: it
is 8. A slip says so to students who copied it.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from math import ceil, log
from pathlib import Path
from typing import Any

import numpy as np

from grader.authoring import Answers, Array, Follows, Key, call, slip
from grader.cnn.by_hand import correlation, pooled, receptive_fields
from grader.mistakes import maps, windows
from grader.model.key import Slip
from grader.model.mistakes import Erring
from grader.text.messages import Text, joined, message


def plain(value: Any) -> Any:
    """The value as lists and numbers of Python."""
    return np.asarray(value).tolist()


key = Key(apart=lambda one, other: json.dumps(plain(one)) != json.dumps(plain(other)), with_answer=False)
key.heldout("accuracy", "heldout/mnist-2000.npz", exercise="keras-cnn", classes=[str(digit) for digit in range(10)])

DATA = Path(__file__).resolve().parents[2] / "exercises" / "keras-cnn" / "data" / "mnist-5000.npz"
PATTERNS = (
    ((1, 0, 0), (1, 0, 0), (1, 1, 1)),
    ((1, 1, 1), (0, 0, 1), (0, 0, 1)),
    ((1, 1, 0), (0, 1, 0), (0, 1, 1)),
    ((0, 1, 0), (0, 1, 0), (1, 1, 0)),
    ((1, 1, 0), (1, 0, 0), (1, 0, 0)),
    ((0, 1, 1), (0, 1, 0), (0, 1, 0)),
    ((1, 0, 0), (1, 1, 0), (0, 1, 1)),
    ((1, 1, 1), (1, 0, 0), (0, 0, 0)),
)
SIZE, MAP = 6, 4
LINE = np.array([[-1, 2, -1]] * 3)
"""A filter for vertical lines; turned over, for horizontal ones."""

DEEP = [["conv", 3, 1], ["pool", 2, 2], ["conv", 3, 1]]
"""The layers of the slide, each with its kind, the side of its window and its stride."""

NO_STRIDES = message("You left out the strides.")
NO_POOLING = message("You left out the pooling.")
SIDE_BY_SIDE = message("You placed the windows side by side.")
ONE_TOO_MANY = message("You added the whole size, not the size minus 1, so the last pixel is one too many.")
FROM_1 = message("You counted rows and columns from 1.")
NEURONS_FROM_1 = message("You counted the neurons from 1.")
ROOT = message("You also took the square root.")
NOT_SQUARED = message("You did not square the differences.")
SQUARED_LATE = message("You added up the differences before squaring.")
MEAN = message("This is a mean.")
SIDE = message("The question asks for the side of the square.")
FIRST_AND_LENGTH = message("You gave the first pixel and the length instead of the first and the last pixel.")


def activation(image: Array, kernel: Array, bias: float) -> Array:
    """The feature map after bias and ReLU.

    Args:
        image: Shape (height, width).
        kernel: Shape (rows, columns).
        bias: Added to each weighted sum.

    Returns:
        Shape (height - rows + 1, width - columns + 1).
    """
    return np.maximum(correlation(image, kernel) + bias, 0)


def place_of_maximum(values: Any) -> list[int]:
    """Row and column of the largest value."""
    array = np.asarray(values)
    return [int(axis) for axis in np.unravel_index(int(array.argmax()), array.shape)]


def listed(values: Any) -> list[Any]:
    """The values of an array in a list."""
    return list(plain(values))


# ---- Two feature maps ------------------------------------------------------------------------------------------------


@key.numbers
def image_and_filters(rng: random.Random) -> dict[str, Any] | None:
    """An image with a pattern that the first filter fires at, more than anywhere else; and how the pattern moves.

    The filters are patterns of 3 x 3, with -1 for 0.
    """
    first, second = rng.sample(PATTERNS, 2)
    place = (rng.randrange(MAP), rng.randrange(MAP))
    image = np.array([[int(rng.random() < 0.3) for _ in range(SIZE)] for _ in range(SIZE)])
    image[place[0] : place[0] + 3, place[1] : place[1] + 3] = first
    shift = rng.choice([(0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (-1, -1)])
    filter_1, filter_2 = 2 * np.array(first) - 1, 2 * np.array(second) - 1
    bias_1, bias_2 = rng.choice([-1, -2]), rng.choice([-1, 1])
    one, two = activation(image, filter_1, bias_1), activation(image, filter_2, bias_2)
    ranked = sorted(one.ravel())
    inside = all(0 <= place[axis] + shift[axis] < MAP for axis in (0, 1))
    # The largest value is in one place, which is not on the diagonal: rows and columns cannot be exchanged unseen.
    clear = ranked[-1] > ranked[-2] and one[place] == ranked[-1] and place[0] != place[1]
    numbers = {
        "image": image.tolist(),
        "filter_1": filter_1.tolist(),
        "filter_2": filter_2.tolist(),
        "bias_1": bias_1,
        "bias_2": bias_2,
        "down": shift[0],
        "right": shift[1],
    }
    fits = inside and clear and 3 <= (one > 0).sum() <= 9 and 3 <= (two > 0).sum() <= 11
    return numbers if fits and key.are_apart(numbers, "map_1", "map_2", "pooled") else None


@key.question
def first_shape(erring: Erring) -> Answers:
    """Shape of the maps."""
    side = windows.places(erring, SIZE, 3)
    yield windows.output_shape(erring, [side, side], windows.depth(erring, 2, 1))

    yield slip(
        (SIZE, SIZE, 2),
        "This is the size with padding.",
        "Without padding, the filter fits 6 - 3 + 1 times along each axis.",
    )
    yield slip((MAP, MAP, 1), "You counted only one filter.", "Each of the two filters gives a separate map.")
    yield slip(
        (SIZE - 3, SIZE - 3, 2),
        "The + 1 is missing.",
        "Also count the first position of the filter: 6 - 3 + 1.",
    )
    yield slip((2, MAP, MAP), "You put the channels first.", "In Keras the channels come last.")


@key.question
def map_1(erring: Erring, image: Array, filter_1: Array, bias_1: int, filter_2: Array, bias_2: int) -> Answers:
    """The map of the first filter."""
    yield _map(erring, image, (filter_1, bias_1), (filter_2, bias_2))
    yield from _slips_of_map(image, filter_1, bias_1)


@key.question
def map_2(erring: Erring, image: Array, filter_1: Array, bias_1: int, filter_2: Array, bias_2: int) -> Answers:
    """The map of the second filter."""
    yield _map(erring, image, (filter_2, bias_2), (filter_1, bias_1))
    yield from _slips_of_map(image, filter_2, bias_2)


def _map(erring: Erring, image: Array, weights: tuple[Array, int], other: tuple[Array, int]) -> Array:
    """The map of a filter and its bias; `other` has the filter and the bias of the other map."""
    kernel = erring.pick(weights[0], {message("This is the filter of the other map."): other[0]})
    bias = erring.pick(weights[1], {message("This is the bias of the other map."): other[1]})
    return maps.activated(erring, maps.correlated(erring, image, maps.filtered(erring, kernel)), bias)


def _slips_of_map(image: Array, kernel: Array, bias: int) -> Iterator[Slip]:
    step = message(
        "At the top left, the weighted sum is {corner}. Add the bias ({bias}), then apply ReLU.",
        corner=int((image[:3, :3] * kernel).sum()),
        bias=bias,
    )
    positive = slip(
        activation(image, np.maximum(kernel, 0), bias),
        "You overlooked the minus signs of the filter.",
        "Where the pattern has a 0, the weight is -1.",
    )
    for wrong in (*_wrong_maps(image, kernel, bias), positive):
        yield slip(wrong.value, wrong.reason, joined(wrong.remedy, step))


def _wrong_maps(image: Array, kernel: Array, bias: float) -> Iterator[Slip]:
    order = message("First compute the weighted sum, then add the bias, then apply ReLU.")
    sums, padding = correlation(image, kernel), [(size // 2, (size - 1) // 2) for size in kernel.shape]
    yield slip(sums + bias, "ReLU is missing.", "Negative values become 0. {order}", order=order)
    yield slip(np.maximum(sums, 0), "The bias is missing.", "The bias is added before ReLU. {order}", order=order)
    yield slip(np.maximum(sums, 0) + bias, "You added the bias after ReLU.", order)
    yield slip(sums, "Bias and ReLU are missing.", order)
    yield slip(
        activation(image, kernel[::-1, ::-1], bias),
        "You flipped the filter, as in signal processing.",
        "A CNN applies the filter without flipping it.",
    )
    yield slip(
        activation(np.pad(image, padding), kernel, bias),
        "You padded the image with zeros.",
        "Without padding, the filter stays inside the image.",
    )
    if kernel.shape[0] == kernel.shape[1]:
        yield slip(
            activation(image, kernel.T, bias),
            "You swapped the rows and columns of the filter.",
            "Apply the filter as it is printed.",
        )


@key.question
def activation_map() -> Answers:
    """Hidden images, kernels and biases; square and not."""
    generator = np.random.RandomState(20201022)
    sizes = (((5, 5), (3, 3), -0.5), ((7, 9), (2, 4), 0.7), ((6, 6), (3, 3), 1.0), ((12, 10), (5, 3), -1.0))
    for image_size, kernel_size, bias in sizes:
        image, kernel = generator.normal(size=image_size), generator.normal(size=kernel_size)
        expected = activation(image, kernel, bias)
        yield call((image.tolist(), kernel.tolist(), bias), expected, *_wrong_maps(image, kernel, bias))


# ---- Places in the first map -----------------------------------------------------------------------------------------


def students_map(value: Any) -> Array:
    """The student's own map.

    Raises:
        ValueError: It is not a map.
    """
    values = np.array(value, dtype=float)
    if values.ndim != 2:
        raise ValueError
    return values


@key.question(least=3)
def fires_at(erring: Erring, image: Array, filter_1: Array, bias_1: int, filter_2: Array, bias_2: int) -> Answers:
    """Where the first map is largest."""
    first, second = activation(image, filter_1, bias_1), activation(image, filter_2, bias_2)
    yield _place_of_largest(erring, first, second, image, filter_1)

    yield Follows(lambda map_1: place_of_maximum(students_map(map_1)))
    row, column = place_of_maximum(first)
    largest = message("The largest value is {largest}. Count its row and column from 0.", largest=int(first.max()))
    yield slip([column, row], "Row and column are swapped.", "The row comes first. {largest}", largest=largest)
    yield slip(
        [row + 1, column + 1],
        "You counted from 1, or used the middle of the window in the image.",
        "The question asks for the place in the map. {largest}",
        largest=largest,
    )
    yield slip(place_of_maximum(-first), "This is where the filter responds least.", largest)
    yield slip(place_of_maximum(first[::-1, ::-1]), "You counted from the end.", largest)
    yield slip(place_of_maximum(second), "This is the place in the other map.", largest)
    yield slip([row + 2, column + 2], "This is the last pixel of the window.", largest)


def _place_of_largest(erring: Erring, first: Array, second: Array, image: Array, filter_1: Array) -> list[Any]:
    values = erring.pick(
        first,
        {
            message("This is the place of the largest value in the other map."): second,
            message("This is the place of the smallest value in the map before bias and ReLU."): -correlation(
                image, filter_1
            ),
            message("This is the place of the brightest pixel in the image."): image,
        },
    )
    row, column = place_of_maximum(values)
    if erring(message("This is the largest value itself, but the question asks for its row and column.")):
        return [int(first.max())]
    row = erring.pick(
        row,
        {
            message("You counted the row from 1."): row + 1,
            message("You counted the row from the bottom."): MAP - 1 - row,
        },
    )
    column = erring.pick(
        column,
        {
            message("You counted the column from 1."): column + 1,
            message("You counted the column from the right."): MAP - 1 - column,
        },
    )
    return [row, column]


@key.question(least=3)
def seen(erring: Erring, fires_at: Sequence[Any]) -> Answers:
    """The window that this neuron sees."""
    row, column = (int(axis) for axis in fires_at)
    yield _window_of_neuron(erring, [row, column])

    corner = message("The window begins at the neuron's own row and column, and is three pixels wide and high.")
    yield slip(
        [row - 1, row + 1, column - 1, column + 1],
        "You treated the neuron's position as the centre of its window.",
        corner,
    )
    yield slip([row, row + 3, column, column + 3], ONE_TOO_MANY, corner)
    yield slip([row, row, column, column], "This is a single pixel.", corner)
    yield slip(
        [column, column + 2, row, row + 2],
        "Rows and columns are swapped.",
        "Write the rows first. {corner}",
        corner=corner,
    )
    yield slip(
        [row, column, row + 2, column + 2],
        "Your numbers are in another order.",
        "Write the rows first, then the columns.",
    )


def _window_of_neuron(erring: Erring, top: Sequence[int]) -> list[int]:
    place = [axis + erring.pick(0, {FROM_1: 1}) for axis in top]
    extent = erring.pick(
        2,
        {
            message("You assumed that the window is 2 pixels wide, but it is 3 pixels wide."): 1,
            message("You assumed that the window is 4 pixels wide, but it is 3 pixels wide."): 3,
        },
    )
    if erring(FIRST_AND_LENGTH):
        return [place[0], extent + 1, place[1], extent + 1]
    if erring(message("You placed the window side by side with its neighbours: you multiplied the position by 3.")):
        return [3 * place[0], 3 * place[0] + 2, 3 * place[1], 3 * place[1] + 2]
    if erring(message("You treated the neuron's position as the last pixel of the window.")):
        return [place[0] - 2, place[0], place[1] - 2, place[1]]
    return [place[0], place[0] + extent, place[1], place[1] + extent]


@key.question(least=3)
def shifted_at(erring: Erring, fires_at: Sequence[Any], down: int, right: int) -> Answers:
    """The place after the pattern has moved."""
    row, column = (int(axis) for axis in fires_at)
    yield _shifted_place(erring, [row, column], down, right)

    shift = message(
        "The pattern moved by {down} rows and {right} columns, and so does the filter's answer.",
        down=down,
        right=right,
    )
    yield slip(
        [row, column],
        "You did not move the place.",
        "The map of a convolution shifts with the image. {shift}",
        shift=shift,
    )
    yield slip([row - down, column - right], "You shifted the place in the opposite direction.", shift)
    yield slip([row + right, column + down], "Rows and columns of the shift are swapped.", shift)
    yield slip([row + 3 * down, column + 3 * right], "You multiplied the shift by the size of the filter.", shift)


def _shifted_place(erring: Erring, top: Sequence[int], down: int, right: int) -> list[int]:
    start = erring.pick(0, {FROM_1: 1})
    rows = erring.pick(
        down,
        {
            message("You followed only the shift to the side."): 0,
            message("You doubled the shift downwards."): 2 * down,
        },
    )
    columns = erring.pick(
        right,
        {
            message("You followed only the shift downwards."): 0,
            message("You doubled the shift to the side."): 2 * right,
        },
    )
    if erring(message("This is the shift itself.")):
        return [rows, columns]
    return [top[0] + start + rows, top[1] + start + columns]


@key.question("pooled", least=3)
def _pooled(erring: Erring, image: Array, filter_1: Array, bias_1: int, filter_2: Array, bias_2: int) -> Answers:
    """The first map after max pooling."""
    before = _map(erring.at(message("In the map before:")), image, (filter_1, bias_1), (filter_2, bias_2))
    yield maps.pooled(erring, before, 2, "max")

    yield Follows(lambda map_1: pooled(students_map(map_1), 2))
    block = ", ".join(str(int(value)) for value in before[:2, :2].ravel())
    step = message("The value at the top left is the largest of {values}.", values=block)
    raw = correlation(image, filter_1) + bias_1
    overlapping = np.lib.stride_tricks.sliding_window_view(before, (2, 2)).max(axis=(2, 3))
    yield slip(pooled(before, 2, np.mean), "This is average pooling.", step)
    yield slip(overlapping, "You pooled with stride 1.", "The windows do not overlap. {step}", step=step)
    yield slip(pooled(before, 2, np.sum), "You added up the values.", step)
    yield slip(pooled(before, 2, np.min), "You used the smallest values.", step)
    yield slip(before[::2, ::2], "You used every other value.", step)
    yield slip(pooled(raw, 2), "You pooled the map before ReLU.", step)


@key.question
def maps_tell() -> Answers:
    """What a feature map tells."""
    yield "b"
    yield slip(
        "a",
        "That holds only for the first layer.",
        "A deeper map shows where a pattern occurs in the maps one layer below.",
    )
    yield slip("c", "Only the last layers distinguish the classes.", "A map shows one pattern at each place.")
    yield slip("d", "The weights are the same for each image.", "A map is the result of the weights for one image.")


# ---- Receptive fields ------------------------------------------------------------------------------------------------


@key.numbers
def network(rng: random.Random) -> dict[str, Any]:
    """Three convolutions, and a pooling after each of the first two; a neuron of the last layer, and an odd size."""
    first, second, third = rng.choice([3, 5, 7]), rng.choice([3, 5]), rng.choice([3, 5])
    stride = rng.choice([1, 2])
    layers = [["conv", first, stride], ["pool", 2, 2], ["conv", second, 1], ["pool", 2, 2], ["conv", third, 1]]
    return {"layers": layers, "neuron": rng.randint(2, 6), "object_size": 2 * rng.randint(5, 15) + 1}


def _windows(layers: Sequence[Sequence[Any]]) -> list[tuple[int, int]]:
    """Side and stride of each layer, which is given as (kind, side, stride)."""
    return [(side, stride) for _, side, stride in layers]


def _jump(layers: Sequence[Sequence[Any]]) -> int:
    """How many pixels two neighbours of the last layer are apart."""
    return int(np.prod([stride for _, _, stride in layers]))


@key.question
def fields(erring: Erring, layers: list[list[Any]]) -> Answers:
    """The receptive field after each layer."""
    yield _fields(erring, layers)

    right = receptive_fields(_windows(layers))
    step = message(
        "The first layer sees {conv} pixels, and its neurons are {stride} apart. Each layer adds "
        "(its size - 1) x that distance, and then its stride multiplies the distance.",
        conv=layers[0][1],
        stride=layers[0][2],
    )
    no_pools = [[kind, side if kind == "conv" else 1, 1 if kind == "pool" else pace] for kind, side, pace in layers]
    yield slip(
        _multiplied(layers), "The slide is wrong here: it multiplies, but the windows of neighbours overlap.", step
    )
    yield slip(receptive_fields([(side, 1) for _, side, _ in layers]), NO_STRIDES, step)
    yield slip(receptive_fields(_windows(no_pools)), NO_POOLING, step)
    yield slip(
        [side for _, side, _ in layers],
        "These are the sizes of the windows.",
        "Give the receptive fields in pixels. {step}",
        step=step,
    )
    yield slip(_too_early(layers), "You applied the stride of a layer to itself.", step)
    yield slip([side**2 for side in right], "These are areas.", SIDE)


def _multiplied(layers: Sequence[Sequence[Any]]) -> list[int]:
    """Receptive fields as the slide computes them: a convolution multiplies the field of the layer below."""
    field, jump, fields = 1, 1, []
    for kind, side, stride in layers:
        field, jump = (field * side if kind == "conv" else field + (side - 1) * jump), jump * stride
        fields.append(field)
    return fields


def _too_early(layers: Sequence[Sequence[Any]]) -> list[int]:
    """Receptive fields if the stride of a layer widens its own window, and not only those after it."""
    field, jump, fields = 1, 1, []
    for _, side, stride in layers:
        jump *= stride
        field += (side - 1) * jump
        fields.append(field)
    return fields


def _fields(erring: Erring, layers: Sequence[Sequence[Any]]) -> list[int]:
    start = erring.pick(
        1,
        {
            message("You started at 0 and did not count the first pixel."): 0,
            message("You started at 2, but a pixel sees only itself, so start at 1."): 2,
        },
    )
    field, jump, fields = start, 1, []
    less = erring.pick(
        1,
        {
            message("You added the whole size for each layer, not the size minus 1."): 0,
            message("You added the size minus 2 for each layer."): 2,
        },
    )
    plain = erring(NO_STRIDES)
    doubled = erring(message("You assumed that each pooling doubles the receptive field."))
    multiplied = erring(message("You multiplied the sizes, but the windows of neighbours overlap."))
    for kind, size, stride in layers:
        if doubled and kind == "pool":
            field, jump = 2 * field, jump * stride
        elif multiplied:
            field *= size
        else:
            field, jump = field + (size - less) * jump, jump if plain else jump * stride
        fields.append(field)
    return erring.pick(
        fields,
        {
            message("You gave only the last receptive field."): fields[-1:],
            message("You also listed the image, with 1."): [1, *fields],
            message("The order is swapped: the first layer comes first."): fields[::-1],
            message("These are the steps between neighbours."): [
                int(np.prod([s for _, _, s in layers[: n + 1]])) for n in range(len(layers))
            ],
            message("These are halves, to one side of the middle."): [value // 2 for value in fields],
        },
    )


@key.question
def slide_field(erring: Erring) -> Answers:
    """The receptive field of the slide's network."""
    yield _fields(erring, DEEP)[-1]

    overlap = message("3 pooled values cover 6 neurons of the first layer, and those cover 6 + 2 pixels.")
    yield slip(12, "The slide is wrong here: it prints 3 x 4 = 12, but the windows of neighbours overlap.", overlap)
    yield slip(6, "You used stride 1 for the pooling.", overlap)
    yield slip(5, NO_POOLING, overlap)
    yield slip(9, "You multiplied the sizes of the filters.", overlap)
    yield slip(64, "This is the area.", SIDE)


@key.question
def window(erring: Erring, layers: list[list[Any]], neuron: int, fields: Sequence[Any]) -> Answers:
    """The first and the last pixel that a neuron of the last layer sees."""
    field = int(fields[-1])
    yield _window_of_deep_neuron(erring, layers, neuron, field)

    jump = _jump(layers)
    begins = message(
        "Neighbours are {jump} pixels apart, so neuron {neuron} begins at {neuron} x {jump}.", jump=jump, neuron=neuron
    )
    first = neuron * jump
    yield slip([neuron, neuron + field - 1], NO_STRIDES, begins)
    yield slip([first, first + field], ONE_TOO_MANY, begins)
    yield slip([neuron * field, (neuron + 1) * field - 1], SIDE_BY_SIDE, begins)
    yield slip(
        [first - field // 2, first + field // 2],
        "You centred the window on that pixel.",
        "There is no padding, so the window begins at that pixel. {begins}",
        begins=begins,
    )
    yield slip([first - jump, first - jump + field - 1], NEURONS_FROM_1, begins)


def _window_of_deep_neuron(erring: Erring, layers: Sequence[Sequence[Any]], neuron: int, field: int) -> list[int]:
    jump = _jump(layers)
    number = erring.pick(
        neuron,
        {
            NEURONS_FROM_1: neuron - 1,
            message("You used the next neuron."): neuron + 1,
        },
    )
    step = erring.pick(
        jump,
        {
            message("You added the strides instead of multiplying them."): sum(stride for _, _, stride in layers),
            message("You multiplied only the strides of the pooling layers."): 4,
            message("You counted only one pooling layer."): 2,
            message("You squared the strides."): jump**2,
        },
    )
    first = number * step
    if erring(message("You gave the first pixel and the length instead of the first and the last pixel.")):
        return [first, field]
    if erring(message("You counted the pixels from 1.")):
        return [first + 1, first + field]
    if erring(message("Your window ends at that pixel, but it must begin there.")):
        return [first - field + 1, first]
    return [
        first,
        first
        + erring.pick(
            field - 1,
            {
                message("You assumed that the window is one pixel shorter than it is."): field - 2,
                message("Half of the window is missing."): field // 2,
            },
        ),
    ]


@key.question(least=3)
def convs_needed(erring: Erring, object_size: int) -> Answers:
    """How many convolutions of 3 x 3 see a whole object."""
    size = object_size
    yield _convolutions_needed(erring, size)

    grow = message(
        "The first layer sees 3 pixels, and each further layer adds 2, so 1 + 2 n must reach {size}.", size=size
    )
    yield slip(ceil(size / 3), SIDE_BY_SIDE, grow)
    yield slip(ceil(round(log(size, 3), 6)), "You multiplied the sizes.", grow)
    yield slip(size - 1, "You added only one pixel for each layer.", grow)
    yield slip(size - 3, "You added only one pixel for each layer after the first.", grow)
    yield slip((size - 1) // 2 + 1, "This is one layer too many.", grow)
    yield slip((size - 1) // 2 - 1, "You did not count the first layer.", grow)


def _convolutions_needed(erring: Erring, size: int) -> float:
    ways = {
        message("You did not subtract 1: a pixel sees itself."): size / 2,
        message("You added 1 instead of subtracting it."): (size + 1) / 2,
        message("You did not halve the result: each layer adds two pixels."): size - 1,
        message("You divided by 3: each layer adds two pixels."): size / 3,
        message("You divided by 3 and rounded down: each layer adds two pixels."): size // 3,
        message("You divided by 3 after subtracting 1: each layer adds two pixels."): (size - 1) / 3,
        message("You assumed that the first layer sees 3 pixels and that the others add 3."): (size - 3) / 3 + 1,
        message("This is the square of the number."): ((size - 1) // 2) ** 2,
        message("You halved the object once more."): (size - 1) // 4,
        message("You counted pooling in between, so each layer doubles the receptive field."): ceil(log(size, 2)),
        message("You subtracted 2 instead of 1."): (size - 2) / 2,
        message("You used the size itself."): size,
    }
    return erring.pick((size - 1) // 2, ways)


# ---- Neighbours ------------------------------------------------------------------------------------------------------


@key.numbers
def neighbours(rng: random.Random) -> dict[str, Any] | None:
    """A line, and three others: the same one shifted, one that crosses it, and one with gaps."""
    ink = rng.choice([2, 3])
    column, other, row = rng.randint(1, 4), rng.randint(1, 4), rng.randint(1, 4)
    query, shifted, across, dotted = (np.zeros((SIZE, SIZE), dtype=int) for _ in range(4))
    query[:, column] = shifted[:, other] = across[row, :] = ink
    dotted[rng.randint(0, 1) :: 2, column] = ink
    for image in (across, dotted):
        image[rng.randrange(SIZE), rng.randrange(SIZE)] = ink
    images = [query, *rng.sample([shifted, across, dotted], 3)]
    pixels, latent = _pixel_distances(images), _latent_distances(_latents(images))
    all_differ = len(set(pixels)) == len(set(latent)) == 3
    if abs(column - other) <= 1 or not all_differ or np.argmin(pixels) == np.argmin(latent):
        return None
    return dict(zip(("query", "a", "b", "c"), map(plain, images), strict=True))


@key.derived
def images(query: Array, a: Array, b: Array, c: Array) -> list[Array]:
    """The query and the three candidates, each of shape (6, 6)."""
    return [query, a, b, c]


def _latents(images: Sequence[Array], how: Any = np.max) -> list[list[float]]:
    """Two numbers for each image, one for each feature map, as `how` summarises it; shape (4, 2)."""
    return [[plain(how(activation(image, kernel, 0))) for kernel in (LINE, LINE.T)] for image in images]


def _pixel_distances(images: Sequence[Array]) -> list[int]:
    query, *candidates = images
    return [int(((candidate - query) ** 2).sum()) for candidate in candidates]


def _latent_distances(latents: Any) -> list[float]:
    values = np.array(latents)
    return listed(((values[1:] - values[0]) ** 2).sum(axis=1))


def nearest(distances: Any) -> str:
    """The letter of the smallest of three distances."""
    a, b, c = (float(distance) for distance in distances)
    return "abc"[int(np.argmin([a, b, c]))]


@key.question(least=3)
def pixel_distances(erring: Erring, images: list[Array]) -> Answers:
    """Squared distances between the pixels."""
    yield _distances(erring, [image.ravel() for image in images])

    query, *candidates = images
    differences = [candidate - query for candidate in candidates]
    step = message(
        "Image a differs at {changed} pixels, by {ink} each: {changed} x {ink}^2.",
        changed=int(np.count_nonzero(differences[0])),
        ink=int(query.max()),
    )
    yield slip(listed(np.sqrt(_pixel_distances(images))), ROOT, "Leave the distance squared. {pixels}", pixels=step)
    yield slip([int(np.abs(one).sum()) for one in differences], NOT_SQUARED, step)
    yield slip([int(np.count_nonzero(one)) for one in differences], "You counted the pixels that differ.", step)
    yield slip([int(one.sum() ** 2) for one in differences], SQUARED_LATE, step)
    yield slip([float((one**2).mean()) for one in differences], MEAN, step)


@key.question(least=3)
def latents(erring: Erring, images: list[Array]) -> Answers:
    """The strongest responses of two filters to each image."""
    yield _latents_with_mistakes(erring, images)

    right = _latents(images)
    strongest, second = (f"{value:g}" for value in right[0])
    largest = message(
        "The strongest responses to the query are {strongest} and {second}.", strongest=strongest, second=second
    )
    yield slip(_latents(images, np.mean), "This is the mean of each map.", largest)
    yield slip(_latents(images, np.sum), "This is the sum of each map.", largest)
    yield slip([[two, one] for one, two in right], "The two filters are swapped.", largest)
    yield slip(_latents(images, np.count_nonzero), "You counted the places where a filter fires.", largest)


@key.question(least=3)
def latent_distances(erring: Erring, images: list[Array]) -> Answers:
    """Squared distances between these responses."""
    values = np.array(_latents(images), float)
    yield _distances(erring, list(values))

    yield Follows(lambda latents: _latent_distances(latents))
    apart = np.abs(values[1:] - values[0])
    squares = message(
        "For image a, the squared distance is {first}^2 + {second}^2.",
        first=f"{apart[0][0]:g}",
        second=f"{apart[0][1]:g}",
    )
    yield slip(
        listed(np.sqrt(_latent_distances(_latents(images)))),
        ROOT,
        "Leave the distance squared. {squares}",
        squares=squares,
    )
    yield slip(listed(apart.sum(axis=1)), NOT_SQUARED, squares)
    yield slip(_pixel_distances(images), "These are distances between pixels.", squares)
    yield slip(listed(apart.sum(axis=1) ** 2), SQUARED_LATE, squares)
    yield slip(listed((apart**2).mean(axis=1)), MEAN, squares)


def _distances(erring: Erring, vectors: Sequence[Array]) -> list[Any]:
    query, *others = vectors
    differences = [other - query for other in others]
    if erring(message("You added the values instead of subtracting them.")):
        differences = [other + query for other in others]
    ways = {
        message("You used the largest difference."): [np.abs(difference).max() for difference in differences],
        message("You added up the products instead of the squared differences."): [
            (other * query).sum() for other in others
        ],
        message("You averaged the absolute differences."): [np.abs(difference).mean() for difference in differences],
        message("You used the mean of the squares and took the root."): [
            np.sqrt((difference**2).mean()) for difference in differences
        ],
        message("You halved the squares."): [(difference**2).sum() / 2 for difference in differences],
        message("You squared the sums of squares again."): [(difference**2).sum() ** 2 for difference in differences],
        message("You subtracted the squares of the values."): [(other**2).sum() - (query**2).sum() for other in others],
    }
    sums_of_squares = [(difference**2).sum() for difference in differences]
    if erring(message("You gave the distances from image a.")):
        return [((vector - others[0]) ** 2).sum() for vector in (query, *others[1:])]
    return erring.pick(sums_of_squares, ways)


def _latents_with_mistakes(erring: Erring, images: Sequence[Array]) -> Any:
    kernels = [maps.filtered(erring, kernel) for kernel in (LINE, LINE.T)]
    ring = erring.pick(0, {message("You padded the images with zeros."): 1})
    padded = [np.pad(image, ring) for image in images]
    responses = [[correlation(image, kernel) for kernel in kernels] for image in padded]
    signs = erring(message("You ignored the sign and used the largest absolute value."))
    summaries: dict[Text, Callable[[Array], Any]] = {
        message("You used the response in the first position, not the strongest."): lambda response: response[0, 0],
        message("You used the response in the middle, not the strongest."): lambda response: response[
            MAP // 2, MAP // 2
        ],
        message("You used the weakest response, not the strongest."): np.min,
        message("You used the median of the responses."): np.median,
        message("You used the position of the strongest response, not the response."): np.argmax,
    }
    strongest: Callable[[Array], Any] = np.max
    summary = erring.pick(strongest, summaries)
    values = [
        [summary(np.abs(response) if signs else np.maximum(response, 0)) for response in pair] for pair in responses
    ]
    if erring(message("The vector of the query image is missing: there are four vectors.")):
        return values[1:]
    if erring(message("Rows and columns are swapped: each image has a row.")):
        return np.array(values).T
    return values


@key.question(least=0)
def pixel_nearest(erring: Erring, images: list[Array]) -> Answers:
    """The nearest image by pixels."""
    pixels = _pixel_distances(images)
    yield _nearest(erring, pixels)

    yield Follows(lambda pixel_distances: nearest(pixel_distances))
    smallest = message("Take the smallest of the pixel distances.")
    by_latent = nearest(_latent_distances(_latents(images)))
    yield slip(by_latent, "This image is nearest in the latent space.", smallest)
    yield slip("abc"[int(np.argmax(pixels))], "This image is the farthest one.", smallest)


@key.question
def latent_nearest(erring: Erring, images: list[Array]) -> Answers:
    """The nearest image in the latent space."""
    yield _nearest(erring, _latent_distances(_latents(images)))

    yield Follows(lambda latent_distances: nearest(latent_distances))
    by_pixels = nearest(_pixel_distances(images))
    yield slip(by_pixels, "This image is nearest in pixels.", "Take the smallest of the latent distances.")


def _nearest(erring: Erring, distances: Sequence[float]) -> str:
    order = [int(place) for place in np.argsort(distances)]
    return "abc"[
        erring.pick(
            order[0],
            {
                message("You used the largest distance instead of the smallest."): order[-1],
                message("This image is the second nearest: another image is nearer."): order[1],
            },
        )
    ]


# ---- Neighbours among the digits -------------------------------------------------------------------------------------


@key.question
def pixel_agreement(erring: Erring) -> Answers:
    """The share of validation images whose nearest training image has the same label."""
    shares = _agreements()
    others: dict[Text, Callable[[], float]] = {
        message("This is for all 1,000 validation images, but the question asks for the first 100."): _agreement_of_all,
        message("This is the share that does not agree."): lambda: 1 - shares["right"],
    }
    yield erring.way(lambda: shares["right"], others)

    floats = message("Turn the images into floats first, and compare whole images pixel by pixel.")
    yield slip(shares["wrapped"], "Unsigned bytes cannot be negative: 3 - 5 gives 254, not -2.", floats)
    yield slip(shares["farthest"], "These are the most distant images.", "Use argmin, not argmax.")
    yield slip(shares["brightness"], "You compared only the sums of the pixels.", floats)
    yield slip(
        shares["same_index"],
        "You compared images with the same index.",
        "Search all 4,000 images for the nearest.",
    )
    yield slip(100 * shares["right"], "These are percentages.", "Divide by 100.")


@cache
def _agreements() -> dict[str, float]:
    """Shares of the first 100 validation images whose nearest training image has the same label; right and wrong."""
    with np.load(DATA, allow_pickle=False) as data:
        train, labels = data["x_train"].reshape(4000, -1), data["y_train"]
        queries, truth = data["x_valid"][:100].reshape(100, -1), data["y_valid"][:100]
    inked = train.any(axis=0) | queries.any(axis=0)  # pixels that are blank in all images add nothing to any distance
    train, queries = train.compress(inked, axis=1), queries.compress(inked, axis=1)
    train_values, query_values = train.astype(np.float64), queries.astype(np.float64)
    lengths = np.einsum(
        "ij,ij->i", train_values, train_values
    )  # squared; no array of 4,000 x 784 squares is made for it
    distances = (query_values**2).sum(1)[:, None] - 2 * query_values @ train_values.T + lengths
    wrapped = _nearest_if_wrapped(train, queries)
    brightness = np.abs(query_values.sum(1)[:, None] - train_values.sum(1))

    def share(nearest: Any) -> float:
        return float(np.mean(labels[np.asarray(nearest)] == truth))

    return {
        "right": share(distances.argmin(axis=1)),
        "wrapped": share(wrapped),
        "farthest": share(distances.argmax(axis=1)),
        "brightness": share(brightness.argmin(axis=1)),
        "same_index": float(np.mean(labels[:100] == truth)),
    }


def _nearest_if_wrapped(train: Any, queries: Any) -> list[int]:
    """Nearest training image of each query if bytes are subtracted, (n, m) and (k, m) -> k places.

    With unsigned bytes, 3 - 5 is 254, and squares lose what is above 255.
    """
    pixels = np.ascontiguousarray(train.T)
    squares = pixels * pixels
    lengths = squares.sum(axis=0, dtype=np.uint32)  # 64 bits, the usual, take five times as long

    def nearest(query: Any) -> int:
        ink = np.flatnonzero(query)  # a fifth of the pixels; at the others, the square is that of the training image
        differences = pixels[ink] - query[ink, np.newaxis]
        differences *= differences
        distances = lengths + differences.sum(axis=0, dtype=np.uint32) - squares[ink].sum(axis=0, dtype=np.uint32)
        return int(distances.argmin())

    return [nearest(query) for query in queries]


@cache
def _agreement_of_all() -> float:
    with np.load(DATA, allow_pickle=False) as data:
        known, labels = data["x_train"].reshape(4000, -1).astype(np.float64), data["y_train"]
        query, truth = data["x_valid"].reshape(1000, -1).astype(np.float64), data["y_valid"]
    lengths = np.einsum("ij,ij->i", known, known)  # squared; no array of 4,000 x 784 squares is made for it
    distances = (query**2).sum(1)[:, None] - 2 * query @ known.T + lengths
    return float(np.mean(labels[distances.argmin(axis=1)] == truth))
