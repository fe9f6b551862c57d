"""The limits on time of one run: what counts, and whose fault it is where a run does not come to its end.

A limit counts processor time of all processes of the run, so it is the same on every machine. Time in which all of
them sleep or wait has a limit of its own, a generous one. Time in which a process is ready and the machine has no
processor for it counts for neither: only where that goes on for very long the run is ended, and the machine was short.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from grader.model.exercise import Limits

LOOK_SECONDS = 0.25
"""How long to wait for the run before the next look at what it uses."""

_SLACK_SECONDS = 0.1  # a look that is a little late still counts in full
_REST_FACTOR, _REST_SECONDS = 2.0, 5.0
_CEILING_FACTOR, _LEAST_CEILING = 10.0, 60.0  # see "Limits count what a run uses" in docs/design/house.md
_FULL_SHARE = 0.25  # of one processor: with less than that to spare, a ready process may have to wait


@dataclass(frozen=True, slots=True)
class Used:
    """What all processes of a run have used so far, in seconds: of processors, and of time at rest."""

    processor: float = 0.0
    rest: float = 0.0


class Oversight(Protocol):
    """What is known of a run that it does not tell itself, and a way to interrupt it."""

    def used(self) -> Used:
        """What it has used so far; never less than before."""

    def spare(self) -> float:
        """Seconds in which a processor that it may use had nothing to do, of all such processors, so far."""

    def ring(self) -> None:
        """Have its cell interrupted."""


class Why(Enum):
    """Which limit a run has reached."""

    PROCESSOR = auto()
    REST = auto()
    CEILING = auto()
    STARVED = auto()
    """The ceiling, on a machine that had nothing to spare."""


def rest_limit(seconds: float) -> float:
    """Compute how long a run may sleep and wait if it may use a processor for so many seconds."""
    return _REST_FACTOR * seconds + _REST_SECONDS


def ceiling(seconds: float) -> float:
    """Compute how long a run may take in all, whatever the machine does, if it may use a processor for `seconds`."""
    return max(_LEAST_CEILING, _CEILING_FACTOR * seconds)


def longest(limits: Limits, probes: int) -> float:
    """Compute the seconds that a run may take from its first cell to its last call, on however busy a machine.

    Args:
        limits: Its limits.
        probes: Its number of calls.
    """
    return ceiling(limits.notebook_seconds) + probes * ceiling(limits.probe_seconds)


class Clock:
    """Looks at what a run uses; time in which nobody looks is held against no run.

    Args:
        oversight: Of the run.
        now: Gives seconds; only differences count.
    """

    def __init__(self, oversight: Oversight, now: Callable[[], float] = time.monotonic) -> None:
        self._oversight, self._time = oversight, now
        self._looked = now()
        self._last = oversight.used()
        self.processor = self.rest = self.passed = 0.0

    @property
    def due(self) -> bool:
        """Whether it is time for another look."""
        return self._time() - self._looked >= LOOK_SECONDS

    def look(self) -> None:
        """Take down what the run has used, and how long we have listened to it."""
        now, used = self._time(), self._oversight.used()
        listened = min(now - self._looked, LOOK_SECONDS + _SLACK_SECONDS)
        self.processor += used.processor - self._last.processor
        self.rest += min(used.rest - self._last.rest, listened)
        self.passed += listened
        self._looked, self._last = now, used

    def span(self, seconds: float) -> "Span":
        """Begin to count for a limit."""
        self.look()
        return Span(
            clock=self,
            seconds=seconds,
            processor=self.processor,
            rest=self.rest,
            passed=self.passed,
            spare=self._oversight.spare(),
        )

    def spare(self) -> float:
        """See `Oversight`."""
        return self._oversight.spare()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part of a run with a limit of its own: a cell, all cells, one call.

    Attributes:
        clock: The clock, which goes on counting.
        seconds: The limit.
        processor, rest, passed, spare: The counts of the clock when the span began, in seconds.
    """

    clock: Clock
    seconds: float
    processor: float
    rest: float
    passed: float
    spare: float

    def over(self, grace: float = 0.0) -> Why | None:
        """Find the limit that has been reached; None while there is time left.

        Args:
            grace: Seconds that are added to each limit.
        """
        if self.clock.processor - self.processor > self.seconds + grace:
            return Why.PROCESSOR
        if self.clock.rest - self.rest > rest_limit(self.seconds) + grace:
            return Why.REST
        passed = self.clock.passed - self.passed
        if passed <= ceiling(self.seconds) + grace:
            return None
        return Why.STARVED if self.clock.spare() - self.spare < _FULL_SHARE * passed else Why.CEILING

    @property
    def own_seconds(self) -> float:
        """Seconds in which it ran or slept; not those in which it waited for the machine."""
        return self.clock.processor - self.processor + self.clock.rest - self.rest
