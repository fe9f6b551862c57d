"""The executor of this machine, with workers that are made up."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from grader.errors import SandboxError
from grader.execute.draft import Draft
from grader.execute.local import LocalExecutor
from grader.model.exercise import Limits
from grader.model.job import Job
from grader.model.record import (
    Answer,
    AnswerState,
    CellError,
    CellRun,
    Isolation,
    Outcome,
    ProbeResult,
    ProbeState,
    Resources,
)
from tests.reading import as_read

JOB = Job(cells=("1",), names=(), probes=(), files=(), limits=Limits(), seed=0, environment=())


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
        self.runs += job is JOB
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
    assert "nothing runs here" in as_read(record.remarks[0])


def test_a_job_that_closing_ends_is_not_tried_again() -> None:
    worker = Failing(only_when_closed=True)
    with LocalExecutor(1, lambda _: worker, Isolation.SANDBOX) as executor:
        consumer = threading.Thread(target=lambda: list(executor.run([JOB])))
        consumer.start()
        assert worker.busy.wait(60)
    consumer.join(60)
    assert worker.runs == 1


class Choosy(Failing):
    """A sound worker on which some jobs never begin, by a fault of the sandbox or of ours."""

    def __init__(self, fault: Exception, runs: Callable[[Job], bool]) -> None:
        super().__init__()
        self.fault, self.good, self.ended = fault, runs, 0

    def run(self, job: Job, contents: tuple[bytes, ...]) -> tuple[Draft, Resources]:
        self.runs += job is JOB and not contents
        if not self.good(job):
            raise self.fault
        draft = Draft(job=job, started=True)
        for name in job.names:
            draft.put_answer(name, Answer(AnswerState.VALUE, 42, "int"))
        return draft, Resources()

    def close(self) -> None:
        self.ended += 1


@pytest.mark.parametrize("fault", [SandboxError("a run ended before it began"), ValueError("no such message")])
def test_what_a_known_good_notebook_does_not_show_is_the_submissions_and_restarts_nothing(fault: Exception) -> None:
    worker = Choosy(fault, lambda each: each is not JOB)
    with LocalExecutor(1, lambda _: worker, Isolation.SANDBOX) as executor:
        (record,) = executor.run([JOB])
        assert worker.ended == 0
    assert (record.outcome, record.unrun, worker.runs) == (Outcome.CRASHED, True, 2)
    assert str(fault) in as_read(record.remarks[0])
    assert len(record.cells) == 1


def test_limits_in_which_nothing_runs_are_the_exercises_and_are_named() -> None:
    worker = Choosy(SandboxError("no room"), lambda each: each.limits == Limits() and not each.files)
    small = replace(JOB, limits=Limits(memory_mb=1))
    with LocalExecutor(1, lambda _: worker, Isolation.SANDBOX) as executor:
        (record,) = executor.run([small])
        assert worker.ended == 0
    assert record.outcome is Outcome.SANDBOX_FAILED
    assert "memory_mb" in as_read(record.remarks[0])


def test_a_fault_that_passes_costs_a_retry_only() -> None:
    faults = iter([True, False])
    worker = Choosy(SandboxError("killed"), lambda each: each is not JOB or not next(faults))
    with LocalExecutor(1, lambda _: worker, Isolation.SANDBOX) as executor:
        (record,) = executor.run([JOB])
        assert worker.ended == 0
    assert (record.outcome, worker.runs) == (Outcome.COMPLETED, 2)


class Broken(Failing):
    """A worker in whose sandbox the first cell of some jobs cannot import a package.

    Args:
        fails: Whether a job is one of them.
        error: What its cell says, or a call.
        mended: Whether all imports work once the worker has started anew.
    """

    def __init__(self, fails: Callable[[Job], bool], error: CellError | ProbeResult, mended: bool = False) -> None:
        super().__init__()
        self.fails, self.error, self.mended, self.ended = fails, error, mended, 0

    def run(self, job: Job, _contents: tuple[bytes, ...], /) -> tuple[Draft, Resources]:
        self.runs += job is JOB
        draft = Draft(job=job, started=True)
        if self.fails(job) and not (self.mended and self.ended):
            if isinstance(self.error, ProbeResult):
                draft.put_probe("softmax", self.error)
            else:
                draft.put_cell(0, CellRun(error=self.error))
            return draft, Resources()
        for name in job.names:
            draft.put_answer(name, Answer(AnswerState.VALUE, 42, "int"))
        return draft, Resources()

    def close(self) -> None:
        self.ended += 1


NO_KERAS = CellError("ModuleNotFoundError", "No module named 'keras'", 1)


def imports(job: Job) -> bool:
    return job is JOB or "import" in job.cells[0]


@pytest.mark.parametrize(
    "error",
    [
        NO_KERAS,
        CellError("ImportError", "libcudart.so: cannot open shared object file"),
        ProbeResult(ProbeState.RAISED, message="ModuleNotFoundError: No module named 'matplotlib.pyplot'"),
    ],
)
def test_packages_that_no_notebook_can_import_are_no_fault_of_a_student(error: CellError | ProbeResult) -> None:
    worker = Broken(imports, error)
    with LocalExecutor(1, lambda _: worker, Isolation.SANDBOX) as executor:
        (record,) = executor.run([JOB])
        assert worker.ended == 2
    assert (record.outcome, worker.runs) == (Outcome.SANDBOX_FAILED, 2)
    assert str(error.message) in as_read(record.remarks[0])


def test_packages_that_a_new_start_mends_cost_a_retry_only() -> None:
    worker = Broken(imports, NO_KERAS, mended=True)
    with LocalExecutor(1, lambda _: worker, Isolation.SANDBOX) as executor:
        (record,) = executor.run([JOB])
    assert (record.outcome, worker.runs, record.cells[0].error) == (Outcome.COMPLETED, 2, None)


@pytest.mark.parametrize("error", [NO_KERAS, CellError("ModuleNotFoundError", "No module named 'kears'")])
def test_a_failed_import_is_the_students_where_a_known_good_notebook_imports_all(error: CellError) -> None:
    worker = Broken(lambda job: job is JOB, error)
    with LocalExecutor(1, lambda _: worker, Isolation.SANDBOX) as executor:
        (record,) = executor.run([JOB])
        assert worker.ended == 0
    assert (record.outcome, worker.runs) == (Outcome.COMPLETED, 1)
    assert record.cells[0].error == error
