"""A class that is graded while workers and the grader itself are killed at random moments."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import material
from books import command
from contestants import table
from measure import CommandError, tree
from sqlalchemy import func, select

from grader.course.layout import Course
from grader.course.settings import read_settings
from grader.gradebook.results import Results
from grader.gradebook.schema import assessments

_POLL = 0.2
_SOME_NOT_GRADED = 1


@dataclass(frozen=True, slots=True)
class Kills:
    """The result of killing processes.

    Attributes:
        submissions: How many were handed in.
        seed: Of the moments and of the processes that are killed.
        workers: Workers that were killed.
        graders: How often the grader itself was.
        seconds: From the first start to the end, starts anew included.
        lost: Students without a mark, or submissions without a record.
        twice: Students with two rows, tries with two entries, and submissions with two marks.
        failed: Runs whose worker was killed twice; they have no mark until the same command runs them again.
        other_marks: Students whose mark is not the one that they have earned.
    """

    submissions: int
    seed: int
    workers: int
    graders: int
    seconds: float
    lost: int
    twice: int
    failed: int
    other_marks: int


def measured(
    folder: Path, environment: dict[str, str], count: int, workers: int, graders: int, jobs: int, seed: int
) -> Kills:
    """Grade a class of notebooks that all differ, kill so many, and look at what is left.

    Raises:
        CommandError: The grader ended by itself with a fault, or cannot start.
    """
    shutil.rmtree(folder, ignore_errors=True)
    material.write_course(folder / "course")
    material.write_class(folder / "class", count, only=material.ANSWERS)
    chance = random.Random(seed)
    # Moments are numbers of records, so that all lie within the run however fast the machine is.
    moments = [(chance.uniform(0.01, 0.97) * count, kind) for kind in ["worker"] * workers + ["grader"] * graders]
    begin = time.perf_counter()
    done = _grade(folder, environment, jobs, sorted(moments), chance)
    return Kills(count, seed, done["worker"], done["grader"], time.perf_counter() - begin, *_left(folder, count))


def _grade(
    folder: Path, environment: dict[str, str], jobs: int, moments: list[tuple[float, str]], chance: random.Random
) -> Counter[str]:
    done: Counter[str] = Counter()
    process = _start(folder, environment, jobs)
    try:
        while True:
            status = process.poll()
            if status == 0:
                return done
            if status == _SOME_NOT_GRADED:  # the worker of one was killed twice: the same command runs it again
                process = _start(folder, environment, jobs)
            elif status is not None:
                raise CommandError((folder / "log.txt").read_text(errors="replace")[-2000:])
            if moments and _records(folder) >= moments[0][0]:
                time.sleep(chance.uniform(0, 0.3))
                if _kill(process, moments[0][1], chance):
                    done[moments.pop(0)[1]] += 1
                if process.poll() is not None and process.returncode == -signal.SIGKILL:
                    process = _start(folder, environment, jobs)
            time.sleep(_POLL)
    finally:
        process.kill()
        process.wait()


def _start(folder: Path, environment: dict[str, str], jobs: int) -> subprocess.Popen[bytes]:
    words = command("grade", material.SLUG, "class", "--jobs", str(jobs), "--course", "course", "--results", "results")
    with (folder / "log.txt").open("ab") as log:
        return subprocess.Popen(
            [str(word) for word in words],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )


def _kill(process: subprocess.Popen[bytes], kind: str, chance: random.Random) -> bool:
    """Kill the grader, or one process of one of its workers; False where none is running yet."""
    if kind == "grader":
        process.kill()
        process.wait()
        return True
    pids = _workers(process.pid)
    if not pids:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(chance.choice(pids), signal.SIGKILL)
        return True
    return False


def _workers(grader: int) -> list[int]:
    """The sandboxes of the workers and the fork servers in them, without the students' programs."""
    pids = []
    for pid in tree(grader):
        with contextlib.suppress(OSError):
            parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
            names = [Path(f"/proc/{process}/comm").read_text().strip() for process in (pid, parent)]
            if "bwrap" in names:
                pids.append(pid)
    return pids


def _records(folder: Path) -> int:
    return sum(1 for _ in (folder / "results" / "records").glob("*/*.json.gz"))


def _left(folder: Path, count: int) -> tuple[int, int, int, int]:
    """Counts of submissions that are lost, doubled, failed for a while, or have a wrong mark."""
    results = folder / "results"
    students = material.students(count)
    marks = table(results / "grades.csv", "student", "points")
    book = Results(results).open(read_settings(Course(folder / "course")), material.SLUG)
    tries = book.attempts()
    lost = sum(student not in marks for student in students) + count - _records(folder)
    rows = (results / "grades.csv").read_text(encoding="utf-8").count("\n") - 1
    twice = rows - len(marks) + sum(len(of_student) - 1 for of_student in tries.values())
    counts = select(assessments.c.publishable, func.count()).group_by(assessments.c.publishable)
    with book.database.reading() as connection:
        history = {bool(row[0]): int(row[1]) for row in connection.execute(counts)}
    twice += history.get(True, 0) - count
    return (
        lost,
        twice,
        history.get(False, 0),
        sum(marks.get(student) != material.marks(student) for student in students),
    )
