"""What our payments have to do with what is due of orders, in the database."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.payments.due_log import Committed
from gateway.payments.dues import share
from gateway.storage.book_tables import write_backs
from gateway.storage.engine import Database
from gateway.storage.rows import payment_of
from gateway.storage.tables import payments
from schema.domain.payment import PaymentChannel
from schema.domain.payment_entry import PaymentEntryKind
from schema.domain.reference import SourceRef
from schema.domain.write_back import WriteBackState

# By so much the clocks of two gateways may differ. An entry that is younger counts as not read yet:
# the order's rest is then too small for a moment, and never too large.
_SKEW = timedelta(seconds=1)

# What was paid online the order's own system has counted itself.
_IS_OURS = payments.c.channel == PaymentChannel.IN_PERSON

Reading = Mapping[SourceRef, datetime | None]


class SqlDueLog:
    """Implements `gateway.payments.due_log.DueLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def committed(self, orders: Reading) -> Mapping[SourceRef, Committed]:
        """See `DueLog.committed`."""
        if not orders:
            return {}
        async with self._database.read() as connection:
            return await committed(connection, orders)


async def committed(connection: AsyncConnection, orders: Reading) -> Mapping[SourceRef, Committed]:
    """See `DueLog.committed`, within a transaction."""
    found: dict[SourceRef, Counter[str]] = {}
    order = tuple_(payments.c.order_source, payments.c.order_id)
    query = select(payments).where(order.in_([(ref.name, ref.id) for ref in orders]), _IS_OURS)
    for row in (await connection.execute(query)).mappings():
        payment = payment_of(row)
        if payment.order is not None:
            found.setdefault(payment.order, Counter())[payment.amount.currency] += share(payment)
    if found:
        await _leave_out_what_is_known(connection, orders, found)
    return found


async def _leave_out_what_is_known(
    connection: AsyncConnection, orders: Reading, found: dict[SourceRef, Counter[str]]
) -> None:
    """Take off what each order's own system had accepted before it was read."""
    columns = write_backs.c
    order = tuple_(columns.order_source, columns.order_id)
    query = select(write_backs).where(
        order.in_([(ref.name, ref.id) for ref in found]),
        columns.state == WriteBackState.SENT,
        columns.payment.in_(select(payments.c.id).where(_IS_OURS)),
    )
    for row in (await connection.execute(query)).mappings():
        ref = SourceRef(row["order_source"], row["order_id"])
        read_at = orders[ref]
        if read_at is not None and row["updated_at"] < read_at - _SKEW:
            is_capture = row["kind"] is PaymentEntryKind.CAPTURE
            found[ref][row["currency"]] -= row["amount"] if is_capture else -row["amount"]
