"""Readers' tasks over a real journal and a real simulator, with all that a test wants to turn."""

import asyncio
import copy
import time
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp

from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.source import SourceContext
from connectors.stripe_terminal.client import StripeTerminal
from connectors.stripe_terminal.config import StripeTerminalConfig
from connectors.stripe_terminal.simulator.process import Ready
from gateway.payments.keeper import Keeper
from gateway.payments.reader_names import StoreReaders
from gateway.payments.reader_provider import ReaderProvider
from gateway.payments.readers import ReaderDirectory
from gateway.payments.service import PaymentService
from gateway.payments.tasks.log import ReaderTask
from gateway.payments.tasks.service import ReaderTaskService
from gateway.payments.timing import Timing
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from schema.domain.money import Money
from schema.domain.payment import PaymentRecord, UserErrorRecord
from schema.domain.reader_task import (
    CardSetup,
    Cart,
    CartLine,
    InputAnswer,
    InputAsked,
    InputKind,
    ReaderTaskRecord,
    ReaderTaskState,
    Redisplay,
)
from schema.domain.reference import SourceRef
from schema.ports.payments import PaymentStart
from tests.unit.connectors.stripe_terminal.simulator.account import FRONT, GIFTS, KEY, Account
from tests.unit.gateway.payments.till import FRONT as FRONT_KEY
from tests.unit.gateway.payments.till import SetClock, a_scope

STORES = (
    StoreReaders(
        "ginza",
        "JPY",
        {"Front counter": FRONT, "Gift desk": GIFTS, "Lost": "tmr_none"},
        "tml_ginza",
    ),
    StoreReaders("umeda", "JPY", {"Front counter": FRONT}, "tml_umeda"),
)
QUICK = Timing(
    answer_within_s=2.0,
    first_look_s=0.01,
    slowest_look_s=0.05,
    settle_s=0.0,
    call_s=5.0,
    process_s=5.0,
    follow_look_s=0.02,
    status_memory_s=0.0,
    news_look_s=0.02,
    claim_renew_s=0.5,
)
CART = Cart("JPY", (CartLine("Shirt", 2, 1000), CartLine("Discount", 1, -100)), 90, 990)
EMAIL = InputAsked(InputKind.EMAIL, "Your e-mail", is_required=True)
ENTERED = InputAnswer(InputKind.EMAIL, "Your e-mail", "customer@example.com")
PHONE = InputAsked(InputKind.PHONE, "Your phone")
SETUP = CardSetup(SourceRef("crm", "c1"), Redisplay.ALWAYS, "Keep my card for later.")


