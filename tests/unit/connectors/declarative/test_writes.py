"""What changes something: one effect a key, and a lost answer is never called a failure."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from msgspec.structs import replace

from schema.domain.errors import Conflict, OutcomeUnknown, Rejected, Unsupported
from schema.domain.money import Money
from schema.domain.payment_entry import PaymentEntry, PaymentEntryKind
from schema.domain.reference import SourceRef
from schema.domain.reservation import ReservationLine, ReservationRequest, ReservationState
from schema.domain.returns import ReturnLine, ReturnRequest, ReturnState
from tests.unit.connectors.declarative.declared import HEAD, System, declared, system
from tests.unit.connectors.declarative.places import call

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FILE = (
    HEAD
    + """
  reservation:
    id: no
    state: {path: state, default: HELD}
    store: request.store
    until: request.until
    reference: request.reference
    lines: {each: "request.lines || `[]`", fields: {sku: sku, quantity: quantity}}
  return:
    id: rma
    order: request.order
    state: {value: REQUESTED}
    store: request.store
    lines: {each: request.lines, fields: {sku: sku, quantity: quantity, reason: reason}}
ports:
  reserve:
    request:
      path: /holds
      headers: {idempotency-key: "{idempotency_key}"}
      body: {branch: "{store}", ref: "{reference}", until: "{until}", items: "{lines}"}
    stores: stores
    lines: "[].{item: sku, count: quantity}"
    times: {time: epoch_s}
    rows: hold
  create_return:
    request:
      path: /orders/{order}/returns
      body: {key: "{idempotency_key}", sku: "{sku}", units: "{quantity}", why: "{reason}"}
    stores: stores
  record_payment:
    request:
      path: /orders/{order}/payments
      body: {key: "{idempotency_key}", kind: "{kind}", yen: "{amount}", minor: "{minor}",
        currency: "{currency}", at: "{at}", psp: "{provider_reference}"}
    rows: entry.id
"""
)
HOLD = ReservationRequest("r-1", "ginza", (ReservationLine("A", 2), ReservationLine("B", 1)), NOON)
KEYED = "order-1-attempt-1"


class Desk:
    """A system that takes writes. `says` is its answer; its body is sent whole or in part."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []
        self.keys: list[str | None] = []
        self.status = 200
        self.says: bytes = b"{}"
        self.breaks = False

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Take one."""
        self.bodies.append(await request.json())
        self.keys.append(request.headers.get("idempotency-key"))
        if self.breaks and request.transport:
            request.transport.abort()
        return web.Response(body=self.says, status=self.status, content_type="application/json")


@pytest.fixture
def desk() -> Desk:
    """A system that takes writes."""
    return Desk()


def connector(tmp_path: Path, shop: System) -> Any:
    """The connector to it."""
    config = {"base_url": shop.url, "stores": {"ginza": "0101"}}
    return declared(tmp_path / "shop.yaml", FILE, config)


async def test_a_reservation(tmp_path: Path, desk: Desk) -> None:
    """In the system's own words; what it does not answer is what was asked for."""
    desk.says = msgspec.json.encode({"hold": {"no": 77}})
    async with system(desk) as shop:
        made = connector(tmp_path, shop)
        ctx = replace(call(), idempotency_key=KEYED)
        found = await made.reserve(ctx, HOLD)
        await made.aclose()

    items = [{"item": "A", "count": 2}, {"item": "B", "count": 1}]
    until = int(NOON.timestamp())
    assert [{"branch": "0101", "ref": "r-1", "until": until, "items": items}] == desk.bodies
    assert [KEYED] == desk.keys
    assert SourceRef("shop", "77") == found.ref
    assert (ReservationState.HELD, "ginza", NOON) == (found.state, found.store, found.until)
    assert HOLD.lines == found.lines


async def test_a_return_of_one_line(tmp_path: Path, desk: Desk) -> None:
    """The line's fields are names of their own; what is not told is left out."""
    desk.says = b'{"rma": "R9"}'
    request = ReturnRequest("ret-1", "7/0", (ReturnLine("A", 1),))
    async with system(desk) as shop:
        made = connector(tmp_path, shop)
        found = await made.create_return(replace(call(), idempotency_key=KEYED), request)
        await made.aclose()

    assert ["/orders/7%2F0/returns"] == shop.requests
    assert [{"key": KEYED, "sku": "A", "units": 1}] == desk.bodies
    assert (SourceRef("shop", "R9"), SourceRef("shop", "7/0")) == (found.ref, found.order)
    assert ReturnState.REQUESTED is found.state


@pytest.mark.parametrize(
    ("says", "expected"), [(b'{"entry": {"id": 5}}', SourceRef("shop", "5")), (b"{}", None)]
)
async def test_a_payment_is_noted(
    tmp_path: Path, desk: Desk, says: bytes, expected: SourceRef | None
) -> None:
    """With its amount in main and minor units; a system may give the entry no id."""
    desk.says = says
    entry = PaymentEntry("p-1", PaymentEntryKind.CAPTURE, Money(1999, "SGD"), NOON, "pi_1")
    async with system(desk) as shop:
        made = connector(tmp_path, shop)
        found = await made.record_payment(replace(call(), idempotency_key=KEYED), "7", entry)
        await made.aclose()

    assert expected == found
    assert [
        {
            "key": KEYED,
            "kind": "CAPTURE",
            "yen": "19.99",
            "minor": 1999,
            "currency": "SGD",
            "at": "2026-11-20T03:00:00Z",
            "psp": "pi_1",
        }
    ] == desk.bodies


@pytest.mark.parametrize("says", [b"<html>", b"[]", b"{}", b'{"hold": {}}', b'{"hold": 5}'])
async def test_an_answer_that_cannot_be_read(tmp_path: Path, desk: Desk, says: bytes) -> None:
    """The stock may be held: nobody may try again under another key."""
    desk.says = says
    async with system(desk) as shop:
        made = connector(tmp_path, shop)
        with pytest.raises(OutcomeUnknown):
            await made.reserve(call(), HOLD)
        await made.aclose()


async def test_an_answer_that_is_lost(tmp_path: Path, desk: Desk) -> None:
    """The connection broke after the request had gone out."""
    desk.breaks = True
    async with system(desk) as shop:
        made = connector(tmp_path, shop)
        with pytest.raises(OutcomeUnknown):
            await made.reserve(call(), HOLD)
        await made.aclose()

    assert 1 == len(desk.bodies)


@pytest.mark.parametrize(("status", "error"), [(409, Conflict), (422, Rejected)])
async def test_a_refusal_is_one(
    tmp_path: Path, desk: Desk, status: int, error: type[Exception]
) -> None:
    """Where the system says no, nothing has happened."""
    desk.status = status
    async with system(desk) as shop:
        made = connector(tmp_path, shop)
        with pytest.raises(error):
            await made.reserve(call(), HOLD)
        await made.aclose()


async def test_a_store_that_the_system_does_not_know(tmp_path: Path, desk: Desk) -> None:
    """Nothing is sent."""
    async with system(desk) as shop:
        made = connector(tmp_path, shop)
        with pytest.raises(Unsupported, match="store"):
            await made.reserve(call(), replace(HOLD, store="umeda"))
        await made.aclose()

    assert [] == shop.requests
