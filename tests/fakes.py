"""An executor that runs nothing, and what tests of whole commands hand in to it."""

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from grader import pipeline
from grader.model.job import Job
from grader.model.record import Answer, AnswerState, CellRun, Isolation, Outcome, Record, Resources
from grader.model.submission import Submission
from tests.conftest import notebook


class Fake:
    """Pretends to run jobs: every name that a cell assigns gets the number beside it."""

    isolation = Isolation.SANDBOX
    slots = 1

    def __init__(self, outcome: Outcome = Outcome.COMPLETED, used: Resources | None = None) -> None:
        self.ran: list[Job] = []
        self.outcome = outcome
        self.used = used or Resources()

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for job in jobs:
            self.ran.append(job)
            answers = {name: Answer(AnswerState.MISSING) for name in job.names}
            for line in "\n".join(job.cells).splitlines():
                name, found, value = line.partition(" = ")
                if found and name in answers and value != "...":
                    answers[name] = Answer(AnswerState.VALUE, int(value), "int")
            yield Record(
                key=job.key,
                outcome=self.outcome,
                cells=tuple(CellRun((), 1) for _ in job.cells),
                answers=answers,
                resources=self.used,
                environment=job.environment,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


def number_question(material: pipeline.Material) -> str:
    """The name of the answer to the first question that asks for a number."""
    return next(question.answer for question in material.exercise.questions if question.kind == "number")


def hand_in(material: pipeline.Material, student: str, value: int, note: str = "") -> Submission:
    """The notebook of a student who answers that question with a value."""
    return Submission(
        student=student,
        exercise="tiny",
        origin=f"{student}.ipynb",
        content=notebook(f"{number_question(material)} = {value}{note}"),
    )


def ignore(_: object) -> None:
    """Reports progress to nowhere."""


class Quiet:
    """A view of the progress that shows nothing."""

    def done(self, _assessment: object) -> None: ...

    def plan(self, _runs: object) -> None: ...
