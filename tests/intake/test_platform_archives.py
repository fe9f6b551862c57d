"""Archives as learning platforms build them: who handed in, which files are whose, what is said of the rest."""

import io
import json
import os
import struct
import tempfile
import time
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import InputError
from grader.intake.folders import collect
from grader.intake.owners import read_metadata
from grader.intake.roster import claimed_student
from grader.model.exercise import NOTEBOOK_ONLY, HandIn
from grader.model.student import Student
from grader.model.submission import Platform, Submission, TimeCertainty, Who
from tests.reading import as_read

EXERCISE = "conv-arithmetic"
ROME = ZoneInfo("Europe/Rome")
WEIGHTS = HandIn(("*.h5", "*.keras"), max_mb=1)
Date = tuple[int, int, int, int, int, int]
LOCAL: Date = (2026, 4, 19, 23, 30, 0)
MOMENT = datetime(2026, 4, 19, 21, 30, tzinfo=UTC)


def notebook(text: str = "") -> bytes:
    cell: dict[str, object] = {"cell_type": "code", "source": text, "metadata": {}}
    cell |= {"outputs": [], "execution_count": None}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}).encode()


NOTEBOOK = notebook()


def packed(members: Mapping[str, bytes], extra: bytes = b"", date: Date = LOCAL) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, date)
            member.extra = extra
            archive.writestr(member, content)
    return buffer.getvalue()


def taken_in(content: bytes, hand_in: HandIn = NOTEBOOK_ONLY, notes: list[str] | None = None) -> list[Submission]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "class.zip"
        path.write_bytes(content)
        kept = notes if notes is not None else []
        return collect(path, EXERCISE, hand_in, zone=ROME, note=kept.append)


def of(names: Mapping[str, bytes] | list[str], hand_in: HandIn = NOTEBOOK_ONLY) -> dict[str, Submission]:
    members = names if isinstance(names, Mapping) else dict.fromkeys(names, NOTEBOOK)
    return {each.student: each for each in taken_in(packed(members), hand_in)}


# Moodle


def test_the_number_of_a_group_is_kept_with_its_name_and_claims_no_participant_alone() -> None:
    found = of(["Group A_101_assignsubmission_file/lab.ipynb", "Default group_assignsubmission_file/lab.ipynb"])
    group, default = found["Group A"], found["Default group"]
    assert group.source is not None
    assert default.source is not None
    assert (group.source.who, group.source.number, group.source.name) == (Who.EITHER, "101", "Group A")
    assert (default.source.who, default.source.number) == (Who.GROUP, "")
    students = claimed_student(group), claimed_student(default)
    assert [(one.participant, one.group, one.name) for one in students] == [
        ("101", "Group A", "Group A"),
        ("", "Default group", ""),
    ]


def test_moodle_with_hidden_names_is_told_apart_by_numbers_in_any_language() -> None:
    known = of(["Participant_1_assignsubmission_file/a.ipynb", "Participant_2_assignsubmission_file/a.ipynb"])
    assert sorted(known) == ["Participant 1", "Participant 2"]
    other = of([f"Osallistuja_{number}_assignsubmission_file/a.ipynb" for number in (1, 2, 3)])
    for found in (known, other):
        assert all(each.source and each.source.anonymous for each in found.values())
        assert all(claimed_student(each).name == "" and claimed_student(each).participant for each in found.values())


def test_two_students_of_one_name_are_told_apart_in_every_message() -> None:
    found = of(["Jane Doe_77_assignsubmission_file/a.ipynb", "Jane Doe_78_assignsubmission_file/a.ipynb"])
    assert [claimed_student(each).shown for each in found.values()] == ["Jane Doe (77)", "Jane Doe (78)"]


def test_text_typed_into_a_form_is_a_submission_without_a_notebook() -> None:
    found = of(
        {
            "A A_1_assignsubmission_file/lab.ipynb": NOTEBOOK,
            "B B_2_assignsubmission_onlinetext/onlinetext.html": b"<p>x</p>",
            "C C_3_assignsubmission_onlinetext/onlinetext.html": b"<p>x</p>",
            "C C_3_assignsubmission_file/lab.ipynb": NOTEBOOK,
        }
    )
    assert {name: str(each.problem)[:47] for name, each in found.items()} == {
        "A A": "",
        "B B": "You entered text in the platform's form instead",
        "C C": "",
    }


