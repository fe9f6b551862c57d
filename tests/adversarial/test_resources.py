"""Nothing that a notebook eats, breaks or leaves running is felt outside its own run."""

import base64
import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from grader import pipeline
from grader.execute.local import LocalExecutor
from grader.model.record import AnswerState, Outcome
from tests.adversarial.batch import (
    FRAMES,
    PARTS,
    WIDTH,
    Marked,
    assert_honest_unharmed,
    grade_among_honest,
    part_of,
    with_limits,
)

pytestmark = pytest.mark.slow

LATE = "late = 1"

# Memory that belongs to a process, to several, to none; and what would hide it.
MEMORY: dict[str, str] = {
    "one block": "block = bytearray(300 * 2**30)",
    "an array": "import numpy as np\nblock = np.ones(2**40)",
    "block by block": "blocks = []\nwhile True:\n    blocks.append(bytearray(b'x' * 2**24))",
    "children": "import os, time\nfor _ in range(12):\n    if os.fork() == 0:\n        block = bytearray(os.urandom(2**20) * 120)\n        time.sleep(60)\n        os._exit(0)\ntime.sleep(30)",
    "hidden children": (
        "import ctypes, os, time\nctypes.CDLL(None).prctl(4, 0, 0, 0, 0)\nfor _ in range(12):\n    if os.fork() == 0:\n"
        "        block = bytearray(os.urandom(2**20) * 120)\n        time.sleep(60)\n        os._exit(0)\ntime.sleep(30)"
    ),
    "shared mappings": "import mmap\nblocks = []\nwhile True:\n    blocks.append(mmap.mmap(-1, 2**25))\n    blocks[-1].write(b'x' * 2**25)",
    "shared mappings let go": (
        "import mmap, time\nblocks = []\nwhile True:\n    blocks.append(mmap.mmap(-1, 2**25))\n    blocks[-1].write(b'x' * 2**25)\n"
        "    blocks[-1].madvise(mmap.MADV_DONTNEED)\n    time.sleep(0.02)"
    ),
    "the device of zeros": (
        "import mmap, time\nblocks, zeros = [], open('/dev/zero', 'r+b')\nwhile True:\n    blocks.append(mmap.mmap(zeros.fileno(), 2**25))\n"
        "    blocks[-1].write(b'x' * 2**25)\n    blocks[-1].madvise(mmap.MADV_DONTNEED)\n    time.sleep(0.02)"
    ),
    "sockets": (
        "import os, socket, time\npairs = []\nfor _ in range(8):\n    if os.fork() == 0:\n        while True:\n            try:\n"
        "                pairs.append(socket.socketpair())\n                for end in pairs[-1]:\n                    end.setblocking(False)\n                    end.send(bytes(2**17))\n"
        "            except OSError:\n                time.sleep(60)\ntime.sleep(30)"
    ),
    "a model": "import keras\nmodel = keras.Sequential([keras.Input((1000,)), keras.layers.Dense(2_000_000_000)])",
    "a tensor": "import tensorflow as tf\nblocks = []\nwhile True:\n    blocks.append(tf.random.uniform((2**24,)))",
    "a recursion": "import sys\nsys.setrecursionlimit(10**9)\ndef down(n):\n    return down(n + 1)\ndown(0)",
}  # fmt: skip

