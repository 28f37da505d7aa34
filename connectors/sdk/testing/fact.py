"""A fact about a connector, and how it turns out."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

Prove = Callable[..., Awaitable[None]]
"""Tries something on a bench."""


class UnprovedError(AssertionError):
    """The connector does not keep a fact; the message tells where, and holds none of its values."""


class NotApplicableError(Exception):
    """The fact says nothing of this connector on this system, or needs what was not given."""


class Fact(Struct, frozen=True):
    """One thing that holds of a right connector. `name` is unique among a connector's facts.

    `replayable`: it asks nothing but what a recording can answer. `needs_faults`: the system must
    fail for it.
    """

    name: str
    statement: str
    prove: Prove
    replayable: bool = False
    needs_faults: bool = False


def require(holds: object, message: str) -> None:
    """Go on where it holds.

    Raises:
        UnprovedError: It does not.
    """
    if not holds:
        raise UnprovedError(message)
