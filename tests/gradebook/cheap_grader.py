"""A grader in a process of its own that runs nothing: each notebook hands back the numbers that stand in it.

Usage: cheap_grader.py grade|regrade|adjust FOLDER GRADEBOOK STUDENTS SECONDS

FOLDER holds the course and the results; STUDENTS is how many there are, SECONDS what a notebook takes. What it runs it
writes to FOLDER/ran as soon as it does, and FOLDER/began says that it is at work.
"""

import random
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader import pipeline
from grader.course.layout import Course
from grader.errors import GradebookError
from grader.gradebook.results import Results
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.job import Job
from grader.model.record import Record
from grader.model.submission import Submission
from grader.pipeline.marking import now
from tests.conftest import notebook
from tests.fakes import Fake, number_question

SLUG = "tiny"


class Cheap(Fake):
    """Takes a while for each notebook, and says which it ran."""

    def __init__(self, log: Path, seconds: float) -> None:
        super().__init__()
        self._log, self._seconds = log, seconds

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        """See `Fake`."""
        for job in jobs:
            time.sleep(self._seconds)
            with self._log.open("a") as stream:
                stream.write(job.key + "\n")
            yield from super().run([job])


def students(count: int) -> list[str]:
    """Their names."""
    return [f"student-{number:03}" for number in range(count)]


def submissions(material: pipeline.Material, count: int) -> list[Submission]:
    """One notebook each, no two the same; every third has the right number."""
    right = material.key.answers[next(each.id for each in material.exercise.questions if each.kind == "number")]
    return [
        Submission(
            student=name,
            exercise=SLUG,
            origin=f"{name}.ipynb",
            content=notebook(f"{number_question(material)} = {right if number % 3 == 0 else number}", f"# {name}"),
        )
        for number, name in enumerate(students(count))
    ]


def decide(results: Results, title: str, count: int, seconds: float) -> None:
    """Give every fifth student points by hand, one after the other, as soon as they are known."""
    book = results.gradebook(title, SLUG)
    for number, name in enumerate(students(count)):
        while number % 5 == 0:
            try:
                at = now()
                book.adjust(
                    [
                        Adjustment(
                            student=name,
                            exercise=SLUG,
                            kind=AdjustmentKind.POINTS,
                            author="Roe",
                            reason="read by hand",
                            at=at,
                            points=0.25,
                        )
                    ]
                )
                break
            except GradebookError:
                time.sleep(0.02)  # not taken in yet
        time.sleep(seconds)


def main() -> None:
    """Do what is asked."""
    what, place, gradebook, count, seconds = sys.argv[1:6]
    folder = Path(place)
    material = pipeline.load(Course(folder / "course"), SLUG)
    results = Results(folder / "out", gradebook or None)
    (folder / "began").touch()
    if what == "grade":
        handed_in = submissions(material, int(count))
        random.shuffle(handed_in)
        executor = Cheap(folder / "ran", float(seconds))
        pipeline.grade(material, handed_in, results, executor, lambda _: None)
    elif what == "regrade":
        pipeline.regrade(material, results)
    else:
        decide(results, material.settings.title, int(count), float(seconds))


if __name__ == "__main__":
    main()
