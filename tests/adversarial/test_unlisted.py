"""What nobody has listed yet: hooks, exhausted kernels, files that start by themselves, results that never come."""

import json
from pathlib import Path

import pytest

from grader import pipeline
from grader.execute.local import LocalExecutor
from grader.intake.folders import collect
from grader.model.record import AnswerState, Outcome
from tests.adversarial.batch import (
    FRAMES,
    FULL,
    HONEST,
    PARTS,
    WIDTH,
    Marked,
    assert_honest_unharmed,
    grade,
    grade_among_honest,
    part_of,
    with_limits,
)
from tests.conftest import notebook
from tests.reading import as_read

pytestmark = pytest.mark.slow

SHELL = "shell = get_ipython()\ndef endless(*args, **options):\n    while True:\n        pass\n"

# After right answers: whatever is done to the shell, the process or the kernel, the marks are those of the answers.
HARMLESS: dict[str, str] = {
    "transformers": "import ast\nshell = get_ipython()\nshell.input_transformers_cleanup.append(lambda lines: lines * 2)\nshell.input_transformers_post.append(lambda lines: 1 / 0)\nshell.ast_transformers.append(ast.NodeTransformer())\nshell.set_custom_exc((Exception,), lambda *a, **k: 1 / 0)",
    "an audit hook": "import sys\nseen = []\nsys.addaudithook(lambda event, values: seen.append(event) or len(seen) < 1e5 or seen.clear())",
    "an audit hook that refuses files": "import sys\ndef refuse(event, values):\n    if event == 'open':\n        raise RuntimeError('refused')\nsys.addaudithook(refuse)",
    "a slow switch": "import sys, threading\nsys.setswitchinterval(100)\ndef busy():\n    for _ in range(10**6):\n        pass\n[threading.Thread(target=busy).start() for _ in range(8)]",
    "threads that stay": "import atexit, threading, time\natexit.register(time.sleep, 600)\nthreading.Thread(target=time.sleep, args=(600,)).start()",
    "a child that outlives its parent": (
        "import ctypes, os, signal, time\nif os.fork() == 0:\n    os.setsid()\n    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)\n"
        "    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n    if os.fork() == 0:\n        time.sleep(600)\n    os._exit(0)"
    ),
    "environment": "import os\nos.environ.update(LD_PRELOAD='/work/evil.so', LD_AUDIT='/work/evil.so', PYTHONSTARTUP='/work/evil.py', PYTHONPATH='/work', PYTHONHOME='/work', BASH_ENV='/work/evil')\nopen('evil.so', 'wb').write(b'\\x7fELF')",
    "files that start by themselves": (
        "import os\nos.makedirs('.ipython/profile_default/startup'); os.makedirs('.config/matplotlib'); os.makedirs('.keras')\n"
        "for name in ('sitecustomize.py', 'usercustomize.py', 'numpy.py', 'tensorflow.py', 'evil.pth', '.ipython/profile_default/startup/00.py', '.keras/keras.json', 'matplotlibrc', '.config/matplotlib/matplotlibrc', '.pdbrc', 'conftest.py'):\n"
        "    open(name, 'w').write('import os; os._exit(1)')"
    ),
    "a pipe in place of its data": "import os, shutil\nshutil.rmtree('data'); os.mkdir('data'); os.mkfifo('data/public.txt'); os.symlink('/proc/self/mem', 'data/link'); os.symlink('.', 'data/loop')",
    "a clock turned back": "import ctypes, time\nlibc = ctypes.CDLL(None)\nlibc.settimeofday(ctypes.byref((ctypes.c_long * 2)(0, 0)), None)\nlibc.clock_settime(0, ctypes.byref((ctypes.c_long * 2)(0, 0)))\ntime.monotonic = time.monotonic_ns = time.process_time = lambda: -1e9\nassert time.time() > 1.7e9",
    "watches": "import ctypes\nlibc = ctypes.CDLL(None)\nmade = [libc.inotify_init1(0) for _ in range(1000)]\nfor one in made:\n    libc.inotify_add_watch(one, b'/work', 4095)",
    "pipes": "import fcntl, os\nends = []\ntry:\n    while True:\n        ends += os.pipe()\n        os.set_blocking(ends[-1], False)\n        try:\n            fcntl.fcntl(ends[-1], 1031, 2**20)\n        except OSError:\n            pass\n        os.write(ends[-1], bytes(2**20))\nexcept OSError:\n    [os.close(end) for end in ends]",
    "signals that wait": "import ctypes, os, signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, {40})\nlibc = ctypes.CDLL(None)\nlibc.pthread_self.restype = ctypes.c_void_p\nme = ctypes.c_void_p(libc.pthread_self())\nfor _ in range(100_000):\n    if libc.pthread_sigqueue(me, 40, None):\n        break",
    "attributes and locks": "import fcntl, os\nfile = open('locked', 'wb+')\nfor place in range(0, 5_000, 2):\n    fcntl.lockf(file, fcntl.LOCK_EX, 1, place)\ntry:\n    for number in range(10_000):\n        os.setxattr('locked', f'user.{number}', bytes(2**12))\nexcept OSError:\n    pass",
    "a great mapping": "import mmap\nreserved = mmap.mmap(-1, 2**30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000)",
    "pickers of results": "import gc, sys\nfor frame in sys._current_frames().values():\n    while frame:\n        frame.f_locals, frame.f_globals.get('width')\n        frame.f_trace = print\n        frame = frame.f_back",
    "reduce of a thread": "import copyreg, multiprocessing as m\ncopyreg.pickle(dict, lambda d: (exit, ()))\nm.set_start_method('fork', force=True)\nm.Process(target=print).start()",
}  # fmt: skip

