"""Moodle's grade import and its offline worksheet."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import InputError
from grader.gradebook.exports import moodle, moodle_worksheet
from grader.gradebook.exports.mark import ExportedMark, ExportFile
from grader.gradebook.exports.moodle import Identifier
from grader.intake.roster import claimed_student
from grader.model.student import Student
from grader.model.submission import Submission
from tests.conftest import present
from tests.gradebook import export_samples as samples

JANE = Student(id="7", name="Jane Doe", sis_id="s1", login="jdoe", email="jane@example.org")


def imported(*marks: ExportedMark, identifier: Identifier = Identifier.EMAIL) -> tuple[ExportFile, list[list[str]]]:
    made = moodle.grade_import(samples.exercise(), marks, identifier)
    return made, list(csv.reader(io.StringIO(made.content.decode(), newline="")))


@pytest.mark.parametrize(
    ("identifier", "value"),
    [("id", "7"), ("idnumber", "s1"), ("email", "jane@example.org"), ("username", "jdoe")],
)
def test_the_identifier_is_the_one_that_is_chosen(identifier: str, value: str) -> None:
    made, rows = imported(samples.mark(who=JANE, listed_id="7"), identifier=Identifier(identifier))
    comment = "7.5 of 10 points. Output shape: 4 of 4. Weights < 100 & biases: 3.5 of 6."
    assert rows == [[identifier, "name", "A tiny CNN", "feedback"], [value, "Jane Doe", "7.5", comment]]
    assert (made.count, made.problems) == (1, ())


@pytest.mark.parametrize("mark", samples.unmarked(), ids=lambda mark: mark.student.id)
def test_without_a_mark_there_is_no_grade_and_never_a_zero(mark: ExportedMark) -> None:
    made, rows = imported(mark, identifier=Identifier.USERNAME)
    assert len(rows) == 1, "Moodle would replace a grade that is there by none"
    assert (made.count, len(made.problems)) == (0, 1)
    assert made.problems[0].startswith(f"{mark.student.id}: has no mark, because ")


def test_whoever_lacks_the_identifier_is_left_out_and_listed() -> None:
    made, rows = imported(samples.mark(who=Student(name="Bo", sis_id="s2")), samples.mark(who=JANE))
    assert [row[0] for row in rows] == ["email", "jane@example.org"]
    assert made.problems == (
        "Bo: has no email, so the file omits this student. Name a roster that has it with --roster.",
    )


def test_two_with_one_identifier_are_left_out_and_listed() -> None:
    made, rows = imported(samples.mark("a", who=JANE), samples.mark("b", who=JANE))
    assert len(rows) == 1
    assert len(made.problems) == 2


def test_who_is_excused_has_no_row() -> None:
    excused = with_fields(samples.mark("b", who=Student(email="b@x")), excused=True)
    made, rows = imported(samples.mark(who=JANE), excused)
    assert [row[0] for row in rows] == ["email", "jane@example.org"]
    assert "b" in made.remarks[0]


def test_points_above_the_maximum_are_left_out_since_they_end_the_import() -> None:
    much = with_fields(samples.mark("b", who=Student(name="Bo", email="b@x")), decided=12.0, decided_by="T")
    made, rows = imported(samples.mark(who=JANE), much)
    assert [row[0] for row in rows] == ["email", "jane@example.org"]
    assert made.problems[0].startswith("Bo: 12 points are more than the 10 of the exercise.")
    assert made.remarks[-1] == "Moodle rejects the whole file if its grade item allows fewer than 10 points."


@pytest.mark.parametrize("number", ["jane", "s1", "12a", "-3", "1.5", "²", "j@x"])
def test_an_id_of_moodle_has_digits_only(number: str) -> None:
    made, rows = imported(samples.mark(who=Student(id=number, name="Jo"), listed_id=number), identifier=Identifier.ID)
    assert len(rows) == 1
    assert made.problems == ("Jo: has no id, so the file omits this student. Name a roster that has it with --roster.",)


@pytest.mark.parametrize("name", ["jane", "Jane Doe", "4711", "jane4711"])
def test_the_name_of_a_file_is_never_an_id_of_moodle(name: str) -> None:
    made, rows = imported(samples.mark(who=Student(id=name, name=name)), identifier=Identifier.ID)
    assert len(rows) == 1
    assert made.problems == (
        f"{name}: has no id, so the file omits this student. Name a roster that has it with --roster.",
    )


@pytest.mark.parametrize(
    ("identifier", "name", "fits"),
    [
        ("idnumber", "jane", False),
        ("idnumber", "Jane Doe", False),
        ("idnumber", "Jane 2", False),
        ("idnumber", "s4711", True),
        ("username", "Jane Doe", False),
        ("username", "Jane", False),
        ("username", "jdoe", True),
        ("email", "Jane@", False),
        ("email", "@jane", False),
        ("email", "jane doe@x", False),
        ("email", "jane@x", True),
    ],
)
def test_a_name_of_a_person_stands_for_no_identifier(identifier: str, name: str, fits: bool) -> None:
    assert moodle.identified(Student(id=name, name=name), Identifier(identifier)) == (name if fits else "")


BACKSLASHES = [
    r"C:\data\" with two backslashes, please.",
    "ends with one \\",
    "ends with two \\\\",
    'before a quote \\"here\\"',
    "in the middle C:\\data",
    "before a line\\\nend",
    '"',
    "\\",
]


@pytest.mark.parametrize("comment", BACKSLASHES)
def test_a_backslash_in_one_comment_voids_no_row(comment: str) -> None:
    marks = [with_fields(samples.mark(name, who=Student(email=f"{name}@x")), comment=comment) for name in "abc"]
    made, _ = imported(*marks)
    rows = list(as_php_reads(made.content.decode()))
    assert [row[0] for row in rows] == ["email", "a@x", "b@x", "c@x"]
    assert {len(row) for row in rows} == {4}
    theirs = [with_fields(of(number), comment=comment) for number in ("34", "35")]
    sheet = filled(*theirs, sheet=SHEET.replace("<p>See me.</p>", ""))
    rows = list(as_php_reads(sheet.content.decode("utf-8-sig")))
    assert [(len(row), row[4]) for row in rows[1:]] == [(10, "7.5"), (10, "7.5"), (10, "3.00")]


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from('\\",; a\n'), max_size=8), min_size=2, max_size=4))
def test_php_reads_every_row_whatever_a_comment_holds(comments: list[str]) -> None:
    blank = [samples.mark(str(n), who=Student(email=f"{n}@x")) for n in range(len(comments))]
    marks = [with_fields(mark, comment=text) for mark, text in zip(blank, comments, strict=True)]
    rows = list(as_php_reads(imported(*marks)[0].content.decode()))
    assert [row[0] for row in rows] == ["email", *(f"{n}@x" for n in range(len(comments)))]


def with_fields(mark: ExportedMark, **fields: Any) -> ExportedMark:
    return replace(mark, assessment=replace(mark.assessment, **fields))


def as_php_reads(text: str) -> Iterator[list[str]]:
    """The rows that PHP's `fgetcsv` gives with its usual escape: a backslash keeps a quotation mark from closing."""
    row: list[str] = []
    cell, quoted, place = "", False, 0
    while place < len(text):
        sign = text[place]
        if quoted and sign == "\\" and place + 1 < len(text):
            cell, place = cell + text[place : place + 2], place + 2
            continue
        if quoted and sign == '"' and text[place + 1 : place + 2] == '"':
            cell, place = cell + '"', place + 2
            continue
        if sign == '"' and (quoted or not cell):
            quoted = not quoted
        elif not quoted and sign == ",":
            row, cell = [*row, cell], ""
        elif not quoted and sign == "\n":
            yield [*row, cell.rstrip("\r")]
            row, cell = [], ""
        else:
            cell += sign
        place += 1
    if row or cell:
        yield [*row, cell]


