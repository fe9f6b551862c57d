"""The folder of a new course: settings, one working exercise, and what colleagues and git need to know."""

import contextlib
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from grader.course.defaults import FILE
from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.errors import InputError

FIRST_EXERCISE = "first-exercise"

_SETTINGS = """\
# Settings for all exercises of the course.

# Marks and overrides are stored under this id. Do not change it.
id = "{id}"
title = "{title}"

# The language of reports and messages: "en" or "de".
language = "en"

# The time zone of deadlines, such as "Europe/Berlin".
time_zone = "UTC"

# Deadlines are optional:
# [deadlines]
# first-exercise = 2030-05-01T23:59:00
"""

_README = """\
# {title}

The command `grader` grades the notebooks of this course.

    exercises/            what students may see
        course.toml       the settings for all exercises
        {exercise}/   questions and the student notebook
    solutions/            staff only: solutions, answer keys, submissions with known marks
    reference_models/     staff only: models with which answers are compared (optional)

Run these commands after each change of an exercise:

    grader release {exercise} --out exercises   # update the student notebook
    grader list                                     # check that settings, key and solution are consistent
    grader test {exercise}                      # run the solution and the submissions with known marks

Install the grader with `pip install "convgrader[staff]"`.
Students only need `pip install convgrader`. In the folder of an exercise, they run `grader check` on their notebook.

Run these commands to grade a class:

    grader release {exercise} --out released    # write the folder for your students
    grader grade {exercise} SUBMISSIONS         # grade a folder, or the archive of a learning platform
    grader export {exercise} --to csv           # export the marks (also to canvas, moodle and others)

`grader new NAME` adds an exercise. `grader COMMAND --help` explains a command.
Never give `solutions/` to students.
Back up `solutions/secret`, `solutions/renamed.csv` and the files `variants.csv`, because git ignores them.
"""

_IGNORED = """\
# Results of grading: marks and names of students
/grading/
/released/
# The secret behind pseudonyms and individual numbers, the students with their numbers, and new names
solutions/secret
solutions/*/variants.csv
solutions/renamed.csv
.ipynb_checkpoints/
__pycache__/
"""


def create_course(folder: Path) -> list[Path]:
    """Write the folder of a new course with one exercise that can be graded at once.

    Args:
        folder: A folder that does not exist, or an empty one; hidden files such as `.git` may be in it.

    Returns:
        The files that were written.

    Raises:
        InputError: The folder contains something already, or is a file.
        OSError: A file cannot be written, for example because the disk is full. Then the folder is as it was before.

    Example:
        >>> create_course(Path("cnn-course"))[0]
        PosixPath('cnn-course/README.md')
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file. Name a folder.")
    if folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir()):
        raise InputError(f"{folder}: is not empty. Name a new folder.")
    with _folders_above(folder):
        place = folder if folder.is_dir() else folder.parent
        with tempfile.TemporaryDirectory(prefix=".new-course-", dir=place) as aside:
            new = Path(aside) / "course"
            files = [path.relative_to(new) for path in _write(new, _title(folder), _id(folder))]
            if not folder.is_dir():
                new.rename(folder)
                return [folder / path for path in files]
            old = {path.name for path in folder.iterdir()}  # git may have a .gitignore already
            for path in new.iterdir():
                if path.name not in old:
                    path.rename(folder / path.name)
    return [folder / path for path in files if path.parts[0] not in old]


def _write(folder: Path, title: str, course_id: str) -> list[Path]:
    """Write all files of a new course."""
    course = Course(folder)
    files = {
        folder / "README.md": _README.format(title=title, exercise=FIRST_EXERCISE),
        folder / ".gitignore": _IGNORED,
        course.exercises / FILE: _SETTINGS.format(id=course_id, title=title),
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return [*files, *create_exercise(course, FIRST_EXERCISE)]


@contextlib.contextmanager
def _folders_above(folder: Path) -> Iterator[None]:
    """Create the folders above a folder; they are removed again if it cannot be created."""
    missing = [path for path in folder.parents if not path.exists()]
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException as error:
        with contextlib.suppress(OSError):
            for path in missing:
                path.rmdir()
        if isinstance(error, OSError):  # which names a file that is gone now, or none
            raise OSError(error.errno, error.strerror, str(folder)) from error
        raise


def _title(folder: Path) -> str:
    """The name of the folder as a title, without signs that mean something in TOML."""
    words = re.sub(r"[^\w]+|_+", " ", folder.resolve().name).strip()
    return words[:1].upper() + words[1:] or "My course"


def _id(folder: Path) -> str:
    without_accents = unicodedata.normalize("NFKD", folder.resolve().name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", without_accents).strip("-") or "my-course"
