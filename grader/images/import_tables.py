"""Shows the result of an import as tables on a terminal."""

from rich import box
from rich.markup import escape
from rich.table import Column, Table

from grader.images.importing import ImportedImages
from grader.model.images import Subset

_MOST_CLASSES = 50


def tables(imported: ImportedImages) -> tuple[Table, ...]:
    """The number of images of each class in each subset and, if there are any, the issues of the images."""
    return (_counts(imported), *([_issues(imported)] if imported.issues else []))


def _counts(imported: ImportedImages) -> Table:
    numbers = [Column(_subset(subset, imported), justify="right") for subset in Subset]
    table = Table(Column("class", overflow="fold"), *numbers, box=box.SIMPLE, pad_edge=False, show_footer=True)
    for name, counts in zip(imported.classes[:_MOST_CLASSES], imported.counts, strict=False):
        table.add_row(escape(name), *(f"{count:,}" for count in counts))
    more = len(imported.classes) - _MOST_CLASSES
    if more > 0:
        table.add_row(f"{more:,} more", *("…" for _ in Subset))
    sums = [sum(column) for column in zip(*imported.counts, strict=True)]
    footers = [f"{len(imported.classes):,} classes", *(f"{number:,}" for number in sums)]
    for column, footer in zip(table.columns, footers, strict=True):
        column.footer = footer
    return table


def _subset(subset: Subset, imported: ImportedImages) -> str:
    return f"{subset.word} (drawn)" if subset in imported.drawn else subset.word


def _issues(imported: ImportedImages) -> Table:
    table = Table(
        Column("found", justify="right"),
        Column("what", ratio=2),
        Column("what was done", ratio=2),
        Column("such as", overflow="fold", ratio=3),
        box=box.SIMPLE,
        pad_edge=False,
    )
    for counted in imported.issues:
        more = "\n…" if counted.count > len(counted.examples) else ""
        examples = escape("\n".join(counted.examples)) + more
        table.add_row(f"{counted.count:,}", counted.issue.fact, counted.issue.action, examples)
    return table
