"""One course of events, and how the books then stand."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field

from tests.killing.clerk import Clerk
from tests.killing.simulator import Simulator

TAPS: Mapping[str, Any] = MappingProxyType({"tap_after_s": 0.05})
STAYS_AWAY: Mapping[str, Any] = MappingProxyType({})


class Ending(Struct, frozen=True):
    """How a payment ends. `states` are those it may have; None of an amount is any."""

    states: tuple[str, ...]
    captured: int | None
    refunded: int = 0


class Story(Struct, frozen=True):
    """One course of events.

    `live` is what the till does. `customers` and `post` tell the simulator how customers and its
    events behave; no event is sent where `post` drops all. `faults` go wrong at the simulator.
    """

    live: Callable[[Clerk, Simulator], Awaitable[None]]
    endings: tuple[Ending, ...]
    customers: Mapping[str, Any] = TAPS
    post: Mapping[str, Any] = field(default_factory=lambda: {"drop": 1.0})
    faults: tuple[Mapping[str, Any], ...] = ()


PAID = Ending(("CAPTURED",), 1000)
NOTHING = Ending(("CANCELED",), 0)
