"""Answers of `hand-convolution`, computed from each student's own images, and the slips that explain wrong ones.

Three things printed on the slides are wrong; where a student may have copied one, a slip says so.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.cnn.by_hand import all_apart, correlation, pooled
from grader.mistakes import maps
from grader.model.key import Call, Slip, following
from grader.model.mistakes import Erring
from grader.text.messages import Text, joined, message

Values = Mapping[str, Any]  # as `draw` returns them
Array = np.ndarray[Any, Any]

_LAPLACIAN = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])
_SOBEL = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]])
_AVERAGE = np.full((3, 3), 1 / 9)

# The maps that marques-intro-cnn-tf-keras prints for its own image; two signs of the middle row are wrong there.
_SLIDE_VALID = ((14, -12, 25), (-17, -14, 7), (-14, 24, -3))
_SLIDE_SAME = (
    *((9, 18, -14, -1, 26), (-6, 14, -12, 25, -15), (-1, 17, -14, -7, 19)),
    *((7, -14, 24, -3, -16), (7, 23, -16, -10, 32)),
)
_SLIDE_STRIDE = ((9, -14, 26), (-1, -14, 19), (7, -16, 32))

# The column in which the curve detector of sick-cas-dl-week4 has its weight, row by row, and its two patches.
_CURVE = (5, 4, 3, 3, 3, 3, 3)
_HIT = ("......e", "....bbb", "...db..", "...bb..", "...bb..", "...bb..", "...bb..")
_MISS = (".......", ".c.....", "c.c....", "cd.....", ".b.....", "..b....", "ee.b...")


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


# ---- Each student's numbers ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, eq=False)
class Variant:
    """One student's images and filters as arrays.

    Attributes:
        image: For the Laplacian filter, shape (5, 5).
        laplacian: That filter, shape (3, 3).
        photo: For a convolution with ReLU and pooling, shape (6, 6).
        weights: The filter for it, shape (3, 3).
        x: A signal, shape (6,).
        h: A system that adds an echo to it, shape (3,) or (4,).
        tile: For correlation and convolution, shape (4, 4).
        kernel: The filter for both, shape (3, 3).
        edge: An edge across or upright, shape (4, 5) or (5, 4).
        sobel: The Sobel filter for this direction, shape (3, 3).
        noise: A picture to be averaged, shape (5, 5).
        map_4: For pooling with windows of 2 x 2, shape (4, 4).
        map_6: For pooling with windows of 3 x 3, shape (6, 6).
        channels: An image of two channels, shape (2, 3, 3).
        filters: For each of three output maps a filter for each channel, shape (3, 2, 2, 2).
        detector: The curve detector, shape (7, 7).
        curve: A patch with the curve, shape (7, 7).
        ear: A patch without it, shape (7, 7).
        small: An image whose gradient is asked for, shape (3, 3).
        stamp: The filter on it, shape (2, 2).
        upstream: The gradient of the loss by the feature map, shape (2, 2).
    """

    image: Array
    laplacian: Array
    photo: Array
    weights: Array
    x: Array
    h: Array
    tile: Array
    kernel: Array
    edge: Array
    sobel: Array
    noise: Array
    map_4: Array
    map_6: Array
    channels: Array
    filters: Array
    detector: Array
    curve: Array
    ear: Array
    small: Array
    stamp: Array
    upstream: Array

    @property
    def patches(self) -> tuple[Array, Array]:
        """The patch with the curve and the patch without it."""
        return self.curve, self.ear


def draw(rng: random.Random) -> dict[str, Any]:
    """Images and filters with small numbers, for which all wrong methods give different results."""
    while True:
        values = {
            **_laplacian(rng),
            **_chain(rng),
            **_signal(rng),
            **_flip(rng),
            **_filters(rng),
            **_pooling(rng),
            **_channels(rng),
            **_curve(rng),
            **_gradient(rng),
            "hidden": rng.randrange(2**32),  # seed of the images that the student's own function is tested with
        }
        right = answers(values)
        if all(
            all_apart([right[question], *(slip.value for slip in listed)]) for question, listed in slips(values).items()
        ):
            return values


def _matrix(rng: random.Random, rows: int, columns: int, values: Any) -> list[list[Any]]:
    return [[rng.choice(values) for _ in range(columns)] for _ in range(rows)]


def _laplacian(rng: random.Random) -> dict[str, Any]:
    return {"image": _matrix(rng, 5, 5, range(10)), "laplacian": _LAPLACIAN.tolist()}


def _chain(rng: random.Random) -> dict[str, Any]:
    """A photo and a filter with four zeros, for which ReLU matters: one window of the map has no positive value."""
    while True:
        photo = _matrix(rng, 6, 6, range(0, 260, 10))
        cells = [*rng.sample((-0.5, -0.4, -0.3, -0.2), 2), *rng.sample((0.1, 0.2, 0.3, 0.4, 0.5), 3), 0, 0, 0, 0]
        rng.shuffle(cells)
        weights = np.reshape(cells, (3, 3))
        feature_map = np.round(correlation(np.array(photo), weights), 6)
        highest = pooled(feature_map, 2, np.max)
        if (feature_map < 0).sum() in range(4, 9) and (highest < 0).sum() == 1 and not (feature_map == 0).any():
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


# ---- Right answers -------------------------------------------------------------------------------------------------


def answers(values: Values) -> dict[str, Any]:
    """Question id -> expected answer."""
    variant = _arrays(values)
    image, feature_map = variant.image, _feature_map(variant)
    return {
        "laplacian_valid": correlation(image, _LAPLACIAN),
        "laplacian_same": same(image, _LAPLACIAN),
        "laplacian_stride": same(image, _LAPLACIAN)[::2, ::2],
        "feature_map": feature_map,
        "relu_map": relu(feature_map),
        "pooled_map": pooled(relu(feature_map), 2, np.max),
        "y": np.convolve(variant.x, variant.h),
        "correlation_map": correlation(variant.tile, variant.kernel),
        "convolution_map": correlation(variant.tile, flipped(variant.kernel)),
        "sobel_map": correlation(variant.edge, variant.sobel),
        "average_map": np.round(correlation(variant.noise, _AVERAGE), 6),
        "max_2": pooled(variant.map_4, 2, np.max),
        "average_2": pooled(variant.map_4, 2, np.mean),
        "max_3": pooled(variant.map_6, 3, np.max),
        "average_3": pooled(variant.map_6, 3, np.mean),
        "output_maps": _output_maps(variant),
        "responses": _responses(variant, variant.detector),
        "full_map": correlation(variant.small, variant.stamp, padding=1),
        "gradient": stamped(variant.upstream, variant.stamp),
    }


def _arrays(values: Values) -> Variant:
    return Variant(**{name: np.array(value) for name, value in values.items() if name != "hidden"})


def _feature_map(variant: Variant) -> Array:
    """The map of the photo, shape (4, 4); rounded, because sums of tenths are not exact in binary."""
    return np.round(correlation(variant.photo, variant.weights), 6)


def _per_channel(variant: Variant) -> Array:
    """One map for each output and each input channel, shape (3, 2, 2, 2)."""
    channels = variant.channels
    return np.array([[correlation(*pair) for pair in zip(channels, block, strict=True)] for block in variant.filters])


def _output_maps(variant: Variant) -> Array:
    return np.asarray(_per_channel(variant).sum(axis=1))


def _responses(variant: Variant, detector: Array) -> list[int]:
    """The response of a filter, shape (7, 7), to each of the two patches."""
    return [int((patch * detector).sum()) for patch in variant.patches]


def follow_on(values: Values, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Question id -> answer that follows from the student's own earlier ones."""
    return following(
        {
            "laplacian_same": lambda: _with_border(values, _earlier_map(earlier["laplacian_valid"])),
            "laplacian_stride": lambda: _earlier_map(earlier["laplacian_same"], least=3)[::2, ::2],
            "relu_map": lambda: relu(_earlier_map(earlier["feature_map"])),
            "pooled_map": lambda: pooled(_earlier_map(earlier["relu_map"]), 2, np.max),
        }
    )


def _earlier_map(value: Any, least: int = 2) -> Array:
    """An earlier map as an array.

    Raises:
        ValueError: No answer can follow from it: it is not a map, is smaller than `least`, or has the same number
            everywhere.
    """
    image = np.array(value, dtype=float)
    if image.ndim != 2 or min(image.shape) < least or not np.isfinite(image).all() or np.ptp(image) == 0:
        raise ValueError
    return image


def _with_border(values: Values, inner: Array) -> Array:
    """The map with padding 'same', shape (5, 5), whose inner part is the student's own map, shape (3, 3)."""
    padded = same(np.array(values["image"]), _LAPLACIAN).astype(float)
    padded[1:-1, 1:-1] = inner
    return padded


# ---- Wrong answers with a known cause ------------------------------------------------------------------------------


def slips(values: Values) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    variant = _arrays(values)
    return {
        **_laplacian_slips(variant),
        **_chain_slips(variant),
        **_signal_slips(variant),
        **_flip_slips(variant),
        **_filter_slips(variant),
        **_pooling_slips(variant),
        **_channel_slips(variant),
        **_curve_slips(variant),
        **_gradient_slips(variant),
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


def _laplacian_slips(variant: Variant) -> dict[str, list[Slip]]:
    image = variant.image
    valid, padded = correlation(image, _LAPLACIAN), same(image, _LAPLACIAN)
    first = message(
        "At the top left, the filter covers rows and columns 1 to 3: {products}.",
        products=_sum(image[:3, :3], _LAPLACIAN),
    )
    border = np.pad(image, 1)
    corner = message(
        "Add a ring of zeros first. The top-left value is then {products}.", products=_sum(border[:3, :3], _LAPLACIAN)
    )
    again = message(
        (
            "Starting with the first, keep every second row and column of the padded map: its top "
            "row is {row}, so {every_second} stay."
        ),
        row=_cells(padded[0]),
        every_second=_cells(padded[0, ::2]),
    )
    eight = np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]])
    return {
        "laplacian_valid": [
            Slip(
                _SLIDE_VALID,
                message(
                    "These are the numbers that the slide prints for its own image. The slide is also wrong "
                    "here: two signs in its middle row are wrong."
                ),
                first,
            ),
            Slip(
                padded,
                message("You padded the image with zeros."),
                message("Without padding, the filter never reaches beyond the edge. {first}", first=first),
            ),
            Slip(
                -valid,
                message("All signs are reversed: you counted the centre of the filter as +4 and its neighbours as -1."),
                first,
            ),
            Slip(
                correlation(image, eight),
                message("You also counted the pixels at the corners of the filter."),
                message("The corners of the filter have weight 0. {first}", first=first),
            ),
            Slip(correlation(image, relu(_LAPLACIAN)), message("You left out the four neighbours."), first),
            Slip(
                correlation(image, np.abs(_LAPLACIAN)), message("You overlooked the minus signs of the filter."), first
            ),
        ],
        "laplacian_same": [
            Slip(valid, message("This is the map without padding."), corner),
            Slip(
                np.pad(valid, 1),
                message("You put the zeros around the result instead of around the image."),
                corner,
            ),
            Slip(
                same(image, _LAPLACIAN, "edge"),
                message("You padded by repeating the pixels at the edge. The question asks for zeros."),
                corner,
            ),
            Slip(
                correlation(image, _LAPLACIAN, padding=2),
                message("You added two rings of zeros."),
                message("A 3 x 3 filter needs only one ring of zeros to keep the size. {corner}", corner=corner),
            ),
            Slip(_SLIDE_SAME, message("These are the numbers of the slide, which belong to its own image."), corner),
            Slip(-padded, message("All signs are reversed: you counted the centre of the filter as +4."), corner),
        ],
        "laplacian_stride": [
            Slip(valid[::2, ::2], message("You left out the padding, or the first position of the filter."), again),
            Slip(padded, message("You left out the stride."), again),
            Slip(valid, message("You left out both the padding and the stride."), again),
            Slip(
                padded[::2],
                message("You used the stride only vertically."),
                message("Use the stride along both axes. {again}", again=again),
            ),
            Slip(
                padded[:, ::2],
                message("You used the stride only horizontally."),
                message("Use the stride along both axes. {again}", again=again),
            ),
            Slip(
                pooled(np.pad(padded, ((0, 1), (0, 1)), constant_values=-999), 2, np.max),
                message("This is 2 x 2 max pooling of the map."),
                message("A stride skips positions, but it does not compare values. {again}", again=again),
            ),
            Slip(_SLIDE_STRIDE, message("These are the numbers of the slide, which belong to its own image."), again),
        ],
    }


