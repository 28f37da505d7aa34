"""What an operation may ask for, and whether it asks for more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from gateway.execution.measure import Measure


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one operation may ask for; see `Measure` for what is counted."""

    depth: int
    aliases: int
    directives: int
    root_fields: int
    list_size: int
    cost: int


class Excess(NamedTuple):
    """What is beyond one limit, by the limit's name."""

    limit: str
    asked: int
    allowed: int


class Checked(NamedTuple):
    """What an operation costs, and all the limits that it is beyond."""

    cost: int
    excesses: tuple[Excess, ...]


class Check:
    """Holds one operation against limits.

    `settled` is what comes of it under any variables; None where they have a say.
    """

    def __init__(self, measure: Measure, limits: Limits) -> None:
        self._measure = measure
        self._limits = limits
        self._beyond = _beyond(
            limits,
            depth=measure.depth,
            aliases=measure.aliases,
            directives=measure.directives,
            root_fields=measure.root_fields,
        )
        self.settled = None if measure.depends else self._under(None)

    def under(self, variables: Mapping[str, Any] | None) -> Checked:
        """What comes of it under the variables as the client gave them."""
        return self.settled or self._under(variables)

    def _under(self, variables: Mapping[str, Any] | None) -> Checked:
        cost, list_size = self._measure.sized(variables)
        if cost <= self._limits.cost and list_size <= self._limits.list_size:
            return Checked(cost, self._beyond)
        sized = _beyond(self._limits, list_size=list_size, cost=cost)
        return Checked(cost, self._beyond + sized)


def _beyond(limits: Limits, **asked: int) -> tuple[Excess, ...]:
    allowed = {name: getattr(limits, name) for name in asked}
    return tuple(Excess(it, asked[it], allowed[it]) for it in asked if asked[it] > allowed[it])
