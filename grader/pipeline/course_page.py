"""One page and one table for a whole course: exercises by students."""

from collections.abc import Callable, Sequence
from pathlib import Path

from grader.course.layout import Course
from grader.course.settings import read_settings
from grader.course.specification import read_exercise
from grader.course.variants import without_numbers
from grader.errors import InputError
from grader.gradebook.results import Results
from grader.model.exercise import Exercise
from grader.model.mark import Mark
from grader.pipeline.class_pages import dashboard_rows
from grader.pipeline.language import language_of, translated
from grader.report.course import render_course
from grader.report.tables import grades_rows
from grader.storage import atomic
from grader.storage.csv_table import lines
from grader.text.language import Language, speaking

Graded = tuple[Exercise, Sequence[Mark]]


def publish_course(
    course: Course, folder: Path, gradebook: str | None, tell: Callable[[str], None]
) -> tuple[Path, int]:
    """Write the page and the table about all exercises together.

    Args:
        course: The course.
        folder: The folder with a folder of results for each exercise, in which page and table are written.
        gradebook: Address of the database that they share; None if each has its own.
        tell: Is told what an instructor should know, one line at a time.

    Returns:
        The page, and the number of exercises on it.

    Raises:
        InputError: Nothing has been graded there, or there is no such language as the course asks for.
    """
    graded = graded_exercises(course, folder, gradebook, tell)
    return write_course(graded, folder, language_of(course, read_settings(course))), len(graded)


def graded_exercises(
    course: Course, folder: Path, gradebook: str | None, tell: Callable[[str], None] = lambda _: None
) -> list[Graded]:
    """The exercises of which something has been graded, each into a folder of its own name, in the course's language.

    Args:
        course: The course.
        folder: The folder with a folder of results for each.
        gradebook: Address of the database that they share; None where each has its own.
        tell: Told what an instructor has to know, one line each: for example which folder is left out.

    Raises:
        InputError: Nothing has been graded there, or there is no such language as the course asks for.
    """
    settings = read_settings(course)
    language = language_of(course, settings)
    graded: list[Graded] = []
    for slug in course.slugs():
        results = Results(folder / slug, gradebook)
        marks = results.open(settings, slug).marks() if results.database.exists else []
        results.database.close()
        for remark in results.remarks:
            tell(remark)
        if marks:
            with speaking(language):
                graded.append((translated(without_numbers(read_exercise(course, slug))), marks))
    for path in sorted(folder.glob("*/gradebook.sqlite")):
        if path.parent.name not in course.slugs():
            tell(
                f"{path.parent}: is left out, since the course has no exercise of this name; if it has another one now,"
                f" give `grader rename-exercise {path.parent.name} NEW`."
            )
    if not graded:
        raise InputError(
            f"{folder}: no submissions have been graded into a folder of it; run `grader grade EXERCISE SUBMISSIONS "
            f"--results {folder}/EXERCISE` first."
        )
    return graded


def write_course(graded: Sequence[Graded], folder: Path, language: Language) -> Path:
    """Write the page and the table about all exercises together, in a language; returns the page."""
    page = folder / "index.html"
    listed = [(exercise, dashboard_rows(marks)) for exercise, marks in graded]
    with speaking(language):
        atomic.write(page, render_course(listed).encode())
    atomic.write(folder / "grades.csv", _all_grades(graded).encode())
    return page


def _all_grades(graded: Sequence[Graded]) -> str:
    """The tables of all exercises in one; a question of another exercise is an empty cell."""
    tables = [grades_rows(exercise, [mark.assessment for mark in marks]) for exercise, marks in graded]
    columns = list(dict.fromkeys(column for heading, *_ in tables for column in heading))
    rows = [dict(zip(heading, row, strict=True)) for heading, *cells in tables for row in cells]
    return lines([columns, *([row.get(column, "") for column in columns] for row in rows)])
