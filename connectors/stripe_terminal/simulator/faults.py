"""What goes wrong once, on command."""

from collections import deque
from typing import Literal

from msgspec import Struct

from connectors.stripe_terminal.simulator.operations import OPERATIONS

Kind = Literal[
    "timeout_delivered",  # the reader does not confirm, and yet does what it was told
    "timeout_undelivered",  # the reader does not confirm, and was never told
    "reply_lost",  # the call has its effect, and its answer is lost
    "error_500",  # the server fails before the call has an effect
    "reader_lost",  # the reader goes out of reach when a card is presented
    "connection_error",  # the card pays, and the reader loses the answer
]
MISHAPS: frozenset[Kind] = frozenset({"reader_lost", "connection_error"})

_READER_CALLS = ("process_payment_intent", "cancel_action", "set_reader_display")
_CALLS: dict[Kind, tuple[str, ...]] = {
    "timeout_delivered": _READER_CALLS,
    "timeout_undelivered": _READER_CALLS,
    "reply_lost": tuple(OPERATIONS),
    "error_500": tuple(OPERATIONS),
    "reader_lost": ("process_payment_intent",),
    "connection_error": ("process_payment_intent",),
}
_MAX = 100


class Fault(Struct, frozen=True, forbid_unknown_fields=True):
    """What shall go wrong with the next call of a name."""

    call: str
    fault: Kind


class FaultError(Exception):
    """This cannot be commanded; the message says why."""


class Faults:
    """What is still to go wrong, in the order commanded."""

    def __init__(self) -> None:
        self.waiting: deque[Fault] = deque()

    def add(self, fault: Fault) -> None:
        """Let something go wrong.

        Raises:
            FaultError: There is no such call, it cannot fail so, or too many faults wait already.
        """
        if fault.call not in OPERATIONS:
            raise FaultError(f"call: expected one of {', '.join(OPERATIONS)}")
        if fault.call not in _CALLS[fault.fault]:
            raise FaultError(f"fault: {fault.fault} is of {', '.join(_CALLS[fault.fault])} only")
        if len(self.waiting) >= _MAX:
            raise FaultError(f"there are {_MAX} faults already: DELETE /faults forgets them")
        self.waiting.append(fault)

    def take(self, call: str) -> Kind | None:
        """What goes wrong with a call that has come."""
        for fault in self.waiting:
            if fault.call == call:
                self.waiting.remove(fault)
                return fault.fault
        return None
