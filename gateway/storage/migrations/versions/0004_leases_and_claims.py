"""Leases of readers for any holder, and which process works on what."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_COPY = """
INSERT INTO leases (device, kind, holder, actor, since, fence)
SELECT reader_leases.device, CASE WHEN payments.id IS NULL THEN NULL ELSE 'PAYMENT' END,
    payments.id, payments.actor, payments.created_at, reader_leases.fence
FROM reader_leases LEFT JOIN payments ON payments.id = reader_leases.payment
"""
_COPY_BACK = """
INSERT INTO reader_leases (device, payment, fence)
SELECT device, CASE WHEN kind = 'PAYMENT' THEN holder ELSE NULL END, fence FROM leases
"""


def upgrade() -> None:
    """Take the step."""
    op.add_column("payments", sa.Column("deadline", sa.DateTime(timezone=True)))
    op.add_column("payments", sa.Column("refused", sa.String(255)))
    op.create_table(
        "leases",
        sa.Column("device", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(32)),
        sa.Column("holder", sa.String(64)),
        sa.Column("actor", sa.String(255)),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("device", name="pk_leases"),
    )
    op.execute(_COPY)
    op.drop_table("reader_leases")
    _claims()


def downgrade() -> None:
    """Take it back."""
    op.drop_table("claims")
    op.drop_table("processes")
    op.create_table(
        "reader_leases",
        sa.Column("device", sa.String(255), nullable=False),
        sa.Column("payment", sa.String(64)),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("refund", sa.String(64)),
        sa.ForeignKeyConstraint(["payment"], ["payments.id"], name="fk_reader_leases_payment"),
        sa.PrimaryKeyConstraint("device", name="pk_reader_leases"),
    )
    op.execute(_COPY_BACK)
    op.drop_table("leases")
    op.drop_column("payments", "refused")
    op.drop_column("payments", "deadline")


def _claims() -> None:
    op.create_table(
        "processes",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_processes"),
    )
    op.create_table(
        "claims",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("is_nudged", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_claims"),
    )
    op.create_index("ix_claims_owner", "claims", ["owner"])
