"""Code of the staff that looks at what a notebook left behind: whatever that is, each observation ends and says how."""

import builtins
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.execute.inside.observing import STARTUP, Observer, read_file, remember_python
from grader.execute.local import LocalExecutor
from grader.model.exercise import Limits
from grader.model.job import Job, Observation, Probe
from grader.model.record import OWN_CODE, AnswerState, ObservationState, Outcome, ProbeState, Record

CODE = """
from collections.abc import Callable
from typing import Any
import numpy as np

def count(items): return len(items)
def of_class(items: dict): return len(items)
def stated(items):
    assert items == 7, "the items are not seven"
def fault(items): return items + 1
def attribute(items): return items.epoch
def called(function): return function(3)
def made(function): return lambda value: function(value) + 1
def with_default(items, absent=5): return absent
def everything(**notebook): return sorted(notebook)
def deep(function):
    try:
        function(3)
    except ValueError as error:
        raise RuntimeError("no") from error
def of_any(items: "Any"): return len(items)
def callable_one(items: Callable): return items()
def misspelt(items): return len(unknown)
"""


@pytest.fixture(autouse=True)
def _as_in_the_sandbox() -> None:
    """Modules that are imported before the first cell are known."""
    remember_python()


def observe(cell: str, name: str, *, reads: tuple[str, ...] = (), is_expression: bool = False) -> dict[str, Any]:
    """Run a cell and one observation; its value is under `value`."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(cell, namespace)
    observer = Observer(namespace)
    request = {"name": name, "code": CODE, "reads": reads, "is_expression": is_expression, "of_files": False}
    outcome = observer.observe(request)
    return {**outcome, **({"value": observer.values[name]} if name in observer.values else {})}


def test_an_observation_gets_the_numbers_that_the_request_names() -> None:
    code = "def area(drawn_numbers): return drawn_numbers['side'] ** 2"
    request = {"name": "area", "code": code, "reads": (), "is_expression": False, "of_files": False}
    observer = Observer({"drawn_numbers": {"side": 1}})  # a variable of the notebook does not replace them
    observer.observe({**request, "numbers": '{"side": 5}'})
    expression = {**request, "name": "drawn_numbers['side'] + 1", "code": "drawn_numbers['side'] + 1"}
    observer.observe({**expression, "is_expression": True, "numbers": '{"side": 5}'})
    assert observer.values == {"area": 25, "drawn_numbers['side'] + 1": 6}


RAISES = "def function(value): raise ValueError('mine')"
OUTCOMES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a value": ("items = [1, 2]", "count", {"state": "observed", "value": 2}),
    "no variable": ("x = 1", "count", {"state": "missing", "about": "items"}),
    "a blank": ("items = ...", "count", {"state": "missing", "about": "items"}),
    "another class": (
        "items = [1]", "of_class", {"state": "unsuitable", "about": "items", "found": "list", "wanted": "dict"},
    ),
    "a derived class": ("class D(dict): pass\nitems = D(a=1)", "of_class", {"state": "observed", "value": 1}),
    "a class that lies": (
        "class D:\n    __class__ = property(lambda self: dict)\nitems = D()",
        "of_class",
        {"state": "unsuitable", "about": "items", "found": "D", "wanted": "dict"},
    ),
    "any class": ("items = [1]", "of_any", {"state": "observed", "value": 1}),
    "a class of a protocol": ("def items(): return 4", "callable_one", {"state": "observed", "value": 4}),
    "not of a protocol": (
        "items = 3", "callable_one", {"state": "unsuitable", "about": "items", "found": "int", "wanted": "Callable"},
    ),
    "what the staff state": ("items = 8", "stated", {"state": "unsuitable", "message": "the items are not seven"}),
    "no such attribute": (
        "items = {}", "attribute", {"state": "unsuitable", "about": "items", "found": "dict", "wanted": ".epoch"},
    ),
    "an exception that has no clear cause": (
        "items = []", "fault",
        {"state": "unclear", "message": 'TypeError: can only concatenate list (not "int") to list', "line": 10},
    ),
    "a fault of the staff": (
        "items = []", "misspelt", {"state": "failed", "message": "NameError: name 'unknown' is not defined", "line": 23},
    ),
    "a function that takes no argument": (
        "def function(): return 1", "called",
        {
            "state": "raised", "in_cells": True,
            "message": "TypeError: function() takes 0 positional arguments but 1 was given",
        },
    ),
    "a class that takes no argument": (
        "class function: pass", "called",
        {"state": "raised", "message": "TypeError: function() takes no arguments", "in_cells": True},
    ),
    "a built-in function": (
        "function = len", "called",
        {"state": "unclear", "message": "TypeError: object of type 'int' has no len()", "line": 12},
    ),
    "a function that raises": (RAISES, "called", {"state": "raised", "message": "ValueError: mine", "in_cells": True}),
    "an exception behind another": (RAISES, "deep", {"state": "raised", "message": "RuntimeError: no", "in_cells": True}),
    "an exit": (
        "import sys\ndef function(value): sys.exit(3)", "called",
        {"state": "raised", "message": "SystemExit: 3", "in_cells": True},
    ),
    "an exception without a text": (
        "class E(BaseException):\n    def __str__(self): raise SystemExit\ndef function(value): raise E",
        "called",
        {"state": "raised", "message": "E", "in_cells": True},
    ),
    "a comparison of its own": (
        "class C:\n    def __eq__(self, other): raise KeyError('c')\nitems = C()", "stated",
        {"state": "raised", "message": "KeyError: 'c'", "in_cells": True},
    ),
    "an equal to everything": (
        "class C:\n    def __eq__(self, other): return True\nitems = C()", "stated", {"state": "observed", "value": None},
    ),
    "a default": ("items = 1", "with_default", {"state": "observed", "value": 5}),
    "a variable for a default": ("items = 1\nabsent = 6", "with_default", {"state": "observed", "value": 6}),
    "all variables": ("b = 1\na = 2\n_c = 3", "everything", {"state": "observed", "value": ["a", "b"]}),
}  # fmt: skip


@pytest.mark.parametrize(("cell", "name", "outcome"), OUTCOMES.values(), ids=OUTCOMES)
def test_each_observation_says_how_it_ended(cell: str, name: str, outcome: dict[str, Any]) -> None:
    assert observe(cell, name) == outcome


def test_an_observation_may_leave_a_function() -> None:
    assert observe("def function(value): return 2 * value", "made")["value"](4) == 9


EXPRESSIONS: dict[str, tuple[str, tuple[str, ...], dict[str, Any]]] = {
    "len(items)": ("items = [1, 2]", ("items",), {"state": "observed", "value": 2}),
    "[row + shift for row in items]": (
        "items = [1]\nshift = 1", ("items", "shift"), {"state": "observed", "value": [2]},
    ),
    "float(np.mean(items))": ("items = [1, 2]\nnp = None", ("items",), {"state": "observed", "value": 1.5}),
    "items.epoch": (
        "items = 3", ("items",), {"state": "unsuitable", "about": "items", "found": "int", "wanted": ".epoch"},
    ),
    "items[0]": ("x = 3", ("items",), {"state": "missing", "about": "items"}),
}  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_is_an_observation(expression: str) -> None:
    cell, reads, outcome = EXPRESSIONS[expression]
    assert observe(cell, expression, reads=reads, is_expression=True) == outcome


def test_names_of_the_notebook_do_not_reach_the_code_of_the_staff() -> None:
    assert observe("items = [1, 2]\nlen = max = np = print = None", "count")["value"] == 2


def test_built_in_functions_and_packages_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "max", None)
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert observe("items = [3, 2]", "len(items) + max(np.array(items))", reads=("items",), is_expression=True) == {
        "state": "observed",
        "value": 5,
    }


def test_start_up_code_of_the_course_is_not_the_notebooks() -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(RAISES, STARTUP, "exec"), namespace)
    request = {"name": "called", "code": CODE, "reads": (), "is_expression": False, "of_files": False}
    assert Observer(namespace).observe(request)["state"] == "unclear"


def test_a_module_that_does_not_run_is_a_fault_of_the_staff() -> None:
    observer = Observer({})
    request = {
        "name": "f",
        "code": "x = 1\ny = 1 / 0\ndef f(): return 1",
        "reads": (),
        "is_expression": False,
        "of_files": False,
    }
    assert observer.observe(request) == {"state": "failed", "message": "ZeroDivisionError: division by zero", "line": 2}


FILES = """
import numpy
import pandas

