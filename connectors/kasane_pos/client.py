"""Kasane's POS. The one place where its refusals become our errors."""

import asyncio
import re
from base64 import b64encode
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from connectors.kasane_pos import mapping, tenders
from connectors.kasane_pos.clocks import Clocks
from connectors.kasane_pos.config import KasanePosConfig
from connectors.kasane_pos.listing import Choice, Params, newest_of_all
from connectors.kasane_pos.mark import mark, resume
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpResponse, checked
from connectors.sdk.reading import drift
from connectors.sdk.source import SourceContext
from schema.domain.customer import CustomerLink
from schema.domain.errors import (
    Conflict,
    NotFound,
    OutcomeUnknown,
    Rejected,
    SchemaDrift,
    SourceError,
)
from schema.domain.order import Channel, OrderPage, OrderPosition, OrderQuery, OrderRecord
from schema.domain.payment_entry import PaymentEntry
from schema.domain.reference import SourceRef

K = TypeVar("K")
T = TypeVar("T")

# What tills print and cards bear. Nothing else is known to the POS, and nothing else is sent to it.
_RECEIPT = re.compile(r"[0-9]{4}-[0-9]{6}")
_NAMED = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT})
_MEMBERSHIP = re.compile(r"[0-9A-Za-z-]{1,32}")


