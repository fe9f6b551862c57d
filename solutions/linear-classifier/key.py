"""Answers of `linear-classifier`: one image, three classes, and all steps from pixels to one step of training.

The scores that the lecture prints beside its matrix do not follow from the numbers printed there.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
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
Values = Mapping[str, Any]  # as `draw` returns them

_LETTERS = "abc"

# What the first slide "To recap" shows of its matrix, image and biases; the rest is dots.
SLIDE_WEIGHTS = np.array(
    [[-8.1, 2.7, 9.5, -9.0, -5.4, 4.8], [9.0, 5.4, 4.8, 1.2, 9.5, -8.0], [1.2, 9.5, -8.0, 8.1, -2.7, 9.5]]
)
SLIDE_PIXELS = np.array([23, 21, 34, 12, 34, 23])
SLIDE_BIASES = np.array([-2, 32, -1])
SLIDE_SCORES = np.array([-4, 22, 33])

_BAR = np.array([[-1, 2, -1]] * 3)  # the weights of the slide that sees upright bars


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One student's numbers.

    Attributes:
        image: Grey image, 2 rows of 3 pixels.
        W: Weights of three classes, a, b and c: a row of 6 for each.
        b: Bias of each class; none is 0, so that it matters whether they are added.
        brighter: Factor by which the image is made brighter.
        template_of: Class whose weights are laid out as an image, from 0.
        rgb_image: Red, green and blue, 2 x 2 pixels each.
        rgb_template: Weights of one class for them.
        ink: Value of the pixels of a bar.
        weight: Number of a weight, from 1, of an image with 28 columns.
        height: Rows of a colour image.
        width: Columns of it; never as many as rows.
        classes: Classes of the classifier for it.
        scores: Of three classes.
        true_class: From 0; 1 or 2, because a slip takes the class before it.
        true_shares: Probabilities that three images of a batch got for their true classes.
        weights: Three of them, before a step of training.
        gradient: Of the loss by these weights.
        rate: Learning rate.
        hidden: Seed of the images that the student's own classifier is tested with.
    """

    image: list[list[int]]
    W: list[list[int]]
    b: list[int]
    brighter: int
    template_of: int
    rgb_image: list[list[list[int]]]
    rgb_template: list[list[list[int]]]
    ink: int
    weight: int
    height: int
    width: int
    classes: int
    scores: list[int]
    true_class: int
    true_shares: list[float]
    weights: list[float]
    gradient: list[float]
    rate: float
    hidden: int

    @property
    def image_of_letters(self) -> tuple[Array, Array, Array]:
        """Image, shape (2, 3); weights of the classes a, b and c, shape (3, 6); and biases, shape (3,)."""
        return np.array(self.image), np.array(self.W), np.array(self.b)

    @property
    def scores_of_letters(self) -> Array:
        """Scores of the classes a, b and c for the image, shape (3,)."""
        image, weights, biases = self.image_of_letters
        return np.asarray(weights @ unrolled(image) + biases)

    @property
    def colours(self) -> tuple[Array, Array]:
        """Image and template, each of shape (3, 2, 2)."""
        return np.array(self.rgb_image), np.array(self.rgb_template)


def draw(rng: Random) -> dict[str, Any]:
    """Numbers for which all answers, right and wrong, can be told apart."""
    while True:
        variant = _variant(rng)
        values = asdict(variant)
        scores = np.sort(variant.scores_of_letters)
        numeric = [listed for question, listed in slips(values).items() if question != "winner"]
        # The scores are whole numbers: without a tie there is one winner.
        if scores[-1] - scores[-2] >= 1 and all(all_apart(slip.value for slip in listed) for listed in numeric):
            return values


