"""Answers of `activations-and-losses`: activations and losses on numbers that each student has for themselves.

The formula of tanh that the lecture prints has a `- 1` too many; a slip says so to students who compute with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from math import atan, exp, log, log2, log10, pi, sin, tan, tanh
from random import Random
from typing import Any

import numpy as np

from grader.cnn.by_hand import all_apart, sigmoid, softmax
from grader.mistakes import numbers
from grader.model.key import Call, Slip, following
from grader.model.mistakes import Erring
from grader.text.messages import message

Array = np.ndarray[Any, Any]
Values = Mapping[str, Any]  # as `draw` returns them

_SLOPE = 0.01  # of leaky ReLU below 0
_FIXED = {  # answers that do not depend on a student's numbers
    "tanh_formula": "b",
    "digits_output": "c",
    "digits_loss": "b",
    "fault_output": "b",
    "price_output": "c",
    "angle_output": "d",
    "outlier_loss": "d",
}


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One student's numbers.

    Attributes:
        inputs: Two values below 0 and three above, for ReLU and its relatives.
        tanh_at: The value that tanh is taken of.
        odds: The sigmoid is taken of ln(odds), so that by hand it is odds / (1 + odds).
        label: 0 or 1, for the binary cross-entropy.
        class_odds: The scores of three classes are the logarithms of these, so that softmax is easy by hand.
        true_class: The class of the image, from 0; 1 or 2, because a slip takes the class before it.
        targets: Values that were measured.
        predicted: Values that a network predicts for them.
        delta: Where the Huber loss becomes a straight line.
        hidden: Seed of the scores that the student's own softmax is tested with.
    """

    inputs: list[float]
    tanh_at: float
    odds: int
    label: int
    class_odds: list[int]
    true_class: int
    targets: list[float]
    predicted: list[float]
    delta: int
    hidden: int

    @property
    def probability(self) -> float:
        """Sigmoid of ln(odds)."""
        return sigmoid(log(self.odds))

    @property
    def shares(self) -> Array:
        """Softmax of the logarithms of `class_odds`, shape (3,)."""
        return softmax(np.log(self.class_odds))

    @property
    def errors(self) -> Array:
        """Predicted values minus targets, shape (4,)."""
        return np.asarray(np.array(self.predicted) - np.array(self.targets))


def draw(rng: Random) -> dict[str, Any]:
    """Numbers for which all answers, right and wrong, can be told apart."""
    while True:
        variant = _variant(rng)
        if all(all_apart(slip.value for slip in listed) for listed in _numeric_slips(variant).values()):
            return asdict(variant)


def _variant(rng: Random) -> Variant:
    negative = rng.sample([-4.0, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5], 2)
    positive = rng.sample([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0], 3)
    inputs = negative + positive
    rng.shuffle(inputs)
    odds = rng.choice([[1, 2, 5], [1, 3, 4], [1, 3, 6], [1, 4, 5], [2, 3, 5], [1, 2, 7], [3, 8, 9], [4, 7, 9]])
    rng.shuffle(odds)
    delta = rng.choice([2, 3])
    # Three errors are below delta, and the last one is far beyond it, so that both parts of the Huber loss are needed.
    errors = [rng.choice([0.5, 1.0, 1.5]), -rng.choice([0.5, 1.0, 1.5]), rng.choice([0.0, 1.0, -1.0])]
    errors.append(float(rng.choice([-1, 1]) * rng.choice([5, 6, 7, 8])))
    rng.shuffle(errors)
    targets = [float(rng.randint(9, 20)) for _ in errors]
    return Variant(
        inputs=inputs,
        tanh_at=rng.choice([-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0]),
        odds=rng.choice([2, 3, 4, 5, 7, 9]),
        label=rng.choice([0, 1]),
        class_odds=odds,
        true_class=rng.choice([1, 2]),
        targets=targets,
        predicted=[target + error for target, error in zip(targets, errors, strict=True)],
        delta=delta,
        hidden=rng.randrange(2**32),
    )


