"""Runs the cells of one notebook and hands back what they left behind.

Everything that leaves is a claim of the student's process: the grader checks it as data. What is called
after a cell has run is bound when this is imported, so that a notebook that replaces `np.load` or
`json.dumps` harms itself only; a notebook that replaces more than that can end its own run, no more.
"""

import asyncio
import random
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from os import _exit as end_process
from os import getpid
from pathlib import Path
from select import select
from signal import SIGINT, default_int_handler
from signal import signal as set_handler
from time import monotonic
from types import EllipsisType, FrameType
from typing import Any, NoReturn

from numpy import asarray, ascontiguousarray, isfinite, load
from numpy.lib.format import write_array
from numpy.random import seed as seed_numpy

from . import colab, datasets, keras2, rings, wire
from .answers import bases_of, encode, is_from, module_of, name_of
from .capture import Descriptors, Outputs, WhatIsWritten
from .described import details
from .layers import describe
from .observing import (
    STARTUP,
    Observer,
    put_back_what_was_replaced,
    read_file,
    remember_figures,
    remember_python,
    safe_text,
    type_of,
)
from .shell import Shell, connect, line_in_cell

_receive_some = socket.socket.recv
_ARRAY_LIMIT = 64 * 2**20
_MOST_HISTORIES = 8
_MOST_MODELS = 8
_LONGEST_NAME = 200
_COPIES_OF_KERAS = ("tensorflow", "tf_keras")
_AGAIN_SECONDS = 0.005
_NO_CELL = -1
_LATE = "the cell ran longer than its time limit and was stopped"


class CellTimeout(KeyboardInterrupt):
    """The cell ran longer than it may."""


def _receive_now(connection: socket.socket, size: int) -> bytes:
    if not select([connection], [], [], 0)[0]:
        raise BlockingIOError
    return _receive_some(connection, size)


