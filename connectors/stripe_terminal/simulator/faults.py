"""What goes wrong on command: once, every so often, or for ever."""

import random
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from connectors.stripe_terminal.simulator.operations import OPERATIONS, Operation

Arriving = Literal[
    "reset",  # the connection breaks before the call has an effect
    "rate_limited",  # 429, before it has an effect; not kept for its key
    "unavailable",  # 503, before it has an effect; not kept for its key
]
Performing = Literal[
    "delay",  # the call waits for `delay_s` before it has an effect; its key is in use meanwhile
    "error_500",  # the server fails before the call has an effect
    "error_500_after",  # the server fails after the call has had its effect
    "reader_busy",  # the reader says no: it is busy, offline, broken, or registered elsewhere
    "reader_offline",
    "hardware_fault",
    "wrong_location",
    "timeout_delivered",  # the reader does not confirm, and yet does what it was told
    "timeout_undelivered",  # the reader does not confirm, and was never told
    "reader_lost",  # the reader goes out of reach when a card is presented
    "connection_error",  # the card pays, and the reader loses the answer
]
Leaving = Literal[
    "reply_lost",  # the call has its effect, and its connection breaks
    "truncated",  # the call has its effect, and its answer breaks off in the middle
]
Kind = Arriving | Performing | Leaving

ARRIVING: frozenset[str] = frozenset(get_args(Arriving))
PERFORMING: frozenset[str] = frozenset(get_args(Performing))
LEAVING: frozenset[str] = frozenset(get_args(Leaving))
MISHAPS: frozenset[str] = frozenset({"reader_lost", "connection_error"})

_PAYING = ("process_payment_intent", "confirm_payment_intent")
_READER_CALLS = (
    *_PAYING,
    "collect_payment_method",
    "process_setup_intent",
    "refund_payment",
    "collect_inputs",
    "cancel_action",
    "set_reader_display",
)
_LIMITED: dict[str, tuple[str, ...]] = {
    "reader_busy": _READER_CALLS,
    "reader_offline": _READER_CALLS,
    "hardware_fault": _READER_CALLS,
    "wrong_location": _READER_CALLS,
    "timeout_delivered": _READER_CALLS,
    "timeout_undelivered": _READER_CALLS,
    "reader_lost": _PAYING,
    "connection_error": _PAYING,
}
_MAX = 100


class Fault(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What shall go wrong, and with which calls.

    `call` is a call's name, `path` a pattern of addresses such as `/v1/refunds*`; both have to
    match. Of the calls that match, the `nth` is the first to be hit, and each is hit with
    `probability`; after `times` hits it is over, and never where `times` is null.
    """

    fault: Kind
    call: str | None = None
    path: str | None = None
    nth: Annotated[int, Meta(ge=1)] = 1
    times: Annotated[int, Meta(ge=1)] | None = 1
    probability: Annotated[float, Meta(gt=0, le=1)] = 1.0
    seed: int = 0
    delay_s: Annotated[float, Meta(ge=0, le=600)] = 0.0

    def concerns(self, operation: Operation, path: str) -> bool:
        """Whether a call is of those that it can hit."""
        limited = _LIMITED.get(self.fault)
        if limited is not None and operation.name not in limited:
            return False
        if self.call not in {None, operation.name}:
            return False
        return self.path is None or fnmatchcase(path, self.path)


class FaultError(Exception):
    """This cannot be commanded; the message says why."""


class _Rule:
    """A fault that waits for its calls."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self._luck = random.Random(fault.seed)  # noqa: S311 - repeatable on purpose
        self._calls = 0
        self._left = fault.times

    def hits(self) -> bool:
        """Whether it hits a call that it concerns."""
        self._calls += 1
        if self._calls < self.fault.nth:
            return False
        if self.fault.probability < 1.0 and self._luck.random() >= self.fault.probability:
            return False
        if self._left is not None:
            self._left -= 1
        return True

    @property
    def is_over(self) -> bool:
        """Whether it hits nothing more."""
        return self._left == 0


class Faults:
    """What is still to go wrong, in the order commanded; the first that hits counts."""

    def __init__(self) -> None:
        self._rules: list[_Rule] = []

    def __iter__(self) -> Iterator[Fault]:
        return (rule.fault for rule in self._rules)

    def add(self, fault: Fault) -> None:
        """Let something go wrong.

        Raises:
            FaultError: There is no such call, it cannot fail so, or too many faults wait already.
        """
        limited = _LIMITED.get(fault.fault)
        if fault.call is None and fault.path is None:
            raise FaultError("call or path: one of them says which calls it hits")
        if fault.call is not None and fault.call not in OPERATIONS:
            raise FaultError(f"call: expected one of {', '.join(OPERATIONS)}")
        if limited is not None and fault.call is not None and fault.call not in limited:
            raise FaultError(f"fault: {fault.fault} is of {', '.join(limited)} only")
        if len(self._rules) >= _MAX:
            raise FaultError(f"there are {_MAX} faults already: DELETE /faults forgets them")
        self._rules.append(_Rule(fault))

    def take(self, operation: Operation, path: str, kinds: frozenset[str]) -> Fault | None:
        """What of these kinds goes wrong with a call that has come."""
        for rule in self._rules:
            fault = rule.fault
            if fault.fault in kinds and fault.concerns(operation, path) and rule.hits():
                if rule.is_over:
                    self._rules.remove(rule)
                return fault
        return None

    def clear(self) -> None:
        """Let nothing more go wrong."""
        self._rules.clear()
