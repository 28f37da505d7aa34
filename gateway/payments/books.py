"""Keeps other systems' books in step with the journal."""

from collections.abc import Sequence

from gateway.payments.clock import Clock, SystemClock
from gateway.payments.journal import Journal
from gateway.payments.write_back import OrderBooks, SendingPace, WriteBack, write_backs
from schema.domain.scope import RequestScope
from schema.domain.write_back import WriteBackRecord


class PaymentBooks:
    """Implements `schema.ports.payment_books.PaymentBooks` over the journal."""

    def __init__(
        self,
        journal: Journal,
        orders: OrderBooks,
        *,
        clock: Clock | None = None,
        pace: SendingPace | None = None,
    ) -> None:
        self._journal = journal
        self.write_back = WriteBack(journal, orders, clock or SystemClock(), pace)

    async def open(self) -> None:
        """Begin to tell."""
        self.write_back.open()

    async def aclose(self) -> None:
        """Stop. What is under way is on record, and taken up by the next start."""
        await self.write_back.aclose()

    async def write_backs(
        self, _: RequestScope, references: Sequence[str]
    ) -> Sequence[WriteBackRecord | None]:
        """See `PaymentBooks.write_backs`."""
        return await write_backs(self._journal, references)


class NoBooks:
    """Implements `schema.ports.payment_books.PaymentBooks` where nobody is paid."""

    async def write_backs(
        self, _: RequestScope, references: Sequence[str]
    ) -> Sequence[WriteBackRecord | None]:
        """See `PaymentBooks.write_backs`."""
        return [None] * len(references)
