"""What follows from each of Stripe's codes for readers, at the simulator."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from msgspec import Struct
from msgspec.structs import replace

from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.source import SourceContext
from connectors.stripe_terminal.client import StripeTerminal
from connectors.stripe_terminal.config import StripeTerminalConfig
from connectors.stripe_terminal.simulator.process import Listen, running
from gateway.payments.journal import Attempt, Journal, Outcome, Payment
from gateway.payments.keys import Step
from gateway.payments.reader_names import StoreReaders
from gateway.payments.service import PaymentService
from gateway.payments.states import State
from schema.domain.payment import CaptureMethod, PaymentRecord, UserErrorRecord
from tests.unit.connectors.stripe_terminal.simulator.account import (
    FRONT,
    GIFTS,
    KEY,
    SETUP,
    Account,
)
from tests.unit.gateway.payments.till import QUICK, a_scope, a_start

STORES = (StoreReaders("ginza", "JPY", {"Front counter": FRONT}, "tml_ginza"),)
DONE, LOST, REFUSED = Outcome.DONE, Outcome.LOST, Outcome.REFUSED
DECLINED = "4000000000000002"


class Counter:
    """A till at one reader of the simulator's."""

    def __init__(self, account: Account, service: PaymentService, journal: Journal) -> None:
        self.account = account
        self.service = service
        self._journal = journal
        self.name = ""

    async def start(self, **fields: Any) -> PaymentRecord | UserErrorRecord:
        """Start a payment."""
        return await self.service.start(a_scope(), a_start(**fields))

    async def reaches(self, state: State) -> Payment:
        """Wait until the payment is in a state."""
        end = time.monotonic() + 15
        while (payment := await self.payment()) is None or payment.state is not state:
            assert time.monotonic() < end, payment

            await asyncio.sleep(0.01)
        return payment

    async def payment(self) -> Payment | None:
        """The payment, once it is on record."""
        return await self._journal.by_key("k1")

    async def attempts(self, step: Step = Step.PROCESS) -> Sequence[Attempt]:
        """What was tried, once the outcome of all of it is known."""
        payment = await self.payment()
        name, end = payment.id if payment else "", time.monotonic() + 15
        while True:
            found = await self._journal.attempts(name, step)
            if all(it.outcome is not None for it in found):
                return found
            assert time.monotonic() < end, found

            await asyncio.sleep(0.01)

    async def do(self, gesture: str, **content: Any) -> None:
        """Let somebody do something at the reader."""
        status, told = await self.account.command("POST", f"/readers/{FRONT}/{gesture}", content)

        assert status < 300, told

    async def lines(self) -> Sequence[Mapping[str, Any]]:
        """The provider's books: one line for each intent."""
        _, ledger = await self.account.command("GET", "/ledger")
        return [*ledger["payments"].values()]


@pytest.fixture
async def counter(journal: Journal) -> AsyncIterator[Counter]:
    """A counter with a simulator of its own, whose calls are given up after two seconds."""
    async with AsyncExitStack() as stack:
        ready = await stack.enter_async_context(running(SETUP, Listen()))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        driver = StripeTerminal(
            StripeTerminalConfig.model_validate({"api_key": KEY, "api_base": ready.url}),
            SourceContext("stripe", Limits(timeout_s=10), HttpClients()),
        )
        timing = replace(QUICK, answer_within_s=5.0, call_s=2.0)
        service = PaymentService(driver, journal, STORES, source="stripe", timing=timing)
        await service.open()
        yield Counter(Account(ready, session), service, journal)
        await service.aclose()
        await driver.aclose()


class Case(Struct, frozen=True, kw_only=True):
    """So many calls to the reader end in a fault; what comes of each, and of the payment.

    `code` is the payment's failure; `told` the user error that the till gets at once.
    """

    fault: str
    times: int | None = 1
    state: State = State.AWAITING_CARD
    tries: tuple[Outcome, ...]
    code: str | None = None
    told: str | None = None


