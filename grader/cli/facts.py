"""The command `grader facts`."""

import typer
from rich.markup import escape

from grader.cli.documents.course import Facts, ReferenceModel
from grader.cli.shared import DONE, CourseFolder, answer, course_of, note, out
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
    models = tuple(
        ReferenceModel(name=name, layers=len(table.layers), parameters=table.parameters)
        for name, table in tables.items()
    )
    answer(Facts(models=models, file=here.shown(here.facts)))
    raise typer.Exit(DONE)
