"""SOAP 1.1 envelopes, as the OMS reads and writes them."""

from lxml import etree

NAMESPACE = "urn:kasane:oms:4"

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


class OmsFault(Exception):  # noqa: N818 - the word of SOAP
    """What the OMS says instead of an answer. `code` goes without its prefix: Client.Page, say."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def opened(body: bytes) -> etree._Element:
    """The request inside an envelope.

    Raises:
        OmsFault: It is no envelope with a request in it.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        raise OmsFault("Client", "The message is not well-formed.") from None
    found = root.find(f"{{{_SOAP}}}Body")
    if root.tag != f"{{{_SOAP}}}Envelope" or found is None or len(found) == 0:
        raise OmsFault("Client", "The message is no SOAP 1.1 envelope.")
    return found[0]


def answer_to(operation: str) -> etree._Element:
    """An answer that is still empty."""
    return etree.Element(f"{{{NAMESPACE}}}{operation}Response", nsmap={"oms": NAMESPACE})


def put(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    """Append an element of the OMS's own."""
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = text
    return child


def sealed(content: etree._Element) -> bytes:
    """The envelope around an answer or a fault."""
    root = etree.Element(f"{{{_SOAP}}}Envelope", nsmap={"soap": _SOAP})
    etree.SubElement(root, f"{{{_SOAP}}}Body").append(content)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def fault(error: OmsFault) -> etree._Element:
    """A fault to put into an envelope."""
    element = etree.Element(f"{{{_SOAP}}}Fault", nsmap={"soap": _SOAP})
    etree.SubElement(element, "faultcode").text = f"soap:{error.code}"
    etree.SubElement(element, "faultstring").text = str(error)
    return element
