"""Answers of `activations-and-losses`: activations and losses on numbers that each student has for themselves.

The formula of tanh that the lecture prints has a `- 1` too many; whoever computes with it is told so.
"""

from collections.abc import Callable, Mapping
from math import atan, exp, log, log2, log10, pi, sin, tan, tanh
from random import Random
from typing import Any

import numpy as np

from grader.cnn.by_hand import all_apart, softmax
from grader.mistakes import numbers
from grader.model.key import Call, Slip, following
from grader.model.mistakes import Erring
from grader.text.messages import message

Array = np.ndarray[Any, Any]
Given = Mapping[str, Any]

_SLOPE = 0.01
_FIXED = {
    "tanh_formula": "b",
    "digits_output": "c",
    "digits_loss": "b",
    "fault_output": "b",
    "price_output": "c",
    "angle_output": "d",
    "outlier_loss": "d",
}


def draw(rng: Random) -> dict[str, Any]:
    """Numbers for which all answers, right and wrong, can be told apart."""
    while True:
        given = _drawn(rng)
        if all(all_apart([slip.value for slip in found]) for found in _numeric_slips(given).values()):
            return given


def _drawn(rng: Random) -> dict[str, Any]:
    negative = rng.sample([-4.0, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5], 2)
    positive = rng.sample([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0], 3)
    inputs = negative + positive
    rng.shuffle(inputs)
    odds = rng.choice([[1, 2, 5], [1, 3, 4], [1, 3, 6], [1, 4, 5], [2, 3, 5], [1, 2, 7], [3, 8, 9], [4, 7, 9]])
    rng.shuffle(odds)
    delta = rng.choice([2, 3])
    errors = [rng.choice([0.5, 1.0, 1.5]), -rng.choice([0.5, 1.0, 1.5]), rng.choice([0.0, 1.0, -1.0])]
    errors.append(float(rng.choice([-1, 1]) * rng.choice([5, 6, 7, 8])))
    rng.shuffle(errors)
    targets = [float(rng.randint(9, 20)) for _ in errors]
    return {
        "inputs": inputs,
        "tanh_at": rng.choice([-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0]),
        "odds": rng.choice([2, 3, 4, 5, 7, 9]),
        "label": rng.choice([0, 1]),
        "class_odds": odds,
        "true_class": rng.choice([1, 2]),
        "targets": targets,
        "predicted": [target + error for target, error in zip(targets, errors, strict=True)],
        "delta": delta,
        "hidden": rng.randrange(2**32),
    }


def sigmoid(value: float) -> float:
    """1 / (1 + e^-x)."""
    return 1 / (1 + exp(-value))


def huber(errors: Array, delta: float) -> Array:
    """Half the square of small errors, a straight line for those larger than `delta`."""
    size = np.abs(errors)
    return np.where(size <= delta, size**2 / 2, delta * size - delta**2 / 2)


def binary_cross_entropy(probability: float, label: int) -> float:
    """-ln of the probability of what was the case."""
    return -log(probability if label else 1 - probability)


def answers(given: Given) -> dict[str, Any]:
    """Question id -> expected answer."""
    x, errors = np.array(given["inputs"]), _errors(given)
    probability = sigmoid(log(given["odds"]))
    shares = softmax(np.log(given["class_odds"]))
    return {
        "relu": np.maximum(x, 0),
        "leaky_relu": np.where(x < 0, _SLOPE * x, x),
        "relu_slope": (x > 0).astype(int),
        "tanh": tanh(given["tanh_at"]),
        "sigmoid": probability,
        "sigmoid_slope": probability * (1 - probability),
        "softmax": shares,
        "softmax_doubled": _doubled(shares),
        "cross_entropy": -log(shares[given["true_class"]]),
        "binary_cross_entropy": binary_cross_entropy(probability, given["label"]),
        "mse": np.mean(errors**2),
        "huber": np.mean(huber(errors, given["delta"])),
        **_FIXED,
    }


def follow_on(given: Given, found: Mapping[str, Any]) -> dict[str, Any]:
    """What is right given the student's own sigmoid and softmax."""
    return following(
        {
            "sigmoid_slope": lambda: found["sigmoid"] * (1 - found["sigmoid"]),
            "binary_cross_entropy": lambda: binary_cross_entropy(found["sigmoid"], given["label"]),
            "softmax_doubled": lambda: _doubled(np.array(found["softmax"], dtype=float)).tolist(),
            "cross_entropy": lambda: -log(found["softmax"][given["true_class"]]),
        }
    )


