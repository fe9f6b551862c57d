"""Cells that reach their limit: interrupted if Python lets us, ended if not; each time by the limit that was reached."""

from collections.abc import Iterator

import pytest

from grader.execute import cgroups, conversation, single_use
from grader.execute.fork_server import ForkServer
from grader.execute.local import LocalExecutor
from grader.execute.single_use import SingleUse
from grader.model.job import Probe
from grader.model.record import AnswerState, Isolation, Outcome, ProbeState, Record
from tests.conftest import Run, runner

pytestmark = pytest.mark.slow

KERAS = (
    "import keras, numpy as np\nmodel = keras.Sequential([keras.Input((64,)), keras.layers.Dense(64), keras.layers.Dense(1)])\n"
    "model.compile('adam', 'mse')\nimages = np.zeros((2000, 64)); labels = np.zeros(2000)\n"
)

INTERRUPTED = {
    "a loop": "while True: pass",
    "asleep": "import time; time.sleep(1000)",
    "a read that never ends": "import os; os.read(os.pipe()[0], 1)",
    "a lock": "import threading; lock = threading.Lock(); lock.acquire(); lock.acquire()",
    "a program that computes": "import subprocess; subprocess.run(['sh', '-c', 'while :; do :; done'])",
    "a fork that computes": "import os\npid = os.fork()\nif pid == 0:\n    while True: pass\nos.waitpid(pid, 0)",
    "a search that explodes": "import re; re.match(r'(a|a)*$', 'a' * 60 + 'b')",
    "exceptions that are dropped": (
        "class Slow:\n    def __del__(self):\n        for _ in range(3_000_000): pass\n"
        "while True:\n    Slow()\n    for _ in range(3_000_000): pass"
    ),
    "a loop that awaits": "import asyncio\nwhile True: await asyncio.sleep(0)",
    "another handler of alarms": (
        "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN); signal.setitimer(signal.ITIMER_REAL, 0)\nwhile True: pass"
    ),
    "an error that takes long to show": (
        "class Odd(BaseException):\n    def __str__(self):\n        for _ in range(30_000_000): pass\n        return 'odd'\n"
        "try:\n    while True: pass\nexcept BaseException as error:\n    raise Odd() from error"
    ),
    "native code in short pieces": "import numpy as np\na = np.ones((500, 500))\nwhile True: a @ a",
    "fit": KERAS + "model.fit(images, labels, epochs=100_000, verbose=2, batch_size=500)",
    "predict": KERAS + "while True: model.predict(images[:100], verbose=0)",
    "a very large number": "large = 10 ** 10 ** 8",
    "signals are blocked": "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: pass",
    "call": KERAS + "while True: model(images[:10])",
}

TAKE_LONG = ("exceptions that are dropped", "an error that takes long to show", "fit", "predict", "call")
"""Those that need a while until they do what their limit is to interrupt."""

ENDED = {
    "every exception is caught": (
        "def work():\n    for _ in range(10 ** 12): abs(-1)\nwhile True:\n    try: work()\n    except BaseException: pass"
    ),
    "native code that holds the interpreter": "sum(range(10 ** 12))",
    "native code that does not": "import numpy as np; a = np.ones((7000, 7000)); [a @ a for _ in range(1000)]; a",
    "the signal ends the process": (
        "import signal\nfor s in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}: signal.signal(s, signal.SIG_DFL)\n"
        "while True: pass"
    ),
    "it stops itself": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
}


def message(record: Record) -> str:
    """What is said of the second cell."""
    assert record.cells[1].error is not None
    assert record.cells[1].error.name == "CellTimeout"
    return str(record.cells[1].error.message)


@pytest.mark.parametrize("kind", INTERRUPTED)
def test_a_cell_over_its_limit_is_interrupted_and_the_next_one_runs(run: Run, kind: str) -> None:
    limit = 2 if kind in TAKE_LONG else 1
    record = run("x = 1", INTERRUPTED[kind], "y = 2", names=("x", "y"), cell_seconds=limit, notebook_seconds=60)
    assert record.outcome is Outcome.TIMED_OUT
    assert [record.answers[name].value for name in ("x", "y")] == [1, 2]
    if kind in ("asleep", "a read that never ends", "a lock"):
        assert message(record) == "the cell waited for 7 s, longer than allowed, and was stopped"
    elif kind != "an error that takes long to show":
        assert message(record) == f"the cell reached its limit of {limit} s of processor time and was stopped"


