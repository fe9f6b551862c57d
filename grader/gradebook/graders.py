"""Which graders run for a course: each notes from time to time that it is there, and its last problem."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from grader.gradebook.database import Database
from grader.gradebook.places import course_in, course_number
from grader.gradebook.portal_schema import graders
from grader.gradebook.rows import upsert
from grader.model.record import Isolation

_LONGEST_PROBLEM = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningGrader:
    """A grader.

    Attributes:
        name: Its machine and process.
        isolation: What protects its machine from the notebooks.
        slots: How many notebooks it runs at the same time.
        began_at: When it started.
        seen_at: When it last noted that it is there.
        problem: Its last problem; empty if it had none.
        problem_at: When that was; None if it had none.
    """

    name: str
    isolation: Isolation
    slots: int
    began_at: datetime
    seen_at: datetime
    problem: str = ""
    problem_at: datetime | None = None


class Graders:
    """The graders of one course.

    Args:
        database: The database of the portal.
        course: Name of the course in it.
    """

    def __init__(self, database: Database, course: str) -> None:
        self._database = database
        self._course = course

    def begin(self, name: str, isolation: Isolation, slots: int, at: datetime, forget: datetime) -> None:
        """Note that a grader has started, and forget graders that nobody has seen since `forget`."""
        with self._database.writing() as connection:
            course = course_number(connection, self._course)
            connection.execute(delete(graders).where(graders.c.course_id == course, graders.c.seen_at < forget))
            row = {"course_id": course, "name": name, "isolation": isolation.value, "slots": slots}
            row |= {"began_at": at, "seen_at": at, "problem": "", "problem_at": None}
            changed = ("isolation", "slots", "began_at", "seen_at", "problem", "problem_at")
            upsert(connection, graders, [row], key=("course_id", "name"), changed=changed)

    def note_problem(self, name: str, problem: str, at: datetime) -> None:
        """Note the last problem of a grader."""
        values = {"problem": problem[:_LONGEST_PROBLEM], "problem_at": at}
        with self._database.writing() as connection:
            here = (graders.c.course_id == course_in(self._course)) & (graders.c.name == name)
            connection.execute(update(graders).where(here).values(values))

    def end(self, name: str) -> None:
        """Forget a grader that has ended, unless it had a problem, which staff should see for a while."""
        with self._database.writing() as connection:
            here = (graders.c.course_id == course_in(self._course)) & (graders.c.name == name)
            connection.execute(delete(graders).where(here, graders.c.problem == ""))

    def all(self) -> list[RunningGrader]:
        """The graders that have not been forgotten, by name."""
        query = select(graders).where(graders.c.course_id == course_in(self._course)).order_by(graders.c.name)
        with self._database.reading() as connection:
            return [
                RunningGrader(
                    name=row.name,
                    isolation=Isolation(row.isolation),
                    slots=row.slots,
                    began_at=row.began_at,
                    seen_at=row.seen_at,
                    problem=row.problem,
                    problem_at=row.problem_at,
                )
                for row in connection.execute(query)
            ]


def note_alive(database: Database, name: str, at: datetime) -> None:
    """Note that a grader is there, in whatever course."""
    with database.writing() as connection:
        connection.execute(update(graders).where(graders.c.name == name).values(seen_at=at))
