import json
from pathlib import Path

import pytest
import typer

from connectors.sdk.registry import Registry
from gateway.cli.configuration import listening, print_schema, read
from gateway.cli.output import Exit
from gateway.settings.model import Settings
from gateway.settings.source import SourceSettings

SETTINGS = Settings(sources={"pos": SourceSettings(connector="shop")})


def test_a_wrong_file_ends_the_command_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every problem on a line of its own, and what to do next."""
    path = tmp_path / "tillgraph.yaml"
    path.write_text("sorces: {}\n", encoding="utf-8")

    with pytest.raises(typer.Exit) as caught:
        read(path, Registry({}))

    assert Exit.CONFIGURATION == caught.value.exit_code
    assert [
        f"tillgraph: {path}:1:1: sorces: unknown key; did you mean sources?",
        f"{path}:1:1: sources: this key is required",
        f"  Correct it, then try: tillgraph check --config {path}",
    ] == capsys.readouterr().err.splitlines()


def test_a_missing_file_ends_the_command_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next step is another file, not this one."""
    with pytest.raises(typer.Exit) as caught:
        read(tmp_path / "none.yaml", Registry({}))

    assert Exit.CONFIGURATION == caught.value.exit_code
    assert "--config FILE" in capsys.readouterr().err


def test_the_command_lines_address_stands_over_the_files() -> None:
    """Only what is given changes."""
    assert SETTINGS is listening(SETTINGS, None, None)
    assert (SETTINGS.server.host, 9000) == (
        listening(SETTINGS, None, 9000).server.host,
        listening(SETTINGS, None, 9000).server.port,
    )
    assert "127.0.0.2" == listening(SETTINGS, "127.0.0.2", None).server.host


def test_an_address_beyond_loopback_needs_keys_here_too() -> None:
    """The command line is checked like the file."""
    with pytest.raises(ValueError, match=r"^server.*key"):
        listening(SETTINGS, "0.0.0.0", None)  # noqa: S104 - it is refused


def test_the_schema_is_written_to_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the file's name is the answer."""
    path = tmp_path / "tillgraph.schema.json"

    print_schema(path)

    assert f"{path}\n" == capsys.readouterr().out
    assert "tillgraph.yaml" == json.loads(path.read_text(encoding="utf-8"))["title"]


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON, when no file is named."""
    print_schema(None)

    assert "sources" in json.loads(capsys.readouterr().out)["properties"]
