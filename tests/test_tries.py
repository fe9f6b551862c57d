"""Which of several tries counts, through the whole of grading."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.gradebook.results import Results
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.course_settings import AttemptPolicy, LatePolicy, Per
from tests.fakes import Fake, hand_in, ignore

DEADLINE = datetime(2026, 5, 1, 12, tzinfo=UTC)


def ruled(material: pipeline.Material, rule: AttemptPolicy) -> pipeline.Material:
    """The material of a course in which this rule holds."""
    return replace(material, settings=replace(material.settings, tries=rule))


def right(material: pipeline.Material) -> int:
    return int(material.key.answers[next(q.id for q in material.exercise.questions if q.kind == "number")])


def graded(material: pipeline.Material, results: Results, *values: int) -> tuple[list[str], float]:
    """Which cells ran, and the mark, after one hand-in for each value."""
    fake = Fake()
    tries = [replace(hand_in(material, "ada", value), attempt=number) for number, value in enumerate(values)]
    (standing,) = pipeline.grade(material, tries, results, fake, ignore)
    return [job.cells[0].rpartition(" ")[2] for job in fake.ran], standing.assessment.points


@pytest.mark.parametrize(
    ("rule", "ran", "full"),
    [
        (AttemptPolicy.LATEST, ["w2"], False),
        (AttemptPolicy.FIRST, ["w1"], False),
        (AttemptPolicy.BEST, ["w1", "right", "w2"], True),
    ],
)
def test_only_tries_that_may_count_run_and_the_rule_decides(
    material: pipeline.Material, results: Results, rule: AttemptPolicy, ran: list[str], full: bool
) -> None:
    good = right(material)
    names = {str(good + 1): "w1", str(good): "right", str(good + 2): "w2"}
    found, points = graded(ruled(material, rule), results, good + 1, good, good + 2)
    assert [names[each] for each in found] == ran
    assert (points > 0) == full


def test_a_later_hand_in_counts_and_the_earlier_one_is_kept(material: pipeline.Material, results: Results) -> None:
    good = right(material)
    assert graded(material, results, good + 1)[1] == 0
    ran, points = graded(material, results, good)
    assert (ran, points > 0) == ([str(good)], True)
    assert len(results.gradebook(material.settings.title, "tiny").attempts()["ada"]) == 2
    assert "You submitted 2 times. Attempt 2 counts" in (results.folder / "ada" / "report.html").read_text()


def test_what_lies_in_the_folder_now_counts_even_if_it_was_there_before(
    material: pipeline.Material, results: Results
) -> None:
    good = right(material)
    first = graded(material, results, good)[1]
    graded(material, results, good + 1)
    ran, points = graded(material, results, good)
    assert (ran, points) == ([], first)


def test_a_try_whose_time_is_unknown_is_not_taken_for_the_first(material: pipeline.Material, results: Results) -> None:
    good = right(material)
    known = replace(hand_in(material, "ada", good), submitted_at=DEADLINE)
    unknown = hand_in(material, "ada", good + 1)
    for submission in (known, unknown):
        (standing,) = pipeline.grade(ruled(material, AttemptPolicy.FIRST), [submission], results, Fake(), ignore)
    assert standing.assessment.points > 0


def test_an_unreadable_try_never_takes_the_place_of_one_that_was_marked(
    material: pipeline.Material, results: Results
) -> None:
    good = right(material)
    first = graded(material, results, good)[1]
    broken = replace(hand_in(material, "ada", good), content=b"{", attempt=1)
    (standing,) = pipeline.grade(material, [broken], results, Fake(), ignore)
    assert standing.assessment.points == first > 0


def test_lateness_is_deducted_and_the_report_shows_the_sum(material: pipeline.Material, results: Results) -> None:
    late = LatePolicy(timedelta(0), 10, Per.DAY, 50)
    settings = replace(material.settings, deadlines={"tiny": DEADLINE}, late=late)
    submission = replace(hand_in(material, "ada", right(material)), submitted_at=DEADLINE + timedelta(hours=25))
    (standing,) = pipeline.grade(replace(material, settings=settings), [submission], results, Fake(), ignore)
    mark = standing.assessment
    assert mark.points == round(mark.earned - 0.2 * mark.max_points, 2)
    assert "late" in (results.folder / "ada" / "report.html").read_text().lower()


def test_the_first_known_time_of_the_same_bytes_stays(material: pipeline.Material, results: Results) -> None:
    submission = hand_in(material, "ada", 1)
    pipeline.grade(material, [replace(submission, submitted_at=DEADLINE)], results, Fake(), ignore)
    copied = replace(submission, submitted_at=DEADLINE + timedelta(days=9))
    (standing,) = pipeline.grade(material, [copied], results, Fake(), ignore)
    assert standing.attempt.submission.submitted_at == DEADLINE


def test_changing_the_rule_changes_the_mark_from_records_alone(
    small: Course, material: pipeline.Material, results: Results
) -> None:
    good = right(material)
    graded(ruled(material, AttemptPolicy.BEST), results, good, good + 1)
    settings = small.exercises / "course.toml"
    settings.write_text('tries = "latest"\n')
    again = pipeline.regrade(pipeline.load(small, "tiny"), results)
    assert [(each.student, each.after) for each in again.changes] == [("ada", 0)]
    assert "another attempt counts" in again.changes[0].because


def test_a_try_that_another_machine_took_in_keeps_its_marks(material: pipeline.Material, results: Results) -> None:
    good = right(material)
    best = ruled(material, AttemptPolicy.BEST)
    first = graded(best, results, good)[1]
    for path in results.handed_in.rglob("*.ipynb.gz"):
        path.unlink()
    (standing,) = pipeline.grade(best, [hand_in(material, "ada", good + 1)], results, Fake(), ignore)
    assert standing.assessment.points == first > 0


def test_a_question_with_its_own_deadline_counts_from_the_later_attempt(
    material: pipeline.Material, results: Results
) -> None:
    """Both come in one run, as from a platform that gives all attempts: both run, and the page says which counts."""
    good = right(material)
    policy = LatePolicy(grace=timedelta(0), percent=50, per=Per.DAY, cap=100)
    settings = replace(material.settings, late=policy, deadlines={"tiny": DEADLINE})
    material = replace(material, settings=settings)
    question = next(one for one in material.exercise.questions if one.kind == "number")
    first = replace(hand_in(material, "ada", good + 1), submitted_at=DEADLINE - timedelta(hours=1))
    second = replace(hand_in(material, "ada", good), submitted_at=DEADLINE + timedelta(days=3), attempt=1)
    book = results.open(settings, "tiny", begins=True)
    extension = Adjustment(
        student="ada",
        exercise="tiny",
        kind=AdjustmentKind.EXTENSION,
        author="kim",
        reason="ill",
        at=DEADLINE,
        question=question.id,
        until=DEADLINE + timedelta(days=7),
    )
    other = next(one for one in material.exercise.questions if one.id != question.id)
    points = replace(extension, kind=AdjustmentKind.POINTS, question=other.id, points=1.0, until=None)
    book.adjust([extension, points], {"ada": "ada"})
    fake = Fake()
    (mark,) = pipeline.grade(material, [first, second], results, fake, ignore)
    assert len(fake.ran) == 2
    of_question = {finding.question: finding.points for finding in mark.assessment.findings}
    assert of_question[question.id] == question.points
    assert mark.assessment.points == question.points + 1
    page = (results.folder / "ada" / "report.html").read_text()
    assert f"Question “{question.title}”: the answer from attempt 2 counts." in page
    assert "your own deadline is 2026-05-08, 12:00 (UTC)" in page
    assert pipeline.regrade(material, results).changes == []
