"""Payment providers whose readers are registered and named through them."""

from typing import Protocol, runtime_checkable

from connectors.sdk.context import CallContext
from connectors.sdk.ports.writing import write
from connectors.sdk.reader_registry import ReaderRegistration
from connectors.sdk.terminal import ReaderState


@runtime_checkable
class ReaderRegistry(Protocol):
    """A payment provider whose readers are registered and named through it.

    What `TerminalDriver` says of keys and accounts holds here as well. Raises `Rejected` with the
    reason `registration_code` where no reader shows the code.
    """

    @write
    async def register_reader(
        self, ctx: CallContext, registration: ReaderRegistration
    ) -> ReaderState:
        """Make a reader known at a place. Raises `NotFound` where there is no such place."""
        ...

    @write
    async def rename_reader(
        self, ctx: CallContext, reader: str, label: str, account: str | None
    ) -> ReaderState:
        """Label a reader anew. Raises `NotFound`."""
        ...
