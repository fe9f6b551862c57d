"""An array of numbers, or the shape of a tensor."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any, Literal

from grader.assess import diagnoses, options, pictures, relations
from grader.assess.answer_forms import ArrayReading, Number, UnreadableError, cells_close, read_array, read_shape
from grader.assess.answers import absence
from grader.assess.chance import Numbers, numbers_of
from grader.assess.class_cache import cached, cached_by_content
from grader.assess.diagnoses import EXACTLY
from grader.assess.evidence import Evidence, right_as_answer
from grader.assess.findings import finding, unmarked, unreadable
from grader.assess.kinds.kind import Kind, note_of, readable
from grader.assess.picture_options import Pictures
from grader.assess.rearranged import rearrangement
from grader.model.assessment import Finding, Part, Verdict
from grader.model.closeness import close
from grader.model.exercise import Question
from grader.model.figures import Figure
from grader.model.key import AnswerKey
from grader.model.precision import is_whole
from grader.model.record import Answer
from grader.text import values
from grader.text.language import marked
from grader.text.messages import Text, as_code, counted, joined, message, shortened, spelt

_MOST_PARTS = 64
_LARGE = 6  # if a shape has a size of at least this, it hardly agrees with another shape by chance
_LARGEST_PERCENT = 1e9  # far above any; an integer may be too large to divide
_VARIED = 3  # different numbers, with which an array hardly agrees with another by chance
BATCH_NOTE = marked("Leave out the batch axis, or write None for it.")


@dataclass(frozen=True, slots=True)
class _ShapeReading:
    """The sizes of a tensor: `"..."` is a blank, and None an axis without a fixed size."""

    sizes: tuple[int | str | None, ...]
    note: Text = ""


_Reading = ArrayReading | _ShapeReading


class ArrayOptions(options.Exactness):
    """The form of the array, and the error that a number may have."""

    form: Literal["array", "shape"] = "array"
    picture: Pictures = ()


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: the expected value has to be an array, or a shape, of numbers."""
    problems = options.problems(ArrayOptions, question.options)
    if problems:
        return problems
    rule = options.read(ArrayOptions, question.options)
    values = [key.answers[question.id], *(slip.value for slip in key.slips.get(question.id, ()))]
    try:
        expected, *slips = (_of_key(value, rule) for value in values)
        right_slips = [slip for slip in slips if _same(slip, expected, rule)]
        slips_right_when_rounded = [
            slip for slip in slips if slip not in right_slips and _same(_rounded(slip, expected, rule), expected, rule)
        ]
        empty = not (expected.sizes if isinstance(expected, _ShapeReading) else expected.cells)
    except UnreadableError as problem:
        return [f"the expected value and the slips must be of the form '{rule.form}': {problem}"]
    other_problems = pictures.problems(rule.picture, key.numbers, _cells(expected).cells, rule.precision.allowed(0))
    other_problems += diagnoses.method_problems(_ComparableArray(expected, rule), question, key)
    faults = ["a slip is marked as correct. Remove it." for _ in right_slips] + other_problems
    faults += [
        "after rounding, a slip is marked as correct. Ask for more digits, or remove the slip."
        for _ in slips_right_when_rounded
    ]
    return (["the expected value is empty."] if empty else []) + faults


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: each cell or axis has an equal share, and cells count only if the shape is right."""
    absent = absence(evidence)
    if absent and absent.verdict is not Verdict.FAILED:
        return unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    if absent:
        right = _wording(evidence.expected, _of_key(evidence.key.answers[question.id], _rule(question)))
        return unreadable(
            question, joined(absent.reason, _what_was_required(question)), _form(question), expected=right
        )
    return _marked((evidence.answer.value, evidence.answer.type_name), question, evidence.key)


def read(question: Question, answer: Answer) -> _Reading:
    """Read an answer; see `answer_forms.read_array` and `read_shape`.

    Args:
        question: The question.
        answer: An answer with a value.

    Raises:
        UnreadableError: The message is for the student.
    """
    return _read(answer.value, _rule(question), answer.type_name)


def meaning(question: Question, answer: Answer, expected: Any) -> list[Any] | Number:  # noqa: ARG001
    """See `Kind.meaning`: the array as nested lists, or the list of sizes.

    Raises:
        UnreadableError: If the answer cannot be read, or if a cell or size is blank.
    """
    reading = read(question, answer)
    array = _cells(reading)
    nested: list[Any] = [cell for cell in array.cells if cell is not None]
    if not nested or len(nested) < len(array.cells):
        raise UnreadableError(_what_was_required(question))
    if not array.shape:
        return nested[0]  # type: ignore[no-any-return]
    for size in array.shape[:0:-1]:
        nested = [nested[start : start + size] for start in range(0, len(nested), size)]
    return nested


@cached_by_content
def _marked(answer: tuple[Any, str], question: Question, key: AnswerKey) -> Finding:
    """The finding for a value and its type."""
    value, type_name = answer
    rule = _rule(question)
    expected = _of_key(key.answers[question.id], rule)
    right = _wording(right_as_answer(key.answers[question.id]), expected)
    try:
        reading = _read(value, rule, type_name)
    except UnreadableError as problem:
        answer_text = values.value(value)
        reason = joined(_what_was_required(question), problem.text)
        return unreadable(question, reason, _form(question), expected=right, answer=answer_text)
    share, parts, note = _compare(reading, expected, rule)
    answer_text, figures = _wording(value, reading), _pictures(question, key, rule, reading=reading, right=expected)
    if share == 1:
        return finding(question, 1, expected=right, answer=answer_text, reason=note, figures=figures)
    diagnosis = diagnoses.diagnosis(_ComparableArray(reading, rule), question, key)
    by_author = diagnosis is not None and diagnosis.by_author
    rearrangement_text = "" if by_author else _moved(reading, expected, rule)
    # Neither the right array with its cells in other places nor a known wrong method earns points for single cells.
    by_chance = bool(rearrangement_text) or (by_author and rule.form == "array")
    reason = diagnosis.reason if diagnosis else rearrangement_text
    nothing = message("Cells that agree by chance earn no points.") if rearrangement_text else ""
    return finding(
        question,
        0 if by_chance else share,
        expected=right,
        answer=answer_text,
        comparison=message("Expected {right}, found {found}.", right=right, found=answer_text),
        reason=joined(reason, nothing, note),
        remedy=diagnosis.remedy if diagnosis else "",
        mistake=reason,
        parts=parts,
        figures=figures,
    )


def _moved(reading: _Reading, expected: _Reading, rule: ArrayOptions) -> Text:
    """A sentence about right cells in other places; empty if there are none, and for shapes."""
    if not (isinstance(reading, ArrayReading) and isinstance(expected, ArrayReading)):
        return ""
    allowed = [
        0.0 if cell is None else max(rule.precision.allowed(cell), rule.relative_tolerance * abs(cell))
        for cell in expected.cells
    ]
    return rearrangement(
        reading.cells, reading.shape, right_cells=expected.cells, right_shape=expected.shape, allowed=allowed
    )


def _rule(question: Question) -> ArrayOptions:
    return options.read(ArrayOptions, question.options)


def _form(question: Question) -> Text:
    if _rule(question).form == "shape":
        return message("Give the sizes as a tuple of whole numbers, such as (14, 14, 8).")
    return message("Give the array as a list of numbers, or as a list of rows of the same length.")


def _what_was_required(question: Question) -> Text:
    a_shape = _rule(question).form == "shape"
    return (
        message("The question asks for a tuple of sizes.")
        if a_shape
        else message("The question asks for an array of numbers.")
    )


def _pictures(
    question: Question, key: AnswerKey, rule: ArrayOptions, reading: _Reading, right: _Reading
) -> tuple[Figure, ...]:
    """The figures that the question asks for."""
    if not rule.picture:
        return ()
    actual, expected = _cells(reading), _cells(right)
    same_shape = _without_ones(actual.shape) == _without_ones(expected.shape)
    compared = pictures.CellComparison(
        expected=expected.cells,
        expected_shape=expected.shape,
        actual=actual.cells,
        actual_shape=actual.shape,
        right=tuple(_cells_are_right(actual, expected, rule)) if same_shape else (),
        may_reveal=question.show_expected,
    )
    return pictures.figures(rule.picture, key.numbers, compared, rule.precision.allowed(0))


def _read(value: Any, rule: ArrayOptions, type_name: str) -> _Reading:
    """Read an answer; raises `UnreadableError`."""
    return _ShapeReading(*read_shape(value, type_name)) if rule.form == "shape" else read_array(value, type_name)


def _of_key(value: Any, rule: ArrayOptions) -> _Reading:
    """Read a value of the key, once for a whole class."""
    return _shape_of_key(value) if rule.form == "shape" else _array_of_key(value)


@cached
def _array_of_key(value: Any) -> ArrayReading:
    return read_array(right_as_answer(value))


@cached
def _shape_of_key(value: Any) -> _ShapeReading:
    return _ShapeReading(*read_shape(right_as_answer(value)))


def _cells(reading: _Reading) -> ArrayReading:
    """The cells of an array, or the sizes of a shape."""
    if isinstance(reading, ArrayReading):
        return reading
    sizes = tuple(size if isinstance(size, int) else None for size in reading.sizes)
    return ArrayReading((len(sizes),), sizes)


def _compare(answer: _Reading, expected: _Reading, rule: ArrayOptions) -> tuple[float, list[Part], Text]:
    """The share that is right, the parts that were marked separately, and a note."""
    if isinstance(answer, _ShapeReading) and isinstance(expected, _ShapeReading):
        return _compare_shapes(answer.sizes, expected.sizes, answer.note)
    return _compare_arrays(_cells(answer), _cells(expected), rule)


def _compare_shapes(
    answer: Sequence[int | str | None], expected: Sequence[int | str | None], note: Text
) -> tuple[float, list[Part], Text]:
    if len(answer) == len(expected) + 1 and list(answer[1:]) == list(expected):
        batch = Part(
            label=message("batch axis"),
            correct=False,
            expected=message("None, or left out"),
            found=spelt(answer[0]),
            reason=message(BATCH_NOTE),
        )
        return len(expected) / len(answer), [batch], message(BATCH_NOTE)
    parts = [_axis(axis, answer, expected) for axis in range(max(len(answer), len(expected)))]
    if len(answer) != len(expected):
        note = joined(
            counted(
                len(answer),
                "You gave {amount} size. The output has a different number of axes.",
                "You gave {amount} sizes. The output has a different number of axes.",
            ),
            note,
        )
    return sum(part.correct for part in parts) / len(parts), parts, note


def _axis(axis: int, answer: Sequence[int | str | None], expected: Sequence[int | str | None]) -> Part:
    expected_size = spelt(expected[axis]) if axis < len(expected) else message("no such axis")
    answer_size = spelt(answer[axis]) if axis < len(answer) else message("no such axis")
    return Part(
        label=message("axis {number}", number=axis + 1),
        correct=expected_size == answer_size,
        expected=expected_size,
        found=answer_size,
    )


def _compare_arrays(answer: ArrayReading, expected: ArrayReading, rule: ArrayOptions) -> tuple[float, list[Part], Text]:
    if _without_ones(answer.shape) != _without_ones(expected.shape):
        expected_shape, answer_shape = _axes(expected.shape), _axes(answer.shape)
        part = Part(label=message("shape"), correct=False, expected=expected_shape, found=answer_shape)
        return (
            0.0,
            [part],
            message(
                "Your array has the shape {shape} and not the right one, so its numbers were not compared.",
                shape=answer_shape,
            ),
        )
    right = _cells_are_right(answer, expected, rule)
    if _is_constant(answer) and not _is_constant(expected):
        return 0.0, [], message("All cells contain the same number. That alone earns no points.")
    wrong = right.count(False)
    note: Text = answer.note
    if wrong:
        note = _wrong_cells(wrong, len(right), is_list=len(expected.shape) == 1)
    places = product(*(range(1, size + 1) for size in expected.shape))
    cells = zip(places, answer.cells, expected.cells, right, strict=True)
    cells_to_list = cells if len(right) <= _MOST_PARTS else (cell for cell in cells if not cell[-1])
    parts = [_cell_part(*cell) for cell in islice(cells_to_list, _MOST_PARTS)] if wrong else []
    return right.count(True) / len(right), parts, note


def _wrong_cells(wrong: int, count: int, is_list: bool) -> Text:
    if is_list:
        return counted(
            wrong, "{amount} of {count} numbers is wrong.", "{amount} of {count} numbers are wrong.", count=count
        )
    return counted(wrong, "{amount} of {count} cells is wrong.", "{amount} of {count} cells are wrong.", count=count)


def _is_constant(array: ArrayReading) -> bool:
    return len(set(array.cells)) == 1


def _cells_are_right(answer: ArrayReading, expected: ArrayReading, rule: ArrayOptions) -> list[bool]:
    exact = rule.precision
    if exact.digits is None and (exact.is_stated or all(cell is None or is_whole(cell) for cell in expected.cells)):
        return cells_close(answer.cells, expected.cells, exact.allowed(0), exact.relative_tolerance)
    allowed = [0.0 if cell is None else exact.allowed(cell) for cell in expected.cells]
    return [
        cell is not None and right is not None and close(cell, right, allowed_error, exact.relative_tolerance)
        for cell, right, allowed_error in zip(answer.cells, expected.cells, allowed, strict=True)
    ]


def _rounded(reading: _Reading, right: _Reading, rule: ArrayOptions) -> _Reading:
    """The same array rounded as far as the question allows."""
    if not (isinstance(reading, ArrayReading) and isinstance(right, ArrayReading) and reading.shape == right.shape):
        return reading
    pairs = zip(reading.cells, right.cells, strict=True)
    cells = (
        cell
        if cell is None or right_cell is None or not math.isfinite(cell)
        else rule.precision.rounded(cell, right_cell)
        for cell, right_cell in pairs
    )
    return replace(reading, cells=tuple(cells))


def _cell_part(place: tuple[int, ...], answer: Number | None, expected: Number | None, right: bool) -> Part:
    expected_text, answer_text = as_code(expected), message("left blank") if answer is None else as_code(answer)
    return Part(label=_place(place), correct=right, expected=expected_text, found=answer_text)


def _place(place: tuple[int, ...]) -> Text:
    """Where a cell is, counted from 1: `row 2, column 3` for two axes, else `cell 1, 2, 3`."""
    if len(place) == 2:
        return message("row {row}, column {column}", row=place[0], column=place[1])
    places = ", ".join(map(str, place))
    return message("cell {places}", places=places) if places else message("cell")


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def _summary(array: ArrayReading) -> Text:
    """A short description of an array with many cells; empty if it is small enough to be written out."""
    numbers = [cell for cell in array.cells if cell is not None]
    if len(numbers) <= _MOST_PARTS:
        return ""
    low, high = (as_code(float(f"{end:.4g}")) for end in (min(numbers), max(numbers)))
    return message("{shape} numbers from {low} to {high}", shape=values.sizes(array.shape), low=low, high=high)


def _same(reading: _Reading, other_reading: _Reading, rule: ArrayOptions) -> bool:
    """Whether `_compare` would give all points. It makes no texts, because a key has many slips."""
    if isinstance(reading, _ShapeReading) and isinstance(other_reading, _ShapeReading):
        return _compare_shapes(reading.sizes, other_reading.sizes, "")[0] == 1
    array, other_array = _cells(reading), _cells(other_reading)
    if _without_ones(array.shape) != _without_ones(other_array.shape):
        return False
    if _is_constant(array) and not _is_constant(other_array):
        return False
    return all(_cells_are_right(array, other_array, rule))


@dataclass(frozen=True, slots=True)
class _ComparableArray:
    """See `diagnoses.ComparableAnswer`."""

    reading: _Reading
    rule: ArrayOptions

    def equals(self, value: Any, exactly: bool) -> bool:
        other_reading = _of_plain(value, self.rule)
        if isinstance(other_reading, _ShapeReading):
            return isinstance(self.reading, _ShapeReading) and self.reading.sizes == other_reading.sizes
        array = _cells(self.reading)
        if _without_ones(array.shape) != _without_ones(other_reading.shape):
            return False
        if len(array.cells) != len(other_reading.cells):  # empty rows have a shape of their own
            return False
        if not exactly:
            return all(_cells_are_right(array, other_reading, self.rule))
        largest = max((abs(cell) for cell in other_reading.cells if cell is not None), default=0)
        if isinstance(largest, float) and not math.isfinite(largest):
            return False
        return all(cells_close(array.cells, other_reading.cells, EXACTLY * largest, EXACTLY))

    def related(self, value: Any, closely: bool) -> Text:
        other_reading = _of_plain(value, self.rule)
        if isinstance(self.reading, _ShapeReading) and isinstance(other_reading, _ShapeReading):
            return "" if closely else relations.of_shapes(self.reading.sizes, other_reading.sizes)
        answer, right = _cells(self.reading), _cells(other_reading)
        exact = [0.0] * len(right.cells)
        rearrangement_text = rearrangement(
            answer.cells, answer.shape, right_cells=right.cells, right_shape=right.shape, allowed=exact
        )
        return relations.of_arrays(answer, right, closely, rearrangement_text) or (
            "" if closely else self._in_percent(answer, right)
        )

    def _in_percent(self, answer: ArrayReading, right: ArrayReading) -> Text:
        """A sentence if the cells are rounded percent although the question requires shares."""
        has_decimals = any(cell is not None and not is_whole(cell) for cell in right.cells)
        huge = any(cell is not None and abs(cell) > _LARGEST_PERCENT for cell in answer.cells)
        if not has_decimals or answer.shape != right.shape or huge:
            return ""
        shares = replace(answer, cells=tuple(cell if cell is None else cell / 100 for cell in answer.cells))
        return relations.ALL_IN_PERCENT if all(_cells_are_right(shares, right, self.rule)) else ""

    def typing_error(self, value: Any) -> str:  # noqa: ARG002
        return ""

    @property
    def numbers(self) -> Numbers:
        return numbers_of(_cells(self.reading).cells)

    @property
    def telling(self) -> bool:
        cells = _cells(self.reading).cells
        varied = len(set(cells)) >= _VARIED
        return varied or any(isinstance(cell, float) and not cell.is_integer() for cell in cells)

    @property
    def bears_two(self) -> bool:
        if isinstance(self.reading, _ShapeReading):
            sizes = [cell for cell in _cells(self.reading).cells if cell is not None]
            return len(sizes) > 1 and max(sizes) >= _LARGE
        return self.telling


def _of_plain(value: Any, rule: ArrayOptions) -> _Reading:
    return _ShapeReading(*read_shape(value)) if rule.form == "shape" else read_array(value)


def _axes(shape: tuple[int, ...]) -> Text:
    return values.sizes(shape) or message("a single number")


def _wording(value: Any, reading: _Reading) -> Text:
    if isinstance(reading, ArrayReading):
        return _summary(reading) or values.value(value)
    sizes = value if isinstance(value, list) else [value]
    text = joined(*map(spelt, sizes[:12]), separator=", ")
    if not isinstance(value, list):
        return text
    return shortened(joined("(", text, ",)" if len(sizes) == 1 else ")", separator=""))


KIND = Kind(
    check_options=check_options,
    assess=assess,
    form_problem=readable(read),
    form_note=note_of(read),
    meaning=meaning,
)
