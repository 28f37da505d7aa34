import json

import pytest

from connectors.sdk.manifest import Manifest
from connectors.sdk.registry import BrokenConnector, ConnectorType, Registry
from gateway.cli.connectors import show
from tests.unit.gateway.engine.systems import MemorySystem, NoSettings

MANIFEST = Manifest(id="shop", version="1.2.3", title="A shop's system")
INSTALLED = Registry(
    {
        "shop": ConnectorType(
            "shop", MemorySystem, NoSettings, MANIFEST, frozenset({"OrderReader"})
        ),
        "old": BrokenConnector("old", "no driver"),
    }
)


def test_connectors_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """One that cannot be loaded says why."""
    show(INSTALLED, as_json=False)

    table = capsys.readouterr().out
    assert all(text in table for text in ("shop", "A shop's system", "1.2.3", "OrderReader"))
    assert "no driver" in table


def test_connectors_are_listed_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    """The same in JSON, by name."""
    show(INSTALLED, as_json=True)

    assert {
        "shop": {"version": "1.2.3", "ports": ["OrderReader"], "error": None},
        "old": {"version": None, "ports": [], "error": "no driver"},
    } == json.loads(capsys.readouterr().out)
