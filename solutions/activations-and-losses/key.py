"""Answers of `activations-and-losses`: activations and losses on numbers that each student has for themselves.

The formula of tanh that the lecture prints has a `- 1` too many; a slip says so to students who compute with it.
"""

import math
from collections.abc import Iterator
from math import exp, log, log2, log10
from random import Random
from typing import Any

import numpy as np

from grader.authoring import Answers, Array, Key, call, choice, slip
from grader.cnn import by_hand
from grader.mistakes import numbers
from grader.model.key import Slip
from grader.model.mistakes import Erring
from grader.text.messages import message

key = Key(with_answer=False)

SLOPE = 0.01  # of leaky ReLU below 0

NO_MINUS = message("The minus sign is missing.")
BASE_TEN = message("This is the logarithm to base 10.")
BASE_TWO = message("This is the logarithm to base 2.")
UNCHANGED = message("You left the values unchanged.")
ALWAYS_ONE = message("Softmax over a single neuron always gives 1.")


@key.numbers
def drawn(rng: Random) -> dict[str, Any]:
    """Inputs with two values below 0 and three above, the odds of three classes, and the errors of a network.

    The scores of the classes are the logarithms of `class_odds`, so that softmax is easy by hand.
    """
    negative = rng.sample([-4.0, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5], 2)
    positive = rng.sample([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0], 3)
    inputs = negative + positive
    rng.shuffle(inputs)
    class_odds = rng.choice([[1, 2, 5], [1, 3, 4], [1, 3, 6], [1, 4, 5], [2, 3, 5], [1, 2, 7], [3, 8, 9], [4, 7, 9]])
    rng.shuffle(class_odds)
    delta = rng.choice([2, 3])
    # Three errors are below delta, and the last one is far beyond it, so that both parts of the Huber loss are needed.
    errors = [rng.choice([0.5, 1.0, 1.5]), -rng.choice([0.5, 1.0, 1.5]), rng.choice([0.0, 1.0, -1.0])]
    errors.append(float(rng.choice([-1, 1]) * rng.choice([5, 6, 7, 8])))
    rng.shuffle(errors)
    targets = [float(rng.randint(9, 20)) for _ in errors]
    predicted = [target + error for target, error in zip(targets, errors, strict=True)]
    return {"inputs": inputs, "class_odds": class_odds, "targets": targets, "predicted": predicted, "delta": delta}


key.numbers(
    tanh_at=choice(-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0),
    odds=choice(2, 3, 4, 5, 7, 9),
    label=choice(0, 1),
    true_class=choice(1, 2),  # from 0; not 0, because a slip takes the class before it
    hidden=lambda rng: rng.randrange(2**32),  # seed of the scores that the student's own softmax is tested with
)


# ---- ReLU and its relatives ------------------------------------------------------------------------------------------


@key.question
def relu(erring: Erring, inputs: Array) -> Answers:
    """ReLU of five values."""
    x = inputs
    ways = {
        message("You set everything below 1 to 0, but the limit is 0."): np.where(x < 1, 0, x),
        message("You set positive values to 1."): np.where(x > 0, 1, x),
        message("You squared the values."): np.maximum(x, 0) ** 2,
        message("You set positive values to 0 and made negative values positive."): np.maximum(-x, 0),
        message("This is the sigmoid."): 1 / (1 + np.exp(-x)),
        message("This is ELU: e^x - 1 below 0."): np.where(x > 0, x, np.exp(x) - 1),
        message("You cut off values above 1."): np.clip(x, 0, 1),
    }
    yield erring.pick(np.maximum(x, 0), ways)

    zero = message(
        (
            "ReLU gives 0 for everything below 0, so {low} becomes 0. Values above 0 stay the same, "
            "so {high} stays {high}."
        ),
        low=f"{x.min():g}",
        high=f"{x.max():g}",
    )
    yield slip(np.where(x < 0, SLOPE * x, x), "This is leaky ReLU.", zero)
    yield slip(np.abs(x), "You dropped the minus sign instead of the value.", zero)
    yield slip(np.minimum(x, 0), "You used the smaller of 0 and the value.", zero)
    yield slip(x, UNCHANGED, zero)
    yield slip((x > 0).astype(int), "You replaced positive values by 1, but ReLU keeps them.", zero)


