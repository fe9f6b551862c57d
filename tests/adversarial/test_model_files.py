"""Models, files of models and predictions: what they hold runs in the sandbox or nowhere, and is checked before it is marked."""

import json
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader import pipeline
from grader.execute.local import LocalExecutor
from grader.intake.folders import collect
from grader.model.exercise import HandIn
from grader.model.record import Outcome, ProbeState
from tests.adversarial.batch import (
    FULL,
    HONEST,
    MODEL,
    WIDTH,
    Marked,
    assert_honest_unharmed,
    grade,
    grade_among_honest,
    with_limits,
)
from tests.conftest import notebook, present
from tests.reading import as_read

pytestmark = pytest.mark.slow

# Each would leave a trace where it runs: a file, with the name of the host that it runs on.
TRACE = "import os, socket\ndef trace(*ignored):\n    open('/tmp/quokka-trace', 'a').write(socket.gethostname() + '\\n')\n    return ignored[0] if ignored else None\n"
SEEN = "import os\nprint(sorted(set(open('/tmp/quokka-trace').read().split())) if os.path.exists('/tmp/quokka-trace') else [])"
HANDS_ON = "a Lambda"
MODELS = {
    HANDS_ON: TRACE + MODEL + "\nmodel.add(keras.layers.Lambda(trace))",
    "a Lambda that is loaded": (
        TRACE
        + "import keras\nkeras.config.enable_unsafe_deserialization()\n"
        + "made = keras.Sequential([keras.Input((4,)), keras.layers.Lambda(lambda x: __import__('builtins').open('/tmp/quokka-trace', 'a').write('sandbox\\n') and x)])\n"
        + "made.save('lambda.keras')\nmodel = keras.models.load_model('lambda.keras', safe_mode=False)"
    ),
    "a config that imports": (
        TRACE + "import json, zipfile, keras\nfrom keras import layers\n" + MODEL + "\nmodel.save('a.keras')\ndel model\n"
        "with zipfile.ZipFile('a.keras') as archive:\n    parts = {name: archive.read(name) for name in archive.namelist()}\n"
        "config = json.loads(parts['config.json'])\nconfig['config']['layers'][1] = {'module': 'os', 'class_name': 'system', 'config': {'command': 'echo sandbox >> /tmp/quokka-trace'}, 'registered_name': None}\n"
        "parts['config.json'] = json.dumps(config).encode()\n"
        "with zipfile.ZipFile('b.keras', 'w') as archive:\n    for name, content in parts.items():\n        archive.writestr(name, content)\n"
        "model = keras.models.load_model('b.keras')"
    ),
    "a layer that acts": (
        TRACE + "import keras\nclass Acting(keras.layers.Layer):\n"
        "    def get_config(self):\n        trace()\n        raise SystemExit\n    weights = property(trace)\n    def __reduce__(self):\n        return trace, ()\n"
        "    def __del__(self):\n        trace()\nmodel = keras.Sequential([keras.Input((4,)), Acting()])"
    ),
    "a pickle": (
        TRACE + "import os, pickle\nclass Evil:\n    def __reduce__(self):\n        return os.system, ('echo sandbox >> /tmp/quokka-trace',)\n"
        "open('model.pkl', 'wb').write(pickle.dumps(Evil()))\nmodel = pickle.load(open('model.pkl', 'rb'))"
    ),
    "links in HDF5": (
        "import h5py\nwith h5py.File('model.h5', 'w') as file:\n    file['layer'] = h5py.ExternalLink('/etc/passwd', '/')\n    file['soft'] = h5py.SoftLink('/layer')\n"
        "import keras\nmodel = keras.models.load_model('model.h5')"
    ),
    "a shape of HDF5": (
        "import h5py\nwith h5py.File('model.h5', 'w') as file:\n    file.create_dataset('w', (2**40,), 'f8')\nmodel = h5py.File('model.h5')['w'][:]"
    ),
    "a SavedModel": (
        "import tensorflow as tf\nclass Saved(tf.Module):\n    @tf.function(input_signature=[])\n    def __call__(self):\n        return tf.io.read_file('/etc/passwd')\n"
        "tf.saved_model.save(Saved(), 'saved')\nmodel = tf.saved_model.load('saved')\nprint(model())"
    ),
    "a path": "model = '/etc/passwd'",
    "a file": "model = open('/etc/hostname', 'w') if False else open('/dev/null')",
    "bytes": "model = b'\\x80\\x04\\x95'",
}  # fmt: skip

