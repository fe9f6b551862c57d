"""Answers of `parcels`: hand-crafted features of depth images, and the slips with them."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.cnn import by_hand
from grader.mistakes.networks import Network, dense
from grader.model.key import Call, Slip
from grader.model.mistakes import Erring
from grader.text.messages import Text, message

Values = Mapping[str, Any]  # as `draw` returns them
Array = npt.NDArray[Any]
Feature = Callable[[Array], Any]

_CLASSES = ["envelope", "parcel", "double"]
_UNSEEN = {"file": "heldout/parcels-600.npz", "classes": _CLASSES}
HELDOUT = {"rules_accuracy": _UNSEEN, "accuracy": _UNSEEN}

_PATCH = (5, 6)
_BOXES = {6: ((3, 3), (2, 4), (4, 2)), 11: ((3, 4), (3, 5), (4, 4), (4, 3)), 16: ((4, 5), (5, 4), (4, 6), (5, 5))}
"""Number of heights -> boxes with room for them. With so many, each of the percentiles 10, 50 and 90 is a height or
halfway between two, which is easy by hand."""


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One student's numbers.

    Attributes:
        patch: Depth image of 5 x 6 pixels; 0 where no height was measured.
        high: A thing whose 90th percentile is at most this is flat.
        spread: A flat thing whose percentiles differ by more is a double.
        long: A high thing whose perimeter is more than this is a double.
        things: Six things with 10th percentile, 90th percentile and perimeter.
        features_count: Inputs of a network with one hidden layer.
        hidden: Neurons of this layer.
    """

    patch: list[list[int]]
    high: int
    spread: int
    long: int
    things: list[list[int]]
    features_count: int
    hidden: int

    @property
    def labels(self) -> list[int]:
        """The class that the tree gives to each thing."""
        return [by_tree(thing, self.high, self.spread, self.long) for thing in self.things]


def draw(rng: random.Random) -> dict[str, Any]:
    """Numbers for one student, for which each question has three slips or more, no two of them alike."""
    while True:
        variant = Variant(**_patch(rng), **_tree(rng), **_network(rng))
        values = asdict(variant)
        right = answers(values)
        if all(
            _are_all_different([right[question], *(slip.value for slip in listed)])
            for question, listed in slips(values).items()
        ):
            return values


def _are_all_different(listed: list[Any]) -> bool:
    """Whether the right answer and three or more wrong ones all differ."""
    texts = {json.dumps(_plain(value)) for value in listed}
    return len(texts) == len(listed) > 3


def _patch(rng: random.Random) -> dict[str, Any]:
    """A depth image of 5 x 6 pixels with a thing of which some pixels are missing; the mean is a whole number."""
    count = rng.choice(list(_BOXES))
    height, width = rng.choice(_BOXES[count])
    top, left = rng.randint(0, _PATCH[0] - height), rng.randint(0, _PATCH[1] - width)
    places = [(row, column) for row in range(top, top + height) for column in range(left, left + width)]
    while True:
        heights = rng.sample(range(4, 40), count)
        cells = sorted(rng.sample(places, count))
        image = np.zeros(_PATCH, dtype=int)
        for place, value in zip(cells, heights, strict=True):
            image[place] = value
        if sum(heights) % count == 0 and _sides(image) == (height, width):
            return {"patch": image.tolist()}


