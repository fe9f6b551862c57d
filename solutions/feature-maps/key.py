"""Answers of `feature-maps`: maps of given filters, receptive fields, neighbours; and the slips with them.

The slide about receptive fields multiplies 3 by 4 and gets 12 pixels, but the windows of neighbours overlap: it
is 8. A slip says so to students who copied it.
"""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from math import ceil, log
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.cnn.by_hand import correlation, pooled, receptive_fields
from grader.mistakes import maps, windows
from grader.model.key import Call, Slip, following
from grader.model.mistakes import Erring
from grader.text.messages import Text, joined, message

Values = Mapping[str, Any]  # as `draw` returns them
Array = npt.NDArray[Any]

HELDOUT = {
    "accuracy": {
        "exercise": "keras-cnn",
        "file": "heldout/mnist-2000.npz",
        "classes": [str(digit) for digit in range(10)],
    }
}

_DATA = Path(__file__).resolve().parents[2] / "exercises" / "keras-cnn" / "data" / "mnist-5000.npz"
_PATTERNS = (
    ((1, 0, 0), (1, 0, 0), (1, 1, 1)),
    ((1, 1, 1), (0, 0, 1), (0, 0, 1)),
    ((1, 1, 0), (0, 1, 0), (0, 1, 1)),
    ((0, 1, 0), (0, 1, 0), (1, 1, 0)),
    ((1, 1, 0), (1, 0, 0), (1, 0, 0)),
    ((0, 1, 1), (0, 1, 0), (0, 1, 0)),
    ((1, 0, 0), (1, 1, 0), (0, 1, 1)),
    ((1, 1, 1), (1, 0, 0), (0, 0, 0)),
)
_SIZE, _MAP = 6, 4
_LINE = np.array([[-1, 2, -1]] * 3)
"""A filter for vertical lines; turned over, for horizontal ones."""


@dataclass(frozen=True, kw_only=True)
class Maps:
    """An image, and two filters on it.

    Attributes:
        image: 6 x 6 pixels, 0 or 1.
        filter_1: A pattern of 3 x 3, with -1 for 0; it occurs in the image.
        filter_2: Another pattern.
        bias_1: Bias of the first filter.
        bias_2: Bias of the second one.
        down: Rows by which the pattern moves; below 0 upwards.
        right: Columns by which it moves; below 0 to the left.
    """

    image: list[list[int]]
    filter_1: list[list[int]]
    filter_2: list[list[int]]
    bias_1: int
    bias_2: int
    down: int
    right: int

    def kernel_and_bias(self, number: int) -> tuple[Array, int]:
        """The filter, shape (3, 3), and the bias of map 1 or 2."""
        return (np.array(self.filter_1), self.bias_1) if number == 1 else (np.array(self.filter_2), self.bias_2)

    @property
    def maps(self) -> tuple[Array, Array]:
        """The two feature maps after bias and ReLU, each of shape (4, 4)."""
        image = np.array(self.image)
        return activation(image, *self.kernel_and_bias(1)), activation(image, *self.kernel_and_bias(2))


@dataclass(frozen=True, kw_only=True)
class Layers:
    """A network whose receptive fields are asked for.

    Attributes:
        layers: Kind (`conv` or `pool`), side of the window and stride of each layer.
        neuron: Place of a neuron in the last layer, from 0.
        object_size: Side of an object in pixels, which convolutions of 3 x 3 have to see; odd.
    """

    layers: list[list[Any]]
    neuron: int
    object_size: int


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """An image, and three of which one is nearest.

    Attributes:
        query: 6 x 6 pixels with an upright line.
        a: The first of three candidates, of the same size.
        b: The second one.
        c: The third one.
    """

    query: list[list[int]]
    a: list[list[int]]
    b: list[list[int]]
    c: list[list[int]]

    @property
    def images(self) -> list[Array]:
        """The query and the three candidates, each of shape (6, 6)."""
        return [np.array(image) for image in (self.query, self.a, self.b, self.c)]


# The fields come in the order of the last base to the first.
@dataclass(frozen=True, kw_only=True)
class Variant(Neighbours, Layers, Maps):
    """One student's numbers."""


def draw(rng: random.Random) -> dict[str, Any]:
    """Numbers for one student, for which each question has three slips or more, no two of them alike."""
    while True:
        maps = _draw_maps(rng)
        while not _all_different(_slips_of_maps(maps)):  # cheaper than to draw everything again
            maps = _draw_maps(rng)
        values = {**asdict(maps), **asdict(_draw_layers(rng)), **asdict(_draw_neighbours(rng))}
        if _all_different(slips(values)):
            return values


_CHOICES = ("pixel_nearest", "latent_nearest", "maps_tell")


