"""Runs a student's own notebook on the student's computer, without a sandbox, on Linux, macOS and Windows.

The notebook runs in a process of the Python that runs `grader check`, in a folder that has only the files of the
exercise, as in grading. Limits on time and memory count what all its processes use. Each system has another way to
report this, and psutil knows all of them.
"""

import contextlib
import json
import os
import secrets
import site
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from grader.errors import SandboxError
from grader.execute.clock import Used
from grader.execute.contents import handed_in_content, public_content
from grader.execute.conversation import Conversation, ending
from grader.execute.course_data import shown_data
from grader.execute.draft import Draft
from grader.execute.variables import HOMES, VARIABLES
from grader.model.job import Job
from grader.model.record import Isolation, Outcome, Record, Resources
from grader.storage.dataset_store import data_store
from grader.text.messages import message

_INSIDE = Path(__file__).parent
_PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from inside import own_notebook
del sys.path[0]  # the notebook cannot import what is beside `inside`
own_notebook.main()
"""
_START_SECONDS = 300.0  # to import TensorFlow for the first time on a slow disk
_POLL_SECONDS = 0.2
_END_SECONDS = 10.0
_AT_REST = 0.05  # of one processor: a process that uses less does nothing but wait
_USES_KERAS = ("keras", "tensorflow")
_CRASH_OF_WINDOWS = 0xC0000000  # exit statuses from here on are errors of the system, such as an access violation


class OwnNotebook:
    """An executor for `grader check`: it runs one notebook at a time, with everything that its student may do.

    Example:
        with OwnNotebook() as executor:
            (record,) = executor.run([job])
    """

    isolation = Isolation.DEGRADED
    slots = 1

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        """Run jobs one by one, and give their records.

        Raises:
            SandboxError: The process of a notebook did not start.
            InputError: A file of a job has changed.
        """
        return map(_run, jobs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Each run ends its own processes."""


class _Oversight:
    """Observes all processes of a run; see `grader.execute.clock.Oversight`.

    Args:
        process: Its first process.
        memory_mb: Memory that they may use together, in MiB; more ends the run.
    """

    def __init__(self, process: int, memory_mb: int) -> None:
        self._process, self._limit = process, memory_mb * 2**20
        self._processor: dict[psutil.Process, float] = {}  # process -> seconds, also of those that have ended
        self._rest, self._looked = 0.0, time.monotonic()
        self.peak = 0
        self.is_too_large = False

    def used(self) -> Used:
        """See `grader.execute.clock.Oversight`."""
        before, memory = sum(self._processor.values()), 0
        for process in _family(self._process):
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                self._processor[process] = times.user + times.system
                memory += process.memory_info().rss
        now, processor = time.monotonic(), sum(self._processor.values())
        if processor - before < _AT_REST * (now - self._looked):
            self._rest += now - self._looked
        self._looked, self.peak = now, max(self.peak, memory)
        if memory > self._limit and not self.is_too_large:
            self.is_too_large = True
            self.end()
        return Used(processor, self._rest)

    def spare(self) -> float:
        """See `grader.execute.clock.Oversight`."""
        return float(psutil.cpu_times().idle)

    def ring(self) -> None:
        """Do nothing: the process of the notebook looks for our messages itself."""

    def end(self) -> None:
        """End all processes of the run, also those whose parents have ended."""
        family = {*self._processor, *_family(self._process)}
        for process in family:
            with contextlib.suppress(psutil.Error):  # it has ended; another process with its number is not touched
                process.kill()
        psutil.wait_procs(family, _END_SECONDS)


def _run(job: Job) -> Record:
    contents = (*map(public_content, job.files), *map(handed_in_content, job.handed_in))
    begin = time.monotonic()
    with _started(job) as run:
        draft = Conversation(run.connection, job, contents, run.oversight).hold()
        run.connection.close()  # which ends the process; then it gets `leave_seconds`
        status = _exit_status(run, draft)
    if not draft.started:
        raise SandboxError(f"the process for the notebook ended before the notebook began (status {status})")
    if run.oversight.is_too_large:  # also if it had just handed over everything
        draft.end_for_want_of_memory()
    elif draft.so_far.outcome is Outcome.CRASHED and not draft.damaged:
        if status >= _CRASH_OF_WINDOWS:
            draft.remark(message("Python itself crashed ({signal}).", signal=f"0x{status:08X}"))
        else:
            draft.remark(ending(max(0, -status)))
    seconds = round(time.monotonic() - begin, 3)
    kib = round(draft.bytes_received / 1024, 1)
    used = Resources(seconds, draft.processor_seconds, round(run.oversight.peak / 2**20, 1), kib)
    return draft.record(used, Isolation.DEGRADED)


