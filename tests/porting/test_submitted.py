"""Submissions and marks of nbgrader come along, so that a class can be graded again and compared."""

import json
import sqlite3
from pathlib import Path

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.errors import InputError
from grader.execute.local import LocalExecutor
from grader.gradebook.results import Results
from grader.intake.folders import collect
from grader.listing import listing
from grader.model.assessment import Assessment, Verdict
from grader.pipeline.importing import import_nbgrader
from grader.porting.submitted import marks_of
from tests.porting.foreign import Cell, code, grade, markdown, solution, write_notebook

MANUAL = {"grade": True, "solution": True, "locked": False, "schema_version": 3, "task": False}
TASK = {"grade": False, "solution": False, "locked": True, "schema_version": 3, "task": True}
SOURCE = [
    code("import math"),
    solution("side", "side = 28 - 5 + 1"),
    grade("test_side", "assert side == 24\n### BEGIN HIDDEN TESTS\nassert side > 0\n### END HIDDEN TESTS", 2),
    markdown("Because.", grade_id="why", points=3, **MANUAL),
    markdown("State both sums.", grade_id="sums", points=4, **TASK),
    markdown("The next part."),
    code("side = 0"),
]


def submitted(answer: str, why: str) -> list[Cell]:
    """A notebook of a student, who also changed the test and added a cell."""
    return [
        code("import math"),
        code("# my own cell"),
        solution("side", answer),
        grade("test_side", "pass", 2),
        markdown(why, grade_id="why", points=3, **MANUAL),
        markdown("State both sums.", grade_id="sums", points=4, **TASK),
        *([markdown("One is $n^2$."), code("sum(range(3))")] if why == "Mine." else []),
        markdown("The next part."),
        code("side = 0"),
    ]


def gradebook(path: Path, cells: str) -> None:
    """A database in the form of nbgrader, with the tables that matter."""
    with sqlite3.connect(path) as database:
        database.executescript(
            f"""
            CREATE TABLE assignment (id TEXT, name TEXT);
            CREATE TABLE notebook (id TEXT, name TEXT, assignment_id TEXT);
            CREATE TABLE {cells} (id TEXT, name TEXT, notebook_id TEXT);
            CREATE TABLE submitted_assignment (id TEXT, assignment_id TEXT, student_id TEXT);
            CREATE TABLE submitted_notebook (id TEXT, notebook_id TEXT, assignment_id TEXT);
            CREATE TABLE grade (
                cell_id TEXT, notebook_id TEXT, auto_score FLOAT, manual_score FLOAT, extra_credit FLOAT
            );
            INSERT INTO assignment VALUES ('a', 'hw');
            INSERT INTO notebook VALUES ('n', 'sizes', 'a');
            INSERT INTO {cells} VALUES ('c1', 'test_side', 'n'), ('c2', 'why', 'n');
            INSERT INTO submitted_assignment VALUES ('s1', 'a', 'ada'), ('s2', 'a', 'ben');
            INSERT INTO submitted_notebook VALUES ('n1', 'n', 's1'), ('n2', 'n', 's2');
            INSERT INTO grade VALUES ('c1', 'n1', 2.0, NULL, NULL), ('c2', 'n1', NULL, 2.5, 0.5);
            INSERT INTO grade VALUES ('c1', 'n2', 0.0, 1.0, NULL);
            """
        )


@pytest.fixture
def new(tmp_path: Path) -> Course:
    source = tmp_path / "old"
    write_notebook(source / "source" / "hw" / "sizes.ipynb", SOURCE)
    for student, answer, why in (("ada", "side = 24", "Mine."), ("ben", "side = '24'", "Because")):
        folder = source / "submitted" / student / "hw"
        write_notebook(folder / "sizes.ipynb", submitted(answer, why))
        (folder / "timestamp.txt").write_text("2026-05-01 10:00:00 UTC")
    (source / "submitted" / "cleo" / "hw").mkdir(parents=True)
    (source / "submitted" / "cleo" / "hw" / "sizes.ipynb").write_text("{broken")
    write_notebook(source / "submitted" / "dan" / "hw" / "other.ipynb", [])
    gradebook(source / "gradebook.db", "base_cell")
    imported = import_nbgrader(source, tmp_path / "new")
    assert imported.notes == ["hw: these students submitted no notebook sizes.ipynb: dan."]
    return Course(tmp_path / "new")