# ---- Right answers -------------------------------------------------------------------------------------------------


def huber(errors: Array, delta: float) -> Array:
    """The Huber loss of each error: half its square up to `delta`, a straight line beyond; the shape stays."""
    size = np.abs(errors)
    return np.where(size <= delta, size**2 / 2, delta * size - delta**2 / 2)


def binary_cross_entropy(probability: float, label: int) -> float:
    """-ln of the probability that the network gave to the true label.

    Args:
        probability: Of the label 1.
        label: 0 or 1.
    """
    return -log(probability if label else 1 - probability)


def answers(values: Values) -> dict[str, Any]:
    """Question id -> expected answer."""
    variant = Variant(**values)
    x, errors = np.array(variant.inputs), variant.errors
    probability, shares = variant.probability, variant.shares
    return {
        "relu": np.maximum(x, 0),
        "leaky_relu": np.where(x < 0, _SLOPE * x, x),
        "relu_slope": (x > 0).astype(int),
        "tanh": tanh(variant.tanh_at),
        "sigmoid": probability,
        "sigmoid_slope": probability * (1 - probability),
        "softmax": shares,
        "softmax_doubled": _doubled(shares),
        "cross_entropy": -log(shares[variant.true_class]),
        "binary_cross_entropy": binary_cross_entropy(probability, variant.label),
        "mse": np.mean(errors**2),
        "huber": np.mean(huber(errors, variant.delta)),
        **_FIXED,
    }


def follow_on(values: Values, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Question id -> answer that follows from the student's own sigmoid and softmax."""
    variant = Variant(**values)
    return following(
        {
            "sigmoid_slope": lambda: earlier["sigmoid"] * (1 - earlier["sigmoid"]),
            "binary_cross_entropy": lambda: binary_cross_entropy(earlier["sigmoid"], variant.label),
            "softmax_doubled": lambda: _doubled(np.array(earlier["softmax"], dtype=float)).tolist(),
            "cross_entropy": lambda: -log(earlier["softmax"][variant.true_class]),
        }
    )


def calls(values: Values) -> dict[str, list[Call]]:
    """Scores that the student's own softmax is tested with: one image, a few, many, and very large ones."""
    variant = Variant(**values)
    rng = np.random.default_rng(variant.hidden)
    batches = [
        rng.normal(0, 2, 4),
        rng.normal(0, 2, (3, 5)),
        rng.normal(0, 1, (6, 3)),
        1000 + rng.normal(0, 2, (2, 4)),  # e^1000 is infinite: only a softmax that subtracts the maximum passes
    ]
    return {"softmax_function": [Call((scores,), softmax(scores), _slips_of_function(scores)) for scores in batches]}


# ---- Wrong answers with a known cause ------------------------------------------------------------------------------


def slips(values: Values) -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    variant = Variant(**values)
    return _numeric_slips(variant) | _slips_of_choices()


def _numeric_slips(variant: Variant) -> dict[str, list[Slip]]:
    return _slips_of_relu(variant) | _slips_of_curves(variant) | _slips_of_softmax(variant) | _slips_of_losses(variant)


def _doubled(shares: Array) -> Array:
    """Probabilities for twice the scores: e^2s is the square of e^s."""
    return np.asarray(shares**2 / np.sum(shares**2))


def _slips_of_relu(variant: Variant) -> dict[str, list[Slip]]:
    x = np.array(variant.inputs)
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
            Slip(np.abs(x), message("You dropped the minus sign instead of the value."), zero),
            Slip(np.minimum(x, 0), message("You used the smaller of 0 and the value."), zero),
            Slip(x, message("You left the values unchanged."), zero),
            Slip((x > 0).astype(int), message("This only shows which values are above 0."), zero),
        ],
        "leaky_relu": [
            Slip(np.maximum(x, 0), message("This is plain ReLU, which makes all negative values 0."), leak),
            Slip(np.where(x < 0, 0.1 * x, x), message("You used 0.1 as the small slope."), leak),
            Slip(
                np.where(x < 0, 0.2 * x, x),
                message("This slope is 0.2, the default of `keras.activations.leaky_relu`."),
                leak,
            ),
            Slip(
                np.where(x < 0, 0.3 * x, x),
                message("This slope is 0.3, the default of the layer `LeakyReLU`."),
                leak,
            ),
            Slip(np.where(x < 0, -_SLOPE * x, x), message("You lost the minus sign below 0."), leak),
            Slip(_SLOPE * x, message("You also multiplied values above 0 by the small slope."), leak),
            Slip(x, message("You left the values unchanged."), leak),
        ],
        "relu_slope": [
            Slip(np.maximum(x, 0), message("These are the values of ReLU, not its slopes."), slope),
            Slip(np.where(x < 0, _SLOPE, 1), message("These are the slopes of leaky ReLU."), slope),
            Slip(np.ones(len(x)), message("This is the slope of a unit without activation."), slope),
            Slip(np.sign(x), message("Below 0 you used the slope -1, which gives the absolute value."), slope),
            Slip((x < 0).astype(int), message("You swapped the slopes above and below 0."), slope),
        ],
    }


