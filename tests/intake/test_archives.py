import io
import random
import stat
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.errors import InputError
from grader.intake.archives import FULL_OF_ONE, Allowance, read_archive, read_students_archive
from grader.intake.folders import collect
from grader.model.exercise import NOTEBOOK_ONLY, HandIn
from grader.model.submission import Submission
from tests.reading import as_read

NOTEBOOK = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'


def member(name: str, mode: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=(2025, 1, 2, 3, 4, 6))
    info.external_attr = mode << 16
    return info


def packed(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content, compress_type=method)
    return buffer.getvalue()


def taken_in(folder: Path, content: bytes, name: str = "class.zip") -> dict[str, Submission]:
    (folder / name).write_bytes(content)
    return {submission.student: submission for submission in collect(folder / name, "keras-cnn")}


@pytest.mark.parametrize(
    "names",
    [
        ("alice.ipynb", "bob.ipynb"),
        ("alice/hw.ipynb", "bob/hw.ipynb"),
        ("class/alice.ipynb", "class/bob.ipynb"),
        ("hw 3/alice/hw.ipynb", "hw 3/bob/hw.ipynb"),
        ("class/b/alice.ipynb", "class/b/bob.ipynb"),
        ("alice_11_222_hw.ipynb", "bob_12_223_hw.ipynb"),
        ("x/alice_7_assignsubmission_file_/hw.ipynb", "x/bob_8_assignsubmission_file_/hw.ipynb"),
        ("submitted/alice/keras-cnn/nb.ipynb", "submitted/bob/keras-cnn/nb.ipynb"),
        ("course/submitted/alice/keras-cnn/nb.ipynb", "course/submitted/bob/keras-cnn/nb.ipynb"),
        ("class\\alice.ipynb", "class\\bob.ipynb"),
        ("./alice.ipynb", "__MACOSX/._alice.ipynb", "bob.ipynb", ".DS_Store"),
    ],
)
def test_any_layout_may_come_as_an_archive(tmp_path: Path, names: tuple[str, ...]) -> None:
    found = taken_in(tmp_path, packed(*((member(name), NOTEBOOK) for name in names)))
    assert sorted(found) == ["alice", "bob"]
    assert all(submission.content == NOTEBOOK and not submission.problem for submission in found.values())


def test_one_student_in_an_archive_keeps_the_name(tmp_path: Path) -> None:
    assert list(taken_in(tmp_path, packed(("alice/hw.ipynb", NOTEBOOK)))) == ["alice"]
    assert list(taken_in(tmp_path, packed(("class/alice/hw.ipynb", NOTEBOOK)))) == ["alice"]
    assert list(taken_in(tmp_path, packed(("alice/keras-cnn/nb.ipynb", NOTEBOOK)))) == ["alice"]


def test_a_student_with_several_assignments_is_not_told_from_a_class_by_guessing(tmp_path: Path) -> None:
    both = packed(("alice/keras-cnn/nb.ipynb", NOTEBOOK), ("alice/other/nb.ipynb", NOTEBOOK))
    with pytest.raises(
        InputError,
        match="alice/ contains keras-cnn/ and other folders, so the archive is from a class, or from one student",
    ):
        taken_in(tmp_path, both)
    for name in ("keras-cnn", "other"):
        (tmp_path / "unpacked" / "alice" / name).mkdir(parents=True)
        (tmp_path / "unpacked" / "alice" / name / "nb.ipynb").write_bytes(NOTEBOOK)
    of_one = collect(tmp_path / "unpacked", "keras-cnn")
    assert [(submission.student, submission.origin) for submission in of_one] == [("alice", "alice/keras-cnn/nb.ipynb")]
    of_many = collect(tmp_path / "unpacked" / "alice", "keras-cnn")
    assert [submission.student for submission in of_many] == ["keras-cnn", "other"]


def test_names_of_a_platform_tell_that_it_is_a_class(tmp_path: Path) -> None:
    names = "around/bob_2_assignsubmission_file_/nb.ipynb", "around/keras-cnn/nb.ipynb", "around/alice/nb.ipynb"
    assert sorted(taken_in(tmp_path, packed(*((name, NOTEBOOK) for name in names)))) == ["alice", "bob", "keras-cnn"]


def test_archives_of_students_in_the_archive_of_the_class_are_read(tmp_path: Path) -> None:
    inner = packed(("hw.ipynb", NOTEBOOK))
    found = taken_in(tmp_path, packed(("doejane_11_222_work.zip", inner), ("roebob_12_223_hw.ipynb", NOTEBOOK)))
    assert {name: submission.problem for name, submission in found.items()} == {"doejane": "", "roebob": ""}