@key.question
def leaky_relu(erring: Erring, inputs: Array) -> Answers:
    """Leaky ReLU of the same values."""
    x = inputs
    below = {
        message("You set all negative values to -0.01 instead of multiplying them by 0.01."): np.full_like(x, -SLOPE),
        message("You set all negative values to 0.01 instead of multiplying them by 0.01."): np.full_like(x, SLOPE),
        message("You added the slope instead of multiplying by it."): x + SLOPE,
        message("You subtracted the slope 0.01 instead of multiplying by it."): x - SLOPE,
        message("You divided by the slope instead of multiplying by it."): x / SLOPE,
        message("You used 0.001 as the small slope."): 0.001 * x,
        message("You used 0.05 as the small slope."): 0.05 * x,
        message("You used 1 as the small slope."): x,
        message("This is ELU: e^x - 1 below 0."): np.exp(x) - 1,
    }
    if erring(message("The two sides are swapped: you multiplied positive values by the slope, not negative ones.")):
        yield np.where(x < 0, x, SLOPE * x)
    else:
        yield np.where(x < 0, erring.pick(SLOPE * x, below), x)

    low, high = x.min(), x.max()
    leak = message(
        "{low} becomes 0.01 * {low} = {leaked}, and {high} stays {high}.",
        low=f"{low:g}",
        leaked=f"{SLOPE * low:g}",
        high=f"{high:g}",
    )
    yield slip(np.maximum(x, 0), "This is plain ReLU, which makes all negative values 0.", leak)
    yield slip(np.where(x < 0, 0.1 * x, x), "You used 0.1 as the small slope.", leak)
    yield slip(np.where(x < 0, 0.2 * x, x), "This slope is 0.2, the default of `keras.activations.leaky_relu`.", leak)
    yield slip(np.where(x < 0, 0.3 * x, x), "This slope is 0.3, the default of the layer `LeakyReLU`.", leak)
    yield slip(np.where(x < 0, -SLOPE * x, x), "You lost the minus sign below 0.", leak)
    yield slip(SLOPE * x, "You also multiplied values above 0 by the small slope.", leak)
    yield slip(x, UNCHANGED, leak)


@key.question
def relu_slope(erring: Erring, inputs: Array) -> Answers:
    """The slope of ReLU at each of the values."""
    x = inputs
    below = erring.pick(
        0,
        {
            message("Below 0 you used the slope 0.5."): 0.5,
            message("Below 0 you used the slope 0.1."): 0.1,
            message("Below 0 you used the slope 0.2."): 0.2,
        },
    )
    above: Any = erring.pick(
        np.ones(len(x), int),
        {
            message("Above 0 you multiplied the slope by the value."): x,
            message("This is the slope of the squared value."): 2 * x,
            message("You squared the values, but the slope is 1 wherever a value is above 0."): x**2,
            message("You assumed that values above 1 are cut off."): np.where(x > 1, 0, 1),
        },
    )
    yield np.where(x > 0, above, x if erring(message("Below 0 you used the value itself.")) else below)

    slope = message("The slope at {low} is 0, at {high} it is 1.", low=f"{x.min():g}", high=f"{x.max():g}")
    yield slip(np.maximum(x, 0), "These are the values of ReLU, not its slopes.", slope)
    yield slip(np.where(x < 0, SLOPE, 1), "These are the slopes of leaky ReLU.", slope)
    yield slip(np.ones(len(x)), "This is the slope of a unit without activation.", slope)
    yield slip(np.sign(x), "Below 0 you used the slope -1, which gives the absolute value.", slope)
    yield slip((x < 0).astype(int), "You swapped the slopes above and below 0.", slope)


