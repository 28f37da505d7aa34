"""Readers in the graph."""

from typing import Any

import pytest
from graphql import parse, subscribe

from schema.domain.reference import GlobalId
from schema.graphql.schema import core
from tests.unit.gateway.payments.till import DEVICE, a_scope, until
from tests.unit.schema.graphql.shop import Shop

READERS = """query($store: String, $status: ReaderStatus) {
  readers(store: $store, status: $status) {
    name status supportedMethods configured location store { code }
    busyWith { id ... on Payment { state } }
  }
}"""


async def test_every_reader_with_what_it_is_busy_with(shop: Shop) -> None:
    """By store and name; the payment is there, or nothing."""
    payment = await shop.till.start()
    readers = (await shop.data(READERS, store="ginza"))["readers"]

    assert ["Front counter", "Gift desk"] == [it["name"] for it in readers]
    assert ["CARD"] == readers[0]["supportedMethods"]
    assert [True, "tml_1", "ginza"] == [
        readers[0]["configured"],
        readers[0]["location"],
        readers[0]["store"]["code"],
    ]
    assert GlobalId("Payment", (payment.id,)).text == readers[0]["busyWith"]["id"]
    assert readers[1]["busyWith"] is None


async def test_a_list_of_readers_costs_one_look_at_who_has_them(shop: Shop) -> None:
    """However many there are, and one call to the provider for each place."""
    await shop.data(READERS)
    before = shop.till.terminal.listings
    await shop.data(READERS, store="ginza")

    assert shop.till.terminal.listings <= before + 1


async def test_whose_payment_it_is_stays_with_those_who_may_see_it(shop: Shop) -> None:
    """A key for another store gets neither the reader nor its payment."""
    await shop.till.start()
    context = shop.context(a_scope("umeda"))
    answer = await shop.answer(READERS, context)

    assert {"readers": []} == answer.data


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ('readers(store: "nowhere") { name }', "STORE_UNKNOWN"),
        ('reader(store: "ginza", name: "Back door") { name }', "READER_UNKNOWN"),
    ],
)
async def test_a_wrong_name_is_an_error_of_its_own(shop: Shop, asked: str, code: str) -> None:
    """That tells the right ones."""
    answer = await shop.answer(f"{{ {asked} }}")

    assert answer.errors is not None
    assert code == getattr(answer.errors[0].original_error, "code", None)


REGISTER = """mutation($input: ReaderRegisterInput!) {
  readerRegister(input: $input) {
    reader { name status configured }
    userErrors { __typename code path }
  }
}"""


def an_input(**fields: Any) -> dict[str, Any]:
    """A reader to register."""
    values = {
        "store": "ginza",
        "registrationCode": "simulated-s700",
        "name": "Lift",
        "idempotencyKey": "r1",
    }
    return values | fields


async def test_a_reader_is_registered_renamed_and_cleared(shop: Shop) -> None:
    """Each answers with the reader as it is then."""
    registered = (await shop.data(REGISTER, input=an_input()))["readerRegister"]
    renamed = (
        await shop.data(
            """mutation { readerRename(input: {
              reader: {store: "ginza", name: "Lift"}, name: "Stairs"
            }) { reader { name } userErrors { code } } }"""
        )
    )["readerRename"]
    cleared = (
        await shop.data(
            """mutation { readerClear(input: {reader: {store: "ginza", name: "Stairs"}}) {
              reader { name busyWith { id } } userErrors { code } } }"""
        )
    )["readerClear"]

    assert {
        "reader": {"name": "Lift", "status": "ONLINE", "configured": False},
        "userErrors": [],
    } == registered
    assert {"reader": {"name": "Stairs"}, "userErrors": []} == renamed
    assert {"reader": {"name": "Stairs", "busyWith": None}, "userErrors": []} == cleared


@pytest.mark.parametrize(
    ("fields", "code", "path", "kind"),
    [
        ({"store": "nowhere"}, "STORE_UNKNOWN", ["input", "store"], "NameUnknownError"),
        ({"name": "Gift desk"}, "NAME_TAKEN", ["input", "name"], "RequestError"),
        ({"name": "two\nlines"}, "READER_NAME_INVALID", ["input", "name"], "RequestError"),
    ],
)
async def test_what_is_wrong_is_told(
    shop: Shop, fields: dict[str, Any], code: str, path: list[str], kind: str
) -> None:
    """With its argument, and nothing is sent."""
    payload = (await shop.data(REGISTER, input=an_input(**fields)))["readerRegister"]

    assert payload["reader"] is None
    assert [{"__typename": kind, "code": code, "path": path}] == payload["userErrors"]
    assert [] == shop.till.terminal.calls


async def test_a_reader_that_is_stuck_is_cleared_of_the_payment_expected(shop: Shop) -> None:
    """Of another one it is not: that is told, and the payment goes on."""
    payment = await shop.till.start()
    clear = """mutation($payment: ID) {
      readerClear(input: {
        reader: {store: "ginza", name: "Front counter"}, expectedPayment: $payment
      }) {
        reader { busyWith { id } } userErrors { code path }
      }
    }"""
    nothing = (await shop.data(clear, payment=None))["readerClear"]
    waits = shop.till.terminal.waiting(DEVICE)
    name = GlobalId("Payment", (payment.id,)).text
    done = (await shop.data(clear, payment=name))["readerClear"]

    assert [{"code": "READER_CHANGED", "path": ["input", "expectedPayment"]}] == nothing[
        "userErrors"
    ]
    assert waits is not None
    assert {"reader": {"busyWith": None}, "userErrors": []} == done
    assert shop.till.terminal.waiting(DEVICE) is None


async def test_a_reader_is_followed(shop: Shop) -> None:
    """First as it is, then with the payment that it gets."""
    events: Any = await subscribe(  # type: ignore[misc] # it is, by its context
        core(),
        parse(
            """subscription { readerUpdated(store: "ginza", name: "Front counter") {
              name busyWith { ... on Payment { state } } } }"""
        ),
        context_value=shop.context(),
    )
    first = await anext(events)
    await shop.till.start()
    await until(lambda: shop.till.terminal.waiting(DEVICE))
    second = await anext(events)
    await events.aclose()

    assert {"name": "Front counter", "busyWith": None} == first.data["readerUpdated"]
    assert second.data["readerUpdated"]["busyWith"] is not None
