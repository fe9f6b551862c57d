"""One worker: a fork server in its sandbox, and the run of a job in a child of it."""

import contextlib
import json
import select
import signal
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.errors import SandboxError
from grader.execute import bubblewrap, cgroups
from grader.execute.conversation import Conversation, ending
from grader.execute.cores import own_core
from grader.execute.course_data import shown_data
from grader.execute.draft import Draft
from grader.execute.inside.init import OUT_OF_MEMORY
from grader.execute.oversight import SandboxOversight
from grader.model.dataset import DataSet
from grader.model.exercise import Limits
from grader.model.job import Job
from grader.model.record import Isolation, Outcome, Resources
from grader.storage.dataset_store import data_store

_START_SECONDS = 300.0  # of which it needs a few on a machine that is free
_END_SECONDS = 60.0


class ForkServer:
    """Starts on the first job, and again after it has died.

    Use it from one thread that outlives it: the sandbox ends with the thread that started it.

    Args:
        name: Tells the workers of a grader apart.
    """

    isolation = Isolation.SANDBOX

    def __init__(self, name: str) -> None:
        self._name = name
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._group: cgroups.ControlGroup | None = None
        self._messages = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the server
        self._store: Path | None = None  # the folder of data sets that the server was started with
        self._datasets: dict[str, str] = {}  # name -> content, of those that it has shown
        self.isolation_ms = 0.0

    def run(self, job: Job, contents: tuple[bytes, ...]) -> tuple[Draft, Resources]:
        """Run a job in a process forked for it; every process of it is gone when this returns.

        Args:
            job: The job.
            contents: Bytes of its files, public ones first, in their order.

        Returns:
            The draft of its record, and what it used.

        Raises:
            SandboxError: If the run did not begin: the server or the isolation failed, or the job is such that no run
                of it can begin. The server is ended only where it does not answer.
        """
        if not self._sees(job.preparation.datasets):
            self.close()
        control = self._started()
        self._datasets |= {dataset.name: dataset.sha256 for dataset in job.preparation.datasets}
        kills = self._limit(job.limits)
        ours, theirs = socket.socketpair()
        channel, for_watch = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, channel:
            try:
                descriptors = [theirs.fileno(), for_watch.fileno()]
                socket.send_fds(control, [json.dumps({"settings": _settings(job)}).encode()], descriptors)
            except OSError as error:
                raise self._broken("the fork server ended") from error
            finally:  # else we would never see that the other side has closed its ends
                theirs.close()
                for_watch.close()
            oversight = SandboxOversight(channel, self._group, self._process.pid if self._process else 0)
            try:
                draft = Conversation(ours, job, contents, oversight).hold()
            except Exception:  # a fault of ours, which the server need not pay for
                self._end(control, 0.0)
                raise
        report = self._end(control, draft.leave_seconds)
        if not draft.started:
            what = report.get("problem") or f"a run ended before it began (status {report.get('status')})"
            raise SandboxError(self._with_messages(what))
        self.isolation_ms = report["isolation_ms"]
        self._explain(draft, report["status"], kills)
        return draft, Resources(
            cpu_seconds=draft.processor_seconds,
            peak_memory_mb=report["peak_memory_mb"],
            output_kb=round(draft.bytes_received / 1024, 1),
        )

    def start(self) -> None:
        """Start the server now instead of with the first job.

        Raises:
            SandboxError: If it does not start.
        """
        self._started()

    def close(self) -> None:
        """End the server and everything that it started."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._group is not None:
            self._group.remove()
            self._group = None

    def _sees(self, datasets: Sequence[DataSet]) -> bool:
        """Whether a running server shows the present content of data sets.

        It keeps the store that it was started with. After a data set was replaced, it would go on to show the old
        content, because an overlay remembers what it has found in its layers.
        """
        is_same_store = not datasets or self._store == data_store().folder
        return is_same_store and all(
            self._datasets.get(dataset.name, dataset.sha256) == dataset.sha256 for dataset in datasets
        )

    def _started(self) -> socket.socket:
        if self._control is not None and self._process is not None and self._process.poll() is None:
            return self._control
        self.close()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = bubblewrap.command()
        store = data_store().folder
        self._store, self._datasets = store if store.is_dir() else None, {}
        self._group = cgroups.make_group(self._name)
        if self._group is not None:
            command = self._group.joining(command)
        with theirs, contextlib.nullcontext() if self._group is not None else own_core():
            self._process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=self._messages.fileno(),
                env={},
                cwd="/",
                start_new_session=True,  # Ctrl-C on a terminal is for the grader, which ends its workers itself
            )
        self._control = ours
        ours.settimeout(_START_SECONDS)
        try:
            ready = ours.recv(65536)
        except OSError:
            ready = b""
        if not ready:
            raise self._broken("the fork server did not start")
        return ours

    def _limit(self, limits: Limits) -> int:
        if self._group is None:
            return 0
        self._group.limit(limits.memory_mb, limits.processes)
        return self._group.kills()

    def _end(self, control: socket.socket, patience: float) -> dict[str, Any]:
        """Let the run end, or end it after so many seconds, and wait until its last process is gone."""
        try:
            if not select.select([control], [], [], patience)[0]:
                control.send(b'{"kill": true}')
            control.settimeout(_END_SECONDS)
            report = json.loads(control.recv(65536) or b"{}")
        except (OSError, ValueError) as error:
            raise self._broken("the fork server does not answer") from error
        if not report:
            raise self._broken("the fork server ended")
        return dict(report)

    def _explain(self, draft: Draft, status: int, kills: int) -> None:
        """Say how a run ended that broke off by itself."""
        if draft.so_far.outcome is not Outcome.CRASHED or draft.damaged:
            return
        out_of_memory = self._group is not None and self._group.kills() > kills
        if status == OUT_OF_MEMORY or out_of_memory:
            draft.end_for_want_of_memory()
        else:
            draft.remark(ending(status - 128 if 128 < status <= 128 + signal.SIGRTMAX else 0))

    def _broken(self, what: str) -> SandboxError:
        problem = self._with_messages(what)  # before the server is gone
        self.close()
        return SandboxError(problem)

    def _with_messages(self, what: str) -> str:
        """Add to a problem the end of what the server has written about it."""
        self._messages.seek(0)
        errors = self._messages.read().decode(errors="replace").strip()[-800:]
        self._messages.seek(0)
        self._messages.truncate()
        return f"{what}: {errors}" if errors else what


def _settings(job: Job) -> dict[str, Any]:
    limits = job.limits
    return {
        "memory_mb": limits.memory_mb,
        "processes": limits.processes,
        "disk_mb": limits.disk_mb,
        "datasets": shown_data(job),
    }
