"""One worker without a sandbox: processes prepared ahead, each used for one submission."""

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from grader.errors import SandboxError
from grader.execute.bubblewrap import environment
from grader.execute.cgroups import ControlGroup, make_group
from grader.execute.conversation import Conversation, ending
from grader.execute.course_data import shown_data
from grader.execute.draft import Draft
from grader.execute.inside import family, namespaces
from grader.execute.oversight import ProcessOversight
from grader.execute.variables import HOMES
from grader.model.job import Job
from grader.model.record import Isolation, Outcome, Resources
from grader.storage.dataset_store import data_store

_INSIDE = Path(__file__).parent / "inside"
_END_SECONDS = 60.0
_WAIT_SECONDS = 10.0
_ADOPTS = sys.platform == "linux"
_START_SECONDS = 300.0  # of which it needs a few on a machine that is free


@dataclass(frozen=True)
class _Prepared:
    """A process that has imported everything and waits for its submission."""

    process: subprocess.Popen[bytes]
    connection: socket.socket
    folder: Path
    group: ControlGroup | None


class SingleUse:
    """Keeps one prepared process ahead, so that a submission need not wait for TensorFlow.

    Args:
        name: Tells the workers of a grader apart.
    """

    isolation = Isolation.DEGRADED

    def __init__(self, name: str) -> None:
        self._name = name
        if _ADOPTS:
            namespaces.adopt_orphans()  # a notebook may end the process that adopts its own
        self._next: _Prepared | None = None
        self._prepared_count = 0

    def run(self, job: Job, contents: tuple[bytes, ...]) -> tuple[Draft, Resources]:
        """Run a job in a separate process.

        Args:
            job: The job.
            contents: Bytes of its files, public ones first, in their order.

        Returns:
            The draft of its record, and what it used.

        Raises:
            SandboxError: If the process did not start.
        """
        ready, self._next = self._next or self._prepare(), None
        begin = time.monotonic()
        try:
            self._wait_until_ready(ready)
            self._next = self._prepare()
            limits = job.limits
            if ready.group is not None:
                ready.group.limit(limits.memory_mb, limits.processes)
            settings = {
                "memory_mb": limits.memory_mb,
                "processes": limits.processes,
                "disk_mb": limits.disk_mb,
                "datasets": shown_data(job),
                "store": str(data_store().folder),
            }
            ready.connection.sendall(json.dumps(settings).encode() + b"\n")
            oversight = ProcessOversight(ready.process.pid, ready.group)
            draft = Conversation(ready.connection, job, contents, oversight).hold()
            ready.connection.close()  # which ends an honest process; then it gets `leave_seconds`
            killed_for_memory = ready.group is not None and ready.group.kills() > 0
            status, usage = self._end(ready, draft.leave_seconds)
        finally:
            self._discard(ready)
        if not draft.started:
            raise SandboxError(f"a prepared process ended before its run began (status {status})")
        crashed = draft.so_far.outcome is Outcome.CRASHED
        if crashed and killed_for_memory:
            draft.end_for_want_of_memory()
        elif crashed and not draft.damaged:
            number = status - 128 if status > 128 else -status
            draft.remark(ending(number if 0 < number <= signal.SIGRTMAX else 0))
        return draft, Resources(
            time.monotonic() - begin, draft.processor_seconds, usage, round(draft.bytes_received / 1024, 1)
        )

    def close(self) -> None:
        """End the process that was prepared."""
        if self._next is not None:
            self._discard(self._next)
            self._next = None

    def _prepare(self) -> _Prepared:
        ours, theirs = socket.socketpair()
        folder = Path(tempfile.mkdtemp(prefix="grader-"))
        (folder / "code").mkdir()
        shutil.copytree(_INSIDE, folder / "code" / "inside", ignore=shutil.ignore_patterns("__pycache__"))
        work = folder / "work"
        work.mkdir()
        (folder / "tmp").mkdir()
        variables = environment(sysconfig.get_path("purelib"), str(folder / "code"), str(work))
        variables |= {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "LD_LIBRARY_PATH": f"{sys.base_prefix}/lib",
            **{name: str(folder / "tmp" / name.lower()) for name in HOMES},
            "TMPDIR": str(folder / "tmp"),
        }
        self._prepared_count += 1
        group = make_group(f"{self._name}-{self._prepared_count}") if sys.platform == "linux" else None
        command = [sys.executable, "-m", "inside.single"]
        with theirs:
            process = subprocess.Popen(
                group.joining(command) if group else command,
                stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=variables, cwd=work, start_new_session=True,
            )  # fmt: skip
        return _Prepared(process, ours, folder, group)

    def _wait_until_ready(self, ready: _Prepared) -> None:
        ready.connection.settimeout(_START_SECONDS)
        line = b""
        while not line.endswith(b"\n"):
            try:
                byte = ready.connection.recv(1)
            except OSError as error:
                raise SandboxError("a prepared process did not answer") from error
            if not byte:
                raise SandboxError(f"a prepared process ended (status {ready.process.wait()})")
            line += byte

    def _end(self, ready: _Prepared, patience: float) -> tuple[int, float]:
        """End a run after so many seconds; gives its exit status and the most memory that it used, in MiB.

        Raises:
            SandboxError: If a process of it cannot be ended.
        """
        self._end_family(ready, patience)
        _, status, usage = os.wait4(ready.process.pid, 0)
        ready.process.returncode = os.waitstatus_to_exitcode(status)
        if ready.process.returncode < 0 and _ADOPTS:  # the notebook ended it; what was below it is now below us
            family.end_strays(_END_SECONDS)
        return ready.process.returncode, round(usage.ru_maxrss / 1024, 1)

    def _end_family(self, ready: _Prepared, patience: float) -> None:
        """End all processes of a run, of which the first ends by itself once the others have."""
        if not _ADOPTS:  # what left its process group is out of reach
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(ready.process.pid, signal.SIGKILL)
            return
        ended = _ended(ready.process, patience) or (
            family.end_below(ready.process.pid, _END_SECONDS) and _ended(ready.process, _WAIT_SECONDS)
        )
        with contextlib.suppress(ProcessLookupError):
            os.kill(ready.process.pid, signal.SIGKILL)  # it may have been stopped; below it there is nothing left
        if not ended and family.below(ready.process.pid):
            raise SandboxError("processes of a notebook could not be ended")

    def _discard(self, ready: _Prepared) -> None:
        ready.connection.close()
        if ready.process.returncode is None:
            self._end(ready, 0.0)
        if ready.group is not None:
            ready.group.kill()
            ready.group.remove()
        shutil.rmtree(ready.folder, ignore_errors=True)


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for a process without reaping it; gives whether it has ended."""
    descriptor = os.pidfd_open(process.pid)
    try:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGCONT)  # a notebook may have stopped it
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)