def _variant(rng: Random) -> Variant:
    def matrix(rows: int, columns: int, low: int, high: int) -> list[list[int]]:
        return [[rng.randint(low, high) for _ in range(columns)] for _ in range(rows)]

    side = rng.choice([20, 24, 30, 32, 40])
    return Variant(
        image=matrix(2, 3, 0, 5),
        W=matrix(3, 6, -2, 3),
        b=rng.sample([-4, -3, -2, -1, 1, 2, 3, 4], 3),
        brighter=rng.choice([2, 3]),
        template_of=rng.choice([0, 1, 2]),
        rgb_image=[matrix(2, 2, 0, 4) for _ in range(3)],
        rgb_template=[matrix(2, 2, -2, 2) for _ in range(3)],
        ink=rng.randint(3, 9),
        weight=28 * rng.randint(2, 25) + rng.randint(3, 26),  # neither near the top nor at the end of a row
        height=side,
        width=side + rng.choice([-4, 4, 8]),
        classes=rng.choice([3, 4, 5, 8]),
        scores=rng.choice([[3, 1, 2], [2, 0, 1], [0, 2, 1], [1, 3, 0], [2, 3, 0], [4, 3, 1], [1, 2, 4], [3, 2, 4]]),
        true_class=rng.choice([1, 2]),
        true_shares=rng.choice([[0.5, 0.25, 0.1], [0.8, 0.5, 0.2], [0.5, 0.2, 0.05], [0.9, 0.4, 0.25]]),
        weights=rng.choice([[0.5, -0.2, 0.3], [0.4, 0.1, -0.5], [-0.3, 0.6, 0.2], [0.7, -0.4, 0.1]]),
        gradient=rng.choice([[2.0, -1.0, 4.0], [-2.0, 3.0, 1.0], [1.0, 5.0, -3.0], [4.0, -3.0, -2.0]]),
        rate=rng.choice([0.1, 0.2]),
        hidden=rng.randrange(2**32),
    )


# ---- Right answers -------------------------------------------------------------------------------------------------


def unrolled(image: Array) -> Array:
    """The columns of an image one below the other: shape (rows, columns) -> (rows * columns,)."""
    return image.ravel(order="F")


