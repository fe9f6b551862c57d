"""`cifar10`: every student's numbers, the key against Keras, and no image of CIFAR-10 in the course."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.course.release import read_solution, with_numbers
from grader.model.key import AnswerKey
from tests.conftest import ROOT
from tests.course_content.from_keras import from_keras
from tests.course_content.students import COURSE, drawn_keys, exercise_of

EXERCISE = exercise_of("cifar10")
NUMBERS = [question for question in EXERCISE.questions if question.kind in ("number", "array")]
WITH_KERAS = ("imports", "augmentation", "model", "data", "train", "try")

KERAS = """
import json, sys
import keras
import numpy as np
from keras import layers as L

def of(given):
    net = keras.Sequential([keras.Input((given["side"], given["side"], 3))])
    for block, padding in ((1, "same"), (2, "same"), (3, "valid")):
        for _ in range(2):
            net.add(L.Conv2D(given[f"filters_{block}"], 3, padding=padding))
            net.add(L.BatchNormalization())
        net.add(L.MaxPooling2D(2))
    net.add(L.Flatten())
    net.add(L.Dense(given["classes"]))
    count = lambda weights: sum(int(np.prod(weight.shape)) for weight in weights)
    scale = L.Normalization()
    scale.adapt(np.array(given["pixels"], "float32"))
    return {
        "conv3_params": net.layers[5].count_params(),
        "flatten_length": net.layers[-2].output.shape[1],
        "norm_params": sum(layer.count_params() for layer in net.layers if isinstance(layer, L.BatchNormalization)),
        "total_params": net.count_params(),
        "frozen_params": count(net.non_trainable_weights),
        "trainable_params": count(net.trainable_weights),
        "elu": np.asarray(keras.activations.elu(np.array(given["values"]))).tolist(),
        "standardised": np.asarray(scale(np.array([given["new_pixel"]], "float32")))[0].tolist(),
    }

print(json.dumps([of(given) for given in json.loads(sys.argv[1])]))
"""

AUGMENT = """
import json
import keras
import numpy as np
from reference_models import load

augmentation = load("alzahrani_augmentation").build()
images = np.random.default_rng(1).uniform(size=(8, 32, 32, 3)).astype("float32")
turned = keras.layers.RandomRotation((0.25, 0.25), fill_mode="nearest")(images, training=True)
print(json.dumps([
    float(np.abs(np.asarray(augmentation(images, training=False)) - images).max()),
    float(np.abs(np.asarray(augmentation(images, training=True)) - images).max()),
    float(min(np.abs(np.asarray(turned) - np.rot90(images, k, (1, 2))).max() for k in (1, 3))),
]))
"""


def drawn() -> tuple[AnswerKey, ...]:
    return drawn_keys("cifar10")


def solution(key: AnswerKey) -> dict[str, Any]:
    """What the cells of the solution leave that need no Keras."""
    notebook = json.loads(
        with_numbers(read_solution(COURSE, "cifar10"), "cifar10", {**key.numbers, "variant": "common"})
    )
    names: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and cell["id"] not in WITH_KERAS:
            exec("".join(cell["source"]), names)
    return names


def test_numbers_are_easy_by_hand() -> None:
    for key in drawn():
        assert np.array(key.numbers["pixels"]).min() >= 0
        assert np.array(key.numbers["pixels"]).max() <= 255
        assert all(value == int(value) for value in key.answers["channel_mean"] + key.answers["channel_std"])
        assert all(abs(value) in (0.5, 1.5) for value in key.answers["standardised"])
        assert key.numbers["side"] % 8 == 0


def test_the_solution_gives_the_answers_of_the_key_for_any_numbers() -> None:
    for key in drawn()[:100]:
        names = solution(key)
        for question in NUMBERS:
            np.testing.assert_allclose(names[question.answer], key.answers[question.id], err_msg=question.id)


def test_the_network_of_the_lecture_has_896_parameters_that_are_not_trained() -> None:
    table = drawn()[0].references["alzahrani_cifar10_cnn"]
    trainable = sum(layer.trainable for layer in table.layers)
    assert (table.parameters, trainable, table.parameters - trainable) == (293_930, 293_034, 896)


def test_no_image_of_cifar10_is_in_the_repository() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert not [name for name in listed.splitlines() if "cifar" in name and name.endswith((".npz", ".npy", ".gz"))]
    ignored = (ROOT / ".gitignore").read_text()
    assert "/exercises/cifar10/data/*.npz" in ignored
    assert "/solutions/cifar10/heldout/*.npz" in ignored


def test_the_data_are_made_from_any_file_with_the_four_arrays(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    arrays: dict[str, Any] = {
        "x_train": rng.integers(0, 256, (10_500, 2, 2, 3), dtype=np.uint8),
        "y_train": np.arange(10_500).reshape(-1, 1) % 10,
        "x_test": rng.integers(0, 256, (2_500, 2, 2, 3), dtype=np.uint8),
        "y_test": np.arange(2_500).reshape(-1, 1) % 10,
    }
    np.savez(tmp_path / "all.npz", **arrays)
    script = tmp_path / "solutions" / "cifar10" / "make_data.py"
    script.parent.mkdir(parents=True)
    script.write_bytes((ROOT / "solutions" / "cifar10" / "make_data.py").read_bytes())
    subprocess.run([sys.executable, str(script), str(tmp_path / "all.npz")], check=True, capture_output=True)
    with np.load(tmp_path / "exercises" / "cifar10" / "data" / "cifar10-10000.npz") as public:
        assert np.bincount(public["y_train"]).tolist() == [900] * 10
        assert np.bincount(public["y_valid"]).tolist() == [100] * 10
    with np.load(tmp_path / "solutions" / "cifar10" / "heldout" / "cifar10-2000.npz") as heldout:
        assert heldout["inputs"].shape == (2000, 2, 2, 3)
        assert np.bincount(heldout["labels"]).tolist() == [200] * 10


@pytest.mark.slow
def test_counts_and_values_are_those_of_keras() -> None:
    some = drawn()[:10]
    keras_answers = from_keras(KERAS, [dict(key.numbers) for key in some])
    for key, values in zip(some, keras_answers, strict=True):
        for name, value in values.items():
            np.testing.assert_allclose(value, key.answers[name], atol=1e-4, err_msg=name)


@pytest.mark.slow
def test_the_layers_change_images_in_training_only_and_a_quarter_is_90_degrees() -> None:
    outside, inside, quarter = from_keras(AUGMENT)
    assert outside == 0
    assert inside > 0.1
    assert quarter < 1e-3
