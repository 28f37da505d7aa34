"""What one `terminalPaymentStart` costs the gateway, apart from the time that Stripe takes.

`python -m tests.load.overhead` starts a simulator and a gateway as processes, starts payments one
after the other and taps a card as soon as it is asked for. It tells the gateway's processor time
for each: the mutation, its commits, its calls to the provider, and its follower until it is paid.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
from msgspec import Struct

from tests.load.webhook_shop import STORE, Shop, cpu_s, shop, stripe

_WARM = 20
_IDLE_S = 3.0
_LAST_LOOK_S = 2.0  # the last one's follower finds by itself that it is paid
_START = """mutation($input: TerminalPaymentStartInput!) { terminalPaymentStart(input: $input) {
  payment { id state } userErrors { code } } }"""


class Overhead(Struct, frozen=True, kw_only=True):
    """Milliseconds of the processor for each start, those of an idle gateway taken off."""

    starts: int
    cpu_ms: float
    idle_ms_per_s: float
    took_ms: float


async def measured(starts: int, storage: str | None = None) -> Overhead:
    """Start payments one after the other, each at a reader of its own."""
    with tempfile.TemporaryDirectory(prefix="overhead-") as folder:
        count = starts + _WARM
        async with (
            shop(Path(folder), readers=count, storage=storage) as it,
            aiohttp.ClientSession() as session,
        ):
            for number in range(_WARM):
                await _sell(session, it, number)
            idle = await _idle(it.gateway_pid)
            began, before = time.monotonic(), cpu_s(it.gateway_pid)
            for number in range(_WARM, count):
                await _sell(session, it, number)
            selling_s = time.monotonic() - began
            await asyncio.sleep(_LAST_LOOK_S)
            took_s = time.monotonic() - began
            used_s = cpu_s(it.gateway_pid) - before - idle * took_s
            return Overhead(
                starts=starts,
                cpu_ms=round(used_s / starts * 1000, 2),
                idle_ms_per_s=round(idle * 1000, 1),
                took_ms=round(selling_s / starts * 1000, 1),
            )


async def _idle(pid: int) -> float:
    """How much of the processor a gateway takes that has nothing to do."""
    await asyncio.sleep(_LAST_LOOK_S)
    before = cpu_s(pid)
    await asyncio.sleep(_IDLE_S)
    return (cpu_s(pid) - before) / _IDLE_S


async def _sell(session: aiohttp.ClientSession, it: Shop, number: int) -> None:
    """Start a payment, and tap the card."""
    await _start(session, it, number)
    await stripe(
        it, "POST", f"/v1/test_helpers/terminal/readers/tmr_load_{number}/present_payment_method"
    )


async def _start(session: aiohttp.ClientSession, it: Shop, number: int) -> dict[str, Any]:
    amount = {"amount": "1000", "currency": "JPY"}
    key = {"store": STORE, "name": it.readers[number]}
    asked = {"reader": key, "amount": amount, "idempotencyKey": f"overhead-{number}"}
    body = {"query": _START, "variables": {"input": asked}}
    async with session.post(f"{it.gateway}/graphql", json=body) as response:
        payload: dict[str, Any] = (await response.json())["data"]["terminalPaymentStart"]
    assert [] == payload["userErrors"], payload
    assert "AWAITING_CARD" == payload["payment"]["state"], payload

    return payload


def main() -> int:
    """Measure; returns 1 when a start costs more than it may."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.overhead", description=__doc__)
    parser.add_argument("--starts", type=int, default=200, help="how many are measured")
    parser.add_argument("--at-most", type=float, default=5.0, help="milliseconds for each")
    parser.add_argument("--journal", help="address of an empty database; SQLite otherwise")
    options = parser.parse_args()
    found = asyncio.run(measured(options.starts, options.journal))
    told = {name: getattr(found, name) for name in found.__struct_fields__}
    sys.stdout.write(json.dumps(told) + "\n")
    return int(found.cpu_ms > options.at_most)


if __name__ == "__main__":
    sys.exit(main())
