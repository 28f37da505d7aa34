import asyncio
import json
from pathlib import Path

import pytest

from tests.unit.gateway.cli.connector.conftest import KEY, Run

PACKAGES = Path(__file__).parents[4] / "packages"


@pytest.fixture
def files(begun: Path, shop: str) -> tuple[Path, Path]:
    """The connector's configuration, and what can be asked of the shop."""
    config, samples = begun.parent / "config.yaml", begun.parent / "samples.yaml"
    config.write_text(f"base_url: {shop}\napi_key: {KEY}\n")
    samples.write_text("stock_levels: {known: [A-1, B-2], unknown: NO-SUCH}\n")
    return config, samples


async def test_facts_turn_out_one_by_one(begun: Path, files: tuple[Path, Path], run: Run) -> None:
    """One that does not hold ends the command with 1: of B-2 no record can be made."""
    config, samples = files
    asked = ("conform", begun, "--config", config, "--samples", samples)
    found = await asyncio.to_thread(lambda: run(*asked))

    assert 1 == found.exit_code
    assert "proved  stock_levels_fault_refused" in found.stdout
    assert "failed  stock_levels_" in found.stdout
    assert "acme_pos 0.1.0: " in found.stderr
    assert KEY not in found.output


def test_machines_are_told_every_fact(run: Run) -> None:
    """Here of a connector without a system, of which little can be told."""
    found = run("conform", PACKAGES / "bolt_sound", "--json")
    told = json.loads(found.stdout)

    assert (0, "bolt_sound", True) == (found.exit_code, told["connector"], told["is_conforming"])
    assert {"PROVED", "NOT_APPLICABLE"} == {it["standing"] for it in told["findings"]}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("stock_level: {known: [A-1]}", "expected known and unknown keys by method"),
        ("stock_levels: [", "not YAML"),
    ],
)
def test_wrong_samples_are_told(
    begun: Path, files: tuple[Path, Path], run: Run, content: str, told: str
) -> None:
    """Before anything is asked."""
    config, samples = files
    samples.write_text(content)
    found = run("conform", begun, "--config", config, "--samples", samples)

    assert 2 == found.exit_code
    assert told in found.stderr


def test_the_address_must_be_a_key_of_the_configuration(
    begun: Path, files: tuple[Path, Path], run: Run
) -> None:
    """Or no proxy could be put before the system."""
    found = run("conform", begun, "--config", files[0], "--address", "url")

    assert 2 == found.exit_code
    assert "acme_pos has no key 'url'" in found.stderr