def _chain_slips(variant: Variant) -> dict[str, list[Slip]]:
    photo, weights, feature_map = variant.photo, variant.weights, _feature_map(variant)
    first = message(
        "The top-left value is {first_sum}, and the value to its right is {second_sum}.",
        first_sum=_sum(photo[:3, :3], weights),
        second_sum=_sum(photo[:3, 1:4], weights),
    )
    negative = next(value for value in feature_map.flat if value < 0)
    positive = next(value for value in feature_map.flat if value > 0)
    rectified = message(
        "Only negative values become 0: {negative} becomes 0, and {positive} stays.",
        negative=f"{negative:g}",
        positive=f"{positive:g}",
    )
    window = relu(feature_map)[:2, :2]
    block = message(
        ("At the top left, the largest of {values} is {largest}. The next window begins two columns to the right."),
        values=_cells(window),
        largest=f"{window.max():g}",
    )
    return {
        "feature_map": [
            Slip(
                feature_map.T,
                message(
                    "You swapped the rows and columns of the map. The slide is wrong here: its map is "
                    "mirrored in the same way."
                ),
                first,
            ),
            Slip(
                _rounded(correlation(photo, flipped(weights))),
                message("You flipped the filter."),
                message("Apply the filter without flipping it. {first}", first=first),
            ),
            Slip(
                _rounded(correlation(photo, weights.T)), message("Rows and columns of the filter are swapped."), first
            ),
            Slip(
                _rounded(correlation(photo, weights, padding=1)),
                message("You padded the image with zeros."),
                message("Without padding, the filter fits at 4 x 4 positions. {first}", first=first),
            ),
            Slip(
                _rounded(correlation(photo, np.abs(weights))),
                message("You overlooked the minus signs of the filter."),
                first,
            ),
            Slip(
                _rounded(correlation(photo, weights, stride=2)),
                message("You moved the filter by two pixels at a time."),
                message("The stride is 1. {first}", first=first),
            ),
            Slip(relu(feature_map), message("You already applied ReLU. The next question asks for it."), first),
        ],
        "relu_map": [
            Slip(feature_map, message("You left out ReLU: this is the feature map."), rectified),
            Slip(np.abs(feature_map), message("You dropped the minus signs."), rectified),
            Slip(
                np.minimum(feature_map, 0),
                message("You kept the negative values and set the positive ones to 0."),
                rectified,
            ),
            Slip(
                (feature_map > 0).astype(int),
                message("You wrote 1 wherever the map is positive."),
                message("A positive value stays as it is. {rectified}", rectified=rectified),
            ),
        ],
        "pooled_map": [
            Slip(
                pooled(feature_map, 2, np.max),
                message("You left out ReLU and pooled the feature map itself."),
                message("Pool the output of ReLU. A window with only negative values gives 0. {block}", block=block),
            ),
            Slip(pooled(relu(feature_map), 2, np.mean), message("You used averages instead of maxima."), block),
            Slip(
                pooled(relu(feature_map), 2, np.max, stride=1),
                message("Your windows overlap because they move by only one pixel."),
                message("The pooling window moves by its own size. {block}", block=block),
            ),
            Slip(
                pooled(np.abs(feature_map), 2, np.max),
                message("You dropped the minus signs of the map."),
                joined(rectified, block),
            ),
        ],
    }


