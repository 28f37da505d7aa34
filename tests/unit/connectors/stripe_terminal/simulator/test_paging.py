"""Lists: pages, spans of time, and searches."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from connectors.stripe_terminal.simulator.paging import Page, listing
from connectors.stripe_terminal.simulator.refusal import Refusal
from tests.unit.connectors.stripe_terminal.simulator.till import Till


class Row(Struct):
    """Something to be listed."""

    id: str


def page(rows: int, asked: Page, *, even: bool = False) -> dict[str, Any]:
    """A page of rows `0`, `1`, `2` …, of the even ones say."""
    records = {str(it): Row(str(it)) for it in range(rows)}
    return listing(
        "/v1/rows",
        records,
        asked,
        lambda row: {"id": row.id},
        lambda row: not even or int(row.id) % 2 == 0,
    )


def ids(found: dict[str, Any]) -> list[int]:
    """What is on a page."""
    return [int(row["id"]) for row in found["data"]]


@given(st.integers(0, 40), st.integers(1, 10), st.booleans())
def test_every_row_comes_once(rows: int, limit: int, even: bool) -> None:
    """Whatever the size of the pages, in either direction, filtered or not."""
    wanted = [it for it in reversed(range(rows)) if not even or it % 2 == 0]
    forward, asked = list[int](), Page(limit=limit)
    while True:
        found = page(rows, asked, even=even)
        forward += ids(found)
        if not found["has_more"]:
            break
        asked = Page(limit=limit, starting_after=str(forward[-1]))
    backward: list[int] = wanted[-1:]
    while backward:
        found = page(rows, Page(limit=limit, ending_before=str(backward[0])), even=even)
        backward = ids(found) + backward
        if not found["has_more"]:
            break

    assert wanted == forward
    assert wanted == backward


@pytest.mark.parametrize(
    "asked",
    [
        Page(starting_after="0", ending_before="1"),
        Page(starting_after="9"),
        Page(ending_before="9"),
    ],
)
def test_pages_that_make_no_sense(asked: Page) -> None:
    """Two directions at once, or from a row that is not there."""
    with pytest.raises(Refusal):
        page(3, asked)


@pytest.mark.parametrize(
    ("created", "found"),
    [
        ("1000100", [1]),
        ({"gte": "1000100"}, [2, 1]),
        ({"gt": "1000100"}, [2]),
        ({"lt": "1000100"}, [0]),
        ({"gt": "1000000", "lte": "1000100"}, [1]),
    ],
)
def test_payments_are_listed_by_their_time(created: Any, found: list[int]) -> None:
    """In whole seconds, with or without the ends."""
    till = Till()
    names = []
    for _ in range(3):
        names.append(till.intent())
        till.passes(100)

    listed = till.ask("list_payment_intents", created=created)["data"]
    assert found == [names.index(it["id"]) for it in listed]


def test_charges_and_refunds_are_listed_by_their_payment() -> None:
    """And refunds by their charge."""
    till = Till()
    first, second = till.paid(), till.paid()
    refund = till.ask("create_refund", payment_intent=first, amount="100")
    charges = till.ask("list_charges", payment_intent=second)["data"]

    assert [second] == [it["payment_intent"] for it in charges]
    assert [refund["id"]] == [
        it["id"] for it in till.ask("list_refunds", charge=refund["charge"])["data"]
    ]
    assert [] == till.ask("list_refunds", payment_intent=second)["data"]
    assert [] == till.ask("list_refunds", payment_intent="pi_none")["data"]
    assert 1 == len(till.ask("list_refunds")["data"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("metadata['order']:'7'", [0]),
        ('metadata["order"]:"8" AND status:"succeeded"', [1]),
        ("amount>=600", [1]),
        ("amount<600 AND currency:'jpy'", [0]),
        ("created>1000000", [1]),
        ("status:'canceled'", []),
    ],
)
def test_payments_are_searched(query: str, found: list[int]) -> None:
    """By what they are and what was noted of them."""
    till = Till()
    names = [till.intent(500, metadata={"order": "7"})]
    till.passes(10)
    names.append(till.paid(600, metadata={"order": "8"}))

    told = till.ask("search_payment_intents", query=query)
    assert found == [names.index(it["id"]) for it in told["data"]]


def test_searches_have_pages_and_a_lag() -> None:
    """What was announced a moment ago is not found yet."""
    till = Till(search_lag_s=60.0)
    names = [till.intent() for _ in range(3)]
    query = {"query": "currency:'jpy'", "limit": "2"}
    early = till.ask("search_payment_intents", **query)
    till.passes(60)
    first = till.ask("search_payment_intents", **query)
    rest = till.ask("search_payment_intents", **query, page=first["next_page"])

    assert [] == early["data"]
    assert (True, False) == (first["has_more"], rest["has_more"])
    assert [*reversed(names)] == [it["id"] for it in (*first["data"], *rest["data"])]


@pytest.mark.parametrize("query", ["", "odd", "status>'x'", "amount:'5'", "metadata[order]:'7'"])
def test_searches_that_cannot_be_read(query: str) -> None:
    """They are refused."""
    assert "query" == Till().refused("search_payment_intents", query=query)["param"]
