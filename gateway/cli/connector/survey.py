"""What a class nearly offers: methods of a port that lack others, or that cannot be called so."""

import inspect
from collections.abc import Iterator

from connectors.sdk.claims import PORTS, methods
from connectors.sdk.registry import ConnectorType


def near_misses(kind: ConnectorType) -> Iterator[str]:
    """A sentence for each port that the class seems to mean and does not keep."""
    for port, role in PORTS.items():
        wanted = (*methods(port, writes=False), *methods(port, writes=True))
        had = [name for name in wanted if callable(getattr(kind.cls, name, None))]
        lacking = [name for name in wanted if name not in had]
        if had and lacking:
            rest = ", ".join(lacking)
            yield f"{', '.join(had)}: {port} needs {rest} as well, so it is not offered"
        for name in had:
            if told := _misshapen(getattr(kind.cls, name), getattr(role, name)):
                yield f"{name}: {told}, as {port} has it"


def _misshapen(method: object, wanted: object) -> str | None:
    """How a method differs from the port's in a way that breaks the call."""
    if not callable(method) or not callable(wanted):
        return None
    if inspect.iscoroutinefunction(wanted) and not inspect.iscoroutinefunction(method):
        return "expected `async def`"
    signature = inspect.signature(wanted)
    places = [it for it in signature.parameters.values() if it.kind is it.POSITIONAL_OR_KEYWORD]
    named = {it.name: None for it in signature.parameters.values() if it.kind is it.KEYWORD_ONLY}
    try:
        inspect.signature(method).bind(*places, **named)
    except TypeError:
        return f"expected the parameters {', '.join(list(signature.parameters)[1:])}"
    return None
