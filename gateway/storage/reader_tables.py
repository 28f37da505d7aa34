"""The tables of readers: how the provider lists them, and what was done about them."""

from sqlalchemy import Column, String, Table

from gateway.payments.reader_log import ErrandKind, ErrandOutcome
from gateway.storage.columns import Named, UtcTime
from gateway.storage.tables import metadata

# The default account is the empty text: a part of a key cannot be null.
listed_readers = Table(
    "listed_readers",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("location", String(255), primary_key=True),
    Column("device", String(255), primary_key=True),
    Column("label", String(255), nullable=False),
)

reader_errands = Table(
    "reader_errands",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", Named(ErrandKind), nullable=False),
    Column("actor", String(255), nullable=False),
    Column("store", String(255), nullable=False),
    Column("reader", String(255), nullable=False),
    Column("device", String(255), index=True),
    Column("idempotency_key", String(255), unique=True),
    Column("request_hash", String(64)),
    Column("outcome", Named(ErrandOutcome)),
    Column("refusal", String(64)),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
)
