"""What a class would otherwise use: students submit through the exchange of nbgrader, and get feedback through it."""

import os
import shutil
import statistics
import time
from pathlib import Path
from typing import Any

import material
from contestants import environment
from measure import Cost, run

_AS_STUDENT = """
import os, sys
import nbgrader.exchange.default.fetch_feedback, nbgrader.exchange.default.submit
from nbgrader.apps.nbgraderapp import NbGraderApp
for module in (nbgrader.exchange.default.fetch_feedback, nbgrader.exchange.default.submit):
    module.get_username = lambda: os.environ["STUDENT"]
NbGraderApp.launch_instance(sys.argv[1:])
"""
"""nbgrader takes the name of the student from the operating system; here, it comes from the environment."""

_CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "benchmark"
c.Exchange.root = {root!r}
c.CourseDirectory.root = {course!r}
"""


def exchange(folder: Path, programs: Path, students: int, alone: int) -> dict[str, Any]:
    """Let a class use the exchange.

    Args:
        folder: Where; what was there is gone.
        programs: The programs of nbgrader's environment.
        students: Number of students who submit together.
        alone: Number of students who submit alone before, one after the other.

    Returns:
        Seconds of wall time: `alone` from the submission to the feedback of each student; `submit`, `collect`,
        `grade` and `feedback` for the class together.

    Raises:
        CommandError: A command of nbgrader failed.
    """
    course = _Course(folder, programs)
    names = material.students(alone + students)
    times = []
    for name in names[:alone]:
        began = time.perf_counter()
        course.submit(name)
        course.grade(name)
        course.fetch(name)
        times.append(time.perf_counter() - began)
    submit = sum((course.submit(name) for name in names[alone:]), Cost(0.0, 0.0))
    steps = [course.staff(*words) for words in _STEPS]
    fetch = sum((course.fetch(name) for name in names[alone:]), Cost(0.0, 0.0))
    course.check(names)
    return {
        "students": students,
        "alone": times,
        "median": statistics.median(times),
        "submit": submit.wall,
        "collect": steps[0].wall,
        "grade": steps[1].wall,
        "feedback": steps[2].wall + steps[3].wall + fetch.wall,
    }


_STEPS = (("collect",), ("autograde",), ("generate_feedback",), ("release_feedback",))


class _Course:
    """A course of nbgrader with its exchange."""

    def __init__(self, folder: Path, programs: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self._folder, self._programs = folder, programs
        self._course, root = folder / "course", folder / "exchange"
        material.write_nbgrader_class(self._course, 0)
        root.mkdir(mode=0o777)
        root.chmod(0o777)
        text = _CONFIG.format(root=str(root), course=str(self._course))
        (self._course / "nbgrader_config.py").write_text(text)
        self.staff("generate_assignment")
        self.staff("release_assignment")

    def staff(self, command: str, *words: str) -> Cost:
        """Run a command of the instructor."""
        return self._run(self._course, [self._programs / "nbgrader", command, material.SLUG, *words], "instructor")

    def submit(self, name: str) -> Cost:
        """Submit the notebook of a student."""
        home = self._folder / "homes" / name
        material.write_nbgrader_submission(home / material.SLUG, name)
        (home / "nbgrader_config.py").write_bytes((self._course / "nbgrader_config.py").read_bytes())
        return self._run(home, self._student("submit"), name)

    def grade(self, name: str) -> None:
        """Grade what one student submitted, as an instructor would who does not wait for the others."""
        self.staff("collect")
        for command in ("autograde", "generate_feedback", "release_feedback"):
            self.staff(command, f"--student={name}")

    def fetch(self, name: str) -> Cost:
        """Fetch the feedback of a student."""
        return self._run(self._folder / "homes" / name, self._student("fetch_feedback"), name)

    def check(self, names: list[str]) -> None:
        """Make sure that each student has feedback: otherwise nbgrader did not do the work.

        Raises:
            RuntimeError: A student has none.
        """
        for name in names:
            if not list((self._folder / "homes" / name).rglob("*.html")):
                raise RuntimeError(f"nbgrader: {name} has no feedback; see {self._folder / 'log.txt'}")

    def _student(self, command: str) -> list[str | Path]:
        return [self._programs / "python", "-c", _AS_STUDENT, command, material.SLUG]

    def _run(self, folder: Path, words: list[str | Path], name: str) -> Cost:
        variables = environment(self._programs) | {"STUDENT": name, "HOME": os.environ.get("HOME", "/root")}
        return run(words, folder, variables, self._folder / "log.txt")
