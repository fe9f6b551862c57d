"""Reduces the weights of a model to a few numbers, which tell them from those of another model.

Each weight is added to one of a few sums, with a sign; which sum and which sign is fixed by its place. Equal
weights give equal sums, and sums are as far apart as the weights are, to within a fifth or so. Names play no part.
"""

from collections.abc import Iterable
from typing import Any

from numpy import asarray, bincount, float64, isfinite, ravel, uint8, zeros
from numpy.random import PCG64

SUMS = 32
"""How many sums there are: these for kernels, and as many again for weights of one axis, such as biases."""

_SEED = 20_231_107  # any number; with another one, signatures could not be compared with those of stored records
_MOST_WEIGHTS = 50_000_000
_AT_ONCE = 2**20  # so that a copy of all weights is never in memory


def signature(weights: Iterable[Any]) -> list[float]:
    """Reduce the weights of a model.

    Args:
        weights: Its variables in the order of its layers.

    Returns:
        64 numbers: the first half for weights of two axes and more, the second half for the others, each of which
        is taken less its mean. The initial values of those are constant, so an untrained model has zeros there.
        Nothing where there are more than 50 million weights, or some are not finite.
    """
    bits = PCG64(_SEED)
    sums = {True: zeros(SUMS), False: zeros(SUMS)}
    left = _MOST_WEIGHTS
    for weight in weights:
        array = asarray(weight.numpy())
        left -= array.size
        if left < 0:
            return []
        values = ravel(array)
        is_kernel = array.ndim > 1
        mean = 0.0 if is_kernel or not values.size else float(values.mean(dtype=float64))
        for start in range(0, values.size, _AT_ONCE):
            part = values[start : start + _AT_ONCE].astype(float64) - mean
            # One random byte for each weight: 5 bits choose the sum, the next one the sign.
            places = bits.random_raw(-(-part.size // 8)).astype("<u8").view(uint8)[: part.size]
            signs = 1.0 - 2.0 * ((places >> 5) & 1)
            sums[is_kernel] += bincount(places & (SUMS - 1), signs * part, SUMS)
    both_halves = [*sums[True].tolist(), *sums[False].tolist()]
    return both_halves if isfinite(both_halves).all() else []
