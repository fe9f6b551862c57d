"""Folders of images: which classes and parts there are, and what is left out."""

import os
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from grader.errors import InputError
from grader.images.file_names import class_name, natural, readable
from grader.images.image_source import UNDECIDED
from grader.images.issues import Issue, IssueLog
from grader.images.tree import ImageTree
from grader.model.images import ImageSize, Subset
from tests.images.image_samples import people, photo, save


def tree(root: Path, *classes: str) -> tuple[ImageTree, dict[Issue, tuple[str, ...]]]:
    log = IssueLog()
    read = ImageTree(root, "photos", log, classes)
    return read, {counted.issue: counted.examples for counted in log.counts()}


def names(read: ImageTree) -> list[str]:
    return [read.name(index) for index in range(len(read.images.labels))]


def test_each_folder_is_a_class_in_natural_order(tmp_path: Path) -> None:
    read, found = tree(people(tmp_path, {"s10": 1, "s9": 1, "S1": 2}))
    assert read.images.classes == ("S1", "s9", "s10")
    assert names(read) == ["S1/0.png", "S1/1.png", "s9/0.png", "s10/0.png"]
    assert read.images.labels.tolist() == [0, 0, 1, 2]
    assert set(read.images.subsets.tolist()) == {UNDECIDED}
    assert found == {}


@pytest.mark.parametrize(
    ("train", "validation", "test"),
    [("train", "validation", "test"), ("Training", "val", "TEST"), ("train", "valid", "testing")],
)
def test_the_parts_are_known_by_their_usual_names(train: str, validation: str, test: str, tmp_path: Path) -> None:
    for part in (train, validation, test):
        people(tmp_path / part, {"ann": 1, "bo": 2})
    read, _ = tree(tmp_path)
    found = {(name.split("/")[0], part) for name, part in zip(names(read), read.images.subsets.tolist(), strict=True)}
    assert found == {(train, Subset.TRAINING), (validation, Subset.VALIDATION), (test, Subset.HELDOUT)}
    assert read.images.classes == ("ann", "bo")


def test_folders_around_the_classes_do_not_matter(tmp_path: Path) -> None:
    people(tmp_path / "archive" / "faces", {"ann": 1, "bo": 1})
    (tmp_path / "archive" / "README").write_text("read me")
    assert tree(tmp_path)[0].images.classes == ("ann", "bo")
    people(tmp_path / "other" / "more" / "train", {"ann": 1, "bo": 1})
    assert tree(tmp_path / "other")[0].images.subsets.tolist() == [Subset.TRAINING] * 2


def test_a_single_class_is_not_taken_for_a_folder_around_classes(tmp_path: Path) -> None:
    assert tree(people(tmp_path, {"ann": 2}))[0].images.classes == ("ann",)


def test_images_may_lie_deeper_in_a_class(tmp_path: Path) -> None:
    people(tmp_path / "ann", {"monday": 1, "tuesday": 2})
    people(tmp_path, {"bo": 1})
    read, _ = tree(tmp_path)
    assert read.images.labels.tolist() == [0, 0, 0, 1]
    assert names(read)[0] == "ann/monday/0.png"


