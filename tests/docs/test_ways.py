"""The short ways in the README, taken as they are written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.execute import isolation
from grader.model.record import Isolation
from tests.conftest import NO_SANDBOX, ROOT
from tests.docs.pages import blocks, section

pytestmark = pytest.mark.slow
NOT_READY = 1


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with one exercise that is quick to grade, and the installed packages beside it."""
    if isolation.available() is not Isolation.SANDBOX:
        pytest.skip(NO_SANDBOX)
    folder = tmp_path_factory.mktemp("course")
    quick = shutil.ignore_patterns("endless-loop.ipynb")
    for name in ("exercises", "solutions"):
        shutil.copytree(ROOT / name / "conv-arithmetic", folder / name / "conv-arithmetic", ignore=quick)
    shutil.copytree(ROOT / "reference_models", folder / "reference_models")
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def take(course: Path, heading: str) -> None:
    """Run the commands below a heading, one by one, as a shell would."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(course), "LANG": os.environ.get("LANG", "C.UTF-8")}
    for block in blocks(section(ROOT / "README.md", heading)):
        for command in block:
            done = subprocess.run(
                ["sh", "-c", f". .venv/bin/activate\n{command.line}"],
                cwd=course,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            # A notebook that is still blank is not ready to be handed in.
            expected = NOT_READY if "grader check" in command.line else 0
            assert done.returncode == expected, f"{command.line}\n{done.stdout}\n{done.stderr}"


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
