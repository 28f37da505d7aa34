"""How the gateway of the benchmark is configured: as one in production, with these four systems."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.bench.retailer import BRANCHES

PACKAGES = Path(__file__).parent / "packages"
KEY = "bench-key-of-the-shop-app"
# What the names of the connectors begin with: those in code, and those without.
TYPED, DECLARED = "bench_typed_", "bench_"
SYSTEMS = {"customer": "crm", "order": "oms", "catalog": "catalogue", "stock": "inventory"}


def system_configuration(name: str, estate: str) -> Mapping[str, Any]:
    """What the connector of a system is told; `estate` is the address of all of them."""
    told: dict[str, Any] = {"base_url": f"{estate}/{name}"}
    if name == "inventory":
        told["branches"] = dict(BRANCHES)
    return told


def database(path: Path) -> str:
    """The address of the database beside a configuration."""
    return f"sqlite+aiosqlite:///{path.with_suffix('.db')}"


def write(path: Path, estate: str, *, connectors: str = TYPED) -> Path:
    """Write `tillgraph.yaml`, with a database beside it."""
    content = {
        "server": {"keys": [{"name": "shop", "key": KEY, "role": "shop"}]},
        "storage": {"url": database(path)},
        "sources": {
            name: {
                "connector": f"{connectors}{name}",
                "config": system_configuration(name, estate),
            }
            for name in SYSTEMS.values()
        },
        "entities": {entity: [{"source": name}] for entity, name in SYSTEMS.items()},
        "stores": {
            code: {"name": code.title(), "time_zone": "Europe/Berlin", "currency": "EUR"}
            for code in BRANCHES
        },
    }
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path
