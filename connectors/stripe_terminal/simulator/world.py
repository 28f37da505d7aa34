"""The simulated account: its records, its clock, and what it tells of itself.

Synchronous, without I/O: what happens to a payment lies in `intents`, at a reader in `readers`.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from connectors.stripe_terminal.simulator.agenda import Agenda
from connectors.stripe_terminal.simulator.records import (
    Charge,
    Intent,
    Location,
    Reader,
    Refund,
)
from connectors.stripe_terminal.simulator.refusal import missing
from connectors.stripe_terminal.simulator.setup import DEFAULT_SETUP, Setup
from connectors.stripe_terminal.simulator.shapes import (
    API_VERSION,
    charge_shape,
    intent_shape,
    location_shape,
    reader_shape,
    refund_shape,
)

Record = Location | Reader | Intent | Charge | Refund
Tell = Callable[[Mapping[str, Any]], None]


class World:
    """One account in test mode.

    `clock` gives seconds since 1970. `tell` is given every event, in their order. `tap_after_s` is
    how long after a payment has reached a reader a customer taps a good card; None leaves cards to
    the test helper.
    """

    def __init__(
        self,
        setup: Setup = DEFAULT_SETUP,
        *,
        clock: Callable[[], float] = time.time,
        tap_after_s: float | None = None,
    ) -> None:
        self.agenda = Agenda()
        self.tell: Tell = lambda _: None
        self.setup = setup
        self.tap_after_s = tap_after_s
        self.locations = {place.id: place for place in setup.made_locations()}
        self.readers = {reader.id: reader for reader in setup.made_readers()}
        self.intents: dict[str, Intent] = {}
        self.charges: dict[str, Charge] = {}
        self.refunds: dict[str, Refund] = {}
        self._clock = clock

    @property
    def now(self) -> float:
        """The time."""
        return self._clock()

    @property
    def second(self) -> int:
        """The time in whole seconds, as Stripe tells it."""
        return int(self._clock())

    def catch_up(self) -> None:
        """Let everything happen that is due by now."""
        self.agenda.run(self.now)

    def later(self, delay_s: float, happening: Callable[[], None]) -> None:
        """Let something happen after a while, or at once."""
        if delay_s > 0:
            self.agenda.add(self.now + delay_s, happening)
        else:
            happening()

    def new_id(self, prefix: str) -> str:
        """An id that no other run of the simulator gives either: callers keep them for long."""
        return f"{prefix}_{secrets.token_hex(12)}"

    def intent_of(self, name: str) -> Intent:
        """The payment that a parameter names."""
        if name not in self.intents:
            raise missing("payment_intent", name, param="payment_intent")
        return self.intents[name]

    def charge_of(self, name: str) -> Charge:
        """The charge that a parameter names."""
        if name not in self.charges:
            raise missing("charge", name, param="charge")
        return self.charges[name]

    def shape(self, record: Record) -> dict[str, Any]:
        """A record in Stripe's form."""
        match record:
            case Location():
                return location_shape(record)
            case Reader():
                return reader_shape(record, self.now)
            case Intent():
                return intent_shape(record)
            case Charge():
                return charge_shape(record)
            case Refund():
                return refund_shape(record)

    def event(self, kind: str, record: Record) -> None:
        """Tell that something happened to a record, as it stands now."""
        self.tell(
            {
                "id": self.new_id("evt"),
                "object": "event",
                "api_version": API_VERSION,
                "created": self.second,
                "data": {"object": self.shape(record)},
                "livemode": False,
                "pending_webhooks": 1,
                "request": {"id": None, "idempotency_key": None},
                "type": kind,
            }
        )
