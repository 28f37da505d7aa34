"""Filters, applied to the orders themselves."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.declarative.paging_filter import fits
from schema.domain.customer import CustomerLink
from schema.domain.order import Channel, OrderQuery
from schema.domain.reference import SourceRef
from tests.unit.connectors.declarative.listing import NOON, an_order

LINK = CustomerLink(SourceRef("shop", "C1"), "M1", "a@example.com", None)
ORDER = replace(an_order("1"), store="ginza", customer=LINK)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (OrderQuery(), True),
        (OrderQuery(channels=[Channel.WEB]), True),
        (OrderQuery(channels=[]), False),
        (OrderQuery(stores=["umeda", "ginza"]), True),
        (OrderQuery(stores=["umeda"]), False),
        (OrderQuery(placed_after=NOON), False),
        (OrderQuery(placed_after=NOON - SECOND), True),
        (OrderQuery(placed_before=NOON), True),
        (OrderQuery(placed_before=NOON - SECOND), False),
        (OrderQuery(customer=CustomerLink(SourceRef("other", "C1"), email="a@example.com")), True),
        (OrderQuery(customer=CustomerLink(SourceRef("other", "C1"), "M2", "b@example.com")), False),
        (OrderQuery(customer=CustomerLink()), False),
    ],
)
def test_what_a_query_asks_for(query: OrderQuery, expected: bool) -> None:
    """Any key of a customer counts; what is not told is no key."""
    assert expected == fits(query, ORDER)


def test_an_order_of_nobody_is_no_customers() -> None:
    """Nor one of no store a store's."""
    order = an_order("1")

    assert not fits(OrderQuery(customer=LINK), order)
    assert not fits(OrderQuery(stores=["ginza"]), order)
