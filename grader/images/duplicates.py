"""Finds images that are the same, or nearly the same picture.

The fingerprint of an image is the signs of 144 low frequencies of its small grey copy, in twelve bands of twelve bits.
Two images are compared only if a band of theirs is equal and few of the other bits differ. They are near-duplicates
if their grey copies correlate. This finds a picture that was stored, resized or lit in another way. It does not find
one that was cut, turned or mirrored.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Thumbnails = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.int64]

NEAR = 0.96  # two grey copies with at least this correlation are one picture
_FREQUENCIES = 13  # in each direction, the constant one included: enough to choose the lowest 144 pairs from
_BANDS, _BITS = 12, 12
_MOST_NEIGHBOURS = 128  # images compared with each image in a band; bounds the time, whatever the images show
_MOST_DIFFERENT_BITS = 44  # of 144
_IMAGES_AT_ONCE = 512  # fits into the cache of a processor
_FLAT = 2.0  # standard deviation of grey levels; a picture below it has no detail to recognise


def first_of_equal(digests: npt.NDArray[Any]) -> Indices:
    """For each of n digests, find the first one that is equal to it.

    Args:
        digests: (n,), of a dtype that can be sorted.

    Returns:
        (n,) int64, indices of digests.

    Example:
        >>> first_of_equal(np.array([7, 8, 7])).tolist()
        [0, 1, 0]
    """
    _, first, group = np.unique(digests, return_index=True, return_inverse=True)
    return np.asarray(first[group.reshape(-1)], dtype=np.int64)


def near_pairs(thumbnails: Thumbnails) -> Indices:
    """Find pairs of images that are nearly the same picture.

    In each band, an image is compared with at most 128 neighbours in the order of the codes. So the time grows with
    the number of images and not with its square, whatever they show.

    Args:
        thumbnails: (n, side, side) uint8, the small grey copies of n images.

    Returns:
        (k, 2) int64, each pair once, the smaller index first.
    """
    codes = fingerprints(thumbnails)
    pairs = np.empty(0, np.int64)  # as single numbers, which are quicker to sort
    for band in range(_BANDS):
        pairs = np.unique(np.concatenate([pairs, *_pairs_in_band(codes, band, thumbnails)]))
    count = max(1, len(thumbnails))
    return np.stack([pairs // count, pairs % count], axis=1)


def fingerprints(thumbnails: Thumbnails) -> npt.NDArray[np.uint16]:
    """The signs of the lowest frequencies of images.

    Args:
        thumbnails: (n, side, side) uint8.

    Returns:
        (n, 12) uint16, of which twelve bits are used; the lowest frequencies are in the first band.
    """
    side = thumbnails.shape[1]
    steps, waves = np.arange(side) + 0.5, np.arange(_FREQUENCIES)
    cosines = np.cos(np.pi * np.outer(waves, steps) / side).astype(np.float32)
    lowest = sorted(((i, j) for i in waves for j in waves if i or j), key=lambda wave: (sum(wave), max(wave), wave))
    down, across = np.array(lowest[: _BANDS * _BITS]).T
    codes = np.empty((len(thumbnails), _BANDS), np.uint16)
    weights = (1 << np.arange(_BITS)).astype(np.uint32)
    for start in range(0, len(thumbnails), _IMAGES_AT_ONCE):
        grey = thumbnails[start : start + _IMAGES_AT_ONCE].astype(np.float32)
        amplitudes = (cosines @ grey @ cosines.T)[:, down, across]
        signs = (amplitudes > 0).reshape(len(grey), _BANDS, _BITS)
        codes[start : start + _IMAGES_AT_ONCE] = (signs * weights).sum(axis=2)
    return codes


def _pairs_in_band(codes: npt.NDArray[np.uint16], band: int, thumbnails: Thumbnails) -> Iterator[Indices]:
    """Near pairs among images with an equal band: each array is (k,) int64, pairs as `smaller * n + larger`."""
    order = np.lexsort(np.roll(codes, -band, axis=1).T[::-1])
    ordered = codes[order, band]
    words = codes.view(np.uint64)  # (n, 3): bits are counted in four bands at once
    places = np.arange(len(order) - 1)
    for step in range(1, _MOST_NEIGHBOURS + 1):
        places = places[places + step < len(order)]
        places = places[ordered[places] == ordered[places + step]]
        if not len(places):
            return
        for start in range(0, len(places), _IMAGES_AT_ONCE):
            batch = places[start : start + _IMAGES_AT_ONCE]
            one, other = order[batch], order[batch + step]
            alike = np.bitwise_count(words[one] ^ words[other]).sum(axis=1) <= _MOST_DIFFERENT_BITS
            one, other = one[alike], other[alike]
            near = correlations(thumbnails[one], thumbnails[other]) >= NEAR
            yield np.minimum(one, other)[near] * len(order) + np.maximum(one, other)[near]


def correlations(one: Thumbnails, other: Thumbnails) -> npt.NDArray[np.float32]:
    """Correlate each image of one stack with the same image of another.

    Args:
        one: (m, side, side) uint8.
        other: (m, side, side) uint8.

    Returns:
        (m,) float32 from -1 to 1; 0 where an image is flat.
    """
    left, right = _standardised(one), _standardised(other)
    return np.asarray(np.einsum("ij,ij->i", left, right) / left.shape[1], dtype=np.float32)


def _standardised(thumbnails: Thumbnails) -> npt.NDArray[np.float32]:
    """(m, pixels), each row with mean 0 and standard deviation 1; rows of flat images are 0."""
    values = thumbnails.reshape(len(thumbnails), np.prod(thumbnails.shape[1:])).astype(np.float32)
    values -= values.mean(axis=1, keepdims=True)
    spread = values.std(axis=1, keepdims=True)
    return np.asarray(np.where(spread < _FLAT, 0, values / np.maximum(spread, _FLAT)), dtype=np.float32)
