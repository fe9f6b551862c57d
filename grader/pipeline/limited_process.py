"""Calls functions in a process that may be lost: with a limit on processor time for each call, and one on memory.

Two processes are behind it. The first is forked while this one has no threads yet; it does nothing but fork the
second, which answers calls, and fork it anew when it is lost. So a lost process costs a few milliseconds, what the
second one has worked out stays for the calls that follow, and none is ever forked from a process with threads.
"""

import os
import resource
import signal
import socket
import traceback
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from grader.errors import GraderError
from grader.execute.pickles import own_pickles

_MEMORY_MB = 1024
_ENDLESS = resource.RLIM_INFINITY
_MOST_BYTES = 100  # of how a process ended, in words
_FIRST_DESCRIPTOR = 3  # after standard input, output and errors


class LostError(Exception):
    """The process was lost: the call took more time or memory than it may, or ended the process. The text says how."""


class LimitedProcess:
    """A process that answers calls, one at a time.

    Args:
        tasks: Name -> function. What it is given and returns must survive a pickle.
        memory_mb: What calls may use on top of what this process has now, in MiB.
    """

    def __init__(self, tasks: Mapping[str, Callable[..., Any]], memory_mb: int = _MEMORY_MB) -> None:
        self._tasks = tasks
        self._memory_mb = memory_mb
        self._keeper, self._control = _fork_keeper(tasks, memory_mb)
        self._connection, _ = _next_connection(self._control)

    def call(self, task: str, *arguments: Any, seconds: int) -> Any:
        """Call a function there and give what it returns.

        Args:
            task: Its name.
            arguments: What it is given.
            seconds: Processor time that it may take.

        Raises:
            LostError: The process did not survive the call; the next call finds a new one.
            GraderError, OSError: As the function raised it. Whatever else it raises becomes a `LostError`.
        """
        connection = self._connection or self._renewed()
        try:
            connection.send((task, arguments, seconds))
            with own_pickles():
                raised, value = connection.recv()
        except (EOFError, OSError) as error:
            self._drop()
            raise LostError(f"more than {seconds} s or {self._memory_mb} MiB, or a crash{self._end()}") from error
        except BaseException:  # an answer that nobody waits for any more must not be taken for the next one
            self._drop()
            raise
        if isinstance(value, LostError):
            self._drop()
        if raised:
            raise value
        return value

    def close(self) -> None:
        """End both processes."""
        self._drop()
        self._control.close()
        os.waitpid(self._keeper, 0)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _end(self) -> str:
        """How the process that was lost has ended, in brackets; empty if the first process is lost, too."""
        self._connection, end = _next_connection(self._control)
        return f" ({end})" if end else ""

    def _renewed(self) -> Connection:
        self._connection, _ = _next_connection(self._control)
        if self._connection is None:  # somebody has ended the first process, too
            self.close()
            self._keeper, self._control = _fork_keeper(self._tasks, self._memory_mb)
            self._connection, _ = _next_connection(self._control)
        if self._connection is None:
            raise LostError("no process could be started")
        return self._connection


def _fork_keeper(tasks: Mapping[str, Callable[..., Any]], memory_mb: int) -> tuple[int, socket.socket]:
    """Fork the process that forks the others; returns its number and the socket that new ones are told on."""
    ours, theirs = socket.socketpair()
    keeper = os.fork()
    if keeper == 0:
        ours.close()
        _keep(tasks, memory_mb, theirs.detach())
    theirs.close()
    return keeper, ours


def _keep(tasks: Mapping[str, Callable[..., Any]], memory_mb: int, control: int) -> NoReturn:
    """Have one process that answers calls, until one of them ends because nobody calls any more."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which then lets go of us
        os.dup2(control, _FIRST_DESCRIPTOR)
        os.closerange(_FIRST_DESCRIPTOR + 1, os.sysconf("SC_OPEN_MAX"))
        to_caller = socket.socket(fileno=_FIRST_DESCRIPTOR)
        end = "none before"
        while status:
            ours, theirs = socket.socketpair()
            worker = os.fork()
            if worker == 0:
                to_caller.close()
                ours.close()
                _answer(tasks, memory_mb, Connection(theirs.detach()))
            theirs.close()
            socket.send_fds(to_caller, [end.encode()], [ours.fileno()])
            ours.close()
            status = os.waitpid(worker, 0)[1]
            end = _in_words(status)
    finally:
        os._exit(0)


def _answer(tasks: Mapping[str, Callable[..., Any]], memory_mb: int, connection: Connection) -> NoReturn:
    """Answer calls until nobody calls any more."""
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _limit_memory(memory_mb)
        while True:
            try:
                with own_pickles():
                    task, arguments, seconds = connection.recv()
            except EOFError:
                os._exit(0)
            _allow(_used() + seconds + 1)
            try:
                answer = False, tasks[task](*arguments)
            except (GraderError, OSError) as error:
                answer = True, error
            except Exception as error:  # whatever it has left behind here must not reach another call
                connection.send((True, LostError(_reason(error))))
                os._exit(1)
            _allow(_ENDLESS)
            connection.send(answer)
    except BrokenPipeError:
        os._exit(0)
    finally:
        os._exit(1)


def _reason(error: Exception) -> str:
    """An exception and its place, for staff and for those who look for the fault."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f", {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}: {error}{place}"


def _in_words(status: int) -> str:
    """How a process ended.

    Args:
        status: As `os.waitpid` gives it.
    """
    if os.WIFSIGNALED(status):
        return f"ended by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"ended with status {os.WEXITSTATUS(status)}"


def _used() -> int:
    """Processor time of this process so far, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return int(usage.ru_utime + usage.ru_stime)


def _allow(seconds: int) -> None:
    """End this process once it has used so much processor time in all."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _limit_memory(memory_mb: int) -> None:
    status = Path("/proc/self/status")
    if status.exists():
        (now,) = [int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmData:")]
        resource.setrlimit(resource.RLIMIT_DATA, (now * 1024 + memory_mb * 2**20,) * 2)


def _next_connection(control: socket.socket) -> tuple[Connection | None, str]:
    """The way to the process that answers now, and how the one before it ended; None where there is none any more."""
    try:
        end, descriptors, _, _ = socket.recv_fds(control, _MOST_BYTES, 1)
    except OSError:
        return None, ""
    return (Connection(descriptors[0]) if descriptors else None), end.decode()