def _slips_of_curves(variant: Variant) -> dict[str, list[Slip]]:
    at, odds = variant.tanh_at, variant.odds
    up, down = exp(at), exp(-at)
    fraction = message(
        "tanh is ({up} - {down}) / ({up} + {down}), without any subtraction afterwards.",
        up=f"{up:.3f}",
        down=f"{down:.3f}",
    )
    share = sigmoid(log(odds))
    curve = message("e^-ln({odds}) is 1/{odds}, so the sigmoid is 1 / (1 + 1/{odds}).", odds=odds)
    slope = message("With S = {share}: S * (1 - S) = {share} * {rest}.", share=f"{share:.4g}", rest=f"{1 - share:.4g}")
    return {
        "tanh": [
            Slip(
                tanh(at) - 1,
                message("The slide is wrong here: its formula ends with a - 1 that does not belong there."),
                fraction,
            ),
            Slip(sigmoid(at), message("This is the sigmoid."), fraction),
            Slip(1 / tanh(at), message("The fraction is upside down."), fraction),
            Slip((up - down) / 2, message("This is half of the numerator, the hyperbolic sine."), fraction),
            Slip(up - down, message("This is the numerator alone."), fraction),
            Slip(-tanh(at), message("The sign is wrong."), fraction),
        ],
        "sigmoid": [
            Slip(1 / (1 + odds), message("The minus sign of the exponent is missing."), curve),
            Slip(odds, message("This is e^x, the odds."), curve),
            Slip(tanh(log(odds)), message("This is tanh."), curve),
            Slip(1 + 1 / odds, message("This is the denominator."), curve),
            Slip(log(odds), message("You left the value unchanged."), curve),
        ],
        "sigmoid_slope": [
            Slip(share, message("This is the value of the sigmoid, not its slope."), slope),
            Slip(1 - share, message("The factor S is missing."), slope),
            Slip(1 - share**2, message("This is the slope of tanh, 1 - S * S."), slope),
            Slip(log(odds) * (1 - log(odds)), message("You used the input itself instead of its sigmoid."), slope),
            Slip(0.25, message("This is the steepest slope, at 0."), slope),
        ],
    }


def _slips_of_softmax(variant: Variant) -> dict[str, list[Slip]]:
    odds, true = np.array(variant.class_odds), variant.true_class
    scores, shares = np.log(odds), softmax(np.log(odds))
    true_odds, total = odds[true], odds.sum()
    normalise = message("e^score gives {odds}; divide each by their sum, {total}.", odds=_listed(odds), total=total)
    squares = message(
        "e^(2 ln n) is n * n: {squares}; divide each by their sum, {total}.",
        squares=_listed(odds**2),
        total=(odds**2).sum(),
    )
    surprise = message(
        (
            "Counted from 0, the true class is {true}. Its probability is {own}/{total}, so the loss "
            "is -ln({own}/{total})."
        ),
        true=true,
        own=true_odds,
        total=total,
    )
    return {
        "softmax": [
            Slip(scores / scores.sum(), message("You divided the scores by their sum, without e^score."), normalise),
            Slip(odds, message("You did not divide the powers by their sum."), normalise),
            Slip(
                odds / (1 + odds),
                message("This is the sigmoid of each score. These values do not add up to 1."),
                normalise,
            ),
            Slip(softmax(-scores), message("The scores have the wrong sign in the exponent."), normalise),
            Slip((odds == odds.max()).astype(int), message("This marks only the largest score."), normalise),
            Slip(odds / odds.max(), message("You divided the powers by the largest of them."), normalise),
        ],
        "softmax_doubled": [
            Slip(shares, message("These are the probabilities before the scores are doubled."), squares),
            Slip(2 * shares, message("You doubled the probabilities, so they add up to 2."), squares),
            Slip(shares**2, message("You did not divide the squares by their sum."), squares),
            Slip(softmax(scores / 2), message("You halved the scores."), squares),
        ],
        "cross_entropy": [
            Slip(-log10(shares[true]), message("This is the logarithm to base 10."), surprise),
            Slip(-log2(shares[true]), message("This is the logarithm to base 2."), surprise),
            Slip(log(shares[true]), message("The minus sign is missing."), surprise),
            Slip(-log(shares[true - 1]), message("You counted the classes from 1."), surprise),
            Slip(1 - shares[true], message("This is 1 minus the probability, without a logarithm."), surprise),
            Slip(-np.log(shares).sum(), message("You added up all classes, but only the true one counts."), surprise),
            Slip(-scores[true], message("This is the score before softmax."), surprise),
        ],
    }


def _slips_of_losses(variant: Variant) -> dict[str, list[Slip]]:
    share, label = variant.probability, variant.label
    happened = f"{share:.4g}" if label else f"1 - {share:.4g}"
    surprise = message("The label is {label}, so the loss is -ln({happened}).", label=label, happened=happened)
    right = share if label else 1 - share
    errors, delta = variant.errors, variant.delta
    size = np.abs(errors)
    large = size.max()
    squares = message(
        "The squares of the errors are {squares}; divide their sum by {count}.",
        squares=_listed(errors**2),
        count=len(errors),
    )
    parts = message(
        (
            "Errors up to {delta} give half their square. The error of {large} gives {delta} * "
            "{large} - {delta} * {delta} / 2. Take the mean of {losses}."
        ),
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
            Slip(-log10(right), message("This is the logarithm to base 10."), surprise),
            Slip(-log2(right), message("This is the logarithm to base 2."), surprise),
            Slip(log(right), message("The minus sign is missing."), surprise),
            Slip((label - share) ** 2, message("This is the squared error."), surprise),
        ],
        "mse": [
            Slip(np.sum(errors**2), message("You added up the squares, but did not take their mean."), squares),
            Slip(np.mean(size), message("This is the mean absolute error."), squares),
            Slip(np.mean(errors**2) ** 0.5, message("You also took the square root."), squares),
            Slip(np.mean(errors**2) / 2, message("You halved the mean."), squares),
            Slip(np.mean(errors) ** 2, message("You averaged the errors before squaring them."), squares),
            Slip(np.sum(errors**2) / (len(errors) - 1), message("You divided the sum by n - 1."), squares),
        ],
        "huber": [
            Slip(np.mean(errors**2), message("This is the mean squared error."), parts),
            Slip(np.mean(errors**2) / 2, message("You also squared the large errors."), parts),
            Slip(np.mean(size), message("This is the mean absolute error."), parts),
            Slip(np.sum(huber(errors, delta)), message("You added up the losses, but did not take their mean."), parts),
            Slip(np.mean(huber(errors, 1)), message("You used delta = 1, the default of Keras."), parts),
            Slip(
                np.mean(np.where(size <= delta, size**2 / 2, delta * size)),
                message("You did not subtract half of delta squared, so the two parts do not meet at delta."),
                parts,
            ),
            Slip(
                np.mean(np.where(size <= delta, size**2, delta * size - delta**2 / 2)),
                message("You did not halve the squares of small errors."),
                parts,
            ),
        ],
    }


def _slips_of_function(scores: Array) -> tuple[Slip, ...]:
    rows = message("Sum with axis=-1 and keepdims=True, so that each row adds up to 1.")
    wrong = [
        Slip(scores / scores.sum(axis=-1, keepdims=True), message("You divided the scores instead of e^scores."), rows)
    ]
    if scores.ndim == 2:
        wrong.append(Slip(softmax(scores.T).T, message("This adds up to 1 along each column."), rows))
        wrong.append(
            Slip(softmax(scores.ravel()).reshape(scores.shape), message("All rows together add up to 1."), rows)
        )
    if scores.max() < 100:  # larger ones overflow, and no answer equals infinity
        wrong.append(Slip(np.exp(scores), message("You did not divide the powers by their sum."), rows))
    return tuple(wrong)


def _listed(values: Array) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _slips_of_choices() -> dict[str, list[Slip]]:
    one_of_many = message("Exactly one of the ten classes is true, so the ten probabilities must add up to 1.")
    yes_or_no = message("One number between 0 and 1 is enough: the probability that the part is faulty.")
    above = message("A price is never below 0 and has no upper limit, so use softplus.")
    both_ends = message("The output must be between -1 and 1, and that is the range of tanh.")
    return {
        "tanh_formula": [
            Slip(
                "a",
                message("The printed formula gives values from -2 to 0."),
                message("At 0 the printed formula gives 0 - 1 = -1, but tanh(0) is 0."),
            ),
            Slip(
                "c",
                message("Adding 1 moves the values the wrong way."),
                message("At 0 the fraction alone is already correct: it gives 0."),
            ),
            Slip(
                "d",
                message("That is the sigmoid of 2x, between 0 and 1."),
                message("The values of tanh are between -1 and 1."),
            ),
        ],
        "digits_output": [
            Slip("a", message("Without an activation, ten outputs are scores, not probabilities."), one_of_many),
            Slip("b", message("Ten sigmoids answer ten separate yes-or-no questions."), one_of_many),
            Slip("d", message("ReLU has no upper limit."), one_of_many),
        ],
        "digits_loss": [
            Slip(
                "a",
                message("This loss needs one-hot vectors as labels."),
                message("Labels such as 7 need the sparse variant."),
            ),
            Slip(
                "c",
                message("This loss is for yes-or-no questions."),
                message("Here there are ten classes, with labels such as 7."),
            ),
            Slip("d", message("A class is a name, not a quantity: 8 is not twice 4."), message("Use a cross-entropy.")),
        ],
        "fault_output": [
            Slip("a", message("Softmax over a single neuron always gives 1."), yes_or_no),
            Slip("c", message("tanh also gives values below 0."), yes_or_no),
            Slip("d", message("Without an activation, the output is not a probability."), yes_or_no),
        ],
        "price_output": [
            Slip("a", message("A sigmoid never goes above 1."), above),
            Slip("b", message("tanh gives values below 0 and never goes above 1."), above),
            Slip("d", message("Softmax over a single neuron always gives 1."), above),
        ],
        "angle_output": [
            Slip("a", message("ReLU never gives a value below 0."), both_ends),
            Slip("b", message("A sigmoid only gives values between 0 and 1."), both_ends),
            Slip("c", message("Softmax over a single neuron always gives 1."), both_ends),
        ],
        "outlier_loss": [
            Slip(
                "a",
                message("With squared errors, the few wild values count most."),
                message("The Huber loss grows only in a straight line for large errors."),
            ),
            Slip(
                "b",
                message("This loss is for classes, but here there are none."),
                message("The Huber loss grows only in a straight line for large errors."),
            ),
            Slip(
                "c",
                message("This loss is for classes, but here there are none."),
                message("The Huber loss grows only in a straight line for large errors."),
            ),
        ],
    }


