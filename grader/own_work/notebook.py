"""The small notebook with a student's questions, and the answers that a student wrote into it; nothing is executed."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.model.own_work import AskedQuestions, OwnQuestion, letters
from grader.storage import codec
from grader.text.messages import Text, joined, message, number

CODE = "questions"
"""The variable that names the questions of a notebook."""

_ANSWER = re.compile(r"answer_(\d{1,2})")
_LINE = re.compile(r"^[ \t]*(answer_\d{1,2}|questions)[ \t]*=[ \t]*([^#\n]*)", re.MULTILINE)
_NO_ANSWER = ("", "...", "None")
_LONGEST = 100
_LONGEST_CELL = 10_000  # of a cell with an answer; longer ones are not read, because a student can submit anything
_ODD = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True, slots=True)
class WrittenAnswers:
    """What a student wrote.

    Attributes:
        code: The code of the questions; empty if the notebook names none.
        answers: Number of a question, from 1 -> the answer as text, shortened; empty if it was left out.
    """

    code: str = ""
    answers: Mapping[int, str] = field(default_factory=dict)


def notebook_of(question_set: AskedQuestions, title: str) -> bytes:
    """Write the notebook in the language that is spoken.

    Args:
        question_set: The questions.
        title: Title of the exercise.

    Returns:
        The notebook as UTF-8 JSON, nbformat 4.5. It contains no answer.
    """
    cells = [_markdown("about", _introduction(question_set, title)), _code("code", f'{CODE} = "{question_set.code}"')]
    for place, question in enumerate(question_set.questions, 1):
        cells.append(_markdown(f"question-{place}", _question(place, question, question_set.points)))
        cells.append(_code(f"answer-{place}", f"answer_{place} = ...  # {_offered(question)}"))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return codec.encode_for_programs(
        {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    )


def _introduction(question_set: AskedQuestions, title: str) -> Text:
    return joined(
        joined("#", message("Questions about your own work: {title}", title=title)),
        message(
            "These questions are about the model that you built and the training that you ran in this exercise. For "
            'each question, write the letter of the correct answer, for example `answer_1 = "b"`. Exactly one answer '
            "is correct. You may look at your notebook and your report, and calculate."
        ),
        message(
            "You have {minutes} minutes. The answers are read from the cells, so you need not run them. Do not change "
            "the next cell.",
            minutes=number(question_set.minutes),
        ),
        separator="\n\n",
    )


def _question(place: int, question: OwnQuestion, points: float) -> Text:
    head = message("Question {place} (points: {points})", place=place, points=number(points))
    choices = [
        joined(f"- **{letter})**", choice.text)
        for letter, choice in zip(letters(question.choices), question.choices, strict=True)
    ]
    return joined(joined("##", head), question.text, joined(*choices, separator="\n"), separator="\n\n")


def _offered(question: OwnQuestion) -> str:
    return " ".join(f'"{letter}"' for letter in letters(question.choices))


def _markdown(name: str, source: Text) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": str(source)}


def _code(name: str, source: str) -> dict[str, Any]:
    cell = {"cell_type": "code", "id": name, "metadata": {}, "source": source}
    return {**cell, "execution_count": None, "outputs": []}


def read_answers(cells: Iterable[str]) -> WrittenAnswers:
    """Read the answers from the source of the code cells, which are parsed and never executed.

    Args:
        cells: Sources of the code cells, in order. They may contain anything.

    Returns:
        The last value of each answer.

    Example:
        >>> read_answers(['questions = "0123abcd"', 'answer_1 = "b"']).answers
        {1: 'b'}
    """
    code, answers = "", dict[int, str]()
    for name, text in (assignment for cell in cells for assignment in _assignments(cell)):
        match = _ANSWER.fullmatch(name)
        if match:
            answers[int(match[1])] = text[:_LONGEST]
        elif name == CODE:
            code = text[:_LONGEST]
    return WrittenAnswers(code, answers)


def _assignments(cell: str) -> Iterator[tuple[str, str]]:
    """Variable and value of each assignment of a cell; line by line if the cell is not valid Python."""
    if len(cell) > _LONGEST_CELL:
        return
    try:
        tree = ast.parse(cell)
    except _ODD:
        for name, text in _LINE.findall(cell):
            yield name, _filled_in(text.strip().strip("\"'").strip())
        return
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str() as text)):
                yield name, _filled_in(text)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, _filled_in(_unparsed(value))


def _filled_in(text: str) -> str:
    """What is written in the place of `...`; empty if that is still there, or `None`."""
    return "" if text.strip() in _NO_ANSWER else text


def _unparsed(value: ast.expr) -> str:
    try:
        return ast.unparse(value)
    except _ODD:
        return ""
