"""What changes something in a system: stock is held, goods come back, a payment is noted.

The record that comes back is read from the answer's row, beside which `request` holds our own
fields: many a system answers with an id alone.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from connectors.declarative.connector import DeclarativeConnector
from connectors.declarative.expression import found_by
from connectors.sdk.context import CallContext
from connectors.sdk.reading import drift
from schema.domain.errors import OutcomeUnknown, SchemaDrift, Unsupported
from schema.domain.payment_entry import PaymentEntry
from schema.domain.reference import SourceRef
from schema.domain.reservation import ReservationRecord, ReservationRequest
from schema.domain.returns import ReturnRecord, ReturnRequest


async def reserve(
    connector: DeclarativeConnector, ctx: CallContext, request: ReservationRequest
) -> ReservationRecord:
    """See `StockReserver.reserve`."""
    return await _reservation(connector, ctx, "reserve", _fields(request))


async def extend(
    connector: DeclarativeConnector, ctx: CallContext, reservation: str, until: datetime
) -> ReservationRecord:
    """See `StockReserver.extend`."""
    fields = {"reservation": reservation, "until": until}
    return await _reservation(connector, ctx, "extend", fields)


async def release(
    connector: DeclarativeConnector, ctx: CallContext, reservation: str
) -> ReservationRecord:
    """See `StockReserver.release`."""
    fields = {"reservation": reservation}
    return await _reservation(connector, ctx, "release", fields)


async def create_return(
    connector: DeclarativeConnector, ctx: CallContext, request: ReturnRequest
) -> ReturnRecord:
    """See `ReturnWriter.create_return`."""
    fields = _fields(request)
    found: ReturnRecord = await _written(connector, ctx, "create_return", "return", fields)
    return found


async def record_payment(
    connector: DeclarativeConnector, ctx: CallContext, order: str, entry: PaymentEntry
) -> SourceRef | None:
    """See `OrderWriter.record_payment`. `rows` finds the entry's id in the answer."""
    amount = entry.amount
    fields = {
        **_fields(entry),
        "order": order,
        "kind": entry.kind.value,
        "amount": str(amount.amount),
        "minor": amount.minor,
        "currency": amount.currency,
    }
    found = await _sent(connector, ctx, "record_payment", fields)
    if isinstance(found, str | int) and not isinstance(found, bool) and found != "":
        return SourceRef(connector.name, str(found))
    return None


async def _reservation(
    connector: DeclarativeConnector, ctx: CallContext, method: str, fields: Mapping[str, Any]
) -> ReservationRecord:
    found: ReservationRecord = await _written(connector, ctx, method, "reservation", fields)
    return found


async def _written(
    connector: DeclarativeConnector,
    ctx: CallContext,
    method: str,
    kind: str,
    fields: Mapping[str, Any],
) -> Any:
    found = await _sent(connector, ctx, method, fields)
    row = found[0] if isinstance(found, list) and len(found) == 1 else found
    try:
        if not isinstance(row, dict):
            raise drift(method, "expected one record")
        told = {name: _text(value) for name, value in fields.items()}
        return connector.record(kind)({**row, "request": told}, datetime.now(UTC))
    except SchemaDrift as error:
        raise OutcomeUnknown(f"the answer to a write cannot be read: {error}") from None


async def _sent(
    connector: DeclarativeConnector, ctx: CallContext, method: str, fields: Mapping[str, Any]
) -> Any:
    """Send a write, and find what its answer holds.

    Raises:
        OutcomeUnknown: It was sent, and its answer did not come or cannot be read.
        Unsupported: The store has no name in the system.
    """
    part = getattr(connector.file.ports, method)
    values = _values(connector, part, fields)
    values["idempotency_key"] = ctx.idempotency_key
    try:
        answer = await connector.wire.ask(ctx, part.request, values, write=True)
        return found_by(part.rows)(answer.content)
    except SchemaDrift as error:
        raise OutcomeUnknown(f"the answer to a write cannot be read: {error}") from None


def _values(
    connector: DeclarativeConnector, part: Any, fields: Mapping[str, Any]
) -> dict[str, Any]:
    written = connector.time_writer(part.times)
    values = {
        name: written(value) if isinstance(value, datetime) else value
        for name, value in fields.items()
    }
    store = values.get("store")
    if store is not None and part.stores is not None:
        own = connector.config_map(part.stores)
        if store not in own:
            raise Unsupported("the store has no name in this system")
        values["store"] = own[store]
    lines = values.get("lines", ())
    if len(lines) == 1:
        values.update(lines[0])
    if "lines" in values and part.lines is not None:
        values["lines"] = found_by(part.lines)(lines)
    return values


def _fields(request: Any) -> dict[str, Any]:
    """The fields of what is written, by name; lines as mappings. Times stay times."""
    fields = msgspec.structs.asdict(request)
    if "lines" in fields:
        fields["lines"] = [msgspec.structs.asdict(line) for line in fields["lines"]]
    return fields


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
