"""Answers of `parcels`: hand-crafted features of depth images, and the slips with them."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np

from grader.authoring import Answers, Array, Key, because, call, choice, slip
from grader.cnn import by_hand
from grader.mistakes.networks import Network, dense
from grader.model.mistakes import Erring
from grader.text.messages import Text, message


def _are_different(one: Any, other: Any) -> bool:
    """Whether two answers are written differently; 5 and 5.0 are."""
    first, second = (json.dumps(np.asarray(value).tolist()) for value in (one, other))
    return first != second


key = Key(apart=_are_different)
_CLASSES = ["envelope", "parcel", "double"]
for question in ("rules_accuracy", "accuracy"):
    key.heldout(question, "heldout/parcels-600.npz", classes=_CLASSES)

# ---- Features by hand, and as functions ------------------------------------------------------------------------------

_PATCH = (5, 6)
_BOXES = {6: ((3, 3), (2, 4), (4, 2)), 11: ((3, 4), (3, 5), (4, 4), (4, 3)), 16: ((4, 5), (5, 4), (4, 6), (5, 5))}
"""Number of heights -> boxes with room for them. With so many, each of the percentiles 10, 50 and 90 is a height or
halfway between two, which is easy by hand."""


@key.numbers
def thing(rng: Random) -> dict[str, Any]:
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


def _scattered(generator: np.random.RandomState, size: tuple[int, int]) -> Array:
    """A thing that does not touch the border, and of which two pixels of five were not measured."""
    image = np.zeros(size, dtype=int)
    inner = (size[0] - 2, size[1] - 3)
    image[1:-1, 1:-2] = generator.randint(3, 90, inner) * (generator.uniform(size=inner) < 0.6)
    return image


_GENERATOR = np.random.RandomState(20201022)
_IMAGES = [_scattered(_GENERATOR, size) for size in ((6, 9), (12, 8), (20, 24))]
"""Depth images for the functions that students write: three sizes, with missing pixels."""


def _heights(image: Array) -> Array:
    return image[image > 0]


def _sides(image: Array) -> tuple[int, int]:
    """Height and width of the smallest upright box around what was measured."""
    rows, columns = np.nonzero(image)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


@key.question
def patch_average(erring: Erring, patch: Array) -> Answers:
    """Mean of the heights that were measured, in an image of 5 x 6 pixels."""
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
    yield float(erring.pick(heights.mean(), ways))
    yield from _wrong_averages(patch)


@key.question
def average_height() -> Answers:
    """The same as a function of an image."""
    for image in _IMAGES:
        yield call((image.tolist(),), float(_heights(image).mean()), *_wrong_averages(image))


def _wrong_averages(image: Array) -> Answers:
    measured = _heights(image)
    step = message(
        "Add up the heights. Then divide by {size}, the number of pixels that have a height.", size=measured.size
    )
    yield slip(float(image.mean()), "You counted pixels without a measurement as height 0.", step)
    yield slip(float(np.median(measured)), "This is the median.", step)
    yield slip(float(measured.max()), "This is the greatest height.", step)
    yield slip(float(measured.sum()), "This is the sum of the heights.", step)
    yield slip(
        float(measured.sum() / np.prod(_sides(image))),
        "You divided by the number of all pixels in the box around the item.",
        step,
    )


@key.question
def patch_area(erring: Erring, patch: Array) -> Answers:
    """Number of pixels with a height."""
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
    yield int(erring.pick(np.count_nonzero(patch), ways))
    yield from _wrong_areas(patch)


@key.question
def area() -> Answers:
    """The same as a function of an image."""
    for image in _IMAGES:
        yield call((image.tolist(),), np.count_nonzero(image), *_wrong_areas(image))


def _wrong_areas(image: Array) -> Answers:
    step = message("Count the pixels whose height is not 0.")
    height, width = _sides(image)
    yield slip(image.size, "This is the number of all pixels in the image.", step)
    yield slip(
        height * width, "You counted all pixels in the box around the item, but some of them have no height.", step
    )
    yield slip(image.size - np.count_nonzero(image), "You counted the pixels that have no height.", step)
    yield slip(int(image.sum()), "This is the sum of the heights.", step)


@key.question
def patch_distribution(erring: Erring, patch: Array) -> Answers:
    """Percentiles 10, 50 and 90 of the heights."""
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
    yield np.asarray(erring.pick(percentiles, ways))
    yield from _wrong_distributions(patch)


@key.question
def height_distribution() -> Answers:
    """The same as a function of an image."""
    for image in _IMAGES:
        yield call((image.tolist(),), _percentiles(image), *_wrong_distributions(image))


def _percentiles(image: Array, shares: Sequence[int] = (10, 50, 90)) -> list[float]:
    percentiles: list[float] = np.percentile(_heights(image), shares).tolist()
    return percentiles


def _wrong_distributions(image: Array) -> Answers:
    measured = _heights(image)
    step = message("Compute the 10th, 50th and 90th percentiles of the {size} heights above 0.", size=measured.size)
    ends = [float(measured.min()), float(np.median(measured)), float(measured.max())]
    yield slip(
        np.percentile(image, (10, 50, 90)).tolist(), "You counted pixels without a measurement as height 0.", step
    )
    yield slip(ends, "These are the smallest height, the median and the greatest height.", step)
    yield slip(_percentiles(image, (25, 50, 75)), "These are the quartiles.", step)
    yield slip(_percentiles(image, (90, 50, 10)), "Your percentiles are in reverse order: the 10th comes first.", step)
    yield slip(
        [float(measured[(measured.size - 1) * share // 10]) for share in (1, 5, 9)],
        "You did not sort the heights.",
        "Sort the heights first. {step}",
        step=step,
    )


@key.question
def patch_perimeter(erring: Erring, patch: Array) -> Answers:
    """Perimeter of the smallest upright box around what was measured."""
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
    yield erring.pick(2 * (high + wide), ways)
    yield from _wrong_perimeters(patch)


def _edges(patch: Array) -> int:
    filled = np.pad(patch > 0, 1).astype(int)
    return int(np.abs(np.diff(filled, axis=0)).sum() + np.abs(np.diff(filled, axis=1)).sum())


@key.question
def perimeter() -> Answers:
    """The same as a function of an image."""
    for image in _IMAGES:
        yield call((image.tolist(),), 2 * sum(_sides(image)), *_wrong_perimeters(image))


def _wrong_perimeters(image: Array) -> Answers:
    height, width = _sides(image)
    step = message(
        "The box is {height} pixels high and {width} pixels wide: 2 * ({height} + {width}).", height=height, width=width
    )
    yield slip(
        2 * (height + width) - 4,
        "You made the box one pixel too short along each axis, or you counted its border pixels.",
        step,
    )
    yield slip(height + width, "You added only two of the four sides.", step)
    yield slip(height * width, "This is the area of the box.", step)
    yield slip(
        2 * sum(image.shape), "This is the perimeter of the image.", "Use the box around the item. {step}", step=step
    )


@key.question
def patch_diagonals(erring: Erring, patch: Array) -> Answers:
    """Extent along both diagonals in pixels: of row + column, and of row - column."""
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
    yield erring.pick(extents, ways)
    yield from _wrong_diagonals(patch)


@key.question
def diagonals() -> Answers:
    """The same as a function of an image."""
    for image in _IMAGES:
        yield call((image.tolist(),), _extents(image), *_wrong_diagonals(image))


def _extents(image: Array) -> list[int]:
    rows, columns = np.nonzero(image)
    return [int(np.ptp(rows + columns)), int(np.ptp(rows - columns))]


def _wrong_diagonals(image: Array) -> Answers:
    rows, columns = np.nonzero(image)
    first, second = _extents(image)
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
    yield slip(
        [second, first], "You swapped the two diagonals.", "Give the value for row + column first. {step}", step=step
    )
    yield slip(
        [first + 1, second + 1],
        "You added 1 to each diagonal.",
        "Subtract the smallest value from the largest. {step}",
        step=step,
    )
    yield slip(
        [box, box], "This is the length of the diagonal of the box. Use row + column and row - column instead.", step
    )
    yield slip([int(total.max()), int(difference.max())], "You did not subtract the smallest value.", step)
    yield slip([sum(image.shape) - 2] * 2, "These are the diagonals of the image.", step)


# ---- Rules ---------------------------------------------------------------------------------------------------------


@key.numbers
def tree(rng: Random) -> dict[str, Any]:
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


@key.question
def tree_labels(erring: Erring, things: list[list[int]], high: int, spread: int, long: int) -> Answers:
    """Class that a decision tree gives to each of six things: 0 envelope, 1 parcel, 2 double."""
    threshold = erring.pick(high, {message("Your first threshold is too low by 1."): high - 1})
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
    for low, top, around in things:
        height = low if takes_lowest else top
        if asks_one_question:
            labels.append(int(height > threshold))
        elif height < threshold or (height == threshold and not reads_less):
            wide = (top if takes_highest_alone else top - low) > spread
            labels.append(2 if wide != turns_spread else 0)
        else:
            labels.append(2 if (around > long) != turns_perimeter else 1)
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
    yield [names[label] for label in labels]

    step = message(
        "First ask whether the 90th percentile is at most {high}. Then ask only the question of that branch.",
        high=high,
    )
    right = [_by_tree(thing, high, spread, long) for thing in things]
    yield slip(
        [_by_tree(thing, high - 0.5, spread, long) for thing in things], 'You read "at most" as "less than".', step
    )
    yield slip(
        [_by_tree(thing, 1e9 if thing[1] > high else -1, spread, long) for thing in things],
        "You swapped the branches of the first question.",
        step,
    )
    yield slip(
        [_by_tree(thing, high, 1e9, long) for thing in things],
        "You left out the question about the spread of the heights.",
        step,
    )
    yield slip(
        [_by_tree(thing, high, spread, 1e9) for thing in things], "You left out the question about the perimeter.", step
    )
    yield slip(
        [2 if thing[1] - thing[0] > spread or thing[2] > long else int(thing[1] > high) for thing in things],
        "You asked both later questions about each item. Each branch asks only one of them.",
        step,
    )
    yield slip(
        [{0: 1, 1: 0, 2: 2}[label] for label in right], "You swapped envelope and parcel.", "Class 0 is the envelope."
    )
    yield slip([label + 1 for label in right], "You counted the classes from 1.", "Class 0 is the envelope.")


def _by_tree(thing: Sequence[int], high: float, spread: float, long: float) -> int:
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


@key.question
def hand_crafted() -> Answers:
    """Advantages of features that experts design."""
    yield ["a", "b", "e"]
    yield because(
        a="Experts can build their knowledge into features.",
        b="You can see why such a feature fails, and adjust it.",
        c="Features made for one task seldom work for another.",
        d="It is a lot of work to design and program features.",
        e="With good features, a limited amount of training data is enough.",
    )
    yield slip(
        ["a", "b", "c", "e"],
        "You assumed that features made for one task also work for other tasks.",
        "Heights and diagonals of parcels say nothing about natural images.",
    )
    yield slip(
        ["a", "b", "d", "e"],
        "You overlooked how much work it is to design features.",
        "Someone has to design and program each feature.",
    )
    yield slip(
        ["a", "b"],
        "You left out one advantage.",
        "A model does not have to learn what experts already know, so fewer examples are enough.",
    )
    yield slip(
        ["c", "d"],
        "Hand-crafted features have disadvantages in these two respects.",
        "Read the two slides on pros and cons again.",
    )


# ---- A network that reads features -----------------------------------------------------------------------------------


@key.question(features_count=choice(5, 6, 7, 9, 10, 12), hidden=choice(10, 12, 16, 20, 24, 40))
def network_params(erring: Erring, features_count: int, hidden: int) -> Answers:
    """Parameters of a network with one hidden layer."""
    features, outputs = features_count, len(_CLASSES)
    yield Network((features,), [dense(hidden), dense(outputs)]).total(erring)

    right = message("{formula}.", formula=f"({features} + 1) * {hidden} + ({hidden} + 1) * 3")
    weights = features * hidden + hidden * 3
    yield slip(weights, "The biases are missing.", "Each neuron has a bias: {right}", right=right)
    yield slip(
        weights + 2,
        "You counted only one bias for each layer, or you left out one output.",
        "Each neuron has a bias: {right}",
        right=right,
    )
    yield slip(
        by_hand.dense(32 * 32, hidden, outputs),
        "You counted the pixels as inputs.",
        "The network reads features, not pixels: {right}",
        right=right,
    )
    yield slip((features + 1) * hidden, "The output layer is missing.", right)
    yield slip(
        by_hand.dense(features, hidden, 1),
        "You counted only one output.",
        "Each of the 3 classes has an output: {right}",
        right=right,
    )
    yield slip((features + 1) * 3, "The hidden layer is missing.", right)


key.answer("model", "boracchi_parcels_mlp")
