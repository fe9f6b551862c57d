"""The command `grader work`."""

import os
import select
import signal
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.documents.portal import Graded
from grader.cli.shared import (
    CORES,
    AllowDegraded,
    Cluster,
    CourseFolder,
    GradebookUrl,
    OptionalJobs,
    PortalFile,
    answer,
    course_of,
    note,
    usual_results,
)
from grader.execute import places
from grader.pipeline.portal_configuration import configure
from grader.pipeline.queued_grading import work_on


def command(
    config: PortalFile = None,
    folder: Annotated[
        Path | None,
        typer.Option("--results", metavar="DIR", help="The folder for the results of all exercises. Default: grading."),
    ] = None,
    gradebook: GradebookUrl = None,
    jobs: OptionalJobs = None,
    allow_degraded: AllowDegraded = False,
    cluster: Cluster = None,
    until_empty: Annotated[bool, typer.Option("--until-empty", help="Exit as soon as the queue is empty.")] = False,
    ends_with_input: Annotated[
        bool, typer.Option("--ends-with-input", help="Exit when standard input ends. `grader serve` uses this.")
    ] = False,
    course: CourseFolder = None,
) -> None:
    """Grade what students submit in the portal."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # to stop a service is to press Ctrl-C
    settings = configure(
        config,
        usual_results=usual_results(),
        top={"course": course, "results": folder, "gradebook": gradebook},
        graders={"jobs": jobs, "cluster": cluster, "allow_degraded": allow_degraded or None},
    )
    how = settings.graders
    graded = work_on(
        course_of(settings.course),
        settings.results,
        settings.gradebook or None,
        executor=partial(places.executor, how.jobs or CORES, how.allow_degraded, how.cluster, note),
        ends=_input_has_ended if ends_with_input else lambda: False,
        note=note,
        until_empty=until_empty,
        mail=settings.mail,
        url=settings.web.address,
    )
    answer(Graded(graded=graded))


def _input_has_ended() -> bool:
    """Whether the process that started this one has closed its standard input, or has ended."""
    return bool(select.select([0], [], [], 0)[0]) and not os.read(0, 1)
