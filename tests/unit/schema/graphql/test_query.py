import asyncio
from typing import Any

import pytest

from schema.domain.customer import CustomerLink
from schema.domain.errors import Unavailable
from schema.domain.move import Move
from schema.domain.reference import GlobalId, SourceRef
from tests.unit.schema.graphql.shop import Shop

JOINED = """{
  orders(first: 50) {
    nodes {
      number
      customer { name loyalty { points } }
      store { code readers { name status } }
      lines { quantity variant { sku product { title } stock { store { code } available } } }
      payments { state }
    }
    missing { source }
    pageInfo { hasNextPage }
  }
}"""


async def test_fifty_joined_orders_cost_one_call_for_each_system_and_entity(shop: Shop) -> None:
    """Relations are resolved for a whole level at once."""
    data = await shop.data(JOINED)

    counts = shop.calls()
    listed = {name: counts.pop(name) for name in ("pos.order_page", "oms.order_page")}
    assert 50 == len(data["orders"]["nodes"])
    assert all(calls <= 2 for calls in listed.values())
    assert {
        "crm.customers": 1,
        "crm.loyalty": 1,
        "wms.variants": 1,
        "wms.products": 1,
        "wms.stock_levels": 1,
    } == counts


async def test_the_joined_answer_is_whole(shop: Shop) -> None:
    """Each relation leads to the right record."""
    data = await shop.data(JOINED)

    first = data["orders"]["nodes"][0]
    assert {"name": "森 真理", "loyalty": {"points": 120}} == first["customer"]
    assert ["Front counter", "Gift desk"] == [it["name"] for it in first["store"]["readers"]]
    assert [("ginza", 3), ("umeda", 0)] == [
        (it["store"]["code"], it["available"]) for it in first["lines"][0]["variant"]["stock"]
    ]
    assert "Shirt" == first["lines"][0]["variant"]["product"]["title"]


async def test_a_dead_system_leaves_one_error_in_each_hole(shop: Shop) -> None:
    """The orders are there all the same, without what the dead system knows."""
    shop.crm.failure = Unavailable("down")

    result = await shop.answer("{ orders(first: 2) { nodes { number customer { name } } } }")

    assert result.errors is not None
    assert [["orders", "nodes", 0, "customer"], ["orders", "nodes", 1, "customer"]] == sorted(
        it.path or [] for it in result.errors
    )
    assert [None, None] == [it["customer"] for it in (result.data or {})["orders"]["nodes"]]


async def test_a_merged_list_tells_whose_rows_it_lacks(shop: Shop) -> None:
    """In band, and in what the answer's extensions are made of."""
    shop.oms.failure = Unavailable("down")
    context = shop.context()

    result = await shop.answer("{ orders { missing { source code } } }", context)

    assert {"orders": {"missing": [{"source": "oms", "code": "SOURCE_UNAVAILABLE"}]}} == result.data
    assert ["oms"] == [gap.source for gap in context.scope.gaps]


@pytest.mark.parametrize(
    ("kind", "parts", "shown"),
    [
        ("Customer", ("crm", "c1"), "name"),
        ("Order", ("pos", "1"), "number"),
        ("Product", ("wms", "p1"), "title"),
        ("ProductVariant", ("SKU-1",), "sku"),
        ("Store", ("ginza",), "code"),
        ("Reader", ("ginza", "Gift desk"), "name"),
    ],
)
async def test_every_node_is_found_by_its_id(
    shop: Shop, kind: str, parts: tuple[str, ...], shown: str
) -> None:
    """And gives the same id again."""
    name = GlobalId(kind, parts).text
    data = await shop.data(
        f"query($id: ID!) {{ node(id: $id) {{ __typename id ... on {kind} {{ {shown} }} }} }}",
        id=name,
    )

    assert (kind, name) == (data["node"]["__typename"], data["node"]["id"])
    assert data["node"][shown]