def _all_different(slips_of: Mapping[str, list[Slip]]) -> bool:
    """Whether the slips of each question are three or more and all different; letters are few, and may agree."""
    texts = [
        [json.dumps(_plain(slip.value)) for slip in listed]
        for question, listed in slips_of.items()
        if question not in _CHOICES
    ]
    return all(len(set(values)) == len(values) >= 3 for values in texts)


def _draw_maps(rng: random.Random) -> Maps:
    """An image with a pattern that the first filter fires at, more than anywhere else."""
    while True:
        first, second = rng.sample(_PATTERNS, 2)
        place = (rng.randrange(_MAP), rng.randrange(_MAP))
        image = np.array([[int(rng.random() < 0.3) for _ in range(_SIZE)] for _ in range(_SIZE)])
        image[place[0] : place[0] + 3, place[1] : place[1] + 3] = first
        shift = rng.choice([(0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (-1, -1)])
        moved = [place[axis] + shift[axis] for axis in (0, 1)]
        drawn_maps = Maps(
            image=image.tolist(),
            filter_1=(2 * np.array(first) - 1).tolist(),
            filter_2=(2 * np.array(second) - 1).tolist(),
            bias_1=rng.choice([-1, -2]),
            bias_2=rng.choice([-1, 1]),
            down=shift[0],
            right=shift[1],
        )
        one, two = drawn_maps.maps
        ranked = sorted(one.ravel())
        inside = all(0 <= axis < _MAP for axis in moved)
        # The largest value is in one place, which is not on the diagonal: rows and columns cannot be exchanged unseen.
        clear = ranked[-1] > ranked[-2] and one[place] == ranked[-1]
        if inside and clear and place[0] != place[1] and 3 <= (one > 0).sum() <= 9 and 3 <= (two > 0).sum() <= 11:
            return drawn_maps


def _draw_layers(rng: random.Random) -> Layers:
    """Three convolutions, and a pooling after each of the first two."""
    first, second, third = rng.choice([3, 5, 7]), rng.choice([3, 5]), rng.choice([3, 5])
    stride = rng.choice([1, 2])
    return Layers(
        layers=[
            ["conv", first, stride],
            ["pool", 2, 2],
            ["conv", second, 1],
            ["pool", 2, 2],
            ["conv", third, 1],
        ],
        neuron=rng.randint(2, 6),
        object_size=2 * rng.randint(5, 15) + 1,
    )


def _draw_neighbours(rng: random.Random) -> Neighbours:
    """A line, and three others: the same one shifted, one that crosses it, and one with gaps."""
    while True:
        ink = rng.choice([2, 3])
        column, other, row = rng.randint(1, 4), rng.randint(1, 4), rng.randint(1, 4)
        query, shifted, across, dotted = (np.zeros((_SIZE, _SIZE), dtype=int) for _ in range(4))
        query[:, column] = shifted[:, other] = across[row, :] = ink
        dotted[rng.randint(0, 1) :: 2, column] = ink
        for image in (across, dotted):
            image[rng.randrange(_SIZE), rng.randrange(_SIZE)] = ink
        candidates = rng.sample([shifted, across, dotted], 3)
        a, b, c = (candidate.tolist() for candidate in candidates)
        neighbours = Neighbours(query=query.tolist(), a=a, b=b, c=c)
        pixels, latent = _pixel_distances(neighbours), _latent_distances(_latents(neighbours))
        all_differ = len(set(pixels)) == len(set(latent)) == 3
        if abs(column - other) > 1 and all_differ and np.argmin(pixels) != np.argmin(latent):
            return neighbours


# ---- The right methods ------------------------------------------------------------------------------


def _windows(layers: Sequence[Sequence[Any]]) -> list[tuple[int, int]]:
    """Side and stride of each layer, which is given as (kind, side, stride)."""
    return [(side, stride) for _, side, stride in layers]


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


def _jump(layers: Sequence[Sequence[Any]]) -> int:
    """How many pixels two neighbours of the last layer are apart."""
    return int(np.prod([stride for _, _, stride in layers]))


def _latents(variant: Neighbours, how: Any = np.max) -> list[list[float]]:
    """Two numbers for each image, one for each feature map, as `how` summarises it; shape (4, 2)."""
    return [[_plain(how(activation(image, kernel, 0))) for kernel in (_LINE, _LINE.T)] for image in variant.images]


def _pixel_distances(variant: Neighbours) -> list[int]:
    query, *candidates = variant.images
    return [int(((candidate - query) ** 2).sum()) for candidate in candidates]


def _latent_distances(latents: Any) -> list[float]:
    values = np.array(latents)
    return _listed(((values[1:] - values[0]) ** 2).sum(axis=1))


def _plain(value: Any) -> Any:
    return np.asarray(value).tolist()


def _listed(values: Any) -> list[Any]:
    return list(_plain(values))


def _place_of_maximum(values: Any) -> list[int]:
    """Row and column of the largest value."""
    array = np.asarray(values)
    return [int(axis) for axis in np.unravel_index(int(array.argmax()), array.shape)]


def _window_of_neuron(place: Sequence[int]) -> list[int]:
    return [place[0], place[0] + 2, place[1], place[1] + 2]


@cache
def _agreements() -> dict[str, float]:
    """Shares of the first 100 validation images whose nearest training image has the same label; right and wrong."""
    with np.load(_DATA, allow_pickle=False) as data:
        train, labels = data["x_train"].reshape(4000, -1), data["y_train"]
        queries, truth = data["x_valid"][:100].reshape(100, -1), data["y_valid"][:100]
    inked = train.any(axis=0) | queries.any(axis=0)  # pixels that are blank in all images add nothing to any distance
    train, queries = train.compress(inked, axis=1), queries.compress(inked, axis=1)
    train_values, query_values = train.astype(np.float64), queries.astype(np.float64)
    lengths = np.einsum(
        "ij,ij->i", train_values, train_values
    )  # squared; no array of 4,000 x 784 squares is made for it
    distances = (query_values**2).sum(1)[:, None] - 2 * query_values @ train_values.T + lengths
    wrapped = [int(_wrapped_distances(train, image).argmin()) for image in queries]
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


def _wrapped_distances(images: Any, image: Any) -> Any:
    """Distances of unsigned bytes, (n, m) and (m,) -> (n,): 3 - 5 is 254 there, and squares lose what is above 255."""
    squares = images - image
    squares *= squares
    return squares.sum(axis=1, dtype=np.uint32)  # 64 bits, the usual, take five times as long


def answers(values: Values) -> dict[str, Any]:
    """Question id -> expected answer."""
    variant = Variant(**values)
    first, second = variant.maps
    top = _place_of_maximum(first)
    fields, pixels, latents = receptive_fields(_windows(variant.layers)), _pixel_distances(variant), _latents(variant)
    return {
        "first_shape": (_MAP, _MAP, 2),
        "map_1": first,
        "map_2": second,
        "fires_at": top,
        "seen": _window_of_neuron(top),
        "shifted_at": [top[0] + variant.down, top[1] + variant.right],
        "pooled": pooled(first, 2),
        "maps_tell": "b",
        "fields": fields,
        "slide_field": 8,
        "window": _window(variant, fields[-1]),
        "convs_needed": (variant.object_size - 1) // 2,
        "pixel_distances": pixels,
        "latents": latents,
        "latent_distances": _latent_distances(latents),
        "pixel_nearest": "abc"[int(np.argmin(pixels))],
        "latent_nearest": "abc"[int(np.argmin(_latent_distances(latents)))],
        "pixel_agreement": _agreements()["right"],
    }


def _window(variant: Layers, field: int) -> list[int]:
    first = variant.neuron * _jump(variant.layers)
    return [first, first + field - 1]


def follow_on(values: Values, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Question id -> answer that follows from the student's own map, place, fields, latent vectors and distances."""
    variant = Variant(**values)

    def students_map() -> Array:
        image = np.array(earlier["map_1"], dtype=float)
        if image.ndim != 2:
            raise ValueError
        return image

    def place() -> tuple[int, int]:
        row, column = (int(axis) for axis in earlier["fires_at"])
        return row, column

    def nearest(distances: str) -> str:
        a, b, c = (float(distance) for distance in earlier[distances])
        return "abc"[int(np.argmin([a, b, c]))]

    return following(
        {
            "pooled": lambda: pooled(students_map(), 2),
            "fires_at": lambda: _place_of_maximum(students_map()),
            "seen": lambda: _window_of_neuron(place()),
            "shifted_at": lambda: [place()[0] + variant.down, place()[1] + variant.right],
            "window": lambda: _window(variant, int(earlier["fields"][-1])),
            "latent_distances": lambda: _latent_distances(earlier["latents"]),
            "pixel_nearest": lambda: nearest("pixel_distances"),
            "latent_nearest": lambda: nearest("latent_distances"),
        }
    )


def calls(values: Values) -> dict[str, list[Call]]:  # noqa: ARG001
    """Hidden images, kernels and biases for `activation_map`; square and not."""
    generator = np.random.RandomState(20201022)
    sizes = (((5, 5), (3, 3), -0.5), ((7, 9), (2, 4), 0.7), ((6, 6), (3, 3), 1.0), ((12, 10), (5, 3), -1.0))
    tests = [(generator.normal(size=image), generator.normal(size=kernel), bias) for image, kernel, bias in sizes]
    return {"activation_map": [_call(*test) for test in tests]}


def _call(image: Array, kernel: Array, bias: float) -> Call:
    wrong = [Slip(_plain(slip.value), slip.reason, slip.remedy) for slip in _wrong_maps(image, kernel, bias)]
    return Call((image.tolist(), kernel.tolist(), bias), _plain(activation(image, kernel, bias)), tuple(wrong))


# ---- The wrong ones ---------------------------------------------------------------------------------


def slips(values: Values) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    variant = Variant(**values)
    return (
        _slips_of_maps(variant)
        | _slips_of_places(variant)
        | _slips_of_fields(variant)
        | _slips_of_neighbours(variant)
        | _slips_of_choices(variant)
    )


def _wrong_maps(image: Array, kernel: Array, bias: float) -> list[Slip]:
    order = message("First compute the weighted sum, then add the bias, then apply ReLU.")
    plain, padding = correlation(image, kernel), [(size // 2, (size - 1) // 2) for size in kernel.shape]
    wrong = [
        Slip(plain + bias, message("ReLU is missing."), message("Negative values become 0. {order}", order=order)),
        Slip(
            np.maximum(plain, 0),
            message("The bias is missing."),
            message("The bias is added before ReLU. {order}", order=order),
        ),
        Slip(np.maximum(plain, 0) + bias, message("You added the bias after ReLU."), order),
        Slip(plain, message("Bias and ReLU are missing."), order),
        Slip(
            activation(image, kernel[::-1, ::-1], bias),
            message("You flipped the filter, as in signal processing."),
            message("A CNN applies the filter without flipping it."),
        ),
        Slip(
            activation(np.pad(image, padding), kernel, bias),
            message("You padded the image with zeros."),
            message("Without padding, the filter stays inside the image."),
        ),
    ]
    if kernel.shape[0] == kernel.shape[1]:
        transposed = activation(image, kernel.T, bias)
        wrong.append(
            Slip(
                transposed,
                message("You swapped the rows and columns of the filter."),
                message("Apply the filter as it is printed."),
            )
        )
    return wrong


def _slips_of_maps(variant: Maps) -> dict[str, list[Slip]]:
    image, first = np.array(variant.image), variant.maps[0]
    listed: dict[str, list[Slip]] = {}
    for number in (1, 2):
        kernel, bias = variant.kernel_and_bias(number)
        corner = int((image[:3, :3] * kernel).sum())
        step = message(
            "At the top left, the weighted sum is {corner}. Add the bias ({bias}), then apply ReLU.",
            corner=corner,
            bias=bias,
        )
        wrong = _wrong_maps(image, kernel, bias)
        positive = activation(image, np.maximum(kernel, 0), bias)
        wrong.append(
            Slip(
                positive,
                message("You overlooked the minus signs of the filter."),
                message("Where the pattern has a 0, the weight is -1."),
            )
        )
        listed[f"map_{number}"] = [Slip(_plain(slip.value), slip.reason, joined(slip.remedy, step)) for slip in wrong]
    block = [int(value) for value in first[:2, :2].ravel()]
    step = message("The value at the top left is the largest of {values}.", values=", ".join(map(str, block)))
    raw = correlation(image, np.array(variant.filter_1)) + variant.bias_1
    overlapping = np.lib.stride_tricks.sliding_window_view(first, (2, 2)).max(axis=(2, 3))
    listed["pooled"] = [
        Slip(_plain(pooled(first, 2, np.mean)), message("This is average pooling."), step),
        Slip(
            _plain(overlapping),
            message("You pooled with stride 1."),
            message("The windows do not overlap. {step}", step=step),
        ),
        Slip(_plain(pooled(first, 2, np.sum)), message("You added up the values."), step),
        Slip(_plain(pooled(first, 2, np.min)), message("You used the smallest values."), step),
        Slip(_plain(first[::2, ::2]), message("You used every other value."), step),
        Slip(_plain(pooled(raw, 2)), message("You pooled the map before ReLU."), step),
    ]
    listed["pooled"] = _without(listed["pooled"], _plain(pooled(first, 2)))
    listed["first_shape"] = [
        Slip(
            (_SIZE, _SIZE, 2),
            message("This is the size with padding."),
            message("Without padding, the filter fits 6 - 3 + 1 times along each axis."),
        ),
        Slip(
            (_MAP, _MAP, 1),
            message("You counted only one filter."),
            message("Each of the two filters gives a separate map."),
        ),
        Slip(
            (_SIZE - 3, _SIZE - 3, 2),
            message("The + 1 is missing."),
            message("Also count the first position of the filter: 6 - 3 + 1."),
        ),
        Slip((2, _MAP, _MAP), message("You put the channels first."), message("In Keras the channels come last.")),
    ]
    return listed


def _without(listed: list[Slip], right: Any) -> list[Slip]:
    """Slips that differ from the right answer and, the first of each, from one another."""
    first_slips: dict[str, Slip] = {}
    for slip in listed:
        first_slips.setdefault(json.dumps(_plain(slip.value)), slip)
    return [slip for value, slip in first_slips.items() if value != json.dumps(_plain(right))]


def _slips_of_places(variant: Maps) -> dict[str, list[Slip]]:
    first = variant.maps[0]
    row, column = _place_of_maximum(first)
    down, right = variant.down, variant.right
    largest = message("The largest value is {largest}; count its row and column from 0.", largest=int(first.max()))
    corner = message("The window begins at the neuron's own row and column, and is three pixels wide and high.")
    shift = message(
        "The pattern moved by {down} rows and {right} columns, and so does the filter's answer.",
        down=down,
        right=right,
    )
    last = _place_of_maximum(first[::-1, ::-1])
    wrong = {
        "fires_at": [
            Slip(
                [column, row],
                message("Row and column are swapped."),
                message("The row comes first. {largest}", largest=largest),
            ),
            Slip(
                [row + 1, column + 1],
                message("You counted from 1, or used the middle of the window in the image."),
                message("The question asks for the place in the map. {largest}", largest=largest),
            ),
            Slip(_place_of_maximum(-first), message("This is where the filter fires least."), largest),
            Slip(last, message("You counted from the end."), largest),
            Slip(_place_of_maximum(variant.maps[1]), message("This is the place in the other map."), largest),
            Slip([row + 2, column + 2], message("This is the last pixel of the window."), largest),
        ],
        "seen": [
            Slip(
                [row - 1, row + 1, column - 1, column + 1],
                message("You treated the neuron's position as the centre of its window."),
                corner,
            ),
            Slip([row, row + 3, column, column + 3], message("This is one pixel too many at the end."), corner),
            Slip([row, row, column, column], message("This is a single pixel."), corner),
            Slip(
                [column, column + 2, row, row + 2],
                message("Rows and columns are swapped."),
                message("Write the rows first. {corner}", corner=corner),
            ),
            Slip(
                [row, column, row + 2, column + 2],
                message("Your numbers are in another order."),
                message("Write the rows first, then the columns."),
            ),
        ],
        "shifted_at": [
            Slip(
                [row, column],
                message("You did not move the place."),
                message("The map of a convolution shifts with the image. {shift}", shift=shift),
            ),
            Slip([row - down, column - right], message("You shifted the place in the opposite direction."), shift),
            Slip([row + right, column + down], message("Rows and columns of the shift are swapped."), shift),
            Slip(
                [row + 3 * down, column + 3 * right],
                message("You multiplied the shift by the size of the filter."),
                shift,
            ),
        ],
    }
    return {name: _without(listed, answers_of_places(variant)[name]) for name, listed in wrong.items()}


def answers_of_places(variant: Maps) -> dict[str, list[int]]:
    """The right places."""
    top = _place_of_maximum(variant.maps[0])
    return {
        "fires_at": top,
        "seen": _window_of_neuron(top),
        "shifted_at": [top[0] + variant.down, top[1] + variant.right],
    }


def _slips_of_fields(variant: Layers) -> dict[str, list[Slip]]:
    layers, neuron, size = variant.layers, variant.neuron, variant.object_size
    fields, jump = receptive_fields(_windows(layers)), _jump(layers)
    conv, stride = layers[0][1], layers[0][2]
    step = message(
        (
            "The first layer sees {conv} pixels, and its neurons are {stride} apart. Each layer adds "
            "(its size - 1) x that distance, and then its stride multiplies the distance."
        ),
        conv=conv,
        stride=stride,
    )
    begins = message(
        "Neighbours are {jump} pixels apart, so neuron {neuron} begins at {neuron} x {jump}.", jump=jump, neuron=neuron
    )
    field = fields[-1]
    grow = message(
        ("The first layer sees 3 pixels, and each further layer adds 2, so 1 + 2 n must reach {size}."), size=size
    )
    no_pools = [[kind, side if kind == "conv" else 1, 1 if kind == "pool" else pace] for kind, side, pace in layers]
    overlap = message("3 pooled values cover 6 neurons of the first layer, and those cover 6 + 2 pixels.")
    listed = {
        "fields": [
            Slip(
                _multiplied(layers),
                message("The slide is wrong here: it multiplies, but the windows of neighbours overlap."),
                step,
            ),
            Slip(
                receptive_fields([(side, 1) for _, side, _ in layers]),
                message("You left out the strides."),
                step,
            ),
            Slip(receptive_fields(_windows(no_pools)), message("You left out the pooling."), step),
            Slip(
                [side for _, side, _ in layers],
                message("These are the sizes of the windows."),
                message("Give the receptive fields in pixels. {step}", step=step),
            ),
            Slip(_too_early(layers), message("You applied the stride of a layer to itself."), step),
            Slip(
                [side**2 for side in fields],
                message("These are areas."),
                message("The question asks for the side of the square."),
            ),
        ],
        "slide_field": [
            Slip(
                12,
                message("The slide is wrong here: it prints 3 x 4 = 12, but the windows of neighbours overlap."),
                overlap,
            ),
            Slip(6, message("You used stride 1 for the pooling."), overlap),
            Slip(5, message("You left out the pooling."), overlap),
            Slip(9, message("You multiplied the sizes of the filters."), overlap),
            Slip(64, message("This is the area."), message("The question asks for the side of the square.")),
        ],
        "window": [
            Slip([neuron, neuron + field - 1], message("You left out the strides."), begins),
            Slip([neuron * jump, neuron * jump + field], message("This is one pixel too many at the end."), begins),
            Slip([neuron * field, (neuron + 1) * field - 1], message("You placed the windows side by side."), begins),
            Slip(
                [neuron * jump - field // 2, neuron * jump + field // 2],
                message("You centred the window on that pixel."),
                message("There is no padding, so the window begins at that pixel. {begins}", begins=begins),
            ),
            Slip(
                [(neuron - 1) * jump, (neuron - 1) * jump + field - 1],
                message("You counted the neurons from 1."),
                begins,
            ),
        ],
        "convs_needed": [
            Slip(ceil(size / 3), message("You placed the windows side by side."), grow),
            Slip(ceil(round(log(size, 3), 6)), message("You multiplied the sizes."), grow),
            Slip(size - 1, message("You added only one pixel for each layer."), grow),
            Slip(size - 3, message("You added only one pixel for each layer after the first."), grow),
            Slip((size - 1) // 2 + 1, message("This is one layer too many."), grow),
            Slip((size - 1) // 2 - 1, message("You did not count the first layer."), grow),
        ],
    }
    listed["convs_needed"] = _without(listed["convs_needed"], (size - 1) // 2)
    return listed


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


def _slips_of_neighbours(variant: Neighbours) -> dict[str, list[Slip]]:
    query, *candidates = variant.images
    differences = [candidate - query for candidate in candidates]
    ink = int(query.max())
    changed = int(np.count_nonzero(differences[0]))
    pixels = message(
        "Image a differs at {changed} pixels, by {ink} each: {changed} x {ink}^2.", changed=changed, ink=ink
    )
    latents = _latents(variant)
    strongest, second = latents[0]
    largest = message(
        "The strongest responses to the query are {strongest} and {second}.",
        strongest=f"{strongest:g}",
        second=f"{second:g}",
    )
    values = np.array(latents)
    apart = np.abs(values[1:] - values[0])
    squares = message(
        "For image a, the squared distance is {first}^2 + {second}^2.",
        first=f"{apart[0][0]:g}",
        second=f"{apart[0][1]:g}",
    )
    right, shares = _latent_distances(latents), _agreements()
    floats = message("Turn the images into floats first, and compare whole images pixel by pixel.")
    listed = {
        "pixel_distances": [
            Slip(
                _listed(np.sqrt(_pixel_distances(variant))),
                message("You also took the square root."),
                message("Leave the distance squared. {pixels}", pixels=pixels),
            ),
            Slip(
                [int(np.abs(one).sum()) for one in differences], message("You did not square the differences."), pixels
            ),
            Slip(
                [int(np.count_nonzero(one)) for one in differences],
                message("You counted the pixels that differ."),
                pixels,
            ),
            Slip(
                [int(one.sum() ** 2) for one in differences],
                message("You added up the differences before squaring."),
                pixels,
            ),
            Slip([float((one**2).mean()) for one in differences], message("This is a mean."), pixels),
        ],
        "latents": [
            Slip(_latents(variant, np.mean), message("This is the mean of each map."), largest),
            Slip(_latents(variant, np.sum), message("This is the sum of each map."), largest),
            Slip([[two, one] for one, two in latents], message("The two filters are swapped."), largest),
            Slip(
                [[_count(image, kernel) for kernel in (_LINE, _LINE.T)] for image in variant.images],
                message("You counted the places where a filter fires."),
                largest,
            ),
        ],
        "latent_distances": [
            Slip(
                _listed(np.sqrt(right)),
                message("You also took the square root."),
                message("Leave the distance squared. {squares}", squares=squares),
            ),
            Slip(_listed(apart.sum(axis=1)), message("You did not square the differences."), squares),
            Slip(_pixel_distances(variant), message("These are distances between pixels."), squares),
            Slip(_listed(apart.sum(axis=1) ** 2), message("You added up the differences before squaring."), squares),
            Slip(_listed((apart**2).mean(axis=1)), message("This is a mean."), squares),
        ],
        "pixel_agreement": [
            Slip(
                shares["wrapped"],
                message("Unsigned bytes cannot be negative: 3 - 5 gives 254, not -2."),
                floats,
            ),
            Slip(shares["farthest"], message("These are the most distant images."), message("Use argmin, not argmax.")),
            Slip(shares["brightness"], message("You compared only the sums of the pixels."), floats),
            Slip(
                shares["same_index"],
                message("You compared images of the same number."),
                message("Search all 4,000 images for the nearest."),
            ),
            Slip(100 * shares["right"], message("These are percentages."), message("Divide by 100.")),
        ],
    }
    return listed | {
        "latent_distances": _without(listed["latent_distances"], right),
        "pixel_distances": _without(listed["pixel_distances"], _pixel_distances(variant)),
        "latents": _without(listed["latents"], latents),
    }


def _count(image: Any, kernel: Array) -> int:
    return int(np.count_nonzero(activation(np.array(image), kernel, 0)))


def _slips_of_choices(variant: Neighbours) -> dict[str, list[Slip]]:
    pixels, latent = _pixel_distances(variant), _latent_distances(_latents(variant))
    by_pixels, by_latent = ("abc"[int(np.argmin(distances))] for distances in (pixels, latent))
    smallest = message("Take the smallest of the pixel distances.")
    return {
        "pixel_nearest": _without(
            [
                Slip(by_latent, message("This image is nearest in the latent space."), smallest),
                Slip("abc"[int(np.argmax(pixels))], message("This image is the farthest one."), smallest),
            ],
            by_pixels,
        ),
        "latent_nearest": [
            Slip(
                by_pixels,
                message("This image is nearest in pixels."),
                message("Take the smallest of the latent distances."),
            )
        ],
        "maps_tell": [
            Slip(
                "a",
                message("That holds only for the first layer."),
                message("A deeper map shows where a pattern occurs in the maps one layer below."),
            ),
            Slip(
                "c",
                message("Only the last layers distinguish the classes."),
                message("A map shows one pattern at each place."),
            ),
            Slip(
                "d",
                message("The weights are the same for each image."),
                message("A map is the result of the weights for one image."),
            ),
        ],
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------


def methods(values: Values) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    variant = Variant(**values)
    top = _place_of_maximum(variant.maps[0])
    return {
        "first_shape": _first_shape,
        "map_1": lambda erring: _map_with_mistakes(variant, 1, erring),
        "map_2": lambda erring: _map_with_mistakes(variant, 2, erring),
        "fires_at": lambda erring: _place_of_largest(variant, erring),
        "seen": lambda erring: _window_with_mistakes(top, erring),
        "shifted_at": lambda erring: _shifted_place(variant, top, erring),
        "pooled": lambda erring: maps.pooled(
            erring, _map_with_mistakes(variant, 1, erring.at(message("In the map before:"))), 2, "max"
        ),
        "fields": lambda erring: _fields(variant.layers, erring),
        "slide_field": lambda erring: _fields([["conv", 3, 1], ["pool", 2, 2], ["conv", 3, 1]], erring)[-1],
        "window": lambda erring: _window_of_deep_neuron(variant, erring),
        "convs_needed": lambda erring: _convolutions_needed(variant.object_size, erring),
        "pixel_distances": lambda erring: _distances([image.ravel() for image in variant.images], erring),
        "latents": lambda erring: _latents_with_mistakes(variant, erring),
        "latent_distances": lambda erring: _distances(list(np.array(_latents(variant), float)), erring),
        "pixel_nearest": lambda erring: _nearest(_pixel_distances(variant), erring),
        "latent_nearest": lambda erring: _nearest(_latent_distances(_latents(variant)), erring),
        "pixel_agreement": _agreement,
    }


def _first_shape(erring: Erring) -> list[Any]:
    side = windows.places(erring, _SIZE, 3)
    return windows.output_shape(erring, [side, side], windows.depth(erring, 2, 1))


def _map_with_mistakes(variant: Maps, number: int, erring: Erring) -> Array:
    kernel, bias = variant.kernel_and_bias(number)
    other_kernel, other_bias = variant.kernel_and_bias(3 - number)
    kernel = erring.pick(kernel, {message("This is the filter of the other map."): other_kernel})
    bias = erring.pick(bias, {message("This is the bias of the other map."): other_bias})
    sums = maps.correlated(erring, np.array(variant.image), maps.filtered(erring, kernel))
    return maps.activated(erring, sums, bias)


def _place_of_largest(variant: Maps, erring: Erring) -> list[Any]:
    first, second = variant.maps
    values = erring.pick(
        first,
        {
            message("This is the place of the largest value in the other map."): second,
            message("This is the place of the smallest value in the map before bias and ReLU."): -correlation(
                np.array(variant.image), np.array(variant.filter_1)
            ),
            message("This is the place of the brightest pixel in the image."): np.array(variant.image),
        },
    )
    row, column = _place_of_maximum(values)
    if erring(message("This is the largest value itself, but the question asks for its row and column.")):
        return [int(first.max())]
    row = erring.pick(
        row,
        {
            message("You counted the row from 1."): row + 1,
            message("You counted the row from the bottom."): _MAP - 1 - row,
        },
    )
    column = erring.pick(
        column,
        {
            message("You counted the column from 1."): column + 1,
            message("You counted the column from the right."): _MAP - 1 - column,
        },
    )
    return [row, column]


def _window_with_mistakes(top: Sequence[int], erring: Erring) -> list[int]:
    place = [axis + erring.pick(0, {message("You counted rows and columns from 1."): 1}) for axis in top]
    extent = erring.pick(
        2,
        {
            message("You assumed that the window is 2 pixels wide, but it is 3 pixels wide."): 1,
            message("You assumed that the window is 4 pixels wide, but it is 3 pixels wide."): 3,
        },
    )
    if erring(message("You gave the first pixel and the length instead of the first and the last pixel.")):
        return [place[0], extent + 1, place[1], extent + 1]
    if erring(message("You placed the window side by side with its neighbours: you multiplied the position by 3.")):
        return [3 * place[0], 3 * place[0] + 2, 3 * place[1], 3 * place[1] + 2]
    if erring(message("You treated the neuron's position as the last pixel of the window.")):
        return [place[0] - 2, place[0], place[1] - 2, place[1]]
    return [place[0], place[0] + extent, place[1], place[1] + extent]


def _shifted_place(variant: Maps, top: Sequence[int], erring: Erring) -> list[int]:
    start = erring.pick(0, {message("You counted rows and columns from 1."): 1})
    down = erring.pick(
        variant.down,
        {
            message("You followed only the shift to the side."): 0,
            message("You doubled the shift downwards."): 2 * variant.down,
        },
    )
    right = erring.pick(
        variant.right,
        {
            message("You followed only the shift downwards."): 0,
            message("You doubled the shift to the side."): 2 * variant.right,
        },
    )
    if erring(message("This is the shift itself.")):
        return [down, right]
    return [top[0] + start + down, top[1] + start + right]


def _fields(layers: Sequence[Sequence[Any]], erring: Erring) -> list[int]:
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
    plain = erring(message("You left out the strides."))
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


def _window_of_deep_neuron(variant: Layers, erring: Erring) -> list[int]:
    jump = _jump(variant.layers)
    field = receptive_fields(_windows(variant.layers))[-1]
    number = erring.pick(
        variant.neuron,
        {
            message("You counted the neurons from 1."): variant.neuron - 1,
            message("You used the next neuron."): variant.neuron + 1,
        },
    )
    step = erring.pick(
        jump,
        {
            message("You added the strides instead of multiplying them."): sum(
                stride for _, _, stride in variant.layers
            ),
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


def _convolutions_needed(size: int, erring: Erring) -> float:
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


def _distances(vectors: Sequence[Array], erring: Erring) -> list[Any]:
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


def _latents_with_mistakes(variant: Neighbours, erring: Erring) -> Any:
    kernels = [maps.filtered(erring, kernel) for kernel in (_LINE, _LINE.T)]
    ring = erring.pick(0, {message("You padded the images with zeros."): 1})
    images = [np.pad(image, ring) for image in variant.images]
    responses = [[correlation(image, kernel) for kernel in kernels] for image in images]
    signs = erring(message("You ignored the sign and used the largest absolute value."))
    summaries: dict[Text, Callable[[Array], Any]] = {
        message("You used the response in the first position, not the strongest."): lambda response: response[0, 0],
        message("You used the response in the middle, not the strongest."): lambda response: response[
            _MAP // 2, _MAP // 2
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


def _nearest(distances: Sequence[float], erring: Erring) -> str:
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


def _agreement(erring: Erring) -> float:
    right = _agreements()["right"]
    ways: dict[Text, Callable[[], float]] = {
        message("This is for all 1,000 validation images, but the question asks for the first 100."): _agreement_of_all,
        message("This is the share that does not agree."): lambda: 1 - right,
    }
    return erring.way(lambda: right, ways)


@cache
def _agreement_of_all() -> float:
    with np.load(_DATA, allow_pickle=False) as data:
        known, labels = data["x_train"].reshape(4000, -1).astype(np.float64), data["y_train"]
        query, truth = data["x_valid"].reshape(1000, -1).astype(np.float64), data["y_valid"]
    lengths = np.einsum("ij,ij->i", known, known)  # squared; no array of 4,000 x 784 squares is made for it
    distances = (query**2).sum(1)[:, None] - 2 * query @ known.T + lengths
    return float(np.mean(labels[distances.argmin(axis=1)] == truth))
