from collections.abc import AsyncIterator
from typing import Any

import pytest

from connectors.sdk.terminal import IntentStatus, ProviderEvent
from gateway.payments.changes import Changes
from gateway.payments.course import Desk
from gateway.payments.event_effects import EventEffects
from gateway.payments.journal import Journal
from gateway.payments.provider import Provider
from gateway.payments.record import Recorder
from gateway.payments.refunds import Refunds
from gateway.payments.states import State
from gateway.payments.timing import Timing
from schema.domain.errors import Unavailable
from schema.domain.payment import CaptureMethod
from tests.unit.gateway.payments.terminal import NOW, Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, QUICK, Till, yen

SLOW = Timing(answer_within_s=1.0, first_look_s=60, slowest_look_s=60, held_look_s=60)


class Strange:
    """Notes the intents that it is asked to take in."""

    def __init__(self) -> None:
        self.adopted: list[tuple[str, str | None]] = []

    async def adopt(self, intent: str, account: str | None) -> None:
        """See `Strangers.adopt`."""
        self.adopted.append((intent, account))


class Office:
    """Effects over a journal, beside the gateway that follows; nothing is nudged for real."""

    def __init__(self, journal: Journal, terminal: ScriptedTerminal, till: Till) -> None:
        provider = Provider(terminal, "cards", QUICK)
        recorder = Recorder(journal, Changes(), till.clock)
        desk = Desk(provider, journal, recorder, till.clock, QUICK)
        self.nudged: list[str] = []
        self.strange = Strange()
        count_anew = Refunds(desk).count_anew
        self.effects = EventEffects(desk, self.nudged.append, count_anew, self.strange)

    async def hears(self, kind: str = "payment_intent.succeeded", **about: Any) -> None:
        """Follow one message."""
        await self.effects.follow([ProviderEvent("evt_1", kind, NOW, **(about or _INTENT))])


_INTENT = {"intent": "pi_1"}


@pytest.fixture
async def till(journal: Journal, terminal: ScriptedTerminal) -> AsyncIterator[Till]:
    """A gateway whose followers look so seldom that only messages move a payment."""
    till = Till(journal, terminal, SLOW)
    await till.open()
    yield till
    await till.close()


@pytest.fixture
def office(journal: Journal, terminal: ScriptedTerminal, till: Till) -> Office:
    """Another process, which follows nothing."""
    return Office(journal, terminal, till)


async def test_money_that_was_taken_is_recorded_wherever_the_message_came(
    office: Office, till: Till, terminal: ScriptedTerminal
) -> None:
    """The payment is followed by another gateway, which need not be waited for."""
    await till.start()
    terminal.present(DEVICE)
    await office.hears()

    found = await till.payment()
    assert (State.PAID, yen(1000)) == (found.state, found.captured)
    assert ["pay_1"] == office.nudged


async def test_money_that_is_held_is_recorded(
    office: Office, till: Till, terminal: ScriptedTerminal
) -> None:
    """And afterwards what was taken of it at the provider."""
    await till.start(capture=CaptureMethod.MANUAL)
    terminal.present(DEVICE)
    await office.hears()
    held = (await till.payment()).state
    terminal.take(terminal.intents["pi_1"], 600)
    await office.hears("charge.captured")

    assert State.AUTHORIZED is held
    assert yen(600) == (await till.payment()).captured


async def test_what_is_not_about_money_is_left_to_the_follower(
    office: Office, till: Till, terminal: ScriptedTerminal
) -> None:
    """To call a payment off takes calls, and those are the follower's alone."""
    await till.start()
    terminal.intents["pi_1"].status = IntentStatus.CANCELED
    await office.hears("payment_intent.canceled")
    terminal.decline(DEVICE)
    await office.hears("terminal.reader.action_failed", reader=DEVICE)

    assert State.AWAITING_CARD is (await till.payment()).state
    assert ["pay_1", "pay_1"] == office.nudged


async def paid(till: Till, terminal: ScriptedTerminal, office: Office) -> None:
    """A payment that is paid; what was called until then is forgotten."""
    await till.start()
    terminal.present(DEVICE)
    await office.hears()
    terminal.calls.clear()
    office.nudged.clear()


async def test_of_a_paid_payment_one_thing_is_read(
    office: Office, till: Till, terminal: ScriptedTerminal
) -> None:
    """Most messages about it tell what is known already."""
    await paid(till, terminal, office)
    await office.hears("charge.succeeded")

    assert [("intent", None)] == terminal.calls
    assert [] == office.nudged


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("payment_intent.succeeded", _INTENT),
        ("charge.refunded", _INTENT),
        ("refund.created", {"intent": "pi_1", "refund": "re_1"}),
    ],
)
async def test_money_given_back_at_the_provider_is_counted(
    office: Office, till: Till, terminal: ScriptedTerminal, kind: str, about: dict[str, str]
) -> None:
    """Whichever message comes first."""
    await paid(till, terminal, office)
    terminal.intents["pi_1"].refunded = 400
    await office.hears(kind, **about)

    assert yen(400) == (await till.payment()).refunded


@pytest.mark.parametrize("kind", ["payment_intent.succeeded", "charge.refunded"])
@pytest.mark.parametrize("state", [State.PAID, State.AWAITING_CARD])
async def test_without_the_provider_the_message_waits(
    office: Office, till: Till, terminal: ScriptedTerminal, kind: str, state: State
) -> None:
    """It is not taken up before something was read."""
    if state is State.PAID:
        await paid(till, terminal, office)
    else:
        await till.start()
    terminal.faults["intent"].append(Fault.DOWN)

    with pytest.raises(Unavailable):
        await office.hears(kind)


async def test_an_intent_that_nobody_knows_is_offered_to_whoever_takes_it_in(
    office: Office, terminal: ScriptedTerminal
) -> None:
    """With the account that it belongs to; what concerns no intent is not."""
    await office.hears(intent="pi_9", account="acct_1")
    await office.hears("payout.paid", account="acct_1")
    await office.hears("terminal.reader.action_succeeded", reader="tmr_9")

    assert [("pi_9", "acct_1")] == office.strange.adopted
    assert [] == terminal.calls


async def test_others_hear_of_every_message(office: Office) -> None:
    """Tasks of a reader and saved cards are no payments."""
    heard: list[str] = []

    async def listen(event: ProviderEvent) -> None:
        heard.append(event.id)

    office.effects.listen(listen)
    messages = [
        ProviderEvent(f"evt_{number}", "setup_intent.succeeded", NOW, setup_intent="seti_1")
        for number in range(3)
    ]
    await office.effects.follow(messages)

    assert ["evt_0", "evt_1", "evt_2"] == heard
