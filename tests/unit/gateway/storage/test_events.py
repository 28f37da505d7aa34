import asyncio
from datetime import timedelta

from connectors.sdk.terminal import ProviderEvent
from gateway.payments.journal import Journal
from tests.unit.gateway.storage.records import NOW

EVENT = ProviderEvent("evt_1", "payment_intent.succeeded", NOW, "pi_1")
OTHER = ProviderEvent("evt_2", "terminal.reader.action_failed", NOW, None, "tmr_1")


async def test_a_message_is_kept_once(journal: Journal, rival: Journal) -> None:
    """However often, and at whichever gateway, it arrives."""
    answers = await asyncio.gather(
        *(log.keep_event(EVENT, b"{}", NOW) for log in [journal, rival] * 4)
    )

    assert 1 == sum(answers)
    assert [EVENT] == await journal.waiting_events()


async def test_messages_wait_until_they_are_taken_up(journal: Journal) -> None:
    """In the order in which they came; one that is taken up waits no more and is still known."""
    await journal.keep_event(OTHER, b"\x00\xff", NOW + timedelta(seconds=1))
    await journal.keep_event(EVENT, b"{}", NOW)
    both = await journal.waiting_events()
    await journal.event_applied("evt_1", NOW)

    assert [EVENT, OTHER] == both
    assert [OTHER] == await journal.waiting_events()
    assert not await journal.keep_event(EVENT, b"{}", NOW)
