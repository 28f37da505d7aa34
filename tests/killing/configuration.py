"""What the harness tells its gateways and simulators."""

import random
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from connectors.stripe_terminal.simulator.setup import (
    LocationSetup,
    ReaderSetup,
    Setup,
    WebhookSetup,
)
from tests.killing.pos import STORE
from tests.killing.simulator import KEY

_SECRET = "whsec_kasane"
_PORTS = (15_000, 32_000)  # below those that Linux gives to connections
_STORE, _READER = "ginza", "Front counter"


class Place(Struct, frozen=True):
    """A reader, as staff name it and as the provider does."""

    reader: Mapping[str, str]
    device: str


DEVICE = "tmr_ginza_1"
SECOND = {"store": _STORE, "name": "Counter 2"}
ABROAD = Place({"store": "orchard", "name": _READER}, "tmr_orchard_1")
"""Where codes can be paid: at readers in yen none is shown."""


def setup(events_to: str, readers: int = 2) -> Setup:
    """A simulator's beginning: a store whose readers are numbered from 1, and one abroad."""
    hook = WebhookSetup(f"{events_to}/webhooks/stripe", _SECRET)
    here = [ReaderSetup(device, name, "tml_ginza") for name, device in devices(readers).items()]
    return Setup(
        (LocationSetup("tml_ginza", "Ginza"), LocationSetup("tml_orchard", "Orchard", "SG")),
        (*here, ReaderSetup(ABROAD.device, _READER, "tml_orchard")),
        webhooks=(hook,),
        refund_fails_after_s=0.3,
    )


def devices(readers: int) -> dict[str, str]:
    """Readers by what staff call them; the first is the front counter."""
    names = [_READER, *(f"Counter {number}" for number in range(2, readers + 1))]
    return {name: f"tmr_ginza_{number}" for number, name in enumerate(names, start=1)}


def write(
    file: Path, journal: str, simulator: str, readers: int = 2, *, pos: str | None = None
) -> None:
    """Write a gateway's configuration; `pos` is where its orders are, if it has any."""
    content: dict[str, Any] = {
        "storage": {"url": journal},
        "sources": {
            "stripe": {
                "connector": "stripe_terminal",
                "config": {"api_key": KEY, "api_base": simulator, "webhook_secrets": [_SECRET]},
            }
        },
        "payments": {"source": "stripe"},
        "stores": {
            _STORE: {
                "name": "Ginza",
                "time_zone": "Asia/Tokyo",
                "currency": "JPY",
                "terminal_location": "tml_ginza",
                "readers": devices(readers),
            },
            "orchard": {
                "name": "Orchard",
                "time_zone": "Asia/Singapore",
                "currency": "SGD",
                "terminal_location": "tml_orchard",
                "readers": {_READER: ABROAD.device},
            },
        },
    }
    if pos is not None:
        store = {"number": STORE, "time_zone": "Asia/Tokyo", "currency": "JPY"}
        access = {"username": "tillgraph", "password": "kasane-pos"}
        content["sources"]["pos"] = {
            "connector": "kasane_pos",
            "config": {"base_url": pos, **access, "stores": {_STORE: store}},
        }
        content["entities"] = {"order": [{"source": "pos", "channels": ["STORE"]}]}
    file.write_text(yaml.safe_dump(content), encoding="utf-8")


def free_port() -> int:
    """A port that nobody listens at, and that no connection is given by the kernel.

    A gateway leaves its port for a moment when it dies; it must find it free when it comes back.
    """
    while True:
        port = random.randrange(*_PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
