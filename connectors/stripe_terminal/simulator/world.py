"""One simulated account: its records, its clock, and what it tells of itself.

Synchronous, without I/O: what happens to a payment lies in `intents`, at a reader in `readers`.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from connectors.stripe_terminal.simulator.agenda import HAPPENINGS, Agenda, Happening
from connectors.stripe_terminal.simulator.books import Books, opened
from connectors.stripe_terminal.simulator.crowd import Crowd, Habits
from connectors.stripe_terminal.simulator.records import (
    Charge,
    Customer,
    Endpoint,
    Event,
    Intent,
    Location,
    Method,
    Reader,
    Refund,
    SetupAttempt,
    SetupIntent,
)
from connectors.stripe_terminal.simulator.refusal import missing
from connectors.stripe_terminal.simulator.setup import DEFAULT_SETUP, Setup
from connectors.stripe_terminal.simulator.shapes.endpoints import endpoint_shape
from connectors.stripe_terminal.simulator.shapes.money import charge_shape, method_shape
from connectors.stripe_terminal.simulator.shapes.payments import (
    intent_shape,
    refund_shape,
)
from connectors.stripe_terminal.simulator.shapes.places import location_shape, reader_shape
from connectors.stripe_terminal.simulator.shapes.saved_cards import (
    customer_shape,
    setup_attempt_shape,
    setup_intent_shape,
)
from connectors.stripe_terminal.simulator.version import API_VERSION

Record = (
    Location
    | Reader
    | Intent
    | SetupIntent
    | SetupAttempt
    | Charge
    | Refund
    | Method
    | Customer
    | Endpoint
)
Tell = Callable[[Event, Sequence[Endpoint]], None]

_EVENTS_MAX = 20_000
# Of a record's kind, what makes it Stripe's form.
_SHAPES: dict[type, Callable[[Any], dict[str, Any]]] = {
    Location: location_shape,
    Intent: intent_shape,
    SetupIntent: setup_intent_shape,
    SetupAttempt: setup_attempt_shape,
    Charge: charge_shape,
    Refund: refund_shape,
    Method: method_shape,
    Customer: customer_shape,
    Endpoint: endpoint_shape,
}


class World:
    """One account in test mode.

    `account` is the name of a connected one, and `platform` the account that it is connected to.
    `clock` gives seconds since 1970. `tell` is given every event, in their order, and where it is
    sent. `books` are those of before, if it goes on.
    """

    def __init__(
        self,
        setup: Setup = DEFAULT_SETUP,
        *,
        account: str | None = None,
        platform: "World | None" = None,
        clock: Callable[[], float] = time.time,
        crowd: Crowd | None = None,
        books: Books | None = None,
    ) -> None:
        self.setup = setup
        self.account = account
        self.platform = platform
        self.books = books or opened(setup, account, int(clock()))
        self.agenda = Agenda(self.books.agenda)
        self.crowd = crowd or Crowd(Habits())
        self.tell: Tell = lambda _event, _takers: None
        self.locations = self.books.locations
        self.readers = self.books.readers
        self.intents = self.books.intents
        self.setup_intents = self.books.setup_intents
        self.setup_attempts = self.books.setup_attempts
        self.charges = self.books.charges
        self.refunds = self.books.refunds
        self.methods = self.books.methods
        self.customers = self.books.customers
        self.events = self.books.events
        self.endpoints = self.books.endpoints
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
        self.agenda.run(self.now, self._happen)

    def later(self, delay_s: float, happening: Happening, *about: Any) -> None:
        """Let something happen after a while, or at once. It is told this world, and `about`."""
        if delay_s > 0:
            self.agenda.add(self.now + delay_s, happening.__name__, *about)
        else:
            happening(self, *about)

    def new_id(self, prefix: str) -> str:
        """An id that no other run of the simulator gives either: callers keep them for long."""
        return f"{prefix}_{secrets.token_hex(12)}"

    def new_number(self) -> int:
        """A number that this account has not given before."""
        self.books.last_number += 1
        return self.books.last_number

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
        if isinstance(record, Reader):
            return reader_shape(record, self.now)
        return _SHAPES[type(record)](record)

    def event(self, kind: str, record: Record) -> None:
        """Tell that something happened to a record, as it stands now."""
        takers = self.takers(kind)
        name, created = self.new_id("evt"), self.second
        told = {
            "id": name,
            "object": "event",
            "api_version": API_VERSION,
            "created": created,
            "data": {"object": self.shape(record)},
            "livemode": False,
            "pending_webhooks": len(takers),
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        if self.account:
            told["account"] = self.account
        event = Event(id=name, kind=kind, created=created, body=msgspec.json.encode(told))
        self.events[event.id] = event
        if len(self.events) > _EVENTS_MAX:
            del self.events[next(iter(self.events))]
        self.tell(event, takers)

    def takers(self, kind: str) -> list[Endpoint]:
        """The endpoints that an event of this kind is sent to."""
        found = [it for it in self.endpoints.values() if it.takes(kind, is_connected=False)]
        if self.platform is not None:
            others = self.platform.endpoints.values()
            found += [it for it in others if it.takes(kind, is_connected=True)]
        return found

    def _happen(self, name: str, about: Sequence[Any]) -> None:
        HAPPENINGS[name](self, *about)
