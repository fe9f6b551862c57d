"""The command `grader facts`."""

import typer
from rich.markup import escape

from grader.cli.shared import DONE, CourseFolder, course_of, note, out
from grader.execute import isolation
from grader.pipeline.reference_tables import describe_references
from grader.text.values import amount_of


def command(course: CourseFolder = None) -> None:
    """For authors: describe the reference models."""
    here = course_of(course)
    with isolation.local_executor(1, allow_degraded=True, tell=note) as executor:
        tables = describe_references(here, executor)
    for name, table in tables.items():
        layers = amount_of(len(table.layers), "layer", "layers")
        out.print(f"{escape(name)}: {layers}, {amount_of(table.parameters, 'parameter', 'parameters')}", soft_wrap=True)
    out.print(f"Written to {escape(here.shown(here.facts))}.", soft_wrap=True)
    raise typer.Exit(DONE)
