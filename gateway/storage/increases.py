"""Requests to hold more money, in the database."""

from sqlalchemy import func, insert, select

from gateway.payments.dues import asked_of
from gateway.payments.increase_log import (
    INCREASES_MAX,
    Growth,
    Increase,
    Increased,
    TooManyIncreases,
)
from gateway.payments.journal import KeyTaken, NothingDue, PartTooLarge, Payment
from gateway.payments.keys import Step
from gateway.storage.attempts import new_attempt
from gateway.storage.dues import committed
from gateway.storage.engine import Database
from gateway.storage.money_tables import increases
from gateway.storage.payments import advance
from gateway.storage.rows import decided, payment_of
from gateway.storage.tables import attempts, payments
from schema.domain.money import Money


class SqlIncreaseLog:
    """Implements `gateway.payments.increase_log.IncreaseLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin_increase(
        self, increase: Increase, before: Payment, after: Payment, growth: Growth | None
    ) -> Increased:
        """See `IncreaseLog.begin_increase`."""
        return await decided(lambda: self._record_increase(increase, before, after, growth))

    async def increase_by_key(self, key: str) -> Increase | None:
        """See `IncreaseLog.increase_by_key`."""
        query = (
            select(increases, payments.c.currency)
            .join(payments, payments.c.id == increases.c.payment)
            .where(increases.c.idempotency_key == key)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            return None
        return Increase(
            idempotency_key=row["idempotency_key"],
            payment=row["payment"],
            request_hash=row["request_hash"],
            actor=row["actor"],
            amount=Money(row["amount"], row["currency"]),
            created_at=row["created_at"],
        )

    async def _record_increase(
        self, increase: Increase, before: Payment, after: Payment, growth: Growth | None
    ) -> Increased:
        async with self._database.write() as connection:
            # In the order in which a payment that begins takes them.
            await self._database.lock(connection, f"key {increase.idempotency_key}")
            if before.order is not None:
                await self._database.lock(connection, f"order {before.order}")
            known = await connection.execute(
                select(increases.c.request_hash.label("asked"), payments)
                .join(payments, payments.c.id == increases.c.payment)
                .where(increases.c.idempotency_key == increase.idempotency_key)
            )
            row = known.mappings().first()
            if row is not None:
                same = row["asked"] == increase.request_hash
                return payment_of(row) if same else KeyTaken()
            if before.order is not None and growth is not None:
                found = await committed(connection, {before.order: growth.wanted.read_at})
                left = asked_of(growth.due, found.get(before.order, {}), growth.wanted)
                if isinstance(left, NothingDue | PartTooLarge):
                    return left
            query = select(func.count()).where(
                attempts.c.payment == before.id, attempts.c.step == Step.INCREASE
            )
            if (await connection.execute(query)).scalar_one() >= INCREASES_MAX:
                return TooManyIncreases()
            await advance(connection, before, after, f"{Step.INCREASE.value} by {increase.actor}")
            attempt = await new_attempt(connection, before.id, Step.INCREASE, after.updated_at)
            await connection.execute(
                insert(increases).values(
                    idempotency_key=increase.idempotency_key,
                    payment=before.id,
                    number=attempt.number,
                    request_hash=increase.request_hash,
                    actor=increase.actor,
                    amount=increase.amount.minor,
                    created_at=increase.created_at,
                )
            )
            return after
