"""The language of a course's reports, and an exercise in that language."""

import os
from dataclasses import replace
from pathlib import Path

from grader.course.layout import Course
from grader.errors import InputError
from grader.model.course_settings import CourseSettings
from grader.model.exercise import Exercise
from grader.text import catalogues
from grader.text.language import Language, say


def language_of(course: Course, settings: CourseSettings) -> Language:
    """The language that the settings name, with the texts of the course's own catalogues.

    Raises:
        InputError: There is no catalogue of it, or one cannot be read.
    """
    try:
        return catalogues.language(settings.language, texts_of(course))
    except InputError as error:
        raise InputError(f"exercises/course.toml: language: {error}") from error


def texts_of(course: Course) -> tuple[Path, ...]:
    """The folders of the course's own catalogues: what students may see, and what only staff may.

    A web process of the portal may lack the right to read the second; its pages then have these texts in English.
    """
    public, staff = course.exercises / "locale", course.solutions / "locale"
    return (public, staff) if os.access(course.solutions, os.X_OK) else (public,)


def translated(exercise: Exercise) -> Exercise:
    """The exercise with its title, its summary, and the titles and hints of its questions in the current language.

    Choices stay as they are, because students answer with them. So do texts that the course's catalogue lacks.

    These are texts and not messages: numbers of a student replace `{{ name }}` in them only after the translation,
    and platforms and the gradebook know an exercise by its title.
    """
    questions = tuple(
        replace(question, title=say(question.title), hint=say(question.hint)) for question in exercise.questions
    )
    return replace(exercise, title=say(exercise.title), summary=say(exercise.summary), questions=questions)