def test_a_flat_download_of_moodle_brings_the_old_names_back() -> None:
    mark = "Jane Doe_77_assignsubmission_file_"
    found = of({f"{mark}lab.ipynb": NOTEBOOK, f"{mark}model.weights.h5": b"1"}, WEIGHTS)
    assert [file.name for file in found["Jane Doe"].files] == ["model.weights.h5"]
    assert found["Jane Doe"].source is not None
    assert found["Jane Doe"].source.file == "lab.ipynb"


# Canvas


def test_two_files_of_one_submission_are_one_try_and_the_one_of_the_exercise_counts() -> None:
    (found,) = taken_in(packed({"one_1001_5001_conv-arithmetic.ipynb": b"{1", "one_1001_5002_scratch-1.ipynb": b"{2"}))
    assert (found.content, found.attempt) == (b"{1", 0)
    assert found.source is not None
    assert (found.source.attachment, found.source.number) == ("5001", "1001")
    assert found.source.place == "one_1001_5001_conv-arithmetic.ipynb"


def test_without_a_fitting_name_the_file_handed_in_last_counts() -> None:
    (found,) = taken_in(packed({"one_1001_5009_a.ipynb": b"{9", "one_1001_5010_a-1.ipynb": b"{10"}))
    assert found.content == b"{10"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("model-1.weights.h5", "model.weights.h5"),
        ("net-12.keras", "net.keras"),
        ("model.weights.h5", "model.weights.h5"),
    ],
)
def test_weights_are_found_under_their_old_name(file: str, name: str) -> None:
    found = of({"one_1001_5003_lab-1.ipynb": NOTEBOOK, f"one_1001_5004_{file}": b"1"}, WEIGHTS)
    assert [each.name for each in found["one"].files] == [name]


def test_a_number_that_the_student_wrote_stays_where_the_notebook_uses_it() -> None:
    members = {
        "one_1001_5003_lab.ipynb": notebook("load('model-1.weights.h5')"),
        "one_1001_5004_model-1.weights.h5": b"1",
    }
    assert [each.name for each in of(members, WEIGHTS)["one"].files] == ["model-1.weights.h5"]


def test_hidden_names_of_canvas_are_one_student_for_each_id() -> None:
    found = of(
        [
            "anon_aB1cD_5001_lab.ipynb",
            "LATE_anon_xY2zW_5002_lab.ipynb",
            "anon_12345_5003_lab.ipynb",
            "anon_qQ9qQ_5004_a.ipynb",
            "anon_qQ9qQ_5005_conv-arithmetic.ipynb",
        ]
    )
    assert sorted(found) == ["anon_12345", "anon_aB1cD", "anon_qQ9qQ", "anon_xY2zW"]
    assert [name for name, each in found.items() if each.marked_late] == ["anon_xY2zW"]
    assert all(claimed_student(each).canvas_id == "" for each in found.values()), "the id is none of a user"


def test_text_and_addresses_in_canvas_do_not_vanish() -> None:
    found = of({"one_1_22_lab.ipynb": NOTEBOOK, "two_6_text.html": b"x", "three_LATE_7_link.html": b"x"})
    assert sorted(found) == ["one", "three", "two"]
    assert "text in the platform's form" in as_read(found["two"].problem)
    assert as_read(found["three"].remarks) == ("According to Canvas, the submission was late.",)


def test_a_class_that_typed_texts_only_is_a_class() -> None:
    assert sorted(of({"two_6_text.html": b"x", "three_7_link.html": b"x"})) == ["three", "two"]


def test_the_archive_of_a_student_in_canvas_goes_back_under_its_own_name() -> None:
    inner = packed({"lab.ipynb": NOTEBOOK, "scratch.ipynb": NOTEBOOK})
    found = of({"one_1001_5001_work.zip": inner, "two_1002_5002_lab.ipynb": NOTEBOOK})
    assert found["one"].source is not None
    assert (found["one"].source.place, found["one"].source.attachment) == ("one_1001_5001_work.zip", "5001")


