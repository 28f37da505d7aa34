"""The tables of the payment provider's messages. Times are UTC."""

from sqlalchemy import BigInteger, Column, Date, Index, LargeBinary, String, Table

from gateway.storage.columns import UtcTime
from gateway.storage.tables import metadata

provider_events = Table(
    "provider_events",
    metadata,
    Column("id", String(255), primary_key=True),
    Column("kind", String(255), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("intent", String(255)),
    Column("reader", String(255)),
    Column("body", LargeBinary, nullable=False),  # empty once it is erased
    Column("received_at", UtcTime, nullable=False),
    Column("applied_at", UtcTime, index=True),
    Column("setup_intent", String(255)),
    Column("refund", String(255)),
    Column("account", String(255)),
    Index(None, "received_at", "id"),
)

event_refusals = Table(
    "event_refusals",
    metadata,
    Column("day", Date, primary_key=True),
    Column("reason", String(64), primary_key=True),
    Column("count", BigInteger, nullable=False),
)
