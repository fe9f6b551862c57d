"""Files about a class that staff import: who submits together, and when work was submitted.

`grader grade --times` and `solutions/EXERCISE/groups.csv` do the same for the command line, with the same rules. In the
portal, a web process checks the file and queues it, and a grader stores it, because only graders may mark again.
"""

import secrets
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from grader.course.layout import Course
from grader.errors import InputError
from grader.gradebook.results import Results
from grader.intake.groups_file import read_groups
from grader.intake.times_file import read_times
from grader.marks.changes import Change, change
from grader.model.portal import Member
from grader.model.staff_work import TaskKind, TaskRequest
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marker import Marker
from grader.pipeline.marking import now
from grader.pipeline.material import GROUPS, Material
from grader.pipeline.stated_times import with_stated_times
from grader.storage import atomic
from grader.text.language import say

_FOLDER = "imports"


def queue_class_file(site: CourseSite, slug: str, by: Member, kind: TaskKind, path: Path, name: str) -> None:
    """Check a file of groups or of times, and queue it for a grader to store.

    Args:
        site: The course.
        slug: The exercise.
        by: The person who imports it.
        kind: IMPORT_GROUPS or IMPORT_TIMES.
        path: The file.
        name: Its name for messages.

    Raises:
        InputError: The file cannot be read, lacks a column, contradicts itself, or says nothing.
    """
    try:
        rows = read_groups(path) if kind is TaskKind.IMPORT_GROUPS else read_times(path, site.settings.zone)
    except InputError as error:
        raise InputError(str(error).replace(str(path), name)) from error
    if not rows and kind is TaskKind.IMPORT_TIMES:
        raise InputError(say("{file}: has no times. Fill some in.", file=name))
    stored_as = secrets.token_hex(16)  # a name for each task, since two people may send the same file
    atomic.write(_place(site.results(slug), stored_as), path.read_bytes())
    site.tasks.add(slug, by.account, kind, TaskRequest(file=stored_as), name[:500], now())


def imported_file(results: Results, stored_as: str) -> Path:
    """Where an imported file is until a grader has stored it.

    Raises:
        InputError: It is not there any more.
    """
    path = _place(results, stored_as)
    if not path.is_file():
        raise InputError(say("The imported file is not in the results any more. Upload it again."))
    return path


def forget_imported_file(results: Results, stored_as: str) -> None:
    """Delete an imported file; it names students."""
    if stored_as:
        _place(results, stored_as).unlink(missing_ok=True)


def store_groups(course: Course, slug: str, path: Path) -> None:
    """Make a file the groups of an exercise; `regrade` then gives each member the submissions of the group.

    Args:
        course: The course.
        slug: The exercise.
        path: The file.

    Raises:
        InputError: The file cannot be read, or contradicts itself.
        OSError: `solutions/` cannot be written.
    """
    read_groups(path)
    with path.open("rb") as source, atomic.writing(course.solution_folder(slug) / GROUPS) as stream:
        shutil.copyfileobj(source, stream)


def restate_times(material: Material, results: Results, path: Path, note: Callable[[str], None]) -> list[Change]:
    """Give stored attempts the times of a file, and compute the marks that depend on them; nothing runs.

    Args:
        material: The exercise.
        results: Its results.
        path: The file; see `grader.intake.times_file.read_times`.
        note: Receives one line for each row that fits no attempt, or several.

    Returns:
        Whose mark has changed, and why.

    Raises:
        InputError: The file cannot be read, two rows give one attempt different times, or nothing has been graded.
    """
    book = results.existing(material.settings, material.exercise.slug)
    before = {mark.student: mark.assessment for mark in book.marks()}
    attempts = [attempt for of_student in book.attempts().values() for attempt in of_student]
    stated = with_stated_times([attempt.submission for attempt in attempts], material.settings, path, note)
    changed = [
        replace(attempt, submission=submission)
        for attempt, submission in zip(attempts, stated, strict=True)
        if submission != attempt.submission
    ]
    with Marker(material, results, book, notifies=True) as marker:
        book.keep(book.begin("times", now()), changed)
        students = [name for name in dict.fromkeys(attempt.student for attempt in changed) if name in before]
        marks = marker.save(students) if students else []
        marker.publish()
    changes = (change(mark.student, before.get(mark.student), mark.assessment) for mark in marks)
    return [one for one in changes if one]


def _place(results: Results, stored_as: str) -> Path:
    return results.folder / _FOLDER / f"{stored_as}.csv"
