"""Archives of Open edX: whose the files are, which assignment is the exercise, and what is said of the rest."""

import csv
import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import InputError
from grader.intake.edx import choose_assignment
from grader.intake.entries import Entry
from grader.intake.folders import collect
from grader.intake.platforms import owner_of
from grader.intake.roster import claimed_student
from grader.model.exercise import NOTEBOOK_ONLY, HandIn
from grader.model.submission import Platform, Submission, TimeCertainty
from tests.reading import as_read

EXERCISE = "conv-arithmetic"
NOTEBOOK = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}).encode()
UNIT = "[2]Networks, [1]Convolutions, [3]Lab: conv arithmetic"
OTHER = "[1]Introduction, [1]Start, [1]First steps"
ID = "00f636b9ac6d480c9fb95c23bf1d2129"
DIGEST = "3f786850e387550fdab836ed7e6dc881de23001b"
HEADER = (
    "course_id",
    "block_id",
    "student_id",
    "key",
    "name",
    "type",
    "description",
    "size",
    "file_path",
    "file_found",
)


def manifest(paths: Mapping[str, bool]) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADER)
    for path, found in paths.items():
        name = path.rpartition(" - ")[2]
        kind = "text" if name.startswith("prompt_") else "attachment"
        rows.writerow(("course-v1:o+c+r", "block-v1:x", ID, "k", name, kind, 'a "note",\nof two lines', 9, path, found))
    return text.getvalue().encode()


def archive(folder: Path, members: Mapping[str, bytes] | Sequence[str]) -> Path:
    path = folder / "Org_Course_Run_submission_files.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name in members:
            file.writestr(name, members[name] if isinstance(members, Mapping) else NOTEBOOK)
    return path


def taken_in(path: Path, hand_in: HandIn = NOTEBOOK_ONLY, notes: list[str] | None = None) -> dict[str, Submission]:
    kept = notes if notes is not None else []
    return {each.student: each for each in collect(path, EXERCISE, hand_in, note=kept.append)}


def of_a_course(with_table: bool = True) -> dict[str, bytes]:
    """An archive as Open edX makes it: several assignments of a course, texts, and a table of all."""
    members = {
        f"{OTHER}/[1] - jane - prompt_0.txt": b"hello",
        f"{OTHER}/[1] - ann - essay.pdf": b"%PDF",
        f"{UNIT}/[1] - jane - lab.ipynb": NOTEBOOK,
        f"{UNIT}/[1] - jane - prompt_0.txt": b"see the file",
        f"{UNIT}/[1] - bob_b-2 - my - notebook.ipynb": NOTEBOOK,
        f"{UNIT}/[1] - carl - prompt_0.txt": b"I forgot",
        f"{UNIT}/[1] - {ID} - lab.ipynb": NOTEBOOK,
    }
    table = manifest({**dict.fromkeys(members, True), f"{UNIT}/[1] - dora - lab.ipynb": False})
    return {**members, "submissions.csv": table} if with_table else members


def test_the_names_tell_whose_the_files_of_open_edx_are(tmp_path: Path) -> None:
    notes: list[str] = []
    found = taken_in(archive(tmp_path, of_a_course()), notes=notes)
    assert set(found) == {"jane", "bob_b-2", "carl", ID, "dora"}
    sources = {name: each.source for name, each in found.items()}
    assert all(
        told and told.platform is Platform.EDX and told.clock is TimeCertainty.UNKNOWN for told in sources.values()
    )
    assert {name: told.anonymous for name, told in sources.items() if told} == dict.fromkeys(found, False) | {ID: True}
    assert {name: told.file for name, told in sources.items() if told}["bob_b-2"] == "my - notebook.ipynb"
    assert (claimed_student(found["jane"]).login, claimed_student(found[ID]).login) == ("jane", "")
    assert found["jane"].problem == found[ID].problem == ""
    assert notes == [f"Skipped, because it belongs to another assignment in Open edX: {OTHER}, number 1."]


