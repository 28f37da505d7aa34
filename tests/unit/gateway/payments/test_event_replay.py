import pytest

from connectors.sdk.terminal import ProviderEvent
from gateway.payments import event_replay
from gateway.payments.event_log import Arrival, EventBatch, EventQuery
from gateway.payments.event_replay import Replayed
from gateway.payments.states import State
from tests.unit.gateway.payments.terminal import NOW, Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, Till, yen


async def came(till: Till, *names: str, intent: str = "pi_1", applied: bool = True) -> None:
    """Messages that came and were, or were not, taken up."""
    arrivals = [
        Arrival(ProviderEvent(it, "payment_intent.succeeded", NOW, intent), b"{}", NOW)
        for it in names
    ]
    batch = EventBatch(arrivals=arrivals, applied=names if applied else ())
    await till.journal.record_events(batch, NOW)


async def paid(till: Till, terminal: ScriptedTerminal) -> None:
    """A payment that is paid."""
    await till.start()
    terminal.present(DEVICE)
    await till.reaches(State.PAID)


async def test_messages_are_applied_again(till: Till, terminal: ScriptedTerminal) -> None:
    """Several about one payment by one look; whoever waits is told how far it is."""
    await paid(till, terminal)
    terminal.intents["pi_1"].refunded = 400
    await came(till, "evt_1", "evt_2", "evt_3")
    looks = len(terminal.named("intent"))
    told: list[int] = []

    done = await till.service.webhooks.replay(EventQuery(), told.append)

    assert Replayed(events=3, subjects=1) == done
    assert ([3], yen(400)) == (told, (await till.payment()).refunded)
    assert looks + 2 >= len(terminal.named("intent"))


async def test_only_what_is_meant_is_applied(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page by page."""
    monkeypatch.setattr(event_replay, "_PAGE", 2)
    await till.close()
    await came(till, "evt_1", "evt_2")
    await came(till, "evt_3", "evt_4", "evt_5", intent="pi_9", applied=False)

    unapplied = await till.service.webhooks.replay(EventQuery(is_unapplied=True), lambda _: None)
    named = await till.service.webhooks.replay(EventQuery(ids=["evt_1", "evt_7"]), lambda _: None)
    again = await till.service.webhooks.replay(EventQuery(is_unapplied=True), lambda _: None)

    assert Replayed(events=3, subjects=1) == unapplied
    assert Replayed(events=1, subjects=1) == named
    assert Replayed() == again


async def test_what_fails_is_told_and_holds_up_nothing(
    till: Till, terminal: ScriptedTerminal, caplog: pytest.LogCaptureFixture
) -> None:
    """It is applied the next time."""
    await paid(till, terminal)
    await came(till, "evt_1")
    await came(till, "evt_2", intent="pi_9")
    terminal.faults["intent"].append(Fault.DOWN)

    first = await till.service.webhooks.replay(EventQuery(), lambda _: None)
    second = await till.service.webhooks.replay(EventQuery(), lambda _: None)

    assert Replayed(events=1, subjects=2, failed=("evt_1",)) == first
    assert Replayed(events=2, subjects=2) == second
    assert ["messages could not be applied"] == [it.message for it in caplog.records]


async def test_nothing_is_sent_to_the_provider(till: Till, terminal: ScriptedTerminal) -> None:
    """A payment that waits is read; to call it off is for the gateway that serves."""
    await till.start()
    await till.close()
    terminal.decline(DEVICE)
    terminal.calls.clear()
    await came(till, "evt_1")

    await till.service.webhooks.replay(EventQuery(), lambda _: None)

    assert ["intent"] == [name for name, _ in terminal.calls]
    assert State.AWAITING_CARD is (await till.payment()).state