def test_archives_nested_too_deep_are_refused(tmp_path: Path) -> None:
    deep = packed(("x.zip", packed(("hw.ipynb", NOTEBOOK))))
    found = taken_in(tmp_path, packed(("alice.zip", deep), ("bob.ipynb", NOTEBOOK)))
    assert "archive inside an archive inside an archive" in as_read(found["alice"].problem)
    assert found["bob"].problem == ""


@pytest.mark.parametrize(
    "name",
    ["../../x.ipynb", "/etc/x.ipynb", "../class-evil/x.ipynb", "a/../../x.ipynb", "C:\\x.ipynb", "..\\x.ipynb"],
)
def test_a_path_that_leads_out_is_refused_and_named(tmp_path: Path, name: str) -> None:
    found = taken_in(tmp_path, packed((member(name), b"evil"), ("alice.ipynb", NOTEBOOK)))
    [refused] = [submission for submission in found.values() if submission.problem]
    assert name in as_read(refused.problem).replace("\\\\", "\\")
    assert "leads out of the archive" in as_read(refused.problem)
    assert refused.content == b""
    assert found["alice"].problem == ""


@pytest.mark.parametrize(
    "name", ["../x.keras", "C:\\m.keras", "C:m.keras", "/etc/x.keras", "a/../../x.keras", "../x", "../"]
)
def test_a_file_that_leads_out_is_no_student_and_staff_are_told(tmp_path: Path, name: str) -> None:
    hand_in = HandIn(("*.keras",), max_mb=1)
    (tmp_path / "class.zip").write_bytes(
        packed((member(name), b""), ("w/alice.ipynb", NOTEBOOK), ("w/bob.ipynb", NOTEBOOK))
    )
    for taken in (hand_in, NOTEBOOK_ONLY):
        notes: list[str] = []
        found = collect(tmp_path / "class.zip", "keras-cnn", taken, note=notes.append)
        assert [submission.student for submission in found] == ["alice", "bob"]
        assert "leads out of the archive" in " ".join(notes)
        assert all(submission.remarks == () for submission in found), "reports name no files of others"


@pytest.mark.parametrize("name", ["../alice.x.keras", "..\\alice_1_23_x.keras", "C:\\alice_1_23_x.keras"])
def test_a_file_that_leads_out_is_a_remark_to_the_student_it_names(tmp_path: Path, name: str) -> None:
    notebook = "alice_1_22_hw.ipynb" if "_1_23_" in name else "alice.ipynb"
    (tmp_path / "class.zip").write_bytes(packed((member(name), b""), (notebook, NOTEBOOK), ("bob.ipynb", NOTEBOOK)))
    alice, bob = collect(tmp_path / "class.zip", "keras-cnn", HandIn(("*.keras",), max_mb=1))
    assert (alice.student, bob.student) == ("alice", "bob")
    assert "leads out of the archive" in as_read(alice.remarks[0])
    assert bob.remarks == ()


@pytest.mark.parametrize(
    "name", [".", "./.", "/", "//", ".\\.", "\\", "./", "..", "../..", "C:", "/.", "..\\", " ", "\u3000"]
)
@pytest.mark.parametrize("content", [b"", NOTEBOOK, b"PK\x03\x04"])
@pytest.mark.parametrize("nested", [False, True])
def test_a_member_without_a_name_stops_nobody_elses(tmp_path: Path, name: str, content: bytes, nested: bool) -> None:
    info = member("x")
    info.filename = name
    odd = packed((info, content), ("honest.ipynb", NOTEBOOK)) if not nested else packed((info, content))
    if nested:
        odd = packed(("eve.zip", odd), ("honest.ipynb", NOTEBOOK))
    assert taken_in(tmp_path, odd)["honest"].content == NOTEBOOK


def test_a_notebook_that_leads_out_is_a_student_without_the_drive(tmp_path: Path) -> None:
    found = taken_in(tmp_path, packed((member("C:\\x.ipynb"), b"evil"), ("alice.ipynb", NOTEBOOK)))
    assert sorted(found) == ["alice", "x"]


