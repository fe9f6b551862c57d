"""The executor of this machine, with workers that are made up."""

import threading

from grader.errors import SandboxError
from grader.execute.conversation import Draft
from grader.execute.local import LocalExecutor
from grader.model.exercise import Limits
from grader.model.job import Job
from grader.model.record import Isolation, Outcome, Resources

JOB = Job(("1",), (), (), (), Limits(), 0, ())


class Failing:
    """A worker whose sandbox breaks, at once or when it is closed."""

    isolation = Isolation.SANDBOX

    def __init__(self, only_when_closed: bool = False) -> None:
        self.runs = 0
        self.busy = threading.Event()
        self.closed = threading.Event()
        if not only_when_closed:
            self.closed.set()

    def run(self, job: Job, contents: tuple[bytes, ...]) -> tuple[Draft, Resources]:
        self.runs += 1
        self.busy.set()
        self.closed.wait(60)
        raise SandboxError(f"nothing runs here: {len(job.cells)} cell, {len(contents)} files")

    def close(self) -> None:
        self.closed.set()


def test_a_broken_sandbox_is_tried_twice_and_told() -> None:
    worker = Failing()
    with LocalExecutor(1, lambda _: worker, Isolation.SANDBOX) as executor:
        (record,) = executor.run([JOB])
    assert (record.outcome, worker.runs) == (Outcome.SANDBOX_FAILED, 2)
    assert "nothing runs here" in record.remarks[0]


def test_a_job_that_closing_ends_is_not_tried_again() -> None:
    worker = Failing(only_when_closed=True)
    with LocalExecutor(1, lambda _: worker, Isolation.SANDBOX) as executor:
        consumer = threading.Thread(target=lambda: list(executor.run([JOB])))
        consumer.start()
        assert worker.busy.wait(60)
    consumer.join(60)
    assert worker.runs == 1
