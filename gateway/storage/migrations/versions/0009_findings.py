"""What was found when the payment provider's books were compared with the journal."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "findings",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("severity", sa.String(32), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("payment", sa.String(64)),
        sa.Column("refund", sa.String(64)),
        sa.Column("provider_reference", sa.String(255)),
        sa.Column("account", sa.String(255)),
        sa.Column("currency", sa.String(3)),
        sa.Column("amount", sa.BigInteger()),
        sa.Column("store", sa.String(255)),
        sa.Column("first_seen_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("resolved_at", moment),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_findings"),
    )
    op.create_index(
        "ix_findings_resolved_at_first_seen_at", "findings", ["resolved_at", "first_seen_at"]
    )
    op.create_table(
        "reconciliation_turns",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_reconciliation_turns"),
    )
    op.create_table(
        "reconciliation_runs",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("finished_at", moment),
        sa.Column("intents", sa.Integer(), nullable=False),
        sa.Column("refunds", sa.Integer(), nullable=False),
        sa.Column("adopted", sa.Integer(), nullable=False),
        sa.Column("unreadable", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reconciliation_runs"),
    )
    op.create_index("ix_reconciliation_runs_finished_at", "reconciliation_runs", ["finished_at"])


def downgrade() -> None:
    """Take it back."""
    for table in ("reconciliation_runs", "reconciliation_turns", "findings"):
        op.drop_table(table)