@pytest.mark.parametrize(
    "names",
    [
        ["lab_03_2026_one.ipynb", "lab_03_2026_two.ipynb", "lab_03_2026_three.ipynb"],
        ["cnn_3_1001_ada.ipynb", "cnn_3_1002_bob.ipynb", "cnn_3_1003_cleo.ipynb"],
        ["ws_26_1001_ada.ipynb", "ws_26_1001_bob.ipynb"],
        ["Lab_3_2026_ada.ipynb", "Lab_3_2026_bob.ipynb"],
        ["2026_3_17_ada.ipynb", "2026_3_17_bob.ipynb"],
        ["ada_2026_04_19.ipynb", "bob_2026_04_19.ipynb"],
    ],
)
def test_names_typed_by_hand_with_numbers_are_a_student_each(names: list[str]) -> None:
    assert sorted(of(names)) == sorted(name[:-6] for name in names)


@given(
    st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    st.integers(1, 9_999),
    st.integers(10, 9_999),
    st.sets(st.from_regex(r"[A-Za-z]{1,8}", fullmatch=True), min_size=2, max_size=4),
)
@settings(deadline=None, max_examples=40)
def test_names_that_differ_behind_the_same_two_numbers_are_of_different_students(
    start: str, first: int, second: int, students: set[str]
) -> None:
    names = [f"{start}_{first}_{second}_{student}" for student in students]
    assert sorted(of([f"{name}.ipynb" for name in names])) == sorted(names)


@given(st.lists(st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True), min_size=1, max_size=4, unique=True))
@settings(deadline=None, max_examples=40)
def test_whatever_files_are_called_canvas_has_one_submission_for_each_student(files: list[str]) -> None:
    names = [
        f"{student}_{user}_{50_000 + user * 100 + place}_{file}.ipynb"
        for student, user in (("doejane", 1001), ("roebob", 1002))
        for place, file in enumerate(files)
    ]
    found = taken_in(packed(dict.fromkeys(names, NOTEBOOK)))
    assert [(each.student, each.source and each.source.number) for each in found] == [
        ("doejane", "1001"),
        ("roebob", "1002"),
    ]


# Times


def test_the_members_of_canvas_carry_the_time_of_packing_which_says_nothing() -> None:
    found = of(["one_1001_5001_lab.ipynb", "two_LATE_1002_5002_lab.ipynb"])
    assert {name: (each.submitted_at, each.marked_late) for name, each in found.items()} == {
        "one": (None, False),
        "two": (None, True),
    }


def extended(moment: datetime) -> bytes:
    return struct.pack("<HHBl", 0x5455, 5, 1, int(moment.timestamp()))


def test_moodle_tells_the_moment_exactly_or_what_its_clock_showed() -> None:
    name = "A A_1_assignsubmission_file/lab.ipynb"
    (local,) = taken_in(packed({name: NOTEBOOK}))
    (exact,) = taken_in(packed({name: NOTEBOOK}, extended(MOMENT - timedelta(hours=5))))
    assert local.source is not None
    assert exact.source is not None
    assert (local.submitted_at, local.source.clock) == (MOMENT, TimeCertainty.LOCAL)
    assert (exact.submitted_at, exact.source.clock) == (MOMENT - timedelta(hours=5), TimeCertainty.EXACT)


def test_a_local_time_that_occurs_twice_is_the_earlier_one() -> None:
    members = {"A A_1_assignsubmission_file/lab.ipynb": NOTEBOOK}
    (found,) = taken_in(packed(members, date=(2026, 10, 25, 2, 30, 0)))
    assert found.submitted_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_an_archive_that_a_person_packed_again_tells_no_times() -> None:
    owner = struct.pack("<HHBBLBL", 0x7875, 11, 1, 4, 0, 4, 0)
    (found,) = taken_in(packed({"A A_1_assignsubmission_file/lab.ipynb": NOTEBOOK}, extended(MOMENT) + owner))
    assert found.submitted_at is None


def test_what_a_student_packed_is_as_late_as_the_archive_it_came_in() -> None:
    early = packed({"lab.ipynb": NOTEBOOK}, date=(2020, 1, 1, 0, 0, 0))
    (found,) = taken_in(packed({"A A_1_assignsubmission_file/work.zip": early}))
    assert found.submitted_at == MOMENT


@pytest.mark.parametrize("names", [["ada.ipynb", "bob/lab.ipynb"], ["1_LATE.ipynb", "x/y.ipynb"]])
def test_archives_packed_by_hand_tell_no_times(names: list[str]) -> None:
    assert all(each.submitted_at is None for each in of(names).values())


