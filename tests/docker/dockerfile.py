"""`docker/Dockerfile` as a list of instructions, stage by stage."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker" / "Dockerfile"


class Instruction(Struct, frozen=True):
    """One instruction: `COPY`, say, and all that follows it."""

    name: str
    text: str

    @property
    def words(self) -> Sequence[str]:
        """What follows, word by word, without its options."""
        return [word for word in self.text.split() if not word.startswith("--")]

    @property
    def options(self) -> dict[str, str]:
        """`--name=value` options."""
        return dict(re.findall(r"--([a-z-]+)=(\S+)", self.text))

    @property
    def form(self) -> list[str]:
        """The command of an instruction in its exec form, which needs no shell."""
        found: list[str] = json.loads(self.text[self.text.index("[") :])
        return found


class Stage(Struct, frozen=True):
    """What is built on one image."""

    image: str
    name: str | None
    instructions: Sequence[Instruction]

    def every(self, name: str) -> Sequence[Instruction]:
        """The instructions of a name, in order."""
        return [it for it in self.instructions if it.name == name]

    def one(self, name: str) -> Instruction:
        """The only instruction of a name."""
        (found,) = self.every(name)
        return found

    @property
    def environment(self) -> dict[str, str]:
        """The variables that it sets."""
        text = " ".join(it.text for it in self.every("ENV"))
        return dict(re.findall(r"(\w+)=(\S+)", text))


def stages() -> Sequence[Stage]:
    """Every stage, in order; the last one is the image."""
    found: list[tuple[Instruction, list[Instruction]]] = []
    for instruction in _instructions():
        if instruction.name == "FROM":
            found.append((instruction, []))
        else:
            found[-1][1].append(instruction)
    return [
        Stage(begin.words[0], begin.words[2] if len(begin.words) > 1 else None, tuple(rest))
        for begin, rest in found
    ]


def ignored() -> tuple[bool, Sequence[str]]:
    """Whether everything is kept from the builder at first, and what is then let through."""
    path = FILE.with_name("Dockerfile.dockerignore")
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    return lines[0] == "*", [line[1:] for line in lines if line.startswith("!")]


def _instructions() -> Iterator[Instruction]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line.strip():
            name, rest = line.split(maxsplit=1)
            yield Instruction(name.upper(), rest)
