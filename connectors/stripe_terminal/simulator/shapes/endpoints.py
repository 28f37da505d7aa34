"""Where events are sent."""

from typing import Any

from connectors.stripe_terminal.simulator.records import Endpoint


def endpoint_shape(endpoint: Endpoint) -> dict[str, Any]:
    """An endpoint. Its secret is told once, when it is made."""
    return {
        "id": endpoint.id,
        "object": "webhook_endpoint",
        "api_version": endpoint.api_version,
        "application": None,
        "created": endpoint.created,
        "description": endpoint.description,
        "enabled_events": endpoint.events,
        "livemode": False,
        "metadata": endpoint.metadata,
        "status": "enabled",
        "url": endpoint.url,
    }
