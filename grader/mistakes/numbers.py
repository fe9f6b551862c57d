"""Means, spreads, logarithms and shares, computed correctly or with the mistakes that students make.

Arrays are NumPy's, of any numeric dtype; results are floats.
"""

from collections.abc import Callable, Mapping, Sequence
from math import exp, log, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.model.mistakes import AnyText, Erring
from grader.text.messages import Text, message

Array = npt.NDArray[Any]
Axes = int | tuple[int, ...] | None
_LARGEST_EXPONENT = 700  # whose power of e is still a float


def gathered(erring: Erring, data: Array, axes: Axes, others: Mapping[AnyText, Axes]) -> tuple[Array, Axes]:
    """Choose the values that statistics are computed from, and the axes along which they are computed.

    Args:
        erring: The mistakes that are made.
        data: Shape (images, ...).
        axes: The correct axes; None for all.
        others: Mistake -> the axes that it uses instead.

    Returns:
        The values as floats, of shape (images, ...), where mistakes may leave images out; and the axes.
    """
    values = np.asarray(data, float)
    selections: dict[Text, Callable[[], Array]] = {
        message("You scaled the values to 0..1 first."): lambda: values / 255
    }
    if len(values) > 1:
        selections |= {
            message("You left out the last image."): lambda: values[:-1],
            message("You left out the first image."): lambda: values[1:],
            message("This is for the first image only."): lambda: values[:1],
        }
    data = erring.way(lambda: values, selections)
    return data, erring.pick(axes, {message("This is one number for all values together."): None, **others})


def mean(erring: Erring, data: Array, axes: Axes, others: Mapping[AnyText, Axes] | None = None) -> Array:
    """Compute the mean along some axes.

    Args:
        erring: The mistakes that are made.
        data: Shape (images, ...).
        axes: The correct axes; None for all.
        others: Mistake -> the axes that it uses instead.

    Returns:
        The shape of `data` without the axes.

    Example:
        >>> mean(Erring(), np.array([[1, 3], [5, 7]]), axes=0).tolist()
        [3.0, 5.0]
    """
    values, along = gathered(erring, data, axes, others or {})
    wrong_ways: dict[Text, Callable[[], Any]] = {
        message("This is the sum: you did not divide it by the number of values."): lambda: values.sum(axis=along),
        message("This is the median."): lambda: np.median(values, axis=along),
        message("This is the largest value."): lambda: values.max(axis=along),
        message("This is the smallest value."): lambda: values.min(axis=along),
        message("This is the standard deviation."): lambda: values.std(axis=along),
        message("You divided the sum by one less than the number of values."): lambda: _less_one(values, along),
        message("This is the midpoint between the smallest and the largest value."): lambda: (
            (values.max(axis=along) + values.min(axis=along)) / 2
        ),
        message("You rounded the means down."): lambda: np.floor(values.mean(axis=along)),
    }
    return np.asarray(erring.way(lambda: values.mean(axis=along), wrong_ways))


def _less_one(values: Array, along: Axes) -> Array:
    """The sum divided by one less than the number of values; NaN for a single value."""
    total = np.asarray(values.sum(axis=along))
    count = values.size // max(total.size, 1)
    return total / (count - 1) if count > 1 else total * np.nan


