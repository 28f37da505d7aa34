"""What an account begins with: a JSON file."""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from connectors.stripe_terminal.simulator.records import Location, Reader

Seconds = Annotated[float, Meta(ge=0, le=600)]


class LocationSetup(Struct, frozen=True, forbid_unknown_fields=True):
    """A place where readers stand."""

    id: str
    display_name: str
    country: str = "JP"


class ReaderSetup(Struct, frozen=True, forbid_unknown_fields=True):
    """A reader, and where it stands."""

    id: str
    label: str
    location: str


class Setup(Struct, frozen=True, forbid_unknown_fields=True):
    """The beginning.

    `authorize_s` is how long an issuer thinks; `refund_fails_after_s` how long a refund that is
    going to fail looks as if it had succeeded.
    """

    locations: tuple[LocationSetup, ...]
    readers: tuple[ReaderSetup, ...]
    authorize_s: Seconds = 0.0
    refund_fails_after_s: Seconds = 1.0

    def made_locations(self) -> list[Location]:
        """New records of the locations."""
        return [
            Location(id=it.id, display_name=it.display_name, country=it.country)
            for it in self.locations
        ]

    def made_readers(self) -> list[Reader]:
        """New records of the readers."""
        return [Reader(id=it.id, label=it.label, location=it.location) for it in self.readers]


DEFAULT_SETUP = Setup(
    locations=(LocationSetup("tml_simulated", "Main store"),),
    readers=(ReaderSetup("tmr_simulated", "Front counter", "tml_simulated"),),
)


class SetupError(Exception):
    """The file cannot be used; the message says where it is wrong."""


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
