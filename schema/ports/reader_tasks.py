"""What readers do besides payments."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from schema.domain.payment import UserErrorRecord
from schema.domain.reader_task import CardSetup, Cart, InputAsked, ReaderTaskRecord
from schema.domain.scope import RequestScope
from schema.ports.payments import ReaderKey


class ReaderTasks(Protocol):
    """What may be asked and done about them.

    Mutations answer within about two seconds with the state that was reached; what they began goes
    on. A `UserErrorRecord` says that nothing was done, and why. The same `idempotency_key` twice is
    one task.
    """

    async def show_cart(
        self, scope: RequestScope, reader: ReaderKey, cart: Cart
    ) -> ReaderTaskRecord | UserErrorRecord:
        """Show a cart, until a payment or anything else takes its place."""
        ...

    async def clear_cart(
        self, scope: RequestScope, reader: ReaderKey
    ) -> ReaderTaskRecord | UserErrorRecord:
        """Take a cart off a reader; nothing else that it may be doing is touched."""
        ...

    async def collect_inputs(
        self,
        scope: RequestScope,
        reader: ReaderKey,
        inputs: Sequence[InputAsked],
        idempotency_key: str,
    ) -> ReaderTaskRecord | UserErrorRecord:
        """Ask a customer for inputs."""
        ...

    async def save_card(
        self, scope: RequestScope, reader: ReaderKey, setup: CardSetup, idempotency_key: str
    ) -> ReaderTaskRecord | UserErrorRecord:
        """Ask a customer for a card, to be kept for them."""
        ...

    async def cancel(self, scope: RequestScope, task: str) -> ReaderTaskRecord | UserErrorRecord:
        """Call a task off. What is canceled stays so; what came first stands."""
        ...

    async def tasks(
        self, scope: RequestScope, ids: Sequence[str]
    ) -> Sequence[ReaderTaskRecord | None]:
        """Return the task of each id; None for one that the actor may not see."""
        ...

    def updates(self, scope: RequestScope, task: str) -> AsyncIterator[ReaderTaskRecord]:
        """Follow a task: its present state, then each change, until it is final.

        Raises:
            InvalidRequest: There is no such task.
            NotPermitted: It belongs to a store that the actor may not see.
        """
        ...