class Session:
    """One notebook from the first cell to the last call of a student's function.

    Args:
        connection: Socket to the grader.
        shell: A shell in which nothing has run.
        written: Reads what is written past the streams of Python.
        watches: Whether to look for rings itself, because no other process sends it a signal.
    """

    def __init__(
        self,
        connection: socket.socket,
        shell: Shell,
        written: Callable[[Outputs], WhatIsWritten] = Descriptors,
        watches: bool = False,
    ) -> None:
        self._connection = connection
        self._shell = shell
        self._written, self._watches = written, watches
        self._sending = threading.RLock()
        self._sent: dict[str, Any] = {}
        self._process = getpid()
        self._amid_message = False
        self._cell = self._late_cell = _NO_CELL
        self._rang = self._put_off = False
        self._observed: set[str] = set()

    def serve(self) -> None:
        """Receive a job, run it, answer calls until the grader hangs up."""
        read = wire.reader(self._connection)
        job, files = wire.receive(read, body_limit=2**31)
        _write_files(job["files"], files)
        datasets.answer_downloads(job["datasets"])
        seed_everything(job["seed"], job["threads"])
        self._prepare(job)
        remember_python()
        self._outputs = Outputs(self._emit, job["output_bytes"])
        self._descriptors = self._written(self._outputs)
        connect(self._shell, self._outputs)
        self._observer = Observer(self._shell.user_ns, remember_figures() if job["figures"] else ())
        self._send({"type": "started"})
        self._run_cells(job["cells"], job["names"], job["looked_at"])
        self._hand_over(job["names"], job["looked_at"], final=True)
        if job.get("models"):
            self._hand_over_models(job["names"])
        if job["observes"]:  # also what messages are read with
            put_back_what_was_replaced()
        self._send({"type": "finished", "cut": self._outputs.cut, "keras2": sorted(keras2.used)})
        while True:
            request, bodies = wire.receive(read, body_limit=2**31)
            if "late" in request:  # it came after the cell that it is about
                continue
            if "observe" in request:
                self._observe(request["observe"])
            elif "file" in request:
                self._hand_over_file(str(request["file"]), int(request["limit"]))
            else:
                self._call(str(request["function"]), _arguments(request["arguments"], bodies))

    def _prepare(self, job: dict[str, Any]) -> None:
        """Do what the course wants done before the first cell. An error in it ends the run before it begins."""
        if job["keras2"]:
            keras2.switch_on()
        if job["colab"]:
            colab.switch_on(self._shell)
        if job["startup"]:
            try:
                with self._shell.builtin_trap:
                    code = compile(job["startup"], STARTUP, "exec")
                    exec(code, self._shell.user_ns)
            except BaseException:
                traceback.print_exc()  # to the grader, which says what is wrong with the course
                raise
            draw_again(job["seed"])

    def _send(self, head: dict[str, Any], bodies: tuple[bytes, ...] = ()) -> None:
        if getpid() != self._process:
            end_process(0)  # a cell forked; what would run on after it is a second copy of this notebook
        if threading.current_thread() is not threading.main_thread():  # rings do not reach it
            with self._sending:
                wire.send(self._connection, head, bodies)
            return
        self._amid_message = True
        try:
            with self._sending:
                wire.send(self._connection, head, bodies)
        finally:
            self._amid_message = False
        if self._put_off:
            self._put_off = False
            if self._is_late():
                raise CellTimeout(_LATE)

    def _emit(self, message: dict[str, Any]) -> None:
        if getpid() == self._process:  # a process forked by the student must not write to our socket
            self._send(message)

    def _run_cells(self, cells: list[str], names: list[str], looked_at: list[str]) -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        set_handler(SIGINT, default_int_handler)
        rings.listen_again(self._ring)
        if self._watches:
            rings.watch(self._connection, lambda: self._cell != _NO_CELL)
        sys.unraisablehook = self._note_dropped
        for index, source in enumerate(cells):
            rings.listen(self._ring)  # whatever an earlier cell has done to the signal
            self._send({"type": "cell", "index": index})
            begin = monotonic()
            self._rang = self._put_off = False
            if source.strip():
                try:
                    self._cell = index
                    error = self._run_to_end(loop, source)
                except CellTimeout as late:  # it came between the cell and us
                    error = late
                finally:
                    self._cell = _NO_CELL
                self._send_done(index, begin, error)
            self._hand_over(names, looked_at)
            if self._shell.ended:
                self._send({"type": "ended"})
                return

    def _run_to_end(self, loop: asyncio.AbstractEventLoop, source: str) -> BaseException | None:
        """Run a cell and give the error that ended it."""
        cell = loop.create_task(self._run_cell(source))
        try:
            result = loop.run_until_complete(cell)
        except (KeyboardInterrupt, SystemExit) as stop:  # it came while the loop waited, in no code of the cell
            cell.cancel()
            with suppress(asyncio.CancelledError, KeyboardInterrupt, SystemExit):
                loop.run_until_complete(cell)
            return stop
        return result.error_in_exec if result.error_before_exec is None else result.error_before_exec

    async def _run_cell(self, source: str) -> Any:
        """Run a cell inside a running event loop, as a kernel does."""
        transformed, problem = source, None
        try:
            transformed = self._shell.transform_cell(source)
        except Exception:  # what is wrong with the cell is shown when it runs
            problem = sys.exc_info()
        if self._shell.should_run_async(source, transformed_cell=transformed, preprocessing_exc_tuple=problem):
            result = await self._shell.run_cell_async(
                source, store_history=True, transformed_cell=transformed, preprocessing_exc_tuple=problem
            )
            self._shell.events.trigger("post_execute")
            self._shell.events.trigger("post_run_cell", result)
            return result
        return self._shell.run_cell(source, store_history=True)

    def _ring(self, _signal: int, _frame: FrameType | None) -> None:
        """The grader rang: end the cell, if that is the one that the grader means."""
        if self._cell == _NO_CELL:
            return
        with suppress(OSError, wire.WireError):  # no more has come
            while True:
                head, _ = wire.receive(wire.reader(self._connection, _receive_now), body_limit=0)
                self._late_cell = head["late"]
        self._put_off = self._amid_message  # half a message would spoil the rest
        if not self._amid_message and self._is_late():
            raise CellTimeout(_LATE)

    def _note_dropped(self, dropped: Any) -> None:
        """Ring again where Python dropped our exception, as it does in `__del__`; it has no way to pass it on."""
        if isinstance(dropped.exc_value, CellTimeout):
            rings.ring_again(_AGAIN_SECONDS)
        else:
            sys.__unraisablehook__(dropped)

    def _is_late(self) -> bool:
        """Whether the cell that runs is to end; not once its error is shown, for then it is about to."""
        late = self._cell != _NO_CELL and self._cell == self._late_cell and not self._shell.showing_error
        self._rang = self._rang or late
        return late

    def _send_done(self, index: int, begin: float, error: BaseException | None) -> None:
        self._descriptors.drain()
        self._outputs.flush()
        done: dict[str, Any] = {
            "type": "done",
            "index": index,
            "count": self._shell.execution_count - 1,
            "seconds": round(monotonic() - begin, 3),
        }
        if error is not None:
            done["error"] = {
                "name": name_of(type(error)),
                "message": safe_text(error),
                "line": line_in_cell(error),
                "late": self._rang,
            }
        self._send(done)

    def _hand_over(self, names: list[str], looked_at: list[str], final: bool = False) -> None:
        """Send the answers that changed, so that a crash in the next cell loses none of them.

        Of variables that observations will look at, only the state is sent: they may be large.
        """
        namespace = self._shell.user_ns
        for name in names:
            value = namespace.get(name)
            answer: dict[str, Any] = _answer(value, final) if name in namespace else {"state": "missing"}
            if _is_keras(value, "Model") and (final or self._sent.get(name) != answer):
                answer["model"] = _describe(value, weights=final)
            self._send_answer(name, answer)
        for name in looked_at:
            self._send_answer(name, _state(namespace[name]) if name in namespace else {"state": "missing"})
        if final:
            self._send({"type": "histories", "histories": _histories(namespace)})

    def _send_answer(self, name: str, answer: dict[str, Any]) -> None:
        if self._sent.get(name) != answer:
            self._sent[name] = {key: item for key, item in answer.items() if key != "model"}
            self._send({"type": "answer", "name": name, "answer": answer})

    def _observe(self, request: dict[str, Any]) -> None:
        """Run an observation and send the value that it left; an observation that takes too long is interrupted."""
        begin = monotonic()
        name = str(request["name"])
        self._observed.add(name)
        answer: dict[str, Any] = {"state": "missing"}
        outcome: dict[str, Any] = {"state": "failed"}
        self._rang = self._put_off = False
        rings.listen(self._ring)
        try:
            self._cell = request["number"]
            outcome = self._observer.observe(request)
            if outcome["state"] == "observed":
                value = self._observer.values[name]
                answer = _answer(value, final=True)
                if _is_keras(value, "Model"):
                    answer["model"] = _describe(value, weights=True)
        except CellTimeout:  # it came between the observation and us
            pass
        finally:
            self._cell = _NO_CELL
        if self._rang:
            self._observer.values.pop(name, None)
            answer, outcome = {"state": "missing"}, {"state": "late", "in_cells": outcome["state"] == "raised"}
        self._send({"type": "observed", "seconds": round(monotonic() - begin, 3), "answer": answer, **outcome})

    def _hand_over_file(self, name: str, limit: int) -> None:
        state, content = read_file(name, limit)
        self._send({"type": "file", "state": state}, (content,))

    def _hand_over_models(self, names: list[str]) -> None:
        """Send the models that a function may use, one by one: together they may be too large for a message."""
        namespace = self._shell.user_ns
        known = {id(namespace[name]) for name in names if name in namespace}
        left = _MOST_MODELS
        for name, value in list(namespace.items()):
            is_plain = type(name) is str and name.isidentifier() and len(name) <= _LONGEST_NAME
            if left and is_plain and not name.startswith("_") and id(value) not in known and _is_keras(value, "Model"):
                known.add(id(value))
                left -= 1
                if (table := _describe(value, weights=True)) is not None:
                    self._send({"type": "model", "name": name, "model": table})

    def _call(self, function: str, arguments: list[Any]) -> None:
        begin = monotonic()
        outcome, message, result = self._outcome_of_call(function, arguments)
        state, _, fault = outcome.partition(":")
        seconds = round(monotonic() - begin, 3)
        self._descriptors.drain()
        self._send(
            {"type": "returned", "state": state, "fault": fault, "message": message, "seconds": seconds}, (result,)
        )

    def _outcome_of_call(self, function: str, arguments: list[Any]) -> tuple[str, str, bytes]:
        """Call a function; gives the state (with a fault after `:`), a detail as text, and the result as `.npy`."""
        namespace = self._observer.values if function in self._observed else self._shell.user_ns
        target = namespace.get(function)
        if function not in namespace:
            return "missing", "", b""
        if target is ...:
            return "blank", "", b""
        if not callable(target):
            return "refused:no function", name_of(type(target)), b""
        try:
            value = target(*arguments)
        except BaseException as error:  # whatever a student's function raises is its result
            return "raised", f"{name_of(type(error))}: {safe_text(error)}", b""
        if value is None:
            return "nothing", "", b""
        if value is ...:
            return "blank", "", b""
        return _as_npy(value)


