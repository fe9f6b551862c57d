"""The talk between the grader and one run: sends the job, collects claims, keeps the clock.

The other side is hostile until shown otherwise: bytes are counted as they arrive, each wait has an
end, and a message that is none ends the run, which keeps what was handed over before. What already waits to be read is
read before a run is found to be late.
"""

import select
import signal
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from grader.execute import claims, requests
from grader.execute.budget import RunBudget, SpentError
from grader.execute.cell_outputs import CellOutputs
from grader.execute.cell_progress import CellProgress
from grader.execute.clock import LOOK_SECONDS, Clock, Oversight, Span, Why
from grader.execute.draft import Draft
from grader.execute.inside import keras2, wire
from grader.execute.late import cell_message, limit_reached, notebook_message
from grader.model.job import Job
from grader.model.record import (
    CELL_TIMEOUT,
    ENDED_ITSELF,
    NOTEBOOK_TIMEOUT,
    USED_KERAS2,
    AnswerState,
    CellError,
    CellRun,
    ObservationRun,
    ObservationState,
    Outcome,
    ProbeResult,
    ProbeState,
)
from grader.text.messages import Text, message
from grader.text.values import first_few

THREADS = 1
"""Threads of one run; more would make training faster and its result depend on the machine."""

GRACE_SECONDS = 10.0
"""What a cell may go on for after it was first interrupted, of its own time, before the run is ended."""

_RING_AGAIN_SECONDS = 2.0  # the cell may have caught its interruption, or lost it where Python drops exceptions
_START_SECONDS = 120.0
_OVERHEAD_BYTES = 96 * 2**20  # for all that is not output: answers, models, arrays
_OUTPUT_FACTOR = 6  # the inside counts characters, of which JSON writes some with six
_BYTES_FOR_EACH_OUTPUT = 64
_MOST_MODELS = 8
_MOST_WAITING = 2**24
_MOST_NAMES = 12
_LONGEST_NAME = 200  # of a variable


class _Hangup(Exception):
    """The other side is gone, or said something that it must not."""


class _Late(Exception):
    """A limit on time was reached: that of the cell that runs, or else that of all of them or of a call."""

    def __init__(self, why: Why, of_cell: bool = False) -> None:
        super().__init__(why)
        self.why, self.of_cell = why, of_cell


class _Flood(Exception):
    """More bytes came than any honest run sends."""


def ending(number: int) -> Text:
    """Explain how a process ended that broke off by itself: by signal `number`, or by none if that is 0."""
    if not number:
        return message("The notebook ended its own process.")
    known = {member.value: member.name for member in signal.Signals}
    return message("Python itself crashed ({signal}).", signal=known.get(number, f"signal {number}"))


