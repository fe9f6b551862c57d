"""Answers of `linear-classifier`: one image, three classes, and all steps from pixels to one step of training.

The scores that the lecture prints beside its matrix do not follow from the numbers printed there.
"""

from math import exp, log, log2, log10
from random import Random
from typing import Any

import numpy as np

from grader.authoring import Answers, Array, Follows, Key, call, choice, integer, matrix, sample, slip
from grader.cnn.by_hand import softmax
from grader.mistakes import numbers
from grader.mistakes.networks import Network, dense, flatten
from grader.model.mistakes import Erring
from grader.text.messages import Text, message

key = Key(with_answer=False)

_LETTERS = "abc"
NO_BIASES = message("The biases are missing.")
BY_ROWS = message("You read the image row by row.")
RIGHT_TO_LEFT = message("You read the columns from right to left.")
BOTTOM_UP = message("You read the columns from the bottom up.")
BASE_10 = message("This is the logarithm to base 10.")
BASE_2 = message("This is the logarithm to base 2.")
NO_MINUS = message("The minus sign is missing.")
NO_AVERAGE = message("You added up the costs, but you did not average them.")

# ---- Numbers ---------------------------------------------------------------------------------------------------------


def _colours(values: range) -> Any:
    """How an image of three colours is drawn, 2 x 2 pixels each."""
    colour = matrix(2, 2, values)
    return lambda rng: [colour(rng) for _ in range(3)]


def _weight(rng: Random) -> int:
    """The number of a weight, from 1, of an image with 28 columns: neither near the top nor at the end of a row."""
    return 28 * rng.randint(2, 25) + rng.randint(3, 26)


def _has_one_winner(image: Array, W: Array, b: Array) -> bool:
    scores = np.sort(letter_scores(image, W, b))
    return bool(scores[-1] - scores[-2] >= 1)  # they are whole numbers


key.numbers(
    height=choice(20, 24, 30, 32, 40),  # of a colour image
    image=matrix(2, 3, range(6)),
    W=matrix(3, 6, range(-2, 4)),  # weights of the classes a, b and c
    b=sample([-4, -3, -2, -1, 1, 2, 3, 4], 3),  # none is 0, so that it matters whether they are added
    brighter=choice(2, 3),
    template_of=choice(0, 1, 2),
    rgb_image=_colours(range(5)),
    rgb_template=_colours(range(-2, 3)),
    ink=integer(3, 9),
    weight=_weight,
    width=lambda rng, height: height + rng.choice([-4, 4, 8]),
    classes=choice(3, 4, 5, 8),
    scores=choice([3, 1, 2], [2, 0, 1], [0, 2, 1], [1, 3, 0], [2, 3, 0], [4, 3, 1], [1, 2, 4], [3, 2, 4]),
    true_class=choice(1, 2),  # not 0, because a slip uses the class before it
    true_shares=choice([0.5, 0.25, 0.1], [0.8, 0.5, 0.2], [0.5, 0.2, 0.05], [0.9, 0.4, 0.25]),
    weights=choice([0.5, -0.2, 0.3], [0.4, 0.1, -0.5], [-0.3, 0.6, 0.2], [0.7, -0.4, 0.1]),
    gradient=choice([2.0, -1.0, 4.0], [-2.0, 3.0, 1.0], [1.0, 5.0, -3.0], [4.0, -3.0, -2.0]),
    rate=choice(0.1, 0.2),
    hidden=lambda rng: rng.randrange(2**32),  # seed of the images for the student's own classifier
)
key.require(_has_one_winner)


@key.derived
def letter_scores(image: Array, W: Array, b: Array) -> Array:
    """Scores of the classes a, b and c for the image."""
    return np.asarray(W @ image.ravel(order="F") + b)


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


# ---- Scores ----------------------------------------------------------------------------------------------------------


