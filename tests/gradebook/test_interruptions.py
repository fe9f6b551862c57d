"""Whatever is killed, and whenever: the next call ends with the same marks. Real processes, both kinds of database."""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.course.settings import read_settings
from grader.gradebook.results import Results
from grader.model.mark import Mark
from tests.conftest import ROOT, wait_until
from tests.gradebook import cheap_grader

pytestmark = pytest.mark.slow

STUDENTS = 40
SEED = 20260301


class Place:
    """A folder with a course and results, and the graders that work in it."""

    def __init__(self, folder: Path, gradebook: str) -> None:
        self.folder, self.gradebook = folder, gradebook
        self.started: list[subprocess.Popen[str]] = []
        (folder / "course" / "exercises").mkdir(parents=True)
        (folder / "course" / "solutions").mkdir()
        shutil.copytree(ROOT / "reference_models", folder / "course" / "reference_models")
        create_exercise(Course(folder / "course"), cheap_grader.SLUG)

    def start(self, what: str, seconds: float = 0.02) -> subprocess.Popen[str]:
        """Start a grader."""
        (self.folder / "began").unlink(missing_ok=True)
        words = [what, str(self.folder), self.gradebook, str(STUDENTS), str(seconds)]
        command = [sys.executable, str(Path(cheap_grader.__file__)), *words]
        environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        self.started.append(process)
        return process

    def finish(self, *processes: subprocess.Popen[str]) -> None:
        """Wait until graders have ended well."""
        for process in processes:
            said = process.communicate(timeout=180)[1]
            assert process.returncode == 0, said

    def kill_after(self, process: subprocess.Popen[str], seconds: float) -> None:
        """Kill a grader so long after it began to work."""
        assert wait_until(lambda: (self.folder / "began").exists() or process.poll() is not None)
        time.sleep(seconds)
        process.kill()
        process.communicate()

    def ran(self) -> list[str]:
        """Keys of what was run, in order."""
        path = self.folder / "ran"
        return path.read_text().split() if path.exists() else []

    def recorded(self) -> set[str]:
        """Keys of the records that are there."""
        return {path.name.partition(".")[0] for path in (self.folder / "out" / "records").rglob("*.json.gz")}

    @property
    def results(self) -> Results:
        """The results, read anew."""
        return Results(self.folder / "out", self.gradebook or None)

    def marks(self) -> list[Mark]:
        """The marks that count."""
        title = read_settings(Course(self.folder / "course")).title
        return self.results.gradebook(title, cheap_grader.SLUG).marks()

    def double_points(self) -> None:
        """Change the points of the exercise, so that marking again changes all marks."""
        path = self.folder / "course" / "exercises" / cheap_grader.SLUG / "exercise.toml"
        lines = [
            f"points = {number + 5}" if line.startswith("points") else line
            for number, line in enumerate(path.read_text().splitlines())
        ]
        path.write_text("\n".join(lines) + "\n")

    def told(self) -> dict[str, str]:
        """All that was made of the class: tables, marks and pages, without times."""
        out = self.folder / "out"
        kept = [out / "grades.csv", out / "index.html", *sorted(out.glob("student-*/*"))]
        return {str(path.relative_to(out)): path.read_text() for path in kept}


KILLED_ON = pytest.mark.parametrize(
    "address", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)
"""A killed process is the same to both databases; `make slow` shows it on the server, too."""


@pytest.fixture
def place(tmp_path: Path, address: str) -> Iterator[Place]:
    made = Place(tmp_path / "one", address)
    yield made
    for process in made.started:
        process.kill()
        process.wait()


def undisturbed(folder: Path) -> Place:
    """The same class, graded by one grader that nobody disturbs."""
    made = Place(folder, f"sqlite:///{folder / 'book.sqlite'}")
    made.finish(made.start("grade", 0))
    return made


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is made of the class where nobody disturbs the grader."""
    return undisturbed(tmp_path_factory.mktemp("undisturbed")).told()


@KILLED_ON
def test_a_grader_killed_again_and_again_ends_with_the_same_and_runs_nothing_twice(
    place: Place, expected: dict[str, str]
) -> None:
    moments = random.Random(SEED)
    for _ in range(4):
        done, before = place.recorded(), len(place.ran())
        place.kill_after(place.start("grade"), moments.uniform(0, 1.2))
        assert not done & set(place.ran()[before:])
        assert done <= place.recorded()
    done, before = place.recorded(), len(place.ran())
    place.finish(place.start("grade"))
    assert not done & set(place.ran()[before:])
    assert len(place.recorded()) == STUDENTS
    assert place.told() == expected


def test_two_graders_of_one_class_at_once_give_what_one_gives(place: Place, expected: dict[str, str]) -> None:
    place.finish(*[place.start("grade", 0.01) for _ in range(2)])
    assert place.told() == expected
    assert len(place.marks()) == len({each.student for each in place.marks()}) == STUDENTS


@KILLED_ON
def test_marking_again_that_is_killed_ends_with_the_same(place: Place, tmp_path: Path) -> None:
    other = undisturbed(tmp_path / "other")
    place.finish(place.start("grade", 0))
    ran = place.ran()
    for each in (place, other):
        each.double_points()
    other.finish(other.start("regrade"))
    moments = random.Random(SEED)
    for _ in range(3):
        place.kill_after(place.start("regrade"), moments.uniform(0, 0.5))
        assert len(place.marks()) == STUDENTS
    place.finish(place.start("regrade"))
    assert place.told() == other.told()
    assert place.ran() == ran


def test_what_a_person_decides_while_a_class_is_graded_counts(place: Place) -> None:
    place.finish(place.start("grade", 0.03), place.start("adjust", 0.02))
    place.finish(place.start("grade", 0))
    decided = {each.student: each.assessment for each in place.marks()}
    chosen = set(cheap_grader.students(STUDENTS)[::5])
    assert {name for name, each in decided.items() if each.decided_by == "Roe"} == chosen
    assert {decided[name].points for name in chosen} == {0.25}
    for name in chosen:
        assert '"points": 0.25' in (place.folder / "out" / name / "assessment.json").read_text()


@KILLED_ON
def test_what_a_person_decides_survives_graders_that_are_killed(place: Place) -> None:
    moments = random.Random(SEED)
    deciding = place.start("adjust", 0.05)
    for _ in range(2):
        place.kill_after(place.start("grade"), moments.uniform(0.1, 0.8))
    place.finish(place.start("grade", 0), deciding)
    place.finish(place.start("grade", 0))
    decided = {each.student for each in place.marks() if each.assessment.points == 0.25}
    assert decided == set(cheap_grader.students(STUDENTS)[::5])
