"""Marks the answers to questions about a student's own work: a pure function of questions and answers."""

import re
from collections.abc import Mapping
from fractions import Fraction

from grader.model.own_work import AskedQuestions, OwnFinding, OwnQuestion, letters
from grader.text.messages import Text, english

_SIZE = re.compile(r"[0-9]{1,9}")
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?P<sign>[,.'’_ \u00a0\u202f])[0-9]{3}(?:(?P=sign)[0-9]{3})*")
_DECIMAL = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


def mark(question_set: AskedQuestions, answers: Mapping[int, str]) -> tuple[OwnFinding, ...]:
    """Mark the answers.

    Args:
        question_set: The questions.
        answers: Number of a question, from 1 -> what the student wrote. An answer that is missing earns no points.

    Returns:
        One finding for each question, in order.
    """
    return tuple(
        _marked(question, answers.get(place, ""), question_set.points)
        for place, question in enumerate(question_set.questions, 1)
    )


def _marked(question: OwnQuestion, answer: str, points: float) -> OwnFinding:
    choice = chosen(question, answer)
    is_right = choice == question.right
    return OwnFinding(
        question=question.id,
        answer=answer,
        choice=choice,
        is_right=is_right,
        points=points if is_right else 0.0,
        reason="" if choice is None else question.choices[choice].mistake,
    )


def chosen(question: OwnQuestion, answer: str) -> int | None:
    """Find the choice that an answer means: by its letter, or by the text of the choice.

    Args:
        question: The question.
        answer: What the student wrote: `b`, `(B)`, `b)` or the value itself.

    Returns:
        Position of the choice, from 0; None if the answer means none.
    """
    letter = answer.strip().strip("()[]. ").casefold()
    offered = letters(question.choices)
    if len(letter) == 1 and letter in offered:
        return offered.index(letter)
    matches = [place for place, choice in enumerate(question.choices) if answer.strip() and _means(answer, choice.text)]
    return matches[0] if len(matches) == 1 else None


def _means(answer: str, choice: Text) -> bool:
    """Whether an answer has the value of a choice: a shape, a share in percent, a number or a name."""
    text = english(choice)
    if text.startswith("("):
        return _sizes(answer) == _sizes(text)
    if text.endswith("%"):
        return _percent(answer) == _percent(text)
    value = _number(text)
    return _name(answer) in (_name(text), _name(str(choice))) if value is None else _number(answer) == value


def _sizes(text: str) -> tuple[int, ...] | None:
    """The sizes of a shape, with or without brackets; None for other texts."""
    sizes = re.split(r"\s*[,;x×]\s*|\s+", text.strip().strip("()[]").strip(" ,"))
    return tuple(map(int, sizes)) if all(_SIZE.fullmatch(size) for size in sizes) else None


def _percent(text: str) -> Fraction | None:
    """A share in percent: of `25 %`, `25` and `0.25`, it is 25. None for other texts."""
    value = _number(text.strip().removesuffix("%"))
    if value is not None and 0 < value < 1 and "%" not in text:
        return 100 * value
    return value


def _number(text: str) -> Fraction | None:
    """The value of a number, with or without signs between groups of three digits; None for other texts."""
    digits = text.strip("()[] \u00a0").rstrip(".")
    if groups := _GROUPS.fullmatch(digits):
        digits = digits.replace(groups["sign"], "")
    return Fraction(digits.replace(",", ".")) if _DECIMAL.fullmatch(digits) else None


def _name(text: str) -> str:
    return " ".join(text.replace("`", "").casefold().split())
