"""The provider's lists of readers: read place by place, believed for a while, and kept."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress

from connectors.sdk.terminal import ReaderState
from gateway.payments.provider import Provider
from gateway.payments.reader_log import ListedReader, Place, ReaderLog
from gateway.payments.timing import Timing
from schema.domain.errors import SourceError

log = logging.getLogger(__name__)

# Between two lists that nobody waits for: far below the 25 calls a second that Stripe allows.
_GAP_S = 0.25
_LABEL_MAX = 255  # what the journal holds of one
_LONG_AGO = float("-inf")

Listed = asyncio.Task[Sequence[ReaderState]]


class ReaderLists:
    """One list for each place, read anew in the background at a bounded pace.

    `told` is called with a place whose list has changed. Concurrency: callers that ask for the same
    place at once share one call.
    """

    def __init__(
        self, provider: Provider, journal: ReaderLog, timing: Timing, told: Callable[[Place], None]
    ) -> None:
        self._provider = provider
        self._journal = journal
        self._timing = timing
        self._told = told
        self._known: dict[Place, Sequence[ListedReader]] = {}
        self._expected: Mapping[Place, frozenset[str]] = {}
        self._asked: dict[Place, tuple[float, Listed]] = {}
        self._calls: set[Listed] = set()
        self._last: dict[Place, Sequence[ReaderState]] = {}
        self._strays: dict[str, tuple[float, ReaderState | None]] = {}
        self._news = asyncio.Event()
        self._rounds: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Know what was told last, and begin to ask anew. Waits for the journal alone."""
        self._known = dict(await self._journal.reader_lists())
        for place in self._known:
            self._told(place)
        self._rounds = asyncio.create_task(self._go_round(), name="lists of readers")

    async def aclose(self) -> None:
        """End the calls that are under way."""
        tasks = [*self._calls, *([self._rounds] if self._rounds else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def expect(self, places: Mapping[Place, frozenset[str]]) -> None:
        """Ask for these places, where these devices should be."""
        self._expected = places
        self._news.set()

    def known(self, place: Place) -> Sequence[ListedReader]:
        """What was told last of a place; nothing where nothing was."""
        return self._known.get(place, ())

    def last(self, place: Place) -> Sequence[ReaderState]:
        """How the readers of a place were last told to be; nothing where they never were."""
        return self._last.get(place, ())

    def oldest(self, places: Collection[Place]) -> Place:
        """The place of these whose list is the oldest."""
        return min(places, key=lambda place: (self._asked_at(place), *_order(place)))

    def doubt(self, place: Place) -> None:
        """Ask for a place soon: somebody knows a reader there that is not on its list."""
        asked_at, task = self._asked.get(place, (_LONG_AGO, None))
        if task and task.done() and time.monotonic() >= asked_at + self._timing.status_memory_s:
            self._asked[place] = (_LONG_AGO, task)
            self._news.set()

    def states(self, place: Place, believed_s: float) -> Listed:
        """A list that is no older than that; asked for where there is none.

        Raises, where it is awaited, as `TerminalDriver.readers`.
        """
        asked_at, task = self._asked.get(place, (_LONG_AGO, None))
        now = time.monotonic()
        if task is not None and not _has_failed(task):
            is_under_way = not task.done() and asked_at != _LONG_AGO
            if is_under_way or now < asked_at + believed_s:
                return task
        task = asyncio.create_task(self._read(place), name=f"readers at {place.location}")
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        task.add_done_callback(_has_failed)  # which hears of an error that nobody waits for
        self._asked[place] = (now, task)
        return task

    async def learn(self, place: Place, state: ReaderState) -> None:
        """Know at once a reader that the provider has just told of by itself."""
        rest = [it for it in self.last(place) if it.id != state.id]
        self._last[place] = [*rest, state]
        others = [it for it in self.known(place) if it.device != state.id]
        await self._remember(place, [*others, _listed(state)])
        if place in self._asked:
            self._asked[place] = (_LONG_AGO, self._asked[place][1])
        self._news.set()

    async def _read(self, place: Place) -> Sequence[ReaderState]:
        found = await self._provider.readers(place.location, place.account)
        if place.location is not None:
            await self._remember(place, [_listed(it) for it in found])
        states = [*found, *await self._elsewhere(place, {it.id for it in found})]
        self._last[place] = states
        return states

    async def _remember(self, place: Place, readers: Sequence[ListedReader]) -> None:
        listed = tuple(sorted(readers, key=lambda it: it.device))
        if listed != self._known.get(place):
            self._known[place] = listed
            self._told(place)
            await self._keep(place, listed)

    async def _keep(self, place: Place, listed: Sequence[ListedReader]) -> None:
        try:
            await self._journal.keep_reader_list(place, listed)
        except Exception:
            # Names serve payments; a full disk must not take them away as well.
            log.exception("a list of readers was not kept", extra={"location": place.location})

    async def _elsewhere(self, place: Place, found: set[str]) -> Sequence[ReaderState]:
        """Devices that were expected here: where the provider has them, and how they are."""
        if place.location is None:
            return []
        missing = self._expected.get(place, frozenset()) - found
        strays = [await self._stray(place, device) for device in sorted(missing)]
        return [it for it in strays if it is not None]

    async def _stray(self, place: Place, device: str) -> ReaderState | None:
        asked_at, state = self._strays.get(device, (_LONG_AGO, None))
        now = time.monotonic()
        if now >= asked_at + self._timing.list_s:
            try:
                state = await self._provider.device(device, place.account)
            except SourceError:
                state = None
            self._strays[device] = (now, state)
        return state

    async def _go_round(self) -> None:
        """Ask for each place that labels its readers, one by one, again and again."""
        while True:
            self._news.clear()
            wait_s = self._timing.list_s
            for place in sorted(self._expected, key=_order):
                if place.location is None:
                    continue
                due_at = self._asked_at(place) + self._timing.list_s
                if (left_s := due_at - time.monotonic()) > 0:
                    wait_s = min(wait_s, left_s)
                    continue
                with suppress(SourceError):
                    await asyncio.shield(self.states(place, self._timing.list_s))
                await asyncio.sleep(_GAP_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._news.wait()

    def _asked_at(self, place: Place) -> float:
        return self._asked[place][0] if place in self._asked else _LONG_AGO


def _listed(state: ReaderState) -> ListedReader:
    return ListedReader(state.id, state.label.strip()[:_LABEL_MAX])


def _order(place: Place) -> tuple[str, str]:
    return place.account or "", place.location or ""


def _has_failed(task: Listed) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
