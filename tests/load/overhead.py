"""What one `terminalPaymentStart` costs the gateway, apart from the time that Stripe takes.

`python -m tests.load.overhead` starts a simulator and a gateway as processes. A round starts some
payments one after the other, each at a reader of its own, then taps a card at each, and waits until
all are captured. It tells the gateway's processor time for each payment, as the median of rounds:
until the start is answered with `AWAITING_CARD`, and of the whole payment until it is `CAPTURED`.

A round's starts are answered before the gateway first looks at the payments again, so that none
pays for the waiting of another. No messages are sent: the gateway finds out by looking.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from msgspec import Struct

from tests.load.webhook_shop import STORE, Shop, shop, stripe

_WARM = 2  # rounds
_IDLE_S = 3.0
_LOOKED_S = 2.5  # by then each payment's follower has found by itself that it is paid
_START = """mutation($input: TerminalPaymentStartInput!) { terminalPaymentStart(input: $input) {
  payment { id state } userErrors { code } } }"""
_STATES = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Payment { state } } }"


class Wishes(Struct, frozen=True, kw_only=True):
    """What is measured: so many rounds of so many starts."""

    rounds: int = 15
    each: int = 8
    journal: str | None = None


class Round(Struct, frozen=True):
    """Milliseconds for each payment of a round, those of an idle gateway taken off."""

    start_ms: float
    whole_ms: float
    answer_ms: float


class Overhead(Struct, frozen=True, kw_only=True):
    """Medians of the rounds. Processor time, but for `answer_ms`, which a client waits."""

    payments: int
    start_cpu_ms: float
    whole_cpu_ms: float
    idle_ms_per_s: float
    answer_ms: float
    rounds: list[Round]


async def measured(wishes: Wishes) -> Overhead:
    """Run the rounds."""
    with tempfile.TemporaryDirectory(prefix="overhead-") as folder:
        count = (wishes.rounds + _WARM) * wishes.each
        async with (
            shop(Path(folder), readers=count, storage=wishes.journal) as it,
            aiohttp.ClientSession() as session,
        ):
            numbers = [range(at, at + wishes.each) for at in range(0, count, wishes.each)]
            for some in numbers[:_WARM]:
                await _round(session, it, some, 0.0)
            idle = await _idle(it.gateway_pid)
            rounds = [await _round(session, it, some, idle) for some in numbers[_WARM:]]
        return Overhead(
            payments=len(rounds) * wishes.each,
            start_cpu_ms=round(statistics.median(it.start_ms for it in rounds), 2),
            whole_cpu_ms=round(statistics.median(it.whole_ms for it in rounds), 2),
            idle_ms_per_s=round(idle * 1000, 1),
            answer_ms=round(statistics.median(it.answer_ms for it in rounds), 1),
            rounds=rounds,
        )


async def _idle(pid: int) -> float:
    """How much of the processor a gateway takes that has nothing to do."""
    before = _cpu_s(pid)
    await asyncio.sleep(_IDLE_S)
    return (_cpu_s(pid) - before) / _IDLE_S


async def _round(session: aiohttp.ClientSession, it: Shop, numbers: range, idle: float) -> Round:
    pid, count = it.gateway_pid, len(numbers)
    began, before = time.monotonic(), _cpu_s(pid)
    started = [await _start(session, it, number) for number in numbers]
    answering_s, start_s = time.monotonic() - began, _cpu_s(pid) - before
    for number in numbers:
        await _tap(it, number)
    await asyncio.sleep(_LOOKED_S)
    whole_s, took_s = _cpu_s(pid) - before, time.monotonic() - began
    await _see_captured(session, it, started)
    return Round(
        round((start_s - idle * answering_s) / count * 1000, 3),
        round((whole_s - idle * took_s) / count * 1000, 3),
        round(answering_s / count * 1000, 3),
    )


async def _start(session: aiohttp.ClientSession, it: Shop, number: int) -> str:
    """Start a payment; return its id as clients know it."""
    amount = {"amount": "1000", "currency": "JPY"}
    key = {"store": STORE, "name": it.readers[number]}
    asked = {"reader": key, "amount": amount, "idempotencyKey": f"overhead-{number}"}
    payload = (await _asked(session, it, _START, {"input": asked}))["terminalPaymentStart"]
    assert [] == payload["userErrors"], payload
    assert "AWAITING_CARD" == payload["payment"]["state"], payload
    started: str = payload["payment"]["id"]
    return started


async def _tap(it: Shop, number: int) -> None:
    reader = f"/v1/test_helpers/terminal/readers/tmr_load_{number}"
    await stripe(it, "POST", f"{reader}/present_payment_method")


async def _see_captured(session: aiohttp.ClientSession, it: Shop, payments: list[str]) -> None:
    found = (await _asked(session, it, _STATES, {"ids": payments}))["nodes"]
    assert ["CAPTURED"] * len(payments) == [node["state"] for node in found], found


async def _asked(
    session: aiohttp.ClientSession, it: Shop, query: str, variables: dict[str, Any]
) -> dict[str, Any]:
    body = {"query": query, "variables": variables}
    async with session.post(f"{it.gateway}/graphql", json=body) as response:
        answer = await response.json()
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


def _cpu_s(pid: int) -> float:
    """The seconds of processor time that a process has used, to the nanosecond: Linux's clock."""
    return time.clock_gettime((~pid << 3) | 2)


def main() -> int:
    """Measure; returns 1 when a start costs more than it may."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.overhead", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="how many are measured")
    parser.add_argument("--each", type=int, default=8, help="starts in a round")
    parser.add_argument("--at-most", type=float, default=5.0, help="milliseconds for each start")
    parser.add_argument("--journal", help="address of an empty database; SQLite otherwise")
    parser.add_argument("--json", action="store_true", help="figures for programs")
    options = parser.parse_args()
    wishes = Wishes(rounds=options.rounds, each=options.each, journal=options.journal)
    found = asyncio.run(measured(wishes))
    if options.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found)).decode() + "\n")
    else:
        sys.stdout.write(
            f"start to AWAITING_CARD: {found.start_cpu_ms} ms of CPU "
            f"(at most {options.at_most}), answered after {found.answer_ms} ms\n"
            f"start to CAPTURED: {found.whole_cpu_ms} ms of CPU\n"
            f"{found.payments} payments, medians of {len(found.rounds)} rounds; "
            f"idle: {found.idle_ms_per_s} ms a second\n"
        )
    return int(found.start_cpu_ms > options.at_most)


if __name__ == "__main__":
    sys.exit(main())
