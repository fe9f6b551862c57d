"""Which cell of a notebook runs now, for those who want to show it. It changes no run and no record.

Runs are held by threads of this process, several at a time, so listeners are called from these threads. Notebooks that
run on other machines are not reported.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import TypeAlias

from grader.model.job import Job

Listener: TypeAlias = Callable[[str, int, int], None]
"""Gets the key of a job, the number of the code cell that runs, from 1, and the number of code cells."""

_listeners: list[Listener] = []


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Call a listener for each cell that runs for a while, until the block ends."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


class CellProgress:
    """Reports the cells of one run.

    Args:
        job: What runs.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._key = ""
        self._last = -1

    def report(self, cell: int) -> None:
        """Report the cell that runs now, from 0; a cell that was reported before is not reported again."""
        if cell <= self._last or not _listeners:
            return
        self._last = cell
        self._key = self._key or self._job.key  # a digest of all cells and files
        for listener in tuple(_listeners):
            listener(self._key, cell + 1, len(self._job.cells))
