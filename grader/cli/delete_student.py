"""The command `grader delete-student`."""

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.decisions import Author
from grader.cli.documents.marks import DeletedStudent
from grader.cli.shared import AllResults, CourseFolder, GradebookUrl, answer, course_of, note, out
from grader.errors import InputError
from grader.pipeline import people
from grader.text.printable import printable
from grader.text.values import amount_of


def command(
    student: Annotated[str, typer.Argument(metavar="STUDENT", help="The exact name on the dashboard.")],
    is_confirmed: Annotated[bool, typer.Option("--yes", help="Confirm that you want to delete everything.")] = False,
    is_dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print what would be deleted.")] = False,
    author: Author = None,
    folder: AllResults = Path("grading"),
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Delete everything about a student, for example on request."""
    if is_confirmed == is_dry_run:
        raise InputError(
            "delete-student: needs one of two options. Use --dry-run to list the data of the student, or --yes to "
            "delete them."
        )
    deletion = people.delete_student(
        course_of(course), folder, gradebook, student, author or getpass.getuser(), is_dry_run=is_dry_run
    )
    answer(
        DeletedStudent(
            deleted=deletion.is_done,
            submissions=deletion.submissions,
            decisions=deletion.decisions,
            exercises=list(deletion.exercises),
            files=list(deletion.removed),
            named_in=list(deletion.named_in),
        )
    )
    verb = "Would delete" if is_dry_run else "Deleted"
    submissions = amount_of(deletion.submissions, "submission", "submissions")
    decisions = amount_of(deletion.decisions, "decision", "decisions")
    files = amount_of(len(deletion.removed), "file", "files")
    out.print(f"{verb}: {submissions}, {decisions}, {files}.")
    for path in deletion.removed if is_dry_run else ():
        out.print(f"  {escape(printable(path, 300))}", soft_wrap=True)
    for path in deletion.named_in:
        note(f"{path}: still names the student. Remove the name there, or `grader grade` may add the student again.")
