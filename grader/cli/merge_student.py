"""The command `grader merge-student`."""

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.decisions import Author
from grader.cli.documents.marks import Merged
from grader.cli.shared import AllResults, CourseFolder, GradebookUrl, answer, course_of, out
from grader.pipeline import people
from grader.text.printable import printable


def command(
    old: Annotated[str, typer.Argument(metavar="FROM", help="The student whose data are moved.")],
    new: Annotated[str, typer.Argument(metavar="TO", help="The student who gets the data.")],
    author: Author = None,
    folder: AllResults = Path("grading"),
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Merge two students in the gradebook who are the same person."""
    slugs = people.merge_student(course_of(course), folder, gradebook, old, new, author or getpass.getuser())
    answer(Merged(old=old, new=new, exercises=slugs))
    where = ", ".join(slugs) or "no exercise"
    out.print(escape(printable(f"'{old}' now belongs to '{new}': {where}.", 300)), soft_wrap=True)
