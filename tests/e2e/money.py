"""Payments over the simulator, with a journal of their own and readers played by hand."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.source import SourceContext
from connectors.stripe_terminal.client import StripeTerminal
from connectors.stripe_terminal.config import StripeTerminalConfig
from connectors.stripe_terminal.simulator.process import Listen, running
from connectors.stripe_terminal.simulator.setup import LocationSetup, ReaderSetup, Setup
from gateway.payments.journal import Payment
from gateway.payments.reader_names import StoreReaders
from gateway.payments.service import PaymentService
from gateway.payments.states import State
from gateway.payments.timing import Timing
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from schema.domain.money import Money
from schema.domain.payment import PaymentRecord, UserErrorRecord
from schema.domain.scope import Actor, RequestScope
from schema.ports.payments import PaymentStart, ReaderKey

# What money is counted in there, by the store's code.
PLACES = {"ginza": ("JP", "JPY"), "orchard": ("SG", "SGD"), "yonge": ("CA", "CAD")}
_TIMING = Timing(first_look_s=0.02, slowest_look_s=0.1, held_look_s=0.1, settle_s=0.2)


class Shop:
    """A store in each place with one reader, and the account behind them."""

    def __init__(self, service: PaymentService, journal: SqlJournal, control: str) -> None:
        self.service = service
        self.journal = journal
        self._control = control

    async def start(
        self, store: str, minor: int, key: str = "k1", **fields: Any
    ) -> PaymentRecord | UserErrorRecord:
        """Start a payment at the store's reader."""
        if "order" not in fields:
            fields["amount"] = Money(minor, PLACES[store][1])
        request = PaymentStart(ReaderKey(store, "Front counter"), key, **fields)
        return await self.service.start(scope(), request)

    async def started(self, store: str, minor: int, key: str = "k1", **fields: Any) -> str:
        """Start a payment that nothing is wrong with, and wait until its reader has it."""
        answer = await self.start(store, minor, key, **fields)
        assert isinstance(answer, PaymentRecord), answer
        await self.reaches(answer.id, State.AWAITING_CARD)
        return answer.id

    async def reaches(self, name: str, *states: State) -> Payment:
        """Wait until a payment is in one of these states."""
        end = time.monotonic() + 20
        while True:
            found = (await self.journal.payments([name]))[name]
            if found.state in states:
                return found
            assert time.monotonic() < end, f"{found.state}, not {states}"
            await asyncio.sleep(0.02)

    async def shown(self, name: str) -> PaymentRecord:
        """The payment as clients see it."""
        found = (await self.service.payments(scope(), [name]))[0]
        assert isinstance(found, PaymentRecord)
        return found

    async def gesture(self, store: str, gesture: str, **content: Any) -> None:
        """Do something at the store's reader."""
        await self.command("POST", f"/readers/tmr_{store}/{gesture}", content)

    async def command(self, method: str, path: str, content: Any = None) -> Any:
        """Command the simulator."""
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, f"{self._control}{path}", json=content) as answer,
        ):
            assert answer.ok, await answer.text()
            return await answer.json()

    async def ledger(self) -> dict[str, dict[str, Any]]:
        """The account's books: what came of each of our payments."""
        books = await self.command("GET", "/ledger")
        return {it["metadata"]["tillgraph_payment"]: it for it in books["payments"].values()}


def scope() -> RequestScope:
    """An operation of somebody who may see every store."""
    return RequestScope(Actor("till-1", "staff"), time.monotonic() + 10, "trace")


@asynccontextmanager
async def opened(work: Path) -> AsyncIterator[Shop]:
    """The shop over a new account and a new journal."""
    setup = Setup(
        locations=tuple(
            LocationSetup(f"tml_{store}", store, country=country)
            for store, (country, _) in PLACES.items()
        ),
        readers=tuple(
            ReaderSetup(f"tmr_{store}", "Front counter", f"tml_{store}") for store in PLACES
        ),
    )
    stores = [
        StoreReaders(store, currency, {"Front counter": f"tmr_{store}"}, f"tml_{store}")
        for store, (_, currency) in PLACES.items()
    ]
    database = await Database.open(f"sqlite+aiosqlite:///{work / 'journal.db'}")
    async with running(setup, Listen()) as ready:
        config = {"api_key": "sk_test_simulated", "api_base": ready.url}
        driver = StripeTerminal(
            StripeTerminalConfig.model_validate(config),
            SourceContext("stripe", Limits(timeout_s=10), HttpClients()),
        )
        journal = SqlJournal(database)
        service = PaymentService(driver, journal, stores, source="stripe", timing=_TIMING)
        await service.open()
        try:
            yield Shop(service, journal, ready.control)
        finally:
            await service.aclose()
            await driver.aclose()
            await database.aclose()
