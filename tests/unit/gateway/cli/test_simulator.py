"""The command that runs the payment provider's simulator."""

import socket
from pathlib import Path

from typer.testing import CliRunner

from gateway.cli.command import application


def _run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(application, ["stripe-simulator", *arguments])
    return result.exit_code, result.output


def test_a_setup_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """In a sentence, as wrong configuration."""
    code, said = _run("--setup", str(tmp_path / "none.json"))

    assert 2 == code
    assert "cannot be read" in said


def test_a_port_that_is_taken_is_told() -> None:
    """As a failure, for another port may do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, said = _run(str(taken.getsockname()[1]))

    assert 1 == code
    assert "the simulator cannot start" in said