def array(array: numpy.ndarray = "a.npy"): return array.tolist()
def table(table: pandas.DataFrame = "t.csv"): return list(table.columns)
def text(text: str = "t.csv"): return text
def path(path="t.csv"): return path.name
def absent(path="none.txt"): return 1
"""


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("array", {"state": "observed"}),
        ("table", {"state": "observed"}),
        ("text", {"state": "observed"}),
        ("path", {"state": "observed"}),
        ("absent", {"state": "missing", "about": "none.txt"}),
    ],
)
def test_files_are_loaded_as_their_annotation_says(
    name: str, outcome: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("a.npy", np.ones(2))
    Path("t.csv").write_text("x,y\n1,2\n")
    observer = Observer({})
    request = {"name": name, "code": FILES, "reads": (), "is_expression": False, "of_files": True}
    assert observer.observe(request) == outcome
    values = {"array": [1.0, 1.0], "table": ["x", "y"], "text": "x,y\n1,2\n", "path": "t.csv"}
    assert observer.values.get(name) == values.get(name)


@pytest.mark.parametrize(
    ("content", "kind"), [(b"no array", "array"), (b"\x93NUMPY", "array"), (b"\xff\xfe", "text"), (b"", "table")]
)
def test_a_file_that_cannot_be_read_is_the_notebooks(
    content: bytes, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.npy", "t.csv"):
        Path(name).write_bytes(content)
    request = {"name": kind, "code": FILES, "reads": (), "is_expression": False, "of_files": True}
    outcome = Observer({}).observe(request)
    assert outcome["state"] == "unsuitable"
    assert outcome["about"] in ("a.npy", "t.csv")
    assert outcome["message"]


def test_files_are_read_up_to_a_limit_and_nothing_else_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_bytes(b"12345")
    Path("folder").mkdir()
    Path("link").symlink_to("file")
    __import__("os").mkfifo("pipe")
    assert read_file("file", 5) == ("sent", b"12345")
    assert read_file("file", 4) == ("too_large", b"")
    assert [read_file(name, 5) for name in ("folder", "link", "pipe", "none", "a\0b")] == [("missing", b"")] * 5


NOTEBOOK = (
    """
