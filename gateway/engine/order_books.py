"""The systems that keep orders, as they are told of money."""

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from connectors.sdk.context import CallContext
from gateway.engine.crosswalk import Crosswalk
from gateway.engine.source import Source
from schema.domain.errors import Conflict, OutcomeUnknown, Unavailable, Unsupported
from schema.domain.payment_entry import PaymentEntry
from schema.domain.reference import SourceRef
from schema.domain.scope import Actor, RequestScope

_PORT = "OrderWriter"
_SOONER_S = 0.05  # than the call's own end, which would say that nothing has happened
_ACTOR = Actor("tillgraph", "system")


class OrderBooks:
    """Tells the system where an order lives now; `sources` gives those that are configured.

    Concurrency: any number of callers, within each system's limits.
    """

    def __init__(self, sources: Callable[[], Mapping[str, Source]], crosswalk: Crosswalk) -> None:
        self._sources = sources
        self._crosswalk = crosswalk

    async def record(
        self, order: SourceRef, entry: PaymentEntry, *, is_doubtful: bool, within_s: float
    ) -> SourceRef | None:
        """Tell of an entry, under its reference as the key; the answer is the system's name of it.

        `is_doubtful` where an earlier try may have had its effect. A system that knows keys is told
        again; any other is asked whether it has the entry.

        Raises:
            Unavailable: The configuration has no such system at present.
            Unsupported: The system takes no entries.
            Conflict: It may have the entry, and can neither be asked nor told again.
            SourceError: It could not be told, or refuses.
        """
        home = self._crosswalk.locate("Order", order)
        source = self._sources().get(home.name)
        if source is None:
            raise Unavailable("the configuration has no such system", source=home.name)
        if not source.offers(_PORT):
            raise Unsupported("the system takes no entries", source=home.name)
        writer: Any = source.connector
        asks = None
        if is_doubtful and not source.knows_keys("record_payment"):
            asks = getattr(writer, "recorded_payment", None)
            if asks is None:
                raise Conflict("the system may have the entry", source=home.name)

        async def tell(ctx: CallContext) -> SourceRef | None:
            known: SourceRef | None = await asks(ctx, home.id, entry.reference) if asks else None
            if known is not None:
                return known
            keyed = replace(ctx, idempotency_key=entry.reference)
            try:
                async with asyncio.timeout(ctx.remaining_s - _SOONER_S):
                    found: SourceRef | None = await writer.record_payment(keyed, home.id, entry)
            except TimeoutError:
                raise OutcomeUnknown("no answer in time") from None
            return found

        deadline = time.monotonic() + within_s
        scope = RequestScope(_ACTOR, deadline, uuid.uuid4().hex, "payment")
        return await source.call(scope, tell)
