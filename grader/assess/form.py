"""Whether an answer has the form that was asked for; says nothing about whether it is right."""

from collections.abc import Callable, Mapping, Sequence

from grader.assess import function_source
from grader.assess.kinds.text import too_short
from grader.assess.readings import UnreadableError, read_array, read_indices, read_number, read_shape, read_text
from grader.model.exercise import Question
from grader.model.language import say
from grader.model.record import Answer, AnswerState, Record

_FUNCTIONS = ("function", "method", "builtin_function_or_method", "partial")


def problem(question: Question, record: Record, cells: Sequence[str] = ()) -> str:
    """What is wrong with the form of one answer; empty if nothing is.

    Args:
        question: What was asked.
        record: A run in which `question.answer` was handed back as data.
        cells: Source of each code cell, in which a function is looked up that cannot give a result.
    """
    answer = record.answers[question.answer]
    name = question.answer
    if answer.state is AnswerState.MISSING:
        return say("`{name}` does not exist after all cells have run.", name=name)
    if answer.state is AnswerState.BLANK:
        return say("`{name}` is still `...`.", name=name)
    if question.kind == "architecture":
        return (
            ""
            if name in record.models
            else say("`{name}` is a {type}; a Keras model was asked for.", name=name, type=answer.type_name)
        )
    if question.kind in ("accuracy", "function"):
        return (
            function_source.form_problem(name, cells)
            if answer.type_name in _FUNCTIONS
            else say("`{name}` is a {type}; a function was asked for.", name=name, type=answer.type_name)
        )
    if question.kind == "text" and answer.state is AnswerState.TOO_LARGE:
        return say("`{name}` is longer than a text may be; shorten it.", name=name)
    if answer.state is not AnswerState.VALUE:
        return say("`{name}` is a {type}, which cannot be marked.", name=name, type=answer.type_name)
    return _unreadable(question, answer)


def _unreadable(question: Question, answer: Answer) -> str:
    readers: Mapping[str, Callable[[object], object]] = {
        "number": read_number,
        "indices": read_indices,
        "array": read_shape if question.options.get("form") == "shape" else read_array,
        "text": read_text,
    }
    try:
        read = readers.get(question.kind, str)(answer.value)
    except UnreadableError as error:
        return say("`{name}`: {problem}", name=question.answer, problem=error)
    return _missing_words(question, str(read)) if question.kind == "text" else ""


def _missing_words(question: Question, given: str) -> str:
    """What a text lacks; that it is right is for a person to say."""
    if not given:
        return say("`{name}` is empty.", name=question.answer)
    short = too_short(question, given)
    return say("`{name}` has {few}.", name=question.answer, few=short) if short else ""
