"""Products and the variants that are sold."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from schema.domain.errors import TillgraphError
from schema.domain.product import (
    ExpectedVariant,
    ProductRecord,
    VariantKey,
    VariantKeyKind,
    VariantRecord,
)
from schema.domain.reference import GlobalId, SourceRef
from schema.domain.stock import StockRecord
from schema.graphql.context import Info
from schema.graphql.cost import Cost
from schema.graphql.level import level_field, whole
from schema.graphql.node import ID_DESCRIPTION, Node
from schema.graphql.record import shows
from schema.graphql.stock import StockLevel, StoreAvailability, availability_in
from schema.graphql.store import GeoPoint, known_stores


@strawberry.input(one_of=True, description="One key of a variant.")
class VariantBy:
    """Exactly one of the keys."""

    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The variant's id in this graph."
    )
    sku: str | None = strawberry.field(
        default=strawberry.UNSET, description="Our stock keeping unit."
    )
    gtin: str | None = strawberry.field(
        default=strawberry.UNSET, description="Global Trade Item Number, 8 to 14 digits."
    )

    def key(self) -> VariantKey | None:
        """The key asked for; None where the id is another thing's."""
        if self.sku:
            return VariantKey(VariantKeyKind.SKU, self.sku.strip())
        if self.gtin:
            return VariantKey(VariantKeyKind.GTIN, self.gtin.strip())
        found = GlobalId.parse(self.id or "")
        if found.kind != "ProductVariant":
            return None
        return VariantKey(VariantKeyKind.SKU, found.parts[0])


async def _variants(
    products: Sequence[ProductRecord], info: Info
) -> Sequence[list[VariantRecord] | TillgraphError]:
    keys = [VariantKey(VariantKeyKind.SKU, sku) for it in products for sku in it.skus]
    found = iter(await info.context.catalog.variants(info.context.scope, keys))
    return [whole([next(found) for _ in it.skus]) for it in products]


def _expected_variants(
    products: Sequence[ProductRecord], _: Info
) -> Sequence[Sequence[ExpectedVariant]]:
    return [[ExpectedVariant(sku) for sku in it.skus] for it in products]


def _ids(products: Sequence[ProductRecord], info: Info) -> Sequence[str]:
    return [info.context.ids.give("Product", it.ref) for it in products]


@strawberry.type(description="What its variants have in common.")
@shows(ProductRecord)
class Product(Node):
    """Shows `schema.domain.product.ProductRecord`."""

    id: strawberry.ID = level_field(_ids, description=ID_DESCRIPTION)
    variants: (
        list[Annotated["ProductVariant", strawberry.lazy("schema.graphql.product")]] | None
    ) = level_field(
        _variants,
        description="The sizes and colours that are sold.",
        null_is_error=True,
        carries=_expected_variants,
        cost=Cost(assumed=3),
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        """Whether the record is a product's."""
        return isinstance(value, ProductRecord)


async def _product(
    variants: Sequence[VariantRecord], info: Info
) -> Sequence[ProductRecord | TillgraphError | None]:
    refs = [SourceRef(it.ref.name, it.product) if it.product else None for it in variants]
    return await info.context.catalog.products(info.context.scope, refs)


async def _stock(
    variants: Sequence[VariantRecord],
    info: Info,
    stores: Annotated[
        list[str] | None,
        strawberry.argument(description="Only these stores' codes; null is every store."),
    ] = None,
) -> Sequence[Sequence[StockRecord] | TillgraphError]:
    if stores is not None:
        known_stores(info.context.stores, stores)
    return await info.context.stock.levels(info.context.scope, [it.sku for it in variants], stores)


async def _availability(
    variants: Sequence[VariantRecord],
    info: Info,
    near: Annotated[
        GeoPoint | None, strawberry.argument(description="Nearest stores first, from here.")
    ] = None,
    radius_km: Annotated[
        float | None, strawberry.argument(description="Only stores within so many kilometres.")
    ] = None,
) -> Sequence[list[StoreAvailability] | TillgraphError]:
    around = info.context.stores.all(near.record() if near else None, radius_km)
    levels = await info.context.stock.levels(
        info.context.scope, [it.sku for it in variants], [it.store.code for it in around]
    )
    return [it if isinstance(it, TillgraphError) else availability_in(around, it) for it in levels]


def _variant_ids(variants: Sequence[VariantRecord], _: Info) -> Sequence[str]:
    return [GlobalId("ProductVariant", (it.sku,)).text for it in variants]


@strawberry.type(description="One size and colour of a product: what is sold and counted.")
@shows(VariantRecord)
class ProductVariant(Node):
    """Shows `schema.domain.product.VariantRecord`."""

    id: strawberry.ID = level_field(_variant_ids, description=ID_DESCRIPTION)
    product: Product | None = level_field(_product, description="What its variants have in common.")
    stock: list[StockLevel] | None = level_field(
        _stock,
        description="Units by store, ordered by the store's code.",
        null_is_error=True,
        cost=Cost(slicing="stores"),
        needs=["sku"],
    )
    availability: list[StoreAvailability] | None = level_field(
        _availability,
        description="Where it can be had now, nearest first.",
        null_is_error=True,
        needs=["sku"],
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        """Whether the record is a variant's."""
        return isinstance(value, VariantRecord)