def _rounded(values: Array) -> Array:
    return np.round(values, 6)


def _signal_slips(variant: Variant) -> dict[str, list[Slip]]:
    x, h = variant.x, variant.h
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
                message("You did not flip h: this is the correlation."),
                message("Convolution flips h: {step}", step=step),
            ),
            Slip(
                full[: len(x)],
                message("Your output ends with the input, but the echo continues after it."),
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
                message("You used only the positions where h is fully inside x."),
                message("Outside its range, x is 0. {step}", step=step),
            ),
            Slip(
                np.convolve(x, h, "same"),
                message("You kept only the middle of the output, with as many values as the input."),
                message("The output begins with y[0] and ends with y[{last}]. {step}", last=len(full) - 1, step=step),
            ),
            Slip(shorter, message("You skipped a zero of h, so your echo comes one step too early."), step),
            Slip(
                np.convolve(x, np.abs(h)) if echo < 0 else np.convolve(x, [1, *h[1:-1], -echo]),
                message("The sign of the echo is wrong."),
                step,
            ),
            Slip([*x, *[0] * delay], message("You left out the echo."), step),
        ]
    }


def _flip_slips(variant: Variant) -> dict[str, list[Slip]]:
    tile, kernel = variant.tile, variant.kernel
    correlated, convolved = correlation(tile, kernel), correlation(tile, flipped(kernel))
    as_printed = message(
        "Apply the kernel as printed: the top-left value is {products}.", products=_sum(tile[:3, :3], kernel)
    )
    turned = message(
        ("Rotate the kernel by 180 degrees first. Its rows are then {rows}. The top-left value is {products}."),
        rows=_rows(flipped(kernel)),
        products=_sum(tile[:3, :3], flipped(kernel)),
    )
    return {
        "correlation_map": [
            Slip(convolved, message("You flipped the kernel: this is the convolution."), as_printed),
            Slip(correlation(tile, kernel.T), message("You swapped the rows and columns of the kernel."), as_printed),
            Slip(correlation(tile, kernel[::-1]), message("You reversed the rows of the kernel."), as_printed),
            Slip(
                correlation(tile, np.abs(kernel)), message("You overlooked the minus signs of the kernel."), as_printed
            ),
            Slip(
                same_size(tile, kernel),
                message("You padded zeros around the tile."),
                message("Without padding, the kernel fits at 2 x 2 positions. {plainly}", plainly=as_printed),
            ),
        ],
        "convolution_map": [
            Slip(correlated, message("You did not flip the kernel: this is the correlation."), turned),
            Slip(
                correlation(tile, kernel[::-1]),
                message("You reversed only the rows of the kernel."),
                message("Reverse the columns as well. {turned}", turned=turned),
            ),
            Slip(
                correlation(tile, kernel[:, ::-1]),
                message("You reversed only the columns of the kernel."),
                message("Reverse the rows as well. {turned}", turned=turned),
            ),
            Slip(correlation(tile, kernel.T), message("You mirrored the kernel at its diagonal."), turned),
            Slip(
                same_size(tile, flipped(kernel)),
                message("You padded zeros around the tile."),
                message("Without padding, the kernel fits at 2 x 2 positions. {turned}", turned=turned),
            ),
            Slip(flipped(correlated), message("You rotated the result instead of the kernel."), turned),
        ],
    }


