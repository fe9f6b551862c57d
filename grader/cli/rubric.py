"""The command `grader rubric`."""

import getpass
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.decisions import Author
from grader.cli.documents.marks import ListedItem, RubricItems
from grader.cli.results import change_document, results_of, tell_of_change
from grader.cli.shared import CourseFolder, ExerciseName, GradebookUrl, ResultsFolder, answer, course_of, out, remarks
from grader.errors import InputError
from grader.model.rubric import ItemChange, RubricItem
from grader.pipeline import Results, load, load_exercise, rubrics
from grader.pipeline.material import CourseExercise
from grader.text.printable import printable
from grader.text.values import amount_of


def command(
    exercise: ExerciseName,
    add: Annotated[
        str | None, typer.Option("--add", metavar="QUESTION", help="Add an item to this question or criterion.")
    ] = None,
    change: Annotated[
        int | None, typer.Option("--change", metavar="N", min=1, help="Change this item for everyone who has it.")
    ] = None,
    points: Annotated[
        float | None,
        typer.Option("--points", metavar="POINTS", help="The points that the item adds. Negative points are deducted."),
    ] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help="The comment that students read.")] = None,
    is_offered: Annotated[
        bool | None,
        typer.Option("--offer/--retire", help="Whether the item can still be applied.", show_default=False),
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="The reason for a change, which students can read.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print what would change, for whom and why.")] = False,
    author: Author = None,
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """List rubric items, add one, or change one for everyone who has it."""
    here = course_of(course)
    results = results_of(exercise, folder, gradebook)
    who = author or getpass.getuser()
    if change is None:
        course_exercise = load_exercise(here, exercise)
        if add is not None:
            _add(course_exercise, results, add, points, text, who)
        elif points is not None or text is not None or is_offered is not None or reason or dry_run:
            raise InputError("rubric: say what to do. Give --add QUESTION or --change N.")
        _print_list(course_exercise, results)
        return
    if add is not None:
        raise InputError("rubric: give --add or --change, not both.")
    request = ItemChange(
        number=change,
        points=points,
        text=text,
        is_offered=is_offered,
        author=who,
        reason=reason,
        at=datetime.now().astimezone(),
    )
    changed = rubrics.change_item(load(here, exercise), results, request, dry_run=dry_run)
    if changed.is_unchanged:
        raise InputError(f"rubric: item {change} already has these values. Give other points or another text.")
    for difference in changed.changes:
        tell_of_change(difference)
    count = amount_of(len(changed.students), "student has", "students have")
    remarks.print(f"{count} this item. Marks that {'would change' if dry_run else 'changed'}: {len(changed.changes)}.")
    if dry_run:
        remarks.print("This was a dry run. To change the item, leave out --dry-run.")
    document = _document(changed.item, len(changed.students), changed.item.version)
    answer(RubricItems(items=(document,), changes=tuple(change_document(one) for one in changed.changes)))


def _add(
    course_exercise: CourseExercise, results: Results, place: str, points: float | None, text: str | None, author: str
) -> None:
    if points is None or text is None:
        raise InputError("rubric: --add also needs --points and --text.")
    exercise = course_exercise.exercise
    book = results.existing(course_exercise.settings, exercise.slug)
    rubrics.add_item(exercise, book, place=place, points=points, text=text, author=author)


def _print_list(course_exercise: CourseExercise, results: Results) -> None:
    items = rubrics.used_items(results.existing(course_exercise.settings, course_exercise.exercise.slug))
    if not items:
        remarks.print("The rubric has no items. Add one with --add.")
    for listed in items:
        item = listed.item
        retired = "" if item.is_offered else "  (retired)"
        head = (
            f"{item.number}  {item.place}  {item.points:+g}  {amount_of(len(listed.students), 'student', 'students')}"
        )
        out.print(escape(printable(head + retired, 200)), soft_wrap=True)
        for line in item.text.splitlines():
            out.print(f"    {escape(printable(line, 500))}", soft_wrap=True)
        for version in listed.history[1:]:
            what = f"version {version.version}, {version.at:%Y-%m-%d %H:%M} UTC: {version.points:+g} ({version.reason})"
            out.print(escape(printable(f"    {what}  [{version.author}]", 500)), soft_wrap=True)
    answer(
        RubricItems(
            items=tuple(_document(listed.item, len(listed.students), len(listed.history)) for listed in items),
            changes=(),
        )
    )


def _document(item: RubricItem, students: int, versions: int) -> ListedItem:
    return ListedItem(
        number=item.number,
        question=item.place,
        points=item.points,
        text=item.text,
        offered=item.is_offered,
        students=students,
        versions=versions,
    )
