"""Checks that answers have the required form, and not whether they are right.

Each kind of question reads answers with the same `read` as marking. An answer without a problem here can be marked.
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
from grader.model.record import Answer, AnswerState, Record
from grader.text.messages import Text, joined, message

_NO_KEY = AnswerKey(answers={}, slips={}, heldout={}, references={})


def problem(
    question: Question, record: Record, cells: Sequence[str] = (), around: Surroundings = NO_SURROUNDINGS
) -> Text:
    """Describe the problem with the form of one answer.

    Args:
        question: The question.
        record: A run that returned `question.answer` as data.
        cells: Source of each code cell; a function that cannot give a result is looked up there.
        around: Other parts of the notebook that explain why an answer is missing.

    Returns:
        A text for the student; empty if there is no problem.
    """
    kind, name = KINDS[question.kind], question.answer
    answer = record.answers.get(name, Answer(AnswerState.MISSING))
    evidence = Evidence(question=question.id, name=name, key=_NO_KEY, record=record, cells=tuple(cells), around=around)
    if not kind.needs.variable:
        return kind.form_problem(question, evidence)
    blank = answer.state is AnswerState.BLANK or (not kind.may_hold_dots and only_blanks(answer.value))
    if not blank and answer.state is not AnswerState.MISSING:
        return kind.form_problem(question, evidence)
    absent = absence(evidence)
    if absent and absent.verdict is Verdict.BLOCKED:
        return joined(absent.reason, kind.about_absence(cells), absent.remedy if absent.remedy != MEND else "")
    return absent.reason if absent and not blank else message("`{name}` is still `...`.", name=name)


def problem_of_variables(
    names: Sequence[str], record: Record, cells: Sequence[str] = (), around: Surroundings = NO_SURROUNDINGS
) -> Text:
    """Describe the problem with the variables that an answer is computed from.

    Args:
        names: The variables.
        record: A run that returned them.
        cells: Source of each code cell.
        around: Other parts of the notebook that explain why a variable is missing.

    Returns:
        A text for the student about the first variable that is missing or blank; empty if there is none.
    """
    for name in names:
        if record.answers[name].state in (AnswerState.MISSING, AnswerState.BLANK):
            evidence = Evidence(question="", name=name, key=_NO_KEY, record=record, cells=tuple(cells), around=around)
            if absent := absence(evidence):
                return absent.reason
    return ""


def note(question: Question, record: Record) -> Text:
    """Describe how an answer was read.

    Args:
        question: The question.
        record: A run that returned `question.answer` as data.

    Returns:
        A text for the student; empty if the reading is obvious, or if there is no value.
    """
    answer = record.answers.get(question.answer)
    if answer is None or answer.state is not AnswerState.VALUE:
        return ""
    reading_note = KINDS[question.kind].form_note(question, answer)
    return message("`{name}`: {problem}", name=question.answer, problem=reading_note) if reading_note else ""


def trials(exercise: Exercise) -> list[Trial]:
    """The calls for the functions of an exercise for which it has an example."""
    calls = (KINDS[question.kind].trial(exercise, question) for question in exercise.questions)
    return [trial for trial in calls if trial is not None]
