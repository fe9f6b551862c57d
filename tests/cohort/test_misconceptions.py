"""Misconceptions of a class are counted by student, with what became of them in the next attempt, and without names."""

from dataclasses import replace

from grader.cohort.misconceptions import AttemptsOfStudent, misconception_statistics
from grader.model.assessment import Finding, Verdict
from grader.text.messages import message
from tests.cohort.test_statistics import assessment, exercise, finding

NO_BIASES = message("The biases are missing.")
TINY = exercise(3)


def wrong(question: str, *misconceptions: str, found: str = "27") -> Finding:
    return replace(finding(question, 0.0, found, NO_BIASES), misconceptions=misconceptions)


def right(question: str) -> Finding:
    return finding(question, 4.0, "28")


def student(name: str, *attempts: tuple[Finding, ...]) -> AttemptsOfStudent:
    return AttemptsOfStudent(name, TINY, [assessment(name, *findings) for findings in attempts])


def test_a_student_counts_once_whatever_the_number_of_wrong_answers() -> None:
    ada = student("ada", (wrong("q0", "bias-left-out"), wrong("q1", "bias-left-out")))
    bo = student("bo", (wrong("q1", "bias-left-out"), right("q0")))
    (counted,) = misconception_statistics([ada, bo])
    assert (counted.misconception, counted.students) == ("bias-left-out", 2)
    assert counted.questions == ("Question 1", "Question 0")
    assert counted.exercises == ("Tiny",)


def test_fixed_counts_those_whose_answers_were_all_right_in_the_next_attempt() -> None:
    fixed = student("ada", (wrong("q0", "bias-left-out"),), (right("q0"),))
    half = student("bo", (wrong("q0", "bias-left-out"), wrong("q1", "bias-left-out")), (right("q0"), wrong("q1")))
    gave_up = student("cy", (wrong("q0", "bias-left-out"),))
    (counted,) = misconception_statistics([fixed, half, gave_up])
    assert (counted.students, counted.tried_again, counted.fixed) == (3, 2, 1)


def test_the_misconception_of_most_students_comes_first() -> None:
    ada = student("ada", (wrong("q0", "stride-left-out"), wrong("q1", "bias-left-out")))
    bo = student("bo", (wrong("q0", "stride-left-out"),))
    assert [one.misconception for one in misconception_statistics([ada, bo])] == ["stride-left-out", "bias-left-out"]


def test_examples_are_of_different_students_and_name_none() -> None:
    names = [f"Student {number} of the class" for number in range(5)]
    students = [student(name, (wrong(f"q{number % 3}", "bias-left-out"),)) for number, name in enumerate(names)]
    (counted,) = misconception_statistics(students)
    assert len(counted.examples) == 3
    assert len({example.question for example in counted.examples}) == 3
    assert not any(name in str(counted) for name in names)


def test_right_answers_decisions_and_unknown_misconceptions_count_for_nothing() -> None:
    decided = replace(wrong("q0", "bias-left-out"), decided_by="Prof. Li")
    passed = replace(wrong("q1", "bias-left-out"), verdict=Verdict.PASSED)
    of_an_earlier_grader = wrong("q2", "gone-since")
    assert misconception_statistics([student("ada", (decided, passed, of_an_earlier_grader))]) == ()


def test_several_exercises_count_together() -> None:
    other = replace(TINY, slug="other", title="Other")
    first = student("ada", (wrong("q0", "bias-left-out"),))
    second = AttemptsOfStudent("ada", other, [assessment("ada", wrong("q1", "bias-left-out"))])
    (counted,) = misconception_statistics([first, second])
    assert (counted.students, counted.exercises) == (1, ("Tiny", "Other"))
