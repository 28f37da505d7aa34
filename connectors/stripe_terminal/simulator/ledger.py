"""Whose money is where: what tests compare their own books with."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from connectors.stripe_terminal.simulator.records import Intent
from connectors.stripe_terminal.simulator.world import World


class Line(Struct, frozen=True, kw_only=True):
    """The money of one payment, in the currency's smallest unit.

    `captured` was taken of the card, `refunded` given back of that, and `held` is neither taken nor
    given up yet. `charges` counts the tries, `paid` those that the issuer granted.
    """

    account: str | None
    status: str
    currency: str
    amount: int
    captured: int
    refunded: int
    held: int
    charges: int
    paid: int
    metadata: dict[str, str]


class Total(Struct, kw_only=True):
    """The money of one currency, and how many payments are behind it."""

    payments: int = 0
    captured: int = 0
    refunded: int = 0
    held: int = 0


class Ledger(Struct, frozen=True):
    """Every payment by its id, the oldest first, and the sums by currency."""

    payments: dict[str, Line]
    totals: dict[str, Total]


def ledger(worlds: Iterable[World]) -> Ledger:
    """Everything, from the charges and refunds themselves."""
    payments: dict[str, Line] = {}
    totals: dict[str, Total] = {}
    for world in worlds:
        charged = _charged(world)
        for intent in world.intents.values():
            line = _line(world, intent, charged.get(intent.id, _NOTHING))
            payments[intent.id] = line
            total = totals.setdefault(intent.currency, Total())
            total.payments += 1
            total.captured += line.captured
            total.refunded += line.refunded
            total.held += line.held
    return Ledger(payments, totals)


_NOTHING: dict[str, int] = {"captured": 0, "refunded": 0, "held": 0, "charges": 0, "paid": 0}


def _charged(world: World) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for charge in world.charges.values():
        sums = found.setdefault(charge.intent, dict(_NOTHING))
        sums["captured"] += charge.amount_captured
        sums["charges"] += 1
        if charge.decline is None:
            sums["paid"] += 1
            sums["held"] += charge.amount - charge.amount_captured - charge.released
    for refund in world.refunds.values():
        if refund.status != "failed":
            found[refund.intent]["refunded"] += refund.amount
    return found


def _line(world: World, intent: Intent, sums: dict[str, Any]) -> Line:
    return Line(
        account=world.account,
        status=intent.status,
        currency=intent.currency,
        amount=intent.amount,
        metadata=intent.metadata,
        **sums,
    )
