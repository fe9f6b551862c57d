"""The statistics of a class on a terminal: readable on 80 columns, and safe whatever students wrote."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from grader.model.statistics import ExerciseStatistics, MisconceptionStatistics, Undefined, WrongAnswer
from grader.report.statistics import (
    RULES,
    attempts_in_words,
    correlation,
    difficulty,
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
_MOST_TAUGHT = 10
_LONGEST_ANSWER, _LONGEST_SLIP = 60, 160
_SHORT = {
    Undefined.TOO_FEW: "too few",
    Undefined.ALONE: "alone",
    Undefined.EQUAL_HERE: "all equal",
    Undefined.EQUAL_ELSEWHERE: "rest equal",
}
_LEGEND = "“Part” means some of the points, “none” no answer, and “stuck” that the grader could not mark it."


def terminal_view(statistics: ExerciseStatistics) -> RenderableType:
    """Lay the statistics of a class out for a terminal.

    Returns:
        An object that `rich` prints: figures, a histogram, a table of the questions and the commonest wrong answers.
    """
    parts: list[RenderableType] = [
        _line(f"{statistics.title}: {amount_of(statistics.students, 'student', 'students')}"),
        *map(_line, left_out(statistics)),
    ]
    if statistics.marks:
        parts += [Text(), _spreads(statistics), Text(), _histogram(statistics.histogram)]
    if attempts := attempts_in_words(statistics):
        parts += [Text(), *map(_line, attempts)]
    if statistics.students:
        parts += [Text(), _questions(statistics), Text(), _line(f"{_LEGEND} {RULES}")]
    if statistics.misconceptions:
        parts += [Text(), _line("What to teach again"), *map(_misconception, statistics.misconceptions[:_MOST_TAUGHT])]
    if proposed := [(row.title, slip) for row in statistics.questions for slip in row.proposed]:
        parts += [
            Text(),
            _line("Calculations that could become slips: each is the only short one that gives these answers."),
        ]
        parts += [
            Padding(
                _line(f"{title}: {slip.calculation} ({amount_of(slip.students, 'student', 'students')})"), (0, 0, 0, 2)
            )
            for title, slip in proposed
        ]
    if wrong_answers := list(_wrong_answers(statistics)):
        parts += [Text(), _line("Most common wrong answers"), *wrong_answers]
    return Group(*parts)


def _misconception(counted: MisconceptionStatistics) -> RenderableType:
    """A misconception with its numbers, and an example below it."""
    students = amount_of(counted.students, "student", "students")
    fixed = f", fixed by {counted.fixed} of {counted.tried_again} who tried again" if counted.tried_again else ""
    example = counted.examples[0]
    line = f"{example.question}: {shortened_label(plain(str(example.found)), _LONGEST_ANSWER)} {example.reason}"
    lines = Group(_line(f"{counted.title}: {students}{fixed}"), Padding(_line(line), (0, 0, 0, 2)))
    return Padding(lines, (0, 0, 0, 2))


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
    for question in hardest_first(statistics):
        share = "–" if question.difficulty is None else percent(question.difficulty)
        separates = _SHORT[question.undefined] if question.undefined else separation(question)
        counts = (question.right, question.partial, question.failed, question.not_attempted, question.blocked)
        cells = (share, difficulty(question), correlation(question), separates, *map(str, counts))
        table.add_row(_line(question.question), *cells)
    return table


def _wrong_answers(statistics: ExerciseStatistics) -> Iterator[RenderableType]:
    """The most frequent wrong answers of several students; if there are none, those of single students."""
    answers = [(question.question, answer) for question in statistics.questions for answer in question.wrong]
    shared = [(question, answer) for question, answer in answers if answer.students > 1]
    by_frequency = sorted(shared or answers, key=lambda pair: -pair[1].students)
    for question, answer in by_frequency[:_MOST_WRONG]:
        names = str(first_few(answer.names, _MOST_NAMED, answer.students))
        yield Padding(_line(f"{answer.students:,} × {question}: {_answer(answer)}"), (0, 0, 0, 2), expand=False)
        yield Padding(_line(names), (0, 0, 0, 6), expand=False)


def _answer(answer: WrongAnswer) -> str:
    others = f" (and {answer.answers - 1:,} more, because numbers differ)" if answer.answers > 1 else ""
    text = shortened_label(str(answer.found), _LONGEST_ANSWER) or "nothing to show"
    slip = f" – {shortened_label(str(answer.slip), _LONGEST_SLIP)}" if answer.slip else ""
    return f"{text}{others}{slip}"
