"""CSV, Parquet and nbgrader's table of a class."""

import csv
import io
import re
from dataclasses import replace
from typing import Any

import polars
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.gradebook.exports import nbgrader, plain
from grader.gradebook.exports.mark import ExportedMark, ExportFile
from grader.intake.roster import read_roster
from grader.model.student import Student
from tests.gradebook import export_samples as samples

JANE = Student(
    id="7",
    name="Jane Doe",
    first_name="Jane",
    last_name="Doe",
    email="jane@example.org",
    login="jdoe",
    sis_id="s1",
    canvas_id="12",
    participant="",
    section="A",
)
ABSENT = Student(id="8", name="Bo", first_name="Bo")


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def table(*marks: ExportedMark, absent: Any = ()) -> ExportFile:
    return plain.as_csv(plain.students(samples.exercise(), marks, absent), marks)


def test_a_student_has_a_row_with_who_it_is_and_every_question() -> None:
    assert rows(table(samples.mark("jane", who=JANE)).content) == [
        {
            "student": "jane",
            "name": "Jane Doe",
            "first_name": "Jane",
            "last_name": "Doe",
            "id": "7",
            "canvas_id": "12",
            "sis_id": "s1",
            "login": "jdoe",
            "email": "jane@example.org",
            "section": "A",
            "exercise": "tiny-cnn",
            "points": "7.5",
            "max_points": "10",
            "percent": "75",
            "outcome": "completed",
            "isolation": "sandbox",
            "submitted_at": "2026-03-01T12:30:00+00:00",
            "q_shape": "4",
            "q_count": "3.5",
        }
    ]


@pytest.mark.parametrize("mark", samples.unmarked(), ids=lambda mark: mark.student.id)
def test_without_a_mark_all_points_are_empty(mark: ExportedMark) -> None:
    made = table(mark)
    (row,) = rows(made.content)
    assert (row["points"], row["percent"], row["q_shape"], row["q_count"]) == ("", "", "", "")
    assert (made.count, len(made.problems)) == (0, 1)


def test_who_handed_nothing_in_has_a_row_without_marks() -> None:
    made = table(samples.mark("jane"), absent=[ABSENT])
    row = rows(made.content)[1]
    assert (row["student"], row["id"], row["points"], row["max_points"], row["outcome"]) == ("Bo", "8", "", "10", "")
    assert made.count == 1


def test_a_row_a_finding() -> None:
    marks = [samples.mark("jane", who=JANE), samples.unmarked()[1]]
    made = rows(plain.as_csv(plain.findings(samples.exercise(), marks), marks).content)
    assert [(row["student"], row["question"], row["verdict"], row["points"]) for row in made] == [
        ("jane", "shape", "passed", "4"),
        ("jane", "count", "partial", "3.5"),
        ("sandbox", "shape", "passed", ""),
        ("sandbox", "count", "partial", ""),
    ]
    assert (made[1]["expected"], made[1]["found"], made[1]["reason"]) == ("100", "90", "The biases are missing.")


def test_parquet_holds_the_same_values_with_types() -> None:
    marks = [samples.mark("=jane\ud800", who=JANE), *samples.unmarked()]
    for columns in (plain.students(samples.exercise(), marks, [ABSENT]), plain.findings(samples.exercise(), marks)):
        frame = polars.read_parquet(io.BytesIO(plain.as_parquet(columns, marks).content))
        assert frame.columns == list(columns)
        assert frame["points"].to_list() == columns["points"]
        assert frame["student"].to_list() == [name.replace("\ud800", "?") for name in columns["student"]]
        assert frame.schema["points"] == frame.schema["max_points"] == polars.Float64
    frame = polars.read_parquet(io.BytesIO(plain.as_parquet(plain.students(samples.exercise(), marks), marks).content))
    assert frame["submitted_at"].to_list() == [samples.AT] * 4
    assert frame["q_count"].null_count() == 3


def test_an_empty_class_has_a_header_and_a_schema() -> None:
    assert len(table().content.splitlines()) == 1
    content = plain.as_parquet(plain.students(samples.exercise(), []), []).content
    assert polars.read_parquet(io.BytesIO(content)).shape == (0, 19)


TEXTS = st.text(st.sampled_from("=+-@'\t\r\n ,;\"＝ab1é"), max_size=6) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12
)
FIELDS = ("id", "name", "first_name", "last_name", "email", "login", "sis_id", "canvas_id", "section")
STUDENTS = st.builds(Student, **dict.fromkeys(FIELDS, TEXTS))


# The first text of all reads the tables of Unicode, which takes seconds.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(
        STUDENTS.filter(lambda each: each.shown.strip()),
        min_size=1,
        max_size=4,
        unique_by=lambda each: replace(each, section=""),
    )
)
def test_hostile_names_are_no_formulas_and_come_back_unchanged_as_a_roster(
    tmp_path_factory: pytest.TempPathFactory, students: list[Student]
) -> None:
    marks = [samples.mark(f"{place:03}", who=student) for place, student in enumerate(students)]
    path = tmp_path_factory.getbasetemp() / "export.csv"
    path.write_bytes(table(*marks).content)
    for row in csv.reader(io.StringIO(path.read_bytes().decode(), newline="")):
        for cell in row:
            harmless = re.fullmatch(r"-?[\d.]+|.?", cell.strip())
            assert harmless or not cell.lstrip().startswith(("=", "+", "-", "@", "＝"))
    assert list(read_roster(path)) == students


def test_nbgrader_has_its_fields_in_its_order() -> None:
    made = nbgrader.grades(samples.exercise(), [samples.mark("jane", who=JANE)])
    assert made.content.decode().replace('"', "").splitlines() == [
        "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,late_submission_penalty,score,max_score",
        "tiny-cnn,,2026-03-01 12:30:00,7,Doe,Jane,jane@example.org,7.5,0.0,7.5,10.0",
    ]
    assert made.count == 1


@pytest.mark.parametrize("mark", samples.unmarked(), ids=lambda mark: mark.student.id)
def test_nbgrader_has_no_score_where_there_is_no_mark(mark: ExportedMark) -> None:
    made = nbgrader.grades(samples.exercise(), [mark])
    (row,) = rows(made.content)
    assert (row["student_id"], row["raw_score"], row["late_submission_penalty"], row["score"]) == (
        mark.student.id,
        "",
        "",
        "",
    )
    assert len(made.problems) == 1


def test_nbgrader_names_who_handed_nothing_in_without_a_score() -> None:
    (row,) = rows(nbgrader.grades(samples.exercise(), [], [ABSENT]).content)
    assert (row["student_id"], row["first_name"], row["timestamp"], row["score"], row["max_score"]) == (
        "8",
        "Bo",
        "",
        "",
        "10.0",
    )
