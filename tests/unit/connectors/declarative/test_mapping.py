"""Mappings: from a system's records to ours."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.declarative.mapping import Make, compiled
from connectors.declarative.model.records import RECORDS, model_of
from connectors.declarative.terms import Terms
from schema.domain.coupon import CouponRecord, CouponState
from schema.domain.customer import CustomerLink
from schema.domain.errors import NotFound, SchemaDrift
from schema.domain.money import Money
from schema.domain.order import Channel, OrderLineRecord, OrderRecord, OrderStatus
from schema.domain.reference import SourceRef
from schema.domain.stock import StockRecord
from schema.domain.store import GeoPoint

NOW = datetime(2026, 11, 20, tzinfo=UTC)
JPY = {"value": "JPY"}
ENUMS = {"state": {"10": "OPEN", "30": "FULFILLED"}, "iso": {"392": "JPY", "702": "SGD"}}
ORDER: dict[str, Any] = {
    "id": "no",
    "number": "no",
    "channel": {"value": "WEB"},
    "placed_at": {"path": "at", "time": "%Y-%m-%d %H:%M:%S", "zone": "Asia/Tokyo"},
    "status": {"path": "st", "enum": "state"},
    "total": {"path": "amt", "currency": {"path": "cur", "enum": "iso"}},
    "lines": {
        "each": "lines",
        "fields": {
            "sku": "plu.code",
            "quantity": "qty",
            "title": {"path": "name", "default": "?"},
            "unit_price": {"path": "each", "currency": JPY},
            "total": {"path": "all", "money": "minor", "currency": JPY},
        },
    },
    "customer": {"fields": {"id": "who.id", "email": {"path": "who.mail", "email": True}}},
    "store": {"path": "branch", "map": "stores"},
}

INCOMING: dict[str, Any] = {
    "id": {"path": "note", "pattern": "D-[0-9]+"},
    "sku": "sku",
    "store": "shop",
    "quantity": {"path": "qty", "pattern": "[0-9]+"},
}
ROW = {"note": " D-1 ", "sku": "S1", "shop": "ginza", "qty": 3}


def make(record: str, spec: dict[str, Any]) -> Make:
    """A mapping compiled from a file's part."""
    terms = Terms("shop", ENUMS, {"config.stores": {"ginza": "001"}}, Path(__file__).parent)
    kind = RECORDS[record]
    return compiled(record, kind, model_of(kind).model_validate(spec), terms)


def a_row(**changes: Any) -> dict[str, Any]:
    """An order as the system writes it."""
    return {
        "no": " A1 ",
        "at": "2026-11-20 18:03:11",
        "st": 30,
        "amt": "3000",
        "cur": 392,
        "lines": [{"plu": {"code": 77}, "qty": "2", "name": "", "each": 1500, "all": 3000}],
        "who": {"id": 5, "mail": " A@X.jp"},
        "branch": "001",
    } | changes


def test_an_order_is_read_whole() -> None:
    """Padding, local time, codes, digits as numbers and numbers as text become our terms."""
    expected = OrderRecord(
        ref=SourceRef("shop", "A1"),
        as_of=NOW,
        number="A1",
        channel=Channel.WEB,
        placed_at=datetime(2026, 11, 20, 9, 3, 11, tzinfo=UTC),
        status=OrderStatus.FULFILLED,
        total=Money(3000, "JPY"),
        paid=Money(0, "JPY"),
        lines=(OrderLineRecord("77", 2, "?", Money(1500, "JPY"), Money(3000, "JPY")),),
        customer=CustomerLink(ref=SourceRef("shop", "5"), email="a@x.jp"),
        store="ginza",
    )

    assert expected == make("order", ORDER)(a_row(), NOW)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"no": None}, "order.id (no): missing"),
        ({"no": ["secret-value"]}, "order.id (no): expected text"),
        ({"at": "secret-value"}, "order.placed_at (at): expected a time"),
        ({"st": "secret-value"}, "order.status (st): none of the 2 known words"),
        ({"amt": "secret-value"}, "order.total (amt): expected a number"),
        ({"amt": "1.5"}, "order.total (amt): JPY has no such fraction"),
        ({"cur": "secret-value"}, "order.total (amt).currency: none of the 2"),
        ({"lines": None}, "order.lines (lines): missing"),
        ({"lines": [{"plu": "secret-value"}]}, "order.lines (lines)[0]: sku (plu.code): missing"),
    ],
)
def test_a_wrong_field_is_named_and_not_shown(change: dict[str, Any], field: str) -> None:
    """The message tells our field and the file's path, never the value."""
    with pytest.raises(SchemaDrift) as caught:
        make("order", ORDER)(a_row(**change), NOW)

    assert str(caught.value).startswith(field)
    assert "secret-value" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_store_that_is_not_configured_is_not_ours() -> None:
    """Stock of another's branch is left out; an order of it is of no store, and is no drift."""
    stock = {"sku": "sku", "store": {"path": "branch", "map": "stores"}, "on_hand": "qty"}

    assert None is make("order", ORDER)(a_row(branch="999"), NOW).store
    with pytest.raises(NotFound):
        make("stock", stock)({"sku": "A", "branch": "999", "qty": 1}, NOW)


def test_a_part_without_any_value_is_none() -> None:
    """An order of nobody has no customer."""
    order = make("order", ORDER)(a_row(who=None, branch=None), NOW)

    assert (None, None) == (order.customer, order.store)


