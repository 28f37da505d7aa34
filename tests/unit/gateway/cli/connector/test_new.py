import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.cli.connector.new import Kind, create, written
from tests.unit.gateway.cli.connector.conftest import Run

QUICK = "not (hang or drip or deadline or time_limit)"
ROOT = Path(__file__).parents[5]
KINDS: tuple[Kind, ...] = ("http", "yaml")


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_connector_bears_its_own_name_everywhere(kind: Kind) -> None:
    """Nothing of the skeleton's name is left, in no spelling."""
    everything = str(written("wind_mill2", kind))

    assert "acme" not in everything.lower()
    assert all(
        name in everything for name in ("wind_mill2", "wind-mill2", "WindMill2", "Wind Mill2")
    )


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_can_be_read(kind: Kind) -> None:
    """Python, TOML and YAML are well-formed."""
    readers: dict[str, Any] = {
        ".py": ast.parse,
        ".toml": tomllib.loads,
        ".yaml": yaml.safe_load,
    }
    found = written("acme_pos", kind)
    suffixes = set()
    for path, text in found.items():
        suffix = Path(path).suffix
        suffixes.add(suffix)
        if suffix in readers:
            readers[suffix](text)

    assert {".py", ".toml", ".md"} <= suffixes
    assert {"acme_pos/quality.toml", "acme_pos/README.md", "tests/test_conformance.py"} <= set(
        found
    )


def test_one_kind_has_code_and_the_other_a_file() -> None:
    """Everything else is the same."""
    code, file = (set(written("acme_pos", kind)) for kind in KINDS)

    assert {"acme_pos/config.py", "acme_pos/mapping.py", "acme_pos/manifest.toml"} == code - file
    assert {"acme_pos/connector.yaml"} == file - code


def test_a_new_connector_is_right(begun: Path, run: Run) -> None:
    """It can be checked where it lies, without being installed."""
    by_package, by_project = run("check", begun), run("check", begun.parent)

    assert (0, 0) == (by_package.exit_code, by_project.exit_code)
    assert "acme_pos 0.1.0 offers StockReader\n" == by_package.stdout


def test_one_without_code_is_right_as_well(tmp_path: Path, run: Run) -> None:
    """Its class is made of its file."""
    create("acme_erp", "yaml", tmp_path)
    found = run("check", tmp_path / "acme_erp")

    assert (0, "acme_erp 0.1.0 offers StockReader\n") == (found.exit_code, found.stdout)


@pytest.mark.timeout(60)  # a second pytest is started, which a busy machine makes slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_new_connector_passes_the_kit(kind: Kind, tmp_path: Path) -> None:
    """Its tests are green as they are written; those that only wait are left out here."""
    create("acme_pos", kind, tmp_path)
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", QUICK],
        cwd=tmp_path / "acme_pos",
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert 0 == ended.returncode, ended.stdout
    assert int(re.findall(r"(\d+) passed", ended.stdout)[0]) > 20


def test_nothing_is_overwritten(begun: Path, run: Run) -> None:
    """A folder that is there may hold somebody's work."""
    found = run("new", "acme_pos", "--folder", begun.parents[1])

    assert 2 == found.exit_code
    assert "is there already" in found.stderr


@pytest.mark.parametrize("name", ["Acme", "acme-pos", "1acme", "acme/pos", "a", "../acme"])
def test_a_name_must_be_one_of_a_package(name: str, tmp_path: Path, run: Run) -> None:
    """Nothing is written for any other."""
    found = run("new", name, "--folder", tmp_path)

    assert (2, []) == (found.exit_code, list(tmp_path.iterdir()))
