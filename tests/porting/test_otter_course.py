"""Assignments of otter, in its forms, keep their structure, and each test keeps its meaning."""

import contextlib
import doctest
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.course.layout import Course
from grader.course.settings import read_settings
from grader.course.specification import read_exercise
from grader.errors import InputError
from grader.listing import course_problems, listing
from grader.pipeline.importing import ImportedNotebooks, import_otter
from grader.porting import checked
from grader.porting.asserts import read_examples
from grader.porting.otter_text import settings_of, with_regions
from grader.porting.parts import Check
from tests.porting.foreign import Cell, code, markdown, mutants, passed_here, write_notebook


@dataclass(frozen=True)
class Case:
    """A test of otter: code and the text that it shows."""

    code: str
    shows: str = ""
    hidden: bool = False


SOLUTIONS = {
    "q1": "def windows(size, kernel):\n    return size - kernel + 1 # SOLUTION",
    "q2": "# BEGIN SOLUTION\nsizes = [windows(n, 3) for n in (5, 7)]\nname = 'conv'\n# END SOLUTION",
    "q3": "image = np.ones((2, 3)) # SOLUTION\nmean = 0.5 + 0.25 # SOLUTION",
}
CASES = {
    "q1": [Case("windows(5, 3)", "3"), Case("windows(28, 5) == 24", "True", True)],
    "q2": [
        Case("sizes", "[3, 5]"),
        Case("name", "'conv'"),
        Case("assert len(sizes) == 2\nassert isinstance(sizes, list)", "", True),
        Case("size = 4 * 2\nprint(windows(size, 1))", "8"),
    ],
    "q3": [
        Case("np.isclose(mean, 0.75)", "True"),
        Case("image.shape", "(2, 3)"),
        Case("image.sum() > mean", "True", True),
        Case("[bool(value) for value in image[0]]", "[True, True, True]", True),
    ],
}
IDS = [f"{question}_test_{number}" for question in CASES for number in range(1, len(CASES[question]) + 1)]


def raw(source: str) -> Cell:
    return {"cell_type": "raw", "metadata": {}, "source": source}


def cell_of(case: Case, first_line: str = "") -> Cell:
    cell = code("\n".join(filter(None, [first_line, case.code])))
    if case.shows:
        cell["outputs"] = [
            {"output_type": "execute_result", "data": {"text/plain": case.shows}, "metadata": {}, "execution_count": 1}
        ]
    return cell


def with_raw_cells(folder: Path) -> Path:
    cells = [raw("# ASSIGNMENT CONFIG\ngenerate: true\nfiles:\n- data.csv"), code("import numpy as np\nimport otter")]
    for name, cases in CASES.items():
        cells += [raw(f"# BEGIN QUESTION\nname: {name}\npoints: {len(cases)}"), markdown(f"**{name}.** Compute.")]
        cells += [raw("# BEGIN SOLUTION"), code(SOLUTIONS[name]), raw("# END SOLUTION"), raw("# BEGIN TESTS")]
        cells += [cell_of(case, "# HIDDEN" if case.hidden else "") for case in cases]
        cells += [raw("# END TESTS"), raw("# END QUESTION")]
    return write_notebook(folder / "lab.ipynb", [markdown("# Lab\n\nSizes."), *cells])


def with_fences(folder: Path) -> Path:
    cells = [code("import numpy as np")]
    for name, cases in CASES.items():
        fence = f"**{name}.** Compute.\n\n```\nBEGIN QUESTION\nname: {name}\npoints: {len(cases)}\n```"
        cells += [markdown(fence), code(SOLUTIONS[name])]
        cells += [cell_of(case, "## Hidden Test ##" if case.hidden else "## Test ##") for case in cases]
    return write_notebook(folder / "lab.ipynb", [markdown("# Lab\n\nSizes."), *cells])


def with_folder_of_tests(folder: Path) -> Path:
    cells = [code("import numpy as np\nimport otter\ngrader = otter.Notebook()")]
    (folder / "tests").mkdir(parents=True)
    for name, cases in CASES.items():
        cells += [markdown(f"**{name}.** Compute."), code(SOLUTIONS[name]), code(f'grader.check("{name}")')]
        described = [{"code": doctest_of(case), "hidden": case.hidden, "locked": False} for case in cases]
        test = {"name": name, "points": len(cases), "suites": [{"cases": described, "type": "doctest", "setup": ""}]}
        (folder / "tests" / f"{name}.py").write_text(f"test = {test!r}\n")
    return write_notebook(folder / "lab.ipynb", [markdown("# Lab\n\nSizes."), *cells])


FORMS = {"raw cells": with_raw_cells, "fences": with_fences, "folder of tests": with_folder_of_tests}


def doctest_of(case: Case) -> str:
    lines = "\n".join(f">>> {line}" for line in case.code.split("\n"))
    return f"{lines}\n{case.shows}\n" if case.shows else f"{lines}\n"


