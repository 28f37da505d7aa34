"""Payments that were made online, in the database."""

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from gateway.payments.journal import Payment
from gateway.storage.engine import Database
from gateway.storage.rows import payment_of, payment_row
from gateway.storage.tables import payment_events, payments


class SqlOnlineLog:
    """Implements `gateway.payments.online_log.OnlineLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep_online(self, payment: Payment, note: str) -> Payment:
        """See `OnlineLog.keep_online`. Its order's system knows of it, and is not told."""
        step = {
            "payment": payment.id,
            "number": payment.version,
            "at": payment.updated_at,
            "state": payment.state,
            "note": note,
        }
        try:
            async with self._database.write() as connection:
                await connection.execute(insert(payments).values(payment_row(payment)))
                await connection.execute(insert(payment_events).values(step))
        except IntegrityError:
            query = select(payments).where(payments.c.intent == payment.intent)
            async with self._database.read() as connection:
                return payment_of((await connection.execute(query)).mappings().one())
        return payment