@pytest.mark.parametrize("around", [True, False])
@pytest.mark.parametrize("top", ["submitted/", ""])
def test_timestamps_of_nbgrader_are_read_in_folders_and_archives_alike(tmp_path: Path, around: bool, top: str) -> None:
    files = {
        f"{top}{name}/{EXERCISE}/{file}": content
        for name in ("ada", "bob")
        for file, content in (("lab.ipynb", NOTEBOOK), ("timestamp.txt", b"2026-04-19 23:30:00.000000 CEST\n"))
    }
    if around:
        found = taken_in(packed(files))
    else:
        for file, content in files.items():
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_bytes(content)
        found = collect(tmp_path, EXERCISE, zone=ROME)
    assert [(each.student, each.submitted_at) for each in found] == [("ada", MOMENT), ("bob", MOMENT)]
    assert all(each.source and each.source.platform is Platform.NBGRADER for each in found)


def test_a_timestamp_that_cannot_be_read_is_not_replaced_by_another_time(tmp_path: Path) -> None:
    for text in ("2026-04-19 23:30:00 XYZT", "sometime", "x" * 500):
        folder = tmp_path / "submitted" / "ada" / EXERCISE
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "lab.ipynb").write_bytes(NOTEBOOK)
        (folder / "timestamp.txt").write_text(text)
        (found,) = collect(tmp_path, EXERCISE, zone=ROME)
        assert found.submitted_at is None
    (folder / "timestamp.txt").write_text("2026-04-19 23:30:00 XYZT")
    (found,) = collect(tmp_path, EXERCISE, zone=ROME)
    assert "gives ('2026-04-19 23:30:00 XYZT')" in as_read(found.remarks[0])


def test_a_timestamp_in_what_a_student_packed_tells_nothing(tmp_path: Path) -> None:
    inner = packed({f"{EXERCISE}/lab.ipynb": NOTEBOOK, f"{EXERCISE}/timestamp.txt": b"1999-01-01 00:00:00 UTC"})
    (tmp_path / "ada.zip").write_bytes(inner)
    (tmp_path / "bob.ipynb").write_bytes(NOTEBOOK)
    assert all(each.submitted_at is None for each in collect(tmp_path, EXERCISE, zone=ROME))


# Names


@pytest.mark.parametrize("name", ["Zoë Müller", "J\u0308rg", "Łukasz Żak", "李雷", "Ana 🙂"])
def test_names_without_the_flag_are_utf8_where_they_can_be(name: str) -> None:
    flagged = packed({f"{name}_1_assignsubmission_file/lab.ipynb": NOTEBOOK})
    plain = bytearray(flagged)
    for signature, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        plain[plain.find(signature) + offset] &= ~0x08 & 0xFF
    assert [each.student for each in taken_in(bytes(plain))] == [name]


def test_names_that_are_no_utf8_are_read_as_the_oldest_programs_write_them() -> None:
    content = packed({"J\u2591rg_1_assignsubmission_file/lab.ipynb": NOTEBOOK})
    content = content.replace("J\u2591rg".encode(), b"J\x94rg__")
    content = content.replace(b"\x00\x08\x00\x00", b"\x00\x00\x00\x00")
    plain = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        plain[plain.find(signature) + offset] &= ~0x08 & 0xFF
    assert [each.student for each in taken_in(bytes(plain))] == ["Jörg__"[:4] + "__"]


# Whose row


@pytest.mark.parametrize(
    "name",
    [
        "Eve Adams_111_assignsubmission_file__222_assignsubmission_file_lab.ipynb",
        "Eve Adams_111_assignsubmission_file_Bob Roe_222_assignsubmission_file_lab.ipynb",
        "Lab 1_eve_attempt_2026-04-19-23-30-00_Lab 1_bob_attempt_2026-04-19-23-30-00_lab.ipynb",
    ],
)
def test_a_flat_name_with_two_marks_is_refused_named_and_given_to_nobody(name: str) -> None:
    found = of([name, "Bob Roe_222_assignsubmission_file_lab.ipynb"])
    assert sorted(found) == ["Bob Roe", name]
    assert "no student gets it" in as_read(found[name].problem)
    assert found[name].content == b""
    assert claimed_student(found[name]) == Student()
    assert name in claimed_student(found[name]).shown


