"""What is known of readers, and was done about them, in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.payments.leases import ReaderHeld
from gateway.payments.reader_log import ErrandKind, ListedReader, Place, ReaderErrand
from gateway.payments.subject import Kind, Subject
from gateway.storage.engine import Database
from gateway.storage.leases import give_back, take_lease
from gateway.storage.reader_tables import listed_readers, reader_errands
from gateway.storage.rows import decided


class SqlReaderLog:
    """Implements `gateway.payments.reader_log.ReaderLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reader_lists(self) -> Mapping[Place, Sequence[ListedReader]]:
        """See `ReaderLog.reader_lists`."""
        found: dict[Place, list[ListedReader]] = {}
        async with self._database.read() as connection:
            for row in (await connection.execute(select(listed_readers))).mappings():
                place = Place(row["location"], row["account"] or None)
                found.setdefault(place, []).append(ListedReader(row["device"], row["label"]))
        # A database sorts by rules of its own.
        return {
            place: tuple(sorted(readers, key=lambda it: it.device))
            for place, readers in found.items()
        }

    async def keep_reader_list(self, place: Place, readers: Sequence[ListedReader]) -> None:
        """See `ReaderLog.keep_reader_list`."""
        where = {"account": place.account or "", "location": place.location or ""}
        rows = [{**where, "device": it.device, "label": it.label} for it in readers]
        table = listed_readers.c
        async with self._database.write() as connection:
            # Two gateways that have read the same list must not both put it in the empty place.
            await self._database.lock(connection, f"readers {place}")
            await connection.execute(
                delete(listed_readers).where(
                    table.account == where["account"], table.location == where["location"]
                )
            )
            if rows:
                await connection.execute(insert(listed_readers), rows)

    async def begin_errand(self, errand: ReaderErrand) -> ReaderErrand:
        """See `ReaderLog.begin_errand`."""
        return await decided(lambda: self._begin_errand(errand))

    async def errand_of(self, idempotency_key: str) -> ReaderErrand | None:
        """See `ReaderLog.errand_of`."""
        async with self._database.read() as connection:
            return await _errand_of(connection, idempotency_key)

    async def begin_clear(self, errand: ReaderErrand) -> ReaderErrand | ReaderHeld:
        """See `ReaderLog.begin_clear`."""
        return await decided(lambda: self._begin_clear(errand))

    async def unfinished_clears(self, until: datetime) -> Sequence[ReaderErrand]:
        """See `ReaderLog.unfinished_clears`."""
        table = reader_errands.c
        query = select(reader_errands).where(
            table.kind == ErrandKind.CLEAR, table.outcome.is_(None), table.created_at <= until
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings()
            return [ReaderErrand(**row) for row in rows]

    async def settle_errand(self, errand: ReaderErrand) -> None:
        """See `ReaderLog.settle_errand`."""
        async with self._database.write() as connection:
            if errand.kind is ErrandKind.CLEAR and errand.device is not None:
                await give_back(connection, errand.device, _holder(errand))
            await connection.execute(
                update(reader_errands)
                .where(reader_errands.c.id == errand.id)
                .values(asdict(errand))
            )

    async def _begin_clear(self, errand: ReaderErrand) -> ReaderErrand | ReaderHeld:
        async with self._database.write() as connection:
            lease = await take_lease(
                connection,
                errand.device or "",
                _holder(errand),
                actor=errand.actor,
                at=errand.created_at,
            )
            if isinstance(lease, ReaderHeld):
                return lease
            await connection.execute(insert(reader_errands).values(asdict(errand)))
        return errand

    async def _begin_errand(self, errand: ReaderErrand) -> ReaderErrand:
        async with self._database.write() as connection:
            if errand.idempotency_key is not None:
                known = await _errand_of(connection, errand.idempotency_key)
                if known is not None:
                    return known
            await connection.execute(insert(reader_errands).values(asdict(errand)))
        return errand


def _holder(errand: ReaderErrand) -> Subject:
    return Subject(Kind.ERRAND, errand.id)


async def _errand_of(connection: AsyncConnection, key: str) -> ReaderErrand | None:
    query = select(reader_errands).where(reader_errands.c.idempotency_key == key)
    row: Any = (await connection.execute(query)).mappings().first()
    return ReaderErrand(**row) if row else None