def test_a_path_that_leads_out_of_a_students_archive_is_a_remark(tmp_path: Path) -> None:
    inner = packed(("hw.ipynb", NOTEBOOK), (member("../../bob/hw.ipynb"), b"evil"))
    found = taken_in(tmp_path, packed(("alice.zip", inner), ("bob.ipynb", NOTEBOOK)))
    assert found["bob"].content == NOTEBOOK
    assert "'../../bob/hw.ipynb'. It leads out" in as_read(found["alice"].remarks[0])


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_links_and_devices_in_an_archive_are_refused(tmp_path: Path, kind: int) -> None:
    found = taken_in(tmp_path, packed((member("alice.ipynb", kind | 0o777), b"/etc/passwd"), ("bob.ipynb", NOTEBOOK)))
    assert "link or a device" in as_read(found["alice"].problem)
    assert found["alice"].content == b""


def test_a_bomb_is_refused_without_unpacking_it(tmp_path: Path) -> None:
    content = packed(("alice.ipynb", b" " * 15_000_000), ("bob.ipynb", NOTEBOOK), ("carol.ipynb", b"0" * 30_000_000))
    tracemalloc.start()
    found = taken_in(tmp_path, content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "makes the file more than 200 times as large" in as_read(found["alice"].problem)
    assert "but the limit is 20 MB" in as_read(found["carol"].problem)
    assert found["bob"].problem == ""
    assert peak < 5_000_000


def test_a_member_that_lies_about_its_size_is_damaged(tmp_path: Path) -> None:
    content = packed(("alice.ipynb", b"0" * 900_000), ("bob.ipynb", NOTEBOOK))
    content = content.replace(struct.pack("<L", 900_000), struct.pack("<L", 100))
    found = taken_in(tmp_path, content)
    assert "damaged in the archive" in as_read(found["alice"].problem)
    assert found["bob"].problem == ""


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    content = bytearray(packed(("alice.ipynb", NOTEBOOK * 9), ("bob.ipynb", NOTEBOOK * 9), ("carol.ipynb", NOTEBOOK)))
    first, second = (content.find(b"PK\x01\x02", start) for start in (0, content.find(b"PK\x01\x02") + 1))
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    found = taken_in(tmp_path, bytes(content))
    assert "shares its bytes" in as_read(found["alice"].problem)
    assert "shares its bytes" in as_read(found["bob"].problem)
    assert found["carol"].problem == ""


def test_an_archive_of_too_many_members_is_refused_before_they_are_listed() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(30_000):
            archive.writestr(zipfile.ZipInfo(f"{number}"), b"")
    start = time.process_time()
    [entry] = read_archive(buffer.getvalue(), ("alice",), Allowance().of_one())
    assert time.process_time() - start < 1
    assert "too many members" in as_read(entry.problem)


def test_a_table_of_contents_that_is_too_large_is_refused(tmp_path: Path) -> None:
    content = bytearray(packed(("alice.ipynb", NOTEBOOK)))
    content[-10:-6] = struct.pack("<L", 0xFFFFFFFF)
    with pytest.raises(InputError, match=r"class\.zip: The archive has too many members"):
        taken_in(tmp_path, bytes(content))


def test_an_archive_of_a_class_may_have_more_members_than_that_of_a_student() -> None:
    content = packed(*((f"{number}.ipynb", NOTEBOOK) for number in range(2_500)))
    assert len(read_archive(content, (), Allowance())) == 2_500
    assert "at most 2,000." in as_read(read_students_archive(content, ("alice",), None, Allowance())[0].problem)


@pytest.mark.parametrize("around", [False, True])
def test_no_archive_of_a_student_takes_the_room_of_another(tmp_path: Path, around: bool) -> None:
    """Neither with members nor with bytes."""
    many = packed(("nb.ipynb", NOTEBOOK), *((f"{number}", b"") for number in range(1_990)))
    digits = random.Random(1).randbytes(150_000).hex().encode() * 50  # 15 MB that shrink, but not suspiciously
    large = packed(*((f"{number}.ipynb", digits) for number in range(8)))
    honest = packed(("nb.ipynb", NOTEBOOK), *((f"{number}", b"") for number in range(5)))
    handed_in = {f"a{number}.zip": many for number in range(12)} | {"b.zip": large, "honest.zip": honest}
    folder = tmp_path / "class"
    folder.mkdir()
    for name, content in handed_in.items():
        (folder / name).write_bytes(content)
    if around:
        (tmp_path / "class.zip").write_bytes(packed(*handed_in.items(), method=zipfile.ZIP_STORED))
    found = {each.student: each for each in collect(tmp_path / "class.zip" if around else folder, "keras-cnn")}
    assert found["honest"].content == NOTEBOOK
    assert not found["honest"].problem
    assert found["b"].problem == FULL_OF_ONE


def test_the_members_of_all_archives_are_counted_together() -> None:
    allowance = Allowance(members=5)
    content = packed(*((f"{number}", b"") for number in range(3)))
    assert read_archive(content, ("a",), allowance)[0].problem == ""
    assert "too many members" in as_read(read_archive(content, ("b",), allowance)[0].problem)


def test_the_bytes_of_all_archives_are_counted_together() -> None:
    allowance = Allowance(size=len(NOTEBOOK))
    first, second = read_archive(packed(("a.ipynb", NOTEBOOK), ("b.ipynb", NOTEBOOK)), (), allowance)
    assert first.problem == ""
    assert "grade them in parts" in as_read(second.problem)


def test_a_member_that_needs_a_password_or_another_method_is_refused(tmp_path: Path) -> None:
    locked = bytearray(packed(("alice.ipynb", NOTEBOOK)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.find(signature) + offset] |= 1
    assert "protected by a password" in as_read(taken_in(tmp_path, bytes(locked))["alice"].problem)
    odd = packed(("alice.ipynb", NOTEBOOK), method=zipfile.ZIP_LZMA)
    assert "compressed in an unusual way" in as_read(taken_in(tmp_path, odd)["alice"].problem)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_decided_and_said(tmp_path: Path) -> None:
    content = packed((member("alice.ipynb"), b"one"), (member("alice.ipynb"), b"two"))
    submission = taken_in(tmp_path, content)["alice"]
    assert submission.content == b"two"
    assert as_read(submission.remarks[0]).startswith("2 notebooks were submitted")


def test_names_that_collide_when_case_is_folded_stay_two_students(tmp_path: Path) -> None:
    found = taken_in(tmp_path, packed(("Alice.ipynb", b"one"), ("alice.ipynb", b"two")))
    assert (found["Alice"].content, found["alice"].content) == (b"one", b"two")
    assert found["alice"].remarks == found["Alice"].remarks == ()


def test_a_student_whose_folder_in_the_archive_is_empty_is_not_dropped(tmp_path: Path) -> None:
    found = taken_in(tmp_path, packed((member("alice/"), b""), ("alice/hw.ipynb", NOTEBOOK), (member("bob/"), b"")))
    assert found["alice"].problem == ""
    assert "the folder is empty" in as_read(found["bob"].problem)


@pytest.mark.parametrize("content", [b"", b"no zip", packed(("a.ipynb", NOTEBOOK))[:-30]])
def test_an_archive_that_is_damaged_names_place_and_remedy(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match=r"class\.zip: The zip archive is damaged .* Create it again"):
        taken_in(tmp_path, content)


def test_an_empty_archive_holds_no_notebook(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="contains no notebook"):
        taken_in(tmp_path, packed())


GOOD = packed(
    (member("alice.ipynb"), NOTEBOOK), (member("bob/hw.ipynb"), NOTEBOOK * 5), (member("c.zip"), packed(("x", b"")))
)


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=6))
@example([(GOOD.rindex(b"c.zip"), 0)])
@example([(GOOD.rindex(b"alice.ipynb"), 0)])
def test_an_archive_with_changed_bytes_gives_entries_and_never_an_error(changes: list[tuple[int, int]]) -> None:
    content = bytearray(GOOD)
    for place, value in changes:
        content[place] = value
    assert read_archive(bytes(content), ("class",), Allowance())


@pytest.mark.parametrize("name", ["", "\0", "\0alice.ipynb", "/", "./", "."])
def test_a_member_without_a_name_stops_nobody(name: str) -> None:
    content = packed((member("x" * max(len(name), 1)), NOTEBOOK), (member("bob.ipynb"), NOTEBOOK))
    whole = content.replace(b"x" * max(len(name), 1), (name or "\0").encode())
    found = read_archive(whole, ("class",), Allowance())
    assert [entry.content for entry in found if entry.parts[-1] == "bob.ipynb"] == [NOTEBOOK]


@given(st.binary(max_size=100), st.integers(0, len(GOOD)))
def test_an_archive_cut_and_extended_gives_entries_and_never_an_error(noise: bytes, place: int) -> None:
    for content in (GOOD[:place] + noise, GOOD[:place] + noise + GOOD[place:], noise + GOOD[place:]):
        assert read_archive(content, ("class",), Allowance())