def test_what_is_no_image_of_a_class_is_left_out_and_said(tmp_path: Path) -> None:
    people(tmp_path, {"ann": 2, "bo": 2})
    for name in ("ann/.DS_Store", "ann/Thumbs.db", "ann/._0.png", ".git/config", "__MACOSX/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "ann" / "link.png").symlink_to(tmp_path / "bo" / "0.png")
    (tmp_path / "cy").symlink_to(tmp_path / "bo")
    os.mkfifo(tmp_path / "bo" / "pipe.png")
    people(tmp_path / "bo" / Path(*"12345678"), {"9": 1})
    read, found = tree(tmp_path)
    assert len(read.images.labels) == 4
    assert found[Issue.SYSTEM] == (".git", "__MACOSX", "ann/.DS_Store")
    assert found[Issue.LINK] == ("cy", "ann/link.png")
    assert found[Issue.SPECIAL] == ("bo/pipe.png",)
    assert found[Issue.STRAY] == ("notes.txt",)
    assert found[Issue.DEEP] == ("bo/1/2/3/4/5/6/7/8/9",)


def test_folders_beside_the_parts_are_left_out_and_said(tmp_path: Path) -> None:
    people(tmp_path / "train", {"ann": 1, "bo": 1})
    people(tmp_path, {"cy": 1})
    read, found = tree(tmp_path)
    assert read.images.classes == ("ann", "bo")
    assert found[Issue.STRAY] == ("cy/",)


def test_odd_names_are_read_and_shown_so_that_they_can_be_printed(tmp_path: Path) -> None:
    plain = ["a b.png", "Zoë.png", "👩‍🔬.png", "(1) [bold].png", "'quoted\".png"]
    odd = [b"caf\xe9.png", b"line\nend.png", "turn\u202e.png".encode(), b"red\x1b[31m.png"]
    folder = save(photo(0), tmp_path / "ann" / "0.png").parent
    people(tmp_path, {"bo": 1})
    for name in [*(os.fsencode(name) for name in plain), *odd]:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes((folder / "0.png").read_bytes())
    read, found = tree(tmp_path)
    shown = names(read)
    assert len(shown) == 2 + len(plain) + len(odd)
    assert {f"ann/{name}" for name in plain} <= set(shown)
    assert {r"ann/caf\xe9.png", r"ann/line\nend.png", r"ann/turn\u202e.png", r"ann/red\x1b[31m.png"} <= set(shown)
    assert len(found[Issue.ODD_NAME]) == 3
    assert all(picture.pixels is not None for picture in read.pictures(ImageSize(16, 16)))


def test_both_ways_to_write_an_accent_are_one_class(tmp_path: Path) -> None:
    people(tmp_path / "train", {unicodedata.normalize("NFC", "José"): 1, "bo": 1})
    people(tmp_path / "test", {unicodedata.normalize("NFD", "José"): 1, "bo": 1})
    assert len(tree(tmp_path)[0].images.classes) == 2


def test_the_classes_of_the_exercise_set_labels_and_names(tmp_path: Path) -> None:
    people(tmp_path, {"Dog": 1, "cat": 2, "newt": 1})
    read, found = tree(tmp_path, "dog", "cat")
    assert read.images.classes == ("dog", "cat")
    assert sorted(read.images.labels.tolist()) == [0, 1, 1]
    assert found[Issue.OTHER_CLASS] == ("newt",)


def test_pictures_come_in_the_order_of_the_names(tmp_path: Path) -> None:
    read, _ = tree(people(tmp_path, {"ann": 90, "bo": 90}))
    for seed, picture in enumerate(read.pictures(ImageSize(48, 48))):
        assert picture.pixels is not None
        assert (picture.pixels == np.asarray(photo(seed))).all()


def test_reading_can_be_stopped_in_the_middle(tmp_path: Path) -> None:
    read, _ = tree(people(tmp_path, {"ann": 90, "bo": 90}))
    pictures = read.pictures(ImageSize(16, 16))
    next(pictures)
    pictures.close()  # type: ignore[attr-defined]


def build(root: Path, *folders: str) -> Path:
    for folder in folders:
        (root / folder).mkdir(parents=True)
    return root


@pytest.mark.parametrize(
    ("folders", "said"),
    [
        ([], "photos: contains no folders. Put the images of each class in a separate folder."),
        (["train/a", "val/a", "Valid/a"], "photos: 'Valid' and 'val' name the same part. Put their images in one"),
        (["train"], "photos: the training folder contains no folders. Put each class in a separate folder there."),
        (["train/anna", "train/bo", "test/ana"], "photos: 'test/ana' is a class that has no images to train with. Did"),
    ],
)
def test_a_folder_of_another_form_is_refused_with_a_remedy(folders: list[str], said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        tree(build(tmp_path, *folders))
    assert str(caught.value).startswith(said)


def test_a_class_that_the_exercise_needs_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"photos: has no folder 'cat', which is a class of the exercise. Did you mean 'ca"
    ):
        tree(people(tmp_path, {"dog": 1, "cats": 1}), "cat", "dog")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open every folder")
def test_a_folder_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    people(tmp_path, {"ann": 1, "bo": 1})
    (tmp_path / "bo").chmod(0)
    assert Issue.UNREADABLE in tree(tmp_path)[1]


def test_names_sort_as_people_count() -> None:
    assert sorted(["b", "a10", "a9", "a", "10", "9", "9²"], key=natural) == ["9", "9²", "10", "a", "a9", "a10", "b"]


def test_names_are_made_printable() -> None:
    assert readable("a\udce9\t\U0001f600") == "a\\xe9\\t\U0001f600"
    assert class_name(" Jose\u0301 ") == "José"
