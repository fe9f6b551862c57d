"""The tables of the portal; `schema` has those of marks.

accounts ── memberships                    people of the portal, and their role in each course
   ├─────── sessions, links                who is signed in, and links to sign in with; only digests of the secrets
   ├─────── tokens                         what programs of a person show instead; only digests, too
uploads ─── jobs                           what a student submitted in the portal, and where its grading is
            publications, events           which marks students may see, and who did what; only ever added to
            checks                         what students ask to have checked before they submit; deleted after a day
            graders                        which graders run, how well they are isolated, and their last problem
            tasks, claims                  what staff asked a grader to do, and who is grading which answer
threads ─── messages                       what students asked about marks, and the answers
            practice_cards                 variants of questions with the right answers; graders refill them
            practice_owners                which cards have the own numbers of a student, who never gets them
            practice_answers               what students answered; no mark depends on it
            hits                           requests of the last minutes, counted to refuse too many
            notices                        what is new for a person, and whether an e-mail about it went out
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, true

from grader.gradebook.columns import Moment
from grader.gradebook.columns import id_column as _id
from grader.gradebook.columns import reference as _of
from grader.gradebook.columns import text_column as _text
from grader.gradebook.schema import metadata

accounts = Table(
    "accounts",
    metadata,
    _id(),
    _text("login", unique=True),
    _text("name"),
    _text("email"),
    _text("password"),
    _text("language"),
    _text("zone"),
    Column("made_at", Moment, nullable=False),
    Column("wants_mail", Boolean, nullable=False, server_default=true()),
)

memberships = Table(
    "memberships",
    metadata,
    _id(),
    _of("accounts"),
    _of("courses"),
    _text("role"),
    _text("student"),
    _text("section"),
    UniqueConstraint("account_id", "course_id"),
    Index(None, "course_id", "student"),
)

sessions = Table(
    "sessions",
    metadata,
    _id(),
    _of("accounts"),
    Column("digest", String(64), nullable=False, unique=True),
    Column("made_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Index(None, "account_id"),
)

links = Table(
    "links",
    metadata,
    _id(),
    _of("accounts"),
    Column("digest", String(64), nullable=False, unique=True),
    Column("made_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("used_at", Moment),
    Index(None, "account_id"),
)

tokens = Table(
    "tokens",
    metadata,
    _id(),
    _of("accounts"),
    _of("courses"),
    _text("name"),
    Column("digest", String(64), nullable=False, unique=True),
    Column("made_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("used_at", Moment),
    Index(None, "account_id"),
)

uploads = Table(
    "uploads",
    metadata,
    _id(),
    _of("exercises"),
    _of("accounts"),
    _text("student"),
    Column("number", Integer, nullable=False),
    Column("token", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("notebook", String(64), nullable=False),
    _text("files"),
    _text("origin"),
    _text("remarks"),
    Column("submitted_at", Moment, nullable=False),
    UniqueConstraint("account_id", "token"),
    UniqueConstraint("exercise_id", "student", "number"),
)

jobs = Table(
    "jobs",
    metadata,
    _id(),
    _of("uploads"),
    _text("state"),
    Column("tries", Integer, nullable=False),
    _text("grader"),
    Column("lease_until", Moment),
    Column("queued_at", Moment, nullable=False),
    Column("began_at", Moment),
    Column("ended_at", Moment),
    _text("problem"),
    UniqueConstraint("upload_id"),
    Index(None, "state", "id"),
)

checks = Table(
    "checks",
    metadata,
    _id(),
    _of("exercises"),
    _of("accounts"),
    Column("number", Integer, nullable=False),
    Column("token", String(64), nullable=False),
    _text("folder"),
    _text("origin"),
    _text("files"),
    _text("remarks"),
    _text("state"),
    Column("tries", Integer, nullable=False),
    _text("grader"),
    Column("lease_until", Moment),
    Column("queued_at", Moment, nullable=False),
    Column("ended_at", Moment),
    _text("result"),
    UniqueConstraint("account_id", "token"),
    UniqueConstraint("exercise_id", "account_id", "number"),
    Index(None, "state", "id"),
)

publications = Table(
    "publications",
    metadata,
    _id(),
    _of("exercises"),
    _text("student"),
    Column("is_published", Boolean, nullable=False),
    _of("accounts"),
    Column("at", Moment, nullable=False),
    Index(None, "exercise_id", "student"),
)

events = Table(
    "events",
    metadata,
    _id(),
    _of("courses"),
    _of("accounts", nullable=True),
    _text("what"),
    _text("about"),
    Column("at", Moment, nullable=False),
    Index(None, "course_id"),
)

tasks = Table(
    "tasks",
    metadata,
    _id(),
    _of("exercises"),
    _of("accounts"),
    _text("kind"),
    _text("request"),
    _text("state"),
    Column("tries", Integer, nullable=False),
    _text("grader"),
    Column("lease_until", Moment),
    Column("queued_at", Moment, nullable=False),
    Column("ended_at", Moment),
    _text("problem"),
    _text("lines"),
    Index(None, "state", "id"),
    Index(None, "exercise_id"),
)

graders = Table(
    "graders",
    metadata,
    _id(),
    _of("courses"),
    _text("name"),
    _text("isolation"),
    Column("slots", Integer, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    _text("problem"),
    Column("problem_at", Moment),
    UniqueConstraint("course_id", "name"),
)

claims = Table(
    "claims",
    metadata,
    _id(),
    _of("exercises"),
    _text("question"),
    _text("student"),
    _of("accounts"),
    Column("until", Moment, nullable=False),
    UniqueConstraint("exercise_id", "question", "student"),
)

threads = Table(
    "threads",
    metadata,
    _id(),
    _of("exercises"),
    _text("student"),
    _text("question"),
    Column("opened_at", Moment, nullable=False),
    Column("decided_at", Moment),
    UniqueConstraint("exercise_id", "student", "question"),
)

messages = Table(
    "messages",
    metadata,
    _id(),
    _of("threads"),
    _of("accounts"),
    _text("text"),
    Column("is_decision", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "thread_id"),
)

hits = Table(
    "hits",
    metadata,
    _id(),
    Column("digest", String(64), nullable=False),
    Column("ends_at", Moment, nullable=False),
    Index(None, "digest"),
    Index(None, "ends_at"),
)

notices = Table(
    "notices",
    metadata,
    _id(),
    _of("accounts"),
    _of("exercises"),
    _text("kind"),
    _text("question"),
    _text("student"),
    Column("at", Moment, nullable=False),
    Column("seen_at", Moment),
    _text("mail"),
    Column("tries", Integer, nullable=False),
    Column("next_at", Moment),
    _text("problem"),
    Index(None, "account_id"),
    Index(None, "mail"),
)

practice_cards = Table(
    "practice_cards",
    metadata,
    _id(),
    _of("exercises"),
    _text("question"),
    Column("fingerprint", String(64), nullable=False),
    Column("edition", String(64), nullable=False),
    _text("body"),
    UniqueConstraint("exercise_id", "question", "fingerprint"),
)

practice_owners = Table(
    "practice_owners",
    metadata,
    _id(),
    Column("card_id", Integer, ForeignKey("practice_cards.id"), nullable=False),
    _of("accounts"),
    UniqueConstraint("card_id", "account_id"),
)

practice_answers = Table(
    "practice_answers",
    metadata,
    _id(),
    _of("exercises"),
    _of("accounts"),
    _text("question"),
    Column("fingerprint", String(64), nullable=False),
    _text("written"),
    Column("is_right", Boolean, nullable=False),
    _text("exposes"),
    _text("misconceptions"),
    Column("at", Moment, nullable=False),
    UniqueConstraint("account_id", "exercise_id", "question", "fingerprint"),
)
