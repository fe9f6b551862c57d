"""The command `grader work`."""

import os
import select
import signal
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.documents.portal import Graded
from grader.cli.shared import CORES, AllowDegraded, Cluster, CourseFolder, GradebookUrl, Jobs, answer, course_of, note
from grader.execute import places
from grader.pipeline.queued_grading import work_on


def command(
    folder: Annotated[
        Path, typer.Option("--results", metavar="DIR", help="The folder for the results of all exercises.")
    ] = Path("grading"),
    gradebook: GradebookUrl = None,
    jobs: Jobs = CORES,
    allow_degraded: AllowDegraded = False,
    cluster: Cluster = None,
    until_empty: Annotated[bool, typer.Option("--until-empty", help="End as soon as the queue is empty.")] = False,
    ends_with_input: Annotated[
        bool, typer.Option("--ends-with-input", help="End when standard input ends, as `grader serve` needs it.")
    ] = False,
    course: CourseFolder = None,
) -> None:
    """Grade what students submit in the portal."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # to stop a service is to press Ctrl-C
    graded = work_on(
        course_of(course),
        folder,
        gradebook,
        executor=partial(places.executor, jobs, allow_degraded, cluster, note),
        ends=_input_has_ended if ends_with_input else lambda: False,
        note=note,
        until_empty=until_empty,
    )
    answer(Graded(graded=graded))


def _input_has_ended() -> bool:
    """Whether the process that started this one has closed its standard input, or has ended."""
    return bool(select.select([0], [], [], 0)[0]) and not os.read(0, 1)
