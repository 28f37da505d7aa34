"""Products and variants over every system that keeps a catalogue."""

from collections.abc import Sequence

from gateway.engine.crosswalk import Crosswalk
from gateway.engine.fanout import by_refs, first_known
from gateway.engine.routing import Entity, Routes
from schema.domain.errors import TillgraphError
from schema.domain.product import ProductRecord, VariantKey, VariantRecord
from schema.domain.reference import SourceRef
from schema.domain.scope import RequestScope


class CatalogService:
    """Implements `schema.ports.catalog.Catalog`."""

    def __init__(self, routes: Routes, crosswalk: Crosswalk) -> None:
        self._routes = routes
        self._crosswalk = crosswalk

    async def variants(
        self, scope: RequestScope, keys: Sequence[VariantKey]
    ) -> Sequence[VariantRecord | TillgraphError | None]:
        """See `Catalog.variants`."""
        sources = [route.source for route in self._routes.of(Entity.CATALOG)]
        found = await first_known(scope, sources, "variants", keys)
        return [found.get(key) for key in keys]

    async def products(
        self, scope: RequestScope, refs: Sequence[SourceRef | None]
    ) -> Sequence[ProductRecord | TillgraphError | None]:
        """See `Catalog.products`."""
        located = [self._crosswalk.locate("Product", ref) if ref else None for ref in refs]
        return await by_refs(
            scope, lambda name: self._routes.source(Entity.CATALOG, name), "products", located
        )