def calls(given: Given) -> dict[str, list[Call]]:
    """Scores that the student's own softmax is tested with: one image, a few, many, and very large ones."""
    rng = np.random.default_rng(given["hidden"])
    scores = [
        rng.normal(0, 2, 4),
        rng.normal(0, 2, (3, 5)),
        rng.normal(0, 1, (6, 3)),
        1000 + rng.normal(0, 2, (2, 4)),
    ]
    return {"softmax_function": [Call((values,), softmax(values), _slips_of_function(values)) for values in scores]}


def slips(given: Given) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    return _numeric_slips(given) | _choices()


def _numeric_slips(given: Given) -> dict[str, list[Slip]]:
    return _of_relu(given) | _of_curves(given) | _of_softmax(given) | _of_losses(given)


def _errors(given: Given) -> Array:
    return np.asarray(np.array(given["predicted"]) - np.array(given["targets"]))


def _doubled(shares: Array) -> Array:
    """Probabilities for twice the scores: e^2s is the square of e^s."""
    return np.asarray(shares**2 / np.sum(shares**2))


def _of_relu(given: Given) -> dict[str, list[Slip]]:
    x = np.array(given["inputs"])
    low, high = x.min(), x.max()
    zero = message(
        "ReLU gives 0 for everything below 0, so {low} becomes 0; {high} stays {high}.",
        low=f"{low:g}",
        high=f"{high:g}",
    )
    leak = message(
        "{low} becomes 0.01 * {low} = {leaked}; {high} stays {high}.",
        low=f"{low:g}",
        leaked=f"{_SLOPE * low:g}",
        high=f"{high:g}",
    )
    slope = message("The slope at {low} is 0, at {high} it is 1.", low=f"{low:g}", high=f"{high:g}")
    return {
        "relu": [
            Slip(np.where(x < 0, _SLOPE * x, x), message("This is leaky ReLU."), zero),
            Slip(np.abs(x), message("The sign was dropped instead of the value."), zero),
            Slip(np.minimum(x, 0), message("The smaller of 0 and the value was taken."), zero),
            Slip(x, message("The values were passed on as they are."), zero),
            Slip((x > 0).astype(int), message("This only tells which values are above 0."), zero),
        ],
        "leaky_relu": [
            Slip(np.maximum(x, 0), message("This is plain ReLU, which makes all negative values 0."), leak),
            Slip(np.where(x < 0, 0.1 * x, x), message("The small slope was taken as 0.1."), leak),
            Slip(
                np.where(x < 0, 0.2 * x, x),
                message("This slope is 0.2, that of `keras.activations.leaky_relu` unless told another."),
                leak,
            ),
            Slip(
                np.where(x < 0, 0.3 * x, x),
                message("This slope is 0.3, that of the layer `LeakyReLU` unless told another."),
                leak,
            ),
            Slip(np.where(x < 0, -_SLOPE * x, x), message("The minus sign got lost below 0."), leak),
            Slip(_SLOPE * x, message("Values above 0 were also multiplied by the small slope."), leak),
            Slip(x, message("The values were passed on as they are."), leak),
        ],
        "relu_slope": [
            Slip(np.maximum(x, 0), message("These are the values of ReLU, not its slopes."), slope),
            Slip(np.where(x < 0, _SLOPE, 1), message("These are the slopes of leaky ReLU."), slope),
            Slip(np.ones(len(x)), message("This is the slope of a unit without activation."), slope),
            Slip(np.sign(x), message("Below 0 the slope was taken as -1, which is that of the absolute value."), slope),
            Slip((x < 0).astype(int), message("The two sides were taken for each other."), slope),
        ],
    }


