"""The sample OMS on a socket of its own, answering as a test says, and the connector to it."""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

import connectors.kasane_oms
from connectors.kasane_oms.client import KasaneOms
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.soap import SoapClient
from connectors.sdk.source import SourceContext
from gateway.demo.data.kasane import kasane
from gateway.demo.oms.application import PATH, Oms
from gateway.demo.oms.book import OrderBook
from gateway.demo.oms.codes import local
from gateway.demo.process import Conduct
from schema.domain.order import OrderPage, OrderPosition, OrderQuery, OrderRecord
from schema.domain.scope import Actor

KEY = "kasane-oms"
EVERYTHING = OrderQuery()
STORES = {store.code: str(store.number) for store in kasane().stores}
_WSDL = Path(connectors.kasane_oms.__file__).parent / "order_service.wsdl"


def call(seconds: float = 10.0) -> CallContext:
    """A call that may take so many seconds."""
    return CallContext(time.monotonic() + seconds, Actor("test", "staff"), "trace")


class Service:
    """An OMS that listens. `altered` sees each answer before it goes out."""

    def __init__(self) -> None:
        self.book = OrderBook(kasane())
        self.conduct = Conduct()
        self.altered: Callable[[bytes], bytes] = lambda body: body
        application = Oms(self.book, KEY).application(self.conduct)
        application.middlewares.append(self._alter)
        self._runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0)
        self._ends: list[Callable[[], Awaitable[None]]] = []
        self.url = ""

    async def start(self) -> None:
        """Listen on a free port."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        http = HttpClients().client(self.url, Limits(), headers={"x-api-key": KEY})
        self._client = SoapClient(_WSDL, PATH, http, Limits())
        self._ends += [self._client.aclose, http.aclose]

    async def stop(self) -> None:
        """Close what was made, and then the port."""
        for end in self._ends:
            await end()
        await self._runner.cleanup()

    async def die(self) -> None:
        """Close the port alone."""
        await self._runner.cleanup()

    def connector(
        self, *, key: str = KEY, timeout_s: float = 5.0, stores: dict[str, str] = STORES
    ) -> Any:
        """A connector to it, with the name `oms`."""
        config = KasaneOms.Config.model_validate(
            {"base_url": self.url, "api_key": key, "stores": stores}
        )
        made = KasaneOms(config, SourceContext("oms", Limits(timeout_s=timeout_s), HttpClients()))
        self._ends.append(made.aclose)
        return made

    async def place(self, order: OrderRecord) -> str:
        """Place an order in the same second as another, and return its id."""
        lines = [{"sku": kasane().variants[0].sku, "quantity": 1}]
        answer = await self._client.call(
            call(),
            "PlaceOrder",
            write=True,
            channel=1,
            customerNo=next(iter(self.book.customers)),
            placedAt=local(order.placed_at).isoformat(),
            line=lines,
        )
        return str(answer["id"])

    @property
    def calls(self) -> dict[str, int]:
        """How often each operation was called."""
        return dict(self.conduct.calls)

    @web.middleware
    async def _alter(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        response = await handler(request)
        if isinstance(response, web.Response) and isinstance(response.body, bytes):
            response.body = self.altered(response.body)
        return response


async def first_page(connector: Any, limit: int, query: OrderQuery = EVERYTHING) -> OrderPage:
    """The newest orders that the query lets through."""
    page: OrderPage = await connector.order_page(call(), query, after=None, hint=None, limit=limit)
    return page


async def walk(
    connector: Any,
    limit: int,
    query: OrderQuery = EVERYTHING,
    between: Callable[[OrderPage], Awaitable[None]] | None = None,
) -> list[OrderRecord]:
    """Every order of a query, page by page, each page from the last row of the one before."""
    rows: list[OrderRecord] = []
    after, hint = None, None
    while True:
        page = await connector.order_page(call(), query, after=after, hint=hint, limit=limit)
        rows += [row for row in page.rows if after is None or OrderPosition.of(row) < after]
        if page.hint is None:
            return rows
        after, hint = OrderPosition.of(rows[-1]), page.hint
        if between:
            await between(page)
