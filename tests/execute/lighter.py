"""Single-use processes that begin without TensorFlow: importing it takes longer than most of what they are tried with."""

import re
import shutil
from pathlib import Path

import pytest

from grader.execute import single_use
from grader.execute.single_use import SingleUse


class Lighter(SingleUse):
    """As `SingleUse`, but a process imports NumPy only before its notebook begins.

    Args:
        folder: An empty folder, for the code of the process.
        name: As for `SingleUse`.
    """

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(
            f"{name}-lighter"
        )  # control groups have this name, also those of other executors in this process
        self._inside = folder / "inside"
        shutil.copytree(single_use._INSIDE, self._inside, ignore=shutil.ignore_patterns("__pycache__"))
        path = self._inside / "preloading.py"
        code, count = re.subn(r"^ALL = \(.*\)$", 'ALL = ("numpy",)', path.read_text(), flags=re.MULTILINE)
        assert count == 1
        path.write_text(code)

    def _prepare(self) -> single_use._Prepared:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(single_use, "_INSIDE", self._inside)
            return super()._prepare()
