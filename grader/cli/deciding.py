"""Commands for what people decide: adjust, comment, queue, decide, history."""

import getpass
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader import pipeline
from grader.cli.shared import CourseFolder, ExerciseName, GradebookUrl, OutFolder, course_of, messages, out, results_of
from grader.course.settings import moment
from grader.errors import InputError
from grader.intake.roster import read_roster
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.course_settings import CourseSettings
from grader.model.standing import Standing
from grader.pipeline import deciding
from grader.pipeline import history as histories
from grader.pipeline.renaming import refuse_a_new_beginning
from grader.progress import printable

_DECIMAL_COMMA = re.compile(r"[0-9]+,[0-9]{1,2}")
_DATE_ONLY = re.compile(r"[0-9]{4}-?(?:[0-9]{2}-?[0-9]{2}|W[0-9]{2}(?:-?[0-9])?)")

StudentName = Annotated[str, typer.Argument(metavar="STUDENT", help="As the overview names them.")]
Question = Annotated[
    str, typer.Option("--question", metavar="ID", help="One question; without it, the whole exercise.")
]
Author = Annotated[
    str | None,
    typer.Option("--author", metavar="NAME", help="Who decides. Default: who is logged in.", show_default=False),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; the student reads it.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (adjust, comment, queue, decide, history):
        app.command()(command)


def adjust(
    student: StudentName,
    exercise: ExerciseName,
    reason: Reason,
    question: Question = "",
    points: Annotated[
        str | None, typer.Option("--points", metavar="N", help="Points to give; `grader` takes a decision back.")
    ] = None,
    excused: Annotated[
        bool | None, typer.Option("--excused/--not-excused", help="Excuse the student.", show_default=False)
    ] = None,
    extension: Annotated[
        str | None,
        typer.Option(
            "--extension", metavar="WHEN", help="Deadline of their own, 2026-05-01T23:59; `none` takes it back."
        ),
    ] = None,
    roster: Annotated[
        Path | None, typer.Option("--roster", metavar="FILE", help="CSV file of the students who may yet hand in.")
    ] = None,
    ahead: Annotated[
        bool, typer.Option("--before-handing-in", help="The name is right, though they have not handed in yet.")
    ] = False,
    author: Author = None,
    folder: OutFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Decide on points, an excuse or an extension; no regrade undoes it."""
    here = course_of(course)
    material = pipeline.load(here, exercise)
    kinds = [points is not None, excused is not None, extension is not None]
    if sum(kinds) != 1:
        raise InputError("adjust: give one of --points, --excused, --not-excused and --extension.")
    base = _base(student, exercise, question, author, reason)
    if points is not None:
        made = replace(base, kind=AdjustmentKind.POINTS, points=_points(points))
    elif excused is not None:
        made = replace(base, kind=AdjustmentKind.EXCUSED, excused=excused)
    else:
        made = replace(base, kind=AdjustmentKind.EXTENSION, until=_moment(extension or "", material.settings))
    expected = deciding.Expected(read_roster(roster) if roster else (), ahead)
    results = results_of(exercise, folder, gradebook)
    refuse_a_new_beginning(here, exercise, results, None if folder else Path("grading"))
    _tell(deciding.decide(material, results, [made], expected), [made], material.settings)


def comment(
    student: StudentName,
    exercise: ExerciseName,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the student reads; '' takes a comment back.")],
    question: Question = "",
    author: Author = None,
    folder: OutFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Say something to a student, in the report."""
    material = pipeline.load(course_of(course), exercise)
    made = replace(_base(student, exercise, question, author, ""), text=text)
    _tell(deciding.decide(material, results_of(exercise, folder, gradebook), [made]), [made], material.settings)


def queue(
    exercise: ExerciseName,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Write them as a CSV file, to fill in for `decide`.")
    ] = None,
    folder: OutFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """List the answers that wait for a person."""
    material = pipeline.load(course_of(course), exercise)
    waits = deciding.waiting(material, results_of(exercise, folder, gradebook))
    if file is not None:
        deciding.write_queue(waits, file)
        out.print(escape(str(file)), soft_wrap=True)
    else:
        for each in waits:
            head = f"{each.student}  {each.finding.question}  of {each.finding.max_points:g}"
            out.print(escape(printable(head, 200)), soft_wrap=True)
            out.print(f"    {escape(printable(each.finding.found or each.finding.reason, 2_000))}", soft_wrap=True)
    out.print(f"{len(waits)} answer{'' if len(waits) == 1 else 's'} to read.")


def decide(
    exercise: ExerciseName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `queue --file` wrote, filled in.")],
    overrule: Annotated[
        bool, typer.Option("--overrule", help="Let the file count where somebody else decided otherwise.")
    ] = False,
    author: Author = None,
    folder: OutFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Take over points and comments from a file."""
    material = pipeline.load(course_of(course), exercise)
    results = results_of(exercise, folder, gradebook)
    made = deciding.read_decisions(material, results, file, author or getpass.getuser())
    if not made:
        raise InputError(f"{file}: has neither points nor comments; fill some in.")
    _tell(deciding.decide(material, results, made, overrules=overrule), made, material.settings)


def history(
    student: StudentName,
    exercise: ExerciseName,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FOLDER", help="Write every try there: notebooks and files.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    folder: OutFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Print every try, mark and decision of a student."""
    material = pipeline.load(course_of(course), exercise)
    results = results_of(exercise, folder, gradebook)
    told = histories.history(material, results, student)
    if as_json:
        lines = [{"at": line.at.isoformat(), "what": line.what, "by": line.by} for line in told.lines]
        sys.stdout.write(json.dumps(lines, indent=1) + "\n")
    else:
        out.print(f"Times are those of {material.settings.time_zone}.")
        for line in told.lines:
            by = f"  [{line.by}]" if line.by else ""
            shown = f"{line.at:%Y-%m-%d %H:%M}  {line.what}{by}"
            out.print(escape(printable(shown, 500)), soft_wrap=True)
        out.print(escape(printable(_standing(told), 200)), soft_wrap=True)
    for path in histories.save_tries(results, told, save) if save else ():
        out.print(escape(str(path)), soft_wrap=True)


def _standing(told: histories.History) -> str:
    if told.standing is None:
        return f"{told.student} is excused." if told.excused else f"{told.student} has no mark yet."
    number = [each.id for each in told.tries].index(told.standing.entry.id) + 1
    return f"What counts: try {number}, {_mark(told.standing)}."


def _base(student: str, exercise: str, question: str, author: str | None, reason: str) -> Adjustment:
    by = author or getpass.getuser()
    return Adjustment(student, exercise, AdjustmentKind.COMMENT, by, reason, datetime.now().astimezone(), question)


def _points(text: str) -> float | None:
    if text == "grader":
        return None
    try:
        return float(text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text.strip()) else text)
    except ValueError:
        raise InputError(f"--points: {text!r} is no number; give one, or `grader` to take a decision back.") from None


def _moment(text: str, settings: CourseSettings) -> datetime | None:
    if text == "none":
        return None
    try:
        at = None if _DATE_ONLY.fullmatch(text.strip()) else datetime.fromisoformat(text.strip())
    except ValueError:
        at = None
    if at is None:  # a date alone would be its first minute, when whoever gives one means the last
        raise InputError(f"--extension: {text!r} is no date with a time; give one such as 2026-05-01T23:59, or `none`.")
    return moment(at, settings.zone)


def _mark(standing: Standing) -> str:
    mark = standing.assessment
    if mark.excused:
        return "excused"
    return f"{mark.points:g} of {mark.max_points:g}" if mark.publishable else "no mark yet"


def _tell(decided: deciding.Decided, made: Sequence[Adjustment], settings: CourseSettings) -> None:
    """Say which decisions no longer count, what the marks are now, and of whom there is none yet."""
    for each in decided.replaced:
        messages.print(escape(printable(f"Replaced: {each.told(settings.zone)}.", 500)), soft_wrap=True)
    for standing in decided.standings:
        out.print(escape(printable(f"{standing.entry.student}: {_mark(standing)}", 200)), soft_wrap=True)
    shown = {each.entry.student.casefold() for each in decided.standings}
    for student in dict.fromkeys(each.student for each in made):
        if student.casefold() not in shown:
            text = f"{student}: has handed in nothing yet; it holds once they do, under this very name."
            messages.print(escape(printable(text, 200)), soft_wrap=True)
