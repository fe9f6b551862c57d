"""The page that ranks a class by an accuracy, with intervals that show ties."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor

from grader.model.assessment import Assessment
from grader.model.exercise import Exercise, Leaderboard
from grader.report.page import render

_SCALE_STEP = 0.1


@dataclass(frozen=True, slots=True)
class Result:
    """One accuracy on held-out data: from 0 to 1, with its 95 % interval."""

    name: str
    accuracy: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LeaderboardLine:
    """One line of the page.

    Attributes:
        place: One more than the number of results that are clearly better; several may share it.
        shared: Whether another result has the same place.
        result: The accuracy.
    """

    place: int
    shared: bool
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All that the page shows.

    Attributes:
        title: Title of the exercise.
        question: Title of the question that ranks.
        lines: Best first.
        without: Number of submissions without an accuracy, which have no place.
        pseudonyms: Whether the names are invented.
        start: Where the drawn scale begins, from 0 to 0.9; it ends at 1.
    """

    title: str
    question: str
    lines: tuple[LeaderboardLine, ...]
    without: int
    pseudonyms: bool
    start: float


def result_of(leaderboard: Leaderboard, assessment: Assessment, name: str) -> Result | None:
    """Find the accuracy of a submission; None if it has none, or if its mark may not be published.

    Args:
        leaderboard: Names the question that ranks.
        assessment: The assessment of the submission.
        name: The name that the leaderboard shows.
    """
    if not assessment.publishable:
        return None
    for finding in assessment.findings:
        if finding.question == leaderboard.question and finding.score and (accuracy := finding.score.accuracy):
            return Result(name, accuracy.value, *accuracy.interval)
    return None


def rank(results: Iterable[Result]) -> tuple[LeaderboardLine, ...]:
    """Give each result a place: one more than the number of results that are clearly better.

    A result is clearly better if its whole interval is above the other one. So a difference that luck can explain costs
    no place, and a place never depends on results between two others.

    Args:
        results: Results in any order.

    Returns:
        Lines by accuracy, best first; those with the same accuracy by name.
    """
    ordered = sorted(results, key=lambda result: (-result.accuracy, result.name.casefold(), result.name))
    lows = sorted(result.low for result in ordered)
    places = [1 + len(lows) - bisect_right(lows, result.high) for result in ordered]
    holders = Counter(places)
    return tuple(
        LeaderboardLine(place, holders[place] > 1, result) for place, result in zip(places, ordered, strict=True)
    )


def board(exercise: Exercise, leaderboard: Leaderboard, results: Sequence[Result], without: int) -> Board:
    """Gather all that the page shows; see `render_leaderboard`."""
    titles = {question.id: question.title for question in exercise.questions}
    lowest = min((result.low for result in results), default=0.0)
    return Board(
        title=exercise.title,
        question=titles[leaderboard.question],
        lines=rank(results),
        without=without,
        pseudonyms=leaderboard.pseudonyms,
        start=min(0.9, floor(lowest / _SCALE_STEP) * _SCALE_STEP),
    )


def render_leaderboard(exercise: Exercise, leaderboard: Leaderboard, results: Sequence[Result], without: int) -> str:
    """Render the leaderboard of a class, to be shown to the class.

    Args:
        exercise: The exercise.
        leaderboard: The question that ranks, and whether names are pseudonyms.
        results: One for each submission that has an accuracy, in any order.
        without: Number of submissions without an accuracy.

    Returns:
        One self-contained HTML file without a script and without a link to any report. 1,000 students stay below 1 MB.
    """
    return render("leaderboard.html", view=board(exercise, leaderboard, results, without))
