"""SOAP 1.1 envelopes: zeep writes them from a WSDL, and its types tell how to read them."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import zeep
from lxml import etree
from msgspec import Struct
from zeep.wsdl import Document
from zeep.wsdl.bindings import Soap11Binding
from zeep.xsd import ComplexType

from schema.domain.errors import Rejected, SchemaDrift, Unsupported

_SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TEXT = "_value_1"  # zeep's name for the text of an element that has attributes as well
_CODE = re.compile(r"[A-Za-z][\w.-]{0,63}")
# What XML 1.0 cannot hold in any way (its section 2.2).
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class SoapFault(Struct, frozen=True):
    """What a system says instead of an answer. Its texts may quote what was sent: show none.

    `code` is the fault code without its prefix, such as Server or Client.Key. `detail` holds the
    texts of the detail's innermost elements, by their names.
    """

    code: str
    text: str
    detail: Mapping[str, str]


class ServiceDescription:
    """The operations of a WSDL's first SOAP 1.1 port. Files are read, the network never.

    Concurrency: any number of threads.

    Raises:
        Unsupported: The description cannot be read or has no SOAP 1.1 port.
    """

    def __init__(self, wsdl: Path) -> None:
        settings = zeep.Settings(forbid_dtd=True, forbid_external=True)
        files: Any = _Files()
        try:
            document = Document(str(wsdl), files, settings=settings)
        except (zeep.exceptions.Error, OSError, ValueError, LookupError) as error:
            raise Unsupported(f"{wsdl.name} cannot be read: {type(error).__name__}") from error
        self._forms = _Forms()
        self._operations = _operations(document)
        if not self._operations:
            raise Unsupported(f"{wsdl.name} describes no SOAP 1.1 port")

    def request(self, operation: str, arguments: Mapping[str, Any]) -> tuple[bytes, str]:
        """Write an envelope; beside it stands the value of its `SOAPAction` header.

        Raises:
            Unsupported: The description has no such operation.
            Rejected: An argument does not fit the description, or XML cannot hold it.
        """
        found = self._operations.get(operation)
        if found is None:
            raise Unsupported("the service's description has no such operation")
        try:
            message = found.create(**arguments)
        except (zeep.exceptions.Error, ValueError) as error:
            reason = type(error).__name__
            raise Rejected("the request does not fit the description", reason=reason) from None
        content = etree.tostring(message.content, xml_declaration=True, encoding="utf-8")
        return content, message.headers["SOAPAction"]

    def answer(self, operation: str, body: bytes) -> dict[str, Any] | SoapFault:
        """Read an answer: its elements by name, as text, whether or not the text fits its type.

        Shape: what the description lets repeat is a list, always there; a nil or empty element is
        None; an element that is missing is missing, and one that the description lacks is left out.
        So one record that has another form than described hurts no other.

        Raises:
            SchemaDrift: It is no envelope, is cut off, declares a document type, or holds the
                answer of another operation.
        """
        content = _body_content(body)
        if content.tag == f"{_SOAP}Fault":
            return _fault(content)
        output = self._operations[operation].output.body
        if content.tag != output.qname.text:
            raise SchemaDrift("the envelope holds another element than the operation's answer")
        value = self._forms.value(content, output.type)
        return value if isinstance(value, dict) else {}


def fits_xml(text: str) -> bool:
    """Whether XML can hold the text: a key that it cannot is unknown to any SOAP system."""
    return not _UNWRITABLE.search(text)


class _Files:
    """What zeep loads descriptions with; the part of its transport that a file needs."""

    def load(self, url: str) -> bytes:
        if urlsplit(url).scheme:
            raise OSError("a service's description is never fetched")
        return Path(url).read_bytes()


def _operations(document: Any) -> dict[str, Any]:
    for service in document.services.values():
        for port in service.ports.values():
            if isinstance(port.binding, Soap11Binding):
                return dict(port.binding.all())  # type: ignore[no-untyped-call]
    return {}


def _body_content(body: bytes) -> etree._Element:
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
    found = root.find(f"{_SOAP}Body") if root.tag == f"{_SOAP}Envelope" else None
    if found is None or len(found) == 0:
        raise SchemaDrift("the body is XML, but no SOAP 1.1 envelope with content")
    return found[0]


def _fault(content: etree._Element) -> SoapFault:
    code = (content.findtext("faultcode") or "").strip().rpartition(":")[2]
    detail = content.find("detail")
    leaves = [it for it in detail.iter() if len(it) == 0] if detail is not None else []
    return SoapFault(
        code=code if _CODE.fullmatch(code) else "",
        text=(content.findtext("faultstring") or "").strip(),
        detail={_name(it): (it.text or "").strip() for it in leaves if it is not detail},
    )


class _Form(Struct, frozen=True):
    """What a complex type may hold, so far as reading needs it. Types that hold none are None."""

    repeating: tuple[str, ...]
    parts: Mapping[str, Any]
    attributes: Mapping[str, str]
    has_text: bool


class _Forms:
    """Reads elements by their types, each of which is looked into once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, _Form | None]] = {}

    def value(self, element: etree._Element, kind: Any) -> Any:
        if element.get(_NIL) in {"true", "1"}:
            return None
        form = self._form(kind)
        if form is None:
            return element.text or None
        content: dict[str, Any] = {name: [] for name in form.repeating}
        for qname, name in form.attributes.items():
            if (value := element.get(qname)) is not None:
                content[name] = value
        if form.has_text:
            content[_TEXT] = element.text or None
        for child in element:
            name = _name(child)
            if name in form.parts:
                _put(content, name, self.value(child, form.parts[name]))
        return content

    def _form(self, kind: Any) -> _Form | None:
        # Types compare by content, which is dear, and hash not at all: the identity is the key,
        # and the type is held so that no other takes it.
        if id(kind) not in self._known:
            self._known[id(kind)] = (kind, _form(kind))
        return self._known[id(kind)][1]


def _form(kind: Any) -> _Form | None:
    if not isinstance(kind, ComplexType):
        return None
    named = [(name, part) for name, part in kind.elements if part.qname]
    return _Form(
        repeating=tuple(part.qname.localname for _, part in named if part.accepts_multiple),
        parts={part.qname.localname: part.type for _, part in named},
        attributes={it.qname.text: name for name, it in kind.attributes if it.qname},
        has_text=any(name == _TEXT for name, _ in kind.elements),
    )


def _put(content: dict[str, Any], name: str, value: Any) -> None:
    """Add an element's value; one that comes twice though it must not becomes a list, and shows."""
    held = content.get(name)
    if isinstance(held, list):
        held.append(value)
    elif name in content:
        content[name] = [held, value]
    else:
        content[name] = value


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname
