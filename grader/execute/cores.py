"""Where no control group shares the processor out: each worker keeps to one core.

Otherwise a submission with hundreds of busy processes would slow down those beside it beyond their
limits. Inside, the system call filter refuses to change the choice.
"""

import contextlib
import itertools
import os
import socket
from collections.abc import Iterator

_turn = itertools.count()
_claims: dict[int, socket.socket] = {}  # kept open as long as this process lives: closing one would free its core


@contextlib.contextmanager
def own_core() -> Iterator[None]:
    """Let what is started meanwhile, and all that it starts, run on one core only; workers take turns."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {_core(sorted(allowed))})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _core(allowed: list[int]) -> int:
    """A core that no worker of this machine keeps to, also none of another process; if there is none, the next."""
    for core in allowed:
        if core not in _claims and (claim := _claimed(core)) is not None:
            _claims[core] = claim
            return core
    mine = [core for core in allowed if core in _claims] or allowed
    return mine[next(_turn) % len(mine)]


def _claimed(core: int) -> socket.socket | None:
    """Claim a core for this process; None if another process has it.

    The claim is an abstract socket: only one process can hold its name, and the kernel frees it however that ends.
    """
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f"\0grader-core-{core}")
    except OSError:
        claim.close()
        return None
    return claim
