"""Products and variants."""

from collections.abc import Sequence
from typing import Protocol

from schema.domain.errors import TillgraphError
from schema.domain.product import ProductRecord, VariantKey, VariantRecord
from schema.domain.reference import SourceRef
from schema.domain.scope import RequestScope


class Catalog(Protocol):
    """What may be asked about products."""

    async def variants(
        self, scope: RequestScope, keys: Sequence[VariantKey]
    ) -> Sequence[VariantRecord | TillgraphError | None]:
        """Return the variant of each key."""
        ...

    async def products(
        self, scope: RequestScope, refs: Sequence[SourceRef | None]
    ) -> Sequence[ProductRecord | TillgraphError | None]:
        """Return the product of each reference; None for none."""
        ...
