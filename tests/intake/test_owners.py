"""Whose a notebook is: nobody disappears, and nothing that a student names decides about another one."""

import io
import os
import struct
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import InputError
from grader.intake.folders import collect
from grader.intake.platforms import owner_of
from grader.intake.roster import claimed_student
from grader.model.student import Student
from grader.model.submission import Submission
from tests.reading import as_read

EXERCISE = "celebrities"
ANNA, MALLORY = b"# by anna", b"# by mallory"
THEN, LATER = (2025, 1, 2, 3, 4, 6), (2090, 1, 1, 0, 0, 0)
NOW = 1_750_000_000


def packed(members: Mapping[str, bytes], date: tuple[int, int, int, int, int, int] = LATER) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, date), content)
    return buffer.getvalue()


def write(root: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (NOW, NOW))
    return root


def taken_in(path: Path) -> dict[str, Submission]:
    return {submission.student: submission for submission in collect(path, EXERCISE)}


def both_ways(root: Path, files: Mapping[str, bytes]) -> list[dict[str, Submission]]:
    """What is found in a folder, in an archive of the same files, and in one that has a folder around them.

    The last is refused, and so not here, where a student is called like the exercise and all have folders: that
    could as well be one student with several assignments.
    """
    folder = write(root / "drop", files)
    (root / "class.zip").write_bytes(packed(files, THEN))
    (root / "around.zip").write_bytes(packed({f"around/{name}": content for name, content in files.items()}, THEN))
    found = [taken_in(folder), taken_in(root / "class.zip")]
    tops = {name.partition("/")[0] for name in files}
    all_folders = all("/" in name for name in files) and not any(owner_of([top]).known for top in tops)
    if EXERCISE in tops and len(tops) > 1 and all_folders:
        with pytest.raises(InputError, match="a class or one student"):
            taken_in(root / "around.zip")
        return found
    return [*found, taken_in(root / "around.zip")]


@pytest.mark.parametrize(
    ("anna", "mallory"),
    [
        ("anna/notebook.ipynb", "mallory/celebrities/notebook.ipynb"),
        ("anna/work/notebook.ipynb", "mallory/celebrities/notebook.ipynb"),
        ("anna/work/notebook.ipynb", "mallory/celebrities.zip"),
        ("anna_1_22_x.ipynb", "mallory_2_23_celebrities.zip"),
        ("anna_1_22_x.ipynb", "mallory_2_23_x/celebrities/notebook.ipynb"),
        ("anna_1_22_x.ipynb", "mallory/celebrities/notebook.ipynb"),
        ("anna_1_assignsubmission_file_/x.ipynb", "mallory_2_assignsubmission_file_/celebrities.zip"),
        ("anna_1_assignsubmission_file_/x/y.ipynb", "mallory_2_assignsubmission_file_/celebrities/notebook.ipynb"),
        ("anna/notebook.ipynb", "mallory.zip"),
    ],
)
def test_a_folder_named_like_the_exercise_removes_nobody(tmp_path: Path, anna: str, mallory: str) -> None:
    content = packed({"celebrities/notebook.ipynb": MALLORY}) if mallory.endswith(".zip") else MALLORY
    for found in both_ways(tmp_path, {anna: ANNA, mallory: content}):
        assert {student: submission.content for student, submission in found.items()} == {
            "anna": ANNA,
            "mallory": MALLORY,
        }


def test_an_archive_named_like_the_exercise_or_a_tree_hides_no_class(tmp_path: Path) -> None:
    for name in ("celebrities", "submitted", "submissions", "source"):
        files = {"anna.ipynb": ANNA, "bob/hw.ipynb": ANNA, f"{name}.zip": packed({"anna/celebrities/a.ipynb": MALLORY})}
        for found in both_ways(tmp_path / name, files):
            assert sorted(found) == sorted(["anna", "bob", name])
            assert found["anna"].content == ANNA


def test_the_other_folders_of_a_student_are_left_out_only_beside_one_for_the_exercise(tmp_path: Path) -> None:
    names = ["anna/celebrities/a.ipynb", "anna/other/notebook.ipynb", "bob/other/notebook.ipynb"]
    found = taken_in(write(tmp_path, dict.fromkeys(names, ANNA)))
    assert {student: submission.origin for student, submission in found.items()} == {
        "anna": "anna/celebrities/a.ipynb",
        "bob": "bob/other/notebook.ipynb",
    }
    assert found["anna"].remarks == ()


