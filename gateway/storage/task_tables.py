"""The tables of what readers do besides payments."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from gateway.storage.columns import Named, UtcTime
from gateway.storage.tables import metadata
from schema.domain.reader_task import ReaderTaskKind, ReaderTaskState

reader_tasks = Table(
    "reader_tasks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("idempotency_key", String(255), unique=True),
    Column("request_hash", String(64), nullable=False),
    Column("actor", String(255), nullable=False),
    Column("store", String(255), nullable=False),
    Column("reader", String(255), nullable=False),
    Column("device", String(255), nullable=False),
    Column("location", String(255)),
    Column("account", String(255)),
    Column("kind", Named(ReaderTaskKind), nullable=False),
    Column("asked", Text, nullable=False),
    Column("state", Named(ReaderTaskState), nullable=False),
    Column("ending", Named(ReaderTaskState)),
    Column("failure_code", String(255)),
    Column("failure_message", Text),
    Column("setup", String(255)),
    # What customers have entered: personal data, and null again when it is erased.
    Column("answers", Text),
    Column("erased_at", UtcTime),
    Column("card", Text),
    Column("attempt", Integer, nullable=False),
    Column("clears", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("deadline", UtcTime, nullable=False),
    Index(None, "state"),
)

payers = Table(
    "payers",
    metadata,
    Column("source", String(255), primary_key=True),
    Column("customer", String(255), primary_key=True),
    # Empty is the provider's default account: a part of a key cannot be null.
    Column("account", String(255), primary_key=True),
    Column("name", String(255), nullable=False),
)