def same_size(image: Array, kernel: Array) -> Array:
    """The map with one ring of zeros, which keeps the size for a 3 x 3 kernel."""
    return correlation(image, kernel, padding=1)


def _rows(kernel: Array) -> str:
    return ", ".join(str(row) for row in kernel.tolist())


def _filter_slips(variant: Variant) -> dict[str, list[Slip]]:
    edge, sobel, noise = variant.edge, variant.sobel, variant.noise
    first = message("The top-left value is {products}.", products=_sum(edge[:3, :3], sobel))
    window = noise[:3, :3]
    mean = message(
        "At the top left, the nine pixels add up to {total}, and {total} / 9 = {mean}.",
        total=window.sum(),
        mean=f"{window.mean():g}",
    )
    ring = np.ones((3, 3)) - np.pad([[1]], 1)
    return {
        "sobel_map": [
            Slip(
                correlation(edge, flipped(sobel)),
                message("All signs are reversed: you flipped the filter, as in signal processing."),
                message("A CNN applies the filter without flipping it. {first}", first=first),
            ),
            Slip(correlation(edge, sobel.T), message("This is the Sobel filter for the other direction."), first),
            Slip(correlation(edge, np.sign(sobel)), message("You used the weight 1 where the filter has 2."), first),
            Slip(
                same_size(edge, sobel),
                message("You padded the image with zeros."),
                message("Without padding, 2 rows and 2 columns are lost. {first}", first=first),
            ),
            Slip(correlation(edge, np.abs(sobel)), message("You overlooked the minus signs of the filter."), first),
        ],
        "average_map": [
            Slip(correlation(noise, np.ones((3, 3))), message("You left out the factor 1/9: these are sums."), mean),
            Slip(
                _rounded(correlation(noise, np.full((3, 3), 1 / 3))),
                message("You divided the sums by 3."),
                message("Average all nine pixels. {mean}", mean=mean),
            ),
            Slip(pooled(noise, 3, np.max, stride=1), message("You used maxima instead of averages."), mean),
            Slip(
                _rounded(same_size(noise, _AVERAGE)),
                message("You padded the image with zeros."),
                message("Without padding, the filter fits at 3 x 3 positions. {mean}", mean=mean),
            ),
            Slip(
                correlation(noise, ring / 8),
                message("You left out the pixel in the middle."),
                message("The pixel in the middle is one of the nine. {mean}", mean=mean),
            ),
            Slip(pooled(noise, 3, np.median, stride=1), message("This is the median of each window."), mean),
        ],
    }


