"""A text that is compared by the machine: word by word, or with a pattern."""

from grader.assess import options
from grader.assess.answer_forms import UnreadableError
from grader.assess.answers import absence
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked, unreadable
from grader.assess.kinds.kind import Kind, readable
from grader.assess.text_rules import RightTexts, TextRules, right_texts
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.record import Answer
from grader.storage.answer_data import as_answer
from grader.text import values
from grader.text.language import marked
from grader.text.messages import Text, joined, message, shortened

_FORM = marked("Give one text in quotes.")
_LONGEST_SHOWN = 500


class StringOptions(TextRules):
    """How the text is compared; see `TextRules`."""


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: the expected value is one text or several, and each slip another text."""
    if problems := options.problems(StringOptions, question.options):
        return problems
    rules = options.read(StringOptions, question.options)
    try:
        right = right_texts(rules, as_answer(key.answers[question.id]))
    except ValueError as error:
        return [f"{error}."]
    slips = [as_answer(slip.value) for slip in key.slips.get(question.id, ())]
    if not all(isinstance(slip, str) for slip in slips):
        return ["the slips must be text."]
    return [f"the slip '{slip}' is marked as correct. Remove it." for slip in slips if right.fits(slip)]


def read(_question: Question, answer: Answer) -> str:
    """Read an answer: a text, or a list with one text.

    Raises:
        UnreadableError: The message is for the student.
    """
    value = answer.value
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str):
        raise UnreadableError(
            message("The question asks for text in quotes. This is {answer}.", answer=values.value(value))
        )
    return value


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: full points for a text that is right, else none."""
    absent = absence(evidence)
    if absent and absent.verdict is not Verdict.FAILED:
        return unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    right = right_texts(options.read(StringOptions, question.options), evidence.expected)
    expected = _quoted(right.example)
    if absent:
        return unreadable(question, absent.reason, message(_FORM), expected=expected)
    try:
        text = read(question, evidence.answer)
    except UnreadableError as problem:
        answer = values.value(evidence.answer.value)
        return unreadable(question, problem.text, message(_FORM), expected=expected, answer=answer)
    return compared(question, evidence, right, text)


def compared(question: Question, evidence: Evidence, right: RightTexts, text: str) -> Finding:
    """Mark a text.

    Args:
        question: The question.
        evidence: The evidence about the answer, with the slips.
        right: The texts that are right.
        text: The text of the student.
    """
    expected, answer = _quoted(right.example), _quoted(text)
    if right.fits(text):
        return finding(question, 1, expected=expected, answer=answer)
    slip = next((slip for slip in evidence.slips if right.rules.equal(text, str(slip.value))), None)
    reason = slip.reason if slip else right.remark(text)
    is_silent = not reason and not (question.show_expected and expected)
    return finding(
        question,
        0,
        expected=expected,
        answer=answer,
        comparison=message("Expected {right}, found {found}.", right=expected, found=answer) if expected else "",
        reason=joined(reason, message("{answer} is not right.", answer=answer) if is_silent else ""),
        remedy=slip.remedy if slip else "",
        mistake=slip.reason if slip else "",
    )


def _quoted(text: str) -> Text:
    return shortened(f'"{text}"', _LONGEST_SHOWN) if text else ""


KIND = Kind(check_options=check_options, assess=assess, form_problem=readable(read))
