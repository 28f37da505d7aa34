"""Refunds with their reasons and readers, and payments that were made online."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_REFUNDS = (
    ("reason", sa.String(32)),
    ("failure_code", sa.String(255)),
    ("failure_message", sa.Text()),
    ("store", sa.String(255)),
    ("reader", sa.String(255)),
    ("device", sa.String(255)),
)


def upgrade() -> None:
    """Take the step.

    Columns are only added: SQLite would have to build a table anew to change one, while others
    refer to it. So what an online payment does not have is empty there, not null.
    """
    for name, kind in _REFUNDS:
        op.add_column("refunds", sa.Column(name, kind))
    op.create_index("ix_refunds_provider_id", "refunds", ["provider_id"], unique=True)
    op.create_index("ix_refunds_created_at_id", "refunds", ["created_at", "id"])
    in_person = sa.Column("channel", sa.String(32), nullable=False, server_default="IN_PERSON")
    op.add_column("payments", in_person)
    op.add_column("payments", sa.Column("method", sa.String(64)))
    op.create_index("ix_payments_created_at_id", "payments", ["created_at", "id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_payments_created_at_id", "payments")
    op.drop_column("payments", "method")
    op.drop_column("payments", "channel")
    op.drop_index("ix_refunds_created_at_id", "refunds")
    op.drop_index("ix_refunds_provider_id", "refunds")
    for name, _ in reversed(_REFUNDS):
        op.drop_column("refunds", name)