# ---- Where one may go wrong ----------------------------------------------------------------------------------------


def methods(values: Values) -> dict[str, Callable[[Erring], Any]]:
    """Question id -> the way to its answer, with the mistakes that are made on it."""
    variant = Variant(**values)
    x = np.array(variant.inputs)
    return {
        "relu": lambda erring: _rectified(x, erring),
        "leaky_relu": lambda erring: _leaky(x, erring),
        "relu_slope": lambda erring: _slopes(x, erring),
        "tanh": lambda erring: _tanh_of(variant.tanh_at, erring),
        "sigmoid": lambda erring: _sigmoid_of_log(variant, erring),
        "sigmoid_slope": lambda erring: _slope_of_sigmoid(variant, erring),
        "softmax": lambda erring: numbers.softmax(erring, np.log(variant.class_odds).tolist()),
        "softmax_doubled": lambda erring: _softmax_doubled(variant, erring),
        "cross_entropy": lambda erring: _surprise(variant, erring),
        "binary_cross_entropy": lambda erring: _binary(variant, erring),
        "mse": lambda erring: _average(_squares(variant.errors, erring), erring),
        "huber": lambda erring: _huber(variant, erring),
    }


def _rectified(x: Array, erring: Erring) -> Array:
    ways = {
        message("You set everything below 1 to 0, but the limit is 0."): np.where(x < 1, 0, x),
        message("You set positive values to 1."): np.where(x > 0, 1, x),
        message("You squared the values."): np.maximum(x, 0) ** 2,
        message("You set positive values to 0 and made negative values positive."): np.maximum(-x, 0),
        message("This is the sigmoid."): 1 / (1 + np.exp(-x)),
        message("This is ELU: e^x - 1 below 0."): np.where(x > 0, x, np.exp(x) - 1),
        message("You cut off values above 1."): np.clip(x, 0, 1),
    }
    return erring.pick(np.maximum(x, 0), ways)


def _leaky(x: Array, erring: Erring) -> Array:
    below = {
        message("You set all negative values to -0.01 instead of multiplying them by 0.01."): np.full_like(x, -_SLOPE),
        message("You set all negative values to 0.01 instead of multiplying them by 0.01."): np.full_like(x, _SLOPE),
        message("You added the slope instead of multiplying by it."): x + _SLOPE,
        message("You subtracted the slope 0.01 instead of multiplying by it."): x - _SLOPE,
        message("You divided by the slope instead of multiplying by it."): x / _SLOPE,
        message("You used 0.001 as the small slope."): 0.001 * x,
        message("You used 0.05 as the small slope."): 0.05 * x,
        message("You used 1 as the small slope."): x,
        message("This is ELU: e^x - 1 below 0."): np.exp(x) - 1,
    }
    if erring(message("The two sides are swapped: you multiplied positive values by the slope, not negative ones.")):
        return np.where(x < 0, x, _SLOPE * x)
    return np.where(x < 0, erring.pick(_SLOPE * x, below), x)


def _slopes(x: Array, erring: Erring) -> Array:
    below = erring.pick(
        0.0,
        {
            message("Below 0 you used the slope 0.5."): 0.5,
            message("Below 0 you used the slope 0.1."): 0.1,
            message("Below 0 you used the slope 0.2."): 0.2,
        },
    )
    above: Any = erring.pick(
        np.ones_like(x),
        {
            message("Above 0 you multiplied the slope by the value."): x,
            message("This is the slope of the squared value."): 2 * x,
            message("You squared the values, but the slope is 1 wherever a value is above 0."): x**2,
            message("You assumed that values above 1 are cut off."): np.where(x > 1, 0, 1),
        },
    )
    if erring(message("Below 0 you used the value itself.")):
        return np.where(x > 0, above, x)
    return np.where(x > 0, above, below)


