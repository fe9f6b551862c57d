"""Refuses too many requests of one kind, per account and per address."""

import math
import time
from collections.abc import Mapping
from datetime import timedelta

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from grader.model.portal_settings import WebSettings
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now

LIMITS = {
    # A person types a wrong password a few times. A class behind one address signs in within minutes.
    "sign-in account": "10/15 minutes",
    "sign-in address": "300/15 minutes",
    "upload account": "30/10 minutes",
    "upload address": "1200/10 minutes",
    # A check runs a notebook, which may train for minutes.
    "check account": "20/hour",
    "message account": "30/10 minutes",
    "own-work account": "60/10 minutes",
    "practice account": "600/10 minutes",
    "practice day": "1000/day",  # each card that the busiest student answers is drawn and stored for all
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
        shared: The course whose database has the counts of all web processes; None to count in the memory of this one.
    """

    def __init__(self, limits: Mapping[str, str] = LIMITS, shared: CourseSite | None = None) -> None:
        self._shared = shared
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._limits = {action: parse(limit) for action, limit in limits.items()}

    def allow(self, action: str, who: str) -> bool:
        """Count one request; returns whether it is within the limit.

        Args:
            action: A key of the limits.
            who: The account or the address.
        """
        limit = self._limits[action]
        if self._shared is None:
            return self._own.hit(limit, action, who)
        return self._shared.hits.add(action, who, limit.amount, _period(limit), now())

    def seconds_left(self, action: str, who: str) -> int:
        """Seconds until a request is allowed again, at least 1."""
        if self._shared is None:
            left = self._own.get_window_stats(self._limits[action], action, who).reset_time - time.time()
        else:
            left = self._shared.hits.time_left(action, who, now()).total_seconds()
        return max(1, math.ceil(left))


def rates_of(site: CourseSite, web: WebSettings) -> Rates:
    """The counts of a portal: in memory if this is its only web process.

    Several processes share the database, and so may portals on several machines if it is on a server. If one process
    uses a file, no other serves the portal, and a write for each request would take the lock that graders need.
    """
    is_alone = site.database.is_a_file and web.processes == 1
    return Rates(shared=None if is_alone else site)


def _period(limit: RateLimitItem) -> timedelta:
    return timedelta(seconds=limit.get_expiry())