# Endings by the kernel, or by a limit that is met on the way.
BOUNDED: dict[str, str] = {
    "memory without a process": (
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nrefused = []\n"
        "for call in (lambda: os.memfd_create('x'), lambda: check(libc.shmget(0, 2**30, 0o1600)), lambda: check(libc.msgget(0, 0o1600))):\n"
        "    def check(result):\n        if result < 0: raise OSError(ctypes.get_errno(), 'refused')\n"
        "    try:\n        call()\n    except OSError as error:\n        refused.append(error.errno)\nprint(refused)"
    ),
    "page tables": (
        "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.mmap.restype = ctypes.c_void_p\nlibc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]\n"
        "print(libc.mmap(None, 2**44, 1, 0x4022, -1, 0) in (None, 2**64 - 1))"
    ),
    "disk": (
        "import errno, os\nends = []\nfor folder in ('/work', '/tmp', '/dev/shm'):\n    try:\n        for number in range(200):\n            open(f'{folder}/{number}', 'wb').write(bytes(2**20))\n"
        "    except OSError as error:\n        ends.append(errno.errorcode[error.errno])\nprint(ends)"
    ),
    "a sparse file": (
        "import errno, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\ntry:\n    open('sparse', 'wb').truncate(2**50)\nexcept OSError as error:\n    print(errno.errorcode[error.errno])"
    ),
    "files": (
        "import errno, os\nends = []\nfor folder in ('/work', '/tmp', '/dev/shm'):\n    try:\n        for number in range(30_000):\n            os.mknod(f'{folder}/f{number}')\n"
        "    except OSError as error:\n        ends.append(errno.errorcode[error.errno])\nprint(ends)"
    ),
    "open files": "import errno, os\nopened = []\ntry:\n    while True:\n        opened.append(os.open('/dev/null', 0))\nexcept OSError as error:\n    print(errno.errorcode[error.errno], len(opened) < 1100)\nfor number in opened:\n    os.close(number)",
    "threads": (
        "import threading, time\nthreading.stack_size(2**16)\nstarted = []\ntry:\n    while True:\n        started.append(threading.Thread(target=time.sleep, args=(30,), daemon=True))\n        started[-1].start()\n"
        "except RuntimeError as error:\n    print(error, len(started) < 100)"
    ),
    "higher limits": (
        "import resource as r\nfor what in (r.RLIMIT_NPROC, r.RLIMIT_DATA, r.RLIMIT_NOFILE, r.RLIMIT_FSIZE, r.RLIMIT_AS):\n"
        "    try:\n        r.setrlimit(what, (r.RLIM_INFINITY, r.RLIM_INFINITY))\n        print('raised')\n    except (ValueError, OSError):\n        print('refused')"
    ),
    "a fork bomb": "import os, time\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        break\ntime.sleep(1)",
    "a fork bomb of shells": "import os\nos.system('bomb() { bomb | bomb & }; bomb 2> /dev/null; sleep 1')",
    "a segmentation fault": "import ctypes\nctypes.string_at(1)",
    "a stack overflow": "import json, sys\nsys.setrecursionlimit(10**9)\nlibc_deep = []\nfor _ in range(2_000_000):\n    libc_deep = [libc_deep]\nrepr(libc_deep)",
    "a fault in a thread": "import ctypes, threading, time\nthreading.Thread(target=ctypes.string_at, args=(1,)).start()\ntime.sleep(2)",
    "faults of its children": "import ctypes, os\nfor _ in range(20):\n    if os.fork() == 0:\n        ctypes.string_at(1)\nprint('here')",
}  # fmt: skip

# What has to be ended from outside.
ENDLESS: dict[str, str] = {
    "a loop that ignores signals": (
        "import signal\nfor number in range(1, 65):\n    try:\n        signal.signal(number, signal.SIG_IGN)\n    except (OSError, ValueError):\n        pass\n"
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"
    ),
    "a loop that blocks signals": "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True:\n    time.sleep(60)",
    "a process that stops itself": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "another program with our socket": (
        "import os\nfor name in os.listdir('/proc/self/fd'):\n    try:\n        os.set_inheritable(int(name), True)\n    except OSError:\n        pass\n"
        "import signal; signal.setitimer(signal.ITIMER_REAL, 0)\nos.execv('/bin/sleep', ['sleep', '600'])"
    ),
    "half a message": FRAMES + "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nline.sendall(struct.pack('>I', 1000) + b'{')\ntime.sleep(600)",
    "a clock wound up again": (
        FRAMES + "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True:\n    frame({'type': 'cell', 'index': 1})\n    time.sleep(0.2)"
    ),
    "a busy fork bomb": (
        "import os, signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True:\n    try:\n        if os.fork() == 0:\n            os.setsid()\n            while True:\n                pass\n    except OSError:\n        pass"
    ),
    "a TensorFlow loop": "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nimport tensorflow as tf\ntf.function(lambda: tf.while_loop(lambda n: n >= 0, lambda n: n * 1, [tf.constant(0)]))()",
    "a regular expression": "import re\nre.match('(a+)+$', 'a' * 60 + 'b')",
    "an answer without end": "class Endless:\n    __module__ = 'keras.endless'\n    def numpy(self):\n        while True:\n            pass\nmodel = Endless()",
}  # fmt: skip

FIRST_HUNGRY = ("one block", "hidden children", "shared mappings let go", "sockets")
FIRST_ENDLESS = ("a loop that ignores signals", "half a message", "a busy fork bomb")