@key.question
def unroll(erring: Erring, image: Array) -> Answers:
    """The columns of an image one below the other."""
    yield _unrolled(erring, image)

    down = message(
        "Read down the first column ({first}), then the second ({second}), then the third.",
        first=_listed(image[:, 0]),
        second=_listed(image[:, 1]),
    )
    yield slip(image.ravel(), BY_ROWS, down)
    yield slip(image[:, ::-1].ravel(order="F"), RIGHT_TO_LEFT, down)
    yield slip(image[::-1].ravel(order="F"), BOTTOM_UP, down)
    yield slip(image.T, "You swapped rows and columns, but you did not unroll the image.", down)


def _unrolled(erring: Erring, image: Array) -> Array:
    ways = {
        BY_ROWS: image.ravel(),
        RIGHT_TO_LEFT: image[:, ::-1].ravel(order="F"),
        BOTTOM_UP: image[::-1].ravel(order="F"),
        message("You read the rows from the bottom up."): image[::-1].ravel(),
        message("You read the rows from right to left."): image[:, ::-1].ravel(),
    }
    return erring.pick(image.ravel(order="F"), ways)


@key.question
def scores(erring: Erring, image: Array, W: Array, b: Array) -> Answers:
    """Scores of three classes for this image."""
    yield _linear(erring, W, _unrolled(erring, image), b)
    yield Follows(lambda unroll: W @ np.array(unroll, dtype=float) + b)

    pixels, by_rows = image.ravel(order="F"), image.ravel()
    first = message(
        "The first score is {products}, and then the bias: {bias}.",
        products=_terms(W[0], pixels),
        bias=_added(b[0]),
    )
    yield slip(W @ pixels, NO_BIASES, first)
    yield slip(W @ by_rows + b, "You unrolled the image row by row.", first)
    yield slip(W @ pixels - b, "You subtracted the biases.", first)
    yield slip(np.abs(W) @ pixels + b, "You overlooked the minus signs of the weights.", first)
    yield slip(W.sum(axis=1) + b, "You added up the weights without the pixels.", first)


def _linear(erring: Erring, weights: Array, x: Array, biases: Array) -> Array:
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
            NO_BIASES: 0 * biases,
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


@key.question
def winner(erring: Erring, image: Array, W: Array, b: Array, letter_scores: Array) -> Answers:
    """The class that the classifier chooses."""
    takes_second = erring(message("This class has the second highest score, but the highest wins."))
    takes_size = erring(message("This is the class whose score has the largest absolute value."))
    takes_bias = erring(message("This is the class with the largest bias."))
    class_scores = _linear(erring, W, _unrolled(erring, image), b)
    if takes_size or takes_bias:
        class_scores = np.abs(class_scores) if takes_size else b
    yield _LETTERS[int(np.argsort(class_scores)[-2 if takes_second else -1])]

    def of_scores(earlier: dict[str, Any]) -> str | None:
        students_scores = np.array(earlier["scores"], dtype=float)
        return _LETTERS[int(students_scores.argmax())] if students_scores.shape == (3,) else None

    yield Follows(of_scores)

    compare = message("The scores of a, b and c are {scores}. The largest one wins.", scores=_listed(letter_scores))
    place_of_winner, pixels = letter_scores.argmax(), image.ravel(order="F")
    wrong_winners = [
        (letter_scores.argmin(), message("This is the class with the lowest score.")),
        ((W @ pixels).argmax(), message("This class would win without the biases.")),
        ((W @ image.ravel() + b).argmax(), message("This class would win if you unrolled the image row by row.")),
        (b.argmax(), message("This is the class with the largest bias.")),
        (np.abs(letter_scores).argmax(), message("This class has the score farthest from 0.")),
    ]
    reasons = {_LETTERS[place]: reason for place, reason in reversed(wrong_winners) if place != place_of_winner}
    for letter, reason in reasons.items():
        yield slip(letter, reason, compare)


