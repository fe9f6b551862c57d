"""What processes use is read from outside, with all that they start, also what has ended."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from grader.execute.inside.usage import Usage, descendants

BURN = "import time\nend = time.process_time() + {seconds}\nwhile time.process_time() < end: pass\n"
WAYS = {
    "itself": BURN.format(seconds=1),
    "a thread": f"import threading\ndef burn():\n    {BURN.format(seconds=1).replace(chr(10), chr(10) + '    ')}\n"
    "thread = threading.Thread(target=burn); thread.start(); thread.join()",
    "a child that is waited for": "import os\nif os.fork() == 0:\n    "
    + BURN.format(seconds=1).replace("\n", "\n    ")
    + "\n    os._exit(0)\nos.wait()",
    "a child that nobody waits for": "import os, signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nif os.fork() == 0:\n    "
    + BURN.format(seconds=1).replace("\n", "\n    ")
    + "\n    os._exit(0)\ntime.sleep(0.1)",
}

Start = Callable[[str], subprocess.Popen[bytes]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts Python, and ends it after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(code: str) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", code + "\ninput()"], stdin=subprocess.PIPE))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("way", WAYS)
def test_processor_time_counts_whoever_used_it(start: Start, way: str) -> None:
    process = start(WAYS[way])
    usage = Usage(lambda: descendants(process.pid), 0.1)
    used, end = 0.0, time.monotonic() + 30
    while used < 0.8 and time.monotonic() < end:
        time.sleep(0.05)
        before, (used, _) = used, usage.look()
        assert used >= before
    time.sleep(0.5)
    assert 0.8 <= usage.look()[0] < 2


def test_what_a_process_used_is_kept_after_its_end(start: Start) -> None:
    process = start(WAYS["itself"])
    usage = Usage(lambda: descendants(process.pid), 0.1)
    end = time.monotonic() + 30
    while usage.look()[0] < 0.8 and time.monotonic() < end:
        time.sleep(0.05)
    process.communicate()
    assert 0.8 <= usage.look()[0] < 2


def test_sleep_is_rest_and_waiting_for_a_processor_is_not(start: Start) -> None:
    sleeping, burning = start("import time; time.sleep(60)"), start(BURN.format(seconds=60))
    others = [start(BURN.format(seconds=60)) for _ in range(2 * len(os.sched_getaffinity(0)))]
    time.sleep(1)
    rests = [Usage(lambda pid=process.pid: [pid], 0.1) for process in (sleeping, burning)]  # type: ignore[misc]
    begin = time.monotonic()
    for _ in range(20):
        time.sleep(0.1)
        found = [usage.look() for usage in rests]
    passed = time.monotonic() - begin
    assert found[0][1] > 1.5
    assert found[1][1] < 0.3
    assert found[1][0] < passed
    assert all(process.poll() is None for process in others)


def test_rest_beyond_the_planned_pause_is_not_counted(start: Start) -> None:
    process = start("import time; time.sleep(60)")
    time.sleep(1)
    usage = Usage(lambda: [process.pid], 0.1)
    time.sleep(1.5)  # whoever looks got no processor itself
    assert usage.look()[1] <= 0.16
