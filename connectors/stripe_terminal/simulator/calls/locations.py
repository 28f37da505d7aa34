"""What can be asked about places."""

from typing import Any

import msgspec
from msgspec import Struct

from connectors.stripe_terminal.simulator import fleet
from connectors.stripe_terminal.simulator.calls.parameters import Metadata, merged
from connectors.stripe_terminal.simulator.form import Form, Nothing, read
from connectors.stripe_terminal.simulator.paging import Page, listing
from connectors.stripe_terminal.simulator.records import Location
from connectors.stripe_terminal.simulator.refusal import Refusal, missing, wrong_parameter
from connectors.stripe_terminal.simulator.world import World

_URL = "/v1/terminal/locations"


class Address(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Where a place is."""

    country: str | None = None
    city: str | None = None
    line1: str | None = None
    line2: str | None = None
    postal_code: str | None = None
    state: str | None = None


class JapaneseAddress(Address):
    """Where a place in Japan is, in kana or kanji."""

    town: str | None = None


class LocationBody(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The body that makes or changes a place."""

    display_name: str | None = None
    address: Address | None = None
    metadata: Metadata | None = None
    address_kana: JapaneseAddress | None = None
    address_kanji: JapaneseAddress | None = None
    configuration_overrides: str | None = None
    display_name_kana: str | None = None
    display_name_kanji: str | None = None
    phone: str | None = None

    @property
    def told(self) -> dict[str, Any]:
        """What is merely shown again."""
        content: dict[str, Any] = msgspec.to_builtins(self)
        return {it: content[it] for it in content if it not in {"display_name", "metadata"}}

    @property
    def country(self) -> str | None:
        """Of whichever address says it."""
        addresses = (self.address, self.address_kana, self.address_kanji)
        return next((it.country for it in addresses if it and it.country), None)

    @property
    def name(self) -> str | None:
        """Of whichever script says it."""
        return self.display_name or self.display_name_kanji or self.display_name_kana


def create_location(world: World, _: str, form: Form) -> dict[str, Any]:
    """Make a place."""
    body = read(LocationBody, form)
    if not body.name or not body.country:
        param = "address[country]" if body.name else "display_name"
        raise wrong_parameter(
            f"Missing required param: {param}.", code="parameter_missing", param=param
        )
    fleet.check_country(body.country)
    location = Location(
        id=world.new_id("tml"),
        display_name=body.name,
        country=body.country.upper(),
        told=body.told,
        metadata=merged({}, body.metadata),
    )
    world.locations[location.id] = location
    return world.shape(location)


def list_locations(world: World, _: str, form: Form) -> dict[str, Any]:
    """Places."""
    return listing(_URL, world.locations, read(Page, form), world.shape)


def retrieve_location(world: World, name: str, form: Form) -> dict[str, Any]:
    """One place."""
    read(Nothing, form)
    return world.shape(_location(world, name))


def update_location(world: World, name: str, form: Form) -> dict[str, Any]:
    """Change a place; its country stays what it is."""
    location = _location(world, name)
    body = read(LocationBody, form)
    if body.country and body.country.upper() != location.country.upper():
        raise Refusal("A location stays in its country.", param="address[country]")
    location.display_name = body.name or location.display_name
    address = location.told.get("address", {}) | body.told.get("address", {})
    location.told = location.told | body.told | ({"address": address} if address else {})
    location.metadata = merged(location.metadata, body.metadata)
    return world.shape(location)


def delete_location(world: World, name: str, form: Form) -> dict[str, Any]:
    """Take a place away, where no reader stands any more."""
    read(Nothing, form)
    location = _location(world, name)
    if any(reader.location == name for reader in world.readers.values()):
        raise Refusal("Readers are registered to this location.", param="location")
    del world.locations[location.id]
    return {"id": name, "object": "terminal.location", "deleted": True}


def _location(world: World, name: str) -> Location:
    if name not in world.locations:
        raise missing("location", name, param="location", status=404)
    return world.locations[name]
