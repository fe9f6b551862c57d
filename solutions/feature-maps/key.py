"""Answers of `feature-maps`: maps of given filters, receptive fields, neighbours; and the slips with them.

The slide about receptive fields multiplies 3 by 4 and gets 12 pixels, but the windows of neighbours overlap: it
is 8. A slip says so to whoever took it over.
"""

import json
import random
from collections.abc import Callable, Mapping, Sequence
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

Given = Mapping[str, Any]
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


def draw(rng: random.Random) -> dict[str, Any]:
    """Numbers for one student, for which each question has three slips or more, no two of them alike."""
    while True:
        maps = _drawn_maps(rng)
        while not _apart(_slips_of_maps(maps)):
            maps = _drawn_maps(rng)
        given = {**maps, **_drawn_layers(rng), **_drawn_neighbours(rng)}
        if _apart(slips(given)):
            return given


def _apart(found: Mapping[str, list[Slip]]) -> bool:
    """Whether the slips of each question are three or more and all different; letters are few, and may agree."""
    listed = [[json.dumps(_plain(slip.value)) for slip in found[name]] for name in found if name not in _CHOICES]
    return all(len(set(values)) == len(values) >= 3 for values in listed)


_CHOICES = ("pixel_nearest", "latent_nearest", "maps_tell")


