"""The page of an exercise says how many attempts are left, and how many are told a score before the deadline."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from grader.course.layout import Course
from grader.model.course_settings import CourseSettings, HeldOutReports
from grader.model.portal import Role
from grader.pipeline import student_overview
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.material import load_exercise
from grader.pipeline.student_overview import Stage, StudentExercise
from tests.conftest import ROOT
from tests.portal.people import SLUG, Person, answered, grade_all

Enter = Callable[..., Person]
PAGE = f"/exercises/{SLUG}"
RULE = "For now, reports show a score on data that you do not see for 10 attempts."


def settings(site: CourseSite, text: str) -> None:
    """Write the settings of the course."""
    (site.course.exercises / "course.toml").write_text(text)


def seen(slug: str, deadline: timedelta | None, **changes: object) -> StudentExercise:
    """An exercise of the shipped course as a student sees it before the first attempt."""
    return StudentExercise(
        exercise=load_exercise(Course(ROOT), slug).exercise,
        settings=replace(CourseSettings(title="A course"), **changes),  # type: ignore[arg-type]
        deadline=None if deadline is None else now() + deadline,
        settled_at=None if deadline is None else now() + deadline,
        is_extended=False,
        uploads=(),
        stage=Stage.OPEN,
        mark=None,
        report=None,
    )


def test_scores_are_limited_only_before_a_deadline_and_where_data_are_held_out() -> None:
    future, past = timedelta(days=1), timedelta(days=-1)
    assert seen("lenet5", future).limits_scores
    assert not seen("lenet5", past).limits_scores
    assert not seen("lenet5", None).limits_scores
    assert not seen("lenet5", future, held_out=HeldOutReports(exact=True)).limits_scores
    assert not seen("activations-and-losses", future).limits_scores


def test_without_a_limit_the_page_says_so(enter: Enter) -> None:
    page = enter("ada").get(PAGE).text
    assert "<dt>Attempts left</dt><dd>No limit</dd>" in page
    assert "score on data that you do not see for" not in page


def test_if_the_first_attempt_counts_one_is_left_and_then_none(site: CourseSite, enter: Enter) -> None:
    settings(site, 'tries = "first"\n')
    ada = enter("ada")
    assert "<dd>1 attempt that counts</dd>" in ada.get(PAGE).text
    ada.submit(answered(site))
    assert "<dd>0 attempts that count</dd>" in ada.get(PAGE).text


def test_the_number_of_scored_attempts_is_shown_only_with_the_mark(
    site: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An attempt that fails on the held-out data is not scored, so the number says something about the marks."""
    settings(site, f"[deadlines]\n{SLUG} = {datetime.now(UTC) + timedelta(days=3):%Y-%m-%dT%H:%M:%SZ}\n")
    monkeypatch.setattr(StudentExercise, "limits_scores", property(lambda item: item.deadline is not None))
    ada, roe = enter("ada"), enter("roe", Role.INSTRUCTOR)
    ada.submit(answered(site))
    grade_all(site)

    def unseen(_: object) -> int:
        raise AssertionError("marks are hidden")

    monkeypatch.setattr(student_overview, "scored_attempts", unseen)
    assert RULE in ada.get(PAGE).text
    roe.post(f"/class/{SLUG}/publication", publish="yes")
    for scored, words in ((3, "7 more attempts get a score"), (9, "1 more attempt gets a score"), (12, "0 more att")):
        monkeypatch.setattr(student_overview, "scored_attempts", lambda _, scored=scored: scored)
        assert f"For now, {words}" in ada.get(PAGE).text
