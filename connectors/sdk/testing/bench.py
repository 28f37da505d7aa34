"""A connector at a running system, ready to be tried."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from msgspec import Struct
from pydantic import BaseModel

from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.registry import ConnectorType
from connectors.sdk.source import SourceContext
from connectors.sdk.testing.fact import NotApplicableError, UnprovedError
from connectors.sdk.testing.fault_proxy import FaultProxy
from connectors.sdk.testing.faults import Fault, Faults
from connectors.sdk.testing.http_faults import HttpFaults
from connectors.sdk.testing.overheard import Overheard, overhearing
from connectors.sdk.testing.suite import ReadSample, Samples, SuiteConfig, System, WriteSample
from schema.domain.errors import SourceError
from schema.domain.scope import Actor

SOURCE = "under_test"
CALL_S = 10.0
GRACE_S = 0.5  # what a busy machine may take to end a call whose time is up
_ACTOR = Actor("conformance", "staff")


class Outcome(Struct, frozen=True):
    """How a call ended: what it answered or raised, and after how many seconds."""

    answer: Any
    error: SourceError | None
    seconds: float


class Bench:
    """Makes connectors and calls, and remembers all that was said by them.

    `answers` are those of calls that had to succeed. `proxy` is None where the system is not
    reached by HTTP, `faults` where it cannot fail on order.
    """

    def __init__(
        self,
        *,
        kind: ConnectorType,
        suite: SuiteConfig,
        system: System,
        config: BaseModel,
        overheard: Overheard,
        proxy: FaultProxy | None,
    ) -> None:
        self.kind = kind
        self.system = system
        self.config = config
        self.patience_s = suite.patience_s
        self.overheard = overheard
        self.proxy = proxy
        self.faults: Faults | None = system.faults or (HttpFaults(proxy) if proxy else None)
        self._samples: Samples = system.samples or suite.samples
        self._made: list[Any] = []
        self.answers: list[Any] = []

    def connector(self, **limits: float) -> Any:
        """A connector that has called nobody yet; `limits` change those of its manifest."""
        declared = self.kind.manifest.limits.model_dump()
        context = SourceContext(SOURCE, Limits(**{**declared, **limits}), HttpClients())
        made = self.kind.cls(self.config, context)
        self._made.append(made)
        return made

    def context(self, seconds: float = CALL_S, key: str | None = None) -> CallContext:
        """A call that may take so long."""
        trace = uuid.uuid4().hex
        return CallContext(time.monotonic() + seconds, _ACTOR, trace, idempotency_key=key)

    def read_sample(self, method: str) -> ReadSample:
        """What can be asked of a method.

        Raises:
            NotApplicableError: Nobody has told.
        """
        sample = self._samples.reads.get(method)
        if sample is None or not sample.known:
            raise NotApplicableError(f"no sample tells what {method} can be asked")
        return sample

    def write_sample(self, method: str) -> WriteSample:
        """How a write can be tried.

        Raises:
            NotApplicableError: Nobody has told, or nothing may be written.
        """
        sample = self._samples.writes.get(method)
        if not self.system.can_write or sample is None:
            raise NotApplicableError(f"no sample tells how {method} can be tried")
        return sample

    def needed_faults(self) -> Faults:
        """How the system is made to fail.

        Raises:
            NotApplicableError: It cannot be.
        """
        if self.faults is None:
            raise NotApplicableError("the system cannot be made to fail")
        return self.faults

    def injected(self, fault: Fault) -> AbstractAsyncContextManager[None]:
        """Have the system fail while the block runs.

        Raises:
            NotApplicableError: It cannot fail so.
        """
        faults = self.needed_faults()
        if fault not in faults.offered:
            raise NotApplicableError("the system cannot have this fault")
        return faults.injected(fault)

    def needed_proxy(self) -> FaultProxy:
        """What stands before the system.

        Raises:
            NotApplicableError: It is not reached by HTTP.
        """
        if self.proxy is None:
            raise NotApplicableError("the system is not reached by HTTP")
        return self.proxy

    async def outcome(self, call: Callable[[], Any], patience_s: float = CALL_S) -> Outcome:
        """Make a call and wait for its end.

        Raises:
            UnprovedError: It raised what no port may raise, or did not end.
        """
        started = time.monotonic()
        try:
            async with asyncio.timeout(patience_s + GRACE_S):
                return Outcome(await call(), None, time.monotonic() - started)
        except SourceError as error:
            self.overheard.error(error)
            return Outcome(None, error, time.monotonic() - started)
        except TimeoutError:
            raise UnprovedError("the call did not end when its time was up") from None
        except Exception as error:  # what may not be raised is what is looked for
            self.overheard.error(error)
            name = type(error).__name__
            raise UnprovedError(f"{name} was raised, which is none of the closed set") from error

    async def answer(self, call: Callable[[], Any]) -> Any:
        """Make a call that must succeed.

        Raises:
            UnprovedError: It did not.
        """
        ended = await self.outcome(call)
        if ended.error is not None:
            name = type(ended.error).__name__
            raise UnprovedError(f"{name} was raised by a system that is well") from ended.error
        self.answers.append(ended.answer)
        return ended.answer

    async def aclose(self) -> None:
        """Close every connector."""
        made, self._made = self._made, []
        for connector in made:
            await connector.aclose()


@asynccontextmanager
async def bench(kind: ConnectorType, suite: SuiteConfig) -> AsyncIterator[Bench]:
    """Start the system, put a proxy before it, and clear everything away afterwards."""
    async with AsyncExitStack() as stack:
        system = await stack.enter_async_context(suite.system())
        content = {**suite.config, **system.config}
        proxy = None
        if system.address is not None:
            proxy = FaultProxy(str(content[system.address]))
            await stack.enter_async_context(proxy.running())
            content[system.address] = proxy.url
        overheard = stack.enter_context(overhearing())
        made = Bench(
            kind=kind,
            suite=suite,
            system=system,
            config=kind.config.model_validate(content),
            overheard=overheard,
            proxy=proxy,
        )
        stack.push_async_callback(made.aclose)
        yield made
