"""What a connector without code costs beside one in Python: the processor's time of whole calls.

Both ask the sample CRM, a process of its own, for the same batch, turn by turn. What counts is the
time that this process spends, the HTTP client included: that is what a gateway pays for.
"""

import asyncio
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from msgspec import Struct

from connectors.kasane_crm.client import KasaneCrm
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.source import SourceContext
from connectors.sdk.testing.values import told
from gateway.demo.crm.records import customer_id
from gateway.demo.crm.settings import CLIENT_ID, Settings
from gateway.demo.data.kasane import kasane
from gateway.demo.process import Ready
from schema.domain.customer import CustomerKey, CustomerKeyKind
from schema.domain.scope import Actor
from tests.bench.handwritten_crm.client import KasaneCrm as HandwrittenCrm

BATCH = 50
ROUNDS = 40
CALLS_A_ROUND = 10
_CALL = "POST /v2/customers/batch"
_CALLS_PER_S = 1_000_000  # as good as no bound
_STARTS_WITHIN_S = 20.0
_ENDS_WITHIN_S = 10.0
# Those whose records nobody has merged: a batch is as many rows as keys.
_PEOPLE = [it for it in kasane().customers if it.in_crm and it.number % 61][:BATCH]
KEYS = [CustomerKey(CustomerKeyKind.ID, customer_id(it)) for it in _PEOPLE]


class Comparison(Struct, frozen=True):
    """Microseconds of processor for one batch of each, and what the system was asked for one."""

    handwritten_us: float
    declarative_us: float
    calls: dict[str, int]
    is_same_answer: bool

    @property
    def ratio(self) -> float:
        """How many times as much the connector without code costs."""
        return self.declarative_us / self.handwritten_us


async def compare(handwritten: type[Any], declarative: type[Any]) -> Comparison:
    """Measure both in turns, so that what else the machine does troubles both alike."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            _crm(Path(folder)) as ready,
            _asking(handwritten, ready) as written,
            _asking(declarative, ready) as declared,
        ):
            # Which also fetches the tokens.
            is_same = told(await _batch(written)) == told(await _batch(declared))
            calls = await _calls(ready, declared)
            spent: dict[Any, list[float]] = {written: [], declared: []}
            gc.collect()
            for number in range(ROUNDS):
                for it in (written, declared) if number % 2 else (declared, written):
                    spent[it].append(await _spent_us(it))
    return Comparison(
        statistics.median(spent[written]), statistics.median(spent[declared]), calls, is_same
    )


async def _spent_us(connector: Any) -> float:
    """The processor's time of one batch."""
    begun = time.process_time()
    for _ in range(CALLS_A_ROUND):
        await _batch(connector)
    return (time.process_time() - begun) / CALLS_A_ROUND * 1e6


async def _batch(connector: Any) -> Any:
    ctx = CallContext(time.monotonic() + 5, Actor("bench", "system"), "bench")
    return await connector.customers(ctx, KEYS)


async def _calls(ready: Ready, connector: Any) -> dict[str, int]:
    """What the system counts of one batch."""
    async with aiohttp.ClientSession(ready.control) as session:
        await session.delete("/calls")
        await _batch(connector)
        async with session.get("/calls") as response:
            counted: dict[str, int] = await response.json()
    return counted


@asynccontextmanager
async def _asking(kind: type[Any], ready: Ready) -> AsyncIterator[Any]:
    config = {
        "base_url": ready.url,
        "client_id": CLIENT_ID,
        "client_secret": Settings().secret,
    }
    context = SourceContext("crm", Limits(batch_max=BATCH), HttpClients())
    connector = kind(kind.Config.model_validate(config), context)
    try:
        yield connector
    finally:
        await connector.aclose()


@asynccontextmanager
async def _crm(work: Path) -> AsyncIterator[Ready]:
    """The sample CRM as a process."""
    file = work / "ready.json"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway.cli", "system", "crm"),
        *("--work", str(work), "--ready", str(file)),
        env={**os.environ, "KASANE_CRM_CALLS_PER_S": str(_CALLS_PER_S)},
    )
    try:
        async with asyncio.timeout(_STARTS_WITHIN_S):
            while not file.exists():
                if process.returncode is not None:
                    raise RuntimeError(f"the CRM has ended with {process.returncode}")
                await asyncio.sleep(0.02)
        yield msgspec.json.decode(file.read_bytes(), type=Ready)
    finally:
        if process.returncode is None:
            process.terminate()
            async with asyncio.timeout(_ENDS_WITHIN_S):
                await process.wait()


def main() -> None:
    """Print what was measured."""
    found = asyncio.run(compare(HandwrittenCrm, KasaneCrm))
    sys.stdout.write(
        f"{BATCH} customers, {ROUNDS} rounds of {CALLS_A_ROUND} batches, median of a batch:\n"
        f"  in Python     {found.handwritten_us:7.0f} us\n"
        f"  without code  {found.declarative_us:7.0f} us\n"
        f"  ratio         {found.ratio:7.2f}\n"
        f"  calls         {found.calls}\n"
    )


if __name__ == "__main__":
    main()
