"""From real images to the three files of an exercise."""

import json
import shutil
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageEnhance

from grader.course.layout import Course
from grader.course.specification import read_image_exercise
from grader.errors import InputError, SpecificationError
from grader.images.importing import ImportedImages, import_images, with_options
from grader.images.issues import Issue
from grader.model.images import ImageSettings, Subset
from tests.images.image_samples import arrays, people, photo, save, with_images
from tests.images.test_images_hdf5 import original

Arrays = dict[str, npt.NDArray[Any]]


@pytest.fixture
def course(course: Course) -> Course:
    return with_images(course)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Three people with 20 pictures each."""
    return people(tmp_path / "photos", {"ann": 20, "bo": 20, "cy": 20})


def settings_of(course: Course, slug: str = "people") -> ImageSettings:
    settings = read_image_exercise(course, slug).settings
    assert settings is not None
    return settings


def bring_in(course: Course, path: Path, **changed: Any) -> tuple[ImportedImages, Arrays, Arrays, dict[str, Any]]:
    """Import, and read what was written: public, held out, known."""
    exercise = read_image_exercise(course, "people")
    imported = import_images(exercise, replace(settings_of(course), **changed), path)
    public, heldout, known = imported.files
    return imported, arrays(public), arrays(heldout), json.loads(known.read_text())


def found(imported: ImportedImages) -> dict[Issue, int]:
    return {counted.issue: counted.count for counted in imported.issues}


def near(image: Image.Image) -> Image.Image:
    """The same picture, a little darker."""
    return ImageEnhance.Brightness(image).enhance(0.9)


@cache
def originals() -> npt.NDArray[Any]:
    """The first 60 pictures as vectors of length 1 around their mean."""
    small = [np.asarray(photo(seed).resize((16, 16)), dtype=float).ravel() for seed in range(60)]
    around = np.stack(small) - np.mean(small, axis=1, keepdims=True)
    return np.asarray(around / np.linalg.norm(around, axis=1, keepdims=True))


def nearest(pixels: npt.NDArray[np.uint8]) -> int:
    """The picture that some pixels are most alike to."""
    return int((originals() @ (pixels.ravel() - pixels.mean())).argmax())


def known_pictures(count: int) -> dict[bytes, int]:
    size = (16, 16)
    return {
        np.asarray(photo(seed).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)).tobytes(): seed
        for seed in range(count)
    }


def test_a_folder_without_a_split_becomes_the_data_of_the_exercise(course: Course, photos: Path) -> None:
    imported, public, heldout, known = bring_in(course, photos)
    assert [path.relative_to(course.root).as_posix() for path in imported.files] == [
        "exercises/people/data/people.npz",
        "solutions/people/heldout/people.npz",
        "solutions/people/heldout/people-known.json",
    ]
    shapes = {name: (array.shape, array.dtype.kind) for name, array in {**public, **heldout}.items()}
    assert shapes == {
        "x_train": ((42, 16, 16, 3), "u"),
        "y_train": ((42,), "i"),
        "x_valid": ((9, 16, 16, 3), "u"),
        "y_valid": ((9,), "i"),
        "inputs": ((9, 16, 16, 3), "u"),
        "labels": ((9,), "i"),
        "classes": ((3,), "U"),
    }
    assert public["classes"].tolist() == heldout["classes"].tolist() == ["ann", "bo", "cy"]
    assert known == {"known": False, "mislabelled": [], "ambiguous": [], "disputed": []}
    assert imported.counts == ((14, 3, 3),) * 3
    assert imported.drawn == (Subset.HELDOUT, Subset.VALIDATION)


def test_every_image_keeps_its_label_and_is_in_one_part_only(course: Course, photos: Path) -> None:
    _, public, heldout, _ = bring_in(course, photos)
    pictures = known_pictures(60)
    seen = []
    for images, labels in (("x_train", "y_train"), ("x_valid", "y_valid"), ("inputs", "labels")):
        both = {**public, **heldout}
        for pixels, label in zip(both[images], both[labels], strict=True):
            seen.append(pictures[pixels.tobytes()])
            assert label == seen[-1] // 20
    assert sorted(seen) == list(range(60))


def test_parts_are_mixed_so_that_no_class_comes_first(course: Course, photos: Path) -> None:
    _, public, _, _ = bring_in(course, photos)
    assert public["y_train"].tolist() != sorted(public["y_train"].tolist())


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones(course: Course, photos: Path) -> None:
    def contents(**changed: Any) -> list[bytes]:
        imported, *_ = bring_in(course, photos, **changed)
        return [path.read_bytes() for path in imported.files]

    first = contents()
    shutil.rmtree(course.exercises / "people" / "data")
    assert contents() == first
    assert contents(seed=4) != first


def test_a_split_that_is_given_is_kept(course: Course, tmp_path: Path) -> None:
    for first, (part, count) in enumerate({"train": 8, "valid": 3, "test": 4}.items()):
        people(tmp_path / "photos" / part, {"ann": count, "bo": count}, first * 100)
    imported, public, heldout, _ = bring_in(course, tmp_path / "photos")
    assert imported.counts == ((8, 3, 4), (8, 3, 4))
    assert imported.drawn == ()
    assert (len(public["x_train"]), len(public["x_valid"]), len(heldout["inputs"])) == (16, 6, 8)


@pytest.mark.parametrize(
    ("given", "drawn"),
    [("test", (Subset.VALIDATION,)), ("val", (Subset.HELDOUT,)), (None, (Subset.HELDOUT, Subset.VALIDATION))],
)
def test_a_part_that_is_missing_is_drawn_from_training(
    given: str | None, drawn: tuple[Subset, ...], course: Course, tmp_path: Path
) -> None:
    people(tmp_path / "photos" / "train", {"ann": 20, "bo": 20})
    if given:
        people(tmp_path / "photos" / given, {"ann": 5, "bo": 5}, 100)
    imported, *_ = bring_in(course, tmp_path / "photos")
    assert imported.drawn == drawn
    assert all(min(counts) >= 3 for counts in imported.counts)
    assert sum(map(sum, imported.counts)) == (50 if given else 40)


def test_near_duplicates_never_end_on_both_sides(course: Course, photos: Path) -> None:
    for seed in range(60):
        name = photos / ("ann", "bo", "cy")[seed // 20]
        save(near(photo(seed)), name / f"again-{seed}.png")
    for seed in range(3):
        imported, public, heldout, _ = bring_in(course, photos, seed=seed)
        assert found(imported)[Issue.NEAR] == 60
        for part in (public["x_train"], public["x_valid"], heldout["inputs"]):
            assert set(Counter(nearest(pixels) for pixels in part).values()) == {2}


def test_the_same_image_twice_in_a_class_counts_once(course: Course, photos: Path) -> None:
    shutil.copy(photos / "ann" / "0.png", photos / "ann" / "copy.png")
    save(Image.open(photos / "ann" / "1.png"), photos / "ann" / "other.bmp")
    imported, public, heldout, _ = bring_in(course, photos)
    assert found(imported)[Issue.COPY] == 2
    assert len(public["x_train"]) + len(public["x_valid"]) + len(heldout["inputs"]) == 60


def test_an_image_in_two_classes_trains_and_is_flagged(course: Course, photos: Path) -> None:
    shutil.copy(photos / "ann" / "0.png", photos / "bo" / "copy.png")
    save(near(photo(1)), photos / "cy" / "near.png")
    for seed in range(4):
        imported, public, _, known = bring_in(course, photos, seed=seed)
        assert found(imported)[Issue.DISPUTED] == 2
        pairs = known["disputed"]
        assert [
            sorted(public["y_train"][pair].tolist()) for pair in sorted(pairs, key=lambda p: max(public["y_train"][p]))
        ] == [
            [0, 1],
            [0, 2],
        ]
    (counted,) = (counted for counted in imported.issues if counted.issue is Issue.DISPUTED)
    assert counted.examples[0] == "ann/0.png ~ bo/copy.png"


def split_photos(root: Path) -> Path:
    for first, (part, count) in enumerate({"train": 8, "valid": 4, "test": 4}.items()):
        people(root / part, {"ann": count, "bo": count}, first * 100)
    return root


def test_what_is_held_out_is_taken_out_of_training(course: Course, tmp_path: Path) -> None:
    photos = split_photos(tmp_path / "photos")
    shutil.copy(photos / "test" / "ann" / "0.png", photos / "train" / "ann" / "leak.png")
    save(near(photo(201)), photos / "valid" / "ann" / "leak.png")
    save(near(photo(100)), photos / "train" / "ann" / "leak2.png")
    imported, *_ = bring_in(course, photos)
    assert imported.counts == ((8, 4, 4), (8, 4, 4))
    (counted,) = (counted for counted in imported.issues if counted.issue is Issue.LEAK)
    assert counted.count == 3
    assert "train/ann/leak.png ~ test/ann/0.png" in counted.examples


def test_the_same_image_in_two_classes_of_given_parts_is_told_apart(course: Course, tmp_path: Path) -> None:
    photos = split_photos(tmp_path / "photos")
    shutil.copy(photos / "test" / "ann" / "0.png", photos / "train" / "bo" / "wrong.png")
    shutil.copy(photos / "test" / "ann" / "1.png", photos / "test" / "bo" / "wrong.png")
    shutil.copy(photos / "train" / "ann" / "1.png", photos / "train" / "bo" / "also.png")
    imported, _, heldout, known = bring_in(course, photos)
    assert found(imported) == {Issue.DISPUTED_LEAK: 1, Issue.DISPUTED_HELDOUT: 2, Issue.DISPUTED: 1}
    assert imported.counts == ((8, 4, 3), (9, 4, 4))
    assert len(known["disputed"]) == 1
    assert len(heldout["inputs"]) == 7


def test_a_class_with_too_few_images_is_left_out_and_said(course: Course, photos: Path) -> None:
    people(photos, {"dee": 4}, 500)
    imported, public, _, _ = bring_in(course, photos)
    assert found(imported)[Issue.SMALL_CLASS] == 1
    assert public["classes"].tolist() == ["ann", "bo", "cy"]
    assert bring_in(course, photos, smallest_class=4)[1]["classes"].tolist() == ["ann", "bo", "cy", "dee"]


def test_a_class_of_one_picture_over_and_over_is_left_out(course: Course, photos: Path) -> None:
    for number in range(10):
        save(ImageEnhance.Brightness(photo(600)).enhance(1 + number / 100), photos / "dee" / f"{number}.png")
    imported, *_ = bring_in(course, photos)
    (counted,) = (counted for counted in imported.issues if counted.issue is Issue.SMALL_CLASS)
    assert counted.examples == ("dee: 10 usable images, 1 different ones to train with",)


def test_a_class_without_images_in_a_part_is_said(course: Course, tmp_path: Path) -> None:
    photos = split_photos(tmp_path / "photos")
    shutil.rmtree(photos / "test" / "bo")
    imported, *_ = bring_in(course, photos)
    (counted,) = (counted for counted in imported.issues if counted.issue is Issue.NO_IMAGES)
    assert counted.examples == ("bo, held out",)


def test_the_classes_of_the_exercise_must_all_be_there(course: Course, photos: Path) -> None:
    _, public, _, _ = bring_in(course, photos, classes=("cy", "Ann"))
    assert public["classes"].tolist() == ["cy", "Ann"]
    people(photos, {"dee": 3}, 500)
    with pytest.raises(
        InputError, match=r"class dee: 3 usable images, 3 different .*. It needs 5 and 3. Add images, or change"
    ):
        bring_in(course, photos, classes=("ann", "dee"))


def test_the_file_of_the_course_is_imported(course: Course, tmp_path: Path) -> None:
    path = original(tmp_path / "faces.h5")
    imported, public, _, _ = bring_in(course, path, smallest_class=3)
    assert public["classes"].tolist()[4] == "Steve Jobs"
    assert imported.counts == ((2, 1, 1),) * 8


def test_an_archive_is_imported_like_its_folder(course: Course, photos: Path, tmp_path: Path) -> None:
    _, *plain = bring_in(course, photos)
    for form in ("zip", "gztar"):
        archive = shutil.make_archive(str(tmp_path / "packed"), form, photos.parent, photos.name)
        _, *packed = bring_in(course, Path(archive))
        for one, other in zip(plain, packed, strict=True):
            assert {name: np.asarray(value).tolist() for name, value in one.items()} == {
                name: np.asarray(value).tolist() for name, value in other.items()
            }
    assert not list(course.solution_folder("people").glob(".import-*"))


def everything(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"") for path in folder.rglob("*")
    }


def test_the_source_is_never_changed(course: Course, photos: Path) -> None:
    (photos / "ann" / "broken.png").write_bytes(b"x")
    before = everything(photos)
    bring_in(course, photos)
    assert everything(photos) == before


def test_a_failure_while_writing_leaves_the_old_files(
    course: Course, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(course, photos)
    before = {path: path.read_bytes() for path in course.root.rglob("*") if path.is_file()}

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(json, "dumps", fail)
    with pytest.raises(OSError, match="No space left"):
        bring_in(course, photos, seed=9)
    assert {path: path.read_bytes() for path in course.root.rglob("*") if path.is_file()} == before


def test_other_places_are_used_where_the_exercise_names_them(course: Course, photos: Path) -> None:
    with_images(course, "others", 'public = "data/some.npz"\nheldout = "heldout/rest.npz"\n')
    imported = import_images(read_image_exercise(course, "others"), settings_of(course, "others"), photos)
    assert [path.name for path in imported.files] == ["some.npz", "rest.npz", "rest-known.json"]


def test_nothing_is_imported_from_where_it_is_written(course: Course) -> None:
    with pytest.raises(
        InputError, match=r"the data of the exercise are written into this folder\. Import from another"
    ):
        bring_in(course, course.exercises)


def test_what_is_no_source_of_images_is_refused(course: Course, tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"nowhere: does not exist. Name a folder with a folder for each class, an arch"
    ):
        bring_in(course, tmp_path / "nowhere")
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(InputError, match=r"notes\.txt: is not a source of images\. Name a folder with"):
        bring_in(course, tmp_path / "notes.txt")


def test_fewer_than_two_classes_are_refused_with_what_was_left_out(course: Course, tmp_path: Path) -> None:
    people(tmp_path / "photos", {"ann": 10})
    with pytest.raises(InputError, match=r"1 class found, 1 with enough usable images. Two are needed, each with 5 im"):
        bring_in(course, tmp_path / "photos")
    (tmp_path / "photos" / "bo").mkdir()
    (tmp_path / "photos" / "bo" / "1.jpg").write_bytes(b"x")
    with pytest.raises(InputError, match=r"2 classes found, 1 with enough .*\(1 cannot be read, such as bo/1\.jpg"):
        bring_in(course, tmp_path / "photos")


def test_options_take_the_place_of_the_settings(course: Course) -> None:
    settings = settings_of(course)
    assert (settings.validation, settings.test, settings.smallest_class, settings.seed) == (0.15, 0.15, 5, 3)
    changed = with_options(settings, validation=0.3, smallest_class=7, seed=11)
    assert (changed.validation, changed.test, changed.smallest_class, changed.seed) == (0.3, 0.15, 7, 11)
    for validation, test in ((0.0, 0.2), (0.5, 0.5), (-1, 0.2), (float("nan"), 0.1)):
        with pytest.raises(InputError, match=r"each must be above 0, and both together at most 0\.8"):
            with_options(settings, validation=validation, test=test)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("heigth = 3", "images: the key 'heigth' is not known. Did you mean 'height'?"),
        ("validation = 0.95", "images: `validation` must be less than 0.9. Received: 0.95."),
        ("test = 0", "images: `test` must be more than 0. Received: 0."),
        ("smallest_class = 2", "images: `smallest_class` must be 3 or more. Received: 2."),
        ('classes = ["a", "A"]', 'images: `classes` must list two or more different names. Received: ["a", "A"].'),
        (
            'public = "../x.npz"',
            "images: `public` must be a path inside the folder, with '/', that",
        ),
        ('heldout = "x.zip"', "images: `heldout` must be a path inside the folder"),
    ],
)
def test_each_mistake_in_the_table_has_its_line(line: str, said: str, course: Course) -> None:
    with_images(course, "odd", line + "\n")
    with pytest.raises(SpecificationError) as caught:
        read_image_exercise(course, "odd")
    assert str(caught.value).startswith(f"exercises/odd/exercise.toml: {said}")


def test_the_table_is_read_before_the_data_are_there(course: Course) -> None:
    path = course.exercises / "people" / "exercise.toml"
    path.write_text(path.read_text() + '[[files]]\nname = "data/people.npz"\n')
    assert settings_of(course).public == "data/people.npz"
    assert read_image_exercise(course, "small").settings is None