# ---- tanh and the sigmoid --------------------------------------------------------------------------------------------


@key.question
def tanh(erring: Erring, tanh_at: float) -> Answers:
    """tanh of a value."""
    x = tanh_at
    up, down = exp(x), exp(-x)
    right = math.tanh(x)
    ways = {
        message(
            "This is tan, the tangent of trigonometry. The question asks for tanh, the hyperbolic tangent."
        ): math.tan(x),
        message("This is half of the denominator, the hyperbolic cosine."): (up + down) / 2,
        message("This is only the denominator."): up + down,
        message("This is the slope of tanh."): 1 - right**2,
        message("You halved the input."): math.tanh(x / 2),
        message("You doubled the input."): math.tanh(2 * x),
        message("You used a minus sign in both parts of the fraction."): 1.0,
        message("You divided only the numerator by e^x."): (up - down) / up,
        message("This is the arc tangent."): math.atan(x),
        message("This is the sine of trigonometry."): math.sin(x),
        message("You used the input in degrees."): math.tan(x * math.pi / 180),
        message("You used 2 * sigmoid(x) - 1, but tanh is 2 * sigmoid(2x) - 1."): 2 * by_hand.sigmoid(x) - 1,
        message("You added 1 instead of subtracting it: the range is from -1 to 1."): right + 1,
    }
    yield erring.pick(right, ways)

    fraction = message(
        "tanh is ({up} - {down}) / ({up} + {down}), without any subtraction afterwards.",
        up=f"{up:.3f}",
        down=f"{down:.3f}",
    )
    yield slip(
        right - 1, "The slide is wrong here: the “- 1” at the end of its formula does not belong there.", fraction
    )
    yield slip(by_hand.sigmoid(x), "This is the sigmoid.", fraction)
    yield slip(1 / right, "The fraction is upside down.", fraction)
    yield slip((up - down) / 2, "This is half of the numerator, the hyperbolic sine.", fraction)
    yield slip(up - down, "This is only the numerator.", fraction)
    yield slip(-right, "The sign is wrong.", fraction)


@key.question
def tanh_formula() -> Answers:
    """What is wrong with the formula on the slide."""
    yield "b"
    yield slip(
        "a",
        "The printed formula gives values from -2 to 0.",
        "At 0 the printed formula gives 0 - 1 = -1, but tanh(0) is 0.",
    )
    yield slip(
        "c",
        "Adding 1 moves the values the wrong way.",
        "At 0, the fraction without the - 1 is already correct: it gives 0.",
    )
    yield slip("d", "That is the sigmoid of 2x, between 0 and 1.", "The values of tanh are between -1 and 1.")


@key.question
def sigmoid(erring: Erring, odds: int) -> Answers:
    """The sigmoid of ln(odds), which is odds / (1 + odds)."""
    x = erring.pick(
        log(odds),
        {
            message("You used n itself as the input. The input is the logarithm of n."): float(odds),
            message("You used the logarithm with base 10 as the input."): log10(odds),
            message("You used the logarithm with base 2 as the input."): log2(odds),
            message("You used 1/n as the input. The input is the logarithm of n."): 1 / odds,
        },
    )
    share = by_hand.sigmoid(x)
    yield erring.pick(
        share,
        {
            message("You subtracted e^-x instead of adding it."): 1 / (1 - exp(-x)),
            message("This is the slope of the sigmoid."): share * (1 - share),
            message("The 1 in the denominator is missing."): exp(x),
            message("The fraction is upside down."): 1 + exp(-x),
            message("The sign of the exponent is wrong."): by_hand.sigmoid(-x),
        },
    )

    curve = message("e^-ln({odds}) is 1/{odds}, so the sigmoid is 1 / (1 + 1/{odds}).", odds=odds)
    yield slip(1 / (1 + odds), "The minus sign of the exponent is missing.", curve)
    yield slip(odds, "This is e^x, the odds.", curve)
    yield slip(math.tanh(x), "This is tanh.", curve)
    yield slip(1 + 1 / odds, "This is the denominator.", curve)
    yield slip(x, "You left the value unchanged.", curve)


