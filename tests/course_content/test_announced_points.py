"""What a notebook announces in points is what its questions are worth."""

import json
import re
from collections import defaultdict

import pytest

from grader.course.layout import Course
from grader.course.specification import read_exercise
from tests.conftest import ROOT

COURSE = Course(ROOT)
_ROW = re.compile(r"^\| (\d+) \| [^|]+ \| (\d+)[^|]*\|$", re.MULTILINE)
_PART = re.compile(r"^## (\d+)\.", re.MULTILINE)
_POINTS = re.compile(r"\((\d+) points\)")
FORMS = [(slug, folder) for slug in COURSE.slugs() for folder in ("exercises", "solutions")]


def cells(folder: str, slug: str) -> list[tuple[str, str]]:
    """Kind and source of each cell of an exercise's notebook."""
    notebook = json.loads((ROOT / folder / slug / "notebook.ipynb").read_text(encoding="utf-8"))
    return [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]


def defining(slug: str, folder: str) -> dict[str, tuple[int, str]]:
    """Question id -> the part in which its answer is written, and the text that asks for it."""
    part, text, places = 0, "", {}
    question_of = {question.answer: question.id for question in read_exercise(COURSE, slug).questions}
    for kind, source in cells(folder, slug):
        if kind == "markdown":
            text = source
            part = int(numbers[-1]) if (numbers := _PART.findall(source)) else part
            continue
        for answer, question in question_of.items():
            if re.search(rf"^(?:def {answer}\(|[\w, ]*\b{answer}\b[\w, ]* = )", source, re.MULTILINE):
                places[question] = (part, text)
    return places


def announced(slug: str, folder: str) -> dict[int, int]:
    """Part -> points, as the table at the top of a notebook says; empty where there is none."""
    table = next(
        (
            source
            for kind, source in cells(folder, slug)
            if kind == "markdown" and "| part | topic | points |" in source
        ),
        "",
    )
    return {int(part): int(points) for part, points in _ROW.findall(table)}


def test_tables_of_points_are_found() -> None:
    assert len([slug for slug in COURSE.slugs() if announced(slug, "exercises")]) >= 6


@pytest.mark.parametrize(("slug", "folder"), FORMS)
def test_each_part_is_worth_what_the_notebook_announces(slug: str, folder: str) -> None:
    announced_points = announced(slug, folder)
    if not announced_points:
        pytest.skip("the notebook announces no points of parts")
    places, sums = defining(slug, folder), defaultdict[int, float](float)
    questions = read_exercise(COURSE, slug).questions
    assert set(places) == {question.id for question in questions}
    for question in questions:
        sums[places[question.id][0]] += question.points
    assert dict(sums) == announced_points
    assert sum(announced_points.values()) == sum(question.points for question in questions)


@pytest.mark.parametrize(("slug", "folder"), FORMS)
def test_a_question_is_worth_what_its_own_text_says(slug: str, folder: str) -> None:
    worth = {question.id: question.points for question in read_exercise(COURSE, slug).questions}
    for question, (_, text) in defining(slug, folder).items():
        for points in _POINTS.findall(text):
            assert float(points) == worth[question], question
