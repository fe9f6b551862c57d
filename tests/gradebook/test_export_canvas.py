"""The instructor's own export from Canvas: one column is filled, and nothing else changes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import InputError
from grader.gradebook.exports import canvas
from grader.gradebook.exports.mark import ExportedMark, ExportFile
from grader.model.exercise import Exercise
from grader.model.student import Student
from grader.storage.csv_table import read_table
from tests.conftest import present
from tests.gradebook import export_samples as samples

HEADER = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Notes,A tiny CNN (55),Other (56),Labs Current Score,Final Grade\r\n"
)
POINTS = "    Points Possible,,,,,,20,10,(read only),(read only)\r\n"
ROWS = (
    '"Doe, Jane",12,s1,jdoe,"A, B","=odd ""note""",,3,88.5,B\r\n'
    '"O\'Neil, Bo",13,s2,bo,A,,1.5,N/A,,\r\n'
    '"=""=Roe, Al""",14,s3,al,A,, EX ,,,\r\n'
    '"Student, Test",15,,test,A,,,,,\r\n'
)
BOOK = (HEADER + POINTS + ROWS).encode()


def fill(
    *marks: ExportedMark, book: bytes = BOOK, place: str = "book.csv", exercise: Exercise | None = None, **options: Any
) -> ExportFile:
    return present(canvas.fill(book, place, exercise or samples.exercise(), marks, **options))


def jane(**fields: Any) -> ExportedMark:
    return samples.mark("doejane", who=Student(name="doejane", canvas_id="12"), **fields)


def changed(before: bytes, after: bytes) -> list[tuple[str, str]]:
    """Lines that differ, as (before, after)."""
    pairs = zip(before.split(b"\r\n"), after.split(b"\r\n"), strict=True)
    return [(one.decode(), other.decode()) for one, other in pairs if one != other]


def test_only_the_one_cell_changes_byte_for_byte() -> None:
    made = fill(jane())
    assert made.count == 1
    (lines,) = changed(BOOK, made.content)
    assert lines[1] == '"Doe, Jane",12,s1,jdoe,"A, B","=odd ""note""",7.5,3,88.5,B'
    assert made.content.replace(b"7.5,3,88.5", b",3,88.5") == BOOK


def test_nothing_changes_without_marks() -> None:
    assert fill().content == BOOK


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_encoding_and_line_ends_stay(encoding: str, end: str) -> None:
    book = (HEADER + POINTS + ROWS + "Zoë,16,,zoe,A,,,,,\r\n").replace("\r\n", end).encode(encoding)
    made = fill(jane(), book=book)
    assert made.content.decode(encoding) == book.decode(encoding).replace('"=odd ""note""",,', '"=odd ""note""",7.5,')


def test_a_semicolon_file_gets_decimal_commas() -> None:
    book = "Student;ID;SIS Login ID;Section;A tiny CNN (55)\n    Points Possible;;;;7,5\nDoe, Jane;12;jd;A;\n"
    assert b"Doe, Jane;12;jd;A;7,5\n" in fill(jane(), book=book.encode()).content


@pytest.mark.parametrize(
    "who",
    [
        Student(name="doejane", canvas_id="12"),
        Student(sis_id="s1"),
        Student(login="jdoe"),
        Student(id="jdoe", name="jdoe"),
        Student(id="Jane Doe", name="Jane Doe"),
    ],
)
def test_a_student_is_found_by_id_sis_id_login_then_name(who: Student) -> None:
    assert b"7.5,3,88.5" in fill(samples.mark(who=who)).content


def test_excused_stays_excused_and_is_said() -> None:
    made = fill(samples.mark(who=Student(canvas_id="14", name="Al")))
    assert (made.content, made.count, made.problems) == (BOOK, 0, ())
    assert made.remarks[-2] == "Al: is excused in book.csv, so the row stays as it is."


def test_an_assignment_that_a_student_does_not_have_stays_and_is_listed() -> None:
    made = fill(samples.mark(who=Student(canvas_id="13", name="Bo")), column="Other")
    assert made.content == BOOK
    assert made.problems == ("Bo: 'Other (56)' is not assigned to them in book.csv, so the row stays as it is.",)


def test_who_is_not_in_the_export_is_listed_and_not_guessed() -> None:
    made = fill(samples.mark("zed"), samples.mark("doejane2", who=Student(name="Jane Doe", canvas_id="99")))
    assert made.content == BOOK
    assert made.problems == ("zed: is not in book.csv.", "Jane Doe: is not in book.csv.")


def test_two_submissions_of_one_student_are_listed_and_neither_counts() -> None:
    made = fill(jane(), samples.mark(who=Student(id="jdoe", name="Jane")))
    assert made.content == BOOK
    assert len(made.problems) == 2


