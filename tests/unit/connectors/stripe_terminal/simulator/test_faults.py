"""What goes wrong on command, as the official package meets it."""

import asyncio
import time
from typing import Any

import aiohttp
import pytest
import stripe

from connectors.stripe_terminal.simulator.faults import (
    ARRIVING,
    LEAVING,
    PERFORMING,
    Fault,
    Faults,
)
from connectors.stripe_terminal.simulator.operations import OPERATIONS
from tests.unit.connectors.stripe_terminal.simulator.account import (
    FRONT,
    KEY,
    Account,
    code,
    refusal,
)

PARAMS: Any = {"amount": 500, "currency": "jpy"}
CREATE = OPERATIONS["create_payment_intent"]
REFUND = OPERATIONS["create_refund"]


async def create(account: Account, key: str) -> Any:
    """Announce a payment under a key."""
    return await account.stripe.v1.payment_intents.create_async(PARAMS, {"idempotency_key": key})


async def count(account: Account) -> int:
    """How many payments there are."""
    return len((await account.stripe.v1.payment_intents.list_async()).data)


@pytest.mark.parametrize(
    ("fault", "error", "is_done"),
    [
        ("reset", stripe.APIConnectionError, False),
        ("rate_limited", stripe.RateLimitError, False),
        ("unavailable", stripe.APIError, False),
        ("error_500", stripe.APIError, False),
        ("error_500_after", stripe.APIError, True),
        ("reply_lost", stripe.APIConnectionError, True),
        # The package lets what breaks off in the middle escape as its transport's own error.
        ("truncated", aiohttp.ClientPayloadError, True),
    ],
)
async def test_a_call_goes_wrong(
    account: Account, fault: str, error: type[Exception], *, is_done: bool
) -> None:
    """Before or after it has its effect; once, and then all is well."""
    await account.fault(fault, "create_payment_intent")
    with pytest.raises(error):
        await create(account, "a")
    found = await count(account)
    again = await create(account, "b")

    assert int(is_done) == found
    assert 1 + int(is_done) == await count(account)
    assert again.id


@pytest.mark.parametrize(
    ("fault", "status", "is_kept"),
    [
        ("rate_limited", 429, False),
        ("unavailable", 503, False),
        ("error_500", 500, True),
        ("error_500_after", 500, True),
    ],
)
async def test_which_failures_are_kept_for_their_key(
    account: Account, fault: str, status: int, *, is_kept: bool
) -> None:
    """Those of a call that had begun."""
    await account.fault(fault, "create_payment_intent")
    first = await refusal(create(account, "a"))
    assert status == first.http_status

    if is_kept:
        assert status == (await refusal(create(account, "a"))).http_status
    else:
        assert (await create(account, "a")).id


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        ("reader_busy", "terminal_reader_busy"),
        ("reader_offline", "terminal_reader_offline"),
        ("hardware_fault", "terminal_reader_hardware_fault"),
        ("wrong_location", "terminal_reader_invalid_location_for_payment"),
    ],
)
async def test_a_reader_says_no(account: Account, fault: str, wanted: str) -> None:
    """It hears of nothing then."""
    await account.fault(fault)
    error = await refusal(account.process(await account.intent()))

    assert wanted == code(error)
    assert (await account.readers.retrieve_async(FRONT)).action is None


async def test_a_call_is_delayed(account: Account) -> None:
    """Its key is in use meanwhile; other calls go on."""
    await account.fault("delay", "create_payment_intent", delay_s=0.4)
    began = time.monotonic()
    slow = asyncio.create_task(create(account, "a"))
    await account.came("create_payment_intent")
    busy = await refusal(create(account, "a"))
    quick = await create(account, "b")
    took_s = time.monotonic() - began

    assert (409, "idempotency_key_in_use") == (busy.http_status, code(busy))
    assert took_s < 0.4
    assert quick.id != (await slow).id
    assert 0.4 <= time.monotonic() - began


async def test_an_answer_is_lost_also_when_it_is_repeated(account: Account) -> None:
    """As often as was commanded."""
    await account.fault("reply_lost", "create_payment_intent", times=2)
    errors = [await refusal(create(account, "a")) for _ in range(2)]

    assert all(isinstance(error, stripe.APIConnectionError) for error in errors)
    assert (await create(account, "a")).id
    assert 1 == await count(account)


async def test_who_is_refused_for_asking_too_often_is_told_why(account: Account) -> None:
    """In a header of Stripe's."""
    await account.command("PUT", "/faults", {"path": "/v1/terminal/*", "fault": "rate_limited"})
    headers = {"Authorization": f"Bearer {KEY}"}
    async with account.session.get(f"{account.url}/v1/terminal/readers", headers=headers) as answer:
        assert (429, "global-rate") == (
            answer.status,
            answer.headers["Stripe-Rate-Limited-Reason"],
        )


def hits(fault: Fault, calls: int) -> list[bool]:
    """Which of some calls it hits."""
    faults = Faults()
    faults.add(fault)
    kinds = ARRIVING | PERFORMING | LEAVING
    return [faults.take(CREATE, "/v1/payment_intents", kinds) is not None for _ in range(calls)]


@pytest.mark.parametrize(
    ("more", "hit"),
    [
        ({}, [True, False, False, False]),
        ({"nth": 3}, [False, False, True, False]),
        ({"times": 2}, [True, True, False, False]),
        ({"times": None}, [True, True, True, True]),
        ({"nth": 2, "times": 2}, [False, True, True, False]),
    ],
)
def test_which_calls_are_hit(more: dict[str, Any], hit: list[bool]) -> None:
    """The next one, or as was commanded."""
    assert hit == hits(Fault("reset", "create_payment_intent", **more), 4)


def test_a_share_of_calls_is_hit() -> None:
    """The same ones in every run, by the seed."""
    fault = Fault("reset", path="*", times=None, probability=0.25, seed=7)
    found = hits(fault, 400)

    assert 70 <= sum(found) <= 130
    assert found == hits(fault, 400)
    other = Fault("reset", path="*", times=None, probability=0.25, seed=8)
    assert found != hits(other, 400)


def test_calls_are_named_by_their_address_too() -> None:
    """A pattern; where a name is given as well, both have to match."""
    faults = Faults()
    faults.add(Fault("reset", path="/v1/refunds*"))
    faults.add(Fault("reset", call="create_payment_intent", path="/v1/refunds"))

    assert faults.take(CREATE, "/v1/payment_intents", ARRIVING) is None
    assert faults.take(REFUND, "/v1/refunds", LEAVING) is None
    assert faults.take(REFUND, "/v1/refunds", ARRIVING) is not None
    assert faults.take(REFUND, "/v1/refunds", ARRIVING) is None


def test_a_fault_of_readers_hits_calls_to_readers_alone() -> None:
    """Also where it is commanded for every address."""
    faults = Faults()
    faults.add(Fault("timeout_delivered", path="*"))

    assert faults.take(CREATE, "/v1/payment_intents", PERFORMING) is None
    assert faults.take(OPERATIONS["cancel_action"], "/v1", PERFORMING) is not None
