"""What can be asked about what has happened, and where it is told."""

import secrets
from fnmatch import fnmatchcase
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from connectors.stripe_terminal.simulator.calls.parameters import Metadata, merged
from connectors.stripe_terminal.simulator.form import Form, Nothing, read
from connectors.stripe_terminal.simulator.paging import Page, TimedPage, listing
from connectors.stripe_terminal.simulator.records import Endpoint, Event
from connectors.stripe_terminal.simulator.refusal import exclusive, missing, wrong_parameter
from connectors.stripe_terminal.simulator.world import World

_KEPT_S = 30 * 86_400  # Stripe lists nothing that is older


class EventPage(TimedPage, frozen=True):
    """A page of events, of one kind or of several; `refund.*` are all of a thing's."""

    type: str | None = None
    types: Annotated[tuple[str, ...], Meta(max_length=20)] | None = None


class CreateEndpoint(Struct, forbid_unknown_fields=True):
    """The body that says where events are sent."""

    url: str
    enabled_events: Annotated[list[str], Meta(min_length=1)]
    api_version: str | None = None
    connect: bool = False
    description: str | None = None
    metadata: Metadata | None = None


def list_events(world: World, _: str, form: Form) -> dict[str, Any]:
    """What has happened in the last 30 days, the newest first."""
    page = read(EventPage, form)
    if page.type and page.types:
        raise exclusive("type", "types")
    oldest = world.second - _KEPT_S
    wanted = page.types or ((page.type,) if page.type else ("*",))
    return listing(
        "/v1/events",
        world.events,
        page,
        _told,
        lambda it: (
            page.holds(it.created)
            and it.created >= oldest
            and any(fnmatchcase(it.kind, pattern) for pattern in wanted)
        ),
    )


def retrieve_event(world: World, name: str, form: Form) -> dict[str, Any]:
    """One thing that has happened."""
    read(Nothing, form)
    if name not in world.events:
        raise missing("event", name, param="id", status=404)
    return _told(world.events[name])


def create_webhook_endpoint(world: World, _: str, form: Form) -> dict[str, Any]:
    """Have events sent somewhere. Its secret is told now, and never again."""
    body = read(CreateEndpoint, form)
    address = urlsplit(body.url)
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise wrong_parameter("Invalid URL", code="url_invalid", param="url")
    endpoint = Endpoint(
        id=world.new_id("we"),
        url=body.url,
        secret=f"whsec_{secrets.token_hex(16)}",
        created=world.second,
        events=body.enabled_events,
        is_connect=body.connect,
        description=body.description,
        api_version=body.api_version,
        metadata=merged({}, body.metadata),
    )
    world.endpoints[endpoint.id] = endpoint
    return world.shape(endpoint) | {"secret": endpoint.secret}


def list_webhook_endpoints(world: World, _: str, form: Form) -> dict[str, Any]:
    """Where events are sent."""
    return listing("/v1/webhook_endpoints", world.endpoints, read(Page, form), world.shape)


def retrieve_webhook_endpoint(world: World, name: str, form: Form) -> dict[str, Any]:
    """One place where events are sent."""
    read(Nothing, form)
    return world.shape(_endpoint(world, name))


def delete_webhook_endpoint(world: World, name: str, form: Form) -> dict[str, Any]:
    """Send no more events there."""
    read(Nothing, form)
    del world.endpoints[_endpoint(world, name).id]
    return {"id": name, "object": "webhook_endpoint", "deleted": True}


def _told(event: Event) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.json.decode(event.body)
    return content


def _endpoint(world: World, name: str) -> Endpoint:
    if name not in world.endpoints:
        raise missing("webhook endpoint", name, param="webhook_endpoint", status=404)
    return world.endpoints[name]
