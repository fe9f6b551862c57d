"""What tells the weights of a model from those of another, in a few numbers.

Each weight is added to one of a few sums, with a sign; which sum and which sign is fixed by its place. Equal
weights give equal sums, and sums are as far apart as the weights are, to within a fifth or so. Names play no part.
"""

from collections.abc import Iterable
from typing import Any

from numpy import asarray, bincount, float64, isfinite, ravel, uint8, zeros
from numpy.random import PCG64

SUMS = 32
"""How many sums there are: these for kernels, and as many again for weights of one axis, such as biases."""

_SEED = 20_231_107
_MOST_WEIGHTS = 50_000_000
_AT_ONCE = 2**20


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
            places = bits.random_raw(-(-part.size // 8)).astype("<u8").view(uint8)[: part.size]
            signs = 1.0 - 2.0 * ((places >> 5) & 1)
            sums[is_kernel] += bincount(places & (SUMS - 1), signs * part, SUMS)
    found = [*sums[True].tolist(), *sums[False].tolist()]
    return found if isfinite(found).all() else []
