"""The example course of docs/observations.md: it is valid, and its cases get the marks that they must get."""

from pathlib import Path

import pytest

from grader.course.layout import Course
from grader.execute.local import LocalExecutor
from grader.listing import course_problems, listing
from grader.pipeline.case_grading import check_marks
from tests.conftest import ROOT

EXAMPLE = Course(ROOT / "examples" / "observations")


def test_the_example_course_has_no_problem() -> None:
    assert course_problems(EXAMPLE) == ()
    assert {status.slug: status.problems for status in listing(EXAMPLE)} == {"classes": (), "training": ()}


def test_each_thing_that_the_page_promises_is_asked_in_the_examples() -> None:
    page = (ROOT / "docs" / "observations.md").read_text(encoding="utf-8")
    table = page.partition("## Examples")[2].partition("\n## ")[0]
    settings = {slug: (EXAMPLE.exercise_folder(slug) / "exercise.toml").read_text() for slug in EXAMPLE.slugs()}
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| ") and "`" in line]
    assert len(rows) >= 15
    for _, _, slug, questions, *_ in rows:
        for question in questions.split(","):
            assert f'id = "{question.strip(" `")}"' in settings[slug.strip(" `")]


@pytest.mark.slow
@pytest.mark.parametrize("slug", EXAMPLE.slugs())
def test_the_cases_of_the_examples_get_their_marks(slug: str, sandbox: LocalExecutor) -> None:
    checked = check_marks(EXAMPLE, slug, sandbox)
    assert checked.solution.problems == ()
    assert checked.cases == 4
    assert checked.differences == ()


def test_no_file_of_the_staff_is_beside_what_students_get() -> None:
    public = {path.name for path in Path(EXAMPLE.exercises).rglob("*") if path.is_file()}
    assert public == {"course.toml", "exercise.toml", "notebook.ipynb", "points.npz"}
