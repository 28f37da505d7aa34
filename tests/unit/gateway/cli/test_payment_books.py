"""The books are compared, and entries decided, from the command line, on a real database."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner, Result

from gateway.cli.command import application
from gateway.payments.reconcile.finding import Finding
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from schema.domain.money import Money
from schema.domain.reconciliation import FindingKind, FindingSeverity
from schema.domain.write_back import WriteBackState
from tests.unit.gateway.storage.records import ORDER, paid

NOW = datetime.now(UTC)
DEAD = """
  stripe:
    connector: stripe_terminal
    config: { api_key: sk_test_1, api_base: "http://127.0.0.1:1" }
"""
PAID = f"payments: {{ source: stripe }}\nsources:\n{DEAD}"


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    """A gateway whose payment provider is not there."""
    return written(tmp_path, PAID)


def written(folder: Path, text: str) -> Path:
    """A configuration with this in it."""
    path = folder / "tillgraph.yaml"
    storage = f'storage: {{ url: "sqlite+aiosqlite:///{folder / "journal.db"}" }}\n'
    path.write_text(storage + text, encoding="utf-8")
    return path


def kept(configuration: Path, work: Callable[[SqlJournal], Awaitable[None]]) -> None:
    """Do something with the journal."""

    async def run() -> None:
        address = f"sqlite+aiosqlite:///{configuration.parent / 'journal.db'}"
        database = await Database.open(address)
        await work(SqlJournal(database))
        await database.aclose()

    asyncio.run(run())


def run(configuration: Path, *words: str) -> Result:
    """Run a command about payments."""
    command = ["payments", *words, "--config", str(configuration)]
    return CliRunner().invoke(application, command)


async def refused(journal: SqlJournal) -> None:
    """An entry that its order's system refuses."""
    await paid(journal, order=ORDER)
    (entry,) = await journal.due_entries(NOW, 1)
    taken = await journal.take_entry(entry, NOW)
    assert taken is not None
    state = WriteBackState.REFUSED
    await journal.settle_entry(taken, replace(taken, state=state, last_error="CONFLICT"))


def test_without_payments(tmp_path: Path) -> None:
    """There is nothing to compare."""
    found = run(written(tmp_path, f"sources:\n{DEAD}"), "reconcile")

    assert 2 == found.exit_code
    assert "no `payments`" in found.output


def test_while_another_compares(configuration: Path) -> None:
    """It is told so, and what to do."""

    async def busy(journal: SqlJournal) -> None:
        assert await journal.take_turn("comparison", "other", NOW, NOW + timedelta(hours=1))

    kept(configuration, busy)
    found = run(configuration, "reconcile")

    assert 1 == found.exit_code
    assert "another process is comparing" in found.output


def test_a_folder_that_is_not_there(configuration: Path) -> None:
    """The command says which."""
    text = configuration.read_text(encoding="utf-8").replace("/journal.db", "/none/journal.db")
    configuration.write_text(text, encoding="utf-8")

    for command in ("reconcile", "entries"):
        found = run(configuration, command)
        assert 2 == found.exit_code
        assert "does not exist" in found.output


def test_entries_that_are_left(configuration: Path) -> None:
    """Listed with the reason; sent again, or seen to by hand; and then gone."""
    kept(configuration, refused)
    listed = run(configuration, "entries")
    as_json = json.loads(run(configuration, "entries", "--json").stdout)
    again = run(configuration, "entries", "--again", "pay_1")
    unknown = run(configuration, "entries", "--by-hand", "pay_1")

    assert 0 == listed.exit_code
    assert "pay_1" in listed.stdout
    assert [("CONFLICT", "REFUSED")] == [(it["last_error"], it["state"]) for it in as_json]
    assert "no entry is left to a person\n" == again.stdout
    assert 1 == unknown.exit_code
    assert "under: pay_1" in unknown.output


def test_an_entry_that_was_entered_by_hand(configuration: Path) -> None:
    """It counts as known to the order's system."""
    kept(configuration, refused)
    assert 0 == run(configuration, "entries", "--by-hand", "pay_1").exit_code

    async def look(journal: SqlJournal) -> None:
        entry = (await journal.entries(["pay_1"]))["pay_1"]
        assert (WriteBackState.SENT, "by hand") == (entry.state, entry.recorded_as)

    kept(configuration, look)


async def _finding(journal: SqlJournal) -> None:
    finding = Finding(
        kind=FindingKind.REFUND_UNKNOWN,
        subject="re_1",
        severity=FindingSeverity.ERROR,
        message="Given back.",
        amount=Money(1, "JPY"),
    )
    await journal.note_findings([finding], NOW)


def test_a_provider_without_books(tmp_path: Path) -> None:
    """What stands still is told all the same, with exit code 1 where money may be wrong."""
    configuration = written(tmp_path, PAID)
    kept(configuration, _finding)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gateway.engine.source.Source.offers", lambda _, port: port == "Nothing")
        found = run(configuration, "reconcile")
        as_json = run(configuration, "reconcile", "--json")

    assert (1, 1) == (found.exit_code, as_json.exit_code)
    assert "REFUND_UNKNOWN" in found.stdout
    assert "cannot be read" in found.stderr
    assert json.loads(as_json.stdout)["run"] is None
