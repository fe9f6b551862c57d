"""A process that may be lost: limits on time and memory, and what a call finds after one was lost."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.errors import InputError
from grader.execute.inside.usage import is_alive
from grader.pipeline.limited_process import LimitedProcess, LostError

_calls: list[str] = []


def remember(text: str) -> list[str]:
    """What this process was told so far."""
    _calls.append(text)
    return _calls


def spin() -> None:
    """Never ends."""
    while True:
        pass


def spin_in_native_code() -> None:
    """Looks at no signal for hours."""
    sum(range(10**15))


def take_memory() -> int:
    """Takes more than there is."""
    return len(b"x" * 2**40)


def grow() -> None:
    """Takes more and more, and catches nothing."""
    kept = []
    while True:
        kept.append(bytearray(2**24))


def refuse() -> None:
    """Fails as an author or the machine makes it fail."""
    raise InputError("exercise.toml: points is -1")


def leave() -> None:
    """Ends the process, as a fault in native code does."""
    os.kill(os.getpid(), signal.SIGSEGV)


def stumble() -> float:
    """Fails as a fault of the grader does."""
    return 1 / len(_calls[:0])


def own_number() -> int:
    """The number of the process that answers."""
    return os.getpid()


def descriptors() -> list[str]:
    """What the process has open."""
    return sorted(os.listdir("/proc/self/fd"))


@pytest.fixture
def process() -> Iterator[LimitedProcess]:
    """A process with 256 MiB."""
    tasks = (remember, spin, spin_in_native_code, take_memory, grow, refuse, leave, stumble, own_number, descriptors)
    made = LimitedProcess({task.__name__: task for task in tasks}, memory_mb=256)
    yield made
    made.close()


def test_what_one_call_leaves_is_there_for_the_next(process: LimitedProcess) -> None:
    assert process.call("remember", "a", seconds=5) == ["a"]
    assert process.call("remember", "b", seconds=5) == ["a", "b"]
    assert _calls == []


@pytest.mark.parametrize("task", ["spin", "spin_in_native_code", "grow", "take_memory", "leave"])
def test_a_lost_process_costs_its_own_call_only(process: LimitedProcess, task: str) -> None:
    process.call("remember", "a", seconds=5)
    with pytest.raises((LostError, MemoryError)):
        process.call(task, seconds=1)
    assert process.call("remember", "b", seconds=5) in (["b"], ["a", "b"])


@pytest.mark.parametrize(
    ("task", "end"),
    [
        ("spin", "more than 1 s or 256 MiB, or a crash (ended by SIGXCPU)"),
        ("leave", "more than 1 s or 256 MiB, or a crash (ended by SIGSEGV)"),
        ("stumble", "ZeroDivisionError: division by zero, test_limited_process.py, line LINE"),
    ],
)
def test_the_error_says_how_the_process_was_lost(process: LimitedProcess, task: str, end: str) -> None:
    with pytest.raises(LostError) as lost:
        process.call(task, seconds=1)
    assert re.sub(r"\bline \d+$", "line LINE", str(lost.value)) == end
    assert process.call("remember", "b", seconds=5) == ["b"]


def test_the_limit_on_time_is_one_for_each_call(process: LimitedProcess) -> None:
    begin = time.process_time()
    first = process.call("own_number", seconds=1)
    for _ in range(3):
        assert process.call("own_number", seconds=1) == first
    assert time.process_time() - begin < 5


def test_what_an_author_has_to_mend_is_raised_as_it_is(process: LimitedProcess) -> None:
    with pytest.raises(InputError, match=r"exercise\.toml: points is -1"):
        process.call("refuse", seconds=5)
    assert process.call("remember", "a", seconds=5) == ["a"]


def test_an_answer_that_was_not_waited_for_is_never_the_next_one(
    process: LimitedProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    assert process._connection is not None
    monkeypatch.setattr(type(process._connection), "recv", lambda _: interrupted())
    with pytest.raises(KeyboardInterrupt):
        process.call("remember", "late", seconds=5)
    monkeypatch.undo()
    assert process.call("own_number", seconds=5) != os.getpid()
    assert "late" not in process.call("remember", "next", seconds=5)


def test_whoever_ends_both_processes_costs_a_call(process: LimitedProcess) -> None:
    os.kill(process._keeper, signal.SIGKILL)
    os.kill(process.call("own_number", seconds=5), signal.SIGKILL)
    with pytest.raises(LostError):
        process.call("own_number", seconds=5)
    assert process.call("own_number", seconds=5)


def test_nothing_that_the_grader_has_open_is_open_there(tmp_path: Path) -> None:
    with (tmp_path / "database").open("w"):
        other = LimitedProcess({"descriptors": descriptors})
        found = other.call("descriptors", seconds=5)
        other.close()
    assert len(found) <= 5, "standard input, output and errors, the way to the grader, and the folder that was listed"


def test_no_process_outlives_the_grader() -> None:
    script = (
        "import os, sys; sys.path.insert(0, 'tests'); from test_limited_process import *;"
        "made = LimitedProcess({'own_number': own_number});"
        "print(made._keeper, made.call('own_number', seconds=5), flush=True); os.kill(os.getpid(), 9)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=Path(__file__).parents[1]
    )
    numbers = ended.stdout.split()
    assert len(numbers) == 2, ended.stderr
    for _ in range(100):
        if not any(is_alive(int(number)) for number in numbers):
            return
        time.sleep(0.1)
    pytest.fail("a process is still there")
