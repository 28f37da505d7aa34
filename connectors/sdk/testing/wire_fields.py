"""The fields of JSON and XML bodies, to rename one or give it another type."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from lxml import etree

Path = tuple[str, ...]
"""A field's names from the outside in; it stands for the field in every row."""

Change = Callable[[bytes, Path], bytes]

_FORMED = re.compile(r"-?[0-9]+(\.[0-9]+)?|\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?.*)?", re.ASCII)
_OTHER_TEXT = "changed"
_OTHER_VALUE = {"changed": True}


def fields(body: bytes) -> list[Path]:
    """Every field of a body, each once; none of what is neither JSON nor XML."""
    decoded = _json(body)
    if decoded is not None:
        return list(dict.fromkeys(_json_fields(decoded, ())))
    root = _xml(body)
    if root is None:
        return []
    return list(dict.fromkeys(_xml_path(it) for it in _leaves(root)))


def with_field_gone(body: bytes, path: Path) -> bytes:
    """The body without a field, in every row."""

    def remove(holder: dict[str, Any], name: str) -> None:
        del holder[name]

    def detach(element: etree._Element) -> None:
        if (parent := element.getparent()) is not None:
            parent.remove(element)

    return _changed(body, path, remove, detach)


def with_field_changed(body: bytes, path: Path) -> bytes:
    """The body with a field of another type, in every row.

    XML has text alone, so there only a number or a date can become something else.
    """

    def change(holder: dict[str, Any], name: str) -> None:
        holder[name] = _OTHER_TEXT if isinstance(holder[name], dict | list) else _OTHER_VALUE

    def write(element: etree._Element) -> None:
        if _FORMED.fullmatch((element.text or "").strip()):
            element.text = _OTHER_TEXT

    return _changed(body, path, change, write)


def _changed(
    body: bytes,
    path: Path,
    in_json: Callable[[dict[str, Any], str], None],
    in_xml: Callable[[etree._Element], None],
) -> bytes:
    decoded = _json(body)
    if decoded is not None:
        for holder in list(_holders(decoded, path)):
            in_json(holder, path[-1])
        return msgspec.json.encode(decoded)
    root = _xml(body)
    if root is None:
        return body
    for element in [it for it in _leaves(root) if _xml_path(it) == path]:
        in_xml(element)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _json_fields(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, list):
        for item in value:
            yield from _json_fields(item, path)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield (*path, name)
            yield from _json_fields(item, (*path, name))


def _holders(value: Any, path: Path) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _holders(item, path)
    elif isinstance(value, dict) and path[0] in value:
        if len(path) == 1:
            yield value
        else:
            yield from _holders(value[path[0]], path[1:])


def _xml(body: bytes) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _leaves(root: etree._Element) -> Iterator[etree._Element]:
    return (it for it in root.iter(etree.Element) if len(it) == 0)


def _xml_path(element: etree._Element) -> Path:
    names = [etree.QName(it).localname for it in element.iterancestors()]
    return (*reversed(names), etree.QName(element).localname)