def spread(erring: Erring, data: Array, axes: Axes, others: Mapping[AnyText, Axes] | None = None) -> Array:
    """Compute the standard deviation along some axes, with n in the denominator.

    Args:
        erring: The mistakes that are made.
        data: Shape (images, ...).
        axes: The correct axes; None for all.
        others: Mistake -> the axes that it uses instead.

    Returns:
        The shape of `data` without the axes.

    Example:
        >>> spread(Erring(), np.array([[1, 3], [5, 7]]), axes=0).tolist()
        [2.0, 2.0]
    """
    values, along = gathered(erring, data, axes, others or {})

    def deviations() -> Array:
        return np.asarray(values - values.mean(axis=along, keepdims=True))

    wrong_ways: dict[Text, Callable[[], Any]] = {
        message("This is the variance: the square root is missing."): lambda: values.var(axis=along),
        message("This has n - 1 in the denominator."): lambda: _sample(values, along),
        message("This is the mean absolute deviation."): lambda: np.abs(deviations()).mean(axis=along),
        message("You did not subtract the mean before squaring."): lambda: np.sqrt((values**2).mean(axis=along)),
        message("This is the range, from the smallest to the largest value."): lambda: np.ptp(values, axis=along),
        message("This is half of the range from the smallest to the largest value."): lambda: (
            np.ptp(values, axis=along) / 2
        ),
        message("You added up the squares, but did not take their mean."): lambda: np.sqrt(
            (deviations() ** 2).sum(axis=along)
        ),
        message("This is the mean."): lambda: values.mean(axis=along),
        message("You did not average the squares, and the square root is missing."): lambda: (deviations() ** 2).sum(
            axis=along
        ),
    }
    return np.asarray(erring.way(lambda: values.std(axis=along), wrong_ways))


def _sample(values: Array, along: Axes) -> Array:
    """The standard deviation with n - 1 in the denominator; NaN for a single value."""
    count = values.size // max(np.asarray(values.sum(axis=along)).size, 1)
    return np.asarray(
        values.std(axis=along) * sqrt(count / (count - 1)) if count > 1 else values.std(axis=along) * np.nan
    )


def standardised(erring: Erring, values: Any, mean: Any, deviation: Any) -> Array:
    """Standardise values: (value - mean) / standard deviation, cell by cell.

    Args:
        erring: The mistakes that are made.
        values: A number or an array of any shape.
        mean: A number, or an array that broadcasts to `values`.
        deviation: The standard deviation, likewise.

    Returns:
        The shape of `values`.

    Example:
        >>> standardised(Erring(), [1, 3], mean=2, deviation=0.5).tolist()
        [-2.0, 2.0]
    """
    value, mean_value, spread_value = (np.asarray(numbers, float) for numbers in (values, mean, deviation))
    if erring(message("You swapped mean and standard deviation.")):
        mean_value, spread_value = spread_value, mean_value
    spread_value = erring.pick(
        spread_value,
        {
            message("You divided by the variance instead of the standard deviation."): spread_value**2,
            message("You did not divide by the standard deviation."): np.ones_like(spread_value),
            message("You divided by the square root of the standard deviation."): np.sqrt(np.abs(spread_value)),
            message("You divided by 255 instead of the standard deviation."): np.full_like(spread_value, 255),
        },
    )
    difference = erring.pick(
        value - mean_value,
        {
            message("You did not subtract the mean."): value,
            message("The difference is the wrong way round: mean minus value."): mean_value - value,
            message("You added the mean instead of subtracting it."): value + mean_value,
            message("You dropped the sign of the difference."): np.abs(value - mean_value),
        },
    )
    if erring(message("You multiplied by the standard deviation instead of dividing by it.")):
        return np.asarray(difference * spread_value)
    if erring(message("Brackets are missing: you divided only the mean by the standard deviation.")):
        return np.asarray(value - mean_value / spread_value)
    return np.asarray(difference / spread_value)


def shifted(erring: Erring, values: Any, scale: float, shift: float) -> Array:
    """Scale and shift values, as at the end of a batch normalisation: scale * value + shift.

    Args:
        erring: The mistakes that are made.
        values: A number or an array of any shape.
        scale: The factor.
        shift: The number to add after scaling.

    Returns:
        The shape of `values`.

    Example:
        >>> shifted(Erring(), [1, 2], scale=3, shift=1).tolist()
        [4.0, 7.0]
    """
    value = np.asarray(values, float)
    if erring(message("You swapped scale and shift.")):
        scale, shift = shift, scale
    if erring(message("You added the shift before scaling.")):
        return scale * (value + shift)
    factor = erring.pick(scale, {message("The scale is missing."): 1, message("You squared the scale."): scale**2})
    if erring(message("You divided by the scale.")):
        return value / scale + shift
    if erring(message("You added the scale instead of multiplying by it.")):
        return value + scale + shift
    added = erring.pick(
        shift, {message("The shift is missing."): 0, message("You subtracted the shift instead of adding it."): -shift}
    )
    return factor * value + added


