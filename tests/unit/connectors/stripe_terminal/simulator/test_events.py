"""What has happened, and how it travels."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import stripe
from aiohttp import web
from msgspec.structs import replace

from connectors.stripe_terminal.simulator.setup import LocationSetup, WebhookSetup
from tests.unit.connectors.stripe_terminal.simulator.account import (
    SETUP,
    Account,
    code,
    refusal,
)
from tests.unit.connectors.stripe_terminal.simulator.conftest import Open

SECRET = "whsec_simulated"
CREATED = "payment_intent.created"


class Mailbox:
    """Takes everything that is sent, as it comes."""

    def __init__(self) -> None:
        self.bodies: list[tuple[bytes, str]] = []
        self.url = ""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Take one event."""
        self.bodies.append((await request.read(), request.headers["Stripe-Signature"]))
        return web.Response()

    def read(self, secret: str = SECRET) -> list[stripe.Event]:
        """What came, in its order; the signatures are good."""
        return [stripe.Webhook.construct_event(*it, secret) for it in self.bodies]

    async def count(self, wanted: int) -> list[stripe.Event]:
        """Wait until so much came, and a little longer for too much."""
        async with asyncio.timeout(8):
            while len(self.bodies) < wanted:  # noqa: ASYNC110 - a server tells nobody
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        found = self.read()

        assert wanted == len(found)
        return found


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """A server on a free port."""
    box = Mailbox()
    runner = web.ServerRunner(web.Server(box.handle), shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    box.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks"
    yield box
    await runner.cleanup()


@pytest.fixture
async def account(opened: Open, mailbox: Mailbox) -> Account:
    """A simulator that tells the mailbox of new payments."""
    return await opened(replace(SETUP, webhooks=(WebhookSetup(mailbox.url, SECRET, (CREATED,)),)))


async def test_events_are_doubled(account: Account, mailbox: Mailbox) -> None:
    """With the same id: whoever takes them knows."""
    await account.command("PUT", "/webhooks", {"copies": 3})
    await account.intent()

    assert 1 == len({it.id for it in await mailbox.count(3)})


async def test_events_are_lost(account: Account, mailbox: Mailbox) -> None:
    """They can be read, and sent again by hand."""
    await account.command("PUT", "/webhooks", {"drop": 1.0})
    await account.intent()
    await mailbox.count(0)
    _, deliveries = await account.command("GET", "/webhooks/deliveries")
    listed = await account.stripe.v1.events.list_async()
    status, _ = await account.command("POST", "/webhooks/resend", {"event": listed.data[0].id})
    (came,) = await mailbox.count(1)
    unknown, _ = await account.command("POST", "/webhooks/resend", {"event": "evt_none"})

    assert ["dropped"] == [it["outcome"] for it in deliveries]
    assert (204, 404) == (status, unknown)
    assert listed.data[0].id == came.id


async def test_events_overtake_each_other(account: Account, mailbox: Mailbox) -> None:
    """Each is on its way for a while of its own."""
    await account.command("PUT", "/webhooks", {"shuffle_s": 0.3, "seed": 1})
    names = [await account.intent() for _ in range(8)]
    came = [it.data.object["id"] for it in await mailbox.count(8)]

    assert names != came
    assert set(names) == set(came)


async def test_events_are_late(account: Account, mailbox: Mailbox) -> None:
    """By what was commanded."""
    await account.command("PUT", "/webhooks", {"delay_s": 0.3})
    await account.intent()
    await mailbox.count(0)

    await mailbox.count(1)
    assert (200, {"copies": 1, "drop": 0.0, "delay_s": 0.3, "shuffle_s": 0.0, "seed": 0}) == (
        await account.command("GET", "/webhooks")
    )


async def test_endpoints_are_made_by_who_listens(account: Account, mailbox: Mailbox) -> None:
    """Each is told of its own kinds, and signs with a secret that is told once."""
    endpoints = account.stripe.v1.webhook_endpoints
    content: Any = {"url": mailbox.url, "enabled_events": ["payment_intent.canceled"]}
    made = await endpoints.create_async(content)
    name = await account.intent()
    await account.stripe.v1.payment_intents.cancel_async(name)
    async with asyncio.timeout(8):
        while len(mailbox.bodies) < 2:  # noqa: ASYNC110 - a server tells nobody
            await asyncio.sleep(0.01)
    listed = await endpoints.list_async()
    await endpoints.delete_async(made.id)
    await account.stripe.v1.payment_intents.cancel_async(await account.intent())

    secret = made.secret or ""
    kinds = set()
    for body, signature in mailbox.bodies[:2]:
        for tried in (SECRET, secret):
            try:
                kinds.add((stripe.Webhook.construct_event(body, signature, tried).type, tried))
            except stripe.SignatureVerificationError:
                continue
    assert {(CREATED, SECRET), ("payment_intent.canceled", secret)} == kinds
    assert [made.id, "we_setup_1"] == [it.id for it in listed.data]
    assert not any(getattr(it, "secret", None) for it in listed.data)
    assert 404 == (await refusal(endpoints.retrieve_async(made.id))).http_status


async def test_an_endpoint_needs_an_address(account: Account) -> None:
    """One of the web."""
    create = account.stripe.v1.webhook_endpoints.create_async
    error = await refusal(create({"url": "till", "enabled_events": ["*"]}))

    assert "url_invalid" == code(error)


async def test_connected_accounts_are_told_of_where_it_is_wanted(
    opened: Open, mailbox: Mailbox
) -> None:
    """By the platform's endpoints for them; their events say whose they are."""
    branch = LocationSetup("tml_branch", "Branch", "SG", "acct_branch")
    account = await opened(replace(SETUP, locations=(*SETUP.locations, branch)))
    content: Any = {"url": mailbox.url, "enabled_events": ["*"]}
    create = account.stripe.v1.webhook_endpoints.create_async
    content["connect"] = True
    connect = await create(content)
    await create({"url": "http://127.0.0.1:9", "enabled_events": ["payment_intent.created"]})
    params: Any = {"amount": 500, "currency": "sgd"}
    await account.stripe.v1.payment_intents.create_async(params, {"stripe_account": "acct_branch"})
    await account.intent()
    async with asyncio.timeout(8):
        while not mailbox.bodies:  # noqa: ASYNC110 - a server tells nobody
            await asyncio.sleep(0.01)

    (event,) = mailbox.read(connect.secret or "")
    assert ("acct_branch", CREATED) == (event.account, event.type)
    theirs = account.stripe.v1.events.list_async(options={"stripe_account": "acct_branch"})
    assert [event.id] == [it.id for it in (await theirs).data]


async def test_events_are_listed_by_their_kind(account: Account) -> None:
    """One, several, or all of a thing's."""
    await account.paid()
    listed = account.stripe.v1.events.list_async
    one = await listed({"type": CREATED})
    some = await listed({"types": [CREATED, "charge.succeeded"]})
    all_of = await listed({"type": "payment_intent.*"})
    both = await refusal(listed({"type": CREATED, "types": [CREATED]}))
    read = await account.stripe.v1.events.retrieve_async(one.data[0].id)

    assert [CREATED] == [it.type for it in one.data]
    assert ["charge.succeeded", CREATED] == [it.type for it in some.data]
    assert ["payment_intent.succeeded", CREATED] == [it.type for it in all_of.data]
    assert "parameters_exclusive" == code(both)
    assert one.data[0].id == read.id
    unknown = await refusal(account.stripe.v1.events.retrieve_async("evt_none"))
    assert 404 == unknown.http_status


async def test_events_are_listed_for_a_month(account: Account) -> None:
    """Whoever looks later does not hear of them, though each can be read by its id."""
    await account.paid()
    await account.command("POST", "/clock/advance", {"seconds": 29 * 86_400})
    during = (await account.stripe.v1.events.list_async({"type": CREATED})).data
    await account.command("POST", "/clock/advance", {"seconds": 2 * 86_400})
    after = (await account.stripe.v1.events.list_async({"type": CREATED})).data

    assert (1, []) == (len(during), after)


async def test_events_have_pages(account: Account) -> None:
    """Of some kinds, since a time, each page going on where the last one ended."""
    for _ in range(2):
        await account.paid()
    await account.command("POST", "/clock/advance", {"seconds": 60})
    names = [await account.paid() for _ in range(3)]
    asked: Any = {"types": ["payment_intent.succeeded", "refund.failed"], "limit": 2}
    first = (await account.stripe.v1.events.list_async({"type": CREATED, "limit": 1})).data[0]
    asked["created"] = {"gte": first.created - 30}
    page = await account.stripe.v1.events.list_async(asked)
    rest = await account.stripe.v1.events.list_async(asked | {"starting_after": page.data[-1].id})

    assert (True, False) == (page.has_more, rest.has_more)
    assert names[::-1] == [it.data.object["id"] for it in [*page.data, *rest.data]]
