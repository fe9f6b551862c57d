"""The first process of a submission's pid namespace: starts the notebook, watches it, reaps orphans.

It tells the grader what the run uses, and rings where the grader says that a cell is late. When this process ends, the
kernel kills every other process of the namespace.
"""

import contextlib
import os
import select
import signal
import socket
import struct
from collections.abc import Callable

from .memory import MemoryWatch
from .rings import RING
from .usage import Usage, every_process

OUT_OF_MEMORY = 250
"""Exit status of this process if the run used too much memory; higher than 128 + any signal."""

USED = struct.Struct("dd")
"""What goes to the grader ten times a second: processor time and time at rest, in seconds."""

_POLL_MS = 100


def run_watched(start: Callable[[], None], memory_mb: int, for_child: tuple[int, ...], channel: socket.socket) -> int:
    """Fork, call `start` in the child, and wait for it; more memory than allowed ends it.

    Args:
        start: Runs the notebook and ends the process.
        memory_mb: Memory of all processes of this namespace together, in MiB.
        for_child: Descriptors that only the child keeps.
        channel: To the grader, for this process only: what the run uses goes there, and a message from there rings.

    Returns:
        The exit status of the child, 128 + n where signal n ended it, or `OUT_OF_MEMORY`.
    """
    child = os.fork()
    if child == 0:
        try:
            channel.close()
            start()
        finally:
            os._exit(70)
    for number in for_child:
        os.close(number)
    descriptor = os.pidfd_open(child)
    signal.signal(signal.SIGTERM, lambda *_: _send(child, signal.SIGKILL))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    poll.register(channel, select.POLLIN)
    watch, usage = MemoryWatch(memory_mb), Usage(_others, _POLL_MS / 1000)
    while True:
        ready = {number for number, _ in poll.poll(_POLL_MS)}
        if descriptor in ready:
            return exit_status(os.waitpid(child, 0)[1])
        if channel.fileno() in ready:
            if channel.recv(1):
                _send(child, RING)
            else:
                poll.unregister(channel)  # the grader listens no more; it ends us through the fork server
            continue
        _reap_orphans(child)
        with contextlib.suppress(OSError):  # the grader has not read for long: it will see a later one
            channel.send(USED.pack(*usage.look()), socket.MSG_DONTWAIT)
        if watch.exceeded():
            return OUT_OF_MEMORY


def _others() -> list[int]:
    """All processes of this namespace but this one."""
    return [number for number in every_process() if number != os.getpid()]


def _send(child: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
        os.kill(child, number)


def exit_status(status: int) -> int:
    """How a process ended as `waitpid` tells it, in one byte: its exit status, or 128 + n where signal n ended it."""
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _reap_orphans(child: int) -> None:
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if ended is None or ended.si_pid == child:  # the notebook's own process is reaped where its status is needed
            return
        os.waitpid(ended.si_pid, 0)
