"""Whether the process lives, and whether it can serve. Neither asks a system behind the graph."""

import asyncio
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import PlainTextResponse

from gateway.http.operations import Operations


async def livez(_: Request) -> PlainTextResponse:
    """200 for as long as the process answers at all."""
    return PlainTextResponse("ok\n")


class Readiness:
    """200 when requests can be served; 503 keeps them away."""

    def __init__(self, operations: Operations, ending: asyncio.Event) -> None:
        self._operations = operations
        self._ending = ending

    async def answer(self, _: Request) -> PlainTextResponse:
        """Answer one probe."""
        if self._operations.ready() and not self._ending.is_set():
            return PlainTextResponse("ready\n")
        return PlainTextResponse("not ready\n", HTTPStatus.SERVICE_UNAVAILABLE)