def test_submissions_are_found_with_their_times_and_the_original_tests(new: Course) -> None:
    assert [status.problems for status in listing(new)] == [()]
    ada, ben, cleo = collect(new.root / "submitted", "hw")
    assert [ada.student, ben.student, cleo.student] == ["ada", "ben", "cleo"]
    assert cleo.content == b"{broken"
    assert ada.submitted_at is not None
    assert ada.submitted_at.isoformat() == "2026-05-01T10:00:00+00:00"
    cells = {cell["id"]: cell["source"] for cell in json.loads(ada.content)["cells"]}
    assert cells["side"] == "side = 24"
    assert cells["why"] == "Mine."
    assert cells["test_side"].splitlines()[-1] == "assert side == 24"
    assert "# my own cell" in cells.values()
    assert len(cells) == 11
    assert cells["sums"] == "State both sums."
    assert cells["sums-answer"] == "One is $n^2$.\n\n```python\nsum(range(3))\n```"
    assert "sum(range(3))" in cells.values()
    assert "sums-answer" not in ben.content.decode()


def test_an_answer_in_the_text_of_a_task_is_not_lost(tmp_path: Path) -> None:
    write_notebook(tmp_path / "source" / "hw" / "sizes.ipynb", SOURCE)
    folder = tmp_path / "submitted" / "ada" / "hw"
    changed = [cell | {"source": "State both sums.\nIt is 3."} if "both" in cell["source"] else cell for cell in SOURCE]
    write_notebook(folder / "sizes.ipynb", changed)
    import_nbgrader(tmp_path, tmp_path / "new")
    (ada,) = collect(tmp_path / "new" / "submitted", "hw")
    cells = {cell["id"]: cell["source"] for cell in json.loads(ada.content)["cells"]}
    assert cells["sums-answer"] == "State both sums.\nIt is 3."


def test_a_task_needs_no_decision(tmp_path: Path) -> None:
    write_notebook(tmp_path / "source" / "hw" / "sizes.ipynb", SOURCE)
    imported = import_nbgrader(tmp_path, tmp_path / "new")
    (row,) = [row for row in imported.tables["hw"] if row[0] == "sums"]
    assert row[1:] == [
        "4",
        "question that needs manual grading, with a cell for the answer below",
        "",
        "",
        "",
    ]
    cells = json.loads((tmp_path / "new" / "exercises" / "hw" / "notebook.ipynb").read_text())["cells"]
    ids = [cell["id"] for cell in cells]
    assert ids[ids.index("sums") + 1] == "sums-answer"


def test_marks_become_a_table(new: Course) -> None:
    table = (new.root / "earlier-marks" / "hw.csv").read_text()
    assert table == "student,q_test_side,q_why,q_sums,points\nada,2,3,,5\nben,1,,,1\n"


def test_marks_of_earlier_versions_are_read(tmp_path: Path) -> None:
    gradebook(tmp_path / "gradebook.db", "grade_cell")
    assert marks_of(tmp_path)["hw", "sizes"]["ada"] == {"test_side": 2.0, "why": 3.0}


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "gradebook.db").write_bytes(b"no database" * 100)
    with pytest.raises(InputError, match=r"gradebook\.db: cannot be read"):
        marks_of(tmp_path)


@pytest.mark.slow
def test_the_class_can_be_graded_in_the_sandbox(new: Course, tmp_path: Path, sandbox: LocalExecutor) -> None:
    material = pipeline.load(new, "hw")
    finished: list[Assessment] = []
    class_folder = collect(new.root / "submitted", "hw")
    pipeline.grade(material, class_folder, Results(tmp_path / "results"), sandbox, finished.append)
    points = {
        (assessment.student, finding.question): (finding.points, finding.verdict)
        for assessment in finished
        for finding in assessment.findings
    }
    assert points["ada", "test_side"] == (2, Verdict.PASSED)
    assert points["ben", "test_side"] == (0, Verdict.FAILED)  # the text '24' is not the number 24
    assert points["ada", "why"] == (0, Verdict.NEEDS_HUMAN)