@key.question
def sigmoid_slope(erring: Erring, odds: int, sigmoid: float) -> Answers:
    """The slope of the sigmoid there."""
    s = erring.pick(
        sigmoid,
        {
            message("You computed S without the minus sign of the exponent."): 1 - sigmoid,
            message("You used n itself as the input. The input is the logarithm of n."): by_hand.sigmoid(odds),
        },
    )
    yield erring.way(
        lambda: s * (1 - s),
        {
            message("You squared S: the slope is S * (1 - S), not S * S."): lambda: s * s,
            message("You added S to 1 instead of subtracting it: S * (1 + S)."): lambda: s * (1 + s),
            message("The sign is wrong: S * (S - 1)."): lambda: s * (s - 1),
            message("You squared 1 - S: the slope is S * (1 - S)."): lambda: (1 - s) ** 2,
            message("This is twice the slope."): lambda: 2 * s * (1 - s),
            message("You divided S by 1 - S."): lambda: s / (1 - s),  # a student's own S may be 1
            message("You added S and 1 - S."): lambda: 1.0,
            message("This is 1 - S * (1 - S)."): lambda: 1 - s * (1 - s),
        },
    )

    x = log(odds)
    slope = message("With S = {share}: S * (1 - S) = {share} * {rest}.", share=f"{s:.4g}", rest=f"{1 - s:.4g}")
    yield slip(s, "This is the value of the sigmoid, not its slope.", slope)
    yield slip(1 - s, "The factor S is missing.", slope)
    yield slip(1 - s**2, "This is the slope of tanh, 1 - S * S.", slope)
    yield slip(x * (1 - x), "You used the input itself instead of its sigmoid.", slope)
    yield slip(0.25, "This is the steepest slope, at 0.", slope)


# ---- Softmax ---------------------------------------------------------------------------------------------------------


@key.question
def softmax(erring: Erring, class_odds: Array) -> Answers:
    """Softmax of three scores."""
    odds, scores = class_odds, np.log(class_odds)
    yield numbers.softmax(erring, scores.tolist())

    normalise = message(
        "e^score gives {odds}. Divide each of these numbers by their sum, {total}.",
        odds=_listed(odds),
        total=odds.sum(),
    )
    yield slip(
        scores / scores.sum(), "You divided the scores by their sum, but did not compute e^score first.", normalise
    )
    yield slip(odds, "You did not divide the powers by their sum.", normalise)
    yield slip(odds / (1 + odds), "This is the sigmoid of each score. These values do not add up to 1.", normalise)
    yield slip(by_hand.softmax(-scores), "The scores have the wrong sign in the exponent.", normalise)
    yield slip((odds == odds.max()).astype(int), "This is 1 for the largest score and 0 for all others.", normalise)
    yield slip(odds / odds.max(), "You divided the powers by the largest of them.", normalise)


@key.question
def softmax_doubled(erring: Erring, class_odds: Array, softmax: Array) -> Answers:
    """Softmax of twice the scores: e^2s is the square of e^s."""
    power = erring.pick(
        2.0,
        {
            message("You raised the probabilities to the third power."): 3.0,
            message("You took the root of the probabilities, which halves the scores."): 0.5,
            message("The scores have the wrong sign in the exponent."): -2.0,
            message("You squared the scores in the exponent: e^(s * s)."): 4.0,
        },
    )
    raised = softmax**power
    yield erring.way(
        lambda: raised / raised.sum(),
        {
            message("You divided the squares by the largest of them."): lambda: raised / raised.max(),
            message("You divided the squares by the number of classes."): lambda: raised / len(raised),
            message("This is 1 for the largest probability and 0 for all others."): lambda: (
                raised == raised.max()
            ).astype(float),
            message("You made all probabilities equal."): lambda: np.full_like(raised, 1 / len(raised)),
            message("You doubled the scores only in the sum."): lambda: softmax / 2,
        },
    )

    squares = message(
        "e^(2 ln n) is n * n: {squares}. Divide each of these numbers by their sum, {total}.",
        squares=_listed(class_odds**2),
        total=(class_odds**2).sum(),
    )
    yield slip(
        softmax,
        "These are the probabilities before the scores are doubled. A common factor of the scores does not cancel.",
        squares,
    )
    yield slip(2 * softmax, "You doubled the probabilities, so they add up to 2.", squares)
    yield slip(raised, "You did not divide the squares by their sum.", squares)
    yield slip(by_hand.softmax(np.log(class_odds) / 2), "You halved the scores.", squares)


