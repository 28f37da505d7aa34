"""Rows that need more than their own fields: those replaced, those astray, and those of a list."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from connectors.declarative import connector_class
from connectors.declarative.moment import writer
from connectors.sdk.context import CallContext
from connectors.sdk.document.problem import ConfigurationError
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink
from schema.domain.errors import SchemaDrift
from schema.domain.money import Money
from schema.domain.reference import SourceRef
from tests.unit.connectors.declarative.conftest import HEAD

FILE = """
source: {kind: http_json}
probe: {request: {path: /health}}
enums: {iso: {"392": JPY, "702": SGD}}
records:
  customer: {id: id, name: name}
  order:
    id: no
    number: no
    channel: {value: WEB}
    placed_at: {path: at, time: epoch_s}
    status: {value: OPEN}
    total: {path: total, money: minor, currency: {path: currency, enum: iso}}
    store: {path: branch, map: stores, complete: true}
    lines:
      each: lines
      fields:
        sku: sku
        quantity: {value: 1}
        title: sku
        unit_price: {path: price, money: minor, currency: {path: ^.currency, enum: iso}}
        total: {path: price, money: minor, currency: {path: ^.currency, enum: iso}}
ports:
  customers:
    ID: {request: {path: /rows, body: {ids: "{keys}"}}, follow: now, match: id, exact: true}
  orders: {request: {path: /rows, body: {ids: "{keys}"}}, match: no}
  orders_of:
    LINK:
      request: {path: /rows, body: {whose: "{keys}", newest: "{limit}"}}
      links: "[].{place: reference, no: ref, mail: email}"
      match: place
      each: orders
"""
AN_ORDER = {"no": "1", "at": 0, "total": 5, "currency": 702, "lines": [{"sku": "S", "price": 5}]}


def by_id(value: str) -> CustomerKey:
    """A customer's key."""
    return CustomerKey(CustomerKeyKind.ID, value)


class Rows:
    """Answers every request with the same rows, and keeps what was asked."""

    def __init__(self, *rows: Any) -> None:
        self.rows = rows
        self.bodies: list[Any] = []

    async def __call__(self, request: web.Request) -> web.Response:
        """Answer."""
        self.bodies.append(await request.json())
        return web.json_response(self.rows)


Start = Callable[[Rows], Awaitable[Any]]


@pytest.fixture
def start(serve: Callable[[Any], Awaitable[str]], connect: Callable[..., Any]) -> Start:
    """A connector to a system that answers with rows."""

    async def starting(rows: Rows) -> Any:
        return connect(FILE, base_url=await serve(rows))

    return starting


async def test_a_row_that_was_replaced_is_read_as_the_last_one(
    start: Start, ctx: CallContext
) -> None:
    """The key is still the row's own."""
    last = {"id": "3", "name": "Sato", "now": None}
    shop = await start(Rows({"id": "1", "now": {"id": "2", "now": last}}))
    found = await shop.customers(ctx, [by_id("1")])

    assert ("3", "Sato") == (found[by_id("1")].ref.id, found[by_id("1")].name)


async def test_a_row_of_another_key_makes_none_unknown(start: Start, ctx: CallContext) -> None:
    """Where a system gives nothing but what was asked for, it may be that of any key."""
    shop = await start(Rows({"id": "1", "name": "Sato"}, {"id": "9", "name": "Tanaka"}))
    found = await shop.customers(ctx, [by_id("1"), by_id("2")])

    assert "Sato" == found[by_id("1")].name
    assert isinstance(found[by_id("2")], SchemaDrift)


async def test_a_line_sees_its_order(start: Start, ctx: CallContext) -> None:
    """A path that begins with ^. leaves the list's element."""
    found = await (await start(Rows(AN_ORDER))).orders(ctx, ["1"])

    assert Money(5, "SGD") == found["1"].total == found["1"].lines[0].unit_price


async def test_a_map_may_be_complete(start: Start, ctx: CallContext) -> None:
    """Then another value is a record in an unknown form; an order without a store is none."""
    rows = Rows({**AN_ORDER, "branch": "001"}, {**AN_ORDER, "no": "2", "branch": "secret-value"})
    found = await (await start(rows)).orders(ctx, ["1", "2"])

    assert "ginza" == found["1"].store
    assert "order.store (branch): none of the 2 known words" == str(found["2"])


