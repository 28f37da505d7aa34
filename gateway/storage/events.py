"""The payment provider's messages in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.sdk.terminal import ProviderEvent
from gateway.payments.event_log import (
    Arrival,
    EventBatch,
    EventCounts,
    EventQuery,
    KeptEvent,
)
from gateway.storage.engine import Database
from gateway.storage.event_tables import event_refusals, provider_events

_ROW = provider_events.c
# Of a message everything but its raw bytes, which nobody reads in bulk.
_LIGHT = [column for column in _ROW if column is not _ROW.body]


class SqlEventLog:
    """Implements `gateway.payments.event_log.EventLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record_events(self, batch: EventBatch, at: datetime) -> frozenset[str]:
        """See `EventLog.record_events`."""
        # Every sender of a message waits for this one commit.
        async with self._database.write(hurried=bool(batch.arrivals)) as connection:
            new = await _insert(connection, batch.arrivals) if batch.arrivals else frozenset()
            if batch.applied:
                names = sorted(batch.applied)
                await connection.execute(
                    update(provider_events).where(_ROW.id.in_(names)).values(applied_at=at)
                )
            if batch.refused:
                await _count(connection, batch.refused, at)
        return new

    async def kept_events(
        self, query: EventQuery, after: KeptEvent | None = None, limit: int = 500
    ) -> Sequence[KeptEvent]:
        """See `EventLog.kept_events`."""
        asked = _meant(select(*_LIGHT), query).order_by(_ROW.received_at, _ROW.id).limit(limit)
        if after is not None:
            place = (after.received_at, after.event.id)
            asked = asked.where(tuple_(_ROW.received_at, _ROW.id) > place)
        async with self._database.read() as connection:
            return [_kept(row) for row in (await connection.execute(asked)).mappings()]

    async def count_events(self, query: EventQuery) -> int:
        """See `EventLog.count_events`."""
        async with self._database.read() as connection:
            return await _number(connection, _meant(select(func.count()), query))

    async def event_counts(self, since: datetime | None = None) -> EventCounts:
        """See `EventLog.event_counts`."""
        came = [_ROW.received_at >= since] if since else []
        waits = [*came, _ROW.applied_at.is_(None)]
        count = select(func.count()).select_from(provider_events)
        refused = select(event_refusals.c.reason, func.sum(event_refusals.c.count)).group_by(
            event_refusals.c.reason
        )
        if since:
            refused = refused.where(event_refusals.c.day >= since.date())
        async with self._database.read() as connection:
            oldest = await connection.execute(select(func.min(_ROW.received_at)).where(*waits))
            reasons = (await connection.execute(refused.order_by(event_refusals.c.reason))).all()
            return EventCounts(
                kept=await _number(connection, count.where(*came)),
                waiting=await _number(connection, count.where(*waits)),
                bodies=await _number(connection, count.where(*came, func.length(_ROW.body) > 0)),
                refused={reason: int(number) for reason, number in reasons},
                oldest_waiting_at=oldest.scalar_one(),
            )

    async def erase_bodies(self, before: datetime, limit: int = 1000) -> int:
        """See `EventLog.erase_bodies`."""
        old = (
            select(_ROW.id)
            .where(_ROW.received_at < before, func.length(_ROW.body) > 0)
            .order_by(_ROW.received_at, _ROW.id)
            .limit(limit)
        )
        async with self._database.write() as connection:
            erased = await connection.execute(
                update(provider_events).where(_ROW.id.in_(old)).values(body=b"")
            )
            return erased.rowcount


async def _insert(connection: AsyncConnection, arrivals: Sequence[Arrival]) -> frozenset[str]:
    # Always in the order of their ids: two gateways that record the same messages would wait for
    # each other else, each for a row of the other's.
    rows = [_row(it) for it in sorted(arrivals, key=lambda it: it.event.id)]
    insert = _dialect(connection).insert(provider_events)
    inserted = await connection.execute(insert.on_conflict_do_nothing().returning(_ROW.id), rows)
    return frozenset(inserted.scalars())


async def _count(connection: AsyncConnection, refused: Mapping[str, int], at: datetime) -> None:
    insert = _dialect(connection).insert(event_refusals)
    total = event_refusals.c.count + insert.excluded.count
    await connection.execute(
        insert.on_conflict_do_update(index_elements=["day", "reason"], set_={"count": total}),
        [
            {"day": at.date(), "reason": reason, "count": number}
            for reason, number in sorted(refused.items())
        ],
    )


def _dialect(connection: AsyncConnection) -> Any:
    """The database's own words for a row that may be there already."""
    return sqlite if connection.dialect.name == "sqlite" else postgresql


def _meant(select_: Select[Any], query: EventQuery) -> Select[Any]:
    terms: list[ColumnElement[bool]] = []
    if query.since is not None:
        terms.append(_ROW.received_at >= query.since)
    if query.until is not None:
        terms.append(_ROW.received_at < query.until)
    if query.ids is not None:
        terms.append(_ROW.id.in_(query.ids))
    if query.is_unapplied:
        terms.append(_ROW.applied_at.is_(None))
    return select_.select_from(provider_events).where(*terms)


async def _number(connection: AsyncConnection, query: Select[Any]) -> int:
    return int((await connection.execute(query)).scalar_one())


def _row(arrival: Arrival) -> dict[str, Any]:
    event = arrival.event
    return {
        "id": event.id,
        "kind": event.kind,
        "created_at": event.created_at,
        "intent": event.intent,
        "reader": event.reader,
        "body": arrival.body,
        "received_at": arrival.at,
        "setup_intent": event.setup_intent,
        "refund": event.refund,
        "account": event.account,
    }


def _kept(row: RowMapping) -> KeptEvent:
    event = ProviderEvent(
        row["id"],
        row["kind"],
        row["created_at"],
        intent=row["intent"],
        reader=row["reader"],
        setup_intent=row["setup_intent"],
        refund=row["refund"],
        account=row["account"],
    )
    return KeptEvent(event, row["received_at"], row["applied_at"])
