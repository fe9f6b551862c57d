import errno
import json
import os
import socket
import unicodedata
import zipfile
from pathlib import Path

import pytest

from grader.errors import InputError
from grader.intake.folders import collect
from grader.model.submission import Submission
from tests.reading import as_read

NOTEBOOK = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}).encode()


def write(root: Path, *names: str, content: bytes = NOTEBOOK) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def aged(path: Path, seconds: int) -> None:
    os.utime(path, (1_700_000_000 + seconds, 1_700_000_000 + seconds))


def students(path: Path) -> list[str]:
    return [submission.student for submission in collect(path, "keras-cnn")]


def only(path: Path) -> Submission:
    [submission] = collect(path, "keras-cnn")
    return submission


def test_a_single_notebook_is_one_submission(tmp_path: Path) -> None:
    submission = only(write(tmp_path, "alice.ipynb") / "alice.ipynb")
    assert (submission.student, submission.exercise, submission.content) == ("alice", "keras-cnn", NOTEBOOK)
    assert submission.submitted_at is None, "any copy changes the time of a file"


def test_a_folder_of_notebooks_has_a_student_for_each(tmp_path: Path) -> None:
    write(tmp_path, "bob.ipynb", "Alice.ipynb", "roster.csv", "data/x.npz")
    assert students(tmp_path) == ["Alice", "bob"]


def test_a_folder_for_each_student_holds_one_notebook(tmp_path: Path) -> None:
    write(tmp_path, "alice/hw.ipynb", "alice/data/x.npz", "bob/deep/er/hw.ipynb", "README.md")
    assert students(tmp_path) == ["alice", "bob"]


def test_hidden_files_and_checkpoints_are_nobodys(tmp_path: Path) -> None:
    write(tmp_path, "alice.ipynb", ".ipynb_checkpoints/alice-checkpoint.ipynb", "__MACOSX/._alice.ipynb", ".x.ipynb")
    assert students(tmp_path) == ["alice"]


def test_canvas_names_tell_student_and_lateness_and_number_no_tries(tmp_path: Path) -> None:
    write(
        tmp_path,
        "doejane_LATE_1001_20034_hw.ipynb",
        "doejane_LATE_1001_20099_hw-2.ipynb",
        "doejane_LATE_1001_20050_hw-1.ipynb",
        "roebob_1002_20035_hw.pdf",
    )
    jane, bob = collect(tmp_path, "keras-cnn")
    assert (jane.student, jane.attempt, jane.origin) == ("doejane", 0, "doejane_LATE_1001_20099_hw-2.ipynb")
    assert as_read(jane.remarks[0]) == "According to Canvas, the submission was late."
    assert "3 notebooks were submitted" in as_read(jane.remarks[1])
    assert jane.source is not None
    assert (jane.source.late, jane.marked_late, jane.submitted_at) == (True, True, None)
    assert bob.student == "roebob"
    assert (
        as_read(bob.problem) == "No notebook was submitted: found: 'roebob_1002_20035_hw.pdf'. Submit the .ipynb file."
    )


def test_moodle_folders_tell_the_full_name(tmp_path: Path) -> None:
    write(tmp_path, "Jane Doe_77_assignsubmission_file_/hw.ipynb", "Bob Roe_78_assignsubmission_file_/hw.ipynb")
    assert students(tmp_path) == ["Bob Roe", "Jane Doe"]


def test_two_students_of_the_same_name_stay_two(tmp_path: Path) -> None:
    write(tmp_path, "Jane Doe_77_assignsubmission_file_/a.ipynb", "Jane Doe_78_assignsubmission_file_/b.ipynb")
    assert students(tmp_path) == ["Jane Doe (77)", "Jane Doe (78)"]


@pytest.mark.parametrize("start", ["", "submitted"])
def test_the_tree_of_nbgrader_is_read_for_this_assignment_only(tmp_path: Path, start: str) -> None:
    write(
        tmp_path,
        "source/keras-cnn/solution.ipynb",
        "submitted/alice/keras-cnn/nb.ipynb",
        "submitted/alice/other/nb.ipynb",
        "submitted/bob/other/nb.ipynb",
    )
    submission = only(tmp_path / start)
    assert submission.student == "alice"
    assert submission.origin == "alice/keras-cnn/nb.ipynb"


def test_an_nbgrader_tree_without_the_assignment_names_those_it_has(tmp_path: Path) -> None:
    write(tmp_path, "submitted/alice/ps1/nb.ipynb", "submitted/bob/ps2/nb.ipynb")
    with pytest.raises(InputError, match=r"no assignment is named 'keras-cnn'. Found: ps1, ps2"):
        collect(tmp_path, "keras-cnn")


