"""Rosters in the forms that people and platforms write, and what a submission says of its owner."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import InputError
from grader.intake.roster import claimed_student, read_roster
from grader.model.student import Student
from grader.model.submission import Submission


def roster(tmp_path: Path, text: bytes | str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "roster.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def test_canvas_gradebook_is_a_roster(tmp_path: Path) -> None:
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (5)\r\n"
        "    ,,,,,Manual Posting\r\n"
        "    Points Possible,,,,,10\r\n"
        '"Doe, Jane",12,s1,jdoe,A,\r\n'
        '"Roe, Bob",13,s2,broe,B,EX\r\n'
    )
    assert read_roster(roster(tmp_path, text)) == (
        Student(name="Doe, Jane", canvas_id="12", sis_id="s1", login="jdoe", section="A"),
        Student(name="Roe, Bob", canvas_id="13", sis_id="s2", login="broe", section="B"),
    )


def test_canvas_gradebook_with_names_apart_is_a_roster(tmp_path: Path) -> None:
    text = "LastName,FirstName,ID,SIS Login ID,Section\nDoe,Jane,12,jdoe,A\n"
    expected = Student(last_name="Doe", first_name="Jane", canvas_id="12", login="jdoe", section="A")
    assert read_roster(roster(tmp_path, text)) == (expected,)


def test_moodle_participants_are_a_roster(tmp_path: Path) -> None:
    text = '"First name",Surname,"ID number","Email address",Groups\nJane,Doe,s1,jane@example.org,"A, B"\n'
    assert read_roster(roster(tmp_path, text)) == (
        Student(first_name="Jane", last_name="Doe", sis_id="s1", email="jane@example.org", section="A, B"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("student\nada\n", Student(id="ada", name="ada")),
        ("student,e-mail\nada,a@x\n", Student(id="ada", name="ada", email="a@x")),
        ("id;Full Name;Section\n7;Ada L;B\n", Student(id="7", name="Ada L", section="B")),
        (
            "student_id\tlast_name\tfirst_name\temail\n7\tL\tAda\ta@x\n",
            Student(id="7", name="", first_name="Ada", last_name="L", email="a@x"),
        ),
        ("username,mail\nada,a@x\n", Student(login="ada", email="a@x")),
        ("\ufeffStudent;E-Mail\r\nada;a@x\r\n", Student(id="ada", name="ada", email="a@x")),
        ("sep=;\nSTUDENT;Section\nada;A\n", Student(id="ada", name="ada", section="A")),
        (" student \nada\n", Student(id="ada", name="ada")),
        (
            "Vorname;Nachname;Matrikelnummer;E-Mail-Adresse;Gruppen\nAda;L;s1;a@x;B\n",
            Student(first_name="Ada", last_name="L", sis_id="s1", email="a@x", section="B"),
        ),
        (
            "Cognome;Nome;Matricola;Indirizzo email\nL;Ada;s1;a@x\n",
            Student(first_name="Ada", last_name="L", sis_id="s1", email="a@x"),
        ),
        ("Nom,Prénom,Groupe\nL,Ada,B\n", Student(first_name="Ada", last_name="L", section="B")),
    ],
)
def test_plain_headers_are_understood(tmp_path: Path, text: str, expected: Student) -> None:
    assert read_roster(roster(tmp_path, text)) == (expected,)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_are_told_from_the_file(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = f"name{delimiter}email\r\nZoë Müller{delimiter}zoe@x\r\n"
    assert read_roster(roster(tmp_path, text, encoding)) == (Student(name="Zoë Müller", email="zoe@x"),)


def test_who_is_in_several_sections_is_one_student(tmp_path: Path) -> None:
    text = "id,section\n7,A\n8,A\n7,B\n7,A\n"
    assert read_roster(roster(tmp_path, text)) == (Student(id="7", section="A, B"), Student(id="8", section="A"))


def test_lines_that_name_nobody_are_left_aside(tmp_path: Path) -> None:
    assert read_roster(roster(tmp_path, "id,section\n\n,\n ,B\n7,A\n")) == (Student(id="7", section="A"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no column that names students (columns: nothing). Add `student`, `name` or `email`."),
        ("points,section\n1,A\n", "has no column that names students (columns: 'points', 'section'). Add"),
        ("name\n \n", "contains no students. Add a line for each student."),
        (b"PK\x03\x04xlsx", "is a workbook or an archive, not a CSV file. Save it as CSV."),
        ('name\n"Ada\n', "has a quotation mark in row 2 that is never closed. Close it."),
    ],
)
def test_a_file_that_is_no_roster_is_told_with_the_remedy(tmp_path: Path, text: bytes | str, said: str) -> None:
    path = roster(tmp_path, text)
    with pytest.raises(InputError) as raised:
        read_roster(path)
    assert str(raised.value).startswith(f"{path}: {said}")


def test_a_roster_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read \(No such file or directory\). Name a CSV file"):
        read_roster(tmp_path / "none.csv")


def test_a_file_too_large_for_a_roster_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as stream:
        stream.truncate(50_000_001)
    with pytest.raises(InputError, match="is larger than 50 MB, too large for a roster"):
        read_roster(path)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_message(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    with contextlib.suppress(InputError):
        assert all(student.shown for student in read_roster(path))


@pytest.mark.parametrize(
    ("student", "origin", "expected"),
    [
        ("doejane", "doejane_LATE_12_99_notebook-1.ipynb", Student(name="doejane", canvas_id="12")),
        ("doejane (12)", "doejane_12_99_notebook.ipynb", Student(name="doejane", canvas_id="12")),
        ("Jane Doe", "Jane Doe_34_assignsubmission_file_/a.ipynb", Student(name="Jane Doe", participant="34")),
        ("Jane Doe", "Jane Doe_34_assignsubmission_file/a.ipynb", Student(name="Jane Doe", participant="34")),
        ("jane", "jane_12_99_hw/bob_34_assignsubmission_file_/a.ipynb", Student(name="jane", canvas_id="12")),
        ("jane", "jane/tiny/notebook.ipynb", Student(id="jane", name="jane")),
        ("jane", "jane.ipynb", Student(id="jane", name="jane")),
    ],
)
def test_a_submission_says_whose_it_is_as_its_platform_does(student: str, origin: str, expected: Student) -> None:
    assert claimed_student(Submission(student=student, exercise="tiny", origin=origin, content=b"")) == expected


def test_groups_stand_beside_sections(tmp_path: Path) -> None:
    text = "name,section,group,Group Name\nAda,A,Team 1,Red\nBob,,Team 1,Team 1\n"
    found = read_roster(roster(tmp_path, text))
    assert [student.section for student in found] == ["A, Team 1, Red", "Team 1"]
    assert set(found[0].groups) > {"A", "Team 1", "Red"}


def test_two_of_one_name_are_told_apart_in_messages(tmp_path: Path) -> None:
    found = read_roster(roster(tmp_path, "name,email\nJane Doe,a@x\nJane Doe,b@x\nBob,c@x\n"))
    assert [student.shown for student in found] == ["Jane Doe (a@x)", "Jane Doe (b@x)", "Bob"]
