import json
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.unit.gateway.cli.connector.conftest import Run

LOADER = dedent(
    """
    from pathlib import Path

    from connectors.sdk.document.problem import ConfigurationError, Problem


    def load(path: Path):
        raise ConfigurationError(path, [Problem(3, 5, "source.knid", "did you mean kind?")])
    """
)


@pytest.fixture
def loader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that its loader refuses, with the place of what is wrong."""
    info = tmp_path / "acme_loader-1.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-loader\nVersion: 1.0.0\n")
    (info / "entry_points.txt").write_text(
        "[tillgraph.connector_loaders]\nyaml = acme_refusing_loader:load\n"
    )
    (tmp_path / "acme_refusing_loader.py").write_text(LOADER)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "acme_refusing_loader", raising=False)
    file = tmp_path / "shop.yaml"
    file.write_text("id: shop\n")
    return file


def test_an_installed_connector_is_checked_by_name(run: Run) -> None:
    """For machines as well."""
    found = run("check", "kasane_crm", "--json")

    assert 0 == found.exit_code
    assert {
        "target": "kasane_crm",
        "connector": "kasane_crm",
        "ports": ["CustomerReader", "LoyaltyReader"],
        "problems": [],
    } == json.loads(found.stdout)


def test_a_mistyped_name_gets_the_nearest(run: Run) -> None:
    """Exit code 2, as every wrong usage."""
    found = run("check", "kasane_cmr")

    assert 2 == found.exit_code
    assert "no connector 'kasane_cmr' is installed; did you mean kasane_crm?" in found.stderr


def test_a_file_is_told_with_line_and_column(loader: Path, run: Run) -> None:
    """So that an editor can jump there."""
    plain, told = run("check", loader), json.loads(run("check", loader, "--json").stdout)

    assert 2 == plain.exit_code
    assert f"{loader}:3:5: source.knid: did you mean kind?" in plain.stderr
    assert [
        {"line": 3, "column": 5, "key": "source.knid", "message": "did you mean kind?"}
    ] == told["problems"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path, run: Run) -> None:
    """Before any loader is asked."""
    found = run("check", tmp_path / "absent.yaml")

    assert 2 == found.exit_code
    assert "there is no file" in found.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "client.py",
            "async def stock_levels",
            "async def stock_level",
            "freshness_s.stock_levels: no method that reads; there are none",
        ),
        (
            "client.py",
            "skus: Sequence[str], stores: Sequence[str] | None",
            "skus: Sequence[str]",
            "stock_levels: expected the parameters ctx, skus, stores, as StockReader has it",
        ),
        ("client.py", "import ClassVar", "import KlassVar", "client.py cannot be imported: Import"),
        (
            "client.py",
            "class AcmePos:",
            "class Other:\n    Config = probe = None\n\n\nclass AcmePos:",
            "acme_pos/client.py holds 2 connectors; expected one",
        ),
        (
            "manifest.toml",
            "stock_levels = 10.0",
            "stock_level = 10.0",
            "freshness_s.stock_level: no method that reads; did you mean stock_levels?",
        ),
        ("manifest.toml", 'id = "acme_pos"', 'id = "acme"', "expected 'acme_pos'"),
        ("quality.toml", 'events = { status = "todo" }', "", "gold.events: Field required"),
        (
            "quality.toml",
            'recordings = { status = "todo" }',
            'recordings = { status = "done" }',
            "quality.toml: recordings: no recordings folder",
        ),
    ],
)
def test_a_package_is_told_what_is_wrong(  # noqa: PLR0917 - one mistake a row
    begun: Path, run: Run, file: str, old: str, new: str, told: str
) -> None:
    """Whatever of its files the mistake is in."""
    path = begun / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    found = run("check", begun)

    assert 2 == found.exit_code
    assert told in found.stderr


def test_a_connector_that_offers_nothing_is_told(begun: Path, run: Run) -> None:
    """Most often a method has another name than the port's."""
    manifest, client = begun / "manifest.toml", begun / "client.py"
    manifest.write_text(manifest.read_text().partition("[freshness_s]")[0])
    client.write_text(client.read_text().replace("def stock_levels", "def stock"))
    found = run("check", begun)

    assert 2 == found.exit_code
    assert "it offers no port" in found.stderr


def test_a_folder_without_a_connector_is_told(tmp_path: Path, run: Run) -> None:
    """With what was looked for."""
    found = run("check", tmp_path)

    assert 2 == found.exit_code
    assert "holds neither client.py nor connector.yaml" in found.stderr
