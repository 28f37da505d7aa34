"""What tills and customers do, and how the books then stand."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

from tests.killing.clerk import Clerk, native
from tests.killing.pos import TOTAL
from tests.killing.rarer_stories import RARER
from tests.killing.simulator import Simulator
from tests.killing.story import NOTHING, PAID, STAYS_AWAY, TAPS, Ending, Story

_CANCEL = ("terminalPaymentCancel", "TerminalPaymentCancelInput")
_CAPTURE = ("terminalPaymentCapture", "TerminalPaymentCaptureInput")

_RETRY = ("terminalPaymentRetry", "TerminalPaymentRetryInput")
_INCREASE = ("terminalPaymentIncrease", "TerminalPaymentIncreaseInput")


async def _charge(clerk: Clerk, _: Simulator) -> None:
    await clerk.reached(await clerk.started("k1"), "CAPTURED")


async def _held(clerk: Clerk) -> str:
    name = await clerk.started("k1", captureMethod="MANUAL")
    await clerk.reached(name, "AUTHORIZED")
    return name


async def _capture(clerk: Clerk, _: Simulator) -> None:
    name = await _held(clerk)
    await clerk.change(*_CAPTURE, payment=name)
    await clerk.reached(name, "CAPTURED")


async def _capture_part(clerk: Clerk, _: Simulator) -> None:
    name = await _held(clerk)
    part = {"amount": "600", "currency": "JPY"}
    await clerk.change(*_CAPTURE, payment=name, amount=part)
    await clerk.reached(name, "CAPTURED")


async def _cancel(clerk: Clerk, _: Simulator) -> None:
    name = await clerk.started("k1")
    await clerk.change(*_CANCEL, payment=name)
    await clerk.reached(name, "CANCELED")


async def _cancel_hold(clerk: Clerk, _: Simulator) -> None:
    name = await _held(clerk)
    await clerk.change(*_CANCEL, payment=name)
    await clerk.reached(name, "CANCELED")


async def _race(clerk: Clerk, _: Simulator) -> None:
    name = await clerk.started("k1")
    await clerk.change(*_CANCEL, payment=name)
    await clerk.reached(name, "CANCELED", "CAPTURED")


async def _refund(clerk: Clerk, _: Simulator) -> None:
    name = await clerk.started("k1")
    await clerk.reached(name, "CAPTURED")
    await clerk.refund(name, "r1", "300")
    await clerk.refund(name, "r2", "300")


async def _decline(clerk: Clerk, _: Simulator) -> None:
    await clerk.reached(await clerk.started("k1"), "DECLINED")


async def _retry(clerk: Clerk, simulator: Simulator) -> None:
    """The first card is refused, and another pays the same payment."""
    name = await clerk.started("k1")
    await clerk.reached(name, "DECLINED")
    await simulator.command("PUT", "/customers", dict(TAPS))
    # Asked again after its answer was lost, the payment may be past it already.
    await clerk.change(*_RETRY, payment=name)
    await clerk.reached(name, "CAPTURED")


async def _increase(clerk: Clerk, _: Simulator) -> None:
    """What is held grows once, however often it is asked for under one key."""
    name = await clerk.started("k1", captureMethod="MANUAL", incrementable=True)
    await clerk.reached(name, "AUTHORIZED")
    more = {"amount": "1500", "currency": "JPY"}
    payload = await clerk.change(*_INCREASE, payment=name, amount=more, idempotencyKey="i1")
    assert [] == payload["userErrors"], payload
    await clerk.holding(name, 1500)
    await clerk.change(*_CAPTURE, payment=name)
    await clerk.reached(name, "CAPTURED")


async def _write_back(clerk: Clerk, _: Simulator) -> None:
    """An order is paid and a part given back; its own system hears of either once."""
    assert clerk.pos is not None
    pos, receipt = clerk.pos, await clerk.pos.sell()
    name = await clerk.started("k1", order=await clerk.order(receipt))
    await clerk.reached(name, "CAPTURED")
    await clerk.refund(name, "r1", "300")
    await clerk.until(lambda: pos.money(receipt), lambda it: len(it) >= 2)
    noted = await pos.money(receipt)
    assert [TOTAL, -300] == noted, noted


async def _webhook(clerk: Clerk, simulator: Simulator) -> None:
    """Paid, and partly given back at the provider: only its events tell of that."""
    name = await clerk.started("k1")
    await clerk.reached(name, "CAPTURED")
    (intent,) = [
        it
        for it, line in (await simulator.ledger()).items()
        if line["metadata"].get("tillgraph_payment") == native(name)
    ]
    await simulator.call("POST", "/v1/refunds", payment_intent=intent, amount="400")


async def _two_tills(clerk: Clerk, _: Simulator) -> None:
    """At the same moment and the same reader: one has it, and the other waits for it."""
    first, second = await asyncio.gather(clerk.start("k1"), clerk.start("k2"))
    refused = [it["userErrors"][0]["code"] for it in (first, second) if it["userErrors"]]
    assert set(refused) <= {"READER_BUSY"}, (first, second)
    for key, payload in (("k1", first), ("k2", second)):
        if payload["payment"]:
            await clerk.reached(payload["payment"]["id"], "CAPTURED")
        else:
            await _after_another(clerk, key)


async def _after_another(clerk: Clerk, key: str) -> None:
    payload = await clerk.accepted(lambda: clerk.start(key), unless="READER_BUSY")
    await clerk.reached(payload["payment"]["id"], "CAPTURED")


STORIES: Mapping[str, Story] = MappingProxyType(
    {
        "charge": Story(_charge, (PAID,)),
        "capture": Story(_capture, (PAID,)),
        "capture part": Story(_capture_part, (Ending(("CAPTURED",), 600),)),
        "cancel": Story(_cancel, (NOTHING,), STAYS_AWAY),
        "cancel a hold": Story(_cancel_hold, (NOTHING,)),
        "cancel or pay": Story(_race, (Ending(("CANCELED", "CAPTURED"), None),)),
        "refund": Story(_refund, (Ending(("CAPTURED",), 1000, 600),)),
        "decline": Story(
            _decline, (Ending(("DECLINED",), 0),), {"tap_after_s": 0.05, "declined": 1.0}
        ),
        "retry": Story(_retry, (PAID,), {"tap_after_s": 0.05, "declined": 1.0}),
        "increase": Story(_increase, (Ending(("CAPTURED",), 1500),)),
        "write-back": Story(_write_back, (Ending(("CAPTURED",), 1000, 300),)),
        "webhook": Story(
            _webhook, (Ending(("CAPTURED",), 1000, 400),), post={"copies": 3, "shuffle_s": 0.1}
        ),
        "two tills": Story(_two_tills, (PAID, PAID)),
        "deaf reader": Story(
            _charge,
            (PAID,),
            faults=({"call": "process_payment_intent", "fault": "timeout_undelivered"},),
        ),
        "silent reader": Story(
            _charge,
            (PAID,),
            faults=({"call": "process_payment_intent", "fault": "timeout_delivered"},),
        ),
        **RARER,
    }
)