def test_in_a_tree_of_nbgrader_the_folder_tells_the_student(tmp_path: Path) -> None:
    names = ["anna/celebrities/a.ipynb", "bob/celebrities/anna_1_22_x.ipynb", "zoe/notebook.ipynb"]
    write(tmp_path, {f"submitted/{name}": ANNA for name in names})
    for path in (tmp_path, tmp_path / "submitted"):
        found = taken_in(path)
        assert sorted(found) == ["anna", "bob", "zoe"]
        assert claimed_student(found["bob"]) == Student(id="bob", name="bob")


@pytest.mark.parametrize("top", ["submitted", "submissions"])
def test_submissions_beside_a_folder_of_submissions_are_never_passed_over(tmp_path: Path, top: str) -> None:
    files = {f"{top}/anna/celebrities/a.ipynb": ANNA, f"{top}/bob/celebrities/b.ipynb": ANNA, "zoe.ipynb": ANNA}
    with pytest.raises(
        InputError, match=rf"{top}/: there are other submissions next to it: 'zoe\.ipynb'\. Name {top}/"
    ):
        taken_in(write(tmp_path, files))
    (tmp_path / top / "bob/celebrities/b.ipynb").unlink()
    assert sorted(taken_in(tmp_path)) == sorted([top, "zoe"])


@pytest.mark.parametrize(
    ("victim", "archive", "inside"),
    [
        ("bobb_12_2223_notebook.ipynb", "mallory_13_2224_sub.zip", "bobb_12_assignsubmission_file_/celebrities.ipynb"),
        ("bobb_12_2223_notebook.ipynb", "mallory_13_2224_sub.zip", "bobb_12_2223_celebrities_notebook-9.ipynb"),
        ("bobb_12_2223_notebook.ipynb", "mallory.zip", "bobb_12_2223_celebrities_notebook-9.ipynb"),
        ("bobb/notebook.ipynb", "mallory/x.zip", "bobb_12_2223_celebrities_notebook-9.ipynb"),
        ("bobb_12_assignsubmission_file_/a.ipynb", "mallory_13_assignsubmission_file_/x.zip", "bobb_12_23_x.ipynb"),
        ("bobb_12_2223_hw.ipynb", "mallory_13_assignsubmission_file_/x.zip", "bobb_12_assignsubmission_file_/x.ipynb"),
    ],
)  # fmt: skip
def test_names_in_the_archive_of_a_student_never_decide_whose_it_is(
    tmp_path: Path, victim: str, archive: str, inside: str
) -> None:
    for found in both_ways(tmp_path, {victim: ANNA, archive: packed({inside: MALLORY})}):
        assert {student: one.content for student, one in found.items()} == {"bobb": ANNA, "mallory": MALLORY}
        assert found["bobb"].remarks == ()
        assert claimed_student(found["mallory"]).name == "mallory"
        assert "12" not in {claimed_student(found["mallory"]).canvas_id, claimed_student(found["mallory"]).participant}


def test_the_archive_of_a_class_is_not_taken_for_that_of_a_student_without_a_word(tmp_path: Path) -> None:
    names = {"anna_1_22_x.ipynb": ANNA, "bob_2_23_x.ipynb": ANNA}
    write(tmp_path, {"a.zip": packed(names), "zoe.ipynb": ANNA})
    found = taken_in(tmp_path)
    assert sorted(found) == ["a", "zoe"]
    assert any("If this is the archive of a class" in as_read(remark) for remark in found["a"].remarks)
    (tmp_path / "zoe.ipynb").unlink()
    assert sorted(taken_in(tmp_path)) == sorted(taken_in(tmp_path / "a.zip")) == ["anna", "bob"]


def test_no_time_in_an_archive_is_later_than_that_of_the_archive(tmp_path: Path) -> None:
    files = {
        "anna/x.zip": packed({"b/b.ipynb": b"second", "a/a.ipynb": b"first"}),
        "anna/y.ipynb": ANNA,
    }
    folder = write(tmp_path / "drop", files)
    os.utime(folder / "anna/x.zip", (NOW - 10, NOW - 10))
    assert taken_in(folder)["anna"].content == ANNA
    os.utime(folder / "anna/x.zip", (NOW + 10, NOW + 10))
    assert taken_in(folder)["anna"].content == b"second"