FLOODS: dict[str, str] = {
    "10 GB": "for _ in range(100_000):\n    print('x' * 100_000)",
    "a descriptor": "import os\nfor _ in range(2000):\n    os.write(1, b'x' * 65_536)",
    "a child": "import os\nos.system('yes | head -c 100000000')",
    "lines that overwrite": "import sys\nfor number in range(300_000):\n    sys.stdout.write(f'\\r{number} of many')",
    "displays": "from IPython.display import display\nfor _ in range(20_000):\n    display('x')",
    "updates": "from IPython.display import display\nhandle = display('x', display_id=True)\nfor _ in range(20_000):\n    handle.update('y' * 100)",
    "both streams": "import sys\nfor _ in range(50_000):\n    print('x')\n    print('y', file=sys.stderr)",
    "threads": "import threading\ndef shout():\n    for _ in range(5_000):\n        print('x' * 200)\nshouting = [threading.Thread(target=shout) for _ in range(8)]\nfor thread in shouting:\n    thread.start()\nfor thread in shouting:\n    thread.join()  # or the run may end first, with little printed",
    "an exception": "raise ValueError('x' * 50_000_000)",
    "the value of a cell": "'x' * 50_000_000",
    "the socket": FRAMES + "for _ in range(30_000):\n    frame({'type': 'output', 'output': {'output_type': 'stream', 'name': 'stdout', 'text': 'x' * 1000}})",
    "display ids": FRAMES + "for number in range(30_000):\n    frame({'type': 'output', 'display_id': str(number), 'output': {'output_type': 'display_data', 'data': {'text/plain': 'x'}, 'metadata': {}}})",
    "endings": FRAMES + "for number in range(20_000):\n    frame({'type': 'ended'})",
}  # fmt: skip


