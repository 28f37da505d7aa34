import asyncio
from pathlib import Path

import pytest

from tests.unit.gateway.cli.connector.conftest import KEY, Run


@pytest.fixture
def files(begun: Path, shop: str) -> tuple[Path, Path]:
    """The connector's configuration, and what can be asked of the shop."""
    config, samples = begun.parent / "config.yaml", begun.parent / "samples.yaml"
    config.write_text(f"base_url: {shop}\napi_key: {KEY}\n")
    samples.write_text("stock_levels: {known: [A-1], unknown: NO-SUCH}\n")
    return config, samples


@pytest.fixture
def drifting(tmp_path: Path) -> Path:
    """Of what can be asked here, no record can be made."""
    file = tmp_path / "drifting.yaml"
    file.write_text("stock_levels: {known: [B-2], unknown: NO-SUCH}\n")
    return file


async def test_what_is_recorded_stands_in_for_the_system(
    begun: Path, files: tuple[Path, Path], run: Run
) -> None:
    """It lies where the quality scale looks, holds no secret, and can be tried like the system."""
    config, samples = files
    asked = (begun, "--config", config, "--samples", samples)
    recorded = await asyncio.to_thread(lambda: run("record", *asked))
    file = begun / "recordings" / "acme_pos.jsonl"
    again = ("conform", begun, "--config", config, "--recording", file)
    tried = await asyncio.to_thread(lambda: run(*again))

    assert (0, f"{file}\n") == (recorded.exit_code, recorded.stdout)
    assert KEY not in file.read_text()
    assert 0 == tried.exit_code, tried.stdout
    assert "proved  stock_levels_" in tried.stdout


async def test_a_connector_that_is_not_right_is_not_recorded(
    begun: Path, files: tuple[Path, Path], drifting: Path, run: Run
) -> None:
    """Or tests would prove the mistake for ever."""
    asked = ("record", begun, "--config", files[0], "--samples", drifting)
    found = await asyncio.to_thread(lambda: run(*asked))

    assert 1 == found.exit_code
    assert "nothing is recorded: " in found.stderr
    assert not (begun / "recordings" / "acme_pos.jsonl").exists()


def test_only_http_can_be_recorded(tmp_path: Path, run: Run) -> None:
    """A connector that has no address has no exchanges."""
    packages = Path(__file__).parents[4] / "packages"
    found = run("record", packages / "bolt_sound", "--output", tmp_path / "sound.jsonl")

    assert 2 == found.exit_code
    assert "nothing can be recorded: " in found.stderr


def test_a_recording_must_be_there(begun: Path, files: tuple[Path, Path], run: Run) -> None:
    """Before anything is tried."""
    found = run("conform", begun, "--config", files[0], "--recording", begun / "absent.jsonl")

    assert 2 == found.exit_code
    assert "there is no file" in found.stderr
