"""A simulator on a real port, spoken to by the official package."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
import stripe

from connectors.stripe_terminal.simulator.process import Ready
from connectors.stripe_terminal.simulator.setup import LocationSetup, ReaderSetup, Setup

KEY = "sk_test_simulated"
FRONT, GIFTS, UMEDA = "tmr_front", "tmr_gifts", "tmr_umeda"
SETUP = Setup(
    locations=(LocationSetup("tml_ginza", "Ginza"), LocationSetup("tml_umeda", "Umeda")),
    readers=(
        ReaderSetup(FRONT, "Front counter", "tml_ginza"),
        ReaderSetup(GIFTS, "Gift desk", "tml_ginza"),
        ReaderSetup(UMEDA, "Front counter", "tml_umeda"),
    ),
)


class Account:
    """What a server of the retailer's can do, and what a customer does at a reader."""

    def __init__(self, ready: Ready, session: aiohttp.ClientSession) -> None:
        self.url = ready.url
        self.session = session
        self._control = ready.control
        self.stripe = stripe.StripeClient(
            KEY,
            base_addresses={"api": ready.url},
            http_client=stripe.AIOHTTPClient(session=session),
            max_network_retries=0,
        )

    @property
    def readers(self) -> Any:
        """The readers' part of the package."""
        return self.stripe.v1.terminal.readers

    async def intent(self, amount: int = 500, **params: Any) -> str:
        """Announce a payment that readers can take; its id."""
        content: Any = {
            "amount": amount,
            "currency": "jpy",
            "allowed_payment_method_types": ["card_present"],
            **params,
        }
        return (await self.stripe.v1.payment_intents.create_async(content)).id

    async def read(self, intent: str) -> Any:
        """A payment, with its charge."""
        return await self.stripe.v1.payment_intents.retrieve_async(
            intent, {"expand": ["latest_charge"]}
        )

    async def process(self, intent: str, reader: str = FRONT, **config: Any) -> Any:
        """Send a payment to a reader."""
        content: Any = {"payment_intent": intent, "process_config": config}
        return await self.readers.process_payment_intent_async(reader, content)

    async def present(self, number: str | None = None, reader: str = FRONT, **more: Any) -> Any:
        """Let a customer present a card."""
        content: Any = {"card_present": {"number": number}, **more} if number else more
        helpers = self.stripe.v1.test_helpers.terminal.readers
        return await helpers.present_payment_method_async(reader, content)

    async def paid(self, amount: int = 500, number: str | None = None, **params: Any) -> str:
        """A payment for which a card was presented; its id."""
        intent = await self.intent(amount, **params)
        await self.process(intent)
        await self.present(number)
        return intent

    async def command(self, method: str, path: str, content: Any = None) -> tuple[int, Any]:
        """Command the simulator: the status and the answer."""
        async with self.session.request(method, f"{self._control}{path}", json=content) as answer:
            is_json = answer.content_type == "application/json"
            return answer.status, await (answer.json() if is_json else answer.text())

    async def status(self, intent: str) -> str:
        """Of a payment."""
        status: str = (await self.read(intent)).status
        return status

    async def came(self, call: str) -> None:
        """Wait until a call has come."""

        async def count() -> Any:
            return (await self.command("GET", "/calls"))[1].get(call)

        await until(1, count)

    async def fault(self, fault: str, call: str = "process_payment_intent", **more: Any) -> None:
        """Let the next such call go wrong."""
        status, _ = await self.command("PUT", "/faults", {"call": call, "fault": fault, **more})

        assert 200 == status


async def until(wanted: Any, read: Callable[[], Awaitable[Any]]) -> None:
    """Read until it is what is wanted, for some seconds."""
    found = await read()
    for _ in range(500):
        if found == wanted:
            return
        await asyncio.sleep(0.01)
        found = await read()

    assert wanted == found


async def refusal(of: Any) -> stripe.StripeError:
    """The error with which a call is refused."""
    with pytest.raises(stripe.StripeError) as raised:
        await of
    return raised.value


def code(error: stripe.StripeError) -> Any:
    """The code in an error's body."""
    assert error.error is not None

    return error.error.to_dict().get("code")
