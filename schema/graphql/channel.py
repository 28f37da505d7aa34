"""Where orders are placed."""

import strawberry

from schema.domain.order import Channel
from schema.graphql.record import shown_as

__all__ = ["Channel"]

# Before anything is annotated with it: Strawberry would describe it by itself, and then twice.
strawberry.enum(Channel, description="Where an order was placed.")
shown_as(Channel, Channel)
