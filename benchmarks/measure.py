"""The cost of a command: wall time, and the CPU time of all its processes."""

import contextlib
import os
import resource
import select
import statistics
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_POLL_MS = 100


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall time and of CPU time."""

    wall: float
    cpu: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.wall + other.wall, self.cpu + other.cpu)

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(self.wall - other.wall, self.cpu - other.cpu)

    def __truediv__(self, count: float) -> "Cost":
        return Cost(self.wall / count, self.cpu / count)


class CommandError(Exception):
    """A command that was to be measured failed."""


def run(command: Sequence[str | Path], folder: Path, environment: dict[str, str], log: Path) -> Cost:
    """Run a command to its end and measure it.

    The kernel adds up the CPU time of processes that somebody waits for. A sandbox is killed at the end, and
    nobody waits for what is in it: so the whole tree is added up ten times a second, too, and the larger sum counts.

    Raises:
        CommandError: If the command's exit status is not 0; the message ends with its output.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    before, begin, largest = _waited(), time.perf_counter(), 0.0
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    descriptor = os.pidfd_open(process.pid)
    while not select.select([descriptor], [], [], _POLL_MS / 1000)[0]:
        largest = max(largest, sum(cpu_of(child) for child in tree(process.pid)))
    wall = time.perf_counter() - begin
    os.close(descriptor)
    if process.wait() != 0:
        words = " ".join(str(word) for word in command)
        raise CommandError(f"{words}: exit status {process.returncode}\n{log.read_text(errors='replace')[-2000:]}")
    return Cost(wall, max(_waited() - before, largest))


def tree(process: int) -> Iterator[int]:
    """A process and all its descendants, parents first, so that none is counted twice."""
    yield process
    for thread in _children_files(process):
        with contextlib.suppress(OSError):  # it ended meanwhile
            for child in thread.read_text().split():
                yield from tree(int(child))


def median(costs: Iterable[Cost]) -> Cost:
    """The median of the wall times and that of the CPU times."""
    listed = list(costs)
    return Cost(statistics.median(cost.wall for cost in listed), statistics.median(cost.cpu for cost in listed))


def _children_files(process: int) -> list[Path]:
    return sorted(Path(f"/proc/{process}/task").glob("*/children"))


def cpu_of(process: int, ended: bool = True) -> float:
    """CPU seconds of a process and, with `ended`, of those of its children that it has waited for."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it ended meanwhile
        return 0.0
    return sum(int(field) for field in fields[11 : 15 if ended else 13]) / _TICKS


def _waited() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
