"""Calls to the payment provider in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.payments.journal import Attempt, Outcome
from gateway.payments.keys import Step, attempt_key
from gateway.storage.engine import Database
from gateway.storage.rows import attempt_of, attempt_row
from gateway.storage.statement import Statement
from gateway.storage.tables import attempts, payments

_LAST: Final = Statement(
    select(func.coalesce(func.max(attempts.c.number), 0).label("number")).where(
        attempts.c.payment == bindparam("of_payment"), attempts.c.step == bindparam("of_step")
    )
)
_NEW: Final = Statement(insert(attempts))
_SETTLE: Final = Statement(update(attempts).where(attempts.c.key == bindparam("of_key")))


class SqlAttemptLog:
    """Implements `gateway.payments.journal.AttemptLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def attempt(self, payment: str, step: Step, at: datetime) -> Attempt:
        """See `AttemptLog.attempt`."""
        lock = select(payments.c.id).where(payments.c.id == payment).with_for_update()
        query = select(attempts).where(
            attempts.c.payment == payment,
            attempts.c.step == step,
            attempts.c.outcome.is_(None),
        )
        async with self._database.write() as connection:
            await connection.execute(lock)  # two gateways that ask at once get the same attempt
            row = (await connection.execute(query)).mappings().first()
            return attempt_of(row) if row else await new_attempt(connection, payment, step, at)

    async def attempts(self, payment: str, step: Step) -> Sequence[Attempt]:
        """See `AttemptLog.attempts`."""
        query = (
            select(attempts)
            .where(attempts.c.payment == payment, attempts.c.step == step)
            .order_by(attempts.c.number)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [attempt_of(row) for row in rows.mappings()]

    async def settle(self, attempt: Attempt, outcome: Outcome, detail: str | None = None) -> None:
        """See `AttemptLog.settle`."""
        async with self._database.write() as connection:
            await settle_attempt(connection, attempt, outcome, detail)


async def settle_attempt(
    connection: AsyncConnection, attempt: Attempt, outcome: Outcome, detail: str | None = None
) -> None:
    """Record what came of an attempt, within a transaction."""
    row = {"of_key": attempt.key, "outcome": outcome, "detail": detail}
    await _SETTLE.run(connection, row)


async def new_attempt(
    connection: AsyncConnection, payment: str, step: Step, at: datetime
) -> Attempt:
    """Record the next attempt of a step, within a transaction that has locked its payment."""
    which = {"of_payment": payment, "of_step": step}
    number = (await _LAST.rows(connection, which))[0]["number"] + 1
    attempt = Attempt(payment, step, number, attempt_key(payment, step, number), at)
    await _NEW.run(connection, attempt_row(attempt))
    return attempt