@pytest.mark.parametrize(
    ("theirs", "student"),
    [
        ("Eve Adams_111_assignsubmission_file/Bob Roe_222_assignsubmission_file_lab.ipynb", "Eve Adams"),
        ("Eve Adams_111_assignsubmission_file/_222_assignsubmission_file/lab.ipynb", "Eve Adams"),
        ("eve_111_5001_bob_222_5002_lab.ipynb", "eve"),
        ("eve_111_5001__222_5002_lab.ipynb", "eve"),
        ("eve/bob_222_5002_lab.ipynb", "eve"),
        ("eve/Bob Roe_222_assignsubmission_file/lab.ipynb", "eve"),
        ("111-9 - Eve Adams - Apr 19, 2026 1130 PM/222-9 - Bob Roe - Apr 19, 2026 1130 PM.ipynb", "Eve Adams"),
        (f"eve+{EXERCISE}+2026-04-19 23:30:00 UTC+x/bob+{EXERCISE}+2026-04-19 23:30:00 UTC.ipynb", "eve"),
    ],
)
def test_only_the_first_part_of_a_path_tells_whose_it_is(theirs: str, student: str) -> None:
    for other in ("Bob Roe_222_assignsubmission_file/lab.ipynb", "bob_222_6001_lab.ipynb"):
        found = of([theirs, other]) if "+" not in theirs else of([theirs])
        assert student in found
        assert "222" not in {claimed_student(found[student]).participant, claimed_student(found[student]).canvas_id}


# Other platforms


def test_attempts_of_blackboard_are_tries_of_one_student_in_the_order_of_its_times() -> None:
    found = taken_in(
        packed(
            {
                "Lab 1_s_one_attempt_2026-04-19-23-30-00_lab.ipynb": b"{3",
                "Lab 1_s_one_attempt_2026-04-19-23-30-00.txt": b"Name: Student One (s_one)\r\n\r\nwhatever (two)\n",
                "Lab 1_s_one_attempt_2026-04-17-10-00-00_other.ipynb": b"{1",
                "Lab 1_s_two_attempt_2026-04-18-10-00-00_lab.ipynb": b"{2",
                "Lab 1_s_two_attempt_2026-04-18-10-00-00.txt": b"Name: Student Two (s_two)\n",
                "Lab 1_s_three_attempt_2026-04-18-10-00-00.txt": b"Name: Student Three (s_three)\n",
            }
        )
    )
    assert [(each.student, each.attempt, each.content) for each in found] == [
        ("Student One", 0, b"{1"),
        ("Student One", 1, b"{3"),
        ("Student Three", 0, b""),
        ("Student Two", 0, b"{2"),
    ]
    assert found[1].submitted_at == MOMENT
    assert found[1].source is not None
    assert (found[1].source.login, claimed_student(found[1]).login) == ("s_one", "s_one")
    assert "text in the platform's form" in as_read(found[2].problem)


def test_files_of_a_blackboard_attempt_stay_with_that_attempt() -> None:
    found = taken_in(
        packed(
            {
                "Lab_ada_attempt_2026-04-17-10-00-00_lab.ipynb": NOTEBOOK,
                "Lab_ada_attempt_2026-04-17-10-00-00_model.keras": b"old",
                "Lab_ada_attempt_2026-04-18-10-00-00_lab.ipynb": NOTEBOOK,
                "Lab_ada_attempt_2026-04-18-10-00-00_model.keras": b"new",
            }
        ),
        WEIGHTS,
    )
    assert [[(file.name, file.content) for file in each.files] for each in found] == [
        [("model.keras", b"old")],
        [("model.keras", b"new")],
    ]


@pytest.mark.parametrize("join", ["/", " - "])
def test_attempts_of_brightspace_are_tries_of_one_student(join: str) -> None:
    found = taken_in(
        packed(
            {
                "index.html": b"<html>",
                f"11-9 - Ada Lee - Apr 9, 2026 1030 AM{join}lab.ipynb": b"{1",
                f"11-9 - Ada Lee - Apr 19, 2026 1130 PM{join}lab.ipynb": b"{2",
                f"12-9 - Ada Lee - 19 April, 2026 11:30 PM{join}lab.ipynb": b"{3",
            }
        )
    )
    tries = [(each.student, each.attempt, each.content) for each in found]
    assert tries == [("Ada Lee (11)", 0, b"{1"), ("Ada Lee (11)", 1, b"{2"), ("Ada Lee (12)", 0, b"{3")]
    assert [each.submitted_at for each in found][1:] == [MOMENT, MOMENT]


