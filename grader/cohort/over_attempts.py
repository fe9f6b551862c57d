"""How the marks of a class changed from attempt to attempt."""

from collections.abc import Iterable, Sequence

from grader.cohort.statistics import spread
from grader.model.statistics import TryStatistics


def over_tries(students: Iterable[Sequence[float]]) -> tuple[TryStatistics, ...]:
    """Follow the marks of a class over its attempts.

    Args:
        students: For each student the marks of the attempts that were marked, in percent, first to last.

    Returns:
        One entry for each attempt, from the first; empty if no student has two. The change is that of students who have
        both this attempt and the one before.
    """
    marks = [list(each) for each in students if each]
    most = max(map(len, marks), default=0)
    return tuple(_of_try(marks, number) for number in range(1, most + 1)) if most > 1 else ()


def _of_try(marks: Sequence[Sequence[float]], number: int) -> TryStatistics:
    having = [each for each in marks if len(each) >= number]
    found = spread([each[number - 1] for each in having])
    assert found is not None
    moved = spread([each[number - 1] - each[number - 2] for each in having]) if number > 1 else None
    return TryStatistics(number, found, moved.mean if moved else None)