@dataclass(frozen=True, slots=True)
class _Started:
    """A process that has imported everything and waits for its notebook."""

    process: subprocess.Popen[bytes]
    connection: socket.socket
    oversight: _Oversight


@contextlib.contextmanager
def _started(job: Job) -> Iterator[_Started]:
    """Start a process for a job, in folders that are removed with it."""
    with (
        tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True) as name,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        folder = Path(name)
        for part in ("work", "tmp"):
            (folder / part).mkdir()
        token = secrets.token_hex(32)
        errors = folder / "errors.txt"
        with errors.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(_INSIDE)],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=stream,
                cwd=folder / "work", env=_variables(folder), start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # Ctrl-C is for us, as above
            )  # fmt: skip
        oversight = _Oversight(process.pid, job.limits.memory_mb)
        try:
            _tell(process, {"port": server.getsockname()[1], "token": token, **_settings(job)})
            connection = _connection(server, token.encode(), process, errors)
            with connection:
                yield _Started(process, connection, oversight)
        finally:
            oversight.end()
            process.wait()


def _settings(job: Job) -> dict[str, Any]:
    return {"keras": _uses_keras(job), "datasets": shown_data(job), "store": str(data_store().folder)}


def _uses_keras(job: Job) -> bool:
    """Whether a notebook may import Keras, which takes seconds; a student need not have it for all exercises."""
    modules = [file for file in job.handed_in if file.name.endswith(".py")]
    contents = [handed_in_content(file).decode("utf-8", "replace") for file in modules]
    texts = (*job.cells, job.preparation.startup, *contents)
    return job.preparation.keras2 or any(name in text for text in texts for name in _USES_KERAS)


def _variables(folder: Path) -> dict[str, str]:
    """The environment of the process: that of the student, with the settings and folders that grading has."""
    work, temporary = str(folder / "work"), str(folder / "tmp")
    return {
        **os.environ,
        **VARIABLES,
        "PYTHONUSERBASE": site.getuserbase(),  # packages of the student's account, found without its home
        "PYTHONUTF8": "1",  # as in grading: files are UTF-8 unless a notebook names another encoding
        **dict.fromkeys(("HOME", "USERPROFILE"), work),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary),
        **{name: str(Path(temporary, name.lower())) for name in HOMES},
    }


def _tell(process: subprocess.Popen[bytes], settings: dict[str, Any]) -> None:
    assert process.stdin is not None, "it was started with a pipe"
    with contextlib.suppress(OSError), process.stdin as stream:  # it has ended already: see `_connection`
        stream.write(json.dumps(settings).encode() + b"\n")


def _connection(server: socket.socket, token: bytes, process: subprocess.Popen[bytes], errors: Path) -> socket.socket:
    """Wait until the process has connected and is ready.

    Raises:
        SandboxError: It ended, or took too long.
    """
    server.settimeout(_POLL_SECONDS)
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            text = errors.read_text(encoding="utf-8", errors="replace").strip()
            raise SandboxError(f"the process for the notebook did not start: {text[-500:]}")
        with contextlib.suppress(TimeoutError):
            connection, _ = server.accept()
            connection.settimeout(_START_SECONDS)
            with contextlib.suppress(OSError):
                if secrets.compare_digest(_exactly(connection, len(token)), token) and _exactly(connection, 1):
                    return connection
            connection.close()  # of another program, or it has ended
    raise SandboxError("the process for the notebook did not answer")


def _exactly(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size and (chunk := connection.recv(size - len(received))):
        received += chunk
    return received


def _exit_status(run: _Started, draft: Draft) -> int:
    """How the process ended; one that does not end by itself is ended."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        return run.process.wait(draft.leave_seconds)
    run.oversight.end()
    return run.process.wait()


def _family(process: int) -> list[psutil.Process]:
    """A process and all below it; none if it has ended."""
    try:
        first = psutil.Process(process)
        return [first, *first.children(recursive=True)]
    except psutil.Error:
        return []
