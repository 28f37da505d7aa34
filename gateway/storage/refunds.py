"""Refunds in the database."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace
from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.payments.journal import KeyTaken, Refund, TooLarge
from gateway.payments.leases import ReaderHeld
from gateway.payments.subject import Kind, Subject
from gateway.storage.claims import claim
from gateway.storage.engine import Database
from gateway.storage.leases import give_back, take_lease
from gateway.storage.outbox import note_refund
from gateway.storage.rows import decided, refund_of, refund_row
from gateway.storage.tables import payments, refunds
from schema.domain.money import Money
from schema.domain.payment import PaymentChannel, RefundState


class SqlRefundLog:
    """Implements `gateway.payments.journal.RefundLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin_refund(
        self, refund: Refund, *, whole: bool, claimant: str | None = None
    ) -> Refund | KeyTaken | TooLarge | ReaderHeld:
        """See `RefundLog.begin_refund`."""
        return await decided(lambda: self._begin_refund(refund, whole=whole, claimant=claimant))

    async def refund_by_key(self, key: str) -> Refund | None:
        """See `RefundLog.refund_by_key`."""
        async with self._database.read() as connection:
            found = await _refunds(connection, refunds.c.idempotency_key == key)
            return found[0] if found else None

    async def refunds(self, ids: Sequence[str]) -> Mapping[str, Refund]:
        """See `RefundLog.refunds`."""
        if not ids:
            return {}
        async with self._database.read() as connection:
            return {it.id: it for it in await _refunds(connection, refunds.c.id.in_(ids))}

    async def refunds_of(self, payment: str) -> Sequence[Refund]:
        """See `RefundLog.refunds_of`."""
        async with self._database.read() as connection:
            return await _refunds(connection, refunds.c.payment == payment)

    async def open_refunds(self) -> Sequence[Refund]:
        """See `RefundLog.open_refunds`."""
        async with self._database.read() as connection:
            return await _refunds(connection, _is_open())

    async def pending_refunds(self) -> Sequence[str]:
        """See `RefundLog.pending_refunds`."""
        waits = refunds.c.state.in_([RefundState.PENDING, RefundState.UNKNOWN])
        query = (
            select(refunds.c.payment)
            .where(waits, refunds.c.provider_id.is_not(None))
            .distinct()
            .order_by(refunds.c.payment)
        )
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalars().all()

    async def settle_refund(self, refund: Refund) -> None:
        """See `RefundLog.settle_refund`."""
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(refunds)
                .where(refunds.c.id == refund.id, _may_become(refund))
                .values(refund_row(refund))
            )
            if changed.rowcount:
                await note_refund(connection, refund)
            is_through = refund.provider_id is not None or refund.state is RefundState.FAILED
            if refund.device is not None and is_through:
                await give_back(connection, refund.device, _subject(refund))

    async def keep_refund(self, refund: Refund) -> bool:
        """See `RefundLog.keep_refund`."""
        try:
            async with self._database.write() as connection:
                await connection.execute(insert(refunds).values(refund_row(refund)))
                if not await _is_online(connection, refund.payment):
                    await note_refund(connection, refund)
        except IntegrityError:
            return False
        return True

    async def _begin_refund(
        self, refund: Refund, *, whole: bool, claimant: str | None
    ) -> Refund | KeyTaken | TooLarge | ReaderHeld:
        async with self._database.write() as connection:
            # Reading what is left locks the payment. The key is looked up only then: a refund that
            # another transaction is about to insert may be its own.
            left = await _left(connection, refund.payment)
            known = await _refunds(connection, refunds.c.idempotency_key == refund.idempotency_key)
            if known:
                same = known[0].request_hash == refund.request_hash
                return known[0] if same else KeyTaken()
            if left.minor <= 0 or (not whole and refund.amount.minor > left.minor):
                return TooLarge(left)
            if whole:
                refund = replace(refund, amount=left)
            if refund.device is not None:
                lease = await take_lease(
                    connection,
                    refund.device,
                    _subject(refund),
                    actor=refund.actor,
                    at=refund.created_at,
                )
                if isinstance(lease, ReaderHeld):
                    return lease
            await connection.execute(insert(refunds).values(refund_row(refund)))
            await claim(connection, _subject(refund), claimant)
            return refund


async def _left(connection: AsyncConnection, payment: str) -> Money:
    """What may still be given back of a payment, which is locked so that nobody else gives it.

    The provider counts every refund that it has answered, ours or not; ours that it has not
    answered yet come on top.
    """
    columns = payments.c
    query = select(columns.captured, columns.refunded, columns.currency).where(
        columns.id == payment
    )
    row = (await connection.execute(query.with_for_update())).mappings().one()
    ours = await _refunds(connection, refunds.c.payment == payment)
    living = sum(it.amount.minor for it in ours if it.state is not RefundState.FAILED)
    waiting = await _refunds(connection, refunds.c.payment == payment, _is_open())
    asked = sum(it.amount.minor for it in waiting)
    given = max(living, row["refunded"] + asked)
    return Money(row["captured"] - given, row["currency"])


async def _is_online(connection: AsyncConnection, payment: str) -> bool:
    """Whether the order's own system has most likely made a refund, and need not be told of it."""
    query = select(payments.c.channel).where(payments.c.id == payment)
    return (await connection.execute(query)).scalar_one() is PaymentChannel.ONLINE


def _subject(refund: Refund) -> Subject:
    return Subject(Kind.REFUND, refund.id)


def _may_become(refund: Refund) -> ColumnElement[bool]:
    """Whether what is on record is older than what has come of a refund."""
    columns = refunds.c
    is_living = columns.state != RefundState.FAILED
    if refund.provider_id is None:
        return columns.provider_id.is_(None) & is_living
    is_answered = (columns.provider_id == refund.provider_id) & is_living
    return columns.provider_id.is_(None) | is_answered


def _is_open() -> ColumnElement[bool]:
    """The provider has not answered."""
    return refunds.c.provider_id.is_(None) & (refunds.c.state != RefundState.FAILED)


async def _refunds(connection: AsyncConnection, *where: ColumnElement[bool]) -> list[Refund]:
    query = select(refunds).where(*where).order_by(refunds.c.created_at, refunds.c.id)
    return [refund_of(row) for row in (await connection.execute(query)).mappings()]