import builtins, sys, threading, time
import numpy as np
items = [1, 2, 3]
def double(value): return value * 2
def endless(value):
    while True:
        try:
            time.sleep(0.01)
        except Exception:
            pass
class Evil:
    __hash__ = None
    def __eq__(self, other): raise SystemExit
    def __repr__(self): raise KeyboardInterrupt
    def __array__(self, *a, **k): raise MemoryError
    def __len__(self): return -1
    def __del__(self): raise RuntimeError("in __del__")
    def __iter__(self): return self
    def __next__(self): return 1
evil = Evil()
np.save("a.npy", np.zeros((2, 3)))
open("b.npy", "w").write("no array")
""",
    """
import keras
def build(): return keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
build().save("m.keras")
class Scale(keras.layers.Layer):
    def __init__(self, factor=2.0, **options):
        super().__init__(**options)
        self.factor = factor
    def call(self, values): return values * self.factor
    def get_config(self): return {**super().get_config(), "factor": self.factor}
@keras.saving.register_keras_serializable(package="mine")
class Registered(Scale): pass
class Unknown(Scale): pass
def square(values): return values * values
def save(name, *layers): keras.Sequential([keras.Input((4,)), *layers]).save(name)
save("scale.keras", Scale(3.0), Registered(2.0), keras.layers.Dense(4, activation=square))
save("unknown.keras", Unknown())
save("lambda.keras", keras.layers.Lambda(lambda values: __import__("os").system("touch pwned") or values))
import json, zipfile
with zipfile.ZipFile("scale.keras") as archive:
    parts = {name: archive.read(name) for name in archive.namelist()}
config = json.loads(parts["config.json"])
config["config"]["layers"][1] = {"module": "os", "class_name": "system", "config": {"command": "touch pwned"}, "registered_name": None}
parts["config.json"] = json.dumps(config).encode()
with zipfile.ZipFile("imports.keras", "w") as archive:
    for name, content in parts.items():
        archive.writestr(name, content)
import pickle
class Bomb:
    def __reduce__(self): return (__import__("os").system, ("touch pwned",))
open("pickled.keras", "wb").write(pickle.dumps(Bomb()))
np.save("pickled.npy", np.array([Bomb()], dtype=object), allow_pickle=True)
keras.Model.predict = lambda *_, **__: 1 / 0
""",
    """
