"""One number: a count, a size, a rate."""

from pydantic import Field

from grader.assess import options, pictures, wording
from grader.assess.answers import absence
from grader.assess.evidence import Evidence, plain
from grader.assess.findings import finding, unmarked
from grader.assess.picture_options import Pictures
from grader.assess.readings import UnreadableError, close, read_number
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey, Slip
from grader.model.language import retold, say


class NumberOptions(options.Options):
    """How near is near enough."""

    tolerance: float = Field(0.0, ge=0)
    relative_tolerance: float = Field(0.0, ge=0)
    unit: str = ""
    picture: Pictures = ()


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: the expected value has to be a number, each slip another one."""
    found = options.problems(NumberOptions, question.options)
    try:
        expected = read_number(plain(key.answers[question.id])).value
        slips = [read_number(plain(slip.value)).value for slip in key.slips.get(question.id, ())]
    except UnreadableError as problem:
        return [*found, f"the expected value and the slips must be numbers: {problem}"]
    if found:
        return found
    rule = options.read(NumberOptions, question.options)
    same = [slip for slip in slips if _near(question, slip, expected)]
    found = pictures.problems(rule.picture, key.given, (expected,), rule.tolerance)
    return [*found, *(f"the slip {wording.number(slip)} counts as right; take it out." for slip in same)]


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: full points within the tolerance, else none and the cause where it is known."""
    absent = absence(evidence)
    if absent and absent.verdict is not Verdict.FAILED:
        return unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    rule = options.read(NumberOptions, question.options)
    unit = rule.unit
    expected = read_number(evidence.expected).value
    right = wording.sentences(wording.as_code(expected), unit)
    if absent:
        return finding(
            question, 0, expected=right, reason=wording.sentences(absent.reason, say("A number was asked for."))
        )
    try:
        reading = read_number(evidence.answer.value)
    except UnreadableError as problem:
        found = wording.value(evidence.answer.value)
        return finding(
            question, 0, expected=right, found=found, reason=say("A number was asked for. {problem}", problem=problem)
        )
    found = wording.sentences(wording.as_code(reading.value), unit)
    compared = pictures.Compared((expected,), (), (reading.value,), (), (False,), question.show_expected)
    if _near(question, reading.value, expected):
        return finding(question, 1, expected=right, found=found, reason=reading.note)
    slip = next((slip for slip in evidence.slips if _near(question, reading.value, _value(slip))), None)
    return finding(
        question,
        0,
        expected=right,
        found=found,
        comparison=say("Expected {right}, found {found}.", right=right, found=found),
        reason=retold(slip.reason)
        if slip
        else say("{answer} is not right.", answer=found)
        if not question.show_expected
        else "",
        remedy=retold(slip.remedy) if slip else "",
        evidence=pictures.evidence(rule.picture, evidence.key.given, compared, rule.tolerance),
    )


def _near(question: Question, found: float, expected: float) -> bool:
    rule = options.read(NumberOptions, question.options)
    return close(found, expected, rule.tolerance, rule.relative_tolerance)


def _value(slip: Slip) -> float:
    return read_number(plain(slip.value)).value