@key.question
def softmax_function(hidden: int) -> Answers:
    """A softmax for one image, a few, many, and for very large scores."""
    rng = np.random.default_rng(hidden)
    batches = [
        rng.normal(0, 2, 4),
        rng.normal(0, 2, (3, 5)),
        rng.normal(0, 1, (6, 3)),
        1000 + rng.normal(0, 2, (2, 4)),  # e^1000 is infinite: only a softmax that subtracts the maximum passes
    ]
    for scores in batches:
        yield call((scores,), by_hand.softmax(scores), *_slips_of_softmax(scores))


def _slips_of_softmax(scores: Array) -> Iterator[Slip]:
    rows = message("Sum with axis=-1 and keepdims=True, so that each row adds up to 1.")
    yield slip(
        scores / scores.sum(axis=-1, keepdims=True),
        "You divided the scores instead of e^scores.",
        rows,
    )
    if scores.ndim == 2:
        yield slip(by_hand.softmax(scores.T).T, "This adds up to 1 along each column.", rows)
        yield slip(by_hand.softmax(scores.ravel()).reshape(scores.shape), "All rows together add up to 1.", rows)
    if scores.max() < 100:  # larger ones overflow, and no answer equals infinity
        yield slip(np.exp(scores), "You did not divide the powers by their sum.", rows)


def _listed(values: Array) -> str:
    return ", ".join(f"{value:g}" for value in values)


# ---- Losses ----------------------------------------------------------------------------------------------------------


@key.question
def cross_entropy(erring: Erring, class_odds: Array, true_class: int, softmax: Array) -> Answers:
    """The cross-entropy of one image."""
    share = erring.pick(
        softmax[true_class],
        {
            message("You used the class with the largest probability, but the true class counts."): softmax.max(),
            message("You used the class with the smallest probability, but the true class counts."): softmax.min(),
            message("You used the first class, but the true class counts."): softmax[0],
            message("You used the class after the true one."): softmax[(true_class + 1) % len(softmax)],
        },
    )
    if erring(message("You used the mean over all classes, but only the true one counts.")):
        yield -np.log(softmax).mean()
    elif erring(message("You weighted each class with its probability, which gives the entropy.")):
        yield -(softmax * np.log(softmax)).sum()
    else:
        yield numbers.surprise(erring, share)

    surprise = message(
        "Counted from 0, the true class is {true}. Its probability is {own}/{total}, so the loss is "
        "-ln({own}/{total}).",
        true=true_class,
        own=class_odds[true_class],
        total=class_odds.sum(),
    )
    yield slip(-log10(share), BASE_TEN, surprise)
    yield slip(-log2(share), BASE_TWO, surprise)
    yield slip(log(share), NO_MINUS, surprise)
    yield slip(-log(softmax[true_class - 1]), "You counted the classes from 1.", surprise)
    yield slip(1 - share, "This is 1 minus the probability, without a logarithm.", surprise)
    yield slip(-np.log(softmax).sum(), "You added up all classes, but only the true one counts.", surprise)
    yield slip(-log(class_odds[true_class]), "This is the score before softmax.", surprise)


