"""The short ways in the README, taken as they are written."""

from pathlib import Path

import pytest

from grader.execute import isolation
from grader.model.record import Isolation
from tests.conftest import NO_SANDBOX, ROOT
from tests.docs.pages import blocks, section
from tests.docs.running import copy_course, run

pytestmark = pytest.mark.slow

CLASS = ("full-marks", "half-done", "blank")  # a small class shows the way as well as a large one


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if isolation.available() is not Isolation.SANDBOX:
        pytest.skip(NO_SANDBOX)
    return copy_course(tmp_path_factory.mktemp("course"), *CLASS)


def take(course: Path, heading: str) -> None:
    """Run the commands below a heading."""
    for block in blocks(section(ROOT / "README.md", heading)):
        for command in block:
            run(course, command)


def test_a_student_can_check_a_notebook(course: Path) -> None:
    take(course, "## As a student")
    assert (course / "mine.ipynb").exists()


def test_an_instructor_can_give_out_grade_and_mark_again(course: Path) -> None:
    take(course, "## As an instructor")
    made = {"index.html", "grades.csv", "full-marks/report.html", "full-marks/assessment.json"}
    assert all((course / "marks" / name).exists() for name in made)
    assert (course / "released" / "conv-arithmetic" / "notebook.ipynb").exists()


def test_an_author_can_make_an_exercise_and_grade_its_cases(course: Path) -> None:
    take(course, "## As an author")
    grades = (course / "trial" / "grades.csv").read_text().replace('"', "")
    assert "full-marks,max-pooling,3,3,100,completed" in grades
    assert "blank,max-pooling,0,3,0,completed" in grades