async def test_nodes_come_in_the_order_asked_and_unknown_ones_are_null(shop: Shop) -> None:
    """Each kind is asked for in one go; an id of a kind nobody has is unknown."""
    parts = [("Order", ("pos", "1")), ("Nothing", ("x",)), ("Order", ("pos", "2"))]
    ids = [GlobalId(kind, it).text for kind, it in [*parts, ("Order", ("pos",))]]
    data = await shop.data("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)

    assert [{"id": ids[0]}, None, {"id": ids[2]}, None] == data["nodes"]
    assert {"pos.orders": 1} == shop.calls()


async def test_an_id_outlives_a_move(shop: Shop) -> None:
    """A record that lives elsewhere now is found by its old id, and shows it."""
    shop.crosswalk.replace([Move("Order", SourceRef("legacy", "9"), SourceRef("oms", "1"))])
    name = GlobalId("Order", ("legacy", "9")).text

    data = await shop.data(
        "query($id: ID!) { order(by: {id: $id}) { id source { name } } }", id=name
    )

    assert {"id": name, "source": {"name": "oms"}} == data["order"]


@pytest.mark.parametrize(
    "by",
    [
        {"email": " MARI@example.com "},
        {"phone": "+81 3-1234-5678"},
        {"membershipNumber": "M1"},
        {"source": {"name": "crm", "id": "c1"}},
        {"id": GlobalId("Customer", ("crm", "c1")).text},
    ],
)
async def test_a_customer_is_found_by_every_key(shop: Shop, by: dict[str, Any]) -> None:
    """However a person writes it."""
    data = await shop.data("query($by: CustomerBy!) { customer(by: $by) { name } }", by=by)

    assert {"name": "森 真理"} == data["customer"]


@pytest.mark.parametrize("by", [{"number": "N-3"}, {"source": {"name": "pos", "id": "3"}}])
async def test_an_order_is_found_by_number_and_source(shop: Shop, by: dict[str, Any]) -> None:
    """The number is the one on the receipt."""
    data = await shop.data("query($by: OrderBy!) { order(by: $by) { number } }", by=by)

    assert {"number": "N-3"} == data["order"]


async def test_a_customers_orders_are_merged_over_systems(shop: Shop) -> None:
    """Newest first, and the cursor leads on."""
    document = """query($after: String) { customer(by: {email: "mari@example.com"}) {
      identities { source { name id } }
      orders(first: 30, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }"""
    first = (await shop.data(document))["customer"]["orders"]

    second = (await shop.data(document, after=first["pageInfo"]["endCursor"]))["customer"]["orders"]
    assert (30, True) == (len(first["nodes"]), first["pageInfo"]["hasNextPage"])
    assert (20, False) == (len(second["nodes"]), second["pageInfo"]["hasNextPage"])
    assert 50 == len({it["id"] for it in [*first["nodes"], *second["nodes"]]})


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ('{ reader(store: "ginza", name: "Back door") { name } }', "READER_UNKNOWN"),
        ('{ reader(store: "nowhere", name: "x") { name } }', "STORE_UNKNOWN"),
        ('{ store(by: {code: "nowhere"}) { name } }', "STORE_UNKNOWN"),
        ('{ orders(filter: {stores: ["nowhere"]}) { nodes { id } } }', "STORE_UNKNOWN"),
        ('{ variant(by: {sku: "SKU-1"}) { stock(stores: ["x"]) { onHand } } }', "STORE_UNKNOWN"),
        ('{ order(by: {id: "%%%"}) { id } }', "BAD_REQUEST"),
        ('{ order(by: {number: ""}) { id } }', "BAD_REQUEST"),
        ('{ customer(by: {phone: "3-1234"}) { name } }', "BAD_REQUEST"),
        ('{ customer(by: {email: ""}) { name } }', "BAD_REQUEST"),
        ("{ orders(first: 101) { nodes { id } } }", "BAD_REQUEST"),
        ("{ orders(first: -1) { nodes { id } } }", "BAD_REQUEST"),
        ('{ orders(after: "%%%") { nodes { id } } }', "BAD_REQUEST"),
        ('{ stores(after: "nowhere") { nodes { code } } }', "BAD_REQUEST"),
        ("{ stores(near: {latitude: 91, longitude: 0}) { nodes { code } } }", "BAD_REQUEST"),
    ],
)
async def test_a_wrong_argument_is_told(shop: Shop, document: str, code: str) -> None:
    """Its field is null, with one error that says what is wrong."""
    result = await shop.answer(document)

    assert result.errors is not None
    assert [code] == [getattr(it.original_error, "code", None) for it in result.errors]


async def test_too_many_ids_are_refused(shop: Shop) -> None:
    """A hundred is as many as a list may have."""
    ids = [GlobalId("Order", ("pos", "1")).text] * 101

    result = await shop.answer("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)

    assert result.errors is not None
    assert "at most 100" in str(result.errors[0])


async def test_stores_come_nearest_first(shop: Shop) -> None:
    """With their distance; a radius leaves out those that are farther."""
    near = {"latitude": 34.7, "longitude": 135.5}
    document = """query($near: GeoPoint, $radius: Float) {
      stores(near: $near, radiusKm: $radius, first: 1) {
        edges { node { code location { latitude } } distanceKm }
        pageInfo { hasNextPage } nodes { code } } }"""

    everywhere = (await shop.data(document, near=near))["stores"]
    around = (await shop.data(document, near=near, radius=10.0))["stores"]

    assert ("umeda", True) == (
        everywhere["nodes"][0]["code"],
        everywhere["pageInfo"]["hasNextPage"],
    )
    assert around["pageInfo"]["hasNextPage"] is False


async def test_a_variant_tells_where_it_can_be_had(shop: Shop) -> None:
    """Nearest first, and what may be sold there."""
    data = await shop.data(
        """{ variant(by: {gtin: "4901234567894"}) {
          availability(near: {latitude: 34.7, longitude: 135.5}) {
            store { code } available quantity } } }"""
    )

    assert [
        {"store": {"code": "umeda"}, "available": False, "quantity": 0},
        {"store": {"code": "ginza"}, "available": True, "quantity": 3},
    ] == data["variant"]["availability"]


async def test_sources_tell_how_they_were_met(shop: Shop) -> None:
    """Without asking any of them."""
    await shop.data("{ orders { nodes { id } } }")

    data = await shop.data("{ sources { name state } }")

    assert [("pos", "UP"), ("oms", "UP"), ("crm", "UNASKED"), ("wms", "UNASKED")] == [
        (it["name"], it["state"]) for it in data["sources"]
    ]


async def test_a_customers_orders_are_asked_for_while_the_customer_is_read(shop: Shop) -> None:
    """Where systems find them by the reference; the CRM here answers only after they were asked."""
    shop.pos.finds_by = shop.oms.finds_by = {"crm"}
    ref = CustomerLink(SourceRef("crm", "c1"))
    for system in (shop.pos, shop.oms):
        system.orders_by_link[ref] = system.orders_kept
    shop.crm.gate = asyncio.Event()
    ask = "{ customer(by: {id: $id}) { name orders(first: 1) { nodes { number } } } }"
    answer = shop.data(f"query($id: ID!) {ask}", id=GlobalId("Customer", ("crm", "c1")).text)
    asked = asyncio.create_task(answer)
    for _ in range(50):
        await asyncio.sleep(0)
    early = shop.oms.asked("orders_of")
    shop.crm.gate.set()
    data = await asked

    assert [[ref]] == early == shop.oms.asked("orders_of")
    assert {"name": "森 真理", "orders": {"nodes": [{"number": "N-1"}]}} == data["customer"]
