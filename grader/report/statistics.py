"""The statistics of a class as a section of the overview, as a table for other programs, and as JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import quote

from markupsafe import Markup

from grader.model.statistics import AttemptStatistics, ExerciseStatistics, QuestionStatistics, Spread, WrongAnswer
from grader.report import plots, words
from grader.report.words import percent
from grader.storage.csv_table import lines
from grader.text.language import numeral, say, say_counted
from grader.text.proportions import TENTHS

HARD, EASY = 0.5, 0.85
"""A question is hard up to the first mean share of its points, and easy from the second."""

POORLY, WELL = 0.1, 0.3
"""A question separates poorly below the first discrimination, and well above the second."""

FEWEST = 30
"""With fewer students no word is given for a discrimination: its standard error is about 1 / sqrt(students - 3)."""


def rules() -> str:
    """What the words for a question mean."""
    return say(
        "Hard: on average at most {hard} of the points; easy: at least {easy}. Separates: how the points of a question"
        " go along with those of all other questions together (correlation, from -1 to 1): well above {well}, poorly"
        " below {poorly}, the wrong way below 0. Under {fewest} students chance is too large for a word.",
        hard=percent(HARD),
        easy=percent(EASY),
        well=numeral(f"{WELL:g}"),
        poorly=numeral(f"{POORLY:g}"),
        fewest=FEWEST,
    )


RULES = rules()
"""The same in English, for a terminal."""

_SPREAD_COLUMNS = ("mean", "deviation", "least", "lower", "median", "upper", "most")
_COUNTS = ("right", "partial", "failed", "not_attempted", "blocked", "waiting")


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One line of the item table; `ident` is unique on the page."""

    ident: str
    statistics: QuestionStatistics

    @property
    def difficulty(self) -> str:
        """`hard`, `medium` or `easy`."""
        return difficulty(self.statistics)

    @property
    def separation(self) -> str:
        """How well it separates, in words, or why that cannot be said."""
        return separation(self.statistics)

    @property
    def correlation(self) -> str:
        """The discrimination as text."""
        return correlation(self.statistics)

    @property
    def picture(self) -> Markup:
        """The histogram, small enough for a cell."""
        return plots.small_histogram(self.statistics.histogram, say("Students by share of the points"))


@dataclass(frozen=True, slots=True)
class Slip:
    """A wrong answer, or a mistake, and the question that it was made in."""

    question: str
    answer: WrongAnswer

    @property
    def more(self) -> int:
        """How many students made it who are not named."""
        return self.answer.students - len(self.answer.names)


@dataclass(frozen=True, slots=True)
class StatisticsView:
    """All that the sections show; `links` leads from a student to the address of the report.

    Wrong answers that several students gave are `shared`, commonest first; those of one student are `single`; how many
    students gave another one, which is not listed, is `rarer`, by question.
    """

    statistics: ExerciseStatistics
    spreads: tuple[tuple[str, tuple[str, ...]], ...]
    tries: tuple[str, ...]
    rows: tuple[QuestionRow, ...]
    shared: tuple[Slip, ...]
    single: tuple[Slip, ...]
    rarer: tuple[tuple[str, int], ...]
    left_out: tuple[str, ...]
    rules: str
    links: Mapping[str, str]


def statistics_view(statistics: ExerciseStatistics, links: Mapping[str, str]) -> StatisticsView:
    """Gather what the section shows.

    Args:
        statistics: Of the class.
        links: Student -> path of the report, relative to the page.

    Returns:
        The view; questions hardest first, those without a difficulty last.
    """
    rows = tuple(QuestionRow(f"question-{number}", each) for number, each in enumerate(hardest_first(statistics), 1))
    slips = [Slip(row.statistics.title, answer) for row in rows for answer in row.statistics.wrong]
    return StatisticsView(
        statistics=statistics,
        spreads=spreads(statistics),
        tries=from_try_to_try(statistics),
        rows=rows,
        shared=tuple(
            sorted((slip for slip in slips if slip.answer.students > 1), key=lambda slip: -slip.answer.students)
        ),
        single=tuple(slip for slip in slips if slip.answer.students == 1),
        rarer=tuple((row.statistics.title, row.statistics.other_wrong) for row in rows if row.statistics.other_wrong),
        left_out=left_out(statistics),
        rules=rules(),
        links={student: quote(link, errors="replace") for student, link in links.items() if link},
    )


def from_try_to_try(statistics: ExerciseStatistics) -> tuple[str, ...]:
    """How marks moved over the tries, a sentence for each; nothing where nobody has a second one."""
    return tuple(_of_try(each) for each in statistics.tries)


def _of_try(each: AttemptStatistics) -> str:
    facts = {"number": each.number, "mean": percent(each.marks.mean / 100)}
    told = say_counted(
        each.marks.count,
        "Try {number}: {amount} mark, mean {mean}.",
        "Try {number}: {amount} marks, mean {mean}.",
        **facts,
    )
    if each.change is None:
        return told
    moved = say("Against the try before: {change} percentage points.", change=numeral(f"{each.change:+.1f}"))
    return f"{told} {moved}"


def hardest_first(statistics: ExerciseStatistics) -> list[QuestionStatistics]:
    """The questions by mean share of the points; those without one last."""
    return sorted(statistics.questions, key=lambda each: (each.difficulty is None, each.difficulty or 0.0))


