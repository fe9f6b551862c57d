"""The portal: accounts and their roles, sessions, links, the queue, publications, and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; without a portal they stay empty."""
    _add_people()
    _add_queue()
    _add_log()


def _add_people() -> None:
    op.create_table(
        "accounts",
        _id(),
        *_texts("login", "name", "email", "password", "language", "zone"),
        _time("made_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("login", name=op.f("uq_accounts_login")),
    )
    op.create_table(
        "memberships",
        _id(),
        _number("account_id"),
        _number("course_id"),
        *_texts("role", "student", "section"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_memberships_account_id")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_memberships_course_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("account_id", "course_id", name=op.f("uq_memberships_account_id_course_id")),
    )
    op.create_index(op.f("ix_memberships_course_id_student"), "memberships", ["course_id", "student"])
    for name, optional in (("sessions", ()), ("links", ("used_at",))):
        op.create_table(
            name,
            _id(),
            _number("account_id"),
            sa.Column("digest", sa.String(64), nullable=False),
            _time("made_at"),
            _time("ends_at"),
            *(_time(column, nullable=True) for column in optional),
            sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f(f"fk_{name}_account_id")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
            sa.UniqueConstraint("digest", name=op.f(f"uq_{name}_digest")),
        )
        op.create_index(op.f(f"ix_{name}_account_id"), name, ["account_id"])


def _add_queue() -> None:
    op.create_table(
        "uploads",
        _id(),
        _number("exercise_id"),
        _number("account_id"),
        *_texts("student"),
        _number("number"),
        *(sa.Column(name, sa.String(64), nullable=False) for name in ("token", "digest", "notebook")),
        *_texts("files", "origin", "remarks"),
        _time("submitted_at"),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercises.id"], name=op.f("fk_uploads_exercise_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_uploads_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("account_id", "token", name=op.f("uq_uploads_account_id_token")),
        sa.UniqueConstraint("exercise_id", "student", "number", name=op.f("uq_uploads_exercise_id_student_number")),
    )
    op.create_table(
        "jobs",
        _id(),
        _number("upload_id"),
        *_texts("state"),
        _number("tries"),
        *_texts("grader"),
        _time("lease_until", nullable=True),
        _time("queued_at"),
        _time("began_at", nullable=True),
        _time("ended_at", nullable=True),
        *_texts("problem"),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_jobs_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("upload_id", name=op.f("uq_jobs_upload_id")),
    )
    op.create_index(op.f("ix_jobs_state_id"), "jobs", ["state", "id"])


def _add_log() -> None:
    op.create_table(
        "publications",
        _id(),
        _number("exercise_id"),
        *_texts("student"),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        _number("account_id"),
        _time("at"),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercises.id"], name=op.f("fk_publications_exercise_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_publications_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
    )
    op.create_index(op.f("ix_publications_exercise_id"), "publications", ["exercise_id"])
    op.create_table(
        "events",
        _id(),
        _number("course_id"),
        sa.Column("account_id", sa.Integer(), nullable=True),
        *_texts("what", "about"),
        _time("at"),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_events_course_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_events_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_course_id"), "events", ["course_id"])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _time(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
