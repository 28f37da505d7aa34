"""Speaks SOAP by hand, as no library would let a test do."""

from typing import Any

from aiohttp import ClientSession
from lxml import etree

from gateway.demo.process import Conduct

KEY = "kasane-oms"

_ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:kasane:oms:4">'
    "<s:Body>{}</s:Body></s:Envelope>"
)


class Caller:
    """A client of the sample OMS."""

    def __init__(self, session: ClientSession, url: str, conduct: Conduct) -> None:
        self.session = session
        self.url = url
        self.conduct = conduct

    async def says(self, body: str, *, key: str = KEY) -> etree._Element:
        """Send a body, and return what the envelope of the answer holds."""
        headers = {"x-api-key": key}
        async with self.session.post(self.url, data=body.encode(), headers=headers) as response:
            content = await response.read()

            assert (200, "text/xml") == (response.status, response.content_type)
        return etree.fromstring(content)[0][0]

    async def asks(self, operation: str, content: str = "", *, key: str = KEY) -> etree._Element:
        """Call an operation with arguments that are XML already."""
        return await self.says(_ENVELOPE.format(f"<{operation}>{content}</{operation}>"), key=key)

    async def fault(self, operation: str, content: str = "", **options: Any) -> str:
        """The code of the fault that the OMS answers with."""
        return code_of(await self.asks(operation, content, **options))


def code_of(fault: etree._Element) -> str:
    """The code of a fault; anything else fails the test."""
    assert fault.tag == "{http://schemas.xmlsoap.org/soap/envelope/}Fault"
    return fault.findtext("faultcode") or ""


def texts(answer: etree._Element, name: str) -> list[str]:
    """The text of every element of that name, at any depth."""
    return [element.text or "" for element in answer.iter(f"{{urn:kasane:oms:4}}{name}")]
