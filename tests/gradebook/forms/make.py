"""Stores today's form of the gradebook, with rows in it, as later graders will find it.

Usage: python -m tests.gradebook.forms.make, once for each new revision; commit what it writes.
"""

import json
import sqlite3
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from grader.gradebook.accounts import Accounts
from grader.gradebook.checks import Checks
from grader.gradebook.claims import Claims
from grader.gradebook.database import Database
from grader.gradebook.events import last_events
from grader.gradebook.graders import Graders
from grader.gradebook.hits import RequestCounts
from grader.gradebook.notices import Notices
from grader.gradebook.own_work import OwnWorkBook
from grader.gradebook.practice import PracticeBook
from grader.gradebook.publications import Publications
from grader.gradebook.queue import Queue
from grader.gradebook.renaming import rename_student
from grader.gradebook.schema import REVISION
from grader.gradebook.sharing import Share
from grader.gradebook.store import Gradebook
from grader.gradebook.tasks import Tasks
from grader.gradebook.threads import Threads
from grader.gradebook.tokens import Tokens
from grader.model.adjustment import AdjustmentKind
from grader.model.check import AskedCheck
from grader.model.own_work import OwnWorkResult
from grader.model.portal import Enrolment, Role, Upload
from grader.model.record import Isolation
from grader.model.rubric import RubricItem
from grader.model.staff_work import TaskKind, TaskRequest
from grader.model.student import Student
from grader.model.submission import HandedIn, Platform, Source, TimeCertainty, Who
from grader.own_work.marking import mark
from tests.gradebook import book_samples as samples
from tests.gradebook.postgres import programs, started

FORMS = Path(__file__).parent
NAMES = ("ada", "O'Neil 👩‍🔬", "without a mark")


def fill(database: Database) -> None:
    """Rows in every table that has some in ordinary use."""
    for slug in ("tiny-cnn", "other"):
        book = samples.gradebook(database, slug=slug)
        files = (HandedIn("model.keras", b"bytes"),)
        first = [samples.attempt(name, files=files, submitted_at=samples.AT, remarks=("a ' remark",)) for name in NAMES]
        samples.keep(book, *first)
        source = Source(
            platform=Platform.MOODLE, who=Who.EITHER, name="Group 'A'", number="101", clock=TimeCertainty.LOCAL
        )
        second = samples.attempt(content="two", problem="is no notebook", attempt=2, source=source)
        samples.keep(book, second, at=samples.later(1))
        for name in NAMES[:2]:
            samples.mark(book, name, 1.0)
        item = RubricItem(
            number=0, version=0, place="shape", points=2.0, text="Ada's idea", author="Prof. Roe", at=samples.AT
        )
        stored = book.rubrics.add(item)
        book.rubrics.add(replace(stored, points=1.0, reason="too generous", at=samples.later(1)))
        book.adjust([samples.adjustment(points=2.0, at=samples.later(1), items=(stored.applied,))])
        book.adjust(
            [
                samples.adjustment(points=3.5),
                samples.adjustment(kind=AdjustmentKind.EXTENSION, points=None, until=samples.later(60), question=""),
                samples.adjustment(kind=AdjustmentKind.COMMENT, points=None, text="Gut!\nWeiter so.", question=""),
                samples.adjustment(kind=AdjustmentKind.EXCUSED, points=None, question=""),
                samples.adjustment(points=3.0),
            ]
        )
        samples.mark(book, NAMES[0], 2.0, samples.later(2))
        own_work = OwnWorkBook(database, book.place)
        asked = samples.asked(NAMES[0])
        own_work.ask([asked, samples.asked(NAMES[1])])
        own_work.open(NAMES[0], asked.code, samples.later(3))
        own_work.answer(OwnWorkResult(question_set=asked, findings=mark(asked, {1: "b"}), answered_at=samples.later(4)))
        book.identify({NAMES[0]: Student(name="Ada Lovelace", email="ada@example.org", sis_id="S1", section="A")})
        book.note_export("csv", "exports/marks.csv", 2, samples.later(3))
        plan = {
            (submitter, notebook): Share(group="A 'group'", members=(submitter, "copy"))
            for submitter, notebook in book.submitted.originals()
            if submitter == NAMES[2]
        }
        book.submitted.share(plan, str)
    rename_student(database, samples.COURSE, "copy", "copy 2", "Prof. Roe", samples.later(5))

    fill_portal(database)


