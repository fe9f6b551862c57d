"""All processes that descend from one: found and ended where no namespace and no control group does it.

On Linux a process can adopt what loses its parent below it (a child subreaper), so that a daemon, however often it
forks and whatever session it begins, stays among its descendants and can be found.
"""

import os
import signal
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

from . import usage

_PAUSE_SECONDS = 0.005


def below(root: int) -> list[int]:
    """The processes that descend from another and still run."""
    return list(filter(usage.is_alive, usage.below(root)))


def end_below(root: int, seconds: float) -> bool:
    """End every process that descends from another, also those that they start meanwhile.

    They are stopped before they are killed: what is stopped starts nothing more, so the number that is left shrinks.
    A process may have ended, and started another one, before it is reached. So whole groups are signalled, which the
    kernel does at once; and none is left only where nothing new was seen since the look before, not even
    among those that have ended and wait to be reaped.

    Args:
        root: The process; it adopts orphans, and is left alone itself.
        seconds: How long to try.

    Returns:
        Whether none is left.
    """
    begin, seen, spared = monotonic(), set[int](), _groups_of(root)
    while True:
        groups = usage.below(root)
        new = groups.keys() - seen
        if not new and not any(map(usage.is_alive, groups)):
            return True
        if monotonic() - begin > seconds:
            return False
        _signal(groups, signal.SIGSTOP if new else signal.SIGKILL, spared)
        seen |= new
        if not new:
            sleep(_PAUSE_SECONDS)


def end_strays(seconds: float) -> bool:
    """End what notebooks have left below this process, which adopts orphans itself.

    They are known by the filter on system calls, which nothing can take off, and by a session that is not ours. One
    that has ended counts until it is reaped here: what it started comes to light with the next look at the latest.
    Nothing is below one that has ended, and there may be thousands of these, so they are reaped without looking.

    Args:
        seconds: How long to try.

    Returns:
        Whether none is left.
    """
    last, spared = monotonic() + seconds, _groups_of(os.getpid())
    while strays := _strays():
        if monotonic() > last:
            return False
        _signal(strays, signal.SIGSTOP, spared)
        living = {number: group for number, group in strays.items() if usage.is_alive(number)}
        ended = {number: group for number, group in strays.items() if number not in living}
        _kill_and_reap(ended, spared)
        for number in living:
            end_below(number, max(last - monotonic(), 0.0))
        _kill_and_reap(living, spared)
    return True


def _kill_and_reap(group_of: Mapping[int, int], spared: Collection[int]) -> None:
    """Kill children of this process with their groups, and reap them; see `_signal`."""
    _signal(group_of, signal.SIGKILL, spared)
    for number in group_of:
        with suppress(ChildProcessError):
            os.waitpid(number, 0)


def _strays() -> dict[int, int]:
    """The processes below this one that notebooks have left, and their groups."""
    session, filters = os.getsid(0), _filters(os.getpid())
    children = usage.children(os.getpid())
    return {number: group for number, group in children.items() if _is_stray(number, session, filters)}


def _groups_of(root: int) -> set[int]:
    """The groups that are not to be signalled as a whole: that of a process which is left alone, and our own."""
    with suppress(ProcessLookupError):
        return {0, os.getpgrp(), os.getpgid(root)}
    return {0, os.getpgrp()}


def _signal(group_of: Mapping[int, int], number: signal.Signals, spared: Collection[int]) -> None:
    """Send a signal to processes and to all of their groups, except for some groups.

    Args:
        group_of: Process -> its group.
        number: The signal.
        spared: Groups that are not signalled as a whole.
    """
    for group in set(group_of.values()).difference(spared):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
    for process in group_of:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, number)


def _is_stray(number: int, session: int, filters: tuple[int, ...]) -> bool:
    with suppress(OSError):
        return os.getsid(number) != session and _filters(number) > filters
    return False


def _filters(number: int) -> tuple[int, ...]:
    """How much a process is kept from: no new privileges, filtered system calls, and how many filters there are."""
    lines = Path(f"/proc/{number}/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    return tuple(int(fields.get(name, "0")) for name in ("Seccomp", "Seccomp_filters", "NoNewPrivs"))
