"""Whether a notebook belongs to the exercise that it was handed in for: tried on all pairs of exercises."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.intake.notebooks import Cell, Notebook, parse
from grader.intake.recognition import ReleasedNotebooks, WrongExercise
from tests.conftest import case_notebooks

ROOT = Path(__file__).parents[2]
COURSE = Course(ROOT)
SLUGS = COURSE.slugs()


def read(path: Path) -> Notebook:
    return parse(path.read_bytes())


RELEASED = ReleasedNotebooks({slug: read(COURSE.exercises / slug / "notebook.ipynb") for slug in SLUGS})
ANSWERS = {slug: tuple(question.answer for question in read_exercise(COURSE, slug).questions) for slug in SLUGS}


def mistaken(notebook: Notebook, slug: str) -> WrongExercise | None:
    return RELEASED.wrong_exercise(notebook, slug, ANSWERS[slug])


def handed_in() -> Iterator[tuple[str, bytes]]:
    """What students of each exercise hand in: the cases, the solution, and the notebook that is given out."""
    for slug in SLUGS:
        yield from ((slug, content) for content in case_notebooks(slug).values())
    for folder in ("solutions", "exercises"):
        for path in sorted(ROOT.glob(f"{folder}/*/notebook.ipynb")):
            yield path.parent.name, path.read_bytes()


@cache
def readable() -> list[tuple[str, Notebook]]:
    notebooks = []
    for slug, content in handed_in():
        try:
            notebooks.append((slug, parse(content)))
        except ValueError:
            continue
    return notebooks


def without_ids(notebook: Notebook) -> Notebook:
    return Notebook(tuple(Cell(cell.kind, cell.source) for cell in notebook.cells))


def code_only(notebook: Notebook) -> Notebook:
    return Notebook(tuple(Cell("code", cell.source) for cell in notebook.cells if cell.kind == "code"))


def in_one_cell(notebook: Notebook) -> Notebook:
    return Notebook((Cell("code", "\n\n".join(notebook.code)),))


def half(notebook: Notebook) -> Notebook:
    return Notebook(notebook.cells[: len(notebook.cells) // 2])


WHOLE = {"as it is": lambda notebook: notebook, "without ids": without_ids}
CHANGED = {**WHOLE, "code only": code_only, "in one cell": in_one_cell, "half of it": half}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
def test_no_notebook_is_taken_for_another_exercises_however_it_was_changed(change: Callable[..., Any]) -> None:
    for slug, notebook in readable():
        assert mistaken(change(notebook), slug) is None, slug


@pytest.mark.parametrize("change", WHOLE.values(), ids=WHOLE)
def test_each_notebook_is_recognised_under_every_other_exercise(change: Callable[..., Any]) -> None:
    for slug, notebook in readable():
        for other in SLUGS:
            if other != slug:
                assert mistaken(change(notebook), other) == WrongExercise(slug), (slug, other)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize(
    "sources",
    [
        [],
        [""],
        ["print('hello')"],
        ["import numpy as np", "x = np.arange(3)"],
        ["# Titanic", "rows = load('titanic.csv')"],
    ],
)
def test_a_blank_or_foreign_notebook_is_of_none(slug: str, sources: list[str]) -> None:
    notebook = Notebook(tuple(Cell("code", source) for source in sources))
    assert mistaken(notebook, slug) == WrongExercise()


@pytest.mark.parametrize("slug", SLUGS)
def test_answers_in_a_notebook_of_ones_own_are_of_the_exercise(slug: str) -> None:
    notebook = Notebook((Cell("code", f"def helper(): pass\n{max(ANSWERS[slug], key=len)} = 3"),))
    assert mistaken(notebook, slug) is None


def test_two_exercises_in_one_notebook_are_the_right_one() -> None:
    cells = [cell for slug in ("conv-arithmetic", "lenet5") for cell in RELEASED.notebooks[slug].cells]
    for slug in ("conv-arithmetic", "lenet5"):
        assert mistaken(Notebook(tuple(cells)), slug) is None


def test_of_two_copies_of_an_exercise_neither_is_taken_for_the_other() -> None:
    notebook = RELEASED.notebooks["lenet5"]
    twins = ReleasedNotebooks({"one": notebook, "two": Notebook((*notebook.cells, Cell("markdown", "Good luck.")))})
    assert twins.wrong_exercise(notebook, "two", ANSWERS["lenet5"]) is None
    assert twins.wrong_exercise(notebook, "one", ANSWERS["lenet5"]) is None


def test_a_file_that_holds_no_cells_is_of_none() -> None:
    empty = parse(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode())
    assert mistaken(empty, "lenet5") == WrongExercise()
