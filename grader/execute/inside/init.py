"""The first process of a submission's pid namespace: starts the notebook, watches it, reaps orphans.

When this process ends, the kernel kills every other process of the namespace.
"""

import contextlib
import os
import select
import signal
from collections.abc import Callable

from .memory import Watch

OUT_OF_MEMORY = 250
_POLL_MS = 100


def run_watched(start: Callable[[], None], memory_mb: int, for_child: tuple[int, ...]) -> int:
    """Fork, call `start` in the child, and wait for it; more memory than allowed ends it.

    Args:
        start: Runs the notebook and ends the process.
        memory_mb: Memory of all processes of this namespace together, in MiB.
        for_child: Descriptors that only the child keeps.

    Returns:
        The exit status of the child, 128 + n where signal n ended it, or `OUT_OF_MEMORY`.
    """
    child = os.fork()
    if child == 0:
        try:
            start()
        finally:
            os._exit(70)
    for number in for_child:
        os.close(number)
    descriptor = os.pidfd_open(child)
    signal.signal(signal.SIGTERM, lambda *_: _kill(child))
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    watch = Watch(memory_mb)
    while True:
        if poll.poll(_POLL_MS):
            return _exit_status(os.waitpid(child, 0)[1])
        _reap_orphans(child)
        if watch.exceeded():
            return OUT_OF_MEMORY


def _kill(child: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
        os.kill(child, signal.SIGKILL)


def _exit_status(status: int) -> int:
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _reap_orphans(child: int) -> None:
    while True:
        try:
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if found is None or found.si_pid == child:
            return
        os.waitpid(found.si_pid, 0)
