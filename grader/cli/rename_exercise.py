"""The command `grader rename-exercise`."""

from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.documents.marks import Renamed
from grader.cli.results import results_of
from grader.cli.shared import CourseFolder, GradebookUrl, ResultsFolder, answer, course_of, out, usual_results
from grader.pipeline import renaming
from grader.text.printable import printable


def command(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The name in the gradebook.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The new name.")],
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Move an exercise's results to its new name."""
    here = course_of(course)
    results = results_of(new, folder or renaming.usual_folder(here, usual_results(), old, new), gradebook)
    renaming.rename_exercise(here, old, new, results)
    answer(Renamed(old=old, new=new, folder=str(results.folder), exercises=[new], combined=False, named_in=[]))
    out.print(escape(printable(f"'{old}' is now called '{new}' in {results.folder}.", 300)), soft_wrap=True)