# After right answers, too: what the notebook itself needs is broken, and that costs itself only.
OWN_HARM: dict[str, str] = {
    "events of the shell": "shell = get_ipython()\ndef broken(*args):\n    raise SystemExit\nfor name in ('pre_execute', 'pre_run_cell', 'post_execute', 'post_run_cell'):\n    shell.events.register(name, broken)",
    "an importer": "import builtins\ndef none(*args, **options):\n    raise ImportError('none')\nbuiltins.__import__ = none",
}  # fmt: skip

# After one right answer: what breaks the way back, or never comes back. What was answered before is kept.
BROKEN: dict[str, str] = {
    "a closed socket": "import os\nfor number in range(3, 1024):\n    try:\n        os.close(number)\n    except OSError:\n        pass",
    "a socket to nowhere": "import os, stat\nnull = os.open('/dev/null', os.O_RDWR)\nfor name in os.listdir('/proc/self/fd'):\n    try:\n        if stat.S_ISSOCK(os.fstat(int(name)).st_mode):\n            os.dup2(null, int(name))\n    except OSError:\n        pass",
    "a socket shut down": "import os, socket, stat\nfor name in os.listdir('/proc/self/fd'):\n    try:\n        socket.socket(fileno=os.dup(int(name))).shutdown(socket.SHUT_RDWR)\n    except OSError:\n        pass",
    "long display ids": FRAMES + "for number in range(3000):\n    frame({'type': 'output', 'display_id': f'{number:0200000}', 'output': {'output_type': 'display_data', 'data': {'text/plain': 'x'}, 'metadata': {}}})",
    "an audit hook that refuses all": "import sys\ndef refuse(event, values):\n    raise RuntimeError('refused')\nsys.addaudithook(refuse)",
    "a namespace that never answers": SHELL + "import signal; signal.setitimer(signal.ITIMER_REAL, 0)\nclass Endless(dict):\n    get = __contains__ = __getitem__ = endless\nshell.user_ns = Endless(shell.user_ns)\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)",
    "events that never end": SHELL + "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nshell.events.register('post_execute', endless)",
    "names without end": "class Endless(type):\n    def __getattribute__(self, name):\n        while True:\n            pass\nclass Answer(metaclass=Endless):\n    pass\nmodel = Answer()",
}  # fmt: skip

FIRST_HARMLESS = ("transformers", "files that start by themselves", "a clock turned back", "an importer")
FIRST_BROKEN = ("a closed socket", "a namespace that never answers", "events that never end")

# Results of `predict` that are none, or that never come.
RESULTS: dict[str, str] = {
    "a generator": "def predict(images):\n    while True:\n        yield 0",
    "a sequence without end": "class Endless:\n    def __len__(self):\n        return 2**62\n    def __getitem__(self, place):\n        return 0\ndef predict(images):\n    return Endless()",
    "an array that never comes": "class Endless:\n    def __array__(self, *args, **options):\n        while True:\n            pass\ndef predict(images):\n    return Endless()",
    "an array at address one": "class Nowhere:\n    __array_interface__ = {'shape': (200,), 'typestr': '<i8', 'data': (4096, False), 'version': 3}\ndef predict(images):\n    return Nowhere()",
    "an array that watches": "import numpy as np\nclass Watching(np.ndarray):\n    def __array_finalize__(self, other):\n        raise SystemExit\ndef predict(images):\n    return np.zeros(200, int).view(Watching)",
    "a list in itself": "def predict(images):\n    labels = [0]\n    labels.append(labels)\n    return labels",
    "more than it was asked": "import numpy as np\ndef predict(images):\n    return np.lib.stride_tricks.as_strided(np.zeros(1, np.int64), (2**40,), (0,))",
    "an exception without a name": "class Error(BaseException):\n    def __str__(self):\n        raise SystemExit\n    __class__ = property(lambda self: 1 / 0)\ndef predict(images):\n    raise Error",
    "a process": "import os\ndef predict(images):\n    os.fork()\n    os.fork()\n    return images[:, 0, 0] % 2",
    "a shell that is gone": "def predict(images):\n    import os\n    os.execv('/bin/true', ['true'])",
}  # fmt: skip


@pytest.fixture(scope="module", params=PARTS)
def harmless(
    material: pipeline.Material, executor: LocalExecutor, folder: Path, request: pytest.FixtureRequest
) -> dict[str, Marked]:
    attacks = part_of({**HARMLESS, **OWN_HARM}, request.param, FIRST_HARMLESS)
    cells = {name: (*HONEST, source, "late = 1") for name, source in attacks.items()}
    limits = with_limits(material, cell_seconds=6, notebook_seconds=20)
    return grade_among_honest(limits, cells, folder / f"harmless-{request.param}", executor)


