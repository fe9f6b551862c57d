"""Commands for the images of an exercise: data make, data import."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.shared import CourseFolder, course_of, messages, out
from grader.course.specification import read_image_exercise
from grader.errors import InputError
from grader.progress import StageProgress

DataOf = Annotated[str, typer.Argument(metavar="EXERCISE", help="Name of the exercise.")]

command = typer.Typer(
    help="Generate or import the images of an exercise.",
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@command.command("make")
def make_data(
    slug: DataOf,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed", metavar="N", min=0, help="Generate different images. Default: the seed in make_data.py."
        ),
    ] = None,
    course: CourseFolder = None,
) -> None:
    """Generate the images of an exercise that uses artificial images."""
    from grader.images.making import make_images

    here = course_of(course)
    for path in make_images(read_image_exercise(here, slug), seed):
        out.print(escape(here.shown(path)), soft_wrap=True)


@command.command("import")
def import_data(
    slug: DataOf,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A folder, an archive, or the course's HDF5 file.")],
    validation: Annotated[
        float | None,
        typer.Option("--validation", metavar="SHARE", help="Fraction used for validation, if there is no split."),
    ] = None,
    test: Annotated[
        float | None, typer.Option("--test", metavar="SHARE", help="Fraction that is held out, if there is no split.")
    ] = None,
    smallest: Annotated[
        int | None, typer.Option("--smallest-class", metavar="N", min=3, help="Leave out classes with fewer images.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", min=0, help="Draw a different split and order.")
    ] = None,
    course: CourseFolder = None,
) -> None:
    """Check real images, and turn them into the data of an exercise."""
    from grader.images.import_tables import tables
    from grader.images.importing import import_images, with_options

    here = course_of(course)
    exercise = read_image_exercise(here, slug)
    if exercise.settings is None:
        raise InputError(f"exercises/{slug}/exercise.toml: has no table [images]; add it, with 'height' and 'width'.")
    settings = with_options(exercise.settings, validation=validation, test=test, smallest_class=smallest, seed=seed)
    with StageProgress(messages) as progress:
        imported = import_images(exercise, settings, path, progress.tell)
    for table in tables(imported):
        out.print(table, "")
    for file in imported.files:
        out.print(escape(here.shown(file)), soft_wrap=True)