def busy():
    while True:
        print("x")
        time.sleep(0.05)
threading.Thread(target=busy, daemon=True).start()
print("a" * 100)
shown_figures = None
import matplotlib.pyplot as plt
plt.plot([1, 2]); plt.xlabel("first"); plt.show(); plt.plot([3, 4]); plt.xlabel("second")
builtins.sum = lambda _: 99
builtins.open = builtins.print = None
sys.modules["numpy"] = None
""",
)
OBSERVE = """
import numpy as np
def counted(items):
    print("printed by the staff")
    return sum(items)
def stuck(endless): return endless(3)
def after(items): return len(items)
def compared(evil): return evil == 3
def shown(evil): return repr(evil)
def measured(evil): return len(evil)
def as_array(evil): return np.asarray(evil).tolist()
def returned(evil): return evil
def built(build): return build()
def axes(shown_figures): return [figure.axes[0].get_xlabel() for figure in shown_figures]
def curve(shown_figures): return shown_figures[1].axes[0].get_lines()[0].get_ydata()
def doubled(double): return lambda value: double(value) + 1
"""
SAVED = """
import keras
import numpy
def shape(array: numpy.ndarray = "a.npy"): return list(array.shape)
def broken(array: numpy.ndarray = "b.npy"): return 1
def absent(path="none.txt"): return 1
def loaded(model: keras.Model = "m.keras"): return model
def predict(model: keras.Model = "m.keras"): return lambda images: model.predict(images, verbose=0)
def builtins_are_fresh(path="a.npy"): return sum([1, 2])
class Scale(keras.layers.Layer):
    def __init__(self, factor=2.0, **options):
        super().__init__(**options)
        self.factor = factor
    def call(self, values): return values * self.factor
