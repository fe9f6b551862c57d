"""Excuses, lateness and decisions of people in what other programs get."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from grader.gradebook.exports import canvas, feedback, gradescope, moodle, moodle_worksheet, nbgrader, plain
from grader.gradebook.exports.mark import ExportedMark, ExportFile, excuses, summary, unmarked
from grader.gradebook.exports.moodle import Identifier
from grader.model.assessment import Finding, Verdict
from grader.model.lateness import Lateness
from grader.model.record import Outcome
from grader.model.student import Student
from tests.gradebook import export_samples as samples

BOOK = (
    b"Student,ID,SIS Login ID,Section,A tiny CNN (55)\r\n"
    b"    Points Possible,,,,10\r\n"
    b"Jane,12,jane,A,3\r\nBo,13,bo,A,N/A\r\nAl,14,al,A,EX\r\n"
)
SHEET = (
    b"Identifier,Full name,Email address,Grade,Maximum Grade,Feedback comments\nParticipant 7,Jane,jane@x.org,3,10,\n"
)
JANE = Student(id="jane", name="Jane", email="jane@x.org", login="jane")
LATE = Lateness(
    deadline=samples.AT - timedelta(hours=30),
    submitted_at=samples.AT,
    late_by=timedelta(hours=30),
    units=2,
    percent=20.0,
    rate=10.0,
    cap=50.0,
)


def mark(who: Student = JANE, made: tuple[Finding, ...] | None = None, **decided: Any) -> ExportedMark:
    found = samples.mark(who.id, made, who=who)
    return replace(found, assessment=replace(found.assessment, **decided))


def rows(exported: ExportFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exported.content.decode(), newline="")))


def test_who_is_excused_gets_ex_in_canvas() -> None:
    made = canvas.fill(BOOK, "book.csv", samples.exercise(), [mark(excused=True)])
    assert made.content == BOOK.replace(b"Jane,12,jane,A,3", b"Jane,12,jane,A,EX")
    assert (made.count, made.problems) == (0, ())
    assert "Jane: is excused and gets EX." in made.remarks


@pytest.mark.parametrize("who", [Student(id="al", login="al"), Student(id="bo", login="bo")])
def test_excused_or_not_assigned_in_canvas_stays_so(who: Student) -> None:
    made = canvas.fill(BOOK, "book.csv", samples.exercise(), [mark(who, excused=True)])
    assert made.content == BOOK


def test_who_is_excused_and_handed_nothing_in_gets_ex_in_canvas() -> None:
    people = (JANE, Student(name="Bo", login="bo"), Student(name="Al", canvas_id="14"), Student(name="Zed"))
    made = canvas.fill(BOOK, "book.csv", samples.exercise(), [], excused=people)
    assert made.content == BOOK.replace(b"Jane,12,jane,A,3", b"Jane,12,jane,A,EX")
    assert (made.count, made.problems) == (
        0,
        ("Bo: 'A tiny CNN (55)' is not assigned to them in book.csv, so the row stays as it is.",),
    )
    assert set(made.remarks) >= {
        "Jane: is excused and gets EX.",
        "Al: is excused in book.csv, so the row stays as it is.",
        "Zed: is excused, but is not in book.csv.",
    }


def test_who_is_excused_has_no_grade_in_moodle() -> None:
    made = moodle.grade_import(samples.exercise(), [mark(excused=True)], Identifier.EMAIL)
    assert rows(made) == []
    assert (made.count, made.problems, made.remarks) == (0, (), ("Jane: is excused, so there is no mark.",))


def test_the_row_of_who_is_excused_stays_as_it_is_in_the_worksheet() -> None:
    made = moodle_worksheet.fill(SHEET, "sheet.csv", samples.exercise(), [mark(excused=True)])
    assert (made.content, made.count, made.problems) == (SHEET, 0, ())
    assert "Jane: is excused, so the row stays as it is." in made.remarks


def test_who_is_excused_has_empty_cells_in_tables_and_is_no_problem() -> None:
    marks = [mark(excused=True)]
    table = plain.students(samples.exercise(), marks)
    assert [table[name] for name in ("points", "percent", "q_shape", "q_count")] == [[None]] * 4
    assert plain.findings(samples.exercise(), marks)["points"] == [None, None]
    for made in (plain.as_csv(table, marks), nbgrader.grades(samples.exercise(), marks)):
        assert (made.count, made.problems, made.remarks) == (0, (), ("Jane: is excused, so there is no mark.",))
    [row] = rows(nbgrader.grades(samples.exercise(), marks))
    assert (row["raw_score"], row["late_submission_penalty"], row["score"]) == ("", "", "")


def test_who_is_excused_has_no_score_in_gradescope_but_a_page() -> None:
    data = gradescope.results(samples.exercise(), mark(excused=True))
    assert "score" not in data
    assert data["output"] == "No mark: the student is excused."
    assert feedback.places([mark(excused=True)]).problems == ()


def test_an_excuse_also_settles_what_could_not_be_marked() -> None:
    broken = mark(made=(samples.finding(verdict=Verdict.CHECK_ERROR),), excused=True)
    assert (unmarked([broken]), excuses([broken])) == ((), ("Jane: is excused, so there is no mark.",))
    assert feedback.places([broken]).problems == ()


def test_lateness_stands_as_penalty_in_the_table_of_nbgrader() -> None:
    [row] = rows(nbgrader.grades(samples.exercise(), [mark(late=LATE)]))
    assert (row["raw_score"], row["late_submission_penalty"], row["score"]) == ("7.5", "2.0", "5.5")
    assert (row["duedate"], row["timestamp"]) == ("2026-02-28 06:30:00", "2026-03-01 12:30:00")


def test_every_form_has_the_mark_after_lateness() -> None:
    late = mark(late=LATE)
    assert plain.students(samples.exercise(), [late])["points"] == [5.5]
    assert b"Jane,12,jane,A,5.5" in canvas.fill(BOOK, "book.csv", samples.exercise(), [late]).content
    assert gradescope.results(samples.exercise(), late)["score"] == 5.5
    assert late.scaled(100) == 55.0
    assert summary(samples.exercise(), late).startswith("5.5 of 10 points. Late: 2 points less. Output shape: 4 of 4.")


def test_every_form_has_the_mark_that_a_person_gave() -> None:
    given = mark(late=LATE, decided=9.0, decided_by="Dr. Rossi", comment="Well\nargued.")
    [row] = rows(nbgrader.grades(samples.exercise(), [given]))
    assert (row["raw_score"], row["late_submission_penalty"], row["score"]) == ("9.0", "0.0", "9.0")
    assert b"Jane,12,jane,A,9\r\n" in canvas.fill(BOOK, "book.csv", samples.exercise(), [given]).content
    text = summary(samples.exercise(), given)
    assert text.startswith("9 of 10 points. Dr. Rossi overrode the mark. Output shape")
    assert text.endswith(" Well argued.")
    assert gradescope.results(samples.exercise(), given)["output"].startswith("Dr. Rossi overrode the mark.")


@pytest.mark.parametrize("outcome", [Outcome.INVALID_NOTEBOOK, Outcome.SANDBOX_FAILED])
def test_a_mark_that_a_person_gave_goes_out_whatever_became_of_the_run(outcome: Outcome) -> None:
    failed = mark(outcome=outcome)
    assert failed.no_mark
    given = mark(outcome=outcome, decided=9.0)
    assert (given.no_mark, given.points) == ("", 9.0)


def test_gradescope_shows_what_a_person_said_and_decided_about_a_question() -> None:
    found = samples.finding(decided_by="Dr. Rossi", decided_because="Also right.", comment="Look again.")
    [test] = gradescope.results(samples.exercise(), mark(made=(found,)))["tests"]
    assert "Decided by Dr. Rossi: Also right.\nLook again." in test["output"]


def test_a_question_that_waits_has_an_empty_cell_and_never_a_zero() -> None:
    waiting = mark(made=(samples.finding(), samples.finding("count", Verdict.NEEDS_HUMAN, 0.0, 6.0)))
    table = plain.students(samples.exercise(), [waiting])
    assert (table["points"], table["q_shape"], table["q_count"]) == ([4.0], [4.0], [None])
    assert plain.findings(samples.exercise(), [waiting])["points"] == [4.0, None]
    assert "count: an instructor will look at it (6 points)" in summary(samples.exercise(), waiting).replace(
        "Weights < 100 & biases", "count"
    )
