"""Sources over HTTP, against a server on a socket of its own."""

import asyncio
import base64
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from connectors.sdk.context import CallContext
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink
from schema.domain.errors import (
    Conflict,
    RateLimited,
    Rejected,
    SchemaDrift,
    SourceError,
    Unavailable,
    Unsupported,
)

Serve = Callable[[Any], Awaitable[str]]
Connect = Callable[..., Any]

CUSTOMERS: dict[str, Any] = {
    "1": {"id": 1, "name": "Sato", "mail": "Sato@Example.jp", "points": "10"},
    "2": {"id": 2, "name": "Tanaka 店", "mail": "tanaka@example.jp", "points": "x"},
    "3": {"id": 3, "name": None, "mail": "twin@example.jp"},
    "4": {"id": 4, "name": None, "mail": "twin@example.jp"},
}
FILE = """
source:
  kind: http_json
  auth: {kind: none}
probe: {request: {path: /health}}
errors:
  - {when: error, code: error.code, raise: {E404: not_found, E429: rate_limited},
     retry_after_s: error.wait}
records:
  customer: {id: id, name: name, email: {path: mail, email: true}}
  loyalty: {id: id, points: points}
  stock: {sku: sku, store: {path: branch, map: stores}, on_hand: qty}
ports:
  customers:
    ID: {request: {path: /customers, params: {ids: "{keys}"}}, rows: rows}
    EMAIL: {request: {path: /find, body: {mails: "{keys}"}}, rows: rows}
  loyalty:
    ID: {request: {path: "/accounts/{key}", missing: [404]}}
    EMAIL: {request: {path: "/accounts", params: {mail: ["{keys}"]}}, rows: rows, match: mail}
  stock_levels:
    request: {path: /stock, params: {sku: ["{keys}"], branch: "{stores}"}, join: ";"}
    rows: rows
    stores: stores
    match: sku
    none_when: branch == null
"""


