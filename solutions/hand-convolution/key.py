"""Answers of `hand-convolution`, computed from each student's own images, and the slips that explain wrong ones.

Three things printed on the slides do not hold; where a student may have taken one over, a slip says so.
"""

import random
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader.cnn.by_hand import correlation, pooled
from grader.mistakes import maps
from grader.model.key import Call, Slip, following
from grader.model.mistakes import Erring
from grader.text.messages import Text, joined, message

Given = Mapping[str, Any]
Array = np.ndarray[Any, Any]

_LAPLACIAN = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])
_SOBEL = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]])
_AVERAGE = np.full((3, 3), 1 / 9)

# What marques-intro-cnn-tf-keras prints for its own image; two signs of the middle row are wrong there.
_SLIDE_VALID = ((14, -12, 25), (-17, -14, 7), (-14, 24, -3))
_SLIDE_SAME = (
    *((9, 18, -14, -1, 26), (-6, 14, -12, 25, -15), (-1, 17, -14, -7, 19)),
    *((7, -14, 24, -3, -16), (7, 23, -16, -10, 32)),
)
_SLIDE_STRIDE = ((9, -14, 26), (-1, -14, 19), (7, -16, 32))

# Where the curve detector of sick-cas-dl-week4 has its weights, row by row, and what its two patches look like.
_CURVE = (5, 4, 3, 3, 3, 3, 3)
_HIT = ("......e", "....bbb", "...db..", "...bb..", "...bb..", "...bb..", "...bb..")
_MISS = (".......", ".c.....", "c.c....", "cd.....", ".b.....", "..b....", "ee.b...")


