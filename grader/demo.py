"""The demo class: the cases of every exercise, and one page about all of them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.table import Table

from grader.model.mark import Mark
from grader.pipeline.course_page import write_course
from grader.pipeline.material import Material
from grader.text.language import ENGLISH

Results = Sequence[tuple[Material, list[Mark]]]


def quick_first(materials: Iterable[Material]) -> list[Material]:
    """The exercises by the time that their notebooks may take: exercises without training come first."""
    return sorted(materials, key=lambda material: material.exercise.limits.notebook_seconds)


def write(results: Results, folder: Path) -> Path:
    """Write the page and the table about all exercises together; returns the page."""
    language = results[0][0].language if results else ENGLISH
    exercises = sorted(results, key=lambda result: result[0].exercise.slug)
    return write_course([(material.exercise, graded) for material, graded in exercises], folder, language)


def table(results: Results) -> Table:
    """Marks of the demo class for the terminal."""
    rows = Table("exercise", "submission", "points", "of", "outcome", box=None, pad_edge=False)
    for material, graded in results:
        for item in graded:
            assessment = item.assessment
            rows.add_row(
                material.exercise.slug,
                assessment.student,
                f"{assessment.points:g}",
                f"{assessment.max_points:g}",
                assessment.outcome,
            )
    return rows
