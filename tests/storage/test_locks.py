"""A folder is held by one process at a time, and by none that has ended."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.storage import locks

HOLDS = """
import sys, time, pathlib
from grader.storage import locks
with locks.holding(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
    print("done", flush=True)
"""


def holder(folder: Path, seconds: float) -> subprocess.Popen[str]:
    """A process that holds the folder from now on."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(folder), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_waits_until_the_first_lets_go(tmp_path: Path) -> None:
    folder = tmp_path / "results" / "ada"
    with holder(folder, 0.5) as first, locks.holding(folder):
        assert first.stdout is not None
        assert first.stdout.readline() == "done\n"
    assert list(folder.iterdir()) == []


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    with holder(tmp_path, 600) as first:
        os.kill(first.pid, signal.SIGKILL)
        begin = time.monotonic()
        with locks.holding(tmp_path):
            assert time.monotonic() - begin < 60


def test_another_folder_and_files_in_a_held_one_stay_free(tmp_path: Path) -> None:
    with locks.holding(tmp_path), locks.holding(tmp_path / "ada"):
        (tmp_path / "grades.csv").write_text("free")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["ada", "grades.csv"]


def test_an_exception_lets_go(tmp_path: Path) -> None:
    with pytest.raises(KeyError), locks.holding(tmp_path):
        raise KeyError
    with locks.holding(tmp_path):
        pass
