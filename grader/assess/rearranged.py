"""Whether an array is the right one with its cells in other places: transposed, flipped, turned or shifted."""

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, islice, permutations, product

import numpy as np
import numpy.typing as npt

from grader.text.language import marked
from grader.text.messages import Text, counted, joined, message

_Floats = npt.NDArray[np.float64]
_MOST_WORK = 2_000_000  # cells looked at in all
_NEAR_SHIFTS = (-2, -1, 0, 1, 2)
_FEWEST_OVERLAPPING = 4
_MOST_AXES = 3
_FEWEST_SHIFTS = len(_NEAR_SHIFTS) ** 2
_ROUNDING = 1e-9
_LARGEST = 1e300
_ALONG_ROWS = (marked("down by {places}"), marked("up by {places}"))
_ALONG_COLUMNS = (marked("to the right by {places}"), marked("to the left by {places}"))


def rearrangement(
    found: Sequence[float | None],
    shape: Sequence[int],
    right: Sequence[float | None],
    right_shape: Sequence[int],
    allowed: Sequence[float],
) -> Text:
    """Say how the right array became the one that was found.

    Args:
        found: The cells given, in row-major order; None for one left blank.
        shape: Their shape; axes of length 1 do not count.
        right: The right cells.
        right_shape: Their shape.
        allowed: How far off each cell may be, in the order of `right`.

    Returns:
        A sentence for the student; empty where the cells are not those of the right array in other places.
    """
    given, wanted = _laid_out(found, shape), _laid_out(right, right_shape)
    if given.size != wanted.size or given.ndim != wanted.ndim or not wanted.ndim or np.isnan(given).any():
        return ""
    near = np.reshape(np.asarray(allowed, dtype=np.float64), wanted.shape) + _ROUNDING * np.abs(wanted)
    work = _MOST_WORK // wanted.size
    if given.shape == wanted.shape and _within(given, wanted, near):
        return ""
    same_numbers = bool((np.abs(np.sort(given, axis=None) - np.sort(wanted, axis=None)) <= near.max()).all())
    for axes, flipped in islice(_turns(wanted.ndim), work if same_numbers else 0):
        if _within(given, _turned(wanted, axes, flipped), _turned(near, axes, flipped)):
            return _name_of_turn(axes, flipped)
    if given.shape != wanted.shape:
        return ""
    return (_turned_around(given, wanted, near, work) if same_numbers else "") or _pushed_over(given, wanted, near)


def _laid_out(cells: Sequence[float | None], shape: Sequence[int]) -> _Floats:
    numbers = np.array([np.nan if cell is None or abs(cell) > _LARGEST else float(cell) for cell in cells])
    return numbers.reshape([size for size in shape if size != 1])


def _within(given: _Floats, wanted: _Floats, near: _Floats) -> bool:
    return given.shape == wanted.shape and bool((np.abs(given - wanted) <= near).all())


def _turns(axes: int) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Orders of the axes with all ways to flip some of them, simple ones first; not the one that changes nothing."""
    straight = tuple(range(axes))
    subsets = list(chain.from_iterable(combinations(range(axes), count) for count in range(axes + 1)))
    ways = [(order, flipped) for order in permutations(range(axes)) for flipped in subsets]
    ways = [(order, flipped) for order, flipped in ways if flipped or order != straight]
    return iter(sorted(ways, key=lambda way: (len(way[1]) + (way[0] != straight), way[0] != straight)))


def _turned(array: _Floats, axes: tuple[int, ...], flipped: tuple[int, ...]) -> _Floats:
    return np.flip(np.transpose(array, axes), flipped)


def _name_of_turn(axes: tuple[int, ...], flipped: tuple[int, ...]) -> Text:
    straight = axes == tuple(range(len(axes)))
    if len(axes) == 1:
        return message("These are the right numbers in reverse order.")
    if len(axes) == 2 and straight:
        return {
            (0,): message("This is the right array upside down: its first row is the last one."),
            (1,): message("This is the right array mirrored: its first column is the last one."),
            (0, 1): message("This is the right array turned by half a circle."),
        }[flipped]
    if len(axes) == 2:
        return {
            (): message("This is the right array transposed: rows and columns are exchanged."),
            (0, 1): message("This is the right array transposed and turned by half a circle."),
        }.get(flipped) or message("This is the right array turned by a quarter of a circle.")
    if straight:
        return message("This is the right array flipped along one axis or more.")
    return message("This is the right array with its axes in another order.")


def _turned_around(given: _Floats, wanted: _Floats, near: _Floats, work: int) -> Text:
    """Shifts that bring what leaves at one edge in again at the other, all of them where there are few."""
    axes = tuple(range(wanted.ndim))
    for steps in islice(_shifts(wanted.shape, every=wanted.size <= work), max(work, _FEWEST_SHIFTS)):
        if any(steps) and _within(given, np.roll(wanted, steps, axes), np.roll(near, steps, axes)):
            return _name_of_shift(_shortest(steps, wanted.shape))
    return ""


def _shifts(shape: Sequence[int], every: bool) -> Iterator[tuple[int, ...]]:
    """All shifts of an array; or those by a few places, along one axis first."""
    if every:
        return product(*(range(size) for size in shape))
    count = len(shape)
    along_one = (
        tuple(step * (axis == place) for axis in range(count)) for place in range(count) for step in _NEAR_SHIFTS
    )
    return chain(along_one, product(_NEAR_SHIFTS, repeat=count))


def _pushed_over(given: _Floats, wanted: _Floats, near: _Floats) -> Text:
    """Shifts that push cells over one edge and bring zeros in at the other."""
    for steps in product(_NEAR_SHIFTS, repeat=wanted.ndim) if wanted.ndim <= _MOST_AXES else ():
        if any(steps) and _overlaps(given, wanted, near, steps):
            return _name_of_shift(steps)
    return ""


def _shortest(steps: tuple[int, ...], shape: Sequence[int]) -> tuple[int, ...]:
    return tuple((step + size // 2) % size - size // 2 for step, size in zip(steps, shape, strict=True))


def _overlaps(given: _Floats, wanted: _Floats, near: _Floats, steps: tuple[int, ...]) -> bool:
    """Whether what is left of the right array lies there, beside zeros that came in from outside."""
    if any(abs(step) >= size for step, size in zip(steps, wanted.shape, strict=True)):
        return False
    target = tuple(slice(max(step, 0), size + min(step, 0)) for step, size in zip(steps, wanted.shape, strict=True))
    source = tuple(slice(max(-step, 0), size + min(-step, 0)) for step, size in zip(steps, wanted.shape, strict=True))
    if wanted[source].size < max(_FEWEST_OVERLAPPING, wanted.size / 2) or np.ptp(wanted[source]) == 0:
        return False
    moved, around = np.zeros_like(wanted), np.zeros_like(near)
    moved[target], around[target] = wanted[source], near[source]
    return _within(given, moved, around)


def _name_of_shift(steps: tuple[int, ...]) -> Text:
    if len(steps) == 1:
        return counted(
            abs(steps[0]),
            "These are the right numbers shifted by {amount} place.",
            "These are the right numbers shifted by {amount} places.",
        )
    if len(steps) == 2:
        ways = zip(steps, (_ALONG_ROWS, _ALONG_COLUMNS), strict=True)
        moved = [message(words[step < 0], places=abs(step)) for step, words in ways if step]
        return message("This is the right array shifted: {ways}.", ways=joined(*moved, separator=", "))
    return message("This is the right array shifted along its axes.")
