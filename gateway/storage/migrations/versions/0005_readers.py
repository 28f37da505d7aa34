"""Readers as the provider lists them, and what was done about them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "listed_readers",
        sa.Column("account", sa.String(255), nullable=False),
        sa.Column("location", sa.String(255), nullable=False),
        sa.Column("device", sa.String(255), nullable=False),
        sa.Column("label", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("account", "location", "device", name="pk_listed_readers"),
    )
    time = sa.DateTime(timezone=True)
    op.create_table(
        "reader_errands",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("store", sa.String(255), nullable=False),
        sa.Column("reader", sa.String(255), nullable=False),
        sa.Column("device", sa.String(255)),
        sa.Column("idempotency_key", sa.String(255)),
        sa.Column("request_hash", sa.String(64)),
        sa.Column("outcome", sa.String(32)),
        sa.Column("refusal", sa.String(64)),
        sa.Column("created_at", time, nullable=False),
        sa.Column("updated_at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reader_errands"),
        sa.UniqueConstraint("idempotency_key", name="uq_reader_errands_idempotency_key"),
    )
    op.create_index("ix_reader_errands_device", "reader_errands", ["device"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_reader_errands_device", "reader_errands")
    op.drop_table("reader_errands")
    op.drop_table("listed_readers")