def answers(values: Values) -> dict[str, Any]:
    """Question id -> expected answer."""
    variant = Variant(**values)
    image, weights, biases = variant.image_of_letters
    scores = variant.scores_of_letters
    colours, template = variant.colours
    shares = softmax(np.array(variant.scores))
    return {
        "unroll": unrolled(image),
        "scores": scores,
        "winner": _LETTERS[int(scores.argmax())],
        "brighter_scores": variant.brighter * (scores - biases) + biases,
        "template": weights[variant.template_of].reshape((2, 3), order="F"),
        "rgb_score": int(np.sum(colours * template)),
        "shifted_score": int(np.sum(_BAR * _bar(variant.ink, 2))),
        "slide_scores": SLIDE_WEIGHTS @ SLIDE_PIXELS + SLIDE_BIASES,
        "parameters": (variant.height * variant.width * 3 + 1) * variant.classes,
        "weight_place": [(variant.weight - 1) // 28 + 1, (variant.weight - 1) % 28 + 1],
        "softmax": shares,
        "cross_entropy": -log(shares[variant.true_class]),
        "batch_cost": -np.log(variant.true_shares).mean(),
        "step": np.array(variant.weights) - variant.rate * np.array(variant.gradient),
    }


def follow_on(values: Values, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Question id -> answer that follows from the student's own unrolled image, scores and probabilities."""
    variant = Variant(**values)
    _, weights, biases = variant.image_of_letters

    def winner() -> str:
        scores = np.array(earlier["scores"], dtype=float)
        if scores.shape != (3,):
            raise ValueError("one score for each class is needed")
        return _LETTERS[int(scores.argmax())]

    return following(
        {
            "scores": lambda: (weights @ np.array(earlier["unroll"], dtype=float) + biases).tolist(),
            "winner": winner,
            "brighter_scores": [
                lambda: (variant.brighter * (np.array(earlier["scores"], dtype=float) - biases) + biases).tolist(),
                lambda: _brighter_without_biases(variant, earlier["scores"]),
            ],
            "cross_entropy": lambda: -log(earlier["softmax"][variant.true_class]),
        }
    )


def calls(values: Values) -> dict[str, list[Call]]:
    """Batches of images, with weights and biases, that the student's own classifier is tested with."""
    variant = Variant(**values)
    rng = np.random.default_rng(variant.hidden)
    tests = []
    for count, height, width, classes in ((1, 2, 3, 3), (4, 3, 5, 2), (5, 4, 2, 6)):
        images = rng.uniform(0, 9, (count, height, width))
        weights, biases = rng.normal(0, 1, (classes, height * width)), rng.normal(0, 3, classes)
        columns = images.transpose(0, 2, 1).reshape(count, -1)
        expected = columns @ weights.T + biases
        tests.append(Call((images, weights, biases), expected, _slips_of_function(images, weights, biases)))
    return {"classifier": tests}


def _slips_of_function(images: Array, weights: Array, biases: Array) -> tuple[Slip, ...]:
    rows = images.reshape(len(images), -1)
    columns = images.transpose(0, 2, 1).reshape(len(images), -1)
    return (
        Slip(
            rows @ weights.T + biases,
            message("You unrolled the images row by row."),
            message("Swap rows and columns first."),
        ),
        Slip(columns @ weights.T, message("The biases are missing."), message("Add b to every row of scores.")),
        Slip(
            columns @ weights.T - biases,
            message("You subtracted the biases."),
            message("Add b to every row of scores."),
        ),
        Slip(
            weights @ columns.T + biases[:, np.newaxis],
            message("You swapped images and classes."),
            message("Give one row for each image."),
        ),
        Slip(
            (columns @ weights.T + biases).argmax(axis=1),
            message("These are the winning classes."),
            message("Return the scores themselves."),
        ),
    )


def _brighter_without_biases(variant: Variant, scores: Any) -> list[float] | None:
    """The scores of the brighter image without biases, where the student has left them out of the first ones."""
    _, _, biases = variant.image_of_letters
    left_out = np.array_equal(np.array(scores, dtype=float), variant.scores_of_letters - biases)
    return [variant.brighter * score for score in scores] if left_out else None


# ---- Wrong answers with a known cause ------------------------------------------------------------------------------


def slips(values: Values) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    variant = Variant(**values)
    return (
        _slips_of_scores(variant)
        | _slips_of_templates(variant)
        | _slips_of_sizes(variant)
        | _slips_of_training(variant)
    )


def _bar(ink: int, column: int) -> Array:
    """An upright bar in one column of an image, shape (3, 3)."""
    image = np.zeros((3, 3), dtype=int)
    image[:, column] = ink
    return image


def _terms(factors: Array, values: Array) -> str:
    """`2*3 - 1*4`, from two vectors of shape (n,)."""
    return " + ".join(f"{factor:g}*{value:g}" for factor, value in zip(factors, values, strict=True)).replace(
        "+ -", "- "
    )


def _added(number: int) -> str:
    """`+ 3` or `- 3`."""
    return f"{'-' if number < 0 else '+'} {abs(number)}"


def _listed(values: Array) -> str:
    """`3, 0.5, 2`, from shape (n,)."""
    return ", ".join(f"{value:g}" for value in values)


def _slips_of_scores(variant: Variant) -> dict[str, list[Slip]]:
    image, weights, biases = variant.image_of_letters
    pixels, by_rows, times = unrolled(image), image.ravel(), variant.brighter
    scores = variant.scores_of_letters
    down = message(
        "Read down the first column ({first}), then the second ({second}), then the third.",
        first=_listed(image[:, 0]),
        second=_listed(image[:, 1]),
    )
    first = message(
        "The first score is {products}, and then the bias: {bias}.",
        products=_terms(weights[0], pixels),
        bias=_added(biases[0]),
    )
    only_products_grow = message(
        "Only W x grows. The first score is {times} * {product}, and then the bias: {bias}.",
        times=times,
        product=scores[0] - biases[0],
        bias=_added(biases[0]),
    )
    compare = message("The scores of a, b and c are {scores}. The largest one wins.", scores=_listed(scores))
    wrong_winners = [
        (scores.argmin(), message("This is the class with the lowest score.")),
        ((weights @ pixels).argmax(), message("This class would win without the biases.")),
        ((weights @ by_rows + biases).argmax(), message("This class would win if you unrolled the image row by row.")),
        (biases.argmax(), message("This is the class with the largest bias.")),
        (np.abs(scores).argmax(), message("This class has the score farthest from 0.")),
    ]
    reasons = {_LETTERS[int(place)]: reason for place, reason in reversed(wrong_winners) if place != scores.argmax()}
    return {
        "unroll": [
            Slip(by_rows, message("You read the image row by row."), down),
            Slip(image[:, ::-1].ravel(order="F"), message("You read the columns from right to left."), down),
            Slip(image[::-1].ravel(order="F"), message("You read the columns from the bottom up."), down),
            Slip(image.T, message("You swapped rows and columns, but you did not unroll the image."), down),
        ],
        "scores": [
            Slip(weights @ pixels, message("The biases are missing."), first),
            Slip(weights @ by_rows + biases, message("You unrolled the image row by row."), first),
            Slip(weights @ pixels - biases, message("You subtracted the biases."), first),
            Slip(np.abs(weights) @ pixels + biases, message("You overlooked the minus signs of the weights."), first),
            Slip(weights.sum(axis=1) + biases, message("You added up the weights without the pixels."), first),
        ],
        "winner": [Slip(letter, reason, compare) for letter, reason in reasons.items()],
        "brighter_scores": [
            Slip(
                times * scores, message("You also multiplied the biases by {times}.", times=times), only_products_grow
            ),
            Slip(scores, message("These are the scores of the original image."), only_products_grow),
            Slip(times * (weights @ pixels), message("The biases are missing."), only_products_grow),
            Slip(scores + times, message("You added {times} to the scores.", times=times), only_products_grow),
        ],
    }


def _slips_of_templates(variant: Variant) -> dict[str, list[Slip]]:
    _, weights, biases = variant.image_of_letters
    row, ink = weights[variant.template_of], variant.ink
    colours, template = variant.colours
    fold = message(
        "The first two of {values} form the first column, and the next two form the second.", values=_listed(row)
    )
    by_colour = [int(value) for value in (colours * template).sum(axis=(1, 2))]
    sums = message(
        "Red gives {red}, green {green} and blue {blue}. Add these up.",
        red=by_colour[0],
        green=by_colour[1],
        blue=by_colour[2],
    )
    meets = message(
        ("The bar is now on the weights -1: 3 * {ink} * -1. The weights 2 are on pixels that are 0."), ink=ink
    )
    dots = message("The first score is -8.1*23 + 2.7*21 + 9.5*34 - 9*12 - 5.4*34 + 4.8*23, and then the bias: - 2.")
    bare = SLIDE_WEIGHTS @ SLIDE_PIXELS
    return {
        "template": [
            Slip(row.reshape(2, 3), message("You laid out the weights row by row."), fold),
            Slip(
                row.reshape(3, 2),
                message("You swapped height and width: the image has 2 rows and 3 columns."),
                fold,
            ),
            Slip(
                row[::-1].reshape((2, 3), order="F"),
                message("You laid out the weights from the last to the first."),
                fold,
            ),
            Slip(
                (row + biases[variant.template_of]).reshape((2, 3), order="F"),
                message("You added the bias to every weight."),
                fold,
            ),
        ],
        "rgb_score": [
            Slip(by_colour[0], message("You counted only red."), sums),
            Slip(sum(by_colour) / 3, message("You averaged the colours."), sums),
            Slip(
                int(np.sum(colours * template[:, ::-1, ::-1])),
                message("You rotated the template by 180 degrees."),
                sums,
            ),
            Slip(
                int(np.sum(colours * template.transpose(0, 2, 1))),
                message("You swapped the rows and columns of the template."),
                sums,
            ),
            Slip(int(np.sum(colours * template[::-1])), message("You swapped red and blue."), sums),
            Slip(max(by_colour), message("You counted only one colour, the one that fits best."), sums),
        ],
        "shifted_score": [
            Slip(6 * ink, message("This is the score of the bar in the middle."), meets),
            Slip(3 * ink, message("You overlooked the minus sign of the weights."), meets),
            Slip(0, message("You used the weight 0 instead of -1."), meets),
            Slip(-ink, message("You counted only one pixel of the bar."), meets),
            Slip(-6 * ink, message("You multiplied the bar by -2."), meets),
        ],
        "slide_scores": [
            Slip(
                SLIDE_SCORES,
                message("The slide is wrong here: the scores that it prints are not what its numbers give."),
                dots,
            ),
            Slip(bare, message("The biases are missing."), dots),
            Slip(bare - SLIDE_BIASES, message("You subtracted the biases."), dots),
            Slip(np.abs(SLIDE_WEIGHTS) @ SLIDE_PIXELS + SLIDE_BIASES, message("You overlooked the minus signs."), dots),
        ],
    }


def _slips_of_sizes(variant: Variant) -> dict[str, list[Slip]]:
    height, width, classes, number = variant.height, variant.width, variant.classes, variant.weight
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
            Slip((height * width + 1) * classes, message("You left out the colours."), right),
            Slip(height * width * 3 * classes + 1, message("You counted only one bias."), right),
            Slip(height * width * 3 + 1, message("This is the number of parameters for only one class."), right),
            Slip((height * width + 1) * 3 * classes, message("You counted a bias for each colour."), right),
        ],
        "weight_place": [
            Slip([row, column], message("You counted rows and columns from 0."), place),
            Slip(
                [column + 1, row + 1],
                message("You swapped row and column, or you laid out the weights by columns."),
                place,
            ),
            Slip(
                [number // 28, number % 28],
                message("These are the quotient and the remainder. The row is the quotient plus 1."),
                place,
            ),
            Slip([row + 1, column], message("You counted the column from 0."), place),
        ],
    }


def _slips_of_training(variant: Variant) -> dict[str, list[Slip]]:
    scores, true = np.array(variant.scores), variant.true_class
    shares = softmax(scores)
    powers = [f"{exp(score):.3f}" for score in variant.scores]
    normalise = message(
        "e^score gives {powers}; divide each by their sum, {total}.",
        powers=", ".join(powers),
        total=f"{np.exp(scores).sum():.3f}",
    )
    surprise = message(
        "The true class is {true}, counted from 0. Its probability is {share}: -ln({share}).",
        true=true,
        share=f"{shares[true]:.4f}",
    )
    probabilities = np.array(variant.true_shares)
    losses = -np.log(probabilities)
    average = message(
        "The costs of the three images are {losses}. Give their mean.",
        losses=", ".join(f"{loss:.3f}" for loss in losses),
    )
    weights, gradient, rate = np.array(variant.weights), np.array(variant.gradient), variant.rate
    downhill = message(
        "The first weight becomes {weight} - {rate} * ({gradient}).",
        weight=f"{weights[0]:g}",
        rate=f"{rate:g}",
        gradient=f"{gradient[0]:g}",
    )
    return {
        "softmax": [
            Slip(scores / scores.sum(), message("You divided the scores by their sum, without e^score."), normalise),
            Slip(np.exp(scores), message("You did not divide the powers by their sum."), normalise),
            Slip(
                1 / (1 + np.exp(-scores)),
                message("This is the sigmoid of each score. These values do not add up to 1."),
                normalise,
            ),
            Slip(softmax(-scores), message("The scores have the wrong sign in the exponent."), normalise),
            Slip((scores == scores.max()).astype(int), message("This marks only the largest score."), normalise),
            Slip(2.0**scores / np.sum(2.0**scores), message("These are powers of 2, not of e."), normalise),
        ],
        "cross_entropy": [
            Slip(-log10(shares[true]), message("This is the logarithm to base 10."), surprise),
            Slip(-log2(shares[true]), message("This is the logarithm to base 2."), surprise),
            Slip(log(shares[true]), message("The minus sign is missing."), surprise),
            Slip(-log(shares[true - 1]), message("You counted the classes from 1."), surprise),
            Slip(1 - shares[true], message("This is 1 minus the probability, without a logarithm."), surprise),
            Slip(-np.log(shares).sum(), message("You added up all classes, but only the true one counts."), surprise),
        ],
        "batch_cost": [
            Slip(losses.sum(), message("You added up the costs, but you did not average them."), average),
            Slip(
                -log(probabilities.mean()),
                message("You averaged the probabilities before you took the logarithm."),
                average,
            ),
            Slip(-losses.mean(), message("The minus sign is missing."), average),
            Slip(-np.log10(probabilities).mean(), message("This is the logarithm to base 10."), average),
            Slip(-np.log2(probabilities).mean(), message("This is the logarithm to base 2."), average),
            Slip(
                1 - probabilities.mean(), message("This is 1 minus the mean probability, without a logarithm."), average
            ),
        ],
        "step": [
            Slip(weights + rate * gradient, message("This step leads uphill: the sign is wrong."), downhill),
            Slip(weights - gradient, message("The learning rate is missing."), downhill),
            Slip(-rate * gradient, message("This is the step alone, without the weights."), downhill),
            Slip(
                (1 - rate) * weights,
                message("You made the weights smaller, but you did not use the gradient."),
                downhill,
            ),
            Slip(weights - rate * np.abs(gradient), message("You overlooked the signs of the gradient."), downhill),
        ],
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------


def methods(values: Values) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    variant = Variant(**values)
    net = Network((variant.height, variant.width, 3), [flatten(), dense(variant.classes)])
    return {
        "unroll": lambda erring: _unrolled(np.array(variant.image), erring),
        "scores": lambda erring: _scores(variant, 1, erring),
        "winner": lambda erring: _winner(variant, erring),
        "brighter_scores": lambda erring: _scores(variant, variant.brighter, erring),
        "slide_scores": lambda erring: _linear(SLIDE_WEIGHTS, SLIDE_PIXELS, SLIDE_BIASES, erring),
        "template": lambda erring: _folded(variant, erring),
        "rgb_score": lambda erring: _colour_score(variant, erring),
        "shifted_score": lambda erring: _bar_score(variant, erring),
        "weight_place": lambda erring: _place(variant.weight, erring),
        "parameters": lambda erring: net.params(erring, 1),
        "softmax": lambda erring: numbers.softmax(erring, variant.scores),
        "cross_entropy": lambda erring: _surprise(variant, erring),
        "batch_cost": lambda erring: _batch(np.array(variant.true_shares), erring),
        "step": lambda erring: _step(variant, erring),
    }


def _unrolled(image: Array, erring: Erring) -> Array:
    ways = {
        message("You read the image row by row."): image.ravel(),
        message("You read the columns from right to left."): image[:, ::-1].ravel(order="F"),
        message("You read the columns from the bottom up."): image[::-1].ravel(order="F"),
        message("You read the rows from the bottom up."): image[::-1].ravel(),
        message("You read the rows from right to left."): image[:, ::-1].ravel(),
    }
    return erring.pick(image.ravel(order="F"), ways)


def _linear(weights: Array, x: Array, biases: Array, erring: Erring) -> Array:
    weights = erring.pick(
        weights,
        {
            message("You overlooked the minus signs of the weights."): np.abs(weights),
            message("You left out the negative weights."): np.maximum(weights, 0),
            message("The classes are in reverse order."): weights[::-1],
        },
    )
    biases = erring.pick(
        biases,
        {
            message("The biases are missing."): 0 * biases,
            message("You subtracted the biases instead of adding them."): -biases,
            message("You added the biases twice."): 2 * biases,
            message("You added the bias of the first class to all."): np.full_like(biases, biases[0]),
            message("You overlooked the minus signs of the biases."): np.abs(biases),
            message("The biases are in reverse order."): biases[::-1],
            message("You added the biases once for each pixel."): x.size * biases,
        },
    )
    scores = np.asarray(weights @ x + biases)
    powers = np.exp(scores - scores.max())
    ways = {
        message("These are probabilities after softmax. The question asks for the scores."): powers / powers.sum(),
        message("You divided the scores by the number of pixels."): scores / x.size,
        message("You applied ReLU, but scores may be negative."): np.maximum(scores, 0),
        message("You multiplied by the biases instead of adding them."): (weights @ x) * biases,
        message("You added only the first three products of each class."): weights[:, :3] @ x[:3] + biases,
        message("The last product of each class is missing."): weights[:, :-1] @ x[:-1] + biases,
        message("You added up the pixels without the weights."): x.sum() + biases,
    }
    return erring.pick(scores, ways)


def _scores(variant: Variant, factor: int, erring: Erring) -> Array:
    image, weights, biases = variant.image_of_letters
    x = _unrolled(image, erring)
    if factor == 1:
        return _linear(weights, x, biases, erring)
    scaled = erring.pick(
        factor * x,
        {
            message("You added the number to each pixel instead of multiplying by it."): x + factor,
            message("You squared the factor."): factor**2 * x,
            message("You divided the pixels instead of multiplying them."): x / factor,
        },
    )
    if erring(message("You added the factor to the products instead of multiplying by it.")):
        return np.asarray(weights @ x + factor + biases)
    return _linear(weights, scaled, biases, erring)


def _winner(variant: Variant, erring: Erring) -> str:
    takes_second = erring(message("This class has the second highest score, but the highest wins."))
    takes_size = erring(message("This is the class whose score has the largest absolute value."))
    takes_bias = erring(message("This is the class with the largest bias."))
    scores = _scores(variant, 1, erring)
    if takes_size or takes_bias:
        scores = np.abs(scores) if takes_size else np.array(variant.b)
    return _LETTERS[int(np.argsort(scores)[-2 if takes_second else -1])]


def _folded(variant: Variant, erring: Erring) -> Array:
    _, weights, _ = variant.image_of_letters
    number = variant.template_of
    row = weights[number]
    others = {
        message("This is the row before or after the right one: count the rows from 0."): weights[(number + 1) % 3],
        message("This is the row before the right one: count the rows from 0."): weights[(number - 1) % 3],
        message("You overlooked the minus signs of the weights."): np.abs(row),
    }
    row = erring.pick(row, others)
    template = row.reshape((2, 3), order="F")
    ways = {
        message("The columns are in reverse order."): template[:, ::-1],
        message("The rows are in reverse order."): template[::-1],
        message("You swapped the rows and columns of the template: it has 2 rows and 3 columns."): template.T,
        message("You gave the weights in one row. Fold them into an image."): row,
        message("You multiplied the template by the image."): template * np.array(variant.image),
    }
    return erring.pick(template, ways)


def _colour_score(variant: Variant, erring: Erring) -> float:
    image, template = variant.colours
    template = erring.pick(
        template,
        {
            message("You overlooked the minus signs of the template."): np.abs(template),
            message("You counted the negative weights of the template as 0."): np.maximum(template, 0),
            message("The rows of the template are in reverse order."): template[:, ::-1],
            message("The columns of the template are in reverse order."): template[:, :, ::-1],
            message("You swapped red and green of the template."): template[[1, 0, 2]],
            message("You swapped green and blue of the template."): template[[0, 2, 1]],
            message("You used the weights for red for all colours."): template[[0, 0, 0]],
        },
    )
    products = image * template
    ways: dict[Text, Any] = {
        message("You summed the colours before multiplying, but each colour has its own weights."): (
            image.sum(axis=0) * template.sum(axis=0)
        ).sum(),
        message("You averaged the colours before multiplying."): (image.mean(axis=0) * template.mean(axis=0)).sum(),
        message("You counted only green."): products[1].sum(),
        message("You counted only blue."): products[2].sum(),
        message("You left out blue."): products[:2].sum(),
        message("You left out red."): products[1:].sum(),
        message("You left out green."): products[[0, 2]].sum(),
        message("You divided the sum by the number of pixels, 4."): products.sum() / 4,
        message("You divided the sum by the number of values, 12."): products.sum() / 12,
        message("You ignored the signs of the products."): np.abs(products).sum(),
        message("You counted negative products as 0."): np.maximum(products, 0).sum(),
        message("You multiplied the scores of the colours."): products.sum(axis=(1, 2)).prod(),
        message("You added the weights to the pixels instead of multiplying by them."): (image + template).sum(),
        message("You multiplied the matrices. Multiply pixel by pixel instead."): sum(
            np.trace(one @ other) for one, other in zip(image, template, strict=True)
        ),
        message("You multiplied the matrices and added everything up. Multiply pixel by pixel instead."): sum(
            (one @ other).sum() for one, other in zip(image, template, strict=True)
        ),
        message("You counted only the first pixel."): products[:, 0, 0].sum(),
    }
    return float(erring.pick(products.sum(), ways))


def _bar_score(variant: Variant, erring: Erring) -> float:
    ink = variant.ink
    column = erring.pick(2, {message("You did not move the bar."): 1})
    weight = erring.pick(
        _BAR[0][column], {message("You used only the sign of the weight."): int(np.sign(_BAR[0][column]))}
    )
    rows = erring.pick(
        3,
        {
            message("You counted only one row, but the bar has three pixels."): 1,
            message("You counted two rows, but the bar has three pixels."): 2,
        },
    )
    value = erring.pick(
        ink,
        {message("You left out the value of the pixels."): 1, message("You squared the value of the pixels."): ink**2},
    )
    ways = {
        message(
            "You subtracted one of the two scores from the other: the one before the move and the one after it."
        ): rows * value * (weight - _BAR[0][1]),
        message("You divided the score by the number of pixels."): rows * value * weight / 9,
        message("You halved the score of the bar in the middle."): rows * value,
    }
    return float(erring.pick(rows * value * weight, ways))


def _place(weight: int, erring: Erring) -> list[int]:
    side = erring.pick(
        28,
        {
            message("You used rows of 27 weights, but each row has 28."): 27,
            message("You used rows of 29 weights, but each row has 28."): 29,
        },
    )
    row, column = divmod(weight - 1, side)
    row = erring.pick(
        row + 1, {message("You counted the row from 0."): row, message("Your row is too large by 1."): row + 2}
    )
    column = erring.pick(
        column + 1,
        {
            message("You counted the column from 0."): column,
            message("Your column is too large by 1."): column + 2,
            message("You counted the column from the right."): 28 - column,
        },
    )
    if erring(message("You gave only the column. The row comes first.")):
        return [column]
    if erring(message("You rounded weight / 28 up for the row, and you used the remainder as the column.")):
        return [-(-weight // 28), weight % 28]
    return [column, row] if erring(message("Row and column are swapped.")) else [row, column]


def _surprise(variant: Variant, erring: Erring) -> float:
    shares = softmax(np.array(variant.scores, float))
    place = variant.true_class
    share = float(
        erring.pick(
            shares[place],
            {
                message(
                    "You used the winner, the class with the largest probability. The true class counts."
                ): shares.max(),
                message("You used the class with the smallest probability, but the true class counts."): shares.min(),
                message("You used the first class, but the true class counts."): shares[0],
            },
        )
    )
    if erring(message("You used the mean over all classes, but only the true one counts.")):
        return float(-np.log(shares).mean())
    if erring(message("You weighted each class with its probability, which gives the entropy.")):
        return float(-(shares * np.log(shares)).sum())
    if erring(message("This is the score, without softmax.")):
        return float(variant.scores[place])
    if erring(message("You took the logarithm of the score.")):
        return -log(variant.scores[place])
    return numbers.surprise(erring, share)


def _batch(shares: Array, erring: Erring) -> float:
    base = erring.pick(
        1.0,
        {
            message("This is the logarithm to base 10."): log(10),
            message("This is the logarithm to base 2."): log(2),
        },
    )
    costs = -np.log(shares) / base
    ways: dict[Text, Any] = {
        message("You added up the costs, but you did not average them."): costs.sum(),
        message("This is the largest cost. Give the mean of the costs."): costs.max(),
        message("This is the smallest cost. Give the mean of the costs."): costs.min(),
        message("This is the median cost. Give the mean of the costs."): np.median(costs),
        message("You averaged the probabilities without a logarithm."): shares.mean(),
        message("You took the logarithm of the median probability."): -log(float(np.median(shares))),
        message("You divided the sum by one less than the number of images."): costs.sum() / 2,
        message("The minus sign is missing."): -costs.mean(),
        message("You took the logarithm of the sum of the probabilities."): -log(shares.sum()),
        message("You weighted each cost with its probability."): (shares * costs).mean(),
        message("This is the sum of 1 minus each probability, without a logarithm."): (1 - shares).sum(),
        message("You multiplied the probabilities without a logarithm."): shares.prod(),
        message("You squared the costs."): (costs**2).mean(),
        message("This is the cost of the last image alone."): costs[-1],
        message("This is the cost of the first image alone."): costs[0],
    }
    return float(erring.pick(costs.mean(), ways))


def _step(variant: Variant, erring: Erring) -> Array:
    weights, gradient = np.array(variant.weights), np.array(variant.gradient)
    rate = erring.pick(
        variant.rate,
        {
            message("The learning rate is missing."): 1,
            message("You divided by the learning rate instead of multiplying by it."): 1 / variant.rate,
            message("You squared the learning rate."): variant.rate**2,
            message("You halved the step."): variant.rate / 2,
            message("You doubled the step."): 2 * variant.rate,
        },
    )
    gradient = erring.pick(
        gradient,
        {
            message("You overlooked the signs of the gradient."): np.abs(gradient),
            message("You used only the sign of the gradient."): np.sign(gradient),
            message("You multiplied the gradient by the weights."): gradient * weights,
            message("You divided the gradient by the number of weights."): gradient / 3,
            message("You used the mean of the gradient for all weights."): np.full_like(gradient, gradient.mean()),
            message("You divided by the length of the gradient."): gradient / np.linalg.norm(gradient),
            message("The gradient is in reverse order."): gradient[::-1],
        },
    )
    ways = {
        message("This step leads uphill: the sign is wrong."): weights + rate * gradient,
        message("This is the step alone, without the weights."): -rate * gradient,
        message("You multiplied the weights by 1 minus the step."): weights * (1 - rate * gradient),
        message("You applied the learning rate to the weights."): rate * weights - gradient,
        message("You applied the learning rate to both the weights and the gradient."): rate * (weights - gradient),
        message("You subtracted the weights from the step instead of the step from the weights."): rate * gradient
        - weights,
        message("You took two steps."): weights - 2 * rate * gradient,
    }
    return erring.pick(weights - rate * gradient, ways)