def passed_there(sources: Sequence[str]) -> dict[str, bool]:
    """Run cells from top to bottom, and each test as a doctest: those that pass."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    passed = {}
    exec("import numpy as np", namespace)
    for name, source in zip(SOLUTIONS, sources, strict=True):
        with contextlib.suppress(Exception):
            exec(source, namespace)
        for number, case in enumerate(CASES[name], start=1):
            test = doctest.DocTestParser().get_doctest(doctest_of(case), namespace, "case", None, None)
            # NumPy 2 shows np.True_, where the authors of the tests saw True
            with contextlib.redirect_stdout(io.StringIO()), np.printoptions(legacy="1.25"):
                results = doctest.DocTestRunner(verbose=False).run(test, clear_globs=False)
            passed[f"{name}_test_{number}"] = not results.failed
    return passed


@pytest.fixture(scope="module", params=FORMS)
def imported(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[ImportedNotebooks, Course]:
    folder = tmp_path_factory.mktemp("otter")
    FORMS[request.param](folder / "source")
    return import_otter(folder / "source", folder / "new"), Course(folder / "new")


def test_the_imported_course_is_valid_and_complete(imported: tuple[ImportedNotebooks, Course]) -> None:
    table, course = imported
    (status,) = listing(course)
    assert (status.slug, status.title, status.problems) == ("lab", "Lab", ())
    questions = read_exercise(course, "lab").questions
    assert {question.id: question.points for question in questions} == dict.fromkeys(IDS, 1)
    student = (course.exercises / "lab" / "notebook.ipynb").read_text()
    assert "**q2.** Compute." in student
    assert "windows(5, 3)" in student
    assert not any(text in student for text in ("size - kernel", "windows(28, 5)", "otter", "QUESTION", "0.25"))
    assert "10 of 10 tests are converted" in table.summary


def test_at_least_two_thirds_of_the_tests_need_no_person(imported: tuple[ImportedNotebooks, Course]) -> None:
    rows = [row for row in imported[0].tables["lab"] if row[0] in {name.replace("_", " ") for name in IDS}]
    assert len(rows) == len(IDS)
    assert sum(not row[-1] for row in rows) >= 2 / 3 * len(rows)


def test_the_solution_passes_every_test(imported: tuple[ImportedNotebooks, Course]) -> None:
    assert passed_there(list(SOLUTIONS.values())) == dict.fromkeys(IDS, True)
    assert passed_here(imported[1], "lab", {}) == dict.fromkeys(IDS, True)


@pytest.mark.parametrize("question", SOLUTIONS)
def test_each_mistake_fails_the_same_tests_as_before(imported: tuple[ImportedNotebooks, Course], question: str) -> None:
    notebook = imported[1].solution_notebook("lab")
    ids = solution_ids(notebook)
    differences = []
    for mutant in mutants(SOLUTIONS[question]):
        there = passed_there([mutant if name == question else source for name, source in SOLUTIONS.items()])
        here = passed_here(imported[1], "lab", {ids[question]: mutant})
        if there != here:
            differences.append((mutant, {test: there[test] for test in there if there[test] != here[test]}))
    assert differences == []


def solution_ids(notebook: Path) -> dict[str, str]:
    """Question -> the id of the cell with its solution."""

    cells = [
        cell for cell in json.loads(notebook.read_text())["cells"] if "### BEGIN SOLUTION" in "".join(cell["source"])
    ]
    return dict(zip(SOLUTIONS, (cell["id"] for cell in cells), strict=True))


def test_submissions_that_use_otter_run_without_it(imported: tuple[ImportedNotebooks, Course]) -> None:
    course = imported[1]
    assert course_problems(course) == ()
    startup = read_settings(course).environment.startup
    student = "import otter\ngrader = otter.Notebook('lab.ipynb')\nshown = grader.check('q1')\ngrader.export(pdf=False)"
    before = sys.modules.get("otter")
    namespace: dict[str, Any] = {}
    try:
        exec(f"{startup}\n{student}", namespace)
    finally:
        sys.modules.pop("otter", None)
    assert before is None
    assert namespace["shown"] is None


def test_manual_questions_keep_points_and_hide_the_solution(tmp_path: Path) -> None:
    cells = [
        raw("# BEGIN QUESTION\nname: why\nmanual: true\npoints: 3"),
        markdown("Explain."),
        raw("# BEGIN SOLUTION"),
        markdown("Shared weights."),
        raw("# END SOLUTION"),
        raw("# END QUESTION"),
        raw("# BEGIN QUESTION\nname: plot\nmanual: true\npoints: 2"),
        raw("# BEGIN SOLUTION"),
        code("figure = 'axes' # SOLUTION"),
        raw("# END SOLUTION"),
        raw("# END QUESTION"),
    ]
    write_notebook(tmp_path / "lab.ipynb", cells)
    import_otter(tmp_path / "lab.ipynb", tmp_path / "new")
    course = Course(tmp_path / "new")
    assert [status.problems for status in listing(course)] == [()]
    kinds = {question.id: (question.kind, question.points) for question in read_exercise(course, "lab").questions}
    assert kinds == {"why": ("markdown", 3), "plot": ("code", 2)}
    student = (course.exercises / "lab" / "notebook.ipynb").read_text()
    assert "Explain." in student
    assert "Shared weights" not in student
    assert "'axes'" not in student


@pytest.mark.parametrize(
    ("marked", "region"),
    [
        ("x = 5 # SOLUTION", "### BEGIN SOLUTION\nx = 5\n### END SOLUTION"),
        ("y = 1 # SOLUTION NO PROMPT", "### BEGIN SOLUTION\ny = 1\n### STUDENT SEES\n### END SOLUTION"),
        (
            '# BEGIN SOLUTION NO PROMPT\nz = 2\n# END SOLUTION\n""" # BEGIN PROMPT\nz = your_number\n"""; # END PROMPT',
            "### BEGIN SOLUTION\nz = 2\n### STUDENT SEES\n# z = your_number\n### END SOLUTION",
        ),
        (
            "def f(n):\n    return n # SOLUTION",
            "def f(n):\n    ### BEGIN SOLUTION\n    return n\n    ### END SOLUTION",
        ),
    ],
)
def test_marked_lines_become_answer_regions(marked: str, region: str) -> None:
    assert with_regions(marked) == region


