"""Systems that know what is sold."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from connectors.sdk.context import CallContext
from schema.domain.errors import SourceError
from schema.domain.product import ProductRecord, VariantKey, VariantRecord


@runtime_checkable
class CatalogReader(Protocol):
    """A system that knows products and variants."""

    async def variants(
        self, ctx: CallContext, keys: Sequence[VariantKey]
    ) -> Mapping[VariantKey, VariantRecord | SourceError]:
        """Return the variant of each SKU or GTIN."""
        ...

    async def products(
        self, ctx: CallContext, ids: Sequence[str]
    ) -> Mapping[str, ProductRecord | SourceError]:
        """Return the product of each id of the system's own."""
        ...
