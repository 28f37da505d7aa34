"""The `tillgraph.yaml` of the sample retailer."""

from typing import Any

import yaml
from msgspec import Struct

from gateway.demo.data.stores import STORES
from gateway.demo.readers import devices

_HEAD = """\
# The sample retailer Kasane: which system feeds what, and which readers stand where.
# Check it with: tillgraph check --config THIS-FILE
# ${NAME:-otherwise} is the environment variable NAME, or what follows where there is none.
"""


class Addresses(Struct, frozen=True):
    """Where the sample systems are reached, and where the gateway keeps its own."""

    pos: str
    oms: str
    crm: str
    wms: str
    deliveries: str
    stripe: str
    storage: str


def sample_configuration(at: Addresses, *, server: dict[str, Any] | None = None) -> str:
    """The file's text; `server` is what it says under that key."""
    content = {
        **({"server": server} if server else {}),
        "storage": {"url": at.storage},
        "sources": _sources(at),
        "entities": {
            "customer": [{"source": "crm"}, {"source": "oms"}],
            "loyalty": [{"source": "crm"}],
            "order": [
                {"source": "pos", "channels": ["STORE"]},
                {"source": "oms", "channels": ["WEB", "APP", "SOCIAL", "CATALOG", "CALL_CENTER"]},
            ],
            "catalog": [{"source": "wms"}],
            "stock": [{"source": "wms"}],
            "incoming": [{"source": "deliveries"}],
        },
        "payments": {"source": "stripe"},
        "stores": {
            store.code: {
                "name": store.name,
                "time_zone": store.time_zone,
                "currency": store.currency,
                "latitude": store.latitude,
                "longitude": store.longitude,
                "terminal_location": store.terminal_location,
                "readers": dict(devices(store.code)),
            }
            for store in STORES
        },
    }
    return _HEAD + yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def _sources(at: Addresses) -> dict[str, Any]:
    pos_stores = {
        store.code: {
            "number": f"{store.number:04d}",
            "time_zone": store.time_zone,
            "currency": store.currency,
        }
        for store in STORES
    }
    numbers = {store.code: f"{store.number:04d}" for store in STORES}
    return {
        "pos": {
            "connector": "kasane_pos",
            "config": {
                "base_url": at.pos,
                "username": "tillgraph",
                "password": "${KASANE_POS_PASSWORD:-kasane-pos}",
                "stores": pos_stores,
            },
        },
        "oms": {
            "connector": "kasane_oms",
            "config": {
                "base_url": at.oms,
                "api_key": "${KASANE_OMS_KEY:-kasane-oms}",
                "stores": {store.code: str(store.number) for store in STORES},
            },
        },
        "crm": {
            "connector": "kasane_crm",
            "config": {
                "base_url": at.crm,
                "client_id": "tillgraph",
                "client_secret": "${KASANE_CRM_SECRET:-kasane-crm}",
            },
        },
        "wms": {
            "connector": "kasane_wms",
            "config": {
                "database_url": at.wms,
                "locations": {code: f"L{number}" for code, number in numbers.items()},
            },
        },
        "deliveries": {
            "connector": "kasane_deliveries",
            "config": {"folder": at.deliveries, "stores": numbers},
        },
        "stripe": {
            "connector": "stripe_terminal",
            "config": {
                "api_key": "${STRIPE_API_KEY:-sk_test_kasane}",
                "api_base": at.stripe,
                "webhook_secrets": ["${STRIPE_WEBHOOK_SECRET:-whsec_kasane}"],
            },
        },
    }