def _tanh_of(x: float, erring: Erring) -> float:
    up, down = exp(x), exp(-x)
    ways = {
        message("This is the tangent of trigonometry, tan; tanh is the hyperbolic one."): tan(x),
        message("This is half of the denominator, the hyperbolic cosine."): (up + down) / 2,
        message("This is the denominator alone."): up + down,
        message("This is the slope of tanh."): 1 - tanh(x) ** 2,
        message("You halved the input."): tanh(x / 2),
        message("You doubled the input."): tanh(2 * x),
        message("You used a minus sign in both parts of the fraction."): 1.0,
        message("You divided only the numerator by e^x."): (up - down) / up,
        message("This is the arc tangent."): atan(x),
        message("This is the sine of trigonometry."): sin(x),
        message("You used the input in degrees."): tan(x * pi / 180),
        message("You used 2 * sigmoid(x) - 1, but tanh is 2 * sigmoid(2x) - 1."): 2 * sigmoid(x) - 1,
        message("You added 1 instead of subtracting it: the range is from -1 to 1."): tanh(x) + 1,
    }
    return erring.pick(tanh(x), ways)


def _sigmoid_of_log(variant: Variant, erring: Erring) -> float:
    n = variant.odds
    x = erring.pick(
        log(n),
        {
            message("You used n itself as the input; the input is its logarithm."): float(n),
            message("You used the logarithm with base 10 as the input."): log10(n),
            message("You used the logarithm with base 2 as the input."): log2(n),
            message("You used 1/n as the input; the input is the logarithm of n."): 1 / n,
        },
    )
    return erring.pick(
        sigmoid(x),
        {
            message("You subtracted e^-x instead of adding it."): 1 / (1 - exp(-x)),
            message("This is the slope of the sigmoid."): sigmoid(x) * (1 - sigmoid(x)),
            message("The 1 in the denominator is missing."): exp(x),
            message("The fraction is upside down."): 1 + exp(-x),
            message("The sign of the exponent is wrong."): sigmoid(-x),
        },
    )


def _slope_of_sigmoid(variant: Variant, erring: Erring) -> float:
    s = variant.probability
    s = erring.pick(
        s,
        {
            message("You computed S without the minus sign of the exponent."): 1 - s,
            message("You used n itself as the input; the input is its logarithm."): sigmoid(variant.odds),
        },
    )
    return erring.pick(
        s * (1 - s),
        {
            message("You squared S: the slope is S * (1 - S), not S * S."): s * s,
            message("You added S to 1 instead of subtracting it: S * (1 + S)."): s * (1 + s),
            message("The sign is wrong: S * (S - 1)."): s * (s - 1),
            message("You squared 1 - S: the slope is S * (1 - S)."): (1 - s) ** 2,
            message("This is twice the slope."): 2 * s * (1 - s),
            message("You divided S by 1 - S."): s / (1 - s),
            message("You added S and 1 - S."): 1.0,
            message("This is 1 - S * (1 - S)."): 1 - s * (1 - s),
        },
    )


def _softmax_doubled(variant: Variant, erring: Erring) -> Array:
    shares = variant.shares
    power = erring.pick(
        2.0,
        {
            message("You raised the probabilities to the third power."): 3.0,
            message("You took the root of the probabilities, which halves the scores."): 0.5,
            message("The scores have the wrong sign in the exponent."): -2.0,
            message("You squared the scores in the exponent: e^(s * s)."): 4.0,
        },
    )
    raised = shares**power
    return np.asarray(
        erring.pick(
            raised / raised.sum(),
            {
                message("You divided the squares by the largest of them."): raised / raised.max(),
                message("You divided the squares by the number of classes."): raised / len(raised),
                message("This marks only the largest probability."): (raised == raised.max()).astype(float),
                message("You made all probabilities equal."): np.full_like(raised, 1 / len(raised)),
                message("You doubled the scores only in the sum."): shares / 2,
            },
        )
    )


