"""A small course in which Ada and Bob have been graded: once for a module, whose tests get a copy each."""

import shutil
from pathlib import Path

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.gradebook.results import Results
from tests.conftest import ROOT
from tests.fakes import Fake, hand_in, ignore


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the `course` and the results, `marks`."""
    folder = tmp_path_factory.mktemp("graded")
    for room in ("exercises", "solutions"):
        (folder / "course" / room).mkdir(parents=True)
    shutil.copytree(ROOT / "reference_models", folder / "course" / "reference_models")
    course = Course(folder / "course")
    create_exercise(course, "tiny")
    material = pipeline.load(course, "tiny")
    results = Results(folder / "marks")
    pipeline.grade(material, [hand_in(material, name, 1) for name in ("ada", "bob")], results, Fake(), ignore)
    results.database.close()
    return folder


@pytest.fixture
def small(graded: Path, tmp_path: Path) -> Course:
    """A copy of the course; the copy of the results is `marks` beside it."""
    shutil.copytree(graded, tmp_path, dirs_exist_ok=True)
    return Course(tmp_path / "course")
