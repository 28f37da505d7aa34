"""Which system feeds which entity, in which store and channel."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from gateway.engine.source import Source
from schema.domain.order import Channel, OrderQuery, OrderRecord


class Entity(StrEnum):
    """What a system can feed. The value is the name in the configuration."""

    CUSTOMER = "customer"
    ORDER = "order"
    CATALOG = "catalog"
    STOCK = "stock"
    INCOMING = "incoming"
    LOYALTY = "loyalty"


class Route(Struct, frozen=True):
    """One system's share of an entity; None is every store, or every channel."""

    source: Source
    stores: frozenset[str] | None = None
    channels: frozenset[Channel] | None = None

    def feeds(self, order: OrderRecord) -> bool:
        """Whether an order lies in this route's share."""
        in_store = self.stores is None or order.store in self.stores
        return in_store and (self.channels is None or order.channel in self.channels)

    def may_answer(self, query: OrderQuery) -> bool:
        """Whether a query can meet this route's share."""
        return _meet(self.stores, query.stores) and _meet(self.channels, query.channels)


def _meet(share: frozenset[object] | None, asked: Sequence[object] | None) -> bool:
    return share is None or asked is None or not share.isdisjoint(asked)


class Routes:
    """The routes of every entity, in the configuration's order: the first that matches feeds it."""

    def __init__(self, routes: Mapping[Entity, Sequence[Route]]) -> None:
        self._routes = {entity: tuple(routes.get(entity, ())) for entity in Entity}

    def of(self, entity: Entity) -> tuple[Route, ...]:
        """Every route of an entity; empty where nothing feeds it."""
        return self._routes[entity]

    def source(self, entity: Entity, name: str) -> Source | None:
        """The system of that name, if it feeds the entity."""
        return next((it.source for it in self.of(entity) if it.source.name == name), None)

    def is_owner(self, order: OrderRecord) -> bool:
        """Whether the order comes from the system whose word on it counts: the first to feed it."""
        for route in self._routes[Entity.ORDER]:
            if route.feeds(order):
                return route.source.name == order.ref.name
        return False

    def by_store(self, entity: Entity, stores: Sequence[str]) -> Mapping[Source, tuple[str, ...]]:
        """Share stores out among the systems that feed the entity there.

        Shape: each store once; a store that nobody feeds is left out.
        """
        shares: dict[Source, list[str]] = {}
        for store in dict.fromkeys(stores):
            for route in self.of(entity):
                if route.stores is None or store in route.stores:
                    shares.setdefault(route.source, []).append(store)
                    break
        return {source: tuple(codes) for source, codes in shares.items()}
