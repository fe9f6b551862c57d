"""A class sees which concepts it should practise, from the marks that count."""

from dataclasses import replace

import pytest

from grader.cohort.concepts import concept_statistics
from grader.mistakes.misconceptions import BY_ID
from grader.model.assessment import Finding, Verdict
from tests.cohort.test_statistics import assessment, finding

CONCEPTS = {"q0": ("Padding",), "q1": ("Padding", "Stride"), "q2": ("Pooling",)}


def wrong(question: str, *misconceptions: str) -> Finding:
    return replace(finding(question, 0.0), misconceptions=misconceptions)


def right(question: str) -> Finding:
    return finding(question, 4.0)


def test_the_share_is_that_of_all_points_of_the_questions_and_the_lowest_comes_first() -> None:
    ada, bo = assessment("ada", right("q0"), wrong("q1")), assessment("bo", right("q0"), right("q1"))
    stride, padding = concept_statistics([(CONCEPTS, [ada, bo])])
    assert (stride.title, stride.share, stride.students) == ("Stride", 0.5, 1)
    assert (padding.title, padding.share, padding.students) == ("Padding", 0.75, 1)


def test_the_misconception_of_most_students_is_named_and_each_student_counts_once() -> None:
    ada = assessment("ada", wrong("q0", "bias-left-out"), wrong("q1", "bias-left-out"))
    bo, cy = (assessment(name, wrong("q0", "stride-left-out"), right("q1")) for name in ("bo", "cy"))
    padding = next(one for one in concept_statistics([(CONCEPTS, [ada, bo, cy])]) if one.title == "Padding")
    assert (padding.misconception, padding.mistaken) == (BY_ID["stride-left-out"].title, 2)


def test_exercises_count_together() -> None:
    first, second = assessment("ada", wrong("q0")), assessment("ada", right("other"))
    (padding,) = concept_statistics([(CONCEPTS, [first]), ({"other": ("Padding",)}, [second])])
    assert padding.share == pytest.approx(0.5)


def test_a_question_without_an_answer_counts_with_no_points() -> None:
    blank = replace(finding("q0", 0.0), verdict=Verdict.NOT_ATTEMPTED)
    (padding,) = concept_statistics([(CONCEPTS, [assessment("ada", blank)])])
    assert (padding.share, padding.misconception, padding.mistaken) == (0.0, "", 0)


def test_excused_students_and_questions_that_wait_for_a_person_do_not_count() -> None:
    waits = replace(finding("q0", 0.0), verdict=Verdict.NEEDS_HUMAN)
    excused = replace(assessment("bo", wrong("q0")), excused=True)
    assert concept_statistics([(CONCEPTS, [assessment("ada", waits), excused])]) == ()


def test_concepts_without_lost_points_and_questions_without_concepts_are_not_listed() -> None:
    assert concept_statistics([(CONCEPTS, [assessment("ada", right("q2"))])]) == ()
    assert concept_statistics([({}, [assessment("ada", wrong("q0"))])]) == ()
