"""What a worker of a cluster does: greets, keeps public files, runs jobs in this machine's sandbox.

All of it is called by name from the grader's machine, takes and gives bytes, and imports nothing of Dask. One process
has one executor, made with the first greeting, used by every job, and ended with the process.
"""

import asyncio
import functools
import hashlib
import json
import threading
from pathlib import Path
from typing import Any

from grader.errors import IsolationError, SandboxError
from grader.execute import isolation
from grader.execute.environment import environment
from grader.execute.job_bytes import job_of, record_bytes
from grader.execute.local import LocalExecutor


class _Here:
    """The executor of this process, the public files that it has, and the sessions whose jobs it runs."""

    def __init__(self) -> None:
        self.executor: LocalExecutor | None = None
        self.files: dict[str, bytes] = {}
        self.running: list[str] = []
        self._lock = threading.Lock()

    def ready(self, threads: int, allow_degraded: bool) -> LocalExecutor:
        """Give the executor, which is made if there is none."""
        with self._lock:
            if self.executor is None:
                # A run that this machine starves is not tried again here: another machine may be calmer.
                self.executor = isolation.local_executor(threads, allow_degraded, tries_alone=0)
                for content in self.files.values():
                    self.executor.provide(content)
            return self.executor

    def close(self) -> None:
        """End the sandbox and all that runs in it; the next job makes another one."""
        with self._lock:
            executor, self.executor = self.executor, None
        if executor is not None:  # outside the lock, for it takes a while, and the next job need not wait for it
            executor.__exit__(None, None, None)


_here = _Here()


@functools.cache
def versions() -> tuple[tuple[str, str], ...]:
    """Read the versions of all that records depend on: the environment of jobs, and our code that runs them.

    Returns:
        (name, version) of each.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return (*environment(), ("grader", digest.hexdigest()[:12]))


async def greet(threads: int, allow_degraded: bool) -> bytes:
    """Say what this worker is, as JSON: versions, isolation, which public files it has, or why it cannot run jobs.

    Args:
        threads: How many jobs it is to run at the same time.
        allow_degraded: Whether it may go on if there is no sandbox.
    """
    greeting: dict[str, Any] = {"versions": versions(), "problem": "", "isolation": "", "files": sorted(_here.files)}
    try:
        executor = await asyncio.to_thread(_here.ready, threads, allow_degraded)
        greeting["isolation"] = executor.isolation
    except IsolationError as error:
        greeting["problem"] = str(error)
    return json.dumps(greeting).encode()


async def keep(content: bytes) -> bytes:
    """Keep a public file for the jobs that name its digest; gives the digest."""
    digest = hashlib.sha256(content).hexdigest()
    _here.files[digest] = content
    if _here.executor is not None:
        _here.executor.provide(content)
    return digest.encode()


async def run(session: str, threads: int, allow_degraded: bool, content: bytes) -> bytes:
    """Run a job and give its record; both are bytes as in `grader.execute.job_bytes`.

    Args:
        session: Names whoever wants it run, for `stop`.
        threads: How many jobs this worker runs at the same time.
        allow_degraded: Whether it may go on if there is no sandbox.
        content: The job.

    Raises:
        SandboxError: If the sandbox was ended before the job began.
    """
    executor = await asyncio.to_thread(_here.ready, threads, allow_degraded)
    future = executor.submit(job_of(content))
    _here.running.append(session)
    try:
        return record_bytes(await asyncio.wrap_future(future))
    except asyncio.CancelledError as error:
        if future.cancelled():
            raise SandboxError("the sandbox was ended before the job began") from error
        raise
    finally:
        _here.running.remove(session)


async def stop(session: str) -> bytes:
    """End the jobs of a session, and the processes that run them."""
    if session in _here.running:
        await asyncio.to_thread(_here.close)
    return b""


def end() -> None:
    """End the sandbox with all that runs in it; to be called when the worker ends."""
    _here.close()
