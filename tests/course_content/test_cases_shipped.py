"""The demo class: what its notebooks are, before any of them runs."""

import json
from functools import cache
from pathlib import Path

import pytest

from grader.course.cases import Case, read_cases
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.model.assessment import Verdict

COURSE = Course(Path(__file__).resolve().parents[2])
SLUGS = ("conv-arithmetic", "keras-cnn")


@cache
def cases(slug: str) -> dict[str, Case]:
    return {case.name: case for case in read_cases(COURSE, read_exercise(COURSE, slug))}


def test_the_demo_class_has_at_least_sixteen_submissions() -> None:
    assert sum(len(cases(slug)) for slug in SLUGS) >= 16


@pytest.mark.parametrize("slug", SLUGS)
def test_the_blank_case_is_the_notebook_that_students_get(slug: str) -> None:
    notebook = json.loads((COURSE.exercise_folder(slug) / "notebook.ipynb").read_bytes())
    assert json.loads(cases(slug)["blank"].content)["cells"] == notebook["cells"]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_blank_case_is_not_attempted_and_never_wrong(slug: str) -> None:
    blank = cases(slug)["blank"]
    assert set(blank.verdicts.values()) == {Verdict.NOT_ATTEMPTED}
    assert all(score.high == 0 for score in blank.points.values())


@pytest.mark.parametrize("slug", SLUGS)
def test_full_marks_are_all_points(slug: str) -> None:
    worth = {question.id: question.points for question in read_exercise(COURSE, slug).questions}
    assert {name: score.low for name, score in cases(slug)["full-marks"].points.items()} == worth


def test_one_case_was_saved_without_cell_ids() -> None:
    notebook = json.loads(cases("conv-arithmetic")["no-cell-ids"].content)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 4)
    assert not any("id" in cell for cell in notebook["cells"])


@pytest.mark.parametrize("slug", SLUGS)
def test_no_case_carries_outputs(slug: str) -> None:
    for case in cases(slug).values():
        assert not any(cell.get("outputs") for cell in json.loads(case.content)["cells"]), case.name
