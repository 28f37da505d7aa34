"""What the harness tells its gateways and simulators."""

import socket
from pathlib import Path
from typing import Any

import yaml

from connectors.stripe_terminal.simulator.setup import (
    LocationSetup,
    ReaderSetup,
    Setup,
    WebhookSetup,
)
from tests.killing.pos import STORE
from tests.killing.simulator import KEY

_SECRET = "whsec_kasane"
_STORE, _READER = "ginza", "Front counter"


def setup(events_to: str, readers: int = 1) -> Setup:
    """A simulator's beginning: one store, whose readers are numbered from 1."""
    hook = WebhookSetup(f"{events_to}/webhooks/stripe", _SECRET, ("*",))
    return Setup(
        (LocationSetup("tml_ginza", "Ginza"),),
        tuple(ReaderSetup(device, name, "tml_ginza") for name, device in devices(readers).items()),
        webhooks=(hook,),
        refund_fails_after_s=600,
    )


def devices(readers: int) -> dict[str, str]:
    """Readers by what staff call them; the first is the front counter."""
    names = [_READER, *(f"Counter {number}" for number in range(2, readers + 1))]
    return {name: f"tmr_ginza_{number}" for number, name in enumerate(names, start=1)}


def write(
    file: Path, journal: str, simulator: str, readers: int = 1, *, pos: str | None = None
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
            }
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
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
