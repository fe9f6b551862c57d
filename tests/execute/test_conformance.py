"""What every executor must do, at every level of isolation; a level declares the rows that it cannot."""

import io
import signal
import threading
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from grader.execute import conversation
from grader.execute.local import LocalExecutor
from grader.model.job import Probe
from grader.model.record import AnswerState, CellRun, Isolation, Outcome, ProbeState, Record
from tests.conftest import Run, runner
from tests.reading import as_read

pytestmark = pytest.mark.slow

CANNOT = {
    Isolation.DEGRADED: {
        "no_network_name": "without a network namespace, sockets are refused by the system call filter only",
        "files_of_others": "without a mount namespace, student code reads what the grader's user can read",
        "other_processes": "without a pid namespace, student code sees the processes of this machine",
        "read_only_system": "without a mount namespace, student code writes where the grader's user can write",
        "disk": "without a file system of its own, only the size of each file is limited",
        "memory_of_all": "without a watch in a pid namespace, memory is limited for each process",
        "daemon": "without a pid namespace, student code sees other processes; tests/execute/test_daemons.py looks for daemons",
        "processes": "the limit on processes does not hold for root",
    }
}


WITH_KERAS = ("sandbox", "degraded")
LEVELS = ("sandbox", "lighter", pytest.param("degraded", marks=pytest.mark.long))
"""What has nothing to do with Keras is tried with processes that do not import it; `make slow` tries it with those too."""


@pytest.fixture(params=LEVELS)
def executor(request: pytest.FixtureRequest) -> LocalExecutor:
    """Each level in turn."""
    found: LocalExecutor = request.getfixturevalue(request.param)
    reason = CANNOT.get(found.isolation, {}).get(request.node.originalname.removeprefix("test_"))
    row = request.node.get_closest_marker("row")
    if row is not None and row.args[0] in CANNOT.get(found.isolation, {}):
        pytest.skip(CANNOT[found.isolation][row.args[0]])
    assert reason is None
    return found


@pytest.fixture
def run_here(executor: LocalExecutor) -> Run:
    """Run cells at this level."""
    return runner(executor)


def text(record: Record, cell: int = 0) -> str:
    """What a cell printed or showed."""
    shown = [
        output.get("text") or output.get("data", {}).get("text/plain", "") for output in record.cells[cell].outputs
    ]
    return "".join(shown)


def npy(array: object) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.asarray(array))
    return stream.getvalue()


