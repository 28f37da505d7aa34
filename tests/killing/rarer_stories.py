"""Parts of an order, tips, telephones, inputs, and refunds that come back."""

from collections.abc import Mapping
from types import MappingProxyType

from tests.killing.clerk import Clerk, native
from tests.killing.configuration import ABROAD, DEVICE, SECOND
from tests.killing.pos import TOTAL
from tests.killing.simulator import Simulator
from tests.killing.story import PAID, STAYS_AWAY, Ending, Story

# Of this one refunds fail later: https://docs.stripe.com/terminal/references/testing
_UNREFUNDABLE = "4000000000005126"
_PART = 400
_TIP = 150
_OVER = frozenset({"SUCCEEDED", "FAILED", "CANCELED", "EXPIRED"})


def _yen(minor: int) -> Mapping[str, str]:
    return {"amount": str(minor), "currency": "JPY"}


async def _split(clerk: Clerk, _: Simulator) -> None:
    """An order is paid in two parts, at two readers; its own system hears of either once."""
    assert clerk.pos is not None
    pos, receipt = clerk.pos, await clerk.pos.sell()
    order = await clerk.order(receipt)
    first = await clerk.started("k1", order=order, part=_yen(_PART))
    rest = await _rest(clerk, order)
    await clerk.reached(first, "CAPTURED")
    await clerk.reached(rest, "CAPTURED")
    await clerk.until(lambda: pos.money(receipt), lambda it: len(it) >= 2)
    noted = sorted(await pos.money(receipt))
    assert [_PART, TOTAL - _PART] == noted, noted


async def _rest(clerk: Clerk, order: str) -> str:
    """The other part. What the order's system has just been told is for a moment counted twice."""
    part = _yen(TOTAL - _PART)
    payload = await clerk.accepted(
        lambda: clerk.start("k2", order=order, part=part, reader=SECOND),
        unless="AMOUNT_EXCEEDS_DUE",
    )
    name: str = payload["payment"]["id"]
    return name


async def _tip(clerk: Clerk, _: Simulator) -> None:
    """The customer adds something at the reader."""
    await clerk.reached(await clerk.started("k1", tipEligible=_yen(1000)), "CAPTURED")


async def _code(clerk: Clerk, simulator: Simulator) -> None:
    """A telephone pays the code, after somebody has cleared the reader that showed it."""
    price = {"amount": "10.00", "currency": "SGD"}
    methods = ["CARD", "PAYNOW"]
    name = await clerk.started("k1", methods=methods, reader=ABROAD.reader, **price)
    await simulator.insist(f"/readers/{ABROAD.device}/scan", {"kind": "paynow"})
    (intent,) = [
        it
        for it, line in (await simulator.ledger()).items()
        if line["metadata"].get("tillgraph_payment") == native(name)
    ]
    await simulator.call("POST", f"/v1/terminal/readers/{ABROAD.device}/cancel_action")
    await simulator.insist(f"/intents/{intent}/pay", {})
    await clerk.reached(name, "CAPTURED")


async def _inputs(clerk: Clerk, simulator: Simulator) -> None:
    """A customer enters something once; the reader is then free for a payment."""
    task = await clerk.asked("t1")
    await simulator.insist(f"/readers/{DEVICE}/enter", {})
    found = await clerk.until(lambda: clerk.task(task), lambda it: it["state"] in _OVER)
    assert "SUCCEEDED" == found["state"], found
    assert ["customer@example.com"] == [it["value"] for it in found["inputs"]], found
    await clerk.reached(await clerk.started("k1"), "CAPTURED")


async def _refund_that_fails(clerk: Clerk, simulator: Simulator) -> None:
    """The bank sends back what was given back: it is the retailer's again."""
    name = await clerk.started("k1")
    await simulator.insist(f"/readers/{DEVICE}/tap", {"card": _UNREFUNDABLE})
    await clerk.reached(name, "CAPTURED")
    await clerk.refund(name, "r1", "300")
    await clerk.refund(name, "r1", "300", states=("FAILED",))


RARER: Mapping[str, Story] = MappingProxyType(
    {
        "split": Story(
            _split,
            (Ending(("CAPTURED",), _PART), Ending(("CAPTURED",), TOTAL - _PART)),
        ),
        "tip": Story(
            _tip,
            (Ending(("CAPTURED",), 1000 + _TIP),),
            {"tap_after_s": 0.05, "tip": _TIP},
        ),
        "code": Story(_code, (PAID,), STAYS_AWAY),
        "inputs": Story(_inputs, (PAID,)),
        "late refund": Story(_refund_that_fails, (PAID,), STAYS_AWAY, post={"copies": 1}),
    }
)
