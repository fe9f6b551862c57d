"""Grading as an ordinary user: the same sandbox and the same marks, with nothing that only root may do."""

import csv
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.execute.inside.usage import is_alive
from tests.conftest import ROOT, case_notebooks, wait_until

pytestmark = pytest.mark.slow

SOMEBODY = 54_321  # a user that nobody is, so that what it left can be told
EXERCISE = "conv-arithmetic"
HOSTILE = (
    "import os\n"
    "seen = sorted(os.listdir('/'))\n"
    "for _ in range(2000):\n"
    "    if os.fork() == 0:\n"
    "        os.setsid()\n"
    "        while True: pass\n"
)


# In a namespace of its own: a private folder on the way to Python is covered by one that shows nothing but Python.
OPENED = """
set -e
mount --bind "$1" /mnt
mount -t tmpfs -o mode=755 none "$2"
mkdir -p "$1"
mount --bind /mnt "$1"
shift 2
exec setpriv --reuid "$0" --regid "$0" --clear-groups "$@"
"""


def python(
    *words: str | Path, somebody: bool, fence: Sequence[str] = (), **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run this Python as the user that we are, or as somebody without any rights; `fence`: words before the command."""
    home = {"PATH": os.environ["PATH"], "HOME": str(options.get("cwd", "/"))}
    command = [*fence, sys.executable, *words]
    who: dict[str, Any] = {}
    if somebody and (private := next(filter(_is_private, reversed(Path(sys.base_prefix).parents)), None)):
        command = ["unshare", "--mount", "sh", "-c", OPENED, str(SOMEBODY), sys.base_prefix, str(private), *command]
    elif somebody:
        who = {"user": SOMEBODY, "group": SOMEBODY, "extra_groups": []}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=home, **who, **options)


def _is_private(folder: Path) -> bool:
    return not folder.stat().st_mode & stat.S_IXOTH


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of somebody's own, where every user can go; skips where it cannot be had."""
    if os.geteuid() != 0:
        pytest.skip("all tests run as an ordinary user here")
    made = Path(tempfile.mkdtemp(dir="/tmp"))
    os.chown(made, SOMEBODY, SOMEBODY)
    try:
        if python("-c", "import grader.cli", somebody=True, cwd=made).returncode:
            pytest.skip("an ordinary user cannot read this Python or this folder")
        yield made
    except PermissionError:
        pytest.skip("an ordinary user cannot run this Python")
    finally:
        shutil.rmtree(made)


def graded(submissions: Path, out: Path, somebody: bool) -> dict[str, tuple[float, str]]:
    """Student -> points and isolation."""
    words = ("-m", "grader", "grade", "conv-arithmetic", submissions, "--course", ROOT, "--results", out, "--jobs", "1")
    done = python(*words, somebody=somebody, cwd=out.parent)
    assert done.returncode == 0, done.stderr
    with (out / "grades.csv").open(encoding="utf-8", newline="") as table:
        return {row["student"]: (float(row["points"]), row["isolation"]) for row in csv.DictReader(table)}


def test_an_ordinary_user_gets_the_same_marks_in_the_same_sandbox(folder: Path, tmp_path: Path) -> None:
    (folder / "class").mkdir()
    for name in case_notebooks(EXERCISE).keys() - {"endless-loop"}:
        (folder / "class" / f"{name}.ipynb").write_bytes(case_notebooks(EXERCISE)[name])
    marks = graded(folder / "class", folder / "out", somebody=True)
    assert {isolation for _, isolation in marks.values()} == {"sandbox"}
    assert marks == graded(folder / "class", tmp_path / "out", somebody=False)


@pytest.mark.long
def test_nothing_of_a_hostile_notebook_is_left_where_an_ordinary_user_graded_it(folder: Path) -> None:
    (folder / "class").mkdir()
    notebook = json.loads(case_notebooks(EXERCISE)["blank"])
    notebook["cells"].append(
        {"cell_type": "code", "source": HOSTILE, "metadata": {}, "outputs": [], "execution_count": 0}
    )
    (folder / "class" / "hostile.ipynb").write_text(json.dumps(notebook))
    (folder / "class" / "honest.ipynb").write_bytes(case_notebooks(EXERCISE)["full-marks"])
    marks = graded(folder / "class", folder / "out", somebody=True)
    assert marks["honest"][0] > marks["hostile"][0] == 0
    assert wait_until(lambda: not left(), 60), left()  # a busy machine ends them late


def left() -> list[Path]:
    """Processes of this user that have not ended: one that has waits for whoever adopted it to ask how it ended."""
    processes = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit() and _owner(entry) == SOMEBODY]
    return [entry for entry in processes if is_alive(int(entry.name))]


def _owner(process: Path) -> int:
    try:
        return process.stat().st_uid
    except FileNotFoundError:  # it ended meanwhile
        return -1
