"""Statistics of a class, held against NumPy and pandas on random classes."""

import math
import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.assess.engine import assess
from grader.cohort.statistics import discrimination, of_class, spread
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.exercise import Exercise, Limits, Question, SlideReference
from grader.model.key import Slip
from grader.model.lateness import Lateness
from grader.model.record import Isolation, Outcome, Resources
from grader.model.statistics import ExerciseStatistics, QuestionStatistics, Undefined
from grader.text.messages import Text, message
from grader.text.proportions import by_tenths
from tests.assess.assess_samples import answer_key, question, record, value
from tests.assess.assess_samples import exercise as exercise_of

SOURCE = SlideReference("lecture", "slide")
MOST = 4


def exercise(questions: int = 2) -> Exercise:
    asked = tuple(
        Question(id=f"q{i}", title=f"Question {i}", kind="number", answer=f"q{i}", points=MOST, source=SOURCE)
        for i in range(questions)
    )
    return Exercise(
        slug="tiny",
        title="Tiny",
        summary="",
        source=SOURCE,
        questions=asked,
        limits=Limits(),
        seed=0,
        files=(),
        folder=Path(),
    )


def finding(question: str, points: float, found: str = "", reason: Text = "", expected: str = "") -> Finding:
    verdict = Verdict.PASSED if points == MOST else Verdict.PARTIAL if points else Verdict.FAILED
    return Finding(
        question=question,
        verdict=verdict,
        points=points,
        max_points=MOST,
        expected=expected,
        found=found,
        reason=reason,
    )


def assessment(student: str, *findings: Finding, outcome: Outcome = Outcome.COMPLETED) -> Assessment:
    return Assessment(
        student=student,
        exercise="tiny",
        record=f"record of {student}",
        outcome=outcome,
        isolation=Isolation.SANDBOX,
        findings=findings,
    )


def marked(rows: Sequence[Sequence[float]]) -> list[Assessment]:
    """A student for each row, with the points of each question."""
    return [
        assessment(f"s{number}", *(finding(f"q{index}", points) for index, points in enumerate(row)))
        for number, row in enumerate(rows)
    ]


def statistics(rows: Sequence[Sequence[float]]) -> ExerciseStatistics:
    return of_class(exercise(len(rows[0]) if rows else 2), marked(rows), {})


def only(*findings: Finding) -> QuestionStatistics:
    """Statistics of question q0, where each finding is of another student."""
    given = [assessment(f"s{number}", each) for number, each in enumerate(findings)]
    return of_class(exercise(1), given, {}).questions[0]


CLASSES = st.integers(1, 5).flatmap(
    lambda questions: st.lists(
        st.lists(st.integers(0, 4 * MOST).map(lambda quarter: quarter / 4), min_size=questions, max_size=questions),
        min_size=1,
        max_size=30,
    )
)
NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50)


@given(NUMBERS)
def test_a_spread_is_what_pandas_says(values: list[float]) -> None:
    found, series = spread(values), pd.Series(values)
    assert found is not None
    assert (found.count, found.least, found.most) == (len(values), series.min(), series.max())
    near = partial(pytest.approx, rel=1e-9, abs=1e-6)
    assert found.mean == near(series.mean())
    assert found.median == near(series.median())
    assert (found.lower, found.upper) == near(tuple(series.quantile([0.25, 0.75])))
    if len(values) > 1:
        assert found.deviation == near(series.std())
    assert found.least <= found.mean <= found.most


@given(CLASSES)
def test_discrimination_is_the_correlation_with_the_sum_of_the_others(rows: list[list[float]]) -> None:
    points = pd.DataFrame(rows)
    for index, each in enumerate(statistics(rows).questions):
        rest = points.drop(columns=index).sum(axis=1)
        if points.shape[1] > 1 and points[index].nunique() > 1 and rest.nunique() > 1:
            assert each.undefined is None
            assert each.discrimination == pytest.approx(points[index].corr(rest), abs=1e-9)
        else:
            assert each.discrimination is None
            assert each.undefined is not None


@given(CLASSES)
def test_difficulty_and_marks_are_those_of_a_table(rows: list[list[float]]) -> None:
    points, found = pd.DataFrame(rows), statistics(rows)
    for index, each in enumerate(found.questions):
        assert each.difficulty == pytest.approx((points[index] / MOST).mean())
        assert each.marked == each.right + each.partial + each.failed == len(rows)
        assert each.right == (points[index] == MOST).sum()
    assert found.marks == spread([each.percent for each in marked(rows)])


@given(st.lists(st.integers(0, 40), max_size=60))
def test_histogram_has_whole_tenths_on_the_right_side(fortieths: list[int]) -> None:
    expected = np.bincount([min(9, amount // 4) for amount in fortieths], minlength=10)
    assert by_tenths(amount / 40 for amount in fortieths) == tuple(expected)


@given(st.floats(0, 1), st.integers(2, 50))
def test_a_class_that_is_all_equal_has_no_spread_and_no_discrimination(points: float, students: int) -> None:
    found = statistics([[points, points, points]] * students)
    for each in found.questions:
        assert each.shares is not None
        assert each.shares.deviation == 0
        assert (each.discrimination, each.undefined) == (None, Undefined.EQUAL_HERE)


def test_nothing_is_ever_nan() -> None:
    chance = random.Random(5)
    verdicts = list(Verdict)
    for students in range(40):
        made = [
            assessment(
                f"s{number}",
                *(
                    Finding(
                        question=f"q{i}",
                        verdict=chance.choice(verdicts),
                        points=chance.choice((0, 1)),
                        max_points=chance.choice((0, 1)),
                    )
                    for i in (0, 1)
                ),
                outcome=chance.choice(list(Outcome)),
            )
            for number in range(students)
        ]
        text = str(asdict(of_class(exercise(), made, {})))
        assert "nan" not in text
        assert "inf" not in text


def test_a_tenth_is_reached_whatever_way_it_was_reckoned() -> None:
    assert 0.7 - 0.4 < 0.3
    assert by_tenths([0.7 - 0.4, 0.3]).index(2) == 3


def test_sums_of_tenths_are_no_spread() -> None:
    rest = [0.1 + 0.2, 0.3, 0.3]
    assert len(set(rest)) == 2
    assert discrimination([0, 1, 1], rest) is Undefined.EQUAL_ELSEWHERE


def test_the_question_is_not_part_of_what_it_is_compared_with() -> None:
    turned_round = statistics([[0, 4], [4, 0], [1, 3], [2, 2]])
    assert [each.discrimination for each in turned_round.questions] == pytest.approx([-1, -1])


def test_no_student_gives_no_figures() -> None:
    found = of_class(exercise(), [], {})
    assert (found.students, found.marks, found.wall_seconds) == (0, None, None)
    assert {each.undefined for each in found.questions} == {Undefined.TOO_FEW}
    assert [each.difficulty for each in found.questions] == [None, None]


def test_one_student_has_a_mean_and_no_deviation() -> None:
    found = statistics([[1, 3]])
    assert found.marks is not None
    assert (found.marks.mean, found.marks.median, found.marks.deviation) == (50, 50, None)
    assert found.questions[0].undefined is Undefined.TOO_FEW


def test_two_students_who_differ_have_a_discrimination_of_one() -> None:
    assert [each.discrimination for each in statistics([[0, 1], [4, 2]]).questions] == pytest.approx([1, 1])


def test_a_single_question_has_nothing_to_be_compared_with() -> None:
    assert statistics([[0], [4]]).questions[0].undefined is Undefined.ALONE


def test_who_has_no_mark_is_counted_and_left_out() -> None:
    broken = Finding(question="q0", verdict=Verdict.CHECK_ERROR, points=0, max_points=MOST)
    given = [
        *marked([[4, 4], [2, 2]]),
        assessment("file", outcome=Outcome.INVALID_NOTEBOOK),
        assessment("sandbox", finding("q0", 0), outcome=Outcome.SANDBOX_FAILED),
        assessment("check", broken, finding("q1", 0)),
    ]
    found = of_class(exercise(), given, {})
    assert (found.students, found.unreadable, found.unsettled) == (2, 1, 2)
    assert found == replace(statistics([[4, 4], [2, 2]]), unreadable=1, unsettled=2)


def test_an_answer_that_waits_for_a_person_is_in_no_figure() -> None:
    waits = Finding(question="q0", verdict=Verdict.NEEDS_HUMAN, points=0, max_points=MOST)
    given = [assessment("ada", waits, finding("q1", 3)), assessment("bo", finding("q0", 4), finding("q1", 4))]
    found = of_class(exercise(), given, {})
    assert found.marks is not None
    assert (found.waiting, found.marks.least, found.marks.most) == (1, 75, 100)
    assert (found.questions[0].waiting, found.questions[0].marked, found.questions[0].difficulty) == (1, 1, 1)


def test_a_question_that_this_machine_cannot_mark_waits_for_nobody() -> None:
    not_here = Finding(question="q0", verdict=Verdict.NEEDS_HUMAN, points=0, max_points=0)
    found = of_class(exercise(), [assessment("ada", not_here, finding("q1", 2))], {})
    assert (found.waiting, found.questions[0].marked, found.questions[0].shares) == (0, 0, None)


def test_blank_and_blocked_answers_are_counted_and_earn_nothing() -> None:
    blank, blocked = (
        Finding(question="q0", verdict=verdict, points=0, max_points=MOST)
        for verdict in (Verdict.NOT_ATTEMPTED, Verdict.BLOCKED)
    )
    found = only(finding("q0", 4), blank, blocked)
    assert (found.right, found.not_attempted, found.blocked, found.wrong) == (1, 1, 1, ())
    assert found.difficulty == pytest.approx(1 / 3)


def test_equal_wrong_answers_count_together_commonest_first() -> None:
    found = only(*[finding("q0", 0, "13", "Rounded up.")] * 3, finding("q0", 0, "14"), finding("q0", 4, "12"))
    assert [(each.found, each.slip, each.students) for each in found.wrong] == [("13", "Rounded up.", 3), ("14", "", 1)]
    assert found.wrong[0].names == ("s0", "s1", "s2")


def test_one_mistake_with_numbers_of_their_own_counts_together() -> None:
    own = [finding("q0", 0, str(n + 1), message("It is {right}, not more.", right=n), str(n)) for n in range(10, 14)]
    wrong = only(*own).wrong
    assert [(each.students, each.answers, str(each.slip)) for each in wrong] == [(4, 4, "It is 10, not more.")]


def test_the_same_slip_on_common_numbers_keeps_its_answers_apart() -> None:
    given = [finding("q0", 0, found, f"Expected 9, found {found}. Wrong.", "9") for found in ("1", "2")]
    assert [each.answers for each in only(*given).wrong] == [1, 1]


def test_wrong_answers_are_capped_and_the_rest_is_counted() -> None:
    found = only(*(finding("q0", 0, f"{number}" * 300) for number in range(1, 9)), *[finding("q0", 0, "same")] * 20)
    assert [each.students for each in found.wrong] == [20, 1, 1, 1, 1]
    assert found.other_wrong == 4
    assert len(found.wrong[0].names) == 12
    assert max(len(str(each.found)) for each in found.wrong) <= 200


@pytest.mark.parametrize(
    ("asked", "right", "wrong"),
    [
        (question("number"), 26, 28),
        (question("array", form="shape"), [26, 26, 32], [28, 28, 32]),
        (question("choice", choices={"a": "more filters", "b": "no bias"}), "a", "b"),
    ],
)
def test_a_slip_is_told_without_the_comparison(asked: Question, right: Any, wrong: Any) -> None:
    key = answer_key(right, (Slip(wrong, "It was padded.", "Count."),))
    run = record(answers={asked.answer: value(wrong)})
    [found] = assess("ada", exercise_of(asked), key, run, {}).findings
    assert str(found.comparison).startswith("Expected ")
    assert found.reason == "It was padded."
    assert str(found.why) == f"{found.comparison} It was padded."


def test_a_run_counts_once_however_many_handed_it_in() -> None:
    copy = replace(marked([[4, 4], [4, 4]])[1], record="record of s0")
    given = [marked([[4, 4]])[0], copy, assessment("slow"), assessment("unknown"), assessment("none")]
    used = {"record of s0": Resources(2.0, 1.0), "record of slow": Resources(6.0, 9.0), "record of none": Resources()}
    found = of_class(exercise(), given, used)
    assert found.wall_seconds is not None
    assert (found.wall_seconds.count, found.wall_seconds.mean, found.wall_seconds.most) == (2, 4, 6)
    assert found.cpu_seconds is not None
    assert found.cpu_seconds.mean == 5


def test_order_of_the_students_changes_nothing() -> None:
    given = marked([[0, 1], [4, 2], [1, 1], [3, 4]])
    assert of_class(exercise(), given[::-1], {}) == of_class(exercise(), given, {})


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_wrong_answers_add_up(seed: int) -> None:
    chance = random.Random(seed)
    found = only(*(finding("q0", 0, str(chance.randrange(12))) for _ in range(30)))
    assert sum(each.students for each in found.wrong) + found.other_wrong == 30


def test_the_mean_of_ten_thousand_students_is_that_of_numpy() -> None:
    chance = random.Random(1)
    rows = [[chance.choice((0, 1, 4)) for _ in range(20)] for _ in range(10_000)]
    given = marked(rows)
    found = of_class(exercise(20), given, {})
    assert found.marks is not None
    assert math.isclose(found.marks.mean, float(np.mean(rows)) / MOST * 100, abs_tol=0.05)


def test_who_is_excused_is_counted_and_in_no_other_number() -> None:
    one, other = marked([[4, 0], [4, 4]])
    broken = assessment("s9", finding("q0", 0), outcome=Outcome.SANDBOX_FAILED)
    found = of_class(exercise(), [one, replace(other, excused=True), replace(broken, excused=True)], {})
    assert (found.excused, found.students, found.unsettled, found.questions[1].marked) == (1 + 1, 1, 0, 1)
    assert found.marks is not None
    assert found.marks.mean == 50


def test_marks_are_those_after_lateness_and_after_decisions_while_questions_keep_their_points() -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    late, given, plain = marked([[4, 0], [4, 0], [4, 0]])
    late = replace(late, late=Lateness(deadline=at, submitted_at=at, percent=25.0))
    given = replace(given, decided=8.0)
    found = of_class(exercise(), [late, given, plain], {})
    assert found.marks is not None
    assert (found.marks.least, found.marks.median, found.marks.most) == (25, 50, 100)
    assert found.questions[0].shares is not None
    assert found.questions[0].shares.mean == 1


def test_nothing_waits_for_a_person_who_has_decided_on_the_whole() -> None:
    waits = Finding(question="q0", verdict=Verdict.NEEDS_HUMAN, points=0, max_points=MOST)
    one = assessment("a", waits, finding("q1", MOST))
    found = of_class(exercise(), [one, replace(one, student="b", decided=2.0)], {})
    assert (found.waiting, found.questions[0].waiting, found.questions[1].marked) == (1, 1, 2)


def test_what_a_person_decided_is_no_wrong_answer_with_a_cause() -> None:
    by_person = replace(finding("q0", 1, "An essay.", "A person reads this answer."), decided_by="Dr. Rossi")
    found = only(by_person, finding("q0", 0, "26"))
    assert [answer.found for answer in found.wrong] == ["26"]
    assert (found.partial, found.failed) == (1, 1)


def test_a_calculation_of_three_students_without_a_slip_is_proposed() -> None:
    guessed = replace(finding("q0", 0.0, "2040"), guessed_calculation="kernel * depth")
    decided = replace(guessed, decided_by="Prof. Li")
    students = [assessment(f"s{number}", guessed) for number in range(3)] + [assessment("s9", decided)]
    (proposed,) = of_class(exercise(1), students, {}).questions[0].proposed
    assert (proposed.calculation, proposed.students, proposed.found) == ("kernel * depth", 3, "2040")
    assert of_class(exercise(1), students[:2], {}).questions[0].proposed == ()
