"""Students are notified when somebody changes a published mark: in the portal or with a command, by the same call.

Every decision, regrade, repeated run and change of a rubric item ends in `Marker.publish`, which calls this module.
Where no portal has published marks of the exercise, nothing is read and nothing is stored.
"""

import contextlib
from collections.abc import Iterable, Iterator

from grader.gradebook.courses import known_as
from grader.gradebook.database import Database
from grader.gradebook.notices import notify_students
from grader.gradebook.places import course_number, exercise_number
from grader.gradebook.publications import Publications, Published
from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook
from grader.marks.changes import change
from grader.model.assessment import Assessment
from grader.model.course_settings import CourseSettings
from grader.model.mark import Mark
from grader.model.notice import NoticeKind
from grader.pipeline.marking import now


class ChangedMarks:
    """The published marks of an exercise, as they were when this object was made.

    Args:
        settings: The settings of the course.
        slug: The exercise.
        results: Its results.
        book: Its gradebook.
    """

    def __init__(self, settings: CourseSettings, slug: str, results: Results, book: Gradebook) -> None:
        self._settings, self._slug, self._results = settings, slug, results
        self._published = Published()
        for database, course in _portal(settings, slug, results):
            self._published = Publications(database, course).published().get(slug, Published())
        self._is_watched = self._published != Published()
        marks = book.marks() if self._is_watched else []
        self._before: dict[str, Assessment] = {mark.student: mark.assessment for mark in marks}

    def notify(self, marks: Iterable[Mark]) -> None:
        """Notify the students who can see their mark, and whose points have changed.

        Args:
            marks: All marks of the exercise, as they are now.
        """
        if not self._is_watched:
            return
        after = {mark.student: mark.assessment for mark in marks}
        changed = [student for student in self._before.keys() | after.keys() if self._sees_change(student, after)]
        if changed:
            for database, course in _portal(self._settings, self._slug, self._results):
                with database.writing() as connection:
                    numbers = course_number(connection, course), exercise_number(connection, course, self._slug)
                    notify_students(connection, *numbers, NoticeKind.MARK, changed, now())
        self._before = after

    def _sees_change(self, student: str, after: dict[str, Assessment]) -> bool:
        if not self._published.to(student):
            return False
        if student not in after:
            return True
        changed = change(student, self._before.get(student), after[student])
        return changed is not None and changed.before != changed.after


def _portal(settings: CourseSettings, slug: str, results: Results) -> Iterator[tuple[Database, str]]:
    """The database of the portal that shows these results, and the name of the course in it; none without a portal."""
    if not results.is_own:
        yield results.database, known_as(results.database, settings, in_results=False, begins=False).name
    elif results.folder.resolve().name == slug:  # a portal has the results of an exercise in a folder of this name
        beside = Results(results.folder.resolve().parent)
        if beside.database.exists:
            with contextlib.closing(beside.database) as database:
                yield database, known_as(database, settings, in_results=True, begins=False).name
