"""Payments, and where records have moved."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    _payments()
    _steps()
    _leases_and_refunds()
    _provider_events()
    _crosswalk()


def downgrade() -> None:
    """Take it back."""
    for table in (
        *("crosswalk", "provider_events", "refunds", "reader_leases"),
        *("attempts", "payment_events", "payments"),
    ):
        op.drop_table(table)


def _time() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def _payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("idempotency_key", sa.String(255), nullable=False),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("store", sa.String(255), nullable=False),
        sa.Column("reader", sa.String(255), nullable=False),
        sa.Column("device", sa.String(255), nullable=False),
        sa.Column("location", sa.String(255)),
        sa.Column("account", sa.String(255)),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("tip_eligible", sa.BigInteger),
        sa.Column("authorized", sa.BigInteger),
        sa.Column("capture_amount", sa.BigInteger),
        sa.Column("captured", sa.BigInteger, nullable=False),
        sa.Column("refunded", sa.BigInteger, nullable=False),
        sa.Column("capture_method", sa.String(32), nullable=False),
        sa.Column("order_source", sa.String(255)),
        sa.Column("order_id", sa.String(255)),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("ending", sa.String(32)),
        sa.Column("failure_code", sa.String(255)),
        sa.Column("failure_message", sa.Text),
        sa.Column("intent", sa.String(255)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("created_at", _time(), nullable=False),
        sa.Column("updated_at", _time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payments"),
        sa.UniqueConstraint("idempotency_key", name="uq_payments_idempotency_key"),
        sa.UniqueConstraint("intent", name="uq_payments_intent"),
    )
    op.create_index("ix_payments_order_source_order_id", "payments", ["order_source", "order_id"])
    op.create_index("ix_payments_state", "payments", ["state"])


def _steps() -> None:
    op.create_table(
        "payment_events",
        sa.Column("payment", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", _time(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("note", sa.Text),
        sa.ForeignKeyConstraint(["payment"], ["payments.id"], name="fk_payment_events_payment"),
        sa.PrimaryKeyConstraint("payment", "number", name="pk_payment_events"),
    )
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("payment", sa.String(64), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("sent_at", _time(), nullable=False),
        sa.Column("outcome", sa.String(32)),
        sa.Column("detail", sa.Text),
        sa.ForeignKeyConstraint(["payment"], ["payments.id"], name="fk_attempts_payment"),
        sa.PrimaryKeyConstraint("key", name="pk_attempts"),
        sa.UniqueConstraint("payment", "step", "number", name="uq_attempts_payment_step_number"),
    )


def _leases_and_refunds() -> None:
    op.create_table(
        "reader_leases",
        sa.Column("device", sa.String(255), nullable=False),
        sa.Column("payment", sa.String(64)),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["payment"], ["payments.id"], name="fk_reader_leases_payment"),
        sa.PrimaryKeyConstraint("device", name="pk_reader_leases"),
    )
    op.create_table(
        "refunds",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("payment", sa.String(64), nullable=False),
        sa.Column("idempotency_key", sa.String(255), nullable=False),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("provider_id", sa.String(255)),
        sa.Column("created_at", _time(), nullable=False),
        sa.Column("updated_at", _time(), nullable=False),
        sa.ForeignKeyConstraint(["payment"], ["payments.id"], name="fk_refunds_payment"),
        sa.PrimaryKeyConstraint("id", name="pk_refunds"),
        sa.UniqueConstraint("idempotency_key", name="uq_refunds_idempotency_key"),
    )
    op.create_index("ix_refunds_payment", "refunds", ["payment"])


def _provider_events() -> None:
    op.create_table(
        "provider_events",
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(255), nullable=False),
        sa.Column("created_at", _time(), nullable=False),
        sa.Column("intent", sa.String(255)),
        sa.Column("reader", sa.String(255)),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("received_at", _time(), nullable=False),
        sa.Column("applied_at", _time()),
        sa.PrimaryKeyConstraint("id", name="pk_provider_events"),
    )
    op.create_index("ix_provider_events_applied_at", "provider_events", ["applied_at"])


def _crosswalk() -> None:
    op.create_table(
        "crosswalk",
        sa.Column("number", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("old_source", sa.String(255), nullable=False),
        sa.Column("old_id", sa.String(255), nullable=False),
        sa.Column("new_source", sa.String(255), nullable=False),
        sa.Column("new_id", sa.String(255), nullable=False),
        sa.Column("moved_at", _time(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_crosswalk"),
        sa.UniqueConstraint(
            "kind", "old_source", "old_id", name="uq_crosswalk_kind_old_source_old_id"
        ),
        sa.UniqueConstraint(
            "kind", "new_source", "new_id", name="uq_crosswalk_kind_new_source_new_id"
        ),
    )
