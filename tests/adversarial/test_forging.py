"""What a notebook says about itself is a claim: no trick inside its process earns a mark or costs anybody one."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader import pipeline
from grader.execute.local import LocalExecutor
from grader.model.record import AnswerState, Outcome, ProbeState
from tests.adversarial.batch import (
    FRAMES,
    FULL,
    HONEST,
    MODEL,
    PREDICT,
    WIDTH,
    Marked,
    assert_honest_unharmed,
    grade,
    grade_among_honest,
    submission,
)
from tests.conftest import notebook

pytestmark = pytest.mark.slow

WRONG_MODEL = MODEL.replace("Conv2D(4, 3)", "Conv2D(5, 3, padding='same')")
BROKEN = "def broken(*args, **options):\n    raise ValueError('replaced')\n"

# Right answers, then what they are handed over with is replaced: the marks are those of the answers.
REPLACED = {
    "numpy": "import numpy as np\nfor name in ('load', 'save', 'array', 'asarray', 'ascontiguousarray', 'isfinite', 'argmax'):\n    setattr(np, name, broken)",
    "the form of arrays": "import numpy as np\nnp.lib.format.write_array = broken",
    "json": "import json\njson.dumps = json.loads = broken",
    "open and print": "import builtins, io\nbuiltins.open = builtins.print = io.open = broken",
    "sockets": "import socket\nsocket.socket.send = socket.socket.sendall = socket.socket.recv = socket.socket.close = broken",
    "os": "import os\nos.getpid = os.read = os.write = os.fork = broken",
    "math": "import math\nmath.isfinite = math.isnan = broken",
    "clocks": "import time\ntime.time = time.perf_counter = time.sleep = broken",
    "keras": (
        "import keras\n"
        "keras.Model.count_params = keras.Model.summary = keras.Model.evaluate = keras.Model.predict = broken\n"
        "keras.layers.Layer.get_config = keras.layers.Conv2D.get_config = keras.layers.Dense.get_config = broken\n"
        "keras.layers.Layer.weights = keras.Sequential.layers = keras.layers.Dense.output = property(broken)\n"
        "keras.layers.Layer.name = property(lambda self: 'x')"
    ),
    "names": "encode = describe = wire = Session = shell = connect = load = answers = grader = broken\nnames = cells = files = 3",
    "our modules": "import sys\nfor name in [name for name in sys.modules if name.startswith('inside')]:\n    del sys.modules[name]",
    "modules": "for name in ('json', 'numpy', 'socket', 'struct', 'keras', 'sitecustomize', 'inside'):\n    open(name + '.py', 'w').write('raise SystemExit')\nimport importlib; importlib.invalidate_caches()",
    "a keras of its own": "import os, sys\nos.makedirs('keras'); open('keras/__init__.py', 'w').write('raise SystemExit')\nsys.path.insert(0, '/work')",
    "the folder": "import os, shutil\nshutil.rmtree('/work', ignore_errors=True); os.chdir('/'); os.chmod('/work', 0)",
    "the streams": "import os\nfor number in (1, 2):\n    os.close(number)",
    "the collector": "import gc\ngc.disable(); gc.callbacks.append(broken)",
    "tracing": "import sys, threading\nsys.settrace(broken); threading.settrace(broken); sys.setprofile(broken)",
    "the recursion limit": "import sys\nsys.setrecursionlimit(60)",
    "hooks": "import atexit, sys\natexit.register(broken); sys.excepthook = sys.unraisablehook = sys.displayhook = broken",
    "limits": "import resource as r\nfor what in (r.RLIMIT_NOFILE, r.RLIMIT_NPROC, r.RLIMIT_FSIZE, r.RLIMIT_DATA, r.RLIMIT_AS):\n    r.setrlimit(what, (20, r.getrlimit(what)[1]))",
    "signals": "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))",
    "a finaliser": "class Last:\n    def __del__(self):\n        global width\n        width = 5\nlast = Last()",
    "the namespace later": (
        "import threading, time\n"
        "def alter():\n    time.sleep(0.5)\n    globals().update(width=5, predict=None)\n"
        "original = predict\ndef predict(images):\n    time.sleep(1.5)\n    return original(images)\n"
        "threading.Thread(target=alter, daemon=True).start()"
    ),
}

# Wrong answers, and tricks to have them taken for right ones.
LIES: dict[str, tuple[str, ...]] = {
    "nothing but the wrong model": ("width = 5", WRONG_MODEL),
    "keras that lies": (
        "width = 5",
        WRONG_MODEL,
        "keras.Model.count_params = lambda self: 475\n"
        "given = {'Conv2D': {'filters': 4, 'kernel_size': (3, 3), 'padding': 'valid', 'strides': (1, 1), 'use_bias': True}}\n"
        "original = keras.layers.Layer.get_config\n"
        "keras.layers.Conv2D.get_config = lambda self: given['Conv2D']\n"
        "keras.layers.Conv2D.compute_output_shape = lambda self, shape: (None, 6, 6, 4)\n"
        "keras.layers.Dense.weights = property(lambda self: [])\n"
        "model.layers[0].get_config = lambda: given['Conv2D']\n"
        "model.get_config = model.count_params = model.summary = lambda *a: given",
    ),
    "layers that lie": (
        "width = 5",
        "import keras\n"
        "class Conv2D(keras.layers.Conv2D):\n"
        "    def __init__(self, **options):\n        super().__init__(5, 3, padding='same')\n"
        "    def get_config(self):\n        return {'filters': 4, 'kernel_size': (3, 3), 'padding': 'valid', 'strides': (1, 1)}\n"
        "model = keras.Sequential([keras.Input((8, 8, 1)), Conv2D(), keras.layers.Flatten(), keras.layers.Dense(3)])",
    ),
    "a class called Model": (
        "width = 5",
        "class Layer:\n    __module__ = 'keras.src.layers'\n    name, weights, trainable_weights, input, output = 'x', [], [], None, None\n"
        "    def __init__(self, kind):\n        self.__class__ = type(kind, (Layer,), {})\n    def get_config(self):\n        return {'filters': 4}\n"
        "class Model:\n    __module__ = 'keras.src.models'\n    layers = [Layer('Conv2D'), Layer('Flatten'), Layer('Dense')]\n    inputs = None\nmodel = Model()",
    ),
    "an equal to everything": (
        "class Any:\n    def __eq__(self, other): return True\n    def __float__(self): return 26.0\n    __int__ = __index__ = lambda self: 26\n"
        "    __hash__ = None\n    def __repr__(self): return '26'\nwidth = model = Any()",
    ),
    "an int of its own": ("class Int(int):\n    __eq__ = lambda self, other: True\n    __str__ = __repr__ = lambda self: '26'\nwidth = Int(5)",),
    "a text of its own": ("class Text(str):\n    __eq__ = lambda self, other: True\n    __float__ = lambda self: 26.0\nwidth = Text('5')",),
    "an array of its own": (
        "import numpy as np\nclass Array(np.ndarray):\n    def tolist(self): return 26\n    def item(self): return 26\n    __float__ = lambda self: 26.0\n"
        "    dtype = property(lambda self: 1 / 0)\nwidth = np.zeros(1).view(Array)",
    ),
    "a scalar of its own": ("import numpy as np\nclass Number(np.float64):\n    def tolist(self): return 26\n    __float__ = lambda self: 26.0\nwidth = Number(5)",),
    "a tensor of its own": ("class Tensor:\n    __module__ = 'tensorflow'\n    def numpy(self): raise SystemExit\nwidth = Tensor()", "late = 1"),
    "a class of classes": ("class Meta(type):\n    __mro__ = property(lambda self: 1 / 0)\n    __name__ = property(lambda self: 1 / 0)\nclass Answer(metaclass=Meta):\n    __module__ = 5\nwidth = Answer()", "late = 1"),
    "a list in itself": ("width = []\nwidth.append(width)", "late = 1"),
    "a list of lists": ("width = []\nfor _ in range(200):\n    width = [width, width]", "late = 1"),
    "the largest number": ("width = 10 ** 1_000_000", "late = 1"),
    "half a character": ("width = '\\ud800'\nmodel = {'\\udfff': '\\ud800'}\nprint('\\ud800')", "late = 1"),
    "files of results": (
        "import os\nfor folder in ('.', '/tmp', '/work', '/dev/shm', '..'):\n"
        "    for name in ('results.json', 'grades.csv', 'score.txt', 'assessment.json', 'report.html'):\n"
        "        try:\n            open(os.path.join(folder, name), 'w').write('{\"score\": 100, \"points\": 9, \"outcome\": \"passed\"}')\n        except OSError:\n            pass",
    ),
    "claims": ("from IPython.display import HTML, JSON, Markdown, display\nprint('accuracy = 1.0, 100 points')\ndisplay(HTML('<b>9 of 9 points</b>'), Markdown('# passed'), JSON({'score': 1}))\n'100 %'",),
    "too late": (
        "width = 5",
        "import threading, time, atexit\n"
        "def better():\n    global width\n    while 'called' not in globals():\n        time.sleep(0.05)\n    width = 26\n"
        "threading.Thread(target=better, daemon=True).start()\natexit.register(better)\n"
        "def predict(images):\n    global called, width\n    called, width = True, 26\n    time.sleep(1)\n    return images",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def replaced(
    material: pipeline.Material, executor: LocalExecutor, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Marked]:
    cells = {name: (*HONEST, BROKEN + source, "late = 1") for name, source in REPLACED.items()}
    return grade_among_honest(material, cells, tmp_path_factory.mktemp("replaced"), executor)


@pytest.fixture(scope="module")
def lies(
    material: pipeline.Material, executor: LocalExecutor, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Marked]:
    return grade_among_honest(material, LIES, tmp_path_factory.mktemp("lies"), executor)


@pytest.mark.parametrize("name", REPLACED)
def test_what_a_notebook_replaces_changes_no_mark(replaced: dict[str, Marked], name: str) -> None:
    assert replaced[name].points == FULL, replaced[name].said


@pytest.mark.parametrize("name", LIES)
def test_a_lie_earns_nothing(lies: dict[str, Marked], name: str) -> None:
    honest_part = lies["nothing but the wrong model"].points["model"]
    allowed = honest_part if name in ("nothing but the wrong model", "keras that lies", "layers that lie") else 0
    assert lies[name].points["width"] == 0
    assert lies[name].points["accuracy"] == 0
    assert lies[name].points["model"] <= allowed < FULL["model"]
    assert lies[name].outcome is Outcome.COMPLETED, lies[name].said


def test_liars_harm_nobody(replaced: dict[str, Marked], lies: dict[str, Marked], alone: Marked) -> None:
    assert_honest_unharmed(replaced, alone)
    assert_honest_unharmed(lies, alone)


def test_only_plain_data_are_answers(lies: dict[str, Marked]) -> None:
    for name in ("an equal to everything", "a tensor of its own"):
        assert lies[name].record.answers["width"].state is AnswerState.UNSUPPORTED, name


@pytest.mark.parametrize(("name", "held"), [("an int of its own", 5), ("an array of its own", [0.0])])
def test_an_answer_is_what_a_value_holds_and_not_what_it_says_of_itself(
    lies: dict[str, Marked], name: str, held: object
) -> None:
    assert lies[name].record.answers["width"].value == held


# Messages that the harness never sends, or sends at another time.
GARBAGE: dict[str, str] = {
    "no output": "frame({'type': 'output'})",
    "no text": "frame({'type': 'output', 'output': {'output_type': 'stream', 'text': 5}})",
    "no type": "frame({})",
    "a list for a type": "frame({'type': ['output']})",
    "a list for a name": "frame({'type': 'answer', 'name': ['width'], 'answer': {'state': 'value', 'value': 26}})",
    "a strange answer": "frame({'type': 'answer', 'name': 'width', 'answer': 5})",
    "an answer nobody asked for": "frame({'type': 'answer', 'name': 'points', 'answer': {'state': 'value', 'value': 9}})",
    "a strange model": "frame({'type': 'answer', 'name': 'model', 'answer': {'state': 'unsupported', 'model': {'layers': [[]]}}})",
    "depth": 'frame(b\'{"type": "answer", "name": "width", "answer": {"state": "value", "value": \' + b\'[\' * 900 + b\']\' * 900 + b\'}}\')',
    "NaN": 'frame(b\'{"type": "done", "count": 1, "seconds": NaN}\')',
    "infinity": 'frame(b\'{"type": "done", "count": 1, "seconds": 1e999}\')',
    "a huge number": "frame({'type': 'done', 'count': 1, 'seconds': 10 ** 400})",
    "a longer number": 'frame(b\'{"type": "done", "seconds": 1, "count": \' + b\'9\' * 100_000 + b\'}\')',
    "a negative number": "frame({'type': 'done', 'count': -1, 'seconds': -1})",
    "no UTF-8": "frame(b'\\xff\\xfe{}')",
    "no JSON": "frame(b'GET / HTTP/1.1')",
    "no object": "frame(b'[]')",
    "a pickle": "frame(b'\\x80\\x04\\x95')",
    "a text of 15 MB": "frame({'type': 'answer', 'name': 'width', 'answer': {'state': 'value', 'type_name': 'str', 'value': 'x' * 15_000_000}})",
    "a long head": "line.sendall(struct.pack('>I', 2**32 - 1)); time.sleep(1)",
    "a long body": "frame({'type': 'output', 'bodies': [2**40]})",
    "negative lengths": 'frame(b\'{"type": "clear", "bodies": [-1]}\')',
    "a cell that does not exist": "frame({'type': 'cell', 'index': 10**9})",
    "a cell that has been": "frame({'type': 'cell', 'index': -1})",
    "a second start": "frame({'type': 'started'})",
    "a strange history": "frame({'type': 'histories', 'histories': {'h': {'loss': [10**400]}}})",
    "another end": "frame({'type': 'broken', 'text': 'x'})",
    "noise": "line.sendall(os.urandom(100_000))",
}

# Messages of the right form, but more than a run may return.
TOO_MUCH: dict[str, str] = {
    "models of empty lists": "for number in range(3):\n    frame({'type': 'model', 'name': f'm{number}', 'model': {'layers': [[]] * 3_500_000}})",
    "answers again and again": "for number in range(9):\n    frame({'type': 'answer', 'name': 'width', 'answer': {'state': 'value', 'type_name': 'list', 'value': [number] * 300_000}})",
    "texts": "for number in range(300):\n    frame({'type': 'answer', 'name': 'width', 'answer': {'state': 'value', 'type_name': 'list', 'value': ['x' * 19_000]}})",
    "more depth": "frame(b'[' * 5_000_000)",
    "small messages": "for number in range(250_000):\n    frame({'type': 'clear'})",
}

# Messages that look right: they are claims.
FORGED: dict[str, str] = {
    "an early end": "frame({'type': 'finished', 'cut': False})",
    "an early result": "frame({'type': 'finished', 'cut': False})\nframe({'type': 'returned', 'state': 'returned', 'message': '', 'seconds': 0.1}, npy(guess))",
    "only a result": "frame({'type': 'returned', 'state': 'returned', 'message': '', 'seconds': 0.1}, npy(guess))",
    "a result for the inputs": (
        "frame({'type': 'finished', 'cut': False})\n"
        "seen = line.recv(4); seen = line.recv(1000)\n"
        "frame({'type': 'returned', 'state': 'returned', 'message': '', 'seconds': 0.1}, npy(guess))"
    ),
    "a thread that answers": (
        "import threading\n"
        "def answer():\n    line.recv(4)\n    frame({'type': 'returned', 'state': 'returned', 'message': '', 'seconds': 0.1}, npy(guess))\n"
        "threading.Thread(target=answer, daemon=True).start()"
    ),
    "a verdict": "frame({'type': 'finished', 'cut': False, 'points': 9, 'score': 1.0, 'accuracy': 1.0, 'verdict': 'passed'})",
    "an object array": "frame({'type': 'finished', 'cut': False})\nframe({'type': 'returned', 'state': 'returned', 'message': '', 'seconds': 0.1}, npy(np.array([{}], object)))",
    "an array of 8 TB": (
        "frame({'type': 'finished', 'cut': False})\n"
        "head = b\"{'descr': '<i8', 'fortran_order': False, 'shape': (1099511627776,), }\".ljust(117) + b'\\n'\n"
        "frame({'type': 'returned', 'state': 'returned', 'message': '', 'seconds': 0.1}, b'\\x93NUMPY\\x01\\x00v\\x00' + head)"
    ),
    "no array": "frame({'type': 'finished', 'cut': False})\nframe({'type': 'returned', 'state': 'returned', 'message': '', 'seconds': 0.1}, b'\\x80\\x04\\x95')",
}  # fmt: skip
GUESS = FRAMES + (
    "import io, time\nimport numpy as np\nguess = np.random.default_rng(3).integers(0, 3, 200)\n"
    "def npy(array):\n    stream = io.BytesIO()\n    np.save(stream, array, allow_pickle=True)\n    return stream.getvalue()\n"
)


@pytest.fixture(scope="module")
def garbage(
    material: pipeline.Material, executor: LocalExecutor, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Marked]:
    cells = {name: (WIDTH, GUESS, source, "import time; time.sleep(0.2)") for name, source in GARBAGE.items()}
    return grade_among_honest(material, cells, tmp_path_factory.mktemp("garbage"), executor)


@pytest.fixture(scope="module")
def too_much(
    material: pipeline.Material, executor: LocalExecutor, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Marked]:
    cells = {name: (WIDTH, GUESS, source, "import time; time.sleep(0.2)") for name, source in TOO_MUCH.items()}
    return grade_among_honest(material, cells, tmp_path_factory.mktemp("too much"), executor)


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_run_that_hands_over_too_much_in_all_is_ended_and_harms_nobody(
    too_much: dict[str, Marked], name: str, alone: Marked
) -> None:
    assert too_much[name].outcome is Outcome.OUTPUT_LIMIT, too_much[name].said
    assert_honest_unharmed(too_much, alone)


@pytest.fixture(scope="module")
def forged(
    material: pipeline.Material, executor: LocalExecutor, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Marked]:
    cells = {name: (WIDTH, GUESS, source, "import time; time.sleep(0.2)") for name, source in FORGED.items()}
    return grade_among_honest(material, cells, tmp_path_factory.mktemp("forged"), executor)


@pytest.mark.parametrize("name", GARBAGE)
def test_a_damaged_message_ends_its_own_run_and_keeps_what_came_before(garbage: dict[str, Marked], name: str) -> None:
    assert garbage[name].outcome is Outcome.CRASHED, garbage[name].said
    assert garbage[name].points == {"width": 2, "model": 0, "accuracy": 0}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_result_earns_no_accuracy(forged: dict[str, Marked], name: str) -> None:
    assert forged[name].points == {"width": 2, "model": 0, "accuracy": 0}
    json.loads(json.dumps(forged[name].assessment.points))


def test_forgers_harm_nobody(garbage: dict[str, Marked], forged: dict[str, Marked], alone: Marked) -> None:
    assert_honest_unharmed(garbage, alone)
    assert_honest_unharmed(forged, alone)


def test_a_forged_array_is_refused_before_it_is_loaded(forged: dict[str, Marked]) -> None:
    for name in ("an object array", "an array of 8 TB", "no array"):
        assert forged[name].record.probes["predict"].state is ProbeState.REFUSED


ENDINGS = {
    "sys.exit": "import sys; sys.exit(0)",
    "SystemExit": "raise SystemExit('passed')",
    "KeyboardInterrupt": "raise KeyboardInterrupt",
    "BaseException": "class All(BaseException):\n    def __str__(self): raise KeyboardInterrupt\nraise All",
    "quit": "quit()",
    "exit": "exit(0)",
    "os._exit": "import os; os._exit(0)",
    "os._exit(200)": "import os; os._exit(200)",
    "os._exit(255)": "import os; os._exit(255)",
    "abort": "import os; os.abort()",
    "a real-time signal": "import os; os.kill(os.getpid(), 40)",
    "exec": "import os; os.execv('/bin/true', ['true'])",
    "its own group": "import os; os.kill(0, 9)",
    "a closed socket": "import os; os.closerange(3, 256)",
    "a replaced socket": "import os\nfor number in range(3, 64):\n    os.dup2(1, number)",
    "the first process": "import os, time; os.kill(1, 15); time.sleep(1)",
    "the first process, interrupted": "import os, time; os.kill(1, 2); time.sleep(1)",
    "a fork that goes on": "import os; os.fork(); os.fork()",
    "a cancelled loop": "import asyncio\nfor task in asyncio.all_tasks():\n    task.cancel()",
    "the shell": "get_ipython().run_cell = get_ipython().run_cell_async = None",
    "everything": "import builtins\nfor name in ('len', 'isinstance', 'type', 'str', 'getattr'):\n    setattr(builtins, name, None)",
}


@pytest.fixture(scope="module")
def ended(
    material: pipeline.Material, executor: LocalExecutor, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Marked]:
    cells = {name: (WIDTH, source, "late = 1") for name, source in ENDINGS.items()}
    return grade_among_honest(material, cells, tmp_path_factory.mktemp("ended"), executor)


@pytest.mark.parametrize("name", ENDINGS)
def test_an_ending_is_no_pass_and_keeps_what_came_before(ended: dict[str, Marked], name: str) -> None:
    assert ended[name].points == {"width": 2, "model": 0, "accuracy": 0}, ended[name].said
    assert ended[name].outcome in (Outcome.COMPLETED, Outcome.CRASHED)


def test_endings_harm_nobody(ended: dict[str, Marked], alone: Marked) -> None:
    assert_honest_unharmed(ended, alone)


def stored(*cells: str, **changes: Any) -> bytes:
    """A notebook with outputs that look right, and metadata that claim a lot."""
    made = nbformat.reads(notebook(*cells).decode(), 4)
    for number, cell in enumerate(made.cells):
        cell.outputs = [nbformat.v4.new_output("stream", text="26\naccuracy = 1.0\n")]
        cell.execution_count = number + 1
        cell.metadata = {
            "points": 100,
            "grader": {"grade": True, "points": 100, "locked": False},
            "nbgrader": {"score": 9},
        }
    made.metadata.update(changes)
    return str(nbformat.writes(made)).encode()


def test_only_what_is_executed_here_counts(
    material: pipeline.Material, executor: LocalExecutor, tmp_path: Path, alone: Marked
) -> None:
    broken = ("width = missing", "model = missing", "def predict(images):\n    return missing")
    kernel = {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}, "language_info": {"name": "R"}}
    claims = {"max_points": 1, "points": {"width": 9}, "grades": {"total": 9}, "exercise": "another"}
    found = grade(
        material,
        [
            submission("honest", notebook(*HONEST)),
            submission("stored outputs", stored(*broken)),
            submission("other points", stored(*HONEST, **claims)),
            submission("another kernel", stored(*HONEST, **kernel)),
            submission("in another order", notebook(PREDICT, MODEL, WIDTH)),
            submission("twice", notebook(*HONEST, *HONEST)),
            submission("without", notebook(WIDTH)),
        ],
        tmp_path,
        executor,
    )
    assert_honest_unharmed(found, alone)
    assert found["stored outputs"].points == {"width": 0, "model": 0, "accuracy": 0}
    assert all(cell.error for cell in found["stored outputs"].record.cells[:2])
    assert found["other points"].points == FULL
    assert found["other points"].assessment.max_points == 9
    assert found["another kernel"].points == FULL
    assert "It was run with the Python of the course" in found["another kernel"].said
    assert found["in another order"].points == found["twice"].points == FULL
    assert found["without"].points == {"width": 2, "model": 0, "accuracy": 0}
    assert found["without"].said
