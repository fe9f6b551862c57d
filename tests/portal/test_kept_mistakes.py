"""The course page lists the mistakes that a student repeats, over all exercises with published marks."""

from dataclasses import replace
from typing import Any

import pytest

from grader.model.assessment import Finding, Verdict
from grader.model.course_settings import CourseSettings, ReportDetail
from grader.pipeline.student_overview import KeptMistake, Stage, StudentExercise, kept_mistakes
from grader.pipeline.student_reports import StudentReport
from tests.marks.test_attempts import AT, assessment, attempt
from tests.report import report_samples as samples

ANSWERED = assessment(0)


def of_exercise(
    title: str, *misconceptions: str, detail: ReportDetail = ReportDetail.REASONS, is_published: bool = True
) -> StudentExercise:
    """An exercise whose answers are wrong, one for each misconception."""
    findings = tuple(
        Finding(question=f"q{number}", verdict=Verdict.FAILED, points=0.0, max_points=1.0, misconceptions=(name,))
        for number, name in enumerate(misconceptions)
    )
    made = replace(ANSWERED, findings=findings)
    report = StudentReport(attempt=attempt(1, AT), assessment=made, detail=detail, is_of_mark=True)
    questions = tuple(samples.question(f"q{number}", f"Size {number}", 1.0) for number in range(3))
    return StudentExercise(
        exercise=samples.exercise(questions=questions, slug=title.lower(), title=title),
        settings=CourseSettings(title="The course"),
        deadline=None,
        settled_at=None,
        is_extended=False,
        uploads=(),
        stage=Stage.PUBLISHED,
        mark=made if is_published else None,
        report=report if is_published else None,
    )


def kept(*items: StudentExercise) -> dict[str, tuple[tuple[str, str], ...]]:
    return {str(mistake.title): mistake.answers for mistake in kept_mistakes(items)}


def test_answers_of_several_exercises_count_together() -> None:
    items = of_exercise("First", "bias-left-out"), of_exercise("Second", "stride-left-out", "bias-left-out")
    assert kept(*items) == {"Biases left out": (("First", "Size 0"), ("Second", "Size 1"))}


def test_the_misconception_of_most_answers_comes_first() -> None:
    first = of_exercise("First", "stride-left-out", "bias-left-out", "bias-left-out")
    mistakes = kept_mistakes([first, of_exercise("Second", "stride-left-out", "bias-left-out")])
    assert [(type(mistake), len(mistake.answers)) for mistake in mistakes] == [(KeptMistake, 3), (KeptMistake, 2)]


@pytest.mark.parametrize("detail", [ReportDetail.REASONS, ReportDetail.EXPECTED])
def test_a_mistake_behind_several_choices_is_named_only_beside_the_right_ones(detail: ReportDetail) -> None:
    item = of_exercise("First", "bias-left-out", "bias-left-out", detail=detail)
    choices: dict[str, Any] = {"kind": "choice", "options": {"choices": {"a": "x", "b": "y"}, "multiple": True}}
    questions = tuple(replace(question, **choices) for question in item.exercise.questions)
    asked = replace(item, exercise=replace(item.exercise, questions=questions))
    assert bool(kept(asked)) == (detail is ReportDetail.EXPECTED)


def test_marks_that_are_not_published_and_reports_without_reasons_reveal_nothing() -> None:
    hidden = of_exercise("First", "bias-left-out", "bias-left-out", detail=ReportDetail.VERDICTS)
    unpublished = of_exercise("Second", "bias-left-out", "bias-left-out", is_published=False)
    assert kept(hidden, unpublished) == {}
