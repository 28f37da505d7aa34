"""The card readers in the sample stores, as the payment provider's simulator is told of them."""

from collections.abc import Mapping
from typing import Any

from gateway.demo.data.stores import STORES

NAMES = ("Front counter", "Gift desk", "Fitting room")


def devices(store: str) -> Mapping[str, str]:
    """What staff of a store call its readers, and the provider's id of each."""
    return {name: f"tmr_kasane_{store}_{number}" for number, name in enumerate(NAMES, start=1)}


def simulator_setup() -> dict[str, Any]:
    """The locations and readers of every store, in the form that the simulator reads."""
    return {
        "locations": [
            {"id": store.terminal_location, "display_name": store.name} for store in STORES
        ],
        "readers": [
            {"id": device, "label": name, "location": store.terminal_location}
            for store in STORES
            for name, device in devices(store.code).items()
        ],
    }
