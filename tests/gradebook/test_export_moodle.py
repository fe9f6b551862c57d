"""Moodle's grade import and its offline worksheet."""

import csv
import io

import export_samples as samples
import pytest

from grader.errors import InputError
from grader.gradebook.exports import moodle, moodle_worksheet
from grader.gradebook.exports.moodle import Identifier
from grader.model.student import Student

JANE = Student(id="7", name="Jane Doe", sis_id="s1", login="jdoe", email="jane@example.org")


def imported(*marks, identifier=Identifier.EMAIL):
    made = moodle.grade_import(samples.exercise(), marks, identifier)
    return made, list(csv.reader(io.StringIO(made.content.decode(), newline="")))


@pytest.mark.parametrize(
    ("identifier", "value"),
    [("id", "7"), ("idnumber", "s1"), ("email", "jane@example.org"), ("username", "jdoe")],
)
def test_the_identifier_is_the_one_that_is_chosen(identifier, value):
    made, rows = imported(samples.mark(who=JANE), identifier=Identifier(identifier))
    comment = "7.5 of 10 points. Output shape: 4 of 4. Weights < 100 & biases: 3.5 of 6."
    assert rows == [[identifier, "name", "A tiny CNN", "feedback"], [value, "Jane Doe", "7.5", comment]]
    assert (made.count, made.problems) == (1, ())


@pytest.mark.parametrize("mark", samples.unmarked(), ids=lambda mark: mark.student.id)
def test_without_a_mark_there_is_no_grade_and_never_a_zero(mark):
    made, rows = imported(mark, identifier=Identifier.USERNAME)
    assert rows[1] == [mark.student.id, mark.student.id, "-", ""]
    assert (made.count, len(made.problems)) == (0, 1)
    assert made.problems[0].startswith(f"{mark.student.id}: no mark; ")


def test_whoever_lacks_the_identifier_is_left_out_and_listed():
    made, rows = imported(samples.mark(who=Student(name="Bo", sis_id="s2")), samples.mark(who=JANE))
    assert [row[0] for row in rows] == ["email", "jane@example.org"]
    assert made.problems == ("Bo: has no email, and so is not in it.",)


def test_two_with_one_identifier_are_left_out_and_listed():
    made, rows = imported(samples.mark("a", who=JANE), samples.mark("b", who=JANE))
    assert len(rows) == 1
    assert len(made.problems) == 2


def test_the_name_of_a_file_is_an_identifier_only_if_it_has_the_form_and_nothing_else_is_known():
    def named(student, identifier):
        return moodle.identified(student, identifier)

    assert named(Student(id="jane@example.org"), Identifier.EMAIL) == "jane@example.org"
    assert named(Student(id="jane"), Identifier.EMAIL) == ""
    assert named(Student(id="jane"), Identifier.USERNAME) == "jane"
    assert named(Student(id="jane@example.org"), Identifier.USERNAME) == ""
    assert named(Student(id="jane", email="j@x"), Identifier.USERNAME) == ""


def test_names_are_no_formulas():
    _, rows = imported(samples.mark(who=Student(name="=1+1", email="a@x")))
    assert rows[1][1] == "'=1+1"


SHEET = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
    '"Participant 34","Jane Doe",jane@example.org,"Submitted for grading - ",,20.00,Yes,"Monday, 2 March",-,\n'
    '"Participant 35","Bob Roe",bob@example.org,"No submission - ",,20.00,Yes,-,-,"<p>See me.</p>"\n'
    '"Participant 36","Al Poe",al@example.org,"Submitted",3.00,5.00,No,-,-,"7 of 10 points. Old: 1 of 2."\n'
)


def filled(*marks, sheet=SHEET, **options):
    return moodle_worksheet.fill(sheet.encode("utf-8-sig"), "w.csv", samples.exercise(), marks, **options)