def test_times_that_are_too_late_keep_their_order(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.ipynb", LATER), b"late")
        archive.writestr(zipfile.ZipInfo("b.ipynb", (2080, 1, 1, 0, 0, 0)), b"less late")
        archive.writestr(zipfile.ZipInfo("c.ipynb", THEN), b"early")
    write(tmp_path, {"anna.zip": buffer.getvalue(), "bob.ipynb": ANNA})
    assert taken_in(tmp_path)["anna"].content == b"late"


def test_an_archive_without_a_time_beats_nothing(tmp_path: Path) -> None:
    inner, files = packed({"notebook.ipynb": MALLORY}), {"anna_1_23_celebrities.ipynb": ANNA, "bob.ipynb": ANNA}
    content = packed({"anna_1_22_x.zip": inner, **files}, THEN)
    [directory] = struct.unpack_from("<L", content, content.rindex(b"PK\x05\x06") + 16)
    date = directory + 12
    broken = content[:date] + b"\0\0\0\0" + content[date + 4 :]  # the month is 0
    (tmp_path / "class.zip").write_bytes(broken)
    assert taken_in(tmp_path / "class.zip")["anna"].content == ANNA


NAMES = ["bob", "carol", "dora", "celebrities", "mallory"]
INSIDE = [
    "celebrities/notebook.ipynb", "celebrities/celebrities/celebrities.ipynb", "submitted/anna/celebrities/nb.ipynb",
    "anna.ipynb", "anna_1_22_notebook-99.ipynb", "anna_1_assignsubmission_file_/notebook.ipynb", "other/x.ipynb",
    "bob_2_assignsubmission_file_/celebrities.ipynb", "bob_LATE_2_22_celebrities-99.ipynb", "source/notebook.ipynb",
]  # fmt: skip
LOOSE = [
    "notebook.ipynb",
    "celebrities/notebook.ipynb",
    "celebrities/other/x.ipynb",
    "other/x.ipynb",
    "submitted/a.ipynb",
]


@st.composite
def handed_in(draw: st.DrawFn) -> dict[str, dict[str, bytes]]:
    """Student -> files, in any layout, with any names where students choose them."""
    found = {"anna": {draw(st.sampled_from(["anna.ipynb", "anna/notebook.ipynb", "anna_1_22_x.ipynb"])): b"anna"}}
    for number, name in enumerate(draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1)), start=2):
        own = name.encode()
        loose = st.lists(st.sampled_from(LOOSE), unique=True, min_size=1, max_size=2)
        any_names = st.lists(st.sampled_from(INSIDE + LOOSE), unique=True, min_size=1, max_size=3)
        archive = packed(dict.fromkeys(draw(any_names), own))
        called = draw(st.sampled_from(["celebrities", "work", "submitted"]))
        moodle, canvas = f"{name}_{number}_assignsubmission_file_", f"{name}_{number}_33_{called}"
        found[name] = draw(
            st.sampled_from(
                [
                    {f"{name}.ipynb": own},
                    {f"{name}.zip": archive},
                    {f"{name}/{called}.zip": archive},
                    {f"{name}/{file}": own for file in draw(loose)},
                    {f"{canvas}.ipynb": own},
                    {f"{canvas}.zip": archive, f"{canvas}.ipynb": own},
                    {f"{moodle}/{called}.zip": archive},
                    {f"{moodle}/{file}": own for file in draw(any_names)},
                ]
            )
        )
    return found


@settings(max_examples=60, deadline=None)
@given(handed_in())
def test_every_owner_of_a_notebook_is_still_there_with_nothing_but_their_own(
    students: dict[str, dict[str, bytes]],
) -> None:
    files = {name: content for own in students.values() for name, content in own.items()}
    with tempfile.TemporaryDirectory() as folder:
        for found in both_ways(Path(folder), files):
            assert {name: one.content for name, one in found.items()} == {name: name.encode() for name in students}


