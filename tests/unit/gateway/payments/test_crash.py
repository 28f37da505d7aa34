"""The process ends between any two steps; the next one finds everything in the journal."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import override

from connectors.sdk.context import CallContext
from connectors.sdk.terminal import IntentStatus
from gateway.payments.states import State
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from gateway.storage.tables import processes
from schema.domain.payment import CaptureMethod, PaymentRecord, RefundState
from schema.ports.payments import PaymentIncrease, RefundReceipt
from tests.unit.gateway.payments.terminal import NOW, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, Till, a_scope, a_start, yen

T = TypeVar("T")


class Power:
    """Goes out before the step of this number; from then on nothing happens any more."""

    def __init__(self, lasts: int | None) -> None:
        self.out = asyncio.Event()
        self._lasts = lasts
        self._steps = 0

    async def step(self) -> None:
        """Come to a moment at which the process might end."""
        self._steps += 1
        if self._lasts is not None and self._steps > self._lasts:
            self.out.set()
        await self.flows()

    async def flows(self) -> None:
        """Stand still for ever when there is no power."""
        if self.out.is_set():
            await asyncio.Event().wait()


class MortalTerminal(ScriptedTerminal):
    """The provider lives on; it is our calls that may not begin, or not come back."""

    power = Power(None)

    @override
    async def _call(self, method: str, ctx: CallContext, effect: Callable[[], T]) -> T:
        if ctx.idempotency_key is None:
            await self.power.flows()
            return await super()._call(method, ctx, effect)
        await self.power.step()
        try:
            return await super()._call(method, ctx, effect)
        finally:
            await self.power.step()


def mortal(database: Database, power: Power) -> Database:
    """A database of a process that may end before and after each commit."""
    write = database.write

    @asynccontextmanager
    async def written(**how: bool) -> AsyncIterator[AsyncConnection]:
        await power.step()
        async with write(**how) as connection:
            yield connection
        await power.step()

    database.write = written  # type: ignore[method-assign] # the hook at each commit
    return database


async def started(till: Till, **fields: Any) -> PaymentRecord:
    """The payment that the till starts, again and again under one key."""
    answer = await till.service.start(a_scope(), a_start(**fields))
    assert isinstance(answer, PaymentRecord), answer

    return answer


async def sale(till: Till) -> None:
    """Sold, paid, and given back."""
    name = (await started(till)).id
    await till.reaches(State.PAID, name=name)
    receipt = await till.service.refund(a_scope(), name, None, "r1")
    assert isinstance(receipt, RefundReceipt), receipt

    # Another process may have asked for it first; the answer is in the journal by then.
    assert RefundState.SUCCEEDED is receipt.refund.state


async def tab(till: Till) -> None:
    """Held, then more of it, and all of it taken later."""
    fields = {"capture": CaptureMethod.MANUAL, "incrementable": True}
    name = (await started(till, **fields)).id
    past = (State.AUTHORIZED, State.INCREASING, State.CAPTURING, State.PAID)
    await till.reaches(*past, name=name)
    await till.service.increase(a_scope(), PaymentIncrease(name, yen(1500), "i1"))
    await till.reaches(State.AUTHORIZED, State.CAPTURING, State.PAID, name=name)
    await till.service.capture(a_scope(), name, None)
    await till.reaches(State.PAID, name=name)


async def change_of_mind(till: Till) -> None:
    """Started, and called off."""
    name = (await started(till)).id
    await till.service.cancel(a_scope(), name)
    await till.reaches(State.CANCELED, name=name)


async def another_card(till: Till) -> None:
    """Started, the card declined, and another one tried until it is paid."""
    name = (await started(till)).id
    while (await till.journal.payments([name]))[name].state is not State.PAID:
        await till.reaches(State.CARD_REFUSED, State.AWAITING_CARD, State.PAID, name=name)
        await till.service.retry(a_scope(), name, None)
        await asyncio.sleep(0.002)


class Story(Struct, frozen=True):
    """What a till does, what the customer does, and what the provider's books then say."""

    till: Callable[[Till], Awaitable[None]]
    customer: Callable[[ScriptedTerminal], None]
    taken: int
    given_back: int
    status: IntentStatus


def second_card_pays(terminal: ScriptedTerminal) -> None:
    """Show a card that is refused, and then one that is not."""
    intent = terminal.waiting(DEVICE)
    if intent is not None and intent.failure is None:
        terminal.decline(DEVICE)
    else:
        terminal.present(DEVICE)


PAYS: Callable[[ScriptedTerminal], None] = lambda terminal: terminal.present(DEVICE)  # noqa: E731
# One for each kind of step; `python -m tests.killing` has more of them, at a real process.
STORIES = {
    "sale": Story(sale, PAYS, 1000, 1000, IntentStatus.SUCCEEDED),
    "tab": Story(tab, PAYS, 1500, 0, IntentStatus.SUCCEEDED),
    "change of mind": Story(change_of_mind, lambda _: None, 0, 0, IntentStatus.CANCELED),
    "another card": Story(another_card, second_card_pays, 1000, 0, IntentStatus.SUCCEEDED),
}


async def live(story: Story, till: Till, power: Power) -> None:
    """Let a process live until it is through, or the power goes out; then it is gone."""
    mine = asyncio.all_tasks()

    async def customer() -> None:
        while True:
            story.customer(till.terminal)
            await asyncio.sleep(0.002)

    async def process() -> None:
        await till.open()
        await story.till(till)

    through = asyncio.create_task(process())
    out = asyncio.create_task(power.out.wait())
    person = asyncio.create_task(customer())
    done, _ = await asyncio.wait({through, out}, return_when=asyncio.FIRST_COMPLETED)
    person.cancel()
    left = asyncio.all_tasks() - mine
    for task in left:
        # The driver lets go of a connection in a task of its own, which nothing may interrupt.
        if "AsyncConnection.close" not in repr(task):
            task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    if through in done:
        await through


async def lived(story: Story, file: Path, terminal: MortalTerminal, power: Power) -> bool:
    """One process with so much power; whether it left nothing that somebody has to take up."""
    terminal.power = power
    database = await Database.open(f"sqlite+aiosqlite:///{file}")
    async with database.write() as connection:  # the time has passed that its claims are good for
        await connection.execute(processes.update().values(expires_at=NOW))
    till = Till(SqlJournal(mortal(database, power)), terminal)
    till.names.count = 100 * len(terminal.intents)
    await live(story, till, power)
    left = [*await till.journal.unfinished(), *await till.journal.open_refunds()]
    holder = await till.journal.holder(DEVICE)
    await database.aclose()
    return not left and holder is None


@pytest.mark.long
@pytest.mark.timeout(180)
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
async def test_nothing_is_lost_and_nothing_doubled(story: Story, tmp_path: Path) -> None:
    """Wherever the process ends, the next one and the same keys bring it to the same end."""
    template = tmp_path / "template.db"
    await (await Database.open(f"sqlite+aiosqlite:///{template}")).aclose()
    for lasts in count():
        file, terminal, power = tmp_path / f"{lasts}.db", MortalTerminal(DEVICE), Power(lasts)
        shutil.copy(template, file)
        await lived(story, file, terminal, power)
        is_all_over = await lived(story, file, terminal, Power(None))
        intents = list(terminal.intents.values())

        assert is_all_over
        assert [story.status] == [it.status for it in intents]
        assert [(story.taken, story.given_back)] == [(it.received, it.refunded) for it in intents]
        assert [int(story.taken > 0)] == [it.captures for it in intents]

        if not power.out.is_set():
            break

    assert lasts > 10