@pytest.mark.parametrize("mark", samples.unmarked(), ids=lambda mark: mark.student.id)
def test_without_a_mark_a_cell_keeps_what_it_has(mark: ExportedMark) -> None:
    of_bo = samples.mark(
        who=Student(canvas_id="13", name="Bo"), made=mark.assessment.findings, outcome=mark.assessment.outcome
    )
    made = fill(of_bo)
    assert made.content == BOOK
    assert made.problems[0].startswith("Bo: has no mark, because ")


def test_points_are_scaled_only_when_asked() -> None:
    assert b",7.5,3,88.5" in fill(jane()).content
    assert (
        fill(jane())
        .remarks[-1]
        .startswith("'A tiny CNN (55)' has 20 points in Canvas, but the exercise has 10. The file contains")
    )
    made = fill(jane(), scale=True)
    assert b",15,3,88.5" in made.content
    assert not any("--scale" in remark for remark in made.remarks)


@given(st.floats(0, 1000), st.floats(0, 4), st.floats(0, 6))
def test_scaled_points_are_the_same_share(most: float, shape: float, count: float) -> None:
    mark = samples.mark(made=samples.findings(shape, count))
    assert mark.scaled(most) == pytest.approx(present(mark.points) * most / 10, abs=0.00501)


@pytest.mark.parametrize("column", ["A tiny CNN (55)", "A tiny CNN", "a tiny cnn", "55"])
def test_a_column_is_named_by_heading_title_or_number(column: str) -> None:
    assert b",7.5,3,88.5" in fill(jane(), column=column).content


def test_the_title_or_the_slug_of_the_exercise_names_the_column() -> None:
    book = BOOK.replace(b"A tiny CNN (55)", b"Tiny-CNN (55)")
    assert b",7.5,3,88.5" in fill(jane(), book=book).content


TWO = BOOK.replace(b"Other (56)", b"A tiny CNN (56)")


@pytest.mark.parametrize(
    ("book", "options", "said"),
    [
        (
            BOOK,
            {"column": "Lab"},
            "no column is called 'Lab'. Name one with --column. The assignments in it: 'A tiny CNN (55)'",
        ),
        (BOOK, {"column": "Labs Current Score"}, "no column is called 'Labs Current Score'"),
        (BOOK, {"column": "Section"}, "no column is called 'Section'"),
        (TWO, {}, "2 columns are called 'A tiny CNN'. Name one with --column."),
        (TWO, {"column": "A tiny CNN"}, "2 columns are called 'A tiny CNN'"),
        (BOOK.replace(b"tiny", b"big"), {}, "no column is called 'A tiny CNN'"),
        (
            BOOK.replace(b",,20,10", b",,,10"),
            {"scale": True},
            "'A tiny CNN (55)' does not state its points possible. Leave out",
        ),
        (
            b"Identifier,Grade\n1,2\n",
            {},
            "is not a gradebook of Canvas: its first row lacks 'Student', 'ID', 'Section'. Use the one",
        ),
        (b"", {}, "is not a gradebook of Canvas"),
        (b"PK\x03\x04", {}, "is a workbook or an archive, not a CSV file. Save it as CSV."),
    ],
)
def test_a_wrong_file_or_column_is_told_with_what_there_is(book: bytes, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as raised:
        fill(jane(), book=book, **options)
    assert str(raised.value).startswith(f"book.csv: {said}")


def test_a_row_on_posting_and_totals_of_a_period_are_no_obstacle() -> None:
    posting = ",,,,,,Manual Posting,,,\r\n"
    header = HEADER.replace("Final Grade", "Final Score (2020)")
    made = fill(jane(), book=(header + posting + POINTS + ROWS).encode())
    assert b",7.5,3,88.5" in made.content
    with pytest.raises(InputError, match="no column is called '2020'"):
        fill(jane(), book=header.encode(), column="2020")


def test_students_without_a_submission_are_counted() -> None:
    assert fill(jane()).remarks[0] == "Students in book.csv without a submission: 3 of 4."


@given(st.lists(st.text(st.sampled_from('ab,"\r\n =;é')), min_size=3, max_size=3), st.booleans())
def test_hostile_cells_of_the_instructor_stay_byte_for_byte(cells: list[str], quoted: bool) -> None:
    raw = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    blank = '""' if quoted else ""
    book = (HEADER + POINTS + f"{raw[0]},12,s1,jdoe,{raw[1]},{raw[2]},{blank},1,2,3\r\n").encode()
    made = fill(samples.mark(who=Student(canvas_id="12")), book=book)
    before, after = read_table(book), read_table(made.content)
    assert after.text(2, 6) == "7.5"
    assert [row[:6] + row[7:] for row in after.rows] == [row[:6] + row[7:] for row in before.rows]
    assert after.rows[2][6] == ('"7.5"' if quoted else "7.5")