RANDOM_TRAINING = (
    "import keras, numpy as np\nm = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, 'relu'), keras.layers.Dropout(0.5),"
    " keras.layers.Dense(1)])\nm.compile('adam', 'mse')\nx = np.random.rand(64, 4)\n"
    "h = m.fit(x, x[:, 0], epochs=3, verbose=0)\nw = float(h.history['loss'][-1])\nimport random\nr = random.random()"
)
# What disturbs nobody runs in one notebook: without a sandbox, each notebook takes a process that imports TensorFlow.
QUIET = {
    "answers": "import numpy as np\na = (26, 26, 32)\nb = np.float32(0.5)\nc = ...\nd = object()",
    "failing": "1 / 0",
    "after": "after = 2",
    "model": "import keras\nmodel = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(32, 3)])",
    "compiled": (
        "compiled = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])\n"
        "compiled.compile(optimizer=keras.optimizers.SGD(0.25), loss='mse')"
    ),
    "training": (
        "trained = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\ntrained.compile('sgd', 'mse')\n"
        "history = trained.fit(np.ones((8, 2)), np.ones(8), epochs=3, verbose=0)"
    ),
    "random training": RANDOM_TRAINING,
    "pipelines": (
        "import tensorflow as tf\noptions = tf.data.Options()\nusual = options.autotune.enabled\n"
        "options.autotune.enabled = True\nasked = options.autotune.enabled\n"
        "tuned = sum(int(x) for x in tf.data.Dataset.range(4).with_options(options))"
    ),
    "exit": "import sys; sys.exit()",
    "SystemExit": "raise SystemExit(0)",
    "input": "input('name? ')",
    "descriptors": (
        "import os\nlinks = [f'/proc/self/fd/{n}' for n in os.listdir('/proc/self/fd')]\n"
        "kinds = sorted({os.readlink(link).split(':')[0] for link in links if os.path.islink(link)})"
    ),
    "network": (
        "import socket, time\ndef fails(family, kind, address):\n    begin = time.monotonic()\n    try:\n"
        "        s = socket.socket(family, kind)\n        s.settimeout(10)\n        s.connect((address, 80))\n"
        "        s.send(b'x')\n        return False\n    except OSError:\n        return time.monotonic() - begin < 2\n"
        "stream = fails(socket.AF_INET, socket.SOCK_STREAM, '192.0.2.1')\n"
        "datagram = fails(socket.AF_INET, socket.SOCK_DGRAM, '192.0.2.1')\n"
        "stream6 = fails(socket.AF_INET6, socket.SOCK_STREAM, '2001:db8::1')"
    ),
    "kernel": (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "calls = {'unshare': (272, 0x10000000), 'mount': (165, 0, 0, 0, 0, 0), 'ptrace': (101, 0, 0, 0, 0), 'bpf': (321, 0, 0, 0),\n"
        "         'userfaultfd': (323, 0), 'io_uring_setup': (425, 1, 0), 'keyctl': (250, 0, 0), 'perf': (298, 0, 0, 0, 0, 0)}\n"
        "numbers = {}\nfor name, call in calls.items():\n    libc.syscall(*call); numbers[name] = ctypes.get_errno()"
    ),
}
ASKED = (
    *("a", "b", "c", "d", "e", "after", "model", "compiled", "usual", "asked", "tuned", "kinds"),
    *("stream", "datagram", "stream6", "numbers", "w", "r"),
)


@pytest.fixture(scope="module")
def quiet_at(request: pytest.FixtureRequest) -> Callable[[str], Record]:
    """What came of the quiet cells at a level, where they run once."""
    return cache(lambda level: runner(request.getfixturevalue(level))(*QUIET.values(), names=ASKED))


@pytest.fixture(scope="module", params=WITH_KERAS)
def quiet(request: pytest.FixtureRequest, quiet_at: Callable[[str], Record]) -> Record:
    """What came of the quiet cells at each level."""
    return quiet_at(request.param)


def run_of(record: Record, cell: str) -> CellRun:
    """How a quiet cell ran."""
    return record.cells[list(QUIET).index(cell)]


def test_answers_come_back_as_data(quiet: Record) -> None:
    states = {name: answer.state for name, answer in quiet.answers.items()}
    assert quiet.outcome is Outcome.COMPLETED
    assert quiet.answers["a"].value == [26, 26, 32]
    assert quiet.answers["b"].value == 0.5
    assert states["c"] is AnswerState.BLANK
    assert states["d"] is AnswerState.UNSUPPORTED
    assert states["e"] is AnswerState.MISSING


def test_cells_after_a_failing_cell_still_run(quiet: Record) -> None:
    error = run_of(quiet, "failing").error
    assert error is not None
    assert (error.name, error.line) == ("ZeroDivisionError", 1)
    assert quiet.answers["after"].value == 2


def test_a_model_comes_back_as_a_layer_table(quiet: Record) -> None:
    assert quiet.models["model"].parameters == 320
    assert quiet.models["model"].layers[0].output_shape == (None, 26, 26, 32)


def test_a_model_that_is_built_and_compiled_in_one_cell_comes_back(quiet: Record) -> None:
    table = quiet.models["compiled"]
    assert table.parameters == 10
    asked = {"loss": "mse", "optimizer": "SGD", "learning_rate": 0.25}
    assert asked.items() <= table.compiled.items()
    assert table.compiled["momentum"] == 0