def surprise(erring: Erring, probability: float) -> float:
    """Compute minus the natural logarithm of a probability.

    Args:
        erring: The mistakes that are made.
        probability: Above 0; the correct answer also exists where a mistake made it larger than 1.

    Raises:
        ValueError: The probability is not above 0.

    Example:
        >>> round(surprise(Erring(), 0.5), 3)
        0.693
    """
    base = erring.pick(
        1.0,
        {
            message("This is the logarithm to base 10."): log(10),
            message("This is the logarithm to base 2."): log(2),
        },
    )
    value = log(probability) / base
    # A student's own probability may be 0 or above 1: what is not needed is not computed, since it may not exist.
    ways: dict[Text, Callable[[], float]] = {
        message("The minus sign is missing."): lambda: value,
        message("This is the probability, without a logarithm."): lambda: probability,
        message("This is 1 minus the probability, without a logarithm."): lambda: 1 - probability,
        message("This would be the loss if the true class were not this one."): lambda: -log(1 - probability) / base,
        message("You multiplied the logarithm by the probability, but the true class counts once."): lambda: (
            -probability * value
        ),
        message("This is 1 divided by the probability, without a logarithm."): lambda: 1 / probability,
        message("This is the squared error."): lambda: (1 - probability) ** 2,
        message("This is the square of the logarithm."): lambda: value**2,
        message("This is e raised to the probability."): lambda: exp(probability),
        message("This is e raised to minus the probability."): lambda: exp(-probability),
    }
    return float(erring.way(lambda: -value, ways))


def _shares(values: Array) -> Array:
    """The values divided by their sum; NaN where it is 0."""
    return np.asarray(values / (float(values.sum()) or np.nan))


def softmax(erring: Erring, scores: Sequence[float]) -> Array:
    """Compute the softmax: e to the power of each score, divided by the sum of these powers.

    Args:
        erring: The mistakes that are made.
        scores: One for each class, small enough that e to their power is finite.

    Returns:
        Shape (classes,); probabilities from 0 to 1, unless a mistake gives other numbers.

    Example:
        >>> softmax(Erring(), [0, 0]).tolist()
        [0.5, 0.5]
    """
    logits = np.asarray(scores, float)
    logits = erring.pick(
        logits,
        {
            message("The scores have the wrong sign in the exponent."): -logits,
            message("You doubled the scores."): 2 * logits,
            message("You halved the scores."): logits / 2,
            message("You divided the scores by the largest one."): logits / (np.abs(logits).max() or 1),
        },
    )
    powers = erring.pick(
        np.exp(logits),
        {
            message("You divided the scores by their sum, but did not compute e^score first."): logits,
            message("These are powers of 2, not of e."): 2.0**logits,
            message("These are powers of 10, not of e."): 10.0**logits,
            message("You squared the scores instead of computing e^score."): logits**2,
            message("You divided the absolute values of the scores by their sum."): np.abs(logits),
        },
    )
    total = float(powers.sum())
    return np.asarray(
        erring.pick(
            powers / (total or np.nan),
            {
                message("You did not divide the powers by their sum."): powers,
                message("You divided the powers by the largest of them."): powers / (powers.max() or np.nan),
                message("This is the sigmoid of each score. These values do not add up to 1."): 1
                / (1 + np.exp(-logits)),
                message("This is 1 for the largest score and 0 for all others."): (logits == logits.max()).astype(
                    float
                ),
                message("You divided the powers by the number of classes."): powers / len(logits),
                message("You divided the powers by the sum of the scores."): powers / (logits.sum() or np.nan),
                message("You divided the scores by the sum of the powers."): logits / (total or np.nan),
                message("You divided each power by the sum of the others."): powers / (total - powers),
                message("You took the logarithm of the probabilities."): np.log(np.abs(powers / (total or 1))),
                message("You applied the exponential function twice."): _shares(
                    np.exp(np.minimum(powers, _LARGEST_EXPONENT))
                ),
            },
        )
    )
