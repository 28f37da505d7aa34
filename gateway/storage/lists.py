"""Lists of payments and of refunds in the database."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, Table, and_, or_, select, tuple_

from gateway.payments.journal import Payment, Refund
from gateway.payments.list_log import Position
from gateway.payments.states import State, client_state
from gateway.storage.engine import Database
from gateway.storage.rows import payment_of, refund_of
from gateway.storage.tables import payments, refunds
from schema.domain.payment import PaymentChannel
from schema.domain.reference import SourceRef
from schema.ports.payment_lists import PaymentQuery, RefundQuery


class SqlListLog:
    """Implements `gateway.payments.list_log.ListLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_payments(
        self,
        query: PaymentQuery,
        stores: Sequence[str] | None,
        after: Position | None,
        limit: int,
    ) -> Sequence[Payment]:
        """See `ListLog.list_payments`."""
        where = [*_of_payment(query, stores), *_within(payments, query.since, query.until)]
        if query.states is not None:
            where.append(
                payments.c.state.in_([s for s in State if client_state(s) in query.states])
            )
        rows = await self._rows(_newest(select(payments).where(*where), payments, after, limit))
        return [payment_of(row) for row in rows]

    async def list_refunds(
        self,
        query: RefundQuery,
        stores: Sequence[str] | None,
        after: Position | None,
        limit: int,
    ) -> Sequence[Refund]:
        """See `ListLog.list_refunds`."""
        where = [*_of_payment(query, stores), *_within(refunds, query.since, query.until)]
        if query.states is not None:
            where.append(refunds.c.state.in_(query.states))
        if query.payment is not None:
            where.append(refunds.c.payment == query.payment)
        found = select(refunds).join(payments, payments.c.id == refunds.c.payment).where(*where)
        return [refund_of(row) for row in await self._rows(_newest(found, refunds, after, limit))]

    async def refunds_of_all(self, payments: Sequence[str]) -> Mapping[str, Sequence[Refund]]:
        """See `ListLog.refunds_of_all`."""
        found: dict[str, list[Refund]] = {}
        if not payments:
            return found
        query = select(refunds).where(refunds.c.payment.in_(payments))
        for row in await self._rows(query.order_by(*_order(refunds))):
            found.setdefault(row["payment"], []).append(refund_of(row))
        return found

    async def _rows(self, query: Select[Any]) -> Sequence[RowMapping]:
        async with self._database.read() as connection:
            rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
            return rows


def _of_payment(
    query: PaymentQuery | RefundQuery, stores: Sequence[str] | None
) -> Iterator[ColumnElement[bool]]:
    """What the payment must be like, which for a refund is the one that it gives back."""
    columns = payments.c
    if stores is not None:
        yield or_(columns.store.in_(stores), columns.channel == PaymentChannel.ONLINE)
    if query.store is not None:
        yield columns.store == query.store
    if query.channel is not None:
        yield columns.channel == query.channel
    if query.orders is not None:
        yield _is_one_of(query.orders)


def _is_one_of(orders: Sequence[SourceRef]) -> ColumnElement[bool]:
    order = tuple_(payments.c.order_source, payments.c.order_id)
    return order.in_([(ref.name, ref.id) for ref in orders])


def _within(
    table: Table, since: datetime | None, until: datetime | None
) -> Iterator[ColumnElement[bool]]:
    if since is not None:
        yield table.c.created_at >= since
    if until is not None:
        yield table.c.created_at < until


def _newest(query: Select[Any], table: Table, after: Position | None, limit: int) -> Select[Any]:
    at, name = table.c.created_at, table.c.id
    if after is not None:
        same = and_(at == after.created_at, name < after.id)
        query = query.where(or_(at < after.created_at, same))
    return query.order_by(*_order(table)).limit(limit)


def _order(table: Table) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return table.c.created_at.desc(), table.c.id.desc()