@key.question
def brighter_scores(erring: Erring, image: Array, W: Array, b: Array, brighter: int, letter_scores: Array) -> Answers:
    """Scores of an image whose pixels are all multiplied by a number."""
    x = _unrolled(erring, image)
    scaled = erring.pick(
        brighter * x,
        {
            message("You added the number to each pixel instead of multiplying by it."): x + brighter,
            message("You squared the factor."): brighter**2 * x,
            message("You divided the pixels instead of multiplying them."): x / brighter,
        },
    )
    yield erring.way(
        lambda: _linear(erring, W, scaled, b),
        {
            message("You added the factor to the products instead of multiplying by it."): lambda: np.asarray(
                W @ x + brighter + b
            )
        },
    )

    def of_scores(earlier: dict[str, Any]) -> Array:
        return np.asarray(brighter * (np.array(earlier["scores"], dtype=float) - b) + b)

    def without_biases(earlier: dict[str, Any]) -> Array | None:
        students_scores = np.array(earlier["scores"], dtype=float)
        return brighter * students_scores if np.array_equal(students_scores, letter_scores - b) else None

    yield Follows(of_scores)
    yield Follows(without_biases)

    times, products = brighter, letter_scores - b
    only_products_grow = message(
        "Only W x grows. The first score is {times} * {product}, and then the bias: {bias}.",
        times=times,
        product=products[0],
        bias=_added(b[0]),
    )
    yield slip(times * letter_scores, "You also multiplied the biases by {times}.", only_products_grow, times=times)
    yield slip(letter_scores, "These are the scores of the original image.", only_products_grow)
    yield slip(times * products, NO_BIASES, only_products_grow)
    yield slip(letter_scores + times, "You added {times} to the scores.", only_products_grow, times=times)


@key.question
def classifier(hidden: int) -> Answers:
    """The student's own classifier, tested with batches of images, weights and biases."""
    rng = np.random.default_rng(hidden)
    for count, height, width, classes in ((1, 2, 3, 3), (4, 3, 5, 2), (5, 4, 2, 6)):
        images = rng.uniform(0, 9, (count, height, width))
        weights, biases = rng.normal(0, 1, (classes, height * width)), rng.normal(0, 3, classes)
        rows, columns = images.reshape(count, -1), images.transpose(0, 2, 1).reshape(count, -1)
        expected = columns @ weights.T + biases
        yield call((images, weights, biases), expected, *_wrong_batches(rows, columns, weights, biases))


def _wrong_batches(rows: Array, columns: Array, weights: Array, biases: Array) -> Answers:
    yield slip(rows @ weights.T + biases, "You unrolled the images row by row.", "Swap rows and columns first.")
    yield slip(columns @ weights.T, NO_BIASES, "Add b to every row of scores.")
    yield slip(columns @ weights.T - biases, "You subtracted the biases.", "Add b to every row of scores.")
    yield slip(
        weights @ columns.T + biases[:, np.newaxis], "You swapped images and classes.", "Give one row for each image."
    )
    yield slip(
        (columns @ weights.T + biases).argmax(axis=1), "These are the winning classes.", "Return the scores themselves."
    )


# ---- The matrix of the slide -----------------------------------------------------------------------------------------

SLIDE_WEIGHTS = np.array(
    [[-8.1, 2.7, 9.5, -9.0, -5.4, 4.8], [9.0, 5.4, 4.8, 1.2, 9.5, -8.0], [1.2, 9.5, -8.0, 8.1, -2.7, 9.5]]
)
SLIDE_PIXELS = np.array([23, 21, 34, 12, 34, 23])
SLIDE_BIASES = np.array([-2, 32, -1])
SLIDE_SCORES = np.array([-4, 22, 33])


@key.question
def slide_scores(erring: Erring) -> Answers:
    """Scores of the image on the slide."""
    yield _linear(erring, SLIDE_WEIGHTS, SLIDE_PIXELS, SLIDE_BIASES)

    dots = message("The first score is -8.1*23 + 2.7*21 + 9.5*34 - 9*12 - 5.4*34 + 4.8*23, and then the bias: - 2.")
    bare = SLIDE_WEIGHTS @ SLIDE_PIXELS
    yield slip(SLIDE_SCORES, "The slide is wrong here: the scores that it prints are not what its numbers give.", dots)
    yield slip(bare, NO_BIASES, dots)
    yield slip(bare - SLIDE_BIASES, "You subtracted the biases.", dots)
    yield slip(np.abs(SLIDE_WEIGHTS) @ SLIDE_PIXELS + SLIDE_BIASES, "You overlooked the minus signs.", dots)