CASES = {
    # It may be a false negative: read first, then the same intent under a new key, at most thrice.
    "terminal_reader_timeout, never told": Case(fault="timeout_undelivered", tries=(LOST, DONE)),
    "terminal_reader_timeout, told": Case(fault="timeout_delivered", tries=(LOST,)),
    "terminal_reader_timeout for ever": Case(
        fault="timeout_undelivered",
        times=None,
        state=State.CANCELED,
        tries=(LOST, LOST, LOST),
        code="reader_timeout",
    ),
    # Back off, and no new intent.
    "terminal_reader_busy": Case(fault="reader_busy", tries=(REFUSED, DONE)),
    "terminal_reader_busy for ever": Case(
        fault="reader_busy",
        times=None,
        state=State.CANCELED,
        tries=(REFUSED, REFUSED, REFUSED),
        code="reader_busy",
        told="READER_BUSY",
    ),
    # No blind retry.
    "terminal_reader_offline": Case(
        fault="reader_offline",
        state=State.CANCELED,
        tries=(REFUSED,),
        code="reader_offline",
        told="READER_OFFLINE",
    ),
    # Never again.
    "terminal_reader_hardware_fault": Case(
        fault="hardware_fault",
        state=State.CANCELED,
        tries=(REFUSED,),
        code="reader_hardware_fault",
        told="READER_HARDWARE_FAULT",
    ),
    "terminal_reader_invalid_location_for_payment": Case(
        fault="wrong_location",
        state=State.CANCELED,
        tries=(REFUSED,),
        code="reader_wrong_location",
        told="READER_WRONG_LOCATION",
    ),
    "rate_limit": Case(fault="rate_limited", tries=(REFUSED, DONE)),
    "no code, and the server's fault": Case(fault="error_500_after", tries=(LOST,)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_what_follows_from_a_code(counter: Counter, case: Case) -> None:
    """One intent, each try under a key of its own, and a reader that is left free or waiting."""
    await counter.account.fault(case.fault, times=case.times)
    answer = await counter.start()
    payment = await counter.reaches(case.state)
    tries = await counter.attempts()

    assert case.told == (answer.code if isinstance(answer, UserErrorRecord) else None)
    assert [*case.tries] == [it.outcome for it in tries]
    assert len(tries) == len({it.key for it in tries})
    assert case.code == (payment.failure.code if payment.failure else None)
    assert 1 == len(await counter.lines())


async def test_intent_invalid_state(counter: Counter) -> None:
    """Usually it is already paid: the intent tells, and nothing is sent again."""
    await counter.account.fault("delay", delay_s=0.5)
    starting = asyncio.create_task(counter.start())
    await counter.account.came("process_payment_intent")
    payment = await counter.payment()
    assert payment is not None
    assert payment.intent is not None
    await counter.account.process(payment.intent, GIFTS)
    await counter.account.present(reader=GIFTS)
    await starting
    await counter.reaches(State.PAID)

    assert 1 == len(await counter.attempts())
    assert [1] == [it["paid"] for it in await counter.lines()]


async def test_connection_error(counter: Counter) -> None:
    """The reader has lost the answer: the intent is read, and the customer charged once."""
    await counter.account.fault("connection_error")
    await counter.start()
    await counter.do("tap")
    await counter.reaches(State.PAID)

    assert [DONE] == [it.outcome for it in await counter.attempts()]
    assert [(1, 1000)] == [(it["paid"], it["captured"]) for it in await counter.lines()]


async def test_customer_canceled(counter: Counter) -> None:
    """Staff decide what comes next: nothing is sent again."""
    await counter.start()
    await counter.do("cancel")
    payment = await counter.reaches(State.CANCELED)

    assert payment.failure is not None
    assert "customer_canceled" == payment.failure.code
    assert 1 == len(await counter.attempts())


async def test_card_declined(counter: Counter) -> None:
    """The same intent, and another attempt under a new key when somebody asks for it."""
    await counter.start()
    await counter.do("tap", card=DECLINED)
    refused = await counter.reaches(State.CARD_REFUSED)
    await counter.service.retry(a_scope(), refused.id, None)
    await counter.reaches(State.AWAITING_CARD)
    await counter.do("tap")
    await counter.reaches(State.PAID)
    first, second = await counter.attempts()

    assert refused.failure is not None
    assert "card_declined" == refused.failure.code
    assert first.key != second.key
    assert [(2, 1)] == [(it["charges"], it["paid"]) for it in await counter.lines()]


async def test_idempotency_key_in_use(counter: Counter) -> None:
    """The first call runs still: it is waited for under its own key, however often that is told."""
    await counter.start(capture=CaptureMethod.MANUAL)
    await counter.do("tap")
    held = await counter.reaches(State.AUTHORIZED)
    await counter.account.fault("delay", "capture_payment_intent", delay_s=3.5)
    await counter.service.capture(a_scope(), held.id, None)
    await counter.reaches(State.PAID)
    _, calls = await counter.account.command("GET", "/calls")

    assert 5 < calls["capture_payment_intent"]
    assert [DONE] == [it.outcome for it in await counter.attempts(Step.CAPTURE)]
    assert [1000] == [it["captured"] for it in await counter.lines()]
