"""A gateway that may be killed at a commit, or stripped of a safeguard: hooks of the harness alone.

What is served is the product as `tillgraph serve` serves it; nothing in it knows of this.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvloop
from msgspec import Struct

import gateway.wiring
from connectors.sdk.registry import Registry
from gateway.cli.serve import Origin, _serve
from gateway.logging import configure
from gateway.payments.timing import Timing
from tests.killing.commits import watch
from tests.killing.moments import Diary, Meter, Moment, die
from tests.killing.safeguards import remove, swap

# As in the product, in proportion, but some ten times as fast: a matrix of hundreds of kills would
# mostly wait else. What only bounds a call stays as it is.
QUICK: dict[str, float] = {
    "first_look_s": 0.05,
    "slowest_look_s": 0.5,
    "held_look_s": 0.5,
    "settle_s": 0.3,
    "refund_look_s": 0.5,
    "follow_look_s": 0.2,
    "status_memory_s": 0.2,
    "sweep_s": 1.0,
    "claim_life_s": 3.0,
    "claim_renew_s": 0.5,
    "news_look_s": 0.1,
    "adopt_s": 2.0,
}


class Orders(Struct, frozen=True, kw_only=True):
    """How one gateway is to live, and when it is to die, or the processes of group `victim`.

    `diary` is where its commits are noted; `without` names a safeguard that it has to do without;
    `is_quick` lets it look more often than the product does.
    """

    configuration: str = ""
    log: str = ""
    port: int = 0
    kill: Moment | None = None
    victim: int | None = None
    diary: str | None = None
    without: str | None = None
    is_quick: bool = True


def live(orders: Orders, registry: Registry) -> None:
    """Serve until killed or told to end."""
    configure("info", "json")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    if orders.is_quick:
        _hasten()
    watch_commits(orders, Diary(Path(orders.diary)) if orders.diary else None)
    if orders.without is not None:
        remove(orders.without)
    origin = Origin(Path(orders.configuration), "127.0.0.1", orders.port, registry)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(origin.settings(), origin))


def _hasten() -> None:
    quick = {name: value for name, value in QUICK.items() if name in Timing.__struct_fields__}

    def hastened(**given: Any) -> Timing:
        return Timing(**{**quick, **given})

    swap(gateway.wiring, "Timing", hastened)  # the one place that makes it


def watch_commits(orders: Orders, diary: Diary | None) -> None:
    """Note each commit that writes, and kill before or after the one that is named."""
    meter, kill = Meter("commit"), orders.kill

    def watched(name: str, commit: Callable[[], None]) -> None:
        numbers = meter.begin(name)
        side = kill.side if kill is not None and meter.is_met(kill, name, numbers) else None
        if side == "before":
            die(orders.victim)
        commit()
        if diary is not None:
            diary.write("commit", name, numbers[0])
        if side == "after":
            die(orders.victim)

    watch(watched)
