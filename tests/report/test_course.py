"""The page about a whole course."""

from dataclasses import replace
from typing import Any

import pytest

from grader.model.assessment import Finding, Verdict
from grader.model.record import Outcome
from grader.model.statistics import ConceptStatistics
from grader.report.course import MarkCell, StudentLine, course_view, render_course
from grader.report.dashboard import DashboardRow
from tests.report import report_samples as samples
from tests.report import sample_pages
from tests.report.page_reader import PageReader, active_parts

FIRST = samples.exercise(slug="first", title="First")
SECOND = samples.exercise(slug="second", title="Second")


def row(student: str, points: float = 9.0, verdict: Verdict = Verdict.PARTIAL, **fields: Any) -> DashboardRow:
    made = samples.assessment(
        student, (Finding(question="model", verdict=verdict, points=points, max_points=12.0),), **fields
    )
    return samples.dashboard_row(made, f"{student}/report.html")


def cells(line: StudentLine) -> list[MarkCell]:
    """The exercises that a student has handed in."""
    return [cell for cell in line.cells if cell]


def test_each_student_has_a_line_and_each_exercise_a_column() -> None:
    view = course_view([(FIRST, [row("zoe"), row("Ada")]), (SECOND, [row("Ada", 3.0)])])
    assert [(line.student, line.handed_in, line.points) for line in view.students] == [
        ("Ada", 2, 12.0),
        ("zoe", 1, 9.0),
    ]
    assert [cell.mark if cell else None for cell in view.students[1].cells] == ["75", None]


def test_marks_lead_to_the_reports_of_their_exercise() -> None:
    html = render_course([(FIRST, [row("Ada")]), (SECOND, [row("Ada")])])
    links = {link.get("href") for link in PageReader(html).named("a")}
    assert links >= {"first/Ada/report.html", "second/Ada/report.html", "first/index.html", "second/index.html"}
    assert active_parts(html) == []


def test_what_has_no_mark_says_so_and_counts_nowhere() -> None:
    unsettled = row("Ada", verdict=Verdict.CHECK_ERROR)
    unreadable = row("Bo", outcome=Outcome.INVALID_NOTEBOOK)
    view = course_view([(FIRST, [unsettled, unreadable, row("Cy", 6.0)])])
    assert [(cell.mark, cell.remark, line.points) for line in view.students for cell in cells(line)] == [
        ("", "no mark yet", 0),
        ("", "not a notebook", 0),
        ("50", "", 6.0),
    ]
    assert (view.exercises[0].mean, view.exercises[0].median, view.exercises[0].submissions) == (50.0, 50.0, 3)


def test_a_run_that_was_stopped_and_an_answer_that_waits_are_marked_by_sign_and_word() -> None:
    rows = [row("Ada", outcome=Outcome.TIMED_OUT), row("Bo", verdict=Verdict.NEEDS_HUMAN)]
    text = PageReader(render_course([(FIRST, rows)])).text
    assert "75† (did not finish)" in text
    assert "75* (needs manual grading)" in text


@pytest.mark.parametrize(("points", "low"), [(0.0, True), (5.9, True), (6.0, False), (12.0, False)])
def test_less_than_half_of_the_points_is_tinted(points: float, low: bool) -> None:
    (ada,) = course_view([(FIRST, [row("Ada", points)])]).students
    assert [cell.low for cell in cells(ada)] == [low]


def test_a_course_that_nobody_handed_in_for_has_a_page() -> None:
    text = PageReader(render_course([(FIRST, [])])).text
    assert "First" in text
    assert "Exercises by students" not in text


def test_no_link_becomes_an_address() -> None:
    html = render_course([(FIRST, [replace(row("x"), link="a:b//c/report.html"), replace(row("y"), link="")])])
    assert 'href="first/a%3Ab//c/report.html"' in html
    assert html.count("report.html") == 1


def test_names_are_escaped() -> None:
    html = render_course([(FIRST, [row("<script>window.owned = 1</script>")])])
    assert active_parts(html) == []


def test_a_thousand_students_and_twelve_exercises_are_small() -> None:
    assert len(sample_pages.course_page(1000, 12).encode()) < 5_000_000


def test_who_is_excused_has_no_mark_and_counts_nowhere() -> None:
    view = course_view([(FIRST, [row("Ada", excused=True), row("Cy", 6.0)])])
    assert [(cell.mark, cell.remark, line.points) for line in view.students for cell in cells(line)] == [
        ("", "excused", 0),
        ("50", "", 6.0),
    ]
    assert (view.exercises[0].mean, view.exercises[0].submissions) == (50.0, 2)


def test_the_page_says_what_the_class_should_practise() -> None:
    row = ConceptStatistics(title="Padding", share=0.625, students=3, misconception="Padding left out", mistaken=2)
    text = PageReader(render_course([], concepts=[row])).text
    assert "What to practise" in text
    for words_of_row in ("62.5 %", "Padding left out (2 students)"):
        assert words_of_row in text
    assert "What to practise" not in PageReader(render_course([])).text
