"""The tables of what happens to money that is held. Amounts are in minor units; times are UTC."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, UniqueConstraint

from gateway.storage.columns import UtcTime
from gateway.storage.tables import metadata, payments

increases = Table(
    "increases",
    metadata,
    Column("idempotency_key", String(255), primary_key=True),
    Column("payment", ForeignKey(payments.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("request_hash", String(64), nullable=False),
    Column("actor", String(255), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("payment", "number"),
)
