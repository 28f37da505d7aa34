"""What a connector declares, and how it starts."""

import asyncio

from connectors.sdk.claims import unfounded
from connectors.sdk.document.problem import dotted
from connectors.sdk.testing.bench import Bench
from connectors.sdk.testing.fact import require

_MOMENT_S = 0.05  # in which a connector that does not wait to be asked would have called


async def manifest_is_true(bench: Bench) -> None:
    """The manifest names nothing but methods and fields that there are."""
    require(bench.kind.ports, "the class offers no port")
    for key, told in unfounded(bench.kind.manifest, bench.kind.cls):
        require(holds=False, message=f"{dotted(key)}: {told}")


async def starts_without_its_system(bench: Bench) -> None:
    """Making a connector asks nothing of its system."""
    proxy = bench.needed_proxy()

    bench.connector()
    await asyncio.sleep(_MOMENT_S)

    require(not proxy.starts, "the connector called its system before it was asked to")


async def probe_succeeds(bench: Bench) -> None:
    """A system that is well gives a sign of life."""
    connector = bench.connector()
    await bench.answer(lambda: connector.probe(bench.context()))
