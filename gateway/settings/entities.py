"""Which system feeds which entity."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Struct
from pydantic import Field

from gateway.settings.section import Section, SourceName, StoreCode
from schema.domain.order import Channel

Stores = Annotated[tuple[StoreCode, ...], Field(min_length=1)]
Channels = Annotated[tuple[Channel, ...], Field(min_length=1)]


class Share(Struct, frozen=True):
    """One system's share of an entity; None is every store, or every channel."""

    source: str
    stores: frozenset[str] | None = None
    channels: frozenset[Channel] | None = None


class SharedRoute(Section):
    """A system that feeds an entity wherever it lies."""

    source: SourceName = Field(description="The system, by its name under `sources`.")


class StoreRoute(SharedRoute):
    """A system that feeds an entity in some stores, or in all."""

    stores: Stores | None = Field(
        default=None, description="Only these stores, by code. Absent: every store."
    )


class OrderRoute(StoreRoute):
    """A system that feeds orders of some stores and channels, or of all."""

    channels: Channels | None = Field(
        default=None, description="Only orders placed there. Absent: every channel."
    )


class EntitySettings(Section):
    """Which system feeds which entity. Order matters: the first route that matches feeds it."""

    customer: tuple[SharedRoute, ...] = Field(
        default=(), description="Customers, most trusted system first."
    )
    order: tuple[OrderRoute, ...] = Field(
        default=(), description="Orders; lists are merged over every system named here."
    )
    catalog: tuple[SharedRoute, ...] = Field(default=(), description="Products and variants.")
    stock: tuple[StoreRoute, ...] = Field(default=(), description="Stock by store.")
    incoming: tuple[StoreRoute, ...] = Field(
        default=(), description="Deliveries on their way to stores."
    )
    loyalty: tuple[SharedRoute, ...] = Field(default=(), description="Loyalty accounts.")

    def shares(self) -> Iterator[tuple[str, Share]]:
        """Every route with the name of its entity, in the configuration's order."""
        for entity in type(self).model_fields:
            for route in getattr(self, entity):
                yield entity, _share(route)


def _share(route: SharedRoute) -> Share:
    stores = route.stores if isinstance(route, StoreRoute) else None
    channels = route.channels if isinstance(route, OrderRoute) else None
    return Share(
        route.source,
        None if stores is None else frozenset(stores),
        None if channels is None else frozenset(channels),
    )
