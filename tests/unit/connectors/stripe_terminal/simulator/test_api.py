"""The API as a server: who may ask, what it says to nonsense, and how it misbehaves."""

import asyncio
import base64
import time
from typing import Any

import pytest
import stripe

from tests.unit.connectors.stripe_terminal.simulator.account import (
    FRONT,
    KEY,
    Account,
    refusal,
    until,
)


async def get(account: Account, path: str, authorization: str | None) -> tuple[int, Any]:
    """Ask by hand."""
    headers = {"Authorization": authorization} if authorization else {}
    async with account.session.get(f"{account.url}{path}", headers=headers) as answer:
        return answer.status, await answer.json()


def basic(key: str) -> str:
    """Basic authentication, as curl's -u makes it."""
    return f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"


@pytest.mark.parametrize("key", ["Bearer sk_test_1", "Bearer rk_test_1", basic("sk_test_1")])
async def test_any_key_of_test_mode_will_do(account: Account, key: str) -> None:
    """Also a restricted one, in both of Stripe's manners."""
    assert 200 == (await get(account, "/v1/terminal/readers", key))[0]


@pytest.mark.parametrize(
    "key",
    [
        None,
        "Bearer sk_live_1",
        "Bearer",
        "Bearer pk_test_1",
        "Token sk_test_1",
        "Basic !",
        "Basic w58=",
        "Basic",
    ],
)
async def test_every_other_key_is_refused(account: Account, key: str | None) -> None:
    """A live one above all; the answer does not repeat it."""
    status, content = await get(account, "/v1/terminal/readers", key)

    assert (401, "invalid_request_error") == (status, content["error"]["type"])
    assert "live" not in str(content)


async def test_the_package_knows_the_answers_for_stripes(account: Account) -> None:
    """With an id for each request, and the version that was asked for."""
    page = await account.readers.list_async()
    found: Any = page.last_response

    assert found.request_id.startswith("req_")
    assert stripe.api_version == found.headers["Stripe-Version"]


async def test_an_unknown_address(account: Account) -> None:
    """It is told in the form of Stripe's errors."""
    status, content = await get(account, "/v1/none", f"Bearer {KEY}")

    assert (404, "invalid_request_error") == (status, content["error"]["type"])


async def test_a_body_that_is_no_form(account: Account) -> None:
    """JSON is refused rather than taken for nothing."""
    async with account.session.post(
        f"{account.url}/v1/payment_intents",
        json={"amount": 500},
        headers={"Authorization": f"Bearer {KEY}"},
    ) as answer:
        assert 400 == answer.status


@pytest.mark.parametrize(
    "path", ["none", "label", "label.more", "location.none", "action.process_payment_intent.a.b.c"]
)
async def test_what_cannot_be_expanded(account: Account, path: str) -> None:
    """It is refused by name."""
    error = await refusal(account.readers.retrieve_async(FRONT, {"expand": [path]}))

    assert "expand" == getattr(error, "param", None)


async def test_rows_of_lists_are_expanded(account: Account) -> None:
    """And what a reader's action is about."""
    name = await account.paid()
    page = await account.stripe.v1.payment_intents.list_async({"expand": ["data.latest_charge"]})
    reader = await account.readers.retrieve_async(
        FRONT, {"expand": ["action.process_payment_intent.payment_intent"]}
    )
    refunds = await account.stripe.v1.refunds.list_async({"expand": ["data.charge"]})

    rows: Any = page.data
    assert [name] == [row.latest_charge.payment_intent for row in rows]
    assert name == reader.action.process_payment_intent.payment_intent.id
    assert [] == refunds.data


async def test_an_answer_is_lost_after_its_effect(account: Account) -> None:
    """The same key tells what it was, and there is one payment."""
    await account.fault("reply_lost", "create_payment_intent")
    params: Any = {"amount": 500, "currency": "jpy"}
    create = account.stripe.v1.payment_intents.create_async
    error = await refusal(create(params, {"idempotency_key": "a"}))
    again = await create(params, {"idempotency_key": "a"})

    assert isinstance(error, stripe.APIConnectionError)
    page = await account.stripe.v1.payment_intents.list_async()
    assert [again.id] == [row.id for row in page.data]


@pytest.mark.parametrize(
    ("fault", "is_shown"), [("timeout_delivered", True), ("timeout_undelivered", False)]
)
async def test_a_reader_does_not_confirm(account: Account, fault: str, *, is_shown: bool) -> None:
    """It may be showing the payment all the same; the next call is fine."""
    await account.fault(fault)
    name = await account.intent()
    error = await refusal(account.process(name))
    reader = await account.readers.retrieve_async(FRONT)

    assert error.error is not None
    assert "terminal_reader_timeout" == error.error.to_dict()["code"]
    assert is_shown == (reader.action is not None)
    assert "in_progress" == (await account.process(name)).action.status


async def test_an_error_of_the_server_is_kept(account: Account) -> None:
    """For its key; another key finds that nothing was done."""
    await account.fault("error_500", "create_payment_intent")
    params: Any = {"amount": 500, "currency": "jpy"}
    create = account.stripe.v1.payment_intents.create_async
    errors = [await refusal(create(params, {"idempotency_key": "a"})) for _ in range(2)]

    assert [500, 500] == [error.http_status for error in errors]
    assert (await create(params, {"idempotency_key": "b"})).id


@pytest.mark.parametrize(
    ("fault", "action", "status"),
    [
        ("reader_lost", "in_progress", "requires_payment_method"),
        ("connection_error", "failed", "succeeded"),
    ],
)
async def test_a_reader_is_lost_with_a_card_on_it(
    account: Account, fault: str, action: str, status: str
) -> None:
    """What it says is no sign of what was paid."""
    await account.fault(fault)
    name = await account.paid()
    reader = await account.readers.retrieve_async(FRONT)

    assert action == reader.action.status
    assert status == (await account.read(name)).status


async def test_a_refused_call_meets_its_own_refusal(account: Account) -> None:
    """A fault of the reader cannot come where the reader was never reached."""
    await account.fault("timeout_delivered")
    error = await refusal(account.process("pi_none"))

    assert "payment_intent" == getattr(error, "param", None)


async def test_it_is_slow_wrong_and_dead_on_command(account: Account) -> None:
    """And well again, at the same address, with everything it knew."""
    name = await account.intent()
    await account.command("PUT", "/", {"mode": "slow", "delay_s": 0.2})
    began = time.monotonic()
    await account.read(name)
    assert 0.2 <= time.monotonic() - began

    await account.command("PUT", "/", {"mode": "wrong"})
    assert isinstance(await refusal(account.read(name)), stripe.APIError)

    await account.command("PUT", "/", {"mode": "dead"})
    await account.command("PUT", "/", {"mode": "dead"})
    assert isinstance(await refusal(account.read(name)), stripe.APIConnectionError)
    assert {"mode": "dead", "delay_s": 0.0} == (await account.command("GET", "/"))[1]

    await account.command("PUT", "/", {"mode": "ok"})
    assert name == (await account.read(name)).id


async def test_who_hangs_up_does_not_stop_it(account: Account) -> None:
    """What was begun goes on."""
    await account.command("PUT", "/", {"mode": "slow", "delay_s": 0.2})
    call = asyncio.create_task(account.intent())
    await account.came("create_payment_intent")
    call.cancel()
    await account.command("PUT", "/", {"mode": "ok"})

    async def count() -> int:
        return len((await account.stripe.v1.payment_intents.list_async()).data)

    await until(1, count)
    assert call.cancelled()
