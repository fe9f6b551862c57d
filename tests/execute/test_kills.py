"""Whatever is killed, and whenever: nothing stays behind, and nothing that was done is lost."""

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.execute import isolation
from grader.model.record import Isolation
from tests.conftest import NO_SANDBOX, ROOT, notebook, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(isolation.available() is not Isolation.SANDBOX, reason=NO_SANDBOX),
]

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    (tmp_path / "course" / "exercises").mkdir(parents=True)
    (tmp_path / "course" / "solutions").mkdir()
    made = Course(tmp_path / "course")
    create_exercise(made, "tiny")
    return made


@pytest.fixture
def submissions(tmp_path: Path) -> Path:
    folder = tmp_path / "submissions"
    folder.mkdir()
    for number in range(6):
        cell = f"import time, os\nif os.fork() == 0:\n    os.setsid(); time.sleep(600)\ntime.sleep({0.3 if number < 2 else 3})\nx = {number}"
        (folder / f"student-{number}.ipynb").write_bytes(notebook(cell))
    return folder


@pytest.fixture
def start(course: Course, submissions: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts `grader grade` in a process of its own, with so many workers."""
    started: list[subprocess.Popen[str]] = []

    def begin(jobs: int = 2) -> subprocess.Popen[str]:
        words = [
            "grade",
            "tiny",
            str(submissions),
            "--results",
            str(tmp_path / "out"),
            "--course",
            str(course.root),
            "--jobs",
            str(jobs),
        ]
        command = [sys.executable, "-m", "grader", *words]
        started.append(subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def family(pid: int) -> dict[int, str]:
    """All descendants of a process: pid -> (start time, command)."""
    parents: dict[int, tuple[int, str]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = (int(fields[1]), fields[19])
    found: dict[int, str] = {}
    frontier = {pid}
    while frontier:
        frontier = {child for child, (parent, _) in parents.items() if parent in frontier}
        found |= {child: parents[child][1] for child in frontier}
    return found


def alive(processes: dict[int, str]) -> set[int]:
    now = {}
    for pid in processes:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            now[pid] = fields[19]
    return {pid for pid, began in now.items() if processes[pid] == began}


def mounts() -> set[str]:
    """All that is mounted on this machine; what a sandbox mounts is to be seen inside it only."""
    return set(Path("/proc/self/mounts").read_text().splitlines())


def records(out: Path) -> int:
    return len(list((out / "records").rglob("*.json.gz")))


def test_a_killed_grader_leaves_no_process_and_no_mount_and_loses_nothing(start: Start, tmp_path: Path) -> None:
    mounted = mounts()
    first = start()
    assert wait_until(lambda: records(tmp_path / "out") >= 2)
    processes = family(first.pid)
    assert len(processes) >= 5, "what marks, the sandbox, and what runs in it"
    first.send_signal(signal.SIGKILL)
    assert wait_until(lambda: not alive(processes), 20), alive(processes)
    assert mounts() <= mounted
    done = records(tmp_path / "out")
    second = start(1)
    assert second.wait(120) == 0
    assert records(tmp_path / "out") == 6
    assert done >= 2
    assert len((tmp_path / "out" / "grades.csv").read_text().splitlines()) == 7


def test_an_interrupted_grader_stops_cleanly(start: Start, tmp_path: Path) -> None:
    process = start(1)
    assert wait_until(lambda: records(tmp_path / "out") >= 1)
    processes = family(process.pid)
    process.send_signal(signal.SIGINT)
    _, messages = process.communicate(timeout=30)
    assert "continues from there" in messages
    assert "Traceback" not in messages
    assert wait_until(lambda: not alive(processes), 20)
    assert (tmp_path / "out" / "index.html").exists()


@pytest.mark.parametrize(
    "depth", [*(pytest.param(depth, marks=pytest.mark.long) for depth in ("sandbox", "server")), "first process"]
)
def test_a_killed_helper_costs_a_retry_and_no_mark(start: Start, tmp_path: Path, depth: str) -> None:
    mounted = mounts()
    process = start()
    assert wait_until(lambda: records(tmp_path / "out") >= 2)
    lost = victim(process.pid, depth)
    processes = {lost: family(process.pid)[lost], **family(lost)}
    os.kill(lost, signal.SIGKILL)
    assert wait_until(lambda: not alive(processes), 20), alive(processes)
    assert process.wait(120) == 0
    assert mounts() <= mounted
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    outcomes = [row["outcome"] for row in rows]
    expected = {"completed"} if depth != "first process" else {"completed", "crashed"}
    assert set(outcomes) <= expected
    assert len(rows) == 6


def victim(grader: int, depth: str) -> int:
    """A process of one worker: the outermost bwrap, the server, or the first process of a submission."""
    processes = sorted(family(grader))
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in processes if Path(f"/proc/{pid}").exists()}
    if depth == "sandbox":
        return next(pid for pid, command in commands.items() if command.startswith(b"/usr/bin/bwrap"))
    pythons = [pid for pid, command in commands.items() if b"inside.server" in command and b"bwrap" not in command]
    return pythons[0] if depth == "server" else min(pid for pid in family(pythons[0]))
