"""Work of staff in the portal: tasks for graders, claims on answers, and questions of students about marks."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; without a portal they stay empty."""
    op.create_table(
        "tasks",
        _id(),
        *_numbers("exercise_id", "account_id"),
        *_texts("kind", "request", "state"),
        *_numbers("tries"),
        *_texts("grader"),
        _time("lease_until", nullable=True),
        _time("queued_at"),
        _time("ended_at", nullable=True),
        *_texts("problem", "lines"),
        *_references("tasks", "exercise", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index(op.f("ix_tasks_state_id"), "tasks", ["state", "id"])
    op.create_index(op.f("ix_tasks_exercise_id"), "tasks", ["exercise_id"])
    op.create_table(
        "claims",
        _id(),
        *_numbers("exercise_id"),
        *_texts("question", "student"),
        *_numbers("account_id"),
        _time("until"),
        *_references("claims", "exercise", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("exercise_id", "question", "student", name=op.f("uq_claims_exercise_id_question_student")),
    )
    op.create_table(
        "threads",
        _id(),
        *_numbers("exercise_id"),
        *_texts("student", "question"),
        _time("opened_at"),
        _time("decided_at", nullable=True),
        *_references("threads", "exercise"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threads")),
        sa.UniqueConstraint("exercise_id", "student", "question", name=op.f("uq_threads_exercise_id_student_question")),
    )
    op.create_table(
        "messages",
        _id(),
        *_numbers("thread_id", "account_id"),
        *_texts("text"),
        sa.Column("is_decision", sa.Boolean(), nullable=False),
        _time("at"),
        *_references("messages", "thread", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_thread_id"), "messages", ["thread_id"])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _time(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _references(table: str, *others: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([f"{name}_id"], [f"{name}s.id"], name=op.f(f"fk_{table}_{name}_id")) for name in others
    ]
