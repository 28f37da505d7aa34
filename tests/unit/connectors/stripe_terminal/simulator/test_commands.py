"""Commands about money, time, customers and everything as a whole."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.connectors.stripe_terminal.simulator.account import (
    FRONT,
    GIFTS,
    SETUP,
    Account,
    until,
)
from tests.unit.connectors.stripe_terminal.simulator.conftest import Open


async def answer(account: Account, method: str, path: str, content: Any = None) -> Any:
    """The answer to a command that makes sense."""
    status, told = await account.command(method, path, content)

    assert status in {200, 204}, told
    return told


async def test_the_ledger_tells_whose_money_is_where(account: Account) -> None:
    """Of every payment, from its charges and refunds, and in sum."""
    name = await account.intent(1000, metadata={"order": "7"})
    await account.process(name)
    await account.present("4000000000000002")
    await account.process(name)
    await account.present()
    await account.stripe.v1.refunds.create_async({"payment_intent": name, "amount": 300})
    held = await account.paid(2000, capture_method="manual")
    waiting = await account.intent(500, currency="sgd")
    ledger = await answer(account, "GET", "/ledger")

    assert {
        "account": None,
        "status": "succeeded",
        "currency": "jpy",
        "amount": 1000,
        "captured": 1000,
        "refunded": 300,
        "held": 0,
        "charges": 2,
        "paid": 1,
        "metadata": {"order": "7"},
    } == ledger["payments"][name]
    assert (0, 2000, 1) == tuple(
        ledger["payments"][held][it] for it in ("captured", "held", "charges")
    )
    assert 0 == ledger["payments"][waiting]["charges"]
    totals = {
        "jpy": {"payments": 2, "captured": 1000, "refunded": 300, "held": 2000},
        "sgd": {"payments": 1, "captured": 0, "refunded": 0, "held": 0},
    }
    assert totals == ledger["totals"]
    assert totals == await answer(account, "GET", "/ledger/totals")


async def test_a_refund_that_failed_is_in_no_ledger(opened: Open) -> None:
    """The money is the retailer's again."""
    account = await opened(replace(SETUP, refund_fails_after_s=0))
    name = await account.paid(number="4000000000005126")
    await account.stripe.v1.refunds.create_async({"payment_intent": name})

    ledger = await answer(account, "GET", "/ledger")
    assert (500, 0) == tuple(ledger["payments"][name][it] for it in ("captured", "refunded"))


async def test_commands_are_taken_at_both_ports(account: Account) -> None:
    """Below `/_control` at the API's, for who knows that one alone."""
    name = await account.paid()
    async with account.session.get(f"{account.url}/_control/ledger") as told:
        assert name in (await told.json())["payments"]


async def test_everything_is_written_down_and_gone_on_with(account: Account) -> None:
    """Payments, readers, and the answers of idempotency keys."""
    create = account.stripe.v1.payment_intents.create_async
    params: Any = {"amount": 500, "currency": "jpy"}
    first = await create(params, {"idempotency_key": "a"})
    state = await answer(account, "GET", "/state")
    later = await account.paid()
    await answer(account, "PUT", "/state", state)

    assert {first.id} == set((await answer(account, "GET", "/ledger"))["payments"])
    assert (await account.readers.retrieve_async(FRONT)).action is None
    assert first.id == (await create(params, {"idempotency_key": "a"})).id
    assert later not in (await answer(account, "GET", "/state"))["accounts"][""]["intents"]
    await answer(account, "DELETE", "/state")
    assert {} == (await answer(account, "GET", "/ledger"))["payments"]
    assert first.id != (await create(params, {"idempotency_key": "a"})).id


async def test_time_passes_on_command(opened: Open) -> None:
    """At once, with everything that falls due; and not at all while it is held."""
    account = await opened(replace(SETUP, authorize_s=30))
    held = await answer(account, "PUT", "/clock", {"is_held": True})
    name = await account.paid()
    thinking = await account.status(name)
    moved = await answer(account, "POST", "/clock/advance", {"seconds": 30})

    assert ("requires_payment_method", "succeeded") == (thinking, await account.status(name))
    assert held["now"] + 30 == moved["now"]
    assert moved == await answer(account, "GET", "/clock")
    assert not (await answer(account, "PUT", "/clock", {"is_held": False}))["is_held"]


async def test_customers_come_on_command(account: Account) -> None:
    """With cards that are declined, or not at all."""
    habits = {"tap_after_s": 0.0, "declined": 1.0}
    set_to = await answer(account, "PUT", "/customers", habits)
    name = await account.intent()
    await account.process(name)
    await until("failed", lambda: _acted(account, FRONT))
    await answer(account, "PUT", "/customers", {"tap_after_s": 0.0, "leaving": 1.0})
    other = await account.intent()
    await account.process(other, GIFTS)
    await answer(account, "PUT", "/customers", {"tap_after_s": 0.0, "tip": 50})
    await account.process(name, skip_tipping=False)
    await until("succeeded", lambda: account.status(name))

    assert habits == {it: set_to[it] for it in habits}
    assert 50 == (await answer(account, "GET", "/customers"))["tip"]
    assert 550 == (await account.read(name)).amount_received
    assert "in_progress" == await _acted(account, GIFTS)


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("PUT", "/clock", {}),
        ("POST", "/clock/advance", {"seconds": -1}),
        ("PUT", "/customers", {"declined": 2}),
        ("PUT", "/webhooks", {"copies": 0}),
        ("PUT", "/state", {"now": 0}),
    ],
)
async def test_commands_that_make_no_sense(
    account: Account, method: str, path: str, content: Any
) -> None:
    """They are refused with a reason, and change nothing."""
    status, said = await account.command(method, path, content)

    assert 400 == status
    assert said.strip()


async def _acted(account: Account, reader: str) -> str:
    status: str = (await account.readers.retrieve_async(reader)).action.status
    return status
