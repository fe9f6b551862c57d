"""All processes that descend from one: found and ended where no namespace and no control group does it.

On Linux a process can adopt what loses its parent below it (a child subreaper), so that a daemon, however often it
forks and whatever session it begins, stays among its descendants and can be found.
"""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

from .usage import children, descendants, is_alive

_PAUSE_SECONDS = 0.005


def below(root: int) -> list[int]:
    """The processes that descend from another and still run."""
    return [number for number in descendants(root) if number != root and is_alive(number)]


def end_below(root: int, seconds: float) -> bool:
    """End every process that descends from another, also those that they start meanwhile.

    Args:
        root: The process; it adopts orphans, and is left alone itself.
        seconds: How long to try.

    Returns:
        Whether none is left.
    """
    return _end(
        lambda: below(root), lambda: _below_now([root]), _reap_all if root == os.getpid() else _nothing, seconds
    )


def end_strays(seconds: float) -> bool:
    """End what notebooks have left below this process, which adopts orphans itself.

    They are known by the filter on system calls, which nothing can take off, and by a session that is not ours.

    Args:
        seconds: How long to try.

    Returns:
        Whether none is left.
    """
    ours, own = os.getsid(0), _filters(os.getpid())

    def strays(among: Iterable[int]) -> list[int]:
        return [number for number in among if _is_stray(number, ours, own)]

    def left() -> list[int]:
        found = strays(children(os.getpid()))
        return [number for number in found if is_alive(number)] + [lower for number in found for lower in below(number)]

    def now() -> list[int]:
        found = strays(_children_now(os.getpid()))
        return [*found, *_below_now(found)]

    def reap() -> None:
        for number in strays(_children_now(os.getpid())):
            with suppress(ChildProcessError):
                os.waitpid(number, os.WNOHANG)

    ended = _end(left, now, reap, seconds)
    reap()
    return ended


def _end(left: Callable[[], list[int]], now: Callable[[], list[int]], reap: Callable[[], None], seconds: float) -> bool:
    """End processes that may start others as fast as they can; gives whether none is left.

    They are stopped before they are killed: what is stopped starts nothing more, so the number that is left shrinks.
    A process that always goes on as another one is caught by looking again at once, before anything else is done.

    Args:
        left: Finds all that run; takes milliseconds.
        now: Finds most of them, ended ones too; takes less time than a process needs to start another.
        reap: Takes what has ended out of the system's lists, which would grow long.
        seconds: How long to try.
    """
    begin, stopped = monotonic(), set[int]()
    with _before_others():
        while found := left():
            new = set(found) - stopped
            for number in [] if new else found:
                _signal(number, signal.SIGKILL)
            while new and monotonic() - begin <= seconds:
                for number in new:
                    _signal(number, signal.SIGSTOP)
                stopped |= new
                new = set(now()) - stopped
                reap()
            if monotonic() - begin > seconds:
                return False
            if stopped.issuperset(found):
                sleep(_PAUSE_SECONDS)
    return True


@contextmanager
def _before_others() -> Iterator[None]:
    """Have this thread run before all others, where we may ask for that: on a busy machine we would come too late."""
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except OSError:
        yield
        return
    try:
        yield
    finally:
        os.sched_setscheduler(0, *before)


def _signal(number: int, name: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(number, name)


def _nothing() -> None:
    """What another process has started, only that one can reap."""


def _reap_all() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _below_now(roots: Iterable[int]) -> list[int]:
    found: list[int] = []
    new = list(roots)
    while new := [child for number in new for child in _children_now(number)]:
        found += new
    return found


def _children_now(parent: int) -> list[int]:
    """The children of a process as the kernel lists them: at once, though some may be missing while others end."""
    found: list[int] = []
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{parent}/task"):
            with suppress(OSError):
                found += map(int, Path(f"/proc/{parent}/task/{thread}/children").read_text().split())
    return found


def _is_stray(number: int, session: int, filters: tuple[int, ...]) -> bool:
    with suppress(OSError):
        return os.getsid(number) != session and _filters(number) > filters
    return False


def _filters(number: int) -> tuple[int, ...]:
    """How much a process is kept from: no new privileges, filtered system calls, and how many filters there are."""
    lines = Path(f"/proc/{number}/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    return tuple(int(fields.get(name, "0")) for name in ("Seccomp", "Seccomp_filters", "NoNewPrivs"))
