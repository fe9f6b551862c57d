"""An exercise of several notebooks, from the folder of a class to marks and pages, and what students get."""

import csv
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.errors import SpecificationError
from grader.execute.local import LocalExecutor
from grader.gradebook.results import Results
from grader.intake.notebooks import parse
from grader.listing import listing
from grader.model.assessment import Assessment, Verdict
from grader.model.job import Job
from grader.model.job_parts import jobs_of_parts, joined
from grader.model.mark import Mark
from grader.model.record import CellError, CellRun, Isolation, Outcome, PartRun, Record
from grader.model.submission import HandedIn
from grader.pipeline.case_grading import case_submissions
from grader.pipeline.parsing import parse as parse_submission
from grader.pipeline.part_marking import assess_parts
from grader.report.student import render_student
from tests.conftest import ROOT
from tests.fakes import Fake, ignore

SLUG = "two-notebooks"
SECOND = "features.ipynb"


class FakeParts(Fake):
    """Pretends to run each notebook of a job."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for job in jobs:
            records = [next(super(FakeParts, self).run([part])) for part in jobs_of_parts(job)]
            yield joined(job, records, self.isolation)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """The example course with only this exercise, in which all questions but the numbers are left out."""
    root = tmp_path / "course"
    for part in ("exercises", "solutions"):
        shutil.copytree(ROOT / "examples" / "kinds" / part / SLUG, root / part / SLUG)
    shutil.copy(ROOT / "examples" / "kinds" / "exercises" / "course.toml", root / "exercises")
    return Course(root)


def with_cell(name: str, value: int, course: Course) -> bytes:
    """The student notebook, with `size` set."""
    notebook = json.loads((course.exercises / SLUG / name).read_bytes())
    for cell in notebook["cells"]:
        if "".join(cell["source"]).endswith("size = ..."):
            cell["source"] = [f"size = {value}"]
    return json.dumps(notebook).encode()


def graded(course: Course, tmp_path: Path, files: dict[str, dict[str, bytes]]) -> tuple[dict[str, Mark], Fake]:
    """Grade a class. `files` has the files of each student."""
    for student, own in files.items():
        for name, content in own.items():
            path = tmp_path / "submissions" / student / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    material, executor = pipeline.load(course, SLUG), FakeParts()
    submissions = pipeline.take_in(material, tmp_path / "submissions")
    marks = pipeline.grade(material, submissions, Results(tmp_path / "results"), executor, ignore)
    return {mark.student: mark for mark in marks}, executor


def points(mark: Mark) -> dict[str, float]:
    return {finding.question: finding.points for finding in mark.assessment.findings}


def test_a_missing_or_damaged_notebook_costs_only_its_own_questions(course: Course, tmp_path: Path) -> None:
    first, second = with_cell("notebook.ipynb", 9, course), with_cell(SECOND, 3, course)
    marks, executor = graded(
        course,
        tmp_path,
        {
            "ada": {"notebook.ipynb": first, SECOND: second},
            "bob": {"notebook.ipynb": first},
            "cleo": {SECOND: second},
            "dan": {"notebook.ipynb": b"{", SECOND: second},
            "eve": {"notebook.ipynb": first, SECOND: b"PK\x03\x04"},
            "fay": {"notebook.ipynb": b"{", SECOND: b"{"},
        },
    )
    earned = {student: (points(mark)["weights"], points(mark)["height"]) for student, mark in marks.items()}
    assert earned == {"ada": (1, 1), "bob": (1, 0), "cleo": (0, 1), "dan": (0, 1), "eve": (1, 0), "fay": (0, 0)}
    findings = {student: {one.question: one for one in mark.assessment.findings} for student, mark in marks.items()}
    assert findings["bob"]["height"].verdict is findings["cleo"]["weights"].verdict is Verdict.NOT_ATTEMPTED
    assert "did not submit the notebook features.ipynb" in str(findings["bob"]["height"].reason)
    assert findings["dan"]["weights"].verdict is findings["eve"]["height"].verdict is Verdict.BLOCKED
    assert marks["dan"].assessment.outcome is Outcome.COMPLETED
    assert marks["fay"].assessment.outcome is Outcome.INVALID_NOTEBOOK
    # Ada's two, and Bob's and Cleo's one: Eve's and Dan's are equal to these, so they do not run again.
    assert len(executor.ran) == 2 + 1 + 1


def test_pages_and_tables_have_both_notebooks_and_a_regrade_executes_nothing(course: Course, tmp_path: Path) -> None:
    first, second = with_cell("notebook.ipynb", 9, course), with_cell(SECOND, 4, course)
    graded(course, tmp_path, {"ada": {"lab.ipynb": second, "other.ipynb": first}, "bob": {SECOND: second}})
    page = next((tmp_path / "results").rglob("ada/report.html"))
    text = re.sub("<[^>]+>", "", page.read_text(encoding="utf-8"))
    assert "Part B: its feature map" in text
    assert "size = 9" in text
    assert "size = 4" in text
    assert "was read as features.ipynb" in text
    assert "Height of the feature map (features.ipynb)" in text
    # The cells of each notebook count from 1, as in the reasons for marks.
    assert text.count("Code cell 1") == 2
    assert len(set(re.findall(r'id="(cell-\d+)"', page.read_text(encoding="utf-8")))) == 4 + 3
    table = next((tmp_path / "results").rglob("grades.csv"))
    rows = {row["student"]: row for row in csv.DictReader(table.open(encoding="utf-8"))}
    assert (rows["ada"]["q_weights"], rows["ada"]["q_height"]) == ("1", "0")
    material = pipeline.load(course, SLUG)
    again = pipeline.regrade(material, Results(tmp_path / "results"))
    assert (again.changes, again.outdated, len(again.marks)) == ([], [], 2)


def test_a_report_names_the_notebook_of_an_error(course: Course) -> None:
    exercise = pipeline.load_exercise(course, SLUG).exercise
    error = CellError("ValueError", "no", 2)
    record = Record(
        key="",
        outcome=Outcome.CRASHED,
        cells=(CellRun((), 1), CellRun((), 1), CellRun((), 1, error=error), CellRun((), None)),
        parts=(PartRun("notebook.ipynb", 1, Outcome.COMPLETED), PartRun(SECOND, 3, Outcome.CRASHED)),
    )
    assessment = Assessment(
        student="ada", exercise=SLUG, record="", outcome=Outcome.CRASHED, isolation=Isolation.SANDBOX, findings=()
    )
    page = render_student(exercise, [("code", "")] * 4, assessment, record)
    assert "The error was in code cell 2, line 2 of features.ipynb: ValueError: no." in page
    assert "features.ipynb: The last code cell that ran was number 2 of 3." in page
    assert 'href="#cell-3"' in page


def test_students_get_both_notebooks(course: Course, tmp_path: Path) -> None:
    written = pipeline.hand_out(course, SLUG, None, tmp_path / "out")
    assert {path.name for path in written} == {"notebook.ipynb", SECOND, "exercise.toml"}
    assert "features = ..." in "\n".join(parse((tmp_path / "out" / SLUG / SECOND).read_bytes()).code)


def test_each_student_of_a_roster_gets_both_notebooks_with_the_same_numbers(course: Course, tmp_path: Path) -> None:
    key = course.solutions / SLUG / "key.py"
    text = key.read_text().replace("def answers()", "def answers(numbers)").replace("def calls()", "def calls(numbers)")
    key.write_text(text + '\n\ndef draw(rng):\n    return {"side": rng.randint(10, 10**6)}\n')
    for name in ("notebook.ipynb", SECOND):
        path = course.solutions / SLUG / name
        path.write_text(path.read_text().replace("import numpy as np", "side = {{ side }}\\nimport numpy as np"))
    (tmp_path / "roster.csv").write_text("student\nada\nbob\n")
    written = pipeline.hand_out(course, SLUG, tmp_path / "roster.csv", tmp_path / "out")
    assert [path.name for path in written] == [f"{SLUG}.ipynb", SECOND] * 2
    lines = [
        [line for line in "\n".join(parse(path.read_bytes()).code).splitlines() if line.startswith(("side", "variant"))]
        for path in written
    ]
    assert sorted(lines[0]) == sorted(lines[1]) != sorted(lines[2])
    marks, _ = graded(
        course, tmp_path, {"ada": {"a.ipynb": written[0].read_bytes(), "b.ipynb": written[3].read_bytes()}}
    )
    assert any("not the ones that were drawn for you" in str(remark) for remark in marks["ada"].assessment.remarks)


def test_the_list_checks_each_notebook(course: Course) -> None:
    [status] = listing(course)
    assert status.problems == ()
    (course.exercises / SLUG / SECOND).write_text("{}")
    [status] = listing(course)
    assert [f"exercises/{SLUG}/{SECOND}: differs" in problem for problem in status.problems] == [True]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('file = "features.ipynb"', 'file = "notebook.ipynb"', "is the first notebook of every exercise"),
        ('file = "features.ipynb"', 'file = "../features.ipynb"', "must be a file name such as"),
        ('file = "features.ipynb"', 'file = "feature.ipynb"', "is not listed under [[notebooks]]"),
        ('uses = ["kernel.npy"]', 'uses = ["/etc/passwd"]', "must be a path relative to the notebook"),
        ('uses = ["kernel.npy"]', 'uses = ["../kernel.npy"]', "must be a path relative to the notebook"),
        (
            'uses = ["kernel.npy"]',
            '[[notebooks]]\nfile = "Features.ipynb"',
            "is listed more than once",
        ),
    ],
)
def test_settings_of_notebooks_that_cannot_be_meant_are_refused(
    course: Course, old: str, new: str, problem: str
) -> None:
    path = course.exercises / SLUG / "exercise.toml"
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(SpecificationError, match=r"exercise\.toml") as refused:
        pipeline.load(course, SLUG)
    assert problem in str(refused.value)


@pytest.mark.slow
def test_a_later_notebook_gets_only_the_files_that_the_exercise_names(course: Course, sandbox: LocalExecutor) -> None:
    material = pipeline.load(course, SLUG)
    [submission] = [case for case in case_submissions(course, material.exercise) if case.student == "full-marks"]
    spy = "import os\nsize = 3\nfound = sorted(os.listdir('.'))\nprint(found)"
    notebook = json.loads(submission.files[0].content)
    notebook["cells"][1]["source"] = [spy]
    first = json.loads(submission.content)
    first["cells"][-1]["source"] = ["np.save('kernel.npy', kernel); np.save('secret.npy', kernel)"]
    files = (replace(submission.files[0], source=json.dumps(notebook).encode(), sha256=""), *submission.files[1:])
    submission = replace(submission, content=json.dumps(first).encode(), files=files)
    parsed = parse_submission(material, submission)
    [record] = sandbox.run([parsed.job])
    printed = "".join(str(output) for cell in record.cells for output in cell.outputs)
    assert {name for name in ("kernel.npy", "my_layers.py", "secret.npy", ".ipynb") if name in printed} == {
        "kernel.npy",
        "my_layers.py",
    }


@pytest.mark.slow
def test_modules_named_like_libraries_harm_only_their_own_submission(course: Course, sandbox: LocalExecutor) -> None:
    """`numpy.py`, modules of Python, and a module that works at import, beside an honest submission."""
    settings = course.exercises / SLUG / "exercise.toml"
    settings.write_text(settings.read_text().replace('["my_layers.py"]', '["*.py"]'))
    material = pipeline.load(course, SLUG)
    [honest] = [case for case in case_submissions(course, material.exercise) if case.student == "full-marks"]
    shadows = ("numpy", "keras", "json", "inspect", "IPython", "sitecustomize", "inside", "grader", "scipy")
    stop = b"raise SystemExit('a module of the student')\n"
    layers = (
        b"import time\nfrom pathlib import Path\nPath('trace').touch()\nsum(range(10**6))\n" + honest.files[1].content
    )
    hostile = replace(
        honest,
        student="mallory",
        files=(
            honest.files[0],
            *(HandedIn(f"{name}.py", stop) for name in shadows),
            HandedIn("my_layers.py", layers),
        ),
    )
    jobs = [parse_submission(material, submission).job for submission in (hostile, honest)]
    records = {record.key: record for record in sandbox.run(jobs)}
    for submission, job in zip((hostile, honest), jobs, strict=True):
        parsed = parse_submission(material, submission)
        assessment = assess_parts(material, material.exercise, parsed, records[job.key], {})
        assert {finding.question: finding.points for finding in assessment.findings} == {
            question.id: question.points for question in material.exercise.questions
        }
