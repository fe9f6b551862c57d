"""Where no control group shares the processor out: each worker keeps to one core.

Otherwise a submission with hundreds of busy processes would slow down those beside it beyond their
limits. Inside, the system call filter refuses to change the choice.
"""

import contextlib
import itertools
import os
from collections.abc import Iterator

_turn = itertools.count()


@contextlib.contextmanager
def own_core() -> Iterator[None]:
    """Let what is started meanwhile, and all that it starts, run on one core only; workers take turns."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(allowed)[next(_turn) % len(allowed)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
