"""GraphQL and XML, against a server on a socket of its own."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from connectors.declarative.http_xml import tree_of_xml
from connectors.sdk.context import CallContext
from schema.domain.errors import Rejected, SchemaDrift, Unavailable
from schema.domain.product import VariantKey, VariantKeyKind

Serve = Callable[[Any], Awaitable[str]]
Connect = Callable[..., Any]

GRAPHQL = """
source: {kind: http_graphql, path: /admin-api}
probe: {request: {query: "{ __typename }"}}
errors:
  - {when: "errors[0]", code: "errors[0].extensions.code", raise: {BUSY: unavailable}}
records:
  variant: {id: id, sku: sku, title: name, price: {path: price, money: minor,
    currency: currencyCode}}
ports:
  variants:
    SKU:
      request:
        query: "query Some($skus: [String!]!) { variants(in: $skus) { id sku name } }"
        variables: {skus: "{keys}", options: {take: 50}}
      rows: data.variants
"""
XML = """
source: {kind: http_xml, lists: [item]}
probe: {request: {path: /ping}}
records:
  variant: {id: '"@no"', sku: '"@no"', title: name, price: {path: 'price."#text"',
    currency: 'price."@cur"'}}
ports:
  variants:
    SKU:
      request: {path: /items, body: '<find><no>{keys}</no></find>'}
      rows: items.item
"""


def skus(*values: str) -> list[VariantKey]:
    """Keys by SKU."""
    return [VariantKey(VariantKeyKind.SKU, value) for value in values]


async def test_graphql_is_one_request_with_the_keys_as_they_are(
    serve: Serve, connect: Connect, ctx: CallContext
) -> None:
    """The document goes out unchanged, braces and all; the keys are a list."""
    asked: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append((request.path, await request.json()))
        row = {"id": 7, "sku": "A", "name": "Shirt", "price": 1999, "currencyCode": "SGD"}
        return web.json_response({"data": {"variants": [row]}})

    connector = connect(GRAPHQL, base_url=await serve(answer))
    found = await connector.variants(ctx, skus("A", "B"))

    [(path, body)] = asked
    assert "/admin-api" == path
    assert {"skus": ["A", "B"], "options": {"take": 50}} == body["variables"]
    assert body["query"].endswith("{ id sku name } }")
    assert ["19.99"] == [str(it.price.amount) for it in found.values()]


@pytest.mark.parametrize(
    ("errors", "expected"),
    [([{"extensions": {"code": "BUSY"}}], Unavailable), ([{"message": "secret"}], Rejected)],
)
async def test_graphql_errors_are_ours(
    serve: Serve,
    connect: Connect,
    ctx: CallContext,
    errors: list[Any],
    expected: type[Exception],
) -> None:
    """By the file's rule, or else a refusal; the system's text is not shown."""

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"data": {"variants": []}, "errors": errors})

    connector = connect(GRAPHQL, base_url=await serve(answer))
    with pytest.raises(expected) as caught:
        await connector.variants(ctx, skus("A"))

    assert "secret" not in str(caught.value)


async def test_xml_is_asked_and_read(serve: Serve, connect: Connect, ctx: CallContext) -> None:
    """Keys go in escaped; attributes, texts and a list of one come out."""
    asked: list[bytes] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(await request.read())
        price = "<price cur='JPY'>1500</price>"
        text = f"<items><item no='A&lt;'><name>Shirt</name>{price}</item></items>"
        return web.Response(text=text, content_type="application/xml")

    connector = connect(XML, base_url=await serve(answer))
    found = await connector.variants(ctx, skus("A<", "B"))

    assert [b"<find><no>A&lt;,B</no></find>"] == asked
    assert [("A<", 1500)] == [(key.value, it.price.minor) for key, it in found.items()]


@pytest.mark.parametrize(
    ("body", "expected"),
    [("<items/>", None), ("<items><total>0</total></items>", None), ("<html/>", SchemaDrift)],
)
async def test_no_element_is_no_row_where_the_list_is_there(
    serve: Serve,
    connect: Connect,
    ctx: CallContext,
    body: str,
    expected: type[Exception] | None,
) -> None:
    """XML leaves out what is empty; another document is drift all the same."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=body, content_type="application/xml")

    connector = connect(XML, base_url=await serve(answer))
    if expected is None:
        assert {} == await connector.variants(ctx, skus("A"))
    else:
        with pytest.raises(expected):
            await connector.variants(ctx, skus("A"))


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        b"<a><b></a>",
        b"{}",
        b"<a>" * 200 + b"</a>" * 200,
    ],
)
def test_hostile_and_broken_xml_is_drift(body: bytes) -> None:
    """No entity is resolved, no file read, and depth is bounded."""
    with pytest.raises(SchemaDrift):
        tree_of_xml(body, frozenset())


def test_xml_becomes_plain_data() -> None:
    """Repeated elements are lists, namespaces are left out, and comments are nothing."""
    body = b"<a xmlns='urn:x' k='v'><b>1</b><!-- c --><b>2</b><c><d/></c>t</a>"

    assert {"a": {"@k": "v", "b": ["1", "2"], "c": {"d": ""}}} == tree_of_xml(body, frozenset())
