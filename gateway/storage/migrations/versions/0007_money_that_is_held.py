"""Tips, receipts, holds that end and that grow, and what a customer may pay with."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_COLUMNS = ("methods", "tip", "receipt", "capture_before")
_INCREASE = ("incrementable", "increasable", "increase_to")


def upgrade() -> None:
    """Take the step."""
    for column in (
        sa.Column("methods", sa.String(255), nullable=False, server_default="CARD"),
        sa.Column("tip", sa.BigInteger),
        sa.Column("receipt", sa.Text),
        sa.Column("capture_before", sa.DateTime(timezone=True)),
        sa.Column("incrementable", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("increasable", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("increase_to", sa.BigInteger),
    ):
        op.add_column("payments", column)
    op.create_table(
        "increases",
        sa.Column("idempotency_key", sa.String(255), nullable=False),
        sa.Column("payment", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["payment"], ["payments.id"], name="fk_increases_payment"),
        sa.PrimaryKeyConstraint("idempotency_key", name="pk_increases"),
        sa.UniqueConstraint("payment", "number", name="uq_increases_payment_number"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("increases")
    for column in (*_COLUMNS, *_INCREASE):
        op.drop_column("payments", column)
