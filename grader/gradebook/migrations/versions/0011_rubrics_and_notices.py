"""Rubric items that several answers share, and notices for people of the portal, which may also go out by e-mail."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns; earlier decisions refer to no items, and everyone gets e-mail."""
    op.add_column("adjustments", sa.Column("items", sa.Text(), nullable=False, server_default=""))
    op.add_column("accounts", sa.Column("wants_mail", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "rubric_items",
        _number("id"),
        _number("exercise_id"),
        _number("number"),
        _number("version"),
        _text("place"),
        sa.Column("points", sa.Float(), nullable=False),
        _text("text"),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        _text("author"),
        _text("reason"),
        _time("at"),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercises.id"], name=op.f("fk_rubric_items_exercise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric_items")),
        sa.UniqueConstraint(
            "exercise_id", "number", "version", name=op.f("uq_rubric_items_exercise_id_number_version")
        ),
    )
    op.create_table(
        "notices",
        _number("id"),
        _number("account_id"),
        _number("exercise_id"),
        _text("kind"),
        _text("question"),
        _text("student"),
        _time("at"),
        _time("seen_at", nullable=True),
        _text("mail"),
        _number("tries"),
        _time("next_at", nullable=True),
        _text("problem"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_notices_account_id")),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercises.id"], name=op.f("fk_notices_exercise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_account_id"), "notices", ["account_id"])
    op.create_index(op.f("ix_notices_mail"), "notices", ["mail"])


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _time(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
