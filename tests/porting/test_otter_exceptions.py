"""Tests of otter that are functions, and what otter leaves out of a notebook."""

from pathlib import Path

import pytest

from grader.course.layout import Course
from grader.errors import InputError
from grader.listing import course_problems, listing
from grader.pipeline.importing import ImportedNotebooks, import_nbgrader, import_otter
from grader.porting.otter_text import without_ignored
from tests.porting.foreign import Cell, code, markdown, mutants, passed_here, write_notebook

CONFIG = '""" # BEGIN TEST CONFIG\nhidden: true\n""" # END TEST CONFIG\n'
TESTS = {
    "with a call": "def test_side(side):\n    assert side(28, 5) == 24\n\ntest_side(side)  # IGNORE",
    "a call that counts": "def test_side(side):\n    assert side(9, 5) == 5\n    assert side(3, 3)\ntest_side(side)",
    "two calls": "def test_side(side):\n    assert side(28, 5) == 24\ntest_side(side)\ntest_side(side)",
    "the environment": 'def test_side(env):\n    assert env["side"](28, 5) == 24',
    "both": 'def test_side(side, env):\n    assert side(28, 5) == env["right"]',
    "settings": f"{CONFIG}def test_side(side):\n    assert side(9, 2) == 8",
}
SOLUTION = "def side(size, kernel):\n    return size - kernel + 1  # SOLUTION\n\nright = 24"


def raw(source: str) -> Cell:
    return {"cell_type": "raw", "metadata": {}, "source": source}


def imported(
    folder: Path, *tests: str, settings: str = "", solution: str = SOLUTION
) -> tuple[ImportedNotebooks, Course]:
    cells = [
        raw("# ASSIGNMENT CONFIG\ntests:\n    ok_format: false"),
        markdown("# Sides"),
        raw(f"# BEGIN QUESTION\nname: q1\n{settings}"),
        raw("# BEGIN SOLUTION"),
        code(solution),
        raw("# END SOLUTION"),
        raw("# BEGIN TESTS"),
        *map(code, tests),
        raw("# END TESTS"),
        raw("# END QUESTION"),
    ]
    write_notebook(folder / "lab" / "lab.ipynb", cells)
    return import_otter(folder / "lab", folder / "new"), Course(folder / "new")


@pytest.mark.parametrize("test", TESTS.values(), ids=TESTS)
def test_a_function_that_is_a_test_keeps_its_meaning(tmp_path: Path, test: str) -> None:
    result, course = imported(tmp_path, test)
    assert result.summary.startswith("1 of 1 tests are converted.")
    assert [status.problems for status in listing(course)] == [()]
    assert course_problems(course) == ()
    assert passed_here(course, "lab", {}) == {"q1": True}
    wrong = mutants("def side(size, kernel):\n    return size - kernel + 1\n\nright = 24")
    failed = [mutant for mutant in wrong if not passed_here(course, "lab", {"q1": mutant})["q1"]]
    assert len(failed) >= 5
    assert "return size - kernel + 2\n" in "\n".join(failed)


NOT_READ = {
    "the whole environment": "def test_side(env):\n    assert len(env) > 3",
    "a helper": "def helper(x):\n    return x\n\nassert helper(side(28, 5)) == 24",
    "other code after it": "def test_side(side):\n    assert side(28, 5) == 24\nright = 3",
}


@pytest.mark.parametrize("test", NOT_READ.values(), ids=NOT_READ)
def test_other_functions_are_left_to_a_person(tmp_path: Path, test: str) -> None:
    result, course = imported(tmp_path, test)
    assert "cannot be converted" in result.tables["lab"][-1][-1]
    assert [status.problems for status in listing(course)] == [()]


def test_a_question_that_is_all_or_nothing_is_a_decision(tmp_path: Path) -> None:
    result, _ = imported(tmp_path, TESTS["with a call"], TESTS["the environment"], settings="all_or_nothing: true")
    decisions = {row[0]: row[-1] for row in result.tables["lab"]}
    assert decisions["q1 test 1"].startswith("In otter, a student earns points only if all tests of the question pass.")
    single, _ = imported(tmp_path / "single", TESTS["with a call"], settings="all_or_nothing: true")
    assert {row[-1] for row in single.tables["lab"]} == {""}


IGNORED = {
    "a line": ("x = 2  # SOLUTION\nprint(x)  # IGNORE", "x = 2  # SOLUTION"),
    "a block": ("x = 2\n# BEGIN IGNORE\ny = 3\n# END IGNORE\nz = 4", "x = 2\nz = 4"),
    "inside a function": (
        "def f():\n    # BEGIN IGNORE\n    y = 3\n    # END IGNORE\n    return 1",
        "def f():\n    return 1",
    ),
    "a cell": ("## Ignore ##\nx = 2", ""),
    "nothing": ("x = 'IGNORE'  # IGNORED", "x = 'IGNORE'  # IGNORED"),
}


@pytest.mark.parametrize(("source", "rest"), IGNORED.values(), ids=IGNORED)
def test_lines_that_otter_ignores_are_left_out(source: str, rest: str) -> None:
    assert without_ignored(source) == rest


def test_ignored_lines_reach_neither_students_nor_staff(tmp_path: Path) -> None:
    _, course = imported(tmp_path, TESTS["with a call"], solution=f"{SOLUTION}\nsecret = 1  # IGNORE")
    for path in tmp_path.joinpath("new").rglob("*.ipynb"):
        assert "secret" not in path.read_text()
    assert passed_here(course, "lab", {}) == {"q1": True}


def test_a_notebook_without_graded_cells_is_refused_with_that_reason(tmp_path: Path) -> None:
    write_notebook(tmp_path / "plain.ipynb", [markdown("# Plain"), code("x = 1")])
    with pytest.raises(InputError, match=r"there are no graded cells. Name the folder of an nbgrader course"):
        import_nbgrader(tmp_path / "plain.ipynb", tmp_path / "new")
