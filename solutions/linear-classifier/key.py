"""Answers of `linear-classifier`: one image, three classes, and all steps from pixels to one step of training.

The scores that the lecture prints beside its matrix are not what the numbers printed there give.
"""

from collections.abc import Mapping
from math import exp, log, log2, log10
from random import Random
from typing import Any

import numpy as np

from grader.model.key import Call, Slip, following

Array = np.ndarray[Any, Any]
Given = Mapping[str, Any]

_LETTERS = "abc"
_FAR_APART = 0.015  # of two wrong answers, so that rounding to two digits never takes one for the other

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
        if scores[-1] - scores[-2] >= 1 and all(_apart([s.value for s in found]) for found in numeric.values()):
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


def softmax(scores: Array) -> Array:
    """Probabilities from scores."""
    powers = np.exp(scores - np.max(scores))
    return np.asarray(powers / powers.sum())


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
        Slip(rows @ weights.T + biases, "The images were unrolled row by row.", "Turn rows and columns round first."),
        Slip(columns @ weights.T, "The biases are missing.", "Add b to every row of scores."),
        Slip(columns @ weights.T - biases, "The biases were taken off.", "Add b to every row of scores."),
        Slip(weights @ columns.T + biases[:, np.newaxis], "Images and classes are swapped.", "One row for each image."),
        Slip((columns @ weights.T + biases).argmax(axis=1), "These are the winners.", "Return the scores themselves."),
    )


def _brighter_without(given: Given, scores: Any) -> list[float] | None:
    """The scores of the brighter image without biases, where the student has left them out of the first ones."""
    _, _, biases = _image(given)
    without = np.array_equal(np.array(scores, dtype=float), _scores(given) - biases)
    return [given["brighter"] * score for score in scores] if without else None


def slips(given: Given) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    return _of_scores(given) | _of_templates(given) | _of_sizes(given) | _of_training(given)


def _apart(values: list[Any]) -> bool:
    """Whether no two wrong answers are the same, or so near that rounding makes them so."""
    pairs = [(np.array(a), np.array(b)) for place, a in enumerate(values) for b in values[:place]]
    return all(a.shape != b.shape or np.max(np.abs(a - b)) > _FAR_APART for a, b in pairs)


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
    down = f"Down the first column ({_listed(image[:, 0])}), then the second ({_listed(image[:, 1])}), then the third."
    first = f"The first score is {_terms(weights[0], x)}, and then {_added(biases[0])}."
    grown = f"Only W x grows: {times} * {scores[0] - biases[0]}, and then {_added(biases[0])}, is the first one."
    compare = f"The scores {_listed(scores)} are those of a, b and c; the largest one wins."
    wrong_winners = [
        (scores.argmin(), "This is the class with the lowest score."),
        ((weights @ x).argmax(), "Without the biases this one would win."),
        ((weights @ by_rows + biases).argmax(), "With an image unrolled row by row this one would win."),
        (biases.argmax(), "This is the class with the largest bias."),
        (np.abs(scores).argmax(), "This score is the farthest from 0."),
    ]
    told = {_LETTERS[int(place)]: reason for place, reason in reversed(wrong_winners) if place != scores.argmax()}
    return {
        "unroll": [
            Slip(by_rows, "The image was read row by row.", down),
            Slip(image[:, ::-1].ravel(order="F"), "The columns were read from right to left.", down),
            Slip(image[::-1].ravel(order="F"), "The columns were read from the bottom up.", down),
            Slip(image.T, "Rows and columns were swapped, but this is still an image.", down),
        ],
        "scores": [
            Slip(weights @ x, "The biases are missing.", first),
            Slip(weights @ by_rows + biases, "The image was unrolled row by row.", first),
            Slip(weights @ x - biases, "The biases were taken off.", first),
            Slip(np.abs(weights) @ x + biases, "The minus signs of the weights were overlooked.", first),
            Slip(weights.sum(axis=1) + biases, "The weights were added up without the pixels.", first),
        ],
        "winner": [Slip(letter, reason, compare) for letter, reason in told.items()],
        "brighter_scores": [
            Slip(times * scores, f"The biases were multiplied by {times}, too.", grown),
            Slip(scores, "These are the scores of the image as it was.", grown),
            Slip(times * (weights @ x), "The biases are missing.", grown),
            Slip(scores + times, f"{times} was added to the scores.", grown),
        ],
    }


