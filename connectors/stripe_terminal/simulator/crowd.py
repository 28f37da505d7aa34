"""Customers who come to the readers by themselves."""

import random
from typing import Annotated

from msgspec import Meta, Struct, field

from connectors.stripe_terminal.simulator.cards import DECLINED

Share = Annotated[float, Meta(ge=0, le=1)]
Delay = Annotated[float, Meta(ge=0, le=600)]


class Habits(Struct, frozen=True, forbid_unknown_fields=True):
    """What customers do.

    `tap_after_s` after a reader has asked they tap a card, within `spread_s` more; None leaves
    cards to the test helper and the page. `declined` is the share whose card is declined, `leaving`
    the share that goes away without a card, `tip` what a good payer adds where a reader asks.
    """

    tap_after_s: Delay | None = None
    spread_s: Delay = 0.0
    declined: Share = 0.0
    leaving: Share = 0.0
    tip: Annotated[int, Meta(ge=0)] = 0
    seed: int = 0


class Visit(Struct, frozen=True):
    """What one customer will do: after how long, and with which card; None is a good one."""

    after_s: float
    number: str | None = None


class Crowd(Struct):
    """The customers of every store, in their order."""

    habits: Habits = Habits()
    _luck: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - a game

    def change(self, habits: Habits) -> None:
        """Let them behave otherwise from now on."""
        self.habits = habits
        self._luck = random.Random(habits.seed)  # noqa: S311 - a game

    def next(self) -> Visit | None:
        """The next customer; None if nobody comes."""
        habits = self.habits
        if habits.tap_after_s is None or self._luck.random() < habits.leaving:
            return None
        after_s = habits.tap_after_s + self._luck.random() * habits.spread_s
        is_declined = self._luck.random() < habits.declined
        return Visit(after_s, DECLINED if is_declined else None)
