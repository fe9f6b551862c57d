"""A course of nbgrader keeps its structure, and each of its tests keeps its meaning."""

import json
from pathlib import Path
from typing import Any

import pytest

from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.errors import InputError
from grader.execute.local import LocalExecutor
from grader.listing import course_problems, listing
from grader.pipeline.importing import ImportedNotebooks, import_nbgrader
from grader.pipeline.verifying import verify
from grader.porting.nbgrader import role_of
from tests.porting.foreign import (
    Cell,
    code,
    grade,
    markdown,
    mutants,
    passed_here,
    passed_there,
    solution,
    write_notebook,
)

SOLUTIONS = {
    "counts": "### BEGIN SOLUTION\npositions = 28 - 5 + 1\nratio = 1 / 3\nname = 'relu'\n### END SOLUTION",
    "windows": (
        "def windows(size, kernel):\n    '''The positions.'''\n    ### BEGIN SOLUTION\n    if kernel > size:\n"
        "        raise ValueError('too large')\n    return list(range(size - kernel + 1))\n    ### END SOLUTION"
    ),
    "outputs": "def outputs(size, kernel):\n    return len(windows(size, kernel)) * 1",
    "pairs": "def pairs(n):\n    return [(i, str(i)) for i in range(n)]\n\ntable = {'a': 1, 'b': [2.5, 3]}",
    "arrays": "image = np.arange(6).reshape(2, 3) * 1.0\nmean = image.mean()",
    "parity": "def is_even(n):\n    return n % 2 == 0",
    "later": "total = 10 + 2",
}
TESTS = {
    "number": ("counts", "assert positions == 24, 'count the positions'"),
    "several": ("counts", "assert positions == 3 * 8 and name == 'relu'\nassert abs(ratio - 0.333333) < 1e-5"),
    "text": ("counts", "assert name == 'relu'"),
    "between": ("counts", "assert 0.3 < ratio <= 0.4"),
    "windows_public": (
        "windows",
        "assert windows(3, 2) == [0, 1]\n### BEGIN HIDDEN TESTS\nassert windows(5, 2) == [0, 1, 2, 3]\n"
        "### END HIDDEN TESTS",
    ),
    "windows_loop": ("windows", "for size, want in [(2, [0]), (4, [0, 1, 2])]:\n    assert windows(size, 2) == want"),
    "windows_error": (
        "windows",
        "try:\n    windows(1, 2)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError('no error')",
    ),
    "windows_type": ("windows", "assert isinstance(windows(3, 1), list)"),
    "outputs_values": ("outputs", "expected = 3\nassert outputs(4, 2) == expected\nassert outputs(9, 3) == 7"),
    "outputs_uses": (
        "outputs",
        "kept = windows\ndel windows\ntry:\n    outputs(4, 2)\nexcept NameError:\n    pass\nelse:\n"
        "    raise AssertionError('call windows')\nfinally:\n    windows = kept",
    ),
    "pairs_data": ("pairs", "assert pairs(2) == [(0, '0'), (1, '1')]\nassert table == {'a': 1, 'b': [2.5, 3]}"),
    "arrays_close": (
        "arrays",
        "np.testing.assert_allclose(image, [[0, 1, 2], [3, 4, 5]])\nassert np.isclose(mean, 2.5)",
    ),
    "arrays_shape": ("arrays", "assert image.shape == (2, 3)\nassert image.dtype == np.float64"),
    "parity_truth": ("parity", "assert is_even(4)\nassert not is_even(7)"),
    "parity_oracle": ("parity", "assert [is_even(n) for n in range(9)] == [n % 2 == 0 for n in range(9)]"),
    "before_change": ("later", "assert total == 12"),
}
CELLS: list[Cell] = [
    markdown("# Convolution sizes\n\nCount positions."),
    code("import numpy as np"),
    *(
        cell
        for name, source in SOLUTIONS.items()
        for cell in (
            solution(name, source),
            *(grade(test, text, 2) for test, (about, text) in TESTS.items() if about == name),
        )
    ),
    code("total = total + 1\npositions = 0"),
]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("foreign") / "vision course"
    write_notebook(folder / "source" / "Sizes 1" / "sizes.ipynb", CELLS)
    (folder / "source" / "Sizes 1" / "data.csv").write_text("a\n1\n")
    return folder