def test_the_name_of_a_file_is_an_identifier_only_if_it_has_the_form_and_nothing_else_is_known() -> None:
    def named(student: Student, identifier: Identifier) -> str:
        return moodle.identified(student, identifier)

    assert named(Student(id="jane@example.org"), Identifier.EMAIL) == "jane@example.org"
    assert named(Student(id="jane"), Identifier.EMAIL) == ""
    assert named(Student(id="jane"), Identifier.USERNAME) == "jane"
    assert named(Student(id="jane@example.org"), Identifier.USERNAME) == ""
    assert named(Student(id="jane", email="j@x"), Identifier.USERNAME) == ""


def test_names_are_no_formulas() -> None:
    _, rows = imported(samples.mark(who=Student(name="=1+1", email="a@x")))
    assert rows[1][1] == "'=1+1"


SHEET = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
    '"Participant 34","Jane Doe",jane@example.org,"Submitted for grading - ",,20.00,Yes,"Monday, 2 March",-,\n'
    '"Participant 35","Bob Roe",bob@example.org,"No submission - ",,20.00,Yes,-,-,"<p>See me.</p>"\n'
    '"Participant 36","Al Poe",al@example.org,"Submitted",3.00,5.00,No,-,-,"7 of 10 points. Old: 1 of 2."\n'
)


