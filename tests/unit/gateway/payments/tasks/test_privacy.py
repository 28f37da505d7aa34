"""What customers enter stays nowhere but in the task, and there for a while."""

import json
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from connectors.sdk.terminal import ProviderEvent
from connectors.stripe_terminal.event import provider_event
from gateway.payments.event_writer import EventWriter
from gateway.payments.tasks.eraser import Eraser
from gateway.storage.event_tables import provider_events
from schema.domain.reader_task import ReaderTaskState
from tests.unit.gateway.payments.tasks.counter import Counter, until
from tests.unit.gateway.payments.till import SetClock


def _tell(_: Sequence[ProviderEvent]) -> None:
    """Nobody listens."""


async def test_a_message_that_quotes_it_is_known_by_its_ids_alone(counter: Counter) -> None:
    """Its bytes are not kept, and what it is about is read again."""
    await counter.ask()
    await counter.do("enter")
    await counter.reaches(ReaderTaskState.SUCCEEDED)
    told = (await counter.account.stripe.v1.events.list_async()).data
    (entered,) = [it.to_dict() for it in told if it.type == "terminal.reader.action_succeeded"]
    body = json.dumps(entered).encode()
    event = provider_event(body)
    writer = EventWriter(counter.journal, counter.clock, _tell)
    await writer.keep(event, body)
    await writer.aclose()

    async with counter.database.read() as connection:
        row = (await connection.execute(select(provider_events))).mappings().one()
    assert b"customer@example.com" in body
    assert (event.id, "tmr_front", b"") == (row["id"], row["reader"], row["body"])


async def test_other_messages_are_kept_as_they_came(counter: Counter) -> None:
    """They say nothing of anybody."""
    await counter.save()
    told = (await counter.account.stripe.v1.events.list_async()).data
    body = json.dumps(told[0].to_dict()).encode()

    assert not provider_event(body).is_personal


class _Broken:
    """A database that is away once."""

    def __init__(self) -> None:
        self.calls = 0

    async def erase_answers(self, *_: object) -> int:
        """Fail at first."""
        self.calls += 1
        if self.calls == 1:
            raise RuntimeError("mari@example.com")
        return 1


async def test_erasing_goes_on_after_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    """Whose text may quote a row, and is not logged."""
    broken = _Broken()
    eraser = Eraser(broken, SetClock(), 0.04)  # type: ignore[arg-type] # nothing else is asked
    eraser.open()

    async def is_called_again() -> bool:
        return broken.calls > 1

    await until(is_called_again)
    await eraser.aclose()

    assert "mari" not in caplog.text
    assert "nothing could be erased" in caplog.text