def test_folders_of_ilias_name_students_and_teams() -> None:
    single = of(["Submissions/Doe_Jane_jdoe_301/lab.ipynb", "Submissions/Van Roe_Bob_broe_302/lab.ipynb"])
    assert {name: each.source and each.source.login for name, each in single.items()} == {
        "Jane Doe": "jdoe",
        "Bob Van Roe": "broe",
    }
    team = of(["Submissions/Team 5/Doe_Jane_jdoe_301/lab.ipynb", "Submissions/Team 5/Roe_Bob_broe_302/notes.ipynb"])
    assert list(team) == ["Team 5"]
    assert team["Team 5"].source is not None
    assert [each.login for each in team["Team 5"].source.members] == ["jdoe", "broe"]
    assert claimed_student(team["Team 5"]).group == "Team 5"


@pytest.mark.parametrize("around", ["Lab 3/Submissions/", "Lab 3/Abgaben/Multi/", "Submissions/", ""])
@pytest.mark.parametrize(
    "names",
    [
        ("Doe_Jane_jdoe_301/lab.ipynb", "Roe_Bob_broe_302/lab.ipynb"),
        ("Jane Doe_7_assignsubmission_file/lab.ipynb", "Bob Roe_8_assignsubmission_file/lab.ipynb"),
        ("11-9 - Jane Doe - Apr 19, 2026 1130 PM/lab.ipynb", "12-9 - Bob Roe - Apr 19, 2026 1130 PM/lab.ipynb"),
    ],
)
def test_folders_around_a_class_do_not_matter(around: str, names: tuple[str, str]) -> None:
    assert sorted(of([f"{around}{name}" for name in names])) == ["Bob Roe", "Jane Doe"]


@pytest.mark.parametrize("files", [1, 2])
def test_the_exchange_of_nbgrader_is_read_as_a_folder_too(tmp_path: Path, files: int) -> None:
    for hour in range(files):
        folder = tmp_path / "inbound" / f"ada+{EXERCISE}+2026-04-19 2{hour}:30:00.1 UTC+x"
        folder.mkdir(parents=True)
        (folder / "lab.ipynb").write_bytes(NOTEBOOK)
    found = collect(tmp_path, EXERCISE)
    assert [(each.student, each.attempt) for each in found] == [("ada", hour) for hour in range(files)]


def test_folders_that_people_number_are_not_of_ilias() -> None:
    assert sorted(of(["week_one_ada_1/lab.ipynb", "week_one_bob_2/lab.ipynb"])) == ["week_one_ada_1", "week_one_bob_2"]


YAML = b"""---
submission_5001:
  :submitters:
  - :name: Student One
    :sid: '1001'
    :email: one@example.org
  :created_at: 2026-04-19 14:30:00.000000000 -07:00
  :score: 0.0
  :history:
  - :submitters:
    - :name: Mallory
    :created_at: 2020-04-19 14:30:00.000000000 -07:00
submission_5003:
  :submitters:
  - :name: Ann
    :sid: '3'
    :email: a@x
  - :name: Bo
    :sid: '4'
    :email: b@x
  :created_at: 2026-04-19 14:30:00.000000000 -07:00
"""


def test_an_export_of_gradescope_is_read_with_its_metadata() -> None:
    folder = "assignment_777_export"
    members = {f"{folder}/submission_{number}/lab.ipynb": NOTEBOOK for number in (5001, 5002, 5003)}
    found = of({f"{folder}/submission_metadata.yml": YAML, **members})
    assert sorted(found) == ["Ann, Bo", "Student One", "submission_5002"]
    one, group = found["Student One"], found["Ann, Bo"]
    assert one.source is not None
    assert group.source is not None
    assert (one.submitted_at, one.source.email, one.source.number) == (MOMENT, "one@example.org", "1001")
    assert [each.email for each in group.source.members] == ["a@x", "b@x"]
    assert claimed_student(found["submission_5002"]) == Student()


@given(st.text(max_size=300))
def test_any_metadata_are_read_or_passed_over(text: str) -> None:
    read_metadata(text)
    read_metadata(f"submission_1:\n  :submitters:\n  - :name: {text}\n")


