"""Sees to it that gateways live, and that whoever is to die dies when it is time."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from tests.killing.fate import Fate
from tests.killing.gateway_child import Orders
from tests.killing.moments import Moment
from tests.killing.postgres import Postgres
from tests.killing.proxy import Plan
from tests.killing.stand import Stand

_DOWN_S = 0.3
_LOG_TAIL = 2_000  # characters
Restart = Callable[[], Awaitable[None]]


class Keeper:
    """Keeps the gateways of one story.

    `since` is when somebody died last, in seconds of `time.monotonic`; `deaths` counts them.
    """

    def __init__(
        self, stands: Sequence[Stand], fate: Fate, server: Postgres | None, simulator: Restart
    ) -> None:
        self._first, *self._others = stands
        self._fate = fate
        self._server = server
        self._simulator = simulator
        self._tasks: list[asyncio.Task[None]] = []
        self._calls: list[Moment] = []
        self.deaths = 0
        self.since = time.monotonic()

    @property
    def moments(self) -> tuple[Moment, ...]:
        """What the first gateway has met."""
        return (*self._calls, *self._first.met().read())

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        """Keep them alive while the block runs."""
        for stand in self._others:
            await stand.birth(Orders(without=self._fate.without), Plan())
        works = [self._keep() if self._fate.victim == "gateway" else self._keep_one()]
        if self._fate.victim == "postgres":
            works.append(self._raise_server())
        self._tasks = [asyncio.create_task(work) for work in works]
        try:
            yield
        finally:
            for task in self._tasks:
                task.cancel()
            found = await asyncio.gather(*self._tasks, return_exceptions=True)
            for stand in (self._first, *self._others):
                await stand.clear()
        for error in found:
            if isinstance(error, Exception):
                raise error

    async def _keep(self) -> None:
        """Let one gateway die after the other, and the one after them live."""
        moments = [*self._fate.dies_at, None]
        for number, dies_at in enumerate(moments[:1] if self._others else moments):
            await self._birth(dies_at, is_first=number == 0)
            assert self._first.gateway is not None
            await self._first.gateway.ended()
            if dies_at is None:
                raise self._missed()
            self._died()
        # The other takes over, and nobody comes back.
        await asyncio.Event().wait()

    async def _keep_one(self) -> None:
        """Let the gateway live while something else dies.

        One that has not begun to serve may end with its database: who starts it tries again.
        """
        (dies_at,) = self._fate.dies_at
        is_first = True
        while True:
            await self._birth(dies_at if is_first else None, is_first=is_first)
            is_first = False
            assert self._first.gateway is not None
            await self._first.gateway.ended()
            if self._first.has_served():
                raise self._missed()
            await asyncio.sleep(_DOWN_S)

    async def _birth(self, dies_at: Moment | None, *, is_first: bool) -> None:
        note = self._calls.append if is_first else lambda _: None
        loses = self._fate.loses if is_first else None
        orders = Orders(
            kill=dies_at,
            victim=self._server.group if self._server and self._fate.victim == "postgres" else None,
            diary=str(self._first.diary) if is_first else None,
            without=self._fate.without,
        )
        plan = Plan(
            dies_at=dies_at,
            loses=loses,
            kill=self._kill,
            is_gateway=self._fate.victim == "gateway",
            note=note,
        )
        await self._first.birth(orders, plan)

    async def _kill(self) -> None:
        """Kill whoever is to die."""
        match self._fate.victim:
            case "gateway":
                assert self._first.gateway is not None
                self._first.gateway.kill()
            case "postgres":
                assert self._server is not None
                self._server.kill()
            case "simulator":
                await self._simulator()
                self._died()

    async def _raise_server(self) -> None:
        """Start the database again when it has died."""
        assert self._server is not None
        await self._server.ended()
        self._died()
        await asyncio.sleep(_DOWN_S)
        await self._server.start()

    def _missed(self) -> AssertionError:
        said = self._first.log.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:]
        return AssertionError(f"a gateway ended that should have lived:\n{said}")

    def _died(self) -> None:
        self.deaths += 1
        self.since = time.monotonic()
