import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from gateway.storage.migrations import configuration, newest, upgrade
from gateway.storage.tables import metadata
from tests.unit.gateway.storage.records import a_payment, begun


async def test_several_gateways_open_a_new_database_at_once(address: str) -> None:
    """One makes the tables, the others find them."""
    databases = await asyncio.gather(*(Database.open(address) for _ in range(8)))
    payment = await begun(SqlJournal(databases[0]))
    found = await SqlJournal(databases[7]).payments(["pay_1"])
    for database in databases:
        await database.aclose()

    assert {"pay_1": payment} == found


async def test_what_is_committed_is_there_after_a_restart(address: str) -> None:
    """Closed and opened again, the tables are up to date and the rows are kept."""
    first = await Database.open(address)
    payment = await begun(SqlJournal(first))
    await first.aclose()
    second = await Database.open(address)
    found = await SqlJournal(second).payments(["pay_1"])
    await second.aclose()

    assert {"pay_1": payment} == found


async def test_the_steps_of_migration_lead_to_the_tables_in_the_code(database: Database) -> None:
    """Nothing is missing and nothing is left over; back and forth again it is the same."""

    def compare(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    def back(connection: Connection) -> list[str]:
        command.downgrade(configuration(connection), "base")
        left = inspect(connection).get_table_names()
        upgrade(connection)
        return left

    async with database.write() as connection:
        before = await connection.run_sync(compare)
        left = await connection.run_sync(back)
        after = await connection.run_sync(compare)

    assert [] == before == after
    assert ["alembic_version"] == left


def test_the_newest_step_is_the_one_that_alembic_ends_with() -> None:
    """It is read off the files' names, without Alembic."""
    assert ScriptDirectory.from_config(configuration()).get_current_head() == newest()


def test_a_start_with_nothing_to_migrate_does_without_alembic(tmp_path: Path) -> None:
    """It would be a tenth of the process's memory."""
    opened = (
        "import asyncio, sys; from gateway.storage.engine import Database; "
        f"asyncio.run(Database.open('sqlite+aiosqlite:///{tmp_path / 'j.db'}')); "
        "print('alembic' in sys.modules)"
    )

    told = [
        subprocess.run([sys.executable, "-c", opened], check=True, capture_output=True).stdout
        for _ in range(2)
    ]

    assert [b"True\n", b"False\n"] == told


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    """Nor does it keep anybody else from writing."""
    insert = text(
        "INSERT INTO provider_events (id, kind, created_at, body, received_at)"
        " VALUES ('e', 'k', :at, :body, :at)"
    )
    values = {"at": a_payment().created_at, "body": b""}

    async def fail() -> None:
        async with database.write() as connection:
            await connection.execute(insert, values)
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    async with database.read() as connection:
        rows = (await connection.execute(text("SELECT id FROM provider_events"))).all()
    await begun(SqlJournal(database))

    assert [] == rows


async def test_readers_wait_for_no_writer(database: Database) -> None:
    """A reader sees what was committed before, while somebody writes."""
    journal = SqlJournal(database)
    await begun(journal)
    async with database.write() as connection:
        await connection.execute(text("UPDATE payments SET store = 'umeda'"))
        during = (await journal.payments(["pay_1"]))["pay_1"]
    after = (await journal.payments(["pay_1"]))["pay_1"]

    assert ("ginza", "umeda") == (during.store, after.store)


async def test_a_lock_has_one_holder(database: Database, other_database: Database) -> None:
    """Another transaction waits for it until the first is through."""
    order: list[str] = []

    async def second() -> None:
        async with other_database.write() as connection:
            await other_database.lock(connection, "x")
            order.append("second")

    async with database.write() as connection:
        await database.lock(connection, "x")
        waiting = asyncio.create_task(second())
        await asyncio.sleep(0.1)
        order.append("first")
    await waiting

    assert ["first", "second"] == order


async def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    """A misspelt address makes no database somewhere else."""
    with pytest.raises(FileNotFoundError, match=r"storage\.url"):
        await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'no' / 'journal.db'}")


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """And left as it is."""
    file = tmp_path / "notes.txt"
    file.write_text("not a database, but long enough to be taken for one " * 4)
    with pytest.raises(Exception, match="not a database"):
        await Database.open(f"sqlite+aiosqlite:///{file}")

    assert file.read_text().startswith("not a database")


async def test_sqlite_keeps_what_it_has_committed(tmp_path: Path) -> None:
    """Its journal is written ahead and through to the disk, and references are checked."""
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'journal.db'}")
    async with database.read() as connection:
        told = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    await database.aclose()

    assert ["wal", 2, 1, 5000] == told