def test_training_history_comes_back(quiet: Record) -> None:
    assert len(quiet.histories["history"]["loss"]) == 3


def test_input_pipelines_are_tuned_only_where_a_notebook_asks(quiet: Record) -> None:
    found = {name: quiet.answers[name].value for name in ("usual", "asked", "tuned")}
    assert found == {"usual": False, "asked": True, "tuned": 6}


@pytest.mark.parametrize("word", ["exit", "SystemExit"])
def test_exit_is_an_error_of_its_cell_only(quiet: Record, word: str) -> None:
    assert run_of(quiet, word).error is not None
    assert quiet.outcome is Outcome.COMPLETED
    assert [quiet.answers[name].value for name in ("after", "stream")] == [2, True]


def test_input_fails_cleanly(quiet: Record) -> None:
    error = run_of(quiet, "input").error
    assert error is not None
    assert error.name == "StdinNotImplementedError"


def test_no_descriptor_is_inherited_but_its_own(quiet: Record) -> None:
    kinds = quiet.answers["kinds"].value
    assert [kind for kind in kinds if kind.startswith("/") and not kind.startswith(("/dev/null", "/proc"))] == []


@pytest.mark.parametrize("network", ["stream", "datagram", "stream6"])
def test_the_network_fails_at_once(quiet: Record, network: str) -> None:
    assert quiet.answers[network].value is True


def test_kernel_features_that_attackers_like_are_refused(quiet: Record) -> None:
    numbers = quiet.answers["numbers"].value
    assert set(numbers.values()) == {1}, numbers


WAYS = {
    "def {name}(x):\n    raise ValueError('no')": ProbeState.RAISED,
    "def {name}(x):\n    import sys; sys.exit()": ProbeState.RAISED,
    "def {name}(x):\n    return ...": ProbeState.BLANK,
    "{name} = ...": ProbeState.BLANK,
    "{name} = 3": ProbeState.REFUSED,
    "pass": ProbeState.MISSING,
    "def {name}(x):\n    return ['a', 'b']": ProbeState.REFUSED,
    "def {name}(x):\n    return [object()]": ProbeState.REFUSED,
    "def {name}(x):\n    yield 3": ProbeState.REFUSED,
    "def {name}(x):\n    print(x)": ProbeState.NOTHING,
    "def {name}(x):\n    return None": ProbeState.NOTHING,
    "def {name}(x):\n    pass": ProbeState.NOTHING,
}


def test_each_way_a_function_can_end_has_its_name(run_here: Run) -> None:
    names = {f"way_{number}": body for number, body in enumerate(WAYS)}
    probes = tuple(Probe(name, name, (npy([1, 2]),), name) for name in names)
    record = run_here(*(body.format(name=name) for name, body in names.items()), probes=probes)
    assert {body: record.probes[name].state for name, body in names.items()} == WAYS


@pytest.mark.parametrize("executor", ["sandbox", pytest.param("degraded", marks=pytest.mark.long)], indirect=True)
def test_two_runs_of_a_training_give_the_same_numbers(run_here: Run) -> None:
    first, second = run_here(RANDOM_TRAINING, names=("w", "r")), run_here(RANDOM_TRAINING, names=("w", "r"))
    assert first.answers == second.answers


def test_a_training_gives_the_same_numbers_at_each_level(quiet_at: Callable[[str], Record]) -> None:
    here, there = (quiet_at(level) for level in WITH_KERAS)
    assert here.histories["h"] == there.histories["h"]
    assert [here.answers[name] for name in "wr"] == [there.answers[name] for name in "wr"]


def test_a_run_sees_nothing_of_the_run_before(run_here: Run) -> None:
    run_here("secret = 1\nopen('left.txt', 'w').write('x')")
    record = run_here("import os\nfound = os.listdir('.')\nseen = 'secret' in globals()", names=("found", "seen"))
    assert record.answers["found"].value == []
    assert record.answers["seen"].value is False