def test_of_several_notebooks_the_fitting_one_counts_then_the_latest(tmp_path: Path) -> None:
    write(tmp_path, "a/keras_cnn.ipynb", "a/zzz.ipynb", "b/x.ipynb", "b/y.ipynb")
    for seconds, name in enumerate(["a/keras_cnn.ipynb", "a/zzz.ipynb", "b/y.ipynb", "b/x.ipynb"]):
        aged(tmp_path / name, seconds)
    a, b = collect(tmp_path, "keras-cnn")
    assert (a.origin, b.origin) == ("a/keras_cnn.ipynb", "b/x.ipynb")
    assert as_read(b.remarks) == ("2 notebooks were submitted. 'b/x.ipynb' counts, not 'b/y.ipynb'.",)


def test_the_same_student_as_file_and_as_folder_is_decided_the_same_way_each_time(tmp_path: Path) -> None:
    write(tmp_path, "alice.ipynb", "alice/hw.ipynb")
    aged(tmp_path / "alice.ipynb", 1)
    aged(tmp_path / "alice/hw.ipynb", 2)
    assert collect(tmp_path, "keras-cnn") == collect(tmp_path, "keras-cnn")
    assert only(tmp_path).origin == "alice/hw.ipynb"


def test_names_that_differ_in_case_only_stay_two_students_and_neither_is_named_to_the_other(tmp_path: Path) -> None:
    write(tmp_path, "alice.ipynb", "Alice.ipynb", "caf\u00e9.ipynb", "cafe\u0301.ipynb")
    told: list[str] = []
    found = collect(tmp_path, "keras-cnn", note=told.append)
    assert [(submission.student, submission.origin) for submission in found] == [
        ("Alice", "Alice.ipynb"),
        ("alice", "alice.ipynb"),
        ("caf\u00e9", "caf\u00e9.ipynb"),
        ("caf\u00e9 (2)", "cafe\u0301.ipynb"),
    ]
    assert all(submission.remarks == () for submission in found)
    assert told == [
        "caf\u00e9 (2): has the same name as another submission. The grader treats them as the work of two students."
    ]


@pytest.mark.parametrize("name", ["J\u00fcrgen", "\u00c5sa \u00d8sterg\u00e5rd", "\u1ec7", "\uac00"])
@pytest.mark.parametrize("layout", ["{}.ipynb", "{}/lab.ipynb", "{}_12_assignsubmission_file_/lab.ipynb"])
def test_a_name_is_the_same_whichever_way_a_system_writes_its_accents(tmp_path: Path, name: str, layout: str) -> None:
    for number, written in enumerate((unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name))):
        write(tmp_path / str(number), layout.format(written), "bob.ipynb")
    first, second = (students(tmp_path / str(number)) for number in range(2))
    assert first == second
    assert unicodedata.normalize("NFC", name) in first


def test_who_else_is_in_the_class_changes_no_name(tmp_path: Path) -> None:
    """Else the same student would be another one in the next week, with nothing of the first."""
    numbered = ("Jane Doe_1234_assignsubmission_file_/a.ipynb", "Jane Doe_1235_assignsubmission_file_/a.ipynb")
    write(tmp_path / "one", "Jane Doe.ipynb", *numbered)
    write(tmp_path / "two", "Jane Doe.ipynb", *numbered, "Ada.ipynb", "Bob.ipynb", "Zoe.ipynb")
    assert students(tmp_path / "one") == ["Jane Doe", "Jane Doe (1234)", "Jane Doe (1235)"]
    assert students(tmp_path / "two") == ["Ada", "Bob", "Jane Doe", "Jane Doe (1234)", "Jane Doe (1235)", "Zoe"]


@pytest.mark.parametrize("name", [".ipynb", "..ipynb", "...ipynb", ".IPYNB"])
def test_a_notebook_that_lost_its_name_is_taken_in(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, "bob.ipynb")
    found = {submission.origin: submission.student for submission in collect(tmp_path, "keras-cnn")}
    assert found[name].strip(".") != ""


def test_the_lock_of_an_office_program_is_nobodys(tmp_path: Path) -> None:
    told: list[str] = []
    write(tmp_path, "bob.ipynb", "~$kim.docx", "kim.docx")
    assert [each.student for each in collect(tmp_path, "keras-cnn", note=told.append)] == ["bob", "kim"]
    assert told == ["Skipped, because it is not a submission: '~$kim.docx'."]