class KasanePos:
    """The `OrderReader` and `OrderWriter` of Kasane's POS: one sale or one list a call.

    Concurrency: any number of callers; the client's connections bound what reaches the POS.
    """

    Config: ClassVar[type[BaseModel]] = KasanePosConfig

    def __init__(self, config: KasanePosConfig, context: SourceContext) -> None:
        secret = f"{config.username}:{config.password.get_secret_value()}".encode()
        self._source = context.name
        self._numbers = {code: store.number for code, store in config.stores.items()}
        self._tills = {
            store.number: mapping.Till(code, ZoneInfo(store.time_zone), store.currency)
            for code, store in config.stores.items()
        }
        self._http = context.http.client(
            config.base_url,
            context.limits,
            headers={"authorization": f"Basic {b64encode(secret).decode()}"},
        )

    async def probe(self, ctx: CallContext) -> None:
        """See `Connector.probe`."""
        _content(await self._http.request(ctx, "GET", "/api/ping"))

    async def aclose(self) -> None:
        """See `Connector.aclose`."""
        await self._http.aclose()

    async def orders(
        self, ctx: CallContext, ids: Sequence[str]
    ) -> Mapping[str, OrderRecord | SourceError]:
        """See `OrderReader.orders`."""
        receipts = dict.fromkeys(it for it in ids if _RECEIPT.fullmatch(it))
        found = await _each({it: self._order(ctx, it) for it in receipts})
        return {it: order for it, order in found.items() if order is not None}

    async def orders_by_number(
        self, ctx: CallContext, numbers: Sequence[str]
    ) -> Mapping[str, OrderRecord | SourceError]:
        """See `OrderReader.orders_by_number`. A sale's id is the number of its receipt."""
        return await self.orders(ctx, numbers)

    async def order_page(
        self,
        ctx: CallContext,
        query: OrderQuery,
        *,
        after: OrderPosition | None,
        hint: str | None,
        limit: int,
    ) -> OrderPage:
        """See `OrderReader.order_page`."""
        rows, more = await self._newest(ctx, self._choices(query, resume(after, hint)), limit)
        return OrderPage(
            tuple(rows), mark(after, OrderPosition.of(rows[-1])) if more and rows else None
        )

    async def orders_of(
        self, ctx: CallContext, customers: Sequence[CustomerLink], limit: int
    ) -> Mapping[CustomerLink, Sequence[OrderRecord] | SourceError]:
        """See `OrderReader.orders_of`."""
        choices = {link: self._choices(OrderQuery(customer=link), None) for link in customers}
        found = await _each(
            {link: self._newest(ctx, its, limit) for link, its in choices.items() if its}
        )
        return {link: it if isinstance(it, SourceError) else it[0] for link, it in found.items()}

    async def record_payment(
        self, ctx: CallContext, order: str, entry: PaymentEntry
    ) -> SourceRef | None:
        """See `OrderWriter.record_payment`. The POS notes each reference once."""
        till = self._tills.get(order[:4]) if _RECEIPT.fullmatch(order) else None
        if till is None:
            raise NotFound("no receipt of a store that is known")
        response = await self._http.request(
            ctx,
            "POST",
            f"/api/sales/{order}/tenders",
            json=tenders.tender(entry, till.currency),
            write=True,
        )
        named = response.status in _NAMED
        try:
            content = (response if named else checked(response, write=True)).json()
            place = tenders.refusal(content) if named else tenders.place(content)
        except SchemaDrift as error:  # of an answer, and so after the POS may have noted it
            raise OutcomeUnknown(str(error)) from None
        if isinstance(place, SourceError):
            raise place
        return SourceRef(self._source, f"{order}/{place}")

    async def _order(self, ctx: CallContext, receipt: str) -> OrderRecord | None:
        response = await self._http.request(ctx, "GET", f"/api/sales/{receipt}")
        if response.status == HTTPStatus.NOT_FOUND:
            mapping.no_sale(response.json())
            return None
        order = mapping.order(_content(response), self._origin())
        if order.number != receipt:
            raise drift("sale.rcp_no", "expected the receipt that was asked for")
        return order

    async def _newest(
        self, ctx: CallContext, choices: Sequence[Choice], limit: int
    ) -> tuple[Sequence[OrderRecord], bool]:
        origin = self._origin()

        async def fetch(params: Params) -> mapping.SalePage:
            response = await self._http.request(ctx, "GET", "/api/sales", params=params)
            return mapping.sale_page(_content(response), origin)

        return await newest_of_all(fetch, choices, limit)

    def _origin(self) -> mapping.Origin:
        return mapping.Origin(self._source, self._tills, datetime.now(UTC))

    def _choices(self, query: OrderQuery, after: OrderPosition | None) -> Sequence[Choice]:
        """What a query asks of the POS; nothing where the POS can have nothing of it.

        It is a choice for each zone, whose list is in the order of time. A member's list is one: it
        is short, so that what stands out of order is at hand.
        """
        codes = self._numbers if query.stores is None else query.stores
        stores = [self._numbers[code] for code in dict.fromkeys(codes) if code in self._numbers]
        member = query.customer.membership if query.customer else None
        unknown = query.customer is not None and not (member and _MEMBERSHIP.fullmatch(member))
        elsewhere = query.channels is not None and Channel.STORE not in query.channels
        if unknown or elsewhere:
            return ()
        lists: dict[object, list[str]] = {}
        for number in stores:
            lists.setdefault(member or self._tills[number].zone, []).append(number)
        return [
            Choice(
                stores=numbers,
                clocks=Clocks.of(self._tills[number].zone for number in numbers),
                member=member,
                after=after,
                newest=query.placed_before,
                oldest=query.placed_after,
            )
            for numbers in lists.values()
        ]


async def _each(calls: Mapping[K, Awaitable[T]]) -> dict[K, T | SourceError]:
    """Make calls side by side. What fails hurts itself alone, unless the POS failed them all."""

    async def outcome(call: Awaitable[T]) -> T | SourceError:
        try:
            return await call
        except SourceError as error:
            return error

    found = await asyncio.gather(*map(outcome, calls.values()))
    if failure := _common(found):
        raise failure
    return dict(zip(calls, found, strict=True))


def _common(found: Iterable[object]) -> SourceError | None:
    """The failure of them all; a record in an unknown form is no failure of the POS."""
    failures = [
        it if isinstance(it, SourceError) and not isinstance(it, SchemaDrift) else None
        for it in found
    ]
    return failures[0] if failures and all(failures) else None


def _content(response: HttpResponse) -> Any:
    try:
        return checked(response).json()
    except (NotFound, Conflict) as error:
        # The POS has no such address, which says nothing of any sale.
        raise Rejected(str(error), reason=str(response.status)) from None