PREDICTIONS: dict[str, str | None] = {
    "objects": "return np.array([{} for _ in images], dtype=object)",
    "text": "return ['a'] * len(images)",
    "too few": "return images[:5, 0, 0] % 3",
    "too many": "return np.tile(images[:, 0, 0] % 3, 2)",
    "one": "return 1",
    "nothing": "return []",
    "none": "return None",
    "a class too many": "return np.full(len(images), 3)",
    "negative ones": "return -(images[:, 0, 0].astype(int) % 3)",
    "fractions": "return images[:, 0, 0] % 3 + 0.5",
    "NaN": "return np.full(len(images), np.nan)",
    "infinity": "return np.full(len(images), np.inf)",
    "complex numbers": "return images[:, 0, 0] % 3 + 0j",
    "dates": "return np.zeros(len(images), 'datetime64[s]')",
    "records": "return np.zeros(len(images), [('label', 'i4')])",
    "void": "return np.zeros(len(images), 'V8')",
    "probabilities": "return np.eye(3)[images[:, 0, 0] % 3]",
    "more axes": "return (images[:, 0, 0] % 3).reshape((1,) * 30 + (-1,))",
    "a generator": "return (image[0, 0] % 3 for image in images)",
    "ragged lists": "return [[0] * (number % 3) for number in range(len(images))]",
    "deep lists": "deep = []\n    for _ in range(50_000):\n        deep = [deep]\n    return deep",
    "far too much": "return np.zeros((2**24, 20))",
    "a broadcast": "return np.broadcast_to(np.int64(1), (2**40,))",
    "a class that lies": "class Lie(np.ndarray):\n        def __array__(self, *_, **__): return self\n        dtype = property(lambda self: np.dtype('i8'))\n    return np.zeros(3, object).view(Lie)",
    "an exception": "raise ValueError('x' * 10_000_000)",
    "an exception that raises": "class Bad(Exception):\n        def __str__(self): raise SystemExit\n    raise Bad",
    "SystemExit": "raise SystemExit(0)",
    "an exit": "import os; os._exit(0)",
    "a crash": "import ctypes; ctypes.string_at(1)",
    "a fork": "import os; os.fork(); return images * 0",
    "the first process": "import os, time; os.kill(1, 15); time.sleep(5)",
    "an answer changed": "global width; width = 26; return images * 0",
    "too much memory": "return bytearray(300 * 2**30)",
    "no function": None,
}

SLOW = {
    "ten minutes": "import time; time.sleep(600)",
    "a loop": "while True: pass",
    "a loop that blocks signals": "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n    while True: pass",
    "output without end": "while True: print('x' * 1000)",
    "an array without end": "class Endless:\n        def __len__(self): return 9\n        def __getitem__(self, index):\n            while True: pass\n    return Endless()",
}  # fmt: skip


def predicting(body: str | None) -> tuple[str, ...]:
    if body is None:
        return WIDTH, "predict = 'a text'"
    return "width = 5", f"import numpy as np\ndef predict(images):\n    {body}"


@pytest.fixture(scope="module")
def models(material: pipeline.Material, executor: LocalExecutor, folder: Path) -> dict[str, Marked]:
    cells = {name: (WIDTH, source, SEEN) for name, source in MODELS.items()}
    return grade_among_honest(material, cells, folder / "models", executor)


@pytest.fixture(scope="module")
def predictions(
    material: pipeline.Material, executor: LocalExecutor, folder: Path, heldout: tuple[np.ndarray, np.ndarray]
) -> dict[str, Marked]:
    cells = {name: predicting(body) for name, body in PREDICTIONS.items()}
    in_order = json.dumps(heldout[1].tolist())
    cells["a list in order"] = predicting(f"return np.array({in_order})")
    cells["a list in another order"] = predicting(f"return np.array({in_order})[::-1]")
    cells["what was left lying about"] = predicting(
        "import glob\n    found = [path for folder in ('/work', '/tmp', '/dev/shm', '/opt/code') for path in glob.glob(folder + '/**/*.np*', recursive=True)]\n"
        "    return np.load(found[0])['labels'] if found else images * 0"
    )
    return grade_among_honest(material, cells, folder / "predictions", executor)


