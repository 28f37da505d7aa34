"""Command lines, put before the real command's parser without running anything."""

from collections.abc import Sequence
from typing import Any

from typer.main import get_command

from gateway.cli.command import application


def parsed(arguments: Sequence[str]) -> dict[str, Any]:
    """The parameters that a command would be run with. Raises for wrong usage."""
    command: Any = get_command(application)
    rest = list(arguments)
    while commands := getattr(command, "commands", None):
        command = commands[rest.pop(0)]
    params: dict[str, Any] = command.make_context(command.name, rest).params
    return params
