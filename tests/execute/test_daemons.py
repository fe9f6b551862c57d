"""Without namespaces and control groups, too, every process of a notebook is dead before its place is used again."""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from grader.execute import single_use
from grader.execute.inside import family, namespaces, seccomp, usage
from grader.execute.local import LocalExecutor
from grader.model.exercise import Limits
from grader.model.job import Job
from grader.model.record import Isolation
from tests.conftest import ROOT
from tests.execute.lighter import Lighter
from tests.execute.test_ordinary_user import folder, python

__all__ = ["folder"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process adopt what others leave behind"),
]

NAME = os.environ.setdefault("LEFT_BEHIND", f"left-{secrets.token_hex(4)}")
"""What daemons are called, so that those of another run of these tests are not taken for ours."""

DAEMON = f"""
import ctypes, os, signal, sys, time
libc = ctypes.CDLL(None)
above = os.getppid()
last = time.monotonic() + 60  # a test that fails must not take the machine with it
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
def move():  # more and more, and each another process all the time
    while time.monotonic() < last and os.fork():
        os._exit(0) if os.fork() else None
    step()
def step():
    while time.monotonic() < last:
        if os.fork():
            os._exit(0)
        time.sleep(0.001)
def flee():  # the same, each in a session of its own
    while time.monotonic() < last:
        if os.fork():
            os._exit(0)
        os.setsid()
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
    "a daemon in another session all the time": "[daemon(flee) for _ in range(6)]",
}  # fmt: skip
FIRST = {"two daemons", "a daemon that is another process all the time", "a daemon in another session all the time"}


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


def survivors(*names: str) -> dict[str, list[str | int]]:
    """Attack -> outcome, and how many daemons live when its place is free again; the last run is an honest one."""
    vars(single_use)["make_group"] = lambda _: None  # as on a machine that gives no control group
    found: dict[str, list[str | int]] = {}
    limits = Limits(cell_seconds=2, notebook_seconds=8)
    with (
        tempfile.TemporaryDirectory() as code,
        LocalExecutor(1, partial(Lighter, Path(code)), Isolation.DEGRADED) as executor,
    ):
        for name in names:
            (record,) = executor.run(
                [
                    Job(
                        cells=("x = 1", DAEMON + ATTACKS[name]),
                        names=("x",),
                        probes=(),
                        files=(),
                        limits=limits,
                        seed=1,
                        environment=(),
                    )
                ]
            )
            found[name] = [record.outcome.value, len(left())]
        (honest,) = executor.run(
            [Job(cells=("x = 2",), names=("x",), probes=(), files=(), limits=Limits(), seed=1, environment=())]
        )
        found["honest"] = [honest.outcome.value, len(left())]
    return found


@cache
def fence() -> tuple[str, ...]:
    """Words before a command that keep what a failing test leaves behind off this machine; none where root is needed."""
    made = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", '"$@"; exit $?', "sh")
    with contextlib.suppress(OSError):
        if subprocess.run([*made, "true"], capture_output=True, check=False).returncode == 0:
            return made
    return ()


def apart(call: str, somebody: bool, folder: Path) -> Any:
    """What a function of this module gives in a process of its own, since some attacks reach what is above them."""
    script = f"""
import json, os, sys
os.environ["LEFT_BEHIND"] = {NAME!r}
sys.path.insert(0, {str(ROOT)!r})
from tests.execute import test_daemons
print(json.dumps(test_daemons.{call}))
"""
    done = python("-c", script, somebody=somebody, fence=() if somebody else fence(), cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def graded(names: Iterable[str], somebody: bool, folder: Path) -> dict[str, list[str | int]]:
    return dict(apart(f"survivors(*{list(names)!r})", somebody, folder))


def ended_too_late() -> tuple[bool, int]:
    """Whether a daemon is ended by who sees each of its processes when it is over, and how many live on."""
    namespaces.adopt_orphans()
    exec(DAEMON + "last -= 45\ndaemon(step)", {})
    look = usage.every_process

    def look_late() -> list[int]:
        found = look()
        time.sleep(0.05)
        return found

    usage.every_process = look_late
    ended = family.end_below(os.getpid(), 20)
    usage.every_process = look
    return ended, len(left())


def strays_ended_too_late() -> tuple[bool, int]:
    """The same where the process above is gone, and the daemon is known by its filter on system calls only."""
    namespaces.adopt_orphans()
    if os.fork() == 0:
        namespaces.forbid_new_privileges()
        seccomp.filter_calls(network=False)
        exec(DAEMON + "last -= 45\ndaemon(step)", {})
        os._exit(0)
    os.wait()
    is_stray = family._is_stray

    def judge_late(*about: Any) -> bool:
        time.sleep(0.05)
        return is_stray(*about)

    family._is_stray = judge_late  # type: ignore[assignment]
    ended = family.end_strays(20)
    return ended, len(left())


def ended_strays() -> tuple[bool, int]:
    """Whether strays that have ended are reaped, and how often the processes of the machine were listed for that."""
    namespaces.adopt_orphans()
    if os.fork() == 0:
        namespaces.forbid_new_privileges()
        seccomp.filter_calls(network=False)
        os.setsid()
        for _ in range(300):
            if os.fork() == 0:
                os._exit(0)
        os._exit(0)
    os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
    looks, look = [0], usage.every_process

    def counted() -> list[int]:
        looks[0] += 1
        return look()

    usage.every_process = counted
    ended = family.end_strays(20)
    usage.every_process = look
    return ended, looks[0]


def check(found: dict[str, list[str | int]]) -> None:
    assert {name: count for name, (_, count) in found.items() if count} == {}
    assert {outcome for outcome, _ in found.values()} <= {"completed", "crashed", "timed_out"}
    assert found["honest"] == ["completed", 0]
    assert left() == []


@pytest.mark.parametrize("how", [ended_too_late, strays_ended_too_late])
def test_who_moves_faster_than_we_look_is_ended_all_the_same(how: Callable[[], object], tmp_path: Path) -> None:
    """As on a busy machine: whoever looks acts on processes that have ended meanwhile, and started others."""
    assert apart(f"{how.__name__}()", False, tmp_path) == [True, 0]


def test_thousands_of_ended_processes_are_reaped_without_a_look_for_each(tmp_path: Path) -> None:
    ended, looks = apart("ended_strays()", False, tmp_path)
    assert ended
    assert looks < 20


@pytest.mark.skipif(os.geteuid() != 0, reason="the other test does the same")
@pytest.mark.parametrize("names", [FIRST, pytest.param(ATTACKS.keys() - FIRST, marks=pytest.mark.long)])
def test_no_daemon_of_roots_is_left(tmp_path: Path, names: Iterable[str]) -> None:
    check(graded(names, False, tmp_path))


@pytest.mark.long
def test_no_daemon_of_an_ordinary_users_is_left(folder: Path) -> None:
    check(graded([*FIRST, "the process above is killed"], True, folder))
