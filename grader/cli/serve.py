"""The command `grader serve`."""

import importlib.util
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.documents.portal import Portal, PortalLink
from grader.cli.shared import (
    CORES,
    AllowDegraded,
    CourseFolder,
    GradebookUrl,
    Jobs,
    answer,
    at_end,
    course_of,
    note,
    tasks,
)
from grader.errors import InputError


def command(
    folder: Annotated[
        Path, typer.Option("--results", metavar="DIR", help="The folder for the results of all exercises.")
    ] = Path("grading"),
    gradebook: GradebookUrl = None,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Network address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="N", min=1, max=65535, help="Port to listen on.")] = 8000,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="HOST", help="A host name under which browsers reach the portal. Repeatable."),
    ] = None,
    graders: Annotated[int, typer.Option("--graders", metavar="N", min=0, help="Number of graders to start.")] = 1,
    jobs: Jobs = CORES,
    allow_degraded: AllowDegraded = False,
    links_only: Annotated[
        bool, typer.Option("--links-only", help="Print links for people without a password, and end.")
    ] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Fill the portal with the demo class.")] = False,
    course: CourseFolder = None,
) -> None:
    """Serve the portal: students submit and read reports in a browser."""
    if importlib.util.find_spec("starlette") is None:
        raise InputError("grader serve: needs further packages. Install them: pip install 'convgrader[portal]'.")
    from grader.pipeline.portal_opening import open_portal
    from grader.portal.serving import Serving, serve

    opened = open_portal(course_of(course), folder, gradebook, with_demo=demo)
    at_end.callback(opened.site.close)
    shared = ["--results", str(folder), *(["--course", str(course)] if course else [])]
    shared += ["--gradebook", gradebook] if gradebook else []
    words = ["work", *shared, "--jobs", str(jobs), "--ends-with-input", *(["--allow-degraded"] * allow_degraded)]
    serving = Serving(host=host, port=port, names=name or [], graders=graders, words=words)
    links = [PortalLink(person=who, address=f"{serving.address}/welcome/{secret}") for who, secret in opened.links]
    for link in links:
        tasks.print(f"{link['person']}: {link['address']}", soft_wrap=True, markup=False)
    answer(Portal(address=serving.address, links=tuple(links)))
    if not links_only:
        serve(opened.site, serving, note)
