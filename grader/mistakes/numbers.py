"""Means, spreads, logarithms and shares, with the mistakes that are made with them."""

from collections.abc import Callable, Mapping, Sequence
from math import log, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.model.mistakes import Erring
from grader.text.language import marked

Array = npt.NDArray[Any]
Axes = int | tuple[int, ...] | None
_LARGEST_EXPONENT = 700  # whose power of e is still a float


def gathered(erring: Erring, data: Array, axes: Axes, others: Mapping[str, Axes]) -> tuple[Array, Axes]:
    """What statistics are taken of, and along which axes.

    Args:
        erring: The mistakes that are made.
        data: Values; the first axis counts the images.
        axes: Along these.
        others: Mistake -> the axes that it takes instead.
    """
    values = np.asarray(data, float)
    some: dict[str, Callable[[], Array]] = {marked("The values were scaled to 0..1 first."): lambda: values / 255}
    if len(values) > 1:
        some |= {
            marked("The last image was left out."): lambda: values[:-1],
            marked("The first image was left out."): lambda: values[1:],
            marked("This is for the first image only."): lambda: values[:1],
        }
    data = erring.way(lambda: values, some)
    return data, erring.pick(axes, {marked("This is one number over all values together."): None, **others})


def mean(erring: Erring, data: Array, axes: Axes, others: Mapping[str, Axes] | None = None) -> Array:
    """The mean along some axes; see `gathered`."""
    values, along = gathered(erring, data, axes, others or {})
    ways: dict[str, Callable[[], Any]] = {
        marked("This is the sum; it was not divided by the number of values."): lambda: values.sum(axis=along),
        marked("This is the median."): lambda: np.median(values, axis=along),
        marked("This is the largest value."): lambda: values.max(axis=along),
        marked("This is the smallest value."): lambda: values.min(axis=along),
        marked("This is the standard deviation."): lambda: values.std(axis=along),
        marked("The sum was divided by one less than the number of values."): lambda: _less_one(values, along),
        marked("This is the middle between the smallest and the largest value."): lambda: (
            (values.max(axis=along) + values.min(axis=along)) / 2
        ),
        marked("The means were rounded down."): lambda: np.floor(values.mean(axis=along)),
    }
    return np.asarray(erring.way(lambda: values.mean(axis=along), ways))


def _less_one(values: Array, along: Axes) -> Array:
    total = np.asarray(values.sum(axis=along))
    count = values.size // max(total.size, 1)
    return total / (count - 1) if count > 1 else total * np.nan


def spread(erring: Erring, data: Array, axes: Axes, others: Mapping[str, Axes] | None = None) -> Array:
    """The standard deviation along some axes; see `gathered`."""
    values, along = gathered(erring, data, axes, others or {})

    def away() -> Array:
        return np.asarray(values - values.mean(axis=along, keepdims=True))

    ways: dict[str, Callable[[], Any]] = {
        marked("This is the variance: the root is missing."): lambda: values.var(axis=along),
        marked("This has n - 1 in the denominator."): lambda: _sample(values, along),
        marked("This is the mean absolute deviation."): lambda: np.abs(away()).mean(axis=along),
        marked("The mean was not taken off before squaring."): lambda: np.sqrt((values**2).mean(axis=along)),
        marked("This is the range, from the smallest to the largest value."): lambda: np.ptp(values, axis=along),
        marked("This is half of the range from the smallest to the largest value."): lambda: (
            np.ptp(values, axis=along) / 2
        ),
        marked("The squares were added up, but not averaged."): lambda: np.sqrt((away() ** 2).sum(axis=along)),
        marked("This is the mean."): lambda: values.mean(axis=along),
        marked("The sum of squares was not averaged, and no root was taken."): lambda: (away() ** 2).sum(axis=along),
    }
    return np.asarray(erring.way(lambda: values.std(axis=along), ways))


def _sample(values: Array, along: Axes) -> Array:
    count = values.size // max(np.asarray(values.sum(axis=along)).size, 1)
    return np.asarray(
        values.std(axis=along) * sqrt(count / (count - 1)) if count > 1 else values.std(axis=along) * np.nan
    )