class Shop:
    """What the server has been asked, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[web.Request] = []
        self.bodies: list[Any] = []
        self.at_once = Counter[str]()

    @property
    def paths(self) -> list[str]:
        """The addresses as they came."""
        return [request.raw_path for request in self.asked]

    async def __call__(self, request: web.Request) -> web.Response:
        """Answer one request."""
        self.asked.append(request)
        self.at_once["now"] += 1
        self.at_once["most"] = max(self.at_once["now"], self.at_once["most"])
        try:
            return await self._answer(request)
        finally:
            self.at_once["now"] -= 1

    async def _answer(self, request: web.Request) -> web.Response:
        if request.path == "/customers":
            ids = request.query["ids"].split(",")
            return web.json_response({"rows": [CUSTOMERS[it] for it in ids if it in CUSTOMERS]})
        if request.path == "/find":
            self.bodies.append(await request.json())
            mails = self.bodies[-1]["mails"]
            rows = [it for it in CUSTOMERS.values() if str(it["mail"]).lower() in mails]
            return web.json_response({"rows": rows})
        if request.path.startswith("/accounts/"):
            await asyncio.sleep(0.02)
            row = CUSTOMERS.get(request.path.removeprefix("/accounts/"))
            return web.json_response(row or {}, status=200 if row else 404)
        if request.path == "/accounts":
            mails = request.query.getall("mail")
            rows = [it for it in CUSTOMERS.values() if str(it["mail"]).lower() in mails]
            return web.json_response({"rows": rows})
        stock = [
            {"sku": "A", "branch": "002", "qty": 2},
            {"sku": "A", "branch": "001", "qty": 1},
            {"sku": "A", "branch": "999", "qty": 9},
            {"sku": "B", "branch": None, "qty": None},
        ]
        return web.json_response({"rows": stock})


def ids(*values: str) -> list[CustomerKey]:
    """Keys by id."""
    return [CustomerKey(CustomerKeyKind.ID, value) for value in values]


def link(value: str) -> CustomerLink:
    """A link by e-mail."""
    return CustomerLink(email=value)


async def test_a_batch_is_one_call_and_unknown_ids_are_absent(
    serve: Serve, connect: Connect, ctx: CallContext
) -> None:
    """Fifty keys or two, one request; numbers come as ids, and text as it is."""
    shop = Shop()
    connector = connect(FILE, base_url=await serve(shop))

    found = await connector.customers(ctx, ids("1", "2", "9"))

    assert ["/customers?ids=1%2C2%2C9"] == shop.paths
    assert {"1": "Sato", "2": "Tanaka 店"} == {key.value: it.name for key, it in found.items()}
    assert "sato@example.jp" == found[ids("1")[0]].email


async def test_kinds_of_keys_are_asked_side_by_side(
    serve: Serve, connect: Connect, ctx: CallContext
) -> None:
    """A kind that the file lacks is unsupported; a key that two share is a conflict."""
    shop = Shop()
    connector = connect(FILE, base_url=await serve(shop))
    mails = [CustomerKey(CustomerKeyKind.EMAIL, f"{it}@example.jp") for it in ("sato", "twin")]
    phone = CustomerKey(CustomerKeyKind.PHONE, "+81312345678")

    found = await connector.customers(ctx, [*ids("1"), *mails, phone])

    assert [{"mails": ["sato@example.jp", "twin@example.jp"]}] == shop.bodies
    assert "1" == found[mails[0]].ref.id
    assert isinstance(found[mails[1]], Conflict)
    assert isinstance(found[phone], Unsupported)


async def test_one_key_a_call_fans_out_within_the_limit(
    serve: Serve, connect: Connect, ctx: CallContext
) -> None:
    """Not more calls at once than the system bears; a 404 that the file names is unknown."""
    shop = Shop()
    connector = connect(FILE, base_url=await serve(shop))
    customers = await connector.customers(ctx, ids("1"))
    links = [
        CustomerLink(ref=type(customers[ids("1")[0]].ref)("shop", it))
        for it in ("1", "2", "5", "6", "7", "8", "../customers", "a/b")
    ]

    found = await connector.loyalty(ctx, links)

    assert 10 == found[links[0]].points
    assert isinstance(found[links[1]], SchemaDrift)
    assert set(found) == set(links[:2])
    assert 1 < shop.at_once["most"] <= 4
    assert "/accounts/..%2Fcustomers" in shop.paths


async def test_a_list_repeats_its_parameter_and_rows_are_matched(
    serve: Serve, connect: Connect, ctx: CallContext
) -> None:
    """A row goes to the key that its `match` tells, upper case or lower."""
    shop = Shop()
    connector = connect(FILE, base_url=await serve(shop))
    links = [link("sato@example.jp"), link("nobody@example.jp")]

    found = await connector.loyalty(ctx, links)

    assert ["/accounts?mail=sato%40example.jp&mail=nobody%40example.jp"] == shop.paths
    assert {links[0]: 10} == {it: account.points for it, account in found.items()}


async def test_stock_is_asked_in_the_systems_words_and_sorted_in_ours(
    serve: Serve, connect: Connect, ctx: CallContext
) -> None:
    """Branches that are not configured are left out; an item without stock is known."""
    shop = Shop()
    connector = connect(FILE, base_url=await serve(shop))
    await connector.stock_levels(ctx, ["A"], ["umeda", "elsewhere"])

    found = await connector.stock_levels(ctx, ["A", "B", "C"], None)

    assert "/stock?sku=A&branch=002" == shop.paths[0]
    assert "/stock?sku=A&sku=B&sku=C&branch=001%3B002" == shop.paths[1]
    assert [("ginza", 1), ("umeda", 2)] == [(it.store, it.on_hand) for it in found["A"]]
    assert [] == found["B"]
    assert "C" not in found


async def test_keys_that_cannot_be_sent_are_unknown(
    serve: Serve, connect: Connect, ctx: CallContext
) -> None:
    """A line break or half a character is in no system's key; nothing is sent for it."""
    shop = Shop()
    connector = connect(FILE, base_url=await serve(shop))

    assert {} == await connector.customers(ctx, ids("a\r\nb", "\ud800", ""))
    assert [] == shop.paths


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ((200, '{"error": {"code": "E429", "wait": 7}}'), RateLimited),
        ((200, '{"error": {"code": "E500"}}'), Rejected),
        ((422, '{"error": {"code": "E429"}}'), RateLimited),
        ((200, "<html>hello</html>"), SchemaDrift),
        ((200, '{"rows": [{"id": 1, '), SchemaDrift),
        ((200, '{"items": []}'), SchemaDrift),
        ((404, "not here"), Rejected),
        ((429, "slowly"), RateLimited),
        ((500, "oh no"), Unavailable),
    ],
)
async def test_what_is_no_answer_is_one_of_our_errors(
    serve: Serve,
    connect: Connect,
    ctx: CallContext,
    answered: tuple[int, str],
    expected: type[SourceError],
) -> None:
    """The file's rules come first, whatever the status; then the status counts."""
    status, body = answered

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=body, content_type="application/json")

    connector = connect(FILE, base_url=await serve(answer))

    with pytest.raises(SourceError) as caught:
        await connector.customers(ctx, ids("1"))

    assert expected is type(caught.value)
    if "wait" in body:
        assert 7.0 == getattr(caught.value, "retry_after_s", None)


