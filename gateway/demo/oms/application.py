"""The OMS's web service: one address, SOAP 1.1, faults with the HTTP status 200."""

import hmac
from pathlib import Path

from aiohttp import web
from lxml import etree

from gateway.demo.oms.book import OrderBook
from gateway.demo.oms.envelope import NAMESPACE, OmsFault, answer_to, fault, opened, sealed
from gateway.demo.oms.operations import Operations
from gateway.demo.process import CALL, Conduct

PATH = "/OrderService"

_WSDL = Path(__file__).parent / "order_service.wsdl"
_WRITTEN_ADDRESS = "http://oms.kasane.example"


class Oms:
    """Answers from one order book whoever has the key."""

    def __init__(self, book: OrderBook, key: str) -> None:
        self._operations = Operations(book).by_name
        self._key = key

    def application(self, conduct: Conduct) -> web.Application:
        """The service; its calls are counted by operation."""
        made = web.Application(middlewares=[conduct.middleware])
        made.router.add_get(PATH, _describe)
        made.router.add_post(PATH, self._answer)
        return made

    async def _answer(self, request: web.Request) -> web.Response:
        try:
            content = self._asked(request, await request.read())
        except OmsFault as error:
            content = fault(error)
        return web.Response(body=sealed(content), content_type="text/xml", charset="utf-8")

    def _asked(self, request: web.Request, body: bytes) -> etree._Element:
        asked = opened(body)
        name = etree.QName(asked)
        operation = self._operations.get(name.localname)
        if name.namespace != NAMESPACE or operation is None:
            raise OmsFault("Client", "There is no such operation.")
        request[CALL] = name.localname
        if not self._is_known(request.headers.get("x-api-key", "")):
            raise OmsFault("Client.Authentication", "The X-Api-Key is not valid.")
        answer = answer_to(name.localname)
        operation(asked, answer)
        return answer

    def _is_known(self, key: str) -> bool:
        return hmac.compare_digest(key.encode(), self._key.encode())


async def _describe(request: web.Request) -> web.Response:
    """The WSDL, with the address under which it was asked for."""
    if "wsdl" not in {name.lower() for name in request.query}:
        return web.Response(status=405, headers={"allow": "POST"})
    address = f"{request.scheme}://{request.host}"
    text = _WSDL.read_text(encoding="utf-8").replace(_WRITTEN_ADDRESS, address)
    return web.Response(text=text, content_type="text/xml", charset="utf-8")
