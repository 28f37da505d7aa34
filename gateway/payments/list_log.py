"""The journal's lists: payments and refunds, found by what is known of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from schema.ports.payment_lists import PaymentQuery, RefundQuery

if TYPE_CHECKING:  # the journal is made of logs, this one among them
    from gateway.payments.journal import Payment, Refund


class Position(Struct, frozen=True, array_like=True):
    """Where a row stands in a list: the newest first, and of the same moment the highest id."""

    created_at: datetime
    id: str


class ListLog(Protocol):
    """Lists, the newest first.

    `stores` are those whose payments may be seen; None is all of them. Payments that were made
    online belong to no store, and everybody may see them.
    """

    async def list_payments(
        self,
        query: PaymentQuery,
        stores: Sequence[str] | None,
        after: Position | None,
        limit: int,
    ) -> Sequence["Payment"]:
        """Return at most `limit` payments, from after a position."""
        ...

    async def list_refunds(
        self,
        query: RefundQuery,
        stores: Sequence[str] | None,
        after: Position | None,
        limit: int,
    ) -> Sequence["Refund"]:
        """Return at most `limit` refunds, from after a position."""
        ...

    async def refunds_of_all(self, payments: Sequence[str]) -> Mapping[str, Sequence["Refund"]]:
        """Return each payment's refunds, the newest first; payments without any are absent."""
        ...