def test_stock_counts_thousandths_and_has_an_id_of_its_own() -> None:
    """Without an id in the system it is the store and the SKU."""
    spec = {
        "sku": "item",
        "store": {"path": "loc", "map": "stores"},
        "on_hand": {"path": "qty", "scale": 3},
        "as_of": {"path": "at", "time": "epoch_ms"},
    }
    row = {"item": "S1", "loc": "001", "qty": 3000, "at": 1_000}
    expected = StockRecord(
        SourceRef("shop", "ginza/S1"), "S1", "ginza", datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), 3
    )

    assert expected == make("stock", spec)(row, NOW)
    with pytest.raises(SchemaDrift, match="whole units"):
        make("stock", spec)({**row, "qty": 3500}, NOW)


@pytest.mark.parametrize(
    ("written", "expected"),
    [(7, 7), ("12", 12), (" 1,200 ", 1_200), ("12,345,678", 12_345_678), ("1,200.0", 1_200)],
)
def test_digits_may_stand_in_groups(written: object, expected: int) -> None:
    """Whether they do or not."""
    spec = {**INCOMING, "quantity": {"path": "qty", "thousands": ","}}

    assert expected == make("incoming", spec)({**ROW, "qty": written}, NOW).quantity


@pytest.mark.parametrize("written", ["1,20", "1,2000", ",200", "1234,567", "1,200,", "1.200,0"])
def test_groups_have_three_digits(written: str) -> None:
    """Another mark may have another meaning."""
    spec = {**INCOMING, "quantity": {"path": "qty", "thousands": ","}}
    with pytest.raises(SchemaDrift, match="quantity"):
        make("incoming", spec)({**ROW, "qty": written}, NOW)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"note": "D-1 secret"}, r"incoming.id (note): expected what fits the pattern D-[0-9]+"),
        ({"note": True}, "incoming.id (note): expected text"),
        ({"note": ["D-1"]}, "incoming.id (note): expected text"),
        ({"note": " "}, "incoming.id (note): missing"),
        ({"qty": -3}, r"incoming.quantity (qty): expected what fits the pattern [0-9]+"),
    ],
)
def test_a_value_may_have_one_form(row: dict[str, Any], told: str) -> None:
    """The form is told, and what is written instead is not."""
    read = make("incoming", INCOMING)
    with pytest.raises(SchemaDrift) as wrong:
        read({**ROW, **row}, NOW)

    assert told == str(wrong.value)
    assert ("D-1", 3) == ((found := read(ROW, NOW)).ref.id, found.quantity)


def test_other_records_are_read_by_the_same_rules() -> None:
    """Decimals, lists of texts and places are fields like others."""
    coupon = make("coupon", {"id": "c", "code": "c", "state": {"value": "USABLE"}, "percent": "p"})
    product = make("product", {"id": "id", "title": "t", "skus": "items[].sku"})
    spec = {
        "code": "c",
        "name": "n",
        "time_zone": {"value": "Asia/Tokyo"},
        "currency": JPY,
        "location": {"fields": {"latitude": "lat", "longitude": "lon"}},
    }
    store = make("store", spec)({"c": "ginza", "n": "Ginza", "lat": "35.5", "lon": 139}, NOW)

    assert CouponRecord(
        SourceRef("shop", "X"), NOW, "X", CouponState.USABLE, percent=Decimal("12.5")
    ) == coupon({"c": "X", "p": 12.5}, NOW)
    assert ("a", "b") == product(
        {"id": 1, "t": "T", "items": [{"sku": "a"}, {"sku": "b"}]}, NOW
    ).skus
    assert GeoPoint(35.5, 139.0) == store.location


def test_a_function_of_the_author_gives_a_value(tmp_path: Path) -> None:
    """The way out: a module beside the file; what it raises is drift, without its text."""
    (tmp_path / "shopping.py").write_text("def name(row): return row['a'] + row['b']\n")
    kind = RECORDS["customer"]
    spec = model_of(kind).model_validate({"id": "id", "name": {"python": "shopping:name"}})
    read = compiled("customer", kind, spec, Terms("shop", {}, {}, tmp_path))

    assert "xy" == read({"id": 1, "a": "x", "b": "y"}, NOW).name
    with pytest.raises(SchemaDrift, match=r"customer\.name: shopping:name raised KeyError"):
        read({"id": 1, "a": "x"}, NOW)


@given(
    minor=st.integers(-(10**9), 10**9),
    at=st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    number=st.text(min_size=1, max_size=20).filter(lambda it: it == it.strip() and it),
    code=st.sampled_from(["JPY", "SGD", "KWD"]),
)
def test_what_is_written_is_read_back(minor: int, at: datetime, number: str, code: str) -> None:
    """Amounts, moments and texts come through unchanged, in each form that systems use."""
    money = Money(minor, code)
    spec = ORDER | {
        "placed_at": "at",
        "total": {"path": "amt", "currency": "cur"},
        "paid": {"path": "cents", "money": "minor", "currency": "cur"},
    }
    row = a_row(no=number, at=at.isoformat(), amt=str(money.amount), cents=minor, cur=code)
    order = make("order", spec)(row, NOW)

    assert (number, at, money, money) == (order.number, order.placed_at, order.total, order.paid)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*a_row(), "plu", "qty", "each", "all", "id"]), inner, max_size=8
            )
        ),
    )
)
def test_any_answer_is_a_record_or_one_of_our_errors(row: Any) -> None:
    """Nothing that a system may send makes a mapping fail in another way."""
    read = make("order", ORDER)
    whole = {**a_row(), **row} if isinstance(row, dict) else row
    with suppress(SchemaDrift, NotFound):
        assert isinstance(read(whole, NOW), OrderRecord)
