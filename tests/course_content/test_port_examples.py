"""The example course of assignments in the forms of other courses: short to write, and their cases get their marks."""

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.course.cases import read_cases
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.execute.local import LocalExecutor
from grader.listing import course_problems, listing
from grader.pipeline.case_grading import check_marks
from grader.storage.dataset_store import DataStore
from grader.storage.known_datasets import known_sources
from tests.conftest import ROOT

EXAMPLE = Course(ROOT / "examples" / "ports")
POINTS = {"cubes": (3.0, 10.0), "fruit": (3.0, 2.0), "stopping-callback": (10.0, 0.0)}
MOST_LINES = 40
TEXTS = re.compile(r"(title|summary|lecture|slide|hint) = ")


@pytest.fixture(scope="module", autouse=True)
def mnist(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """2,000 digits of MNIST under its name, in place of what other tests put there."""
    folder, stored = tmp_path_factory.mktemp("mnist"), data_folder / "mnist"
    if stored.exists():
        stored.rename(folder / "earlier")
    digits = np.load(ROOT / "exercises" / "keras-cnn" / "data" / "mnist-5000.npz")
    parts = {"train": slice(0, 2000), "test": slice(2000, 2200)}
    arrays = {f"{axis}_{part}": digits[f"{axis}_train"][rows] for part, rows in parts.items() for axis in "xy"}
    np.savez(folder / "mnist.npz", **arrays)
    DataStore(data_folder).put(known_sources()["mnist"], {"mnist.npz": folder / "mnist.npz"})
    yield
    shutil.rmtree(stored)
    if (folder / "earlier").exists():
        (folder / "earlier").rename(stored)


def test_the_example_course_has_no_problem() -> None:
    assert course_problems(EXAMPLE) == ()
    assert {status.slug: status.problems for status in listing(EXAMPLE)} == dict.fromkeys(POINTS, ())


@pytest.mark.parametrize("slug", POINTS)
def test_an_author_writes_fewer_than_40_lines_besides_the_texts(slug: str) -> None:
    settings = (EXAMPLE.exercise_folder(slug) / "exercise.toml").read_text().splitlines()
    lines = [line for line in settings if line.strip() and not line.startswith("#") and not TEXTS.match(line)]
    for path in EXAMPLE.solution_folder(slug).glob("*.py"):
        lines += code_lines(path.read_text())
    assert 10 < len(lines) < MOST_LINES
    assert max(map(len, lines)) <= 190


@pytest.mark.parametrize("slug", POINTS)
def test_each_has_cases_for_full_marks_for_none_and_for_three_mistakes(slug: str) -> None:
    exercise = read_exercise(EXAMPLE, slug)
    cases = {case.name: case for case in read_cases(EXAMPLE, exercise)}
    assert list(cases)[:2] == ["full-marks", "blank"]
    assert len(cases) == 5
    assert set(cases["full-marks"].assumed) == {question.id for question in exercise.questions}
    assert {score.high for score in cases["blank"].points.values()} == {0}
    for name in list(cases)[2:]:
        assert any(cases[name].points[question.id].high < question.points for question in exercise.questions)


@pytest.mark.slow
@pytest.mark.parametrize("slug", POINTS)
def test_the_cases_of_the_examples_get_their_marks(slug: str, sandbox: LocalExecutor) -> None:
    checked = check_marks(EXAMPLE, slug, sandbox)
    assert checked.solution.problems == ()
    assert (checked.solution.points, checked.solution.by_hand) == POINTS[slug]
    assert checked.cases == 5
    assert checked.differences == ()


def test_lines_without_code_are_not_counted() -> None:
    source = '"""A key."""\n\n# why\nx = 1  # one\n\n\ndef f():\n    """Two\n    lines."""\n    return x\n'
    assert code_lines(source) == ["x = 1  # one", "def f():", "    return x"]


def code_lines(source: str) -> list[str]:
    """The lines of a module except empty ones, comments and docstrings."""
    texts: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            texts.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    numbered = enumerate(source.splitlines(), start=1)
    return [line for number, line in numbered if number not in texts and line.strip() and line.strip()[0] != "#"]
