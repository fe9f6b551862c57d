"""A real scheduler and real workers, each a process of its own on this machine's loopback."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import ROOT, wait_until


@dataclass(eq=False)
class DaskWorker:
    """A worker's process and what it has said."""

    process: subprocess.Popen[bytes]
    log: Path

    def has_begun(self, runs: int = 1) -> bool:
        """Whether it has been given so many jobs."""
        return self.log.read_text().count("Run out-of-band function 'run'") >= runs

    def send(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)

    def kill_below_nanny(self) -> None:
        """Kill the process that does the work, and not the one that watches it."""
        for each in descendants(self.process.pid):
            if "spawn_main" in Path("/proc", str(each), "cmdline").read_text():
                os.kill(each, signal.SIGKILL)
                return

    def sandboxes(self) -> list[str]:
        """Command lines of the processes that it has started, and they."""
        return [Path("/proc", str(each), "cmdline").read_text() for each in descendants(self.process.pid)]


@dataclass(eq=False)
class DaskCluster:
    """A scheduler with its workers; all end with it."""

    folder: Path
    address: str = ""
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[DaskWorker] = field(default_factory=list)
    variables: Mapping[str, str] = field(default_factory=dict)

    def start(self, *options: str) -> None:
        place = self.folder / "scheduler.json"
        self.scheduler = self._run("scheduler", "scheduler", "--host", "127.0.0.1", "--port", "0",
                                   "--scheduler-file", str(place), *options)  # fmt: skip
        assert wait_until(lambda: place.exists() and place.read_text().endswith("}"), 60), "no scheduler started"
        self.address = json.loads(place.read_text())["address"]

    def add_worker(self, *options: str, **variables: str) -> DaskWorker:
        """Start a worker; it has joined when this returns."""
        name = f"worker-{len(self.workers)}"
        nanny = () if "--nanny" in options else ("--no-nanny",)
        words = (self.address, "--nthreads", "1", "--name", name, "--memory-limit", "0", *nanny, *options)
        worker = DaskWorker(self._run(name, "worker", *words, variables=variables), self.folder / f"{name}.log")
        self.workers.append(worker)
        assert wait_until(lambda: "Registered to" in worker.log.read_text(), 60), worker.log.read_text()
        return worker

    def add_far_worker(self) -> tuple[DaskWorker, list["Cable"]]:
        """Start a worker that is reached, and reaches others, through cables only."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        there, back = Cable(int(self.address.rpartition(":")[2])), Cable(port)
        addresses = ("--listen-address", f"tcp://127.0.0.1:{port}", "--contact-address", f"tcp://127.0.0.1:{back.port}")
        near, self.address = self.address, f"tcp://127.0.0.1:{there.port}"
        try:
            return self.add_worker(*addresses), [there, back]
        finally:
            self.address = near

    def close(self) -> None:
        for process in [*(worker.process for worker in self.workers), self.scheduler]:
            if process is not None and process.poll() is None:
                below = list(descendants(process.pid))
                process.kill()
                process.wait()
                for each in below:  # a worker lives on without its nanny
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(each, signal.SIGKILL)

    def _run(
        self, name: str, what: str, *words: str, variables: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{what}", "--no-dashboard", *words],
                env={**os.environ, "PYTHONPATH": str(ROOT), **self.variables, **(variables or {})},
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )


class Cable:
    """Carries connections to a port of this machine; cut, it loses every byte, and nobody is told."""

    def __init__(self, target: int) -> None:
        self._target, self._cut = target, threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._cut.set()

    def _accept(self) -> None:
        while True:
            near, _ = self._listening.accept()
            far = socket.create_connection(("127.0.0.1", self._target))
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(2**16):
                if not self._cut.is_set():
                    target.sendall(content)
            if not self._cut.is_set():
                target.shutdown(socket.SHUT_WR)


def descendants(pid: int) -> Iterator[int]:
    """The processes below one, parents first."""
    for thread in Path("/proc", str(pid), "task").glob("*/children"):
        for child in thread.read_text().split():
            yield int(child)
            yield from descendants(int(child))