class Counter:
    """Services that may be closed and opened again, as after a crash."""

    def __init__(
        self,
        database: Database,
        ready: Ready,
        session: aiohttp.ClientSession,
        *,
        timing: Timing = QUICK,
    ) -> None:
        self.database = database
        self.journal = SqlJournal(database)
        self.account = Account(ready, session)
        self.clock = SetClock()
        self.timing = timing
        self._named = 0
        self._make()

    def _make(self) -> None:
        config = {"api_key": KEY, "api_base": self.account.url}
        self.driver = StripeTerminal(
            StripeTerminalConfig.model_validate(config),
            SourceContext("stripe", Limits(timeout_s=5), HttpClients()),
        )
        self._payments: PaymentService | None = None
        provider = ReaderProvider(self.driver, "cards", self.timing)
        self.keeper = Keeper(self.journal, self.timing)
        self.directory = ReaderDirectory(STORES, provider, self.journal, self.timing)
        self.tasks = ReaderTaskService(
            self.driver,
            self.journal,
            self.directory,
            self.keeper,
            source="cards",
            timing=self.timing,
            clock=self.clock,
            name=self._name,
        )

    def _name(self) -> str:
        self._named += 1
        return f"tsk_{self._named}"

    async def open(self) -> None:
        """Open the services."""
        self.tasks.open()
        await self.keeper.open()

    async def pay(self, key: str = "p1") -> PaymentRecord | UserErrorRecord:
        """Start a payment at the same reader."""
        if self._payments is None:
            self._payments = PaymentService(
                self.driver, self.journal, STORES, timing=self.timing, clock=self.clock
            )
            await self._payments.open()
        return await self._payments.start(
            a_scope(), PaymentStart(FRONT_KEY, key, amount=Money(990, "JPY"))
        )

    def other(self) -> "Counter":
        """Another gateway over the same journal, with its own connections."""
        twin = copy.copy(self)
        twin._make()
        return twin

    async def close(self) -> None:
        """Close the services."""
        await self.tasks.aclose()
        await self.keeper.aclose()
        if self._payments is not None:
            await self._payments.aclose()
        await self.directory.aclose()
        await self.driver.aclose()

    async def restart(self) -> None:
        """Close them, and open others over the same journal."""
        await self.close()
        self._make()
        await self.open()

    async def cart(self, cart: Cart = CART) -> ReaderTaskRecord:
        """Show a cart that nothing is wrong with."""
        return _right(await self.tasks.show_cart(a_scope(), FRONT_KEY, cart))

    async def clear(self) -> ReaderTaskRecord:
        """Take a cart off."""
        return _right(await self.tasks.clear_cart(a_scope(), FRONT_KEY))

    async def ask(self, *inputs: InputAsked, key: str = "k1") -> ReaderTaskRecord:
        """Ask for inputs; for an e-mail address unless told otherwise."""
        asked = inputs or (EMAIL,)
        return _right(await self.tasks.collect_inputs(a_scope(), FRONT_KEY, asked, key))

    async def save(self, setup: CardSetup = SETUP, key: str = "k1") -> ReaderTaskRecord:
        """Ask for a card to be kept."""
        return _right(await self.tasks.save_card(a_scope(), FRONT_KEY, setup, key))

    async def cancel(self, task: str) -> ReaderTaskRecord:
        """Call a task off."""
        return _right(await self.tasks.cancel(a_scope(), task))

    async def task(self, name: str = "tsk_1") -> ReaderTask:
        """The task as it is on record."""
        return (await self.journal.reader_tasks([name]))[name]

    async def reaches(self, *states: ReaderTaskState, name: str = "tsk_1") -> ReaderTask:
        """Wait until a task is in one of these states."""
        end = time.monotonic() + 10
        while True:
            found = (await self.journal.reader_tasks([name])).get(name)
            if found is not None and found.state in states:
                return found
            assert time.monotonic() < end, f"{found}, not {states}"

            await asyncio.sleep(0.005)

    async def slot(self) -> Any:
        """The action in the reader's slot."""
        return (await self.account.readers.retrieve_async(FRONT)).to_dict()["action"]

    async def do(self, gesture: str, content: Any = None) -> None:
        """Let somebody do something at the reader, as soon as it asks for that."""
        end = time.monotonic() + 10
        while True:
            status, told = await self.account.command(
                "POST", f"/readers/{FRONT}/{gesture}", content or {}
            )
            if status < 300:
                return
            assert time.monotonic() < end, told

            await asyncio.sleep(0.02)

    async def sleeps(self, task: str) -> None:
        """Let nobody look at a task until there is news of it."""
        backoff = self.tasks._followers._followed[task]._backoff
        backoff._first_s = backoff._next_s = backoff._slowest_s = 60
        before = -1
        while before != (now := await self.calls("retrieve_reader")):
            before = now
            await asyncio.sleep(0.3)

    async def calls(self, call: str) -> int:
        """How often a call came to the provider."""
        found: int = (await self.account.command("GET", "/calls"))[1].get(call, 0)
        return found

    async def holder(self) -> str | None:
        """Who has the reader."""
        lease = (await self.journal.leases([FRONT])).get(FRONT)
        return lease.holder.id if lease else None


async def until(is_so: Callable[[], Any], within_s: float = 10) -> None:
    """Wait until something is so."""
    end = time.monotonic() + within_s
    while not await is_so():
        assert time.monotonic() < end, "it never came so far"

        await asyncio.sleep(0.005)


def codes(*errors: object) -> Sequence[str]:
    """The codes of answers that must be errors."""
    assert all(isinstance(it, UserErrorRecord) for it in errors), errors

    return [it.code for it in errors if isinstance(it, UserErrorRecord)]


def _right(answer: ReaderTaskRecord | UserErrorRecord) -> ReaderTaskRecord:
    assert isinstance(answer, ReaderTaskRecord), answer

    return answer
