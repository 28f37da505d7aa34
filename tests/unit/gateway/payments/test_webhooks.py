import asyncio
import logging
import time

import pytest

from connectors.sdk.terminal import ProviderEvent
from gateway.payments.event_log import EventQuery
from gateway.payments.journal import Journal, Payment
from gateway.payments.states import State
from schema.domain.errors import Rejected, SchemaDrift
from tests.unit.gateway.payments.terminal import ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, PATIENCE_S, Till, a_scope, until, yen

GOOD = {"signature": "good"}


async def waiting(till: Till) -> list[str]:
    """The messages on record that are not taken up, by their ids."""
    kept = await till.journal.kept_events(EventQuery(is_unapplied=True))
    return [it.event.id for it in kept]


async def nothing_waits(till: Till) -> None:
    """Return when every message is taken up."""
    end = time.monotonic() + PATIENCE_S
    while await waiting(till):
        assert time.monotonic() < end, "a message is never taken up"

        await asyncio.sleep(0.002)


async def test_a_message_makes_the_payment_looked_at_now(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """By its intent, long before the next look would have been."""
    await till.start()
    terminal.present(DEVICE)
    await till.service.webhooks.receive(terminal.message("evt_1", "pi_1"), GOOD)

    assert yen(1000) == (await till.reaches(State.PAID)).captured

    await nothing_waits(till)


async def test_a_message_about_a_reader_is_about_its_payment(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A refusal tells the reader alone; the payment that has it is looked at."""
    await till.start()
    terminal.decline(DEVICE)
    await till.service.webhooks.receive(terminal.message("evt_1", None, DEVICE), GOOD)

    assert State.CARD_REFUSED is (await till.reaches(State.CARD_REFUSED)).state


async def test_the_message_itself_is_not_believed(till: Till, terminal: ScriptedTerminal) -> None:
    """It says that the payment succeeded; the intent says that it has not."""
    await till.start()
    await till.service.webhooks.receive(terminal.message("evt_1", "pi_1"), GOOD)
    looks = len(terminal.named("intent"))
    await until(lambda: len(terminal.named("intent")) > looks)

    assert State.AWAITING_CARD is (await till.payment()).state


async def test_a_message_that_is_not_genuine_leaves_no_trace(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """It is refused before anything is recorded; a little later it is counted."""
    with pytest.raises(Rejected):
        await till.service.webhooks.receive(terminal.message("evt_1", "pi_1"), {})

    counts = await till.journal.event_counts()
    assert (0, {}) == (counts.kept, counts.refused)

    await till.close()
    counts = await till.journal.event_counts()
    assert (0, {"signature": 1}) == (counts.kept, counts.refused)


async def test_a_message_counts_once(till: Till, terminal: ScriptedTerminal) -> None:
    """Sent again it is known, and nothing is looked at for it."""
    await till.start()
    terminal.present(DEVICE)
    await till.reaches(State.PAID)
    body = terminal.message("evt_1", "pi_1")
    await till.service.webhooks.receive(body, GOOD)
    await nothing_waits(till)
    looks = len(terminal.named("intent"))
    await till.service.webhooks.receive(body, GOOD)
    await asyncio.sleep(0.02)

    assert looks == len(terminal.named("intent"))


async def test_money_given_back_elsewhere_is_counted(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A refund made at the provider shows on the payment, and leaves less to give back."""
    await till.start()
    terminal.present(DEVICE)
    await till.reaches(State.PAID)
    terminal.intents["pi_1"].refunded = 400
    await till.service.webhooks.receive(terminal.message("evt_1", "pi_1"), GOOD)
    await nothing_waits(till)
    too_much = await till.service.refund(a_scope(), "pay_1", yen(601), "r1")

    assert yen(400) == (await till.payment()).refunded
    assert "REFUND_TOO_LARGE" == getattr(too_much, "code", None)


@pytest.mark.parametrize(
    ("intent", "reader"), [("pi_9", None), (None, "tmr_9"), (None, DEVICE), (None, None)]
)
async def test_what_concerns_nobody_is_put_aside(
    till: Till, terminal: ScriptedTerminal, intent: str | None, reader: str | None
) -> None:
    """Messages of other systems at the same provider wait for nothing; their intents are read."""
    await till.service.webhooks.receive(terminal.message("evt_1", intent, reader), GOOD)
    await nothing_waits(till)

    assert ([("intent", None)] if intent else []) == terminal.calls


async def test_a_message_that_was_not_taken_up_waits_for_the_next_start(
    till: Till, terminal: ScriptedTerminal, caplog: pytest.LogCaptureFixture
) -> None:
    """It was told to have arrived, so it must not be lost with a broken disk."""
    await till.start()
    terminal.present(DEVICE)
    await till.reaches(State.PAID)
    terminal.intents["pi_1"].refunded = 400
    by_intent = till.journal.by_intent

    async def broken_disk(intent: str) -> Payment | None:
        raise OSError("the disk cannot be read")

    till.journal.by_intent = broken_disk  # type: ignore[method-assign]
    with caplog.at_level(logging.ERROR):
        await till.service.webhooks.receive(terminal.message("evt_1", "pi_1"), GOOD)
        await until(lambda: caplog.records)
    left = await waiting(till)
    till.journal.by_intent = by_intent  # type: ignore[method-assign]
    await till.restart()
    await nothing_waits(till)

    assert ["evt_1"] == left
    assert ["a message of the provider waits"] == [it.message for it in caplog.records]


async def test_closing_ends_what_is_under_way(till: Till, terminal: ScriptedTerminal) -> None:
    """The message is on record; the next start takes it up."""
    await till.start()
    terminal.present(DEVICE)
    await till.reaches(State.PAID)
    terminal.gates["intent"] = asyncio.Event()
    looks = len(terminal.named("intent"))
    await till.service.webhooks.receive(terminal.message("evt_1", "pi_1"), GOOD)
    await until(lambda: len(terminal.named("intent")) > looks)
    await till.close()
    left = await waiting(till)
    terminal.gates.clear()
    await till.restart()
    await nothing_waits(till)

    assert ["evt_1"] == left


async def test_a_message_of_another_form_is_counted(
    till: Till, terminal: ScriptedTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be genuine, and says nothing that we could read."""

    def drifts(body: bytes, headers: object) -> ProviderEvent:
        raise SchemaDrift("event: not a message of a known form")

    monkeypatch.setattr(terminal, "event", drifts)
    with pytest.raises(SchemaDrift):
        await till.service.webhooks.receive(b"{}", GOOD)
    till.service.webhooks.refused("too_large")
    await till.close()

    counts = await till.service.webhooks.counts()
    assert {"form": 1, "too_large": 1} == counts.refused
    assert 0 == await till.service.webhooks.count(EventQuery())


async def test_whoever_wants_to_hear_of_messages_does(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Tasks of readers are no payments, and their messages come the same way."""
    heard: list[str] = []

    async def listen(event: ProviderEvent) -> None:
        heard.append(event.id)

    till.service.webhooks.listen(listen)
    await till.service.webhooks.receive(terminal.message("evt_1", None, "tmr_9"), GOOD)
    await nothing_waits(till)

    assert ["evt_1"] == heard


async def test_closing_what_was_never_opened_is_no_error(
    journal: Journal, terminal: ScriptedTerminal
) -> None:
    """A command beside the gateway opens nothing."""
    await Till(journal, terminal).close()
