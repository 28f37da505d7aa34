import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import pytest

from connectors.sdk.terminal import ProviderEvent
from gateway.payments.event_queue import EventQueue, subject
from schema.domain.errors import Unavailable
from tests.unit.gateway.payments.terminal import NOW
from tests.unit.gateway.payments.till import until


class Looks:
    """Notes what is looked at, and holds each look back until it is let go."""

    def __init__(self) -> None:
        self.begun: list[list[str]] = []
        self.done: list[str] = []
        self.gate = asyncio.Event()
        self.error: Exception | None = None
        self.is_pressed = False
        self.queue = EventQueue(self.follow, self.done.extend, lambda: self.is_pressed)

    async def follow(self, events: Sequence[ProviderEvent]) -> None:
        """Look at one thing."""
        self.begun.append([it.id for it in events])
        await self.gate.wait()
        if self.error is not None:
            raise self.error


def about(number: int, intent: str | None = None) -> ProviderEvent:
    """A message about a thing, or about nothing that we know."""
    return ProviderEvent(f"evt_{number}", "payment_intent.created", NOW, intent)


async def test_several_about_one_thing_are_one_look() -> None:
    """Those that come while it lasts may tell of something newer, and cause one more."""
    looks = Looks()
    looks.queue.put([about(1, "pi_1"), about(2, "pi_1")])
    await until(lambda: looks.begun)
    looks.queue.put([about(3, "pi_1")])
    looks.queue.put([about(4, "pi_1")])
    looks.gate.set()
    await until(lambda: len(looks.done) == 4)

    assert [["evt_1", "evt_2"], ["evt_3", "evt_4"]] == looks.begun


async def test_only_a_few_things_are_looked_at_at_once() -> None:
    """A burst holds up neither answers nor other payments; all come to their turn."""
    looks = Looks()
    looks.queue.put([about(number, f"pi_{number}") for number in range(30)])
    await asyncio.sleep(0.01)
    at_once = len(looks.begun)
    looks.gate.set()
    await until(lambda: len(looks.done) == 30)

    assert 8 == at_once


async def test_less_is_done_while_senders_wait() -> None:
    """And all of it afterwards, without another message."""
    looks = Looks()
    looks.is_pressed = True
    looks.queue.put([about(number, f"pi_{number}") for number in range(20)])
    await asyncio.sleep(0.01)
    pressed = len(looks.begun)
    looks.is_pressed = False
    looks.gate.set()
    await until(lambda: len(looks.done) == 20)

    assert 2 == pressed


async def test_a_message_is_not_put_in_twice() -> None:
    """The sweep finds what is on its way as well."""
    looks = Looks()
    looks.queue.put([about(1, "pi_1"), about(1, "pi_1")])
    looks.queue.put([about(1, "pi_1")])
    looks.gate.set()
    await until(lambda: looks.done)
    looks.queue.put([about(1, "pi_1")])
    await until(lambda: len(looks.done) == 2)

    assert [["evt_1"], ["evt_1"]] == looks.begun


@pytest.mark.parametrize("error", [Unavailable("down"), OSError("the disk is full")])
async def test_what_fails_waits_on_record_and_holds_up_nothing(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not told to be done, and can be put in again."""
    looks = Looks()
    looks.error = error
    looks.gate.set()
    with caplog.at_level(logging.INFO):
        looks.queue.put([about(1, "pi_1")])
        await until(lambda: caplog.records)
    looks.error = None
    looks.queue.put([about(2, "pi_2"), about(1, "pi_1")])
    await until(lambda: len(looks.done) == 2)

    assert {"evt_1", "evt_2"} == set(looks.done)


async def test_closing_ends_looks(caplog: pytest.LogCaptureFixture) -> None:
    """Those under way, and those that have not begun."""
    looks = Looks()
    looks.queue.put([about(number, f"pi_{number}") for number in range(9)])
    await until(lambda: looks.begun)
    await looks.queue.aclose()

    assert [] == looks.done
    assert [] == caplog.records


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"intent": "pi_1", "reader": "tmr_1", "refund": "re_1"}, "pi_1"),
        ({"setup_intent": "seti_1", "reader": "tmr_1"}, "seti_1"),
        ({"refund": "re_1"}, "re_1"),
        ({"reader": "tmr_1"}, "tmr_1"),
        ({}, "evt_1"),
    ],
)
def test_what_a_message_is_about(fields: dict[str, Any], name: str) -> None:
    """The payment first: whatever happens to its reader or its refund is read there."""
    assert name == subject(ProviderEvent("evt_1", "a.kind", NOW, **fields))