@pytest.fixture(scope="module")
def slow(material: pipeline.Material, executor: LocalExecutor, folder: Path) -> dict[str, Marked]:
    cells = {name: predicting(body) for name, body in SLOW.items()}
    return grade_among_honest(with_limits(material, probe_seconds=1), cells, folder / "slow", executor)


def test_hostile_models_harm_nobody(models: dict[str, Marked], alone: Marked) -> None:
    assert_honest_unharmed(models, alone)


@pytest.mark.parametrize("name", MODELS)
def test_a_hostile_model_runs_in_the_sandbox_or_nowhere(models: dict[str, Marked], name: str) -> None:
    assert models[name].text().strip() in ("[]", "['sandbox']"), models[name].said
    assert not Path("/tmp/quokka-trace").exists()
    assert models[name].points["width"] == 2
    assert models[name].outcome in (Outcome.COMPLETED, Outcome.OUT_OF_MEMORY)


@pytest.mark.parametrize("name", [name for name in MODELS if name != HANDS_ON])
def test_what_is_no_model_is_said_to_be_none(models: dict[str, Marked], name: str) -> None:
    finding = models[name].finding("model")
    assert finding.points < 3
    assert finding.reason


def test_a_lambda_that_hands_on_what_it_gets_is_no_layer_too_many(models: dict[str, Marked]) -> None:
    assert models[HANDS_ON].finding("model").points == 3


def test_hostile_predictions_harm_nobody(
    predictions: dict[str, Marked], slow: dict[str, Marked], alone: Marked
) -> None:
    assert_honest_unharmed(predictions, alone)
    assert_honest_unharmed(slow, alone)


@pytest.mark.parametrize(
    "name", [*PREDICTIONS, "a list in order", "a list in another order", "what was left lying about"]
)
def test_predictions_that_are_none_earn_nothing_and_say_why(predictions: dict[str, Marked], name: str) -> None:
    finding = predictions[name].finding("accuracy")
    assert finding.points == 0
    assert 20 < len(str(finding.reason)) < 2_000


def test_the_order_of_a_known_test_set_is_worth_no_more_than_guessing(predictions: dict[str, Marked]) -> None:
    for name in ("a list in order", "a list in another order"):
        score = present(predictions[name].finding("accuracy").score)
        assert score.value < 0.5


def test_answers_are_taken_before_predict_is_called(predictions: dict[str, Marked]) -> None:
    assert predictions["an answer changed"].points["width"] == 0


@pytest.mark.parametrize("name", SLOW)
def test_predict_has_a_limit_of_its_own(slow: dict[str, Marked], name: str) -> None:
    assert slow[name].record.probes["predict"].state is ProbeState.TIMED_OUT
    assert "limit" in as_read(slow[name].finding("accuracy").reason) or "longer" in as_read(
        slow[name].finding("accuracy").reason
    )
    assert slow[name].outcome is Outcome.COMPLETED


def test_files_of_models_beside_a_notebook_are_never_opened(
    material: pipeline.Material, executor: LocalExecutor, tmp_path: Path
) -> None:
    handed_in = tmp_path / "handed-in"
    for name in ("alice", "bob"):
        (handed_in / name).mkdir(parents=True)
        (handed_in / name / "work.ipynb").write_bytes(notebook(f"# {name}", *HONEST))
    evil = b"\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x02ls\x94\x85\x94R\x94."
    for suffix in ("pkl", "h5", "hdf5", "keras", "npy", "npz", "pt", "joblib", "zip.keras"):
        (handed_in / "alice" / f"model.{suffix}").write_bytes(evil)
    (handed_in / "alice" / "model.h5").unlink()
    (handed_in / "alice" / "model.h5").symlink_to("/etc/passwd")
    (handed_in / "alice" / "sitecustomize.py").write_text("raise SystemExit")
    found = grade(material, collect(handed_in, "quokka"), tmp_path / "results", executor)
    assert {name: marked.points for name, marked in found.items()} == {"alice": FULL, "bob": FULL}


