"""What the first part of a path tells of whoever handed a file in."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.intake.layouts import original_names
from grader.intake.platforms import Owner, owner_of
from grader.model.submission import Platform, Who
from tests.reading import as_read

CANVAS, MOODLE = Platform.CANVAS, Platform.MOODLE


def canvas(student: str, number: str, attachment: int, file: str, late: bool = False) -> Owner:
    return Owner(
        student=student, number=number, platform=CANVAS, who=Who.EITHER, late=late, attachment=attachment, file=file
    )


def moodle(student: str, number: str, file: str = "") -> Owner:
    return Owner(student=student, number=number, platform=MOODLE, who=Who.EITHER, file=file)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("doejane_1001_20034_keras-cnn.ipynb", canvas("doejane", "1001", 20034, "keras-cnn.ipynb")),
        ("doejane_LATE_1001_20034_keras-cnn.ipynb", canvas("doejane", "1001", 20034, "keras-cnn.ipynb", late=True)),
        ("doejane_1001_20034_keras-cnn-1.ipynb", canvas("doejane", "1001", 20034, "keras-cnn-1.ipynb")),
        (
            "doejane_LATE_1001_20034_my_own_name-12.ipynb",
            canvas("doejane", "1001", 20034, "my_own_name-12.ipynb", True),
        ),
        ("doejane_1001_20034_2026_lab.ipynb", canvas("doejane", "1001", 20034, "2026_lab.ipynb")),
        ("doejane_1001_20034_work/hw.ipynb", canvas("doejane", "1001", 20034, "work")),
        ("jörg_1001_20034_x.ipynb", canvas("jörg", "1001", 20034, "x.ipynb")),
        ("रामकुमार_1001_20034_x.ipynb", canvas("रामकुमार", "1001", 20034, "x.ipynb")),
        ("e\u0301va_1001_20034_x.ipynb", canvas("\u00e9va", "1001", 20034, "x.ipynb")),
        ("eve_1001_20034_bob_1002_20035_x.ipynb", canvas("eve", "1001", 20034, "bob_1002_20035_x.ipynb")),
        ("Jane Doe_77_assignsubmission_file_/hw.ipynb", moodle("Jane Doe", "77")),
        ("Jane Doe_77_assignsubmission_file/hw.ipynb", moodle("Jane Doe", "77")),
        ("Jane_van_Doe_77_assignsubmission_file_/hw/hw.ipynb", moodle("Jane_van_Doe", "77")),
        ("Jane Doe_77_assignsubmission_file_hw.ipynb", moodle("Jane Doe", "77", "hw.ipynb")),
        (
            "Default group_assignsubmission_file/hw.ipynb",
            Owner(student="Default group", number="", platform=MOODLE, who=Who.GROUP),
        ),
        (
            "Participant_77_assignsubmission_file_/hw.ipynb",
            Owner(student="Participant 77", number="77", platform=MOODLE, anonymous=True),
        ),
        ("week_1_2_alice.ipynb", Owner(student="week_1_2_alice")),
        ("alice.ipynb", Owner(student="alice")),
        ("alice.b.ipynb", Owner(student="alice.b")),
        ("alice.ipynb.txt", Owner(student="alice")),
        ("alice.pdf", Owner(student="alice")),
        ("alice.tar.gz", Owner(student="alice")),
        ("alice b. carter", Owner(student="alice b. carter")),
        ("alice/any name.ipynb", Owner(student="alice")),
        ("alice/keras-cnn/notebook.ipynb", Owner(student="alice")),
        ("../../x.ipynb", Owner(student="x")),
        ("mallory_13_2224_sub/bob_12_assignsubmission_file_/hw.ipynb", canvas("mallory", "13", 2224, "sub")),
        ("Mallory_13_assignsubmission_file_/bob_12_2223_hw-9.ipynb", moodle("Mallory", "13")),
        # a folder that a person named is a student's, whatever lies in it is called
        ("week 3/doejane_1001_20034_hw.ipynb", Owner(student="week 3")),
    ],
)
def test_a_path_tells_who_handed_it_in(path: str, expected: Owner) -> None:
    assert owner_of(path.split("/")) == expected


@pytest.mark.parametrize(
    ("name", "student", "late"),
    [
        ("anon_aB1cD_5001_lab.ipynb", "anon_aB1cD", False),
        ("LATE_anon_xY2zW_5002_lab.ipynb", "anon_xY2zW", True),
        ("anon_12345_5003_lab.ipynb", "anon_12345", False),
        ("anon_12345_text.html", "anon_12345", False),
    ],
)
def test_hidden_names_of_canvas_are_one_student_each(name: str, student: str, late: bool) -> None:
    found = owner_of([name])
    assert (found.student, found.late, found.platform, found.anonymous) == (student, late, CANVAS, True)


@pytest.mark.parametrize("name", ["doejane_1006_text.html", "doejane_LATE_1007_link.html"])
def test_text_and_addresses_in_canvas_have_an_owner(name: str) -> None:
    found = owner_of([name])
    assert (found.student, found.platform, found.is_text_entry) == ("doejane", CANVAS, True)


@pytest.mark.parametrize(
    "name",
    [
        "lab_03_2026_student-one.ipynb",
        "lab_3_2026_student.ipynb",
        "Lab_3_2026_student.ipynb",
        "jane doe_3_2026_lab.ipynb",
        "jane-doe_3_2026_lab.ipynb",
        "jane_2026_04_19.ipynb",
        "jane_2026_10_19.ipynb",
        "jane_3_7_lab.ipynb",
    ],
)
def test_a_name_typed_by_hand_that_holds_numbers_is_not_of_canvas(name: str) -> None:
    assert owner_of([name]) == Owner(student=name.removesuffix(".ipynb"))


@given(st.text(string.ascii_letters + string.digits + "_- .", min_size=1, max_size=30), st.integers(1, 10**9))
def test_what_a_student_names_a_file_never_tells_whose_it_is(name: str, number: int) -> None:
    for prefix, platform in (
        (f"doejane_{number}_20034_", CANVAS),
        (f"Jane Doe_{number}_assignsubmission_file_", MOODLE),
    ):
        found = owner_of([f"{prefix}{name}.ipynb"])
        assert (found.number, found.platform, found.file) == (str(number), platform, f"{name}.ipynb")
    assert owner_of([f"Jane Doe_{number}_assignsubmission_file_", f"{name}.ipynb"]).number == str(number)


@given(st.text(string.ascii_letters + string.digits + "_- ", min_size=1, max_size=30).filter(str.strip))
def test_a_name_is_read_as_canvas_only_in_the_form_that_canvas_writes(name: str) -> None:
    found = owner_of([f"{name}.ipynb"])
    assert found.known is False or re.match(r"([a-z0-9_]+_|anon_[A-Za-z0-9]+_|LATE_anon.*_)[1-9][0-9]*_", name)


@pytest.mark.parametrize(
    "name",
    [
        "Eve Adams_111_assignsubmission_file__222_assignsubmission_file_lab.ipynb",
        "Eve_111_assignsubmission_file_Bob_222_assignsubmission_file_lab.ipynb",
        "Eve_111_assignsubmission_file_Bob_111_assignsubmission_file_lab.ipynb",
        "Lab 1_eve_attempt_2026-04-19-23-30-00_Lab 1_bob_attempt_2026-04-19-23-30-00_lab.ipynb",
    ],
)
def test_a_name_with_the_marks_of_two_is_nobodys(name: str) -> None:
    found = owner_of([name])
    assert (found.who, found.student) == (Who.NOBODY, name)
    assert "no student gets it" in as_read(found.problem)


def test_a_file_handed_in_again_under_the_name_of_its_own_download_is_its_students() -> None:
    prefix = "Jane Doe_77_assignsubmission_file_"
    assert owner_of([f"{prefix}{prefix}hw.ipynb"]) == moodle("Jane Doe", "77", "hw.ipynb")


@pytest.mark.parametrize(
    ("name", "likeliest"),
    [
        ("model-1.weights.h5", "model.weights.h5"),
        ("model-12.keras", "model.keras"),
        ("notes-2", "notes"),
        ("my-model.keras", "my-model.keras"),
        ("model.v-1.keras", "model.v-1.keras"),
    ],
)
def test_canvas_numbers_a_name_before_all_its_suffixes(name: str, likeliest: str) -> None:
    assert original_names(name)[0] == likeliest