def test_the_exchange_of_nbgrader_holds_tries_of_this_assignment() -> None:
    names = {
        f"ada+{EXERCISE}+2026-04-19 21:30:00.123456 UTC+Zm9v/lab.ipynb": b"{2",
        f"ada+{EXERCISE}+2026-04-18 10:00:00.123456 UTC+YmFy/lab.ipynb": b"{1",
        f"bob+{EXERCISE}+2026-04-19 23:30:00.000000 +0200+YmFy/lab.ipynb": b"{3",
        "bob+other+2026-04-18 10:00:00.123456 UTC+YmFy/lab.ipynb": b"{4",
    }
    found = taken_in(packed({f"inbound/{name}": content for name, content in names.items()}))
    assert [(each.student, each.attempt, each.content) for each in found] == [
        ("ada", 0, b"{1"),
        ("ada", 1, b"{2"),
        ("bob", 0, b"{3"),
    ]
    assert found[2].submitted_at == MOMENT
    with pytest.raises(InputError, match=r"inbound/: no assignment is named 'conv-arithmetic'. Found: other"):
        taken_in(packed({"inbound/bob+other+2026-04-18 10:00:00.123456 UTC+YmFy/lab.ipynb": b"{4"}))


def test_the_students_own_names_with_numbers_behind_them_are_nobodys() -> None:
    found = of(["lab.ipynb", "lab(1).ipynb", "lab (2).ipynb", "ada.ipynb"])
    assert {name: bool(each.problem) for name, each in found.items()} == {
        "ada": False,
        "lab (2).ipynb": True,
        "lab(1).ipynb": True,
        "lab.ipynb": True,
    }
    assert all(each.problem for each in of(["lab.ipynb", "lab(1).ipynb", "lab(3).ipynb"]).values())
    assert sorted(of(["Jane Doe (77).ipynb", "Jane Doe (78).ipynb"])) == ["Jane Doe (77)", "Jane Doe (78)"]


# What is no notebook


@pytest.mark.parametrize("ending", [".ipynb.txt", ".json", ".txt", ".ipynb.json", ".IPYNB.TXT", ""])
@pytest.mark.parametrize("flat", [True, False])
def test_a_notebook_under_another_ending_is_read_with_a_remark(tmp_path: Path, ending: str, flat: bool) -> None:
    theirs, other = (f"cleo{ending}", "ada.ipynb") if flat else (f"cleo/x{ending}", "ada/b.ipynb")
    members = {theirs: notebook("y = 1"), other: NOTEBOOK}
    for path, content in members.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    for found in (of(members), {each.student: each for each in collect(tmp_path, EXERCISE)}):
        assert found["cleo"].content == notebook("y = 1")
        assert "is a notebook with a different file extension" in as_read(found["cleo"].remarks[0])


def test_a_real_notebook_counts_before_one_under_another_ending() -> None:
    found = of({"a/conv-arithmetic.ipynb.txt": notebook("1"), "a/x.ipynb": notebook("2"), "b/y.ipynb": NOTEBOOK})
    assert found["a"].content == notebook("2")


@pytest.mark.parametrize(
    "ending", ["html", "py", "pdf", "rar", "docx", "7z", "tar.gz", "png", "md", "ipynb.html", "txt"]
)
def test_every_file_in_a_flat_folder_is_named(tmp_path: Path, ending: str) -> None:
    (tmp_path / "ada.ipynb").write_bytes(NOTEBOOK)
    (tmp_path / f"cleo.{ending}").write_bytes(b"content")
    notes: list[str] = []
    found = {each.student: each for each in collect(tmp_path, EXERCISE, note=notes.append)}
    assert len(found) == 2
    (cleo,) = (each for name, each in found.items() if name.startswith("cleo"))
    assert f"'cleo.{ending}'" in as_read(cleo.problem)
    assert "No notebook was submitted" in as_read(cleo.problem)