def picture(width: int, height: int) -> str:
    """A black PNG that is far smaller than its pixels."""
    rows = zlib.compressobj(9)
    data = b"".join(rows.compress(bytes(1 + width // 8)) for _ in range(height)) + rows.flush()
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", data), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(text)) + kind + text + struct.pack(">I", zlib.crc32(kind + text)) for kind, text in chunks
    )
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + body).decode()


SHOW = "import base64\nfrom IPython.display import display\ndisplay({'%s': '%s'}, raw=True)"
PICTURES = {
    "20,000 x 20,000": SHOW % ("image/png", picture(20_000, 20_000)),
    "a long one": SHOW % ("image/png", picture(9_000, 8)),
    "no picture": SHOW % ("image/png", base64.b64encode(b"\x89PNG\r\n\x1a\n<script>alert(1)</script>").decode()),
    "another kind": SHOW % ("image/jpeg", picture(8, 8)),
    "a small one": SHOW % ("image/png", picture(8, 8)),
}


def run(
    material: pipeline.Material,
    executor: LocalExecutor,
    folder: Path,
    attacks: dict[str, str],
    *after: str,
    **limits: float,
) -> dict[str, Marked]:
    cells = {name: (WIDTH, attack, *after) for name, attack in attacks.items()}
    return grade_among_honest(with_limits(material, **limits), cells, folder, executor)


@pytest.fixture(scope="module", params=PARTS)
def memory(
    material: pipeline.Material, executor: LocalExecutor, folder: Path, request: pytest.FixtureRequest
) -> dict[str, Marked]:
    attacks = part_of(MEMORY, request.param, FIRST_HUNGRY)
    return run(material, executor, folder / f"memory-{request.param}", attacks, LATE, memory_mb=512)


@pytest.fixture(scope="module")
def bounded(material: pipeline.Material, executor: LocalExecutor, folder: Path) -> dict[str, Marked]:
    return run(material, executor, folder / "bounded", BOUNDED, LATE)


@pytest.fixture(scope="module", params=PARTS)
def endless(
    material: pipeline.Material, executor: LocalExecutor, folder: Path, request: pytest.FixtureRequest
) -> dict[str, Marked]:
    attacks = part_of(ENDLESS, request.param, FIRST_ENDLESS)
    return run(material, executor, folder / f"endless-{request.param}", attacks, cell_seconds=3, notebook_seconds=6)


@pytest.fixture(scope="module")
def floods(material: pipeline.Material, executor: LocalExecutor, folder: Path) -> dict[str, Marked]:
    return run(material, executor, folder / "floods", FLOODS, LATE, output_kb=64)


@pytest.fixture(scope="module")
def pictures(material: pipeline.Material, executor: LocalExecutor, folder: Path) -> dict[str, Marked]:
    return run(material, executor, folder / "pictures", PICTURES)


def test_too_much_memory_is_out_of_memory_and_keeps_what_came_before(memory: dict[str, Marked]) -> None:
    for name in memory.keys() & MEMORY:
        assert memory[name].outcome is Outcome.OUT_OF_MEMORY, (name, memory[name].said)
        assert memory[name].points == {"width": 2, "model": 0, "accuracy": 0}, name


def test_hungry_notebooks_harm_nobody(memory: dict[str, Marked], alone: Marked) -> None:
    assert_honest_unharmed(memory, alone)


@pytest.mark.parametrize("name", BOUNDED)
def test_what_a_limit_stops_keeps_what_came_before(bounded: dict[str, Marked], name: str) -> None:
    assert bounded[name].outcome in (Outcome.COMPLETED, Outcome.CRASHED, Outcome.OUT_OF_MEMORY), bounded[name].said
    assert bounded[name].points == {"width": 2, "model": 0, "accuracy": 0}


def test_bounded_notebooks_harm_nobody(bounded: dict[str, Marked], alone: Marked) -> None:
    assert_honest_unharmed(bounded, alone)


def test_memory_that_belongs_to_no_process_is_refused(bounded: dict[str, Marked]) -> None:
    assert bounded["memory without a process"].text(1) == "[1, 1, 1]\n"
    assert bounded["page tables"].text(1) == "True\n"


def test_disk_and_files_have_a_quota_of_their_own(bounded: dict[str, Marked]) -> None:
    assert bounded["disk"].text(1) == "['ENOSPC', 'ENOSPC', 'ENOSPC']\n"
    assert bounded["files"].text(1) == "['ENOSPC', 'ENOSPC', 'ENOSPC']\n"
    assert bounded["a sparse file"].text(1) == "EFBIG\n"


def test_processes_threads_and_open_files_are_limited_for_good(bounded: dict[str, Marked]) -> None:
    assert bounded["threads"].text(1) == "can't start new thread True\n"
    assert bounded["open files"].text(1) == "EMFILE True\n"
    assert set(bounded["higher limits"].text(1).split()) == {"refused"}


def test_a_crash_of_the_interpreter_is_called_one(bounded: dict[str, Marked]) -> None:
    for name in ("a segmentation fault", "a fault in a thread", "a stack overflow"):
        assert bounded[name].outcome in (Outcome.CRASHED, Outcome.OUT_OF_MEMORY), name
    assert "SIGSEGV" in bounded["a segmentation fault"].said
    assert bounded["faults of its children"].outcome is Outcome.COMPLETED


def test_what_never_ends_is_ended_and_keeps_what_came_before(endless: dict[str, Marked]) -> None:
    for name in endless.keys() & ENDLESS:
        assert endless[name].outcome is Outcome.TIMED_OUT, (name, endless[name].said)
        assert endless[name].points == {"width": 2, "model": 0, "accuracy": 0}, name


def test_endless_notebooks_harm_nobody(endless: dict[str, Marked], alone: Marked) -> None:
    assert_honest_unharmed(endless, alone)


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_of_output_is_cut_and_said(floods: dict[str, Marked], name: str) -> None:
    size = sum(len(str(output)) for cell in floods[name].record.cells for output in cell.outputs)
    assert size < 2**20
    assert len(floods[name].page) < 4 * 2**20
    assert floods[name].points["width"] == 2
    assert floods[name].outcome is Outcome.OUTPUT_LIMIT or name == "endings", floods[name].said


def test_floods_harm_nobody(floods: dict[str, Marked], alone: Marked) -> None:
    assert_honest_unharmed(floods, alone)


def test_pictures_are_capped_and_drawn_anew(pictures: dict[str, Marked], alone: Marked) -> None:
    assert_honest_unharmed(pictures, alone)
    shown = {name: pictures[name].record.cells[1].outputs[0]["data"] for name in PICTURES}
    for name in ("20,000 x 20,000", "a long one", "no picture", "another kind"):
        assert "image/png" not in shown[name], name
        assert shown[name]["application/x-left-out"] == "picture"
    assert Image.open(io.BytesIO(base64.b64decode(shown["a small one"]["image/png"]))).size == (8, 8)


DAEMON = """
import os, signal, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        while True:
            open('/work/alive', 'a').write('x')
            time.sleep(0.05)
    os._exit(0)
os.wait()
"""
NOHUP = "import os\nos.system('nohup setsid sh -c \"while true; do sleep 1; done\" > /dev/null 2>&1 &')"
LOOK = "import json, os\nprint(json.dumps([sorted(name for name in os.listdir('/proc') if name.isdigit()), os.listdir('/work')]))"


def test_daemons_are_dead_before_their_place_is_used_again(
    material: pipeline.Material, executor: LocalExecutor, folder: Path, alone: Marked
) -> None:
    cells: dict[str, tuple[str, ...]] = {}
    for number in range(3):
        cells |= {f"daemon {number}": (f"# {number}", WIDTH, DAEMON), f"nohup {number}": (f"# {number}", WIDTH, NOHUP)}
        cells |= {f"looks {number}": (f"# {number}", WIDTH, LOOK)}
    found = grade_among_honest(material, cells, folder / "daemons", executor)
    assert_honest_unharmed(found, alone)
    for name, marked in found.items():
        if name.startswith("looks"):
            processes, files = marked.printed()
            assert len(processes) == 2
            assert files == ["data"]


def test_an_answer_that_never_comes_is_missing(endless: dict[str, Marked]) -> None:
    for marked in (endless[name] for name in endless.keys() & ENDLESS):
        assert marked.record.answers["model"].state is AnswerState.MISSING
