"""The texts of the files of an imported course."""

import csv
import inspect
import io
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from grader.porting import checked
from grader.porting.parts import ImportedCourse, ImportedExercise, ImportedQuestion, Row

STARTUP = "startup.py"
_HELPERS = {
    name: function
    for name, function in vars(checked).items()
    if inspect.isfunction(function) and function.__module__ == checked.__name__
}
_IMPORTS_OF_HELPERS = """\
import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np"""


def settings_text(course: ImportedCourse) -> str:
    """The text of `course.toml`."""
    course_id = re.sub(r"[^a-z0-9]+", "-", course.title.lower()).strip("-") or "course"
    return (
        "# Settings for all exercises of the course.\n\n"
        "# Marks and overrides are stored under this id. Do not change it.\n"
        f'id = "{course_id}"\ntitle = {_toml(course.title)}\nlanguage = "en"\n'
        + (f'\n[environment]\nstartup = "{STARTUP}"\n' if course.startup else "")
    )


def exercise_text(exercise: ImportedExercise) -> str:
    """The text of `exercise.toml`."""
    head = [
        f"title = {_toml(exercise.title)}",
        f"summary = {_toml(f'Imported from {exercise.origin}.')}",
        f"lecture = {_toml(exercise.title)}",
    ]
    files = [f"[[files]]\nname = {_toml(name)}" for name in exercise.files]
    questions = ["\n".join(["[[questions]]", *_question_lines(question)]) for question in exercise.questions]
    return "\n\n".join(["\n".join(head), *files, *questions]) + "\n"


def key_text(exercise: ImportedExercise) -> str:
    """The text of `key.py`."""
    answers = [
        f"key.answer({question.id!r}, {value!r})" for question in exercise.questions for value in question.expected
    ]
    head = f'"""Answer key of {exercise.slug}."""\n\nfrom grader.authoring import Key\n\nkey = Key()\n'
    return head + "\n".join(answers) + "\n"


def observations_text(exercise: ImportedExercise) -> str:
    """The text of `observe.py`; empty if no question needs an observation."""
    functions = [question.observation for question in exercise.questions if question.observation]
    if not functions:
        return ""
    helpers = _helpers("\n".join(functions))
    imports = {line for question in exercise.questions for line in question.imports}
    imports -= set(_IMPORTS_OF_HELPERS.splitlines())
    parts = [
        '"""What the tests of the original notebook compare. The expected values are in key.py."""',
        "from __future__ import annotations",
        "\n".join([_IMPORTS_OF_HELPERS, *sorted(imports)]),
    ]
    return "\n\n".join(parts) + "\n\n\n" + "\n\n\n".join([*helpers, *functions]) + "\n"


def marks_text(exercise: ImportedExercise) -> str:
    """A table of the marks that the other grader gave: a row for each student, a column for each question."""
    names = [question.id for question in exercise.questions]
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(["student", *(f"q_{name}" for name in names), "points"])
    for student, marks in sorted(exercise.marks.items()):
        table.writerow(
            [student, *(f"{marks[name]:g}" if name in marks else "" for name in names), f"{sum(marks.values()):g}"]
        )
    return stream.getvalue()


def notebook_bytes(exercise: ImportedExercise) -> bytes:
    """The solution notebook."""
    metadata = {name: exercise.metadata[name] for name in ("kernelspec", "language_info") if name in exercise.metadata}
    notebook = {"cells": list(exercise.cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def report_text(course: ImportedCourse) -> str:
    """The text of `IMPORT.md`: what was taken from each cell, and what a person must decide."""
    rows = [row for exercise in course.exercises for row in exercise.rows]
    lines = [f"# Import of {course.title} from {course.origin}", "", totals(rows), ""]
    if course.notes:
        lines += [*(f"* {note}" for note in course.notes), ""]
    lines += [
        "*Read* is the number of comparisons with an expected value in `key.py`.",
        "*Weaker* is the number of asserts that `observe.py` makes itself:",
        "the report cannot show the expected value, because the sandbox makes the comparison.",
    ]
    for exercise in course.exercises:
        lines += ["", f"## {exercise.slug}", "", f"From `{exercise.origin}`.", ""]
        lines += ["| Cell | Points | Imported as | Read | Weaker | Decide |", "|---|---|---|---|---|---|"]
        lines += [f"| {' | '.join(columns(row))} |" for row in exercise.rows]
    return "\n".join(lines) + "\n"


def columns(row: Row) -> list[str]:
    """The columns of a row: cell, points, counterpart, read, weaker, decision."""
    points = "" if row.points is None else f"{row.points:g}"
    counts = [str(count) if count else "" for count in (row.read, row.weaker)]
    return [
        text.replace("|", "\\|").replace("\n", " ")
        for text in (row.cell, points, row.counterpart, *counts, row.decision)
    ]


def totals(rows: Sequence[Row]) -> str:
    """One sentence on how much was read."""
    tests = [row for row in rows if row.read or row.weaker or "cannot be converted" in row.decision]
    converted = sum(bool(row.read or row.weaker) for row in tests)
    decisions = sum(bool(row.decision) for row in rows)
    read, weaker = sum(row.read for row in rows), sum(row.weaker for row in rows)
    return (
        f"{converted} of {len(tests)} tests are converted. Comparisons with an expected value: {read}. "
        f"Unchanged asserts: {weaker}. A person must look at {decisions} of {len(rows)} cells."
    )


def _question_lines(question: ImportedQuestion) -> Iterable[str]:
    yield f"id = {_toml(question.id)}"
    yield f"title = {_toml(question.title)}"
    yield f"kind = {_toml(question.kind)}"
    if question.answer:
        yield f"answer = {_toml(question.answer)}"
    yield f"points = {int(question.points) if question.points == int(question.points) else question.points}"
    for name, value in question.options.items():
        yield f"{name} = {_toml(value)}"


def _toml(value: Any) -> str:
    """A text, number or truth value as TOML writes it, which is JSON for these."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("\x7f", "\\u007f")


def _helpers(code: str) -> list[str]:
    """The source of all functions of `checked` that code calls, with those that they call."""
    needed: dict[str, str] = {}
    waiting = [code]
    while waiting:
        text = waiting.pop()
        for name, function in _HELPERS.items():
            if name not in needed and re.search(rf"(?<!\w){name}\b", text):
                needed[name] = inspect.getsource(inspect.unwrap(function)).rstrip()
                waiting.append(needed[name])
    return [needed[name] for name in _HELPERS if name in needed]
