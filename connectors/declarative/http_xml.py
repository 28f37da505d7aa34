"""XML over HTTP, read into plain mappings."""

import re
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree
from typing_extensions import override

from connectors.declarative.exchange import Surroundings
from connectors.declarative.http_json import HttpWire
from connectors.declarative.model.source import XmlSource
from connectors.declarative.template import ABSENT, Render, TemplateError, text_of
from connectors.sdk.http import HttpResponse
from schema.domain.errors import NotFound, SchemaDrift

_DEPTH_MAX = 64
# What XML 1.0 cannot hold in any way (its section 2.2).
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XmlWire(HttpWire):
    """See `Wire`."""

    def __init__(self, source: XmlSource, surroundings: Surroundings) -> None:
        lists = frozenset(source.lists)
        super().__init__(
            source,
            surroundings,
            decode=lambda response: _decoded(response, lists),
            write_body=_body,
            media_type="application/xml",
        )

    @override
    def can_ask(self, key: str) -> bool:
        """See `Wire.can_ask`."""
        return super().can_ask(key) and not _UNWRITABLE.search(key)


def tree_of_xml(body: bytes, lists: frozenset[str]) -> dict[str, Any]:
    """Read a document: its root by its name.

    Shape: an element with attributes or children is a mapping: `@name` of each attribute, the
    children by name (a list where one comes twice, or is among `lists`), and `#text`. Any other is
    its text. Namespaces are left out.

    Raises:
        SchemaDrift: It is no XML, declares a document type, or is nested too deep.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        # Its text may quote the body, so it is not chained.
        raise SchemaDrift(f"the body is not XML, or is cut off ({len(body)} bytes)") from None
    document: Any = root.getroottree().docinfo
    if document.doctype:
        raise SchemaDrift("the body declares a document type")
    return {_name(root.tag): _value(root, lists, 0)}


def _value(element: Any, lists: frozenset[str], depth: int) -> Any:
    if depth > _DEPTH_MAX:
        raise SchemaDrift(f"the body is nested deeper than {_DEPTH_MAX} levels")
    text = element.text or ""
    if not element.attrib and len(element) == 0:
        return text
    content: dict[str, Any] = {f"@{_name(key)}": it for key, it in element.attrib.items()}
    for child in element:
        name, value = _name(child.tag), _value(child, lists, depth + 1)
        if name in lists:
            content.setdefault(name, []).append(value)
        elif name not in content:
            content[name] = value
        elif isinstance(content[name], list):
            content[name].append(value)
        else:
            content[name] = [content[name], value]
    if text.strip():
        content["#text"] = text
    return content


def _name(tag: Any) -> str:
    return etree.QName(tag).localname


def _decoded(response: HttpResponse, lists: frozenset[str]) -> Any:
    return tree_of_xml(response.body, lists)


def _body(tree: Any) -> Render:
    """A body of XML is a text of the file, into which values go escaped."""
    if not isinstance(tree, str):
        raise TemplateError("expected a text of XML")
    fill = text_of(tree, write=_escaped)

    def write(values: Any) -> bytes:
        text: Any = fill(values)
        if text is ABSENT:
            raise NotFound("the request has no value for its body")
        return str(text).encode()

    return write


def _escaped(text: str) -> str:
    if _UNWRITABLE.search(text):
        raise NotFound("XML cannot hold the key")
    return escape(text, {'"': "&quot;", "'": "&apos;"})