def test_a_text_instead_of_a_file_and_a_file_that_open_edx_lost_do_not_vanish(tmp_path: Path) -> None:
    found = taken_in(archive(tmp_path, of_a_course()))
    assert as_read(found["carl"].problem).startswith("You entered text in the platform's form")
    assert as_read(found["dora"].problem).startswith("Open edX lists this file as submitted, but did not put it")


def test_without_its_table_the_archive_is_read_as_well(tmp_path: Path) -> None:
    assert set(taken_in(archive(tmp_path, of_a_course(with_table=False)))) == {"jane", "bob_b-2", "carl", ID}


@pytest.mark.parametrize("around", ["", "download/", "download/Org_Course_Run_submission_files/"])
def test_unpacked_archives_and_folders_around_them_are_read_alike(tmp_path: Path, around: str) -> None:
    for name, content in of_a_course().items():
        path = tmp_path / "here" / f"{around}{name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert set(taken_in(tmp_path / "here")) == {"jane", "bob_b-2", "carl", ID, "dora"}


def test_the_folder_of_one_assignment_can_be_named(tmp_path: Path) -> None:
    for name in ("[1] - jane - lab.ipynb", "[1] - bob - lab.ipynb"):
        (tmp_path / name).write_bytes(NOTEBOOK)
    assert set(taken_in(tmp_path)) == {"jane", "bob"}


def test_files_of_one_student_are_one_submission_with_their_old_names(tmp_path: Path) -> None:
    weights = HandIn(("*.h5",), max_mb=1)
    members = {f"{UNIT}/[1] - jane - lab.ipynb": NOTEBOOK, f"{UNIT}/[1] - jane - model.weights.h5": b"1"}
    found = taken_in(archive(tmp_path, members), weights)
    assert [file.name for file in found["jane"].files] == ["model.weights.h5"]


def test_a_title_with_a_slash_is_one_assignment(tmp_path: Path) -> None:
    unit = "[1]Input/Output, [1]A/B testing, [2]Layers, and more"
    members = {f"{unit}/[1] - jane - lab.ipynb": NOTEBOOK, f"{unit}/[1] - bob - lab.ipynb": NOTEBOOK}
    lost = f"{unit}/[1] - ann - lab.ipynb"
    assert set(taken_in(archive(tmp_path, {**members, "submissions.csv": manifest({lost: False})}))) == {
        "jane",
        "bob",
        "ann",
    }


@pytest.mark.parametrize("unit", ["Removed from course", "[1]A, [1]B, [1]C"])
def test_an_assignment_that_was_removed_is_read(tmp_path: Path, unit: str) -> None:
    number = "x" if unit.startswith("R") else "1"
    assert set(taken_in(archive(tmp_path, [f"{unit}/[{number}] - {name} - a.ipynb" for name in ("jo", "al")]))) == {
        "jo",
        "al",
    }


@pytest.mark.parametrize(
    "places",
    [
        ((OTHER, 1), ("[1]Introduction, [1]Start, [2]Second steps", 1)),
        ((OTHER, 1), (OTHER, 2)),
        ((UNIT, 1), (UNIT, 2)),
    ],
)
def test_nobody_guesses_which_of_several_assignments_is_meant(tmp_path: Path, places: list[tuple[str, int]]) -> None:
    path = archive(tmp_path, [f"{unit}/[{number}] - jane - lab.ipynb" for unit, number in places])
    with pytest.raises(InputError, match=r"contains notebooks of 2 assignments.*number") as raised:
        taken_in(path)
    assert all(f"{unit}, number {number}" in str(raised.value) for unit, number in places)


def test_of_several_assignments_the_one_whose_title_holds_the_name_of_the_exercise_is_meant(tmp_path: Path) -> None:
    found = taken_in(archive(tmp_path, [f"{OTHER}/[1] - ann - a.ipynb", f"{UNIT}/[1] - jane - a.ipynb"]))
    assert set(found) == {"jane"}


