"""Computes the final grade of a student from the marks of all exercises, by the rules of the course."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grader.model.final_grade import ExerciseShare, FinalGrade, FinalRules, ShareState


@dataclass(frozen=True, slots=True)
class Imported:
    """A mark that another grader gave.

    Attributes:
        percent: 0 to 100.
    """

    percent: float


Standing = float | Imported | ShareState
"""The percentage of a mark, or why there is none: MISSING, EXCUSED or OPEN."""


def final_grade(
    student: str, standings: Mapping[str, Standing], full_points: Mapping[str, float], rules: FinalRules
) -> FinalGrade:
    """Compute a final grade.

    The grade is the weighted mean of the percentages. Exercises that are open or excused do not count. Bonus exercises
    add to the sum and not to the total weight. The grade is never above 100.

    Args:
        student: Name of the student.
        standings: Slug -> the percentage (0 to 100) of the student's mark, or why there is none. An exercise that is
            not there is open.
        full_points: Slug -> the full points of each exercise of the course, in its order.
        rules: The rules of the course.

    Example:
        >>> rules = FinalRules(weights={"lenet5": 2, "cifar10": 1}, pass_mark=50, letters={"A": 90, "B": 75})
        >>> grade = final_grade("ada", {"lenet5": 85.0, "cifar10": 70.0}, {"lenet5": 10, "cifar10": 10}, rules)
        >>> grade.percent, grade.letter, grade.passed
        (80.0, 'B', True)
    """
    weights = rules.weights or {slug: points for slug, points in full_points.items() if points > 0}
    shares = [
        _share(slug, weights[slug], standings.get(slug, ShareState.OPEN), slug in rules.bonus)
        for slug in full_points
        if slug in weights
    ]
    shares = _without_lowest(shares, rules.drop_lowest)
    total = sum(share.weight for share in shares if share.state.in_weight)
    if not total:
        return FinalGrade(student=student, shares=tuple(shares), percent=None)
    weighted = sum(share.weight * share.percent for share in shares if share.state.in_sum)
    percent = round(min(100.0, weighted / total), 2)
    return FinalGrade(
        student=student,
        shares=tuple(shares),
        percent=percent,
        letter=_letter(percent, rules.letters),
        passed=None if rules.pass_mark is None else percent >= rules.pass_mark,
    )


def _share(slug: str, weight: float, standing: Standing, is_bonus: bool) -> ExerciseShare:
    if not isinstance(standing, ShareState):
        state = ShareState.BONUS if is_bonus else ShareState.COUNTED
        if isinstance(standing, Imported):
            return ExerciseShare(slug, state, weight, standing.percent, imported=True)
        return ExerciseShare(slug, state, weight, standing)
    if standing is ShareState.MISSING and is_bonus:
        return ExerciseShare(slug, ShareState.BONUS, weight)
    return ExerciseShare(slug, standing, weight)


def _without_lowest(shares: Sequence[ExerciseShare], count: int) -> list[ExerciseShare]:
    """Drop the exercises with the lowest percentages, of equal ones the one that weighs most; one always remains."""
    counted = sorted((share for share in shares if share.state.in_weight), key=lambda it: (it.percent, -it.weight))
    dropped = {share.exercise for share in counted[: min(count, len(counted) - 1)]} if counted else set()
    return [replace(share, state=ShareState.DROPPED) if share.exercise in dropped else share for share in shares]


def _letter(percent: float, letters: Mapping[str, float]) -> str:
    reached = [(lowest, letter) for letter, lowest in letters.items() if percent >= lowest]
    return max(reached)[1] if reached else ""
