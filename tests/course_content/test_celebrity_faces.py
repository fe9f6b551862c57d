"""The pictures of `celebrities`: made by a generator, as hard as real ones, and silent about what is held out."""

import importlib.util
import json
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "solutions" / "celebrities"
FACTS = json.loads((ROOT / "reference_models" / "facts.json").read_text(encoding="utf-8"))
MODELS = ("celebrity_dense", "celebrity_cnn", "celebrity_careful")
FEW = {"train": 5, "valid": 5, "heldout": 1}


@cache
def maker() -> ModuleType:
    specification = importlib.util.spec_from_file_location("make_data", FOLDER / "make_data.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def few() -> Iterator[ModuleType]:
    """The generator, with few pictures of each person."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(maker(), "COUNTS", FEW)
        yield maker()


@pytest.fixture(scope="module")
def made(few: ModuleType) -> dict[str, Any]:
    """What it makes."""
    return dict(few.make(1))


def digest(made: dict[str, Any]) -> bytes:
    return b"".join(np.asarray(made[name]).tobytes() for name in sorted(made))


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(few: ModuleType, made: dict[str, Any]) -> None:
    assert digest(few.make(1)) == digest(made)
    assert digest(few.make(2)) != digest(made)


def test_the_arrays_are_those_of_an_exercise_with_images(made: dict[str, Any]) -> None:
    for images, labels, count in (("x_train", "y_train", 5), ("x_valid", "y_valid", 5), ("inputs", "labels", 1)):
        assert (made[images].dtype, made[images].shape) == (np.uint8, (8 * count, 48, 48, 3))
        assert made[labels].dtype == np.int64
        assert np.bincount(made[labels]).tolist() == [count] * 8
    assert made["classes"].dtype.kind == "U"
    assert len(set(made["classes"].tolist())) == 8


def test_five_per_cent_of_the_training_part_are_wrong_and_another_five_ambiguous(made: dict[str, Any]) -> None:
    assert maker().MISLABELLED == maker().AMBIGUOUS == 0.05
    wrong, unclear = set(made["mislabelled"]), set(made["ambiguous"])
    assert len(wrong) == len(unclear) == round(0.05 * 40)
    assert not wrong & unclear
    assert wrong | unclear < set(range(40))


def test_wrong_labels_are_never_right_by_chance_and_none_is_to_validate_with_or_held_out(
    few: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[int] = []

    def note(_random: object, label: int) -> np.ndarray:
        shown.append(label)
        return np.zeros((48, 48, 3), np.uint8)

    monkeypatch.setattr(few, "_plain", note)
    monkeypatch.setattr(few, "_ambiguous", note)
    made = few.make(3)
    train, valid, heldout = shown[:40], shown[40:80], shown[80:]
    assert np.flatnonzero(made["y_train"] != train).tolist() == made["mislabelled"]
    assert made["y_valid"].tolist() == valid
    assert made["labels"].tolist() == heldout


def test_no_picture_is_there_twice(made: dict[str, Any]) -> None:
    pictures = [image.tobytes() for part in ("x_train", "x_valid", "inputs") for image in made[part]]
    assert len(set(pictures)) == len(pictures)


def test_each_picture_is_drawn_from_randomness_of_its_own(few: ModuleType) -> None:
    one, other = (few._plain(few._random(5, "train/7"), 3) for _ in range(2))
    assert one.tobytes() == other.tobytes()
    assert one.tobytes() != few._plain(few._random(5, "heldout/7"), 3).tobytes()


def test_people_differ_and_so_do_pictures_of_one_of_them(few: ModuleType) -> None:
    row = few.portraits(48).astype(float)
    plain = [row[:, left : left + 48] for left in range(0, 384, 48)]
    apart = [abs(one - other).mean() for place, one in enumerate(plain) for other in plain[:place]]
    assert min(apart) > 4
    several = [few._plain(few._random(5, f"train/{number}"), 0).astype(float) for number in range(6)]
    assert min(abs(one - other).mean() for place, one in enumerate(several) for other in several[:place]) > 15


def test_larger_pictures_show_the_same_people(few: ModuleType) -> None:
    small = few.portraits(144).reshape(48, 3, 384, 3, 3).mean(axis=(1, 3))
    assert abs(small - few.portraits(48)).mean() < 5


@pytest.mark.parametrize("name", MODELS)
def test_accuracies_are_measured_over_at_least_five_seeds(name: str) -> None:
    measured = FACTS[name]["accuracy"]
    assert measured["exercise"] == "celebrities"
    assert len(set(measured["seeds"])) >= 5
    for part in (measured, measured["validation"], measured["training"]):
        assert len(part["values"]) == len(measured["seeds"])


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("celebrity_dense", 0.50, 0.62), ("celebrity_cnn", 0.68, 0.78), ("celebrity_careful", 0.85, 1.0)],
)
def test_with_every_seed_the_pictures_are_as_hard_as_the_real_ones(name: str, least: float, most: float) -> None:
    values = FACTS[name]["accuracy"]["validation"]["values"]
    assert all(least <= value <= most for value in values), values
    assert name != "celebrity_careful" or min(values) > least


def test_the_fully_connected_network_learns_its_training_pictures_by_heart() -> None:
    measured = FACTS["celebrity_dense"]["accuracy"]
    assert measured["training"]["mean"] > 0.9
    pairs = zip(measured["training"]["values"], measured["validation"]["values"], strict=True)
    assert all(training > validation + 0.3 for training, validation in pairs)


@pytest.mark.parametrize("name", MODELS)
def test_held_out_pictures_are_as_hard_as_those_to_validate_with(name: str) -> None:
    measured = FACTS[name]["accuracy"]
    assert abs(measured["mean"] - measured["validation"]["mean"]) < 0.05


def test_all_points_are_for_careful_models_with_any_seed_and_not_for_the_networks_of_the_course() -> None:
    asked = tomllib.loads((ROOT / "exercises" / "celebrities" / "exercise.toml").read_text(encoding="utf-8"))
    (accuracy,) = (question for question in asked["questions"] if question["id"] == "accuracy")
    wanted = accuracy["thresholds"][-1]["accuracy"]
    assert wanted + 0.03 < FACTS["celebrity_careful"]["accuracy"]["min"]  # altered pictures cost up to as much
    assert wanted > max(FACTS["celebrity_cnn"]["accuracy"]["values"])
