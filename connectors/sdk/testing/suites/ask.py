"""One call of whichever method, for what must hold of them all."""

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from connectors.sdk.context import CallContext
from connectors.sdk.testing.bench import Bench
from connectors.sdk.testing.methods import PAGE, READS

_ROWS = 5
PROBE = "probe"


class Ask(Struct, frozen=True):
    """A call to make. `keys` are those of which each must then have its record."""

    name: str
    call: Callable[[Any, CallContext], Awaitable[Any]]
    keys: tuple[Any, ...] = ()


def ask_of(bench: Bench, name: str) -> Ask:
    """The call by which a method is tried.

    Raises:
        NotApplicableError: No sample tells what it can be asked.
    """
    if name == PROBE:
        return Ask(name, lambda connector, ctx: connector.probe(ctx))
    sample = bench.read_sample(name)
    if name == PAGE:
        query = sample.known[0]
        return Ask(
            name,
            lambda connector, ctx: connector.order_page(
                ctx, query, after=None, hint=None, limit=_ROWS
            ),
        )
    method = READS[name]
    return Ask(name, lambda connector, ctx: method.call(connector, ctx, sample.known), sample.known)


async def prepared(bench: Bench, ask: Ask, **limits: float) -> Any:
    """A connector that has made the call once, so that it has its token and its description.

    That of a probe has made none: what comes first in a connector's life fails there.
    """
    connector = bench.connector(**limits)
    if ask.name != PROBE:
        await bench.answer(lambda: ask.call(connector, bench.context()))
    return connector