@pytest.fixture(scope="module")
def imported(source: Path) -> ImportedNotebooks:
    return import_nbgrader(source, source.parent / "new")


@pytest.fixture(scope="module")
def course(imported: ImportedNotebooks, source: Path) -> Course:
    assert imported
    return Course(source.parent / "new")


def test_the_imported_course_is_valid(course: Course) -> None:
    (status,) = listing(course)
    assert (status.slug, status.title, status.problems) == ("sizes-1", "Convolution sizes", ())
    assert course_problems(course) == ()


def test_points_files_and_texts_are_those_of_the_original(course: Course) -> None:
    exercise = read_exercise(course, "sizes-1")
    assert {question.id: question.points for question in exercise.questions} == dict.fromkeys(TESTS, 2)
    assert [file.name for file in exercise.files] == ["data.csv"]
    student = (course.exercises / "sizes-1" / "notebook.ipynb").read_text()
    assert "Count positions." in student
    assert "28 - 5" not in student
    assert "windows(5, 2)" not in student
    assert "windows(3, 2)" in student


def test_at_least_two_thirds_of_the_tests_need_no_person(imported: ImportedNotebooks) -> None:
    rows = {cells[0]: cells for cells in imported.tables["sizes-1"] if cells[0] in TESTS}
    assert list(rows) == list(TESTS)
    without_decision = [name for name, cells in rows.items() if not cells[-1]]
    assert len(without_decision) >= 2 / 3 * len(rows)
    assert set(rows) - set(without_decision) == {
        "outputs_uses",
        "arrays_close",  # two tolerances
        "arrays_shape",
        "parity_oracle",
    }
    assert imported.summary.startswith("16 of 16 tests are converted.")


def test_the_solution_passes_every_test(course: Course) -> None:
    assert passed_there(CELLS) == dict.fromkeys(TESTS, True)
    assert passed_here(course, "sizes-1", {}) == dict.fromkeys(TESTS, True)


@pytest.mark.parametrize("cell", SOLUTIONS)
def test_each_mistake_fails_the_same_tests_as_before(course: Course, cell: str) -> None:
    differences = []
    failures = 0
    for mutant in mutants(SOLUTIONS[cell]):
        changed = [{**one, "source": mutant} if one["source"] == SOLUTIONS[cell] else one for one in CELLS]
        there, here = passed_there(changed), passed_here(course, "sizes-1", {cell: mutant})
        failures += not all(there.values())
        if there != here:
            differences.append((mutant, {test: there[test] for test in there if there[test] != here[test]}))
    assert differences == []
    assert failures > 3


@pytest.mark.parametrize(
    "fields",
    [
        {"grade": True, "solution": False, "grade_id": "t", "points": "2"},
        {"grade": True, "solution": False, "locked": True, "grade_id": "t", "points": 2, "schema_version": 1},
        {"grade": True, "solution": False, "locked": True, "grade_id": "t", "points": 2.0, "schema_version": 2}
        | {"cell_type": "code"},
        {"grade": True, "solution": False, "locked": True, "grade_id": "t", "points": 2, "schema_version": 3}
        | {"cell_type": "code", "task": False},
    ],
    ids=lambda fields: f"version {fields.get('schema_version', 0)}",
)
def test_all_versions_of_the_metadata_are_read(fields: dict[str, Any]) -> None:
    role = role_of(code("assert x == 1", **fields))
    assert (role.name, role.points, role.is_test, role.is_manual, role.problem) == ("t", 2.0, True, False, "")