def _arguments(described: list[dict[str, Any]], bodies: tuple[bytes, ...]) -> list[Any]:
    return [
        load(BytesIO(bodies[item["array"]]), allow_pickle=False) if "array" in item else item["value"]
        for item in described
    ]


def serve_submission(
    shell: Shell,
    connection: socket.socket,
    written: Callable[[Outputs], WhatIsWritten] = Descriptors,
    watches: bool = False,
) -> NoReturn:
    """Run one notebook over its socket and end this process; the arguments are those of `Session`."""
    try:
        Session(connection, shell, written, watches).serve()
    except (wire.WireError, OSError):
        end_process(0)  # the grader has what it wanted, or has gone
    except BaseException:  # the student's code broke what runs it; the grader says "crashed" and keeps why
        wire.send(connection, {"type": "broken", "text": traceback.format_exc()[-2000:]})
    finally:
        end_process(70)


def seed_everything(seed: int, threads: int) -> None:
    """Seed Python, NumPy and TensorFlow, and keep TensorFlow to some threads; TensorFlow only if it is imported."""
    draw_again(seed)
    if tf := sys.modules.get("tensorflow"):
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)


def draw_again(seed: int) -> None:
    """Seed Python, NumPy and TensorFlow; TensorFlow only if Keras is imported."""
    random.seed(seed)
    seed_numpy(seed)
    if keras := sys.modules.get("keras"):
        keras.utils.set_random_seed(seed)


