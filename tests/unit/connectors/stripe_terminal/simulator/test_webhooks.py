"""Events that go out."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import stripe
from aiohttp import web
from msgspec.structs import replace
from pydantic import SecretStr

from connectors.stripe_terminal.simulator import webhooks
from connectors.stripe_terminal.simulator.records import Endpoint, Event
from connectors.stripe_terminal.simulator.setup import WebhookSetup
from connectors.stripe_terminal.simulator.webhooks import Webhooks
from connectors.stripe_terminal.webhook import verified_event
from tests.unit.connectors.stripe_terminal.simulator.account import FRONT, SETUP, Account
from tests.unit.connectors.stripe_terminal.simulator.conftest import Open

SECRET = "whsec_simulated"


class Receiver:
    """The retailer's address for events. It answers with `statuses` first, and then takes all."""

    def __init__(self) -> None:
        self.events: list[stripe.Event] = []
        self.about: dict[str, tuple[str | None, str | None]] = {}
        self.statuses: list[int] = []
        self.url = ""
        self._changed = asyncio.Condition()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Take one event, if its signature is good."""
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        body = await request.read()
        async with self._changed:
            signature = request.headers["Stripe-Signature"]
            self.events.append(stripe.Webhook.construct_event(body, signature, SECRET))
            read = verified_event(body, signature, [SecretStr(SECRET)])
            self.about[read.kind] = (read.intent, read.reader)
            self._changed.notify_all()
        return web.Response()

    async def told(self, *kinds: str) -> dict[str, stripe.Event]:
        """Wait for events of these kinds."""
        async with asyncio.timeout(8), self._changed:
            await self._changed.wait_for(lambda: set(kinds) <= {it.type for it in self.events})
        return {event.type: event for event in self.events}


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A server on a free port."""
    server = Receiver()
    runner = web.ServerRunner(web.Server(server.handle), shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks"
    yield server
    await runner.cleanup()


@pytest.fixture
async def account(opened: Open, receiver: Receiver) -> Account:
    """A simulator that tells the receiver."""
    return await opened(replace(SETUP, webhooks=(WebhookSetup(receiver.url, SECRET),)))


async def test_a_payment_is_told_of(account: Account, receiver: Receiver) -> None:
    """What became of it, and what the reader did; the signatures are as Stripe's."""
    name = await account.paid()
    refund = await account.stripe.v1.refunds.create_async({"payment_intent": name})
    told = await receiver.told(
        "payment_intent.succeeded", "terminal.reader.action_succeeded", "refund.created"
    )

    ids = {kind: event.data.object["id"] for kind, event in told.items()}
    assert {
        "payment_intent.created": name,
        "payment_intent.succeeded": name,
        "terminal.reader.action_succeeded": FRONT,
        "refund.created": refund.id,
    } == ids
    reader = told["terminal.reader.action_succeeded"].data.object
    assert name == reader["action"]["process_payment_intent"]["payment_intent"]


async def test_the_connector_reads_what_is_told(account: Account, receiver: Receiver) -> None:
    """Which payment and which reader to read again."""
    name = await account.paid()
    await receiver.told("payment_intent.succeeded", "terminal.reader.action_succeeded")

    assert (name, None) == receiver.about["payment_intent.succeeded"]
    assert (name, FRONT) == receiver.about["terminal.reader.action_succeeded"]


async def test_what_does_not_go_well_is_told_too(account: Account, receiver: Receiver) -> None:
    """A decline; a hold, and that it is given up."""
    await account.paid(number="4000000000000002")
    held = await account.paid(capture_method="manual")
    await account.stripe.v1.payment_intents.cancel_async(held)
    told = await receiver.told(
        "payment_intent.payment_failed",
        "terminal.reader.action_failed",
        "payment_intent.amount_capturable_updated",
        "payment_intent.canceled",
    )

    failed = told["payment_intent.payment_failed"].data.object
    assert "card_declined" == failed["last_payment_error"]["code"]
    assert 500 == told["payment_intent.amount_capturable_updated"].data.object["amount_capturable"]


async def test_what_is_not_taken_is_sent_again(account: Account, receiver: Receiver) -> None:
    """With the same id, and without anybody who pays having to wait."""
    receiver.statuses = [500, 302]
    await account.intent()
    told = await receiver.told("payment_intent.created")

    assert [] == receiver.statuses
    assert 1 == len(receiver.events)
    assert told["payment_intent.created"].id.startswith("evt_")


async def test_nobody_listens(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Payments go on, and an event is given up in the end."""
    monkeypatch.setattr(webhooks, "_PAUSES_S", (0.01, 0.01))
    hook = WebhookSetup("http://127.0.0.1:9/webhooks", SECRET)
    account = await opened(replace(SETUP, webhooks=(hook,)))
    name = await account.paid()

    assert "succeeded" == (await account.read(name)).status


async def test_too_many_events_wait(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, receiver: Receiver
) -> None:
    """The oldest is given up, and that is said; telling never blocks."""
    monkeypatch.setattr(webhooks, "_WAITING_MAX", 2)
    sender = Webhooks()
    place = Endpoint(id="we_1", url=receiver.url, secret=SECRET, created=0, events=["*"])
    for number in range(3):
        told: Any = {"id": f"evt_{number}", "type": f"kind.{number}", "created": number}
        told |= {"object": "event", "data": {"object": {"object": "refund"}}}
        body = msgspec.json.encode(told)
        sender.tell(Event(id=told["id"], kind=told["type"], created=number, body=body), [place])
    delivery = asyncio.create_task(sender.deliver())
    came = await receiver.told("kind.1", "kind.2")
    delivery.cancel()
    with pytest.raises(asyncio.CancelledError):
        await delivery

    assert {"kind.1", "kind.2"} == set(came)
    assert "the oldest is given up" in caplog.text