def test_questions_for_a_person_keep_their_points_and_hide_model_answers(tmp_path: Path) -> None:
    manual = {"grade": True, "solution": True, "locked": False, "schema_version": 3, "task": False}
    task = {"grade": False, "solution": False, "locked": True, "schema_version": 3, "task": True}
    cells = [
        markdown("Weights are shared.", grade_id="why", points=3, **manual),
        code("plot = 'secret plot'", grade_id="plot", points=2, **manual),
        markdown(
            "Draw it.\n### BEGIN MARK SCHEME\n1 point for axes\n### END MARK SCHEME", grade_id="draw", points=4, **task
        ),
        solution("x", "x = 1"),
        grade("magic", "%matplotlib inline\nassert x == 1", 5),
        grade("auto", "### AUTOTEST x", 1),
        grade("partial", "points = 0\nif x == 1:\n    points += 2\npoints", 2),
    ]
    write_notebook(tmp_path / "hw.ipynb", cells)
    imported = import_nbgrader(tmp_path / "hw.ipynb", tmp_path / "new")
    course = Course(tmp_path / "new")
    assert [status.problems for status in listing(course)] == [()]
    kinds = {question.id: (question.kind, question.points) for question in read_exercise(course, "hw").questions}
    assert kinds == {
        "why": ("markdown", 3),
        "plot": ("code", 2),
        "draw": ("markdown", 4),
        "magic": ("code", 5),
        "auto": ("code", 1),
        "partial": ("code", 2),
    }
    student = (course.exercises / "hw" / "notebook.ipynb").read_text()
    assert "Draw it." in student
    assert not any(text in student for text in ("Weights are shared", "secret plot", "1 point for axes"))
    decisions = {cells[0]: cells[-1] for cells in imported.tables["hw"]}
    assert "cannot be converted" in decisions["magic"]
    assert "cannot be converted" in decisions["auto"]
    assert "the number of points" in decisions["partial"]
    report = (tmp_path / "new" / "IMPORT.md").read_text()
    assert "| magic | 5 | question that needs manual grading |" in report


def test_several_notebooks_of_an_assignment_are_several_exercises(tmp_path: Path) -> None:
    for name in ("a", "b"):
        cells = [solution("x", "x = 1"), grade("t", "assert x == 1")]
        write_notebook(tmp_path / "source" / "hw" / f"{name}.ipynb", cells)
    write_notebook(tmp_path / "source" / "header.ipynb", [markdown("Header")])
    imported = import_nbgrader(tmp_path, tmp_path / "new")
    assert list(imported.tables) == ["hw-a", "hw-b"]


NO_POINTS = [float("inf"), float("-inf"), float("nan"), 10**400, "many", "inf", [], {}, True]


@pytest.mark.parametrize("points", NO_POINTS, ids=lambda points: repr(points)[:12])
def test_points_that_are_no_number_are_left_to_a_person(tmp_path: Path, points: Any) -> None:
    cells = [solution("x", "x = 1"), grade("t", "assert x == 1", points) | {"id": "t"}]
    write_notebook(tmp_path / "source" / "hw" / "hw.ipynb", cells)
    import_nbgrader(tmp_path, tmp_path / "new")
    assert not any(course_problems(Course(tmp_path / "new")))
    role = role_of(cells[-1])
    assert role.points == 0
    assert ("not a number" in role.problem) == bool(points or points != points)


def test_nothing_is_written_over_and_each_problem_names_its_place(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    for source, out, text in (
        (tmp_path / "none", tmp_path / "new", "does not exist"),
        (tmp_path, tmp_path / "full", "is not an empty folder"),
        (tmp_path, tmp_path / "new", "has no notebooks"),
    ):
        with pytest.raises(InputError, match=text):
            import_nbgrader(source, out)
    (tmp_path / "bad.ipynb").write_text(json.dumps({"worksheets": []}))
    with pytest.raises(InputError, match=r"bad\.ipynb: is not a notebook of nbformat 4"):
        import_nbgrader(tmp_path / "bad.ipynb", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
def test_the_solution_earns_all_points_in_the_sandbox(course: Course, sandbox: LocalExecutor) -> None:
    verified = verify(course, "sizes-1", sandbox)
    assert (verified.points, verified.problems) == (2 * len(TESTS), ())
