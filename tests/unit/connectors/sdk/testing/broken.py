"""Connectors of the shop that are wrong in one way each, by the fact that must tell it."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta, timezone
from typing import Any

from msgspec.structs import replace
from typing_extensions import override

from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpResponse, checked
from connectors.sdk.manifest import Limits
from connectors.sdk.source import SourceContext
from schema.domain.errors import Conflict, NotFound, Rejected, SchemaDrift, SourceError, Unavailable
from schema.domain.money import Money
from schema.domain.order import OrderPage, OrderPosition, OrderQuery, OrderRecord
from schema.domain.reference import SourceRef
from schema.domain.reservation import ReservationRecord, ReservationRequest, ReservationState
from schema.domain.scope import Actor
from tests.unit.connectors.sdk.testing.connector import ShopConfig, ShopConnector

Found = Mapping[str, OrderRecord | SourceError]
Params = list[tuple[str, str]]

BROKEN: dict[str, type[ShopConnector]] = {}
"""By the name of the fact that each does not keep."""


def breaks(*facts: str) -> Any:
    """Say which facts a class must fail."""

    def note(cls: type[ShopConnector]) -> type[ShopConnector]:
        BROKEN.update(dict.fromkeys(facts, cls))
        return cls

    return note


def _late(seconds: float = 60.0) -> CallContext:
    return CallContext(time.monotonic() + seconds, Actor("test", "staff"), "trace")


@breaks("manifest_is_true")
class ClaimsMore(ShopConnector):
    """Its manifest tells of a method that there is not."""

    Manifest = ShopConnector.Manifest.model_copy(update={"freshness_s": {"weather": 1.0}})


@breaks("probe_succeeds")
class NeverWell(ShopConnector):
    """It says that a system which is well is not."""

    @override
    async def probe(self, ctx: CallContext) -> None:
        """Fail."""
        raise Unavailable("nobody was asked")


@breaks("starts_without_its_system")
class Impatient(ShopConnector):
    """It calls its system before it is asked to."""

    def __init__(self, config: ShopConfig, context: SourceContext) -> None:
        super().__init__(config, context)
        self._early = asyncio.ensure_future(self.ask(_late(), "/ping"))


@breaks("orders_known_keys_have_records", "order_page_rows_bear_the_source")
class BearsItsOwnName(ShopConnector):
    """Its refs do not bear the source's configured name."""

    @override
    def order(self, row: Any) -> OrderRecord:
        """Read an order."""
        found = super().order(row)
        return replace(found, ref=SourceRef("shop", found.ref.id))


@breaks("orders_batch_equals_singles")
class TellsLessOfMany(ShopConnector):
    """A batch brings no customers."""

    @override
    async def orders(self, ctx: CallContext, ids: Sequence[str]) -> Found:
        """Read orders."""
        found = await super().orders(ctx, ids)
        if len(ids) == 1:
            return found
        return {
            key: replace(it, customer=None) if isinstance(it, OrderRecord) else it
            for key, it in found.items()
        }


@breaks("orders_order_and_repeats_change_nothing")
class TrustsItsCaller(ShopConnector):
    """Keys that come twice are answered by the place where they stand."""

    @override
    async def orders(self, ctx: CallContext, ids: Sequence[str]) -> Found:
        """Read orders."""
        found = await super().orders(ctx, ids)
        by_id = [found[it] for it in sorted(found)]
        return dict(zip(ids, by_id, strict=False))


@breaks("orders_unknown_key_is_absent", "orders_unknown_key_alone_is_absent")
class FailsForOne(ShopConnector):
    """One unknown key fails the whole call."""

    @override
    async def orders(self, ctx: CallContext, ids: Sequence[str]) -> Found:
        """Read orders."""
        found = await super().orders(ctx, ids)
        if len(found) < len(set(ids)):
            raise NotFound("one of them is unknown")
        return found


@breaks("orders_empty_batch_is_empty")
class AnswersAll(ShopConnector):
    """No keys are every key."""

    @override
    async def orders(self, ctx: CallContext, ids: Sequence[str]) -> Found:
        """Read orders."""
        return await super().orders(ctx, ids or ["0001"])


