"""The command `grader list`."""

import gc
import os

import typer
from rich.markup import escape
from rich.table import Column, Table

from grader.cli.documents.course import ListedExercise, Listing
from grader.cli.shared import DONE, WRONG_USE, CourseFolder, answer, course_of, messages, out, tasks


def command(course: CourseFolder = None) -> None:
    """List the exercises, and check that they are valid."""
    names = ("exercise", "points", "questions", "status", "lecture")
    columns = [Column(name, no_wrap=name != "lecture", overflow="fold") for name in names]
    table = Table(*columns, box=None, pad_edge=False)
    gc.disable()  # this command ends within a second, and the collector would only search what it still needs
    # NumPy starts its threads when it is imported. Here they would wait most of the time, which costs processor time.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Pydantic would search all installed packages for plug-ins, which takes longer than to check an exercise.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from grader.listing import course_problems, lacked_by_machine, listing

    here = course_of(course)
    listed, of_course = listing(here), course_problems(here)
    for item in listed:
        status = "valid" if item.valid else "invalid"
        table.add_row(item.slug, f"{item.points:g}", str(item.questions), status, item.lecture)
    out.print(table)
    for problem in of_course:
        messages.print(escape(problem), soft_wrap=True)
    for item in listed:
        for problem in item.problems:
            messages.print(escape(problem), soft_wrap=True)
        if item.not_here:
            lacking = ", ".join(item.not_here)
            tasks.print(
                f"{item.slug}: cannot be marked on this machine, because these data are missing: {lacking}",
                soft_wrap=True,
            )
    lacked = () if of_course else tuple(lacked_by_machine(here, listed))
    for line in lacked:
        tasks.print(escape(line), soft_wrap=True)
    exercises = tuple(
        ListedExercise(
            exercise=item.slug,
            points=item.points,
            questions=item.questions,
            valid=item.valid,
            lecture=item.lecture,
            problems=item.problems,
            missing_data=item.not_here,
        )
        for item in listed
    )
    answer(Listing(exercises=exercises, problems=tuple(of_course), missing=lacked))
    raise typer.Exit(DONE if not of_course and all(item.valid for item in listed) else WRONG_USE)
