"""The tables. Amounts are in minor units of the payment's currency; times are UTC."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from gateway.payments.journal import Outcome
from gateway.payments.keys import Step
from gateway.payments.states import State
from gateway.payments.subject import Kind
from gateway.storage.columns import Named, UtcTime
from schema.domain.payment import CaptureMethod, PaymentChannel, RefundReason, RefundState

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

payments = Table(
    "payments",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("idempotency_key", String(255), nullable=False, unique=True),
    Column("request_hash", String(64), nullable=False),
    Column("actor", String(255), nullable=False),
    Column("store", String(255), nullable=False),
    Column("reader", String(255), nullable=False),
    Column("device", String(255), nullable=False),
    Column("location", String(255)),
    Column("account", String(255)),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("tip_eligible", BigInteger),
    Column("authorized", BigInteger),
    Column("capture_amount", BigInteger),
    Column("captured", BigInteger, nullable=False),
    Column("refunded", BigInteger, nullable=False),
    Column("capture_method", Named(CaptureMethod), nullable=False),
    Column("order_source", String(255)),
    Column("order_id", String(255)),
    Column("state", Named(State), nullable=False),
    Column("ending", Named(State)),
    Column("failure_code", String(255)),
    Column("failure_message", Text),
    Column("intent", String(255), unique=True),
    Column("version", Integer, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("deadline", UtcTime),
    Column("refused", String(255)),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("channel", Named(PaymentChannel), nullable=False, server_default="IN_PERSON"),
    Column("method", String(64)),
    Column("methods", String(255), nullable=False, server_default="CARD"),
    Column("tip", BigInteger),
    Column("receipt", Text),
    Column("capture_before", UtcTime),
    Column("incrementable", Boolean, nullable=False, server_default=false()),
    Column("increasable", Boolean, nullable=False, server_default=false()),
    Column("increase_to", BigInteger),
    Index(None, "order_source", "order_id"),
    Index(None, "state"),
    Index(None, "created_at", "id"),
)

payment_events = Table(
    "payment_events",
    metadata,
    Column("payment", ForeignKey(payments.c.id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("state", Named(State), nullable=False),
    Column("note", Text),
)

attempts = Table(
    "attempts",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("payment", ForeignKey(payments.c.id), nullable=False),
    Column("step", Named(Step), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sent_at", UtcTime, nullable=False),
    Column("outcome", Named(Outcome)),
    Column("detail", Text),
    UniqueConstraint("payment", "step", "number"),
)

leases = Table(
    "leases",
    metadata,
    Column("device", String(255), primary_key=True),
    Column("kind", Named(Kind)),
    Column("holder", String(64)),
    Column("actor", String(255)),
    Column("since", UtcTime),
    Column("fence", BigInteger, nullable=False),
)

processes = Table(
    "processes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("started_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("kind", Named(Kind), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("owner", String(64), index=True),
    Column("fence", BigInteger, nullable=False),
    Column("is_nudged", Boolean, nullable=False),
)

refunds = Table(
    "refunds",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("payment", ForeignKey(payments.c.id), nullable=False, index=True),
    Column("idempotency_key", String(255), nullable=False, unique=True),
    Column("request_hash", String(64), nullable=False),
    Column("actor", String(255), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("state", Named(RefundState), nullable=False),
    Column("provider_id", String(255)),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("reason", Named(RefundReason)),
    Column("failure_code", String(255)),
    Column("failure_message", Text),
    Column("store", String(255)),
    Column("reader", String(255)),
    Column("device", String(255)),
    Index(None, "provider_id", unique=True),
    Index(None, "created_at", "id"),
)

crosswalk = Table(
    "crosswalk",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(64), nullable=False),
    Column("old_source", String(255), nullable=False),
    Column("old_id", String(255), nullable=False),
    Column("new_source", String(255), nullable=False),
    Column("new_id", String(255), nullable=False),
    Column("moved_at", UtcTime, nullable=False),
    UniqueConstraint("kind", "old_source", "old_id"),
    UniqueConstraint("kind", "new_source", "new_id"),
)
