"""Payments and their steps in the database."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec.structs import replace
from sqlalchemy import bindparam, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.payments.due_log import ALL_THAT_IS_DUE, OrderPart
from gateway.payments.dues import asked_of
from gateway.payments.journal import (
    Attempt,
    Begun,
    KeyTaken,
    Outcome,
    Payment,
    PaymentStep,
    StaleError,
)
from gateway.payments.keys import Step
from gateway.payments.leases import LeaseLostError, ReaderHeld
from gateway.payments.record import begun_note, step_to
from gateway.payments.states import FINAL, READER_FREE, State
from gateway.payments.subject import Kind, Subject
from gateway.storage.attempts import new_attempt, settle_attempt
from gateway.storage.claims import claim, drop_claim
from gateway.storage.dues import committed
from gateway.storage.engine import Database
from gateway.storage.leases import give_back, has_lease, take_lease
from gateway.storage.outbox import note_payment
from gateway.storage.rows import decided, payment_of, payment_row, step_of, step_row
from gateway.storage.statement import Statement
from gateway.storage.tables import payment_events, payments
from schema.domain.money import Money
from schema.domain.reference import SourceRef

# Made once: to put a statement together takes longer than to run it.
_SOME: Final = select(payments).where(payments.c.id.in_(bindparam("ids", expanding=True)))
_ONE: Final = Statement(select(payments).where(payments.c.id == bindparam("of_id")))
_BY_KEY: Final = Statement(
    select(payments).where(payments.c.idempotency_key == bindparam("of_key"))
)
_BY_INTENT: Final = Statement(select(payments).where(payments.c.intent == bindparam("of_intent")))
_NEW: Final = Statement(insert(payments))
_ADVANCE: Final = Statement(
    update(payments).where(
        payments.c.id == bindparam("of_id"), payments.c.version == bindparam("of_version")
    )
)
_STEP: Final = Statement(insert(payment_events))
_STEPS_OF_ONE: Final = Statement(
    select(payment_events)
    .where(payment_events.c.payment == bindparam("of_payment"))
    .order_by(payment_events.c.number)
)
_STEPS: Final = (
    select(payment_events)
    .where(payment_events.c.payment.in_(bindparam("ids", expanding=True)))
    .order_by(payment_events.c.payment, payment_events.c.number)
)


class SqlPaymentLog:
    """Implements `gateway.payments.journal.PaymentLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(
        self,
        payment: Payment,
        wanted: OrderPart = ALL_THAT_IS_DUE,
        claimant: str | None = None,
    ) -> Begun:
        """See `PaymentLog.begin`."""
        return await decided(lambda: self._begin(payment, wanted, claimant))

    async def by_key(self, key: str) -> Payment | None:
        """See `PaymentLog.by_key`."""
        async with self._database.read() as connection:
            return await _by_key(connection, key)

    async def payments(self, ids: Sequence[str]) -> Mapping[str, Payment]:
        """See `PaymentLog.payments`."""
        if not ids:
            return {}
        async with self._database.read() as connection:
            if len(ids) == 1:
                found = await _ONE.rows(connection, {"of_id": ids[0]})
            else:
                rows = await connection.execute(_SOME, {"ids": list(ids)})
                found = rows.mappings().all()
            return {row["id"]: payment_of(row) for row in found}

    async def by_intent(self, intent: str) -> Payment | None:
        """See `PaymentLog.by_intent`."""
        async with self._database.read() as connection:
            row = await _BY_INTENT.first(connection, {"of_intent": intent})
            return payment_of(row) if row else None

    async def of_orders(self, orders: Sequence[SourceRef]) -> Mapping[SourceRef, Sequence[Payment]]:
        """See `PaymentLog.of_orders`."""
        found: dict[SourceRef, list[Payment]] = {}
        if not orders:
            return found
        order = tuple_(payments.c.order_source, payments.c.order_id)
        query = (
            select(payments)
            .where(order.in_([(ref.name, ref.id) for ref in orders]))
            .order_by(payments.c.created_at.desc(), payments.c.id.desc())
        )
        async with self._database.read() as connection:
            for row in (await connection.execute(query)).mappings():
                ref = SourceRef(row["order_source"], row["order_id"])
                found.setdefault(ref, []).append(payment_of(row))
        return found

    async def steps(self, ids: Sequence[str]) -> Mapping[str, Sequence[PaymentStep]]:
        """See `PaymentLog.steps`."""
        found: dict[str, list[PaymentStep]] = {}
        if not ids:
            return found
        async with self._database.read() as connection:
            if len(ids) == 1:
                rows = await _STEPS_OF_ONE.rows(connection, {"of_payment": ids[0]})
            else:
                rows = (await connection.execute(_STEPS, {"ids": list(ids)})).mappings().all()
        for row in rows:
            found.setdefault(row["payment"], []).append(step_of(row))
        return found

    async def unfinished(self) -> Sequence[str]:
        """See `PaymentLog.unfinished`."""
        going = [state for state in State if state not in FINAL]
        query = (
            select(payments.c.id)
            .where(payments.c.state.in_(going))
            .order_by(payments.c.created_at, payments.c.id)
        )
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalars().all()

    async def advance(self, before: Payment, after: Payment, note: str) -> None:
        """See `PaymentLog.advance`."""
        async with self._database.write() as connection:
            await advance(connection, before, after, note)

    async def retry(
        self, before: Payment, after: Payment, note: str, actor: str
    ) -> Payment | ReaderHeld:
        """See `PaymentLog.retry`."""
        return await decided(lambda: self._retry(before, after, note, actor))

    async def advance_after(
        self, before: Payment, after: Payment, note: str, attempt: Attempt
    ) -> None:
        """See `PaymentLog.advance_after`."""
        async with self._database.write() as connection:
            await advance(connection, before, after, note)
            await settle_attempt(connection, attempt, Outcome.DONE)

    async def advance_to(
        self,
        before: Payment,
        after: Payment,
        note: str,
        step: Step,
        via: PaymentStep | None = None,
    ) -> Attempt:
        """See `PaymentLog.advance_to`."""
        async with self._database.write() as connection:
            await advance(connection, before, after, note)
            if via is not None:
                await _STEP.run(connection, step_row(via))
            if step is Step.PROCESS and not await has_lease(
                connection, after.device, _holder(after), after.fence
            ):
                raise LeaseLostError
            return await new_attempt(connection, after.id, step, after.updated_at)

    async def _retry(
        self, before: Payment, after: Payment, note: str, actor: str
    ) -> Payment | ReaderHeld:
        async with self._database.write() as connection:
            lease = await take_lease(
                connection, after.device, _holder(after), actor=actor, at=after.updated_at
            )
            if isinstance(lease, ReaderHeld):
                return lease
            after = replace(after, fence=lease.fence)
            await advance(connection, before, after, note)
            return after

    async def _begin(self, payment: Payment, wanted: OrderPart, claimant: str | None) -> Begun:
        async with self._database.write() as connection:
            # A payment that another transaction is about to insert cannot be locked by itself. The
            # key's lock comes first, always in this order, so that no two wait for each other.
            await self._database.lock(connection, f"key {payment.idempotency_key}")
            if payment.order is not None:
                await self._database.lock(connection, f"order {payment.order}")
            known = await _by_key(connection, payment.idempotency_key)
            if known is not None:
                return known if known.request_hash == payment.request_hash else KeyTaken()
            if payment.order is not None:
                found = await committed(connection, {payment.order: wanted.read_at})
                amount = asked_of(payment.amount, found.get(payment.order, {}), wanted)
                if not isinstance(amount, Money):
                    return amount
                payment = replace(payment, amount=amount)
            return await _insert(connection, payment, claimant)


async def _insert(
    connection: AsyncConnection, payment: Payment, claimant: str | None
) -> Payment | ReaderHeld:
    holder, since = _holder(payment), payment.created_at
    lease = await take_lease(connection, payment.device, holder, actor=payment.actor, at=since)
    if isinstance(lease, ReaderHeld):
        return lease
    payment = replace(payment, fence=lease.fence)
    await _NEW.run(connection, payment_row(payment))
    await _STEP.run(connection, step_row(step_to(payment, begun_note(payment))))
    await claim(connection, holder, claimant)
    return payment


async def _by_key(connection: AsyncConnection, key: str) -> Payment | None:
    row = await _BY_KEY.first(connection, {"of_key": key})
    return payment_of(row) if row else None


async def advance(connection: AsyncConnection, before: Payment, after: Payment, note: str) -> None:
    """Record a step, with all that belongs to it, within a transaction. Raises as the log does."""
    which = {"of_id": before.id, "of_version": before.version}
    if await _ADVANCE.run(connection, {**payment_row(after), **which}) != 1:
        raise StaleError
    await _STEP.run(connection, step_row(step_to(after, note)))
    await note_payment(connection, before, after)
    if after.state in READER_FREE:
        await give_back(connection, after.device, _holder(after))
    if after.state in FINAL:
        await drop_claim(connection, _holder(after))


def _holder(payment: Payment) -> Subject:
    return Subject(Kind.PAYMENT, payment.id)