def _tree(rng: random.Random) -> dict[str, Any]:
    """Thresholds, and six things with (10th percentile, 90th percentile, perimeter), one of them on a threshold."""
    high, spread, long = rng.randint(12, 20), rng.randint(5, 8), 4 * rng.randint(16, 21)
    low = [(high - 4 - rng.randint(0, 2), high - rng.randint(1, 3)), (high - spread - rng.randint(4, 6), high - 1)]
    tall = [(high + rng.randint(20, 60), 2 * rng.randint(20, long // 2 - 3)), (high + 25, long + 2 * rng.randint(1, 9))]
    things = [
        [low[0][0], low[0][1], long - 2 * rng.randint(1, 6)],
        [low[0][0] - 1, low[0][1], long + 2 * rng.randint(1, 6)],
        [low[1][0], low[1][1], long - 2 * rng.randint(1, 6)],
        [tall[0][0] - spread - rng.randint(2, 9), *tall[0]],
        [tall[1][0] - rng.randint(2, 4), *tall[1]],
        [high - rng.randint(2, 4), high, long + 2],
    ]
    return {"high": high, "spread": spread, "long": long, "things": rng.sample(things, len(things))}


def _network(rng: random.Random) -> dict[str, Any]:
    return {"features_count": rng.choice([5, 6, 7, 9, 10, 12]), "hidden": rng.choice([10, 12, 16, 20, 24, 40])}


# ---- The right methods ------------------------------------------------------------------------------


def _heights(image: Array) -> Array:
    return image[image > 0]


def _sides(image: Array) -> tuple[int, int]:
    """Height and width of the smallest upright box around what was measured."""
    rows, columns = np.nonzero(image)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def average_height(image: Array) -> float:
    """Mean of the heights that were measured; the image has shape (rows, columns), and 0 where none was."""
    return float(_heights(image).mean())


def area(image: Array) -> int:
    """Number of pixels with a height."""
    return int(np.count_nonzero(image))


def height_distribution(image: Array, percentiles: Sequence[int] = (10, 50, 90)) -> list[float]:
    """Percentiles of the heights that were measured."""
    heights: list[float] = np.percentile(_heights(image), percentiles).tolist()
    return heights


def perimeter(image: Array) -> int:
    """Perimeter of the box around what was measured."""
    return 2 * sum(_sides(image))


def diagonals(image: Array) -> list[int]:
    """Extent along both diagonals in pixels: of row + column, and of row - column."""
    rows, columns = np.nonzero(image)
    return [int(np.ptp(rows + columns)), int(np.ptp(rows - columns))]


def by_tree(thing: Sequence[int], high: float, spread: float, long: float) -> int:
    """Class that the decision tree gives to a thing: 0 envelope, 1 parcel, 2 double.

    Args:
        thing: Its 10th percentile, 90th percentile and perimeter.
        high: The largest 90th percentile of a flat thing.
        spread: The largest difference of both percentiles of an envelope.
        long: The largest perimeter of a single parcel.
    """
    lowest, highest, around = thing
    if highest <= high:
        return 2 if highest - lowest > spread else 0
    return 2 if around > long else 1


def _plain(value: Any) -> Any:
    return np.asarray(value).tolist()


def answers(values: Values) -> dict[str, Any]:
    """Question id -> expected answer; for `model` the name of the reference model."""
    variant = Variant(**values)
    patch = np.array(variant.patch)
    return {
        "patch_average": average_height(patch),
        "patch_area": area(patch),
        "patch_distribution": height_distribution(patch),
        "patch_perimeter": perimeter(patch),
        "patch_diagonals": diagonals(patch),
        "tree_labels": variant.labels,
        "hand_crafted": ["a", "b", "e"],
        "network_params": by_hand.dense(variant.features_count, variant.hidden, len(_CLASSES)),
        "model": "boracchi_parcels_mlp",
    }


def calls(values: Values) -> dict[str, list[Call]]:  # noqa: ARG001
    """Hidden depth images for each feature: three sizes, with missing pixels."""
    generator = np.random.RandomState(20201022)
    images = [_scattered(generator, size) for size in ((6, 9), (12, 8), (20, 24))]
    return {
        question: [_call(image, feature, wrong_ones) for image in images]
        for question, (feature, wrong_ones) in _FEATURES.items()
    }


def _scattered(generator: np.random.RandomState, size: tuple[int, int]) -> Array:
    """A thing that does not touch the border, and of which two pixels of five were not measured."""
    image = np.zeros(size, dtype=int)
    inner = (size[0] - 2, size[1] - 3)
    image[1:-1, 1:-2] = generator.randint(3, 90, inner) * (generator.uniform(size=inner) < 0.6)
    return image


def _call(image: Array, feature: Feature, wrong_ones: Callable[[Array], list[Slip]]) -> Call:
    expected = _plain(feature(image))
    wrong_results = [slip for slip in wrong_ones(image) if not _same(slip.value, expected)]
    return Call((image.tolist(),), expected, tuple(wrong_results))


def _same(value: Any, expected: Any) -> bool:
    return np.shape(value) == np.shape(expected) and bool(np.allclose(value, expected))


# ---- The wrong ones ---------------------------------------------------------------------------------


def slips(values: Values) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    variant = Variant(**values)
    patch = np.array(variant.patch)
    patches = {f"patch_{name}": wrong(patch) for name, wrong in _WRONG.items()}
    return patches | _slips_of_the_tree(variant) | _slips_of_the_network(variant) | _slips_of_choices()


def _wrong_average(image: Array) -> list[Slip]:
    measured = _heights(image)
    step = message(
        "Add up the heights. Then divide by {size}, the number of pixels that have a height.", size=measured.size
    )
    return [
        Slip(float(image.mean()), message("You counted pixels without a measurement as height 0."), step),
        Slip(float(np.median(measured)), message("This is the median."), step),
        Slip(float(measured.max()), message("This is the greatest height."), step),
        Slip(float(measured.sum()), message("This is the sum of the heights."), step),
        Slip(
            float(measured.sum() / np.prod(_sides(image))),
            message("You divided by the number of all pixels in the box around the item."),
            step,
        ),
    ]


def _wrong_area(image: Array) -> list[Slip]:
    step = message("Count the pixels whose height is not 0.")
    height, width = _sides(image)
    return [
        Slip(image.size, message("This is the number of all pixels in the image."), step),
        Slip(
            height * width,
            message("You counted all pixels in the box around the item, but some of them have no height."),
            step,
        ),
        Slip(image.size - area(image), message("You counted the pixels that have no height."), step),
        Slip(int(image.sum()), message("This is the sum of the heights."), step),
    ]


def _wrong_distribution(image: Array) -> list[Slip]:
    measured = _heights(image)
    step = message("Compute the 10th, 50th and 90th percentiles of the {size} heights above 0.", size=measured.size)
    ends = [float(measured.min()), float(np.median(measured)), float(measured.max())]
    return [
        Slip(
            _plain(np.percentile(image, (10, 50, 90))),
            message("You counted pixels without a measurement as height 0."),
            step,
        ),
        Slip(ends, message("These are the smallest height, the median and the greatest height."), step),
        Slip(height_distribution(image, (25, 50, 75)), message("These are the quartiles."), step),
        Slip(
            height_distribution(image, (90, 50, 10)),
            message("Your percentiles are in reverse order: the 10th comes first."),
            step,
        ),
        Slip(
            [float(measured[(measured.size - 1) * share // 10]) for share in (1, 5, 9)],
            message("You did not sort the heights."),
            message("Sort the heights first. {step}", step=step),
        ),
    ]


def _wrong_perimeter(image: Array) -> list[Slip]:
    height, width = _sides(image)
    step = message(
        "The box is {height} pixels high and {width} pixels wide: 2 * ({height} + {width}).", height=height, width=width
    )
    return [
        Slip(
            2 * (height + width) - 4,
            message("You made the box one pixel too short along each axis, or you counted its border pixels."),
            step,
        ),
        Slip(height + width, message("You added only two of the four sides."), step),
        Slip(height * width, message("This is the area of the box."), step),
        Slip(
            2 * sum(image.shape),
            message("This is the perimeter of the image."),
            message("Use the box around the item. {step}", step=step),
        ),
    ]


def _wrong_diagonals(image: Array) -> list[Slip]:
    rows, columns = np.nonzero(image)
    first, second = diagonals(image)
    box = float(np.hypot(*_sides(image)))
    total, difference = rows + columns, rows - columns
    step = message(
        (
            "row + column goes from {lowest_sum} to {highest_sum}, and row - column goes from "
            "{lowest_difference} to {highest_difference}."
        ),
        lowest_sum=total.min(),
        highest_sum=total.max(),
        lowest_difference=difference.min(),
        highest_difference=difference.max(),
    )
    return [
        Slip(
            [second, first],
            message("You swapped the two diagonals."),
            message("Give the value for row + column first. {step}", step=step),
        ),
        Slip(
            [first + 1, second + 1],
            message("You added 1 to each diagonal."),
            message("Subtract the smallest value from the largest. {step}", step=step),
        ),
        Slip(
            [box, box],
            message("This is the length of the diagonal of the box. Use row + column and row - column instead."),
            step,
        ),
        Slip([int(total.max()), int(difference.max())], message("You did not subtract the smallest value."), step),
        Slip([sum(image.shape) - 2] * 2, message("These are the diagonals of the image."), step),
    ]


_WRONG: dict[str, Callable[[Array], list[Slip]]] = {
    "average": _wrong_average,
    "area": _wrong_area,
    "distribution": _wrong_distribution,
    "perimeter": _wrong_perimeter,
    "diagonals": _wrong_diagonals,
}
_FEATURES: dict[str, tuple[Feature, Callable[[Array], list[Slip]]]] = {
    "average_height": (average_height, _wrong_average),
    "area": (area, _wrong_area),
    "height_distribution": (height_distribution, _wrong_distribution),
    "perimeter": (perimeter, _wrong_perimeter),
    "diagonals": (diagonals, _wrong_diagonals),
}


def _slips_of_the_tree(variant: Variant) -> dict[str, list[Slip]]:
    things, high, spread, long = variant.things, variant.high, variant.spread, variant.long
    right = variant.labels
    exchanged = {0: 1, 1: 0, 2: 2}
    step = message(
        ("First ask whether the 90th percentile is at most {high}. Then ask only the question of that branch."),
        high=high,
    )
    return {
        "tree_labels": [
            Slip(
                [by_tree(thing, high - 0.5, spread, long) for thing in things],
                message('You read "at most" as "less than".'),
                step,
            ),
            Slip(
                [by_tree(thing, 1e9 if thing[1] > high else -1, spread, long) for thing in things],
                message("You swapped the branches of the first question."),
                step,
            ),
            Slip(
                [by_tree(thing, high, 1e9, long) for thing in things],
                message("You left out the question about the spread of the heights."),
                step,
            ),
            Slip(
                [by_tree(thing, high, spread, 1e9) for thing in things],
                message("You left out the question about the perimeter."),
                step,
            ),
            Slip(
                [2 if thing[1] - thing[0] > spread or thing[2] > long else int(thing[1] > high) for thing in things],
                message("You asked both later questions about each item. Each branch asks only one of them."),
                step,
            ),
            Slip(
                [exchanged[label] for label in right],
                message("You swapped envelope and parcel."),
                message("Class 0 is the envelope."),
            ),
            Slip(
                [label + 1 for label in right],
                message("You counted the classes from 1."),
                message("Class 0 is the envelope."),
            ),
        ]
    }


def _slips_of_the_network(variant: Variant) -> dict[str, list[Slip]]:
    features, hidden = variant.features_count, variant.hidden
    right = message("{formula}.", formula=f"({features} + 1) * {hidden} + ({hidden} + 1) * 3")
    weights = features * hidden + hidden * 3
    return {
        "network_params": [
            Slip(weights, message("The biases are missing."), message("Each neuron has a bias: {right}", right=right)),
            Slip(
                weights + 2,
                message("You counted only one bias for each layer, or you left out one output."),
                message("Each neuron has a bias: {right}", right=right),
            ),
            Slip(
                by_hand.dense(32 * 32, hidden, len(_CLASSES)),
                message("You counted the pixels as inputs."),
                message("The network reads features, not pixels: {right}", right=right),
            ),
            Slip((features + 1) * hidden, message("The output layer is missing."), right),
            Slip(
                by_hand.dense(features, hidden, 1),
                message("You counted only one output."),
                message("Each of the 3 classes has an output: {right}", right=right),
            ),
            Slip((features + 1) * 3, message("The hidden layer is missing."), right),
        ]
    }


def _slips_of_choices() -> dict[str, list[Slip]]:
    return {
        "hand_crafted": [
            Slip(
                ["a", "b", "c", "e"],
                message("You assumed that features made for one task also work for other tasks."),
                message("Heights and diagonals of parcels say nothing about natural images."),
            ),
            Slip(
                ["a", "b", "d", "e"],
                message("You overlooked how much work it is to design features."),
                message("Someone has to design and program each feature."),
            ),
            Slip(
                ["a", "b"],
                message("You left out one advantage."),
                message("A model does not have to learn what experts already know, so fewer examples are enough."),
            ),
            Slip(
                ["c", "d"],
                message("Hand-crafted features have disadvantages in these two points."),
                message("Read the two slides on pros and cons again."),
            ),
        ]
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------


def methods(values: Values) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    variant = Variant(**values)
    patch = np.array(variant.patch)
    net = Network((variant.features_count,), [dense(variant.hidden), dense(len(_CLASSES))])
    return {
        "patch_average": lambda erring: _average_with_mistakes(patch, erring),
        "patch_area": lambda erring: _area_with_mistakes(patch, erring),
        "patch_distribution": lambda erring: _percentiles_with_mistakes(patch, erring),
        "patch_perimeter": lambda erring: _perimeter_with_mistakes(patch, erring),
        "patch_diagonals": lambda erring: _diagonals_with_mistakes(patch, erring),
        "tree_labels": lambda erring: _labels_with_mistakes(variant, erring),
        "network_params": net.total,
    }


def _average_with_mistakes(patch: Array, erring: Erring) -> float:
    heights = _heights(patch)
    ways = {
        message("You divided the sum by n - 1, one less than the number of heights."): heights.sum()
        / (len(heights) - 1),
        message("This is the value halfway between the smallest and the greatest height."): (
            heights.min() + heights.max()
        )
        / 2,
        message("You divided the sum of the heights by the number of rows."): heights.sum() / patch.shape[0],
        message("You divided the sum of the heights by the number of columns."): heights.sum() / patch.shape[1],
        message("You computed the mean of each row, and then the mean of these means."): np.mean(
            [row[row > 0].mean() for row in patch if (row > 0).any()]
        ),
        message("This is the smallest height."): heights.min(),
        message("This is the standard deviation of the heights."): heights.std(),
        message("This is the number of heights."): len(heights),
        message("You left out the greatest height."): np.sort(heights)[:-1].mean(),
        message("You left out the smallest height."): np.sort(heights)[1:].mean(),
    }
    return float(erring.pick(heights.mean(), ways))


def _area_with_mistakes(patch: Array, erring: Erring) -> int:
    high, wide = _sides(patch)
    ways = {
        message("This is the greatest height."): patch.max(),
        message("You counted each distinct height only once."): len(set(_heights(patch).tolist())),
        message("This is the area of the box around the item, with each side one pixel too short."): (high - 1)
        * (wide - 1),
        message("You counted the rows that contain a measurement, not the pixels."): high,
        message("You counted the columns that contain a measurement, not the pixels."): wide,
        message("This is the perimeter of the box."): 2 * (high + wide),
        message("You counted the pixels of the box that have no measurement."): high * wide - np.count_nonzero(patch),
        message("This is the mean height."): round(float(_heights(patch).mean())),
    }
    return int(erring.pick(np.count_nonzero(patch), ways))


def _percentiles_with_mistakes(patch: Array, erring: Erring) -> Array:
    heights = _heights(patch)
    heights = erring.pick(
        heights,
        {
            message("You counted pixels without a measurement as height 0."): patch.ravel(),
            message("You left out the greatest height."): np.sort(heights)[:-1],
        },
    )
    shares = erring.pick(
        (10, 50, 90),
        {
            message("These are the 10th, 25th and 90th percentiles, but the middle one should be the 50th."): (
                10,
                25,
                90,
            ),
            message("These are the 5th, 50th and 95th percentiles."): (5, 50, 95),
            message("These are the 20th, 50th and 80th percentiles."): (20, 50, 80),
            message("These are the 1st, 50th and 99th percentiles."): (1, 50, 99),
            message("These are the quartiles, that is, the 25th, 50th and 75th percentiles."): (25, 50, 75),
        },
    )
    percentiles = np.percentile(heights, shares)
    ways = {
        message("Where a percentile is between two heights, you used the lower one."): np.percentile(
            heights, shares, method="lower"
        ),
        message("Where a percentile is between two heights, you used the higher one."): np.percentile(
            heights, shares, method="higher"
        ),
        message("You multiplied the percentile by n, not by n - 1."): np.percentile(heights, shares, method="hazen"),
        message("You computed the places with n + 1 instead of n - 1."): np.percentile(
            heights, shares, method="weibull"
        ),
        message("You computed the places with n instead of n - 1."): np.percentile(
            heights, shares, method="interpolated_inverted_cdf"
        ),
        message("Your middle value is the mean instead of the 50th percentile."): np.array(
            [percentiles[0], heights.mean(), percentiles[-1]]
        ),
        message("These are percentages of the greatest height, not percentiles."): heights.max()
        * np.array(shares)
        / 100,
        message("You rounded the percentiles down."): np.floor(percentiles),
        message("These are places in the sorted list, not heights."): (len(heights) - 1) * np.array(shares) / 100,
    }
    return np.asarray(erring.pick(percentiles, ways))


def _perimeter_with_mistakes(patch: Array, erring: Erring) -> int:
    high, wide = _sides(patch)
    ways: dict[Text, int] = {
        message("You added only the height of the box, twice."): 2 * high,
        message("You added only the width of the box, twice."): 2 * wide,
        message("You made the box one pixel too large on each of its four sides."): 2 * (high + 2 + wide + 2),
        message("You made the box one pixel too large along each axis."): 2 * (high + 1 + wide + 1),
        message("You multiplied height by width and doubled the result."): 2 * high * wide,
        message("You left out one side of the box, a width."): 2 * high + wide,
        message("You left out one side of the box, a height."): high + 2 * wide,
        message("You counted the measured pixels instead of adding the sides of the box."): int(
            np.count_nonzero(patch)
        ),
        message(
            "You counted the outer edges of the measured pixels. The question asks for the perimeter of the box."
        ): _edges(patch),
        message("You used four times the height."): 4 * high,
        message("You used four times the width."): 4 * wide,
    }
    return erring.pick(2 * (high + wide), ways)


def _edges(patch: Array) -> int:
    filled = np.pad(patch > 0, 1).astype(int)
    return int(np.abs(np.diff(filled, axis=0)).sum() + np.abs(np.diff(filled, axis=1)).sum())


def _diagonals_with_mistakes(patch: Array, erring: Erring) -> list[Any]:
    rows, columns = np.nonzero(patch)
    high, wide = int(np.ptp(rows)), int(np.ptp(columns))
    plus, minus = rows + columns, rows - columns
    extra = erring.pick(0, {message("You added 1 to each diagonal."): 1})
    box_diagonals = np.hypot(high + 1, wide + 1), np.hypot(high, wide)
    extents = [int(np.ptp(plus)) + extra, int(np.ptp(minus)) + extra]
    ways: dict[Text, list[Any]] = {
        message(
            "You computed the length of the box's diagonal by Pythagoras. Use row + column and row - column instead."
        ): [box_diagonals[1]] * 2,
        message(
            "You computed the length of the box's diagonal by Pythagoras, and you counted the pixels at both ends."
        ): [box_diagonals[0]] * 2,
        message("You divided the diagonals by the square root of 2."): [value / 2**0.5 for value in extents],
        message("You multiplied the diagonals by the square root of 2."): [value * 2**0.5 for value in extents],
        message(
            "You did not subtract the smallest values: these are the largest values of row + column and row - column."
        ): [
            int(plus.max()),
            int(minus.max()),
        ],
        message("These are the smallest values of row + column and row - column."): [int(plus.min()), int(minus.min())],
        message("You gave the larger diagonal twice."): [max(extents)] * 2,
        message("You gave the smaller diagonal twice."): [min(extents)] * 2,
        message("You dropped the sign of row - column before you subtracted the smallest value."): [
            extents[0],
            int(np.ptp(np.abs(minus))),
        ],
        message("These are the sides of the box."): [high + 1, wide + 1],
        message("These are the sides of the box, each minus 1."): [high, wide],
        message("You counted the distinct values of row + column and of row - column."): [
            len(set(plus.tolist())),
            len(set(minus.tolist())),
        ],
        message("You gave only the first of the two diagonals."): extents[:1],
    }
    return erring.pick(extents, ways)


def _labels_with_mistakes(variant: Variant, erring: Erring) -> list[int]:
    high = erring.pick(variant.high, {message("The first threshold that you used is too low by 1."): variant.high - 1})
    asks_one_question = erring(
        message("You answered only the first question, at the root. Each of its branches asks a second question.")
    )
    takes_lowest = erring(message("You asked the first question about the 10th percentile instead of the 90th."))
    turns_perimeter = erring(
        message("You reversed the last question: you classified items with a long perimeter as single parcels.")
    )
    turns_spread = erring(message("You reversed the question about the spread."))
    takes_highest_alone = erring(
        message("You compared the 90th percentile with the spread. Compare the difference of the two percentiles.")
    )
    reads_less = erring(message('You read "at most" as "less than".'))
    labels = []
    for low, top, around in variant.things:
        height = low if takes_lowest else top
        if asks_one_question:
            labels.append(int(height > high))
        elif height < high or (height == high and not reads_less):
            wide = (top if takes_highest_alone else top - low) > variant.spread
            labels.append(2 if wide != turns_spread else 0)
        else:
            labels.append(2 if (around > variant.long) != turns_perimeter else 1)
    names = erring.pick(
        (0, 1, 2),
        {
            message("You swapped parcel and double."): (0, 2, 1),
            message("You swapped envelope and double."): (2, 1, 0),
            message("You swapped envelope and parcel."): (1, 0, 2),
            message("You numbered the classes differently: envelope 1, parcel 2, double 0."): (1, 2, 0),
            message("You numbered the classes differently: envelope 2, parcel 0, double 1."): (2, 0, 1),
            message("You classified doubles as parcels."): (0, 1, 1),
            message("You classified doubles as envelopes."): (0, 1, 0),
        },
    )
    return [names[label] for label in labels]


def choices() -> dict[str, dict[str, Text]]:
    """Question id -> choice -> why it is right or wrong."""
    return {
        "hand_crafted": {
            "a": message("Experts can build their knowledge into features."),
            "b": message("You can see why such a feature fails, and adjust it."),
            "c": message("Features made for one task seldom work for another."),
            "d": message("It is a lot of work to design and program features."),
            "e": message("With good features, a limited amount of training data is enough."),
        }
    }
