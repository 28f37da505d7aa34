"""Everything that one account holds, so that it can be written down and gone on with."""

from msgspec import Struct, field

from connectors.stripe_terminal.simulator.agenda import Entry
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
from connectors.stripe_terminal.simulator.setup import Setup


class Books(Struct, kw_only=True):
    """Records by their ids, the oldest first, and what is still to happen by itself."""

    locations: dict[str, Location] = field(default_factory=dict)
    readers: dict[str, Reader] = field(default_factory=dict)
    intents: dict[str, Intent] = field(default_factory=dict)
    setup_intents: dict[str, SetupIntent] = field(default_factory=dict)
    setup_attempts: dict[str, SetupAttempt] = field(default_factory=dict)
    charges: dict[str, Charge] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    methods: dict[str, Method] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    agenda: list[Entry] = field(default_factory=list)
    last_number: int = 0


def opened(setup: Setup, account: str | None, created: int) -> Books:
    """The books on an account's first day; a connected account has no endpoints of its own."""
    endpoints = [] if account else setup.made_endpoints(created)
    return Books(
        endpoints={it.id: it for it in endpoints},
        locations={it.id: it for it in setup.made_locations(account)},
        readers={it.id: it for it in setup.made_readers(account)},
    )
