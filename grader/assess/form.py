"""Whether an answer has the form that was asked for; says nothing about whether it is right.

Each kind of question reads answers with its own `read`, as marking does: what has no problem here can be marked.
"""

from collections.abc import Sequence

from grader.assess.answers import absence, only_blanks
from grader.assess.evidence import NO_SURROUNDINGS, Evidence, Surroundings
from grader.assess.findings import MEND
from grader.assess.kinds import KINDS
from grader.assess.trial import Trial
from grader.model.assessment import Verdict
from grader.model.exercise import Exercise, Question
from grader.model.key import AnswerKey
from grader.model.record import AnswerState, Record
from grader.text.messages import Text, joined, message

_NO_KEY = AnswerKey(answers={}, slips={}, heldout={}, references={})


def problem(
    question: Question, record: Record, cells: Sequence[str] = (), around: Surroundings = NO_SURROUNDINGS
) -> Text:
    """What is wrong with the form of one answer; empty if nothing is.

    Args:
        question: What was asked.
        record: A run in which `question.answer` was handed back as data.
        cells: Source of each code cell, in which a function is looked up that cannot give a result.
        around: What else of the notebook tells why an answer is missing.
    """
    kind, name, answer = KINDS[question.kind], question.answer, record.answers[question.answer]
    evidence = Evidence(question.id, name, _NO_KEY, record, tuple(cells), around=around)
    blank = answer.state is AnswerState.BLANK or (not kind.may_hold_dots and only_blanks(answer.value))
    if not blank and answer.state is not AnswerState.MISSING:
        return kind.form_problem(question, evidence)
    absent = absence(evidence)
    if absent and absent.verdict is Verdict.BLOCKED:
        return joined(absent.reason, kind.about_absence(cells), absent.remedy if absent.remedy != MEND else "")
    return absent.reason if absent and not blank else message("`{name}` is still `...`.", name=name)


def note(question: Question, record: Record) -> Text:
    """How an answer was read, where that is not plain; empty where it is, and for what has no value."""
    answer = record.answers[question.answer]
    if answer.state is not AnswerState.VALUE:
        return ""
    reading_note = KINDS[question.kind].form_note(question, answer)
    return message("`{name}`: {problem}", name=question.answer, problem=reading_note) if reading_note else ""


def trials(exercise: Exercise) -> list[Trial]:
    """The calls for the functions of an exercise for which it has an example."""
    calls = (KINDS[question.kind].trial(exercise, question) for question in exercise.questions)
    return [trial for trial in calls if trial is not None]
