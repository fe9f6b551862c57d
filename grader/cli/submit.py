"""The command `grader submit`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.portal_access import PortalUrl, local_time, mark_in_words, portal, tell
from grader.cli.shared import DONE, SOME_NOT_GRADED, answer, exercise_names, out, tasks
from grader.model.api import AttemptResult, CheckedFiles
from grader.pipeline.submitting import Submitting, hand_in
from grader.text.printable import printable


def command(
    notebooks: Annotated[
        list[Path], typer.Argument(metavar="NOTEBOOK", help="Your notebook, and other files of the submission.")
    ],
    to: PortalUrl = None,
    exercise: Annotated[
        str,
        typer.Option(
            "--exercise",
            metavar="EXERCISE",
            help="The exercise, if the notebook is not recognised.",
            autocompletion=exercise_names,
        ),
    ] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the submission has been graded.")] = False,
    check_only: Annotated[bool, typer.Option("--check-only", help="Only check the files. Submit nothing.")] = False,
) -> None:
    "For students: submit a notebook to the course portal."
    submitting = Submitting(files=tuple(notebooks), exercise=exercise, only_checks=check_only, waits=wait)
    with portal(to) as client:
        result = hand_in(client, submitting, tell)
    answer(result)
    raise typer.Exit(_tell_of_attempt(result) if "attempt" in result else _tell_of_check(result))


def _tell_of_attempt(result: AttemptResult) -> int:
    """Print what the portal stored, and the result if there is one; returns the exit status."""
    attempt = result["attempt"]
    sent = local_time(attempt["submitted_at"])
    out.print(f"{escape(printable(attempt['exercise']))}: attempt {attempt['number']}, submitted {sent}.")
    for remark in attempt["remarks"]:
        tasks.print(f"  to do  {escape(printable(remark, 500))}", soft_wrap=True)
    for sentence in result["notes"]:
        tasks.print(escape(printable(sentence, 500)), soft_wrap=True)
    has_failed = attempt["state"] == "failed"
    (tasks if has_failed else out).print(escape(printable(attempt["message"], 500)), soft_wrap=True)
    for question in result["questions"]:
        points = f"{question['points']:g}/{question['max_points']:g}"
        out.print(f"  {points:>9}  {escape(printable(question['title'], 200))}", soft_wrap=True)
    if result["mark"] is not None:
        out.print(f"Mark: {mark_in_words(result['mark'])}.")
    elif attempt["state"] == "done":
        out.print(escape(printable(result["next_step"], 500)), soft_wrap=True)
    return SOME_NOT_GRADED if has_failed else DONE


def _tell_of_check(result: CheckedFiles) -> int:
    """Print what is missing; returns the exit status."""
    for remark in result["remarks"]:
        tasks.print(f"  to do  {escape(printable(remark, 500))}", soft_wrap=True)
    name = escape(printable(result["exercise"]))
    out.print(f"{name}: nothing was submitted. The portal did not run the notebook.", soft_wrap=True)
    return SOME_NOT_GRADED if result["remarks"] else DONE