@breaks("orders_full_batch_is_taken")
class TakesFew(ShopConnector):
    """It takes fewer keys than its manifest says."""

    @override
    async def orders(self, ctx: CallContext, ids: Sequence[str]) -> Found:
        """Read orders."""
        if len(ids) > 10:
            raise Rejected("too many")
        return await super().orders(ctx, ids)


@breaks("orders_money_is_exact")
class CountsInFractions(ShopConnector):
    """Its amounts are floats."""

    @override
    def order(self, row: Any) -> OrderRecord:
        """Read an order."""
        found = super().order(row)
        inexact: Any = found.total.minor / 100
        return replace(found, total=Money(inexact, "JPY"))


@breaks("orders_times_are_utc")
class KeepsLocalTime(ShopConnector):
    """Its times bear the zone of the shop."""

    @override
    def order(self, row: Any) -> OrderRecord:
        """Read an order."""
        found = super().order(row)
        return replace(found, placed_at=found.placed_at.astimezone(timezone(timedelta(hours=9))))


@breaks("orders_text_is_whole")
class ReadsBytes(ShopConnector):
    """It reads UTF-8 one byte at a time."""

    @override
    def order(self, row: Any) -> OrderRecord:
        """Read an order."""
        found = super().order(row)
        misread = "Café".encode().decode("cp1252")
        return replace(found, lines=(replace(found.lines[0], title=misread),))


@breaks("orders_values_are_expected")
class MultipliesMoney(ShopConnector):
    """It takes yen for hundredths."""

    @override
    def order(self, row: Any) -> OrderRecord:
        """Read an order."""
        found = super().order(row)
        return replace(found, total=Money(found.total.minor * 100, "JPY"))


@breaks("order_page_small_pages_are_one_list")
class LosesTies(ShopConnector):
    """It goes on after a time, though several orders share it."""

    @override
    def place(self, after: OrderPosition | None, hint: str | None, limit: int) -> Params:
        """Go on after a time."""
        found = super().place(after, hint, limit)
        return [(name, "" if name == "after" else value) for name, value in found]


@breaks("order_page_list_goes_on_without_its_hint")
class NeedsItsHint(ShopConnector):
    """Without its hint it begins with the third row."""

    @override
    def place(self, after: OrderPosition | None, hint: str | None, limit: int) -> Params:
        """Go on by the hint alone."""
        if after is not None and hint != "more":
            return [("count", str(limit)), ("offset", "2")]
        return super().place(after, hint, limit)


@breaks("order_page_inserts_move_no_row")
class CountsRows(ShopConnector):
    """It goes on at a row's number, and ends when it has come to what was last at its start."""

    given, total = 0, 12

    @override
    async def order_page(
        self,
        ctx: CallContext,
        query: OrderQuery,
        *,
        after: OrderPosition | None,
        hint: str | None,
        limit: int,
    ) -> OrderPage:
        """Read a page by its number."""
        self.given = 0 if after is None else self.given
        page = await super().order_page(ctx, query, after=after, hint=hint, limit=limit)
        self.given += limit
        return page if self.given < self.total else replace(page, hint=None)

    @override
    def place(self, after: OrderPosition | None, hint: str | None, limit: int) -> Params:
        """Go on at a number."""
        return [("count", str(limit)), ("offset", str(self.given))]


@breaks("order_page_filters_hold")
class LetsAllThrough(ShopConnector):
    """It passes filters over."""

    @override
    def passes(self, query: OrderQuery, row: OrderRecord) -> bool:
        """Let through."""
        return query.channels is None or bool(query.channels)


@breaks("orders_deadline_is_kept", "orders_fault_hang", "orders_fault_drip", "probe_fault_hang")
class Patient(ShopConnector):
    """It waits beyond the deadline."""

    @override
    async def ask(self, ctx: CallContext, path: str, params: Sequence[tuple[str, str]] = ()) -> Any:
        """Read JSON."""
        return await super().ask(replace(ctx, deadline=_late().deadline), path, params)


@breaks("orders_time_limit_is_kept", "orders_concurrency_is_kept")
class KnowsNoLimits(ShopConnector):
    """It goes by limits of its own."""

    @override
    def limits(self, context: SourceContext) -> Limits:
        """Limits of its own."""
        del context
        return Limits(concurrency=100, timeout_s=60.0)


