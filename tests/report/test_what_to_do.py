"""The report says what to do next: what to redo, until when, what to practise, and whom to ask."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.course_settings import AttemptPolicy, Per
from grader.model.lateness import Lateness
from grader.report.student import render_student
from grader.report.views import student_view
from grader.report.what_to_do import CourseAdvice, WhatToDo
from grader.text.messages import message
from tests.conftest import present
from tests.report import report_samples as samples
from tests.report.page_reader import PageReader

DEADLINE = datetime(2026, 5, 1, 21, 59, tzinfo=UTC)
LATE = Lateness(deadline=DEADLINE, submitted_at=DEADLINE - timedelta(days=1), zone="Europe/Rome")
ONE_FILTER = message("You counted only one filter.")
QUESTIONS = tuple(samples.question(f"q{number}", f"Size {number}", 1.0) for number in range(1, 5))
EXERCISE = samples.exercise(questions=QUESTIONS)
CONCEPTS = {"q1": ("Stride",), "q2": ("Parameters", "Padding"), "q3": ("Padding",), "q4": ("Pooling",)}


def finding(number: int, points: float, **fields: Any) -> Finding:
    verdict = Verdict.PASSED if points == 1 else Verdict.FAILED
    return Finding(**{"question": f"q{number}", "verdict": verdict, "points": points, "max_points": 1.0, **fields})


FINDINGS = (
    finding(1, 1.0),
    finding(2, 0.0, reason=ONE_FILTER, misconceptions=("filters-miscounted",)),
    finding(3, 0.0, reason=ONE_FILTER, misconceptions=("filters-miscounted",)),
    finding(4, 0.0, verdict=Verdict.NOT_ATTEMPTED),
)


def assessed(late: Lateness | None = None, **fields: Any) -> Assessment:
    return replace(samples.assessment(made=FINDINGS), late=late, **fields)


def steps(assessment: Assessment, **advice: Any) -> WhatToDo | None:
    return student_view(EXERCISE, assessment, samples.record(), "", CourseAdvice(**advice)).to_do


def submitting(late: Lateness | None, tries: AttemptPolicy | None = AttemptPolicy.LATEST) -> str:
    return " ".join(present(steps(assessed(late), tries=tries)).submitting)


def text(**advice: Any) -> str:
    page = render_student(EXERCISE, (), assessed(LATE), samples.record(), "", CourseAdvice(**advice))
    return " ".join(PageReader(page).text.partition("What to do now")[2].partition("What went well")[0].split())


def test_the_deadline_is_a_date_in_the_time_zone_of_the_course() -> None:
    assert submitting(LATE) == (
        "You can submit again until 2026-05-01, 23:59 (Europe/Rome, UTC+02:00). Your latest submission counts."
    )


def test_nothing_depends_on_the_present_time() -> None:
    past, future = (replace(LATE, deadline=datetime(year, 1, 1, tzinfo=UTC)) for year in (2001, 2999))
    assert submitting(past) == submitting(future).replace("2999", "2001")


@pytest.mark.parametrize(
    ("late", "cost"),
    [
        ({"rate": 10.0, "cap": 50.0}, "each day or part of a day costs 10 % of the full points, at most 50 %."),
        ({"rate": 1.5, "cap": 20.0, "per": Per.HOUR}, "each hour or part of an hour costs 1.5 % of the full points"),
        ({"rate": 10.0, "cap": 50.0, "grace": timedelta(minutes=15)}, "Up to 15 min after the deadline, no points are"),
    ],
)
def test_the_cost_of_a_later_submission_is_named(late: dict[str, Any], cost: str) -> None:
    assert cost in submitting(replace(LATE, **late))


def test_a_course_without_a_rule_for_lateness_has_no_sentence_about_it() -> None:
    assert "After that" not in submitting(LATE)


def test_without_a_deadline_the_report_only_says_which_submission_counts() -> None:
    assert submitting(None) == "You can submit again. Your latest submission counts."
    assert submitting(None, AttemptPolicy.BEST) == "You can submit again. Your best submission counts."
    assert submitting(None, None) == ""


@pytest.mark.parametrize("late", [None, LATE])
def test_where_the_first_submission_counts_no_further_one_is_offered(late: Lateness | None) -> None:
    assert submitting(late, AttemptPolicy.FIRST) == (
        "Only your first submission counts, so use this report for the next exercise."
    )


def test_a_mark_that_an_instructor_gave_cannot_be_changed_by_submitting_again() -> None:
    decided = assessed(LATE, decided=1.0, decided_by="Grace", decided_because="talked")
    assert present(steps(decided, tries=AttemptPolicy.LATEST)).submitting == ()


def test_concepts_of_wrong_answers_are_practised_those_that_cost_most_first() -> None:
    assert present(steps(assessed(), concepts=CONCEPTS)).concepts == ("Padding", "Parameters")
    assert "Practise with new numbers: Padding, Parameters." in text(concepts=CONCEPTS)


def test_a_course_without_concepts_says_nothing_about_practice() -> None:
    assert "ractice" not in text()


def test_each_listed_mistake_has_a_step() -> None:
    mixed = (*FINDINGS[1:], finding(1, 0.0, reason=message("You rounded up."), misconceptions=("rounded-wrong",)))
    todo = present(steps(samples.assessment(made=mixed), tries=AttemptPolicy.LATEST))
    assert [[link.title for link in one.questions] for one in todo.repeated] == [["Size 2", "Size 3"]]
    assert {link.title for link in todo.single} == {"Size 1", "Size 4"}


def test_of_several_questions_without_an_answer_the_first_is_the_one_to_go_on_with() -> None:
    blank = [finding(number, 0.0, verdict=Verdict.NOT_ATTEMPTED) for number in range(1, 5)]
    todo = present(steps(samples.assessment(made=blank)))
    assert (todo.repeated, todo.single) == ((), ())
    assert todo.unanswered is not None
    assert todo.unanswered.title == "Size 1"


def test_the_report_names_the_questions_to_redo_and_how_to_ask() -> None:
    assert "Redo questions 2: Size 2, 3: Size 3: they have one mistake in common." in text()
    assert "Ask your instructor about anything that you do not understand." in text()


def test_full_marks_and_marks_that_are_not_settled_have_no_steps() -> None:
    full = samples.assessment(made=[finding(number, 1.0) for number in range(1, 5)])
    broken = samples.assessment(made=[finding(1, 0.0, verdict=Verdict.CHECK_ERROR)])
    assert (steps(full), steps(broken), steps(assessed(excused=True))) == (None, None, None)


def test_the_notebook_of_another_exercise_has_the_deadline_but_no_question_to_redo() -> None:
    todo = present(steps(assessed(LATE, notice="Another exercise."), tries=AttemptPolicy.LATEST))
    assert (todo.repeated, todo.single, todo.unanswered, len(todo.submitting)) == ((), (), None, 1)
