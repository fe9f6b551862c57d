"""What an import did, as tables for a terminal."""

from rich import box
from rich.markup import escape
from rich.table import Column, Table

from grader.course.images.importing import Imported
from grader.model.images import Part

_MOST_CLASSES = 50


def tables(imported: Imported) -> tuple[Table, ...]:
    """How many images of each class are in each part; and what was found, if anything."""
    return (_counts(imported), *([_findings(imported)] if imported.findings else []))


def _counts(imported: Imported) -> Table:
    numbers = [Column(_part(part, imported), justify="right") for part in Part]
    shown = imported.classes[:_MOST_CLASSES]
    more = len(imported.classes) - len(shown)
    table = Table(Column("class", overflow="fold"), *numbers, box=box.SIMPLE, pad_edge=False, show_footer=True)
    for name, counts in zip(shown, imported.counts, strict=False):
        table.add_row(escape(name), *(f"{count:,}" for count in counts))
    if more:
        table.add_row(f"{more:,} more", *("…" for _ in Part))
    sums = [sum(column) for column in zip(*imported.counts, strict=True)]
    for column, text in zip(
        table.columns, (f"{len(imported.classes):,} classes", *map("{:,}".format, sums)), strict=True
    ):
        column.footer = text
    return table


def _part(part: Part, imported: Imported) -> str:
    return f"{part.word} (drawn)" if part in imported.drawn else part.word


def _findings(imported: Imported) -> Table:
    table = Table(
        Column("found", justify="right"),
        Column("what", ratio=2),
        Column("what was done", ratio=2),
        Column("such as", overflow="fold", ratio=3),
        box=box.SIMPLE,
        pad_edge=False,
    )
    for each in imported.findings:
        more = "\n…" if each.count > len(each.examples) else ""
        table.add_row(f"{each.count:,}", each.kind.what, each.kind.done, escape("\n".join(each.examples)) + more)
    return table