@pytest.fixture(scope="module", params=PARTS)
def broken(
    material: pipeline.Material, executor: LocalExecutor, folder: Path, request: pytest.FixtureRequest
) -> dict[str, Marked]:
    attacks = part_of(BROKEN, request.param, FIRST_BROKEN)
    cells = {name: (WIDTH, source, "late = 1") for name, source in attacks.items()}
    limits = with_limits(material, cell_seconds=3, notebook_seconds=6)
    return grade_among_honest(limits, cells, folder / f"broken-{request.param}", executor)


@pytest.fixture(scope="module")
def results(material: pipeline.Material, executor: LocalExecutor, folder: Path) -> dict[str, Marked]:
    cells = {name: (WIDTH, source) for name, source in RESULTS.items()}
    return grade_among_honest(with_limits(material, probe_seconds=1), cells, folder / "returned", executor)


def test_what_is_done_beside_right_answers_changes_no_mark(harmless: dict[str, Marked]) -> None:
    for name in harmless.keys() & HARMLESS:
        assert harmless[name].points == FULL, (name, harmless[name].said)


def test_who_breaks_what_it_needs_has_no_more_than_was_earned(harmless: dict[str, Marked]) -> None:
    for name in harmless.keys() & OWN_HARM:
        assert all(0 <= points <= FULL[question] for question, points in harmless[name].points.items()), name
        assert harmless[name].points["width"] == FULL["width"], name


def test_a_broken_way_back_keeps_what_came_before(broken: dict[str, Marked]) -> None:
    for name in broken.keys() & BROKEN:
        assert broken[name].points == {"width": 2.0, "model": 0.0, "accuracy": 0.0}, (name, broken[name].said)


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_that_is_none_earns_nothing_and_costs_nothing_else(results: dict[str, Marked], name: str) -> None:
    assert results[name].points == {"width": 2.0, "model": 0.0, "accuracy": 0.0}, results[name].said


def test_nobody_else_notices_what_is_done_beside_right_answers(harmless: dict[str, Marked], alone: Marked) -> None:
    assert_honest_unharmed(harmless, alone)


def test_nobody_else_notices_a_broken_way_back(broken: dict[str, Marked], alone: Marked) -> None:
    assert_honest_unharmed(broken, alone)


def test_nobody_else_notices_a_result_that_is_none(results: dict[str, Marked], alone: Marked) -> None:
    assert_honest_unharmed(results, alone)


def test_what_never_answers_is_ended_by_the_clock(broken: dict[str, Marked]) -> None:
    for name in broken.keys() & {"a namespace that never answers", "events that never end"}:
        assert broken[name].outcome is Outcome.TIMED_OUT, name


def test_a_result_that_never_comes_is_ended_by_the_clock(results: dict[str, Marked]) -> None:
    reasons = {name: marked.finding("accuracy").reason for name, marked in results.items()}
    assert "took longer" in as_read(reasons["an array that never comes"])


def test_an_answer_is_what_it_was_when_it_was_taken(broken: dict[str, Marked]) -> None:
    for marked in broken.values():
        assert marked.record.answers["width"].state is AnswerState.VALUE


def test_files_that_start_by_themselves_start_nothing_when_they_are_handed_in(
    material: pipeline.Material, executor: LocalExecutor, tmp_path: Path
) -> None:
    evil = "import os\nos._exit(1)\n"
    names = ("sitecustomize.py", "usercustomize.py", "numpy.py", "keras.py", "evil.pth", "matplotlibrc", "evil.so")
    handed_in = tmp_path / "handed-in"
    for student in ("eve", "honest"):
        (handed_in / student).mkdir(parents=True)
        (handed_in / student / "quokka.ipynb").write_bytes(notebook(f"# {student}", *HONEST))
    for name in (*names, ".ipython/profile_default/startup/00.py"):
        (handed_in / "eve" / name).parent.mkdir(parents=True, exist_ok=True)
        (handed_in / "eve" / name).write_text(evil)
    found = grade(material, collect(handed_in, "quokka"), tmp_path / "results", executor)
    assert {student: marked.points for student, marked in found.items()} == {"eve": FULL, "honest": FULL}


def test_metadata_of_any_size_is_left_aside(
    material: pipeline.Material, executor: LocalExecutor, tmp_path: Path
) -> None:
    made = json.loads(notebook(*HONEST))
    made["metadata"] = {
        "x" * 100_000: 1,
        "kernelspec": {"name": ["python3"] * 10_000, "language": {}},
        "grader": {"points": 9},
    }
    for cell in made["cells"]:
        cell["metadata"] = {f"key {number}": {"points": 9} for number in range(20_000)}
    (tmp_path / "eve.ipynb").write_text(json.dumps(made))
    found = grade(material, collect(tmp_path / "eve.ipynb", "quokka"), tmp_path / "results", executor)
    [marked] = found.values()
    assert (marked.points, len(marked.page) < 200_000) == (FULL, True)
