"""Where records have moved, in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.storage.engine import Database
from gateway.storage.rows import decided
from gateway.storage.tables import crosswalk
from schema.domain.errors import InvalidRequest
from schema.domain.move import Move
from schema.domain.reference import SourceRef


class SqlCrosswalk:
    """Keeps the moves of records from one system to another."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> list[Move]:
        """Return every move, oldest first."""
        async with self._database.read() as connection:
            return await _moves(connection)

    async def move(self, move: Move, at: datetime) -> None:
        """Record that a record has moved. The same move twice is one.

        Raises:
            InvalidRequest: The record has moved elsewhere already, another one has moved there, or
                it would come back to where it has been.
        """
        await decided(lambda: self._move(move, at))

    async def _move(self, move: Move, at: datetime) -> None:
        async with self._database.write() as connection:
            await self._database.lock(connection, "crosswalk")
            known = [it for it in await _moves(connection) if it.kind == move.kind]
            if move in known:
                return
            _refuse(move, known)
            await connection.execute(
                insert(crosswalk).values(
                    kind=move.kind,
                    old_source=move.old.name,
                    old_id=move.old.id,
                    new_source=move.new.name,
                    new_id=move.new.id,
                    moved_at=at,
                )
            )


def _refuse(move: Move, known: Sequence[Move]) -> None:
    if any(it.old == move.old for it in known):
        raise InvalidRequest("This record has moved already: move it from where it is now.")
    if any(it.new == move.new for it in known):
        raise InvalidRequest("Another record has moved there already.")
    onward = {it.old: it.new for it in known}
    place: SourceRef | None = move.new
    while place is not None:
        if place == move.old:
            raise InvalidRequest("The record would come back to where it has been.")
        place = onward.get(place)


async def _moves(connection: AsyncConnection) -> list[Move]:
    rows = await connection.execute(select(crosswalk).order_by(crosswalk.c.number))
    return [_move_of(row) for row in rows.mappings()]


def _move_of(row: RowMapping) -> Move:
    old = SourceRef(row["old_source"], row["old_id"])
    return Move(row["kind"], old, SourceRef(row["new_source"], row["new_id"]))