def _of_templates(given: Given) -> dict[str, list[Slip]]:
    _, weights, biases = _image(given)
    row, ink = weights[given["template_of"]], given["ink"]
    colours, template = _colours(given)
    fold = f"The first two of {_listed(row)} are the first column, the next two the second."
    each = [int(value) for value in (colours * template).sum(axis=(1, 2))]
    sums = f"Red gives {each[0]}, green {each[1]}, blue {each[2]}; add these up."
    meets = f"The bar now meets the weights -1: 3 * {ink} * -1. The 2s see pixels that are 0."
    dots = "The first is -8.1*23 + 2.7*21 + 9.5*34 - 9*12 - 5.4*34 + 4.8*23, and then - 2."
    bare = SLIDE_WEIGHTS @ SLIDE_PIXELS
    return {
        "template": [
            Slip(row.reshape(2, 3), "The weights were laid out row by row.", fold),
            Slip(row.reshape(3, 2), "The image lies on its side: it has 2 rows and 3 columns.", fold),
            Slip(row[::-1].reshape((2, 3), order="F"), "The weights were laid out from the last to the first.", fold),
            Slip(
                (row + biases[given["template_of"]]).reshape((2, 3), order="F"),
                "The bias was added to every weight.",
                fold,
            ),
        ],
        "rgb_score": [
            Slip(each[0], "Only red was counted.", sums),
            Slip(sum(each) / 3, "The colours were averaged.", sums),
            Slip(int(np.sum(colours * template[:, ::-1, ::-1])), "The template was turned by 180 degrees.", sums),
            Slip(
                int(np.sum(colours * template.transpose(0, 2, 1))),
                "Rows and columns of the template were swapped.",
                sums,
            ),
            Slip(int(np.sum(colours * template[::-1])), "Red and blue were taken for each other.", sums),
            Slip(max(each), "Only the colour that fits best was counted.", sums),
        ],
        "shifted_score": [
            Slip(6 * ink, "This is the score of the bar in the middle.", meets),
            Slip(3 * ink, "The minus sign of the weights was overlooked.", meets),
            Slip(0, "The weights -1 were taken for 0.", meets),
            Slip(-ink, "Only one pixel of the bar was counted.", meets),
            Slip(-6 * ink, "The bar was multiplied by -2.", meets),
        ],
        "slide_scores": [
            Slip(
                SLIDE_SCORES,
                "The slide errs here: the scores that it prints are not what its numbers give.",
                dots,
            ),
            Slip(bare, "The biases are missing.", dots),
            Slip(bare - SLIDE_BIASES, "The biases were taken off.", dots),
            Slip(np.abs(SLIDE_WEIGHTS) @ SLIDE_PIXELS + SLIDE_BIASES, "The minus signs were overlooked.", dots),
        ],
    }


def _of_sizes(given: Given) -> dict[str, list[Slip]]:
    height, width, classes, number = given["height"], given["width"], given["classes"], given["weight"]
    right = f"Each of the {classes} classes has {height} * {width} * 3 weights and one bias."
    row, column = (number - 1) // 28, (number - 1) % 28
    place = f"{row} full rows hold {28 * row} weights, so W_{number} is number {column + 1} of the next row."
    return {
        "parameters": [
            Slip(height * width * 3 * classes, "The biases are missing.", right),
            Slip((height * width + 1) * classes, "The colours were left out.", right),
            Slip(height * width * 3 * classes + 1, "There is only one bias.", right),
            Slip(height * width * 3 + 1, "This is one class.", right),
            Slip((height * width + 1) * 3 * classes, "There is a bias for each colour.", right),
        ],
        "weight_place": [
            Slip([row, column], "Rows and columns were counted from 0.", place),
            Slip([column + 1, row + 1], "Row and column are swapped, or the weights were laid out by columns.", place),
            Slip([number // 28, number % 28], "These are quotient and remainder; the row is one more.", place),
            Slip([row + 1, column], "The column was counted from 0.", place),
        ],
    }


def _of_training(given: Given) -> dict[str, list[Slip]]:
    scores, true = np.array(given["scores"]), given["true_class"]
    shares = softmax(scores)
    powers = [f"{exp(score):.3f}" for score in given["scores"]]
    normalise = f"e^score gives {', '.join(powers)}; divide each by their sum, {np.exp(scores).sum():.3f}."
    surprise = f"The true class, {true} counted from 0, got {shares[true]:.4f}: -ln({shares[true]:.4f})."
    probabilities = np.array(given["true_shares"])
    losses = -np.log(probabilities)
    average = f"The three images cost {', '.join(f'{loss:.3f}' for loss in losses)}; the mean is asked for."
    weights, gradient, rate = np.array(given["weights"]), np.array(given["gradient"]), given["rate"]
    downhill = f"The first weight becomes {weights[0]:g} - {rate:g} * ({gradient[0]:g})."
    return {
        "softmax": [
            Slip(scores / scores.sum(), "The scores were divided by their sum, without e^score.", normalise),
            Slip(np.exp(scores), "The powers were not divided by their sum.", normalise),
            Slip(1 / (1 + np.exp(-scores)), "This is the sigmoid of each score: these do not add up to 1.", normalise),
            Slip(softmax(-scores), "The scores have the wrong sign in the exponent.", normalise),
            Slip((scores == scores.max()).astype(int), "This marks the largest score only.", normalise),
            Slip(2.0**scores / np.sum(2.0**scores), "These are powers of 2, not of e.", normalise),
        ],
        "cross_entropy": [
            Slip(-log10(shares[true]), "This is the logarithm with base 10.", surprise),
            Slip(-log2(shares[true]), "This is the logarithm with base 2.", surprise),
            Slip(log(shares[true]), "The minus sign is missing.", surprise),
            Slip(-log(shares[true - 1]), "The classes were counted from 1.", surprise),
            Slip(1 - shares[true], "This is 1 minus the probability, without a logarithm.", surprise),
            Slip(-np.log(shares).sum(), "All classes were added up; only the true one counts.", surprise),
        ],
        "batch_cost": [
            Slip(losses.sum(), "The costs were added up, but not averaged.", average),
            Slip(-log(probabilities.mean()), "The probabilities were averaged before the logarithm.", average),
            Slip(-losses.mean(), "The minus sign is missing.", average),
            Slip(-np.log10(probabilities).mean(), "This is the logarithm with base 10.", average),
            Slip(-np.log2(probabilities).mean(), "This is the logarithm with base 2.", average),
            Slip(1 - probabilities.mean(), "This is 1 minus the mean probability, without a logarithm.", average),
        ],
        "step": [
            Slip(weights + rate * gradient, "This step leads uphill: the sign is the other one.", downhill),
            Slip(weights - gradient, "The learning rate is missing.", downhill),
            Slip(-rate * gradient, "This is the step alone, without the weights.", downhill),
            Slip((1 - rate) * weights, "The weights were made smaller; the gradient was not used.", downhill),
            Slip(weights - rate * np.abs(gradient), "The signs of the gradient were overlooked.", downhill),
        ],
    }
