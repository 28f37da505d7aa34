import subprocess
import sys

import pytest
from typer.main import get_command

from gateway.cli.connector_commands import _installed, _ports, connector
from tests.unit.gateway.cli.connector.conftest import Run

NAMES = sorted(getattr(get_command(connector), "commands"))  # noqa: B009 - untyped


@pytest.mark.parametrize("command", NAMES)
def test_every_command_explains_itself(command: str, run: Run) -> None:
    """With what it does, examples and exit codes."""
    found = run(command, "--help")

    assert 0 == found.exit_code
    assert "Examples: tillgraph connector" in found.stdout
    assert "Exit codes" in found.stdout


def test_the_shell_completes_names() -> None:
    """Of what is installed, and of the ports that there are."""
    assert ["kasane_crm"] == _installed("kasane_c")
    assert ["StockReader", "StockReserver"] == _ports("Stock")
    assert ["probe"] == _ports("pro")


def test_help_loads_no_connector() -> None:
    """Nor anything else that takes long."""
    loaded = "import sys; import gateway.cli.connector_commands; print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", loaded], check=True, capture_output=True, text=True
    ).stdout.split()

    assert set() == {"starlette", "sqlalchemy", "aiohttp", "stripe", "zeep"} & set(modules)
