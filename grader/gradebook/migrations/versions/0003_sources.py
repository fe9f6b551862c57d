"""What platforms say of submissions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was taken in before has none."""
    op.add_column("submissions", sa.Column("source", sa.Text(), nullable=False, server_default=""))
