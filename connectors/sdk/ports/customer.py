"""Systems that know customers."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from connectors.sdk.context import CallContext
from connectors.sdk.ports.writing import write
from schema.domain.customer import CustomerKey, CustomerRecord
from schema.domain.customer_change import CustomerChange
from schema.domain.errors import SourceError


@runtime_checkable
class CustomerReader(Protocol):
    """A system that knows customers."""

    async def customers(
        self, ctx: CallContext, keys: Sequence[CustomerKey]
    ) -> Mapping[CustomerKey, CustomerRecord | SourceError]:
        """Return the customer of each key; keys may be of several kinds in one call.

        A kind that the system cannot look up by answers `Unsupported` for that key.
        """
        ...


@runtime_checkable
class CustomerWriter(Protocol):
    """A system that takes what is written about customers."""

    @write
    async def create_customer(self, ctx: CallContext, change: CustomerChange) -> CustomerRecord:
        """Make a customer and return them. Fields that are `UNSET` stay empty.

        Raises `Conflict` where the system has a customer with a key that may not repeat.
        """
        ...

    @write
    async def update_customer(
        self, ctx: CallContext, customer: str, change: CustomerChange
    ) -> CustomerRecord:
        """Change a customer, by the system's own id, and return them as they are then.

        Raises `NotFound`, and `Conflict` where a new key belongs to another customer. A field that
        the system does not keep is `Unsupported`, and then nothing is changed.
        """
        ...
