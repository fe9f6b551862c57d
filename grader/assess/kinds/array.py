"""An array of numbers, or the shape of a tensor."""

from collections.abc import Sequence
from itertools import product
from typing import Any, Literal

from pydantic import Field

from grader.assess import options, pictures, wording
from grader.assess.answers import absence
from grader.assess.evidence import Evidence, plain
from grader.assess.findings import finding, unmarked
from grader.assess.picture_options import Pictures
from grader.assess.readings import ArrayReading, Number, UnreadableError, close, read_array, read_shape
from grader.model.assessment import Finding, Part, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.language import marked, retold, say, say_counted

_MOST_PARTS = 64
BATCH_NOTE = marked("Leave the batch axis out, or write None for it.")


class ArrayOptions(options.Options):
    """What the numbers are, and how near is near enough."""

    tolerance: float = Field(0.0, ge=0)
    relative_tolerance: float = Field(0.0, ge=0)
    form: Literal["array", "shape"] = "array"
    picture: Pictures = ()


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: the expected value has to be an array, or a shape, of numbers."""
    found = options.problems(ArrayOptions, question.options)
    if found:
        return found
    rule = options.read(ArrayOptions, question.options)
    values = [key.answers[question.id], *(slip.value for slip in key.slips.get(question.id, ()))]
    try:
        expected, *slips = (plain(value) for value in values)
        same = [slip for slip in slips if _same(slip, expected, rule)]
        empty = not (read_shape(expected)[0] if rule.form == "shape" else read_array(expected).cells)
    except UnreadableError as problem:
        return [f"the expected value and the slips must be of the form '{rule.form}': {problem}"]
    drawn = pictures.problems(rule.picture, key.given, _cells(expected, rule).cells, rule.tolerance)
    faults = ["a slip counts as right; take it out." for _ in same] + drawn
    return (["the expected value is empty."] if empty else []) + faults


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: each cell or axis has an equal share; cells count only in the right shape."""
    absent = absence(evidence)
    if absent and absent.verdict is not Verdict.FAILED:
        return unmarked(question, absent.verdict, absent.reason)
    rule = options.read(ArrayOptions, question.options)
    right = _wording(evidence.expected, rule)
    a_shape = rule.form == "shape"
    asked = say("A tuple of sizes was asked for.") if a_shape else say("An array of numbers was asked for.")
    if absent:
        return finding(question, 0, expected=right, reason=f"{absent.reason} {asked}")
    try:
        share, parts, note = _compare(evidence.answer.value, evidence.expected, rule)
    except UnreadableError as problem:
        found = wording.value(evidence.answer.value)
        return finding(question, 0, expected=right, found=found, reason=f"{asked} {problem}")
    found, drawn = _wording(evidence.answer.value, rule), _pictures(question, evidence, rule)
    if share == 1:
        return finding(question, 1, expected=right, found=found, reason=note, evidence=drawn)
    slip = next((slip for slip in evidence.slips if _same(evidence.answer.value, plain(slip.value), rule)), None)
    by_chance = slip is not None and rule.form == "array"  # the method is wrong, whatever cells it happens to hit
    return finding(
        question,
        0 if by_chance else share,
        expected=right,
        found=found,
        comparison=say("Expected {right}, found {found}.", right=right, found=found),
        reason=wording.sentences(retold(slip.reason) if slip else "", note),
        remedy=retold(slip.remedy) if slip else "",
        parts=parts,
        evidence=drawn,
    )


def _pictures(question: Question, evidence: Evidence, rule: ArrayOptions) -> dict[str, Any]:
    """Data of the pictures that the question asks for."""
    if not rule.picture:
        return {}
    found, expected = _cells(evidence.answer.value, rule), _cells(evidence.expected, rule)
    alike = _without_ones(found.shape) == _without_ones(expected.shape)
    pairs = zip(found.cells, expected.cells, strict=True) if alike else ()
    right = tuple(_cell_is_right(*pair, rule) for pair in pairs)
    compared = pictures.Compared(
        expected.cells, expected.shape, found.cells, found.shape, right, question.show_expected
    )
    return pictures.evidence(rule.picture, evidence.key.given, compared, rule.tolerance)


def _cells(value: Any, rule: ArrayOptions) -> ArrayReading:
    """The cells of an array, or the sizes of a shape."""
    if rule.form == "array":
        return read_array(value)
    sizes = tuple(size if isinstance(size, int) else None for size in read_shape(value)[0])
    return ArrayReading((len(sizes),), sizes)


