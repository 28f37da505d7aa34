"""What readers do besides payments, through the graph."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from graphql import ExecutionResult, parse, subscribe

from connectors.stripe_terminal.simulator.process import Listen, running
from gateway.payments.tasks.absent import NoReaderTasks
from gateway.storage.engine import Database
from schema.domain.errors import InvalidRequest, Unavailable
from schema.domain.reader_task import ReaderTaskState
from schema.domain.reference import GlobalId
from schema.graphql.schema import core
from tests.unit.connectors.stripe_terminal.simulator.account import SETUP
from tests.unit.gateway.payments.tasks.counter import Counter
from tests.unit.schema.graphql.shop import Shop

_TASK = """task { id kind state failure { code } card { brand last4 paymentMethod }
  inputs { kind title value toggles } reader { name } } userErrors { code path }"""
CART = f"mutation($input: ReaderShowCartInput!) {{ readerShowCart(input: $input) {{ {_TASK} }} }}"
CLEAR = (
    f"mutation($input: ReaderClearCartInput!) {{ readerClearCart(input: $input) {{ {_TASK} }} }}"
)
ASK = (
    "mutation($input: ReaderCollectInputsInput!)"
    f" {{ readerCollectInputs(input: $input) {{ {_TASK} }} }}"
)
SAVE = f"mutation($input: CardSetupStartInput!) {{ cardSetupStart(input: $input) {{ {_TASK} }} }}"
CANCEL = (
    f"mutation($input: ReaderTaskCancelInput!) {{ readerTaskCancel(input: $input) {{ {_TASK} }} }}"
)
READER = {"store": "ginza", "name": "Front counter"}
LINE = {"description": "Shirt", "quantity": 2, "amount": 900}
SHOWN = {"currency": "JPY", "lines": [LINE], "tax": 90, "total": 990}
EMAIL = {
    "kind": "EMAIL",
    "title": "Your e-mail",
    "required": True,
    "toggles": [{"title": "News", "isOn": True}],
}
SIZE = {"kind": "SELECTION", "title": "Your size", "choices": [{"id": "s", "text": "Small"}]}
CUSTOMER = GlobalId("Customer", ("crm", "c1")).text


@pytest.fixture
async def counter(shop: Shop, tmp_path: Path) -> AsyncIterator[Counter]:
    """The shop's readers, at a simulator."""
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'tasks.db'}")
    async with running(SETUP, Listen()) as ready, aiohttp.ClientSession() as session:
        counter = Counter(database, ready, session)
        await counter.open()
        shop.reader_tasks = counter.tasks
        yield counter
        await counter.close()
    await database.aclose()


async def done(shop: Shop, document: str, **given: Any) -> Any:
    """Run a mutation that nothing is wrong with; its task."""
    ((_, payload),) = (await shop.data(document, input=given)).items()
    assert [] == payload["userErrors"]

    return payload["task"]


async def refused(shop: Shop, document: str, **given: Any) -> Any:
    """Run a mutation that does nothing; the code and the path of its error."""
    ((_, payload),) = (await shop.data(document, input=given)).items()
    assert payload["task"] is None

    (error,) = payload["userErrors"]
    return error["code"], error["path"]


async def test_a_cart_is_shown_and_taken_off(shop: Shop, counter: Counter) -> None:
    """In whole numbers, which GraphQL sees to."""
    shown = await done(shop, CART, reader=READER, cart=SHOWN)
    slot = await counter.slot()
    cleared = await done(shop, CLEAR, reader=READER)

    assert ("CART", "SUCCEEDED", {"name": "Front counter"}) == (
        shown["kind"],
        shown["state"],
        shown["reader"],
    )
    assert 990 == slot["set_reader_display"]["cart"]["total"]
    assert ("CART_CLEAR", "SUCCEEDED") == (cleared["kind"], cleared["state"])
    assert await counter.slot() is None


async def test_no_fraction_reaches_a_screen(shop: Shop, counter: Counter) -> None:
    """It would stay blank, without an error."""
    cart = SHOWN | {"total": 990.5}

    result = await shop.answer(CART, input={"reader": READER, "cart": cart})

    assert result.errors
    assert 0 == await counter.calls("set_reader_display")


async def test_inputs_are_asked_for_and_read(shop: Shop, counter: Counter) -> None:
    """By the task's id, as a node too."""
    asked = await done(shop, ASK, reader=READER, inputs=[EMAIL, SIZE], idempotencyKey="k1")
    await counter.do("enter")
    await counter.reaches(ReaderTaskState.SUCCEEDED)
    data = await shop.data(
        "query($id: ID!) { readerTask(id: $id) { state inputs { kind value toggles } }"
        " node(id: $id) { id ... on ReaderTask { inputsErasedAt } } }",
        id=asked["id"],
    )

    assert "WAITING" == asked["state"]
    assert {
        "state": "SUCCEEDED",
        "inputs": [
            {"kind": "EMAIL", "value": "customer@example.com", "toggles": [True]},
            {"kind": "SELECTION", "value": "s", "toggles": []},
        ],
    } == data["readerTask"]
    assert {"id": asked["id"], "inputsErasedAt": None} == data["node"]