def _of_curves(given: Given) -> dict[str, list[Slip]]:
    at, odds = given["tanh_at"], given["odds"]
    up, down = exp(at), exp(-at)
    fraction = message(
        "({up} - {down}) / ({up} + {down}), without any subtraction afterwards.", up=f"{up:.3f}", down=f"{down:.3f}"
    )
    share = sigmoid(log(odds))
    curve = message("e^-ln({odds}) is 1/{odds}, so it is 1 / (1 + 1/{odds}).", odds=odds)
    slope = message("With S = {share}: S * (1 - S) = {share} * {rest}.", share=f"{share:.4g}", rest=f"{1 - share:.4g}")
    return {
        "tanh": [
            Slip(
                tanh(at) - 1,
                message("The slide errs here: its formula ends with a - 1 that does not belong there."),
                fraction,
            ),
            Slip(sigmoid(at), message("This is the sigmoid."), fraction),
            Slip(1 / tanh(at), message("The fraction is upside down."), fraction),
            Slip((up - down) / 2, message("This is half of the numerator, the hyperbolic sine."), fraction),
            Slip(up - down, message("This is the numerator alone."), fraction),
            Slip(-tanh(at), message("The sign is the other one."), fraction),
        ],
        "sigmoid": [
            Slip(1 / (1 + odds), message("The minus sign of the exponent is missing."), curve),
            Slip(odds, message("This is e^x, the odds."), curve),
            Slip(tanh(log(odds)), message("This is tanh."), curve),
            Slip(1 + 1 / odds, message("This is the denominator."), curve),
            Slip(log(odds), message("The value was passed on as it is."), curve),
        ],
        "sigmoid_slope": [
            Slip(share, message("This is the value of the sigmoid, not its slope."), slope),
            Slip(1 - share, message("The factor S is missing."), slope),
            Slip(1 - share**2, message("This is the slope of tanh, 1 - S * S."), slope),
            Slip(log(odds) * (1 - log(odds)), message("The input was put in where its sigmoid belongs."), slope),
            Slip(0.25, message("This is the steepest slope, at 0."), slope),
        ],
    }


def _of_softmax(given: Given) -> dict[str, list[Slip]]:
    odds, true = np.array(given["class_odds"]), given["true_class"]
    scores, shares = np.log(odds), softmax(np.log(odds))
    own, total = odds[true], odds.sum()
    normalise = message("e^score gives {odds}; divide each by their sum, {total}.", odds=_listed(odds), total=total)
    squares = message(
        "e^(2 ln n) is n * n: {squares}; divide each by their sum, {total}.",
        squares=_listed(odds**2),
        total=(odds**2).sum(),
    )
    surprise = message(
        "The image is of class {true}, counted from 0, which got {own}/{total}: -ln({own}/{total}).",
        true=true,
        own=own,
        total=total,
    )
    return {
        "softmax": [
            Slip(scores / scores.sum(), message("The scores were divided by their sum, without e^score."), normalise),
            Slip(odds, message("The powers were not divided by their sum."), normalise),
            Slip(odds / (1 + odds), message("This is the sigmoid of each score: these do not add up to 1."), normalise),
            Slip(softmax(-scores), message("The scores have the wrong sign in the exponent."), normalise),
            Slip((odds == odds.max()).astype(int), message("This marks the largest score only."), normalise),
            Slip(odds / odds.max(), message("The powers were divided by the largest of them."), normalise),
        ],
        "softmax_doubled": [
            Slip(shares, message("These are the probabilities for the scores as they were."), squares),
            Slip(2 * shares, message("The probabilities were doubled; then they add up to 2."), squares),
            Slip(shares**2, message("The squares were not divided by their sum."), squares),
            Slip(softmax(scores / 2), message("The scores were halved."), squares),
        ],
        "cross_entropy": [
            Slip(-log10(shares[true]), message("This is the logarithm with base 10."), surprise),
            Slip(-log2(shares[true]), message("This is the logarithm with base 2."), surprise),
            Slip(log(shares[true]), message("The minus sign is missing."), surprise),
            Slip(-log(shares[true - 1]), message("The classes were counted from 1."), surprise),
            Slip(1 - shares[true], message("This is 1 minus the probability, without a logarithm."), surprise),
            Slip(-np.log(shares).sum(), message("All classes were added up; only the true one counts."), surprise),
            Slip(-scores[true], message("This is the score before softmax."), surprise),
        ],
    }


