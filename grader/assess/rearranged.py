"""Recognises the right array with its cells in other places: transposed, flipped, turned or shifted."""

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, islice, permutations, product

import numpy as np
import numpy.typing as npt

from grader.text.language import marked
from grader.text.messages import Text, counted, joined, message

_Floats = npt.NDArray[np.float64]
_MOST_WORK = 2_000_000  # cells that are compared for one answer, in all attempts together
_NEAR_SHIFTS = (-2, -1, 0, 1, 2)
_FEWEST_OVERLAPPING = 4
_MOST_AXES = 3
_FEWEST_SHIFTS = len(_NEAR_SHIFTS) ** 2
_ROUNDING = 1e-9
_LARGEST = 1e300
_ALONG_ROWS = (marked("down by {places}"), marked("up by {places}"))
_ALONG_COLUMNS = (marked("to the right by {places}"), marked("to the left by {places}"))


def rearrangement(
    cells: Sequence[float | None],
    shape: Sequence[int],
    right_cells: Sequence[float | None],
    right_shape: Sequence[int],
    allowed: Sequence[float],
) -> Text:
    """Describe how the cells of the right array came to other places.

    Args:
        cells: The cells of the answer in row-major order; None for a blank.
        shape: Their shape; axes of length 1 do not count.
        right_cells: The right cells in row-major order.
        right_shape: Their shape.
        allowed: The error that each cell may have, in the order of `right_cells`.

    Returns:
        A sentence for the student; empty if the answer is not the right array with its cells in other places.

    Example:
        >>> str(rearrangement([3, 2, 1], (3,), [1, 2, 3], (3,), allowed=[0, 0, 0]))
        'These are the right numbers in reverse order.'
    """
    answer, right = _as_array(cells, shape), _as_array(right_cells, right_shape)
    if answer.size != right.size or answer.ndim != right.ndim or not right.ndim or np.isnan(answer).any():
        return ""
    # A cell of the answer is compared with a cell from another place, so the allowed error moves with the right cell.
    tolerances = np.reshape(np.asarray(allowed, dtype=np.float64), right.shape) + _ROUNDING * np.abs(right)
    work = _MOST_WORK // right.size
    if answer.shape == right.shape and _within(answer, right, tolerances):
        return ""
    # Sorting shows quickly that nearly all wrong answers are not a rearrangement.
    same_numbers = bool((np.abs(np.sort(answer, axis=None) - np.sort(right, axis=None)) <= tolerances.max()).all())
    for axes, flipped in islice(_turns(right.ndim), work if same_numbers else 0):
        if _within(answer, _turned(right, axes, flipped), _turned(tolerances, axes, flipped)):
            return _name_of_turn(axes, flipped)
    if answer.shape != right.shape:
        return ""
    return (_turned_around(answer, right, tolerances, work) if same_numbers else "") or _pushed_over(
        answer, right, tolerances
    )


def _as_array(cells: Sequence[float | None], shape: Sequence[int]) -> _Floats:
    numbers = np.array([np.nan if cell is None or abs(cell) > _LARGEST else float(cell) for cell in cells])
    return numbers.reshape([size for size in shape if size != 1])


def _within(answer: _Floats, right: _Floats, tolerances: _Floats) -> bool:
    return answer.shape == right.shape and bool((np.abs(answer - right) <= tolerances).all())


def _turns(axes: int) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """All orders of the axes with all subsets of flipped axes, simple ones first; without the one that changes nothing.

    Args:
        axes: The number of axes.
    """
    straight = tuple(range(axes))
    subsets = list(chain.from_iterable(combinations(range(axes), count) for count in range(axes + 1)))
    turns = [(order, flipped) for order in permutations(range(axes)) for flipped in subsets]
    turns.remove((straight, ()))

    def complexity(turn: tuple[tuple[int, ...], tuple[int, ...]]) -> tuple[int, bool]:
        order, flipped = turn
        return len(flipped) + (order != straight), order != straight

    return iter(sorted(turns, key=complexity))


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
            (0, 1): message("This is the right array rotated by 180 degrees."),
        }[flipped]
    if len(axes) == 2:
        return {
            (): message("This is the right array transposed: rows and columns are swapped."),
            (0, 1): message("This is the right array transposed and rotated by 180 degrees."),
        }.get(flipped) or message("This is the right array rotated by 90 degrees.")
    if straight:
        return message("This is the right array flipped along one or more axes.")
    return message("This is the right array with its axes in a different order.")


def _turned_around(answer: _Floats, right: _Floats, tolerances: _Floats, work: int) -> Text:
    """Shifts in which cells that leave at one edge come in at the other; all shifts of small arrays are tried."""
    axes = tuple(range(right.ndim))
    for steps in islice(_shifts(right.shape, every=right.size <= work), max(work, _FEWEST_SHIFTS)):
        if any(steps) and _within(answer, np.roll(right, steps, axes), np.roll(tolerances, steps, axes)):
            return _name_of_shift(_shortest(steps, right.shape))
    return ""


def _shifts(shape: Sequence[int], every: bool) -> Iterator[tuple[int, ...]]:
    """All shifts of an array, or only those by a few places; then shifts along one axis come first."""
    if every:
        return product(*(range(size) for size in shape))
    count = len(shape)
    along_one_axis = (
        tuple(step if axis == shifted else 0 for axis in range(count))
        for shifted in range(count)
        for step in _NEAR_SHIFTS
    )
    return chain(along_one_axis, product(_NEAR_SHIFTS, repeat=count))


def _pushed_over(answer: _Floats, right: _Floats, tolerances: _Floats) -> Text:
    """Shifts in which cells leave at one edge and zeros come in at the other."""
    for steps in product(_NEAR_SHIFTS, repeat=right.ndim) if right.ndim <= _MOST_AXES else ():
        if any(steps) and _overlaps(answer, right, tolerances, steps):
            return _name_of_shift(steps)
    return ""


def _shortest(steps: tuple[int, ...], shape: Sequence[int]) -> tuple[int, ...]:
    return tuple((step + size // 2) % size - size // 2 for step, size in zip(steps, shape, strict=True))


def _overlaps(answer: _Floats, right: _Floats, tolerances: _Floats, steps: tuple[int, ...]) -> bool:
    """Whether the answer is the shifted right array with zeros at the edges, and enough of it is left to be sure."""
    if any(abs(step) >= size for step, size in zip(steps, right.shape, strict=True)):
        return False
    target = tuple(slice(max(step, 0), size + min(step, 0)) for step, size in zip(steps, right.shape, strict=True))
    source = tuple(slice(max(-step, 0), size + min(-step, 0)) for step, size in zip(steps, right.shape, strict=True))
    if right[source].size < max(_FEWEST_OVERLAPPING, right.size / 2) or np.ptp(right[source]) == 0:
        return False
    shifted, shifted_tolerances = np.zeros_like(right), np.zeros_like(tolerances)
    shifted[target], shifted_tolerances[target] = right[source], tolerances[source]
    return _within(answer, shifted, shifted_tolerances)


def _name_of_shift(steps: tuple[int, ...]) -> Text:
    if len(steps) == 1:
        return counted(
            abs(steps[0]),
            "These are the right numbers shifted by {amount} place.",
            "These are the right numbers shifted by {amount} places.",
        )
    if len(steps) == 2:
        axes = zip(steps, (_ALONG_ROWS, _ALONG_COLUMNS), strict=True)
        directions = [message(words[step < 0], places=abs(step)) for step, words in axes if step]
        return message("This is the right array shifted: {ways}.", ways=joined(*directions, separator=", "))
    return message("This is the right array shifted along its axes.")
