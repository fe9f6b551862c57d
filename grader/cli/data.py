"""Commands for data: data make and data import for images, data provide and data list for data sets."""

import contextlib
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.documents.course import DataSets, DataSetState, Files, ImageClass, ImageIssue, ImportedPictures
from grader.cli.shared import CourseFolder, ExerciseName, answer, course_of, note, out, remarks, tasks
from grader.course.layout import Course, find_handed_out
from grader.course.specification import read_image_exercise
from grader.errors import InputError
from grader.progress import StageProgress

command = typer.Typer(
    help="Provide data sets, and generate or import images.",
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@command.command("make")
def make_data(
    slug: ExerciseName,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed", metavar="N", min=0, help="Generate different images. Default: the seed in make_data.py."
        ),
    ] = None,
    course: CourseFolder = None,
) -> None:
    """Generate the artificial images of an exercise."""
    from grader.images.making import make_images

    here = course_of(course)
    written = tuple(map(here.shown, make_images(read_image_exercise(here, slug), seed)))
    for path in written:
        out.print(escape(path), soft_wrap=True)
    answer(Files(files=written))


@command.command("import")
def import_data(
    slug: ExerciseName,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A folder, an archive, or the course's HDF5 file.")],
    validation: Annotated[
        float | None,
        typer.Option(
            "--validation",
            metavar="SHARE",
            help="Fraction of the images for validation, if they have no split.",
        ),
    ] = None,
    test: Annotated[
        float | None, typer.Option("--test", metavar="SHARE", help="Fraction to hold out, if the images have no split.")
    ] = None,
    smallest: Annotated[
        int | None, typer.Option("--smallest-class", metavar="N", min=3, help="Omit classes with fewer images.")
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
        raise InputError(f"exercises/{slug}/exercise.toml: has no table [images]. Add it, with 'height' and 'width'.")
    settings = with_options(exercise.settings, validation=validation, test=test, smallest_class=smallest, seed=seed)
    with StageProgress(remarks) as progress:
        imported = import_images(exercise, settings, path, progress.tell)
    for table in tables(imported):
        out.print(table, "")
    for file in imported.files:
        out.print(escape(here.shown(file)), soft_wrap=True)
    counts = zip(imported.classes, imported.counts, strict=True)
    answer(
        ImportedPictures(
            classes=tuple(
                ImageClass(name=name, training=training, validation=validating, held_out=held_out)
                for name, (training, validating, held_out) in counts
            ),
            issues=tuple(
                ImageIssue(count=issue.count, fact=issue.issue.fact, action=issue.issue.action)
                for issue in imported.issues
            ),
            files=tuple(map(here.shown, imported.files)),
        )
    )


@command.command("provide")
def provide_data(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the data set, such as mnist.")],
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="The file, or a folder with the files. Default: download them."),
    ] = None,
    accept_other: Annotated[
        bool, typer.Option("--accept-other", help="Accept files with a different checksum.")
    ] = False,
    course: CourseFolder = None,
) -> None:
    """Store a data set on this machine, so that notebooks can load it."""
    from grader.pipeline.providing import provide

    provided = provide(_course_if_any(course), name, file, accept_other=accept_other, note=note)
    for path in provided.files:
        out.print(escape(str(path)), soft_wrap=True)
    answer(Files(files=tuple(map(str, provided.files))))


@command.command("list")
def list_data(course: CourseFolder = None) -> None:
    """List the data sets on this machine and those of the course."""
    from grader.pipeline.providing import overview

    listed = overview(_course_if_any(course))
    for data in listed:
        (out if data.is_here else tasks).print(f"{escape(data.name)}: {escape(data.state)}", soft_wrap=True)
    datasets = tuple(DataSetState(name=data.name, state=data.state, is_here=data.is_here) for data in listed)
    answer(DataSets(datasets=datasets))


def _course_if_any(folder: Path | None) -> Course | None:
    """The course, or the exercise that a student got; None if there is none here: known data sets need no course."""
    try:
        return course_of(folder)
    except InputError:
        with contextlib.suppress(InputError):
            return find_handed_out(folder or Path.cwd())
        if folder is not None:
            raise
        return None
