"""Free text, which a person reads: the grader only checks whether there is any."""

from dataclasses import replace

from pydantic import Field

from grader.assess import options
from grader.assess.answer_forms import UnreadableError, read_text, words_of
from grader.assess.answers import absence
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked
from grader.assess.kinds.kind import Kind, no_value
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.needs import Needs
from grader.model.record import Answer, AnswerState
from grader.storage.answer_data import as_answer
from grader.text import values
from grader.text.language import marked
from grader.text.messages import Text, counted, joined, message

READ = marked("An instructor reads this answer and awards its points.")
TOO_LONG = marked("The answer is too long to show here, so the instructor reads it in the notebook.")


class TextOptions(options.Options):
    """The number of words that the question requires."""

    minimum_words: int = Field(0, ge=0)


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: there may be a model answer, which is text; there are no slips."""
    problems = options.problems(TextOptions, question.options)
    if question.id in key.answers and not isinstance(as_answer(key.answers[question.id]), str):
        problems.append("the model answer in answers() must be text. Write text, or leave it out.")
    if key.slips.get(question.id):
        problems.append("an instructor marks this question, so it has no slips. Remove it from slips().")
    return problems


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: text waits for a person, anything else earns nothing."""
    if evidence.answer.state is AnswerState.TOO_LARGE:
        return unmarked(question, Verdict.NEEDS_HUMAN, joined(message(READ), message(TOO_LONG)))
    absent = absence(evidence)
    if absent and absent.verdict is not Verdict.FAILED:
        return unmarked(question, absent.verdict, absent.reason, remedy=absent.remedy)
    expected = _model_answer(evidence)
    if absent:
        return finding(question, 0, expected=expected, reason=absent.reason)
    try:
        text = read(question, evidence.answer)
    except UnreadableError as problem:
        return finding(question, 0, expected=expected, answer=values.value(evidence.answer.value), reason=problem.text)
    if not text:
        empty = message("`{name}` is empty: this question was not attempted.", name=evidence.name)
        return unmarked(question, Verdict.NOT_ATTEMPTED, empty)
    shortfall = too_short(question, text)
    reason = joined(message(READ), message("The answer has {few}.", few=shortfall) if shortfall else "")
    model_answer = expected if question.show_expected else ""
    return replace(unmarked(question, Verdict.NEEDS_HUMAN, reason), expected=model_answer, found=text)


def read(_question: Question, answer: Answer) -> str:
    """Read an answer; see `answer_forms.read_text`.

    Args:
        answer: An answer with a value.

    Raises:
        UnreadableError: The message is for the student.
    """
    return read_text(answer.value)


def too_short(question: Question, text: str) -> Text:
    """Say that a text has fewer words than the question requires.

    Args:
        question: The question.
        text: The text.

    Returns:
        A clause for the student; empty if there are enough words.
    """
    count, least = words_of(text), options.read(TextOptions, question.options).minimum_words
    if count >= least:
        return ""
    return counted(
        count,
        "{amount} word, but the question asks for at least {least}",
        "{amount} words, but the question asks for at least {least}",
        least=least,
    )


def _model_answer(evidence: Evidence) -> str:
    return str(evidence.expected) if evidence.question in evidence.key.answers else ""


def form_problem(question: Question, evidence: Evidence) -> Text:
    """See `Kind.form_problem`: a text must not be empty, too short or too long. A person decides on its points."""
    if evidence.answer.state is AnswerState.TOO_LARGE:
        return message("`{name}` is too long: shorten it.", name=question.answer)
    if problem := no_value(question, evidence.answer):
        return problem
    try:
        text = read(question, evidence.answer)
    except UnreadableError as error:
        return message("`{name}`: {problem}", name=question.answer, problem=error)
    if not text:
        return message("`{name}` is empty.", name=question.answer)
    shortfall = too_short(question, text)
    return message("`{name}` has {few}.", name=question.answer, few=shortfall) if shortfall else ""


KIND = Kind(
    check_options=check_options,
    assess=assess,
    form_problem=form_problem,
    needs=Needs(answer=False),
    may_hold_dots=True,
    by_hand=True,
)
