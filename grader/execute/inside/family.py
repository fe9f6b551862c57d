"""All processes that descend from one: found and ended where no namespace and no control group does it.

On Linux a process can adopt what loses its parent below it (a child subreaper), so that a daemon, however often it
forks and whatever session it begins, stays among its descendants and can be found.
"""

import os
import signal
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

from .usage import children, descendants, is_alive

_PAUSE_SECONDS = 0.005


def below(root: int) -> list[int]:
    """The processes that descend from another and still run."""
    return [number for number in descendants(root) if number != root and is_alive(number)]


def end_below(root: int, seconds: float) -> bool:
    """End every process that descends from another, also those that they start meanwhile.

    They are stopped before they are killed: what is stopped starts nothing more, so the number that is left shrinks.

    Args:
        root: The process; it adopts orphans, and is left alone itself.
        seconds: How long to try.

    Returns:
        Whether none is left.
    """
    begin, stopped = monotonic(), set[int]()
    while found := below(root):
        if monotonic() - begin > seconds:
            return False
        new = set(found) - stopped
        for number in new or found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(number, signal.SIGSTOP if new else signal.SIGKILL)
        stopped |= new
        if not new:
            sleep(_PAUSE_SECONDS)
    return True


def end_strays(seconds: float) -> bool:
    """End what notebooks have left below this process, which adopts orphans itself.

    They are known by the filter on system calls, which nothing can take off, and by a session that is not ours.

    Args:
        seconds: How long to try.

    Returns:
        Whether none is left.
    """
    ours, own = os.getsid(0), _filters(os.getpid())
    begin = monotonic()
    while found := [number for number in children(os.getpid()) if _is_stray(number, ours, own)]:
        if monotonic() - begin > seconds:
            return False
        for number in found:
            end_below(number, seconds)
            with suppress(ProcessLookupError, PermissionError, ChildProcessError):
                os.kill(number, signal.SIGKILL)
                os.waitpid(number, 0)
    return True


def _is_stray(number: int, session: int, filters: tuple[int, ...]) -> bool:
    with suppress(OSError):
        return os.getsid(number) != session and _filters(number) > filters
    return False


def _filters(number: int) -> tuple[int, ...]:
    """How much a process is kept from: no new privileges, filtered system calls, and how many filters there are."""
    lines = Path(f"/proc/{number}/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    return tuple(int(fields.get(name, "0")) for name in ("Seccomp", "Seccomp_filters", "NoNewPrivs"))