# ---- Templates -------------------------------------------------------------------------------------------------------


@key.question
def template(erring: Erring, W: Array, template_of: int, image: Array, b: Array) -> Answers:
    """The weights of one class as an image."""
    number, weights = template_of, W
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
        message("You multiplied the template by the image."): template * image,
    }
    yield erring.pick(template, ways)

    row = W[template_of]
    fold = message(
        "The first two of {values} form the first column, and the next two form the second.", values=_listed(row)
    )
    yield slip(row.reshape(2, 3), "You laid out the weights row by row.", fold)
    yield slip(row.reshape(3, 2), "You swapped height and width: the image has 2 rows and 3 columns.", fold)
    yield slip(row[::-1].reshape((2, 3), order="F"), "You laid out the weights from the last to the first.", fold)
    yield slip((row + b[template_of]).reshape((2, 3), order="F"), "You added the bias to every weight.", fold)


@key.question
def rgb_score(erring: Erring, rgb_image: Array, rgb_template: Array) -> Answers:
    """Score of a colour image."""
    image, template = rgb_image, rgb_template
    template = erring.pick(
        template,
        {
            message("You overlooked the minus signs of the template."): np.abs(template),
            message("You counted the negative weights of the template as 0."): np.maximum(template, 0),
            message("The rows of the template are in reverse order."): template[:, ::-1],
            message("The columns of the template are in reverse order."): template[:, :, ::-1],
            message("You swapped red and green in the template."): template[[1, 0, 2]],
            message("You swapped green and blue in the template."): template[[0, 2, 1]],
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
        message("You multiplied the sum of all pixels by the sum of all weights."): image.sum() * template.sum(),
    }
    yield float(erring.pick(products.sum(), ways))

    colours, template = rgb_image, rgb_template
    by_colour = [int(value) for value in (colours * template).sum(axis=(1, 2))]
    sums = message(
        "Red gives {red}, green {green} and blue {blue}. Add these up.",
        red=by_colour[0],
        green=by_colour[1],
        blue=by_colour[2],
    )
    yield slip(by_colour[0], "You counted only red.", sums)
    yield slip(sum(by_colour) / 3, "You averaged the colours.", sums)
    yield slip(int(np.sum(colours * template[:, ::-1, ::-1])), "You rotated the template by 180 degrees.", sums)
    yield slip(
        int(np.sum(colours * template.transpose(0, 2, 1))), "You swapped the rows and columns of the template.", sums
    )
    yield slip(int(np.sum(colours * template[::-1])), "You swapped red and blue.", sums)
    yield slip(max(by_colour), "You counted only one colour, the one that fits best.", sums)


_BAR = np.array([[-1, 2, -1]] * 3)  # the weights of the slide that sees upright bars


@key.question
def shifted_score(erring: Erring, ink: int) -> Answers:
    """Score of a bar that has moved to the right by one pixel."""
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
        message("You took the difference between the score before the move and the score after it."): rows
        * value
        * (weight - _BAR[0][1]),
        message("You divided the score by the number of pixels."): rows * value * weight / 9,
        message("You halved the score of the bar in the middle."): rows * value,
    }
    yield float(erring.pick(rows * value * weight, ways))

    meets = message(
        ("The bar now covers the weights of -1: 3 * {ink} * -1. The weights of 2 are at pixels with the value 0."),
        ink=ink,
    )
    yield slip(6 * ink, "This is the score of the bar in the middle.", meets)
    yield slip(3 * ink, "You overlooked the minus sign of the weights.", meets)
    yield slip(0, "You counted 0 for the pixels beside the template, but their weight is -1.", meets)
    yield slip(-ink, "You counted only one pixel of the bar.", meets)
    yield slip(-6 * ink, "You multiplied the bar by -2.", meets)


