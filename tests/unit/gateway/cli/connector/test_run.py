import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.unit.gateway.cli.connector.conftest import KEY, Run


@pytest.fixture
def config(begun: Path, shop: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with the connector's configuration; the key stands in the environment."""
    monkeypatch.setenv("ACME_KEY", KEY)
    file = begun.parent / "config.yaml"
    file.write_text(f"base_url: {shop}\napi_key: ${{ACME_KEY}}\n")
    return file


@pytest.fixture
def refused(config: Path) -> Path:
    """The same with a key that the shop does not know."""
    config.write_text(config.read_text().replace("${ACME_KEY}", "another-key"))
    return config


@pytest.fixture
def misspelt(config: Path) -> Path:
    """The same with a key that there is not."""
    config.write_text("base_url: ftp://shop\napi_kye: x\n")
    return config


async def _asked(run: Run, *arguments: object) -> Result:
    """The command has a loop of its own, and the shop the test's: so it runs in a thread."""
    return await asyncio.to_thread(lambda: run("run", *arguments))


async def test_records_and_what_went_over_the_wire_are_shown(
    begun: Path, config: Path, run: Run
) -> None:
    """One key's failure is its own; a secret is shown nowhere."""
    keys = ("--keys", "A-1", "--keys", "B-2", "-k", "C-3")
    found = await _asked(run, begun, "StockReader", *keys, "--config", config, "--json")
    told: dict[str, Any] = json.loads(found.stdout)
    (exchange,) = told["exchanges"]

    assert (0, "stock_levels", None) == (found.exit_code, told["method"], told["error"])
    assert ["A-1", "B-2"] == [it["key"] for it in told["answer"]]
    assert 4 == told["answer"][0]["value"][0]["on_hand"]
    assert "SOURCE_SCHEMA_DRIFT" == told["answer"][1]["value"]["error"]["code"]
    assert ("GET /v1/stock {'skus': 'A-1,B-2,C-3'}", 200) == (
        exchange["request"],
        exchange["status"],
    )
    assert '"counted_at": "noon"' in exchange["answer"]
    assert KEY not in found.output
    assert "given-out" not in found.output


async def test_people_read_the_same(begun: Path, config: Path, run: Run) -> None:
    """Request, answer, record, one below the other."""
    found = await _asked(run, begun, "StockReader", "-k", "A-1", "--config", config)

    assert 0 == found.exit_code
    assert found.stdout.startswith("> GET /v1/stock {'skus': 'A-1'}\n< 200 in ")
    assert found.stdout.index("counted_at") < found.stdout.index("as_of")


async def test_stores_narrow_the_answer(begun: Path, config: Path, run: Run) -> None:
    """As the port has it."""
    narrowed = ("-k", "A-1", "--stores", "umeda", "--config", config, "--json")
    found = await _asked(run, begun, "StockReader", *narrowed)

    assert [{"key": "A-1", "value": []}] == json.loads(found.stdout)["answer"]


async def test_a_sign_of_life_can_be_asked_for(begun: Path, config: Path, run: Run) -> None:
    """As the gateway's check does."""
    found = await _asked(run, begun, "probe", "--config", config, "--json")

    assert (0, None) == (found.exit_code, json.loads(found.stdout)["error"])


async def test_a_system_that_fails_ends_with_1(begun: Path, refused: Path, run: Run) -> None:
    """What it says is shown, without the secret that it quotes."""
    found = await _asked(run, begun, "StockReader", "-k", "A-1", "--config", refused, "--json")
    told = json.loads(found.stdout)

    assert (1, "SOURCE_REJECTED") == (found.exit_code, told["error"]["code"])
    assert 401 == told["exchanges"][0]["status"]


async def test_a_source_of_the_gateway_can_be_asked(
    shop: str, tmp_path: Path, run: Run, begun: Path
) -> None:
    """Its configuration is the gateway's, and the connector must be its own."""
    settings = tmp_path / "tillgraph.yaml"
    settings.write_text(
        f"sources:\n  crm:\n    connector: kasane_crm\n    config:\n      base_url: {shop}\n"
        "      client_id: x\n      client_secret: y\n"
    )
    asked = ("--source", "crm", "-c", settings)
    found = await _asked(run, "kasane_crm", "CustomerReader", "-k", "EMAIL:a@b.example", *asked)
    other = await _asked(run, begun, "StockReader", "-k", "A", *asked)
    absent = await _asked(run, begun, "StockReader", "--source", "cmr", "-c", settings)

    assert 1 == found.exit_code  # the shop gives out no tokens
    assert (2, 2) == (other.exit_code, absent.exit_code)
    assert "the source 'crm' is of the connector kasane_crm" in other.stderr
    assert "has no source 'cmr'; did you mean crm?" in absent.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("OrderReader",), "OrderReader: it is not offered by this connector"),
        (("StockReadr",), "StockReadr: did you mean StockReader?"),
        (("StockReader",), "stock_levels needs at least one of --keys"),
        (
            ("StockReader", "--method", "stock_level"),
            "stock_level: no method of StockReader that reads; did you mean stock_levels?",
        ),
    ],
)
async def test_a_wrong_question_ends_with_2(
    begun: Path, config: Path, run: Run, arguments: tuple[str, ...], told: str
) -> None:
    """With what was expected instead."""
    found = await _asked(run, begun, *arguments, "--config", config)

    assert 2 == found.exit_code
    assert told in found.stderr


async def test_a_wrong_configuration_is_told_with_its_place(
    begun: Path, misspelt: Path, run: Run
) -> None:
    """As that of the gateway is."""
    found = await _asked(run, begun, "probe", "--config", misspelt)
    absent = await _asked(run, begun, "probe")

    assert (2, 2) == (found.exit_code, absent.exit_code)
    assert f"{misspelt}:2:1: api_kye: unknown key; did you mean api_key?" in found.stderr
    assert "api_key: this key is required" in absent.stderr
