"""What the grader makes of a run that is late, was hardly listened to, or never got a processor."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from grader.execute import conversation
from grader.execute.cell_progress import listening
from grader.execute.clock import LOOK_SECONDS
from grader.execute.conversation import Conversation
from grader.execute.draft import Draft
from grader.execute.inside import wire
from grader.model.exercise import Limits
from grader.model.job import Job, Probe
from grader.model.record import AnswerState, Outcome, ProbeState
from tests.execute.runs import Told
from tests.reading import as_read

LIMITS = Limits(cell_seconds=10, notebook_seconds=100, probe_seconds=5)
JOB = Job(cells=("a", "b"), names=("x",), probes=(), files=(), limits=LIMITS, seed=1, environment=())
DONE = {"type": "done", "count": 1, "seconds": 0.1}


class Script:
    """The other side of a conversation, which says what a test wants."""

    def __init__(self, job: Job = JOB) -> None:
        self._ours, self.theirs = socket.socketpair()
        self.run = Told()
        self.draft = Draft(job=job)
        self._conversation = Conversation(self._ours, job, (), self.run)
        self._thread = threading.Thread(target=self._hold)

    def _hold(self) -> None:
        with self._ours:
            self.draft = self._conversation.hold()

    def say(self, *messages: dict[str, Any]) -> None:
        """Send some messages at once."""
        self.theirs.sendall(b"".join(wire.packed(message) for message in messages))

    def heard(self) -> dict[str, Any]:
        """The next message of the grader."""
        return wire.receive(wire.reader(self.theirs), 2**31)[0]

    def held(self, talk: Callable[["Script"], None]) -> Draft:
        """Have the conversation."""
        self._thread.start()
        with self.theirs:
            self.heard()
            with contextlib.suppress(OSError, wire.WireError):  # the grader has hung up
                talk(self)
        self._thread.join(20)
        assert not self._thread.is_alive()
        return self.draft


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def answer(value: int) -> dict[str, Any]:
    return {"type": "answer", "name": "x", "answer": {"state": "value", "value": value, "type_name": "int"}}


LATE = {**DONE, "error": {"name": "CellTimeout", "message": "m", "line": 1, "late": True}}


def test_a_cell_over_its_limit_is_interrupted_and_the_limit_is_named() -> None:
    def talk(script: Script) -> None:
        script.say({"type": "started"}, {"type": "cell", "index": 0})
        time.sleep(2 * LOOK_SECONDS)
        script.run.processor = 10.5
        assert script.heard()["late"] == 0
        until(lambda: script.run.rings == 1)
        script.say(LATE, {"type": "cell", "index": 1}, DONE, answer(3), {"type": "finished", "cut": False})

    draft = Script().held(talk)
    assert draft.so_far.outcome is Outcome.TIMED_OUT
    assert draft.so_far.cells[0].error is not None
    assert "limit of 10 s of processor time" in as_read(draft.so_far.cells[0].error.message)
    assert draft.so_far.answers["x"].value == 3
    assert draft.so_far.cells[1].error is None


def test_a_cell_that_cannot_be_interrupted_ends_the_run_by_its_own_limit() -> None:
    def talk(script: Script) -> None:
        script.say({"type": "started"}, answer(1), {"type": "cell", "index": 0})
        time.sleep(2 * LOOK_SECONDS)
        while True:
            script.run.processor += 1
            time.sleep(0.3)
            script.say({"type": "output", "output": {"output_type": "stream", "name": "stdout", "text": "."}})

    script = Script()
    draft = script.held(talk)
    assert script.run.rings >= 3
    assert (draft.so_far.outcome, draft.so_far.answers["x"].value) == (Outcome.TIMED_OUT, 1)
    assert draft.so_far.cells[0].error is not None
    assert draft.so_far.cells[0].error.name == "CellTimeout"
    assert "its limit of 10 s" in as_read(draft.so_far.cells[0].error.message)
    assert "100" not in as_read(draft.so_far.cells[0].error.message)


def test_all_cells_together_have_a_limit_that_is_named() -> None:
    def talk(script: Script) -> None:
        script.say({"type": "started"}, {"type": "cell", "index": 0}, DONE, {"type": "cell", "index": 1})
        time.sleep(2 * LOOK_SECONDS)
        script.run.processor = 101
        script.heard()

    draft = Script().held(talk)
    assert draft.so_far.cells[1].error is not None
    assert "all cells together reached their limit of 100 s" in as_read(draft.so_far.cells[1].error.message)


def test_what_waits_in_the_socket_is_read_before_a_run_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """The grader was busy with something else, while the run came to its end long after its limit."""
    look = Conversation._look
    free = threading.Event()

    def slowly(self: Conversation) -> None:
        free.wait(10)
        look(self)

    monkeypatch.setattr(Conversation, "_look", slowly)

    def talk(script: Script) -> None:
        script.say({"type": "started"}, {"type": "cell", "index": 0})
        time.sleep(3 * LOOK_SECONDS)
        script.say(DONE, {"type": "cell", "index": 1}, DONE, answer(7), {"type": "finished", "cut": False})
        script.run.processor = 1000
        free.set()
        script.theirs.recv(1)

    draft = Script().held(talk)
    assert draft.so_far.outcome is Outcome.COMPLETED
    assert draft.so_far.answers["x"].value == 7


def test_a_run_that_goes_on_sending_is_late_all_the_same() -> None:
    def talk(script: Script) -> None:
        script.say({"type": "started"}, {"type": "cell", "index": 0})
        time.sleep(2 * LOOK_SECONDS)
        script.run.processor = 1000
        while True:
            script.say({"type": "output", "output": {"output_type": "stream", "name": "stdout", "text": "x" * 1000}})

    assert Script().held(talk).so_far.outcome in (Outcome.TIMED_OUT, Outcome.OUTPUT_LIMIT)


def test_what_a_run_says_of_its_own_lateness_counts_for_nothing() -> None:
    def talk(script: Script) -> None:
        script.say({"type": "started"}, {"type": "cell", "index": 0}, LATE, {"type": "cell", "index": 1}, DONE)
        script.say({"type": "finished", "cut": False})
        script.theirs.recv(1)

    assert Script().held(talk).so_far.outcome is Outcome.COMPLETED


def test_a_cell_that_begins_again_gets_no_more_time() -> None:
    def talk(script: Script) -> None:
        script.say({"type": "started"})
        while True:
            script.say({"type": "cell", "index": 0})
            time.sleep(LOOK_SECONDS)
            script.run.processor += 4

    draft = Script().held(talk)
    assert draft.so_far.outcome is Outcome.TIMED_OUT
    assert draft.so_far.cells[0].error is not None
    assert "its limit of 10 s" in as_read(draft.so_far.cells[0].error.message)


def test_a_process_that_ends_when_it_is_interrupted_was_late() -> None:
    def talk(script: Script) -> None:
        script.say({"type": "started"}, {"type": "cell", "index": 0})
        time.sleep(2 * LOOK_SECONDS)
        script.run.processor = 11
        script.heard()

    draft = Script().held(talk)
    assert draft.so_far.outcome is Outcome.TIMED_OUT
    assert draft.so_far.cells[0].error is not None
    assert "its limit of 10 s" in as_read(draft.so_far.cells[0].error.message)


@pytest.mark.parametrize(("spare", "starved"), [(0.0, True), (1e6, False)])
@pytest.mark.parametrize("where", ["cells", "call"])
def test_a_run_that_got_no_processor_is_the_machines_fault_where_that_was_full(
    monkeypatch: pytest.MonkeyPatch, where: str, spare: float, starved: bool
) -> None:
    monkeypatch.setattr("grader.execute.clock.ceiling", lambda _: 1.0)
    job = Job(
        cells=("a",),
        names=("x",),
        probes=(Probe("f", "f", (1,), "d"),),
        files=(),
        limits=LIMITS,
        seed=1,
        environment=(),
    )

    def talk(script: Script) -> None:
        script.say({"type": "started"}, {"type": "cell", "index": 0})
        if where == "call":
            script.say(DONE, {"type": "finished", "cut": False})
        time.sleep(0.3)
        script.run.idle = spare
        while True:
            script.heard()

    draft = Script(job).held(talk)
    assert draft.starved is starved
    if where == "call":
        assert draft.so_far.probes["f"].state is ProbeState.TIMED_OUT
    else:
        assert draft.so_far.outcome is Outcome.TIMED_OUT
        assert draft.so_far.answers["x"].state is AnswerState.MISSING


def test_waiting_bytes_are_counted() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert conversation.waiting_bytes(ours) == 0
        theirs.sendall(b"x" * 1234)
        assert conversation.waiting_bytes(ours) == 1234


def test_a_cell_that_takes_a_while_is_reported_and_a_quick_one_is_not() -> None:
    reported: list[tuple[str, int, int]] = []

    def talk(script: Script) -> None:
        script.say({"type": "started"}, {"type": "cell", "index": 0}, DONE, {"type": "cell", "index": 1})
        until(lambda: bool(reported))
        script.say(DONE, answer(1), {"type": "ended"}, {"type": "finished"})

    with listening(lambda *cell: reported.append(cell)):
        Script().held(talk)
    assert reported == [(JOB.key, 2, 2)]
