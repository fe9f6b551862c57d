"""Other programs that keep the processors busy, for as long as a test wants them."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_START = "import subprocess as s, sys; print(s.Popen(sys.argv[1:], stdout=s.DEVNULL, stderr=s.DEVNULL).pid)"
_PR_SET_CHILD_SUBREAPER, _PR_GET_CHILD_SUBREAPER = 36, 37
_BUSY = (
    "import os, sys, time\nwhile time.process_time() < 1800:\n    os.kill(int(sys.argv[1]), 0)\n    sum(range(10 ** 6))"
)


@contextmanager
def _without_adopting() -> Iterator[None]:
    """A grader without a sandbox in this process has made it the parent of orphans; here it must not be."""
    libc, adopts = ctypes.CDLL(None), ctypes.c_int()
    libc.prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(adopts), 0, 0, 0)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    try:
        yield
    finally:
        libc.prctl(_PR_SET_CHILD_SUBREAPER, adopts.value, 0, 0, 0)


@contextmanager
def load(for_each_core: int) -> Iterator[None]:
    """Keep so many processes busy for each core; they do not descend from this one, and end with it at the latest."""
    count = for_each_core * len(os.sched_getaffinity(0))
    command = [sys.executable, "-c", _START, sys.executable, "-c", _BUSY, str(os.getpid())]
    with _without_adopting():
        found = [int(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(count)]
    try:
        yield
    finally:
        for number in found:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