def _compare(value: Any, expected: Any, rule: ArrayOptions) -> tuple[float, list[Part], str]:
    """The share that is right, what was marked on its own, and a note; raises `UnreadableError`."""
    if rule.form == "shape":
        found, note = read_shape(value)
        return _compare_shapes(found, read_shape(expected)[0], note)
    return _compare_arrays(read_array(value), read_array(expected), rule)


def _compare_shapes(
    found: Sequence[int | str | None], expected: Sequence[int | str | None], note: str
) -> tuple[float, list[Part], str]:
    if len(found) == len(expected) + 1 and list(found[1:]) == list(expected):
        batch = Part(say("batch axis"), False, say("None, or left out"), str(found[0]), say(BATCH_NOTE))
        return len(expected) / len(found), [batch], say(BATCH_NOTE)
    parts = [_axis(axis, found, expected) for axis in range(max(len(found), len(expected)))]
    if len(found) != len(expected):
        note = wording.sentences(
            say_counted(
                len(found),
                "{amount} size was given; the output has another number of axes.",
                "{amount} sizes were given; the output has another number of axes.",
            ),
            note,
        )
    return sum(part.correct for part in parts) / len(parts), parts, note


def _axis(axis: int, found: Sequence[int | str | None], expected: Sequence[int | str | None]) -> Part:
    wanted = str(expected[axis]) if axis < len(expected) else say("no such axis")
    given = str(found[axis]) if axis < len(found) else say("no such axis")
    return Part(say("axis {number}", number=axis + 1), wanted == given, wanted, given)


def _compare_arrays(found: ArrayReading, expected: ArrayReading, rule: ArrayOptions) -> tuple[float, list[Part], str]:
    if _without_ones(found.shape) != _without_ones(expected.shape):
        wanted, given = _axes(expected.shape), _axes(found.shape)
        part = Part(say("shape"), False, wanted, given)
        return 0.0, [part], say("The array does not have the right shape, so its cells were not compared.")
    right = [_cell_is_right(*pair, rule) for pair in zip(found.cells, expected.cells, strict=True)]
    if len(set(found.cells)) == 1 and len(set(expected.cells)) > 1:
        return 0.0, [], say("All cells hold the same number; that alone earns nothing.")
    parts = [
        _cell_part(place, cell, wanted, ok)
        for place, cell, wanted, ok in zip(_places(expected.shape), found.cells, expected.cells, right, strict=True)
        if len(right) <= _MOST_PARTS or not ok
    ][:_MOST_PARTS]
    wrong = right.count(False)
    note = found.note
    if wrong:
        note = say_counted(
            wrong,
            "{amount} of {count} cells is not right.",
            "{amount} of {count} cells are not right.",
            count=len(right),
        )
    return right.count(True) / len(right), parts, note


def _cell_is_right(found: Number | None, expected: Number | None, rule: ArrayOptions) -> bool:
    if found is None or expected is None:
        return False
    return close(found, expected, rule.tolerance, rule.relative_tolerance)


def _cell_part(place: str, found: Number | None, expected: Number | None, right: bool) -> Part:
    wanted, given = wording.as_code(expected), say("left blank") if found is None else wording.as_code(found)
    return Part(place, right, wanted, given)


def _places(shape: tuple[int, ...]) -> list[str]:
    """Where each cell is, counted from 1: `row 2, column 3` for two axes, else `cell 1, 2, 3`."""
    places = product(*(range(1, size + 1) for size in shape))
    if len(shape) == 2:
        return [say("row {row}, column {column}", row=row, column=column) for row, column in places]
    return [say("cell {places}", places=", ".join(str(index) for index in place)).strip() for place in places]


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def _summary(value: Any) -> str:
    """What a reader can take in of an array with many cells; empty where it can be written out."""
    try:
        array = read_array(value)
    except UnreadableError:
        return ""
    numbers = [cell for cell in array.cells if cell is not None]
    if len(numbers) <= _MOST_PARTS:
        return ""
    low, high = (wording.as_code(float(f"{end:.4g}")) for end in (min(numbers), max(numbers)))
    return say("{shape} numbers from {low} to {high}", shape=wording.sizes(array.shape), low=low, high=high)


def _same(value: Any, other: Any, rule: ArrayOptions) -> bool:
    return _compare(value, other, rule)[0] == 1


def _axes(shape: tuple[int, ...]) -> str:
    return wording.sizes(shape) or say("a single number")


def _wording(value: Any, rule: ArrayOptions) -> str:
    if rule.form == "array":
        return _summary(value) or wording.value(value)
    entries = value if isinstance(value, list) else [value]
    text = ", ".join(str(entry) for entry in entries[:12])
    return wording.shortened(f"({text}{',' if len(entries) == 1 else ''})") if isinstance(value, list) else text