def cells(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def of(participant, name="", **fields):
    return samples.mark(
        f"p{participant}", who=Student(name=name or f"P {participant}", participant=participant), **fields
    )


def test_grade_and_comment_are_filled_and_the_rest_is_kept_byte_for_byte():
    made = filled(of("34"))
    comment = "7.5 of 10 points. Output shape: 4 of 4. Weights &lt; 100 &amp; biases: 3.5 of 6."
    expected = SHEET.replace('grading - ",,20.00', 'grading - ",7.5,20.00').replace(
        'March",-,\n', f'March",-,{comment}\n'
    )
    assert made.content == expected.encode("utf-8-sig")
    assert (made.count, made.problems) == (1, ())


def test_a_row_is_found_by_address_or_name_too():
    for who in (Student(email="Bob@example.org"), Student(id="Roe, Bob", name="Roe, Bob")):
        assert cells(filled(samples.mark(who=who)).content)[2][4] == "7.5"


def test_a_comment_of_a_person_is_kept_and_ours_is_replaced():
    made = filled(of("35"))
    assert cells(made.content)[2][9] == "<p>See me.</p>"
    assert "P 35: keeps the comment in w.csv." in made.remarks
    sheet = SHEET.replace("5.00,No", "20.00,Yes")
    assert cells(filled(of("36"), sheet=sheet).content)[3][9].startswith("7.5 of 10 points. Output shape")


def test_a_grade_that_cannot_be_changed_is_left_and_listed():
    made = filled(of("36"))
    assert made.content == SHEET.encode("utf-8-sig")
    assert made.problems == ("P 36: w.csv says that the grade cannot be changed; left as it is.",)


def test_points_above_the_maximum_are_listed_since_moodle_would_skip_them():
    sheet = SHEET.replace("5.00,No", "5.00,Yes")
    made = filled(of("36"), sheet=sheet)
    assert made.content == sheet.encode("utf-8-sig")
    assert made.problems[0].startswith("P 36: 7.5 points are above the maximum grade of 5, and Moodle would skip them")
    assert cells(filled(of("36"), sheet=sheet, scale=True).content)[3][4] == "3.75"


def test_points_are_scaled_only_when_asked():
    assert cells(filled(of("34"), scale=True).content)[1][4] == "15"
    sheet = SHEET.replace("20.00", "")
    assert filled(of("34"), sheet=sheet, scale=True).problems == (
        "P 34: w.csv gives no maximum grade to scale to; left as it is.",
    )


@pytest.mark.parametrize("mark", samples.unmarked(), ids=lambda mark: mark.student.id)
def test_without_a_mark_a_row_stays_as_it_is(mark):
    made = filled(of("34", made=mark.assessment.findings, outcome=mark.assessment.outcome))
    assert made.content == SHEET.encode("utf-8-sig")
    assert made.problems[0].startswith("P 34: no mark; ")


def test_who_is_not_in_the_worksheet_is_listed():
    made = filled(of("99"))
    assert made.problems == ("P 99: is not in w.csv.",)
    assert made.remarks == ("Students in w.csv of whom nothing was handed in: 3 of 3.",)


def test_a_worksheet_without_comments_or_names_takes_grades():
    assert filled(of("34"), sheet="Identifier,Grade\nParticipant 34,\n").content == (
        "Identifier,Grade\nParticipant 34,7.5\n".encode("utf-8-sig")
    )


@pytest.mark.parametrize("sheet", ["", "Student,ID\n", "ID,Bewertung\nTeilnehmer/in 34,\n"])
def test_a_file_that_is_no_worksheet_is_told_with_the_remedy(sheet):
    with pytest.raises(InputError, match=r"w.csv: is no offline grading worksheet of Moodle: .*set to English"):
        filled(of("34"), sheet=sheet)
    with pytest.raises(InputError, match=r"w.csv: is a workbook"):
        moodle_worksheet.fill(b"PK\x03\x04", "w.csv", samples.exercise(), [])


def test_folders_of_feedback_are_named_as_moodle_names_them():
    sheet = SHEET.replace("Jane Doe", "Jane_D/oe")
    folders = moodle_worksheet.folders(sheet.encode(), "w.csv", [of("34"), of("99")])
    assert folders == {"folder-p34": "Jane D oe_34_assignsubmission_file_"}
