"""Submissions of groups."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; earlier submissions have no group."""
    for name in ("submitter", "group_name", "numbers_of"):
        op.add_column("submissions", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("submissions", sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()))
