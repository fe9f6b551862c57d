"""Files that come with a notebook: whose they are, what they are called, and which are not used."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from grader.intake import archives, disk, folders
from grader.intake.entries import Entry
from grader.intake.folders import attachments_of, collect
from grader.model.exercise import HandIn
from grader.model.submission import Submission
from tests.reading import as_read

NOTEBOOK = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}).encode()
TAKEN = HandIn(("*.keras", "*.weights.h5"), max_mb=1)
OWN = ("data/faces.npz", "labels.keras")


def write(root: Path, *names: str, content: bytes = NOTEBOOK) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def found(path: Path, hand_in: HandIn = TAKEN) -> dict[str, Submission]:
    return {submission.student: submission for submission in collect(path, "faces", hand_in, OWN)}


def names(path: Path, hand_in: HandIn = TAKEN) -> dict[str, list[str]]:
    """Student -> names of the files that lie beside the notebook."""
    return {student: [file.name for file in one.files] for student, one in found(path, hand_in).items()}


def said(path: Path, student: str = "anna") -> str:
    return " ".join(map(str, found(path)[student].remarks))


def test_a_file_in_the_folder_of_a_student_lies_beside_the_notebook(tmp_path: Path) -> None:
    write(tmp_path, "anna/notebook.ipynb", "bob/notebook.ipynb")
    write(tmp_path, "anna/model.keras", content=b"model")
    [file] = found(tmp_path)["anna"].files
    assert (file.name, file.content) == ("model.keras", b"model")
    assert names(tmp_path)["bob"] == []
    assert "'model.keras'" in said(tmp_path)


def test_without_a_table_hand_in_only_the_notebook_is_taken(tmp_path: Path) -> None:
    write(tmp_path, "anna/notebook.ipynb", "anna/model.keras")
    [submission] = collect(tmp_path, "faces")
    assert (submission.files, submission.remarks) == ((), ())


def test_a_file_that_is_not_taken_is_left_aside_with_a_remark(tmp_path: Path) -> None:
    write(tmp_path, "anna/notebook.ipynb", "anna/model.pkl", "anna/data/faces.npz", "anna/exercise.toml")
    assert names(tmp_path) == {"anna": []}
    assert said(tmp_path) == "Not used, because the exercise does not accept such files: 'model.pkl'."


@pytest.mark.parametrize(
    ("notebook", "file", "name"),
    [
        ("anna.ipynb", "anna.model.keras", "model.keras"),
        ("anna.ipynb", "anna.keras", "anna.keras"),
        ("anna.b.ipynb", "anna.b.net.weights.h5", "net.weights.h5"),
        ("anna_7_1234_hw.ipynb", "anna_7_1235_model.keras", "model.keras"),
        ("anna_LATE_7_1234_hw-2.ipynb", "anna_LATE_7_1235_model-2.keras", "model.keras"),
        ("anna_7_1234_hw.ipynb", "anna_7_1235_net-1.weights.h5", "net.weights.h5"),
        ("Anna A_7_assignsubmission_file_/hw.ipynb", "Anna A_7_assignsubmission_file_/model.keras", "model.keras"),
        ("Anna A_7_assignsubmission_file_hw.ipynb", "Anna A_7_assignsubmission_file_model.keras", "model.keras"),
        ("submitted/anna/faces/hw.ipynb", "submitted/anna/faces/model.keras", "model.keras"),
        ("anna/work/hw.ipynb", "anna/model.keras", "model.keras"),
    ],
)
def test_a_platform_or_a_person_names_files_and_the_original_name_comes_back(
    tmp_path: Path, notebook: str, file: str, name: str
) -> None:
    others = "submitted/zoe/faces/hw.ipynb" if notebook.startswith("submitted/") else "zoe/hw.ipynb"
    write(tmp_path, notebook, file, others, others.replace("zoe/", "zoe_9_1234_hw/"))
    taken = names(tmp_path)
    assert [files for student, files in taken.items() if student.lower().startswith("anna")] == [[name]]


def test_a_name_that_the_notebook_uses_is_kept(tmp_path: Path) -> None:
    cell = NOTEBOOK.replace(b'"cells": []', b'"cells": [{"cell_type": "code", "source": "load(\'model-2.keras\')"}]')
    write(tmp_path, "anna_7_1234_hw.ipynb", content=cell)
    write(tmp_path, "anna_7_1235_model-2.keras")
    assert names(tmp_path) == {"anna": ["model-2.keras"]}


def test_of_several_tries_the_last_counts(tmp_path: Path) -> None:
    write(tmp_path, "anna_7_1234_hw.ipynb")
    for number in (1, 3, 2):
        write(tmp_path, f"anna_7_123{number}_model-{number}.keras", content=str(number).encode())
    [file] = found(tmp_path)["anna"].files
    assert (file.name, file.content) == ("model.keras", b"3")


def test_files_of_nobody_are_nobodys(tmp_path: Path) -> None:
    write(tmp_path, "anna.ipynb", "bob.ipynb", "model.keras", "annabel.model.keras")
    assert names(tmp_path) == {"anna": [], "bob": []}


def test_a_notebook_that_is_named_takes_files_where_it_is_alone(tmp_path: Path) -> None:
    write(tmp_path, "anna.ipynb", "model.keras", "notes.txt")
    assert names(tmp_path / "anna.ipynb") == {"anna": ["model.keras"]}
    write(tmp_path, "bob.ipynb")
    assert names(tmp_path / "anna.ipynb") == {"anna": []}
    assert "it is not clear which of them this file belongs to" in said(tmp_path / "anna.ipynb")


def test_archives_of_a_student_and_of_a_class_hold_files(tmp_path: Path) -> None:
    write(tmp_path / "one", "bob.ipynb")
    with zipfile.ZipFile(tmp_path / "one" / "anna.zip", "w") as archive:
        archive.writestr("work/hw.ipynb", NOTEBOOK)
        archive.writestr("work/model.keras", b"model")
        archive.writestr("work/large.keras", bytes(2 * 2**20))
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.writestr("anna.ipynb", NOTEBOOK)
        archive.writestr("anna.model.keras", b"model")
        archive.writestr("bob.ipynb", NOTEBOOK)
    for path in (tmp_path / "one", tmp_path / "class.zip"):
        assert names(path) == {"anna": ["model.keras"], "bob": []}
        assert found(path)["anna"].files[0].content == b"model"
    assert "'large.keras' was not used: its size is 2.0 MiB" in said(tmp_path / "one")


def test_all_files_together_have_a_limit_and_what_is_beyond_is_never_read(tmp_path: Path) -> None:
    write(tmp_path, "anna/hw.ipynb")
    for name in ("a.keras", "b.keras"):
        write(tmp_path, f"anna/{name}", content=bytes(600_000))
    with (tmp_path / "anna" / "c.keras").open("wb") as file:
        file.truncate(2_000_000_000)
    assert names(tmp_path) == {"anna": ["a.keras"]}
    assert "'b.keras' was not used: its size is 0.6 MiB, but all files of a submission together may" in (said(tmp_path))
    assert "'c.keras' was not used: its size is 1,907.3 MiB" in said(tmp_path)


def test_files_on_disk_are_not_kept_in_memory(tmp_path: Path) -> None:
    write(tmp_path, "anna/hw.ipynb", "anna/model.keras")
    assert found(tmp_path)["anna"].files[0].source == tmp_path / "anna" / "model.keras"


def test_links_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "anna/hw.ipynb")
    (tmp_path / "anna" / "model.keras").symlink_to("/etc/passwd")
    assert names(tmp_path) == {"anna": []}
    assert "The file is a symbolic link" in said(tmp_path)


def test_a_file_that_becomes_a_link_is_not_followed_either(tmp_path: Path) -> None:
    write(tmp_path, "anna/hw.ipynb", "anna/model.keras")
    [file] = found(tmp_path)["anna"].files
    (tmp_path / "anna" / "model.keras").unlink()
    (tmp_path / "anna" / "model.keras").symlink_to("/etc/passwd")
    with pytest.raises(OSError, match="symbolic link"):
        _ = file.content


@pytest.mark.parametrize("name", ["labels.keras", "Labels.keras", "data", "x" * 101, "a\nb.keras", "a\\b.keras"])
def test_unsafe_names_and_names_of_the_exercise_are_left_aside(tmp_path: Path, name: str) -> None:
    write(tmp_path, "anna/hw.ipynb", f"anna/{name}")
    submission = found(tmp_path, HandIn(("*",), 1))["anna"]
    assert submission.files == ()
    assert "was not used" in as_read(submission.remarks[0])


def test_a_file_name_that_is_no_text_is_left_aside(tmp_path: Path) -> None:
    write(tmp_path, "anna/hw.ipynb", os.fsdecode(b"anna/caf\xe9.keras"))
    assert names(tmp_path) == {"anna": []}
    assert "\\xe9.keras' was not used" in said(tmp_path)


def test_a_file_below_the_notebook_is_left_aside_and_it_is_said_where_it_belongs(tmp_path: Path) -> None:
    write(tmp_path, "anna/hw.ipynb", "anna/models/model.keras")
    assert names(tmp_path) == {"anna": []}
    assert "Put both into the same folder" in said(tmp_path)


def test_the_same_bytes_are_the_same_file_wherever_they_lie(tmp_path: Path) -> None:
    write(tmp_path, "anna/hw.ipynb", "anna/model.keras", "bob/hw.ipynb", "bob/model.keras")
    both = found(tmp_path)
    assert both["anna"].files == both["bob"].files


def test_a_student_who_checks_a_notebook_has_the_files_beside_it(tmp_path: Path) -> None:
    write(tmp_path, "mine.ipynb", "other.ipynb", "model.keras", "plan.txt")
    (tmp_path / "sub").mkdir()
    checked = attachments_of(tmp_path / "mine.ipynb", TAKEN, OWN)
    assert [file.name for file in checked.files] == ["model.keras"]
    assert checked.remarks == ()


def test_a_small_archive_cannot_fill_the_memory_with_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def note(_archive: object, member: zipfile.ZipInfo, *_limits: object) -> bytes:
        read.append(member.filename)
        return b""

    monkeypatch.setattr(archives, "_read", note)
    with zipfile.ZipFile(tmp_path / "anna.zip", "w") as archive:
        archive.writestr("hw.ipynb", NOTEBOOK)
        for number in range(20):
            archive.writestr(f"{number:02}.keras", bytes(400_000))
    archives.read_archive((tmp_path / "anna.zip").read_bytes(), ("anna",), archives.Allowance(hand_in=TAKEN))
    assert read == ["00.keras", "01.keras", "hw.ipynb"]


def test_archives_too_large_for_the_memory_are_said_instead_of_losing_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("anna", "bob"):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.writestr("hw.ipynb", NOTEBOOK)
            archive.writestr("model.keras", bytes(900_000))
    monkeypatch.setattr(folders, "read_folder", lambda path, hand_in: read_with_room_for(1_000_000, path, hand_in))
    both = found(tmp_path)
    assert [file.name for file in both["anna"].files] == ["model.keras"]
    assert as_read(both["bob"].problem).startswith("The archives together contain more than 2 GB. Unpack them")


def read_with_room_for(size: int, path: Path, hand_in: HandIn) -> list[Entry]:
    budget = archives.Allowance(size=size, hand_in=hand_in)
    return [entry for name in ("anna", "bob") for entry in disk._file(path / f"{name}.zip", (f"{name}.zip",), budget)]