@pytest.mark.parametrize("kind", ENDED)
def test_a_cell_that_cannot_be_interrupted_ends_the_run_by_its_own_limit(
    run: Run, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(conversation, "GRACE_SECONDS", 1.0)
    record = run("x = 1", ENDED[kind], "y = 2", names=("x", "y"), cell_seconds=1, notebook_seconds=60)
    assert record.outcome is Outcome.TIMED_OUT
    assert record.answers["x"].value == 1
    assert record.answers["y"].state is AnswerState.MISSING
    limit = "waited for 7 s" if kind == "it stops itself" else "limit of 1 s of processor time"
    assert limit in message(record)
    assert "could not be interrupted" in message(record)


OTHER_LEVELS = ["degraded", "sandbox without groups", "degraded without groups"]
LEVELS = ["sandbox", *(pytest.param(level, marks=pytest.mark.long) for level in OTHER_LEVELS)]


@pytest.fixture(scope="module", params=LEVELS)
def executor(request: pytest.FixtureRequest) -> Iterator[LocalExecutor]:
    """Each level, counted by a control group where this machine has one, and without it."""
    level, _, without = request.param.partition(" ")
    if not without:
        yield request.getfixturevalue(level)
        return
    request.getfixturevalue("sandbox")  # skips where there is none
    with pytest.MonkeyPatch.context() as patch:
        for module in (cgroups, single_use):
            patch.setattr(module, "make_group", lambda _: None)
        maker, isolation = (ForkServer, Isolation.SANDBOX) if level == "sandbox" else (SingleUse, Isolation.DEGRADED)
        with LocalExecutor(1, maker, isolation) as made:
            yield made


def test_all_processes_and_threads_count(executor: LocalExecutor) -> None:
    burning = (
        "import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n        while True: pass\n"
        "begin = time.monotonic()\nwhile True: time.sleep(0.1)"
    )
    record = runner(executor)("x = 1", burning, "y = 2", names=("x", "y"), cell_seconds=4, notebook_seconds=8)
    assert record.outcome is Outcome.TIMED_OUT
    assert "processor time" in message(record)
    assert record.answers["x"].value == 1


def test_short_lived_children_that_nobody_waits_for_count(executor: LocalExecutor) -> None:
    # The pipe closes when a child ends. So they run one after the other, and do not pile up on a busy machine.
    forking = (
        "import os, signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "while True:\n    read, write = os.pipe()\n    if os.fork() == 0:\n        end = time.process_time() + 0.3\n"
        "        while time.process_time() < end: pass\n        os._exit(0)\n"
        "    os.close(write); os.read(read, 1); os.close(read)"
    )
    record = runner(executor)("x = 1", forking, "y = 2", names=("x", "y"), cell_seconds=3, notebook_seconds=60)
    assert record.outcome is Outcome.TIMED_OUT
    assert "processor time" in message(record)
    assert record.answers["y"].value == 2
    assert 2.5 < record.resources.cpu_seconds < 10


def test_a_thread_counts_and_sleep_has_its_own_limit(executor: LocalExecutor) -> None:
    thread = "import threading, time\ndef burn():\n    while burning: pass\nburning = True\nthreading.Thread(target=burn).start()\n"
    cells = (f"{thread}try:\n    time.sleep(1000)\nfinally:\n    burning = False", "time.sleep(1000)", "y = 2")
    record = runner(executor)(*cells, names=("y",), cell_seconds=1, notebook_seconds=30)
    assert [str(cell.error.message) if cell.error else "" for cell in record.cells] == [
        "the cell reached its limit of 1 s of processor time and was stopped",
        "the cell waited for 7 s, longer than allowed, and was stopped",
        "",
    ]
    assert record.answers["y"].value == 2


def test_a_call_has_the_same_kinds_of_limits(executor: LocalExecutor) -> None:
    cell = "import time\ndef burn(x):\n    while True: pass\ndef rest(x):\n    time.sleep(1000)"
    for name, seconds in (("burn", "1"), ("rest", "7")):
        probe = Probe(name, name, (1,), "d")
        record = runner(executor)(cell, probes=(probe,), probe_seconds=1)
        assert record.probes[name].state is ProbeState.TIMED_OUT
        assert str(record.probes[name].message) == f"`{name}` was still running after {seconds} s"
