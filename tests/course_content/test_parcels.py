"""The exercise on parcels: images made by a generator, features by hand, rules and a network."""

import importlib.util
import json
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from grader.assess import engine
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.model.key import AnswerKey
from tests.course_content.students import STUDENTS

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course(ROOT)
EXERCISE = read_exercise(COURSE, "parcels")
KEYS = Keys(COURSE, EXERCISE)
PUBLIC = ROOT / "exercises" / "parcels" / "data" / "parcels.npz"
HELDOUT = ROOT / "solutions" / "parcels" / "heldout" / "parcels-600.npz"


@cache
def key(seed: int) -> AnswerKey:
    return KEYS.key(str(seed))


@cache
def maker() -> ModuleType:
    specification = importlib.util.spec_from_file_location("make_data", ROOT / "solutions" / "parcels" / "make_data.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        maker().write(tmp_path / folder / "public.npz", tmp_path / folder / "heldout.npz")
    for name in ("public.npz", "heldout.npz"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_images_that_are_shipped_are_the_ones_that_are_made() -> None:
    made = maker().make()
    with np.load(PUBLIC) as public, np.load(HELDOUT) as heldout:
        shipped = {
            "train": (public["x_train"], public["y_train"]),
            "valid": (public["x_valid"], public["y_valid"]),
            "heldout": (heldout["inputs"], heldout["labels"]),
        }
    assert shipped.keys() == made.keys()
    for name, (images, labels) in shipped.items():
        assert images.tobytes() == made[name][0].tobytes(), name
        assert labels.tobytes() == made[name][1].tobytes(), name


def test_another_seed_gives_other_images() -> None:
    assert maker().make(1)["train"][0].tobytes() != maker().make(2)["train"][0].tobytes()


def test_the_files_are_small() -> None:
    assert PUBLIC.stat().st_size + HELDOUT.stat().st_size < 400_000


def test_each_class_has_a_third_and_no_image_is_in_two_sets() -> None:
    sets = maker().make()
    for images, labels in sets.values():
        assert np.bincount(labels).tolist() == [len(images) // 3] * 3
    pictures = [image.tobytes() for images, _ in sets.values() for image in images]
    assert len(set(pictures)) == len(pictures)


def test_every_image_has_measurements_and_missing_pixels_inside_of_its_thing() -> None:
    for images, _ in maker().make().values():
        for image in images:
            rows, columns = np.nonzero(image)
            box = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
            assert 30 < rows.size < box.size


@pytest.mark.long
def test_every_student_has_questions_whose_slips_are_wrong_and_all_different() -> None:
    for seed in STUDENTS:
        assert engine.validate(EXERCISE, key(seed)) == []
        for question, slips in key(seed).slips.items():
            assert len({json.dumps(slip.value) for slip in slips}) == len(slips) >= 3, (seed, question)


def test_the_same_seed_draws_the_same_numbers_and_another_one_others() -> None:
    again = Keys(COURSE, EXERCISE)
    assert [dict(again.key(str(seed)).numbers) for seed in range(20)] == [dict(key(seed).numbers) for seed in range(20)]
    assert len({json.dumps(dict(key(seed).numbers)) for seed in STUDENTS}) == len(STUDENTS)


def test_the_numbers_are_easy_by_hand() -> None:
    for seed in STUDENTS:
        answers = key(seed).answers
        assert float(answers["patch_average"]).is_integer()
        assert all(float(2 * value).is_integer() for value in answers["patch_distribution"])
        assert set(answers["tree_labels"]) == {0, 1, 2}
        assert 6 <= answers["patch_area"] <= 16


def test_each_feature_is_called_with_three_images_that_tell_three_slips_apart() -> None:
    calls = key(0).calls
    assert set(calls) == {"average_height", "area", "height_distribution", "perimeter", "diagonals"}
    for tests in calls.values():
        assert len(tests) == 3
        assert all(len(test.slips) >= 3 for test in tests)


def test_the_accuracy_that_is_asked_for_lies_below_the_worst_seed() -> None:
    measured = json.loads(COURSE.facts.read_bytes())["boracchi_parcels_mlp"]["accuracy"]
    asked = {
        question.id: question.options["thresholds"] for question in EXERCISE.questions if question.kind == "accuracy"
    }
    error = (measured["min"] * (1 - measured["min"]) / 600) ** 0.5
    assert len(set(measured["seeds"])) >= 10
    assert asked["accuracy"][-1]["accuracy"] < measured["min"] - 2 * error
    assert all(rules[0]["accuracy"] > 1 / 3 for rules in asked.values())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_keras_counts_the_same_parameters(seed: int) -> None:
    import keras

    numbers = key(seed).numbers
    model = keras.Sequential(
        [keras.Input((numbers["features_count"],)), keras.layers.Dense(numbers["hidden"]), keras.layers.Dense(3)]
    )
    assert model.count_params() == key(seed).answers["network_params"]
