from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.payments.subject import Kind
from gateway.storage.engine import Database
from gateway.storage.statement import Statement
from gateway.storage.tables import leases
from tests.unit.gateway.storage.records import NOW

ALL = Statement(select(leases).order_by(leases.c.device))
ONE = Statement(select(leases).where(leases.c.device == bindparam("of_device")))
NEW = Statement(insert(leases))
FREE = Statement(
    update(leases)
    .where(leases.c.kind == bindparam("of_kind"))
    .values(holder=None, fence=leases.c.fence + 1, actor="nobody")
)
ROW = {
    "device": "tmr_1",
    "kind": Kind.PAYMENT,
    "holder": "pay_1",
    "actor": "till-1",
    "since": NOW,
    "fence": 3,
}


async def test_values_come_back_as_their_columns_give_them(database: Database) -> None:
    """Enums as members, times as UTC, whatever zone they were given in."""
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    async with database.write() as connection:
        changed = await NEW.run(connection, {**ROW, "since": tokyo})
    async with database.read() as connection:
        found = await ONE.first(connection, {"of_device": "tmr_1"})

    assert 1 == changed
    assert found is not None
    assert ROW == dict(found)
    assert isinstance(found["since"], datetime)


async def test_what_is_not_there_is_not_found(database: Database) -> None:
    """None, and no rows."""
    async with database.read() as connection:
        assert await ONE.first(connection, {"of_device": "tmr_9"}) is None
        assert not await ALL.rows(connection, {})


async def test_a_statement_may_have_values_of_its_own(database: Database) -> None:
    """They are sent beside those that are given, and the rows that changed are counted."""
    async with database.write() as connection:
        for number in (1, 2):
            await NEW.run(connection, {**ROW, "device": f"tmr_{number}"})
        changed = await FREE.run(connection, {"of_kind": Kind.PAYMENT})
        untouched = await FREE.run(connection, {"of_kind": Kind.REFUND})
    async with database.read() as connection:
        found = await ALL.rows(connection, {})

    assert (2, 0) == (changed, untouched)
    assert [("nobody", None, 4)] * 2 == [(it["actor"], it["holder"], it["fence"]) for it in found]


async def test_a_constraint_is_told_alike_everywhere(database: Database) -> None:
    """As SQLAlchemy's error; nothing of the transaction stays."""

    async def write_twice() -> None:
        async with database.write() as connection:
            await NEW.run(connection, ROW)
            await NEW.run(connection, ROW)

    with pytest.raises(IntegrityError):
        await write_twice()
    async with database.read() as connection:
        assert not await ALL.rows(connection, {})


async def test_it_sees_what_was_asked_in_the_usual_way(database: Database) -> None:
    """Both take part in one transaction, which ends as a whole."""

    async def stumble() -> None:
        async with database.write() as connection:
            await connection.execute(insert(leases), ROW)
            assert await ONE.first(connection, {"of_device": "tmr_1"}) is not None
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await stumble()
    async with database.read() as connection:
        assert not (await connection.execute(select(leases))).all()
        assert not await ALL.rows(connection, {})
