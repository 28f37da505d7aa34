"""Connectors of somebody else, installed beside ours, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[5]
PACKAGES = ROOT / "tests" / "packages"
SETTINGS = """\
storage: {{url: "sqlite+aiosqlite:///{folder}/gateway.db"}}
sources:
  shelf: {{connector: bolt_sound}}
entities:
  stock: [{{source: shelf}}]
"""


def _tillgraph(*arguments: object) -> tuple[int, Any]:
    path = os.pathsep.join((str(ROOT), str(PACKAGES)))
    result = subprocess.run(
        [sys.executable, "-m", "gateway.cli", *map(str, arguments), "--json"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    return result.returncode, json.loads(result.stdout)


def test_one_that_cannot_be_imported_is_listed_with_its_reason() -> None:
    """The others are listed as ever."""
    code, found = _tillgraph("connectors")

    assert 0 == code
    assert {"version": "1.0.0", "ports": ["StockReader"], "error": None} == found["bolt_sound"]
    assert (
        "ModuleNotFoundError: No module named 'acme_driver_that_is_not_installed'"
        == found["bolt_broken"]["error"]
    )
    assert found["kasane_crm"]["error"] is None


@pytest.mark.parametrize(("connector", "code"), [("bolt_sound", 0), ("bolt_broken", 2)])
def test_the_gateway_stands_beside_one_that_is_broken(
    tmp_path: Path, connector: str, code: int
) -> None:
    """Only a source that is of the broken one is wrong."""
    file = tmp_path / "tillgraph.yaml"
    file.write_text(SETTINGS.format(folder=tmp_path).replace("bolt_sound", connector))
    found, told = _tillgraph("check", "--config", file)

    assert code == found
    assert bool(code) is bool(told["problems"])
    assert (["shelf"] if code == 0 else []) == list(told["sources"])
