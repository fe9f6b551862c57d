"""When a student first opened questions about their own work in the portal."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; questions that were asked before have only been in notebooks."""
    op.add_column("own_work", sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