def filled(*marks: ExportedMark, sheet: str = SHEET, **options: Any) -> ExportFile:
    return present(moodle_worksheet.fill(sheet.encode("utf-8-sig"), "w.csv", samples.exercise(), marks, **options))


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


NAMES = {"34": "Jane Doe", "35": "Bob Roe", "36": "Al Poe"}


def of(participant: str, name: str = "", **fields: Any) -> ExportedMark:
    who = Student(name=name or NAMES.get(participant, f"P {participant}"), participant=participant)
    return samples.mark(f"p{participant}", who=who, **fields)


def test_grade_and_comment_are_filled_and_the_rest_is_kept_byte_for_byte() -> None:
    made = filled(of("34"))
    comment = "7.5 of 10 points. Output shape: 4 of 4. Weights &lt; 100 &amp; biases: 3.5 of 6."
    expected = SHEET.replace('grading - ",,20.00', 'grading - ",7.5,20.00').replace(
        'March",-,\n', f'March",-,{comment}\n'
    )
    assert made.content == expected.encode("utf-8-sig")
    assert (made.count, made.problems) == (1, ())


def test_a_row_is_found_by_address_or_name_too() -> None:
    for who in (Student(email="Bob@example.org"), Student(id="Roe, Bob", name="Roe, Bob")):
        assert cells(filled(samples.mark(who=who)).content)[2][4] == "7.5"


def test_a_comment_of_a_person_is_kept_and_ours_is_replaced() -> None:
    made = filled(of("35"))
    assert cells(made.content)[2][9] == "<p>See me.</p>"
    assert "Bob Roe: keeps the comment in w.csv." in made.remarks
    sheet = SHEET.replace("5.00,No", "20.00,Yes")
    assert cells(filled(of("36"), sheet=sheet).content)[3][9].startswith("7.5 of 10 points. Output shape")


def test_a_grade_that_cannot_be_changed_is_left_and_listed() -> None:
    made = filled(of("36"))
    assert made.content == SHEET.encode("utf-8-sig")
    assert made.problems == ("Al Poe: w.csv says that the grade cannot be changed, so the row stays as it is.",)


def test_points_above_the_maximum_are_listed_since_moodle_would_skip_them() -> None:
    sheet = SHEET.replace("5.00,No", "5.00,Yes")
    made = filled(of("36"), sheet=sheet)
    assert made.content == sheet.encode("utf-8-sig")
    assert made.problems[0].startswith(
        "Al Poe: 7.5 points are above the maximum grade of 5, and Moodle would skip them"
    )
    assert cells(filled(of("36"), sheet=sheet, scale=True).content)[3][4] == "3.75"


def test_points_are_scaled_only_when_asked() -> None:
    assert cells(filled(of("34"), scale=True).content)[1][4] == "15"
    sheet = SHEET.replace("20.00", "")
    assert filled(of("34"), sheet=sheet, scale=True).problems == (
        "Jane Doe: w.csv gives no maximum grade to scale to, so the row stays as it is.",
    )


@pytest.mark.parametrize("mark", samples.unmarked(), ids=lambda mark: mark.student.id)
def test_without_a_mark_a_row_stays_as_it_is(mark: ExportedMark) -> None:
    made = filled(of("34", made=mark.assessment.findings, outcome=mark.assessment.outcome))
    assert made.content == SHEET.encode("utf-8-sig")
    assert made.problems[0].startswith("Jane Doe: has no mark, because ")


