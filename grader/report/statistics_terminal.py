"""The statistics of a class on a terminal: readable on 80 columns, and safe whatever students wrote."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from grader.model.statistics import ExerciseStatistics, Undefined, WrongAnswer
from grader.report.statistics import (
    RULES,
    correlation,
    difficulty,
    from_try_to_try,
    hardest_first,
    left_out,
    separation,
    spreads,
)
from grader.report.svg import shortened_label
from grader.report.terminal import plain
from grader.report.words import percent
from grader.text.proportions import TENTHS
from grader.text.values import amount_of, first_few

_BAR = 40
_MOST_WRONG = 10
_MOST_NAMED = 3
_LONGEST_FOUND, _LONGEST_SLIP = 60, 160
_SHORT = {
    Undefined.TOO_FEW: "too few",
    Undefined.ALONE: "alone",
    Undefined.EQUAL_HERE: "all equal",
    Undefined.EQUAL_ELSEWHERE: "rest equal",
}
_LEGEND = "Part: some of the points; none: no answer; stuck: it could not be looked at."


def shown(statistics: ExerciseStatistics) -> RenderableType:
    """Lay the statistics out for a terminal.

    Args:
        statistics: Of a class.

    Returns:
        What `rich` prints: the figures, a histogram, a table of the questions and the commonest wrong answers.
    """
    parts: list[RenderableType] = [
        _line(f"{statistics.title}: {amount_of(statistics.students, 'student', 'students')}"),
        *(_line(sentence) for sentence in left_out(statistics)),
    ]
    if statistics.marks:
        parts += [Text(), _spreads(statistics), Text(), _histogram(statistics.histogram)]
    if tries := from_try_to_try(statistics):
        parts += [Text(), *(_line(sentence) for sentence in tries)]
    if statistics.students:
        parts += [Text(), _questions(statistics), Text(), _line(f"{_LEGEND} {RULES}")]
    if wrong := list(_commonest(statistics)):
        parts += [Text(), _line("Commonest wrong answers"), *wrong]
    return Group(*parts)


def _line(text: str) -> Text:
    """Text that sets no style and moves no cursor."""
    return Text(" ".join(plain(text).split()))


def _spreads(statistics: ExerciseStatistics) -> Table:
    names = ("number", "mean", "s.d.", "least", "25 %", "median", "75 %", "most")
    table = Table("", *(Column(name, justify="right") for name in names), box=None, pad_edge=False)
    for name, figures in spreads(statistics):
        table.add_row(name, *figures)
    return table


def _histogram(counts: tuple[int, ...]) -> Text:
    most = max(counts) or 1
    lines = []
    for index, amount in enumerate(counts):
        tenth = f"{100 * index // TENTHS}–{100 * (index + 1) // TENTHS} %"
        bar = "█" * max(round(_BAR * amount / most), 1) if amount else ""
        lines.append(f"{tenth:>8}  {bar} {amount:,}" if amount else f"{tenth:>8}")
    return Text("\n".join(lines))


def _questions(statistics: ExerciseStatistics) -> Table:
    amounts = ("right", "part", "wrong", "none", "stuck")
    numbers = {"share", "r", *amounts}
    table = Table(
        Column("question", overflow="fold", ratio=1),
        *(
            Column(name, justify="right" if name in numbers else "left", no_wrap=True)
            for name in ("share", "is", "r", "separates", *amounts)
        ),
        box=None,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for each in hardest_first(statistics):
        share = "–" if each.difficulty is None else percent(each.difficulty)
        counts = (each.right, each.partial, each.failed, each.not_attempted, each.blocked)
        separates = _SHORT[each.undefined] if each.undefined else separation(each)
        table.add_row(_line(each.question), share, difficulty(each), correlation(each), separates, *map(str, counts))
    return table


def _commonest(statistics: ExerciseStatistics) -> Iterator[RenderableType]:
    """The wrong answers of several students, or where there are none of single ones."""
    found = [(each, answer) for each in statistics.questions for answer in each.wrong]
    several = [item for item in found if item[1].students > 1]
    for each, answer in sorted(several or found, key=lambda item: -item[1].students)[:_MOST_WRONG]:
        told = f"{answer.students:,} × {each.question}: {_answer(answer)}"
        yield Padding(_line(told), (0, 0, 0, 2), expand=False)
        yield Padding(_line(_names(answer)), (0, 0, 0, 6), expand=False)


def _answer(answer: WrongAnswer) -> str:
    others = f" (and {answer.answers - 1:,} more, since numbers differ)" if answer.answers > 1 else ""
    found = shortened_label(str(answer.found), _LONGEST_FOUND) or "nothing to show"
    return f"{found}{others}" + (f" – {shortened_label(str(answer.slip), _LONGEST_SLIP)}" if answer.slip else "")


def _names(answer: WrongAnswer) -> str:
    return str(first_few(answer.names, _MOST_NAMED, answer.students))
