"""The command `grader demo`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader import demo as demo_class
from grader import pipeline
from grader.cli.results import opened
from grader.cli.shared import (
    CORES,
    DONE,
    OUR_FAULT,
    CourseFolder,
    Jobs,
    course_of,
    messages,
    note,
    out,
)
from grader.execute import isolation
from grader.model.mark import Mark
from grader.model.record import Isolation
from grader.pipeline.case_grading import case_submissions, surprises
from grader.pipeline.material import Material
from grader.progress import GradingProgress


def command(
    folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the results go.")] = Path("demo-results"),
    jobs: Jobs = CORES,
    course: CourseFolder = None,
) -> None:
    """Grade the demo class: made-up submissions with known marks."""
    here = course_of(course)
    level = isolation.available()
    if level is not Isolation.SANDBOX:
        messages.print("This machine has no sandbox. The demo runs without one, because its notebooks are our own.")
    materials = demo_class.quick_first(pipeline.load(here, slug) for slug in here.slugs())
    results: list[tuple[Material, list[Mark]]] = []
    overview = demo_class.write(results, folder)
    with isolation.local_executor(jobs, allow_degraded=True, tell=note) as executor:
        for material in materials:
            slug = material.exercise.slug
            submissions = case_submissions(here, material.exercise)
            if submissions:
                with GradingProgress(messages, slug, len(submissions), jobs) as progress:
                    done = opened(pipeline.Results(folder / slug))
                    graded = pipeline.grade(material, submissions, done, executor, progress.done, progress.plan)
                results.append((material, graded))
                overview = demo_class.write(results, folder)  # again after each exercise, so that there is one early
                if len(results) == 1:
                    note(f"The first results are in {overview.resolve()}. The page grows with each exercise.")
    results.sort(key=lambda result: result[0].exercise.slug)
    unexpected = [text for material, graded in results for text in surprises(here, material.exercise, graded)]
    out.print(demo_class.table(results))
    for surprise in unexpected:
        messages.print(f"Not as expected: {escape(surprise)}")
    out.print(f"Dashboard: {escape(str(overview.resolve()))}", soft_wrap=True)
    raise typer.Exit(OUR_FAULT if unexpected else DONE)
