import subprocess
import sys
import time
from importlib.metadata import version

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from gateway.cli.command import application

COMMANDS = {
    "check",
    "config",
    "connector",
    "connectors",
    "demo",
    "estate",
    "payments",
    "schema",
    "serve",
    "stripe-simulator",
    "system",
}


def _run(*arguments: str) -> tuple[int, str]:
    # Wide enough that no name of an option is broken over two lines.
    result = CliRunner().invoke(application, list(arguments), env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_every_command_is_there() -> None:
    """Those that the documentation names."""
    assert COMMANDS == set(getattr(get_command(application), "commands"))  # noqa: B009 - untyped


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(command: str) -> None:
    """With what it does, its exit codes, and examples where it is no group."""
    code, told = _run(command, "--help")

    assert 0 == code
    assert "Exit codes" in told or "Commands" in told
    assert "Example" in told or "Commands" in told


def test_the_version_is_told() -> None:
    """That of the installed distribution."""
    assert (0, f"tillgraph {version('tillgraph')}\n") == _run("--version")


@pytest.mark.parametrize(
    "arguments",
    [("serv",), ("serve", "--port", "70000"), ("serve", "--log-level", "loud"), ("check", "x")],
)
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    """As wrong configuration does."""
    assert 2 == _run(*arguments)[0]


def test_a_mistyped_command_names_the_nearest() -> None:
    """A hint is cheaper than the whole help."""
    assert "serve" in _run("serv")[1]


def test_help_is_quick() -> None:
    """It loads no web server, no database and no connector."""
    loaded = "import sys; from gateway.cli.command import application; print(*sys.modules)"
    begun = time.monotonic()
    modules = subprocess.run(
        [sys.executable, "-c", loaded], check=True, capture_output=True, text=True
    ).stdout.split()

    assert time.monotonic() - begun < 5
    assert set() == {"starlette", "sqlalchemy", "strawberry", "aiohttp", "stripe"} & set(modules)
