"""Refunds that the provider has yet to make are looked at again, though no message comes."""

import asyncio
import logging

from gateway.payments.course import Desk
from gateway.payments.refunds import Refunds

log = logging.getLogger(__name__)


class RefundWatch:
    """Reads the payments of pending refunds from time to time; webhooks are only faster.

    Nothing is sent, so that every process may do it.
    """

    def __init__(self, desk: Desk, refunds: Refunds) -> None:
        self._desk = desk
        self._refunds = refunds
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to watch."""
        self._task = asyncio.create_task(self._run(), name="pending refunds")

    async def aclose(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._desk.timing.refund_watch_s)
            try:
                for payment in await self._desk.journal.pending_refunds():
                    await self._refunds.count_anew(payment)
            except Exception:
                log.exception("pending refunds could not be looked at")
