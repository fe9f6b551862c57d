"""Which practice cards have the own numbers of a student."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table. Stored cards have the numbers of no student, so it begins empty."""
    op.create_table(
        "practice_owners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["practice_cards.id"], name=op.f("fk_practice_owners_card_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_practice_owners_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_owners")),
        sa.UniqueConstraint("card_id", "account_id", name=op.f("uq_practice_owners_card_id_account_id")),
    )