def test_links_and_devices_are_refused_and_never_followed(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.ipynb", content=b"secret") / "secret.ipynb"
    handed_in = write(tmp_path / "in", "alice.ipynb")
    (handed_in / "bob.ipynb").symlink_to(secret)
    (handed_in / "carol").symlink_to(tmp_path)
    os.mkfifo(handed_in / "dave.ipynb")
    os.link(secret, handed_in / "eve.ipynb")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(os.path.relpath(handed_in / "finn.ipynb"))
    found = {submission.student: submission for submission in collect(handed_in, "keras-cnn")}
    assert found["alice"].problem == ""
    assert as_read(found["bob"].problem).startswith("The file is a symbolic link")
    assert as_read(found["carol"].problem).startswith("The file is a symbolic link")
    assert as_read(found["dave"].problem).startswith("This is a pipe, a socket or a device")
    assert as_read(found["eve"].problem).startswith("The file is a hard link")
    assert as_read(found["finn"].problem).startswith("This is a pipe, a socket or a device")
    assert all(submission.content in (b"", NOTEBOOK) for submission in found.values())


def test_a_link_beside_a_good_notebook_is_a_remark(tmp_path: Path) -> None:
    write(tmp_path, "alice/hw.ipynb")
    (tmp_path / "alice" / "link.ipynb").symlink_to("/etc/passwd")
    submission = only(tmp_path)
    assert submission.problem == ""
    assert as_read(submission.remarks[0]).startswith("'alice/link.ipynb' was not read: The file is a symbolic link")


def test_a_file_that_is_too_large_keeps_its_student(tmp_path: Path) -> None:
    with (tmp_path / "alice.ipynb").open("wb") as file:
        file.truncate(2_000_000_000)
    assert "is 2,000.0 MB, but the limit is 20 MB" in as_read(only(tmp_path).problem)


def test_a_file_that_may_not_be_read_keeps_its_student(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, flags: int) -> int:
        assert flags & os.O_NOFOLLOW
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    write(tmp_path, "alice.ipynb")
    monkeypatch.setattr(os, "open", refuse)
    assert as_read(only(tmp_path).problem) == "The file cannot be read (Permission denied)."


def test_an_empty_folder_of_a_student_is_no_notebook(tmp_path: Path) -> None:
    write(tmp_path, "alice/hw.ipynb")
    write(tmp_path, "carol/hw.py", "carol/plan.txt", content=b"x = 1")
    (tmp_path / "bob").mkdir()
    _, bob, carol = collect(tmp_path, "keras-cnn")
    assert as_read(bob.problem) == "No notebook was submitted: the folder is empty. Submit the .ipynb file."
    assert "found: 'hw.py', 'plan.txt'" in as_read(carol.problem)


def test_folders_nested_without_end_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "alice.ipynb", "bob/" + "d/" * 30 + "hw.ipynb")
    assert as_read(collect(tmp_path, "keras-cnn")[1].problem) == "The folder is nested more than 8 levels deep."


@pytest.mark.parametrize("name", ["=1+1", "-rf", "a\nb", "a'\"b", "🙂" * 50, "x" * 240, "<script>", " "])
def test_any_file_name_is_a_student(tmp_path: Path, name: str) -> None:
    submission = only(write(tmp_path, f"{name}.ipynb"))
    assert submission.problem == ""
    assert submission.student == name.replace("\n", "\\n")


def test_a_file_name_that_is_no_text_is_a_student(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.ipynb")).write_bytes(NOTEBOOK)
    assert only(tmp_path).student == "caf\\xe9"


@pytest.mark.parametrize(
    ("names", "path", "problem"),
    [
        ((), "", r"contains no notebook \(\.ipynb\)\. Name the folder with the submissions"),
        (("a.py", "b/c.txt"), "", "contains no notebook"),
        ((), "gone", "does not exist. Name a folder, a zip archive or a notebook"),
        (("a.rar",), "a.rar", r"is neither a folder, a zip archive nor a notebook \(\.ipynb\)"),
    ],
)
def test_what_holds_no_submission_names_place_and_remedy(
    tmp_path: Path, names: tuple[str, ...], path: str, problem: str
) -> None:
    with pytest.raises(InputError, match=problem) as caught:
        collect(write(tmp_path, *names, content=b"x = 1") / path, "keras-cnn")
    assert str(caught.value).startswith(str(tmp_path / path))


def test_archives_in_a_folder_stand_for_folders(tmp_path: Path) -> None:
    write(tmp_path, "bob.ipynb")
    with zipfile.ZipFile(tmp_path / "alice.zip", "w") as archive:
        archive.writestr("work/hw.ipynb", NOTEBOOK)
    (tmp_path / "carol.zip").write_bytes(b"no zip")
    alice, bob, carol = collect(tmp_path, "keras-cnn")
    assert (alice.student, alice.origin) == ("alice", "alice/work/hw.ipynb")
    assert bob.problem == ""
    assert as_read(carol.problem).startswith("The zip archive is damaged (File is not a zip file).")


def test_a_folder_that_holds_only_an_archive_is_that_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.writestr("alice.ipynb", NOTEBOOK)
        archive.writestr("bob.ipynb", NOTEBOOK)
    assert students(tmp_path) == ["alice", "bob"]