def _drawn_maps(rng: random.Random) -> dict[str, Any]:
    """An image with a pattern that the first filter fires at, more than anywhere else."""
    while True:
        first, second = rng.sample(_PATTERNS, 2)
        place = (rng.randrange(_MAP), rng.randrange(_MAP))
        image = np.array([[int(rng.random() < 0.3) for _ in range(_SIZE)] for _ in range(_SIZE)])
        image[place[0] : place[0] + 3, place[1] : place[1] + 3] = first
        shift = rng.choice([(0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (-1, -1)])
        moved = [place[axis] + shift[axis] for axis in (0, 1)]
        given = {
            "image": image.tolist(),
            "filter_1": (2 * np.array(first) - 1).tolist(),
            "filter_2": (2 * np.array(second) - 1).tolist(),
            "bias_1": rng.choice([-1, -2]),
            "bias_2": rng.choice([-1, 1]),
            "down": shift[0],
            "right": shift[1],
        }
        one, two = _maps(given)
        ranked = sorted(one.ravel())
        inside = all(0 <= axis < _MAP for axis in moved)
        clear = ranked[-1] > ranked[-2] and one[place] == ranked[-1]
        if inside and clear and place[0] != place[1] and 3 <= (one > 0).sum() <= 9 and 3 <= (two > 0).sum() <= 11:
            return given


def _drawn_layers(rng: random.Random) -> dict[str, Any]:
    first, second, third = rng.choice([3, 5, 7]), rng.choice([3, 5]), rng.choice([3, 5])
    stride = rng.choice([1, 2])
    return {
        "layers": [
            ["conv", first, stride],
            ["pool", 2, 2],
            ["conv", second, 1],
            ["pool", 2, 2],
            ["conv", third, 1],
        ],
        "neuron": rng.randint(2, 6),
        "object_size": 2 * rng.randint(5, 15) + 1,
    }


def _drawn_neighbours(rng: random.Random) -> dict[str, Any]:
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
        given = {"query": query.tolist(), **{n: c.tolist() for n, c in zip("abc", candidates, strict=True)}}
        pixels, latent = _pixel_distances(given), _latent_distances(_latents(given))
        apart = len(set(pixels)) == len(set(latent)) == 3
        if abs(column - other) > 1 and apart and np.argmin(pixels) != np.argmin(latent):
            return given


# ---- The right methods ------------------------------------------------------------------------------


def _windows(layers: Sequence[Sequence[Any]]) -> list[tuple[int, int]]:
    """Side and stride of each layer, which is given as (kind, side, stride)."""
    return [(side, stride) for _, side, stride in layers]


def activation(image: Array, kernel: Array, bias: float) -> Array:
    """The feature map after bias and ReLU."""
    return np.maximum(correlation(image, kernel) + bias, 0)


def _jump(layers: Sequence[Sequence[Any]]) -> int:
    """How many pixels two neighbours of the last layer are apart."""
    return int(np.prod([stride for _, _, stride in layers]))


def _maps(given: Given) -> tuple[Array, Array]:
    image = np.array(given["image"])
    first = activation(image, np.array(given["filter_1"]), given["bias_1"])
    return first, activation(image, np.array(given["filter_2"]), given["bias_2"])


def _latents(given: Given, how: Any = np.max) -> list[list[float]]:
    """Two numbers for each image: what is left of its two feature maps."""
    images = [np.array(given[name]) for name in ("query", "a", "b", "c")]
    return [[_plain(how(activation(image, kernel, 0))) for kernel in (_LINE, _LINE.T)] for image in images]


def _pixel_distances(given: Given) -> list[int]:
    query = np.array(given["query"])
    return [int(((np.array(given[name]) - query) ** 2).sum()) for name in "abc"]


def _latent_distances(latents: Any) -> list[float]:
    values = np.array(latents)
    return _listed(((values[1:] - values[0]) ** 2).sum(axis=1))


def _plain(value: Any) -> Any:
    return np.asarray(value).tolist()


def _listed(values: Any) -> list[Any]:
    return list(_plain(values))


def _top(values: Any) -> list[int]:
    """Row and column of the largest value."""
    array = np.asarray(values)
    return [int(axis) for axis in np.unravel_index(int(array.argmax()), array.shape)]


def _seen(place: Sequence[int]) -> list[int]:
    return [place[0], place[0] + 2, place[1], place[1] + 2]


@cache
def _agreements() -> dict[str, float]:
    """For the first 100 validation images: the share whose nearest training image has the same label, and slips."""
    with np.load(_DATA, allow_pickle=False) as data:
        train, labels = data["x_train"].reshape(4000, -1), data["y_train"]
        asked, truth = data["x_valid"][:100].reshape(100, -1), data["y_valid"][:100]
    inked = train.any(axis=0) | asked.any(axis=0)  # pixels that are blank in all images add nothing to any distance
    train, asked = train.compress(inked, axis=1), asked.compress(inked, axis=1)
    known, query = train.astype(np.float64), asked.astype(np.float64)
    lengths = np.einsum("ij,ij->i", known, known)  # squared; no array of 4,000 x 784 squares is made for it
    distances = (query**2).sum(1)[:, None] - 2 * query @ known.T + lengths
    wrapped = [int(_wrapped_distances(train, image).argmin()) for image in asked]
    brightness = np.abs(query.sum(1)[:, None] - known.sum(1))

    def share(found: Any) -> float:
        return float(np.mean(labels[np.asarray(found)] == truth))

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


def answers(given: Given) -> dict[str, Any]:
    """Question id -> expected answer."""
    first, second = _maps(given)
    top = _top(first)
    fields, pixels, latents = receptive_fields(_windows(given["layers"])), _pixel_distances(given), _latents(given)
    return {
        "first_shape": (_MAP, _MAP, 2),
        "map_1": first,
        "map_2": second,
        "fires_at": top,
        "seen": _seen(top),
        "shifted_at": [top[0] + given["down"], top[1] + given["right"]],
        "pooled": pooled(first, 2),
        "maps_tell": "b",
        "fields": fields,
        "slide_field": 8,
        "window": _window(given, fields[-1]),
        "convs_needed": (given["object_size"] - 1) // 2,
        "pixel_distances": pixels,
        "latents": latents,
        "latent_distances": _latent_distances(latents),
        "pixel_nearest": "abc"[int(np.argmin(pixels))],
        "latent_nearest": "abc"[int(np.argmin(_latent_distances(latents)))],
        "pixel_agreement": _agreements()["right"],
    }


def _window(given: Given, field: int) -> list[int]:
    first = given["neuron"] * _jump(given["layers"])
    return [first, first + field - 1]


def follow_on(given: Given, found: Mapping[str, Any]) -> dict[str, Any]:
    """What is right given the student's own map, place, receptive fields, latent vectors and distances."""

    def own_map() -> Array:
        image = np.array(found["map_1"], dtype=float)
        if image.ndim != 2:
            raise ValueError
        return image

    def place() -> tuple[int, int]:
        row, column = (int(axis) for axis in found["fires_at"])
        return row, column

    def nearest(distances: str) -> str:
        a, b, c = (float(distance) for distance in found[distances])
        return "abc"[int(np.argmin([a, b, c]))]

    return following(
        {
            "pooled": lambda: pooled(own_map(), 2),
            "fires_at": lambda: _top(own_map()),
            "seen": lambda: _seen(place()),
            "shifted_at": lambda: [place()[0] + given["down"], place()[1] + given["right"]],
            "window": lambda: _window(given, int(found["fields"][-1])),
            "latent_distances": lambda: _latent_distances(found["latents"]),
            "pixel_nearest": lambda: nearest("pixel_distances"),
            "latent_nearest": lambda: nearest("latent_distances"),
        }
    )


def calls(given: Given) -> dict[str, list[Call]]:  # noqa: ARG001
    """Hidden images, kernels and biases for `activation_map`; square and not."""
    generator = np.random.RandomState(20201022)
    sizes = (((5, 5), (3, 3), -0.5), ((7, 9), (2, 4), 0.7), ((6, 6), (3, 3), 1.0), ((12, 10), (5, 3), -1.0))
    tests = [(generator.normal(size=image), generator.normal(size=kernel), bias) for image, kernel, bias in sizes]
    return {"activation_map": [_call(*test) for test in tests]}


def _call(image: Array, kernel: Array, bias: float) -> Call:
    wrong = [Slip(_plain(slip.value), slip.reason, slip.remedy) for slip in _wrong_maps(image, kernel, bias)]
    return Call((image.tolist(), kernel.tolist(), bias), _plain(activation(image, kernel, bias)), tuple(wrong))


# ---- The wrong ones ---------------------------------------------------------------------------------


def slips(given: Given) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    return (
        _slips_of_maps(given)
        | _slips_of_places(given)
        | _slips_of_fields(given)
        | _slips_of_neighbours(given)
        | _slips_of_choices(given)
    )


def _wrong_maps(image: Array, kernel: Array, bias: float) -> list[Slip]:
    order = message("Weighted sum, plus bias, then ReLU.")
    plain, padding = correlation(image, kernel), [(size // 2, (size - 1) // 2) for size in kernel.shape]
    wrong = [
        Slip(plain + bias, message("ReLU is missing."), message("Negative values become 0. {order}", order=order)),
        Slip(
            np.maximum(plain, 0),
            message("The bias is missing."),
            message("It is added before ReLU. {order}", order=order),
        ),
        Slip(np.maximum(plain, 0) + bias, message("The bias was added after ReLU."), order),
        Slip(plain, message("Bias and ReLU are missing."), order),
        Slip(
            activation(image, kernel[::-1, ::-1], bias),
            message("The filter was flipped, as in signal processing."),
            message("A CNN lays the filter on the image as it is."),
        ),
        Slip(
            activation(np.pad(image, padding), kernel, bias),
            message("Zeros were padded around the image."),
            message("Without padding the filter stays inside."),
        ),
    ]
    if kernel.shape[0] == kernel.shape[1]:
        turned = activation(image, kernel.T, bias)
        wrong.append(
            Slip(
                turned, message("Rows and columns of the filter are exchanged."), message("Lay it on as it is printed.")
            )
        )
    return wrong


def _slips_of_maps(given: Given) -> dict[str, list[Slip]]:
    image, first = np.array(given["image"]), _maps(given)[0]
    found: dict[str, list[Slip]] = {}
    for number in (1, 2):
        kernel, bias = np.array(given[f"filter_{number}"]), given[f"bias_{number}"]
        corner = int((image[:3, :3] * kernel).sum())
        step = message("Top left: the weighted sum is {corner}, then + ({bias}), then ReLU.", corner=corner, bias=bias)
        wrong = _wrong_maps(image, kernel, bias)
        positive = activation(image, np.maximum(kernel, 0), bias)
        wrong.append(
            Slip(
                positive,
                message("The minus signs of the filter were overlooked."),
                message("A 0 of the pattern weighs -1."),
            )
        )
        found[f"map_{number}"] = [Slip(_plain(slip.value), slip.reason, joined(slip.remedy, step)) for slip in wrong]
    block = [int(value) for value in first[:2, :2].ravel()]
    step = message("Top left: the largest of {values}.", values=", ".join(map(str, block)))
    raw = correlation(image, np.array(given["filter_1"])) + given["bias_1"]
    overlapping = np.lib.stride_tricks.sliding_window_view(first, (2, 2)).max(axis=(2, 3))
    found["pooled"] = [
        Slip(_plain(pooled(first, 2, np.mean)), message("This is average pooling."), step),
        Slip(
            _plain(overlapping),
            message("This is pooling with stride 1."),
            message("The windows do not overlap. {step}", step=step),
        ),
        Slip(_plain(pooled(first, 2, np.sum)), message("The values were added up."), step),
        Slip(_plain(pooled(first, 2, np.min)), message("This takes the smallest values."), step),
        Slip(_plain(first[::2, ::2]), message("Every other value was taken."), step),
        Slip(_plain(pooled(raw, 2)), message("The map was pooled before ReLU."), step),
    ]
    found["pooled"] = _without(found["pooled"], _plain(pooled(first, 2)))
    found["first_shape"] = [
        Slip(
            (_SIZE, _SIZE, 2),
            message("This is the size with padding."),
            message("Without padding: 6 - 3 + 1 along each axis."),
        ),
        Slip(
            (_MAP, _MAP, 1),
            message("One filter was counted."),
            message("Each of the two filters gives a separate map."),
        ),
        Slip(
            (_SIZE - 3, _SIZE - 3, 2),
            message("The + 1 is missing."),
            message("The filter also fits at the first place: 6 - 3 + 1."),
        ),
        Slip((2, _MAP, _MAP), message("The channels come first."), message("In Keras they come last.")),
    ]
    return found


def _without(listed: list[Slip], right: Any) -> list[Slip]:
    """Slips that differ from the right answer and, the first of each, from one another."""
    first_slips: dict[str, Slip] = {}
    for slip in listed:
        first_slips.setdefault(json.dumps(_plain(slip.value)), slip)
    return [slip for value, slip in first_slips.items() if value != json.dumps(_plain(right))]


def _slips_of_places(given: Given) -> dict[str, list[Slip]]:
    first = _maps(given)[0]
    row, column = _top(first)
    down, right = given["down"], given["right"]
    largest = message("The largest value is {largest}; count its row and column from 0.", largest=int(first.max()))
    corner = message("The window begins at the neuron's own row and column, and is three pixels wide and high.")
    shift = message(
        "The pattern moved by {down} rows and {right} columns, and so does the filter's answer.",
        down=down,
        right=right,
    )
    last = _top(first[::-1, ::-1])
    wrong = {
        "fires_at": [
            Slip(
                [column, row],
                message("Row and column are exchanged."),
                message("The row comes first. {largest}", largest=largest),
            ),
            Slip(
                [row + 1, column + 1],
                message("This counts from 1, or is the middle of the window in the image."),
                message("The place in the map was asked for. {largest}", largest=largest),
            ),
            Slip(_top(-first), message("This is where it fires least."), largest),
            Slip(last, message("This counts from the end."), largest),
            Slip(_top(_maps(given)[1]), message("This is the place in the other map."), largest),
            Slip([row + 2, column + 2], message("This is the last pixel of the window."), largest),
        ],
        "seen": [
            Slip([row - 1, row + 1, column - 1, column + 1], message("The neuron was taken for the middle."), corner),
            Slip([row, row + 3, column, column + 3], message("This is one pixel too many at the end."), corner),
            Slip([row, row, column, column], message("This is a single pixel."), corner),
            Slip(
                [column, column + 2, row, row + 2],
                message("Rows and columns are exchanged."),
                message("Rows first. {corner}", corner=corner),
            ),
            Slip(
                [row, column, row + 2, column + 2],
                message("The numbers are in another order."),
                message("Rows first, then columns."),
            ),
        ],
        "shifted_at": [
            Slip(
                [row, column],
                message("The place was left where it was."),
                message("A convolution is not blind to shifts. {shift}", shift=shift),
            ),
            Slip([row - down, column - right], message("This is the shift the other way."), shift),
            Slip([row + right, column + down], message("Rows and columns of the shift are exchanged."), shift),
            Slip(
                [row + 3 * down, column + 3 * right],
                message("The shift was multiplied by the size of the filter."),
                shift,
            ),
        ],
    }
    return {name: _without(listed, answers_of_places(given)[name]) for name, listed in wrong.items()}


def answers_of_places(given: Given) -> dict[str, list[int]]:
    """The right places."""
    top = _top(_maps(given)[0])
    return {
        "fires_at": top,
        "seen": _seen(top),
        "shifted_at": [top[0] + given["down"], top[1] + given["right"]],
    }


def _slips_of_fields(given: Given) -> dict[str, list[Slip]]:
    layers, neuron, size = given["layers"], given["neuron"], given["object_size"]
    fields, jump = receptive_fields(_windows(layers)), _jump(layers)
    conv, stride = layers[0][1], layers[0][2]
    step = message(
        "The first layer sees {conv} pixels, its neurons are {stride} apart. Each layer adds "
        "(its size - 1) x that distance, and its own stride then widens the distance.",
        conv=conv,
        stride=stride,
    )
    begins = message(
        "Neighbours are {jump} pixels apart, so neuron {neuron} begins at {neuron} x {jump}.", jump=jump, neuron=neuron
    )
    field = fields[-1]
    grow = message("The first layer sees 3 pixels, and each further one adds 2: 1 + 2 n is to reach {size}.", size=size)
    no_pools = [[kind, side if kind == "conv" else 1, 1 if kind == "pool" else pace] for kind, side, pace in layers]
    overlap = message("3 pooled values cover 6 neurons of the first layer, and these 6 + 2 pixels.")
    found = {
        "fields": [
            Slip(
                _multiplied(layers),
                message("The slide errs here: it multiplies, but the windows of neighbours overlap."),
                step,
            ),
            Slip(
                receptive_fields([(side, 1) for _, side, _ in layers]),
                message("The strides were left out."),
                step,
            ),
            Slip(receptive_fields(_windows(no_pools)), message("The pooling was left out."), step),
            Slip(
                [side for _, side, _ in layers],
                message("These are the sizes of the windows."),
                message("Compute in pixels. {step}", step=step),
            ),
            Slip(_too_early(layers), message("The stride of a layer was applied to itself."), step),
            Slip(
                [side**2 for side in fields],
                message("These are areas."),
                message("The side of the square was asked for."),
            ),
        ],
        "slide_field": [
            Slip(
                12,
                message("The slide errs here: it prints 3 x 4 = 12, but the windows of neighbours overlap."),
                overlap,
            ),
            Slip(6, message("The pooling was taken with stride 1."), overlap),
            Slip(5, message("The pooling was left out."), overlap),
            Slip(9, message("The sizes of the filters were multiplied."), overlap),
            Slip(64, message("This is the area."), message("The side of the square was asked for.")),
        ],
        "window": [
            Slip([neuron, neuron + field - 1], message("The strides were left out."), begins),
            Slip([neuron * jump, neuron * jump + field], message("This is one pixel too many at the end."), begins),
            Slip([neuron * field, (neuron + 1) * field - 1], message("The windows were laid side by side."), begins),
            Slip(
                [neuron * jump - field // 2, neuron * jump + field // 2],
                message("The window was put around that pixel."),
                message("There is no padding, so it begins there. {begins}", begins=begins),
            ),
            Slip(
                [(neuron - 1) * jump, (neuron - 1) * jump + field - 1],
                message("The neurons were counted from 1."),
                begins,
            ),
        ],
        "convs_needed": [
            Slip(ceil(size / 3), message("The windows were laid side by side."), grow),
            Slip(ceil(round(log(size, 3), 6)), message("The sizes were multiplied."), grow),
            Slip(size - 1, message("Only one pixel was added for each layer."), grow),
            Slip(size - 3, message("Only one pixel was added for each layer after the first."), grow),
            Slip((size - 1) // 2 + 1, message("This is one layer too many."), grow),
            Slip((size - 1) // 2 - 1, message("The first layer was not counted."), grow),
        ],
    }
    found["convs_needed"] = _without(found["convs_needed"], (size - 1) // 2)
    return found


def _multiplied(layers: Sequence[Sequence[Any]]) -> list[int]:
    """As the slide does it: a convolution multiplies what the layer below it sees."""
    field, jump, fields = 1, 1, []
    for kind, side, stride in layers:
        field, jump = (field * side if kind == "conv" else field + (side - 1) * jump), jump * stride
        fields.append(field)
    return fields


def _too_early(layers: Sequence[Sequence[Any]]) -> list[int]:
    field, jump, fields = 1, 1, []
    for _, side, stride in layers:
        jump *= stride
        field += (side - 1) * jump
        fields.append(field)
    return fields


def _slips_of_neighbours(given: Given) -> dict[str, list[Slip]]:
    query = np.array(given["query"])
    differences = [np.array(given[name]) - query for name in "abc"]
    ink = int(query.max())
    changed = int(np.count_nonzero(differences[0]))
    pixels = message(
        "Image a differs at {changed} pixels, by {ink} each: {changed} x {ink}^2.", changed=changed, ink=ink
    )
    latents = _latents(given)
    strongest, second = latents[0]
    largest = message(
        "The strongest responses to the query are {strongest} and {second}.",
        strongest=f"{strongest:g}",
        second=f"{second:g}",
    )
    values = np.array(latents)
    apart = np.abs(values[1:] - values[0])
    squares = message("For a: {first}^2 + {second}^2.", first=f"{apart[0][0]:g}", second=f"{apart[0][1]:g}")
    right, shares = _latent_distances(latents), _agreements()
    floats = message("Turn the images into floats first, and compare whole images pixel by pixel.")
    found = {
        "pixel_distances": [
            Slip(
                _listed(np.sqrt(_pixel_distances(given))),
                message("The root was taken."),
                message("Leave it squared. {pixels}", pixels=pixels),
            ),
            Slip([int(np.abs(one).sum()) for one in differences], message("The differences were not squared."), pixels),
            Slip(
                [int(np.count_nonzero(one)) for one in differences], message("Pixels that differ were counted."), pixels
            ),
            Slip(
                [int(one.sum() ** 2) for one in differences],
                message("The differences were added up before squaring."),
                pixels,
            ),
            Slip([float((one**2).mean()) for one in differences], message("This is a mean."), pixels),
        ],
        "latents": [
            Slip(_latents(given, np.mean), message("This is the mean of each map."), largest),
            Slip(_latents(given, np.sum), message("This is the sum of each map."), largest),
            Slip([[two, one] for one, two in latents], message("The two filters are exchanged."), largest),
            Slip(
                [[_count(given[name], kernel) for kernel in (_LINE, _LINE.T)] for name in ("query", "a", "b", "c")],
                message("Places where a filter fires were counted."),
                largest,
            ),
        ],
        "latent_distances": [
            Slip(
                _listed(np.sqrt(right)),
                message("The root was taken."),
                message("Leave it squared. {squares}", squares=squares),
            ),
            Slip(_listed(apart.sum(axis=1)), message("The differences were not squared."), squares),
            Slip(_pixel_distances(given), message("These are distances between pixels."), squares),
            Slip(_listed(apart.sum(axis=1) ** 2), message("The differences were added up before squaring."), squares),
            Slip(_listed((apart**2).mean(axis=1)), message("This is a mean."), squares),
        ],
        "pixel_agreement": [
            Slip(
                shares["wrapped"],
                message("Unsigned bytes were subtracted: 3 - 5 becomes 254 there, not -2."),
                floats,
            ),
            Slip(
                shares["farthest"], message("These are the images farthest away."), message("Use argmin, not argmax.")
            ),
            Slip(shares["brightness"], message("Only the sums of the pixels were compared."), floats),
            Slip(
                shares["same_index"],
                message("Images of the same number were compared."),
                message("Search all 4,000 for the nearest."),
            ),
            Slip(100 * shares["right"], message("These are per cent."), message("Divide by 100.")),
        ],
    }
    return found | {
        "latent_distances": _without(found["latent_distances"], right),
        "pixel_distances": _without(found["pixel_distances"], _pixel_distances(given)),
        "latents": _without(found["latents"], latents),
    }


def _count(image: Any, kernel: Array) -> int:
    return int(np.count_nonzero(activation(np.array(image), kernel, 0)))


def _slips_of_choices(given: Given) -> dict[str, list[Slip]]:
    pixels, latent = _pixel_distances(given), _latent_distances(_latents(given))
    by_pixels, by_latent = ("abc"[int(np.argmin(distances))] for distances in (pixels, latent))
    smallest = message("Take the smallest of the pixel distances.")
    return {
        "pixel_nearest": _without(
            [
                Slip(by_latent, message("This one is nearest in the latent space."), smallest),
                Slip("abc"[int(np.argmax(pixels))], message("This one is farthest."), smallest),
            ],
            by_pixels,
        ),
        "latent_nearest": [
            Slip(
                by_pixels,
                message("This one is nearest in pixels."),
                message("Take the smallest of the latent distances."),
            )
        ],
        "maps_tell": [
            Slip(
                "a",
                message("That holds for the first layer only."),
                message("A deeper map tells where a pattern was found in the maps one layer below."),
            ),
            Slip(
                "c",
                message("Only the last layers distinguish the classes."),
                message("A map is about one pattern, at each place."),
            ),
            Slip(
                "d",
                message("The weights are the same for each image."),
                message("A map is what they give for one image."),
            ),
        ],
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------


def methods(given: Given) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    top = _top(_maps(given)[0])
    return {
        "first_shape": lambda erring: _first_shape(erring),
        "map_1": lambda erring: _map(given, 1, erring),
        "map_2": lambda erring: _map(given, 2, erring),
        "fires_at": lambda erring: _fires(given, erring),
        "seen": lambda erring: _pixels_seen(top, erring),
        "shifted_at": lambda erring: _moved(given, top, erring),
        "pooled": lambda erring: maps.pooled(
            erring, _map(given, 1, erring.at(message("In the map before:"))), 2, "max"
        ),
        "fields": lambda erring: _fields(given["layers"], erring),
        "slide_field": lambda erring: _fields([["conv", 3, 1], ["pool", 2, 2], ["conv", 3, 1]], erring)[-1],
        "window": lambda erring: _seen_by_deep(given, erring),
        "convs_needed": lambda erring: _needed(given["object_size"], erring),
        "pixel_distances": lambda erring: _distances([np.array(given[n]).ravel() for n in _IMAGES], erring),
        "latents": lambda erring: _latent(given, erring),
        "latent_distances": lambda erring: _distances(list(np.array(_latents(given), float)), erring),
        "pixel_nearest": lambda erring: _nearest(_pixel_distances(given), erring),
        "latent_nearest": lambda erring: _nearest(_latent_distances(_latents(given)), erring),
        "pixel_agreement": _agreed,
    }


_IMAGES = ("query", "a", "b", "c")


def _first_shape(erring: Erring) -> list[Any]:
    side = windows.places(erring, _SIZE, 3)
    return windows.output_shape(erring, [side, side], windows.depth(erring, 2, 1))


def _map(given: Given, number: int, erring: Erring) -> Array:
    other = 3 - number
    kernel, bias = np.array(given[f"filter_{number}"]), given[f"bias_{number}"]
    kernel = erring.pick(kernel, {message("This is the filter of the other map."): np.array(given[f"filter_{other}"])})
    bias = erring.pick(bias, {message("This is the bias of the other map."): given[f"bias_{other}"]})
    sums = maps.correlated(erring, np.array(given["image"]), maps.filtered(erring, kernel))
    return maps.activated(erring, sums, bias)


def _fires(given: Given, erring: Erring) -> list[Any]:
    first, second = _maps(given)
    values = erring.pick(
        first,
        {
            message("This is the place of the largest value in the other map."): second,
            message("This is the place in the map before bias and ReLU, of the smallest value."): -correlation(
                np.array(given["image"]), np.array(given["filter_1"])
            ),
            message("This is the place of the brightest pixel in the image."): np.array(given["image"]),
        },
    )
    row, column = _top(values)
    if erring(message("This is the largest value itself; its row and column were asked for.")):
        return [int(first.max())]
    row = erring.pick(
        row,
        {
            message("The row was counted from 1."): row + 1,
            message("The row was counted from the bottom."): _MAP - 1 - row,
        },
    )
    column = erring.pick(
        column,
        {
            message("The column was counted from 1."): column + 1,
            message("The column was counted from the right."): _MAP - 1 - column,
        },
    )
    return [row, column]


def _pixels_seen(top: Sequence[int], erring: Erring) -> list[int]:
    place = [axis + erring.pick(0, {message("Rows and columns were counted from 1."): 1}) for axis in top]
    last = erring.pick(
        2,
        {
            message("The window was taken to be 2 pixels wide: it has 3."): 1,
            message("The window was taken to be 4 pixels wide: it has 3."): 3,
        },
    )
    if erring(message("This is begin and length instead of begin and end.")):
        return [place[0], last + 1, place[1], last + 1]
    if erring(message("The window was laid side by side with its neighbours: the place was multiplied by 3.")):
        return [3 * place[0], 3 * place[0] + 2, 3 * place[1], 3 * place[1] + 2]
    if erring(message("The neuron was taken for the last pixel of the window.")):
        return [place[0] - 2, place[0], place[1] - 2, place[1]]
    return [place[0], place[0] + last, place[1], place[1] + last]


def _moved(given: Given, top: Sequence[int], erring: Erring) -> list[int]:
    start = erring.pick(0, {message("Rows and columns were counted from 1."): 1})
    down = erring.pick(
        given["down"],
        {
            message("Only the shift to the side was followed."): 0,
            message("The shift downwards was doubled."): 2 * given["down"],
        },
    )
    right = erring.pick(
        given["right"],
        {
            message("Only the shift downwards was followed."): 0,
            message("The shift to the side was doubled."): 2 * given["right"],
        },
    )
    if erring(message("This is the shift itself.")):
        return [down, right]
    return [top[0] + start + down, top[1] + start + right]


def _fields(layers: Sequence[Sequence[Any]], erring: Erring) -> list[int]:
    start = erring.pick(
        1,
        {
            message("The first pixel was not counted: it starts at 0."): 0,
            message("It starts at 2; a pixel sees itself, 1."): 2,
        },
    )
    field, jump, fields = start, 1, []
    less = erring.pick(
        1,
        {
            message("The whole size was added for each layer, not the size less 1."): 0,
            message("The size less 2 was added for each layer."): 2,
        },
    )
    plain = erring(message("The strides were left out."))
    doubled = erring(message("Each pooling was taken to double the receptive field."))
    multiplied = erring(message("The sizes were multiplied; the windows of neighbours overlap."))
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
            message("Only the last one is here."): fields[-1:],
            message("The image was also listed, with 1."): [1, *fields],
            message("The order is exchanged: the first layer comes first."): fields[::-1],
            message("These are the steps between neighbours."): [
                int(np.prod([s for _, _, s in layers[: n + 1]])) for n in range(len(layers))
            ],
            message("These are halves, to one side of the middle."): [value // 2 for value in fields],
        },
    )


def _seen_by_deep(given: Given, erring: Erring) -> list[int]:
    jump = _jump(given["layers"])
    field = receptive_fields(_windows(given["layers"]))[-1]
    number = erring.pick(
        given["neuron"],
        {
            message("The neurons were counted from 1."): given["neuron"] - 1,
            message("The neuron after it was taken."): given["neuron"] + 1,
        },
    )
    step = erring.pick(
        jump,
        {
            message("The strides were added instead of multiplied."): sum(stride for _, _, stride in given["layers"]),
            message("Only the strides of the pooling layers were multiplied."): 4,
            message("Only one pooling was counted."): 2,
            message("The step was taken as the square of the strides."): jump**2,
        },
    )
    first = number * step
    if erring(message("This is begin and length instead of begin and end.")):
        return [first, field]
    if erring(message("The pixels were counted from 1.")):
        return [first + 1, first + field]
    if erring(message("The window ends at that pixel; it begins there.")):
        return [first - field + 1, first]
    return [
        first,
        first
        + erring.pick(
            field - 1,
            {
                message("The window was taken to be one pixel too short."): field - 2,
                message("Half of the window is missing."): field // 2,
            },
        ),
    ]


def _needed(size: int, erring: Erring) -> float:
    ways = {
        message("1 was not subtracted: a pixel sees itself."): size / 2,
        message("1 was added instead of subtracted."): (size + 1) / 2,
        message("It was not halved: each layer adds two pixels."): size - 1,
        message("3 was divided by: each layer adds two pixels."): size / 3,
        message("3 was divided by, and it was rounded down: each layer adds two pixels."): size // 3,
        message("3 was divided by, after 1 was subtracted: each layer adds two pixels."): (size - 1) / 3,
        message("The first layer was taken to see 3 pixels, and the others to add 3."): (size - 3) / 3 + 1,
        message("This is the square of the number."): ((size - 1) // 2) ** 2,
        message("The object was halved once more."): (size - 1) // 4,
        message("Pooling was counted in between: the layers double what is seen."): ceil(log(size, 2)),
        message("2 was subtracted instead of 1."): (size - 2) / 2,
        message("The size itself was taken."): size,
    }
    return erring.pick((size - 1) // 2, ways)


def _distances(vectors: Sequence[Array], erring: Erring) -> list[Any]:
    query, *others = vectors
    away = [other - query for other in others]
    if erring(message("The values were added instead of subtracted.")):
        away = [other + query for other in others]
    ways = {
        message("The largest difference was taken."): [np.abs(each).max() for each in away],
        message("The products were added up instead of the squared differences."): [
            (other * query).sum() for other in others
        ],
        message("The absolute differences were averaged."): [np.abs(each).mean() for each in away],
        message("The mean of the squares was taken, and the root."): [np.sqrt((each**2).mean()) for each in away],
        message("The squares were halved."): [(each**2).sum() / 2 for each in away],
        message("The sums of squares were squared again."): [(each**2).sum() ** 2 for each in away],
        message("The squares of the values were subtracted."): [
            (other**2).sum() - (query**2).sum() for other in others
        ],
    }
    found = [(each**2).sum() for each in away]
    if erring(message("The distances are those from image a.")):
        return [((vector - others[0]) ** 2).sum() for vector in (query, *others[1:])]
    return erring.pick(found, ways)


def _latent(given: Given, erring: Erring) -> Any:
    images = [np.array(given[name]) for name in _IMAGES]
    kernels = [maps.filtered(erring, kernel) for kernel in (_LINE, _LINE.T)]
    ring = erring.pick(0, {message("Zeros were padded around the images."): 1})
    images = [np.pad(image, ring) for image in images]
    found = [[correlation(image, kernel) for kernel in kernels] for image in images]
    signs = erring(message("The sign was ignored: the largest absolute value was taken."))
    ways: dict[Text, Callable[[Array], Any]] = {
        message("The response in the first place was taken, not the strongest."): lambda each: each[0, 0],
        message("The response in the middle was taken, not the strongest."): lambda each: each[_MAP // 2, _MAP // 2],
        message("The weakest response was taken, not the strongest."): np.min,
        message("The median of the responses was taken."): np.median,
        message("The place of the strongest response was taken, not the response."): np.argmax,
    }
    strongest: Callable[[Array], Any] = np.max
    how = erring.pick(strongest, ways)
    values = [[how(np.abs(each) if signs else np.maximum(each, 0)) for each in pair] for pair in found]
    if erring(message("The image that is asked for is missing; there are four vectors.")):
        return values[1:]
    if erring(message("Rows and columns are exchanged: each image has a row.")):
        return np.array(values).T
    return values


def _nearest(distances: Sequence[float], erring: Erring) -> str:
    order = [int(place) for place in np.argsort(distances)]
    return "abc"[
        erring.pick(
            order[0],
            {
                message("This is the image that is farthest away; the nearest has the smallest distance."): order[-1],
                message("This is the second nearest; one is nearer."): order[1],
            },
        )
    ]


def _agreed(erring: Erring) -> float:
    right = _agreements()["right"]
    ways: dict[Text, Callable[[], float]] = {
        message("This is for all 1,000 validation images; the first 100 were asked for."): _of_all,
        message("This is the share that does not agree."): lambda: 1 - right,
    }
    return erring.way(lambda: right, ways)


@cache
def _of_all() -> float:
    with np.load(_DATA, allow_pickle=False) as data:
        known, labels = data["x_train"].reshape(4000, -1).astype(np.float64), data["y_train"]
        query, truth = data["x_valid"].reshape(1000, -1).astype(np.float64), data["y_valid"]
    lengths = np.einsum("ij,ij->i", known, known)  # squared; no array of 4,000 x 784 squares is made for it
    distances = (query**2).sum(1)[:, None] - 2 * query @ known.T + lengths
    return float(np.mean(labels[distances.argmin(axis=1)] == truth))