def _pooling_slips(variant: Variant) -> dict[str, list[Slip]]:
    slips_of_maps: dict[str, list[Slip]] = {}
    for values, size, shape in ((variant.map_4, 2, "4 x 4"), (variant.map_6, 3, "6 x 6")):
        window = values[:size, :size]
        largest = message(
            "At the top left, the largest of {values} is {largest}.", values=_cells(window), largest=window.max()
        )
        total, count = window.sum(), window.size
        mean = message(
            "At the top left, {values} add up to {total}, and {total} / {count} = {mean}.",
            values=_cells(window),
            total=total,
            count=count,
            mean=f"{window.mean():g}",
        )
        moves = message("The window moves by its own size, so a map of {shape} gives 2 x 2 values.", shape=shape)
        overlap = message("Your windows overlap because they move by only one pixel.")
        highest, average = pooled(values, size, np.max), pooled(values, size, np.mean)
        maxima = [
            Slip(average, message("You used averages instead of maxima."), largest),
            Slip(pooled(values, size, np.min), message("You used the smallest values."), largest),
            Slip(
                pooled(values, size, np.max, stride=1),
                overlap,
                joined(moves, largest),
            ),
            Slip(
                values[::size, ::size], message("You kept the first value of each window, as a stride does."), largest
            ),
        ]
        means = [
            Slip(highest, message("You used maxima instead of averages."), mean),
            Slip(pooled(values, size, np.sum), message("You did not divide the sums by the number of values."), mean),
            Slip(
                _rounded(pooled(values, size, np.mean, stride=1)),
                overlap,
                joined(moves, mean),
            ),
            Slip(_rounded(pooled(relu(values), size, np.mean)), message("You counted negative values as 0."), mean),
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
            means.append(Slip(_rounded(pooled(values, 3, np.sum) / 3), message("You divided the sums by 3."), mean))
        slips_of_maps |= {f"max_{size}": maxima, f"average_{size}": means}
    return slips_of_maps


def _channel_slips(variant: Variant) -> dict[str, list[Slip]]:
    apart = _per_channel(variant)
    maps = apart.sum(axis=1)
    one, two = apart[0, :, 0, 0]
    first = message(
        ("At the top left of the first map, {one} from the first channel and {two} from the second add up to {total}."),
        one=one,
        two=two,
        total=one + two,
    )
    turned = replace(variant, filters=variant.filters[:, :, ::-1, ::-1])
    crossed = replace(variant, filters=variant.filters[:, ::-1])
    mirrored = replace(variant, filters=np.swapaxes(variant.filters, 2, 3))
    alone = replace(variant, filters=variant.filters[:, [0, 0]])
    return {
        "output_maps": [
            Slip(
                apart.reshape(6, 2, 2),
                message("You did not add up the channels: you gave six maps, one for each filter and channel."),
                first,
            ),
            Slip(apart, message("You did not add up the channels."), first),
            Slip(apart[:, 0], message("You used only the first channel."), first),
            Slip(apart[:, 1], message("You used only the second channel."), first),
            Slip(apart.mean(axis=1), message("You averaged the channels instead of adding them up."), first),
            Slip(_output_maps(crossed), message("You swapped the filters of the two channels."), first),
            Slip(
                _output_maps(alone),
                message("You applied the first filter of each block to both channels."),
                message("Each channel has its own filter. {first}", first=first),
            ),
            Slip(
                _output_maps(turned),
                message("You flipped the filters."),
                message("A CNN applies filters without flipping them. {first}", first=first),
            ),
            Slip(_output_maps(mirrored), message("You swapped the rows and columns of the filters."), first),
            Slip(
                maps.sum(axis=0),
                message("You also added up the three outputs."),
                message("Each block of filters gives a separate map. {first}", first=first),
            ),
            Slip(
                np.moveaxis(maps, 0, -1),
                message(
                    "The numbers are right, with the maps along the last axis as in Keras; the question asks "
                    "for a list of three maps."
                ),
                message("np.moveaxis(output_maps, -1, 0) brings the maps to the front."),
            ),
        ]
    }


def _curve_slips(variant: Variant) -> dict[str, list[Slip]]:
    detector, curve, ear = variant.detector, variant.curve, variant.ear
    weight = int(detector.max())
    under = [int(value) for value in curve[range(7), _CURVE]]
    step = message(
        (
            "In the first patch, {values} are under the weights, and each counts {weight} times: "
            "{weight} * {total}. Count the last row as well, in both patches."
        ),
        values=_cells(np.array(under)),
        weight=weight,
        total=sum(under),
    )
    return {
        "responses": [
            Slip(
                (6600, 0),
                message(
                    "The slide is wrong here: for the two patches that it prints, its filter gives 8,100 and 1,500."
                ),
                step,
            ),
            Slip(
                [int((patch[:-1] * detector[:-1]).sum()) for patch in (curve, ear)],
                message("You left out the last row. The slide does so too, and it is wrong here."),
                step,
            ),
            Slip(
                _responses(variant, flipped(detector)),
                message("You flipped the filter."),
                message("Apply the filter without flipping it. {step}", step=step),
            ),
            Slip(_responses(variant, detector // weight), message("You used 1 for the weights."), step),
            Slip(
                [int(patch.sum() * weight) for patch in (curve, ear)],
                message("You multiplied all pixels, even where the filter has zeros."),
                step,
            ),
            Slip(
                [int(((patch * detector) > 0).sum()) * weight for patch in (curve, ear)],
                message("You left out the brightness of the pixels."),
                step,
            ),
            Slip(
                [round(value / 49, 6) for value in _responses(variant, detector)],
                message("You divided the sum by the number of pixels."),
                message("Add up the products, but do not average them. {step}", step=step),
            ),
        ]
    }


def _gradient_slips(variant: Variant) -> dict[str, list[Slip]]:
    small, stamp, upstream = variant.small, variant.stamp, variant.upstream
    border = np.pad(small, 1)
    first = message(
        (
            "With one ring of zeros, the filter reaches every pixel from all sides. The first values "
            "are {first_sum} and {second_sum}."
        ),
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
                message("You padded with zeros on only two of the four sides: this is 'same'."),
                first,
            ),
            Slip(
                correlation(border[:-1, :-1], stamp),
                message("You padded with zeros on only two of the four sides."),
                first,
            ),
            Slip(
                correlation(small, flipped(stamp), padding=1),
                message("You flipped the filter."),
                message("Apply the filter without flipping it. {first}", first=first),
            ),
            Slip(correlation(small, stamp.T, padding=1), message("Rows and columns of the filter are swapped."), first),
            Slip(
                correlation(small, stamp, padding=2),
                message("You added two rings of zeros."),
                message("The ring is one pixel narrower than the filter: 2 - 1. {first}", first=first),
            ),
        ],
        "gradient": [
            Slip(
                correlation(upstream, stamp, padding=1),
                message(
                    "You did not flip the filter: in the backward pass, it is applied to the upstream "
                    "gradient rotated by 180 degrees."
                ),
                middle,
            ),
            Slip(
                correlation(small, stamp),
                message("This is the map of the forward pass."),
                message(
                    "The gradient of the map is given. The backward pass goes from it to the pixels. {middle}",
                    middle=middle,
                ),
            ),
            Slip(correlation(small, upstream), message("This is the gradient for the weights of the filter."), middle),
            Slip(stamped(upstream, stamp.T), message("Rows and columns of the filter are swapped."), middle),
            Slip(
                stamped(upstream, stamp, add=False),
                message("Where several values reach a pixel, you kept only one."),
                middle,
            ),
            Slip(
                np.pad(upstream, ((0, 1), (0, 1))) * stamp.sum(),
                message("You sent each value to a single pixel."),
                middle,
            ),
            Slip(
                correlation(upstream, flipped(stamp)),
                message("You left out the padding, so you got only the middle."),
                middle,
            ),
        ],
    }


# ---- The function --------------------------------------------------------------------------------------------------


def calls(values: Values) -> dict[str, list[Call]]:
    """Question id -> calls with images and kernels that students have not seen.

    With padding 'same' the kernel has odd sides, and the stride divides the last index. Then all conventions
    about the first place of the kernel agree.
    """
    rng = random.Random(values["hidden"])
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
    halves = [number / 2 for number in range(-10, 11) if number]  # exact in binary, and so are their products
    while True:
        image = np.array(_matrix(rng, *image_shape, halves))
        kernel = np.array(_matrix(rng, *kernel_shape, halves))
        call = _call_with_slips(image, kernel, stride, padding)
        if all_apart([call.expected, *(slip.value for slip in call.slips)]):
            return call


def _call_with_slips(image: Array, kernel: Array, stride: int, padding: str) -> Call:
    full = same if padding == "same" else correlation
    with_stride_1 = full(image, kernel)
    expected = with_stride_1[::stride, ::stride]
    wrong = [
        Slip(
            full(image, flipped(kernel))[::stride, ::stride],
            message("You flipped the kernel: that is the convolution of signal processing."),
            message("A CNN applies the kernel as it is, without `[::-1, ::-1]`."),
        ),
        Slip(
            full(image, kernel[::-1])[::stride, ::stride],
            message("The rows of the kernel are in reverse order."),
            message("Multiply cell by cell: kernel[i, j] by image[row + i, column + j]."),
        ),
        Slip(-expected, message("All signs are reversed."), message("Add up the products.")),
    ]
    if padding == "valid":
        odd = all(side % 2 for side in kernel.shape)
        padded = same(image, kernel)[::stride, ::stride] if odd else None
        reason = message('You padded with zeros although `padding` is "valid".')
    else:
        padded = correlation(image, kernel)[::stride, ::stride]
        reason = message('The padding is missing although `padding` is "same".')
        wrong.append(
            Slip(
                same(image, kernel, "edge")[::stride, ::stride],
                message("You padded by repeating the pixels at the edge."),
                message("Pad with zeros."),
            )
        )
    if padded is not None:
        wrong.append(Slip(padded, reason, message("Check `padding` before you slide the kernel.")))
    if stride > 1:
        wrong += [
            Slip(
                with_stride_1,
                message("You ignored the stride."),
                message("Keep every stride-th row and column, starting with the first."),
            ),
            Slip(
                with_stride_1[::stride],
                message("You used the stride only vertically."),
                message("Use the stride along both axes."),
            ),
            Slip(
                with_stride_1[:, ::stride],
                message("You used the stride only horizontally."),
                message("Use the stride along both axes."),
            ),
            Slip(
                with_stride_1[: len(expected), : len(expected[0])],
                message("Your output has the right size, but you moved the kernel by only one pixel."),
                message("The top-left corner of the kernel is at (row * stride, column * stride)."),
            ),
        ]
    if kernel.shape[0] == kernel.shape[1]:
        wrong.append(
            Slip(
                full(image, kernel.T)[::stride, ::stride],
                message("You swapped the rows and columns of the kernel."),
                message("Multiply kernel[i, j] by image[row + i, column + j]."),
            )
        )
    return Call((image, kernel, stride, padding), expected, tuple(wrong))


# ---- Where one may go wrong ----------------------------------------------------------------------------------------


def methods(values: Values) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    variant = _arrays(values)
    return {
        "laplacian_valid": lambda erring: _correlated(variant.image, _LAPLACIAN, erring),
        "laplacian_same": lambda erring: _correlated(variant.image, _LAPLACIAN, erring, padding=1),
        "laplacian_stride": lambda erring: _correlated(variant.image, _LAPLACIAN, erring, padding=1, stride=2),
        "feature_map": lambda erring: _correlated(variant.photo, variant.weights, erring),
        "relu_map": lambda erring: maps.activated(
            erring, _correlated(variant.photo, variant.weights, erring.at(message("In the map before:")))
        ),
        "pooled_map": lambda erring: _pooled_after_relu(variant, erring),
        "y": lambda erring: _output_signal(variant.x, variant.h, erring),
        "correlation_map": lambda erring: _correlated(variant.tile, variant.kernel, erring),
        "convolution_map": lambda erring: maps.correlated(
            erring, variant.tile, maps.filtered(erring, variant.kernel, turned=True)
        ),
        "sobel_map": lambda erring: _correlated(variant.edge, variant.sobel, erring),
        "average_map": lambda erring: _averages(variant.noise, erring),
        "max_2": lambda erring: maps.pooled(erring, variant.map_4, 2, "max"),
        "average_2": lambda erring: maps.pooled(erring, variant.map_4, 2, "mean"),
        "max_3": lambda erring: maps.pooled(erring, variant.map_6, 3, "max"),
        "average_3": lambda erring: maps.pooled(erring, variant.map_6, 3, "mean"),
        "output_maps": lambda erring: _maps_of_channels(variant, erring),
        "responses": lambda erring: _two_responses(variant, erring),
        "full_map": lambda erring: _correlated(variant.small, variant.stamp, erring, padding=1),
        "gradient": lambda erring: _gradient_of_image(variant.upstream, variant.stamp, erring),
    }


def _correlated(image: Array, kernel: Array, erring: Erring, padding: int = 0, stride: int = 1) -> Array:
    return np.round(maps.correlated(erring, image, maps.filtered(erring, kernel), padding, stride), 6)


def _pooled_after_relu(variant: Variant, erring: Erring) -> Array:
    feature_map = _correlated(variant.photo, variant.weights, erring.at(message("In the map before:")))
    return maps.pooled(erring, maps.activated(erring.at(message("After the convolution:")), feature_map), 2, "max")


def _output_signal(x: Array, h: Array, erring: Erring) -> Array:
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


def _averages(image: Array, erring: Erring) -> Array:
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


def _maps_of_channels(variant: Variant, erring: Erring) -> Array:
    channels, filters = variant.channels, maps.filtered(erring, variant.filters)
    channels = erring.pick(
        channels,
        {
            message("You swapped the two channels."): channels[::-1],
            message("You applied both filters of a block to the first channel."): channels[[0, 0]],
            message("You applied both filters of a block to the second channel."): channels[[1, 1]],
        },
    )
    parts = np.array([[correlation(*pair) for pair in zip(channels, block, strict=True)] for block in filters])
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


def _two_responses(variant: Variant, erring: Erring) -> list[Any]:
    detector = maps.filtered(erring, variant.detector)
    responses = _responses(variant, detector)
    if erring(message("You swapped the order: the first response belongs to the curve.")):
        return responses[::-1]
    if erring(message("You left out the first row.")):
        return [int((patch[1:] * detector[1:]).sum()) for patch in variant.patches]
    if erring(message("You used the largest product instead of the sum.")):
        return [int((patch * detector).max()) for patch in variant.patches]
    weight = int(variant.detector.max())
    if erring(message("You did not multiply by the weights: you only added up the pixels that have one.")):
        return [value // weight for value in responses]
    if erring(message("You divided each response by the number of weights.")):
        return [value / 7 for value in responses]
    if erring(message("You added up all pixels of a patch and ignored the weights.")):
        return [int(patch.sum()) for patch in variant.patches]
    return responses


def _gradient_of_image(upstream: Array, kernel: Array, erring: Erring) -> Array:
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
