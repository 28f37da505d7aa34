"""Records of the OMS, as its answers are read: text by element."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kasane_oms.mapping import CHANNELS, OmsMapping, total_found
from schema.domain.customer import CustomerLink
from schema.domain.errors import SchemaDrift
from schema.domain.money import Money
from schema.domain.order import OrderStatus
from schema.domain.reference import SourceRef

MAPPING = OmsMapping("oms", ZoneInfo("Asia/Tokyo"), "JP", {"101": "ginza", "901": "orchard"})
AS_OF = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def a_line(**changes: Any) -> dict[str, Any]:
    """A line, as SOAP gives it."""
    line = {"sku": "K-1", "title": "ニット", "quantity": "2", "unitPrice": "1500", "amount": "3000"}
    return {**line, **changes}


def an_order(**changes: Any) -> dict[str, Any]:
    """An order, as SOAP gives it."""
    order = {
        "id": "70000001",
        "number": "W2611-0000001",
        "channel": "1",
        "placedAt": "2026-11-20T18:03:11",
        "status": "20",
        "currency": "392",
        "total": "3000",
        "paid": "0",
        "customerNo": "C000123",
        "email": " Hanako@Example.COM",
        "phone": "090-1234-5678",
        "branch": "101",
        "line": [a_line()],
    }
    return {**order, **changes}


def test_an_order_in_our_terms() -> None:
    """What has been paid is what the OMS says, not what the order costs."""
    order = MAPPING.order(an_order(), AS_OF)

    assert datetime(2026, 11, 20, 9, 3, 11, tzinfo=UTC) == order.placed_at
    assert (Money(3_000, "JPY"), Money(0, "JPY")) == (order.total, order.paid)
    assert (OrderStatus.OPEN, "ginza", AS_OF) == (order.status, order.store, order.as_of)
    assert CustomerLink(
        ref=SourceRef("oms", "C000123"), email="hanako@example.com", phone="+819012345678"
    ) == (order.customer)
    assert (2, Money(1_500, "JPY"), Money(3_000, "JPY")) == (
        order.lines[0].quantity,
        order.lines[0].unit_price,
        order.lines[0].total,
    )


def test_every_status_that_the_oms_has() -> None:
    """Received and being picked are both open."""
    statuses = {code: MAPPING.order(an_order(status=code), AS_OF).status for code in STATUSES}

    assert STATUSES == statuses
    assert set(OrderStatus) == set(statuses.values())


STATUSES = {
    "10": OrderStatus.OPEN,
    "20": OrderStatus.OPEN,
    "30": OrderStatus.PARTIALLY_FULFILLED,
    "40": OrderStatus.FULFILLED,
    "50": OrderStatus.PARTIALLY_RETURNED,
    "60": OrderStatus.RETURNED,
    "90": OrderStatus.CANCELED,
}


def test_a_guest_abroad() -> None:
    """No account, no branch, and cents."""
    changes = {"customerNo": None, "email": None, "phone": None, "branch": None, "currency": "702"}
    order = MAPPING.order(an_order(**changes), AS_OF)

    assert (None, None, Money(3_000, "SGD")) == (order.customer, order.store, order.total)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": None}, "id"),
        ({"number": ["hanako", "hanako"]}, "number"),
        ({"channel": "hanako"}, "channel"),
        ({"placedAt": "2026-11-20"}, "placedAt"),
        ({"placedAt": "2026-11-20T18:03:11Z"}, "placedAt"),
        ({"placedAt": "2026-13-20T18:03:11"}, "placedAt"),
        ({"placedAt": "0001-01-01T00:00:00"}, "placedAt"),
        ({"status": "hanako"}, "status"),
        ({"currency": "JPY"}, "currency"),
        ({"total": "1.5"}, "total"),
        ({"total": "\uff11\uff12"}, "total"),
        ({"paid": "9" * 5_000}, "paid"),
        ({"branch": "hanako"}, "branch"),
        ({"customerNo": {"hanako": "1"}}, "customerNo"),
        ({"line": None}, "line"),
        ({"line": [None]}, "line"),
        ({"line": [a_line(quantity="many")]}, "quantity"),
        ({"line": [a_line(unitPrice="")]}, "unitPrice"),
    ],
)
def test_a_field_in_another_form_is_named(changes: dict[str, Any], field: str) -> None:
    """Its value is not: it may be a customer's."""
    with pytest.raises(SchemaDrift, match=rf"^order\.(line.*)?{field}") as caught:
        MAPPING.order(an_order(**changes), AS_OF)

    assert "hanako" not in str(caught.value)


@pytest.mark.parametrize("field", ["number", "total", "line", "placedAt"])
def test_a_missing_field_is_named(field: str) -> None:
    """So that an operator knows what the OMS has changed."""
    record = an_order()
    del record[field]

    with pytest.raises(SchemaDrift, match=rf"^order\.{field}: missing$"):
        MAPPING.order(record, AS_OF)


@pytest.mark.parametrize("record", [None, "hanako", []])
def test_no_record_is_drift(record: object) -> None:
    """Of either kind."""
    with pytest.raises(SchemaDrift):
        MAPPING.order(record, AS_OF)
    with pytest.raises(SchemaDrift):
        MAPPING.customer(record, AS_OF)


def test_a_customer_in_our_terms() -> None:
    """Family name first; what is unreadable is not there."""
    record = {"customerNo": "C000123", "familyName": "𠮷野", "givenName": "葵"}
    whole = MAPPING.customer({**record, "email": "A@B.jp", "phone": "+65 8123 4567"}, AS_OF)
    bare = MAPPING.customer({"customerNo": "C1", "phone": "none", "email": "none"}, AS_OF)

    assert (SourceRef("oms", "C000123"), "𠮷野 葵", AS_OF) == (whole.ref, whole.name, whole.as_of)
    assert ("a@b.jp", "+6581234567") == (whole.email, whole.phone)
    assert (None, None, None) == (bare.name, bare.email, bare.phone)


@given(st.integers(0, 4_000_000_000_000_000))
def test_bounds_are_the_second_before_and_the_one_after(microseconds: int) -> None:
    """An order of the first is not after the moment, one of the second is."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    until = MAPPING.order(an_order(placedAt=MAPPING.last_until(moment)), AS_OF).placed_at
    after = MAPPING.order(an_order(placedAt=MAPPING.first_after(moment)), AS_OF).placed_at

    assert until <= moment < after
    assert 1 == (after - until).total_seconds()


@pytest.mark.parametrize("total", [None, "", "many", ["1", "2"]])
def test_a_count_that_is_none(total: object) -> None:
    """A search must tell how many it has found."""
    with pytest.raises(SchemaDrift, match="total"):
        total_found({"total": total})


def test_channels_have_one_code_each() -> None:
    """Filters turn ours back into the OMS's."""
    assert len(set(CHANNELS.values())) == len(CHANNELS)
