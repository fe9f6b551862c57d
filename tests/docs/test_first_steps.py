"""The first steps and the how-to pages, taken as they are written."""

import csv
import json
import re
import tomllib
from pathlib import Path

import nbformat
import pytest

from grader.execute import isolation
from grader.model.record import Isolation
from tests.conftest import NO_SANDBOX, ROOT
from tests.docs.pages import PAGES, Command, blocks, commands, name
from tests.docs.running import copy_course, run

pytestmark = pytest.mark.slow

DOCS = ROOT / "docs"
# The class of the pages: few, and with all students whom the pages name.
CLASS = ("full-marks", "half-done", "blank", "numbers-of-the-slides")
# Installing is what the tests themselves rest on; `make demo` is tested in tests/test_demo.py.
NOT_HERE = re.compile(r"make |\. \.venv/bin/activate")
KEY = Path("solutions", "conv-arithmetic", "key.py")
RIGHT, WRONG = 'yield ["b", "d", "e"]', 'yield ["c", "d", "e"]'


@pytest.fixture
def course(tmp_path: Path) -> Path:
    if isolation.available() is not Isolation.SANDBOX:
        pytest.skip(NO_SANDBOX)
    return copy_course(tmp_path, *CLASS)


def take(course: Path, text: str) -> dict[str, str]:
    """Run the commands of a text; gives what each printed."""
    given = [command for block in blocks(text) for command in block]
    return {each.line: run(course, each) for each in given if not NOT_HERE.match(each.line)}


def points(course: Path, folder: str = "marks") -> dict[str, float]:
    with (course / folder / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: float(row["points"]) for row in csv.DictReader(file)}


def test_every_page_of_first_steps_and_how_to_has_a_test() -> None:
    tested = {
        "docs/first-steps/student.md",
        "docs/first-steps/instructor.md",
        "docs/first-steps/author.md",
        "docs/first-steps/administrator.md",
        "docs/how-to/key-was-wrong.md",
        "docs/how-to/student-appeals.md",
        "docs/how-to/exam-week.md",
        "docs/how-to/real-notebooks.md",  # in `test_real_notebooks_page.py`
        "docs/how-to/other-graders.md",  # in `test_other_graders_page.py`
        "docs/how-to/groups.md",  # has no shell block; `tests/test_groups.py` shows what it says
    }
    assert {name(page) for page in PAGES if page.parent.name in ("first-steps", "how-to")} == tested


def test_a_student_takes_the_first_steps(course: Path) -> None:
    done = take(course, (DOCS / "first-steps" / "student.md").read_text())
    assert (course / "mine.ipynb").exists()
    assert done["grader check mine.ipynb"]


def test_an_instructor_takes_the_first_steps(course: Path) -> None:
    take(course, (DOCS / "first-steps" / "instructor.md").read_text())
    assert (course / "released" / "conv-arithmetic" / "notebook.ipynb").exists()
    assert points(course)["full-marks"] == 30
    assert points(course)["half-done"] == 17  # 16.5, and half a point by hand
    assert list((course / "marks" / "exports").glob("*.csv"))


def test_an_author_takes_the_first_steps(course: Path) -> None:
    take(course, (DOCS / "first-steps" / "author.md").read_text())
    assert points(course, "trial") == {"full-marks": 3, "blank": 0}


@pytest.mark.long
def test_an_administrator_takes_the_first_steps(course: Path) -> None:
    take(course, (DOCS / "first-steps" / "administrator.md").read_text())
    assert points(course, "marks-again") == points(course)
    assert (course / "marks" / "gradebook.sqlite").stat().st_mode & 0o060 == 0o060


@pytest.mark.long
def test_a_wrong_key_is_fixed(course: Path) -> None:
    text = (course / KEY).read_text()
    (course / KEY).write_text(text.replace(RIGHT, WRONG))
    before, rest = (DOCS / "how-to" / "key-was-wrong.md").read_text().split("\n## Fix the key\n")
    preview, regrade = rest.split("\n## Regrade\n")
    take(course, before)
    assert points(course)["full-marks"] == 29.33

    (course / KEY).write_text(text)
    shown = "".join(take(course, preview).values())
    assert "full-marks: 29.33 -> 30" in shown
    assert "half-done: " not in shown, "its answer is missing and earns nothing under either key"
    assert points(course)["full-marks"] == 29.33, "a dry run changes nothing"

    take(course, regrade)
    assert points(course)["full-marks"] == 30


@pytest.mark.long
def test_an_appeal_is_decided_and_withdrawn(course: Path) -> None:
    page = DOCS / "how-to" / "student-appeals.md"
    decide, withdraw = page.read_text().split("\nTo withdraw the override,")
    take(course, decide)
    assert points(course)["half-done"] == 17.5
    assert list((course / "appeal").rglob("*.ipynb"))
    report = json.loads((course / "marks" / "half-done" / "assessment.json").read_text())
    assert "Correct, as you explained." in json.dumps(report)

    take(course, withdraw)
    assert points(course)["half-done"] == 16.5


@pytest.mark.long
def test_exam_week(course: Path) -> None:
    add_question_for_a_person(course)
    text = (DOCS / "how-to" / "exam-week.md").read_text()
    (settings,) = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert set(tomllib.loads(settings)["deadlines"]) == {"conv-arithmetic"}
    (course / "exercises" / "course.toml").write_text(settings)

    decide = "grader decide conv-arithmetic waiting.csv"
    before, after = text.split(decide)
    take(course, f"{before}```")
    with (course / "waiting.csv").open(encoding="utf-8-sig", newline="") as file:
        (waiting,) = csv.DictReader(file)
    assert waiting["student"] == "half-done"
    with (course / "waiting.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, waiting)
        writer.writeheader()
        writer.writerow({**waiting, "points": "2", "comment": "Well explained."})
    take(course, f"```sh\n{decide}{after}")

    results = points(course, "grading/conv-arithmetic")
    assert (results["full-marks"], results["half-done"]) == (30, 18.5)
    made = ("during-the-exam.zip", "after-the-exam.zip", "grading/index.html", "released/conv-arithmetic/exercise.toml")
    assert all((course / each).exists() for each in made)


def add_question_for_a_person(course: Path) -> None:
    """Let the exercise ask for a sentence, which the student `half-done` has written."""
    with (course / "exercises" / "conv-arithmetic" / "exercise.toml").open("a") as file:
        file.write('\n[[questions]]\nid = "why"\ntitle = "Why"\nkind = "text"\nanswer = "why"\npoints = 2\n')
    answer = 'why = "Weights are shared between all positions."'
    solution = f"### BEGIN SOLUTION\n{answer}\n### END SOLUTION"
    folder = course / "solutions" / "conv-arithmetic"
    notebook = nbformat.read(folder / "notebook.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(solution, id="why"))
    nbformat.write(notebook, folder / "notebook.ipynb")
    text = (folder / "cases" / "expected.toml").read_text()
    for case in ("full-marks", "numbers-of-the-slides"):
        text = text.replace(f"[{case}]\n", f"[{case}]\nblank = ['why']\n")
    (folder / "cases" / "expected.toml").write_text(text)
    run(course, Command("grader release conv-arithmetic --out exercises"))


def test_no_page_has_a_command_that_is_left_out() -> None:
    left_out = {each.line for page in PAGES if page.parent.name == "how-to" for each in commands(page)}
    assert not [line for line in left_out if NOT_HERE.match(line)]
