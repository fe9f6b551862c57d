"""A number that has to lie within a range, such as an accuracy of at least 0.9."""

from dataclasses import dataclass
from typing import Any

from grader.assess import options
from grader.assess.answer_forms import NumberReading, UnreadableError, read_number
from grader.assess.answers import absence
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked, unreadable
from grader.assess.kinds.kind import Kind, note_of, readable
from grader.assess.numerals import NumberForm
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.precision import is_whole
from grader.model.record import Answer
from grader.storage.answer_data import as_answer
from grader.text import values
from grader.text.language import marked
from grader.text.messages import Text, as_code, joined, message

_FORM = marked("Give one number as Python writes it, such as 12 or 0.5.")


class IntervalOptions(options.Options):
    """The unit of the number, and whether it has to be whole."""

    unit: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Range:
    """The smallest and the largest right number; None if there is no such limit."""

    low: float | None
    high: float | None

    def text(self, unit: str) -> Text:
        low, high = (joined(as_code(limit), unit) for limit in (self.low, self.high))
        if self.low is None:
            return message("{high} or less", high=high)
        if self.high is None:
            return message("{low} or more", low=low)
        return message("{low} to {high}", low=low, high=high)

    def has(self, number: float) -> bool:
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: the expected value is a pair of limits, and no slip lies between them."""
    problems = options.problems(IntervalOptions, question.options)
    try:
        limits = _range(as_answer(key.answers[question.id]))
        slips = [read_number(as_answer(slip.value)).value for slip in key.slips.get(question.id, ())]
    except UnreadableError as problem:
        return [*problems, f"the slips must be numbers: {problem}"]
    except ValueError as problem:
        return [*problems, str(problem)]
    return [*problems, *(f"the slip {slip:g} is marked as correct. Remove it." for slip in slips if limits.has(slip))]


def _range(expected: Any) -> _Range:
    """Read the expected value.

    Raises:
        ValueError: It is not a pair of limits; the message is for the author.
    """
    is_pair = isinstance(expected, list) and len(expected) == 2
    limits = expected if is_pair else []
    numbers = [limit for limit in limits if isinstance(limit, int | float) and not isinstance(limit, bool)]
    if not numbers or len(numbers) + limits.count(None) != 2 or numbers != sorted(numbers):
        raise ValueError("the expected value must be (smallest, largest). Use None for a side without a limit.")
    return _Range(*limits)


def read(question: Question, answer: Answer) -> NumberReading:
    """Read an answer; see `answer_forms.read_number`.

    Raises:
        UnreadableError: The message is for the student.
    """
    rule = options.read(IntervalOptions, question.options)
    reading = read_number(answer.value, NumberForm(rule.whole, rule.unit), answer.type_name)
    if rule.whole and not is_whole(reading.value):
        raise UnreadableError(message("The question asks for a whole number."))
    return reading


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: full points for a number from the lower limit to the upper one, else none."""
    absent = absence(evidence)
    if absent and absent.verdict is not Verdict.FAILED:
        return unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    limits, unit = _range(evidence.expected), options.read(IntervalOptions, question.options).unit
    right = limits.text(unit)
    if absent:
        return unreadable(question, absent.reason, message(_FORM), expected=right)
    try:
        reading = read(question, evidence.answer)
    except UnreadableError as problem:
        answer = values.value(evidence.answer.value)
        return unreadable(question, problem.text, message(_FORM), expected=right, answer=answer)
    answer = joined(as_code(reading.value), unit)
    if limits.has(reading.value):
        return finding(question, 1, expected=right, answer=answer, reason=reading.note)
    slip = next((slip for slip in evidence.slips if read_number(slip.value).value == reading.value), None)
    outside = message("{answer} is not in the range that the question asks for.", answer=answer)
    return finding(
        question,
        0,
        expected=right,
        answer=answer,
        comparison=message("Expected {right}, found {found}.", right=right, found=answer),
        reason=joined(slip.reason if slip else "" if question.show_expected else outside, reading.note),
        remedy=slip.remedy if slip else "",
        mistake=slip.reason if slip else "",
    )


KIND = Kind(check_options=check_options, assess=assess, form_problem=readable(read), form_note=note_of(read))
