"""The seam between grading and running: jobs go in, records come out."""

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Protocol, Self

from grader.model.job import Job
from grader.model.record import Isolation, Record


class Executor(Protocol):
    """Runs jobs somewhere; whoever calls it neither knows nor cares where."""

    @property
    def isolation(self) -> Isolation:
        """What protects this machine from the jobs."""

    @property
    def slots(self) -> int:
        """How many jobs run at the same time; may change where machines come and go."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        """Run jobs and give their records in the order in which they end.

        Args:
            jobs: The jobs; they are taken one by one while others run, so they may be made as late as that.

        Returns:
            A record for each job, whose `key` says which job it belongs to. Its outcome is `sandbox_failed` if the
            job could not be run through no fault of its own.

        Example:
            with executor:
                for record in executor.run(jobs):
                    records.put(record)
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
