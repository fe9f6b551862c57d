"""Checks that students ask for before they submit; and texts of answers, for the page of a question."""

import contextlib

import sqlalchemy as sa
from alembic import op

from grader.gradebook.answer_rows import put_answers
from grader.gradebook.schema import standings
from grader.gradebook.texts import assessment_of

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the columns, and fill the columns from the marks that count."""
    op.create_table(
        "checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exercise_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("grader", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercises.id"], name=op.f("fk_checks_exercise_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_checks_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks")),
        sa.UniqueConstraint("account_id", "token", name=op.f("uq_checks_account_id_token")),
        sa.UniqueConstraint(
            "exercise_id", "account_id", "number", name=op.f("uq_checks_exercise_id_account_id_number")
        ),
    )
    op.create_index(op.f("ix_checks_state_id"), "checks", ["state", "id"])
    for name in ("found", "comment"):
        op.add_column("answers", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("answers", sa.Column("is_decided", sa.Boolean(), nullable=False, server_default=sa.false()))
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    marks = connection.execute(sa.select(standings.c.id, standings.c.exercise_id, standings.c.student_id)).all()
    for number, exercise, student in marks:
        body = connection.execute(sa.select(standings.c.body).where(standings.c.id == number)).scalar_one()
        with contextlib.suppress(ValueError):  # a damaged mark is in no list of answers
            put_answers(connection, exercise, {student: assessment_of(body)})
