"""A practice card and the feedback on an answer, as a terminal shows them."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from grader.mistakes.misconceptions import BY_ID
from grader.model.assessment import Finding, Verdict
from grader.model.figures import Cells, FeatureMaps, Figure, WindowSizes, WorkedCell
from grader.model.practice import LearningStage, PracticeCard, Standing, TrainedConcept
from grader.model.windows import Axis
from grader.report.figures.worked_cell import view_of
from grader.report.terminal import plain
from grader.report.words import percent
from grader.text.language import say

_INDENT = (0, 0, 0, 2)
_WIDEST = 70  # cells of an axis that are drawn one by one
_MOST_PLACES = 4  # places of a window that are drawn


def card_view(card: PracticeCard) -> RenderableType:
    """Lay out what a card asks.

    Returns:
        An object that `rich` prints: the section of the notebook, the numbers, the question, and the name to answer.
    """
    code = "\n".join(filter(None, (card.assignments, card.earlier_answers)))
    parts: list[RenderableType] = [Text(plain(f"{card.exercise_title}: {card.question.title}"), style="bold")]
    if card.before:
        parts.append(_markdown(card.before, "dim"))
    parts += [Text(), Rule(style="dim"), _markdown(card.text)]
    if code:
        parts.append(Padding(Text(plain(code)), _INDENT))
    return Group(*parts)


def finding_view(finding: Finding) -> RenderableType:
    """Lay out the feedback on an answer.

    Returns:
        An object that `rich` prints: verdict, reason, next step, and a picture where there is one.
    """
    if finding.verdict is Verdict.PASSED:
        return Group(Text(say("Right"), style="bold green"), *_sentences(finding.reason))
    verdict = say("Partly right") if finding.verdict is Verdict.PARTIAL else say("Not yet")
    table = Table.grid(padding=(0, 2))
    for name, value in _rows(finding):
        table.add_row(Text(name, style="bold"), Text(plain(value)))
    pictures = [Padding(picture, (1, 0, 0, 2)) for figure in finding.figures for picture in _picture(figure)]
    return Group(Text(verdict, style="bold yellow"), table, *pictures)


def standings_view(
    concepts: Sequence[TrainedConcept], standings: Sequence[Standing], only_begun: bool = False
) -> RenderableType:
    """Lay out how far somebody is with each concept.

    Args:
        concepts: The concepts of the course.
        standings: The standing with each concept, in the same order.
        only_begun: Whether concepts without an answer are left out.

    Returns:
        An object that `rich` prints.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in (say("Concept"), say("Name"), say("Answers"), say("How far you are")):
        table.add_column(heading, justify="left", overflow="fold")
    for concept, standing in zip(concepts, standings, strict=True):
        if standing.answers or not only_begun:
            table.add_row(plain(concept.title), concept.id, str(standing.answers), _stage(standing))
    return table if table.rows else Text()


def _stage(standing: Standing) -> str:
    again = [str(BY_ID[name].title) for name in standing.repeated if name in BY_ID]
    match standing.stage:
        case LearningStage.NEW:
            return say("not begun")
        case LearningStage.MASTERED if standing.due is not None:
            return say("mastered, again on {date}", date=f"{standing.due.astimezone():%Y-%m-%d}")
        case LearningStage.DUE:
            return say("mastered, and due again")
    known = percent(standing.probability)
    if not again:
        return say("learning, {percent} known", percent=known)
    return say("learning, {percent} known. Repeated mistake: {mistake}", percent=known, mistake=again[0])


def _rows(finding: Finding) -> Iterator[tuple[str, str]]:
    listed = (
        (say("Your answer"), finding.found),
        (say("Expected"), finding.expected),
        (say("Why"), finding.reason),
        (say("Next step"), finding.hint),
    )
    yield from ((name, str(value)) for name, value in listed if value)
    yield from ((str(part.label), str(part.reason)) for part in finding.parts if part.reason)


def _sentences(text: object) -> Iterator[RenderableType]:
    if text:
        yield Text(plain(str(text)))


def _markdown(text: str, style: str = "none") -> RenderableType:
    return Padding(Markdown(plain(text), code_theme="ansi_dark", style=style), (1, 0, 0, 0))


# ---- Pictures --------------------------------------------------------------------------------------------------------


def _picture(figure: Figure) -> Iterator[RenderableType]:
    match figure:
        case WindowSizes(axes=axes, output=output):
            yield from _windows(axes, output)
        case WorkedCell():
            yield _worked_cell(figure)
        case FeatureMaps(found=found, expected=expected):
            yield from _maps(say("Your answer"), found)
            yield from _maps(say("Expected"), expected)


def _windows(axes: Sequence[Axis], output: tuple[int, ...] | None) -> Iterator[RenderableType]:
    """The first places of the window on each axis, and the last one; equal axes are drawn once."""
    for axis in dict.fromkeys(axes):
        if axis.length > _WIDEST or not axis.places:
            continue
        lines = [f"{'·' * axis.before}{'■' * axis.size}{'·' * axis.after}"]
        places = range(min(axis.places, _MOST_PLACES))
        lines += [f"{' ' * (place * axis.stride)}{'─' * axis.window}" for place in places]
        if axis.places > len(places):
            lines += ["…", f"{' ' * axis.last}{'─' * axis.window}"]
        if output is not None:
            lines.append(say("{count} places", count=axis.places))
        yield Text("\n".join(lines))


def _worked_cell(figure: WorkedCell) -> RenderableType:
    """The window behind one wrong cell and the filter, and in words what follows from them."""
    view = view_of(figure, shows_expected=True)
    area = view.window
    windows = [
        tuple(row[area.column : area.column + area.columns] for row in field[area.row : area.row + area.rows])
        for field in view.fields
    ]
    side_by_side = Table.grid(padding=(0, 4))
    side_by_side.add_row(*map(_grid, [*windows, *view.filters]))
    return Group(side_by_side, Text(), Text(plain(view.reading)))


def _maps(name: str, maps: Iterable[Cells]) -> Iterator[RenderableType]:
    for one in maps:
        yield Group(Text(name), _grid(one))


def _grid(cells: Cells) -> Table:
    table = Table.grid(padding=(0, 1))
    for line in cells:
        table.add_row(*(Text("–" if value is None else f"{value:g}", justify="right") for value in line))
    return table
