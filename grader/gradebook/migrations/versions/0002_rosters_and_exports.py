"""What rosters say of students, and when marks were handed on."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_IDENTITY = ("listed", "full_name", "first_name", "last_name", "email", "login", "sis_id", "canvas_id", "section")


def upgrade() -> None:
    """Add the columns and the table."""
    for name in _IDENTITY:
        op.add_column("students", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exercise_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercises.id"], name=op.f("fk_exports_exercise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