@breaks("orders_cancellation_leaves_nothing")
class LetsNothingGo(ShopConnector):
    """A call that nobody waits for goes on."""

    @override
    async def ask(self, ctx: CallContext, path: str, params: Sequence[tuple[str, str]] = ()) -> Any:
        """Read JSON."""
        self.work = asyncio.ensure_future(super().ask(ctx, path, params))
        return await asyncio.shield(self.work)

    @override
    async def aclose(self) -> None:
        """End it at last."""
        self.work.cancel()
        await asyncio.gather(self.work, return_exceptions=True)
        await super().aclose()


@breaks("orders_rate_is_kept")
class Hasty(ShopConnector):
    """It asks far more often than its manifest says."""

    @override
    async def orders(self, ctx: CallContext, ids: Sequence[str]) -> Found:
        """Read orders."""
        for _ in range(5):
            await super().orders(ctx, ids)
        return await super().orders(ctx, ids)


@breaks("orders_drifts_on_a_changed_field", "order_page_drifts_on_a_changed_field")
class TakesAnything(ShopConnector):
    """It makes a text of whatever comes."""

    @override
    def order(self, row: Any) -> OrderRecord:
        """Read an order."""
        return super().order({**row, "title": str(row["title"])})


@breaks("orders_drifts_on_a_missing_field", "order_page_drifts_on_a_missing_field")
class FillsIn(ShopConnector):
    """An amount that is missing is nothing."""

    @override
    def order(self, row: Any) -> OrderRecord:
        """Read an order."""
        return super().order({"total": 0, **row})


@breaks("orders_nothing_personal_is_told")
class Talkative(ShopConnector):
    """Its errors show what they are about."""

    @override
    def order(self, row: Any) -> OrderRecord:
        """Read an order."""
        try:
            return super().order(row)
        except SchemaDrift as error:
            raise SchemaDrift(f"{error} in {row}") from None


@breaks("probe_nothing_personal_is_told")
class TellsItsKey(ShopConnector):
    """Its errors show how it proves who it is."""

    def __init__(self, config: ShopConfig, context: SourceContext) -> None:
        super().__init__(config, context)
        self._key = config.key.get_secret_value()

    @override
    async def probe(self, ctx: CallContext) -> None:
        """Ask, and tell."""
        try:
            await super().probe(ctx)
        except SourceError as error:
            raise type(error)(f"{error} with key {self._key}") from None


@breaks("reserve_same_key_is_one_effect")
class ForgetsItsKey(ShopConnector):
    """It sends no idempotency key."""

    @override
    async def hold(self, ctx: CallContext, request: ReservationRequest) -> HttpResponse:
        """Send a reservation."""
        return await super().hold(replace(ctx, idempotency_key=None), request)


@breaks("reserve_racers_win_exactly_what_there_is")
class EverybodyWins(ShopConnector):
    """Who comes too late is told that they have it."""

    @override
    async def reserve(self, ctx: CallContext, request: ReservationRequest) -> ReservationRecord:
        """Reserve."""
        try:
            return await super().reserve(ctx, request)
        except Conflict:
            return self.reservation(request, "none", ReservationState.HELD)


@breaks("reserve_unread_answer_is_unknown")
class ReadsNoAnswer(ShopConnector):
    """It takes any answer for a yes."""

    @override
    async def reserve(self, ctx: CallContext, request: ReservationRequest) -> ReservationRecord:
        """Reserve."""
        checked(await self.hold(ctx, request), write=True)
        return self.reservation(request, "some", ReservationState.HELD)


class Deaf(ShopConnector):
    """A system that fails knows nothing of what is asked, and has done all that it was told."""

    @override
    async def probe(self, ctx: CallContext) -> None:
        """Ask for nothing."""

    @override
    async def orders(self, ctx: CallContext, ids: Sequence[str]) -> Found:
        """Read orders."""
        try:
            return await super().orders(ctx, ids)
        except SourceError:
            return {}

    @override
    async def reserve(self, ctx: CallContext, request: ReservationRequest) -> ReservationRecord:
        """Reserve."""
        try:
            return await super().reserve(ctx, request)
        except SourceError:
            return self.reservation(request, "some", ReservationState.HELD)
