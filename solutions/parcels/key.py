"""Answers of `parcels`: hand-crafted features of depth images, and the slips with them."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.mistakes.networks import Network, dense
from grader.model.key import Call, Slip
from grader.model.mistakes import Erring
from grader.text.messages import Text, message

Given = Mapping[str, Any]
Array = npt.NDArray[Any]
Feature = Callable[[Array], Any]

_CLASSES = ["envelope", "parcel", "double"]
_UNSEEN = {"file": "heldout/parcels-600.npz", "classes": _CLASSES}
HELDOUT = {"rules_accuracy": _UNSEEN, "accuracy": _UNSEEN}

_PATCH = (5, 6)
_BOXES = {6: ((3, 3), (2, 4), (4, 2)), 11: ((3, 4), (3, 5), (4, 4), (4, 3)), 16: ((4, 5), (5, 4), (4, 6), (5, 5))}
"""Numbers of heights whose percentiles 10, 50 and 90 are one of them or halfway between two; boxes that they fit in."""


def draw(rng: random.Random) -> dict[str, Any]:
    """Numbers for one student, for which each question has three slips or more, no two of them alike."""
    while True:
        given = {**_drawn_patch(rng), **_drawn_tree(rng), **_drawn_network(rng)}
        right = answers(given)
        values = {name: [json.dumps(_plain(slip.value)) for slip in listed] for name, listed in slips(given).items()}
        if all(
            len({*listed, json.dumps(_plain(right[name]))}) == len(listed) + 1 > 3 for name, listed in values.items()
        ):
            return given


def _drawn_patch(rng: random.Random) -> dict[str, Any]:
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


def _drawn_tree(rng: random.Random) -> dict[str, Any]:
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


def _drawn_network(rng: random.Random) -> dict[str, Any]:
    return {"features_count": rng.choice([5, 6, 7, 9, 10, 12]), "hidden": rng.choice([10, 12, 16, 20, 24, 40])}


# ---- The right methods ------------------------------------------------------------------------------


def _heights(image: Array) -> Array:
    return image[image > 0]


def _sides(image: Array) -> tuple[int, int]:
    """Height and width of the smallest upright box around what was measured."""
    rows, columns = np.nonzero(image)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def average_height(image: Array) -> float:
    """Mean of the heights that were measured."""
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
    """Extent along both diagonals: of row + column, and of row - column."""
    rows, columns = np.nonzero(image)
    return [int(np.ptp(rows + columns)), int(np.ptp(rows - columns))]


def by_tree(thing: Sequence[int], high: float, spread: float, long: float) -> int:
    """0 envelope, 1 parcel, 2 double."""
    lowest, highest, around = thing
    if highest <= high:
        return 2 if highest - lowest > spread else 0
    return 2 if around > long else 1


def _parameters(features: int, hidden: int, classes: int = len(_CLASSES)) -> int:
    return (features + 1) * hidden + (hidden + 1) * classes


def _plain(value: Any) -> Any:
    return np.asarray(value).tolist()


def _labels(given: Given) -> list[int]:
    return [by_tree(thing, given["high"], given["spread"], given["long"]) for thing in given["things"]]


def answers(given: Given) -> dict[str, Any]:
    """Question id -> expected answer; for `model` the name of the reference model."""
    patch = np.array(given["patch"])
    return {
        "patch_average": average_height(patch),
        "patch_area": area(patch),
        "patch_distribution": height_distribution(patch),
        "patch_perimeter": perimeter(patch),
        "patch_diagonals": diagonals(patch),
        "tree_labels": _labels(given),
        "hand_crafted": ["a", "b", "e"],
        "network_params": _parameters(given["features_count"], given["hidden"]),
        "model": "boracchi_parcels_mlp",
    }


def calls(given: Given) -> dict[str, list[Call]]:  # noqa: ARG001
    """Hidden depth images for each feature: three sizes, with missing pixels."""
    generator = np.random.RandomState(20201022)
    images = [_scattered(generator, size) for size in ((6, 9), (12, 8), (20, 24))]
    return {
        question: [_call(image, feature, wrong) for image in images] for question, (feature, wrong) in _FEATURES.items()
    }


def _scattered(generator: np.random.RandomState, size: tuple[int, int]) -> Array:
    """A thing that does not touch the border, and of which two pixels of five were not measured."""
    image = np.zeros(size, dtype=int)
    inner = (size[0] - 2, size[1] - 3)
    image[1:-1, 1:-2] = generator.randint(3, 90, inner) * (generator.uniform(size=inner) < 0.6)
    return image


def _call(image: Array, feature: Feature, wrong: Callable[[Array], list[Slip]]) -> Call:
    expected = _plain(feature(image))
    others = [slip for slip in wrong(image) if not _same(slip.value, expected)]
    return Call((image.tolist(),), expected, tuple(others))


def _same(value: Any, expected: Any) -> bool:
    return np.shape(value) == np.shape(expected) and bool(np.allclose(value, expected))


# ---- The wrong ones ---------------------------------------------------------------------------------


def slips(given: Given) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    patch = np.array(given["patch"])
    patches = {f"patch_{name}": wrong(patch) for name, wrong in _WRONG.items()}
    return patches | _slips_of_the_tree(given) | _slips_of_the_network(given) | _slips_of_choices()


def _wrong_average(image: Array) -> list[Slip]:
    measured = _heights(image)
    step = message("Add up the heights and divide by the {size} pixels that have one.", size=measured.size)
    return [
        Slip(float(image.mean()), message("Pixels without a measurement were counted as height 0."), step),
        Slip(float(np.median(measured)), message("This is the median."), step),
        Slip(float(measured.max()), message("This is the greatest height."), step),
        Slip(float(measured.sum()), message("This is the sum of the heights."), step),
        Slip(
            float(measured.sum() / np.prod(_sides(image))),
            message("This divides by the whole box around the thing."),
            step,
        ),
    ]


def _wrong_area(image: Array) -> list[Slip]:
    step = message("Count the pixels whose height is not 0.")
    height, width = _sides(image)
    return [
        Slip(image.size, message("These are all pixels of the image."), step),
        Slip(height * width, message("This is the box around the thing; some of its pixels were not measured."), step),
        Slip(image.size - area(image), message("These are the pixels without a height."), step),
        Slip(int(image.sum()), message("This is the sum of the heights."), step),
    ]


def _wrong_distribution(image: Array) -> list[Slip]:
    measured = _heights(image)
    step = message("Take the percentiles 10, 50 and 90 of the {size} heights above 0.", size=measured.size)
    ends = [float(measured.min()), float(np.median(measured)), float(measured.max())]
    return [
        Slip(
            _plain(np.percentile(image, (10, 50, 90))),
            message("Pixels without a measurement were counted as height 0."),
            step,
        ),
        Slip(ends, message("These are the smallest, the middle and the greatest height."), step),
        Slip(height_distribution(image, (25, 50, 75)), message("These are the quartiles."), step),
        Slip(height_distribution(image, (90, 50, 10)), message("The order is the wrong way round."), step),
        Slip(
            [float(measured[(measured.size - 1) * share // 10]) for share in (1, 5, 9)],
            message("The heights were not sorted."),
            message("Sort them first. {step}", step=step),
        ),
    ]


def _wrong_perimeter(image: Array) -> list[Slip]:
    height, width = _sides(image)
    step = message("The box is {height} high and {width} wide: 2 * ({height} + {width}).", height=height, width=width)
    return [
        Slip(
            2 * (height + width) - 4,
            message("A box was counted one short at each side, or by its border pixels."),
            step,
        ),
        Slip(height + width, message("Only two of the four sides were added."), step),
        Slip(height * width, message("This is the area of the box."), step),
        Slip(
            2 * sum(image.shape),
            message("This is the perimeter of the image."),
            message("Take the box around the thing. {step}", step=step),
        ),
    ]


def _wrong_diagonals(image: Array) -> list[Slip]:
    rows, columns = np.nonzero(image)
    first, second = diagonals(image)
    box = float(np.hypot(*_sides(image)))
    total, difference = rows + columns, rows - columns
    step = message(
        "row + column reaches from {lowest_sum} to {highest_sum}, row - column from "
        "{lowest_difference} to {highest_difference}.",
        lowest_sum=total.min(),
        highest_sum=total.max(),
        lowest_difference=difference.min(),
        highest_difference=difference.max(),
    )
    return [
        Slip(
            [second, first],
            message("The two diagonals are exchanged."),
            message("row + column comes first. {step}", step=step),
        ),
        Slip(
            [first + 1, second + 1],
            message("One was added to each."),
            message("Largest minus smallest. {step}", step=step),
        ),
        Slip([box, box], message("This is the diagonal of the box."), step),
        Slip([int(total.max()), int(difference.max())], message("The smallest was not subtracted."), step),
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


def _slips_of_the_tree(given: Given) -> dict[str, list[Slip]]:
    things, high, spread, long = given["things"], given["high"], given["spread"], given["long"]
    right = _labels(given)
    exchanged = {0: 1, 1: 0, 2: 2}
    step = message(
        "Ask first whether the 90th percentile is at most {high}; only then the one question of that branch.", high=high
    )
    return {
        "tree_labels": [
            Slip(
                [by_tree(thing, high - 0.5, spread, long) for thing in things],
                message("At most was read as less."),
                step,
            ),
            Slip(
                [by_tree(thing, 1e9 if thing[1] > high else -1, spread, long) for thing in things],
                message("The branches of the first question are exchanged."),
                step,
            ),
            Slip(
                [by_tree(thing, high, 1e9, long) for thing in things],
                message("The spread of the heights was left out."),
                step,
            ),
            Slip([by_tree(thing, high, spread, 1e9) for thing in things], message("The perimeter was left out."), step),
            Slip(
                [2 if thing[1] - thing[0] > spread or thing[2] > long else int(thing[1] > high) for thing in things],
                message("Both later questions were asked of every thing."),
                step,
            ),
            Slip(
                [exchanged[label] for label in right],
                message("Envelope and parcel are exchanged."),
                message("0 is the envelope."),
            ),
            Slip(
                [label + 1 for label in right],
                message("The classes were counted from 1."),
                message("0 is the envelope."),
            ),
        ]
    }


def _slips_of_the_network(given: Given) -> dict[str, list[Slip]]:
    features, hidden = given["features_count"], given["hidden"]
    right = message("{formula}.", formula=f"({features} + 1) * {hidden} + ({hidden} + 1) * 3")
    weights = features * hidden + hidden * 3
    return {
        "network_params": [
            Slip(weights, message("The biases are missing."), message("Each neuron has one: {right}", right=right)),
            Slip(
                weights + 2,
                message("There is one bias for each layer, or one output is missing."),
                message("Each neuron has one: {right}", right=right),
            ),
            Slip(
                _parameters(32 * 32, hidden),
                message("The image was taken as the input."),
                message("It reads features: {right}", right=right),
            ),
            Slip((features + 1) * hidden, message("The output layer is missing."), right),
            Slip(
                _parameters(features, hidden, 1),
                message("There is one output."),
                message("Each of the 3 classes has one: {right}", right=right),
            ),
            Slip((features + 1) * 3, message("The hidden layer is missing."), right),
        ]
    }


def _slips_of_choices() -> dict[str, list[Slip]]:
    return {
        "hand_crafted": [
            Slip(
                ["a", "b", "c", "e"],
                message("Features made for one task were thought to serve others."),
                message("Heights and diagonals of parcels say nothing about natural images."),
            ),
            Slip(
                ["a", "b", "d", "e"],
                message("The work of designing them was overlooked."),
                message("Somebody has to think of each feature and to program it."),
            ),
            Slip(
                ["a", "b"],
                message("One advantage is missing."),
                message("A model need not learn facts that are known beforehand, so fewer examples are enough."),
            ),
            Slip(
                ["c", "d"],
                message("These are the disadvantages."),
                message("Read the two slides on pros and cons again."),
            ),
        ]
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------


def methods(given: Given) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    patch = np.array(given["patch"])
    net = Network((given["features_count"],), [dense(given["hidden"]), dense(len(_CLASSES))])
    return {
        "patch_average": lambda erring: _middle(patch, erring),
        "patch_area": lambda erring: _covered(patch, erring),
        "patch_distribution": lambda erring: _spread(patch, erring),
        "patch_perimeter": lambda erring: _around(patch, erring),
        "patch_diagonals": lambda erring: _across(patch, erring),
        "tree_labels": lambda erring: _down_the_tree(given, erring),
        "network_params": net.total,
    }


def _middle(patch: Array, erring: Erring) -> float:
    heights = _heights(patch)
    ways = {
        message("The sum was divided by one less than the number of heights, n - 1."): heights.sum()
        / (len(heights) - 1),
        message("This is the middle between the smallest and the greatest height."): (heights.min() + heights.max())
        / 2,
        message("The sum was divided by the number of rows."): heights.sum() / patch.shape[0],
        message("The sum was divided by the number of columns."): heights.sum() / patch.shape[1],
        message("The mean was taken row by row, and then the mean of these."): np.mean(
            [row[row > 0].mean() for row in patch if (row > 0).any()]
        ),
        message("This is the smallest height."): heights.min(),
        message("This is the standard deviation of the heights."): heights.std(),
        message("This is the number of heights."): len(heights),
        message("The greatest height was left out."): np.sort(heights)[:-1].mean(),
        message("The smallest height was left out."): np.sort(heights)[1:].mean(),
    }
    return float(erring.pick(heights.mean(), ways))


def _covered(patch: Array, erring: Erring) -> int:
    high, wide = _sides(patch)
    ways = {
        message("This is the greatest height."): patch.max(),
        message("Different heights were counted once each."): len(set(_heights(patch).tolist())),
        message("This is the box around the thing, one short at each side."): (high - 1) * (wide - 1),
        message("The rows that hold a measurement were counted."): high,
        message("The columns that hold a measurement were counted."): wide,
        message("This is the perimeter of the box."): 2 * (high + wide),
        message("The pixels of the box that were not measured were counted."): high * wide - np.count_nonzero(patch),
        message("This is the mean height."): round(float(_heights(patch).mean())),
    }
    return int(erring.pick(np.count_nonzero(patch), ways))


def _spread(patch: Array, erring: Erring) -> Array:
    heights = _heights(patch)
    heights = erring.pick(
        heights,
        {
            message("Pixels without a measurement were counted as height 0."): patch.ravel(),
            message("The greatest height was left out."): np.sort(heights)[:-1],
        },
    )
    shares = erring.pick(
        (10, 50, 90),
        {
            message("These are the percentiles 10, 25 and 90; the middle one is 50."): (10, 25, 90),
            message("These are the percentiles 5, 50 and 95."): (5, 50, 95),
            message("These are the percentiles 20, 50 and 80."): (20, 50, 80),
            message("These are the percentiles 1, 50 and 99."): (1, 50, 99),
            message("These are the quartiles, the percentiles 25, 50 and 75."): (25, 50, 75),
        },
    )
    found = np.percentile(heights, shares)
    ways = {
        message("The next lower height was taken, where a percentile lies between two."): np.percentile(
            heights, shares, method="lower"
        ),
        message("The next higher height was taken, where a percentile lies between two."): np.percentile(
            heights, shares, method="higher"
        ),
        message("n was multiplied by the percentile instead of n - 1."): np.percentile(heights, shares, method="hazen"),
        message("The places were counted with n + 1 instead of n - 1."): np.percentile(
            heights, shares, method="weibull"
        ),
        message("The places were counted with n instead of n - 1."): np.percentile(
            heights, shares, method="interpolated_inverted_cdf"
        ),
        message("The mean is in the middle instead of the 50th percentile."): np.array(
            [found[0], heights.mean(), found[-1]]
        ),
        message("These are shares of the greatest height."): heights.max() * np.array(shares) / 100,
        message("The percentiles were rounded down."): np.floor(found),
        message("These are places in the sorted list, not heights."): (len(heights) - 1) * np.array(shares) / 100,
    }
    return np.asarray(erring.pick(found, ways))


def _around(patch: Array, erring: Erring) -> int:
    high, wide = _sides(patch)
    ways: dict[Text, int] = {
        message("Only the height was counted, twice."): 2 * high,
        message("Only the width was counted, twice."): 2 * wide,
        message("The box was taken one pixel too far at each side."): 2 * (high + 2 + wide + 2),
        message("The box was taken one pixel too large along each axis."): 2 * (high + 1 + wide + 1),
        message("Height and width were multiplied, and doubled."): 2 * high * wide,
        message("One side of the box was left out."): 2 * high + wide,
        message("One side of the box, a height, was left out."): high + 2 * wide,
        message("The measured pixels were counted."): int(np.count_nonzero(patch)),
        message("The edges of each measured pixel that border on none were counted: the box was asked for."): _edges(
            patch
        ),
        message("Four times the height was taken."): 4 * high,
        message("Four times the width was taken."): 4 * wide,
    }
    return erring.pick(2 * (high + wide), ways)


def _edges(patch: Array) -> int:
    filled = np.pad(patch > 0, 1).astype(int)
    return int(np.abs(np.diff(filled, axis=0)).sum() + np.abs(np.diff(filled, axis=1)).sum())


def _across(patch: Array, erring: Erring) -> list[Any]:
    rows, columns = np.nonzero(patch)
    high, wide = int(np.ptp(rows)), int(np.ptp(columns))
    plus, minus = rows + columns, rows - columns
    more = erring.pick(0, {message("One was added to each."): 1})
    sizes = np.hypot(high + 1, wide + 1), np.hypot(high, wide)
    found = [int(np.ptp(plus)) + more, int(np.ptp(minus)) + more]
    ways: dict[Text, list[Any]] = {
        message(
            "This is the length of the box's diagonal by Pythagoras; row + column and row - column were asked for."
        ): [sizes[1]] * 2,
        message("This is the length of the box's diagonal by Pythagoras, with both ends counted."): [sizes[0]] * 2,
        message("The diagonals were divided by the root of 2."): [value / 2**0.5 for value in found],
        message("The diagonals were multiplied by the root of 2."): [value * 2**0.5 for value in found],
        message("The smallest was not subtracted: these are the largest of row + column and row - column."): [
            int(plus.max()),
            int(minus.max()),
        ],
        message("These are the smallest of row + column and row - column."): [int(plus.min()), int(minus.min())],
        message("The larger of both was given twice."): [max(found)] * 2,
        message("The smaller of both was given twice."): [min(found)] * 2,
        message("The sign of row - column was dropped before the smallest was subtracted."): [
            found[0],
            int(np.ptp(np.abs(minus))),
        ],
        message("These are the sides of the box."): [high + 1, wide + 1],
        message("These are the sides of the box, less 1."): [high, wide],
        message("Different values were counted."): [len(set(plus.tolist())), len(set(minus.tolist()))],
        message("Only the first one is here."): found[:1],
    }
    return erring.pick(found, ways)


def _down_the_tree(given: Given, erring: Erring) -> list[int]:
    high = erring.pick(given["high"], {message("The first threshold was taken one too low."): given["high"] - 1})
    first = erring(message("Only the first question was answered, the one at the root; its branches ask a second one."))
    lowest = erring(message("The first question was asked of the lowest height; it is asked of the highest."))
    short = erring(message("The last question was turned round: a long perimeter was taken for a single parcel."))
    flat = erring(message("The question about the spread was turned round."))
    spread = erring(message("The highest height was compared with the spread, not the difference."))
    equal = erring(message("At most was read as less."))
    labels = []
    for low, top, around in given["things"]:
        height = low if lowest else top
        if first:
            labels.append(int(height > high))
        elif height < high or (height == high and not equal):
            wide = (top if spread else top - low) > given["spread"]
            labels.append(2 if wide != flat else 0)
        else:
            labels.append(2 if (around > given["long"]) != short else 1)
    names = erring.pick(
        (0, 1, 2),
        {
            message("Parcel and double are exchanged."): (0, 2, 1),
            message("Envelope and double are exchanged."): (2, 1, 0),
            message("Envelope and parcel are exchanged."): (1, 0, 2),
            message("All three classes are numbered otherwise."): (1, 2, 0),
            message("All three classes are numbered otherwise, the other way round."): (2, 0, 1),
            message("Doubles were taken for parcels."): (0, 1, 1),
            message("Doubles were taken for envelopes."): (0, 1, 0),
        },
    )
    return [names[label] for label in labels]


def choices() -> dict[str, dict[str, Text]]:
    """Question id -> choice -> why it is right or wrong."""
    return {
        "hand_crafted": {
            "a": message("Features can contain the knowledge of experts."),
            "b": message("One can see why such a feature fails, and adjust it."),
            "c": message("Features made for one task seldom serve another one."),
            "d": message("Designing and programming them is a lot of work."),
            "e": message("With good features a limited amount of training data is enough."),
        }
    }
