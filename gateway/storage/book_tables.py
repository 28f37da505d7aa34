"""The tables of what other systems' books are told, and of what was found when comparing them.

Amounts are in minor units of their currency; times are UTC.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from gateway.storage.columns import Named, UtcTime
from gateway.storage.tables import metadata, payments
from schema.domain.payment_entry import PaymentEntryKind
from schema.domain.reconciliation import FindingKind, FindingSeverity
from schema.domain.write_back import WriteBackState

write_backs = Table(
    "write_backs",
    metadata,
    Column("reference", String(80), primary_key=True),
    Column("payment", ForeignKey(payments.c.id), nullable=False, index=True),
    Column("order_source", String(255), nullable=False),
    Column("order_id", String(255), nullable=False),
    Column("kind", Named(PaymentEntryKind), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("provider_reference", String(255)),
    Column("store", String(255)),
    Column("reader", String(255)),
    Column("state", Named(WriteBackState), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("is_doubtful", Boolean, nullable=False),
    Column("last_error", String(255)),
    Column("recorded_as", Text),
    Column("next_try_at", UtcTime, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Index(None, "state", "next_try_at"),
    Index(None, "order_source", "order_id"),
)

findings = Table(
    "findings",
    metadata,
    Column("kind", Named(FindingKind), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("severity", Named(FindingSeverity), nullable=False),
    Column("message", Text, nullable=False),
    Column("payment", String(64)),
    Column("refund", String(64)),
    Column("provider_reference", String(255)),
    Column("account", String(255)),
    Column("currency", String(3)),
    Column("amount", BigInteger),
    Column("store", String(255)),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("resolved_at", UtcTime),
    Index(None, "resolved_at", "first_seen_at"),
)

reconciliation_turns = Table(
    "reconciliation_turns",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("until", UtcTime, nullable=False),
)

reconciliation_runs = Table(
    "reconciliation_runs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("since", UtcTime, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime, index=True),
    Column("intents", Integer, nullable=False),
    Column("refunds", Integer, nullable=False),
    Column("adopted", Integer, nullable=False),
    Column("unreadable", Integer, nullable=False),
    Column("findings", Integer, nullable=False),
)
