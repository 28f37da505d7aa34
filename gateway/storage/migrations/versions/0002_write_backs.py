"""What the orders' own systems are told of payments."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Take the step. What was paid before is not told: people have entered it by hand."""
    op.create_table(
        "write_backs",
        sa.Column("reference", sa.String(80), nullable=False),
        sa.Column("payment", sa.String(64), nullable=False),
        sa.Column("order_source", sa.String(255), nullable=False),
        sa.Column("order_id", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provider_reference", sa.String(255)),
        sa.Column("store", sa.String(255)),
        sa.Column("reader", sa.String(255)),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("is_doubtful", sa.Boolean(), nullable=False),
        sa.Column("last_error", sa.String(255)),
        sa.Column("recorded_as", sa.Text()),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_write_backs"),
        sa.ForeignKeyConstraint(["payment"], ["payments.id"], name="fk_write_backs_payment"),
    )
    op.create_index("ix_write_backs_payment", "write_backs", ["payment"])
    op.create_index("ix_write_backs_state_next_try_at", "write_backs", ["state", "next_try_at"])
    op.create_index(
        "ix_write_backs_order_source_order_id", "write_backs", ["order_source", "order_id"]
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("write_backs")