@key.question
def weight_place(erring: Erring, weight: int) -> Answers:
    """Row and column of a weight of an image with 28 columns."""
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
    ways = {
        message("You gave only the column. The row comes first."): [column],
        message("You rounded weight / 28 up for the row, and you used the remainder as the column."): [
            -(-weight // 28),
            weight % 28,
        ],
        message("Row and column are swapped."): [column, row],
    }
    yield erring.pick([row, column], ways)

    number = weight
    row, column = (number - 1) // 28, (number - 1) % 28
    place = message(
        "{row} full rows hold {count} weights, so W_{number} is number {place} of the next row.",
        row=row,
        count=28 * row,
        number=number,
        place=column + 1,
    )
    yield slip([row, column], "You counted rows and columns from 0.", place)
    yield slip([column + 1, row + 1], "You swapped row and column, or you laid out the weights by columns.", place)
    yield slip(
        [number // 28, number % 28], "These are the quotient and the remainder. The row is the quotient plus 1.", place
    )
    yield slip([row + 1, column], "You counted the column from 0.", place)


@key.question
def parameters(erring: Erring, height: int, width: int, classes: int) -> Answers:
    """Parameters of a linear classifier of colour images."""
    yield Network((height, width, 3), [flatten(), dense(classes)]).params(erring, 1)

    right = message(
        "Each of the {classes} classes has {height} * {width} * 3 weights and one bias.",
        classes=classes,
        height=height,
        width=width,
    )
    yield slip(height * width * 3 * classes, NO_BIASES, right)
    yield slip((height * width + 1) * classes, "You left out the colours.", right)
    yield slip(height * width * 3 * classes + 1, "You counted only one bias.", right)
    yield slip(height * width * 3 + 1, "This is the number of parameters for only one class.", right)
    yield slip((height * width + 1) * 3 * classes, "You counted a bias for each colour.", right)


# ---- Training --------------------------------------------------------------------------------------------------------


@key.question("softmax")
def probabilities(erring: Erring, scores: Array) -> Answers:
    """Probabilities from scores."""
    yield numbers.softmax(erring, scores.tolist())

    powers = [f"{exp(score):.3f}" for score in scores]
    normalise = message(
        "e^score gives {powers}. Divide each of these numbers by their sum, {total}.",
        powers=", ".join(powers),
        total=f"{np.exp(scores).sum():.3f}",
    )
    yield slip(
        scores / scores.sum(), "You divided the scores by their sum, but did not compute e^score first.", normalise
    )
    yield slip(np.exp(scores), "You did not divide the powers by their sum.", normalise)
    yield slip(
        1 / (1 + np.exp(-scores)), "This is the sigmoid of each score. These values do not add up to 1.", normalise
    )
    yield slip(softmax(-scores), "The scores have the wrong sign in the exponent.", normalise)
    yield slip((scores == scores.max()).astype(int), "This is 1 for the largest score and 0 for all others.", normalise)
    yield slip(2.0**scores / np.sum(2.0**scores), "These are powers of 2, not of e.", normalise)


@key.question
def cross_entropy(erring: Erring, scores: Array, true_class: int) -> Answers:
    """Loss of one image."""
    shares = softmax(scores)
    share = float(
        erring.pick(
            shares[true_class],
            {
                message(
                    "You used the winner, the class with the largest probability. The true class counts."
                ): shares.max(),
                message("You used the class with the smallest probability, but the true class counts."): shares.min(),
                message("You used the first class, but the true class counts."): shares[0],
            },
        )
    )
    yield erring.way(
        lambda: numbers.surprise(erring, share),
        {
            message("You used the mean over all classes, but only the true one counts."): lambda: float(
                -np.log(shares).mean()
            ),
            message("You weighted each class with its probability, which gives the entropy."): lambda: float(
                -(shares * np.log(shares)).sum()
            ),
            message("This is the score, without softmax."): lambda: float(scores[true_class]),
            message("You took the logarithm of the score."): lambda: -log(scores[true_class]),
        },
    )
    yield Follows(lambda softmax: -log(softmax[true_class]))

    true = true_class
    surprise = message(
        "The true class is {true}, counted from 0. Its probability is {share}: -ln({share}).",
        true=true,
        share=f"{shares[true]:.4f}",
    )
    yield slip(-log10(shares[true]), BASE_10, surprise)
    yield slip(-log2(shares[true]), BASE_2, surprise)
    yield slip(log(shares[true]), NO_MINUS, surprise)
    yield slip(-log(shares[true - 1]), "You counted the classes from 1.", surprise)
    yield slip(1 - shares[true], "This is 1 minus the probability, without a logarithm.", surprise)
    yield slip(-np.log(shares).sum(), "You added up all classes, but only the true one counts.", surprise)


@key.question
def batch_cost(erring: Erring, true_shares: Array) -> Answers:
    """Cost of three images with these probabilities of their true classes."""
    shares = true_shares
    base = erring.pick(
        1.0,
        {
            BASE_10: log(10),
            BASE_2: log(2),
        },
    )
    costs = -np.log(shares) / base
    ways: dict[Text, Any] = {
        NO_AVERAGE: costs.sum(),
        message("This is the largest cost. Give the mean of the costs."): costs.max(),
        message("This is the smallest cost. Give the mean of the costs."): costs.min(),
        message("This is the median cost. Give the mean of the costs."): np.median(costs),
        message("You averaged the probabilities without a logarithm."): shares.mean(),
        message("You took the logarithm of the median probability."): -log(float(np.median(shares))),
        message("You divided the sum by one less than the number of images."): costs.sum() / 2,
        NO_MINUS: -costs.mean(),
        message("You took the logarithm of the sum of the probabilities."): -log(shares.sum()),
        message("You weighted each cost with its probability."): (shares * costs).mean(),
        message("This is the sum of 1 minus each probability, without a logarithm."): (1 - shares).sum(),
        message("You multiplied the probabilities without a logarithm."): shares.prod(),
        message("You squared the costs."): (costs**2).mean(),
        message("This is only the cost of the last image."): costs[-1],
        message("This is only the cost of the first image."): costs[0],
    }
    yield float(erring.pick(costs.mean(), ways))

    probabilities, losses = true_shares, -np.log(true_shares)
    average = message(
        "The costs of the three images are {losses}. Give their mean.",
        losses=", ".join(f"{loss:.3f}" for loss in losses),
    )
    yield slip(losses.sum(), NO_AVERAGE, average)
    yield slip(-log(probabilities.mean()), "You averaged the probabilities before you took the logarithm.", average)
    yield slip(-losses.mean(), NO_MINUS, average)
    yield slip(-np.log10(probabilities).mean(), BASE_10, average)
    yield slip(-np.log2(probabilities).mean(), BASE_2, average)
    yield slip(1 - probabilities.mean(), "This is 1 minus the mean probability, without a logarithm.", average)


@key.question
def step(erring: Erring, weights: Array, gradient: Array, rate: float) -> Answers:
    """Three weights after one step of training."""
    rate = erring.pick(
        rate,
        {
            message("The learning rate is missing."): 1,
            message("You divided by the learning rate instead of multiplying by it."): 1 / rate,
            message("You squared the learning rate."): rate**2,
            message("You halved the step."): rate / 2,
            message("You doubled the step."): 2 * rate,
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
        message("This is only the step, without the weights."): -rate * gradient,
        message("You multiplied the weights by 1 minus the step."): weights * (1 - rate * gradient),
        message("You applied the learning rate to the weights."): rate * weights - gradient,
        message("You applied the learning rate to both the weights and the gradient."): rate * (weights - gradient),
        message("You subtracted the weights from the step instead of the step from the weights."): rate * gradient
        - weights,
        message("You took two steps."): weights - 2 * rate * gradient,
    }
    yield erring.pick(weights - rate * gradient, ways)

    downhill = message(
        "The first weight becomes {weight} - {rate} * ({gradient}).",
        weight=f"{weights[0]:g}",
        rate=f"{rate:g}",
        gradient=f"{gradient[0]:g}",
    )
    yield slip(weights + rate * gradient, "This step leads uphill: the sign is wrong.", downhill)
    yield slip(weights - gradient, "The learning rate is missing.", downhill)
    yield slip(-rate * gradient, "This is only the step, without the weights.", downhill)
    yield slip((1 - rate) * weights, "You made the weights smaller, but you did not use the gradient.", downhill)
    yield slip(weights - rate * np.abs(gradient), "You overlooked the signs of the gradient.", downhill)