def test_who_is_not_in_the_worksheet_is_listed() -> None:
    made = filled(of("99"))
    assert made.problems == ("P 99: is not in w.csv.",)
    assert made.remarks == ("Students in w.csv without a submission: 3 of 3.",)


def test_a_worksheet_without_comments_or_names_takes_grades() -> None:
    assert filled(of("34"), sheet="Identifier,Grade\nParticipant 34,\n").content == (
        "Identifier,Grade\nParticipant 34,7.5\n".encode("utf-8-sig")
    )


@pytest.mark.parametrize("sheet", ["", "Student,ID\n", "ID,Bewertung\nTeilnehmer/in 34,\n"])
def test_a_file_that_is_no_worksheet_is_told_with_the_remedy(sheet: str) -> None:
    with pytest.raises(InputError, match=r"w.csv: is not an offline grading worksheet of Moodle: .*set to English"):
        filled(of("34"), sheet=sheet)
    with pytest.raises(InputError, match=r"w.csv: is a workbook"):
        moodle_worksheet.fill(b"PK\x03\x04", "w.csv", samples.exercise(), [])


def test_folders_of_feedback_are_named_as_moodle_names_them() -> None:
    sheet = SHEET.replace("Jane Doe", "Jane_D/oe")
    folders = moodle_worksheet.folders(sheet.encode(), "w.csv", [of("34"), of("99")])
    assert folders == ({"folder-p34": "Jane D oe_34_assignsubmission_file_"}, ())


@pytest.mark.parametrize(
    ("column", "values"),
    [("Scale", "Not yet\nPass\nGood"), ("Maximum Grade", "Not yet, Pass, Good"), ("Maximum Grade", "Good\r\nBad")],
)
def test_points_are_never_written_where_a_scale_is_asked_for(column: str, values: str) -> None:
    sheet = f'Identifier,Full name,Grade,{column},Feedback comments\nParticipant 34,Jane Doe,,"{values}",\n'
    for scale in (False, True):
        made = filled(of("34"), sheet=sheet, scale=scale)
        assert made.content == sheet.encode("utf-8-sig")
        assert made.count == 0
        assert made.problems[0].startswith("w.csv: Moodle grades this assignment with a scale (")
        assert "so no cell was filled in." in made.problems[0]


GROUPS = (
    "Identifier,Full name,Email address,Status,Group,Grade,Maximum Grade,Grade can be changed,Feedback comments\n"
    "Participant 101,Student One,one@x,Submitted,Group B,,20.00,Yes,\n"
    "Participant 102,Student Two,two@x,Submitted,Group A,,20.00,Yes,\n"
    "Participant 103,Student Three,three@x,Submitted,Group B,,20.00,Yes,\n"
    "Participant 104,Student Four,four@x,Submitted,Group A,,20.00,Yes,\n"
    "Participant 105,Student Five,five@x,Submitted,Default group,,20.00,Yes,\n"
)


def of_folder(folder: str, **fields: Any) -> ExportedMark:
    name = folder.partition("_")[0]
    return samples.mark(
        name,
        who=claimed_student(Submission(student=name, exercise="tiny", origin=f"{folder}/lab.ipynb", content=b"")),
        **fields,
    )


def test_the_mark_of_a_group_goes_to_every_row_of_it_and_to_no_participant_of_its_number() -> None:
    made = filled(
        of_folder("Group A_101_assignsubmission_file"),
        of_folder("Default group_assignsubmission_file"),
        sheet=GROUPS,
    )
    assert [row[5] for row in cells(made.content)[1:]] == ["", "7.5", "", "7.5", "7.5"]
    assert (made.count, made.problems) == (3, ())


def test_a_group_that_the_worksheet_does_not_know_is_told_and_fills_no_row() -> None:
    made = filled(of_folder("Group X_101_assignsubmission_file"), sheet=GROUPS)
    assert made.count == 0
    assert (
        "Group X: may be a group or a different student, with the number but not the name of Student One"
        in made.problems[0]
    )
