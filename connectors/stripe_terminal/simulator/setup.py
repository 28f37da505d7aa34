"""What the simulator begins with: a JSON file."""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from connectors.stripe_terminal.simulator.records import Endpoint, Location, Reader

Seconds = Annotated[float, Meta(ge=0, le=600)]
Wait = Annotated[float, Meta(gt=0, le=86_400)]
AccountName = Annotated[str, Meta(pattern=r"^acct_\w+$")]

# What an endpoint of a Terminal integration listens to: charges say nothing that these do not.
TERMINAL_EVENTS = (
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.created",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "refund.created",
    "refund.failed",
    "refund.updated",
    "setup_intent.canceled",
    "setup_intent.created",
    "setup_intent.setup_failed",
    "setup_intent.succeeded",
    "terminal.reader.action_failed",
    "terminal.reader.action_succeeded",
    "terminal.reader.action_updated",
)


class LocationSetup(Struct, frozen=True, forbid_unknown_fields=True):
    """A place where readers stand; `account` is the connected account that it belongs to."""

    id: str
    display_name: str
    country: str = "JP"
    account: AccountName | None = None


class ReaderSetup(Struct, frozen=True, forbid_unknown_fields=True):
    """A reader, and where it stands."""

    id: str
    label: str
    location: str


class WebhookSetup(Struct, frozen=True, forbid_unknown_fields=True):
    """Where events of every account are sent, and which; `*` is all of them."""

    url: str
    secret: str
    events: tuple[str, ...] = TERMINAL_EVENTS


class Setup(Struct, frozen=True, forbid_unknown_fields=True):
    """The beginning. Times are in seconds.

    `authorize_s` is how long an issuer thinks; `refund_fails_after_s` how long a refund that is
    going to fail looks as if it had succeeded; `acknowledge_s` how long a reader takes to confirm
    what it was told; `action_timeout_s` how long it waits for a card or for inputs, which is for
    ever where nothing is said; `search_lag_s` after what time a search finds a payment.
    """

    locations: tuple[LocationSetup, ...]
    readers: tuple[ReaderSetup, ...]
    authorize_s: Seconds = 0.0
    refund_fails_after_s: Seconds = 1.0
    acknowledge_s: Seconds = 0.0
    action_timeout_s: Wait | None = None
    search_lag_s: Seconds = 0.0
    webhooks: tuple[WebhookSetup, ...] = ()

    @property
    def accounts(self) -> list[str]:
        """The connected accounts, in the order of their first locations."""
        return list(dict.fromkeys(it.account for it in self.locations if it.account))

    def made_locations(self, account: str | None = None) -> list[Location]:
        """New records of an account's locations."""
        return [
            Location(id=it.id, display_name=it.display_name, country=it.country)
            for it in self.locations
            if it.account == account
        ]

    def made_readers(self, account: str | None = None) -> list[Reader]:
        """New records of the readers at an account's locations."""
        places = {it.id for it in self.locations if it.account == account}
        return [
            Reader(id=it.id, label=it.label, location=it.location)
            for it in self.readers
            if it.location in places
        ]

    def made_endpoints(self, created: int) -> list[Endpoint]:
        """New records of where events are sent."""
        return [
            Endpoint(
                id=f"we_setup_{number}",
                url=it.url,
                secret=it.secret,
                created=created,
                events=list(it.events),
                is_connect=None,
            )
            for number, it in enumerate(self.webhooks, start=1)
        ]


DEFAULT_SETUP = Setup(
    locations=(LocationSetup("tml_simulated", "Main store"),),
    readers=(ReaderSetup("tmr_simulated", "Front counter", "tml_simulated"),),
)


class SetupError(ValueError):
    """It cannot begin so; the message says what is wrong."""


def setup_from(path: Path | None) -> Setup:
    """Read the file; without one there is one location with one reader.

    Raises:
        SetupError: It cannot be read, or does not fit together.
    """
    if path is None:
        return DEFAULT_SETUP
    try:
        setup = msgspec.json.decode(path.read_bytes(), type=Setup)
    except OSError as error:
        raise SetupError(f"setup: cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise SetupError(f"setup: {error}") from error
    places = {place.id for place in setup.locations}
    ids = [reader.id for reader in setup.readers]
    if len(places) < len(setup.locations) or len(set(ids)) < len(ids):
        raise SetupError("setup: every location and every reader needs an id of its own")
    if not {reader.location for reader in setup.readers} <= places:
        raise SetupError("setup: a reader stands at a location that the file does not have")
    return setup
