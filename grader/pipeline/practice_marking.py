"""Marks an answer to a practice card by the code that marks submissions. Nothing is stored, and no key is needed."""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.assess.engine import assess
from grader.mistakes.named_mistakes import mistakes_named_in
from grader.model.assessment import Finding
from grader.model.exercise import Exercise, Limits
from grader.model.key import AnswerKey
from grader.model.practice import PracticeCard
from grader.model.record import Answer, AnswerState, Outcome, Record
from grader.storage.answer_data import as_answer
from grader.text.language import say
from grader.text.messages import Text, shortened

_LONGEST = 2000  # characters of an answer that are read
_LARGEST = 10.0**15


def mark_practice(card: PracticeCard, written: str) -> Finding:
    """Mark an answer to a card as the grader marks it in a notebook. Nothing is stored.

    Args:
        card: The card.
        written: The answer as a student types it: a number, a calculation such as `28 - 5 + 1`, or a list.

    Returns:
        A finding with verdict, reason, next step and pictures. It shows the expected answer. Its misconceptions are
        those that the reason states as a fact: a mistake that is only possible says nothing about the student.
    """
    question = replace(card.question, show_expected=True, points=1.0, criteria=())
    exercise = Exercise(
        slug=card.exercise,
        title=card.exercise_title,
        summary="",
        source=question.source,
        questions=(question,),
        limits=Limits(),
        seed=0,
        files=(),
        folder=Path(),
    )
    key = AnswerKey(
        answers={question.id: card.answer},
        slips={question.id: card.slips},
        heldout={},
        references={},
        numbers=card.numbers,
    )
    record = Record(key="", outcome=Outcome.COMPLETED, answers={question.answer: read_written(written)})
    finding = assess("", exercise, key, record, {}).findings[0]
    certain = {named.misconception for named in mistakes_named_in(finding.reason) if named.is_certain}
    return replace(finding, misconceptions=tuple(name for name in finding.misconceptions if name in certain))


def unreadable(written: str) -> Text:
    """Say that an answer is no number, calculation or list, so that it can be typed again; empty if it is one.

    Args:
        written: The answer as a student types it; an empty one counts as readable.
    """
    answer = read_written(written)
    if not isinstance(answer.value, str):
        return ""
    return say(
        "`{answer}` is not a number, a calculation or a list of numbers. Check brackets, commas and signs, and answer "
        "again. This does not count as an answer.",
        answer=shortened(written.strip(), 60),
    )


# ---- What a student types --------------------------------------------------------------------------------------------

_OPERATIONS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def read_written(written: str) -> Answer:
    """Read an answer that somebody has typed, without running it.

    Args:
        written: A number, a calculation with + - * / // % and brackets, or a list or tuple of these; anything else is
            kept as text, so that the marking can say what is wrong with it.

    Example:
        >>> [read_written(text).value for text in ("28 - 5 + 1", "(24, 24, 6)", "5 %")]
        [24, [24, 24, 6], '5 %']
    """
    text = written.strip()
    if not text or text == "...":
        return Answer(AnswerState.BLANK)
    if len(text) > _LONGEST:
        return Answer(AnswerState.TOO_LARGE)
    try:
        value = _value(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError):
        return Answer(AnswerState.VALUE, text, "str")
    return Answer(AnswerState.VALUE, as_answer(value), type(value).__name__)


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=bool() | int() | float() as value):
            return _bounded(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _number(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            return _bounded(_OPERATIONS[type(op)](_number(left), _number(right)))
        case ast.List(elts=elements):
            return [_value(element) for element in elements]
        case ast.Tuple(elts=elements):
            return tuple(_value(element) for element in elements)
    raise ValueError


def _number(node: ast.expr) -> Any:
    value = _value(node)
    if isinstance(value, list | tuple):
        raise TypeError
    return value


def _bounded(value: Any) -> Any:
    if abs(value) > _LARGEST:
        raise ValueError
    return value
