"""A course with many students, written straight into the tables, which takes a second."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from grader.gradebook.database import Database
from grader.gradebook.places import course_number, exercise_number
from grader.gradebook.portal_schema import accounts, jobs, memberships, threads, uploads
from grader.gradebook.schema import answers, runs, standings, students, submissions
from grader.model.assessment import Status, Verdict
from grader.model.listing import ListRequest, ShownStudents
from grader.model.portal import JobState

COURSE, SLUG = "Course", "tiny"
AT = datetime(2027, 1, 31, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A student of the crowd.

    Attributes:
        name: Name in the gradebook.
        full_name: Name of the account and on the roster.
        login: Login of the account.
        is_member: Whether the student has an account.
        status: Where the mark stands; None without a mark.
        waits: Whether an answer waits for a person.
        uploads: State of the job of each upload.
        digest: Names the answer to the question.
    """

    name: str
    full_name: str
    login: str
    is_member: bool
    status: Status | None
    waits: bool
    uploads: tuple[JobState, ...]
    digest: str

    @property
    def needs(self) -> bool:
        """Whether a person must do something about the student."""
        failed = bool(self.uploads) and self.uploads[-1] is JobState.FAILED
        return failed or self.waits or self.status is Status.UNSETTLED

    def matches(self, request: ListRequest) -> bool:
        """Whether a list has the student."""
        wanted, texts = request.text.lower(), [self.name, self.full_name, self.login]
        is_there = self.is_member or self.status is not None or bool(self.uploads)
        if request.show is ShownStudents.ATTENTION and not self.needs:
            return False
        if request.show is ShownStudents.MISSING and (self.status is not None or self.uploads):
            return False
        searched = texts if self.is_member or self.status is not None else texts[:1]
        return is_there and any(wanted in text.lower() for text in searched)


def crowd(count: int, seed: int = 1) -> list[Somebody]:
    """Students of all sorts."""
    draw = random.Random(seed)
    words = ("Ada", "Émile", "bob", "ÖZGE", "100%_sure", "d'Arc", "Ng")
    people = []
    for number in range(count):
        status = draw.choice((None, Status.MARKED, Status.MARKED, Status.WAITING, Status.UNSETTLED, Status.EXCUSED))
        is_member = draw.random() < 0.9
        states = (JobState.DONE, JobState.DONE, JobState.WAITING, JobState.FAILED)
        sent = tuple(draw.choice(states) for _ in range(draw.choice((0, 0, 1, 2)))) if is_member else ()
        people.append(
            Somebody(
                name=f"s{draw.randrange(10**6):06}x{number}",
                full_name=f"{draw.choice(words)} {number}",
                login=f"{draw.choice(words).lower()}{number}@x.org",
                is_member=is_member,
                status=status,
                waits=status is Status.WAITING,
                uploads=sent,
                digest=f"{draw.choice((0, 0, 0, 1, 1, draw.randrange(count))):016}",
            )
        )
    return people


def in_order(people: list[Somebody], request: ListRequest) -> list[str]:
    """The names that a list has on all its pages, in their order."""
    listed = [person for person in people if person.matches(request)]
    return [person.name for person in sorted(listed, key=lambda one: (not one.needs, one.name.lower(), one.name))]


def write_portal(database: Database, people: list[Somebody], slug: str = SLUG, course: str = COURSE) -> None:
    """Accounts, roles, uploads, jobs, and an open question of every tenth student."""
    with database.writing() as connection:
        place, exercise = course_number(connection, course), exercise_number(connection, course, slug)
        members = [person for person in people if person.is_member]
        blank = {"email": "", "password": "", "language": "", "zone": "", "made_at": AT}
        rows = [{"login": person.login, "name": person.full_name, **blank} for person in members]
        connection.execute(insert(accounts), rows)
        ids = dict(connection.execute(select(accounts.c.login, accounts.c.id)).all())
        role = {"course_id": place, "role": "student", "section": ""}
        connection.execute(
            insert(memberships),
            [{"account_id": ids[person.login], "student": person.name, **role} for person in members],
        )
        _upload(connection, exercise, members, ids)
        asked = [person.name for person in members[::10]]
        thread = {"exercise_id": exercise, "question": "q", "opened_at": AT, "decided_at": None}
        connection.execute(insert(threads), [{"student": name, **thread} for name in asked])


def _upload(connection: Connection, exercise: int, members: list[Somebody], ids: dict[str, int]) -> None:
    sent = [(person, number, state) for person in members for number, state in enumerate(person.uploads, 1)]
    blank = {"exercise_id": exercise, "notebook": "", "files": "[]", "origin": "a.ipynb", "remarks": "[]"}
    rows = [
        {
            "account_id": ids[person.login],
            "student": person.name,
            "number": number,
            "token": f"{person.name} {number}",
            "digest": f"{number}",
            "submitted_at": AT + timedelta(minutes=number),
            **blank,
        }
        for person, number, _ in sent
    ]
    connection.execute(insert(uploads), rows)
    of_token = dict(connection.execute(select(uploads.c.token, uploads.c.id)).all())
    job = {"tries": 0, "grader": "", "queued_at": AT, "problem": ""}
    connection.execute(
        insert(jobs),
        [
            {"upload_id": of_token[f"{person.name} {number}"], "state": state.value, **job}
            for person, number, state in sent
        ],
    )


def write_marks(database: Database, people: list[Somebody], slug: str = SLUG, course: str = COURSE) -> None:
    """Marks and answers; the text of each mark is damaged, so no list may decode it."""
    with database.writing() as connection:
        place, exercise = course_number(connection, course), exercise_number(connection, course, slug)
        marked = [person for person in people if person.status is not None]
        row = {"course_id": place}
        connection.execute(
            insert(students),
            [
                {"name": one.name, "folder": one.name, "full_name": one.full_name, "login": one.login, **row}
                for one in marked
            ],
        )
        ids = dict(connection.execute(select(students.c.name, students.c.id)).all())
        run = connection.execute(
            insert(runs).values(exercise_id=exercise, what="grade", began_at=AT).returning(runs.c.id)
        ).scalar_one()
        blank: dict[str, Any] = {"exercise_id": exercise, "run_id": run, "taken_at": AT, "files": "[]", "attempt": 1}
        blank |= dict.fromkeys(("notebook", "origin", "problem", "remarks", "record_key"), "")
        connection.execute(
            insert(submissions), [{"student_id": ids[person.name], "digest": person.name, **blank} for person in marked]
        )
        of_digest = dict(connection.execute(select(submissions.c.digest, submissions.c.id)).all())
        connection.execute(
            insert(standings),
            [_standing(person, exercise, ids[person.name], of_digest[person.name]) for person in marked],
        )
        connection.execute(
            insert(answers),
            [
                {
                    "exercise_id": exercise,
                    "student_id": ids[person.name],
                    "question": "q",
                    "verdict": (Verdict.NEEDS_HUMAN if person.waits else Verdict.PASSED).value,
                    "points": 1.0,
                    "waits": person.waits,
                    "digest": person.digest,
                }
                for person in marked
            ],
        )


def _standing(person: Somebody, exercise: int, student: int, submission: int) -> dict[str, Any]:
    status = person.status or Status.UNSETTLED
    return {
        "exercise_id": exercise,
        "student_id": student,
        "submission_id": submission,
        "points": 1.5,
        "max_points": 2.0,
        "outcome": "completed",
        "publishable": status is not Status.UNSETTLED,
        "excused": status is Status.EXCUSED,
        "page": "",
        "body": "damaged",
        "changed_at": AT,
        "status": status.value,
        "waiting": int(person.waits),
    }
