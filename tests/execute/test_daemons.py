"""Without namespaces and control groups, too, every process of a notebook is dead before its place is used again."""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from grader.execute import single_use
from grader.execute.local import LocalExecutor
from grader.execute.single_use import SingleUse
from grader.model.exercise import Limits
from grader.model.job import Job
from grader.model.record import Isolation
from tests.conftest import ROOT
from tests.execute.test_ordinary_user import folder, python

__all__ = ["folder"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process adopt what others leave behind"),
]

NAME = "left-behind"
DAEMON = f"""
import ctypes, os, signal, sys, time
libc = ctypes.CDLL(None)
above = os.getppid()
def daemon(then):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.setsid()
            libc.prctl(15, b"{NAME}", 0, 0, 0)
            libc.prctl(1, 0, 0, 0, 0)
            signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
            then()
        os._exit(0)
    os.wait()
def rest():
    time.sleep(600)
def move():  # a new process all the time
    while os.fork():
        os._exit(0) if os.fork() else None
    while True:
        if os.fork():
            os._exit(0)
        time.sleep(0.001)
def adopt():
    libc.prctl(36, 1, 0, 0, 0)
    daemon(rest)
    rest()
def without_first_thread():
    import threading
    threading.Thread(target=rest).start()
    libc.pthread_exit(None)
def copies():
    for _ in range(30):
        os.fork()
        time.sleep(0.01)
        if os.getpid() % 3 == 0:
            rest()
    rest()
def keep_stopped():
    while True:
        os.kill(above, signal.SIGSTOP)
"""
ATTACKS: dict[str, str] = {
    "two daemons": "daemon(rest)\ndaemon(rest)",
    "a daemon below a daemon": "daemon(lambda: (daemon(rest), rest()))",
    "a daemon that adopts others": "daemon(adopt)",
    "a daemon that is another process all the time": "daemon(move)",
    "a daemon without a first thread": "daemon(without_first_thread)",
    "many": "[daemon(rest) for _ in range(40)]",
    "a daemon that stops the process above": "daemon(keep_stopped)",
    "the process above is stopped": "daemon(rest)\nos.kill(above, signal.SIGSTOP)",
    "the process above is killed": "daemon(rest)\ndaemon(move)\nos.kill(above, signal.SIGKILL)\ntime.sleep(5)",
    "a crash": "daemon(rest)\nctypes.string_at(0)",
    "a cell that never ends": "daemon(rest)\nwhile True: pass",
    "its own group is killed": "daemon(rest)\nos.killpg(0, signal.SIGKILL)",
}  # fmt: skip


def left() -> list[int]:
    """The daemons that live."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _is_left(entry):
            found.append(int(entry.name))
    return found


def _is_left(entry: Path) -> bool:
    try:
        return (entry / "comm").read_text().strip() == NAME and "State:\tZ" not in (entry / "status").read_text()
    except OSError:
        return False


def survivors(*names: str) -> dict[str, tuple[str, int]]:
    """Attack -> outcome, and how many daemons live when its place is free again; the last run is an honest one."""
    single_use.make_group = lambda _: None  # as on a machine that gives no control group
    found: dict[str, tuple[str, int]] = {}
    limits = Limits(cell_seconds=2, notebook_seconds=8)
    with LocalExecutor(1, SingleUse, Isolation.DEGRADED) as executor:
        for name in names:
            (record,) = executor.run([Job(("x = 1", DAEMON + ATTACKS[name]), ("x",), (), (), limits, 1, ())])
            found[name] = record.outcome.value, len(left())
        (honest,) = executor.run([Job(("x = 2",), ("x",), (), (), Limits(), 1, ())])
        found["honest"] = honest.outcome.value, len(left())
    return found


def graded(names: Iterable[str], somebody: bool, folder: Path) -> dict[str, tuple[str, int]]:
    """The same in a process of its own, since some attacks reach what is above them."""
    script = f"import sys, json; sys.path.insert(0, {str(ROOT)!r}); from tests.execute.test_daemons import survivors;"
    done = python("-c", f"{script} print(json.dumps(survivors(*{list(names)!r})))", somebody=somebody, cwd=folder)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def check(found: dict[str, tuple[str, int]]) -> None:
    assert {name: count for name, (_, count) in found.items() if count} == {}
    assert {outcome for outcome, _ in found.values()} <= {"completed", "crashed", "timed_out"}
    assert found["honest"] == ["completed", 0]
    assert left() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="the other test does the same")
def test_no_daemon_of_roots_is_left(tmp_path: Path) -> None:
    check(graded(ATTACKS, False, tmp_path))


def test_no_daemon_of_an_ordinary_users_is_left(folder: Path) -> None:
    check(
        graded(
            ["two daemons", "a daemon that is another process all the time", "the process above is killed"],
            True,
            folder,
        )
    )