def _of_losses(given: Given) -> dict[str, list[Slip]]:
    share, label = sigmoid(log(given["odds"])), given["label"]
    happened = f"{share:.4g}" if label else f"1 - {share:.4g}"
    surprise = message("The label is {label}, so it is -ln({happened}).", label=label, happened=happened)
    right = share if label else 1 - share
    errors, delta = _errors(given), given["delta"]
    size = np.abs(errors)
    large = size.max()
    squares = message(
        "The squares of the errors are {squares}; divide their sum by {count}.",
        squares=_listed(errors**2),
        count=len(errors),
    )
    parts = message(
        "Errors up to {delta} give half their square; the one of {large} gives {delta} * {large} "
        "- {delta} * {delta} / 2. The mean of {losses} is asked for.",
        delta=delta,
        large=f"{large:g}",
        losses=_listed(huber(errors, delta)),
    )
    return {
        "binary_cross_entropy": [
            Slip(
                binary_cross_entropy(share, 1 - label),
                message("This is the loss for the label {other}.", other=1 - label),
                surprise,
            ),
            Slip(-log10(right), message("This is the logarithm with base 10."), surprise),
            Slip(-log2(right), message("This is the logarithm with base 2."), surprise),
            Slip(log(right), message("The minus sign is missing."), surprise),
            Slip((label - share) ** 2, message("This is the squared error."), surprise),
        ],
        "mse": [
            Slip(np.sum(errors**2), message("The squares were added up, but not averaged."), squares),
            Slip(np.mean(size), message("This is the mean absolute error."), squares),
            Slip(np.mean(errors**2) ** 0.5, message("The root was taken."), squares),
            Slip(np.mean(errors**2) / 2, message("The mean was halved."), squares),
            Slip(np.mean(errors) ** 2, message("The errors were averaged before they were squared."), squares),
            Slip(np.sum(errors**2) / (len(errors) - 1), message("The sum was divided by n - 1."), squares),
        ],
        "huber": [
            Slip(np.mean(errors**2), message("This is the mean squared error."), parts),
            Slip(np.mean(errors**2) / 2, message("Large errors were squared as well."), parts),
            Slip(np.mean(size), message("This is the mean absolute error."), parts),
            Slip(np.sum(huber(errors, delta)), message("The losses were added up, but not averaged."), parts),
            Slip(np.mean(huber(errors, 1)), message("delta was taken as 1, which Keras does unless told."), parts),
            Slip(
                np.mean(np.where(size <= delta, size**2 / 2, delta * size)),
                message("The straight part lacks what is taken off: the two parts do not meet at delta."),
                parts,
            ),
            Slip(
                np.mean(np.where(size <= delta, size**2, delta * size - delta**2 / 2)),
                message("The squares of small errors were not halved."),
                parts,
            ),
        ],
    }


def _slips_of_function(scores: Array) -> tuple[Slip, ...]:
    rows = message("Give axis=-1 and keepdims=True, so that each row adds up to 1.")
    found = [Slip(scores / scores.sum(axis=-1, keepdims=True), message("The scores were divided, not e^scores."), rows)]
    if scores.ndim == 2:
        found.append(Slip(softmax(scores.T).T, message("This adds up to 1 along each column."), rows))
        found.append(
            Slip(softmax(scores.ravel()).reshape(scores.shape), message("All rows together add up to 1."), rows)
        )
    if scores.max() < 100:
        found.append(Slip(np.exp(scores), message("The powers were not divided by their sum."), rows))
    return tuple(found)


