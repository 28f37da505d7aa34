"""What readers do besides payments, and the provider's names of customers whose cards are kept."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "reader_tasks",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("idempotency_key", sa.String(255)),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("store", sa.String(255), nullable=False),
        sa.Column("reader", sa.String(255), nullable=False),
        sa.Column("device", sa.String(255), nullable=False),
        sa.Column("location", sa.String(255)),
        sa.Column("account", sa.String(255)),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("ending", sa.String(32)),
        sa.Column("failure_code", sa.String(255)),
        sa.Column("failure_message", sa.Text),
        sa.Column("setup", sa.String(255)),
        sa.Column("answers", sa.Text),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
        sa.Column("card", sa.Text),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("clears", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reader_tasks"),
        sa.UniqueConstraint("idempotency_key", name="uq_reader_tasks_idempotency_key"),
    )
    op.create_index("ix_reader_tasks_state", "reader_tasks", ["state"])
    op.create_table(
        "payers",
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("customer", sa.String(255), nullable=False),
        sa.Column("account", sa.String(255), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("source", "customer", "account", name="pk_payers"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("payers")
    op.drop_table("reader_tasks")
