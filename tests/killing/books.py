"""Our books beside the provider's."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.killing.clerk import Clerk, native
from tests.killing.simulator import Simulator
from tests.killing.story import Ending

_REFERENCE = "tillgraph_payment"


class Findings(Struct, frozen=True):
    """What is wrong. `unequal` may mend by itself; `doubled` and `lost` never do.

    All amounts are in the smallest unit.
    """

    unequal: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether nothing is."""
        return not (self.unequal or self.doubled or self.lost)


async def compared(
    clerk: Clerk, simulator: Simulator, endings: Sequence[Ending] | None = None
) -> Findings:
    """Compare every payment that the till knows of with the provider's books, and with its end."""
    ours = [await clerk.payment(name) for name in clerk.payments]
    ledger = await simulator.ledger()
    lines: dict[str, list[Mapping[str, Any]]] = {native(it["id"]): [] for it in ours}
    lost: list[str] = []
    for intent, line in ledger.items():
        name = line["metadata"].get(_REFERENCE, "")
        if name in lines:
            lines[name].append(line)
        elif line["captured"] or line["held"]:
            lost.append(f"{intent}: {line['captured']} taken, {line['held']} held, known to nobody")
    unequal = [line for it in ours for line in _unequal(it, lines[native(it["id"])])]
    unequal += [
        f"{it['id']}: the reader is still at work"
        for it in await simulator.command("GET", "/readers")
        if it["screen"]["state"] in {"waiting", "busy"}
    ]
    doubled = [line for it in ours for line in _doubled(it, lines[native(it["id"])])]
    if endings is not None:
        unequal += _otherwise(ours, endings)
    return Findings(tuple(unequal), tuple(doubled), tuple(lost))


async def recorded_twice(journal: str, simulator: Simulator) -> tuple[str, ...]:
    """Messages on record that the provider never sent so: one that came again is no other one."""
    told = await simulator.events()
    engine = create_async_engine(journal)
    try:
        async with engine.connect() as connection:
            kept = (await connection.execute(text("SELECT id FROM provider_events"))).scalars()
            return tuple(f"{it} came again" for it in kept if it not in told and _is_of(told, it))
    finally:
        await engine.dispose()


def _is_of(told: set[str], name: str) -> bool:
    """Whether it is a message of this story: one of the story before may still be on its way."""
    return any(name.startswith(it) for it in told)


def _unequal(ours: Any, lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """Where the two books of one payment differ."""
    told = {
        "captured": ours["captured"]["minor"],
        "refunded": ours["refunded"]["minor"],
        "held": ours["amount"]["minor"] if ours["state"] == "AUTHORIZED" else 0,
    }
    theirs = {name: sum(line[name] for line in lines) for name in told}
    if told == theirs:
        return []
    return [f"{ours['id']} is {ours['state']}: ours {told}, the provider's {theirs}"]


def _doubled(ours: Any, lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """Whether a customer was charged twice: for one payment, one charge was granted at most."""
    paid = sum(line["paid"] for line in lines)
    return [f"{ours['id']}: charged {paid} times"] if paid > 1 else []


def _otherwise(ours: Sequence[Any], endings: Sequence[Ending]) -> list[str]:
    """Where payments have ended otherwise than they should."""
    if len(ours) != len(endings):
        return [f"{len(ours)} payments instead of {len(endings)}"]
    return [
        f"{it['id']}: {it['state']}, {it['captured']['minor']} taken and"
        f" {it['refunded']['minor']} given back instead of {ending}: {it['events']}"
        for it, ending in zip(ours, endings, strict=True)
        if it["state"] not in ending.states
        or ending.captured not in {None, it["captured"]["minor"]}
        or ending.refunded != it["refunded"]["minor"]
    ]