def _write_files(names: list[str], contents: tuple[bytes, ...]) -> None:
    for name, content in zip(names, contents, strict=True):
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _answer(value: Any, final: bool) -> dict[str, Any]:
    """A variable, or a value that was observed, as plain data; of a model its type."""
    if _is_keras(value, "Model"):
        return {"state": "unsupported", "type_name": type_of(value)}
    if other := _of_another_keras(value):
        return {"state": "unsupported", "type_name": other}
    answer = encode(value)
    if final and (more := details(value)):
        answer["details"] = more
    return answer


def _state(value: Any) -> dict[str, Any]:
    """Whether there is a variable, without its value."""
    return {"state": "blank" if type(value) is EllipsisType else "unsupported", "type_name": type_of(value)}


def _is_keras(value: Any, name: str) -> bool:
    return any(name_of(base) == name and is_from(base, "keras") for base in bases_of(type(value)))


def _of_another_keras(value: Any) -> str:
    """The full name of the class of a model that was made with a copy of Keras; empty for all others."""
    bases = bases_of(type(value))
    if not any(name_of(base) == "Model" and is_from(base, copy) for base in bases for copy in _COPIES_OF_KERAS):
        return ""
    foreign = next(base for base in bases if any(is_from(base, copy) for copy in _COPIES_OF_KERAS))
    return f"{module_of(foreign)}.{name_of(foreign)}"[:100]


def _describe(model: Any, weights: bool) -> dict[str, Any] | None:
    try:
        return describe(model, weights, trace=weights)
    except BaseException:  # a student's own class may raise anything; the grader then says what it found
        return None


def _histories(namespace: dict[str, Any]) -> dict[str, dict[str, list[float]]]:
    histories: dict[str, dict[str, list[float]]] = {}
    for name, value in list(namespace.items()):
        if len(histories) < _MOST_HISTORIES and not name.startswith("_") and _is_keras(value, "History"):
            curves = {
                str(metric)[:60]: [float(point) for point in points][:2000]
                for metric, points in dict(value.history).items()
                if isinstance(points, list)
            }
            histories[name] = {metric: [_finite(point) for point in points] for metric, points in curves.items()}
    return histories


def _finite(value: float) -> Any:
    return value if isfinite(value) else str(value)


def _as_npy(value: Any) -> tuple[str, str, bytes]:
    try:
        array = asarray(value.numpy() if hasattr(value, "numpy") else value)
    except Exception as error:  # ragged lists, objects that refuse to be arrays
        return "refused:no array", safe_text(error), b""
    if array.dtype.kind == "O" and not array.ndim:
        return "refused:no numbers", name_of(type(value))[:60], b""
    if array.dtype.kind not in "biuf":
        return ("refused:text", "", b"") if array.dtype.kind in "US" else ("refused:values", str(array.dtype), b"")
    if array.nbytes > _ARRAY_LIMIT:
        return "refused:too large", str(array.shape), b""
    stream = BytesIO()
    write_array(stream, ascontiguousarray(array).reshape(array.shape), allow_pickle=False)
    return "returned", "", stream.getvalue()
