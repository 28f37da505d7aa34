"""One configured system: every call to it goes through here, within its limits and the deadline."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from connectors.sdk.context import CallContext
from connectors.sdk.manifest import Limits
from connectors.sdk.registry import ConnectorType
from connectors.sdk.source import Connector
from gateway.engine.pace import Pace
from schema.domain.errors import (
    Conflict,
    NotFound,
    Rejected,
    SourceError,
    Unavailable,
    Unsupported,
)
from schema.domain.reference import SourceRef
from schema.domain.scope import RequestScope
from schema.ports.sources import SourceHealth, SourceStatus

K = TypeVar("K")
V = TypeVar("V")

# A call ends a little before the request does, so that the answer still holds what others found.
_MARGIN_S = 0.25
# These are answers: the system is up, it only has nothing better to say.
_ANSWERED = (Conflict, NotFound, Rejected, Unsupported)

log = logging.getLogger(__name__)


class Source:
    """A connector under its configured name, with what we know of its health.

    Concurrency: any number of callers share its limits; a caller that is cancelled frees its place.
    """

    def __init__(
        self, name: str, kind: ConnectorType, connector: Connector, limits: Limits
    ) -> None:
        self.name = name
        self.connector: Any = connector
        self._kind = kind
        self._limits = limits
        self._places = asyncio.Semaphore(limits.concurrency)
        self._pace = Pace(limits.rate_per_s)
        self._health = SourceHealth.UNASKED
        self._since: datetime | None = None
        self._latency_ms: float | None = None

    @property
    def status(self) -> SourceStatus:
        """What the last calls showed."""
        return SourceStatus(self.name, self._kind.name, self._health, self._latency_ms, self._since)

    def offers(self, port: str) -> bool:
        """Whether the connector implements the port."""
        return port in self._kind.ports

    def knows_keys(self, write: str) -> bool:
        """Whether a write that is repeated under its key has its effect once."""
        return write in self._kind.manifest.idempotent_writes

    def finds_orders_by(self, ref: SourceRef) -> bool:
        """Whether the system finds a customer's orders by the reference alone."""
        finds: Callable[[SourceRef], bool] | None
        finds = getattr(self.connector, "finds_orders_by", None)
        return finds is not None and finds(ref)

    async def batch(
        self,
        scope: RequestScope,
        ask: Callable[[CallContext, Sequence[K]], Awaitable[Mapping[K, V | SourceError]]],
        keys: Sequence[K],
    ) -> Mapping[K, V | SourceError]:
        """Ask for many keys in as few calls as the system allows.

        Shape: a key that the system does not know is absent. A failed call is each of its keys'
        error. Repeated keys are asked once.
        """
        unique = list(dict.fromkeys(keys))
        size = self._limits.batch_max
        if 0 < len(unique) <= size:
            return await self._part(scope, ask, unique)
        parts = [unique[at : at + size] for at in range(0, len(unique), size)]
        answers = await asyncio.gather(*(self._part(scope, ask, part) for part in parts))
        return {key: value for answer in answers for key, value in answer.items()}

    async def _part(
        self,
        scope: RequestScope,
        ask: Callable[[CallContext, Sequence[K]], Awaitable[Mapping[K, V | SourceError]]],
        keys: Sequence[K],
    ) -> Mapping[K, V | SourceError]:
        try:
            answer = await self.call(scope, lambda ctx: ask(ctx, keys))
        except SourceError as error:
            return dict.fromkeys(keys, error)
        for value in answer.values():
            if isinstance(value, SourceError) and value.source is None:
                value.source = self.name
        return answer

    async def call(self, scope: RequestScope, ask: Callable[[CallContext], Awaitable[V]]) -> V:
        """Make one call within the system's limits and the request's deadline.

        Raises:
            SourceError: With `source` set. Whatever else a connector raises becomes one, and is
                logged.
        """
        now = time.monotonic()
        deadline = min(scope.deadline - _MARGIN_S, now + self._limits.timeout_s)
        ctx = CallContext(deadline, scope.actor, scope.trace, scope.purpose, is_timed=True)
        asked_at: float | None = None
        try:
            async with asyncio.timeout(deadline - now), self._places:
                await self._pace.wait()
                _check(deadline)
                asked_at = time.monotonic()
                answer = await ask(ctx)
        except SourceError as error:
            raise self._failed(error) from error.__cause__
        except TimeoutError as error:
            if asked_at is None:  # our own queue says nothing of the system
                raise Unavailable("no turn in time", source=self.name) from error
            raise self._failed(Unavailable("no answer in time")) from error
        except Exception as error:
            log.exception("connector raised", extra={"source": self.name})
            raise self._failed(SourceError(f"raised {type(error).__name__}")) from error
        self._latency_ms = round((time.monotonic() - asked_at) * 1000, 3)
        self._turn(SourceHealth.UP)
        return answer

    async def watched(self, call: Awaitable[V]) -> V:
        """Await a call that its maker keeps within limits, and learn how the system does.

        Raises:
            SourceError: As the call does, with `source` set.
        """
        begun = time.monotonic()
        try:
            answer = await call
        except SourceError as error:
            raise self._failed(error) from error.__cause__
        self._latency_ms = round((time.monotonic() - begun) * 1000, 3)
        self._turn(SourceHealth.UP)
        return answer

    async def probe(self, scope: RequestScope) -> None:
        """Ask the system for a sign of life. Raises `SourceError` when there is none."""
        await self.call(scope, self.connector.probe)

    async def aclose(self) -> None:
        """Let go of the system."""
        await self.connector.aclose()

    def _failed(self, error: SourceError) -> SourceError:
        error.source = error.source or self.name
        self._turn(SourceHealth.UP if isinstance(error, _ANSWERED) else SourceHealth.DOWN)
        return error

    def _turn(self, health: SourceHealth) -> None:
        if health is not self._health:
            self._health, self._since = health, datetime.now(UTC)


def _check(deadline: float) -> None:
    """Nobody would wait for a call that begins past its deadline."""
    if time.monotonic() >= deadline:
        raise TimeoutError
