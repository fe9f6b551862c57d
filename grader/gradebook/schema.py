"""The tables of marks; `portal_schema` has those of the portal.

What has been decided or handed in is only ever added to.

courses ── exercises ── versions           what was asked, in each of its versions
   │           │
students ── submissions ── assessments ── findings      every try; its marks, newest last
   │           │
   │        records                        what the run of a key used; the record itself is a file beside it
   ├─────── adjustments                    what a person decided; never changed, only followed by another
   │        rubric_items                   reasons with points that decisions share, in each of their versions
   └─────── standings ── answers           the mark that counts now, one for each student and exercise; its questions
            own_work                       questions about a student's own work, with the record they are about
            runs, exports                  when submissions were taken in, and marks handed on
            student_changes                students who were renamed, merged or deleted
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
)

from grader.gradebook.columns import Moment
from grader.gradebook.columns import float_columns as _floats
from grader.gradebook.columns import id_column as _id
from grader.gradebook.columns import reference as _of
from grader.gradebook.columns import text_column as _text

REVISION = "0017"
"""The newest revision in `migrations/versions`."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


IDENTITY = ("listed", "full_name", "first_name", "last_name", "email", "login", "sis_id", "canvas_id", "section")
"""What a roster says of a student; `listed` is what it calls them, and empty for who is on none."""

courses = Table("courses", metadata, _id(), _text("name", unique=True))

exercises = Table("exercises", metadata, _id(), _of("courses"), _text("slug"), UniqueConstraint("course_id", "slug"))

versions = Table(
    "versions",
    metadata,
    _id(),
    _of("exercises"),
    Column("digest", String(64), nullable=False),
    _text("title"),
    Column("max_points", Float, nullable=False),
    Column("since", Moment, nullable=False),
    UniqueConstraint("exercise_id", "digest"),
)

students = Table(
    "students",
    metadata,
    _id(),
    _of("courses"),
    _text("name"),
    _text("folder"),
    *(_text(name, server_default="") for name in IDENTITY),
    UniqueConstraint("course_id", "name"),
)

runs = Table(
    "runs",
    metadata,
    _id(),
    _of("exercises"),
    _text("what"),
    Column("began_at", Moment, nullable=False),
)

records = Table(
    "records",
    metadata,
    Column("key", String(64), primary_key=True),
    _text("outcome"),
    _text("isolation"),
    *_floats("wall_seconds", "cpu_seconds", "peak_memory_mb", "output_kb"),
    Column("made_at", Moment, nullable=False),
)

submissions = Table(
    "submissions",
    metadata,
    _id(),
    _of("exercises"),
    _of("students"),
    Column("digest", String(64), nullable=False),
    Column("notebook", String(64), nullable=False),
    _text("files"),
    _text("origin"),
    _text("problem"),
    _text("remarks"),
    Column("attempt", Integer, nullable=False),
    Column("submitted_at", Moment),
    _text("source", server_default=""),
    Column("taken_at", Moment, nullable=False),
    Column("run_id", Integer, ForeignKey("runs.id"), nullable=False),
    Column("record_key", String(64), nullable=False),
    _text("submitter", server_default=""),
    _text("group_name", server_default=""),
    _text("numbers_of", server_default=""),
    Column("withdrawn", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("exercise_id", "student_id", "digest"),
)

assessments = Table(
    "assessments",
    metadata,
    _id(),
    _of("submissions"),
    _of("versions"),
    Column("fingerprint", String(64), nullable=False),
    _text("outcome"),
    *_floats("points", "max_points"),
    Column("publishable", Boolean, nullable=False),
    Column("made_at", Moment, nullable=False),
    _text("work"),
    _text("body"),
    Index(None, "submission_id"),
)

findings = Table(
    "findings",
    metadata,
    _id(),
    _of("assessments"),
    _text("question"),
    _text("verdict"),
    *_floats("points", "max_points"),
    Index(None, "assessment_id"),
)

adjustments = Table(
    "adjustments",
    metadata,
    _id(),
    _of("exercises"),
    _of("students"),
    _text("kind"),
    _text("question"),
    Column("points", Float),
    _text("text"),
    Column("until", Moment),
    Column("excused", Boolean, nullable=False),
    _text("author"),
    _text("reason"),
    Column("at", Moment, nullable=False),
    _text("items", server_default=""),
    Index(None, "exercise_id", "student_id"),
)

rubric_items = Table(
    "rubric_items",
    metadata,
    _id(),
    _of("exercises"),
    Column("number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    _text("place"),
    Column("points", Float, nullable=False),
    _text("text"),
    Column("is_offered", Boolean, nullable=False),
    _text("author"),
    _text("reason"),
    Column("at", Moment, nullable=False),
    UniqueConstraint("exercise_id", "number", "version"),
)

standings = Table(
    "standings",
    metadata,
    _id(),
    _of("exercises"),
    _of("students"),
    _of("submissions"),
    *_floats("points", "max_points"),
    _text("outcome"),
    Column("publishable", Boolean, nullable=False),
    Column("excused", Boolean, nullable=False),
    Column("page", String(64), nullable=False),
    _text("body"),
    Column("changed_at", Moment, nullable=False),
    _text("status", server_default=""),
    Column("waiting", Integer, nullable=False, server_default="0"),
    UniqueConstraint("exercise_id", "student_id"),
)

# What lists of the portal need of each question, so that they do not decode every mark of the class.
answers = Table(
    "answers",
    metadata,
    _id(),
    Column("exercise_id", Integer, nullable=False),
    Column("student_id", Integer, nullable=False),
    _text("question"),
    _text("verdict"),
    Column("points", Float, nullable=False),
    Column("waits", Boolean, nullable=False),
    Column("digest", String(16), nullable=False),
    _text("found", server_default=""),
    _text("comment", server_default=""),
    Column("is_decided", Boolean, nullable=False, server_default=false()),
    ForeignKeyConstraint(
        ("exercise_id", "student_id"),
        ("standings.exercise_id", "standings.student_id"),
        ondelete="CASCADE",
        onupdate="CASCADE",
    ),
    UniqueConstraint("exercise_id", "student_id", "question"),
    Index(None, "exercise_id", "question", "digest"),
)

own_work = Table(
    "own_work",
    metadata,
    _id(),
    _of("exercises"),
    _of("students"),
    Column("record_key", String(64), nullable=False),
    *(_text(name) for name in ("code", "questions", "findings")),
    *_floats("points", "minutes"),
    Column("asked_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("opened_at", Moment),
    UniqueConstraint("exercise_id", "student_id", "code"),
)

exports = Table(
    "exports",
    metadata,
    _id(),
    _of("exercises"),
    _text("form"),
    _text("path"),
    Column("marks", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
)

student_changes = Table(
    "student_changes",
    metadata,
    _id(),
    _of("courses"),
    _text("what"),
    _text("old_name"),
    _text("new_name"),
    _text("detail"),
    _text("author"),
    Column("at", Moment, nullable=False),
)
