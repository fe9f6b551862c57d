"""Reads the submissions and marks of a course of nbgrader."""

import contextlib
import itertools
import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import InputError
from grader.porting.notebooks import notebooks_of, read_notebook, source_of, unique

ANSWER = "-answer"
"""What the id of the cell for an answer has after the id of its task."""

_SUBMITTED = "submitted"
_GRADEBOOK = "gradebook.db"
_CELLS = ("base_cell", "grade_cell")  # the table of versions since 0.6, and of earlier ones
_MARKS = """
SELECT submitted_assignment.student_id, assignment.name, notebook.name, {cells}.name,
       grade.auto_score, grade.manual_score, grade.extra_credit
FROM grade
JOIN {cells} ON {cells}.id = grade.cell_id
JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
JOIN notebook ON notebook.id = submitted_notebook.notebook_id
JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
JOIN assignment ON assignment.id = submitted_assignment.assignment_id
"""

Marks = dict[tuple[str, str], dict[str, dict[str, float]]]
"""Assignment and notebook -> student -> cell -> points."""


def submissions_of(course: Path, assignment: str, notebook: str) -> tuple[dict[str, Path], list[str]]:
    """The submitted notebooks of an assignment.

    Args:
        course: The folder that contains `submitted`.
        assignment: The name of the assignment.
        notebook: The name of its notebook, without `.ipynb`.

    Returns:
        Student -> notebook, and the students who submitted no notebook of this name.
    """
    paths: dict[str, Path] = {}
    without = []
    for folder in sorted((course / _SUBMITTED).glob("*")):
        notebooks = notebooks_of(folder / assignment)
        path = next((path for path in notebooks if path.stem == notebook), None)
        if path:
            paths[folder.name] = path
        elif notebooks:
            without.append(folder.name)
    return paths, without


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCells:
    """The cells of the new exercise that a submission of the old one is adapted to.

    Attributes:
        named: `grade_id` -> cell.
        fixed: The same for cells that students must not change.
        answers: `grade_id` of a task -> the cell for its answer.
        released_sources: The sources of all cells of the exercise.
    """

    named: Mapping[str, Mapping[str, Any]]
    fixed: Mapping[str, Mapping[str, Any]]
    answers: Mapping[str, Mapping[str, Any]]
    released_sources: Collection[str]


def adapted(path: Path, new: NewCells) -> bytes:
    """A submitted notebook with the cell ids of the new exercise, and its original tests.

    nbgrader also replaces the tests of a submission before it grades. Answers stay as they are. The cells that a
    student added below a task are also joined to one text cell, which is the answer in the new exercise.

    Args:
        path: The notebook.
        new: The cells of the new exercise.
    """
    try:
        notebook = read_notebook(path)
    except InputError:
        return path.read_bytes()  # `grader grade` says what is wrong with it
    ids: set[str] = set()
    for cell in notebook["cells"]:
        fields = cell.get("metadata", {}).get("nbgrader")
        name = str(fields.get("grade_id")) if isinstance(fields, dict) else ""
        is_known = name in new.named and new.named[name]["id"] not in ids
        cell["id"] = new.named[name]["id"] if is_known else unique("own", {*ids, *_ids(new)}, "-")
        ids.add(cell["id"])
        if name in new.fixed and cell["cell_type"] == new.fixed[name]["cell_type"]:
            cell["source"] = source_of(dict(new.fixed[name]))
    for answer in new.answers.values():
        _join_answer(notebook["cells"], answer["id"].removesuffix(ANSWER), answer["id"], new.released_sources)
    notebook["nbformat_minor"] = max(5, int(notebook.get("nbformat_minor") or 0))
    return json.dumps(notebook, ensure_ascii=False).encode()


def marks_of(course: Path) -> Marks:
    """The marks in the database of a course; empty if there is none.

    Raises:
        InputError: The database cannot be read.
    """
    path = course / _GRADEBOOK
    if not path.is_file():
        return {}
    marks: Marks = {}
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
            cells = next((name for name in _CELLS if name in tables), _CELLS[0])
            for student, assignment, notebook, cell, auto, manual, extra in database.execute(
                _MARKS.format(cells=cells)
            ):
                of_student = marks.setdefault((assignment, notebook), {}).setdefault(student, {})
                of_student[cell] = float(auto or 0 if manual is None else manual) + float(extra or 0)
    except sqlite3.Error as error:
        raise InputError(f"{path}: cannot be read ({error}). Move it elsewhere to import without marks.") from error
    return marks


def _join_answer(cells: list[dict[str, Any]], task: str, answer: str, released_sources: Collection[str]) -> None:
    """Add a text cell with the cells that a student added below a task, after the last of them.

    If a student wrote into the text of the task, it is part of the answer as well.
    """
    place = next((index for index, cell in enumerate(cells) if cell["id"] == task), None)
    if place is None:
        return
    added = list(itertools.takewhile(lambda cell: _is_added(cell, released_sources), cells[place + 1 :]))
    written = [
        cell for cell in (cells[place], *added) if source_of(cell) not in released_sources and source_of(cell).strip()
    ]
    texts = [
        f"```python\n{source_of(cell)}\n```" if cell["cell_type"] == "code" else source_of(cell) for cell in written
    ]
    if texts:
        joined: dict[str, Any] = {"cell_type": "markdown", "id": answer, "metadata": {}, "source": "\n\n".join(texts)}
        pictures = {name: data for cell in added for name, data in cell.get("attachments", {}).items()}
        cells.insert(place + 1 + len(added), joined | ({"attachments": pictures} if pictures else {}))


def _is_added(cell: dict[str, Any], released_sources: Collection[str]) -> bool:
    """Whether a student added a cell."""
    return not isinstance(cell.get("metadata", {}).get("nbgrader"), dict) and source_of(cell) not in released_sources


def _ids(new: NewCells) -> set[str]:
    return {cell["id"] for cell in (*new.named.values(), *new.answers.values())}
