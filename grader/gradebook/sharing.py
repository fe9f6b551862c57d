"""Submissions of groups: each member has a row, so that marks, decisions and pages work as for any other student.

The row of the member or group that submitted is the original. The rows of the other members are copies of it. A row of
a student who is no longer a member is withdrawn: it stays in the history, and does not count.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from grader.gradebook.database import Database
from grader.gradebook.place import Place
from grader.gradebook.rows import VALUES_AT_ONCE, batches, source_of
from grader.gradebook.schema import standings, students, submissions
from grader.model.submission import Platform, Source, Who
from grader.storage import codec

_MIRRORED = ("run_id", "origin", "problem", "remarks", "attempt", "submitted_at", "record_key")
"""Columns of a copy that are always those of the original."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Whose work a submission is.

    Attributes:
        group: Name of the group; empty if the submitter has none.
        members: Names of all students for whom it counts.
        numbers_of: The student or group whose individual numbers it has; empty for the submitter's own.
    """

    group: str
    members: tuple[str, ...]
    numbers_of: str = ""


@dataclass(frozen=True, slots=True)
class Shared:
    """What has changed.

    Attributes:
        changed: Names of students for whom another submission may count now.
        left: Names and folders of students for whom no submission counts any more.
    """

    changed: tuple[str, ...]
    left: tuple[tuple[str, str], ...]


Original = tuple[str, str]
"""Name of the submitter, and SHA-256 of the notebook."""

Students = Callable[[Iterable[str]], Mapping[str, int]]
"""From names to the numbers of students, who are added if they are new."""


class Submitted:
    """Who submitted what in an exercise, and who shares it.

    Args:
        database: The database.
        place: The exercise.
    """

    def __init__(self, database: Database, place: Place) -> None:
        self._database, self._place = database, place

    def originals(self) -> list[Original]:
        """Who submitted which notebook, in the order of collection."""
        with self._database.reading() as connection:
            exercise = self._place.known_exercise(connection)
            return originals(connection, exercise) if exercise is not None else []

    def has_groups(self) -> bool:
        """Whether a submission belongs to a group, or is withdrawn from one."""
        with self._database.reading() as connection:
            exercise = self._place.known_exercise(connection)
            return exercise is not None and has_groups(connection, exercise)

    def share(self, plan: Mapping[Original, Share], folder: Callable[[str], str]) -> Shared:
        """Give each member of a group an attempt for each submission of the group.

        Args:
            plan: Whose work each submission is.
            folder: From the name of a new student to the name of the folder in the results.
        """
        with self._database.writing() as connection:
            exercise = self._place.exercise(connection)

            def numbers(names: Iterable[str]) -> Mapping[str, int]:
                return self._place.students(connection, {name: folder(name) for name in names})

            return share(connection, exercise, numbers, plan)

    def members(self, submitters: Iterable[str]) -> list[str]:
        """The students for whom submissions of some students or groups count, besides the submitters; sorted."""
        with self._database.reading() as connection:
            exercise = self._place.known_exercise(connection)
            query = (
                select(students.c.name)
                .join(submissions, submissions.c.student_id == students.c.id)
                .where(submissions.c.exercise_id == exercise, submissions.c.withdrawn.is_(False))
            )
            names_found = {
                name
                for some in batches(submitters, VALUES_AT_ONCE)
                for name in connection.execute(query.where(submissions.c.submitter.in_(some))).scalars()
            }
        return sorted(names_found)

    def fellows(self, *names: str) -> dict[str, set[str]]:
        """Student -> those who share a submission with them, for those of some students who have a group."""
        with self._database.reading() as connection:
            exercise = self._place.known_exercise(connection)
            return fellows(connection, exercise, names) if exercise is not None else {}


def originals(connection: Connection, exercise: int) -> list[Original]:
    """Who submitted which notebook of an exercise, in the order of collection."""
    return list(dict.fromkeys((_submitter(row), row.notebook) for row in _rows(connection, exercise)))


def has_groups(connection: Connection, exercise: int) -> bool:
    """Whether a submission of an exercise belongs to a group, or is withdrawn from one."""
    query = select(submissions.c.id).where(
        submissions.c.exercise_id == exercise, (submissions.c.group_name != "") | submissions.c.withdrawn
    )
    return connection.execute(query.limit(1)).first() is not None


def share(connection: Connection, exercise: int, numbers: Students, plan: Mapping[Original, Share]) -> Shared:
    """Give each member of a group a row for each submission of the group, and withdraw those of former members.

    Args:
        connection: A transaction that writes, with the exercise's row locked.
        exercise: Number of the exercise.
        numbers: Gives the numbers of students.
        plan: Whose work each submission is; a submission that is missing stays as it is.
    """
    rows = _rows(connection, exercise)
    of_original: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
    of_student = {(row.name, row.digest): row for row in rows}
    for row in rows:
        of_original[_submitter(row), row.digest].append(row)
    ids = numbers(sorted({name for planned in plan.values() for name in planned.members}))
    planned_rows: list[tuple[Row[Any], Share]] = []
    newest: dict[tuple[str, str], int] = defaultdict(int)
    counting: set[int] = set()
    new: list[dict[str, Any]] = []
    values: dict[int, dict[str, Any]] = {}
    changed: dict[str, None] = {}
    for (submitter, digest), same in of_original.items():
        original = next((row for row in same if row.name == submitter), same[0])
        planned = plan.get((submitter, original.notebook))
        if planned is None:
            continue
        planned_rows += [(row, planned) for row in same]
        newest[planned.group, digest] = max(newest[planned.group, digest], *(row.run_id for row in same))
        is_shared = bool(planned.group) and planned.members != (submitter,)
        columns = {
            "submitter": submitter if is_shared else "",
            "group_name": planned.group,
            "numbers_of": planned.numbers_of,
        }
        for member in planned.members:
            known = of_student.get((member, digest))
            if known is None:
                copy = {name: getattr(original, name) for name in submissions.columns.keys() if name != "id"}  # noqa: SIM118
                source = _of_member(original, member)
                new.append(copy | columns | {"student_id": ids[member], "source": source, "withdrawn": False})
                changed[member] = None
                continue
            counting.add(known.id)
            if known in same:
                values[known.id] = columns | {name: getattr(original, name) for name in _MIRRORED}
    for row, planned in planned_rows:
        after = values.get(row.id, {}) | {"withdrawn": row.id not in counting}
        if planned.group:  # the same notebook may have come from two members
            after["run_id"] = newest[planned.group, row.digest]
        if any(getattr(row, name) != value for name, value in after.items()):
            changed[row.name] = None
            connection.execute(update(submissions).where(submissions.c.id == row.id).values(after))
    if new:
        connection.execute(insert(submissions), new)
    left = _without_submission(connection, exercise)
    _forget_marks(connection, exercise, [number for number, _, _ in left])
    gone = {name for _, name, _ in left}
    return Shared(
        tuple(name for name in changed if name not in gone), tuple((name, folder) for _, name, folder in left)
    )


def fellows(connection: Connection, exercise: int, names: Sequence[str]) -> dict[str, set[str]]:
    """Student -> those who share a submission with them, for those of some students who have a group."""
    shared = (
        select(students.c.name, submissions.c.submitter, submissions.c.digest)
        .join(students, students.c.id == submissions.c.student_id)
        .where(submissions.c.exercise_id == exercise, submissions.c.submitter != "", submissions.c.withdrawn.is_(False))
    )
    members: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, submitter, digest in connection.execute(shared):
        members[submitter, digest].add(name)
    sought = set(names)
    partners: dict[str, set[str]] = defaultdict(set)
    for together in members.values():
        for name in together & sought:
            partners[name] |= together - {name}
    return dict(partners)


def _rows(connection: Connection, exercise: int) -> Sequence[Row[Any]]:
    query = (
        select(submissions, students.c.name)
        .join(students, students.c.id == submissions.c.student_id)
        .where(submissions.c.exercise_id == exercise)
    )
    return connection.execute(query.order_by(submissions.c.id)).all()


def _submitter(row: Row[Any]) -> str:
    return str(row.submitter or row.name)


def _of_member(original: Row[Any], member: str) -> str:
    """The source of a copy: what the platform says of the submitter does not hold for another member."""
    source = source_of(original.source) or Source()
    source = replace(
        source,
        platform=Platform.HAND,
        who=Who.STUDENT,
        name=member,
        number="",
        login="",
        email="",
        members=(),
        anonymous=False,
        place="",
        attachment="",
    )
    return codec.encode_exactly(source).decode()


def _without_submission(connection: Connection, exercise: int) -> list[tuple[int, str, str]]:
    """Number, name and folder of the students whose submissions have all been withdrawn."""
    counts = select(submissions.c.student_id).where(
        submissions.c.exercise_id == exercise, submissions.c.withdrawn.is_(False)
    )
    query = (
        select(students.c.id, students.c.name, students.c.folder)
        .join(submissions, submissions.c.student_id == students.c.id)
        .where(submissions.c.exercise_id == exercise, students.c.id.not_in(counts))
        .distinct()
    )
    return [(row.id, row.name, row.folder) for row in connection.execute(query)]


def _forget_marks(connection: Connection, exercise: int, numbers: Sequence[int]) -> None:
    """Delete the marks that count of some students: they follow from submissions, and none counts."""
    for some in batches(numbers, VALUES_AT_ONCE):
        connection.execute(
            delete(standings).where(standings.c.exercise_id == exercise, standings.c.student_id.in_(some))
        )