def test_held_out_inputs_are_not_there_while_cells_run(run_here: Run) -> None:
    inputs = npy(np.arange(12, dtype=np.uint8).reshape(6, 2))
    cell = (
        "import gc, numpy as np\nfound = sum(1 for o in gc.get_objects() if type(o) is bytes and b'NUMPY' in o)\n"
        "def predict(images):\n    return images[:, 0] * 2"
    )
    record = run_here(cell, names=("found",), probes=(Probe("predict", "predict", (inputs,), "d"),))
    assert record.probes["predict"].state is ProbeState.RETURNED
    assert np.load(io.BytesIO(record.probes["predict"].array)).tolist() == [0, 4, 8, 12, 16, 20]
    assert record.answers["found"].value == 0


def test_predict_has_a_limit_of_its_own(run_here: Run) -> None:
    record = run_here(
        "x = 1\ndef predict(images):\n    while True: pass",
        names=("x",),
        probes=(Probe("predict", "predict", (npy([1]),), "d"),),
        probe_seconds=1,
    )
    assert record.probes["predict"].state is ProbeState.TIMED_OUT
    assert record.answers["x"].value == 1


def test_an_endless_cell_is_stopped_and_the_next_one_runs(run_here: Run) -> None:
    record = run_here("while True: pass", "x = 1", names=("x",), cell_seconds=1)
    assert record.outcome is Outcome.TIMED_OUT
    assert record.answers["x"].value == 1


def test_a_cell_that_ignores_its_end_is_killed(run_here: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "GRACE_SECONDS", 1.0)
    stubborn = (
        "import signal\nfor s in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}: signal.signal(s, signal.SIG_IGN)\n"
        "while True: pass"
    )
    record = run_here("x = 1", stubborn, "y = 1", names=("x", "y"), cell_seconds=1)
    assert record.outcome is Outcome.TIMED_OUT
    assert record.answers["x"].value == 1
    assert record.answers["y"].state is AnswerState.MISSING


def test_a_crash_keeps_the_answers_before_it(run_here: Run) -> None:
    record = run_here("x = 1\nprint('before')", "import ctypes; ctypes.string_at(0)", "y = 1", names=("x", "y"))
    assert record.outcome is Outcome.CRASHED
    assert record.answers["x"].value == 1
    assert text(record) == "before\n"
    assert signal.SIGSEGV.name in as_read(record.remarks[0])


def test_ending_the_process_is_a_crash(run_here: Run) -> None:
    assert run_here("import os; os._exit(0)").outcome is Outcome.CRASHED


def test_quit_ends_the_notebook_and_keeps_its_answers(run_here: Run) -> None:
    record = run_here("x = 1", "quit()", "y = 2", names=("x", "y"))
    assert record.answers["x"].value == 1
    assert record.answers["y"].state is AnswerState.MISSING
    assert "quit()" in as_read(record.remarks[0])


def test_output_is_cut_at_its_limit(run_here: Run) -> None:
    record = run_here("for _ in range(100_000): print('x' * 1000)", "y = 1", names=("y",), output_kb=64)
    assert record.outcome is Outcome.OUTPUT_LIMIT
    assert len(text(record)) < 70_000
    assert record.answers["y"].value == 1


def test_output_of_child_processes_counts_too(run_here: Run) -> None:
    record = run_here("import os; os.system('yes | head -c 20000000')", output_kb=64)
    assert record.outcome is Outcome.OUTPUT_LIMIT


def test_one_absurd_allocation_is_out_of_memory(run_here: Run) -> None:
    record = run_here("x = 1", "b = bytearray(200 * 2**30)", "y = 2", names=("x", "y"), memory_mb=512)
    assert record.outcome is Outcome.OUT_OF_MEMORY
    assert (record.answers["x"].value, record.answers["y"].value) == (1, 2)


