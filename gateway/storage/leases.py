"""Leases of readers in the database.

The functions are for the logs of those who hold readers: they take part in the transaction that
records the holder, or its end.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.payments.leases import Lease, ReaderHeld
from gateway.payments.subject import Kind, Subject
from gateway.storage.engine import Database
from gateway.storage.statement import Row, Statement
from gateway.storage.tables import leases

_LOCKED: Final = Statement(
    select(leases).where(leases.c.device == bindparam("of_device")).with_for_update()
)
_SOME: Final = select(leases).where(
    leases.c.device.in_(bindparam("devices", expanding=True)), leases.c.holder.is_not(None)
)
_NEW: Final = Statement(insert(leases))
_AGAIN: Final = Statement(update(leases).where(leases.c.device == bindparam("of_device")))
_FREE: Final = Statement(
    update(leases)
    .where(
        leases.c.device == bindparam("of_device"),
        leases.c.kind == bindparam("of_kind"),
        leases.c.holder == bindparam("of_holder"),
    )
    .values(kind=None, holder=None, actor=None, since=None)
)
_HELD: Final = Statement(
    select(leases.c.fence).where(
        leases.c.device == bindparam("of_device"),
        leases.c.kind == bindparam("of_kind"),
        leases.c.holder == bindparam("of_holder"),
        leases.c.fence == bindparam("of_fence"),
    )
)


class SqlLeaseLog:
    """Implements `gateway.payments.leases.LeaseLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def leases(self, devices: Sequence[str]) -> Mapping[str, Lease]:
        """See `LeaseLog.leases`."""
        if not devices:
            return {}
        async with self._database.read() as connection:
            rows = await connection.execute(_SOME, {"devices": list(devices)})
            return {row["device"]: _lease_of(row) for row in rows.mappings()}

    async def holder(self, device: str) -> str | None:
        """See `LeaseLog.holder`."""
        lease = (await self.leases([device])).get(device)
        return lease.holder.id if lease and lease.holder.kind is Kind.PAYMENT else None


async def take_lease(
    connection: AsyncConnection, device: str, holder: Subject, *, actor: str, at: datetime
) -> Lease | ReaderHeld:
    """Give a reader to a holder, unless another has it. Who has it already gets it anew.

    Raises:
        IntegrityError: Another transaction has given it away for the first time; look again.
    """
    row = await _LOCKED.first(connection, {"of_device": device})
    if row is not None and row["holder"] is not None:
        held = _lease_of(row)
        if held.holder != holder:
            return ReaderHeld(held.holder, held.actor, held.since)
    lease = Lease(device, holder, actor, at, row["fence"] + 1 if row is not None else 1)
    values = {
        "kind": holder.kind,
        "holder": holder.id,
        "actor": actor,
        "since": at,
        "fence": lease.fence,
    }
    if row is None:
        await _NEW.run(connection, {"device": device, **values})
    else:
        await _AGAIN.run(connection, {"of_device": device, **values})
    return lease


async def give_back(connection: AsyncConnection, device: str, holder: Subject) -> None:
    """Free a reader, if it is this holder that has it."""
    who = {"of_device": device, "of_kind": holder.kind, "of_holder": holder.id}
    await _FREE.run(connection, who)


async def has_lease(connection: AsyncConnection, device: str, holder: Subject, fence: int) -> bool:
    """Whether the holder has the reader still, by the turn that this fence tells."""
    who = {"of_device": device, "of_kind": holder.kind, "of_holder": holder.id, "of_fence": fence}
    return await _HELD.first(connection, who) is not None


def _lease_of(row: Row) -> Lease:
    holder = Subject(row["kind"], row["holder"])
    return Lease(row["device"], holder, row["actor"], row["since"], row["fence"])
