"""The payment provider's messages in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from connectors.sdk.terminal import ProviderEvent
from gateway.storage.engine import Database
from gateway.storage.rows import event_of
from gateway.storage.tables import provider_events


class SqlEventLog:
    """Implements `gateway.payments.journal.EventLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep_event(self, event: ProviderEvent, body: bytes, at: datetime) -> bool:
        """See `EventLog.keep_event`."""
        row = {
            "id": event.id,
            "kind": event.kind,
            "created_at": event.created_at,
            "intent": event.intent,
            "reader": event.reader,
            "body": body,
            "received_at": at,
        }
        try:
            async with self._database.write() as connection:
                await connection.execute(insert(provider_events).values(row))
        except IntegrityError:
            return False
        return True

    async def event_applied(self, event: str, at: datetime) -> None:
        """See `EventLog.event_applied`."""
        async with self._database.write() as connection:
            await connection.execute(
                update(provider_events).where(provider_events.c.id == event).values(applied_at=at)
            )

    async def waiting_events(self) -> Sequence[ProviderEvent]:
        """See `EventLog.waiting_events`."""
        query = (
            select(provider_events)
            .where(provider_events.c.applied_at.is_(None))
            .order_by(provider_events.c.received_at, provider_events.c.id)
        )
        async with self._database.read() as connection:
            return [event_of(row) for row in (await connection.execute(query)).mappings()]
