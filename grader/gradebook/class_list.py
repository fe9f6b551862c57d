"""The students of an exercise for its list: those of the course and those with a mark, page by page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, literal, or_, select, union_all

from grader.gradebook.database import Database, beside
from grader.gradebook.list_pages import contains, list_page
from grader.gradebook.place import Place
from grader.gradebook.places import course_in
from grader.gradebook.portal_schema import accounts, jobs, memberships, uploads
from grader.gradebook.schema import courses, exercises, standings, students
from grader.model.assessment import Status
from grader.model.listing import ListPage, ListRequest, ShownStudents
from grader.model.portal import JobState, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMark:
    """The mark of a student as a list shows it; the columns have all of it, so no mark is decoded.

    Attributes:
        points: The mark, after overrides and deadlines.
        max_points: The most that it could be.
        status: Where it stands.
        excused: Whether the student is excused.
        has_mark: Whether the mark may be published.
    """

    points: float
    max_points: float
    status: Status
    excused: bool
    has_mark: bool


@dataclass(frozen=True, slots=True)
class MarkCounts:
    """How many marks an exercise has, and their mean.

    Attributes:
        marks: Number of students with a mark.
        waiting: Number of them whose mark needs a person.
        mean: Mean of the marks that may be published, in points; None if there are none.
    """

    marks: int = 0
    waiting: int = 0
    mean: float | None = None


_STANDINGS, _STUDENTS, _EXERCISES, _COURSES = (beside(table) for table in (standings, students, exercises, courses))


def class_names(
    portal: Database,
    course: str,
    slug: str,
    book: tuple[Database, Place] | None,
    request: ListRequest,
    students_shown: Collection[str] | None = None,
) -> ListPage[str]:
    """A page of the names of the students of an exercise: those who need a person first if asked for, then by name.

    Args:
        portal: The database of the portal.
        course: Name of the course in it.
        slug: The exercise.
        book: The database of the marks, and the place of the exercise in it; None if there are no marks.
        request: The page, what names or logins contain, and which students.
        students_shown: The students whom the list may show; None for all.
    """
    parts = [_members(course, request.text), _submitters(course, slug, request.text)]
    if book is not None:
        parts.append(_marked(book[1], request.text))
    rows = union_all(*parts).subquery()
    needs, has, matches = (func.max(rows.c[name]) for name in ("needs", "has", "matches"))
    query = select(rows.c.name).group_by(rows.c.name).having(matches == 1)
    if students_shown is not None:
        query = query.where(rows.c.name.in_(students_shown))
    if request.show is ShownStudents.ATTENTION:
        query = query.having(needs == 1)
    if request.show is ShownStudents.MISSING:
        query = query.having(has == 0)
    first = [] if request.by_name else [needs.desc()]
    query = query.order_by(*first, func.lower(rows.c.name), rows.c.name)
    with portal.reading_beside(book[0]) if book else portal.reading() as connection:
        return list_page(connection, query, request, lambda row: str(row.name))


def listed_marks(connection: Connection, place: Place, names: Sequence[str]) -> dict[str, ListedMark]:
    """Student -> the mark that counts, for some students."""
    columns = [standings.c[name] for name in ("points", "max_points", "status", "excused", "publishable")]
    query = (
        select(students.c.name, *columns)
        .join(standings, standings.c.student_id == students.c.id)
        .join(exercises, exercises.c.id == standings.c.exercise_id)
    )
    return {
        row.name: ListedMark(
            points=row.points,
            max_points=row.max_points,
            status=Status(row.status or Status.UNSETTLED),
            excused=row.excused,
            has_mark=row.publishable and not row.excused,
        )
        for row in connection.execute(place.only(query, names))
    }


def mark_counts(connection: Connection, place: Place, names: Collection[str] | None = None) -> MarkCounts:
    """How many marks there are, how many of them need a person, and their mean; of some students, or of all."""
    needs = func.sum(case((_needs_person(standings.c), 1), else_=0))
    has_mark = standings.c.publishable & ~standings.c.excused
    mean = func.avg(case((has_mark, standings.c.points), else_=None))
    columns: list[Any] = [func.count().label("marks"), needs.label("needs"), mean.label("mean")]
    query: Select[Any] = (
        select(*columns)
        .select_from(standings)
        .join(exercises, exercises.c.id == standings.c.exercise_id)
        .join(students, students.c.id == standings.c.student_id)
    )
    row = connection.execute(place.only(query, None if names is None else list(names))).one()
    return MarkCounts(marks=row.marks, waiting=row.needs or 0, mean=row.mean)


def _members(course: str, text: str) -> Select[Any]:
    """The students of the course."""
    matches = contains(text, memberships.c.student, accounts.c.name, accounts.c.login)
    return (
        _part(memberships.c.student, literal(0), literal(0), matches)
        .join(accounts, accounts.c.id == memberships.c.account_id)
        .where(memberships.c.course_id == course_in(course), memberships.c.role == Role.STUDENT.value)
        .where(memberships.c.student != "")
    )


def _submitters(course: str, slug: str, text: str) -> Select[Any]:
    """The students who submitted in the portal; they need a person if grading their last upload failed."""
    later = uploads.alias()
    is_last = ~(
        select(later.c.id)
        .where(later.c.exercise_id == uploads.c.exercise_id, later.c.student == uploads.c.student)
        .where(later.c.number > uploads.c.number)
        .exists()
    )
    failed = case(((jobs.c.state == JobState.FAILED.value) & is_last, 1), else_=0)
    return (
        _part(uploads.c.student, failed, literal(1), contains(text, uploads.c.student))
        .join(jobs, jobs.c.upload_id == uploads.c.id)
        .join(exercises, exercises.c.id == uploads.c.exercise_id)
        .where(exercises.c.course_id == course_in(course), exercises.c.slug == slug)
    )


def _marked(place: Place, text: str) -> Select[Any]:
    """The students with a mark."""
    needs = case((_needs_person(_STANDINGS.c), 1), else_=0)
    named = [_STUDENTS.c[name] for name in ("name", "full_name", "email", "login")]
    return (
        _part(_STUDENTS.c.name, needs, literal(1), contains(text, *named))
        .join(_STANDINGS, _STANDINGS.c.student_id == _STUDENTS.c.id)
        .join(_EXERCISES, _EXERCISES.c.id == _STANDINGS.c.exercise_id)
        .join(_COURSES, _COURSES.c.id == _EXERCISES.c.course_id)
        .where(_COURSES.c.name == place.course, _EXERCISES.c.slug == place.slug)
    )


def _part(name: Any, needs: Any, has: Any, matches: ColumnElement[bool]) -> Select[Any]:
    """Rows of one source: a name, whether it needs a person, whether there is a submission, whether it matches."""
    match = case((matches, 1), else_=0).label("matches")
    return select(name.label("name"), needs.label("needs"), has.label("has"), match)


def _needs_person(columns: Any) -> ColumnElement[bool]:
    """Whether a person must do something about a mark; an empty status is that of a damaged one."""
    return or_(columns.waiting > 0, columns.publishable.is_(False), columns.status == "")
