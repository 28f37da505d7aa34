"""The benchmark's catalogue."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from connectors.sdk.context import CallContext
from schema.domain.errors import SourceError, Unsupported
from schema.domain.product import ProductRecord, VariantKey, VariantKeyKind, VariantRecord
from schema.domain.reference import SourceRef
from tests.bench.packages.bench_typed.system import System, manifest, money


class _Item(Struct):
    item_no: int
    sku: str
    label: str
    group_no: int
    ean: str
    list_price: str
    currency: str


class _Items(Struct):
    items: list[_Item]


class _Group(Struct):
    group_no: int
    label: str
    items: list[str]


class _Groups(Struct):
    groups: list[_Group]


class TypedCatalogue(System):
    """Items by SKU, and the groups that they belong to."""

    Manifest = manifest("catalogue", "The benchmark's catalogue, in code")
    PROBE = ("/groups", {"numbers": "1"})
    _items = msgspec.json.Decoder(_Items)
    _groups = msgspec.json.Decoder(_Groups)

    async def variants(
        self, ctx: CallContext, keys: Sequence[VariantKey]
    ) -> Mapping[VariantKey, VariantRecord | SourceError]:
        """See `CatalogReader.variants`."""
        found: dict[VariantKey, VariantRecord | SourceError] = {
            key: Unsupported("only by SKU") for key in keys if key.kind is not VariantKeyKind.SKU
        }
        by_sku = {key.value: key for key in keys if key.kind is VariantKeyKind.SKU}
        if not by_sku:
            return found
        answer = await self.ask(ctx, "/items", {"skus": ",".join(by_sku)}, self._items)
        now = datetime.now(UTC)
        for row in answer.items:
            found[by_sku[row.sku]] = VariantRecord(
                SourceRef(self.source, str(row.item_no)),
                now,
                row.sku,
                row.label,
                str(row.group_no),
                row.ean,
                money(row.list_price, row.currency),
            )
        return found

    async def products(
        self, ctx: CallContext, ids: Sequence[str]
    ) -> Mapping[str, ProductRecord | SourceError]:
        """See `CatalogReader.products`."""
        known = [it for it in ids if it.isdecimal()]
        if not known:
            return {}
        answer = await self.ask(ctx, "/groups", {"numbers": ",".join(known)}, self._groups)
        now = datetime.now(UTC)
        return {
            str(row.group_no): ProductRecord(
                SourceRef(self.source, str(row.group_no)), now, row.label, tuple(row.items)
            )
            for row in answer.groups
        }
