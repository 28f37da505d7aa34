"""Messages are counted and applied again from the command line, on a real database."""

import asyncio
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import typer
from msgspec.structs import replace
from typer.testing import CliRunner, Result

from connectors.sdk.terminal import ProviderEvent
from gateway.cli.command import application
from gateway.cli.moment import moment
from gateway.payments.event_log import Arrival, EventBatch
from gateway.payments.states import State
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from tests.unit.gateway.storage.records import begun

CAME = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    """A gateway whose payment provider is not there."""
    path = tmp_path / "tillgraph.yaml"
    path.write_text(
        f"""
storage: {{ url: "sqlite+aiosqlite:///{tmp_path / "journal.db"}" }}
payments: {{ source: stripe }}
sources:
  stripe:
    connector: stripe_terminal
    config: {{ api_key: sk_test_1, api_base: "http://127.0.0.1:1" }}
""",
        encoding="utf-8",
    )
    return path


def came(configuration: Path) -> None:
    """Two messages about no payment, one about ours, and some that were refused."""

    async def record() -> None:
        address = f"sqlite+aiosqlite:///{configuration.parent / 'journal.db'}"
        database = await Database.open(address)
        journal = SqlJournal(database)
        payment = await begun(journal)
        paid = replace(payment, state=State.PAID, intent="pi_1", version=2)
        await journal.advance(payment, paid, "paid")
        arrivals = [
            Arrival(
                ProviderEvent(f"evt_{number}", "payment_intent.succeeded", CAME, intent),
                b"{}",
                CAME + timedelta(hours=number),
            )
            for number, intent in enumerate((None, None, "pi_1"))
        ]
        batch = EventBatch(arrivals=arrivals, applied=["evt_0"], refused={"stale": 3})
        await journal.record_events(batch, CAME)
        await database.aclose()

    asyncio.run(record())


def run(configuration: Path, command: str, *options: str) -> Result:
    """Give a command."""
    arguments = ["payments", command, "--config", str(configuration), *options]
    return CliRunner().invoke(application, arguments)


def test_messages_are_counted(configuration: Path) -> None:
    """Those on record, those that wait, and those refused by their reason."""
    came(configuration)

    told = run(configuration, "events")
    recent = run(configuration, "events", "--since", "2026-11-24T10:00", "--json")

    assert (
        "3 on record, 3 of them with their bytes\n"
        "2 not taken up, the oldest since 2026-11-24T10:00:00+00:00\n"
        "3 refused: stale\n"
    ) == told.stdout
    assert (2, 2, {"stale": 3}) == tuple(
        json.loads(recent.stdout)[key] for key in ("kept", "waiting", "refused")
    )


def test_messages_are_applied_again(configuration: Path) -> None:
    """Those that are meant; about no payment nothing needs to be read."""
    came(configuration)

    result = run(configuration, "replay", "--until", "2026-11-24T11:00", "--json")

    assert (0, {"events": 2, "subjects": 2, "failed": []}) == (
        result.exit_code,
        json.loads(result.stdout),
    )
    assert 1 == json.loads(run(configuration, "events", "--json").stdout)["waiting"]


def test_one_that_fails_is_told(configuration: Path) -> None:
    """The provider is not there; the others are applied, and the command has failed."""
    came(configuration)

    result = run(configuration, "replay", "--unapplied")
    named = run(configuration, "replay", "--event", "evt_0", "--event", "evt_1")

    assert (1, "applied again: 1; about 2 payments and other things\n") == (
        result.exit_code,
        result.stdout,
    )
    assert "not applied: 1 (evt_2)\n" in result.stderr
    assert (0, "applied again: 2; about 2 payments and other things\n") == (
        named.exit_code,
        named.stdout,
    )


def test_a_configuration_without_payments_has_no_messages(configuration: Path) -> None:
    """Nor one whose database cannot be there."""
    text = configuration.read_text(encoding="utf-8")
    configuration.write_text(text.replace("payments: { source: stripe }", ""), encoding="utf-8")
    absent = run(configuration, "replay")
    configuration.write_text(text.replace("journal.db", "gone/journal.db"), encoding="utf-8")
    nowhere = run(configuration, "events")

    assert (2, 2) == (absent.exit_code, nowhere.exit_code)
    assert "the configuration has no `payments`" in absent.stderr
    assert "does not exist" in nowhere.stderr


def test_moments_are_read_as_people_give_them() -> None:
    """A date, a time with or without a zone, or so long ago."""
    tokyo = timezone(timedelta(hours=9))
    before = datetime.now(UTC)
    ago = moment("90m")

    assert datetime(2026, 11, 30, tzinfo=UTC) == moment("2026-11-30")
    assert datetime(2026, 11, 30, 9, tzinfo=tokyo) == moment("2026-11-30T09:00+09:00")
    assert timedelta() <= ago - (before - timedelta(minutes=90)) < timedelta(minutes=1)
    with pytest.raises(typer.BadParameter):
        moment("2 hours")