def test_tables_and_data_beside_a_class_are_named_to_staff_and_make_nobody_a_student(tmp_path: Path) -> None:
    for name in ("ada.ipynb", "roster.csv", "README.md", "data/x.npz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(NOTEBOOK)
    notes: list[str] = []
    assert [each.student for each in collect(tmp_path, EXERCISE, note=notes.append)] == ["ada"]
    assert notes == ["Skipped, because it is not a submission: 'README.md', 'data/x.npz', 'roster.csv'."]
    for number in range(12):
        (tmp_path / f"{number}.csv").write_bytes(b"")
    notes.clear()
    collect(tmp_path, EXERCISE, note=notes.append)
    assert all(f"'{number}.csv'" in " ".join(notes) for number in range(12))


@pytest.mark.parametrize("around", [True, False])
def test_an_archive_without_a_notebook_an_empty_one_and_a_folder_with_a_pdf_do_not_vanish(
    tmp_path: Path, around: bool
) -> None:
    members = {
        "ada.ipynb": NOTEBOOK,
        "bob.zip": packed({"essay.pdf": b"%PDF", "data.csv": b""}),
        "cleo.zip": packed({}),
        "dan/lab.pdf": b"%PDF",
    }
    for path, content in members.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    found = of(members) if around else {each.student: each for each in collect(tmp_path, EXERCISE)}
    assert {name: as_read(each.problem).partition(". ")[0] for name, each in found.items()} == {
        "ada": "",
        "bob": "No notebook was submitted: found: 'data.csv', 'essay.pdf'",
        "cleo": "No notebook was submitted: the archive is empty",
        "dan": "No notebook was submitted: found: 'lab.pdf'",
    }


@pytest.mark.parametrize("name", ["🙂" * 90 + ".keras", "é" * 126 + ".keras"])
def test_a_name_too_long_for_a_file_system_is_left_aside_with_the_reason(name: str) -> None:
    found = of({"ada/lab.ipynb": NOTEBOOK, f"ada/{name}": b"1"}, WEIGHTS)["ada"]
    assert found.files == ()
    assert f"its name is {len(os.fsencode(name))} bytes long, but file systems allow at most 255" in as_read(
        found.remarks[0]
    )


# Hostile names


@pytest.mark.parametrize(
    "name",
    [
        "A_1_assignsubmission_file_" * 2_000,
        "a_1_" * 15_000,
        "_1" * 30_000,
        "1-1 - " * 10_000,
        "1-1 - a - " + "1" * 60_000,
        "a_" * 30_000 + "_1",
        "a_attempt_2026-04-19-23-30-00_" * 2_000,
        "a+" * 30_000,
        "x" + "(1)" * 20_000,
        "-1" * 30_000,
    ],
    ids=lambda name: name[:12],
)
def test_names_of_any_length_are_read_in_time_that_grows_with_them(name: str) -> None:
    start = time.process_time()
    found = of({f"{name}.ipynb": NOTEBOOK, f"{name}/x.ipynb": NOTEBOOK, "ada.ipynb": NOTEBOOK})
    assert time.process_time() - start < 2
    assert "ada" in found


@pytest.mark.parametrize(
    "text", ["A" + "-" * 60 + "!", "A/" + "+-" * 80, "A" * 190, "+" * 190, "(" * 190, "A/" * 90, " " * 190]
)
def test_any_timestamp_is_read_at_once(text: str) -> None:
    start = time.process_time()
    of({f"ada/{EXERCISE}/lab.ipynb": NOTEBOOK, f"ada/{EXERCISE}/timestamp.txt": f"2026-04-19 23:30:00 {text}".encode()})
    assert time.process_time() - start < 1


@pytest.mark.parametrize("line", [" " * 100_000 + "x", "  - :name:" + " " * 100_000 + "x", "- " * 50_000])
def test_any_metadata_are_read_in_time_that_grows_with_them(line: str) -> None:
    start = time.process_time()
    read_metadata("submission_1:\n  :submitters:\n" + f"{line}\n" * 5)
    assert time.process_time() - start < 1


def test_other_files_take_no_room_and_no_time_though_they_may_be_notebooks() -> None:
    large = {f"{number}.txt": b"{" + b" " * 3_000_000 for number in range(40)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**large, "lab.ipynb": NOTEBOOK}.items():
            archive.writestr(name, content)
    start = time.process_time()
    found = of({"ada.zip": buffer.getvalue(), "bob.ipynb": NOTEBOOK})
    assert time.process_time() - start < 1
    assert found["ada"].content == NOTEBOOK


def test_a_time_beyond_the_calendar_is_unknown() -> None:
    (found,) = taken_in(packed({"Lab_ada_attempt_9999-12-31-23-59-59_lab.ipynb": NOTEBOOK}))
    assert found.submitted_at is None or found.submitted_at.astimezone(UTC)
    stamp = b"9999-12-31 23:59:59 -2359"
    late = of({f"ada/{EXERCISE}/lab.ipynb": NOTEBOOK, f"ada/{EXERCISE}/timestamp.txt": stamp})["ada"]
    assert late.submitted_at is None
