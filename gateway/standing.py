"""What the graph stands on under one configuration: its systems, and what asks them."""

from collections.abc import Mapping

from msgspec import Struct

from connectors.sdk.http import HttpClients
from connectors.sdk.registry import Registry
from connectors.sdk.source import SourceContext
from gateway.engine.catalog import CatalogService
from gateway.engine.crosswalk import Crosswalk
from gateway.engine.customers import CustomerService
from gateway.engine.orders import OrderService
from gateway.engine.routing import Entity, Route, Routes
from gateway.engine.source import Source
from gateway.engine.sources import SourceDirectory
from gateway.engine.stock import StockService
from gateway.engine.stores import StoreDirectory
from gateway.settings.model import Settings


class Standing(Struct, frozen=True):
    """All that one configuration stands on. A reload makes a new one and lets the old one go."""

    settings: Settings
    sources: Mapping[str, Source]
    customers: CustomerService
    orders: OrderService
    catalog: CatalogService
    stock: StockService
    stores: StoreDirectory
    directory: SourceDirectory


def stand(
    settings: Settings, registry: Registry, crosswalk: Crosswalk, before: Standing | None
) -> Standing:
    """Stand on a configuration. Systems that it leaves as they were `before` go on. Asks none."""
    sources = _sources(settings, registry, before)
    routes: dict[Entity, list[Route]] = {}
    for entity, share in settings.entities.shares():
        route = Route(sources[share.source], share.stores, share.channels)
        routes.setdefault(Entity(entity), []).append(route)
    feeds = Routes(routes)
    stores = StoreDirectory([it.record(code) for code, it in settings.stores.items()])
    return Standing(
        settings=settings,
        sources=sources,
        customers=CustomerService(feeds, crosswalk),
        orders=OrderService(feeds, crosswalk),
        catalog=CatalogService(feeds, crosswalk),
        stock=StockService(feeds, stores),
        stores=stores,
        directory=SourceDirectory(list(sources.values())),
    )


def _sources(
    settings: Settings, registry: Registry, before: Standing | None
) -> Mapping[str, Source]:
    """The configured systems; one that stood under the same settings before stands on."""
    http = HttpClients()
    sources = {}
    for name, wanted in settings.sources.items():
        kind = registry.kind(wanted.connector)
        if (
            before
            and before.settings.sources.get(name) == wanted
            # Another class: the connector is a file, and the file has changed.
            and type(before.sources[name].connector) is kind.cls
        ):
            sources[name] = before.sources[name]
            continue
        limits = wanted.limits_within(kind.manifest.limits)
        connector = kind.cls(wanted.configured(kind), SourceContext(name, limits, http))
        sources[name] = Source(name, kind, connector, limits)
    return sources