def same(image: Array, kernel: Array, mode: str = "constant") -> Array:
    """Feature map of the size of the image; the kernel has odd sides."""
    rows, columns = kernel.shape
    border = np.pad(image, [(rows // 2, rows // 2), (columns // 2, columns // 2)], mode=mode)  # type: ignore[call-overload]
    return correlation(border, kernel)


def flipped(kernel: Array) -> Array:
    """The kernel turned by half a circle: rows and columns in reverse order."""
    return kernel[::-1, ::-1]


def relu(values: Array) -> Array:
    """Negative values become 0."""
    return np.maximum(values, 0)


def stamped(gradient: Array, kernel: Array, add: bool = True) -> Array:
    """Gradient for the input of a convolution: each value of the output's lays down its multiple of the kernel."""
    rows, columns = kernel.shape
    result = np.zeros((gradient.shape[0] + rows - 1, gradient.shape[1] + columns - 1), dtype=int)
    for (row, column), value in np.ndenumerate(gradient):
        place = result[row : row + rows, column : column + columns]
        place[...] = value * kernel + (place if add else 0)
    return result


# ---- Each student's numbers ----------------------------------------------------------------------------------------


def draw(rng: random.Random) -> dict[str, Any]:
    """Images and filters with small numbers, for which all wrong methods give different results."""
    while True:
        given = {
            **_laplacian(rng),
            **_chain(rng),
            **_signal(rng),
            **_flip(rng),
            **_filters(rng),
            **_pooling(rng),
            **_channels(rng),
            **_curve(rng),
            **_gradient(rng),
            "hidden": rng.randrange(2**32),
        }
        if _told_apart(given):
            return given


def _matrix(rng: random.Random, rows: int, columns: int, values: Any) -> list[list[Any]]:
    return [[rng.choice(values) for _ in range(columns)] for _ in range(rows)]


def _laplacian(rng: random.Random) -> dict[str, Any]:
    return {"image": _matrix(rng, 5, 5, range(10)), "laplacian": _LAPLACIAN.tolist()}


def _chain(rng: random.Random) -> dict[str, Any]:
    """A photo and a filter with four zeros, so that ReLU matters: some window of the map has no positive value."""
    while True:
        photo = _matrix(rng, 6, 6, range(0, 260, 10))
        cells = [*rng.sample((-0.5, -0.4, -0.3, -0.2), 2), *rng.sample((0.1, 0.2, 0.3, 0.4, 0.5), 3), 0, 0, 0, 0]
        rng.shuffle(cells)
        weights = np.reshape(cells, (3, 3))
        found = np.round(correlation(np.array(photo), weights), 6)
        highest = pooled(found, 2, np.max)
        if (found < 0).sum() in range(4, 9) and (highest < 0).sum() == 1 and not (found == 0).any():
            return {"photo": photo, "weights": weights.tolist()}


def _signal(rng: random.Random) -> dict[str, Any]:
    """A signal that halves at each step, and a system that adds a delayed echo."""
    start, delay, echo = rng.choice((32, 64, 96, 160)), rng.choice((2, 3)), rng.choice((-1, -2, 2, 3))
    return {"x": [start // 2**n for n in range(6)], "h": [1, *[0] * (delay - 1), echo]}


def _flip(rng: random.Random) -> dict[str, Any]:
    return {"tile": _matrix(rng, 4, 4, range(7)), "kernel": _matrix(rng, 3, 3, (-1, 0, 0, 1, 2))}


def _filters(rng: random.Random) -> dict[str, Any]:
    """An edge with a few pixels that do not keep to it; and a picture whose means are whole numbers."""
    low, high = rng.sample(range(0, 100, 10), 2)
    edge = np.full((4, 5), low)
    edge[2:] = high
    for _ in range(3):
        edge[rng.randrange(4), rng.randrange(5)] = rng.randrange(0, 100, 10)
    sobel = _SOBEL
    if rng.random() < 0.5:
        edge, sobel = edge.T, _SOBEL.T
    return {
        "edge": edge.tolist(),
        "sobel": sobel.tolist(),
        "noise": _matrix(rng, 5, 5, range(0, 99, 9)),
    }


def _pooling(rng: random.Random) -> dict[str, Any]:
    """Two maps whose averages are whole numbers: each window adds up to a multiple of its size."""
    return {"map_4": _map(rng, 4, 2), "map_6": _map(rng, 6, 3)}


def _map(rng: random.Random, side: int, window: int) -> list[list[int]]:
    cells = np.zeros((side, side), dtype=int)
    for row in range(0, side, window):
        for column in range(0, side, window):
            part: Any = [[1]]
            while np.sum(part) % window**2:
                part = _matrix(rng, window, window, range(-3, 10))
            cells[row : row + window, column : column + window] = part
    return cells.tolist()


def _channels(rng: random.Random) -> dict[str, Any]:
    return {
        "channels": [_matrix(rng, 3, 3, range(5)) for _ in range(2)],
        "filters": [[_matrix(rng, 2, 2, (-1, 0, 1, 2)) for _ in range(2)] for _ in range(3)],
    }


def _curve(rng: random.Random) -> dict[str, Any]:
    weight = rng.choice((10, 20, 30))
    levels = dict(zip("bcde", (rng.choice((40, 50, 60, 70)), 40, rng.choice((10, 20, 30)), 25), strict=True))
    detector = np.zeros((7, 7), dtype=int)
    detector[range(7), _CURVE] = weight
    return {"detector": detector.tolist(), "curve": _patch(_HIT, levels), "ear": _patch(_MISS, levels)}


def _patch(rows: tuple[str, ...], levels: Mapping[str, int]) -> list[list[int]]:
    return [[levels.get(cell, 0) for cell in row] for row in rows]


def _gradient(rng: random.Random) -> dict[str, Any]:
    return {
        "small": _matrix(rng, 3, 3, range(1, 7)),
        "stamp": np.reshape(rng.sample((-2, -1, 1, 2, 3), 4), (2, 2)).tolist(),
        "upstream": _matrix(rng, 2, 2, (-2, -1, 1, 2, 3)),
    }


def _told_apart(given: Given) -> bool:
    """Whether no wrong method gives what the right one or another wrong one gives."""
    right = answers(given)
    for question, listed in slips(given).items():
        values = [np.asarray(right[question]), *(np.asarray(slip.value) for slip in listed)]
        for number, value in enumerate(values):
            if any(_alike(value, other) for other in values[:number]):
                return False
    return True


def _alike(one: Array, other: Array) -> bool:
    return one.shape == other.shape and bool(np.abs(one - other).max() < 0.02)


# ---- Right answers -------------------------------------------------------------------------------------------------


def answers(given: Given) -> dict[str, Any]:
    """Question id -> expected answer."""
    numbers = _arrays(given)
    image, found = numbers["image"], _feature_map(numbers)
    return {
        "laplacian_valid": correlation(image, _LAPLACIAN),
        "laplacian_same": same(image, _LAPLACIAN),
        "laplacian_stride": same(image, _LAPLACIAN)[::2, ::2],
        "feature_map": found,
        "relu_map": relu(found),
        "pooled_map": pooled(relu(found), 2, np.max),
        "y": np.convolve(numbers["x"], numbers["h"]),
        "correlation_map": correlation(numbers["tile"], numbers["kernel"]),
        "convolution_map": correlation(numbers["tile"], flipped(numbers["kernel"])),
        "sobel_map": correlation(numbers["edge"], numbers["sobel"]),
        "average_map": np.round(correlation(numbers["noise"], _AVERAGE), 6),
        "max_2": pooled(numbers["map_4"], 2, np.max),
        "average_2": pooled(numbers["map_4"], 2, np.mean),
        "max_3": pooled(numbers["map_6"], 3, np.max),
        "average_3": pooled(numbers["map_6"], 3, np.mean),
        "output_maps": _output_maps(numbers),
        "responses": _responses(numbers, numbers["detector"]),
        "full_map": correlation(numbers["small"], numbers["stamp"], padding=1),
        "gradient": stamped(numbers["upstream"], numbers["stamp"]),
    }


def _arrays(given: Given) -> dict[str, Array]:
    return {name: np.array(value) for name, value in given.items()}


def _feature_map(numbers: Mapping[str, Array]) -> Array:
    return np.round(correlation(numbers["photo"], numbers["weights"]), 6)


def _per_channel(numbers: Mapping[str, Array]) -> Array:
    """One map for each output and each input channel, shape (3, 2, rows, columns)."""
    channels = numbers["channels"]
    return np.array(
        [[correlation(*pair) for pair in zip(channels, block, strict=True)] for block in numbers["filters"]]
    )


def _output_maps(numbers: Mapping[str, Array]) -> Array:
    return np.asarray(_per_channel(numbers).sum(axis=1))


def _responses(numbers: Mapping[str, Array], detector: Array) -> list[int]:
    return [int((numbers[patch] * detector).sum()) for patch in ("curve", "ear")]


def follow_on(given: Given, found: Mapping[str, Any]) -> dict[str, Any]:
    """Question id -> answer that is right given the student's own earlier ones."""
    return following(
        {
            "laplacian_same": lambda: _with_border(given, _own(found["laplacian_valid"])),
            "laplacian_stride": lambda: _own(found["laplacian_same"], least=3)[::2, ::2],
            "relu_map": lambda: relu(_own(found["feature_map"])),
            "pooled_map": lambda: pooled(_own(found["relu_map"]), 2, np.max),
        }
    )


def _own(value: Any, least: int = 2) -> Array:
    """An earlier map as an array.

    Raises:
        ValueError: Nothing can rest on it: it is no map, is smaller than `least`, or holds one number everywhere.
    """
    image = np.array(value, dtype=float)
    if image.ndim != 2 or min(image.shape) < least or not np.isfinite(image).all() or np.ptp(image) == 0:
        raise ValueError
    return image


def _with_border(given: Given, inner: Array) -> Array:
    """The map with padding 'same' whose inner part is the student's own map without padding."""
    padded = same(np.array(given["image"]), _LAPLACIAN).astype(float)
    padded[1:-1, 1:-1] = inner
    return padded


# ---- Wrong answers with a known cause ------------------------------------------------------------------------------


def slips(given: Given) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    numbers = _arrays(given)
    return {
        **_laplacian_slips(numbers),
        **_chain_slips(numbers),
        **_signal_slips(numbers),
        **_flip_slips(numbers),
        **_filter_slips(numbers),
        **_pooling_slips(numbers),
        **_channel_slips(numbers),
        **_curve_slips(numbers),
        **_gradient_slips(numbers),
    }


def _sum(window: Array, kernel: Array) -> str:
    """`4*9 + (-1)*3 + ...`: the products at one place, zeros of the kernel left out, and their sum."""
    pairs = [(weight, value) for weight, value in zip(kernel.flat, window.flat, strict=True) if weight]
    terms = [f"{weight:g}*{value:g}" if weight > 0 else f"({weight:g})*{value:g}" for weight, value in pairs]
    return f"{' + '.join(terms)} = {round(float((window * kernel).sum()), 6):g}"


def _cells(values: Array) -> Text:
    """`5, 8, 3 and 9`"""
    words = [f"{value:g}" for value in values.flat]
    return message("{values} and {last}", values=", ".join(words[:-1]), last=words[-1])


def _laplacian_slips(numbers: Mapping[str, Array]) -> dict[str, list[Slip]]:
    image = numbers["image"]
    valid, padded = correlation(image, _LAPLACIAN), same(image, _LAPLACIAN)
    first = message(
        "Top left, the filter lies on rows and columns 1 to 3: {products}.", products=_sum(image[:3, :3], _LAPLACIAN)
    )
    border = np.pad(image, 1)
    corner = message(
        "A ring of zeros comes first; top left is then {products}.", products=_sum(border[:3, :3], _LAPLACIAN)
    )
    again = message(
        "Take every second row and column of the map with padding, from the first on: its top "
        "row has {row}, of which {every_second} stay.",
        row=_cells(padded[0]),
        every_second=_cells(padded[0, ::2]),
    )
    eight = np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]])
    return {
        "laplacian_valid": [
            Slip(
                _SLIDE_VALID,
                message(
                    "These are the numbers that the slide prints for its own image. The slide also errs here: "
                    "two signs of its middle row are wrong."
                ),
                first,
            ),
            Slip(
                padded,
                message("Zeros were padded around the image."),
                message("Without padding the filter never hangs over. {first}", first=first),
            ),
            Slip(
                -valid,
                message("All signs are reversed: the centre of the filter counts as +4, its neighbours as -1."),
                first,
            ),
            Slip(
                correlation(image, eight),
                message("The pixels at the corners were also counted."),
                message("They have weight 0. {first}", first=first),
            ),
            Slip(correlation(image, relu(_LAPLACIAN)), message("The four neighbours were left out."), first),
            Slip(
                correlation(image, np.abs(_LAPLACIAN)), message("The minus signs of the filter were overlooked."), first
            ),
        ],
        "laplacian_same": [
            Slip(valid, message("This is the map without padding."), corner),
            Slip(
                np.pad(valid, 1),
                message("The zeros were put around the result instead of around the image."),
                corner,
            ),
            Slip(
                same(image, _LAPLACIAN, "edge"),
                message("The pixels at the edge were repeated outwards; zeros were asked for."),
                corner,
            ),
            Slip(
                correlation(image, _LAPLACIAN, padding=2),
                message("Two rings of zeros were padded."),
                message("A 3 x 3 filter needs one ring to keep the size. {corner}", corner=corner),
            ),
            Slip(_SLIDE_SAME, message("These are the numbers of the slide, which belong to its own image."), corner),
            Slip(-padded, message("All signs are reversed: the centre of the filter counts as +4."), corner),
        ],
        "laplacian_stride": [
            Slip(valid[::2, ::2], message("The padding was left out, or the first place of the filter."), again),
            Slip(padded, message("The stride was left out."), again),
            Slip(valid, message("Both the padding and the stride were left out."), again),
            Slip(
                padded[::2],
                message("The stride was used downwards only."),
                message("It holds along both axes. {again}", again=again),
            ),
            Slip(
                padded[:, ::2],
                message("The stride was used sideways only."),
                message("It holds along both axes. {again}", again=again),
            ),
            Slip(
                pooled(np.pad(padded, ((0, 1), (0, 1)), constant_values=-999), 2, np.max),
                message("This is 2 x 2 max pooling of the map."),
                message("A stride leaves places out; it does not compare them. {again}", again=again),
            ),
            Slip(_SLIDE_STRIDE, message("These are the numbers of the slide, which belong to its own image."), again),
        ],
    }


def _chain_slips(numbers: Mapping[str, Array]) -> dict[str, list[Slip]]:
    photo, weights, found = numbers["photo"], numbers["weights"], _feature_map(numbers)
    first = message(
        "Top left is {first_sum}; to its right is {second_sum}.",
        first_sum=_sum(photo[:3, :3], weights),
        second_sum=_sum(photo[:3, 1:4], weights),
    )
    negative = next(value for value in found.flat if value < 0)
    positive = next(value for value in found.flat if value > 0)
    rectified = message(
        "Only what is below 0 becomes 0: {negative} becomes 0, and {positive} stays.",
        negative=f"{negative:g}",
        positive=f"{positive:g}",
    )
    window = relu(found)[:2, :2]
    block = message(
        "Top left, the largest of {values} is {largest}; the next window begins two columns on.",
        values=_cells(window),
        largest=f"{window.max():g}",
    )
    return {
        "feature_map": [
            Slip(
                found.T,
                message(
                    "Rows and columns of the map are swapped. The slide errs here: its map is mirrored in the same way."
                ),
                first,
            ),
            Slip(
                _rounded(correlation(photo, flipped(weights))),
                message("The filter was flipped."),
                message("Lay it on as it is. {first}", first=first),
            ),
            Slip(
                _rounded(correlation(photo, weights.T)), message("Rows and columns of the filter are swapped."), first
            ),
            Slip(
                _rounded(correlation(photo, weights, padding=1)),
                message("Zeros were padded around the image."),
                message("Without padding 4 x 4 places are left. {first}", first=first),
            ),
            Slip(
                _rounded(correlation(photo, np.abs(weights))),
                message("The minus signs of the filter were overlooked."),
                first,
            ),
            Slip(
                _rounded(correlation(photo, weights, stride=2)),
                message("The filter was moved by two pixels."),
                message("The stride is 1. {first}", first=first),
            ),
            Slip(relu(found), message("ReLU was used already; it is asked for in the next question."), first),
        ],
        "relu_map": [
            Slip(found, message("ReLU was left out: this is the feature map."), rectified),
            Slip(np.abs(found), message("The minus signs were dropped."), rectified),
            Slip(
                np.minimum(found, 0),
                message("The negative values were kept and the positive ones set to 0."),
                rectified,
            ),
            Slip(
                (found > 0).astype(int),
                message("This is 1 where the map is positive."),
                message("A positive value stays as it is. {rectified}", rectified=rectified),
            ),
        ],
        "pooled_map": [
            Slip(
                pooled(found, 2, np.max),
                message("ReLU was left out: this pools the feature map itself."),
                message(
                    "Pool what comes out of ReLU; where a whole window was negative, 0 is left. {block}", block=block
                ),
            ),
            Slip(pooled(relu(found), 2, np.mean), message("Averages were taken instead of maxima."), block),
            Slip(
                pooled(relu(found), 2, np.max, stride=1),
                message("The windows overlap: pooling moved by one."),
                message("It moves by its own size. {block}", block=block),
            ),
            Slip(
                pooled(np.abs(found), 2, np.max),
                message("The minus signs of the map were dropped."),
                joined(rectified, block),
            ),
        ],
    }


def _rounded(values: Array) -> Array:
    return np.round(values, 6)


def _signal_slips(numbers: Mapping[str, Array]) -> dict[str, list[Slip]]:
    x, h = numbers["x"], numbers["h"]
    delay, echo = len(h) - 1, h[-1]
    full = np.convolve(x, h)
    at = f"y[n] = x[n] + ({echo})*x[n-{delay}]"
    step = message(
        "{at}; for example y[{delay}] = {later} + ({echo})*{first} = {result}.",
        at=at,
        delay=delay,
        later=x[delay],
        echo=echo,
        first=x[0],
        result=full[delay],
    )
    shorter = np.convolve(x, [1, *[0] * (delay - 2), echo])
    return {
        "y": [
            Slip(
                np.correlate(x, h, "full"),
                message("h was laid on as it is: this is the correlation."),
                message("Convolution flips it: {step}", step=step),
            ),
            Slip(
                full[: len(x)],
                message("The output ends with the input; but the echo comes out later."),
                message(
                    "The last value is y[{last}] = ({echo})*x[{last_input}]. {step}",
                    last=len(full) - 1,
                    echo=echo,
                    last_input=len(x) - 1,
                    step=step,
                ),
            ),
            Slip(
                np.convolve(x, h, "valid"),
                message("Only the places where h lies fully on x were taken."),
                message("Outside x is 0. {step}", step=step),
            ),
            Slip(
                np.convolve(x, h, "same"),
                message("Only the middle of the output was kept, as many values as the input has."),
                message("It begins with y[0] and ends with y[{last}]. {step}", last=len(full) - 1, step=step),
            ),
            Slip(shorter, message("A zero of h was skipped, so the echo comes one step early."), step),
            Slip(
                np.convolve(x, np.abs(h)) if echo < 0 else np.convolve(x, [1, *h[1:-1], -echo]),
                message("The sign of the echo is wrong."),
                step,
            ),
            Slip([*x, *[0] * delay], message("The echo was left out."), step),
        ]
    }


def _flip_slips(numbers: Mapping[str, Array]) -> dict[str, list[Slip]]:
    tile, kernel = numbers["tile"], numbers["kernel"]
    found, convolved = correlation(tile, kernel), correlation(tile, flipped(kernel))
    plainly = message("Lay the kernel on as printed: top left is {products}.", products=_sum(tile[:3, :3], kernel))
    turned = message(
        "Turn the kernel by half a circle first; its rows are then {rows}. Top left is {products}.",
        rows=_rows(flipped(kernel)),
        products=_sum(tile[:3, :3], flipped(kernel)),
    )
    return {
        "correlation_map": [
            Slip(convolved, message("The kernel was flipped: this is the convolution."), plainly),
            Slip(correlation(tile, kernel.T), message("Rows and columns of the kernel are swapped."), plainly),
            Slip(correlation(tile, kernel[::-1]), message("The rows of the kernel were reversed."), plainly),
            Slip(correlation(tile, np.abs(kernel)), message("The minus signs of the kernel were overlooked."), plainly),
            Slip(
                same_size(tile, kernel),
                message("Zeros were padded around the tile."),
                message("Without padding 2 x 2 places are left. {plainly}", plainly=plainly),
            ),
        ],
        "convolution_map": [
            Slip(found, message("The kernel was not flipped: this is the correlation."), turned),
            Slip(
                correlation(tile, kernel[::-1]),
                message("Only the rows of the kernel were reversed."),
                message("The columns are also reversed. {turned}", turned=turned),
            ),
            Slip(
                correlation(tile, kernel[:, ::-1]),
                message("Only the columns were reversed."),
                message("The rows are also reversed. {turned}", turned=turned),
            ),
            Slip(correlation(tile, kernel.T), message("The kernel was mirrored at its diagonal."), turned),
            Slip(
                same_size(tile, flipped(kernel)),
                message("Zeros were padded around the tile."),
                message("Without padding 2 x 2 places are left. {turned}", turned=turned),
            ),
            Slip(flipped(found), message("The result was turned instead of the kernel."), turned),
        ],
    }


def same_size(image: Array, kernel: Array) -> Array:
    """The map with one ring of zeros, which keeps the size for a 3 x 3 kernel."""
    return correlation(image, kernel, padding=1)


def _rows(kernel: Array) -> str:
    return ", ".join(str(row) for row in kernel.tolist())


def _filter_slips(numbers: Mapping[str, Array]) -> dict[str, list[Slip]]:
    edge, sobel, noise = numbers["edge"], numbers["sobel"], numbers["noise"]
    first = message("Top left is {products}.", products=_sum(edge[:3, :3], sobel))
    window = noise[:3, :3]
    mean = message(
        "Top left, the nine pixels add up to {total}, and {total} / 9 = {mean}.",
        total=window.sum(),
        mean=f"{window.mean():g}",
    )
    ring = np.ones((3, 3)) - np.pad([[1]], 1)
    return {
        "sobel_map": [
            Slip(
                correlation(edge, flipped(sobel)),
                message("All signs are reversed: the filter was flipped, as in signal processing."),
                message("A CNN lays it on as it is. {first}", first=first),
            ),
            Slip(correlation(edge, sobel.T), message("This is the Sobel filter for the other direction."), first),
            Slip(correlation(edge, np.sign(sobel)), message("The weights of 2 were taken as 1."), first),
            Slip(
                same_size(edge, sobel),
                message("Zeros were padded around the image."),
                message("Without padding 2 rows and columns are lost. {first}", first=first),
            ),
            Slip(correlation(edge, np.abs(sobel)), message("The minus signs of the filter were overlooked."), first),
        ],
        "average_map": [
            Slip(correlation(noise, np.ones((3, 3))), message("The factor 1/9 was left out: these are sums."), mean),
            Slip(
                _rounded(correlation(noise, np.full((3, 3), 1 / 3))),
                message("The sums were divided by 3."),
                message("Nine pixels are averaged. {mean}", mean=mean),
            ),
            Slip(pooled(noise, 3, np.max, stride=1), message("Maxima were taken instead of averages."), mean),
            Slip(
                _rounded(same_size(noise, _AVERAGE)),
                message("Zeros were padded around the image."),
                message("Without padding 3 x 3 places are left. {mean}", mean=mean),
            ),
            Slip(
                correlation(noise, ring / 8),
                message("The pixel in the middle was left out."),
                message("It is one of the nine. {mean}", mean=mean),
            ),
            Slip(pooled(noise, 3, np.median, stride=1), message("This is the median of each window."), mean),
        ],
    }


def _pooling_slips(numbers: Mapping[str, Array]) -> dict[str, list[Slip]]:
    found: dict[str, list[Slip]] = {}
    for name, size, shape in (("map_4", 2, "4 x 4"), ("map_6", 3, "6 x 6")):
        values = numbers[name]
        window = values[:size, :size]
        largest = message(
            "Top left, the largest of {values} is {largest}.", values=_cells(window), largest=window.max()
        )
        total, count = window.sum(), window.size
        mean = message(
            "Top left, {values} add up to {total}, and {total} / {count} = {mean}.",
            values=_cells(window),
            total=total,
            count=count,
            mean=f"{window.mean():g}",
        )
        moves = message("The window moves by its own size, so a map of {shape} gives 2 x 2.", shape=shape)
        overlap = message("The windows overlap: pooling moved by one.")
        highest, average = pooled(values, size, np.max), pooled(values, size, np.mean)
        maxima = [
            Slip(average, message("Averages were taken instead of maxima."), largest),
            Slip(pooled(values, size, np.min), message("The smallest values were taken."), largest),
            Slip(
                pooled(values, size, np.max, stride=1),
                overlap,
                joined(moves, largest),
            ),
            Slip(
                values[::size, ::size], message("The first value of each window was kept, as a stride does."), largest
            ),
        ]
        means = [
            Slip(highest, message("Maxima were taken instead of averages."), mean),
            Slip(pooled(values, size, np.sum), message("The sums were not divided by the number of values."), mean),
            Slip(
                _rounded(pooled(values, size, np.mean, stride=1)),
                overlap,
                joined(moves, mean),
            ),
            Slip(_rounded(pooled(relu(values), size, np.mean)), message("Negative values were counted as 0."), mean),
        ]
        if size == 3:
            maxima.append(
                Slip(
                    pooled(values, 2, np.max),
                    message("This is 2 x 2 pooling."),
                    message("The windows are 3 x 3. {largest}", largest=largest),
                )
            )
            means.append(
                Slip(
                    pooled(values, 2, np.mean),
                    message("This is 2 x 2 pooling."),
                    message("The windows are 3 x 3. {mean}", mean=mean),
                )
            )
            means.append(Slip(_rounded(pooled(values, 3, np.sum) / 3), message("The sums were divided by 3."), mean))
        found |= {f"max_{size}": maxima, f"average_{size}": means}
    return found


def _channel_slips(numbers: Mapping[str, Array]) -> dict[str, list[Slip]]:
    apart = _per_channel(numbers)
    maps = apart.sum(axis=1)
    one, two = apart[0, :, 0, 0]
    first = message(
        "Top left of the first map: {one} from the first channel and {two} from the second make {total}.",
        one=one,
        two=two,
        total=one + two,
    )
    turned = {**numbers, "filters": numbers["filters"][:, :, ::-1, ::-1]}
    crossed = {**numbers, "filters": numbers["filters"][:, ::-1]}
    mirrored = {**numbers, "filters": np.swapaxes(numbers["filters"], 2, 3)}
    alone = {**numbers, "filters": numbers["filters"][:, [0, 0]]}
    return {
        "output_maps": [
            Slip(
                apart.reshape(6, 2, 2),
                message("The channels were not added up: six maps, one for each filter and channel."),
                first,
            ),
            Slip(apart, message("The channels were not added up."), first),
            Slip(apart[:, 0], message("Only the first channel was used."), first),
            Slip(apart[:, 1], message("Only the second channel was used."), first),
            Slip(apart.mean(axis=1), message("The channels were averaged instead of added up."), first),
            Slip(_output_maps(crossed), message("The filters of the two channels are swapped."), first),
            Slip(
                _output_maps(alone),
                message("Both channels were met by the first filter of each block."),
                message("Each has its own. {first}", first=first),
            ),
            Slip(
                _output_maps(turned),
                message("The filters were flipped."),
                message("A CNN lays them on as they are. {first}", first=first),
            ),
            Slip(_output_maps(mirrored), message("Rows and columns of the filters are swapped."), first),
            Slip(
                maps.sum(axis=0),
                message("The three outputs were also added up."),
                message("Each block of filters gives a separate map. {first}", first=first),
            ),
            Slip(
                np.moveaxis(maps, 0, -1),
                message(
                    "The numbers are right, with the maps along the last axis as in Keras; "
                    "a list of three maps was asked for."
                ),
                message("np.moveaxis(output_maps, -1, 0) brings the maps to the front."),
            ),
        ]
    }


def _curve_slips(numbers: Mapping[str, Array]) -> dict[str, list[Slip]]:
    detector, curve, ear = numbers["detector"], numbers["curve"], numbers["ear"]
    weight = int(detector.max())
    under = [int(value) for value in curve[range(7), _CURVE]]
    step = message(
        "In the first patch {values} lie under the weights, and each counts {weight} times: "
        "{weight} * {total}. The last row counts as well, in both patches.",
        values=_cells(np.array(under)),
        weight=weight,
        total=sum(under),
    )
    return {
        "responses": [
            Slip(
                (6600, 0),
                message("The slide errs here: for the two patches that it prints, its filter gives 8,100 and 1,500."),
                step,
            ),
            Slip(
                [int((patch[:-1] * detector[:-1]).sum()) for patch in (curve, ear)],
                message("The last row was left out, as on the slide, which errs here."),
                step,
            ),
            Slip(
                _responses(numbers, flipped(detector)),
                message("The filter was flipped."),
                message("Lay it on as it is. {step}", step=step),
            ),
            Slip(_responses(numbers, detector // weight), message("The weights were taken as 1."), step),
            Slip(
                [int(patch.sum() * weight) for patch in (curve, ear)],
                message("All pixels were multiplied, also where the filter has zeros."),
                step,
            ),
            Slip(
                [int(((patch * detector) > 0).sum()) * weight for patch in (curve, ear)],
                message("The brightness of the pixels was left out."),
                step,
            ),
            Slip(
                [round(value / 49, 6) for value in _responses(numbers, detector)],
                message("The sum was divided by the number of pixels."),
                message("Products are added up, not averaged. {step}", step=step),
            ),
        ]
    }


def _gradient_slips(numbers: Mapping[str, Array]) -> dict[str, list[Slip]]:
    small, stamp, upstream = numbers["small"], numbers["stamp"], numbers["upstream"]
    border = np.pad(small, 1)
    first = message(
        "One ring of zeros lets the filter reach every pixel from all sides; top left is "
        "{first_sum}, then {second_sum}.",
        first_sum=_sum(border[:2, :2], stamp),
        second_sum=_sum(border[:2, 1:3], stamp),
    )
    (a, b), (c, d) = upstream
    (p, q), (r, s) = stamp
    middle = message(
        "Each upstream value sends its multiple of the filter back to the pixels that it came "
        "from. The pixel in the middle collects {products} = {total}.",
        products=f"({a})*({s}) + ({b})*({r}) + ({c})*({q}) + ({d})*({p})",
        total=a * s + b * r + c * q + d * p,
    )
    return {
        "full_map": [
            Slip(correlation(small, stamp), message("The padding is missing: this is 'valid'."), first),
            Slip(
                correlation(border[1:, 1:], stamp),
                message("Zeros were padded at two of the four sides only: this is 'same'."),
                first,
            ),
            Slip(
                correlation(border[:-1, :-1], stamp), message("Zeros were padded at two of the four sides only."), first
            ),
            Slip(
                correlation(small, flipped(stamp), padding=1),
                message("The filter was flipped."),
                message("Lay it on as it is. {first}", first=first),
            ),
            Slip(correlation(small, stamp.T, padding=1), message("Rows and columns of the filter are swapped."), first),
            Slip(
                correlation(small, stamp, padding=2),
                message("Two rings of zeros were padded."),
                message("A ring less than the side of the filter: 2 - 1. {first}", first=first),
            ),
        ],
        "gradient": [
            Slip(
                correlation(upstream, stamp, padding=1),
                message(
                    "The filter was not flipped: going back, it is laid on the upstream gradient turned by half a "
                    "circle."
                ),
                middle,
            ),
            Slip(
                correlation(small, stamp),
                message("This is the map of the way forward."),
                message("Its gradient is given; the way back goes from there to the pixels. {middle}", middle=middle),
            ),
            Slip(correlation(small, upstream), message("This is the gradient for the weights of the filter."), middle),
            Slip(stamped(upstream, stamp.T), message("Rows and columns of the filter are swapped."), middle),
            Slip(
                stamped(upstream, stamp, add=False),
                message("Where several values reach a pixel, only one was kept."),
                middle,
            ),
            Slip(
                np.pad(upstream, ((0, 1), (0, 1))) * stamp.sum(),
                message("Each value was sent to a single pixel."),
                middle,
            ),
            Slip(
                correlation(upstream, flipped(stamp)),
                message("The padding is missing, so only the middle came out."),
                middle,
            ),
        ],
    }


# ---- The function --------------------------------------------------------------------------------------------------


def calls(given: Given) -> dict[str, list[Call]]:
    """Question id -> calls with images and kernels that no one has seen.

    With padding 'same' the kernel has odd sides and the stride divides the last index, so that all
    conventions of where the first place lies agree.
    """
    rng = random.Random(given["hidden"])
    sizes = (
        ((6, 6), (3, 3), 1, "valid"),
        ((7, 5), (2, 3), 1, "valid"),
        ((8, 9), (3, 3), 2, "valid"),
        ((10, 8), (3, 2), 3, "valid"),
        ((5, 6), (3, 3), 1, "same"),
        ((6, 8), (3, 5), 1, "same"),
        ((7, 9), (3, 3), 2, "same"),
        ((10, 7), (5, 3), 3, "same"),
    )
    return {"conv2d": [_call(rng, *size) for size in sizes]}


def _call(
    rng: random.Random, image_shape: tuple[int, int], kernel_shape: tuple[int, int], stride: int, padding: str
) -> Call:
    halves = [number / 2 for number in range(-10, 11) if number]
    while True:
        image = np.array(_matrix(rng, *image_shape, halves))
        kernel = np.array(_matrix(rng, *kernel_shape, halves))
        call = _with_slips(image, kernel, stride, padding)
        values = [np.asarray(call.expected), *(np.asarray(slip.value) for slip in call.slips)]
        if not any(_alike(one, other) for number, one in enumerate(values) for other in values[:number]):
            return call


def _with_slips(image: Array, kernel: Array, stride: int, padding: str) -> Call:
    full = same if padding == "same" else correlation
    every = full(image, kernel)
    expected = every[::stride, ::stride]
    slipped = [
        Slip(
            full(image, flipped(kernel))[::stride, ::stride],
            message("The kernel was flipped: that is the convolution of signal processing."),
            message("A CNN lays it on as it is, without `[::-1, ::-1]`."),
        ),
        Slip(
            full(image, kernel[::-1])[::stride, ::stride],
            message("The rows of the kernel are in reverse order."),
            message("Multiply cell by cell: kernel[i, j] with image[row + i, column + j]."),
        ),
        Slip(-expected, message("All signs are reversed."), message("Add the products up.")),
    ]
    if padding == "valid":
        odd = all(side % 2 for side in kernel.shape)
        padded = same(image, kernel)[::stride, ::stride] if odd else None
        reason = message('Zeros were padded although `padding` is "valid".')
    else:
        padded = correlation(image, kernel)[::stride, ::stride]
        reason = message('The padding is missing although `padding` is "same".')
        slipped.append(
            Slip(
                same(image, kernel, "edge")[::stride, ::stride],
                message("The pixels at the edge were repeated outwards."),
                message("Pad with zeros."),
            )
        )
    if padded is not None:
        slipped.append(Slip(padded, reason, message("Ask for `padding` before you slide the kernel.")))
    if stride > 1:
        slipped += [
            Slip(
                every,
                message("The stride was ignored."),
                message("Take every stride-th row and column, from the first on."),
            ),
            Slip(every[::stride], message("The stride was used downwards only."), message("It holds along both axes.")),
            Slip(
                every[:, ::stride], message("The stride was used sideways only."), message("It holds along both axes.")
            ),
            Slip(
                every[: len(expected), : len(expected[0])],
                message("The size fits the stride, but the kernel moved by one."),
                message("Its top left corner lies at (row * stride, column * stride)."),
            ),
        ]
    if kernel.shape[0] == kernel.shape[1]:
        slipped.append(
            Slip(
                full(image, kernel.T)[::stride, ::stride],
                message("Rows and columns of the kernel are swapped."),
                message("Multiply kernel[i, j] with image[row + i, column + j]."),
            )
        )
    return Call((image, kernel, stride, padding), expected, tuple(slipped))


# ---- Where one may go wrong ----------------------------------------------------------------------------------------


def methods(given: Given) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    n = _arrays(given)
    return {
        "laplacian_valid": lambda erring: _laid(n["image"], _LAPLACIAN, erring),
        "laplacian_same": lambda erring: _laid(n["image"], _LAPLACIAN, erring, padding=1),
        "laplacian_stride": lambda erring: _laid(n["image"], _LAPLACIAN, erring, padding=1, stride=2),
        "feature_map": lambda erring: _laid(n["photo"], n["weights"], erring),
        "relu_map": lambda erring: maps.activated(
            erring, _laid(n["photo"], n["weights"], erring.at(message("In the map before:")))
        ),
        "pooled_map": lambda erring: _pooled_after_relu(n, erring),
        "y": lambda erring: _echoed(n["x"], n["h"], erring),
        "correlation_map": lambda erring: _laid(n["tile"], n["kernel"], erring),
        "convolution_map": lambda erring: maps.correlated(
            erring, n["tile"], maps.filtered(erring, n["kernel"], turned=True)
        ),
        "sobel_map": lambda erring: _laid(n["edge"], n["sobel"], erring),
        "average_map": lambda erring: _averaged(n["noise"], erring),
        "max_2": lambda erring: maps.pooled(erring, n["map_4"], 2, "max"),
        "average_2": lambda erring: maps.pooled(erring, n["map_4"], 2, "mean"),
        "max_3": lambda erring: maps.pooled(erring, n["map_6"], 3, "max"),
        "average_3": lambda erring: maps.pooled(erring, n["map_6"], 3, "mean"),
        "output_maps": lambda erring: _blocks(n, erring),
        "responses": lambda erring: _two_responses(n, erring),
        "full_map": lambda erring: _laid(n["small"], n["stamp"], erring, padding=1),
        "gradient": lambda erring: _way_back(n["upstream"], n["stamp"], erring),
    }


def _laid(image: Array, kernel: Array, erring: Erring, padding: int = 0, stride: int = 1) -> Array:
    return np.round(maps.correlated(erring, image, maps.filtered(erring, kernel), padding, stride), 6)


def _pooled_after_relu(numbers: Mapping[str, Array], erring: Erring) -> Array:
    found = _laid(numbers["photo"], numbers["weights"], erring.at(message("In the map before:")))
    return maps.pooled(erring, maps.activated(erring.at(message("After the convolution:")), found), 2, "max")


def _echoed(x: Array, h: Array, erring: Erring) -> Array:
    if erring(message("The output was worked out backwards: h was turned, but not x.")):
        return np.convolve(x[::-1], h)
    h = erring.pick(
        h,
        {
            message("The echo comes one step too late."): np.insert(h, 1, 0),
            message("The echo was taken with the weight 1."): np.where(h != 0, 1, 0),
            message("The first value of h was left out: only the echo is here."): np.concatenate([[0], h[1:]]),
        },
    )
    found = np.convolve(x, h)
    ways = {
        message("The minus signs of the result were dropped."): np.abs(found),
        message("Products were taken value by value, not sums of them."): np.concatenate(
            [x[: len(h)] * h, np.zeros(len(x) - len(h))]
        )
        if len(h) <= len(x)
        else found,
        message("Running totals were taken."): np.cumsum(found),
        message("Negative values were counted as 0."): np.maximum(found, 0),
    }
    return erring.pick(found, ways)


def _averaged(image: Array, erring: Erring) -> Array:
    ring = erring.pick(0, {message("Zeros were padded around the image."): 1})
    step = erring.pick(
        1,
        {
            message("The filter was moved by two places at a time."): 2,
            message("The windows lie side by side, as in pooling."): 3,
        },
    )
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(image, ring), (3, 3))[::step, ::step]
    cells = windows.reshape(*windows.shape[:2], 9)
    ways = {
        message("The smallest values were taken."): cells.min(axis=-1),
        message("The sums were divided by 8, one less than the number of values."): cells.sum(axis=-1) / 8,
        message("The sums were divided by 10."): cells.sum(axis=-1) / 10,
        message("The sums were divided by 6."): cells.sum(axis=-1) / 6,
        message("Zeros were left out of the mean."): cells.sum(axis=-1) / np.maximum((cells != 0).sum(axis=-1), 1),
        message("The means were rounded down."): np.floor(cells.mean(axis=-1)),
        message("The mean of the smallest and the largest value was taken."): (cells.min(axis=-1) + cells.max(axis=-1))
        / 2,
        message("The middle row of each window was averaged only."): cells[..., 3:6].mean(axis=-1),
        message("The middle column of each window was averaged only."): cells[..., 1::3].mean(axis=-1),
        message("Only the four neighbours and the middle were averaged."): cells[..., [1, 3, 4, 5, 7]].mean(axis=-1),
        message("The pixel in the middle was kept."): cells[..., 4],
    }
    return np.asarray(np.round(erring.pick(cells.mean(axis=-1), ways), 6))


def _blocks(numbers: Mapping[str, Array], erring: Erring) -> Array:
    channels, filters = numbers["channels"], maps.filtered(erring, numbers["filters"])
    channels = erring.pick(
        channels,
        {
            message("The two channels are exchanged."): channels[::-1],
            message("Both filters of a block were laid on the first channel."): channels[[0, 0]],
            message("Both filters of a block were laid on the second channel."): channels[[1, 1]],
        },
    )
    parts = np.array([[correlation(*pair) for pair in zip(channels, block, strict=True)] for block in filters])
    found = parts.sum(axis=1)
    ways = {
        message("The second channel was taken off the first instead of added."): parts[:, 0] - parts[:, 1],
        message("The channels were multiplied instead of added."): parts[:, 0] * parts[:, 1],
        message("The larger of the two channels was taken instead of their sum."): parts.max(axis=1),
        message("The three maps are in reverse order."): found[::-1],
        message("Only the first map is here."): found[:1],
        message("Rows and columns of each map are exchanged."): np.swapaxes(found, 1, 2),
    }
    return maps.finished(erring, erring.pick(found, ways), 8)


def _two_responses(numbers: Mapping[str, Array], erring: Erring) -> list[Any]:
    detector = maps.filtered(erring, numbers["detector"])
    found = _responses(numbers, detector)
    if erring(message("The order is exchanged: the first response belongs to the curve.")):
        return found[::-1]
    if erring(message("The first row was left out.")):
        return [int((numbers[patch][1:] * detector[1:]).sum()) for patch in ("curve", "ear")]
    if erring(message("The largest product was taken instead of the sum.")):
        return [int((numbers[patch] * detector).max()) for patch in ("curve", "ear")]
    weight = int(numbers["detector"].max())
    if erring(message("The pixels were not multiplied by the weights, only added up where there is one.")):
        return [value // weight for value in found]
    if erring(message("Each response was divided by the number of weights.")):
        return [value / 7 for value in found]
    if erring(message("All pixels of a patch were added up; the weights were not looked at.")):
        return [int(numbers[patch].sum()) for patch in ("curve", "ear")]
    return found


def _way_back(upstream: Array, kernel: Array, erring: Erring) -> Array:
    laid = maps.filtered(erring, kernel)
    if erring(message("The padding is missing, and the filter was not turned: a single value came out.")):
        return np.array([[int((upstream * kernel).sum())]])
    upstream = erring.pick(
        upstream,
        {
            message("Rows and columns of the gradient are exchanged."): upstream.T,
            message("The minus signs of the gradient were overlooked."): np.abs(upstream),
            message("The gradient was turned by half a circle, not the filter."): upstream[::-1, ::-1],
        },
    )
    return maps.finished(erring, stamped(upstream, laid), 4)
