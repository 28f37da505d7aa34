"""How the simulator behaves as a server, on command."""

from collections import Counter
from typing import Annotated, Literal

from msgspec import Meta, Struct

from connectors.stripe_terminal.simulator.faults import Faults


class Mood(Struct, frozen=True, forbid_unknown_fields=True):
    """It answers well, after `delay_s`, in a wrong form, or not at all: until told otherwise."""

    mode: Literal["ok", "slow", "wrong", "dead"] = "ok"
    delay_s: Annotated[float, Meta(ge=0, le=600)] = 0.0


class Conduct:
    """The mood, the single faults still to come, and how often each call came."""

    def __init__(self) -> None:
        self.mood = Mood()
        self.faults = Faults()
        self.calls: Counter[str] = Counter()