@key.question
def binary_cross_entropy(erring: Erring, label: int, sigmoid: float) -> Answers:
    """The cross-entropy for yes or no; the network's output is the probability of the label 1."""
    right, wrong = (sigmoid, 1 - sigmoid) if label else (1 - sigmoid, sigmoid)
    if erring(message("You added both terms, but only the one for the label counts.")):
        yield -log(right) - log(wrong)
    elif erring(message("You averaged both terms, but only the one for the label counts.")):
        yield (-log(right) - log(wrong)) / 2
    elif erring(message("You weighted each term with its probability, which gives the entropy.")):
        yield -right * log(right) - wrong * log(wrong)
    else:
        yield numbers.surprise(erring, right)

    happened = f"{sigmoid:.4g}" if label else f"1 - {sigmoid:.4g}"
    surprise = message("The label is {label}, so the loss is -ln({happened}).", label=label, happened=happened)
    yield slip(-log(wrong), "This is the loss for the label {other}.", surprise, other=1 - label)
    yield slip(-log10(right), BASE_TEN, surprise)
    yield slip(-log2(right), BASE_TWO, surprise)
    yield slip(log(right), NO_MINUS, surprise)
    yield slip(wrong**2, "This is the squared error.", surprise)


@key.question
def mse(erring: Erring, targets: Array, predicted: Array) -> Answers:
    """The mean squared error."""
    errors = predicted - targets
    squares = erring.pick(
        errors**2,
        {
            message("You raised the errors to the third power."): errors**3,
            message("You doubled the errors instead of squaring them."): 2 * np.abs(errors),
            message("You kept the signs of the errors, so the errors cancel out."): errors,
        },
    )
    yield _average(erring, squares)

    mean = message(
        "The squares of the errors are {squares}. Divide their sum by {count}.",
        squares=_listed(squares),
        count=len(errors),
    )
    yield slip(np.sum(squares), "You added up the squares, but did not take their mean.", mean)
    yield slip(np.mean(np.abs(errors)), "This is the mean absolute error.", mean)
    yield slip(np.mean(squares) ** 0.5, "You also took the square root.", mean)
    yield slip(np.mean(squares) / 2, "You halved the mean.", mean)
    yield slip(np.mean(errors) ** 2, "You averaged the errors before squaring them.", mean)
    yield slip(np.sum(squares) / (len(errors) - 1), "You divided the sum by n - 1.", mean)


@key.question
def huber(erring: Erring, targets: Array, predicted: Array, delta: float) -> Answers:
    """The mean Huber loss: half the square of an error up to `delta`, a straight line beyond."""
    size, limit = np.abs(predicted - targets), delta
    delta = erring.pick(
        limit,
        {
            message("You used 0.5 as delta."): 0.5,
            message("You squared delta."): limit**2,
            message("You doubled delta."): 2 * limit,
        },
    )
    line = {
        message("You subtracted delta squared instead of half of it."): delta * size - delta**2,
        message("You subtracted half of delta instead of half of its square."): delta * size - delta / 2,
        message("You added half of delta squared instead of subtracting it."): delta * size + delta**2 / 2,
        message("Beyond delta, you did not multiply the error by delta."): size - delta**2 / 2,
        message("Beyond delta, you left the error unchanged."): size,
        message("Beyond delta, you used half of delta times the error."): delta * size / 2,
        message("You cut off errors beyond delta at delta."): np.full_like(size, delta**2 / 2),
        message("Beyond delta, you used delta times the distance from delta."): delta * (size - delta),
    }
    small = erring.pick(
        size**2 / 2,
        {message("You did not square small errors."): size / 2, message("You counted small errors as 0."): 0 * size},
    )
    large = erring.pick(delta * size - delta**2 / 2, line)
    if erring(message("The two parts are swapped: you used the straight line for small errors.")):
        yield np.where(size <= delta, large, small).mean()
    else:
        yield _average(erring, np.where(size <= delta, small, large))

    losses = np.where(size <= delta, small, large)
    parts = message(
        "Errors up to {delta} give half their square. The error of {large} gives {delta} * {large} - {delta} * {delta} "
        "/ 2. Take the mean of {losses}.",
        delta=delta,
        large=f"{size.max():g}",
        losses=_listed(losses),
    )
    yield slip(np.mean(size**2), "This is the mean squared error.", parts)
    yield slip(np.mean(size**2) / 2, "You also squared the large errors.", parts)
    yield slip(np.mean(size), "This is the mean absolute error.", parts)
    yield slip(np.sum(losses), "You added up the losses, but did not take their mean.", parts)
    yield slip(np.mean(np.where(size <= 1, small, size - 1 / 2)), "You used delta = 1, the default of Keras.", parts)
    yield slip(
        np.mean(np.where(size <= delta, small, delta * size)),
        "You did not subtract half of delta squared, so the two parts do not meet at delta.",
        parts,
    )
    yield slip(
        np.mean(np.where(size <= delta, size**2, large)), "You did not halve the squares of small errors.", parts
    )


