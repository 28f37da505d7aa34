"""Locations and readers."""

from typing import Any

from connectors.stripe_terminal.simulator.records import Action, Location, Reader

_OFFLINE_AFTER_S = 120
_ADDRESS: dict[str, Any] = {
    "city": None,
    "country": None,
    "line1": None,
    "line2": None,
    "postal_code": None,
    "state": None,
}


def location_shape(location: Location) -> dict[str, Any]:
    """A location."""
    told = location.told
    return {
        "id": location.id,
        "object": "terminal.location",
        **told,
        "address": _ADDRESS | {"country": location.country} | told.get("address", {}),
        "display_name": location.display_name,
        "livemode": False,
        "metadata": location.metadata,
    }


def is_offline(reader: Reader, now: float) -> bool:
    """Whether Stripe has noticed that it is out of reach, which takes two minutes."""
    return reader.unplugged_at is not None and now - reader.unplugged_at > _OFFLINE_AFTER_S


def reader_shape(reader: Reader, now: float) -> dict[str, Any]:
    """A reader. `last_seen_at` is in milliseconds, unlike every other time."""
    seen = now if reader.unplugged_at is None else reader.unplugged_at
    return {
        "id": reader.id,
        "object": "terminal.reader",
        "action": _action_shape(reader.action) if reader.action else None,
        "device_sw_version": "2.42.0.0",
        "device_type": reader.device_type,
        "ip_address": "127.0.0.1",
        "label": reader.label,
        "last_seen_at": int(seen * 1000),
        "livemode": False,
        "location": reader.location,
        "metadata": reader.metadata,
        "serial_number": reader.serial_number or f"simulated-{reader.id}",
        "status": "offline" if is_offline(reader, now) else "online",
    }


def _action_shape(action: Action) -> dict[str, Any]:
    return {
        "type": action.kind,
        "status": action.status,
        "failure_code": action.failure_code,
        "failure_message": action.failure_message,
        "api_error": action.api_error,
        action.kind: action.detail,
    }