class Conversation:
    """One run, seen from the grader.

    Args:
        connection: Socket to the process that runs the job.
        job: What to run.
        contents: Bytes of the job's files, public ones first, in their order.
        oversight: What is known of the run otherwise.
    """

    def __init__(self, connection: socket.socket, job: Job, contents: tuple[bytes, ...], oversight: Oversight) -> None:
        self._connection = connection
        self._job = job
        self._contents = contents
        self._draft = Draft(job=job)
        self._outputs = CellOutputs()
        self._budget = RunBudget()
        self._head_size = 0
        self._byte_limit = job.limits.output_kb * 1024 * 4 + _OVERHEAD_BYTES
        self._output_left = job.limits.output_kb * 1024 * _OUTPUT_FACTOR
        self._oversight, self._clock = oversight, Clock(oversight)
        self._all: Span | None = None
        self._one: Span | None = None
        self._asked = frozenset((*job.names, *job.looked_at))
        self._cell = -1
        self._progress = CellProgress(job)
        self._interruptible = -1  # the number of the cell or observation that runs, as the inside counts them
        self._rang: Why | None = None
        self._rang_at = 0.0
        self._verdict: _Late | None = None
        self._still_waiting = 0

    def hold(self) -> Draft:
        """Run the job to its end, whatever that is.

        Returns:
            The draft of its record. If `started` is false, no cell has begun, and it is not known whose fault that is.
        """
        draft = self._draft
        try:
            self._send(requests.to_run(self._job, THREADS), self._contents)
            self._follow_cells()
            if self._fetch_files() and self._observe():
                self._call_probes()
        except _Late as late:
            draft.starved = late.why is Why.STARVED
            self._explain_late(late)
        except (_Flood, SpentError):
            draft.end(
                Outcome.OUTPUT_LIMIT,
                message("The notebook returned far more data than allowed, so the grader stopped it."),
            )
        except (_Hangup, OSError):
            draft.end(Outcome.CRASHED)
            if self._rang:  # the signal ended a process that did not heed it
                self._explain_late(_Late(self._rang, of_cell=True))
        except (claims.ClaimError, wire.WireError):
            draft.end(Outcome.CRASHED)
            draft.damaged = draft.started
            if draft.damaged:
                draft.remark(
                    message("Some data from the notebook's process were damaged. Everything after them was ignored.")
                )
        self._close_cell()
        self._clock.look()
        draft.processor_seconds = round(self._clock.processor, 4)
        return draft

    def _follow_cells(self) -> None:
        handlers: Mapping[str, Callable[[dict[str, Any]], None]] = {
            "started": self._start,
            "cell": self._begin_cell,
            "output": lambda head: self._show(head, self._outputs.add),
            "update": lambda head: self._show(head, self._outputs.update),
            "clear": lambda head: self._outputs.clear(head.get("wait") is True),
            "done": self._finish_cell,
            "answer": self._take_answer,
            "model": self._take_model,
            "histories": self._take_histories,
            "ended": self._take_ended,
        }
        while True:
            head, _ = self._receive(body_limit=0)
            kind = head.get("type")
            if kind == "finished":
                self._draft.finished = True
                self._all = self._verdict = None
                self._note_cut(head.get("cut") is True or self._output_left < 0)
                self._note_keras2(head.get("keras2"))
                return
            if not isinstance(kind, str) or kind not in handlers:
                raise _Hangup
            handlers[kind](head)

    def _fetch_files(self) -> bool:
        """Take the files that observations in a fresh process need; gives whether the process still talks to us."""
        limit = claims.ARRAY_LIMIT
        for name in self._job.saved_files:
            self._all = self._clock.span(self._job.limits.probe_seconds)
            try:
                self._send({"file": name, "limit": limit}, ())
                head, bodies = self._reply("file", limit)
                content = bodies[0] if len(bodies) == 1 else b""
                self._budget.array(content)
            except _Late as late:
                self._draft.starved = late.why is Why.STARVED
                return False
            except (_Hangup, SpentError, wire.WireError, claims.ClaimError, OSError):
                return False
            finally:
                self._all = self._verdict = None
            if head.get("state") == "sent":
                self._draft.saved[name] = content
                limit -= len(content)
            elif head.get("state") == "too_large":
                self._draft.note_file(name, ObservationState.TOO_LARGE)
            else:
                self._draft.note_file(name, ObservationState.MISSING)
        return True

    def _observe(self) -> bool:
        """Run the observations one by one; gives whether the process still talks to us."""
        for number, observation in enumerate(self._job.observations, start=len(self._job.cells)):
            self._interruptible, self._rang = number, None
            self._one = self._clock.span(self._job.limits.probe_seconds)
            try:
                self._send(requests.to_observe(number, observation), ())
                head, _ = self._reply("observed", 0)
                self._take_observation(observation.name, head)
            except _Late as late:
                self._draft.starved = late.why is Why.STARVED
                self._draft.put_observation(observation.name, ObservationRun(state=ObservationState.LATE))
                return False
            except (_Hangup, SpentError, wire.WireError, claims.ClaimError, OSError):
                state = ObservationState.LATE if self._rang else ObservationState.ENDED
                self._draft.put_observation(observation.name, ObservationRun(state=state))
                return False
            finally:
                self._end_clock_of_cell()
        return True

    def _take_observation(self, name: str, head: dict[str, Any]) -> None:
        run = claims.observation_run(head)
        if run.state is ObservationState.OBSERVED:
            self._draft.put_answer(name, claims.answer(head.get("answer"), self._budget))
            if (table := head["answer"].get("model")) is not None:
                self._draft.put_model(name, claims.model_table(table, self._budget))
        self._draft.put_observation(name, run)

    def _reply(self, kind: str, body_limit: int) -> tuple[dict[str, Any], tuple[bytes, ...]]:
        """Receive an answer to what was asked after the cells; what is printed meanwhile is dropped.

        Raises:
            ClaimError: Something else came.
        """
        head, bodies = self._receive(body_limit)
        while head.get("type") in ("output", "update", "clear"):
            head, bodies = self._receive(body_limit)
        if head.get("type") != kind:
            raise claims.ClaimError(f"expected {kind}")
        return head, bodies

    def _call_probes(self) -> None:
        """Hand in held-out inputs, now that no cell runs any more."""
        elsewhere = {observation.name for observation in self._job.on_files}
        for probe in self._job.probes:
            if probe.function in elsewhere:
                continue
            self._all = self._clock.span(self._job.limits.probe_seconds)
            try:
                self._send(*requests.to_call(probe))
                head, bodies = self._reply("returned", claims.ARRAY_LIMIT + 2**16)  # and the header of the file
                if len(bodies) != 1:
                    raise claims.ClaimError("expected the result of a call")
                self._draft.put_probe(probe.name, claims.probe_result(head, bodies[0], self._budget))
            except _Late as late:
                self._draft.starved = late.why is Why.STARVED
                text = message(
                    "`{name}` was still running after {seconds} s",
                    name=probe.function,
                    seconds=f"{limit_reached(late.why, self._job.limits.probe_seconds):g}",
                )
                self._draft.put_probe(probe.name, ProbeResult(ProbeState.TIMED_OUT, message=text))
                return
            except (_Hangup, SpentError, wire.WireError, claims.ClaimError, OSError):
                text = message("the process ended while `{name}` was running", name=probe.function)
                self._draft.put_probe(probe.name, ProbeResult(ProbeState.RAISED, message=text))
                return

    def _send(self, head: dict[str, Any], bodies: tuple[bytes, ...]) -> None:
        """Send a message as fast as it is read, under the limits of the run."""
        left = memoryview(wire.packed(head, bodies))
        self._connection.setblocking(False)
        while left:
            # In pieces and with looks between them: a notebook that reads nothing must not keep us here for ever.
            if select.select([], [self._connection], [], LOOK_SECONDS)[1]:
                left = left[self._connection.send(left[: 2**20]) :]
            if self._clock.due:
                self._look()

    def _receive(self, body_limit: int) -> tuple[dict[str, Any], tuple[bytes, ...]]:
        return wire.receive(self._read, body_limit, self._weigh)

    def _weigh(self, head: bytes) -> None:
        self._head_size = len(head)
        self._budget.message(head)

    def _read(self, size: int) -> bytes:
        chunks = []
        while size:
            chunk = self._next(min(size, 2**20))
            if not chunk:
                raise _Hangup
            self._draft.bytes_received += len(chunk)
            if self._draft.bytes_received > self._byte_limit:
                raise _Flood
            size -= len(chunk)
            chunks.append(chunk)
        return b"".join(chunks)

    def _next(self, size: int) -> bytes:
        """Wait for some bytes; empty if the other side has gone.

        Raises:
            _Late: A limit is reached, and what waited at that moment has been read.
        """
        while True:
            if self._clock.due:
                self._look()
            if self._verdict:
                if self._still_waiting <= 0:
                    raise self._verdict
                size = min(size, self._still_waiting)
            if select.select([self._connection], [], [], LOOK_SECONDS)[0]:
                chunk = self._connection.recv(size)
                self._still_waiting -= len(chunk)
                return chunk

    def _look(self) -> None:
        """See whether a limit is reached: a cell is interrupted first, and then the run is late."""
        self._clock.look()
        if self._one is not None and self._cell == self._interruptible:
            self._progress.report(self._cell)
        if self._verdict:
            return
        if self._all is None and not self._draft.started and self._clock.passed > _START_SECONDS:
            self._find(_Late(Why.CEILING))
        elif self._all and (why := self._all.over()):
            self._find(_Late(why))
        elif self._one and (why := self._one.over(GRACE_SECONDS)):
            self._find(_Late(why, of_cell=True))
        elif self._one and (why := self._one.over()):
            self._ring(self._one, why)

    def _find(self, late: _Late) -> None:
        self._verdict = late
        self._still_waiting = waiting_bytes(self._connection)

    def _ring(self, cell: Span, why: Why) -> None:
        """Interrupt the cell, and again every now and then, as long as it goes on."""
        if self._rang and cell.own_seconds - self._rang_at < _RING_AGAIN_SECONDS:
            return
        self._rang, self._rang_at = why, cell.own_seconds
        self._connection.setblocking(False)
        with suppress(BlockingIOError):  # it reads nothing and will be ended
            self._connection.sendall(wire.packed({"late": self._interruptible}))
        self._oversight.ring()

    def _start(self, _head: dict[str, Any]) -> None:
        if self._draft.started:  # the clock is wound up once
            raise claims.ClaimError("a run that starts twice")
        self._draft.started = True
        self._all = self._clock.span(self._job.limits.notebook_seconds)

    def _begin_cell(self, head: dict[str, Any]) -> None:
        index = head.get("index")
        if not isinstance(index, int) or not 0 <= index < len(self._job.cells) or index < self._cell:
            raise claims.ClaimError("a cell that does not exist")
        if index == self._cell:  # its clock is wound up once
            return
        self._close_cell()
        self._cell = self._interruptible = index
        self._outputs = CellOutputs(self._outputs.shared)
        self._end_clock_of_cell()
        self._one = self._clock.span(self._job.limits.cell_seconds)

    def _end_clock_of_cell(self) -> None:
        """The cell has come to its end, though we may have heard of it late."""
        self._one = self._rang = None
        if self._verdict and self._verdict.of_cell:
            self._verdict = None

    def _show(self, head: dict[str, Any], take: Callable[[dict[str, Any], Any], None]) -> None:
        """Take an output, as long as there is room: that the inside counts too is no reason to trust it."""
        self._output_left -= self._head_size + _BYTES_FOR_EACH_OUTPUT
        if self._output_left >= 0:
            self._budget.messages += 1  # it is paid for by its size
            take(claims.output(head.get("output"), self._budget), head.get("display_id"))

    def _close_cell(self) -> None:
        """Keep the outputs of a cell even if it never came to its end."""
        if self._cell >= 0:
            run = self._draft.so_far.cells[self._cell]
            self._draft.put_cell(self._cell, replace(run, outputs=tuple(self._outputs.outputs)))

    def _finish_cell(self, head: dict[str, Any]) -> None:
        error = claims.cell_error(head["error"]) if head.get("error") else None
        count, seconds = claims.count(head.get("count")), claims.seconds(head.get("seconds"))
        if self._cell < 0:
            raise claims.ClaimError("the end of a cell that did not begin")
        if error is not None and self._rang and head["error"].get("late") is True:
            self._draft.end(Outcome.TIMED_OUT)
            error = replace(error, name=CELL_TIMEOUT, message=cell_message(self._rang, self._job.limits, killed=False))
        if error is not None and error.name in ("MemoryError", "ResourceExhaustedError", "_ArrayMemoryError"):
            self._draft.end(Outcome.OUT_OF_MEMORY)
        self._end_clock_of_cell()
        self._draft.put_cell(self._cell, CellRun((), count, seconds, error))

    def _take_answer(self, head: dict[str, Any]) -> None:
        name, before = head.get("name"), self._draft.so_far.answers
        if not isinstance(name, str) or name not in self._asked:
            raise claims.ClaimError("an answer that was not asked for")
        answer = claims.answer(head.get("answer"), self._budget)
        if answer.state is AnswerState.MISSING and before[name].state is not AnswerState.MISSING:
            answer = replace(answer, gone_after=self._cell + 1)
        table = head["answer"].get("model")
        self._draft.put_answer(name, answer)
        if table is not None:
            self._draft.put_model(name, claims.model_table(table, self._budget))
        elif answer.state is not AnswerState.UNSUPPORTED:
            self._draft.put_model(name, None)

    def _take_model(self, head: dict[str, Any]) -> None:
        """Take a model that is no answer, but may be what a function of the student's uses."""
        name, so_far = head.get("name"), self._draft.so_far
        others = [known for known in so_far.models if known not in self._job.names]
        if not isinstance(name, str) or not name.isidentifier() or len(name) > _LONGEST_NAME:
            raise claims.ClaimError("a model without the name of a variable")
        if not self._job.probes or name in self._job.names or len(others) >= _MOST_MODELS:
            raise claims.ClaimError("a model that was not asked for")
        self._draft.put_model(name, claims.model_table(head.get("model"), self._budget))

    def _take_histories(self, head: dict[str, Any]) -> None:
        self._draft.so_far = replace(self._draft.so_far, histories=claims.histories(head.get("histories")))

    def _take_ended(self, _head: dict[str, Any]) -> None:
        self._draft.remark(ENDED_ITSELF)

    def _note_cut(self, cut: bool) -> None:
        if cut and self._draft.so_far.outcome is Outcome.COMPLETED:
            limit = self._job.limits.output_kb
            text = message("The notebook printed more than {limit} KiB. The rest was left out.", limit=limit)
            self._draft.end(Outcome.OUTPUT_LIMIT, text)

    def _note_keras2(self, claim: Any) -> None:
        """Say which names of Keras 2 the notebook used, if the course makes them available."""
        names = [name for name in keras2.NAMES if name in claim] if isinstance(claim, list) else []
        if self._job.preparation.keras2 and names:
            listed = first_few([f"`{name}`" for name in sorted(names)], _MOST_NAMES)
            self._draft.remark(message(USED_KERAS2, names=listed))

    def _explain_late(self, late: _Late) -> None:
        limits, index = self._job.limits, self._cell
        self._draft.end(Outcome.TIMED_OUT)
        if 0 <= index < len(self._job.cells):
            error = CellError(CELL_TIMEOUT, cell_message(late.why, limits, killed=True))
            if not late.of_cell:
                error = CellError(NOTEBOOK_TIMEOUT, notebook_message(late.why, limits))
            self._draft.put_cell(index, replace(self._draft.so_far.cells[index], error=error))


def waiting_bytes(connection: socket.socket) -> int:
    """Count the bytes that have arrived on a socket and have not been read yet; systems buffer less than the limit."""
    if not select.select([connection], [], [], 0)[0]:
        return 0
    with suppress(OSError):  # the other side is gone
        return len(connection.recv(_MOST_WAITING, socket.MSG_PEEK))
    return 0
