import asyncio
from collections.abc import Sequence

import pytest
from typing_extensions import override

from connectors.sdk.context import CallContext
from connectors.sdk.terminal import ActionStatus, ReaderAction, ReaderState
from gateway.payments.journal import Journal, Payment
from gateway.payments.polling import Polling
from gateway.payments.provider import Provider
from gateway.payments.reader_names import StoreReaders
from gateway.payments.states import State
from gateway.payments.timing import Timing
from schema.ports.payments import ReaderKey
from tests.unit.gateway.payments.terminal import Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, OTHER, QUICK, Till, until
from tests.unit.gateway.storage.records import a_payment


class Listed(ScriptedTerminal):
    """A provider that counts how often it was asked for a list."""

    lists = 0

    @override
    async def readers(
        self, ctx: CallContext, location: str | None, account: str | None
    ) -> Sequence[ReaderState]:
        self.lists += 1
        return await super().readers(ctx, location, account)


@pytest.fixture
def terminal() -> Listed:
    """The provider, with many readers."""
    return Listed(DEVICE, OTHER, *(f"tmr_{number}" for number in range(30)))


def at(device: str, location: str | None = "tml_1") -> Payment:
    """A payment at a reader."""
    return a_payment(device=device, location=location)


def polling(terminal: Listed, **timing: float) -> Polling:
    """Polling of a provider."""
    return Polling(Provider(terminal, "cards", QUICK), Timing(**{"gather_s": 0.01, **timing}))


async def test_several_readers_of_a_place_are_one_question(terminal: Listed) -> None:
    """Each who asks hears of their own reader."""
    ask = polling(terminal)
    states = await asyncio.gather(*(ask.reader(at(f"tmr_{number}")) for number in range(30)))

    assert (1, []) == (terminal.lists, terminal.named("reader"))
    assert [f"tmr_{number}" for number in range(30)] == [it and it.id for it in states]


async def test_one_alone_is_asked_about_by_itself(terminal: Listed) -> None:
    """A list of a hundred readers is for those who need several."""
    ask = polling(terminal)
    both = await asyncio.gather(ask.reader(at(DEVICE)), ask.reader(at(DEVICE)))

    assert (0, [None]) == (terminal.lists, terminal.named("reader"))
    assert [DEVICE, DEVICE] == [it and it.id for it in both]


async def test_each_place_is_asked_about_by_itself(terminal: Listed) -> None:
    """Readers of another place are not in its list."""
    ask = polling(terminal)
    found = await asyncio.gather(
        ask.reader(at(DEVICE)), ask.reader(at(OTHER)), ask.reader(at("tmr_99", "tml_9"))
    )

    assert 1 == terminal.lists
    assert [DEVICE, OTHER, None] == [it and it.id for it in found]


async def test_nobody_is_told_what_was_so_before_they_asked(terminal: Listed) -> None:
    """Whoever asks while a question is out waits for the next."""
    ask = polling(terminal, gather_s=0)
    gate = terminal.gates["reader"] = asyncio.Event()
    first = asyncio.create_task(ask.reader(at(DEVICE)))
    await until(lambda: terminal.calls)
    second = asyncio.create_task(ask.reader(at(DEVICE)))
    await asyncio.sleep(0)
    terminal.show(DEVICE, "pi_1")
    gate.set()
    states = await asyncio.gather(first, second)

    now = ReaderAction("process_payment_intent", ActionStatus.IN_PROGRESS, "pi_1")
    assert [None, now] == [it and it.action for it in states]
    assert 2 == len(terminal.calls)


async def test_a_provider_that_does_not_answer_hints_at_nothing(
    terminal: Listed,
) -> None:
    """And is asked again by the next."""
    ask = polling(terminal)
    terminal.faults["reader"].append(Fault.DOWN)

    assert await ask.reader(at(DEVICE)) is None
    assert await ask.reader(at(DEVICE)) is not None


async def test_whoever_goes_away_is_not_waited_for(terminal: Listed) -> None:
    """Closing ends what is asked; those who wait are told."""
    ask = polling(terminal, gather_s=0)
    terminal.gates["reader"] = asyncio.Event()
    gone = asyncio.create_task(ask.reader(at(DEVICE)))
    await until(lambda: terminal.calls)
    gone.cancel()
    waits = asyncio.create_task(ask.reader(at(DEVICE)))
    await asyncio.sleep(0)
    await ask.aclose()
    await asyncio.wait({gone, waits})

    assert (True, True) == (gone.cancelled(), waits.cancelled())


async def test_many_waiting_payments_are_few_questions(journal: Journal, terminal: Listed) -> None:
    """Where no message comes: a list for all of a place, and each intent once in six looks."""
    till = Till(journal, terminal)
    names = [f"tmr_{number}" for number in range(12)]
    ginza = StoreReaders("ginza", "JPY", {name: name for name in names}, "tml_1")
    till.service.directory.replace([ginza])
    await till.open()
    for name in names:
        await till.start(name, reader=ReaderKey("ginza", name))
    for number in range(12):
        await till.reaches(State.AWAITING_CARD, name=f"pay_{number + 1}")
    terminal.calls.clear()
    terminal.lists = 0
    await asyncio.sleep(0.5)
    lists, intents, readers = (
        terminal.lists,
        len(terminal.named("intent")),
        len(terminal.named("reader")),
    )
    await till.close()

    assert lists > 1
    assert intents + readers < 12 * lists


async def test_whoever_goes_away_leaves_the_answer_to_the_others(terminal: Listed) -> None:
    """The question is the same for all who have asked."""
    ask = polling(terminal)
    gate = terminal.gates["readers"] = asyncio.Event()
    gone = asyncio.create_task(ask.reader(at(DEVICE)))
    stays = asyncio.create_task(ask.reader(at(OTHER)))
    await until(lambda: terminal.lists)
    gone.cancel()
    gate.set()
    found = await stays

    assert found is not None
    assert (OTHER, True) == (found.id, gone.cancelled())