async def test_a_card_is_kept(shop: Shop, counter: Counter) -> None:
    """For a customer of the graph."""
    asked = await _save(shop)
    await counter.do("tap")
    await counter.reaches(ReaderTaskState.SUCCEEDED)

    data = await shop.data(
        "query($id: ID!) { readerTask(id: $id) { kind card { brand last4 } } }", id=asked["id"]
    )

    found = {"kind": "CARD_SETUP", "card": {"brand": "visa", "last4": "4242"}}
    assert found == data["readerTask"]


async def test_a_task_is_called_off_and_followed(shop: Shop, counter: Counter) -> None:
    """Its present state, then each change until the end."""
    asked = await done(shop, ASK, reader=READER, inputs=[EMAIL], idempotencyKey="k1")
    assert "WAITING" == (await counter.task()).state.name

    canceled = await done(shop, CANCEL, task=asked["id"])
    updates = await subscribe(  # type: ignore[misc]
        core(),
        parse("subscription($id: ID!) { readerTaskUpdated(id: $id) { state } }"),
        context_value=shop.context(),
        variable_values={"id": asked["id"]},
    )
    assert not isinstance(updates, ExecutionResult)
    states = [it.data["readerTaskUpdated"]["state"] async for it in updates if it.data]

    assert ("CANCELED", ["CANCELED"]) == (canceled["state"], states)


async def test_what_is_wrong_is_told_with_its_place(shop: Shop, counter: Counter) -> None:
    """Each with a code of its own, and nothing is sent."""
    store = {"store": "ginza", "name": "x"}
    other = GlobalId("Store", ("ginza",)).text
    nobody = GlobalId("Customer", ("crm", "none")).text
    found = [
        await refused(shop, CART, reader=READER, cart=SHOWN | {"total": 1}),
        await refused(shop, CART, reader=store, cart=SHOWN),
        await refused(shop, ASK, reader=READER, inputs=[], idempotencyKey="k1"),
        await refused(shop, ASK, reader=READER, inputs=[EMAIL], idempotencyKey=""),
        *[(await _save_refused(shop, customer=it)) for it in ("%%%", other, nobody)],
        await _save_refused(shop, consent=""),
        *[(await refused(shop, CANCEL, task=it)) for it in ("%%%", other)],
    ]

    assert [
        ("CART_INVALID", ["input", "cart", "total"]),
        ("READER_UNKNOWN", ["input", "reader", "name"]),
        ("INPUTS_INVALID", ["input", "inputs"]),
        ("IDEMPOTENCY_KEY_INVALID", ["input", "idempotencyKey"]),
        *[("CUSTOMER_UNKNOWN", ["input", "customer"])] * 3,
        ("CONSENT_MISSING", ["input", "consent"]),
        *[("TASK_UNKNOWN", ["input", "task"])] * 2,
    ] == found
    assert 0 == await counter.calls("retrieve_reader")


async def test_a_customer_whose_system_is_dead_keeps_no_card(shop: Shop, counter: Counter) -> None:
    """Nobody knows who it is."""
    shop.crm.failure = Unavailable("down")

    found = await _save_refused(shop)

    assert ("SOURCE_UNAVAILABLE", ["input", "customer"]) == found
    assert 0 == await counter.calls("retrieve_reader")


async def test_a_gateway_without_payments_has_no_tasks(shop: Shop) -> None:
    """Each mutation says so."""
    assert isinstance(shop.reader_tasks, NoReaderTasks)

    codes = [
        (await refused(shop, CART, reader=READER, cart=SHOWN))[0],
        (await refused(shop, CLEAR, reader=READER))[0],
        (await refused(shop, ASK, reader=READER, inputs=[EMAIL], idempotencyKey="k"))[0],
        (await _save_refused(shop))[0],
        (await refused(shop, CANCEL, task="x"))[0],
    ]
    data = await shop.data(
        "query($id: ID!) { readerTask(id: $id) { id } }",
        id=GlobalId("ReaderTask", ("tsk_1",)).text,
    )
    updates = await subscribe(  # type: ignore[misc]
        core(),
        parse("subscription($id: ID!) { readerTaskUpdated(id: $id) { state } }"),
        context_value=shop.context(),
        variable_values={"id": GlobalId("ReaderTask", ("tsk_1",)).text},
    )

    assert {"PAYMENTS_NOT_CONFIGURED"} == set(codes)
    assert {"readerTask": None} == data
    assert not isinstance(updates, ExecutionResult)
    with pytest.raises(InvalidRequest):
        await anext(updates)


def _a_setup(**fields: Any) -> dict[str, Any]:
    return {
        "reader": READER,
        "customer": CUSTOMER,
        "consent": "Keep my card.",
        "allowRedisplay": "ALWAYS",
        "idempotencyKey": "k1",
        **fields,
    }


async def _save(shop: Shop) -> Any:
    return await done(shop, SAVE, **_a_setup())


async def _save_refused(shop: Shop, **fields: Any) -> Any:
    return await refused(shop, SAVE, **_a_setup(**fields))