def _average(erring: Erring, losses: Array) -> float:
    ways = {
        message("This is the largest loss of all. Take the mean."): losses.max(),
        message("This is the smallest loss of all. Take the mean."): losses.min(),
        message("This is the median. Take the mean."): np.median(losses),
        message("You divided the sum by n + 1."): losses.sum() / (len(losses) + 1),
        message("You left out the last value."): losses[:-1].mean(),
        message("You left out the first value."): losses[1:].mean(),
        message("You left values with no error out of the mean."): losses.sum() / max(np.count_nonzero(losses), 1),
    }
    return float(erring.pick(losses.mean(), ways))


# ---- Which output and which loss -------------------------------------------------------------------------------------


@key.question
def digits_output() -> Answers:
    """The activation of the output for ten digits."""
    yield "c"
    one_of_many = message("Exactly one of the ten classes is true, so the ten probabilities must add up to 1.")
    yield slip("a", "Without an activation, ten outputs are scores, not probabilities.", one_of_many)
    yield slip("b", "Ten sigmoids answer ten separate yes-or-no questions.", one_of_many)
    yield slip("d", "ReLU has no upper limit.", one_of_many)


@key.question
def digits_loss() -> Answers:
    """The loss for labels such as 7."""
    yield "b"
    yield slip("a", "This loss needs one-hot vectors as labels.", "Labels such as 7 need the sparse variant.")
    yield slip("c", "This loss is for yes-or-no questions.", "Here there are ten classes, with labels such as 7.")
    yield slip("d", "A class is a name, not a quantity: 8 is not twice 4.", "Use a cross-entropy.")


@key.question
def fault_output() -> Answers:
    """The activation of the output for a faulty part."""
    yield "b"
    yes_or_no = message("One number between 0 and 1 is enough: the probability that the part is faulty.")
    yield slip("a", ALWAYS_ONE, yes_or_no)
    yield slip("c", "tanh also gives values below 0.", yes_or_no)
    yield slip("d", "Without an activation, the output is not a probability.", yes_or_no)


@key.question
def price_output() -> Answers:
    """The activation of the output for a price."""
    yield "c"
    above = message("A price is never below 0 and has no upper limit, so use softplus.")
    yield slip("a", "A sigmoid never goes above 1.", above)
    yield slip("b", "tanh gives values below 0 and never goes above 1.", above)
    yield slip("d", ALWAYS_ONE, above)


@key.question
def angle_output() -> Answers:
    """The activation of the output for an angle."""
    yield "d"
    both_ends = message("The output must be between -1 and 1, and that is the range of tanh.")
    yield slip("a", "ReLU never gives a value below 0.", both_ends)
    yield slip("b", "A sigmoid only gives values between 0 and 1.", both_ends)
    yield slip("c", ALWAYS_ONE, both_ends)


@key.question
def outlier_loss() -> Answers:
    """The loss for measurements with a few wild values."""
    yield "d"
    line = message("For large errors, the Huber loss grows only linearly.")
    no_classes = message("This loss is for classes, but here there are none.")
    yield slip("a", "With squared errors, the few outliers count most.", line)
    yield slip("b", no_classes, line)
    yield slip("c", no_classes, line)
