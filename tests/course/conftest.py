"""A course in a temporary folder: one exercise that `create_exercise` writes."""

from pathlib import Path

import pytest

from grader.course.layout import Course
from grader.course.scaffold import create_exercise


@pytest.fixture
def course(tmp_path: Path) -> Course:
    (tmp_path / "exercises").mkdir()
    made = Course(tmp_path)
    create_exercise(made, "small")
    return made
