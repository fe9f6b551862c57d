"""What lists of the portal need of each mark, in columns and rows of its own."""

import contextlib

import sqlalchemy as sa
from alembic import op

from grader.gradebook.rows import summary
from grader.gradebook.schema import standings
from grader.gradebook.texts import assessment_of

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table, and fill the columns from the marks that count; 0014 fills the table."""
    op.add_column("standings", sa.Column("status", sa.Text(), nullable=False, server_default=""))
    op.add_column("standings", sa.Column("waiting", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exercise_id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["exercise_id", "student_id"],
            ["standings.exercise_id", "standings.student_id"],
            name=op.f("fk_answers_exercise_id_student_id"),
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint(
            "exercise_id", "student_id", "question", name=op.f("uq_answers_exercise_id_student_id_question")
        ),
    )
    op.create_index(
        op.f("ix_answers_exercise_id_question_digest"), "answers", ["exercise_id", "question", "digest"], unique=False
    )
    op.drop_index(op.f("ix_publications_exercise_id"), "publications")
    op.create_index(
        op.f("ix_publications_exercise_id_student"), "publications", ["exercise_id", "student"], unique=False
    )
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    for number in connection.execute(sa.select(standings.c.id)).scalars().all():
        body = connection.execute(sa.select(standings.c.body).where(standings.c.id == number)).scalar_one()
        # A damaged mark keeps an empty status: lists then say that it needs a person.
        with contextlib.suppress(ValueError):
            assessment = assessment_of(body)
            here = sa.update(standings).where(standings.c.id == number)
            connection.execute(here.values(summary(assessment)))
