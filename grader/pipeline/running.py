"""Runs the notebooks of attempts, equal ones only once, and reports which students are done."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from grader.execute.executor import Executor
from grader.model.assessment import Assessment
from grader.model.attempt import Attempt
from grader.model.job import Job
from grader.model.mark import Mark
from grader.model.record import Record
from grader.pipeline.inbox import Inbox
from grader.pipeline.material import Material
from grader.pipeline.parsing import with_inputs

Progress = Callable[[Assessment], None]
"""Is told the assessment that counts of each student who is done."""

Plan = Callable[[Iterable[tuple[str, ...]]], None]
"""Is told, before anything runs, whose notebooks will run and in which order."""


class Watch(Protocol):
    """A view of the progress."""

    def done(self, assessment: Assessment, /) -> None:
        """See `Progress`."""

    def plan(self, runs: Iterable[tuple[str, ...]], /) -> None:
        """See `Plan`."""


Pending = Mapping[str, Sequence[Attempt]]
"""Key of a job -> the attempts that wait for its record."""


def run(
    executor: Executor, material: Material, inbox: Inbox, pending: Pending, plan: Plan | None
) -> Iterator[tuple[Record, Sequence[Attempt]]]:
    """Run each job once; yields each record as soon as it is there, with the attempts that waited for it."""
    jobs: list[Job] = [inbox.parsed(attempts[0]).job for attempts in pending.values()]
    if not jobs:
        return
    if plan:
        plan(tuple(attempt.student for attempt in attempts) for attempts in pending.values())
    for record in executor.run(with_inputs(material, job) for job in jobs):
        yield record, pending[record.key]


class Countdown:
    """Reports a student as done when the last of the student's attempts is done.

    Args:
        progress: Is told.
        attempts: The attempts that have to be done.
    """

    def __init__(self, progress: Progress, attempts: Iterable[Attempt]) -> None:
        self._progress = progress
        self._left = Counter(attempt.student for attempt in attempts)

    def done(self, mark: Mark) -> None:
        """One more attempt of a student is done; `mark` counts now."""
        self._left[mark.student] -= 1
        if not self._left[mark.student]:
            self._progress(mark.assessment)
