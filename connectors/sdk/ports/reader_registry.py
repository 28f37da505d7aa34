"""Payment providers whose readers are registered and named through them."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from connectors.sdk.context import CallContext
from connectors.sdk.ports.writing import write
from connectors.sdk.reader_registry import ReaderRegistration
from connectors.sdk.terminal import ReaderState
from schema.domain.payment_method import PaymentMethodKind


@runtime_checkable
class ReaderRegistry(Protocol):
    """A payment provider whose readers are registered and named through it.

    What `TerminalDriver` says of keys and accounts holds here as well. Raises `Rejected` with the
    reason `registration_code` where no reader shows the code.
    """

    def reader_methods(self, device_type: str | None, currency: str) -> Sequence[PaymentMethodKind]:
        """What a customer may pay with at a reader of a model and a currency. Asks nobody.

        An account may lack one of them all the same.
        """
        ...

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