async def test_a_code_for_unknown_makes_the_keys_absent(
    serve: Serve, connect: Connect, ctx: CallContext
) -> None:
    """A rule may say that an error means that nothing was found."""

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"error": {"code": "E404"}})

    connector = connect(FILE, base_url=await serve(answer))

    assert {} == await connector.customers(ctx, ids("1"))


async def test_a_row_that_tells_no_key_makes_no_key_unknown(
    serve: Serve, connect: Connect, ctx: CallContext
) -> None:
    """The field with the key is gone: that is drift of the keys without an answer."""

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"rows": [{"id": 1, "name": "x"}, {"ident": 2}]})

    connector = connect(FILE, base_url=await serve(answer))

    found = await connector.customers(ctx, ids("1", "2"))

    assert "x" == found[ids("1")[0]].name
    assert isinstance(found[ids("2")[0]], SchemaDrift)


async def test_basic_credentials_go_with_every_request_and_into_no_message(
    serve: Serve, connect: Connect, ctx: CallContext, caplog: pytest.LogCaptureFixture
) -> None:
    """The password is in the header, and neither in an error nor in a log."""
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.headers["authorization"])
        return web.Response(status=401)

    auth = 'auth: {kind: basic, username: till, password: "{config.password}"}'
    connector = connect(FILE.replace("auth: {kind: none}", auth), base_url=await serve(answer))

    with pytest.raises(Rejected) as caught:
        await connector.probe(ctx)

    assert ["till:hunter-two"] == [base64.b64decode(it.split()[1]).decode() for it in seen]
    assert "hunter-two" not in f"{caught.value!r}{caplog.text}"


async def test_positions_are_matched_in_the_order_asked(
    serve: Serve, connect: Connect, ctx: CallContext
) -> None:
    """Null is an unknown key, and another number of rows is drift."""
    rows: list[Any] = [{"id": 1, "name": "a", "mail": "x@y.jp"}, None]

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"rows": rows})

    text = FILE.replace(
        "}, rows: rows}\n    EMAIL", "}, rows: rows, match: position}\n    EMAIL", 1
    )
    connector = connect(text, base_url=await serve(answer))
    keys = ids("k", "l")

    assert {keys[0]: "a"} == {
        key: it.name for key, it in (await connector.customers(ctx, keys)).items()
    }
    rows.append(None)
    with pytest.raises(SchemaDrift):
        await connector.customers(ctx, keys)


async def test_rows_may_hold_the_records_in_a_list(
    serve: Serve, connect: Connect, ctx: CallContext
) -> None:
    """The row tells the key, the elements the records; an empty list is a known key."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.query["sku"])
        levels = [{"branch": "002", "qty": 2}, {"branch": "001", "qty": 1}]
        rows = [
            {"sku": "A1", "levels": levels},
            {"sku": "B1", "levels": []},
            {"sku": "C1", "levels": None},
        ]
        return web.json_response({"rows": rows})

    head, _, _ = FILE.partition("  stock_levels:")
    text = (
        head
        + """  stock_levels:
    request: {path: /stock, params: {sku: "{keys}"}}
    rows: rows
    match: sku
    each: levels
    pattern: "[A-Z][0-9]"
"""
    )
    connector = connect(text, base_url=await serve(answer))

    found = await connector.stock_levels(ctx, ["A1", "B1", "C1", "D1", "bad"], None)

    assert ["A1,B1,C1,D1"] == asked
    assert [("ginza", 1), ("umeda", 2)] == [(it.store, it.on_hand) for it in found["A1"]]
    assert [] == found["B1"]
    assert isinstance(found["C1"], SchemaDrift)
    assert {"A1", "B1", "C1"} == set(found)
