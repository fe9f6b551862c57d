"""Answers of `linear-classifier`: one image, three classes, and all steps from pixels to one step of training.

The scores that the lecture prints beside its matrix are not what the numbers printed there give.
"""

from collections.abc import Callable, Mapping
from math import exp, log, log2, log10
from random import Random
from typing import Any

import numpy as np

from grader.cnn.by_hand import all_apart, softmax
from grader.mistakes import numbers
from grader.mistakes.networks import Network, dense, flatten
from grader.model.key import Call, Slip, following
from grader.model.mistakes import Erring
from grader.text.messages import Text, message

Array = np.ndarray[Any, Any]
Given = Mapping[str, Any]

_LETTERS = "abc"

# What the first slide "To recap" shows of its matrix, image and biases; the rest is dots.
SLIDE_WEIGHTS = np.array(
    [[-8.1, 2.7, 9.5, -9.0, -5.4, 4.8], [9.0, 5.4, 4.8, 1.2, 9.5, -8.0], [1.2, 9.5, -8.0, 8.1, -2.7, 9.5]]
)
SLIDE_PIXELS = np.array([23, 21, 34, 12, 34, 23])
SLIDE_BIASES = np.array([-2, 32, -1])
SLIDE_SCORES = np.array([-4, 22, 33])

_BAR = np.array([[-1, 2, -1]] * 3)


def draw(rng: Random) -> dict[str, Any]:
    """Numbers for which all answers, right and wrong, can be told apart."""
    while True:
        given = _drawn(rng)
        scores = np.sort(_scores(given))
        numeric = {question: found for question, found in slips(given).items() if question != "winner"}
        if scores[-1] - scores[-2] >= 1 and all(all_apart([s.value for s in found]) for found in numeric.values()):
            return given


def _drawn(rng: Random) -> dict[str, Any]:
    def matrix(rows: int, columns: int, low: int, high: int) -> list[list[int]]:
        return [[rng.randint(low, high) for _ in range(columns)] for _ in range(rows)]

    side = rng.choice([20, 24, 30, 32, 40])
    return {
        "image": matrix(2, 3, 0, 5),
        "W": matrix(3, 6, -2, 3),
        "b": rng.sample([-4, -3, -2, -1, 1, 2, 3, 4], 3),
        "brighter": rng.choice([2, 3]),
        "template_of": rng.choice([0, 1, 2]),
        "rgb_image": [matrix(2, 2, 0, 4) for _ in range(3)],
        "rgb_template": [matrix(2, 2, -2, 2) for _ in range(3)],
        "ink": rng.randint(3, 9),
        "weight": 28 * rng.randint(2, 25) + rng.randint(3, 26),
        "height": side,
        "width": side + rng.choice([-4, 4, 8]),
        "classes": rng.choice([3, 4, 5, 8]),
        "scores": rng.choice([[3, 1, 2], [2, 0, 1], [0, 2, 1], [1, 3, 0], [2, 3, 0], [4, 3, 1], [1, 2, 4], [3, 2, 4]]),
        "true_class": rng.choice([1, 2]),
        "true_shares": rng.choice([[0.5, 0.25, 0.1], [0.8, 0.5, 0.2], [0.5, 0.2, 0.05], [0.9, 0.4, 0.25]]),
        "weights": rng.choice([[0.5, -0.2, 0.3], [0.4, 0.1, -0.5], [-0.3, 0.6, 0.2], [0.7, -0.4, 0.1]]),
        "gradient": rng.choice([[2.0, -1.0, 4.0], [-2.0, 3.0, 1.0], [1.0, 5.0, -3.0], [4.0, -3.0, -2.0]]),
        "rate": rng.choice([0.1, 0.2]),
        "hidden": rng.randrange(2**32),
    }


def unrolled(image: Array) -> Array:
    """The columns of an image one below the other."""
    return image.ravel(order="F")


def _image(given: Given) -> tuple[Array, Array, Array]:
    return np.array(given["image"]), np.array(given["W"]), np.array(given["b"])


def _scores(given: Given) -> Array:
    image, weights, biases = _image(given)
    return np.asarray(weights @ unrolled(image) + biases)