OWN_PARTS = {
    "Canvas": ("evea_111_1001_", "evea"),
    "Canvas, anonymous": ("anon_aB1_1001_", "anon_aB1"),
    "Moodle": ("Eve Adams_111_assignsubmission_file_", "Eve Adams"),
    "Blackboard": ("Lab 1_evea_attempt_2026-04-19-10-00-00_", "evea"),
    "Brightspace": ("12-34 - Eve Adams - Apr 19, 2026 1130 PM - ", "Eve Adams"),
}
CHOSEN = (
    "bobb_222_1002_lab.ipynb",
    "LATE_anon_222_1002_lab.ipynb",
    "Bob Bee_222_assignsubmission_file_lab.ipynb",
    "_222_assignsubmission_file_lab.ipynb",
    "Lab 1_bobb_attempt_2026-04-19-10-00-00_lab.ipynb",
    "12-35 - Bob Bee - Apr 19, 2026 1130 PM - lab.ipynb",
    "bobb+celebrities+2026-04-19 10:00:00 UTC+x.ipynb",
    "bobb+another+2026-04-19 10:00:00 UTC+x.ipynb",
)
OTHERS = {
    "Canvas": "bobb_222_1002_lab.ipynb",
    "Canvas, anonymous": "anon_222_1002_lab.ipynb",
    "Moodle": "Bob Bee_222_assignsubmission_file_lab.ipynb",
    "Blackboard": "Lab 1_bobb_attempt_2026-04-19-10-00-00_lab.ipynb",
    "Brightspace": "12-35 - Bob Bee - Apr 19, 2026 1130 PM - lab.ipynb",
}


@pytest.mark.parametrize("chosen", CHOSEN)
@pytest.mark.parametrize("platform", OWN_PARTS)
@pytest.mark.parametrize("alone", [False, True])
def test_a_file_named_in_the_form_of_another_platform_is_never_somebody_elses(
    tmp_path: Path, platform: str, chosen: str, alone: bool
) -> None:
    """Whether Bob has handed in or not, all that has his name is his, and his file stays the one that counts."""
    prefix, eve = OWN_PARTS[platform]
    name, other = prefix + chosen, OTHERS[platform]
    files = {name: MALLORY} | ({} if alone else {other: ANNA, other.replace("bob", "dan").replace("222", "333"): ANNA})
    for place in (write(tmp_path / "in", files), tmp_path / "class.zip"):
        if place.suffix:
            place.write_bytes(packed(files))
        found = collect(place, EXERCISE)
        mallory = next(each for each in found if name in each.origin)
        assert mallory.student in (eve, name)
        assert mallory.student == eve or mallory.problem
        assert all("bob" not in each.student.casefold() for each in found if each.content == MALLORY)
        assert [each.content for each in found if each.origin == other] == ([] if alone else [ANNA])


@pytest.mark.parametrize(
    "names",
    [
        ("cnn_1_21_ada", "cnn_1_22_bob", "cnn_2_23_cleo"),
        ("group_1_101_ada", "group_1_102_bob", "group_2_103_cleo", "group_2_104_dan"),
        ("kurs_101_2001_ada", "kurs_101_2002_bob", "kurs_102_2003_cleo"),
        ("cnn_2026_1234567_ada", "cnn_2026_1234568_bob", "cnn_2026_1234569_cleo"),
        ("group_7_12_lab", "group_8_12_lab", "group_8_13_lab"),
        ("blue_1_21_ada", "blue_1_22_bob", "red_2_23_cleo"),
    ],
)
@pytest.mark.parametrize("beside", [(), ("zoe",)])
def test_names_with_numbers_that_people_typed_are_one_student_each(
    tmp_path: Path, names: tuple[str, ...], beside: tuple[str, ...]
) -> None:
    wanted = sorted((*names, *beside))
    found = collect(write(tmp_path, {f"{name}.ipynb": name.encode() for name in wanted}), EXERCISE)
    assert sorted(each.content.decode() for each in found) == wanted


def test_several_notebooks_of_a_student_in_canvas_stay_one_submission(tmp_path: Path) -> None:
    names = ("doeann_1001_5001_a.ipynb", "doeann_1001_5002_b.ipynb", "poebob_1002_5003_a.ipynb")
    assert list(taken_in(write(tmp_path / "class", dict.fromkeys(names, ANNA)))) == ["doeann", "poebob"]
    assert list(taken_in(write(tmp_path / "one", dict.fromkeys(names[:2], ANNA)))) == ["doeann"]


def test_a_file_named_like_a_folder_of_nbgrader_stops_nobody(tmp_path: Path) -> None:
    files = {"ada.ipynb": ANNA, "x+other+2026-01-01 10:00:00 UTC+x.ipynb": MALLORY}
    zipped = {"bob+other+2026-01-01 10:00:00 UTC+x.zip": packed({"lab.ipynb": MALLORY})}
    found = taken_in(write(tmp_path / "class", files | zipped))
    assert len(found) == 3
    assert found["ada"].content == ANNA
