"""The command line: parse, one call of the pipeline, print."""

import errno
import gc
import json
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from grader import pipeline
from grader.cli import deciding, keeping, renaming, rerunning
from grader.cli.images import data
from grader.cli.shared import (
    CORES,
    DONE,
    INTERRUPTED,
    OUR_FAULT,
    SOME_NOT_GRADED,
    WRONG_USE,
    AllowDegraded,
    Cluster,
    CourseFolder,
    ExerciseName,
    GradebookUrl,
    Jobs,
    OutFolder,
    close_all,
    course_of,
    messages,
    note,
    opened,
    out,
    results_of,
    tell_of_change,
)
from grader.course.listing import listing
from grader.course.scaffold import create_exercise
from grader.course.settings import read_settings
from grader.errors import GraderError, SandboxError
from grader.execute import isolation, places
from grader.execute.environment import environment
from grader.gradebook.exports.gradescope import Visibility
from grader.gradebook.exports.moodle import Identifier
from grader.gradebook.results import Results
from grader.model.record import Isolation
from grader.model.standing import Standing
from grader.pipeline import exporting
from grader.pipeline.course_page import graded_exercises, write_course
from grader.pipeline.enrolment import Enrolled, enrol
from grader.pipeline.exporting import Format, Request
from grader.pipeline.language import language_of
from grader.pipeline.renaming import refuse_a_new_beginning, seem_renamed
from grader.progress import GradingProgress, printable
from grader.report import statistics_terminal
from grader.report.statistics import statistics_json

_MOST_NAMED = 20

_ROOM = "make room there, or name a folder on another disk"
_ALLOWED = "allow it, or name another folder"
_REMEDIES = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EACCES: _ALLOWED,
    errno.EPERM: _ALLOWED,
    errno.EROFS: _ALLOWED,
    errno.EEXIST: "name a folder, not a file",
    errno.ENOTDIR: "name a folder, not a file",
    errno.EISDIR: "a file goes there; move the folder away",
    errno.ENAMETOOLONG: "name a shorter one",
}

app = typer.Typer(
    help="Grade notebooks of a course on convolutional networks with Keras.",
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(data, name="data")


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the results go.")] = Path("demo-results"),
    jobs: Jobs = CORES,
    course: CourseFolder = None,
) -> None:
    """Grade the demo class: made-up submissions with known marks."""
    from grader import demo as demo_class

    here = course_of(course)
    level = isolation.available()
    if level is not Isolation.SANDBOX:
        messages.print("No sandbox on this machine; the demo runs without one, since its notebooks are ours.")
    materials = [pipeline.load(here, slug) for slug in here.slugs()]
    results = []
    with isolation.local_executor(jobs, allow_degraded=True, tell=note) as executor:
        for material in materials:
            slug = material.exercise.slug
            submissions = demo_class.submissions(here, material.exercise)
            if submissions:
                with GradingProgress(messages, slug, len(submissions), jobs) as progress:
                    done = opened(Results(folder / slug))
                    graded = pipeline.grade(material, submissions, done, executor, progress.done, progress.plan)
                results.append((material, graded))
    overview = demo_class.write(results, folder)
    surprises = [text for material, graded in results for text in demo_class.surprises(here, material.exercise, graded)]
    out.print(demo_class.table(results))
    for surprise in surprises:
        messages.print(f"Not as expected: {escape(surprise)}")
    out.print(f"Overview: {escape(str(overview.resolve()))}", soft_wrap=True)
    raise typer.Exit(OUR_FAULT if surprises else DONE)


@app.command("list")
def list_exercises(course: CourseFolder = None) -> None:
    """List the exercises: points, lecture, whether they are ready."""
    names = ("exercise", "points", "questions", "status", "lecture")
    columns = [Column(name, no_wrap=name != "lecture", overflow="fold") for name in names]
    table = Table(*columns, box=None, pad_edge=False)
    listed = listing(course_of(course))
    for item in listed:
        status = "ready" if item.ready else "to mend"
        table.add_row(item.slug, f"{item.points:g}", str(item.questions), status, item.lecture)
    out.print(table)
    for item in listed:
        if not item.ready:
            messages.print(escape(item.status), soft_wrap=True)
        if item.not_here:
            lacking = ", ".join(item.not_here)
            out.print(f"{item.slug}: not marked on this machine, which lacks the data: {lacking}", soft_wrap=True)
    raise typer.Exit(DONE if all(item.ready for item in listed) else WRONG_USE)


