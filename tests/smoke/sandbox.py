"""A Stripe account in test mode, or our simulator in its place; and a gateway over it."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from msgspec import Struct

from connectors.stripe_terminal.simulator.process import Listen, running
from connectors.stripe_terminal.simulator.setup import DEFAULT_SETUP
from tests.killing.configuration import free_port
from tests.killing.gateway_child import Orders
from tests.killing.nursery import Nursery

KEY_VARIABLE = "STRIPE_TEST_KEY"
_COUNTRY = os.environ.get("STRIPE_TEST_COUNTRY", "US")
CURRENCY = os.environ.get("STRIPE_TEST_CURRENCY", "USD")
_ADDRESS = {"line1": "1 Main Street", "city": "San Francisco", "state": "CA"}
_POSTAL = {"postal_code": "94111", "country": _COUNTRY}


class Account(Struct, frozen=True):
    """Where the API is, and the key for it."""

    api: str
    key: str

    async def call(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Any:
        """Make a call that is none of the gateway's."""
        headers = {"Authorization": f"Bearer {self.key}"}
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, f"{self.api}{path}", data=form, headers=headers) as answer,
        ):
            content = await answer.json()
            assert answer.ok, content
            return content


class Shop(Struct, frozen=True):
    """A gateway with one simulated reader of the account."""

    account: Account
    reader: str
    graphql: str

    async def present(self, card: str) -> None:
        """Hold a test card to the reader."""
        await self.account.call(
            "POST",
            f"/v1/test_helpers/terminal/readers/{self.reader}/present_payment_method",
            {"type": "card_present", "card_present[number]": card},
        )


@asynccontextmanager
async def simulated() -> AsyncIterator[Account]:
    """Our simulator."""
    async with running(DEFAULT_SETUP, Listen()) as ready:
        yield Account(ready.url, "sk_test_simulated")


@asynccontextmanager
async def opened(account: Account, folder: Path) -> AsyncIterator[Shop]:
    """A shop over an account; what it has made there is deleted afterwards."""
    address = {f"address[{name}]": value for name, value in {**_ADDRESS, **_POSTAL}.items()}
    place = await account.call(
        "POST", "/v1/terminal/locations", {"display_name": "Tillgraph smoke test", **address}
    )
    reader = await account.call(
        "POST",
        "/v1/terminal/readers",
        {"registration_code": "simulated-wpe", "location": place["id"], "label": "Smoke test"},
    )
    nursery = await Nursery.start()
    port = free_port()
    _configure(folder / "gateway.yaml", account, place["id"], reader["id"])
    gateway = await nursery.birth(
        Orders(
            configuration=str(folder / "gateway.yaml"),
            log=str(folder / "gateway.log"),
            port=port,
            is_quick=False,
        )
    )
    try:
        yield Shop(account, reader["id"], f"http://127.0.0.1:{port}/graphql")
    finally:
        await gateway.stop()
        await nursery.stop()
        await account.call("DELETE", f"/v1/terminal/readers/{reader['id']}")
        await account.call("DELETE", f"/v1/terminal/locations/{place['id']}")


def _configure(file: Path, account: Account, place: str, reader: str) -> None:
    content = {
        "storage": {"url": f"sqlite+aiosqlite:///{file.with_name('journal.db')}"},
        "sources": {
            "stripe": {
                "connector": "stripe_terminal",
                "config": {"api_key": account.key, "api_base": account.api},
            }
        },
        "payments": {"source": "stripe"},
        "stores": {
            "smoke": {
                "name": "Smoke test",
                "time_zone": "UTC",
                "currency": CURRENCY,
                "terminal_location": place,
                "readers": {"Front counter": reader},
            }
        },
    }
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    file.chmod(0o600)
