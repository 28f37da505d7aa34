"""Payments as a till uses them, with all that a test wants to turn."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.payments.journal import Journal, Payment
from gateway.payments.reader_names import StoreReaders
from gateway.payments.service import PaymentService
from gateway.payments.states import State
from gateway.payments.timing import Timing
from schema.domain.money import Money
from schema.domain.order import Channel, OrderRecord, OrderStatus
from schema.domain.payment import PaymentRecord, UserErrorRecord
from schema.domain.reference import SourceRef
from schema.domain.scope import Actor, RequestScope
from schema.ports.payments import PaymentStart, ReaderKey
from tests.unit.gateway.payments.terminal import NOW, ScriptedTerminal

DEVICE, OTHER = "tmr_front", "tmr_gift"
FRONT, GIFT = ReaderKey("ginza", "Front counter"), ReaderKey("ginza", "Gift desk")
STORES = (
    StoreReaders("ginza", "JPY", {"Front counter": DEVICE, "Gift desk": OTHER}, "tml_1"),
    StoreReaders("umeda", "JPY", {}, "tml_2"),
    StoreReaders("orchard", "SGD", {"Front counter": "tmr_sg"}),
)
# Where the limit is long the fact does not hang on it: a machine that is shared may stand still for
# seconds. A test that waits for the limit itself sets its own.
PATIENCE_S = 12.0
QUICK = Timing(
    answer_within_s=PATIENCE_S,
    first_look_s=0.004,
    slowest_look_s=0.02,
    gather_s=0.0,
    held_look_s=0.02,
    settle_s=0.0,
    status_memory_s=0.0,
    refund_look_s=0.02,
    follow_look_s=0.02,
    claim_life_s=60.0,
    claim_renew_s=0.05,
    news_look_s=0.01,
)


class SetClock:
    """A clock that stands where it is set, but for a tick at each look so that times differ."""

    def __init__(self) -> None:
        self._now = NOW

    def now(self) -> datetime:
        """See `Clock.now`."""
        self._now += timedelta(microseconds=1)
        return self._now

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)


class Numbered:
    """Names that tell the order in which things were made."""

    def __init__(self) -> None:
        self.count = 0

    def payment(self) -> str:
        """See `Names.payment`."""
        self.count += 1
        return f"pay_{self.count}"

    def refund(self) -> str:
        """See `Names.refund`."""
        self.count += 1
        return f"ref_{self.count}"


class Till:
    """A service that may be closed and opened again, as after a crash."""

    def __init__(
        self, journal: Journal, terminal: ScriptedTerminal, timing: Timing = QUICK
    ) -> None:
        self.journal = journal
        self.terminal = terminal
        self.timing = timing
        self.clock = SetClock()
        self.names = Numbered()
        self.service = self._service()

    def _service(self) -> PaymentService:
        return PaymentService(
            self.terminal,
            self.journal,
            STORES,
            source="cards",
            timing=self.timing,
            clock=self.clock,
            names=self.names,
        )

    async def open(self) -> None:
        """Open the service."""
        await self.service.open()

    async def close(self) -> None:
        """Close the service."""
        await self.service.aclose()

    async def restart(self) -> None:
        """Close it, and open another over the same journal."""
        await self.close()
        self.service = self._service()
        await self.open()

    async def start(self, key: str = "k1", **fields: Any) -> PaymentRecord:
        """Start a payment that nothing is wrong with."""
        answer = await self.service.start(a_scope(), a_start(key, **fields))
        assert isinstance(answer, PaymentRecord), answer

        return answer

    async def refused(self, key: str = "k1", **fields: Any) -> UserErrorRecord:
        """Start a payment that something is wrong with."""
        scope = fields.pop("scope", None) or a_scope()
        answer = await self.service.start(scope, a_start(key, **fields))
        assert isinstance(answer, UserErrorRecord), answer

        return answer

    async def payment(self, name: str = "pay_1") -> Payment:
        """The payment as it is on record."""
        return (await self.journal.payments([name]))[name]

    async def reaches(self, *states: State, name: str = "pay_1") -> Payment:
        """Wait until a payment is in one of these states."""
        end = time.monotonic() + PATIENCE_S
        while True:
            found = (await self.journal.payments([name])).get(name)
            if found is not None and found.state in states:
                return found
            assert time.monotonic() < end, f"{found and found.state}, not {states}"

            await asyncio.sleep(0.002)

    async def states(self, name: str = "pay_1") -> list[str]:
        """The states that a payment has passed, each once in a row."""
        passed: list[str] = []
        for step in (await self.journal.steps([name]))[name]:
            if step.state.name not in passed[-1:]:
                passed.append(step.state.name)
        return passed


async def until(is_so: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "it never came so far"

        await asyncio.sleep(0.002)


def a_scope(*stores: str, name: str = "till-1") -> RequestScope:
    """An operation of someone who may see these stores, or all."""
    return RequestScope(Actor(name, "staff", stores or None), time.monotonic() + 10, "trace")


def yen(minor: int) -> Money:
    """Some yen."""
    return Money(minor, "JPY")


def a_start(key: str = "k1", **fields: Any) -> PaymentStart:
    """A request for 1,000 yen at the front counter."""
    if "order" not in fields:
        fields.setdefault("amount", yen(1000))
    fields.setdefault("reader", FRONT)
    return PaymentStart(idempotency_key=key, **fields)


def an_order(**fields: Any) -> OrderRecord:
    """An order of 5,000 yen of which nothing is paid."""
    values: dict[str, Any] = {
        "ref": SourceRef("pos", "77"),
        "as_of": datetime(2026, 11, 24, tzinfo=UTC),
        "number": "G-77",
        "channel": Channel.STORE,
        "placed_at": datetime(2026, 11, 24, tzinfo=UTC),
        "status": OrderStatus.OPEN,
        "total": yen(5000),
        "paid": yen(0),
        "lines": (),
    }
    return OrderRecord(**(values | fields))
