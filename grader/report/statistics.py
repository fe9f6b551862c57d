"""The statistics of a class as a section of the dashboard, as a table for other programs, and as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from urllib.parse import quote

from markupsafe import Markup

from grader.model.statistics import (
    AttemptStatistics,
    ExerciseStatistics,
    ProposedSlip,
    QuestionStatistics,
    Spread,
    WrongAnswer,
)
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
    """Explain the words for the difficulty of a question and how well it separates."""
    return say(
        (
            "A question is hard if students get at most {hard} of its points on average, and easy if "
            "they get at least {easy}. “Separates” says how its points correlate with those of all "
            "other questions (from -1 to 1): well above {well}, poorly below {poorly}, and the wrong "
            "way below 0. With fewer than {fewest} students, chance plays too large a part for a "
            "verdict."
        ),
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
class SlipRow:
    """One line of the table of wrong answers: a wrong answer, or a mistake, and the title of its question."""

    question: str
    answer: WrongAnswer

    @property
    def more(self) -> int:
        """The number of further students, who are not named."""
        return self.answer.students - len(self.answer.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsView:
    """All that the sections show.

    Attributes:
        statistics: The statistics.
        spreads: Name and figures of each line of the table of marks and times.
        attempts: A sentence about the marks of each attempt.
        rows: The lines of the item table, hardest question first.
        shared: Wrong answers that several students gave, most frequent first.
        single: Wrong answers that one student gave.
        proposed: Title of a question -> a slip that the author of the key could add.
        rarer: Title of a question -> number of students with another wrong answer, which is not listed.
        left_out: Sentences about students who are in none of the numbers.
        rules: What the words for a question mean.
        links: Student -> address of the report.
    """

    statistics: ExerciseStatistics
    spreads: tuple[tuple[str, tuple[str, ...]], ...]
    attempts: tuple[str, ...]
    rows: tuple[QuestionRow, ...]
    shared: tuple[SlipRow, ...]
    single: tuple[SlipRow, ...]
    proposed: tuple[tuple[str, ProposedSlip], ...]
    rarer: tuple[tuple[str, int], ...]
    left_out: tuple[str, ...]
    rules: str
    links: Mapping[str, str]


def statistics_view(statistics: ExerciseStatistics, links: Mapping[str, str]) -> StatisticsView:
    """Gather what the section shows.

    Args:
        statistics: The statistics of the class.
        links: Student -> path of the report, relative to the page.

    Returns:
        The view; questions hardest first, those without a difficulty last.
    """
    questions = enumerate(hardest_first(statistics), 1)
    rows = tuple(QuestionRow(f"question-{number}", question) for number, question in questions)
    slips = [SlipRow(row.statistics.title, answer) for row in rows for answer in row.statistics.wrong]
    shared = [slip for slip in slips if slip.answer.students > 1]
    return StatisticsView(
        statistics=statistics,
        spreads=spreads(statistics),
        attempts=attempts_in_words(statistics),
        rows=rows,
        shared=tuple(sorted(shared, key=lambda slip: -slip.answer.students)),
        single=tuple(slip for slip in slips if slip.answer.students == 1),
        proposed=tuple((row.statistics.title, slip) for row in rows for slip in row.statistics.proposed),
        rarer=tuple((row.statistics.title, row.statistics.other_wrong) for row in rows if row.statistics.other_wrong),
        left_out=left_out(statistics),
        rules=rules(),
        links={student: quote(link, errors="replace") for student, link in links.items() if link},
    )


def attempts_in_words(statistics: ExerciseStatistics) -> tuple[str, ...]:
    """Say how marks changed from attempt to attempt, a text for each attempt; none if each student has only one."""
    return tuple(map(_attempt_in_words, statistics.tries))


def _attempt_in_words(attempt: AttemptStatistics) -> str:
    facts = {"number": attempt.number, "mean": percent(attempt.marks.mean / 100)}
    marks = say_counted(
        attempt.marks.count,
        "Attempt {number}: {amount} mark, mean {mean}.",
        "Attempt {number}: {amount} marks, mean {mean}.",
        **facts,
    )
    if attempt.change is None:
        return marks
    change = say(
        "Compared with the previous attempt: {change} percentage points.", change=numeral(f"{attempt.change:+.1f}")
    )
    return f"{marks} {change}"


def hardest_first(statistics: ExerciseStatistics) -> list[QuestionStatistics]:
    """Sort the questions by mean share of the points; those without one come last."""
    return sorted(statistics.questions, key=lambda question: (question.difficulty is None, question.difficulty or 0.0))


def difficulty(statistics: QuestionStatistics) -> str:
    """Say `hard`, `medium` or `easy`, by the mean share of the points; empty if there is none.

    The bounds, and those of `separation`, are those of the University of Washington's Office of Educational
    Assessment ("Understanding Item Analyses", on its reports called ScorePak).
    """
    if statistics.difficulty is None:
        return ""
    share = round(statistics.difficulty, 3)  # as it is shown, so that word and number agree
    if share <= HARD:
        return say("hard")
    return say("easy") if share >= EASY else say("medium")


def separation(statistics: QuestionStatistics) -> str:
    """Say `well`, `fairly`, `poorly` or `the wrong way`, by the discrimination, or why there is no such word."""
    if statistics.discrimination is None:
        return say(statistics.undefined.value) if statistics.undefined else ""
    value = round(statistics.discrimination, 2)
    if statistics.shares is None or statistics.shares.count < FEWEST:
        return say("too few")
    if value < 0:
        return say("the wrong way")
    if value < POORLY:
        return say("poorly")
    return say("well") if value > WELL else say("fairly")


def correlation(statistics: QuestionStatistics) -> str:
    """Write the discrimination to 2 decimals; `–` if there is none."""
    value = statistics.discrimination
    return "–" if value is None else numeral(f"{round(value, 2) + 0.0:.2f}")  # `+ 0.0` makes -0.0 read 0.00


def spreads(statistics: ExerciseStatistics) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """List name and figures of each spread that exists: count, mean, deviation, least, quartiles, most."""
    named_spreads = (
        (say("marks, %"), statistics.marks),
        (say("run, s"), statistics.wall_seconds),
        (say("processor, s"), statistics.cpu_seconds),
    )
    return tuple((name, _figures(spread)) for name, spread in named_spreads if spread)


def _figures(spread: Spread) -> tuple[str, ...]:
    values = [getattr(spread, name) for name in _SPREAD_COLUMNS]
    return (words.amount(spread.count), *("–" if value is None else numeral(f"{value:,.1f}") for value in values))


def left_out(statistics: ExerciseStatistics) -> tuple[str, ...]:
    """Say in sentences how many students are in none of the numbers, and why."""
    sentences = []
    if count := statistics.unreadable:
        sentences.append(
            say_counted(
                count,
                "Left out: {amount} file that could not be read as a notebook.",
                "Left out: {amount} files that could not be read as a notebook.",
            )
        )
    if count := statistics.unsettled:
        sentences.append(
            say_counted(
                count,
                "Left out: {amount} submission without a mark yet.",
                "Left out: {amount} submissions without a mark yet.",
            )
        )
    if count := statistics.excused:
        sentences.append(
            say_counted(count, "Left out: {amount} student excused.", "Left out: {amount} students excused.")
        )
    if count := statistics.waiting:
        sentences.append(
            say_counted(
                count,
                "{amount} student has answers that need manual grading. The mark covers the rest.",
                "{amount} students have answers that need manual grading. The mark covers the rest.",
            )
        )
    return tuple(sentences)


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
    marks = _spread_cells(statistics.marks, 1.0)
    rows = [_line(statistics.exercise, "", statistics.title, marks, statistics.histogram) | whole]
    for question in statistics.questions:
        line = _line(
            statistics.exercise,
            question.question,
            question.title,
            _spread_cells(question.shares, 100.0),
            question.histogram,
        )
        counts = {name: getattr(question, name) for name in _COUNTS}
        line |= {"discrimination": _decimals(question.discrimination), "undefined": question.undefined or ""}
        rows.append(line | counts | {"students": question.marked})
    return lines([columns, *([str(row.get(column, "")) for column in columns] for row in rows)])


def _line(
    exercise: str, question: str, title: str, spread_cells: Mapping[str, str], counts: Sequence[int]
) -> dict[str, object]:
    tenths = {f"from_{100 * index // TENTHS}": amount for index, amount in enumerate(counts)}
    return {"exercise": exercise, "question": question, "title": title, **spread_cells, **tenths}


def _spread_cells(spread: Spread | None, factor: float) -> dict[str, str]:
    """The cells of a spread by column, each number times a factor."""
    if spread is None:
        return {}
    values = {name: getattr(spread, name) for name in _SPREAD_COLUMNS}
    return {name: _decimals(None if value is None else factor * value) for name, value in values.items()}


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
    for fields, question in zip(data["questions"], statistics.questions, strict=True):
        fields.update(difficulty=question.difficulty, marked=question.marked)  # `asdict` leaves out properties
    return json.dumps(data, indent=1, allow_nan=False, default=str) + "\n"