@app.command()
def new(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Name of the new exercise, such as max-pooling.")],
    course: CourseFolder = None,
) -> None:
    """Make the folders of a new exercise, ready to run."""
    here = course_of(course)
    for path in create_exercise(here, slug):
        out.print(here.shown(path))
    out.print(f"Next: edit them, then `grader release {slug} --out exercises` and `grader list`.", soft_wrap=True)


@app.command()
def release(
    exercise: ExerciseName,
    roster: Annotated[
        Path | None,
        typer.Option("--roster", metavar="FILE", help="CSV file of the students: a notebook for each."),
    ] = None,
    folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where its folder goes.")] = Path("released"),
    course: CourseFolder = None,
) -> None:
    """Make what students get: their notebook, points and public data."""
    written = pipeline.hand_out(course_of(course), exercise, roster, folder)
    for path in written[:_MOST_NAMED]:
        out.print(escape(str(path)), soft_wrap=True)
    if len(written) > _MOST_NAMED:
        out.print(f"... {len(written)} files in all", soft_wrap=True)


@app.command()
def check(
    notebook: Annotated[Path, typer.Argument(metavar="NOTEBOOK", help="Your notebook.")],
    exercise: Annotated[
        str | None, typer.Option("--exercise", metavar="EXERCISE", help="Its exercise, where it cannot be told.")
    ] = None,
    course: CourseFolder = None,
) -> None:
    """For students: does it run, is all answered in the right form?"""
    with isolation.local_executor(1, allow_degraded=True) as executor:
        checked = pipeline.check(course_of(course), notebook, exercise, executor)
    out.print(escape(checked.exercise))
    for number, error in checked.errors:
        out.print(f"  to do  code cell {number} stops with {escape(printable(error, 200))}", soft_wrap=True)
    for title, problem in checked.problems.items():
        out.print(
            f"  {'to do' if problem else 'ok   '}  {escape(f'{title}: {problem}' if problem else title)}",
            soft_wrap=True,
        )
    for remark in checked.remarks:
        out.print(f"  to do  {escape(printable(remark, 200))}", soft_wrap=True)
    for told in checked.notes:
        out.print(f"  note   {escape(printable(told, 200))}", soft_wrap=True)
    out.print(
        "Ready to hand in." if checked.ready else "Not ready yet. Whether answers are right is not looked at here."
    )
    raise typer.Exit(DONE if checked.ready else SOME_NOT_GRADED)


@app.command()
def grade(
    exercise: ExerciseName,
    submissions: Annotated[
        Path, typer.Argument(metavar="SUBMISSIONS", help="A folder or a zip archive of notebooks, or one notebook.")
    ],
    folder: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where the results go. Default: grading/EXERCISE.")
    ] = None,
    gradebook: GradebookUrl = None,
    jobs: Jobs = CORES,
    allow_degraded: AllowDegraded = False,
    roster: Annotated[
        Path | None, typer.Option("--roster", metavar="FILE", help="CSV file of the students, to tell who is who.")
    ] = None,
    cluster: Cluster = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the marks as JSON.")] = False,
    course: CourseFolder = None,
) -> None:
    """Grade a class: marks and a report for each student."""
    here = course_of(course)
    material = pipeline.load(here, exercise)
    for remark in material.settings.remarks:
        note(remark)
    collected = pipeline.take_in(material, submissions, note)
    results = results_of(exercise, folder, gradebook)
    refuse_a_new_beginning(here, exercise, results, None if folder else Path("grading"))
    with (
        places.executor(jobs, allow_degraded, cluster, note) as executor,
        GradingProgress(messages, exercise, len({each.student for each in collected}), executor.slots) as progress,
    ):
        graded = pipeline.grade(material, collected, results, executor, progress.done, progress.plan)
    for line in seem_renamed(material, results):
        note(line)
    unknown = _tell_roster(enrol(material, results, roster)) if roster else False
    raise typer.Exit(_tell(graded, results, as_json) or (SOME_NOT_GRADED if unknown else DONE))


@app.command()
def regrade(
    exercise: ExerciseName,
    folder: OutFolder = None,
    gradebook: GradebookUrl = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change, for whom and why.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the marks as JSON.")] = False,
    course: CourseFolder = None,
) -> None:
    """Mark again after a change of points or key; runs nothing."""
    material = pipeline.load(course_of(course), exercise)
    results = results_of(exercise, folder, gradebook)
    again = pipeline.regrade(material, results, dry_run)
    for change in again.changes:
        tell_of_change(change)
    if not again.changes:
        messages.print("No mark changed.")
    elif dry_run:
        messages.print("Nothing was changed yet; without --dry-run it is.")
    for student in again.outdated:
        messages.print(
            f"{escape(printable(student))}: its run does not fit the exercise any more; `grader grade` runs it again.",
            soft_wrap=True,
        )
    status = DONE if dry_run else _tell(again.standings, results, as_json, len(again.outdated))
    raise typer.Exit(SOME_NOT_GRADED if again.outdated else status)


