"""Erases what customers have entered, when it has been kept long enough."""

import asyncio
import logging
from datetime import timedelta

from gateway.payments.clock import Clock
from gateway.payments.tasks.log import TaskLog

log = logging.getLogger(__name__)

_SLOWEST_S = 60.0


class Eraser:
    """Looks at the start, and then often enough that nothing stays much longer than `kept_s`."""

    def __init__(self, tasks: TaskLog, clock: Clock, kept_s: float) -> None:
        self._log = tasks
        self._clock = clock
        self._kept_s = kept_s
        self._pause_s = min(_SLOWEST_S, max(kept_s / 4, 0.01))
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Erase what is past its time, and go on."""
        self._task = asyncio.create_task(self._run(), name="erase what was entered")

    async def aclose(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def erase(self) -> int:
        """Erase what is past its time; return in how many tasks."""
        now = self._clock.now()
        return await self._log.erase_answers(now - timedelta(seconds=self._kept_s), now)

    async def _run(self) -> None:
        while True:
            try:
                count = await self.erase()
                if count:
                    log.info("what customers entered was erased", extra={"count": count})
            except Exception as error:  # noqa: BLE001 - it goes on; the text may quote a row
                log.warning("nothing could be erased", extra={"code": type(error).__name__})
            await asyncio.sleep(self._pause_s)
