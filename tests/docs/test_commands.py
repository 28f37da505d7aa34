import re
import shlex
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import pytest
from typer.main import get_command

from gateway.cli.command import application
from tests.docker.parsed import parsed
from tests.docs.pages import ROOT, pages

# Programs that readers have, or need not have to follow the page.
FOREIGN = {"curl", "docker"}
ASSIGNMENT = re.compile(r"[A-Z_]+=\S*")
TARGET = re.compile(r"^([a-z0-9-]+):", re.MULTILINE)
LEFT_OPEN = re.compile("[…<]")

SHOWN = sorted({(it.name, command) for it in pages() for command in it.commands()})
SAID = sorted(
    {
        (it.name, span)
        for it in pages()
        for span in it.spans()
        if span.startswith(("tillgraph ", ".venv/bin/tillgraph ", "make "))
        and not LEFT_OPEN.search(span)
    }
)


def _check(command: str) -> None:
    """Fail unless the command could be given as it stands."""
    # What a shell would put in does not matter to the parser.
    words = shlex.split(re.sub(r"\$\([^)]*\)", "given", command), comments=True)
    while ASSIGNMENT.fullmatch(words[0]):
        del words[0]
    program, arguments = words[0].removeprefix(".venv/bin/"), words[1:]
    match program:
        case "tillgraph":
            parsed(arguments)
        case "make":
            targets = {it for it in arguments if not ASSIGNMENT.fullmatch(it)}
            assert targets <= set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
        case "python":
            assert ("-m", True) == (arguments[0], find_spec(arguments[1]) is not None)
        case _:
            assert program in FOREIGN


def _is_named(names: Sequence[str]) -> bool:
    """Whether there is a command, or a group of commands, of these names."""
    command: Any = get_command(application)
    for name in names:
        command = getattr(command, "commands", {}).get(name)
    return command is not None


@pytest.mark.parametrize(("page", "command"), SHOWN)
def test_a_command_that_is_shown_can_be_given(page: str, command: str) -> None:
    """The parser takes it, or it is a target of the Makefile."""
    _check(command)


@pytest.mark.parametrize(("page", "command"), SAID)
def test_a_command_that_is_said_exists(page: str, command: str) -> None:
    """A sentence may name a command without what it needs; with options it is whole."""
    if "tillgraph" in command and "--" not in command:
        assert _is_named(command.split()[1:])
    else:
        _check(command)


@pytest.mark.parametrize("command", ["tillgraph serv --port 1", "make tea", "rm -rf /"])
def test_a_wrong_command_is_noticed(command: str) -> None:
    """Or the tests above would say nothing."""
    with pytest.raises((AssertionError, KeyError)):
        _check(command)
