"""Payment providers whose readers do more than take payments."""

from typing import Protocol, runtime_checkable

from connectors.sdk.context import CallContext
from connectors.sdk.ports.writing import write
from connectors.sdk.reader_task import (
    InputsRequest,
    SetupProcess,
    SetupRequest,
    SetupState,
    TaskReader,
)
from schema.domain.reader_task import Cart


@runtime_checkable
class ReaderTaskDriver(Protocol):
    """Readers that show carts, ask for inputs and keep cards.

    Everything that is sent to a reader takes the place of what waits there. Writes take
    `ctx.idempotency_key`, as those of `TerminalDriver` do, and raise `OutcomeUnknown` when the
    reader may have received it, `Conflict` when it is busy. `account` is the provider's account
    that owns the reader; None is the default one.
    """

    async def task_reader(self, ctx: CallContext, reader: str, account: str | None) -> TaskReader:
        """Return one reader and what it is doing. Raises `NotFound`."""
        ...

    @write
    async def show_cart(
        self, ctx: CallContext, reader: str, cart: Cart, account: str | None
    ) -> TaskReader:
        """Show a cart, until something else is sent to the reader."""
        ...

    @write
    async def collect_inputs(
        self, ctx: CallContext, reader: str, request: InputsRequest
    ) -> TaskReader:
        """Ask for inputs."""
        ...

    @write
    async def create_payer(self, ctx: CallContext, reference: str, account: str | None) -> str:
        """Make a customer known by our name for them; returns the provider's id."""
        ...

    @write
    async def create_setup(self, ctx: CallContext, request: SetupRequest) -> SetupState:
        """Announce a card to be kept."""
        ...

    async def setup(self, ctx: CallContext, setup: str, account: str | None) -> SetupState:
        """Return the truth about a card to be kept. Raises `NotFound`."""
        ...

    @write
    async def process_setup(
        self, ctx: CallContext, reader: str, request: SetupProcess
    ) -> TaskReader:
        """Ask for the card."""
        ...

    @write
    async def cancel_setup(self, ctx: CallContext, setup: str, account: str | None) -> SetupState:
        """Give it up. Raises `Conflict` when the card is kept already."""
        ...
