"""One number: a count, a size, a rate."""

import re
from dataclasses import dataclass
from typing import Any

from grader.assess import diagnoses, options, pictures, relations
from grader.assess.answer_forms import Number, NumberReading, UnreadableError, read_number
from grader.assess.answers import absence
from grader.assess.chance import Numbers, numbers_of
from grader.assess.class_cache import cached_by_content
from grader.assess.diagnoses import EXACTLY, Diagnosis
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked, unreadable
from grader.assess.kinds.kind import Kind, note_of, readable
from grader.assess.numerals import NumberForm
from grader.assess.picture_options import Pictures
from grader.model.assessment import Finding, Verdict
from grader.model.closeness import close
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.precision import is_whole
from grader.model.record import Answer
from grader.storage.answer_data import as_answer
from grader.text import values
from grader.text.language import marked
from grader.text.messages import Text, as_code, joined, message, number

WHOLE_NOTE = marked("The question asks for a whole number.")
THOUSANDS_NOTE = marked(
    "The question asks for a whole number. In Python, a point is a decimal point. It does not separate thousands."
)
_TELLING = 30  # a smaller whole number easily agrees with another one by chance
_LARGEST = 10**15  # above it, floats do not distinguish whole numbers

_FORM = marked("Give one number as Python writes it, such as 12 or 0.5.")


class NumberOptions(options.Exactness):
    """The error that the number may have, and its unit."""

    unit: str = ""
    picture: Pictures = ()


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: the expected value must be a number, and each slip another number."""
    problems = options.problems(NumberOptions, question.options)
    try:
        expected = read_number(as_answer(key.answers[question.id])).value
        slips = [read_number(as_answer(slip.value)).value for slip in key.slips.get(question.id, ())]
    except UnreadableError as problem:
        return [*problems, f"the expected value and the slips must be numbers: {problem}"]
    if problems:
        return problems
    rule = options.read(NumberOptions, question.options)
    exact = rule.precision
    right_slips = [slip for slip in slips if _near(question, slip, expected)]
    slips_right_when_rounded = [
        slip for slip in slips if slip not in right_slips and _near(question, exact.rounded(slip, expected), expected)
    ]
    problems = pictures.problems(rule.picture, key.numbers, (expected,), exact.allowed(expected))
    problems += diagnoses.method_problems(_ComparableNumber(question, expected), question, key)
    return [
        *problems,
        *(f"the slip {number(slip)} is marked as correct. Remove it." for slip in right_slips),
        *(
            f"the slip {number(slip)} is marked as correct after rounding. Ask for more digits, or remove it."
            for slip in slips_right_when_rounded
        ),
    ]


def read(question: Question, answer: Answer, expected: float | None = None) -> NumberReading:
    """Read an answer; see `answer_forms.read_number`.

    Args:
        question: The question.
        answer: An answer with a value.
        expected: The right number; None without a key. Then a question without a rule for digits or tolerance
            requires a whole number.

    Raises:
        UnreadableError: The message is for the student.
    """
    rule = options.read(NumberOptions, question.options)
    whole = not rule.precision.is_stated and (expected is None or is_whole(expected))
    reading = read_number(answer.value, NumberForm(whole, rule.unit), answer.type_name)
    if whole and not is_whole(reading.value) and not reading.note:
        has_thousands_point = abs(reading.value) < 1000 and re.fullmatch(r"\d+\.\d{3}", repr(abs(reading.value)))
        return NumberReading(reading.value, message(THOUSANDS_NOTE if has_thousands_point else WHOLE_NOTE))
    return reading


def meaning(question: Question, answer: Answer, expected: Any) -> Number:
    """See `Kind.meaning`: the number."""
    return read(question, answer, read_number(expected).value).value


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: full points within the tolerance, else none, with the cause if it is known."""
    absent = absence(evidence)
    if absent and absent.verdict is not Verdict.FAILED:
        return unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    rule = options.read(NumberOptions, question.options)
    unit = rule.unit
    expected = read_number(evidence.expected).value
    right = joined(as_code(expected), unit)
    if absent:
        return unreadable(
            question, joined(absent.reason, message("The question asks for a number.")), message(_FORM), expected=right
        )
    try:
        reading = read(question, evidence.answer, expected)
    except UnreadableError as problem:
        answer_text = values.value(evidence.answer.value)
        reason = message("The question asks for a number. {problem}", problem=problem.text)
        return unreadable(question, reason, message(_FORM), expected=right, answer=answer_text)
    answer_text = joined(as_code(reading.value), unit)
    compared = pictures.CellComparison(
        expected=(expected,),
        expected_shape=(),
        actual=(reading.value,),
        actual_shape=(),
        right=(False,),
        may_reveal=question.show_expected,
    )
    if _near(question, reading.value, expected):
        return finding(question, 1, expected=right, answer=answer_text, reason=reading.note)
    # The key of a credit for an earlier mistake gives no reasons, and no other answer is compared with it.
    diagnosis = _diagnosis(reading.value, question, evidence.key) if evidence.key.reasons else None
    return finding(
        question,
        0,
        expected=right,
        answer=answer_text,
        comparison=message("Expected {right}, found {found}.", right=right, found=answer_text),
        reason=_why(question, reading, diagnosis, answer_text),
        remedy=diagnosis.remedy if diagnosis else "",
        mistake=diagnosis.reason if diagnosis and not diagnosis.calculation else "",
        guessed_calculation=diagnosis.calculation if diagnosis else "",
        figures=pictures.figures(rule.picture, evidence.key.numbers, compared, rule.precision.allowed(expected)),
    )


