"""Lists of payments and of refunds, for those who may see them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC

import msgspec

from gateway.payments.journal import Journal, Payment, Refund
from gateway.payments.list_log import Position
from gateway.payments.readers import may_see
from gateway.payments.reads import may_see_payment
from gateway.payments.record import Recorder, shown_refund
from schema.domain.errors import InvalidRequest, NotPermitted
from schema.domain.payment import RefundRecord
from schema.domain.scope import Actor, RequestScope
from schema.ports.payment_lists import (
    PaymentEdge,
    PaymentList,
    PaymentQuery,
    RefundEdge,
    RefundList,
    RefundQuery,
)

_LONGEST = 512  # characters of a cursor


class JournalLists:
    """Implements `schema.ports.payment_lists.PaymentLists` over the journal."""

    def __init__(self, journal: Journal, recorder: Recorder) -> None:
        self._journal = journal
        self._recorder = recorder

    async def payments(
        self, scope: RequestScope, query: PaymentQuery, first: int, after: str | None
    ) -> PaymentList:
        """See `PaymentLists.payments`."""
        stores = _stores(scope.actor, query.store)
        rows = await self._journal.list_payments(query, stores, _position(after), first + 1)
        shown = await self._recorder.shown(rows[:first])
        edges = [
            PaymentEdge(_cursor(row), record)
            for row, record in zip(rows[:first], shown, strict=True)
        ]
        return PaymentList(edges, len(rows) > first)

    async def refunds(
        self, scope: RequestScope, query: RefundQuery, first: int, after: str | None
    ) -> RefundList:
        """See `PaymentLists.refunds`."""
        stores = _stores(scope.actor, query.store)
        rows = await self._journal.list_refunds(query, stores, _position(after), first + 1)
        edges = [RefundEdge(_cursor(row), shown_refund(row)) for row in rows[:first]]
        return RefundList(edges, len(rows) > first)

    async def refunds_of(
        self, scope: RequestScope, payments: Sequence[str]
    ) -> Sequence[Sequence[RefundRecord]]:
        """See `PaymentLists.refunds_of`."""
        found = await self._journal.refunds_of_all(payments)
        owners = await self._journal.payments(list(found))
        seen = {name for name, it in owners.items() if may_see_payment(scope.actor, it)}
        return [
            [shown_refund(it) for it in found.get(name, ())] if name in seen else []
            for name in payments
        ]


def _stores(actor: Actor, wanted: str | None) -> Sequence[str] | None:
    """The stores whose payments the actor may see."""
    if wanted is not None and not may_see(actor, wanted):
        raise NotPermitted("the store is none of the actor's")
    return None if actor.stores is None else [*actor.stores]


def _cursor(row: Payment | Refund) -> str:
    raw = msgspec.msgpack.encode(Position(row.created_at, row.id))
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _position(cursor: str | None) -> Position | None:
    """Where the row of a cursor stands; it may be gone.

    Raises:
        InvalidRequest: It is none of ours.
    """
    if cursor is None:
        return None
    try:
        return _read(cursor)
    except (ValueError, OverflowError, msgspec.DecodeError) as error:
        raise InvalidRequest("`after` is no cursor of this list.") from error


def _read(cursor: str) -> Position:
    if len(cursor) > _LONGEST:
        raise ValueError("too long")
    raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    found = msgspec.msgpack.decode(raw, type=Position)
    if found.created_at.tzinfo is None:
        raise ValueError("no time zone")
    return Position(found.created_at.astimezone(UTC), found.id)
