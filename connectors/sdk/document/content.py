"""YAML with the place of every key, and nothing of YAML that surprises.

Plain scalars follow YAML 1.2: `yes`, `0012` and `12:30` are text. Tags, merge keys and repeated
keys are refused; anchors may be used, but cannot make a small file large.
"""

import re
from collections.abc import Callable, Iterator

import yaml
from msgspec import Struct
from msgspec.structs import replace
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from connectors.sdk.document.problem import Key, Problem, dotted

SIZE_MAX = 1024 * 1024  # bytes
_NODES_MAX = 50_000  # after aliases have been followed
_DEPTH_MAX = 32

_DEFAULT_TAGS = {
    ScalarNode: yaml.BaseLoader.DEFAULT_SCALAR_TAG,
    SequenceNode: yaml.BaseLoader.DEFAULT_SEQUENCE_TAG,
    MappingNode: yaml.BaseLoader.DEFAULT_MAPPING_TAG,
}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?([eE][-+]?[0-9]{1,3})?")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}

Substitute = Callable[[str], tuple[str, str | None]]


class Place(Struct, frozen=True):
    """Where a key stands and where its value begins; both count from 1."""

    key: tuple[int, int]
    value: tuple[int, int]


class Document(Struct):
    """A file's content as plain mappings, lists and scalars, with the place of every key.

    `unreadable` are the keys whose value could not be made out; a problem tells of each.
    """

    content: object = None
    places: dict[Key, Place] = {}
    problems: list[Problem] = []
    unreadable: set[Key] = set()

    def value(self, key: Key) -> object:
        """What stands at a key; None where there is no such key."""
        content: object = self.content
        for part in key:
            if isinstance(content, dict):
                content = content.get(part)
            elif isinstance(content, list) and isinstance(part, int) and part < len(content):
                content = content[part]
            else:
                return None
        return content

    def problem(self, key: Key, message: str, *, at_key: bool = False) -> Problem:
        """Tell what is wrong with a key, at its place or at that of the nearest key that exists."""
        known = key
        while known and known not in self.places:
            known = known[:-1]
        place = self.places.get(known, Place((1, 1), (1, 1)))
        line, column = place.key if at_key or known != key else place.value
        return Problem(line, column, dotted(key), message)


def read(text: str, substitute: Substitute) -> Document:
    """Read a file's text. What is wrong with it is in `problems`, as much as can be told at once.

    `substitute` is given every scalar, and gives back its text and what is wrong with it.
    """
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return Document(problems=[Problem(line, column, "", f"not YAML: {_syntax(error)}")])
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, error.position - before.rfind("\n")
        return Document(
            problems=[Problem(line, column, "", "a character that YAML does not allow")]
        )
    except RecursionError:
        return Document(problems=[Problem(1, 1, "", f"nested deeper than {_DEPTH_MAX} levels")])
    if root is None:
        return Document(problems=[Problem(1, 1, "", "the file is empty")])
    return _Reader(substitute).document(root)


def _syntax(error: yaml.MarkedYAMLError) -> str:
    """What the parser says, without the parts of the text that it may quote."""
    told = ", ".join(part for part in (error.context, error.problem) if part)
    return re.sub(r"'[^']*'|\"[^\"]*\"", "…", told) or "it cannot be parsed"


class _TooLargeError(Exception):
    """Aliases made the content larger than any configuration is."""


class _Reader:
    def __init__(self, substitute: Substitute) -> None:
        self._substitute = substitute
        self._document = Document()
        self._nodes = 0

    def document(self, root: Node) -> Document:
        try:
            content = self._value((), root)
        except _TooLargeError:
            tells = [Problem(1, 1, "", f"more than {_NODES_MAX} values, or nested too deep")]
            return Document(problems=tells)
        return replace(self._document, content=content)

    def _value(self, key: Key, node: Node) -> object:
        self._nodes += 1
        if self._nodes > _NODES_MAX or len(key) > _DEPTH_MAX:
            raise _TooLargeError
        value = _position(node)
        self._document.places.setdefault(key, Place(value, value))
        if node.tag != _DEFAULT_TAGS[type(node)]:
            self._refuse(key, "tags are not allowed here")
            return None
        if isinstance(node, MappingNode):
            return {name: self._value((*key, name), of) for name, of in self._items(key, node)}
        if isinstance(node, ScalarNode):
            return self._scalar(key, node.value, quoted=node.style is not None)
        return [self._value((*key, index), of) for index, of in enumerate(node.value)]

    def _items(self, key: Key, mapping: MappingNode) -> Iterator[tuple[str, Node]]:
        seen: set[str] = set()
        for name, node in mapping.value:
            line, column = _position(name)
            if not isinstance(name, ScalarNode) or name.tag != _DEFAULT_TAGS[ScalarNode]:
                self._tell(Problem(line, column, dotted(key), "a key must be plain text"))
                continue
            inner = (*key, name.value)
            if name.value in seen:
                self._tell(Problem(line, column, dotted(inner), "this key is already given above"))
            elif name.value == "<<" and name.style is None:
                self._tell(Problem(line, column, dotted(inner), "merge keys are not allowed"))
            else:
                seen.add(name.value)
                self._document.places[inner] = Place((line, column), _position(node))
                yield name.value, node

    def _scalar(self, key: Key, written: str, *, quoted: bool) -> object:
        text, wrong = self._substitute(written)
        if wrong is not None:
            self._refuse(key, wrong)
            return None
        # What a variable gave stays text: a password of digits is no number.
        return text if quoted or text != written else _plain(text)

    def _refuse(self, key: Key, message: str) -> None:
        self._document.unreadable.add(key)
        self._tell(self._document.problem(key, message))

    def _tell(self, problem: Problem) -> None:
        self._document.problems.append(problem)


def _position(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _plain(text: str) -> object:
    """A scalar without quotes, by YAML 1.2's core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
