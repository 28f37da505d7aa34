"""Systems that know the stores."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from connectors.sdk.context import CallContext
from schema.domain.errors import SourceError
from schema.domain.store import StoreRecord


@runtime_checkable
class StoreReader(Protocol):
    """A system that knows the stores."""

    async def stores(
        self, ctx: CallContext, codes: Sequence[str] | None
    ) -> Mapping[str, StoreRecord | SourceError]:
        """Return the store of each of our codes, ordered by code; None is every store it knows."""
        ...
