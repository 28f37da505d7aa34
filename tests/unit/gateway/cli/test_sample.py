from pathlib import Path

import pytest
import yaml

from connectors.sdk.registry import Registry
from connectors.stripe_terminal.simulator.setup import setup_from
from gateway.cli.configuration import print_sample
from gateway.demo.configuration import Addresses
from gateway.settings.file import load

ADDRESSES = Addresses(
    pos="http://pos:8001",
    oms="http://oms:8002",
    crm="http://crm:8003",
    wms="sqlite:///wms.sqlite3",
    deliveries="deliveries",
    stripe="http://stripe:8004",
    storage="sqlite+aiosqlite:///tillgraph.db",
)


def test_the_sample_is_a_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond loopback with a key, which the environment gives."""
    path = tmp_path / "tillgraph.yaml"
    monkeypatch.setenv("TILLGRAPH_KEY", "only-for-this-test-0123456789")

    print_sample(ADDRESSES, "0.0.0.0", readers=None, output=path)  # noqa: S104 - not bound

    settings = load(path, Registry.discover())
    assert f"{path}\n" == capsys.readouterr().out
    assert ["till"] == [key.name for key in settings.server.keys]


def test_the_simulator_knows_the_readers_of_the_sample(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file that is written beside it is one that the simulator reads."""
    path = tmp_path / "readers.json"

    print_sample(ADDRESSES, "", readers=path, output=None)

    stores = yaml.safe_load(capsys.readouterr().out)["stores"]
    named = {device for store in stores.values() for device in store["readers"].values()}
    assert named == {reader.id for reader in setup_from(path).readers}
