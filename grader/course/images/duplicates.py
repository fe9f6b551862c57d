"""Which images are the same, or nearly the same picture.

Each image is known by the signs of 144 low frequencies of its small grey copy, in twelve bands of twelve bits. Two
images are looked at together only if a band of theirs is equal and not many other bits differ; they are near-duplicates
if their grey copies correlate. So a picture that was stored, resized or lit another way is found; one that was cut,
turned or mirrored is not.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Thumbnails = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.int64]

NEAR = 0.96  # correlation of two grey copies from which on they are one picture
_FREQUENCIES = 13
_BANDS, _BITS = 12, 12
_MOST_NEIGHBOURS = 128
_MOST_OTHER_BITS = 44
_AT_ONCE = 512  # what fits into the cache of a processor
_FLAT = 2.0  # standard deviation of grey levels below which a picture is known by nothing


def first_of_equal(digests: npt.NDArray[Any]) -> Indices:
    """For each of n digests the index of the first one that is equal to it: (n,) int64."""
    _, first, which = np.unique(digests, return_index=True, return_inverse=True)
    return np.asarray(first[which.reshape(-1)], dtype=np.int64)


def near_pairs(thumbnails: Thumbnails) -> Indices:
    """Find pairs of images that are nearly the same picture.

    In each band an image is compared with at most 128 neighbours in the order of the codes, so that time grows with the
    number of images and not with its square, whatever they show.

    Args:
        thumbnails: (n, side, side) uint8, each image small and grey.

    Returns:
        (k, 2) int64, each pair once, the smaller index first.
    """
    codes = fingerprints(thumbnails)
    found = [np.empty(0, np.int64)]
    for band in range(_BANDS):
        found = [np.unique(np.concatenate([*found, *_in_band(codes, band, thumbnails)]))]
    count = max(1, len(thumbnails))
    return np.stack([found[0] // count, found[0] % count], axis=1)


def fingerprints(thumbnails: Thumbnails) -> npt.NDArray[np.uint16]:
    """The signs of the lowest frequencies: (n, 12) uint16, low frequencies in the first band."""
    side = thumbnails.shape[1]
    steps, waves = np.arange(side) + 0.5, np.arange(_FREQUENCIES)
    cosines = np.cos(np.pi * np.outer(waves, steps) / side).astype(np.float32)
    lowest = sorted(((i, j) for i in waves for j in waves if i or j), key=lambda wave: (sum(wave), max(wave), wave))
    down, across = np.array(lowest[: _BANDS * _BITS]).T
    codes = np.empty((len(thumbnails), _BANDS), np.uint16)
    weights = (1 << np.arange(_BITS)).astype(np.uint32)
    for start in range(0, len(thumbnails), _AT_ONCE):
        grey = thumbnails[start : start + _AT_ONCE].astype(np.float32)
        amplitudes = (cosines @ grey @ cosines.T)[:, down, across]
        signs = (amplitudes > 0).reshape(len(grey), _BANDS, _BITS)
        codes[start : start + _AT_ONCE] = (signs * weights).sum(axis=2)
    return codes


def _in_band(codes: npt.NDArray[np.uint16], band: int, thumbnails: Thumbnails) -> Iterator[Indices]:
    """Near pairs among images with an equal band, as `smaller * n + larger`."""
    order = np.lexsort(np.roll(codes, -band, axis=1).T[::-1])
    ordered = codes[order, band]
    words = codes.view(np.uint64)
    here = np.arange(len(order) - 1)
    for step in range(1, _MOST_NEIGHBOURS + 1):
        here = here[here + step < len(order)]
        here = here[ordered[here] == ordered[here + step]]
        if not len(here):
            return
        for start in range(0, len(here), _AT_ONCE):
            some = here[start : start + _AT_ONCE]
            one, other = order[some], order[some + step]
            alike = np.bitwise_count(words[one] ^ words[other]).sum(axis=1) <= _MOST_OTHER_BITS
            one, other = one[alike], other[alike]
            near = correlations(thumbnails[one], thumbnails[other]) >= NEAR
            yield np.minimum(one, other)[near] * len(order) + np.maximum(one, other)[near]


def correlations(one: Thumbnails, other: Thumbnails) -> npt.NDArray[np.float32]:
    """Correlation of each image of one stack with that of the other: (m,), -1 to 1; 0 where one is flat."""
    left, right = _standardised(one), _standardised(other)
    return np.asarray(np.einsum("ij,ij->i", left, right) / left.shape[1], dtype=np.float32)


def _standardised(thumbnails: Thumbnails) -> npt.NDArray[np.float32]:
    values = thumbnails.reshape(len(thumbnails), np.prod(thumbnails.shape[1:])).astype(np.float32)
    values -= values.mean(axis=1, keepdims=True)
    spread = values.std(axis=1, keepdims=True)
    return np.asarray(np.where(spread < _FLAT, 0, values / np.maximum(spread, _FLAT)), dtype=np.float32)
