"""Measures what the processes of a run use: processor time, and time in which none of them wanted any.

Read from `/proc` by a process that the run cannot touch; what a run says of itself counts for nothing. Time in which a
process is ready and waits for a processor is neither: there the machine is short, not the notebook slow.
"""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

_SLACK_SECONDS = 0.05
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_READY = "R"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Process:
    """One process now.

    Attributes:
        begun: When it began, in ticks since the machine was started: tells it from a later one with the same number.
        state: `R` if it runs or is ready.
        parent: Number of its parent.
        group: Number of its process group.
        seconds: Processor time of its own.
        children_seconds: Processor time of its children that have ended and that it has waited for.
    """

    begun: str
    state: str
    parent: int
    group: int
    seconds: float
    children_seconds: float


class Usage:
    """Adds up what some processes use, also those that have ended.

    Args:
        processes: Gives the numbers of the processes that belong to the run now.
        pause: Seconds between two looks, as planned. What lies beyond them is time in which we got no processor
            ourselves, and counts as nobody's rest.
    """

    def __init__(self, processes: Callable[[], Iterable[int]], pause: float) -> None:
        self._processes, self._pause = processes, pause
        self._last: dict[tuple[int, str], float] = {}
        self._ended = self._used = self._rested = 0.0
        self._looked = monotonic()

    def look(self) -> tuple[float, float]:
        """Measure once more.

        Returns:
            Processor time of all processes, and time in which all of them slept or waited; in seconds, so far.
        """
        processes = {number: process for number in self._processes() if (process := _process(number))}
        now, used = monotonic(), self._count(processes)
        passed = min(now - self._looked, self._pause + _SLACK_SECONDS) - (used - self._used)
        if passed > 0 and not any(map(_wants_processor, processes)):
            self._rested += passed
        self._used, self._looked = used, now
        return self._used, self._rested

    def _count(self, processes: dict[int, _Process]) -> float:
        """The larger of two sums, of which each may lack something, and neither has too much.

        One lacks what a process used after it was last seen. The other lacks children that nobody waited for.
        """
        last = {(number, process.begun): process.seconds for number, process in processes.items()}
        self._ended += sum(seconds for key, seconds in self._last.items() if key not in last)
        self._last = last
        seen = self._ended + sum(last.values())
        waited_for = sum(process.seconds + process.children_seconds for process in processes.values())
        return max(seen, waited_for, self._used)


def descendants(root: int) -> list[int]:
    """List a process and all that descend from it, as far as their parents are still there."""
    return [root, *below(root)]


def below(root: int) -> dict[int, int]:
    """List the processes that descend from another, also those that have ended and wait to be reaped.

    Returns:
        Number of a process -> number of its group.
    """
    every = {number: process for number in every_process() if (process := _process(number))}
    group_of, new = dict[int, int](), {root}
    while new := {number for number, process in every.items() if process.parent in new}:
        group_of |= {number: every[number].group for number in sorted(new)}
    return group_of


def children(parent: int) -> dict[int, int]:
    """List the processes with a parent, as `below` does."""
    every = {number: process for number in every_process() if (process := _process(number))}
    return {number: process.group for number, process in every.items() if process.parent == parent}


def every_process() -> list[int]:
    """The numbers of all processes that are seen from here."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def is_alive(number: int) -> bool:
    """Whether a process still runs; its first thread may have ended before the others."""
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{number}/task"):
            if _fields(f"/proc/{number}/task/{thread}/stat")[:1] not in ([], ["Z"], ["X"]):
                return True
    return False


def _process(number: int) -> _Process | None:
    """A process; None if it has just ended."""
    fields = _fields(f"/proc/{number}/stat")
    if not fields:
        return None
    # Counted from the state, which is field 3 of proc(5): utime, stime, cutime, cstime are 11 to 14, starttime is 19.
    times = [int(field) / _TICKS for field in fields[11:15]]
    return _Process(
        begun=fields[19],
        state=fields[0],
        parent=int(fields[1]),
        group=int(fields[2]),
        seconds=times[0] + times[1],
        children_seconds=times[2] + times[3],
    )


def _wants_processor(number: int) -> bool:
    """Whether a thread of a process runs, or would if a processor were free."""
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{number}/task"):
            if _fields(f"/proc/{number}/task/{thread}/stat")[:1] == [_READY]:
                return True
    return False


def _fields(path: str) -> list[str]:
    """Read the fields after the name in a `stat` file; none if the process has ended.

    The name may contain blanks and brackets, because a notebook chooses it. So the last bracket counts.
    """
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - read ten times a second
            return stream.read().rpartition(b")")[2].decode().split()
    except OSError:
        return []