def difficulty(statistics: QuestionStatistics) -> str:
    """`hard`, `medium` or `easy`, by the mean share of the points; empty where there is none.

    The bounds, and those of `separation`, are those of the University of Washington's Office of Educational
    Assessment ("Understanding Item Analyses", on its reports called ScorePak).
    """
    if statistics.difficulty is None:
        return ""
    share = round(statistics.difficulty, 3)  # as it is shown, so that word and number agree
    return say("hard") if share <= HARD else say("easy") if share >= EASY else say("medium")


def separation(statistics: QuestionStatistics) -> str:
    """`well`, `fairly`, `poorly` or `the wrong way`, by the discrimination; else why there is no word."""
    if statistics.discrimination is None:
        return say(statistics.undefined.value) if statistics.undefined else ""
    value = round(statistics.discrimination, 2)
    if statistics.shares is None or statistics.shares.count < FEWEST:
        return say("too few")
    if value < 0:
        return say("the wrong way")
    return say("well") if value > WELL else say("poorly") if value < POORLY else say("fairly")


def correlation(statistics: QuestionStatistics) -> str:
    """The discrimination to 2 decimals; `–` where there is none."""
    value = statistics.discrimination
    return "–" if value is None else numeral(f"{round(value, 2) + 0.0:.2f}")


def spreads(statistics: ExerciseStatistics) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Name and figures of each spread that there is: count, mean, deviation, least, quartiles, most."""
    return tuple(
        (name, _figures(spread))
        for name, spread in (
            (say("marks, %"), statistics.marks),
            (say("run, s"), statistics.wall_seconds),
            (say("processor, s"), statistics.cpu_seconds),
        )
        if spread
    )


def _figures(spread: Spread) -> tuple[str, ...]:
    values = [getattr(spread, name) for name in _SPREAD_COLUMNS]
    return (words.amount(spread.count), *("–" if value is None else numeral(f"{value:,.1f}") for value in values))


def left_out(statistics: ExerciseStatistics) -> tuple[str, ...]:
    """Who is in none of the numbers, and why, in sentences."""
    told = []
    if count := statistics.unreadable:
        told.append(
            say_counted(
                count,
                "Left out: {amount} file that could not be read as a notebook.",
                "Left out: {amount} files that could not be read as a notebook.",
            )
        )
    if count := statistics.unsettled:
        told.append(
            say_counted(
                count,
                "Left out: {amount} submission without a mark yet.",
                "Left out: {amount} submissions without a mark yet.",
            )
        )
    if count := statistics.excused:
        told.append(say_counted(count, "Left out: {amount} student excused.", "Left out: {amount} students excused."))
    if count := statistics.waiting:
        told.append(
            say_counted(
                count,
                "{amount} student has answers that wait for a person; the mark is that of the rest.",
                "{amount} students have answers that wait for a person; the mark is that of the rest.",
            )
        )
    return tuple(told)


def statistics_csv(statistics: ExerciseStatistics) -> str:
    """Write the statistics as a table: a line for the whole exercise, then one for each question.

    Returns:
        CSV as in RFC 4180, with lines ended by CR LF: write it with `newline=""`. Marks and shares of points are in
        percent, times in seconds; a cell is empty where there is no number.
    """
    tenths = [f"from_{100 * index // TENTHS}" for index in range(TENTHS)]
    times = [f"{kind}_{name}" for kind in ("wall_seconds", "cpu_seconds") for name in ("mean", "median", "most")]
    columns = ["exercise", "question", "title", "students", *_SPREAD_COLUMNS, "discrimination", "undefined"]
    columns += [*_COUNTS, "unreadable", "unsettled", *tenths, *times]
    whole = {
        "students": statistics.students,
        "unreadable": statistics.unreadable,
        "unsettled": statistics.unsettled,
        "waiting": statistics.waiting,
        **_times("wall_seconds", statistics.wall_seconds),
        **_times("cpu_seconds", statistics.cpu_seconds),
    }
    rows = [_line(statistics, "", statistics.title, statistics.marks, statistics.histogram, 1.0) | whole]
    for each in statistics.questions:
        line = _line(statistics, each.question, each.title, each.shares, each.histogram, 100.0)
        counts = {name: getattr(each, name) for name in _COUNTS}
        known = {"discrimination": _decimals(each.discrimination), "undefined": each.undefined or ""}
        rows.append(line | counts | known | {"students": each.marked})
    return lines([columns, *([str(row.get(column, "")) for column in columns] for row in rows)])


def _line(
    statistics: ExerciseStatistics,
    question: str,
    title: str,
    spread: Spread | None,
    counts: tuple[int, ...],
    factor: float,
) -> dict[str, object]:
    figures = {name: getattr(spread, name) for name in _SPREAD_COLUMNS} if spread else {}
    return {
        "exercise": statistics.exercise,
        "question": question,
        "title": title,
        **{name: _decimals(None if value is None else factor * value) for name, value in figures.items()},
        **{f"from_{100 * index // TENTHS}": amount for index, amount in enumerate(counts)},
    }


def _times(kind: str, spread: Spread | None) -> dict[str, str]:
    if spread is None:
        return {}
    return {f"{kind}_{name}": _decimals(getattr(spread, name)) for name in ("mean", "median", "most")}


def _decimals(value: float | None) -> str:
    return "" if value is None else f"{round(value, 4) + 0.0:.10g}"


def statistics_json(statistics: ExerciseStatistics) -> str:
    """Write the statistics as JSON: the fields of `grader.model.statistics`; null where a number is not defined.

    Wrong answers and what explains them are written in the current language.
    """
    data = asdict(statistics)
    for each, question in zip(data["questions"], statistics.questions, strict=True):
        each.update(difficulty=question.difficulty, marked=question.marked)
    return json.dumps(data, indent=1, allow_nan=False, default=str) + "\n"
