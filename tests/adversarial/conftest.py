"""A tiny course with a held-out set, and one executor for all that attack it."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.execute import conversation, isolation
from grader.execute.fork_server import ForkServer
from grader.execute.local import LocalExecutor
from grader.model.record import Isolation
from tests.adversarial import batch
from tests.adversarial.batch import Marked
from tests.conftest import NO_SANDBOX, notebook

EXERCISE = """
title = "Quokka"
summary = "Small enough to attack."
lecture = "none"
slide = "none"
seed = 1

[limits]
notebook_seconds = 90
cell_seconds = 45
probe_seconds = 20
memory_mb = 1024
processes = 96
output_kb = 256
disk_mb = 32

[[files]]
name = "data/public.txt"

[[questions]]
id = "width"
title = "Width"
kind = "number"
answer = "width"
points = 2

[[questions]]
id = "model"
title = "Model"
kind = "architecture"
answer = "model"
points = 3

[[questions]]
id = "accuracy"
title = "Accuracy"
kind = "accuracy"
answer = "predict"
points = 4
thresholds = [{ accuracy = 0.6, points = 0 }, { accuracy = 0.9, points = 4 }]
"""

KEY = """
HELDOUT = {"accuracy": {"file": "heldout/quokka-heldout.npz", "classes": ["a", "b", "c"]}}

def answers():
    return {"width": 26, "model": "quokka_net"}
"""

_WINDOW = {"strides": [1, 1], "padding": "valid", "dilation_rate": [1, 1], "groups": 1}
FACTS = {
    "quokka_net": {
        "source": "none",
        "table": {
            "input_shape": [None, 8, 8, 1],
            "compiled": {},
            "layers": [
                {
                    "name": "convolution", "kind": "Conv2D", "inbound": [],
                    "config": {"filters": 4, "kernel_size": [3, 3], "activation": "linear", "use_bias": True, **_WINDOW},
                    "input_shape": [None, 8, 8, 1], "output_shape": [None, 6, 6, 4], "parameters": 40, "trainable": 40,
                },
                {
                    "name": "flatten", "kind": "Flatten", "inbound": ["convolution"], "config": {},
                    "input_shape": [None, 6, 6, 4], "output_shape": [None, 144], "parameters": 0, "trainable": 0,
                },
                {
                    "name": "dense", "kind": "Dense", "inbound": ["flatten"],
                    "config": {"units": 3, "activation": "linear", "use_bias": True},
                    "input_shape": [None, 144], "output_shape": [None, 3], "parameters": 435, "trainable": 435,
                },
            ],
        },
    }
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def short_grace() -> Iterator[None]:
    """Cells that cannot be interrupted are ended after 3 s more, not 10. Seconds of the run, also on a busy machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conversation, "GRACE_SECONDS", 3.0)
        yield


@pytest.fixture(scope="session")
def heldout() -> tuple[np.ndarray, np.ndarray]:
    """Held-out images and labels in the order of their file."""
    images = np.random.default_rng(7).integers(0, 256, (200, 8, 8), np.uint8)
    return images, (images[:, 0, 0] % 3).astype(np.int64)


@pytest.fixture(scope="session")
def quokka(tmp_path_factory: pytest.TempPathFactory, heldout: tuple[np.ndarray, np.ndarray]) -> Course:
    """A course with one exercise; its name occurs in every path and in nothing that may be seen."""
    root = tmp_path_factory.mktemp("quokka-course")
    held = io.BytesIO()
    np.savez(held, inputs=heldout[0], labels=heldout[1])
    given = notebook("width = ...", "model = ...", "def predict(images):\n    return ...")
    contents = {
        "exercises/quokka/exercise.toml": EXERCISE.encode(),
        "exercises/quokka/data/public.txt": b"public",
        "exercises/quokka/notebook.ipynb": given,
        "solutions/quokka/notebook.ipynb": given,
        "solutions/quokka/key.py": KEY.encode(),
        "solutions/quokka/heldout/quokka-heldout.npz": held.getvalue(),
        "reference_models/facts.json": json.dumps(FACTS).encode(),
    }
    for name, content in contents.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return Course(root)


@pytest.fixture(scope="session")
def material(quokka: Course) -> pipeline.Material:
    return pipeline.load(quokka, "quokka")


@pytest.fixture(scope="session")
def executor() -> Iterator[LocalExecutor]:
    """Two workers, so that the honest run beside the hostile."""
    if isolation.available() is not Isolation.SANDBOX:
        pytest.skip(NO_SANDBOX)
    with LocalExecutor(2, ForkServer, Isolation.SANDBOX) as made:
        yield made


@pytest.fixture(scope="session")
def alone(material: pipeline.Material, executor: LocalExecutor, tmp_path_factory: pytest.TempPathFactory) -> Marked:
    """An honest submission in a class without attackers: what it gets and takes there, it gets and takes anywhere."""
    return batch.alone(material, tmp_path_factory.mktemp("alone"), executor)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the results of one module go."""
    return tmp_path_factory.mktemp("results")
