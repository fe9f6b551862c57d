"""The command `grader serve`."""

import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.documents.portal import Portal, PortalLink
from grader.cli.shared import (
    AllowDegraded,
    CourseFolder,
    GradebookUrl,
    OptionalJobs,
    PortalFile,
    answer,
    at_end,
    course_of,
    note,
    tasks,
    usual_results,
)
from grader.errors import InputError
from grader.model.portal import Role
from grader.model.portal_settings import PortalSettings
from grader.pipeline.portal_configuration import configure


def command(
    config: PortalFile = None,
    folder: Annotated[
        Path | None,
        typer.Option("--results", metavar="DIR", help="The folder for the results of all exercises. Default: grading."),
    ] = None,
    gradebook: GradebookUrl = None,
    host: Annotated[
        str | None, typer.Option("--host", metavar="ADDRESS", help="Network address to listen on. Default: 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="N", min=1, max=65535, help="Port to listen on. Default: 8000."),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="HOST", help="A host name of the portal. Repeat --name for more names."),
    ] = None,
    graders: Annotated[
        int | None, typer.Option("--graders", metavar="N", min=0, help="Number of graders to start. Default: 1.")
    ] = None,
    jobs: OptionalJobs = None,
    allow_degraded: AllowDegraded = False,
    links_only: Annotated[
        bool, typer.Option("--links-only", help="Print links for people without a password, and exit.")
    ] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Fill the portal with the demo class.")] = False,
    course: CourseFolder = None,
) -> None:
    """Serve the portal: students submit and read reports in a browser."""
    if importlib.util.find_spec("starlette") is None:
        raise InputError("grader serve: needs further packages. Install them: pip install 'convgrader[portal]'.")
    from grader.pipeline.portal_opening import open_portal
    from grader.portal.serving import StartedGraders, serve

    settings = configure(
        config,
        usual_results=usual_results(),
        top={"course": course, "results": folder, "gradebook": gradebook},
        web={"host": host, "port": port, "names": tuple(name or ()) or None},
        graders={"start": graders, "jobs": jobs, "allow_degraded": allow_degraded or None},
    )
    opened = open_portal(course_of(settings.course), settings.results, settings.gradebook or None, with_demo=demo)
    at_end.callback(opened.site.close)
    address = settings.web.address
    links = [PortalLink(person=who, address=f"{address}/welcome/{secret}") for who, secret in opened.links]
    _print_links(links, links_only or not _is_output_logged())
    note(f"The results are in the folder {settings.results}.")
    if links and not opened.site.accounts.count(Role.STUDENT):
        note("Next: open the administrator's link, choose a password, and add the class under People.")
    answer(Portal(address=address, links=tuple(links)))
    if not links_only:
        started = StartedGraders(
            count=settings.graders.start,
            words=_words_of_graders(config, settings, opened.site.course.root),
            environment={"GRADER_GRADEBOOK": settings.gradebook},
        )
        serve(opened.site, settings.web, started, note)


def _print_links(links: Sequence[PortalLink], is_allowed: bool) -> None:
    """Print the links for first sign-ins, or say how to get them where the output would be kept."""
    if is_allowed:
        for link in links:
            tasks.print(f"{link['person']}: {link['address']}", soft_wrap=True, markup=False)
    elif links:
        note("Some people have no password yet. To print links for them, run the command again with --links-only.")


def _words_of_graders(config: Path | None, settings: PortalSettings, course: Path) -> list[str]:
    """The command line of a grader with the same settings, but without the address of the database: other users of the
    machine can read command lines, and the address may contain a password.
    """
    jobs, cluster = settings.graders.jobs, settings.graders.cluster
    return [
        *("work", "--ends-with-input", "--course", str(course), "--results", str(settings.results)),
        *(["--config", str(config)] if config else []),
        *(["--jobs", str(jobs)] if jobs else []),
        *(["--cluster", cluster] if cluster else []),
        *(["--allow-degraded"] * settings.graders.allow_degraded),
    ]


def _is_output_logged() -> bool:
    """Whether systemd writes what this process prints to its journal. Links are secrets, and must not be in a log."""
    try:
        status = os.fstat(sys.stdout.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"
