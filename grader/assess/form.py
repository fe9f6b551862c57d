"""Whether an answer has the form that was asked for; says nothing about whether it is right.

Each kind of question reads answers with its own `read`, as marking does: what has no problem here can be marked.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grader.assess import function_source, keras_imports
from grader.assess.answers import absence, holds_blank, how_to_hand_over, only_blanks
from grader.assess.evidence import NO_SURROUNDINGS, Evidence, Surroundings
from grader.assess.findings import MEND
from grader.assess.kinds import array, choice, indices, number, text
from grader.assess.predictions import ONE_NUMBER
from grader.assess.readings import UnreadableError
from grader.model.assessment import Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.record import Answer, AnswerState, Record
from grader.text.language import say
from grader.text.values import sentences

_READERS: Mapping[str, Callable[[Question, Answer], Any]] = {
    "number": number.read,
    "array": array.read,
    "choice": choice.read,
    "indices": indices.read,
    "text": text.read,
}
_NO_KEY = AnswerKey({}, {}, {}, {})


def problem(
    question: Question, record: Record, cells: Sequence[str] = (), around: Surroundings = NO_SURROUNDINGS
) -> str:
    """What is wrong with the form of one answer; empty if nothing is.

    Args:
        question: What was asked.
        record: A run in which `question.answer` was handed back as data.
        cells: Source of each code cell, in which a function is looked up that cannot give a result.
        around: What else of the notebook tells why an answer is missing.
    """
    answer = record.answers[question.answer]
    name = question.answer
    blank = answer.state is AnswerState.BLANK or (question.kind != "text" and only_blanks(answer.value))
    if blank or answer.state is AnswerState.MISSING:
        absent = absence(Evidence(question.id, name, _NO_KEY, record, tuple(cells), around=around))
        if absent and absent.verdict is Verdict.BLOCKED:
            imports = keras_imports.imported_from(cells) if question.kind == "architecture" else ""
            return sentences(absent.reason, imports, absent.remedy if absent.remedy != MEND else "")
        return absent.reason if absent and not blank else say("`{name}` is still `...`.", name=name)
    if question.kind == "architecture":
        if copy := keras_imports.of_another_keras(answer.type_name):
            return keras_imports.told(name, copy)
        return (
            ""
            if name in record.models
            else say("`{name}` is a {type}; a Keras model was asked for.", name=name, type=answer.type_name)
        )
    if question.kind in ("accuracy", "function"):
        return (
            sentences(function_source.form_problem(name, cells), _not_all_at_once(question, cells))
            if answer.type_name == "function"
            else say("`{name}` is a {type}; a function was asked for.", name=name, type=answer.type_name)
        )
    if question.kind == "text" and answer.state is AnswerState.TOO_LARGE:
        return say("`{name}` is longer than a text may be; shorten it.", name=name)
    if answer.state is not AnswerState.VALUE:
        cannot = say("`{name}` is a {type}, which cannot be marked.", name=name, type=answer.type_name)
        return " ".join(filter(None, (cannot, how_to_hand_over(name, answer.type_name))))
    if question.kind != "text" and holds_blank(answer.value):
        return say("`{name}` still holds a `...`.", name=name)
    return _unreadable(question, answer)


def note(question: Question, record: Record) -> str:
    """How an answer was read, where that is not plain; empty where it is, and for what has no value."""
    answer = record.answers[question.answer]
    if answer.state is not AnswerState.VALUE or question.kind not in _READERS:
        return ""
    try:
        read = _READERS[question.kind](question, answer)
    except UnreadableError:
        return ""
    told = read[1] if question.kind == "indices" else getattr(read, "note", "")
    return say("`{name}`: {problem}", name=question.answer, problem=told) if told else ""


def _not_all_at_once(question: Question, cells: Sequence[str]) -> str:
    """That a function which gets all images at once works on one, or on them one by one; empty where it does not."""
    if question.kind != "accuracy":
        return ""
    if function_source.gives_one_number(cells, question.answer):
        return say(ONE_NUMBER)
    return function_source.one_call_for_all(question.answer, cells)


def _unreadable(question: Question, answer: Answer) -> str:
    try:
        read = _READERS[question.kind](question, answer)
    except UnreadableError as error:
        return say("`{name}`: {problem}", name=question.answer, problem=error)
    return _missing_words(question, read) if question.kind == "text" else ""


def _missing_words(question: Question, given: str) -> str:
    """What a text lacks; that it is right is for a person to say."""
    if not given:
        return say("`{name}` is empty.", name=question.answer)
    short = text.too_short(question, given)
    return say("`{name}` has {few}.", name=question.answer, few=short) if short else ""
