"""What is answered about readers' tasks where the configuration takes no payments."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from schema.domain.errors import InvalidRequest
from schema.domain.payment import UserErrorRecord
from schema.domain.reader_task import CardSetup, Cart, InputAsked, ReaderTaskRecord
from schema.domain.scope import RequestScope
from schema.ports.payments import ReaderKey

_NONE: Final = UserErrorRecord(
    "PAYMENTS_NOT_CONFIGURED",
    "This gateway takes no payments: its configuration has no section `payments`.",
)


class NoReaderTasks:
    """Implements `schema.ports.reader_tasks.ReaderTasks` without a provider."""

    async def show_cart(
        self, scope: RequestScope, reader: ReaderKey, cart: Cart
    ) -> UserErrorRecord:
        """See `ReaderTasks.show_cart`."""
        return _NONE

    async def clear_cart(self, scope: RequestScope, reader: ReaderKey) -> UserErrorRecord:
        """See `ReaderTasks.clear_cart`."""
        return _NONE

    async def collect_inputs(
        self,
        scope: RequestScope,
        reader: ReaderKey,
        inputs: Sequence[InputAsked],
        idempotency_key: str,
    ) -> UserErrorRecord:
        """See `ReaderTasks.collect_inputs`."""
        return _NONE

    async def save_card(
        self, scope: RequestScope, reader: ReaderKey, setup: CardSetup, idempotency_key: str
    ) -> UserErrorRecord:
        """See `ReaderTasks.save_card`."""
        return _NONE

    async def cancel(self, scope: RequestScope, task: str) -> UserErrorRecord:
        """See `ReaderTasks.cancel`."""
        return _NONE

    async def tasks(
        self, scope: RequestScope, ids: Sequence[str]
    ) -> Sequence[ReaderTaskRecord | None]:
        """See `ReaderTasks.tasks`."""
        return [None] * len(ids)

    async def updates(self, scope: RequestScope, task: str) -> AsyncIterator[ReaderTaskRecord]:
        """See `ReaderTasks.updates`."""
        raise InvalidRequest("There is no such task.")
        yield  # what makes this a generator