def _listed(values: Array) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _choices() -> dict[str, list[Slip]]:
    one_of_many = message("Exactly one of ten holds, so the ten probabilities have to add up to 1.")
    yes_or_no = message("One number between 0 and 1 is enough: the probability that the part is faulty.")
    above = message("A price is never below 0 and has no upper end: softplus.")
    both_ends = message("The output has to lie between -1 and 1, which is the range of tanh.")
    return {
        "tanh_formula": [
            Slip(
                "a",
                message("The printed formula gives values from -2 to 0."),
                message("At 0 it gives 0 - 1 = -1, but tanh(0) is 0."),
            ),
            Slip("c", message("That moves it the wrong way."), message("At 0 the fraction alone is already right: 0.")),
            Slip("d", message("That is the sigmoid of 2x, between 0 and 1."), message("tanh lies between -1 and 1.")),
        ],
        "digits_output": [
            Slip("a", message("Ten free numbers are scores, not probabilities."), one_of_many),
            Slip("b", message("Ten sigmoids answer ten questions on their own."), one_of_many),
            Slip("d", message("ReLU has no upper end."), one_of_many),
        ],
        "digits_loss": [
            Slip(
                "a",
                message("This one wants one-hot vectors as labels."),
                message("Labels such as 7 need the sparse variant."),
            ),
            Slip("c", message("This one is for yes or no."), message("There are ten classes, and labels such as 7.")),
            Slip("d", message("A class is a name, not a quantity: 8 is not twice 4."), message("Use a cross-entropy.")),
        ],
        "fault_output": [
            Slip("a", message("Softmax over a single neuron always gives 1."), yes_or_no),
            Slip("c", message("tanh also gives values below 0."), yes_or_no),
            Slip("d", message("A free number is not a probability."), yes_or_no),
        ],
        "price_output": [
            Slip("a", message("A sigmoid never passes 1."), above),
            Slip("b", message("tanh gives values below 0 and never passes 1."), above),
            Slip("d", message("Softmax over a single neuron always gives 1."), above),
        ],
        "angle_output": [
            Slip("a", message("ReLU never gives a value below 0."), both_ends),
            Slip("b", message("A sigmoid gives values between 0 and 1 only."), both_ends),
            Slip("c", message("Softmax over a single neuron always gives 1."), both_ends),
        ],
        "outlier_loss": [
            Slip(
                "a",
                message("Squares make the few wild values count most."),
                message("Huber takes large errors as a straight line."),
            ),
            Slip("b", message("There are no classes here."), message("Huber takes large errors as a straight line.")),
            Slip("c", message("There are no classes here."), message("Huber takes large errors as a straight line.")),
        ],
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------


def methods(given: Given) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    x = np.array(given["inputs"])
    return {
        "relu": lambda erring: _rectified(x, erring),
        "leaky_relu": lambda erring: _leaky(x, erring),
        "relu_slope": lambda erring: _slopes(x, erring),
        "tanh": lambda erring: _tanh(given["tanh_at"], erring),
        "sigmoid": lambda erring: _sigmoid_of_log(given, erring),
        "sigmoid_slope": lambda erring: _slope_of_sigmoid(given, erring),
        "softmax": lambda erring: numbers.softmax(erring, np.log(given["class_odds"])),
        "softmax_doubled": lambda erring: _softmax_doubled(given, erring),
        "cross_entropy": lambda erring: _surprise(given, erring),
        "binary_cross_entropy": lambda erring: _binary(given, erring),
        "mse": lambda erring: _average(_squares(_errors(given), erring), erring),
        "huber": lambda erring: _huber(given, erring),
    }


def _rectified(x: Array, erring: Erring) -> Array:
    ways = {
        message("Everything below 1 became 0; the limit is 0."): np.where(x < 1, 0, x),
        message("Positive values became 1."): np.where(x > 0, 1, x),
        message("The values were squared."): np.maximum(x, 0) ** 2,
        message("Positive values became 0, negative ones positive."): np.maximum(-x, 0),
        message("This is the sigmoid."): 1 / (1 + np.exp(-x)),
        message("This is ELU: e^x - 1 below 0."): np.where(x > 0, x, np.exp(x) - 1),
        message("Values above 1 were cut off."): np.clip(x, 0, 1),
    }
    return erring.pick(np.maximum(x, 0), ways)


def _leaky(x: Array, erring: Erring) -> Array:
    below = {
        message("All negative values became -0.01; they are multiplied by 0.01."): np.full_like(x, -_SLOPE),
        message("All negative values became 0.01; they are multiplied by 0.01 and keep their sign."): np.full_like(
            x, _SLOPE
        ),
        message("The slope was added instead of multiplied."): x + _SLOPE,
        message("The slope 0.01 was taken off instead of multiplied."): x - _SLOPE,
        message("It was divided by the slope instead of multiplied."): x / _SLOPE,
        message("The small slope was taken as 0.001."): 0.001 * x,
        message("The small slope was taken as 0.05."): 0.05 * x,
        message("The small slope was taken as 1."): x,
        message("This is ELU: e^x - 1 below 0."): np.exp(x) - 1,
    }
    if erring(message("The two sides are exchanged: positive values were multiplied by the slope, not negative ones.")):
        return np.where(x < 0, x, _SLOPE * x)
    return np.where(x < 0, erring.pick(_SLOPE * x, below), x)


def _slopes(x: Array, erring: Erring) -> Array:
    below = erring.pick(
        0.0,
        {
            message("Below 0 the slope was taken as 0.5."): 0.5,
            message("Below 0 the slope was taken as 0.1."): 0.1,
            message("Below 0 the slope was taken as 0.2."): 0.2,
        },
    )
    above: Any = erring.pick(
        np.ones_like(x),
        {
            message("Above 0 the slope was multiplied by the value."): x,
            message("This is the slope of the squared value."): 2 * x,
            message("The values were squared; the slope is 1 wherever a value is above 0."): x**2,
            message("Values above 1 were taken to be cut off."): np.where(x > 1, 0, 1),
        },
    )
    if erring(message("Below 0 the value itself was taken.")):
        return np.where(x > 0, above, x)
    return np.where(x > 0, above, below)


def _tanh(x: float, erring: Erring) -> float:
    up, down = exp(x), exp(-x)
    ways = {
        message("This is the tangent of trigonometry, tan; tanh is the hyperbolic one."): tan(x),
        message("This is half of the denominator, the hyperbolic cosine."): (up + down) / 2,
        message("This is the denominator alone."): up + down,
        message("This is the slope of tanh."): 1 - tanh(x) ** 2,
        message("The input was halved."): tanh(x / 2),
        message("The input was doubled."): tanh(2 * x),
        message("Both signs of the fraction are minus."): 1.0,
        message("Only the numerator was divided, by e^x."): (up - down) / up,
        message("This is the arc tangent."): atan(x),
        message("This is the sine of trigonometry."): sin(x),
        message("The input was taken in degrees."): tan(x * pi / 180),
        message("2 * sigmoid(x) - 1 was taken; tanh is 2 * sigmoid(2x) - 1."): 2 * sigmoid(x) - 1,
        message("1 was added instead of taken off: the range is from -1 to 1."): tanh(x) + 1,
    }
    return erring.pick(tanh(x), ways)


def _sigmoid_of_log(given: Given, erring: Erring) -> float:
    n = given["odds"]
    x = erring.pick(
        log(n),
        {
            message("n itself was put in; the input is its logarithm."): float(n),
            message("The logarithm with base 10 was put in."): log10(n),
            message("The logarithm with base 2 was put in."): log2(n),
            message("1/n was put in; the input is the logarithm of n."): 1 / n,
        },
    )
    return erring.pick(
        sigmoid(x),
        {
            message("e^-x was taken off instead of added."): 1 / (1 - exp(-x)),
            message("This is the slope of the sigmoid."): sigmoid(x) * (1 - sigmoid(x)),
            message("The 1 in the denominator is missing."): exp(x),
            message("The fraction is upside down."): 1 + exp(-x),
            message("The sign of the exponent is the other one."): sigmoid(-x),
        },
    )


def _slope_of_sigmoid(given: Given, erring: Erring) -> float:
    s = sigmoid(log(given["odds"]))
    s = erring.pick(
        s,
        {
            message("S was worked out without the minus sign of the exponent."): 1 - s,
            message("n itself was put in; the input is its logarithm."): sigmoid(given["odds"]),
        },
    )
    return erring.pick(
        s * (1 - s),
        {
            message("S was squared: the slope is S * (1 - S), not S * S."): s * s,
            message("The 1 and S were added instead of taken off: S * (1 + S)."): s * (1 + s),
            message("The sign is the other one: S * (S - 1)."): s * (s - 1),
            message("1 - S was squared: the slope is S * (1 - S)."): (1 - s) ** 2,
            message("This is twice the slope."): 2 * s * (1 - s),
            message("S was divided by 1 - S."): s / (1 - s),
            message("S and 1 - S were added."): 1.0,
            message("This is 1 - S * (1 - S)."): 1 - s * (1 - s),
        },
    )


def _softmax_doubled(given: Given, erring: Erring) -> Array:
    shares = softmax(np.log(given["class_odds"]))
    power = erring.pick(
        2.0,
        {
            message("The probabilities were raised to the third power."): 3.0,
            message("The root of the probabilities was taken: the scores were halved."): 0.5,
            message("The scores have the wrong sign in the exponent."): -2.0,
            message("The scores were squared in the exponent: e^(s * s)."): 4.0,
        },
    )
    raised = shares**power
    return np.asarray(
        erring.pick(
            raised / raised.sum(),
            {
                message("The squares were divided by the largest of them."): raised / raised.max(),
                message("The squares were divided by the number of classes."): raised / len(raised),
                message("This marks the largest probability only."): (raised == raised.max()).astype(float),
                message("The probabilities were made equal."): np.full_like(raised, 1 / len(raised)),
                message("The scores were doubled only in the sum."): shares / 2,
            },
        )
    )


def _surprise(given: Given, erring: Erring) -> float:
    shares = softmax(np.log(given["class_odds"]))
    place = given["true_class"]
    share = float(
        erring.pick(
            shares[place],
            {
                message("This is the class with the largest probability; the true class counts."): shares.max(),
                message("This is the class with the smallest probability; the true class counts."): shares.min(),
                message("This is the first class; the true class counts."): shares[0],
                message("This is the class after the true one."): shares[(place + 1) % 3],
            },
        )
    )
    if erring(message("The mean over all classes was taken; only the true one counts.")):
        return float(-np.log(shares).mean())
    if erring(message("Each class was weighted with its probability: this is the entropy.")):
        return float(-(shares * np.log(shares)).sum())
    return numbers.surprise(erring, share)


def _binary(given: Given, erring: Erring) -> float:
    s = sigmoid(log(given["odds"]))
    if erring(message("Both terms were added; only the one of the label counts.")):
        return -log(s) - log(1 - s)
    if erring(message("Both terms were averaged; only the one of the label counts.")):
        return (-log(s) - log(1 - s)) / 2
    if erring(message("Each term was weighted with its probability: this is the entropy.")):
        return -s * log(s) - (1 - s) * log(1 - s)
    return numbers.surprise(erring, s if given["label"] else 1 - s)


def _squares(errors: Array, erring: Erring) -> Array:
    return erring.pick(
        errors**2,
        {
            message("The errors were raised to the third power."): errors**3,
            message("The errors were doubled instead of squared."): 2 * np.abs(errors),
            message("The signs of the errors were kept: they cancel out."): errors,
        },
    )


def _average(losses: Array, erring: Erring) -> float:
    ways = {
        message("This is the largest loss of all; take the mean."): losses.max(),
        message("This is the smallest loss of all; take the mean."): losses.min(),
        message("This is the median; take the mean."): np.median(losses),
        message("The sum was divided by n + 1."): losses.sum() / (len(losses) + 1),
        message("The last value was left out."): losses[:-1].mean(),
        message("The first value was left out."): losses[1:].mean(),
        message("Values without an error were left out of the mean."): losses.sum() / max(np.count_nonzero(losses), 1),
    }
    return float(erring.pick(losses.mean(), ways))


def _huber(given: Given, erring: Erring) -> float:
    size = np.abs(_errors(given))
    delta = erring.pick(
        given["delta"],
        {
            message("delta was taken as 0.5."): 0.5,
            message("delta was squared."): given["delta"] ** 2,
            message("delta was doubled."): 2 * given["delta"],
        },
    )
    line = {
        message("Half of delta squared was not halved: delta squared was taken off."): delta * size - delta**2,
        message("Half of delta was taken off instead of half of its square."): delta * size - delta / 2,
        message("Half of delta squared was added instead of taken off."): delta * size + delta**2 / 2,
        message("Beyond delta the error was not multiplied by delta."): size - delta**2 / 2,
        message("Beyond delta the error was kept as it is."): size,
        message("Beyond delta, delta times the error was halved."): delta * size / 2,
        message("Errors beyond delta were cut off at delta."): np.full_like(size, delta**2 / 2),
        message("Beyond delta, delta times the distance from delta was taken."): delta * (size - delta),
    }
    small = erring.pick(
        size**2 / 2,
        {message("Small errors were not squared."): size / 2, message("Small errors were counted as 0."): 0 * size},
    )
    large = erring.pick(delta * size - delta**2 / 2, line)
    if erring(message("The two parts are exchanged: small errors got the straight line.")):
        return float(np.where(size <= delta, large, small).mean())
    return _average(np.where(size <= delta, small, large), erring)
