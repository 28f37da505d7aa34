"""What can be asked about readers as things: which there are, and where they stand."""

from typing import Any, Literal

from msgspec import Struct

from connectors.stripe_terminal.simulator import fleet, slot
from connectors.stripe_terminal.simulator.calls.parameters import Metadata, merged
from connectors.stripe_terminal.simulator.form import Form, Nothing, read
from connectors.stripe_terminal.simulator.paging import Page, listing
from connectors.stripe_terminal.simulator.records import Reader
from connectors.stripe_terminal.simulator.refusal import missing
from connectors.stripe_terminal.simulator.shapes.places import is_offline
from connectors.stripe_terminal.simulator.world import World

_URL = "/v1/terminal/readers"


class ReaderPage(Page, frozen=True):
    """A page of readers, of one location say."""

    location: str | None = None
    status: Literal["online", "offline"] | None = None
    device_type: str | None = None
    serial_number: str | None = None


class CreateReader(Struct, forbid_unknown_fields=True):
    """The body that makes a reader known."""

    registration_code: str
    location: str
    label: str | None = None
    metadata: Metadata | None = None


class UpdateReader(Struct, forbid_unknown_fields=True):
    """The body that changes what a reader is called."""

    label: str | None = None
    metadata: Metadata | None = None


def create_reader(world: World, _: str, form: Form) -> dict[str, Any]:
    """Make a reader known."""
    body = read(CreateReader, form)
    if body.location not in world.locations:
        raise missing("location", body.location, param="location")
    place = world.locations[body.location]
    reader = fleet.register(world, body.registration_code, place, body.label)
    reader.metadata = merged({}, body.metadata)
    return world.shape(reader)


def list_readers(world: World, _: str, form: Form) -> dict[str, Any]:
    """Readers."""
    page = read(ReaderPage, form)
    if page.location is not None and page.location not in world.locations:
        raise missing("location", page.location, param="location")

    def keep(reader: Reader) -> bool:
        status = "offline" if is_offline(reader, world.now) else "online"
        return (
            page.location in {None, reader.location}
            and page.status in {None, status}
            and page.device_type in {None, reader.device_type}
            and page.serial_number in {None, reader.serial_number}
        )

    return listing(_URL, world.readers, page, world.shape, keep)


def retrieve_reader(world: World, name: str, form: Form) -> dict[str, Any]:
    """One reader."""
    read(Nothing, form)
    return world.shape(fleet.reader_of(world, name))


def update_reader(world: World, name: str, form: Form) -> dict[str, Any]:
    """Call a reader something else."""
    reader = fleet.reader_of(world, name)
    body = read(UpdateReader, form)
    reader.label = body.label or reader.label
    reader.metadata = merged(reader.metadata, body.metadata)
    return world.shape(reader)


def delete_reader(world: World, name: str, form: Form) -> dict[str, Any]:
    """Forget a reader."""
    read(Nothing, form)
    slot.idle(fleet.reader_of(world, name))
    del world.readers[name]
    return {"id": name, "object": "terminal.reader", "deleted": True}
