"""The page that ranks a class by one accuracy, with intervals, so that ties look like ties."""

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
class Line:
    """One line of the page.

    Attributes:
        place: One more than the number of those who are clearly better; several may share it.
        shared: Whether somebody else has the same place.
        result: The accuracy.
    """

    place: int
    shared: bool
    result: Result


@dataclass(frozen=True, slots=True)
class Board:
    """All that the page shows.

    Attributes:
        title: Of the exercise.
        question: Title of the question that ranks.
        lines: Best first.
        without: How many submissions have no accuracy, and so no place.
        pseudonyms: Whether the names are invented.
        start: Where the drawn scale begins, from 0 to 0.9; it ends at 1.
    """

    title: str
    question: str
    lines: tuple[Line, ...]
    without: int
    pseudonyms: bool
    start: float


def result_of(leaderboard: Leaderboard, assessment: Assessment, name: str) -> Result | None:
    """The accuracy of a submission under a name; None where it has none, or its mark is not settled."""
    if not assessment.publishable:
        return None
    for finding in assessment.findings:
        if finding.question == leaderboard.question and finding.score and (accuracy := finding.score.accuracy):
            return Result(name, accuracy.value, *accuracy.interval)
    return None


def ranked(results: Iterable[Result]) -> tuple[Line, ...]:
    """Give places: whoever is clearly better stands before you, all others beside you.

    Somebody is clearly better if their whole interval lies above yours. So nobody loses a place by a
    difference that luck can make, and a place never depends on who stands between two others.

    Args:
        results: In any order.

    Returns:
        Lines by accuracy, best first; those with the same accuracy by name.
    """
    ordered = sorted(results, key=lambda each: (-each.accuracy, each.name.casefold(), each.name))
    lows = sorted(each.low for each in ordered)
    places = [1 + len(lows) - bisect_right(lows, each.high) for each in ordered]
    held = Counter(places)
    return tuple(Line(place, held[place] > 1, result) for place, result in zip(places, ordered, strict=True))


def board(exercise: Exercise, leaderboard: Leaderboard, results: Sequence[Result], without: int) -> Board:
    """Gather what the page shows; see `render_leaderboard`."""
    titles = {question.id: question.title for question in exercise.questions}
    lowest = min((result.low for result in results), default=0.0)
    return Board(
        title=exercise.title,
        question=titles[leaderboard.question],
        lines=ranked(results),
        without=without,
        pseudonyms=leaderboard.pseudonyms,
        start=min(0.9, floor(lowest / _SCALE_STEP) * _SCALE_STEP),
    )


def render_leaderboard(exercise: Exercise, leaderboard: Leaderboard, results: Sequence[Result], without: int) -> str:
    """Render the leaderboard of a class, to be shown to the class.

    Args:
        exercise: What was asked.
        leaderboard: By which question, and under which names.
        results: One for each submission that has an accuracy; any order.
        without: How many submissions have none.

    Returns:
        One self-contained HTML file without script and without a link to any report. 1,000 students
        stay below 1 MB.
    """
    return render("leaderboard.html", view=board(exercise, leaderboard, results, without))