def test_the_environment_is_scrubbed(run_here: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hush")
    record = run_here("import os\nfound = 'SECRET_TOKEN' in os.environ", names=("found",))
    assert record.answers["found"].value is False


@pytest.mark.row("processes")
def test_a_fork_bomb_is_contained(run_here: Run) -> None:
    bomb = "import os, time\nfor _ in range(2000):\n    try:\n        if os.fork() == 0:\n            time.sleep(60); os._exit(0)\n    except OSError as error:\n        stopped = type(error).__name__\n        break"
    record = run_here(bomb, names=("stopped",), processes=128)
    assert record.answers["stopped"].value == "BlockingIOError"


@pytest.mark.row("memory_of_all")
def test_memory_of_all_processes_together_is_limited(run_here: Run) -> None:
    hungry = "import os, time\nfor _ in range(6):\n    if os.fork() == 0:\n        block = bytearray(os.urandom(2**20) * 150)\n        time.sleep(60)\n        os._exit(0)\ntime.sleep(30)"
    assert run_here("x = 1", hungry, memory_mb=512).outcome is Outcome.OUT_OF_MEMORY


@pytest.mark.row("disk")
def test_the_disk_has_a_quota(run_here: Run) -> None:
    cell = "try:\n    for n in range(100):\n        open(f'{n}', 'wb').write(bytes(2**20 * 4))\nexcept OSError as error:\n    number = error.errno"
    assert run_here(cell, names=("number",), disk_mb=16).answers["number"].value == 28


@pytest.mark.row("other_processes")
def test_no_other_process_is_seen(run_here: Run) -> None:
    cell = "import os\npids = [int(p) for p in os.listdir('/proc') if p.isdigit()]\nme = os.getpid()"
    record = run_here(cell, names=("pids", "me"))
    assert record.answers["pids"].value == [1, record.answers["me"].value]


@pytest.mark.row("read_only_system")
def test_the_system_cannot_be_written(run_here: Run) -> None:
    cell = (
        "import os\nwritten = []\nfor folder in ('/', '/usr', '/etc', '/opt', '/opt/site', '/dev', '/proc/sys/kernel', '/usr/bin'):\n"
        "    try:\n        open(folder + '/probe', 'w'); written.append(folder)\n    except OSError: pass\n"
        "try:\n    open('/proc/sys/kernel/core_pattern', 'w').write('x'); written.append('core_pattern')\nexcept OSError: pass"
    )
    assert run_here(cell, names=("written",)).answers["written"].value == []


@pytest.mark.row("files_of_others")
def test_no_answer_and_no_home_can_be_read(run_here: Run) -> None:
    cell = (
        "import os\nfound = []\nfor folder, folders, files in os.walk('/'):\n    folders[:] = [f for f in folders if os.path.join(folder, f) not in ('/proc', '/usr', '/opt/python')]\n"
        "    found += [os.path.join(folder, f) for f in files if f in ('facts.json', 'expected.toml', 'mnist-2000.npz', 'exercise.toml')]\n"
        "homes = os.path.exists('/home') and os.listdir('/home') or os.path.exists('/root')"
    )
    record = run_here(cell, names=("found", "homes"))
    assert record.answers["found"].value == []
    assert record.answers["homes"].value is False


@pytest.mark.row("daemon")
def test_a_daemon_is_dead_before_the_next_run(run_here: Run) -> None:
    cell = (
        "import os, signal, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        for s in range(1, 32):\n            try: signal.signal(s, signal.SIG_IGN)\n            except OSError: pass\n"
        "        time.sleep(300)\n    os._exit(0)\nos.wait()"
    )
    before = threading.active_count()
    assert run_here(cell).outcome is Outcome.COMPLETED
    record = run_here("import os\npids = len([p for p in os.listdir('/proc') if p.isdigit()])", names=("pids",))
    assert record.answers["pids"].value == 2
    assert threading.active_count() == before
