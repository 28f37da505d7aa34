"""What messages are about in full, and how many were refused."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_COLUMNS = ("setup_intent", "refund", "account")


def upgrade() -> None:
    """Take the step."""
    for name in _COLUMNS:
        op.add_column("provider_events", sa.Column(name, sa.String(255)))
    op.create_index("ix_provider_events_received_at_id", "provider_events", ["received_at", "id"])
    op.create_table(
        "event_refusals",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "reason", name="pk_event_refusals"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("event_refusals")
    op.drop_index("ix_provider_events_received_at_id", "provider_events")
    with op.batch_alter_table("provider_events") as table:
        for name in _COLUMNS:
            table.drop_column(name)
