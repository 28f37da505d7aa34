"""`tillgraph check`, as an operator runs it."""

import asyncio
import json
import sys
from pathlib import Path

import pytest
import yaml

from gateway.demo.readers import devices
from tests.e2e.estate import Estate
from tests.e2e.serving import own_configuration

pytestmark = [pytest.mark.timeout(60)]


async def test_an_estate_that_is_well_has_nothing_to_mend(estate: Estate, tmp_path: Path) -> None:
    """Every system answers, and every reader is where it is configured."""
    code, said, _ = await _check(own_configuration(estate.configuration, tmp_path), "--json")
    told = json.loads(said)

    assert (0, []) == (code, told["readers"])
    assert all(source["ok"] for source in told["sources"].values())


async def test_readers_that_cannot_be_used_are_told(estate: Estate, tmp_path: Path) -> None:
    """For machines and for people; they are no reason to fail: the rest can be served."""
    configuration = own_configuration(estate.configuration, tmp_path)
    content = yaml.safe_load(configuration.read_text(encoding="utf-8"))
    elsewhere = devices("kobe")["Front counter"]
    content["stores"]["namba"]["readers"]["Front counter"] = elsewhere
    configuration.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    code, said, _ = await _check(configuration, "--json")
    _, _, noted = await _check(configuration)

    assert 0 == code
    assert [("namba", "READER_WRONG_LOCATION"), ("namba", "NAME_TAKEN")] == [
        (it["store"], it["code"]) for it in json.loads(said)["readers"]
    ]
    assert elsewhere in " ".join(noted.split())


async def _check(configuration: Path, *options: str) -> tuple[int | None, str, str]:
    """Its exit code, what it answers, and what it notes."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "gateway.cli",
        "check",
        "--config",
        str(configuration),
        *options,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    answer, notes = await process.communicate()
    return process.returncode, answer.decode(), notes.decode()