class Registered(Scale): pass
def _unused(): pass
@keras.saving.register_keras_serializable()
def square(values): return values * values
def own(model: keras.Model = "scale.keras"): return [layer.factor for layer in model.layers[:2]]
def unknown(model: keras.Model = "unknown.keras"): return 1
def lambdas(model: keras.Model = "lambda.keras"): return 1
def imports(model: keras.Model = "imports.keras"): return 1
def pickled(model: keras.Model = "pickled.keras"): return 1
def pickled_array(array: numpy.ndarray = "pickled.npy"): return 1
def traces(path="a.npy"): return __import__("os").path.exists("pwned")
def numbers(drawn_numbers, path="a.npy"): return drawn_numbers["side"]
"""


def _observations(code: str, of_files: bool, **reads: str) -> tuple[Observation, ...]:
    return tuple(Observation(name=name, code=code, reads=(of,), of_files=of_files) for name, of in reads.items())


@pytest.fixture(scope="module")
def record(sandbox: LocalExecutor) -> Record:
    """One hostile notebook, and many observations of it."""
    array = __import__("io").BytesIO()
    np.save(array, np.ones((1, 4)))
    job = Job(
        cells=NOTEBOOK,
        names=("items",),
        probes=(Probe("double", "doubled", (5,), "a"), Probe("predict", "predict", (array.getvalue(),), "b")),
        files=(),
        limits=Limits(probe_seconds=4, cell_seconds=20, notebook_seconds=40),
        seed=1,
        environment=(),
        observations=(
            *_observations(
                OBSERVE, False, counted="items", stuck="endless", after="items", compared="evil", shown="evil",
                measured="evil", as_array="evil", returned="evil", built="build", doubled="double",
            ),
            Observation(name="axes", code=OBSERVE),
            Observation(name="curve", code=OBSERVE),
            Observation(name="len(items) + 1", code="len(items) + 1", reads=("items",), is_expression=True),
        ),
        on_files=(
            *_observations(
                SAVED, True, shape="a.npy", broken="b.npy", absent="none.txt", loaded="m.keras", predict="m.keras",
                builtins_are_fresh="a.npy", own="scale.keras", unknown="unknown.keras", lambdas="lambda.keras",
                imports="imports.keras", pickled="pickled.keras", pickled_array="pickled.npy", traces="a.npy",
            ),
            Observation(name="numbers", code=SAVED, reads=("a.npy",), of_files=True, numbers='{"side": 28}'),
        ),
    )  # fmt: skip
    (record,) = sandbox.run([job])
    return record


STATES = {
    "counted": ObservationState.OBSERVED,
    "stuck": ObservationState.LATE,
    "after": ObservationState.OBSERVED,
    "compared": ObservationState.RAISED,
    "shown": ObservationState.RAISED,
    "measured": ObservationState.UNCLEAR,
    "as_array": ObservationState.RAISED,
    "returned": ObservationState.OBSERVED,
    "built": ObservationState.OBSERVED,
    "doubled": ObservationState.OBSERVED,
    "axes": ObservationState.OBSERVED,
    "curve": ObservationState.OBSERVED,
    "len(items) + 1": ObservationState.OBSERVED,
    "shape": ObservationState.OBSERVED,
    "broken": ObservationState.UNSUITABLE,
    "absent": ObservationState.MISSING,
    "loaded": ObservationState.OBSERVED,
    "predict": ObservationState.OBSERVED,
    "builtins_are_fresh": ObservationState.OBSERVED,
    "own": ObservationState.OBSERVED,
    "unknown": ObservationState.UNCLEAR,
    "lambdas": ObservationState.UNSUITABLE,
    "imports": ObservationState.UNCLEAR,
    "pickled": ObservationState.UNSUITABLE,
    "pickled_array": ObservationState.UNSUITABLE,
    "traces": ObservationState.OBSERVED,
    "numbers": ObservationState.OBSERVED,
}


@pytest.mark.slow
def test_every_observation_of_a_hostile_notebook_ends_and_says_how(record: Record) -> None:
    assert record.outcome is Outcome.COMPLETED, record.remarks
    assert {name: run.state for name, run in record.observations.items()} == STATES
    assert record.observations["stuck"].in_cells


@pytest.mark.slow
def test_what_was_observed_are_answers_models_and_functions(record: Record) -> None:
    observed = {name: answer.value for name, answer in record.answers.items() if answer.state is AnswerState.VALUE}
    assert observed == {
        "items": [1, 2, 3], "counted": 6, "after": 3, "len(items) + 1": 4, "shape": [2, 3], "builtins_are_fresh": 3,
        "axes": ["first", "second"], "curve": [3, 4], "own": [3.0, 2.0], "traces": False, "numbers": 28,
    }  # fmt: skip
    assert record.answers["returned"].state is AnswerState.UNSUPPORTED
    assert {name: [row.kind for row in table.layers] for name, table in record.models.items()} == {
        "built": ["Dense"],
        "loaded": ["Dense"],
    }
    assert {name: result.state for name, result in record.probes.items()} == {
        "double": ProbeState.RETURNED,
        "predict": ProbeState.RETURNED,
    }


@pytest.mark.slow
def test_code_in_a_saved_model_is_named_and_not_loaded(record: Record) -> None:
    unknown, lambdas = record.observations["unknown"], record.observations["lambdas"]
    assert (unknown.about, unknown.found, unknown.wanted) == ("unknown.keras", "Unknown", OWN_CODE)
    assert (lambdas.about, lambdas.found, lambdas.wanted) == ("lambda.keras", "Lambda", OWN_CODE)


@pytest.mark.slow
def test_nothing_that_is_printed_after_the_cells_is_an_output(record: Record) -> None:
    assert "printed by the staff" not in str(record.cells)


ENDS = {
    "the process ends": "import os\ndef last(): os._exit(0)",
    "a crash": "import ctypes\ndef last(): ctypes.string_at(0)",
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "cell",
    [
        *(pytest.param(cell, id=name) for name, cell in ENDS.items()),
        pytest.param(
            "def last(): return sum(range(10**13))", id="a loop that no signal reaches", marks=pytest.mark.long
        ),
    ],
)
def test_a_process_that_ends_keeps_what_was_observed_before(cell: str, sandbox: LocalExecutor) -> None:
    code = "def first(items): return len(items)\ndef middle(last): return last()\ndef later(items): return 1"
    job = Job(
        cells=("items = [1]", cell),
        names=(),
        probes=(),
        files=(),
        limits=Limits(probe_seconds=1),
        seed=1,
        environment=(),
        observations=_observations(code, False, first="items", middle="last", later="items"),
    )
    (record,) = sandbox.run([job])
    assert record.answers["first"].value == 1
    states = [run.state for run in record.observations.values()]
    assert states[0] is ObservationState.OBSERVED
    assert states[1] in (ObservationState.ENDED, ObservationState.LATE)
    assert states[2] is ObservationState.NOT_REACHED
