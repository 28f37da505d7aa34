import asyncio
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gateway.demo.configuration import Addresses, sample_configuration
from tests.e2e.estate import SYSTEMS
from tests.e2e.serving import Serving

NOWHERE = "http://127.0.0.1:9"  # a port that nobody listens at
READY_S = 2.0
# On a machine that takes as long to load the code alone, this many times that.
READY_LOADS = 1.6


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    """The sample retailer's, with every system dead."""
    path = tmp_path / "tillgraph.yaml"
    addresses = Addresses(
        pos=NOWHERE,
        oms=NOWHERE,
        crm=NOWHERE,
        wms=f"sqlite:///{tmp_path / 'wms.sqlite3'}",
        deliveries=str(tmp_path / "deliveries"),
        stripe=NOWHERE,
        storage=f"sqlite+aiosqlite:///{tmp_path / 'tillgraph.db'}",
    )
    path.write_text(sample_configuration(addresses), encoding="utf-8")
    return path


async def test_the_gateway_starts_without_any_system(configuration: Path) -> None:
    """What needs none is answered; the rest is a hole with its code."""
    serving = await Serving.start(configuration)
    try:
        answer = await serving.client().ask(
            '{ store(by: {code: "ginza"}) { name } orders { nodes { id } } sources { name state } }'
        )
    finally:
        code = await serving.stop()

    assert 200 == answer.status
    assert ("Kasane 銀座", None) == (
        answer.body["data"]["store"]["name"],
        answer.body["data"]["orders"],
    )
    assert "SOURCE_UNAVAILABLE" == answer.errors["orders",]["code"]
    assert set(SYSTEMS) == {it["name"] for it in answer.body["data"]["sources"]}
    assert 0 == code


@pytest.mark.long
@pytest.mark.timeout(60)
async def test_the_gateway_is_ready_in_two_seconds(configuration: Path) -> None:
    """From its start to the first answer of `/readyz`; the middle one of five."""
    took = [await _until_ready(configuration) for _ in range(5)]
    loads = [_loaded() for _ in range(3)]

    within = max(READY_S, READY_LOADS * statistics.median(loads))
    assert statistics.median(took) <= within, (took, loads)


@pytest.mark.long
@pytest.mark.timeout(60)
def test_check_names_each_dead_system(configuration: Path) -> None:
    """With what to do about it, and exit code 1."""
    found = _tillgraph("check", "--config", str(configuration))
    for_machines = _tillgraph("check", "--config", str(configuration), "--json")

    sources = json.loads(for_machines.stdout)["sources"]
    assert (1, 1) == (found.returncode, for_machines.returncode)
    assert all(name in found.stdout for name in SYSTEMS)
    assert "6 of 6 systems do not answer" in found.stderr
    assert dict.fromkeys(SYSTEMS, (False, "SOURCE_UNAVAILABLE")) == {
        name: (it["ok"], it["code"]) for name, it in sources.items()
    }


async def _until_ready(configuration: Path) -> float:
    begun = time.monotonic()
    serving = await Serving.start(configuration)
    try:
        host, _, port = serving.address.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"GET /readyz HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        assert b"200" in await reader.readline()
        took = time.monotonic() - begun
        writer.close()
        await writer.wait_closed()
    finally:
        await serving.stop()
    return took


def _loaded() -> float:
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", "import gateway.cli.serve"], check=True)
    return time.monotonic() - begun


def _tillgraph(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gateway.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)
