import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.demo.configuration import Addresses, sample_configuration
from tests.e2e.serving import Serving

STORE = '{ store(by: {code: "ginza"}) { name } }'


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    """The sample retailer's; no system is asked here."""
    path = tmp_path / "tillgraph.yaml"
    nowhere = "http://127.0.0.1:9"
    storage = f"sqlite+aiosqlite:///{tmp_path / 'tillgraph.db'}"
    addresses = Addresses(
        nowhere, nowhere, nowhere, "sqlite:///wms.sqlite3", "deliveries", nowhere, storage
    )
    path.write_text(sample_configuration(addresses), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("key", "wrong", "expected"),
    [
        ("time_zone: Asia/Singapore", "time_zone: Asia/Singapur", "time_zone"),
        ("connector: kasane_wms", "connector: kasane_vms", "kasane_wms"),
        ("- source: deliveries", "- source: delivery", "deliveries"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "check"])
def test_a_wrong_configuration_starts_nothing(
    configuration: Path, command: str, key: str, wrong: str, expected: str
) -> None:
    """Exit code 2, and for each problem the file, the line, the key and what is expected."""
    text = configuration.read_text(encoding="utf-8").replace(key, wrong)
    configuration.write_text(text, encoding="utf-8")
    line = next(at for at, it in enumerate(text.splitlines(), start=1) if wrong in it)

    found = subprocess.run(
        [sys.executable, "-m", "gateway.cli", command, "--config", str(configuration)],
        capture_output=True,
        text=True,
        check=False,
    )

    told = next(it for it in found.stderr.splitlines() if f"{configuration}:{line}:" in it)
    assert 2 == found.returncode
    assert expected in told
    assert "" == found.stdout
    assert not (configuration.parent / "tillgraph.db").exists()


async def test_a_change_is_served_when_it_is_asked_for(configuration: Path) -> None:
    """SIGHUP reads the file anew; a wrong one changes nothing, and the log says why."""
    serving = await Serving.start(configuration)
    try:
        before = await _name(serving)
        _renamed(configuration, "Kasane Ginza")
        serving.hang_up()
        await serving.said("the configuration is applied")
        after = await _name(serving)
        _renamed(configuration, ["not", "a", "name"])
        serving.hang_up()
        await serving.said("going on with the configuration as it was")
        kept = await _name(serving)
    finally:
        await serving.stop()

    assert ("Kasane 銀座", "Kasane Ginza", "Kasane Ginza") == (before, after, kept)
    assert any("stores.ginza.name" in json.dumps(line) for line in serving.lines())


async def _name(serving: Serving) -> Any:
    return (await serving.client().ask(STORE)).data["store"]["name"]


def _renamed(path: Path, name: object) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["stores"]["ginza"]["name"] = name
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
