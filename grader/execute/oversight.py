"""Observation of a run from outside: what the grader knows of it that does not come from the run itself."""

import contextlib
import os
import socket
import time
from pathlib import Path

from grader.execute.cgroups import ControlGroup
from grader.execute.clock import LOOK_SECONDS, Used
from grader.execute.inside.init import USED
from grader.execute.inside.rings import RING
from grader.execute.inside.usage import Usage, descendants

_HAS_PROC = Path("/proc/self/stat").exists()
_TICKS = os.sysconf("SC_CLK_TCK")


class SandboxOversight:
    """Observes a run in its own pid namespace, whose first process reports what the run uses.

    Args:
        channel: To that process.
        group: The control group of the run, which counts more exactly; None where there is none.
        server: A process that may use the processors that the run may use.
    """

    def __init__(self, channel: socket.socket, group: ControlGroup | None, server: int) -> None:
        self._channel, self._server = channel, server
        self._group = group if group is not None and group.processor_seconds() is not None else None
        self._last = Used()

    def used(self) -> Used:
        """See `grader.execute.clock.Oversight`."""
        with contextlib.suppress(OSError):
            while report := self._channel.recv(USED.size, socket.MSG_DONTWAIT):  # the last one counts
                self._last = Used(*USED.unpack(report))
        counted = self._group.processor_seconds() if self._group else None
        return self._last if counted is None else Used(counted, self._last.rest)

    def spare(self) -> float:
        """See `grader.execute.clock.Oversight`."""
        return spare_seconds(allowed(self._server))

    def ring(self) -> None:
        """See `grader.execute.clock.Oversight`."""
        with contextlib.suppress(OSError):  # it has just ended
            self._channel.send(b"r", socket.MSG_DONTWAIT)


class ProcessOversight:
    """Observes a run without a namespace, by looking at its processes from here.

    Args:
        process: Its first process.
        group: Its control group; None where there is none.
    """

    def __init__(self, process: int, group: ControlGroup | None) -> None:
        self._process = process
        self._group = group if group is not None and group.processor_seconds() is not None else None
        self._usage = Usage(lambda: descendants(process), LOOK_SECONDS)

    def used(self) -> Used:
        """See `grader.execute.clock.Oversight`; if the system says nothing of processes, all time counts."""
        if not _HAS_PROC:
            return Used(time.monotonic())
        processor, rest = self._usage.look()
        counted = self._group.processor_seconds() if self._group else None
        return Used(processor if counted is None else counted, rest)

    def spare(self) -> float:
        """See `grader.execute.clock.Oversight`."""
        return spare_seconds(allowed(self._process))

    def ring(self) -> None:
        """See `grader.execute.clock.Oversight`."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process, RING)


def allowed(process: int) -> set[int]:
    """Read which processors a process may use; none if it has ended, or if the system does not say."""
    try:
        return os.sched_getaffinity(process)
    except (OSError, AttributeError):
        return set()


def spare_seconds(processors: set[int]) -> float:
    """Add up the seconds in which some processors had nothing to do since the machine was started."""
    try:
        lines = Path("/proc/stat").read_text().splitlines()
    except OSError:
        return 0.0
    names = {f"cpu{number}" for number in processors}
    rows = [fields for line in lines if (fields := line.split()) and fields[0] in names]
    return sum(int(idle) + int(waiting) for _, _, _, _, idle, waiting, *_ in rows) / _TICKS  # see proc(5)
