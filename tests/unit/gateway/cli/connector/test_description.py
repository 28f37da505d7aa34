import json
from pathlib import Path

import pytest

from tests.unit.gateway.cli.connector.conftest import Run


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that tells the form of YAML files."""
    info = tmp_path / "acme_yaml-1.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-yaml\nVersion: 1.0.0\n")
    (info / "entry_points.txt").write_text(
        "[tillgraph.connector_schemas]\nyaml = connectors.declarative:json_schema\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("installed")
def test_the_form_of_a_description_is_printed_or_written(tmp_path: Path, run: Run) -> None:
    """It is a JSON Schema, the same either way."""
    file = tmp_path / "connector.schema.json"
    printed, written = run("schema"), run("schema", "--output", file)

    assert (0, f"{file}\n") == (written.exit_code, written.stdout)
    assert json.loads(printed.stdout) == json.loads(file.read_text(encoding="utf-8"))
    assert "$schema" in json.loads(printed.stdout)
