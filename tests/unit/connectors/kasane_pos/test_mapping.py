"""What the POS writes, as our orders."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kasane_pos.mapping import Origin, Till, no_sale, order, sale_page
from gateway.demo.pos.sale import sales
from schema.domain.customer import CustomerLink
from schema.domain.errors import SchemaDrift
from schema.domain.money import Money
from schema.domain.order import Channel, OrderLineRecord, OrderRecord, OrderStatus
from schema.domain.reference import SourceRef
from tests.unit.gateway.demo.pos.shop import (
    GINZA,
    ORCHARD,
    a_line,
    a_member,
    a_retailer,
    an_order,
)

AS_OF = datetime(2026, 11, 21, tzinfo=UTC)
ORIGIN = Origin(
    source="pos",
    tills={
        "0101": Till("ginza", ZoneInfo("Asia/Tokyo"), "JPY"),
        "0901": Till("orchard", ZoneInfo("Asia/Singapore"), "SGD"),
    },
    as_of=AS_OF,
)
SALE: dict[str, Any] = {
    "rcp_no": "0101-000123",
    "str_cd": "0101",
    "sls_dt": "2026-11-20 18:03:11",
    "mbr_no": "M00000001",
    "st": "30",
    "amt": "3960",
    "lines": [{"ln": 1, "plu": "KS-1", "nm": "青いシャツ", "qty": 2, "prc": "1980", "amt": "3960"}],
    "tnd": [{"typ": "CC", "amt": "3000"}, {"typ": "CA", "amt": "960"}],
}


def test_a_sale_is_an_order_in_a_store() -> None:
    """All of it: time in UTC, money in minor units, the card, what was paid in two ways."""
    expected = OrderRecord(
        ref=SourceRef("pos", "0101-000123"),
        as_of=AS_OF,
        number="0101-000123",
        channel=Channel.STORE,
        placed_at=datetime(2026, 11, 20, 9, 3, 11, tzinfo=UTC),
        status=OrderStatus.FULFILLED,
        total=Money(3960, "JPY"),
        paid=Money(3960, "JPY"),
        lines=(OrderLineRecord("KS-1", 2, "青いシャツ", Money(1980, "JPY"), Money(3960, "JPY")),),
        customer=CustomerLink(membership="M00000001"),
        store="ginza",
    )

    assert expected == order(SALE, ORIGIN)


@pytest.mark.parametrize("card", ["", None])
def test_a_sale_without_a_card_and_a_tender(card: str | None) -> None:
    """Nobody is known, and nothing is paid."""
    found = order({**SALE, "mbr_no": card, "tnd": []}, ORIGIN)

    assert (None, Money(0, "JPY")) == (found.customer, found.paid)


@given(
    minor=st.integers(0, 10**9),
    quantity=st.integers(1, 50),
    seconds=st.integers(-(10**8), 10**8),
    status=st.sampled_from(OrderStatus),
    store=st.sampled_from([GINZA, ORCHARD]),
    title=st.text(max_size=20),
)
def test_what_the_pos_writes_is_read_back(  # noqa: PLR0917 - each by its name
    minor: int, quantity: int, seconds: int, status: OrderStatus, store: Any, title: str
) -> None:
    """For every store, time, price and status, to the last yen, cent and second."""
    line = a_line(title=title, quantity=quantity, price=Money(minor, store.currency))
    truth = an_order(
        7, seconds=seconds, store=store, status=status, lines=[line], customer=a_member()
    )

    (sale,) = sales(a_retailer(truth))
    found = order(msgspec.json.decode(msgspec.json.encode(sale)), ORIGIN)

    assert (truth.placed_at, truth.status, store.code) == (
        found.placed_at,
        found.status,
        found.store,
    )
    assert (truth.total, truth.paid, title) == (found.total, found.paid, found.lines[0].title)
    assert (line.unit_price, line.total) == (found.lines[0].unit_price, found.lines[0].total)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"str_cd": "0999"}, "sale.str_cd: no store of the configuration has this number"),
        ({"st": "geheim"}, "sale.st: none of the 6 known words"),
        ({"amt": "19.80"}, "sale.amt: JPY has no such fraction"),
        ({"amt": "geheim"}, "sale.amt: not a decimal number"),
        ({"amt": 1980}, "sale.amt: expected str"),
        ({"tnd": [{"amt": "1"}, {"amt": "x"}]}, "sale.tnd[1].amt: not a decimal number"),
        ({"tnd": None}, "sale.tnd: expected array"),
        ({"rcp_no": None}, "sale.rcp_no: expected str"),
        ({"lines": [{}]}, "sale.lines[0].plu: missing"),
        (
            {"lines": [SALE["lines"][0], {**SALE["lines"][0], "prc": "geheim"}]},
            "sale.lines[1].prc: not a decimal number",
        ),
        *(
            ({"sls_dt": text}, "sale.sls_dt: expected a local time as YYYY-MM-DD hh:mm:ss")
            for text in (
                "geheim",
                "2026-11-20 25:00:00",
                "2026-11-20T18:03:11Z",
                "2026-11-20 18:03+09:00",
                "20261120",
                "0001-01-01 00:00:00",
                "9999-12-31 23:59:59",
            )
        ),
    ],
)
def test_a_drift_names_the_field_and_not_its_value(wrong: dict[str, Any], message: str) -> None:
    """Whoever repairs it learns where to look, and the log learns nothing of customers."""
    with pytest.raises(SchemaDrift) as drift:
        order({**SALE, **wrong}, ORIGIN)

    assert str(drift.value).startswith(message)
    assert "geheim" not in str(drift.value)


def test_a_page_tells_how_far_it_reaches() -> None:
    """By the tills' clocks; one without a sale reaches nowhere."""
    later = {**SALE, "rcp_no": "0101-000124", "sls_dt": "2026-11-20 18:03:12"}
    page = sale_page({"pg": 1, "nxt": "Y", "rows": [later, SALE]}, ORIGIN)
    empty = sale_page({"nxt": "N", "rows": []}, ORIGIN)

    assert ["0101-000124", "0101-000123"] == [it.number for it in page.orders]
    assert (datetime(2026, 11, 20, 18, 3, 11), True) == (page.oldest, page.more)  # noqa: DTZ001
    assert ((), None, False) == (empty.orders, empty.oldest, empty.more)


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ([], "list: expected object"),
        ({"rows": []}, "list.nxt: missing"),
        ({"rows": [], "nxt": "?"}, "list.nxt: none of the 2 known words"),
        ({"rows": [SALE, {**SALE, "st": "?"}], "nxt": "N"}, "list.rows[1].st: none of the 6 known"),
        ({"rows": [SALE, {}], "nxt": "N"}, "list.rows[1].rcp_no: missing"),
        (
            {"rows": [SALE, {**SALE, "sls_dt": "2026-11-20 18:03:12"}], "nxt": "N"},
            "list.rows: expected the newest first",
        ),
    ],
)
def test_a_page_drifts_as_a_whole(page: object, message: str) -> None:
    """A row in an unknown form is not left out without a word."""
    with pytest.raises(SchemaDrift) as drift:
        sale_page(page, ORIGIN)

    assert str(drift.value).startswith(message)


def test_a_refusal_must_be_the_poss_own() -> None:
    """Its word is taken for it, another's is not."""
    no_sale({"err_cd": "E404"})
    for other in ({"err_cd": "E500"}, {"detail": "no route"}, None):
        with pytest.raises(SchemaDrift, match=r"^refusal"):
            no_sale(other)