async def test_customers_are_asked_for_by_all_that_is_known(start: Start, ctx: CallContext) -> None:
    """In one call; who has nothing that the system asks by is not sent."""
    links = [
        CustomerLink(ref=SourceRef("shop", "7"), email="a@b.jp"),
        CustomerLink(ref=SourceRef("other", "7"), membership="M1"),
        CustomerLink(email="c@d.jp"),
        CustomerLink(email="\x00@d.jp"),
    ]
    rows = Rows({"place": "2", "orders": [AN_ORDER]}, {"place": "0", "orders": []})
    found = await (await start(rows)).orders_of(ctx, links, 3)

    sent = [{"place": "0", "no": "7", "mail": "a@b.jp"}, {"place": "2", "mail": "c@d.jp"}]
    assert [{"whose": sent, "newest": 3}] == rows.bodies
    assert {links[0]: [], links[2]: ["1"]} == {
        link: [order.number for order in orders] for link, orders in found.items()
    }


async def test_a_system_may_use_the_customer_ids_of_another(
    connect: Callable[..., Any], serve: Callable[[Any], Awaitable[str]], ctx: CallContext
) -> None:
    """Its orders lead to that one's customers, and it is asked by that one's ids."""
    by_id = "    ID: {request: {path: /rows, body: {whose: '{keys}'}}, match: whose}\n"
    text = FILE[: FILE.index("    LINK:")] + by_id
    text = text.replace("    no: no\n", "").replace(
        "    number: no\n", "    number: no\n    customer: {fields: {id: whose}}\n"
    )
    rows = Rows({**AN_ORDER, "whose": "7"})
    url = await serve(rows)
    oms = connect(f"customers_of: crm\n{text}", base_url=url)
    alone = connect(text, base_url=url)
    link = CustomerLink(ref=SourceRef("crm", "7"))
    found = await oms.orders_of(ctx, [link, CustomerLink(ref=SourceRef("shop", "8"))], 3)

    assert [{"whose": ["7"]}] == rows.bodies
    assert [SourceRef("crm", "7")] == [it.customer.ref for it in found[link]]
    assert SourceRef("shop", "1") == found[link][0].ref
    refs = [SourceRef("crm", "7"), SourceRef("shop", "7")]
    assert [True, False] == [oms.finds_orders_by(it) for it in refs]
    assert [False, True] == [alone.finds_orders_by(it) for it in refs]


@pytest.mark.parametrize(
    ("page", "finds"),
    [
        ("{request: {path: /rows}}", True),
        ('{request: {path: /rows, params: {whose: "{ref}"}}}', True),
        ('{request: {path: /rows, params: {whose: "{ref}", mail: "{email}"}}}', False),
    ],
)
async def test_a_list_that_wants_more_keys_makes_orders_wait_for_their_customer(
    connect: Callable[..., Any], page: str, finds: bool
) -> None:
    """The further pages of a customer's orders come out of it."""
    lookups = "ID: {request: {path: /rows, body: {whose: '{keys}'}}, match: whose}"
    text = FILE[: FILE.index("    LINK:")] + f"    {lookups}\n  order_page: {page}\n"
    told = text.replace("    number: no\n", "    number: no\n    customer: {fields: {id: whose}}\n")
    ref = SourceRef("shop", "7")

    assert finds == connect(told, base_url="http://127.0.0.1:9").finds_orders_by(ref)
    assert not connect(text, base_url="http://127.0.0.1:9").finds_orders_by(ref)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("total: {path: total", "total: {path: ^.total"), "nothing stands above it"),
        (("    LINK:", "    ID: {request: {path: '/{key}'}}\n    LINK:"), "stands alone"),
        (("match: place", "match: position"), "expected where the answer holds our reference"),
        (('whose: "{keys}"', 'whose: "{key}"'), "expected {keys}"),
    ],
)
def test_what_cannot_work_is_told_at_load(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    """With its place in the file."""
    path = tmp_path / "connector.yaml"
    path.write_text(HEAD + FILE.replace(*change), encoding="utf-8")

    with pytest.raises(ConfigurationError) as wrong:
        connector_class(path)
    assert any(told in line and "connector.yaml:" in line for line in wrong.value.lines)


def test_the_ends_of_time_can_be_written() -> None:
    """A client may bound a list by them; years have four digits."""
    ends = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    east = datetime(2026, 1, 1, tzinfo=UTC).astimezone().tzinfo or UTC

    assert ["0001-01-01", "9999-12-31"] == [writer("%Y-%m-%d", UTC)(end) for end in ends]
    assert all(writer("iso", east)(end) for end in ends)
