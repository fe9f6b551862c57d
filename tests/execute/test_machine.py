"""Fewer notebooks run at once where others use the processors; what the grader itself uses does not count."""

import os
import subprocess
import sys
import threading
import time

import pytest

from grader.errors import SandboxError
from grader.execute.draft import Draft
from grader.execute.local import LocalExecutor
from grader.execute.machine import Gate, Others
from grader.model.exercise import Limits
from grader.model.job import Job
from grader.model.record import Isolation, Outcome, Resources
from tests.execute.load import load

BUSY = [sys.executable, "-c", "import time\nwhile time.process_time() < 20: pass"]


class Left:
    """What others leave free, as the test says."""

    def __init__(self, *free: float, cores: int = 4) -> None:
        self.cores, self.seconds = cores, 1000.0
        self._free = list(free)

    def free(self) -> float:
        """The next of the test's numbers; the last one stays."""
        return self._free.pop(0) if len(self._free) > 1 else self._free[0]


def together(gate: Gate, jobs: int) -> int:
    """How many of some jobs ran at the same time at most."""
    running, most, lock, leave = 0, 0, threading.Lock(), threading.Event()

    def work() -> None:
        nonlocal running, most
        with gate.enter():
            with lock:
                running += 1
                most = max(most, running)
            leave.wait(30)
            with lock:
                running -= 1

    threads = [threading.Thread(target=work) for _ in range(jobs)]
    for thread in threads:
        thread.start()
    # All who may enter stay until no other has entered for a while, however slowly this machine starts threads.
    before = -1
    while before != running:
        before = running
        time.sleep(0.5)
    leave.set()
    for thread in threads:
        thread.join(30)
    return most


@pytest.mark.parametrize(
    ("most", "free", "expected"),
    [(4, 4.0, 4), (4, 3.8, 4), (4, 2.4, 2), (4, 1.0, 1), (4, 0.0, 1), (2, 0.9, 1), (1, 0.0, 1), (64, 62.0, 64)],
)
def test_as_many_run_at_once_as_there_are_free_cores_but_never_none(most: int, free: float, expected: int) -> None:
    assert together(Gate(most, Left(free), lambda _: None), 8 if most < 8 else 80) == expected


def test_it_is_said_when_fewer_run_at_once() -> None:
    told: list[str] = []
    together(Gate(4, Left(1.1), told.append), 6)
    assert told == ["From now on, 1 of 4 notebooks run at once: other programs leave 1.1 of 4 cores free."]


def test_nothing_is_said_where_all_run_at_once() -> None:
    told: list[str] = []
    together(Gate(2, Left(2.0), told.append), 6)
    assert told == []


def test_what_we_use_ourselves_does_not_count_and_what_others_use_does() -> None:
    cores = len(os.sched_getaffinity(0))
    others = Others()
    own = [subprocess.Popen(BUSY) for _ in range(cores)]
    try:
        time.sleep(2)
        alone = others.free()
        with load(3):
            others.free()  # starting them was work of our own
            time.sleep(3)
            beside = others.free()
    finally:
        for process in own:
            process.kill()
            process.wait()
    assert beside < 0.6 * cores
    assert alone > beside


class Starved:
    """A worker whose machine is too busy for the first runs."""

    isolation = Isolation.SANDBOX

    def __init__(self, times: int) -> None:
        self.times, self.runs = times, 0

    def run(self, job: Job, contents: tuple[bytes, ...]) -> tuple[Draft, Resources]:
        assert contents == ()
        self.runs += 1
        draft = Draft(job=job, started=True, starved=job.cells[0] == "hungry" and self.times > 0)
        self.times -= draft.starved
        return draft, Resources(cpu_seconds=1.5)

    def close(self) -> None:
        pass


def graded(worker: Starved, *cells: str) -> tuple[list[Outcome], list[str], list[str]]:
    told: list[str] = []
    gate = Gate(1, Left(4.0), told.append)
    with LocalExecutor(1, lambda _: worker, Isolation.SANDBOX, told.append, gate=gate) as executor:
        records = list(
            executor.run(
                Job(cells=(cell,), names=(), probes=(), files=(), limits=Limits(), seed=0, environment=())
                for cell in cells
            )
        )
    return [record.outcome for record in records], [str(text) for record in records for text in record.remarks], told


def test_a_run_that_the_machine_starved_is_tried_again_and_its_end_counts() -> None:
    outcomes, remarks, told = graded(Starved(1), "hungry", "b")
    assert (outcomes, remarks) == ([Outcome.COMPLETED] * 2, [])
    assert "will run again when the others are finished" in told[0]


def test_a_run_that_is_starved_each_time_is_our_fault_and_says_why() -> None:
    worker = Starved(100)
    outcomes, remarks, _ = graded(worker, "hungry")
    assert (outcomes, worker.runs) == ([Outcome.SANDBOX_FAILED], 3)
    assert "too busy" in remarks[0]
    assert "1.5 s of processor time" in remarks[0]


def test_it_is_tried_again_alone() -> None:
    running, beside, lock = 0, [], threading.Lock()

    class Counting(Starved):
        def run(self, job: Job, contents: tuple[bytes, ...]) -> tuple[Draft, Resources]:
            nonlocal running
            again = self.times <= 0
            with lock:
                running += 1
            time.sleep(0.1)
            if job.cells[0] == "hungry" and again:
                beside.append(running - 1)
            with lock:
                running -= 1
            return super().run(job, contents)

    hungry = Counting(1)
    with LocalExecutor(3, lambda _: hungry, Isolation.SANDBOX, gate=Gate(3, Left(4.0), lambda _: None)) as executor:
        jobs = [
            Job(cells=(cell,), names=(), probes=(), files=(), limits=Limits(), seed=number, environment=())
            for number, cell in enumerate(["hungry", *"abcdefgh"])
        ]
        records = list(executor.run(jobs))
    assert [record.outcome for record in records] == [Outcome.COMPLETED] * 9
    assert beside == [0]


def test_an_executor_that_is_closed_waits_for_no_calm() -> None:
    class Broken(Starved):
        def run(self, job: Job, contents: tuple[bytes, ...]) -> tuple[Draft, Resources]:
            if self.runs:
                raise SandboxError("closed")
            return super().run(job, contents)

    executor = LocalExecutor(1, lambda _: Broken(9), Isolation.SANDBOX, gate=Gate(1, Left(0.0), lambda _: None))
    future = executor.submit(
        Job(cells=("hungry",), names=(), probes=(), files=(), limits=Limits(), seed=0, environment=())
    )
    time.sleep(0.3)
    begin = time.monotonic()
    executor.__exit__(None, None, None)
    future.result(10)
    assert time.monotonic() - begin < 10