@cached_by_content
def _diagnosis(number: Number, question: Question, key: AnswerKey) -> Diagnosis | None:
    return diagnoses.diagnosis(_ComparableNumber(question, number), question, key)


def _why(question: Question, reading: NumberReading, diagnosis: Diagnosis | None, answer_text: Text) -> Text:
    """The reason why a number is not right, if it is known, and a note if the number could be written better."""
    if diagnosis:
        return joined(diagnosis.reason, reading.note)
    wrong = "" if question.show_expected else message("{answer} is not right.", answer=answer_text)
    return joined(wrong, reading.note)


def _near(question: Question, value: float, expected: float) -> bool:
    exact = options.read(NumberOptions, question.options).precision
    return close(value, expected, exact.allowed(expected), exact.relative_tolerance)


@dataclass(frozen=True, slots=True)
class _ComparableNumber:
    """See `diagnoses.ComparableAnswer`."""

    question: Question
    number_found: Number

    def equals(self, value: Any, exactly: bool) -> bool:
        other_number = read_number(value).value
        if exactly:
            return close(self.number_found, other_number, relative_tolerance=EXACTLY)
        return _near(self.question, self.number_found, other_number)

    def related(self, value: Any, closely: bool) -> Text:
        other_number = read_number(value).value
        if max(abs(self.number_found), abs(other_number)) > _LARGEST:
            return ""
        relation = relations.of_numbers(float(self.number_found), float(other_number), closely)
        in_percent = (
            not closely and not is_whole(other_number) and _near(self.question, self.number_found / 100, other_number)
        )
        return relation or (relations.IN_PERCENT if in_percent else "")

    def typing_error(self, value: Any) -> Text:
        return relations.typing_error(self.number_found, read_number(value).value)

    @property
    def numbers(self) -> Numbers:
        return numbers_of(self.number_found)

    @property
    def telling(self) -> bool:
        return abs(self.number_found) >= _TELLING or not is_whole(self.number_found)

    @property
    def bears_two(self) -> bool:
        return self.telling


KIND = Kind(
    check_options=check_options,
    assess=assess,
    form_problem=readable(read),
    form_note=note_of(read),
    meaning=meaning,
)
