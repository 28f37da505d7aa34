"""Systems that take goods back."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from connectors.sdk.context import CallContext
from connectors.sdk.ports.writing import write
from schema.domain.errors import SourceError
from schema.domain.returns import ReturnRecord, ReturnRequest


@runtime_checkable
class ReturnReader(Protocol):
    """A system that knows what came back."""

    async def returns_of(
        self, ctx: CallContext, orders: Sequence[str]
    ) -> Mapping[str, Sequence[ReturnRecord] | SourceError]:
        """Return the returns of each order, by its id in the system, newest first.

        An order without returns is absent, as is one that is unknown.
        """
        ...


@runtime_checkable
class ReturnWriter(Protocol):
    """A system that is told of goods that come back."""

    @write
    async def create_return(self, ctx: CallContext, request: ReturnRequest) -> ReturnRecord:
        """Announce a return and return it. No money moves by this.

        Raises `NotFound` for an unknown order or line, and `Conflict` where more units would come
        back than were delivered.
        """
        ...
