"""Refuses too many requests of one kind, per account and per address. The counts are in the memory of the process."""

import math
import time

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

LIMITS = {
    # A person types a wrong password a few times. A class behind one address signs in within minutes.
    "sign-in account": "10/15 minutes",
    "sign-in address": "300/15 minutes",
    "upload account": "30/10 minutes",
    "upload address": "1200/10 minutes",
    "link address": "300/15 minutes",
    "search account": "60/minute",
    "search address": "600/minute",
    # `grader submit --wait` asks every few seconds. A program with a token that works is counted by its person.
    "program account": "600/10 minutes",
    "token address": "300/15 minutes",
}
"""Action -> how often one account or one address may do it."""


class Rates:
    """Counts requests.

    Args:
        limits: Action -> limit, as in `LIMITS`.
    """

    def __init__(self, limits: dict[str, str] | None = None) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limits = {action: parse(limit) for action, limit in (limits or LIMITS).items()}

    def allow(self, action: str, who: str) -> bool:
        """Count one request; returns whether it is within the limit.

        Args:
            action: A key of the limits.
            who: The account or the address.
        """
        return self._limiter.hit(self._limits[action], action, who)

    def seconds_left(self, action: str, who: str) -> int:
        """Seconds until a request is allowed again, at least 1."""
        stats = self._limiter.get_window_stats(self._limits[action], action, who)
        return max(1, math.ceil(stats.reset_time - time.time()))
