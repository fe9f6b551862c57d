"""Extends a grader's claim on jobs, in a process of its own: the grader forks while it marks, and so has no threads."""

import contextlib
import multiprocessing
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from grader.errors import GradebookError
from grader.gradebook.checks import extend_claims_on_checks
from grader.gradebook.database import Database
from grader.gradebook.graders import note_alive
from grader.gradebook.queue import extend_claims
from grader.gradebook.tasks import extend_claims_on_tasks
from grader.pipeline.marking import now

LEASE_SECONDS = 15.0
"""How long a claim lasts; so long the jobs of a killed grader wait at most."""
_BEAT_SECONDS = 4.0


@contextlib.contextmanager
def heartbeat(database: str | Path, grader: str) -> Iterator[None]:
    """Extend the claims of a grader from time to time until the block ends, or the grader's process does.

    Args:
        database: Address of the database, or the path of its file.
        grader: Name under which the grader claims jobs.
    """
    process = multiprocessing.get_context("spawn").Process(
        target=_beat, args=(database, grader, os.getpid()), daemon=True
    )
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _beat(place: str | Path, grader: str, parent: int) -> None:
    database = Database(place)
    while os.getppid() == parent:
        with contextlib.suppress(GradebookError):  # the next beat tries again
            until = now() + timedelta(seconds=LEASE_SECONDS)
            extend_claims(database, grader, until)
            extend_claims_on_tasks(database, grader, until)
            extend_claims_on_checks(database, grader, until)
            note_alive(database, grader, now())
        time.sleep(_BEAT_SECONDS)
