from gateway.engine.catalog import CatalogService
from gateway.engine.crosswalk import Crosswalk
from gateway.engine.routing import Entity
from gateway.engine.source import Source
from schema.domain.errors import SchemaDrift, Unavailable, Unsupported
from schema.domain.move import Move
from schema.domain.product import ProductRecord, VariantKey, VariantKeyKind, VariantRecord
from schema.domain.reference import SourceRef
from schema.ports.catalog import Catalog
from tests.unit.gateway.engine.systems import (
    NOON,
    MemorySystem,
    a_scope,
    a_source,
    some_routes,
)


def by_sku(sku: str) -> VariantKey:
    """The key of a SKU."""
    return VariantKey(VariantKeyKind.SKU, sku)


def a_variant(source: str, sku: str) -> VariantRecord:
    """A variant."""
    return VariantRecord(SourceRef(source, sku), NOON, sku, f"Shirt {sku}")


def a_product(source: str, name: str) -> ProductRecord:
    """A product."""
    return ProductRecord(SourceRef(source, name), NOON, f"Shirt {name}")


def a_catalog(*sources: Source, moves: tuple[Move, ...] = ()) -> Catalog:
    """The products of some systems."""
    return CatalogService(some_routes(Entity.CATALOG, *sources), Crosswalk(moves))


async def test_each_key_is_answered_by_the_first_that_knows_it() -> None:
    """In the keys' order; a later system is asked for the rest alone, or not at all."""
    wms, pim, last = MemorySystem(), MemorySystem(), MemorySystem()
    wms.variants_by = {by_sku("a"): a_variant("wms", "a")}
    pim.variants_by = {by_sku(sku): a_variant("pim", sku) for sku in "ab"}
    catalog = a_catalog(a_source("wms", wms), a_source("pim", pim), a_source("last", last))
    found = await catalog.variants(a_scope(), [by_sku("b"), by_sku("a"), by_sku("b")])

    assert [a_variant("pim", "b"), a_variant("wms", "a"), a_variant("pim", "b")] == found
    assert [[by_sku("b")]] == pim.asked("variants")
    assert [] == last.calls


async def test_an_error_never_falls_to_another_system() -> None:
    """Another's record of the same key might be an older one."""
    wms, pim = MemorySystem(), MemorySystem()
    wms.variants_by = {by_sku("a"): SchemaDrift("price")}
    pim.variants_by = {by_sku("a"): a_variant("pim", "a")}
    found = await a_catalog(a_source("wms", wms), a_source("pim", pim)).variants(
        a_scope(), [by_sku("a")]
    )

    assert isinstance(found[0], SchemaDrift)


async def test_a_system_that_cannot_look_is_passed_over() -> None:
    """Its error stands only where no system could look."""
    wms, pim = MemorySystem(), MemorySystem()
    gtin, unknown, odd = (VariantKey(VariantKeyKind.GTIN, text) for text in ("49", "50", "51"))
    wms.variants_by = {key: Unsupported("no GTINs") for key in (gtin, unknown, odd)}
    pim.variants_by = {gtin: a_variant("pim", "a"), odd: Unsupported("not this one")}
    catalog = a_catalog(a_source("wms", wms), a_source("pim", pim))
    found = await catalog.variants(a_scope(), [gtin, unknown, odd])

    assert [a_variant("pim", "a"), None] == found[:2]
    assert isinstance(found[2], Unsupported)


async def test_references_are_answered_in_their_order() -> None:
    """One call a system, at the same time; none for none, unknown for unknown."""
    wms, pim = MemorySystem(), MemorySystem()
    wms.products_by = {"1": a_product("wms", "1"), "2": SchemaDrift("title")}
    pim.products_by = {"1": a_product("pim", "1")}
    refs = [
        SourceRef("pim", "1"),
        None,
        SourceRef("wms", "1"),
        SourceRef("wms", "9"),
        SourceRef("wms", "2"),
        SourceRef("pim", "1"),
    ]
    found = await a_catalog(a_source("wms", wms), a_source("pim", pim)).products(a_scope(), refs)

    assert [a_product("pim", "1"), None, a_product("wms", "1"), None] == found[:4]
    assert isinstance(found[4], SchemaDrift)
    assert a_product("pim", "1") == found[5]
    assert [["1", "9", "2"]] == wms.asked("products")
    assert [["1"]] == pim.asked("products")


async def test_a_system_that_is_configured_no_more_is_an_error() -> None:
    """The record is not unknown: nobody can be asked."""
    found = (await a_catalog().products(a_scope(), [SourceRef("gone", "1")]))[0]

    assert isinstance(found, Unavailable)
    assert "gone" == found.source


async def test_a_record_is_read_where_it_lives_now() -> None:
    """A reference from before a move leads to the new place."""
    pim = MemorySystem()
    pim.products_by = {"n1": a_product("pim", "n1")}
    moves = (Move("Product", SourceRef("old", "1"), SourceRef("pim", "n1")),)
    catalog = a_catalog(a_source("pim", pim), moves=moves)

    assert [a_product("pim", "n1")] == await catalog.products(a_scope(), [SourceRef("old", "1")])
