"""Stock over every system that counts, with what is on its way."""

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from connectors.sdk.context import CallContext
from gateway.engine.fanout import together
from gateway.engine.routing import Entity, Routes
from gateway.engine.source import Source
from gateway.engine.stores import StoreDirectory
from schema.domain.errors import SourceError, TillgraphError
from schema.domain.scope import RequestScope, SourceGap
from schema.domain.stock import IncomingRecord, StockRecord

Levels = Sequence[StockRecord] | TillgraphError


class Answer(Struct, frozen=True):
    """What one system said of the stores that are its share, by SKU."""

    source: str
    stores: frozenset[str]
    by_sku: Mapping[str, Any]


class StockService:
    """Implements `schema.ports.stock.Stock`."""

    def __init__(self, routes: Routes, stores: StoreDirectory) -> None:
        self._routes = routes
        self._stores = stores

    async def levels(
        self, scope: RequestScope, skus: Sequence[str], stores: Sequence[str] | None
    ) -> Sequence[Levels]:
        """See `Stock.levels`.

        Where one of several systems has failed, its stores are left out and the answer's extensions
        say so; where that leaves nothing, the SKU's answer is the error. A failed system of
        deliveries leaves `incoming` at what the others know, and `missing` names it.
        """
        codes = [it.store.code for it in self._stores.all(None, None)] if stores is None else stores
        asked = self._calls(scope, Entity.STOCK, "stock_levels", skus, codes)
        awaited = self._calls(scope, Entity.INCOMING, "incoming", skus, codes)
        answers = await together([*asked, *awaited])
        counted, coming = answers[: len(asked)], answers[len(asked) :]
        if len(counted) == 1 and not coming:  # nothing to merge
            by_sku = counted[0].by_sku
            return [by_sku.get(sku, ()) for sku in skus]
        merged = {sku: _merged(sku, counted, coming) for sku in dict.fromkeys(skus)}
        told = [sku for sku, it in merged.items() if not isinstance(it, TillgraphError)]
        scope.note(_failures(answers, told))
        return [merged[sku] for sku in skus]

    def _calls(
        self,
        scope: RequestScope,
        entity: Entity,
        port: str,
        skus: Sequence[str],
        codes: Sequence[str],
    ) -> Sequence[Awaitable[Answer]]:
        shares = self._routes.by_store(entity, codes)
        return [_answer(scope, it, port, share, skus) for it, share in shares.items()]


async def _answer(
    scope: RequestScope, source: Source, port: str, stores: Sequence[str], skus: Sequence[str]
) -> Answer:
    ask = partial(_in_stores, source, port, stores)
    return Answer(source.name, frozenset(stores), await source.batch(scope, ask, skus))


async def _in_stores(
    source: Source, port: str, stores: Sequence[str], ctx: CallContext, skus: Sequence[str]
) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = await getattr(source.connector, port)(ctx, skus, stores)
    return answer


def _failures(answers: Iterable[Answer], skus: Sequence[str]) -> Iterable[SourceGap]:
    """What is left out of the counts of these SKUs."""
    for answer in answers:
        for sku in skus:
            if isinstance(value := answer.by_sku.get(sku), SourceError):
                yield SourceGap(answer.source, value.code)


def _merged(sku: str, counted: Sequence[Answer], coming: Sequence[Answer]) -> Levels:
    rows: dict[str, StockRecord] = {}
    known: set[str] = set()
    failed: SourceError | None = None
    for answer in counted:
        found = answer.by_sku.get(sku, ())
        if isinstance(found, SourceError):
            failed = found
        else:
            known |= answer.stores
            rows.update((row.store, row) for row in found)
    for answer in coming:
        _add(rows, known, answer, answer.by_sku.get(sku, ()))
    if failed and not rows:
        return failed
    return [rows[store] for store in sorted(rows)]


def _add(
    rows: dict[str, StockRecord],
    known: set[str],
    answer: Answer,
    found: Sequence[IncomingRecord] | SourceError,
) -> None:
    """Add one system's deliveries to the counts.

    A store where nobody has counted stays out: that it has none of the SKU would be a guess.
    """
    if isinstance(found, SourceError):
        gap = SourceGap(answer.source, found.code)
        for store in answer.stores & rows.keys():
            rows[store] = replace(rows[store], missing=(*rows[store].missing, gap))
        return
    for delivery in found:
        if delivery.store in known:
            rows[delivery.store] = _with_delivery(rows.get(delivery.store), delivery)


def _with_delivery(row: StockRecord | None, delivery: IncomingRecord) -> StockRecord:
    if row is None:
        return StockRecord(
            ref=delivery.ref,
            sku=delivery.sku,
            store=delivery.store,
            as_of=delivery.as_of,
            on_hand=0,
            incoming=delivery.quantity,
        )
    return replace(row, incoming=row.incoming + delivery.quantity)
