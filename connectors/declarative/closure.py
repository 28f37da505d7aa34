"""JMESPath's commonest forms as Python closures, which cost a fraction of walking its tree.

Each does what `jmespath.visitor.TreeInterpreter` does for the same node.
"""

from collections.abc import Callable, Mapping
from typing import Any

Find = Callable[[Any], Any]
Node = Mapping[str, Any]


def closure(node: Node) -> Find | None:
    """What finds the value of a parsed expression; None where it has a form that is not known here.

    Raises, when it is asked:
        TypeError: A function does not fit the data.
    """
    make = _FORMS.get(_form(node))
    if make is None:
        return None
    parts = [closure(it) for it in node["children"]]
    known = [it for it in parts if it is not None]
    return make(node, known) if len(known) == len(parts) else None


def _form(node: Node) -> str:
    kind: str = node["type"]
    return f"{kind} {node['value']}" if kind == "function_expression" else kind


def _itself(_node: Node, _parts: list[Find]) -> Find:
    return lambda content: content


def _literal(node: Node, _parts: list[Find]) -> Find:
    value = node["value"]
    return lambda _content: value


def _field(node: Node, _parts: list[Find]) -> Find:
    name = node["value"]
    return lambda content: content.get(name) if isinstance(content, dict) else None


def _index(node: Node, _parts: list[Find]) -> Find:
    at = node["value"]

    def find(content: Any) -> Any:
        if not isinstance(content, list):
            return None
        return content[at] if -len(content) <= at < len(content) else None

    return find


def _chain(_node: Node, parts: list[Find]) -> Find:
    def find(content: Any) -> Any:
        for part in parts:
            content = part(content)
        return content

    return find


def _list(_node: Node, parts: list[Find]) -> Find:
    return lambda content: None if content is None else [part(content) for part in parts]


def _either(_node: Node, parts: list[Find]) -> Find:
    first, second = parts

    def find(content: Any) -> Any:
        found = first(content)
        return second(content) if _is_false(found) else found

    return find


def _not(_node: Node, parts: list[Find]) -> Find:
    (part,) = parts
    return lambda content: _is_false(part(content))


def _filter(_node: Node, parts: list[Find]) -> Find:
    base, each, condition = parts

    def find(content: Any) -> Any:
        elements = base(content)
        if not isinstance(elements, list):
            return None
        kept = (each(it) for it in elements if not _is_false(condition(it)))
        return [it for it in kept if it is not None]

    return find


def _join(_node: Node, parts: list[Find]) -> Find:
    glue, texts = parts

    def find(content: Any) -> Any:
        between, found = glue(content), texts(content)
        if not isinstance(between, str) or not isinstance(found, list):
            raise TypeError("join wants a text and a list")
        return between.join(found)

    return find


def _is_false(value: Any) -> bool:
    """Zero is true in JMESPath."""
    return value is None or value is False or (isinstance(value, str | list | dict) and not value)


_FORMS: Mapping[str, Callable[[Node, list[Find]], Find]] = {
    "current": _itself,
    "identity": _itself,
    "literal": _literal,
    "field": _field,
    "index": _index,
    "subexpression": _chain,
    "index_expression": _chain,
    "multi_select_list": _list,
    "or_expression": _either,
    "not_expression": _not,
    "filter_projection": _filter,
    "function_expression join": _join,
}
