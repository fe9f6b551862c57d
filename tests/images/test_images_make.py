"""`grader data make`: the author's `make(seed)` becomes the three files, or a message that names what is wrong."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.course.layout import Course
from grader.course.specification import read_image_exercise
from grader.errors import GraderError, InputError, SpecificationError
from grader.images.making import make_images
from tests.images.image_samples import arrays, with_images

MAKE = """\
import numpy as np
from beside import CLASSES

def make(seed: int = 5):
    rng = np.random.default_rng(seed)
    def images(count):
        return rng.integers(0, 256, (count, 16, 16, 3), dtype=np.uint8)
    return {
        "x_train": images(6), "y_train": [0, 1] * 3, "x_valid": images(4), "y_valid": np.array([0, 1] * 2, np.int32),
        "inputs": images(2), "labels": [0, 1], "classes": CLASSES,
        "mislabelled": [4, 2], "ambiguous": np.array([0]),
    }
"""


@pytest.fixture
def course(course: Course) -> Course:
    with_images(course)
    course.solution_folder("people").mkdir()
    (course.solution_folder("people") / "beside.py").write_text('CLASSES = ["ann", "bo"]\n')
    return course


def run(course: Course, text: str, seed: int | None = None) -> tuple[Path, ...]:
    (course.solution_folder("people") / "make_data.py").write_text(text)
    return make_images(read_image_exercise(course, "people"), seed)


def test_what_is_made_is_written_to_three_places(course: Course) -> None:
    public, heldout, known = run(course, MAKE)
    assert {name: array.dtype.kind for name, array in arrays(public).items()} == {
        "x_train": "u",
        "y_train": "i",
        "x_valid": "u",
        "y_valid": "i",
        "classes": "U",
    }
    assert arrays(heldout)["labels"].dtype == np.int64
    assert arrays(heldout)["classes"].tolist() == ["ann", "bo"]
    assert json.loads(known.read_text()) == {"known": True, "mislabelled": [2, 4], "ambiguous": [0]}
    assert known.parent == course.solution_folder("people") / "heldout"


def test_the_same_seed_makes_the_same_bytes(course: Course) -> None:
    first = [path.read_bytes() for path in run(course, MAKE)]
    assert [path.read_bytes() for path in run(course, MAKE, seed=5)] == first
    assert [path.read_bytes() for path in run(course, MAKE, seed=6)] != first


def test_nothing_stays_behind_of_the_authors_modules(course: Course) -> None:
    before = list(sys.path)
    run(course, MAKE)
    assert sys.path == before
    assert "beside" not in sys.modules
    assert not list(course.solution_folder("people").rglob("__pycache__"))


def test_an_exercise_that_makes_nothing_is_sent_to_import(course: Course) -> None:
    with pytest.raises(InputError) as caught:
        make_images(read_image_exercise(course, "small"), None)
    assert str(caught.value) == (
        "solutions/small/make_data.py: does not exist, so there are no images to make. "
        "Import real ones with `grader data import small PATH`."
    )


def changed(old: str, new: str) -> str:
    assert old in MAKE
    return MAKE.replace(old, new)


WRONG = {
    "a script of its own": (
        "x = 1",
        "has no function make(seed), so run it with `python solutions/people/make",
    ),
    "no seed": (changed("seed: int = 5", "other=1"), "make() takes no 'seed'. Write"),
    "no default": (changed("seed: int = 5", "seed"), "make(seed) has no default for its seed. Give one with --seed."),
    "bad syntax": ("def make(:", "line 1: SyntaxError: "),
    "it raises": (
        changed("    rng =", "    1 / 0\n    rng ="),
        "line 5: ZeroDivisionError: division by zero. Correct it",
    ),
    "it ends the program": ("import sys; sys.exit(3)", "line 1: SystemExit: 3. Correct it so that it runs."),
    "no dict": ("def make(seed=1): return 3", "make() must return a dict of arrays. Received: a value of type int."),
    "no labels": (changed('"labels"', '"label"'), "make() gives no 'labels'. Did you mean 'label'?"),
    "one class": (changed("CLASSES,", '["ann"],'), "'classes' must be two or more different names."),
    "a class twice": (changed("CLASSES,", '["ann", "ann"],'), "'classes' must be two or more different names"),
    "fractions": (
        changed('"inputs": images(2)', '"inputs": images(2) / 255'),
        "'inputs' must be uint8 of shape (images, 16, 16, 3). Received: float64 of shape (2, 16, 16, 3).",
    ),
    "another size": (
        changed("16, 16, 3", "16, 17, 3"),
        "'x_train' must be uint8 of shape (images, 16, 16, 3). Received: uint8 of shape (6, 16, 17, 3).",
    ),
    "too few labels": (
        changed('"labels": [0, 1]', '"labels": [0]'),
        "'labels' must be whole numbers, one for each image. Received: int64 of shape (1,).",
    ),
    "a label too high": (
        changed('"labels": [0, 1]', '"labels": [0, 2]'),
        "'labels' must be from 0 to 1. Received: 0 to 2.",
    ),
    "an index too high": (
        changed("[4, 2]", "[4, 6]"),
        "'mislabelled' must be from 0 to 5, the training images. Received: 4 to 6.",
    ),
    "indices that are none": (changed("[4, 2]", "[0.5]"), "'mislabelled' must be a list of whole numbers, the indices"),
    "numbers for classes": (changed("CLASSES,", "7,"), "'classes' must be two or more different names"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named_and_nothing_is_written(name: str, course: Course) -> None:
    text, said = WRONG[name]
    with pytest.raises(GraderError) as caught:
        run(course, text)
    assert str(caught.value).split("\n")[0].startswith(f"solutions/people/make_data.py: {said}")
    assert not (course.exercises / "people" / "data").exists()


def test_everything_that_is_wrong_is_named_at_once(course: Course) -> None:
    with pytest.raises(SpecificationError) as caught:
        run(course, changed("16, 16, 3", "16, 16, 4").replace("[4, 2]", "[-1]"))
    assert len(str(caught.value).split("\n")) == 4


def test_an_exercise_without_the_table_may_make_images_of_any_size(course: Course) -> None:
    folder = course.solution_folder("small")
    (folder / "make_data.py").write_text(
        MAKE.replace("16, 16, 3", "9, 7, 3")
        .replace("from beside import CLASSES", "CLASSES = 'ab'")
        .replace("CLASSES,", "list(CLASSES),")
    )
    public, *_ = make_images(read_image_exercise(course, "small"), None)
    assert arrays(public)["x_train"].shape == (6, 9, 7, 3)