def _surprise(variant: Variant, erring: Erring) -> float:
    shares = variant.shares
    place = variant.true_class
    share = float(
        erring.pick(
            shares[place],
            {
                message("You used the class with the largest probability, but the true class counts."): shares.max(),
                message("You used the class with the smallest probability, but the true class counts."): shares.min(),
                message("You used the first class, but the true class counts."): shares[0],
                message("You used the class after the true one."): shares[(place + 1) % 3],
            },
        )
    )
    if erring(message("You used the mean over all classes, but only the true one counts.")):
        return float(-np.log(shares).mean())
    if erring(message("You weighted each class with its probability, which gives the entropy.")):
        return float(-(shares * np.log(shares)).sum())
    return numbers.surprise(erring, share)


def _binary(variant: Variant, erring: Erring) -> float:
    s = variant.probability
    if erring(message("You added both terms, but only the one of the label counts.")):
        return -log(s) - log(1 - s)
    if erring(message("You averaged both terms, but only the one of the label counts.")):
        return (-log(s) - log(1 - s)) / 2
    if erring(message("You weighted each term with its probability, which gives the entropy.")):
        return -s * log(s) - (1 - s) * log(1 - s)
    return numbers.surprise(erring, s if variant.label else 1 - s)


def _squares(errors: Array, erring: Erring) -> Array:
    return erring.pick(
        errors**2,
        {
            message("You raised the errors to the third power."): errors**3,
            message("You doubled the errors instead of squaring them."): 2 * np.abs(errors),
            message("You kept the signs of the errors, so the errors cancel out."): errors,
        },
    )


def _average(losses: Array, erring: Erring) -> float:
    ways = {
        message("This is the largest loss of all; take the mean."): losses.max(),
        message("This is the smallest loss of all; take the mean."): losses.min(),
        message("This is the median; take the mean."): np.median(losses),
        message("You divided the sum by n + 1."): losses.sum() / (len(losses) + 1),
        message("You left out the last value."): losses[:-1].mean(),
        message("You left out the first value."): losses[1:].mean(),
        message("You left values without an error out of the mean."): losses.sum() / max(np.count_nonzero(losses), 1),
    }
    return float(erring.pick(losses.mean(), ways))


def _huber(variant: Variant, erring: Erring) -> float:
    size = np.abs(variant.errors)
    delta = erring.pick(
        variant.delta,
        {
            message("You used 0.5 as delta."): 0.5,
            message("You squared delta."): variant.delta**2,
            message("You doubled delta."): 2 * variant.delta,
        },
    )
    line = {
        message("You subtracted delta squared instead of half of it."): delta * size - delta**2,
        message("You subtracted half of delta instead of half of its square."): delta * size - delta / 2,
        message("You added half of delta squared instead of subtracting it."): delta * size + delta**2 / 2,
        message("Beyond delta, you did not multiply the error by delta."): size - delta**2 / 2,
        message("Beyond delta, you left the error unchanged."): size,
        message("Beyond delta, you halved delta times the error."): delta * size / 2,
        message("You cut off errors beyond delta at delta."): np.full_like(size, delta**2 / 2),
        message("Beyond delta, you used delta times the distance from delta."): delta * (size - delta),
    }
    small = erring.pick(
        size**2 / 2,
        {message("You did not square small errors."): size / 2, message("You counted small errors as 0."): 0 * size},
    )
    large = erring.pick(delta * size - delta**2 / 2, line)
    if erring(message("The two parts are swapped: you used the straight line for small errors.")):
        return float(np.where(size <= delta, large, small).mean())
    return _average(np.where(size <= delta, small, large), erring)
