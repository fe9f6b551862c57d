"""The language that a course tells its reports in."""

from pathlib import Path

from grader.course.layout import Course
from grader.errors import InputError
from grader.model.course_settings import CourseSettings
from grader.text import catalogues
from grader.text.language import Language


def language_of(course: Course, settings: CourseSettings) -> Language:
    """The language that the settings name, with the texts of the course's own catalogues.

    Raises:
        InputError: There is no catalogue of it, or one cannot be read.
    """
    try:
        return catalogues.language(settings.language, texts_of(course))
    except InputError as error:
        raise InputError(f"exercises/course.toml: language: {error}") from error


def texts_of(course: Course) -> tuple[Path, Path]:
    """The folders of the course's own catalogues: what students may see, and what only staff may."""
    return course.exercises / "locale", course.solutions / "locale"