def fill_portal(database: Database) -> None:
    """Rows in every table of the portal."""
    people = Accounts(database, samples.COURSE)
    ada, roe = people.enrol(
        [
            Enrolment(login="ada@example.org", name="Ada 'L'", email="ada@example.org", student="ada", section="A"),
            Enrolment(login="roe", name="Prof. Roe", role=Role.INSTRUCTOR),
        ],
        None,
        samples.AT,
    )
    people.add_link(ada.account, "1" * 64, samples.AT, samples.later(60))
    people.set_password(ada.account, "$argon2id$hash", samples.AT)
    people.begin_session(ada.account, "2" * 64, samples.AT, samples.later(60))
    Tokens(database, samples.COURSE).add(ada.account, "ada's laptop", "6" * 64, samples.AT, samples.later(60))
    queue = Queue(database, samples.COURSE, Path)
    upload = Upload(
        exercise=samples.SLUG,
        account=ada.account,
        student="ada",
        token="3" * 64,
        digest="4" * 64,
        notebook="5" * 64,
        files=(HandedIn("model.keras", b"bytes"),),
        origin="ada's work.ipynb",
        submitted_at=samples.AT,
    )
    queue.add(upload)
    queue.claim("grader", samples.later(1), samples.later(2), 1)
    Publications(database, samples.COURSE).decide(samples.SLUG, "ada", True, roe.account, samples.later(3))
    request = TaskRequest(decisions=(samples.adjustment(points=3.5),), students=("ada",))
    tasks = Tasks(database, samples.COURSE)
    tasks.add(samples.SLUG, roe.account, TaskKind.DECIDE, request, "ada", samples.later(4))
    tasks.claim("grader", samples.later(4), samples.later(5))
    asked = AskedCheck(
        exercise=samples.SLUG,
        account=ada.account,
        token="7" * 64,
        folder=Path("checks", "ada", "7"),
        origin="ada's work.ipynb",
        files=(HandedIn("notebook.ipynb", b"bytes"),),
    )
    Checks(database, samples.COURSE, Path).add(asked, samples.AT)
    practice = PracticeBook(database, samples.COURSE)
    practice.add([samples.practice_card()], "8" * 64, {"width": {"f" * 64: [roe.account]}})
    practice.answer(ada.account, samples.practice_answer())
    Graders(database, samples.COURSE).begin("host:1", Isolation.SANDBOX, 2, samples.AT, samples.AT)
    claims = Claims(database, samples.COURSE)
    claims.first_free(samples.SLUG, "why", ["ada"], roe.account, samples.later(5), samples.later(60))
    threads = Threads(database, samples.COURSE)
    threads.write(samples.SLUG, "ada", "why", ada.account, "It's right?", samples.later(6))
    threads.write(samples.SLUG, "ada", "why", roe.account, "Yes.", samples.later(7), decides=True)
    RequestCounts(database).add("sign-in account", "ada", 10, timedelta(minutes=15), samples.AT)


