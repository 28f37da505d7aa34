"""What the Markdown pages of the project hold: blocks, commands, tables, links."""

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_SPAN = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)$", re.MULTILINE)
_CELL = re.compile(r"(?<!\\)\|")


class Block(Struct, frozen=True):
    """A fenced block; `page` is the path of its page below the root."""

    page: str
    language: str
    text: str


class Page(Struct, frozen=True):
    """One page."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """Its path below the root."""
        return str(self.path.relative_to(ROOT))

    @property
    def prose(self) -> str:
        """The text without its blocks."""
        return _BLOCK.sub("", self.text)

    def blocks(self, language: str) -> list[Block]:
        """Its blocks in one language, in their order."""
        found = _BLOCK.findall(self.text)
        return [Block(self.name, kind, text) for kind, text in found if kind == language]

    def commands(self) -> Iterator[str]:
        """Every command of its console blocks, with lines that go on made one."""
        for block in self.blocks("console"):
            yield from (it.replace("\\\n", " ") for it in _COMMAND.findall(block.text))

    def spans(self) -> Iterator[str]:
        """What its prose sets as code."""
        yield from _SPAN.findall(self.prose)

    def links(self) -> Iterator[str]:
        """Where its links lead."""
        yield from _LINK.findall(self.prose)

    def anchors(self) -> set[str]:
        """The headings, as links name them."""
        kept = (re.sub(r"[^\w\- ]", "", it.lower()) for it in _HEADING.findall(self.prose))
        return {it.replace(" ", "-") for it in kept}

    def table(self, head: str) -> dict[str, str]:
        """The rows of every table whose first column has this head: first cell to second."""
        rows: dict[str, str] = {}
        for part in self.prose.split("\n\n"):
            cells = [_CELL.split(line) for line in part.splitlines() if line.startswith("|")]
            if cells and cells[0][1].strip() == head:
                rows |= {row[1].strip(" `"): row[2].strip() for row in cells[2:]}
        return rows


def page(name: str | Path) -> Page:
    """A page by its path, below the root or whole."""
    return Page(ROOT / name, (ROOT / name).read_text(encoding="utf-8"))


def pages() -> list[Page]:
    """Every page of the project."""
    folders = ("docs", "connectors", "docker")
    found = {*ROOT.glob("*.md"), *(path for it in folders for path in (ROOT / it).rglob("*.md"))}
    return [page(path) for path in sorted(found)]
