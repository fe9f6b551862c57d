"""The graders that are compared, each used as in its documentation."""

import csv
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import material
from measure import Cost, run

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}


class Contestant(Protocol):
    """A grader, with a class to grade."""

    @property
    def name(self) -> str:
        """Its name in the table."""

    @property
    def command(self) -> str:
        """The command that is timed."""

    def prepare(self, count: int) -> None:
        """Lay out a class as this grader wants it, with nothing graded yet; not timed."""

    def grade(self) -> Cost:
        """Grade the class."""

    def marks(self) -> dict[str, float]:
        """Student -> points, read from what it wrote; not timed."""


def environment(*programs: Path) -> dict[str, str]:
    """This environment with a path to programs, and TensorFlow as quiet for all as in our sandbox."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return variables | QUIET | {"PATH": os.pathsep.join([*map(str, programs), os.environ["PATH"]])}


@dataclass
class Ours:
    """`grader grade`: runs in the sandbox, marks, writes a report for each student, the overview and the table."""

    folder: Path
    workers: int
    name: str = "grader"

    @property
    def command(self) -> str:
        """See `Contestant`."""
        return f"grader grade {material.SLUG} class --jobs {self.workers}"

    def prepare(self, count: int) -> None:
        """See `Contestant`."""
        shutil.rmtree(self.folder, ignore_errors=True)
        material.write_course(self.folder / "course")
        material.write_class(self.folder / "class", count)

    def grade(self) -> Cost:
        """See `Contestant`."""
        program = Path(sys.executable).parent / "grader"
        words: list[str | Path] = [program, *self.command.split()[1:], "--course", "course", "--results", "results"]
        return run(words, self.folder, environment(program.parent), self.folder / "log.txt")

    def marks(self) -> dict[str, float]:
        """See `Contestant`."""
        return table(self.folder / "results" / "grades.csv", "student", "points")


@dataclass
class NbGrader:
    """`nbgrader autograde`: runs each notebook in a separate kernel, one after the other, and marks it."""

    folder: Path
    programs: Path
    name: str = "nbgrader"
    command: str = f"nbgrader autograde {material.SLUG}"

    def prepare(self, count: int) -> None:
        """See `Contestant`."""
        shutil.rmtree(self.folder, ignore_errors=True)
        material.write_nbgrader_class(self.folder, count)
        self._run("nbgrader", "generate_assignment", material.SLUG)

    def grade(self) -> Cost:
        """See `Contestant`."""
        return self._run(*self.command.split())

    def marks(self) -> dict[str, float]:
        """See `Contestant`."""
        self._run("nbgrader", "export", "--to", "grades.csv")
        return table(self.folder / "grades.csv", "student_id", "score")

    def _run(self, program: str, *words: str) -> Cost:
        return run([self.programs / program, *words], self.folder, environment(self.programs), self.folder / "log.txt")


@dataclass
class Otter:
    """`otter run`: runs one notebook in a separate kernel and marks it; once for each student.

    Its command for a whole class, `otter grade`, needs Docker and starts a container for each notebook.
    """

    folder: Path
    programs: Path
    name: str = "otter"
    command: str = "otter run STUDENT.ipynb, for each student"

    def prepare(self, count: int) -> None:
        """See `Contestant`."""
        shutil.rmtree(self.folder, ignore_errors=True)
        material.write_class(self.folder / "class", count)
        material.write_otter_tests(self.folder / "tests")
        self._run("generate", "--tests-dir", "tests", "--output-path", "autograder.zip")

    def grade(self) -> Cost:
        """See `Contestant`."""
        total = Cost(0.0, 0.0)
        for notebook in sorted((self.folder / "class").iterdir()):
            results = self.folder / "results" / notebook.stem
            results.mkdir(parents=True)
            total += self._run("run", notebook, "--autograder", "autograder.zip", "--output-dir", results)
        return total

    def marks(self) -> dict[str, float]:
        """See `Contestant`."""
        return {
            path.parent.name: sum(test.get("score", 0) for test in json.loads(path.read_text())["tests"])
            for path in (self.folder / "results").glob("*/results.json")
        }

    def _run(self, *words: str | Path) -> Cost:
        return run([self.programs / "otter", *words], self.folder, environment(self.programs), self.folder / "log.txt")


def table(path: Path, student: str, points: str) -> dict[str, float]:
    """Student -> points, of a table with these columns."""
    with path.open(newline="", encoding="utf-8") as stream:
        return {row[student]: float(row[points]) for row in csv.DictReader(stream)}
