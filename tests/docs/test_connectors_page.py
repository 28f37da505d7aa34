"""The guide for those who write connectors is followed to the letter, in an empty folder."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.declarative import connector_class
from connectors.declarative.vocabulary import NAMES
from tests.docs.pages import page
from tests.e2e.conftest import free_port

PAGE = page("docs/connectors.md")
REFERENCE = page("docs/connector-reference.md")
BIN = Path(sys.executable).parent
PORTS = ("8101", "8102")  # the page's
LEFT_OUT = "…"

# A file, whose paths stand in the line before it, or commands.
_BLOCK = re.compile(
    r"^(?P<told>`[^\n]*):\n\n```(?:yaml|toml|csv)\n(?P<file>.*?)^```$"
    r"|^```console\n(?P<commands>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_PATH = re.compile(r"`([\w./-]+/[\w.-]+\.\w+)`")
_STEP = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_STARTS_WITHIN_S = 20.0


class Reader:
    """Somebody who writes the page's files and gives its commands, at ports that are free."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = {port: str(free_port()) for port in PORTS}
        self._systems: list[subprocess.Popen[bytes]] = []
        self._environment = {
            **{key: it for key, it in os.environ.items() if not key.startswith("COV")},
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "COLUMNS": "200",
            "NO_COLOR": "1",
        }

    def write(self, told: str, text: str) -> None:
        """Write a file, at each of the paths that a line tells of."""
        for path in _PATH.findall(told):
            file = self._folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(self._moved(text), encoding="utf-8")

    def heard(self, command: str) -> str:
        """What a command says; a system goes on in a terminal of its own."""
        if command.startswith("tillgraph system"):
            self._start(self._moved(command))
            return ""
        told = subprocess.run(
            ["sh", "-c", self._moved(command)],
            check=False,
            capture_output=True,
            cwd=self._folder,
            env=self._environment,
            text=True,
        )
        assert 0 == told.returncode, f"{command}\n{told.stdout}{told.stderr}"
        return told.stdout + told.stderr

    def end(self) -> None:
        """Close every terminal."""
        for it in self._systems:
            it.terminate()
        for it in self._systems:
            it.wait(10)

    def _moved(self, text: str) -> str:
        for port, free in self._ports.items():
            text = text.replace(port, free)
        return text

    def _start(self, command: str) -> None:
        ready = self._folder / f"ready-{len(self._systems)}.json"
        words = [*command.split(), "--ready", str(ready)]
        self._systems.append(subprocess.Popen(words, cwd=self._folder, env=self._environment))
        end = time.monotonic() + _STARTS_WITHIN_S
        while not ready.exists():
            assert self._systems[-1].poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """A reader with an empty folder."""
    reader = Reader(tmp_path)
    yield reader
    reader.end()


def _lines(text: str) -> set[str]:
    """The lines of an output, without how long anything took."""
    return {re.sub(r" in [\d.]+ ms", "", line.rstrip()) for line in text.splitlines()}


@pytest.mark.long
@pytest.mark.timeout(180)
def test_every_step_does_what_is_shown(reader: Reader) -> None:
    """From an empty folder to silver, four times."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    steps, lost = 0, []
    for block in _BLOCK.finditer(PAGE.text):
        reader.write(block["told"] or "", block["file"] or "")
        for command, shown in _STEP.findall(block["commands"] or ""):
            heard = _lines(reader.heard(command))
            lost += [it for it in _lines(shown) if it != LEFT_OUT and it not in heard]
            steps += 1

    assert [] == lost
    assert 25 < steps


def test_every_file_describes_a_connector(reader: Reader, tmp_path: Path) -> None:
    """Without asking anything."""
    for block in _BLOCK.finditer(PAGE.text):
        reader.write(block["told"] or "", block["file"] or "")
    (tmp_path / "shop_oms" / "order_service.wsdl").write_text("not read before it is needed")
    found = {path.parent.name: connector_class(path) for path in tmp_path.glob("*/connector.yaml")}

    assert {"shop_asn", "shop_crm", "shop_oms", "shop_wms"} == {*found}


def test_every_name_of_a_request_is_told() -> None:
    """By method, as the loader knows them."""
    rows = PAGE.table("method")
    told = {
        method.strip(" `"): frozenset(re.findall(r"\{(\w+)\}", names))
        for methods, names in rows.items()
        for method in methods.split(",")
    }

    assert NAMES == told


def test_the_reference_is_current(reader: Reader) -> None:
    """As `tillgraph connector reference` writes it."""
    assert REFERENCE.text == reader.heard("tillgraph connector reference")
