"""Tills that sell one thing after the other, each at a reader of its own."""

import asyncio
import random
import time
from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from tests.killing.clerk import Clerk, NeverError

_CAPTURE = ("terminalPaymentCapture", "TerminalPaymentCaptureInput")
_CANCEL = ("terminalPaymentCancel", "TerminalPaymentCancelInput")
_LOOK = "query Look($id: ID!) { payment(id: $id) { id state } }"
_OVER = frozenset({"CAPTURED", "CANCELED", "DECLINED", "EXPIRED"})
_LOOK_S = 0.4
_STUCK_S = 240.0

# What tills do, and how often: one sale in ten each is a deposit, called off, or partly given back.
_KINDS = ("charge",) * 7 + ("capture", "cancel", "refund")


class Sale(Struct, frozen=True):
    """One payment to be made."""

    key: str
    kind: str
    amount: int


class Result(Struct, frozen=True):
    """What has come of one: its id, how long its start took, and why there is none."""

    payment: str | None
    start_s: float
    refused: str | None = None


class Results(Struct):
    """What has come of all so far."""

    wanted: int
    began: float = field(default_factory=time.monotonic)
    done: list[Result] = []

    @property
    def took_s(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self.began


def sales(count: int, seed: int) -> Iterator[Sale]:
    """What is to be sold, the same for the same seed."""
    luck = random.Random(seed)
    for number in range(count):
        # Amounts that end in 01 to 75 may be declined by the issuer.
        yield Sale(f"{seed}-{number}", luck.choice(_KINDS), luck.randint(1, 500) * 100)


async def sell(clerk: Clerk, reader: str, sale: Sale) -> Result:
    """Make one payment, up to its end.

    Raises:
        NeverError: It comes to no end.
    """
    begun = time.monotonic()
    more = {"captureMethod": "MANUAL"} if sale.kind == "capture" else {}
    place = {"store": "ginza", "name": reader}
    payload = await clerk.start(sale.key, str(sale.amount), reader=place, **more)
    took_s = time.monotonic() - begun
    if payload["payment"] is None:
        return Result(None, took_s, payload["userErrors"][0]["code"])
    name = payload["payment"]["id"]
    if sale.kind == "cancel":
        await clerk.change(*_CANCEL, payment=name)
    found = await _over(clerk, name, {*_OVER, "AUTHORIZED"})
    if found == "AUTHORIZED" and sale.kind == "capture":
        await clerk.change(*_CAPTURE, payment=name)
        found = await _over(clerk, name, _OVER)
    if found == "CAPTURED" and sale.kind == "refund":
        await clerk.refund(name, f"{sale.key}-r", str(sale.amount // 2))
    return Result(name, took_s)


async def _over(clerk: Clerk, name: str, states: Any) -> str:
    end = time.monotonic() + _STUCK_S
    while True:
        found: str = (await clerk.ask(_LOOK, "payment", {"id": name}))["state"]
        if found in states:
            return found
        if time.monotonic() > end:
            raise NeverError(f"{name} stays {found}")
        await asyncio.sleep(_LOOK_S)
