"""What is said of a notebook that is not of the exercise that it was handed in for."""

import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from grader.course.layout import Course
from grader.intake.notebooks import InvalidNotebookError, Notebook, one_after_another, parse
from grader.intake.recognition import ReleasedNotebooks, WrongExercise
from grader.marks import flags
from grader.model.assessment import Flag
from grader.model.exercise import MAIN_NOTEBOOK, Exercise
from grader.text.messages import Text, message

NONE: Mapping[str, Notebook] = MappingProxyType({})


def released_notebooks(course: Course, known: Mapping[str, Notebook] = NONE) -> ReleasedNotebooks:
    """The notebooks of all exercises of a course; what cannot be read is left out.

    Args:
        course: The course.
        known: Slug -> a notebook that is known already, as students were given it.
    """
    by_slug = dict(known)
    for slug in course.slugs():
        folder = course.exercises / slug
        if slug not in by_slug and (folder / MAIN_NOTEBOOK).is_file():
            # An exercise may have several, and a notebook of any of them is of this exercise.
            parts = _readable([folder / MAIN_NOTEBOOK, *sorted(folder.glob("*.ipynb"))])
            if parts:
                by_slug[slug] = one_after_another(parts.values())
    return ReleasedNotebooks(by_slug)


def given_out(course: Course, exercise: Exercise) -> dict[str, Notebook]:
    """File name -> each notebook that students were given for an exercise; what cannot be read is left out."""
    return _readable([course.exercises / exercise.slug / name for name in exercise.notebooks])


def _readable(paths: Iterable[Path]) -> dict[str, Notebook]:
    notebooks = {}
    for path in paths:
        if path.name not in notebooks and path.is_file():
            with suppress(InvalidNotebookError, OSError):
                notebooks[path.name] = parse(path.read_bytes())
    return notebooks


def titles(course: Course) -> dict[str, str]:
    """Slug -> title of each exercise, in the language of its file; the slug where it has none."""
    by_slug = {}
    for slug in course.slugs():
        try:
            text = (course.exercises / slug / "exercise.toml").read_text(encoding="utf-8-sig")
            by_slug[slug] = str(tomllib.loads(text).get("title", slug))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
            by_slug[slug] = slug
    return by_slug


def notice(recognised: WrongExercise | None, title: str, others: dict[str, str]) -> Text:
    """What a student has to know first of a notebook of another exercise; empty for the right one.

    Args:
        recognised: What it is instead.
        title: Of the exercise that it was handed in for.
        others: Slug -> title of the exercises of the course.
    """
    if recognised is None:
        return ""
    if recognised.exercise:
        return message(
            "This is the notebook of another exercise: {found}. Submit the one for {wanted}.",
            found=message(others.get(recognised.exercise, recognised.exercise)),
            wanted=title,
        )
    return message(
        ("This notebook has none of the cells and none of the answers of this exercise. Submit the one for {wanted}."),
        wanted=title,
    )


def flag(recognised: WrongExercise | None, others: dict[str, str]) -> tuple[Flag, ...]:
    """The same for the instructor."""
    if recognised is None:
        return ()
    name = recognised.exercise
    return flags.another_exercise(message(others.get(name, name)) if name else "")