rerunning.add_to(app)
deciding.add_to(app)
keeping.add_to(app)
renaming.add_to(app)


@app.command()
def stats(
    exercise: ExerciseName,
    folder: OutFolder = None,
    gradebook: GradebookUrl = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
    course: CourseFolder = None,
) -> None:
    """Say how marks lie, which questions are hard, and what goes wrong."""
    told = pipeline.class_statistics(course_of(course), exercise, results_of(exercise, folder, gradebook))
    if as_json:
        sys.stdout.write(statistics_json(told))
    else:
        out.print(statistics_terminal.shown(told))


@app.command("course")
def course_page(
    folder: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The folder with a folder of results for each exercise.")
    ] = Path("grading"),
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Write one page and one table for all exercises of the course."""
    here = course_of(course)
    graded = graded_exercises(here, folder, gradebook, note)
    page = write_course(graded, folder, language_of(here, read_settings(here)))
    out.print(f"{len(graded)} exercise{'' if len(graded) == 1 else 's'}.")
    out.print(f"Overview: {escape(str(page.resolve()))}", soft_wrap=True)


@app.command()
def export(
    exercise: ExerciseName,
    to: Annotated[
        list[Format], typer.Option("--to", metavar="FORMAT", help=f"{'|'.join(Format)}; several with --to for each.")
    ],
    folder: OutFolder = None,
    gradebook: GradebookUrl = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Where it goes. Default: a file in DIR/exports.")
    ] = None,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="The platform's own file, to fill a copy of.")
    ] = None,
    roster: Annotated[
        Path | None, typer.Option("--roster", metavar="FILE", help="CSV file of the students, to tell who is who.")
    ] = None,
    column: Annotated[
        str | None, typer.Option("--column", metavar="TITLE", help="canvas: which assignment to fill.")
    ] = None,
    scale: Annotated[
        bool | None, typer.Option("--scale", help="Convert points to those of the file.", show_default=False)
    ] = None,
    identifier: Annotated[
        Identifier | None, typer.Option("--identifier", metavar="FIELD", help=f"moodle: {'|'.join(Identifier)}.")
    ] = None,
    visibility: Annotated[
        Visibility | None, typer.Option("--visibility", metavar="WHEN", help=f"gradescope: {'|'.join(Visibility)}.")
    ] = None,
    course: CourseFolder = None,
) -> None:
    """Write the marks for Canvas, Moodle and other programs."""
    results = results_of(exercise, folder, gradebook)
    request = Request(tuple(to), file, source, roster, column, scale, identifier, visibility)
    told: set[str] = set()
    to_look_at = 0
    for written in exporting.export(course_of(course), exercise, results, request):
        lines = [*(f"Note: {remark}" for remark in written.remarks), *written.problems]
        for line in lines:
            if line not in told:  # several forms lack the same students
                messages.print(escape(printable(line, 500)), soft_wrap=True)
        told |= set(lines)
        what = "page" if written.form is Format.FEEDBACK else "mark"
        form = f"{written.form}: " if len(set(to)) > 1 else ""
        count = f"{written.count} {what}{'' if written.count == 1 else 's'}"
        out.print(f"{form}{count}, {len(written.problems)} to look at.")
        for path in written.paths:
            out.print(escape(str(path)), soft_wrap=True)
        to_look_at += len(written.problems)
    raise typer.Exit(SOME_NOT_GRADED if to_look_at else DONE)


@app.command()
def doctor(course: CourseFolder = None) -> None:
    """Say what isolation this machine has, and how to get more."""
    table = Table("", "what", "protects from", "to have it", box=None, pad_edge=False)
    for item in isolation.checks():
        sign = "yes" if item.present else ("no" if item.needed else "–")
        table.add_row(sign, item.name, item.protects, escape(item.remedy))
    out.print(table)
    level = isolation.available()
    out.print(f"\nIsolation: {level}")
    if level is not Isolation.SANDBOX:
        out.print("`grader grade` refuses without --allow-degraded; grade only notebooks that you would run yourself.")
    for name, version in environment():
        out.print(f"{name} {version}")
    out.print(f"course: {escape(str(course_of(course).root))}", soft_wrap=True)


def _tell_roster(enrolled: Enrolled) -> bool:
    """Print who is not on the roster, and of whom nothing came; returns whether somebody is not."""
    for line in enrolled.problems:
        messages.print(escape(printable(line, 300)), soft_wrap=True)
    if enrolled.absent:
        messages.print(f"Nothing was handed in by {len(enrolled.absent)} on the roster:")
        for name in enrolled.absent[:_MOST_NAMED]:
            messages.print(f"  {escape(printable(name))}", soft_wrap=True)
        if len(enrolled.absent) > _MOST_NAMED:
            messages.print(f"  and {len(enrolled.absent) - _MOST_NAMED} more")
    return bool(enrolled.problems)


def _tell(graded: list[Standing], results: Results, as_json: bool, outdated: int = 0) -> int:
    """Print what came of it; returns the exit status."""
    failed = pipeline.ungraded(graded)
    if as_json:
        rows = [
            {
                "student": item.assessment.student,
                "points": item.assessment.points if item.assessment.has_mark else None,
                "max_points": item.assessment.max_points,
                "outcome": item.assessment.outcome,
                "folder": item.entry.folder,
                "waiting": item.assessment.waiting,
            }
            for item in graded
        ]
        sys.stdout.write(json.dumps(rows, indent=1) + "\n")
    for item in failed:
        why = item.assessment.remarks[0] if item.assessment.remarks else item.assessment.outcome
        messages.print(f"{escape(printable(item.assessment.student))}: {escape(printable(why, 300))}", soft_wrap=True)
    if not as_json:
        out.print(_summary(graded, len(failed), outdated), soft_wrap=True)
        out.print(f"Overview: {escape(str(results.overview.resolve()))}", soft_wrap=True)
    return SOME_NOT_GRADED if failed else DONE


def _summary(graded: Sequence[Standing], failed: int, outdated: int = 0) -> str:
    """How many are graded, and how many are not yet: they failed, wait for a person, or have to run again."""
    waiting = [each for each in graded if each.assessment.waiting]
    count = f"{len(graded)} submission{'' if len(graded) == 1 else 's'}"
    left = [
        *([f"{failed} of them could not be graded"] if failed else []),
        *([f"{outdated} of them {'has' if outdated == 1 else 'have'} to run again"] if outdated else []),
        *([f"{len(waiting)} of them {'waits' if len(waiting) == 1 else 'wait'} for a person"] if waiting else []),
    ]
    told = f"{count}, {'; '.join(left) if left else 'all graded'}."
    if not waiting:
        return told
    answers = sum(each.assessment.waiting for each in waiting)
    slug = waiting[0].assessment.exercise
    return f"{told} `grader queue {slug}` lists the {answers} answer{'' if answers == 1 else 's'} to read."


def main() -> None:
    """Run the command line, and turn our exceptions into messages and exit statuses."""
    gc.freeze()  # what was imported stays: a collection need not walk through it again for each submission
    gc.set_threshold(20_000, 20, 20)
    try:
        try:
            app()
        finally:
            close_all()
    except GraderError as error:
        messages.print(escape(str(error)), soft_wrap=True)
        sys.exit(WRONG_USE)
    except SandboxError as error:
        messages.print(f"The grader's own fault: {escape(str(error))}", soft_wrap=True)
        sys.exit(OUR_FAULT)
    except OSError as error:
        sys.exit(_tell_of_system(error))
    except SystemExit as end:
        # The library ends a command that was interrupted by itself, and says nothing.
        if end.code == INTERRUPTED:
            messages.print("Stopped. What was done is kept; the same command goes on from there.")
        raise
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        sys.exit(_tell_of_fault(error))


def _tell_of_system(error: OSError) -> int:
    """Print what the operating system refused; returns the exit status."""
    remedy = _REMEDIES.get(error.errno or 0)
    fact = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    messages.print(escape(printable(f"{fact}; {remedy}." if remedy else fact, 500)), soft_wrap=True)
    return WRONG_USE if remedy else OUR_FAULT


def _tell_of_fault(error: Exception) -> int:
    """Print what went wrong in the grader, and where; returns the exit status."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    fact = f"{type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})"
    messages.print(escape(printable(f"The grader's own fault: {fact}.", 500)), soft_wrap=True)
    messages.print("All of it: the same command, after `export PYTHONDEVMODE=1`.")
    return OUR_FAULT