def _colours(given: Given) -> tuple[Array, Array]:
    """Image and template, each of shape (3, 2, 2)."""
    return np.array(given["rgb_image"]), np.array(given["rgb_template"])


def answers(given: Given) -> dict[str, Any]:
    """Question id -> expected answer."""
    image, weights, biases = _image(given)
    scores = _scores(given)
    colours, template = _colours(given)
    shares = softmax(np.array(given["scores"]))
    return {
        "unroll": unrolled(image),
        "scores": scores,
        "winner": _LETTERS[int(scores.argmax())],
        "brighter_scores": given["brighter"] * (scores - biases) + biases,
        "template": weights[given["template_of"]].reshape((2, 3), order="F"),
        "rgb_score": int(np.sum(colours * template)),
        "shifted_score": int(np.sum(_BAR * _bar(given["ink"], 2))),
        "slide_scores": SLIDE_WEIGHTS @ SLIDE_PIXELS + SLIDE_BIASES,
        "parameters": (given["height"] * given["width"] * 3 + 1) * given["classes"],
        "weight_place": [(given["weight"] - 1) // 28 + 1, (given["weight"] - 1) % 28 + 1],
        "softmax": shares,
        "cross_entropy": -log(shares[given["true_class"]]),
        "batch_cost": -np.log(given["true_shares"]).mean(),
        "step": np.array(given["weights"]) - given["rate"] * np.array(given["gradient"]),
    }


def follow_on(given: Given, found: Mapping[str, Any]) -> dict[str, Any]:
    """What is right given the student's own unrolled image, scores and probabilities."""
    _, weights, biases = _image(given)

    def winner() -> str:
        scores = np.array(found["scores"], dtype=float)
        if scores.shape != (3,):
            raise ValueError("one score for each class is needed")
        return _LETTERS[int(scores.argmax())]

    return following(
        {
            "scores": lambda: (weights @ np.array(found["unroll"], dtype=float) + biases).tolist(),
            "winner": winner,
            "brighter_scores": [
                lambda: (given["brighter"] * (np.array(found["scores"], dtype=float) - biases) + biases).tolist(),
                lambda: _brighter_without(given, found["scores"]),
            ],
            "cross_entropy": lambda: -log(found["softmax"][given["true_class"]]),
        }
    )


def calls(given: Given) -> dict[str, list[Call]]:
    """Batches of images, with weights and biases, that the student's own classifier is tested with."""
    rng = np.random.default_rng(given["hidden"])
    found = []
    for count, height, width, classes in ((1, 2, 3, 3), (4, 3, 5, 2), (5, 4, 2, 6)):
        images = rng.uniform(0, 9, (count, height, width))
        weights, biases = rng.normal(0, 1, (classes, height * width)), rng.normal(0, 3, classes)
        columns = images.transpose(0, 2, 1).reshape(count, -1)
        expected = columns @ weights.T + biases
        found.append(Call((images, weights, biases), expected, _slips_of_function(images, weights, biases)))
    return {"classifier": found}


def _slips_of_function(images: Array, weights: Array, biases: Array) -> tuple[Slip, ...]:
    rows = images.reshape(len(images), -1)
    columns = images.transpose(0, 2, 1).reshape(len(images), -1)
    return (
        Slip(
            rows @ weights.T + biases,
            message("The images were unrolled row by row."),
            message("Turn rows and columns round first."),
        ),
        Slip(columns @ weights.T, message("The biases are missing."), message("Add b to every row of scores.")),
        Slip(
            columns @ weights.T - biases,
            message("The biases were taken off."),
            message("Add b to every row of scores."),
        ),
        Slip(
            weights @ columns.T + biases[:, np.newaxis],
            message("Images and classes are swapped."),
            message("One row for each image."),
        ),
        Slip(
            (columns @ weights.T + biases).argmax(axis=1),
            message("These are the winners."),
            message("Return the scores themselves."),
        ),
    )


def _brighter_without(given: Given, scores: Any) -> list[float] | None:
    """The scores of the brighter image without biases, where the student has left them out of the first ones."""
    _, _, biases = _image(given)
    without = np.array_equal(np.array(scores, dtype=float), _scores(given) - biases)
    return [given["brighter"] * score for score in scores] if without else None


def slips(given: Given) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    return _of_scores(given) | _of_templates(given) | _of_sizes(given) | _of_training(given)


def _bar(ink: int, column: int) -> Array:
    """An upright bar in one column of a 3 x 3 image."""
    image = np.zeros((3, 3), dtype=int)
    image[:, column] = ink
    return image


def _terms(factors: Array, values: Array) -> str:
    return " + ".join(f"{factor:g}*{value:g}" for factor, value in zip(factors, values, strict=True)).replace(
        "+ -", "- "
    )


def _added(number: int) -> str:
    """`+ 3` or `- 3`."""
    return f"{'-' if number < 0 else '+'} {abs(number)}"


def _listed(values: Array) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _of_scores(given: Given) -> dict[str, list[Slip]]:
    image, weights, biases = _image(given)
    x, by_rows, times = unrolled(image), image.ravel(), given["brighter"]
    scores = _scores(given)
    down = message(
        "Down the first column ({first}), then the second ({second}), then the third.",
        first=_listed(image[:, 0]),
        second=_listed(image[:, 1]),
    )
    first = message(
        "The first score is {products}, and then {bias}.", products=_terms(weights[0], x), bias=_added(biases[0])
    )
    grown = message(
        "Only W x grows: {times} * {product}, and then {bias}, is the first one.",
        times=times,
        product=scores[0] - biases[0],
        bias=_added(biases[0]),
    )
    compare = message("The scores {scores} are those of a, b and c; the largest one wins.", scores=_listed(scores))
    wrong_winners = [
        (scores.argmin(), message("This is the class with the lowest score.")),
        ((weights @ x).argmax(), message("Without the biases this one would win.")),
        ((weights @ by_rows + biases).argmax(), message("With an image unrolled row by row this one would win.")),
        (biases.argmax(), message("This is the class with the largest bias.")),
        (np.abs(scores).argmax(), message("This score is the farthest from 0.")),
    ]
    reasons = {_LETTERS[int(place)]: reason for place, reason in reversed(wrong_winners) if place != scores.argmax()}
    return {
        "unroll": [
            Slip(by_rows, message("The image was read row by row."), down),
            Slip(image[:, ::-1].ravel(order="F"), message("The columns were read from right to left."), down),
            Slip(image[::-1].ravel(order="F"), message("The columns were read from the bottom up."), down),
            Slip(image.T, message("Rows and columns were swapped, but this is still an image."), down),
        ],
        "scores": [
            Slip(weights @ x, message("The biases are missing."), first),
            Slip(weights @ by_rows + biases, message("The image was unrolled row by row."), first),
            Slip(weights @ x - biases, message("The biases were taken off."), first),
            Slip(np.abs(weights) @ x + biases, message("The minus signs of the weights were overlooked."), first),
            Slip(weights.sum(axis=1) + biases, message("The weights were added up without the pixels."), first),
        ],
        "winner": [Slip(letter, reason, compare) for letter, reason in reasons.items()],
        "brighter_scores": [
            Slip(times * scores, message("The biases were also multiplied by {times}.", times=times), grown),
            Slip(scores, message("These are the scores of the image as it was."), grown),
            Slip(times * (weights @ x), message("The biases are missing."), grown),
            Slip(scores + times, message("{times} was added to the scores.", times=times), grown),
        ],
    }


def _of_templates(given: Given) -> dict[str, list[Slip]]:
    _, weights, biases = _image(given)
    row, ink = weights[given["template_of"]], given["ink"]
    colours, template = _colours(given)
    fold = message("The first two of {values} are the first column, the next two the second.", values=_listed(row))
    each = [int(value) for value in (colours * template).sum(axis=(1, 2))]
    sums = message(
        "Red gives {red}, green {green}, blue {blue}; add these up.", red=each[0], green=each[1], blue=each[2]
    )
    meets = message("The bar now meets the weights -1: 3 * {ink} * -1. The 2s see pixels that are 0.", ink=ink)
    dots = message("The first is -8.1*23 + 2.7*21 + 9.5*34 - 9*12 - 5.4*34 + 4.8*23, and then - 2.")
    bare = SLIDE_WEIGHTS @ SLIDE_PIXELS
    return {
        "template": [
            Slip(row.reshape(2, 3), message("The weights were laid out row by row."), fold),
            Slip(row.reshape(3, 2), message("The image lies on its side: it has 2 rows and 3 columns."), fold),
            Slip(
                row[::-1].reshape((2, 3), order="F"),
                message("The weights were laid out from the last to the first."),
                fold,
            ),
            Slip(
                (row + biases[given["template_of"]]).reshape((2, 3), order="F"),
                message("The bias was added to every weight."),
                fold,
            ),
        ],
        "rgb_score": [
            Slip(each[0], message("Only red was counted."), sums),
            Slip(sum(each) / 3, message("The colours were averaged."), sums),
            Slip(
                int(np.sum(colours * template[:, ::-1, ::-1])), message("The template was turned by 180 degrees."), sums
            ),
            Slip(
                int(np.sum(colours * template.transpose(0, 2, 1))),
                message("Rows and columns of the template were swapped."),
                sums,
            ),
            Slip(int(np.sum(colours * template[::-1])), message("Red and blue were taken for each other."), sums),
            Slip(max(each), message("Only one colour was counted, the one that fits best."), sums),
        ],
        "shifted_score": [
            Slip(6 * ink, message("This is the score of the bar in the middle."), meets),
            Slip(3 * ink, message("The minus sign of the weights was overlooked."), meets),
            Slip(0, message("The weights -1 were taken for 0."), meets),
            Slip(-ink, message("Only one pixel of the bar was counted."), meets),
            Slip(-6 * ink, message("The bar was multiplied by -2."), meets),
        ],
        "slide_scores": [
            Slip(
                SLIDE_SCORES,
                message("The slide errs here: the scores that it prints are not what its numbers give."),
                dots,
            ),
            Slip(bare, message("The biases are missing."), dots),
            Slip(bare - SLIDE_BIASES, message("The biases were taken off."), dots),
            Slip(
                np.abs(SLIDE_WEIGHTS) @ SLIDE_PIXELS + SLIDE_BIASES, message("The minus signs were overlooked."), dots
            ),
        ],
    }


def _of_sizes(given: Given) -> dict[str, list[Slip]]:
    height, width, classes, number = given["height"], given["width"], given["classes"], given["weight"]
    right = message(
        "Each of the {classes} classes has {height} * {width} * 3 weights and one bias.",
        classes=classes,
        height=height,
        width=width,
    )
    row, column = (number - 1) // 28, (number - 1) % 28
    place = message(
        "{row} full rows hold {count} weights, so W_{number} is number {place} of the next row.",
        row=row,
        count=28 * row,
        number=number,
        place=column + 1,
    )
    return {
        "parameters": [
            Slip(height * width * 3 * classes, message("The biases are missing."), right),
            Slip((height * width + 1) * classes, message("The colours were left out."), right),
            Slip(height * width * 3 * classes + 1, message("There is only one bias."), right),
            Slip(height * width * 3 + 1, message("This is one class."), right),
            Slip((height * width + 1) * 3 * classes, message("There is a bias for each colour."), right),
        ],
        "weight_place": [
            Slip([row, column], message("Rows and columns were counted from 0."), place),
            Slip(
                [column + 1, row + 1],
                message("Row and column are swapped, or the weights were laid out by columns."),
                place,
            ),
            Slip([number // 28, number % 28], message("These are quotient and remainder; the row is one more."), place),
            Slip([row + 1, column], message("The column was counted from 0."), place),
        ],
    }


def _of_training(given: Given) -> dict[str, list[Slip]]:
    scores, true = np.array(given["scores"]), given["true_class"]
    shares = softmax(scores)
    powers = [f"{exp(score):.3f}" for score in given["scores"]]
    normalise = message(
        "e^score gives {powers}; divide each by their sum, {total}.",
        powers=", ".join(powers),
        total=f"{np.exp(scores).sum():.3f}",
    )
    surprise = message(
        "The true class, {true} counted from 0, got {share}: -ln({share}).", true=true, share=f"{shares[true]:.4f}"
    )
    probabilities = np.array(given["true_shares"])
    losses = -np.log(probabilities)
    average = message(
        "The three images cost {losses}; the mean is asked for.", losses=", ".join(f"{loss:.3f}" for loss in losses)
    )
    weights, gradient, rate = np.array(given["weights"]), np.array(given["gradient"]), given["rate"]
    downhill = message(
        "The first weight becomes {weight} - {rate} * ({gradient}).",
        weight=f"{weights[0]:g}",
        rate=f"{rate:g}",
        gradient=f"{gradient[0]:g}",
    )
    return {
        "softmax": [
            Slip(scores / scores.sum(), message("The scores were divided by their sum, without e^score."), normalise),
            Slip(np.exp(scores), message("The powers were not divided by their sum."), normalise),
            Slip(
                1 / (1 + np.exp(-scores)),
                message("This is the sigmoid of each score: these do not add up to 1."),
                normalise,
            ),
            Slip(softmax(-scores), message("The scores have the wrong sign in the exponent."), normalise),
            Slip((scores == scores.max()).astype(int), message("This marks the largest score only."), normalise),
            Slip(2.0**scores / np.sum(2.0**scores), message("These are powers of 2, not of e."), normalise),
        ],
        "cross_entropy": [
            Slip(-log10(shares[true]), message("This is the logarithm with base 10."), surprise),
            Slip(-log2(shares[true]), message("This is the logarithm with base 2."), surprise),
            Slip(log(shares[true]), message("The minus sign is missing."), surprise),
            Slip(-log(shares[true - 1]), message("The classes were counted from 1."), surprise),
            Slip(1 - shares[true], message("This is 1 minus the probability, without a logarithm."), surprise),
            Slip(-np.log(shares).sum(), message("All classes were added up; only the true one counts."), surprise),
        ],
        "batch_cost": [
            Slip(losses.sum(), message("The costs were added up, but not averaged."), average),
            Slip(-log(probabilities.mean()), message("The probabilities were averaged before the logarithm."), average),
            Slip(-losses.mean(), message("The minus sign is missing."), average),
            Slip(-np.log10(probabilities).mean(), message("This is the logarithm with base 10."), average),
            Slip(-np.log2(probabilities).mean(), message("This is the logarithm with base 2."), average),
            Slip(
                1 - probabilities.mean(), message("This is 1 minus the mean probability, without a logarithm."), average
            ),
        ],
        "step": [
            Slip(weights + rate * gradient, message("This step leads uphill: the sign is the other one."), downhill),
            Slip(weights - gradient, message("The learning rate is missing."), downhill),
            Slip(-rate * gradient, message("This is the step alone, without the weights."), downhill),
            Slip((1 - rate) * weights, message("The weights were made smaller; the gradient was not used."), downhill),
            Slip(weights - rate * np.abs(gradient), message("The signs of the gradient were overlooked."), downhill),
        ],
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------


def methods(given: Given) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    net = Network((given["height"], given["width"], 3), [flatten(), dense(given["classes"])])
    return {
        "unroll": lambda erring: _pixels(np.array(given["image"]), erring),
        "scores": lambda erring: _scored(given, 1, erring),
        "winner": lambda erring: _won(given, erring),
        "brighter_scores": lambda erring: _scored(given, given["brighter"], erring),
        "slide_scores": lambda erring: _linear(SLIDE_WEIGHTS, SLIDE_PIXELS, SLIDE_BIASES, erring),
        "template": lambda erring: _folded(given, erring),
        "rgb_score": lambda erring: _colour_score(given, erring),
        "shifted_score": lambda erring: _bar_score(given, erring),
        "weight_place": lambda erring: _place(given["weight"], erring),
        "parameters": lambda erring: net.params(erring, 1),
        "softmax": lambda erring: numbers.softmax(erring, given["scores"]),
        "cross_entropy": lambda erring: _surprise(given, erring),
        "batch_cost": lambda erring: _batch(np.array(given["true_shares"]), erring),
        "step": lambda erring: _stepped(given, erring),
    }


def _pixels(image: Array, erring: Erring) -> Array:
    ways = {
        message("The image was read row by row."): image.ravel(),
        message("The columns were read from right to left."): image[:, ::-1].ravel(order="F"),
        message("The columns were read from the bottom up."): image[::-1].ravel(order="F"),
        message("The rows were read from the bottom up."): image[::-1].ravel(),
        message("The rows were read from right to left."): image[:, ::-1].ravel(),
    }
    return erring.pick(image.ravel(order="F"), ways)


def _linear(weights: Array, x: Array, biases: Array, erring: Erring) -> Array:
    weights = erring.pick(
        weights,
        {
            message("The minus signs of the weights were overlooked."): np.abs(weights),
            message("The negative weights were left out."): np.maximum(weights, 0),
            message("The classes are in reverse order."): weights[::-1],
        },
    )
    biases = erring.pick(
        biases,
        {
            message("The biases are missing."): 0 * biases,
            message("The biases were taken off instead of added."): -biases,
            message("The biases were added twice."): 2 * biases,
            message("The bias of the first class was added to all."): np.full_like(biases, biases[0]),
            message("The minus signs of the biases were overlooked."): np.abs(biases),
            message("The biases are in reverse order."): biases[::-1],
            message("The biases were added once for each pixel."): x.size * biases,
        },
    )
    found = np.asarray(weights @ x + biases)
    powers = np.exp(found - found.max())
    ways = {
        message("These are probabilities, after softmax; the scores were asked for."): powers / powers.sum(),
        message("The scores were divided by the number of pixels."): found / x.size,
        message("ReLU was used; scores may be negative."): np.maximum(found, 0),
        message("The biases were multiplied instead of added."): (weights @ x) * biases,
        message("Only the first three products of each class were added."): weights[:, :3] @ x[:3] + biases,
        message("The last product of each class is missing."): weights[:, :-1] @ x[:-1] + biases,
        message("The pixels were added up, without weights."): x.sum() + biases,
    }
    return erring.pick(found, ways)


def _scored(given: Given, factor: int, erring: Erring) -> Array:
    image, weights, biases = _image(given)
    x = _pixels(image, erring)
    if factor == 1:
        return _linear(weights, x, biases, erring)
    scaled = erring.pick(
        factor * x,
        {
            message("The number was added to each pixel instead of multiplied."): x + factor,
            message("The factor was squared."): factor**2 * x,
            message("The pixels were divided instead of multiplied."): x / factor,
        },
    )
    if erring(message("The factor was added to the products instead of multiplied.")):
        return np.asarray(weights @ x + factor + biases)
    return _linear(weights, scaled, biases, erring)


def _won(given: Given, erring: Erring) -> str:
    second = erring(message("This is the second highest score; the highest wins."))
    sizes = erring(message("This is the class with the largest score, whatever its sign."))
    biases = erring(message("This is the class with the largest bias."))
    scores = _scored(given, 1, erring)
    if sizes or biases:
        scores = np.abs(scores) if sizes else np.array(given["b"])
    return _LETTERS[int(np.argsort(scores)[-2 if second else -1])]


def _folded(given: Given, erring: Erring) -> Array:
    _, weights, _ = _image(given)
    number = given["template_of"]
    row = weights[number]
    others = {
        message("This is the row before, or after: rows are counted from 0."): weights[(number + 1) % 3],
        message("This is the row before; rows are counted from 0."): weights[(number - 1) % 3],
        message("The minus signs of the weights were overlooked."): np.abs(row),
    }
    row = erring.pick(row, others)
    found = row.reshape((2, 3), order="F")
    ways = {
        message("The columns are in reverse order."): found[:, ::-1],
        message("The rows are in reverse order."): found[::-1],
        message("Rows and columns of the template are exchanged: it has 2 rows and 3 columns."): found.T,
        message("These are the weights in one row; fold them to an image."): row,
        message("The template was multiplied by the image."): found * np.array(given["image"]),
    }
    return erring.pick(found, ways)


def _colour_score(given: Given, erring: Erring) -> float:
    image, template = _colours(given)
    template = erring.pick(
        template,
        {
            message("The minus signs of the template were overlooked."): np.abs(template),
            message("The negative weights of the template were taken as 0."): np.maximum(template, 0),
            message("The rows of the template are in reverse order."): template[:, ::-1],
            message("The columns of the template are in reverse order."): template[:, :, ::-1],
            message("Red and green of the template are exchanged."): template[[1, 0, 2]],
            message("Green and blue of the template are exchanged."): template[[0, 2, 1]],
            message("The weights for red were used for all colours."): template[[0, 0, 0]],
        },
    )
    products = image * template
    ways: dict[Text, Any] = {
        message("The colours were summed before multiplying; each has weights of its own."): (
            image.sum(axis=0) * template.sum(axis=0)
        ).sum(),
        message("The colours were averaged before multiplying."): (image.mean(axis=0) * template.mean(axis=0)).sum(),
        message("Only green was counted."): products[1].sum(),
        message("Only blue was counted."): products[2].sum(),
        message("Blue was left out."): products[:2].sum(),
        message("Red was left out."): products[1:].sum(),
        message("Green was left out."): products[[0, 2]].sum(),
        message("The sum was divided by the number of pixels, 4."): products.sum() / 4,
        message("The sum was divided by the number of values, 12."): products.sum() / 12,
        message("The signs of the products were ignored."): np.abs(products).sum(),
        message("Negative products were taken as 0."): np.maximum(products, 0).sum(),
        message("The scores of the colours were multiplied."): products.sum(axis=(1, 2)).prod(),
        message("The weights were added to the pixels instead of multiplied."): (image + template).sum(),
        message("The matrices were multiplied; here it is pixel by pixel."): sum(
            np.trace(one @ other) for one, other in zip(image, template, strict=True)
        ),
        message("The matrices were multiplied, and everything was added up; here it is pixel by pixel."): sum(
            (one @ other).sum() for one, other in zip(image, template, strict=True)
        ),
        message("Only the first pixel was counted."): products[:, 0, 0].sum(),
    }
    return float(erring.pick(products.sum(), ways))


def _bar_score(given: Given, erring: Erring) -> float:
    ink = given["ink"]
    column = erring.pick(2, {message("The bar was not moved."): 1})
    weight = erring.pick(
        _BAR[0][column], {message("Only the sign of the weight was looked at."): int(np.sign(_BAR[0][column]))}
    )
    rows = erring.pick(
        3,
        {
            message("Only one row was counted; the bar has three pixels."): 1,
            message("Two rows were counted; the bar has three pixels."): 2,
        },
    )
    value = erring.pick(
        ink,
        {message("The value of the pixels was left out."): 1, message("The value of the pixels was squared."): ink**2},
    )
    ways = {
        message("The two scores, before and after, were taken off each other."): rows * value * (weight - _BAR[0][1]),
        message("The score was divided by the number of pixels."): rows * value * weight / 9,
        message("The score of the bar in the middle was halved."): rows * value,
    }
    return float(erring.pick(rows * value * weight, ways))


def _place(weight: int, erring: Erring) -> list[int]:
    side = erring.pick(
        28,
        {
            message("Rows of 27 weights were taken; there are 28."): 27,
            message("Rows of 29 weights were taken; there are 28."): 29,
        },
    )
    row, column = divmod(weight - 1, side)
    row = erring.pick(
        row + 1, {message("The row was counted from 0."): row, message("The row is one too many."): row + 2}
    )
    column = erring.pick(
        column + 1,
        {
            message("The column was counted from 0."): column,
            message("The column is one too many."): column + 2,
            message("The column was counted from the right."): 28 - column,
        },
    )
    if erring(message("The column alone is here; the row comes first.")):
        return [column]
    if erring(message("The place was rounded up from weight / 28, with the remainder as it is.")):
        return [-(-weight // 28), weight % 28]
    return [column, row] if erring(message("Row and column are exchanged.")) else [row, column]


def _surprise(given: Given, erring: Erring) -> float:
    shares = softmax(np.array(given["scores"], float))
    place = given["true_class"]
    share = float(
        erring.pick(
            shares[place],
            {
                message(
                    "This is the winner, the class with the largest probability; the true class counts."
                ): shares.max(),
                message("This is the class with the smallest probability; the true class counts."): shares.min(),
                message("This is the first class; the true class counts."): shares[0],
            },
        )
    )
    if erring(message("The mean over all classes was taken; only the true one counts.")):
        return float(-np.log(shares).mean())
    if erring(message("Each class was weighted with its probability: this is the entropy.")):
        return float(-(shares * np.log(shares)).sum())
    if erring(message("This is the score, without softmax.")):
        return float(given["scores"][place])
    if erring(message("The logarithm was taken of the score.")):
        return -log(given["scores"][place])
    return numbers.surprise(erring, share)


def _batch(shares: Array, erring: Erring) -> float:
    base = erring.pick(
        1.0,
        {
            message("This is the logarithm with base 10."): log(10),
            message("This is the logarithm with base 2."): log(2),
        },
    )
    costs = -np.log(shares) / base
    ways: dict[Text, Any] = {
        message("The costs were added up, but not averaged."): costs.sum(),
        message("This is the largest cost; take the mean."): costs.max(),
        message("This is the smallest cost; take the mean."): costs.min(),
        message("This is the median cost; take the mean."): np.median(costs),
        message("The probabilities were averaged, without a logarithm."): shares.mean(),
        message("The logarithm was taken of the median probability."): -log(float(np.median(shares))),
        message("The sum was divided by one less than the number of images."): costs.sum() / 2,
        message("The minus sign is missing."): -costs.mean(),
        message("The logarithm was taken of the sum of the probabilities."): -log(shares.sum()),
        message("Each cost was weighted with its probability."): (shares * costs).mean(),
        message("This is the sum of 1 minus each probability, without a logarithm."): (1 - shares).sum(),
        message("The probabilities were multiplied, without a logarithm."): shares.prod(),
        message("The costs were squared."): (costs**2).mean(),
        message("This is the cost of the last image alone."): costs[-1],
        message("This is the cost of the first image alone."): costs[0],
    }
    return float(erring.pick(costs.mean(), ways))


def _stepped(given: Given, erring: Erring) -> Array:
    weights, gradient = np.array(given["weights"]), np.array(given["gradient"])
    rate = erring.pick(
        given["rate"],
        {
            message("The learning rate is missing."): 1,
            message("It was divided by the learning rate instead of multiplied."): 1 / given["rate"],
            message("The learning rate was squared."): given["rate"] ** 2,
            message("The step was halved."): given["rate"] / 2,
            message("The step was doubled."): 2 * given["rate"],
        },
    )
    gradient = erring.pick(
        gradient,
        {
            message("The signs of the gradient were overlooked."): np.abs(gradient),
            message("Only the sign of the gradient was used."): np.sign(gradient),
            message("The gradient was multiplied by the weights."): gradient * weights,
            message("The gradient was divided by the number of weights."): gradient / 3,
            message("The mean of the gradient was used for all weights."): np.full_like(gradient, gradient.mean()),
            message("The length of the gradient was divided by."): gradient / np.linalg.norm(gradient),
            message("The gradient is in reverse order."): gradient[::-1],
        },
    )
    ways = {
        message("This step leads uphill: the sign is the other one."): weights + rate * gradient,
        message("This is the step alone, without the weights."): -rate * gradient,
        message("The weights were multiplied by 1 less the step."): weights * (1 - rate * gradient),
        message("The learning rate was applied to the weights."): rate * weights - gradient,
        message("The learning rate was applied to weights and gradient."): rate * (weights - gradient),
        message("The gradient was taken from the weights the wrong way round."): rate * gradient - weights,
        message("Two steps were taken."): weights - 2 * rate * gradient,
    }
    return erring.pick(weights - rate * gradient, ways)