def test_points_of_a_question_are_shared_as_otter_does(tmp_path: Path) -> None:
    config = '""" # BEGIN TEST CONFIG\npoints: 2\nhidden: true\n""" # END TEST CONFIG'
    cells = [
        raw("# BEGIN QUESTION\nname: a\npoints:\n  each: 2"),
        code("x = 1 # SOLUTION"),
        raw("# BEGIN TESTS"),
        cell_of(Case("x", "1")),
        cell_of(Case("x + 1", "2")),
        raw("# END TESTS"),
        raw("# END QUESTION"),
        raw("# BEGIN QUESTION\nname: b\npoints: 3"),
        code("y = 1 # SOLUTION"),
        raw("# BEGIN TESTS"),
        cell_of(Case("y", "1"), config),
        cell_of(Case("def test_y(y):\n    assert y < 2")),
        raw("# END TESTS"),
        raw("# END QUESTION"),
    ]
    write_notebook(tmp_path / "lab.ipynb", cells)
    import_otter(tmp_path / "lab.ipynb", tmp_path / "new")
    questions = read_exercise(Course(tmp_path / "new"), "lab").questions
    assert [question.points for question in questions] == [2, 2, 2, 1]
    assert [question.show_expected for question in questions] == [True, True, False, True]


def test_settings_are_read_as_yaml_writes_them() -> None:
    assert settings_of("name: 'q1'\npoints: [1, 2]\nexport: null # no\nfiles:\n- a.csv\n- b.csv") == {
        "name": "q1",
        "points": [1.0, 2.0],
        "export": None,
        "files": ["a.csv", "b.csv"],
    }


HOSTILE = [
    "test = {'points': 1e400, 'suites': [{'cases': [{'code': '>>> x\\n1', 'points': 1e400}]}]}",
    "test = {'points': {'total': 'many', 'each': []}, 'suites': [{'cases': [{'code': '>>> x\\n1'}]}]}",
    "test = {'points': [1e400, 'a', None], 'suites': [{'cases': [{'code': '>>> x\\n1'}, {'code': '>>> x\\n1'}]}]}",
    "test = {'suites': [{'cases': [3, None, {'code': 3, 'points': True}]}, 'no suite', 7]}",
    "test = {'suites': 3}",
    "test = {[]: 1}",
    "test = " + "[" * 3000 + "]" * 3000,
    "from otter.test_files import test_case\npoints = 1e400\n@test_case(points=1e400)\ndef t(x):\n    assert x == 1",
    "not python at all",
    "",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:40])
def test_a_damaged_test_file_stops_nothing(tmp_path: Path, text: str) -> None:
    cells = [markdown("**Question q1**"), code("x = 1 # SOLUTION"), code("grader.check('q1')")]
    write_notebook(tmp_path / "lab" / "lab.ipynb", cells)
    (tmp_path / "lab" / "tests").mkdir()
    (tmp_path / "lab" / "tests" / "q1.py").write_text(text)
    with contextlib.suppress(InputError):  # without a test that can be read, there is no question
        import_otter(tmp_path / "lab", tmp_path / "new")
        questions = read_exercise(Course(tmp_path / "new"), "lab").questions
        assert all(0 <= question.points < 100 for question in questions)


def test_a_notebook_without_questions_is_refused(tmp_path: Path) -> None:
    write_notebook(tmp_path / "lab.ipynb", [markdown("# Lab")])
    with pytest.raises(InputError, match="has no notebook with questions of otter"):
        import_otter(tmp_path, tmp_path / "new")


@pytest.mark.parametrize("shown", ["np.float64(2.5)", "2.5"])
def test_numbers_of_numpy_are_compared_as_they_are_with_every_version(shown: str) -> None:
    (step,) = read_examples([("mean(image)", shown)])
    assert isinstance(step, Check)
    assert (step.code, step.expected) == ("_shown(mean(image))", "2.5")
    assert checked._shown(np.float64(2.5)) == "2.5"
