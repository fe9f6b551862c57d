"""Which marks students may see: for an exercise as a whole, or for one student. The last decision counts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select

from grader.gradebook.database import Database
from grader.gradebook.events import note_event
from grader.gradebook.notices import notify_students, withdraw
from grader.gradebook.places import course_in, course_number, exercise_number
from grader.gradebook.portal_schema import publications
from grader.gradebook.schema import exercises
from grader.model.notice import NoticeKind


@dataclass(frozen=True, slots=True)
class Published:
    """What is published of an exercise.

    Attributes:
        for_all: The last decision about the whole class.
        students: Student -> the last decision, for students with a decision after the last one about the class.
    """

    for_all: bool = False
    students: Mapping[str, bool] = field(default_factory=dict)

    def to(self, student: str) -> bool:
        """Whether a student may see the mark."""
        return self.students.get(student, self.for_all)


class Publications:
    """The decisions to publish marks of one course.

    Args:
        database: The database of the portal.
        course: Name of the course in it.
    """

    def __init__(self, database: Database, course: str) -> None:
        self._database = database
        self._course = course

    def decide(
        self,
        slug: str,
        student: str,
        is_published: bool,
        account: int,
        at: datetime,
        with_marks: Collection[str] = (),
    ) -> None:
        """Publish or hide the marks of an exercise.

        Args:
            slug: The exercise.
            student: Name of one student; empty for the whole class.
            is_published: Whether to publish them.
            account: Number of the account of the person who decides.
            at: When.
            with_marks: Students who have a mark. Of these, those who see it only from now on are notified.
        """
        before = self.published().get(slug, Published())
        with self._database.writing() as connection:
            exercise = exercise_number(connection, self._course, slug)
            row = {"exercise_id": exercise, "student": student, "is_published": is_published}
            connection.execute(insert(publications).values(row | {"account_id": account, "at": at}))
            what, course = "publish" if is_published else "unpublish", course_number(connection, self._course)
            note_event(connection, course, account, what, f"{slug} {student}".strip(), at)
            about = [name for name in with_marks if student in ("", name) and not before.to(name)]
            if is_published:
                notify_students(connection, course, exercise, NoticeKind.PUBLISHED, about, at)
            else:
                kinds = (NoticeKind.PUBLISHED, NoticeKind.MARK, NoticeKind.ANSWER)
                withdraw(connection, exercise, kinds, [student] if student else [], at)

    def published(self, students: Sequence[str] | None = None) -> dict[str, Published]:
        """Slug -> what is published of an exercise; exercises without a decision are missing.

        Args:
            students: Those whose decisions are read, besides those about the whole class; None for all.
        """
        query = (
            select(exercises.c.slug, publications.c.student, publications.c.is_published)
            .join(exercises, exercises.c.id == publications.c.exercise_id)
            .where(exercises.c.course_id == course_in(self._course))
            .order_by(publications.c.id)
        )
        if students is not None:
            query = query.where(publications.c.student.in_(["", *students]))
        of_slug: dict[str, Published] = {}
        with self._database.reading() as connection:
            for slug, student, is_published in connection.execute(query):
                before = of_slug.get(slug, Published())
                of_slug[slug] = (
                    Published(before.for_all, {**before.students, student: is_published})
                    if student
                    else Published(is_published)
                )
        return of_slug
