"""How the marks of a class changed from attempt to attempt."""

from collections.abc import Iterable, Sequence

from grader.cohort.statistics import spread
from grader.model.statistics import AttemptStatistics


def attempt_statistics(marks_of_students: Iterable[Sequence[float]]) -> tuple[AttemptStatistics, ...]:
    """Follow the marks of a class from attempt to attempt.

    Args:
        marks_of_students: For each student the marks of the attempts that were marked, in percent, first to last.

    Returns:
        Statistics of each attempt, from the first; empty if no student has two. The change is that of students who have
        both this attempt and the one before.
    """
    students = list(marks_of_students)
    most = max(map(len, students), default=0)
    return tuple(_of_attempt(students, number) for number in range(1, most + 1)) if most > 1 else ()


def _of_attempt(students: Sequence[Sequence[float]], number: int) -> AttemptStatistics:
    with_attempt = [marks for marks in students if len(marks) >= number]
    marks_now = spread([marks[number - 1] for marks in with_attempt])
    assert marks_now is not None  # at least one student has the last attempt, and so all before it
    change = spread([marks[number - 1] - marks[number - 2] for marks in with_attempt]) if number > 1 else None
    return AttemptStatistics(number, marks_now, change.mean if change else None)
