"""Writes the folders of a new exercise: small, but it runs at once."""

import json
import re
from pathlib import Path
from typing import Any

from grader.course.layout import Course
from grader.course.release import student_notebook
from grader.errors import InputError

_EXERCISE = """\
title = "{title}"
summary = "Say in one sentence what a student learns here."
lecture = "Name of the lecture"
slide = "Title of the slide"
seed = 1

# Limits have defaults. List only the limits that you change, for example:
# [limits]
# notebook_seconds = 120

# List public files like this, relative to this folder:
# [[files]]
# name = "data/images.npz"

[[questions]]
id = "width"
title = "Width of the feature map"
kind = "number"
answer = "width"
points = 2
hint = "Count the positions that the filter can take."

[[questions]]
id = "padding"
title = "Keeping the size"
kind = "choice"
answer = "padding"
points = 1
choices = {{ same = "zeros are added around the image", valid = "nothing is added" }}
"""

_KEY = '''\
"""Answer key of {slug}: one function for each question. Every value is computed, none is copied."""

from grader.authoring import Answers, Key, slip

key = Key()
IMAGE, FILTER = 28, 3


@key.question
def width() -> Answers:
    """The correct answer first, then wrong answers with a known cause, each computed by the wrong method."""
    right = f"{{IMAGE}} - {{FILTER}} + 1"
    yield IMAGE - FILTER + 1
    yield slip(IMAGE, "This is the width with padding='same'.", "Without padding it is {{right}}.", right=right)
    yield slip(IMAGE - FILTER, "You did not count the first position of the filter.", "Add 1: {{right}}.", right=right)


@key.question
def padding() -> Answers:
    """The padding that keeps the size."""
    yield "same"
'''

_EXPECTED = """\
# A case is a submission with known marks: how it differs from the solution, and the points that differ.

[full-marks]
shows = "The solution itself."

[blank]
shows = "The student notebook as it was given out."
base = "student"

# For example, a mistake:
# [first-position-missing]
# shows = "The first position of the filter is missing."
# set = { width = "28 - 3" }
# points = { width = 0 }
"""

_WIDTH = """\
# A 3 x 3 filter moves over an image of 28 x 28 with stride 1 and padding 'valid'.
### BEGIN SOLUTION
width = 28 - 3 + 1
### END SOLUTION"""

_PADDING = """\
# Which padding keeps the size of the image: 'same' or 'valid'?
### BEGIN SOLUTION
padding = "same"
### END SOLUTION"""


def create_exercise(course: Course, slug: str) -> list[Path]:
    """Write the folders of a new exercise: one number, one choice, a key and two cases.

    Args:
        course: The course to add to.
        slug: Name of the new folders: lower-case letters, digits and `-`.

    Returns:
        The files written.

    Raises:
        InputError: The name is not valid, or already used.
    """
    _check(course, slug)
    solution = _solution(slug)
    student = student_notebook(solution, slug)
    contents = {
        course.exercises / slug / "exercise.toml": _EXERCISE.format(title=_title(slug)).encode(),
        course.exercises / slug / "notebook.ipynb": student,
        course.solution_notebook(slug): solution,
        course.solution_folder(slug) / "key.py": _KEY.format(slug=slug).encode(),
        course.solution_folder(slug) / "cases" / "expected.toml": _EXPECTED.encode(),
    }
    for path, content in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return list(contents)


def _check(course: Course, slug: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", slug) or len(slug) > 40:
        raise InputError(
            f"{slug!r}: is not a name for an exercise. Use up to 40 lower-case letters, digits and single "
            "hyphens ('-'), beginning with a letter, such as 'max-pooling'."
        )
    for folder in (course.exercises / slug, course.solution_folder(slug)):
        if folder.exists():
            raise InputError(f"{course.shown(folder)}: already exists. Choose another name.")


def _title(slug: str) -> str:
    return slug.replace("-", " ").capitalize()


def _solution(slug: str) -> bytes:
    intro = f"# {_title(slug)}\n\nReplace each `...` with your answer, then run all cells from top to bottom."
    cells = [
        {"cell_type": "markdown", "id": "intro", "metadata": {}, "source": intro.splitlines(keepends=True)},
        _code("width", _WIDTH),
        _code("padding", _PADDING),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _code(name: str, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }
