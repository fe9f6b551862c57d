"""Marks by hand of several people: which points count, and where the marks differ too much for any to count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from statistics import median

from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.course_settings import ManualGrading


class Agreement(StrEnum):
    """The state of an answer that people mark."""

    TOO_FEW = "needs another marker"
    AGREED = "the marks agree"
    DISAGREED = "the marks differ too much"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedAnswer:
    """The marks of one answer.

    Attributes:
        student: The student.
        place: Id of the question, or of a criterion, such as `why.clarity`.
        marks: The latest mark of each marker, in the order of time.
        agreement: Whether points count.
        overridden: Whether staff have decided on the points, so that no mark counts.
    """

    student: str
    place: str
    marks: tuple[Adjustment, ...]
    agreement: Agreement
    overridden: bool = False

    @property
    def points(self) -> float:
        """The points that count if the marks agree: the median, which is the mean of two."""
        return round(median(mark.points or 0 for mark in self.marks), 2)


def identity(marker: str) -> str:
    """A marker, however the name is capitalised and spaced: nobody is their own second marker."""
    return " ".join(marker.casefold().split())


def marked_answers(
    decisions: Iterable[Adjustment], rules: ManualGrading, places: Mapping[str, float]
) -> list[MarkedAnswer]:
    """Collect the marks of each answer.

    Args:
        decisions: Decisions in the order in which they were made.
        rules: The rules of the course.
        places: Question or criterion -> its points.
    """
    latest: dict[tuple[str, str], dict[str, Adjustment]] = {}
    overrides: dict[tuple[str, str], Adjustment] = {}
    for decision in sorted(decisions, key=lambda decision: decision.at.timestamp()):
        answer = (decision.student, decision.question)
        if decision.kind is AdjustmentKind.MARK:
            latest.setdefault(answer, {})[identity(decision.author)] = decision
        elif decision.kind is AdjustmentKind.POINTS:
            overrides[answer] = decision
    return [
        MarkedAnswer(
            student=student,
            place=place,
            marks=tuple(marks.values()),
            agreement=_agreement([mark.points or 0 for mark in marks.values()], rules, places.get(place, 0)),
            overridden=(student, place) in overrides and overrides[student, place].points is not None,
        )
        for (student, place), marks in latest.items()
    ]


def settled(decisions: Sequence[Adjustment], rules: ManualGrading, places: Mapping[str, float]) -> Sequence[Adjustment]:
    """Replace marks by the points that count; marks that count for nothing yet are left out.

    Args:
        decisions: Decisions in the order in which they were made.
        rules: The rules of the course.
        places: Question or criterion -> its points.
    """
    answers = marked_answers(decisions, rules, places)
    if not answers:
        return decisions
    others = [decision for decision in decisions if decision.kind is not AdjustmentKind.MARK]
    counting = [answer for answer in answers if answer.agreement is Agreement.AGREED and not answer.overridden]
    return [*(decision for answer in counting for decision in _decisions(answer)), *others]


def _decisions(answer: MarkedAnswer) -> Iterable[Adjustment]:
    """The points that count, with all markers as their authors, and the comments of all."""
    last = answer.marks[-1]
    authors = ", ".join(mark.author for mark in answer.marks)
    reason = ", ".join(dict.fromkeys(mark.reason for mark in answer.marks))
    yield replace(last, kind=AdjustmentKind.POINTS, points=answer.points, author=authors, reason=reason, text="")
    comments = list(dict.fromkeys(mark.text for mark in answer.marks if mark.text))
    if comments:
        first = answer.marks[0].at  # so that a later comment by staff counts more
        yield replace(
            last, kind=AdjustmentKind.COMMENT, points=None, text="\n".join(comments), author=authors, at=first
        )


def _agreement(points: Sequence[float], rules: ManualGrading, most: float) -> Agreement:
    """The state of an answer: the marks agree if those in the middle do, so one odd mark among three does not count."""
    if len(points) < rules.markers:
        return Agreement.TOO_FEW
    ordered = sorted(points)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        gaps = [after - before for before, after in pairwise(ordered)]
        gap = min(gaps[middle - 1 : middle + 1], default=0)
    else:
        gap = ordered[middle] - ordered[middle - 1]
    limit = rules.max_difference / 100 * most
    return Agreement.AGREED if gap <= limit + 1e-9 else Agreement.DISAGREED