def standardised(erring: Erring, values: Any, mean: Any, deviation: Any) -> Array:
    """(value - mean) / standard deviation, cell by cell."""
    x, middle, width = (np.asarray(each, float) for each in (values, mean, deviation))
    if erring(marked("Mean and standard deviation are exchanged.")):
        middle, width = width, middle
    width = erring.pick(
        width,
        {
            marked("The variance was divided by."): width**2,
            marked("The standard deviation was not divided by."): np.ones_like(width),
            marked("The root of the standard deviation was divided by."): np.sqrt(np.abs(width)),
            marked("255 was divided by instead of the standard deviation."): np.full_like(width, 255),
        },
    )
    away = erring.pick(
        x - middle,
        {
            marked("The mean was not taken off."): x,
            marked("The difference is the wrong way round: mean less value."): middle - x,
            marked("The mean was added instead of taken off."): x + middle,
            marked("The sign of the difference was dropped."): np.abs(x - middle),
        },
    )
    if erring(marked("It was multiplied by the standard deviation instead of divided.")):
        return np.asarray(away * width)
    if erring(marked("Only the mean was divided by the standard deviation: brackets are missing.")):
        return np.asarray(x - middle / width)
    return np.asarray(away / width)


def shifted(erring: Erring, values: Any, scale: float, shift: float) -> Array:
    """scale * value + shift, as at the end of a batch normalisation."""
    x = np.asarray(values, float)
    if erring(marked("Scale and shift are exchanged.")):
        scale, shift = shift, scale
    if erring(marked("The shift was added before scaling.")):
        return scale * (x + shift)
    factor = erring.pick(scale, {marked("The scale is missing."): 1, marked("The scale was squared."): scale**2})
    if erring(marked("It was divided by the scale.")):
        return x / scale + shift
    if erring(marked("The scale was added instead of multiplied.")):
        return x + scale + shift
    added = erring.pick(
        shift, {marked("The shift is missing."): 0, marked("The shift was taken off instead of added."): -shift}
    )
    return factor * x + added


def surprise(erring: Erring, probability: float) -> float:
    """Minus the natural logarithm of a probability."""
    base = erring.pick(
        1.0,
        {marked("This is the logarithm with base 10."): log(10), marked("This is the logarithm with base 2."): log(2)},
    )
    value = log(probability) / base
    return float(
        erring.pick(
            -value,
            {
                marked("The minus sign is missing."): value,
                marked("This is the probability, without a logarithm."): probability,
                marked("This is 1 minus the probability, without a logarithm."): 1 - probability,
                marked("This is the loss if the class had not been the true one."): -log(1 - probability) / base,
                marked("The probability was multiplied by its logarithm; the true class counts once."): -probability
                * value,
                marked("This is 1 divided by the probability, without a logarithm."): 1 / probability,
                marked("This is the squared error."): (1 - probability) ** 2,
                marked("This is the square of the logarithm."): value**2,
                marked("This is e to the power of the probability."): float(np.exp(probability)),
                marked("This is e to the power of minus the probability."): float(np.exp(-probability)),
            },
        )
    )


def _shares(values: Array) -> Array:
    return np.asarray(values / (float(values.sum()) or np.nan))


def softmax(erring: Erring, scores: Sequence[float]) -> Array:
    """e to the power of each score, divided by the sum of these powers."""
    s = np.asarray(scores, float)
    s = erring.pick(
        s,
        {
            marked("The scores have the wrong sign in the exponent."): -s,
            marked("The scores were doubled."): 2 * s,
            marked("The scores were halved."): s / 2,
            marked("The largest score was taken for 1 and the scores divided by it."): s / (np.abs(s).max() or 1),
        },
    )
    powers = erring.pick(
        np.exp(s),
        {
            marked("The scores were divided by their sum, without e^score."): s,
            marked("These are powers of 2, not of e."): 2.0**s,
            marked("These are powers of 10, not of e."): 10.0**s,
            marked("The scores were squared, without e^score."): s**2,
            marked("The absolute values of the scores were divided by their sum."): np.abs(s),
        },
    )
    total = float(powers.sum())
    return np.asarray(
        erring.pick(
            powers / (total or np.nan),
            {
                marked("The powers were not divided by their sum."): powers,
                marked("The powers were divided by the largest of them."): powers / (powers.max() or np.nan),
                marked("This is the sigmoid of each score: these do not add up to 1."): 1 / (1 + np.exp(-s)),
                marked("This marks the largest score only."): (s == s.max()).astype(float),
                marked("The powers were divided by the number of classes."): powers / len(s),
                marked("The powers were divided by the sum of the scores."): powers / (s.sum() or np.nan),
                marked("The scores were divided by the sum of the powers."): s / (total or np.nan),
                marked("Each power was divided by the sum of the others."): powers / (total - powers),
                marked("The logarithm of the probabilities was taken."): np.log(np.abs(powers / (total or 1))),
                marked("The exponential function was applied twice."): _shares(
                    np.exp(np.minimum(powers, _LARGEST_EXPONENT))
                ),
            },
        )
    )