# What a student would save at home; this runs where the tests run, in a process of its own.
SAVED = """
import os, sys
os.chdir(sys.argv[1])
import keras, numpy as np, tensorflow as tf
net = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(3, name='last')])
net.save('model.keras')
net.save_weights('net.weights.h5')
keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(4), keras.layers.Dense(3)]).save_weights('wider.weights.h5')
class Twice(keras.layers.Layer):
    def call(self, inputs):
        return 2 * inputs
keras.Sequential([keras.Input((8, 8, 1)), Twice(), keras.layers.Flatten(), keras.layers.Dense(3)]).save('twice.keras')
keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Lambda(lambda x: 2 * x), keras.layers.Flatten(), keras.layers.Dense(3)]).save('lambda.keras')
with tf.compat.v1.Graph().as_default(), tf.compat.v1.Session() as session:
    tf.compat.v1.get_variable('w', (3, 3))
    session.run(tf.compat.v1.global_variables_initializer())
    tf.compat.v1.train.Saver().save(session, './model.ckpt', write_meta_graph=False)
"""

NET = "import keras\nnet = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(3)])"
LOAD = "import keras\nmodel = keras.models.load_model('model.keras')"
USE = "def predict(images):\n    return model.predict(images[..., None], verbose=0).argmax(axis=1)"
GOOD = "def predict(images):\n    model.predict(images[..., None], verbose=0)\n    return images[:, 0, 0] % 3"
LATE = "import keras\ndef predict(images):\n    return keras.models.load_model('model.keras').predict(images).argmax(axis=1)"


def _copied(name: str, new_name: str) -> Callable[[Path, Path], None]:
    def copy(saved: Path, folder: Path) -> None:
        (folder / new_name).write_bytes((saved / name).read_bytes())

    return copy


def _too_large(_: Path, folder: Path) -> None:
    with (folder / "model.keras").open("wb") as file:
        file.truncate(2_000_000_000)


