"""Ten thousand webhooks, shuffled, repeated, forged and lost: `python -m tests.load.webhooks`."""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp
from msgspec import Struct, to_builtins

from tests.load.webhook_post import Delivery, a_round
from tests.load.webhook_shop import STORE, Shop, command, cpu_s, shop, stripe

_EVENTS_EACH = 6  # about so many events tell of one payment
_COPIES = 3  # on average
_AT_ONCE = 16  # connections, as many as the simulator itself posts on
_SETTLES_S = 100.0  # what was held and of which no message came is looked at once a minute

_START = """mutation Start($input: TerminalPaymentStartInput!) {
  terminalPaymentStart(input: $input) { payment { id } userErrors { code message } }
}"""
_PAYMENT = """query Payment($id: ID!) {
  payment(id: $id) { state captured { minor } refunded { minor } }
}"""


class Report(Struct, frozen=True, kw_only=True):
    """What came of it. Times in milliseconds; `wrong` are payments whose state is not Stripe's."""

    deliveries: int
    events: int
    dropped: int
    forged: int
    payments: int
    seconds: float
    per_second: float
    p50_ms: float
    p99_ms: float
    slowest_ms: float
    cpu_ms_each: float
    settled_after_s: float
    statuses: Mapping[str, int]
    refused: Mapping[str, int]
    wrong: Sequence[str]

    @property
    def is_sound(self) -> bool:
        """Whether every payment is right, all that was genuine was taken, and nothing forged."""
        genuine, forged = self.deliveries - self.forged, self.forged
        return (
            not self.wrong
            and {"200": genuine, "400": forged} == dict(self.statuses)
            and forged == sum(self.refused.values())
        )


async def run(
    folder: Path, *, count: int, seed: int, storage: str | None = None, at_once: int = _AT_ONCE
) -> Report:
    """Start a shop, take payments, turn them at Stripe, and post what that tells of them."""
    luck = random.Random(seed)
    payments = max(20, round(count / (_EVENTS_EACH * _COPIES)))
    async with shop(folder, readers=min(40, payments), storage=storage) as here:
        await _customers(here, seed)
        names = await _sell(here, payments, luck)
        await _turn(here, luck)
        bodies = await _bodies(here)
        posted = a_round(bodies, count, luck)
        before, begun = cpu_s(here.gateway_pid), time.monotonic()
        answers = await _post(here, posted.deliveries, at_once)
        took_s = time.monotonic() - begun
        wrong, settled_s = await _wrong(here, names)
        spent_s = cpu_s(here.gateway_pid) - before
        counts = json.loads(await command(here, "payments", "events", "--json"))
    times = sorted(it for _, it in answers)
    return Report(
        deliveries=len(answers),
        events=len(bodies),
        dropped=len(posted.dropped),
        forged=sum(it.forged is not None for it in posted.deliveries),
        payments=payments,
        seconds=round(took_s, 2),
        per_second=round(len(answers) / took_s, 1),
        p50_ms=round(times[len(times) // 2] * 1000, 1),
        p99_ms=round(times[int(len(times) * 0.99)] * 1000, 1),
        slowest_ms=round(times[-1] * 1000, 1),
        cpu_ms_each=round(spent_s * 1000 / len(answers), 3),
        settled_after_s=round(settled_s, 1),
        statuses=dict(sorted(Counter(str(status) for status, _ in answers).items())),
        refused=counts["refused"],
        wrong=wrong,
    )


async def _customers(here: Shop, seed: int) -> None:
    habits = {"tap_after_s": 0.05, "declined": 0.1, "seed": seed}
    await _control(here, "PUT", "/customers", habits)


async def _sell(here: Shop, payments: int, luck: random.Random) -> Mapping[int, str]:
    """Payments at every reader, one after the other there, until each has come to rest.

    No two are of the same amount, by which they are known.
    """
    names: dict[int, str] = {}
    methods = [luck.choice(["MANUAL", "MANUAL", "AUTOMATIC"]) for _ in range(payments)]
    waiting = list(enumerate(methods))

    async def till(session: aiohttp.ClientSession, reader: str) -> None:
        while waiting:
            number, method = waiting.pop()
            given = {
                "reader": {"store": STORE, "name": reader},
                "amount": {"amount": str(1000 + number), "currency": "JPY"},
                "idempotencyKey": f"load-{number}",
                "captureMethod": method,
            }
            found = (await _ask(session, here, _START, {"input": given}))["terminalPaymentStart"]
            if found["userErrors"]:
                raise RuntimeError(found["userErrors"])
            name = names[1000 + number] = found["payment"]["id"]
            while (await _state(session, here, name))[0] not in _AT_REST:  # noqa: ASYNC110
                await asyncio.sleep(0.1)  # as a till without a subscription does

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(till(session, reader) for reader in here.readers))
    return names


_AT_REST = {"AUTHORIZED", "CAPTURED", "DECLINED", "CANCELED", "EXPIRED"}


async def _turn(here: Shop, luck: random.Random) -> None:
    """Let somebody capture, cancel and refund at Stripe itself: only messages tell of it."""
    ledger = await _control(here, "GET", "/ledger")
    for intent, line in sorted(ledger["payments"].items()):
        match line["status"], luck.random():
            case "requires_capture", chance if chance < 0.5:
                await stripe(here, "POST", f"/v1/payment_intents/{intent}/capture")
            case "requires_capture", chance if chance < 0.7:
                part = line["held"] // 2
                path = f"/v1/payment_intents/{intent}/capture"
                await stripe(here, "POST", path, amount_to_capture=part)
            case "requires_capture", chance if chance < 0.9:
                await stripe(here, "POST", f"/v1/payment_intents/{intent}/cancel")
            case "succeeded", chance if chance < 0.6:
                part = luck.randint(1, line["captured"])
                await stripe(here, "POST", "/v1/refunds", payment_intent=intent, amount=part)


async def _bodies(here: Shop) -> dict[str, bytes]:
    """Every event that Stripe would have sent, as it would have been written."""
    bodies: dict[str, bytes] = {}
    more: dict[str, object] = {}
    while True:
        page: Any = await stripe(here, "GET", "/v1/events", limit=100, **more)
        bodies |= {it["id"]: json.dumps(it, indent=2).encode() for it in page["data"]}
        if not page["has_more"]:
            return bodies
        more = {"starting_after": page["data"][-1]["id"]}


async def _post(
    here: Shop, deliveries: Sequence[Delivery], at_once: int
) -> Sequence[tuple[int, float]]:
    """Post them all, so many at once; each answer's status, and how long it took in seconds."""
    answers: list[tuple[int, float]] = []
    waiting = iter(deliveries)
    url = f"{here.gateway}/webhooks/stripe"

    async def line(session: aiohttp.ClientSession) -> None:
        for delivery in waiting:
            body, headers = delivery.sent, delivery.headers()
            begun = time.perf_counter()
            async with session.post(url, data=body, headers=headers) as response:
                await response.read()
            answers.append((response.status, time.perf_counter() - begun))

    connector = aiohttp.TCPConnector(limit=at_once)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(line(session) for _ in range(at_once)))
    return answers


