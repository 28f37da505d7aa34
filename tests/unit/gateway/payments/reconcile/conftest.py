"""Payments over a real journal and the simulator, and the books that are kept of them."""

import asyncio
import time as wall
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.source import SourceContext
from connectors.stripe_terminal.client import StripeTerminal
from connectors.stripe_terminal.config import StripeTerminalConfig
from gateway.payments.book_keeping import BookPlan, keep_books
from gateway.payments.books import PaymentBooks
from gateway.payments.journal import Payment
from gateway.payments.reader_names import StoreReaders
from gateway.payments.reconcile.finding import Finding
from gateway.payments.reconcile.provider import Gentleness
from gateway.payments.reconcile.reconciler import Rhythm
from gateway.payments.reconcile.schedule import DailyAt
from gateway.payments.service import PaymentService
from gateway.payments.states import State
from gateway.payments.timing import Timing
from gateway.payments.write_back import SendingPace
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from schema.domain.payment import CaptureMethod, PaymentRecord
from schema.domain.payment_entry import PaymentEntry
from schema.domain.reconciliation import FindingKind
from schema.domain.reference import SourceRef
from schema.ports.payments import PaymentStart
from tests.unit.connectors.stripe_terminal.simulator.account import FRONT, GIFTS, KEY, Account
from tests.unit.connectors.stripe_terminal.simulator.conftest import account, opened
from tests.unit.gateway.payments.till import FRONT as FRONT_COUNTER
from tests.unit.gateway.payments.till import a_scope, an_order, yen

__all__ = ["account", "opened"]

QUICK = Timing(
    answer_within_s=2.0,
    first_look_s=0.02,
    slowest_look_s=0.1,
    held_look_s=0.1,
    settle_s=0.0,
    status_memory_s=0.0,
    refund_look_s=0.1,
)
STORES = (StoreReaders("ginza", "JPY", {"Front counter": FRONT, "Gift desk": GIFTS}, "tml_ginza"),)


class AheadClock:
    """The machine's clock, put forward along with the provider's."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.now(UTC) + self.ahead


class OrderDesk:
    """An order's own system that takes every entry, or fails as it is told to."""

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.noted: list[str] = []

    async def record(
        self, order: SourceRef, entry: PaymentEntry, *, is_doubtful: bool, within_s: float
    ) -> SourceRef | None:
        """See `OrderBooks.record`."""
        assert within_s > 0

        if self.fault is not None:
            raise self.fault
        if not is_doubtful or entry.reference not in self.noted:
            self.noted.append(entry.reference)
        return SourceRef(order.name, entry.reference)


class Office:
    """A shop at the simulator, with its books."""

    def __init__(self, journal: SqlJournal, database: Database, account: Account) -> None:
        self.journal = journal
        self.database = database
        self.account = account
        self.clock = AheadClock()
        self.orders = OrderDesk()
        self.driver = StripeTerminal(
            StripeTerminalConfig.model_validate({"api_key": KEY, "api_base": account.url}),
            SourceContext("stripe", Limits(timeout_s=5), HttpClients()),
        )
        self.service = PaymentService(
            self.driver, journal, STORES, source="stripe", timing=QUICK, clock=self.clock
        )
        self.books = self.another()

    def another(self, **plan: Any) -> PaymentBooks:
        """The books, as another gateway keeps them."""
        values: dict[str, Any] = {
            "daily": DailyAt(time(3), ZoneInfo("Asia/Tokyo")),
            "accounts": [None],
            "pace": SendingPace(look_s=0.02, first_pause_s=0.05, slowest_pause_s=0.1),
            "rhythm": Rhythm(sweep_s=0.05),
            "gentleness": Gentleness(page_pause_s=0, retry_pause_s=0.001),
        }
        return keep_books(
            self.journal,
            self.service,
            self.orders,
            self.driver,
            BookPlan(**(values | plan)),
            clock=self.clock,
        )

    async def paid(
        self,
        amount: int = 1000,
        *,
        key: str = "k1",
        is_ordered: bool = True,
        card: str | None = None,
    ) -> Payment:
        """A payment whose card was shown."""
        what: dict[str, Any] = (
            {"order": an_order(total=yen(amount), ref=SourceRef("pos", key))}
            if is_ordered
            else {"amount": yen(amount)}
        )
        return await self.reached(await self._shown(key, card, **what), State.PAID)

    async def held(self, *, key: str = "k1") -> Payment:
        """A payment whose money is held."""
        name = await self._shown(key, capture=CaptureMethod.MANUAL, amount=yen(1000))
        return await self.reached(name, State.AUTHORIZED)

    async def reached(self, name: str, state: State) -> Payment:
        """Wait until a payment is in a state."""
        end = wall.monotonic() + 10
        while True:
            found = (await self.journal.payments([name]))[name]
            if found.state is state:
                return found
            assert wall.monotonic() < end, found.state

            await asyncio.sleep(0.01)

    async def later(self, seconds: float) -> None:
        """Let time pass, here and at the provider."""
        self.clock.ahead += timedelta(seconds=seconds)
        await self.account.command("POST", "/clock/advance", {"seconds": seconds})

    async def found(self) -> dict[FindingKind, Finding]:
        """What is open, by its kind; no kind twice."""
        seen = await self.journal.open_findings([*FindingKind])
        by_kind = {it.finding.kind: it.finding for it in seen}
        assert len(seen) == len(by_kind), seen

        return by_kind

    async def close(self) -> None:
        """Close everything but the database."""
        await self.books.aclose()
        await self.service.aclose()
        await self.driver.aclose()

    async def _shown(self, key: str, card: str | None = None, **what: Any) -> str:
        begun = await self.service.start(a_scope(), PaymentStart(FRONT_COUNTER, key, **what))
        assert isinstance(begun, PaymentRecord), begun

        await self.reached(begun.id, State.AWAITING_CARD)
        await self.account.present(card)
        return begun.id


@pytest.fixture
async def office(database: Database, account: Account) -> AsyncIterator[Office]:
    """A shop at the simulator."""
    office = Office(SqlJournal(database), database, account)
    await office.service.open()
    yield office
    await office.close()
