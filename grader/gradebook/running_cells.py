"""Which cell of a notebook runs now: a small file for each run, which the portal reads while a job is running."""

import contextlib
from pathlib import Path

from grader.storage import atomic

_FOLDER = "running-cells"


class RunningCells:
    """The runs of one exercise that last for a while.

    Args:
        results: The folder of its results.
    """

    def __init__(self, results: Path) -> None:
        self._folder = results / _FOLDER
        self._noted: set[str] = set()

    def note(self, key: str, cell: int, cells: int) -> None:
        """Note the cell that runs. A disk that is full must not end the run.

        Args:
            key: Key of the run.
            cell: Number of the code cell, from 1.
            cells: Number of code cells.
        """
        self._noted.add(key)
        with contextlib.suppress(OSError):
            atomic.write(self._folder / key, f"{cell} {cells}".encode(), lasting=False)

    def read(self, key: str) -> tuple[int, int] | None:
        """The cell that runs and the number of cells; None if that is not known."""
        try:
            cell, cells = (self._folder / key).read_text().split()
            return int(cell), int(cells)
        except (OSError, ValueError):
            return None

    def forget(self) -> None:
        """Remove what this object has noted."""
        for key in self._noted:
            (self._folder / key).unlink(missing_ok=True)
        self._noted.clear()