def _edited(saved: Path, folder: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(saved / "model.keras") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(folder / "model.keras", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _bomb(saved: Path, folder: Path) -> None:
    def without_config(parts: dict[str, bytes]) -> None:
        del parts["config.json"]

    _edited(saved, folder, without_config)
    with (
        zipfile.ZipFile(folder / "model.keras", "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("config.json", "w") as member,
    ):
        for _ in range(900):
            member.write(b" " * 1_000_000)


def _of_another_keras(saved: Path, folder: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        parts["metadata.json"] = b'{"keras_version": "9.1.0", "date_saved": "2031-01-01@00:00:00"}'
        parts["config.json"] = parts["config.json"].replace(b'"use_bias": true', b'"use_bias": true, "entangled": 3')

    _edited(saved, folder, change)


def _checkpoint(saved: Path, folder: Path) -> None:
    for path in (*saved.glob("model.ckpt*"), saved / "checkpoint"):
        (folder / path.name).write_bytes(path.read_bytes())


class _Acting:
    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return __import__("os").system, ("echo $(uname -n) >> /tmp/quokka-trace",)


def _pickle(name: str) -> Callable[[Path, Path], None]:
    def write(_: Path, folder: Path) -> None:
        (folder / name).write_bytes(pickle.dumps(_Acting()))

    return write


def _half(saved: Path, folder: Path) -> None:
    content = (saved / "model.keras").read_bytes()
    (folder / "model.keras").write_bytes(content[: len(content) // 2])


# What is handed in, how it is used, and what the student has to read about it.
MODEL_FILES: dict[str, tuple[Callable[[Path, Path], None], tuple[str, ...], str]] = {
    "two gigabytes": (_too_large, (LOAD, USE), "it can open only the files that you submitted with it and that the exercise accepts"),
    "a zip bomb": (_bomb, (LOAD, USE), "memory"),
    "a layer of its own": (_copied("twice.keras", "model.keras"), (LOAD, USE), "in the notebook, and decorate it"),
    "a layer of its own, loaded late": (_copied("twice.keras", "model.keras"), (LATE,), "in the notebook, and decorate it"),
    "a Lambda": (_copied("lambda.keras", "model.keras"), (LOAD, USE), "in the notebook, and decorate it"),
    "another Keras": (_of_another_keras, (LOAD, USE), "The file was probably saved with a different version of Keras"),
    "a checkpoint of TensorFlow 1": (_checkpoint, (f"{NET}\nnet.load_weights('model.ckpt')\nmodel = net", USE), "cannot read TensorFlow checkpoints or pickles"),
    "a pickle called a model": (_pickle("model.keras"), (LOAD, USE), "there is no `model`"),
    "a pickle": (_pickle("model.pkl"), ("import pickle\nmodel = pickle.load(open('model.pkl', 'rb'))", USE), "'int' object has no attribute 'predict'"),
    "weights of other layers": (_copied("wider.weights.h5", "net.weights.h5"), (f"{NET}\nnet.load_weights('net.weights.h5')\nmodel = net", USE), "the same layers as the one whose weights were saved"),
    "half a file": (_half, (LOAD, USE), "there is no `model`"),
    "no file": (lambda *_: None, (LOAD, USE), "there is no `model`"),
    "a file that is not taken": (_copied("model.keras", "model.onnx"), (LOAD.replace(".keras'", ".onnx'"), USE), "there is no `model`"),
}  # fmt: skip


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files as students save them."""
    folder = tmp_path_factory.mktemp("saved")
    subprocess.run([sys.executable, "-c", SAVED, str(folder)], check=True, capture_output=True, timeout=120)
    return folder


@pytest.fixture(scope="module")
def with_files(
    material: pipeline.Material,
    executor: LocalExecutor,
    folder: Path,
    saved: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Marked]:
    """Each of these files with a notebook that loads it, graded beside honest students who hand in models."""
    handed_in = tmp_path_factory.mktemp("with-files")
    submissions = {
        **MODEL_FILES,
        "honest with a model": (_copied("model.keras", "model.keras"), (WIDTH, MODEL.replace("model =", "other =") , LOAD, GOOD), ""),
        "honest with weights": (
            _copied("net.weights.h5", "net.weights.h5"), (WIDTH, MODEL, f"{NET}\nnet.load_weights('net.weights.h5')", GOOD.replace("model.", "net.")), "",
        ),
        "honest without": (lambda *_: None, HONEST, ""),
    }  # fmt: skip
    for number, (name, (make, cells, _)) in enumerate(submissions.items()):
        (handed_in / name).mkdir()
        make(saved, handed_in / name)
        (handed_in / name / "work.ipynb").write_bytes(notebook(f"# {number}", *cells))
    patterns = ("*.keras", "*.h5", "*.pkl", "model.ckpt*", "checkpoint")
    taking = replace(material, exercise=replace(material.exercise, hand_in=HandIn(patterns, max_mb=16)))
    return grade(taking, pipeline.take_in(taking, handed_in), folder / "with-files", executor)


def test_a_model_that_is_handed_in_lies_beside_the_notebook(with_files: dict[str, Marked]) -> None:
    for name in ("honest with a model", "honest with weights"):
        assert with_files[name].points["accuracy"] == 4, with_files[name].finding("accuracy").reason
    assert "'model.keras'" in with_files["honest with a model"].said


def test_hostile_model_files_harm_nobody(with_files: dict[str, Marked]) -> None:
    assert with_files["honest with weights"].points == FULL
    assert with_files["honest without"].points == FULL
    assert [name for name, marked in with_files.items() if not marked.assessment.publishable] == []
    assert not Path("/tmp/quokka-trace").exists()


@pytest.mark.parametrize("name", MODEL_FILES)
def test_a_model_file_that_does_not_load_earns_nothing_and_says_why(with_files: dict[str, Marked], name: str) -> None:
    finding = with_files[name].finding("accuracy")
    assert finding.points == 0
    assert MODEL_FILES[name][2] in str(finding.reason)
    assert 20 < len(str(finding.reason)) < 1_500
    assert with_files[name].outcome in (Outcome.COMPLETED, Outcome.OUT_OF_MEMORY)


def test_a_file_that_is_far_too_large_is_left_aside_and_it_is_said(with_files: dict[str, Marked]) -> None:
    assert "was not used: its size is 1,907.3 MiB" in with_files["two gigabytes"].page


def test_models_of_a_notebook_come_back_with_what_tells_their_weights_apart(with_files: dict[str, Marked]) -> None:
    models = with_files["honest with weights"].record.models
    assert set(models) == {"model", "net"}
    assert len(models["net"].weights) == 64
    assert with_files["honest with a model"].record.models["model"].weights == models["net"].weights
    assert any(models["net"].weights)
