"""How busy this machine is with the work of others, and how many notebooks run at once because of that."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from grader.execute.inside.usage import Usage, descendants
from grader.execute.oversight import allowed, spare_seconds

Tell = Callable[[str], None]

_FIRST_SECONDS, _WINDOW_SECONDS = 0.5, 5.0  # of measuring, before the first decision and between later ones
_SLACK_CORES, _SLACK_SHARE = 0.3, 0.05  # work that any machine does beside, without being busy
_TELL_SECONDS = 60.0  # between two sentences for a person
_CALM_CORES = 0.75
_CALM_SECONDS = 300.0  # the longest wait for a calm machine; then the run begins all the same


class Free(Protocol):
    """Measures how many processors other programs leave us."""

    cores: int

    @property
    def seconds(self) -> float:
        """How long has been measured since the last `free`."""

    def free(self) -> float:
        """Measure how many processors others have left us since the last call, or since the beginning."""


class Others:
    """Measures what other programs use of the processors that we may use; see `Free`."""

    def __init__(self) -> None:
        self._processors = allowed(0)
        self.cores = len(self._processors) or os.cpu_count() or 1
        self._usage = Usage(lambda: descendants(os.getpid()), _WINDOW_SECONDS)
        self._before = self._now()

    @property
    def seconds(self) -> float:
        """See `Free`."""
        return time.monotonic() - self._before[0]

    def free(self) -> float:
        """See `Free`; all of them if the system does not say."""
        before, self._before = self._before, self._now()
        passed, spare, ours = (now - then for now, then in zip(self._before, before, strict=True))
        return max(0.0, (spare + ours) / passed) if passed and self._processors else float(self.cores)

    def _now(self) -> tuple[float, float, float]:
        return time.monotonic(), spare_seconds(self._processors), self._usage.look()[0]


class Gate:
    """Lets as many jobs run at once as there are processors for: one for each, though never none.

    Args:
        most: How many at most.
        free: Measures what others leave us.
        tell: Is called with a sentence when the number changes; from another thread.

    Example:
        with gate.enter():
            ...  # run a job
    """

    def __init__(self, most: int, free: Free, tell: Tell) -> None:
        self.most, self._free, self._tell = most, free, tell
        self._last_told, self._told_at = most, float("-inf")  # the number that a person knows, and since when
        self._now: int | None = None
        self._running, self._alone, self._closed = 0, False, False
        self._changed = threading.Condition()

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Wait until one more may run; it runs inside this block."""
        with self._changed:
            while not (self._closed or self._has_room()):
                self._changed.wait(_FIRST_SECONDS)
            self._running += 1
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until no other runs, and then a while for the machine to be calm."""
        with self._changed:
            while not self._closed and (self._running or self._alone):
                self._changed.wait(_FIRST_SECONDS)
            self._alone = True
            self._running += 1
        try:
            self._wait_for_calm()
            yield
        finally:
            self._alone = False
            self._leave()

    def close(self) -> None:
        """Let all through that wait."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _leave(self) -> None:
        with self._changed:
            self._running -= 1
            self._changed.notify_all()

    def _has_room(self) -> bool:
        if self._alone:
            return False
        return not self._running or self._running < self._allowed()

    def _allowed(self) -> int:
        """How many may run now; 1 until enough has been measured."""
        if self._free.seconds >= (_FIRST_SECONDS if self._now is None else _WINDOW_SECONDS):
            free = self._free.free()
            slack = max(_SLACK_CORES, _SLACK_SHARE * self.most)
            self._now = max(1, min(self.most, int(free + slack)))
            self._say(free)
        return 1 if self._now is None else self._now

    def _say(self, free: float) -> None:
        now, at = self._now, time.monotonic()
        if now is None or now == self._last_told or at - self._told_at < _TELL_SECONDS:
            return
        self._last_told, self._told_at = now, at
        left = f"other programs leave {min(free, self._free.cores):.1f} of {self._free.cores} cores free"
        self._tell(f"From now on, {now} of {self.most} notebooks run at once: {left}.")

    def _wait_for_calm(self) -> None:
        self._free.free()  # what was measured before does not count: our own jobs ran then
        until = time.monotonic() + _CALM_SECONDS
        while not self._closed and time.monotonic() < until:
            with self._changed:
                self._changed.wait(_FIRST_SECONDS)
            if self._free.seconds >= _WINDOW_SECONDS and self._free.free() >= _CALM_CORES:
                return
