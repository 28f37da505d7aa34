"""What the orders' own systems are to be told, in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy import RowMapping, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.payments.dues import share
from gateway.payments.journal import Payment, Refund
from gateway.payments.outbox import BY_HAND, OutboxEntry
from gateway.payments.states import State
from gateway.storage.book_tables import write_backs
from gateway.storage.engine import Database
from gateway.storage.rows import payment_of
from gateway.storage.tables import payments
from schema.domain.money import Money
from schema.domain.payment import RefundState
from schema.domain.payment_entry import PaymentEntry, PaymentEntryKind
from schema.domain.reference import SourceRef
from schema.domain.write_back import WriteBackState

# What the entry is called that takes a refund's back: the refund had succeeded, and then failed.
_FAILED = ":failed"

_LEFT = (WriteBackState.REFUSED, WriteBackState.NOT_SUPPORTED)

Known = Mapping[str, OutboxEntry]

_earlier = write_backs.alias("earlier")
_DUE = (
    select(write_backs)
    .where(
        write_backs.c.state == WriteBackState.PENDING,
        ~exists().where(
            _earlier.c.payment == write_backs.c.payment,
            _earlier.c.state == WriteBackState.PENDING,
            # A payment's own entry is the first, whatever the clocks of several gateways say.
            write_backs.c.reference != write_backs.c.payment,
            or_(
                _earlier.c.reference == _earlier.c.payment,
                _earlier.c.created_at < write_backs.c.created_at,
                (_earlier.c.created_at == write_backs.c.created_at)
                & (_earlier.c.reference < write_backs.c.reference),
            ),
        ),
    )
    .order_by(write_backs.c.created_at, write_backs.c.reference)
)


class SqlOutboxLog:
    """Implements `gateway.payments.outbox.OutboxLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due_entries(self, now: datetime, limit: int) -> Sequence[OutboxEntry]:
        """See `OutboxLog.due_entries`."""
        query = _DUE.where(write_backs.c.next_try_at <= now).limit(limit)
        async with self._database.read() as connection:
            return [entry_of(row) for row in (await connection.execute(query)).mappings()]

    async def take_entry(self, entry: OutboxEntry, until: datetime) -> OutboxEntry | None:
        """See `OutboxLog.take_entry`."""
        taken = replace(entry, tries=entry.tries + 1, is_doubtful=True, next_try_at=until)
        async with self._database.write() as connection:
            return taken if await _changed(connection, entry, taken) else None

    async def settle_entry(self, taken: OutboxEntry, settled: OutboxEntry) -> bool:
        """See `OutboxLog.settle_entry`."""
        async with self._database.write() as connection:
            return await _changed(connection, taken, settled)

    async def entries(self, references: Sequence[str]) -> Mapping[str, OutboxEntry]:
        """See `OutboxLog.entries`."""
        if not references:
            return {}
        query = select(write_backs).where(write_backs.c.reference.in_(references))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings()
            return {row["reference"]: entry_of(row) for row in rows}

    async def unsent_entries(self, limit: int) -> Sequence[OutboxEntry]:
        """See `OutboxLog.unsent_entries`."""
        query = (
            select(write_backs)
            .where(write_backs.c.state.in_([WriteBackState.PENDING, WriteBackState.REFUSED]))
            .order_by(write_backs.c.created_at, write_backs.c.reference)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [entry_of(row) for row in (await connection.execute(query)).mappings()]

    async def left_entries(self, after: str | None, limit: int) -> Sequence[OutboxEntry]:
        """See `OutboxLog.left_entries`."""
        columns = write_backs.c
        query = (
            select(write_backs)
            .where(columns.state.in_(_LEFT), columns.reference > (after or ""))
            .order_by(columns.reference)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [entry_of(row) for row in (await connection.execute(query)).mappings()]

    async def send_again(self, reference: str, at: datetime) -> bool:
        """See `OutboxLog.send_again`. Whoever asks for it has looked: there is no doubt left."""
        state = WriteBackState.PENDING
        return await self._decided(reference, at, state=state, is_doubtful=False, next_try_at=at)

    async def entered_by_hand(self, reference: str, at: datetime) -> bool:
        """See `OutboxLog.entered_by_hand`."""
        return await self._decided(reference, at, state=WriteBackState.SENT, recorded_as=BY_HAND)

    async def _decided(self, reference: str, at: datetime, **values: Any) -> bool:
        columns = write_backs.c
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(write_backs)
                .where(columns.reference == reference, columns.state.in_(_LEFT))
                .values(updated_at=at, **values)
            )
            return changed.rowcount == 1

    async def unsupported_entries(self) -> Mapping[str, int]:
        """See `OutboxLog.unsupported_entries`."""
        columns = write_backs.c
        query = (
            select(columns.order_source, func.count())
            .where(columns.state == WriteBackState.NOT_SUPPORTED)
            .group_by(columns.order_source)
            .order_by(columns.order_source)
        )
        async with self._database.read() as connection:
            return {
                str(name): int(count) for name, count in (await connection.execute(query)).all()
            }


async def note_payment(connection: AsyncConnection, before: Payment, after: Payment) -> None:
    """Put a payment's entry into the outbox with its step to PAID, in the same transaction."""
    if after.state is not State.PAID or before.state is State.PAID or after.order is None:
        return
    taken = Money(share(after), after.amount.currency)
    if taken.minor > 0:
        entry = PaymentEntry(
            reference=after.id,
            kind=PaymentEntryKind.CAPTURE,
            amount=taken,
            at=after.updated_at,
            provider_reference=after.intent,
            store=after.store or None,
            reader=after.reader or None,
        )
        await _put(connection, after.id, after.order, entry)


async def note_refund(connection: AsyncConnection, refund: Refund) -> None:
    """Put a refund's entry into the outbox, in the transaction that records what came of it.

    A refund that fails after its success takes its entry back: one that nobody has been told is
    gone, and against any other stands one that says that the money is the order's again.
    """
    if refund.state not in {RefundState.SUCCEEDED, RefundState.FAILED}:
        return
    query = select(payments).where(payments.c.id == refund.payment)
    payment = payment_of((await connection.execute(query.with_for_update())).mappings().one())
    if payment.order is None:
        return
    known = await _entries_of(connection, payment.id)
    if refund.state is RefundState.SUCCEEDED:
        await _give_back(connection, payment, refund, known)
    elif (mine := known.get(refund.id)) is not None:
        await _take_back(connection, mine, refund, known)


async def _give_back(
    connection: AsyncConnection, payment: Payment, refund: Refund, known: Known
) -> None:
    amount = Money(min(refund.amount.minor, _left(payment, known)), refund.amount.currency)
    if payment.order is None or refund.id in known or amount.minor <= 0:
        return
    entry = PaymentEntry(
        reference=refund.id,
        kind=PaymentEntryKind.REFUND,
        amount=amount,
        at=refund.updated_at,
        provider_reference=refund.provider_id,
        store=payment.store or None,
        reader=payment.reader or None,
    )
    await _put(connection, payment.id, payment.order, entry)


async def _take_back(
    connection: AsyncConnection, mine: OutboxEntry, refund: Refund, known: Known
) -> None:
    if mine.state is WriteBackState.PENDING and mine.tries == 0:
        gone = write_backs.c.reference == mine.reference
        await connection.execute(delete(write_backs).where(gone))
        return
    name = f"{refund.id}{_FAILED}"
    if name not in known and mine.state is not WriteBackState.REFUSED:
        entry = replace(
            mine.entry, reference=name, kind=PaymentEntryKind.CAPTURE, at=refund.updated_at
        )
        await _put(connection, mine.payment, mine.order, entry)


def entry_of(row: RowMapping) -> OutboxEntry:
    """The entry of a row."""
    return OutboxEntry(
        payment=row["payment"],
        order=SourceRef(row["order_source"], row["order_id"]),
        entry=PaymentEntry(
            reference=row["reference"],
            kind=row["kind"],
            amount=Money(row["amount"], row["currency"]),
            at=row["at"],
            provider_reference=row["provider_reference"],
            store=row["store"],
            reader=row["reader"],
        ),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        next_try_at=row["next_try_at"],
        state=row["state"],
        tries=row["tries"],
        is_doubtful=row["is_doubtful"],
        last_error=row["last_error"],
        recorded_as=row["recorded_as"],
    )


def _left(payment: Payment, known: Known) -> int:
    """How much of what the order was told may be taken back; a tip was never told."""
    total = share(payment)
    for entry in known.values():
        if entry.entry.kind is PaymentEntryKind.REFUND:
            total -= entry.entry.amount.minor
        elif entry.reference != payment.id:
            total += entry.entry.amount.minor
    return total


async def _entries_of(connection: AsyncConnection, payment: str) -> Known:
    query = select(write_backs).where(write_backs.c.payment == payment)
    rows = (await connection.execute(query)).mappings()
    return {row["reference"]: entry_of(row) for row in rows}


async def _changed(connection: AsyncConnection, before: OutboxEntry, after: OutboxEntry) -> bool:
    """Change an entry that is still as it was: the count of tries tells."""
    columns = write_backs.c
    changed = await connection.execute(
        update(write_backs)
        .where(
            columns.reference == before.reference,
            columns.state == WriteBackState.PENDING,
            columns.tries == before.tries,
        )
        .values(
            state=after.state,
            tries=after.tries,
            is_doubtful=after.is_doubtful,
            last_error=after.last_error,
            recorded_as=after.recorded_as,
            next_try_at=after.next_try_at,
            updated_at=after.updated_at,
        )
    )
    return changed.rowcount == 1


async def _put(
    connection: AsyncConnection, payment: str, order: SourceRef, it: PaymentEntry
) -> None:
    row: dict[str, Any] = {
        "reference": it.reference,
        "payment": payment,
        "order_source": order.name,
        "order_id": order.id,
        "kind": it.kind,
        "currency": it.amount.currency,
        "amount": it.amount.minor,
        "at": it.at,
        "provider_reference": it.provider_reference,
        "store": it.store,
        "reader": it.reader,
        "state": WriteBackState.PENDING,
        "tries": 0,
        "is_doubtful": False,
        "next_try_at": it.at,
        "created_at": it.at,
        "updated_at": it.at,
    }
    await connection.execute(insert(write_backs).values(row))