def test_archives_from_before_2021_are_one_folder_for_each_hidden_student(tmp_path: Path) -> None:
    block = "course-v1:Org+C+2020/block-v1:Org+C+2020+type@openassessment+block@1234abcd"
    other = f"{block}/11112222333344445555666677778888"
    members = {
        f"{block}/{ID}/attachments/lab.ipynb": NOTEBOOK,
        f"{block}/{ID}/part_0.txt": b"text",
        f"{other}/part_0.txt": b"only text",
        "course-v1:Org+C+2020/downloads.csv": manifest({f"{block}/{ID}/attachments/lab.ipynb": True}),
    }
    found = taken_in(archive(tmp_path, members))
    assert set(found) == {ID, other.rpartition("/")[2]}
    assert all(
        each.source and each.source.platform is Platform.EDX and each.source.anonymous for each in found.values()
    )
    assert as_read((found[ID].problem, str(found[other.rpartition("/")[2]].problem)[:27])) == (
        "",
        "No notebook was submitted: ",
    )


def test_staff_graded_files_tell_the_login_and_hide_the_old_name(tmp_path: Path) -> None:
    names = [f"jane_{DIGEST}.ipynb", f"bob_the_2nd_{DIGEST[::-1]}.ipynb"]
    found = taken_in(archive(tmp_path, names))
    assert set(found) == {"jane", "bob_the_2nd"}
    assert all(each.source and each.source.platform is Platform.EDX for each in found.values())


def test_the_archive_of_a_student_in_a_staff_graded_assignment_is_that_students(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("[1] - bob - lab.ipynb", NOTEBOOK)
    assert set(taken_in(archive(tmp_path, {f"jane_{DIGEST}.zip": inner.getvalue()}))) == {"jane"}


@pytest.mark.parametrize("theirs", ["[1] - bob - lab.ipynb", f"bob_{DIGEST}.ipynb", "[2]A, [1]B, [1]C - x.ipynb"])
def test_a_name_that_a_student_chose_tells_nothing(tmp_path: Path, theirs: str) -> None:
    assert set(taken_in(archive(tmp_path, [f"{UNIT}/[1] - jane - {theirs}"]))) == {"jane"}
    assert owner_of([f"doejane_1234_5678_{theirs}"]).student == "doejane"


def test_a_folder_of_a_student_that_looks_like_open_edx_moves_no_files_to_others(tmp_path: Path) -> None:
    inside = tmp_path / "jane" / UNIT
    inside.mkdir(parents=True)
    (inside / "[1] - bob - lab.ipynb").write_bytes(NOTEBOOK)
    (tmp_path / "ann.ipynb").write_bytes(NOTEBOOK)
    assert set(taken_in(tmp_path)) == {"jane", "ann"}


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_table_is_read_or_passed_over(content: bytes) -> None:

    entries = [
        Entry(parts=(UNIT, "[1] - jane - lab.ipynb"), content=NOTEBOOK),
        Entry(parts=("submissions.csv",), content=content),
    ]
    found, _ = choose_assignment(entries, EXERCISE)
    assert [entry.path for entry in found] == ["[1] - jane - lab.ipynb"]
    table = ",".join(HEADER).encode() + b"\n" + content
    found, _ = choose_assignment([entries[0], Entry(parts=("submissions.csv",), content=table)], EXERCISE)
    assert found[0].path == "[1] - jane - lab.ipynb"


def test_time_grows_with_the_length_of_a_name() -> None:
    for name in ("[1] - " * 20_000, "[1]" + ", [1]" * 20_000, "a" * 200_000 + "_" + DIGEST, f"_{DIGEST}" * 4_000):
        before = os.times().user
        owner_of([name, name])
        assert os.times().user - before < 2
