"""Group commit: the messages that come while a transaction runs share the next one."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import islice

from msgspec import Struct

from connectors.sdk.terminal import ProviderEvent
from gateway.payments.clock import Clock
from gateway.payments.event_log import Arrival, EventBatch, EventLog

log = logging.getLogger(__name__)

_BATCH = 250  # rows in a transaction that others may have to wait for
_MARKS = 5000  # ids in one statement; databases bound that
_LINGER_S = 0.2  # nobody waits for marks and counts, so that they ride with messages if any come
_RETRY_S = 1.0
_REMEMBERED = 20_000  # ids: what is sent again soon is known without asking the database


class _Letter(Struct):
    """A message that waits to be recorded, and how it ended for all who brought it."""

    arrival: Arrival
    recorded: asyncio.Future[None]


class EventWriter:
    """Records what comes, what was taken up, and how much was refused.

    `tell` is given the messages that were new, in the order in which they came, once they are
    committed; whoever brought them may be gone by then. Concurrency: any number of callers.
    """

    def __init__(
        self, journal: EventLog, clock: Clock, tell: Callable[[Sequence[ProviderEvent]], None]
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._tell = tell
        self._letters: dict[str, _Letter] = {}
        self._writing: dict[str, _Letter] = {}
        self._applied: set[str] = set()
        self._refused: Counter[str] = Counter()
        self._known: dict[str, None] = {}
        self._came = asyncio.Event()
        self._is_closing = False
        self._task: asyncio.Task[None] | None = None

    @property
    def is_pressed(self) -> bool:
        """Whether somebody waits for a message to be recorded."""
        return bool(self._letters or self._writing)

    async def keep(self, event: ProviderEvent, body: bytes) -> None:
        """Return once the message is on record: by this call or by an earlier one.

        Raises:
            Exception: It could not be recorded, as the database says.
        """
        if event.id in self._known:
            return
        letter = self._writing.get(event.id) or self._letters.get(event.id)
        if letter is None:
            kept = b"" if event.is_personal else body
            arrival = Arrival(event, kept, self._clock.now())
            letter = _Letter(arrival, asyncio.get_running_loop().create_future())
            # Whether anybody still waits for it, the error is logged where it is met.
            letter.recorded.add_done_callback(lambda it: it.cancelled() or it.exception())
            self._letters[event.id] = letter
            self._came.set()
            self._wake()
        await asyncio.shield(letter.recorded)

    def applied(self, events: Sequence[str]) -> None:
        """Record soon that messages were taken up."""
        self._applied.update(events)
        self._wake()

    def refused(self, reason: str) -> None:
        """Count a message that was not believed; nothing else is kept of it."""
        self._refused[reason] += 1
        self._wake()

    async def aclose(self) -> None:
        """Record what still waits, if the database lets us, and end."""
        self._is_closing = True
        self._came.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    def _wake(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="messages of the provider")

    async def _run(self) -> None:
        while self._letters or self._applied or self._refused:
            if not self._letters:
                await self._pause(_LINGER_S)
            try:
                await self._write()
            except Exception:
                log.exception("messages are not on record")
                if self._is_closing:
                    return
                if not self._letters:
                    await self._pause(_RETRY_S)

    async def _pause(self, pause_s: float) -> None:
        """Wait, but no longer than until a message comes: its sender waits for the answer."""
        if self._is_closing:
            return
        self._came.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await self._came.wait()

    async def _write(self) -> None:
        names = [*islice(self._letters, _BATCH)]
        self._writing = {name: self._letters.pop(name) for name in names}
        letters = [*self._writing.values()]
        applied = frozenset(islice(self._applied, _MARKS))
        refused, self._refused = self._refused, Counter()
        if refused:
            log.warning("messages were not believed", extra={"count": refused.total()})
        batch = EventBatch(
            arrivals=[it.arrival for it in letters], applied=applied, refused=refused
        )
        try:
            new = await self._journal.record_events(batch, self._clock.now())
        except BaseException as error:
            self._refused += refused
            for letter in letters:
                letter.recorded.set_exception(_failure(error))
            raise
        finally:
            self._writing = {}
        self._applied -= applied
        self._remember(names)
        for letter in letters:
            letter.recorded.set_result(None)
        if told := [it.arrival.event for it in letters if it.arrival.event.id in new]:
            self._tell(told)

    def _remember(self, names: Sequence[str]) -> None:
        self._known.update(dict.fromkeys(names))
        while len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]


def _failure(error: BaseException) -> Exception:
    return error if isinstance(error, Exception) else RuntimeError("interrupted")
