"""Claims in the database."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import (
    ColumnElement,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.payments.claims import Tended
from gateway.payments.subject import Kind, Subject
from gateway.storage.engine import Database
from gateway.storage.statement import Statement
from gateway.storage.tables import claims, processes

# Who takes what is free does so alone: of two that see it free, the second would take it from the
# first, whom its own view of the database does not hold yet.
_LOCK: Final = "claims"

_NEW: Final = Statement(insert(claims))
_DROP: Final = Statement(
    delete(claims).where(
        claims.c.kind == bindparam("of_kind"), claims.c.subject == bindparam("of_subject")
    )
)
_NEWS: Final = select(claims.c.kind, claims.c.subject).where(
    claims.c.owner == bindparam("of_owner"), claims.c.is_nudged == true()
)


class SqlClaimLog:
    """Implements `gateway.payments.claims.ClaimLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enlist(self, owner: str, life_s: float) -> None:
        """See `ClaimLog.enlist`."""
        async with self._database.write() as connection:
            now = await self._database.now(connection)
            until = now + timedelta(seconds=life_s)
            row = {"id": owner, "started_at": now, "expires_at": until}
            await connection.execute(insert(processes).values(row))

    async def tend(self, owner: str, life_s: float, kinds: Sequence[Kind]) -> Tended | None:
        """See `ClaimLog.tend`."""
        async with self._database.write() as connection:
            await self._database.lock(connection, _LOCK)
            now = await self._database.now(connection)
            renewed = await connection.execute(
                update(processes)
                .where(processes.c.id == owner)
                .values(expires_at=now + timedelta(seconds=life_s))
            )
            if renewed.rowcount != 1:
                return None
            await connection.execute(delete(processes).where(processes.c.expires_at < now))
            count = await connection.execute(select(func.count()).select_from(processes))
            taken = await _take(connection, owner, claims.c.kind.in_(kinds))
            return Tended(taken, count.scalar_one() - 1)

    async def adopt(self, kind: Kind, subjects: Sequence[str]) -> None:
        """See `ClaimLog.adopt`."""
        query = select(claims.c.subject).where(claims.c.kind == kind)
        async with self._database.read() as connection:
            known = set((await connection.execute(query)).scalars())
        if known.issuperset(subjects):
            return
        async with self._database.write() as connection:
            await self._database.lock(connection, _LOCK)
            known = set((await connection.execute(query)).scalars())
            for subject in subjects:
                if subject not in known:
                    await claim(connection, Subject(kind, subject), None)

    async def reach(self, owner: str, subject: Subject) -> bool:
        """See `ClaimLog.reach`."""
        is_it = (claims.c.kind == subject.kind) & (claims.c.subject == subject.id)
        async with self._database.write() as connection:
            await self._database.lock(connection, _LOCK)
            found = (await connection.execute(select(claims.c.owner).where(is_it))).first()
            if found is None:
                await claim(connection, subject, owner)
                return True
            if found.owner == owner or await _take(connection, owner, is_it):
                return True
            await connection.execute(update(claims).where(is_it).values(is_nudged=True))
            return False

    async def news(self, owner: str) -> Sequence[Subject]:
        """See `ClaimLog.news`."""
        async with self._database.read() as connection:
            if (await connection.execute(_NEWS, {"of_owner": owner})).first() is None:
                return ()
        async with self._database.write() as connection:
            told = await connection.execute(
                update(claims)
                .where(claims.c.owner == owner, claims.c.is_nudged == true())
                .values(is_nudged=False)
                .returning(claims.c.kind, claims.c.subject)
            )
            return [Subject(*row) for row in told]

    async def drop(self, subject: Subject) -> None:
        """See `ClaimLog.drop`."""
        async with self._database.write() as connection:
            await drop_claim(connection, subject)

    async def leave(self, owner: str) -> None:
        """See `ClaimLog.leave`."""
        async with self._database.write() as connection:
            await connection.execute(
                update(claims).where(claims.c.owner == owner).values(owner=None)
            )
            await connection.execute(delete(processes).where(processes.c.id == owner))


async def claim(connection: AsyncConnection, subject: Subject, owner: str | None) -> None:
    """Claim something new, in the transaction that records it; None leaves it free."""
    row = {"kind": subject.kind, "subject": subject.id, "owner": owner}
    await _NEW.run(connection, {**row, "fence": 1, "is_nudged": False})


async def drop_claim(connection: AsyncConnection, subject: Subject) -> None:
    """Forget a claim, in the transaction that records the last step."""
    await _DROP.run(connection, {"of_kind": subject.kind, "of_subject": subject.id})


async def _take(
    connection: AsyncConnection, owner: str, which: ColumnElement[bool]
) -> Sequence[Subject]:
    """Give the owner what is free, in a transaction that has the lock."""
    is_alive = exists().where(processes.c.id == claims.c.owner)
    is_free = which & or_(claims.c.owner.is_(None), ~is_alive)
    if (await connection.execute(select(claims.c.subject).where(is_free).limit(1))).first() is None:
        return ()
    taken = await connection.execute(
        update(claims)
        .where(is_free)
        .values(owner=owner, fence=claims.c.fence + 1, is_nudged=False)
        .returning(claims.c.kind, claims.c.subject)
    )
    return [Subject(*row) for row in taken]
