import json
from typing import Any

import pytest
from graphql import OperationDefinitionNode, OperationType, parse, validate

from gateway.demo.tour import PAYMENT
from schema.graphql.schema import core
from tests.docs.pages import Block, page, pages
from tests.e2e.client import Client
from tests.e2e.estate import Estate
from tests.e2e.till import reached

BLOCKS = [block for it in pages() for block in it.blocks("graphql")]
README = page("README.md")
JOINED, PAID, MISSING = (json.loads(block.text) for block in README.blocks("json"))
ORDER = """
query Order($number: String!) {
  order(by: { number: $number }) { id payments { id } }
}
"""


def _operation(block: Block) -> OperationDefinitionNode:
    [operation] = parse(block.text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation


def _is_alone(block: Block) -> bool:
    """Whether it can be run by itself; the others' pages have tests that run them in turn."""
    operation = _operation(block)
    is_followed = operation.operation is OperationType.SUBSCRIPTION
    return not is_followed and not operation.variable_definitions


@pytest.mark.parametrize("block", BLOCKS, ids=lambda it: f"{it.page} {it.text.split()[:2]}")
def test_a_document_fits_the_schema(block: Block) -> None:
    """Every field that is shown exists."""
    assert [] == validate(core(), parse(block.text))


@pytest.mark.parametrize(
    "block",
    [it for it in BLOCKS if _is_alone(it)],
    ids=lambda it: f"{it.page} {it.text.split()[:2]}",
)
async def test_a_document_is_answered(block: Block, estate: Estate) -> None:
    """Without an error, and without a user's."""
    data = (await estate.client().ask(block.text)).data

    assert [] == [
        error
        for field in data.values()
        if isinstance(field, dict)
        for error in field.get("userErrors", ())
    ]


async def test_the_joined_answer_is_the_readmes(estate: Estate) -> None:
    """Its second order, whole."""
    answer = await estate.client().ask(README.blocks("graphql")[0].text)

    assert JOINED == answer.data["orders"]["nodes"][1]


async def test_the_payment_is_the_readmes(estate: Estate) -> None:
    """Of the same order, on the reader that the demo uses."""
    client = estate.client()
    order = await _order(client)
    if not order["payments"]:
        begun = (await client.ask(PAYMENT, {"order": order["id"], "key": "readme"}, "Pay")).data
        assert [] == begun["terminalPaymentStart"]["userErrors"]
    [payment] = (await _order(client))["payments"]
    await reached(client, payment["id"], "CAPTURED")

    paid = (await client.ask(PAYMENT, {"payment": payment["id"]}, "Paid")).data["payment"]

    assert PAID == {key: paid[key] for key in PAID}


async def test_what_is_missing_is_the_readmes(estate: Estate) -> None:
    """The query above, with the OMS dead."""
    await estate.turn("oms", "dead")

    answer = await estate.client().ask(README.blocks("graphql")[0].text)

    assert MISSING == {"missing": answer.data["orders"]["missing"]}
    assert {"pos"} == {it["source"]["name"] for it in answer.data["orders"]["nodes"]}


async def _order(client: Client) -> dict[str, Any]:
    found = await client.ask(ORDER, {"number": PAID["order"]["number"]})
    order: dict[str, Any] = found.data["order"]
    return order