async def _wrong(here: Shop, names: Mapping[int, str]) -> tuple[Sequence[str], float]:
    """The payments that are not as Stripe's books say, and after what time there are no more."""
    begun = time.monotonic()
    wrong = (await _control(here, "GET", "/ledger"))["payments"]
    async with aiohttp.ClientSession() as session:
        while True:
            right = [
                intent
                for intent, line in wrong.items()
                if await _is(session, here, names[line["amount"]], line)
            ]
            for intent in right:
                del wrong[intent]
            passed_s = time.monotonic() - begun
            if not wrong or passed_s > _SETTLES_S:
                return sorted(wrong), passed_s
            await asyncio.sleep(0.5)


async def _is(
    session: aiohttp.ClientSession, here: Shop, name: str, line: Mapping[str, Any]
) -> bool:
    state, captured, refunded = await _state(session, here, name)
    match line["status"]:
        case "succeeded":
            return (state, captured, refunded) == ("CAPTURED", line["captured"], line["refunded"])
        case "requires_capture":
            return state == "AUTHORIZED"
        case _:
            return state in {"CANCELED", "DECLINED"} and captured == 0


async def _state(session: aiohttp.ClientSession, here: Shop, name: str) -> tuple[str, int, int]:
    found = (await _ask(session, here, _PAYMENT, {"id": name}))["payment"]
    return found["state"], found["captured"]["minor"], found["refunded"]["minor"]


async def _ask(
    session: aiohttp.ClientSession, here: Shop, document: str, variables: Mapping[str, Any]
) -> Any:
    body = {"query": document, "variables": variables}
    async with session.post(f"{here.gateway}/graphql", json=body) as response:
        content = await response.json(content_type=None)
    if content.get("errors"):
        raise RuntimeError(content["errors"])
    return content["data"]


async def _control(here: Shop, method: str, path: str, given: object = None) -> Any:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{here.stripe}/_control{path}", json=given) as response,
    ):
        response.raise_for_status()
        return await response.json()


def main() -> int:
    """Run it and print the report as JSON. Exit code 1: something was lost, or wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.webhooks", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="deliveries, all in all")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same post")
    parser.add_argument("--at-once", type=int, default=_AT_ONCE, help="connections")
    parser.add_argument("--storage", help="the database's address; absent: a new SQLite file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tillgraph-webhooks-") as folder:
        report = asyncio.run(
            run(
                Path(folder),
                count=options.count,
                seed=options.seed,
                storage=options.storage,
                at_once=options.at_once,
            )
        )
    sys.stdout.write(json.dumps(to_builtins(report), indent=2) + "\n")
    return 0 if report.is_sound else 1


if __name__ == "__main__":
    sys.exit(main())