def told_portal(database: Database) -> dict[str, Any]:
    """All that the tables of the portal tell, in few words."""
    people = Accounts(database, samples.COURSE)
    signed_in = people.of_session("2" * 64, samples.later(1))
    queued = Queue(database, samples.COURSE, Path).of_exercise(samples.SLUG)
    published = Publications(database, samples.COURSE).published()
    return {
        "people": [[member.login, member.role, member.student, member.has_password] for member in people.members()],
        "session": signed_in.login if signed_in else None,
        "tokens": [
            token.name
            for member in people.members()
            for token in Tokens(database, samples.COURSE).of_account(member.account, samples.later(1))
        ],
        "queue": [[item.upload.origin, item.state, item.tries, str(item.upload.submitted_at)] for item in queued],
        "published": {slug: dict(state.students) for slug, state in published.items()},
        "tasks": [
            [task.who, task.kind, task.state, task.request.decisions[0].points]
            for task in Tasks(database, samples.COURSE).of_exercise(samples.SLUG, 20)
        ],
        "checks": [
            [check.number, check.state, check.request.origin, [file.name for file in check.request.files]]
            for member in people.members()
            for check in Checks(database, samples.COURSE, Path).of_account(member.account, samples.SLUG, samples.AT)
        ],
        **_told_of_practice(database),
        "claims": Claims(database, samples.COURSE).of_question(samples.SLUG, "why", samples.later(6)),
        "threads": {
            question: [str(thread.decided_at), *(message.text for message in thread.messages)]
            for question, thread in Threads(database, samples.COURSE).of_student(samples.SLUG, "ada").items()
        },
        "notices": [
            [notice.kind, notice.exercise, notice.question]
            for member in people.members()
            for notice in Notices(database, samples.COURSE).of_person(member.account)
        ],
        "log": [[event.who, event.what, event.about] for event in last_events(database, samples.COURSE, 20)],
    }


def _told_of_practice(database: Database) -> dict[str, Any]:
    answers = PracticeBook(database, samples.COURSE).answers_of_students()  # none in the forms before 0016
    told = [[one.question, one.is_right, *one.misconceptions] for of_one in answers.values() for one in of_one]
    return {"practice": told} if told else {}


def told(book: Gradebook) -> dict[str, Any]:
    """All that a gradebook tells, in few words."""
    own_work = OwnWorkBook(book.database, book.place).latest()  # none in the forms before 0013
    return {
        name: {
            **({"own_work": _told_of_questions(own_work[name])} if name in own_work else {}),
            "tries": [
                [
                    each.notebook,
                    each.submission.problem,
                    each.submission.attempt,
                    list(each.submission.remarks),
                    str(each.submission.submitted_at),
                    [file.name for file in each.submission.files],
                    each.run,
                ]
                for each in tries
            ],
            "decisions": [
                [each.kind, each.question, each.points, each.text, str(each.until), each.author, each.reason]
                for each in book.adjustments(name).get(name, [])
            ],
            "history": [[str(at), points, most] for _, at, points, most in book.marks_over_time(name)],
            "standing": [[each.assessment.points, each.page, each.used.cpu_seconds] for each in book.marks(name)],
        }
        for name, tries in book.attempts().items()
    }


def _told_of_questions(result: OwnWorkResult) -> list[Any]:
    opened_at = result.question_set.opened_at  # always None in the forms before 0015
    return [
        result.question_set.questions[0].id,
        result.question_set.record,
        result.points,
        str(result.answered_at),
        *([str(opened_at)] if opened_at else []),
    ]


def dumped(folder: Path) -> tuple[str, str]:
    """A filled gradebook as SQL of SQLite and of PostgreSQL."""
    file = Database(folder / "form.sqlite")
    fill(file)
    file.close()
    with sqlite3.connect(folder / "form.sqlite") as connection:
        of_sqlite = "\n".join(connection.iterdump()) + "\n"
    with started() as address:
        on_server = Database(address.format(name="postgres"))
        fill(on_server)
        on_server.close()
        host = address.partition("host=")[2]
        dump = [str(programs() / "pg_dump"), "--inserts", "--no-owner", "-h", host, "-U", "grader", "postgres"]
        said = subprocess.run(dump, capture_output=True, text=True, check=True).stdout
    kept = [
        line
        for line in said.splitlines()
        if line.strip() and not line.startswith(("--", "\\", "SET ", "SELECT pg_catalog.set_config"))
    ]
    return of_sqlite, "\n".join(kept) + "\n"


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        of_sqlite, of_postgresql = dumped(Path(place))
        book = samples.gradebook(Database(Path(place) / "form.sqlite"))
        (FORMS / f"{REVISION}.sqlite.sql").write_text(of_sqlite)
        (FORMS / f"{REVISION}.postgresql.sql").write_text(of_postgresql)
        for kind, values in (("", told(book)), (".portal", told_portal(book.database))):
            text = json.dumps(values, indent=1, ensure_ascii=False) + "\n"
            (FORMS / f"{REVISION}{kind}.json").write_text(text)
