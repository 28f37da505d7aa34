"""JSON over HTTP."""

from collections.abc import Callable
from typing import Any

import msgspec

from connectors.declarative.exchange import Answer, Surroundings
from connectors.declarative.http_client import HttpSender
from connectors.declarative.http_request import Sendable, WriteBody, compiled
from connectors.declarative.model.request import HttpRequest
from connectors.declarative.model.source import JsonSource, XmlSource
from connectors.declarative.template import Render, Values, can_be_sent, tree_of
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpResponse


class HttpWire:
    """Requests over HTTP, whose bodies are written and read by the two functions given."""

    def __init__(
        self,
        source: JsonSource | XmlSource,
        surroundings: Surroundings,
        *,
        decode: Callable[[HttpResponse], Any],
        write_body: WriteBody,
        media_type: str,
    ) -> None:
        self._values = surroundings.values
        self._write_body = write_body
        self._media_type = media_type
        self._sender = HttpSender(source, surroundings, decode)
        self._accept = {"accept": media_type}
        # A file's requests live as long as its class, so that their identity is a key.
        self._compiled: dict[int, Callable[[Values], Sendable]] = {}

    def can_ask(self, key: str) -> bool:
        """See `Wire.can_ask`."""
        return can_be_sent(key)

    async def ask(
        self, ctx: CallContext, request: HttpRequest, values: Values, *, write: bool = False
    ) -> Answer:
        """See `Wire.ask`."""
        fill = self._compiled.get(id(request))
        if fill is None:
            fill = compiled(request, self._write_body, self._media_type, self._values)
            self._compiled[id(request)] = fill
        sent = fill(values)
        return await self._sender.send(
            ctx,
            sent.method,
            sent.path,
            content=sent.content,
            headers={**self._accept, **sent.headers},
            missing=request.missing,
            write=write,
        )

    async def aclose(self) -> None:
        """See `Wire.aclose`."""
        await self._sender.aclose()


class JsonWire(HttpWire):
    """See `Wire`."""

    def __init__(self, source: JsonSource, surroundings: Surroundings) -> None:
        super().__init__(
            source,
            surroundings,
            decode=HttpResponse.json,
            write_body=_json,
            media_type="application/json",
        )


def _json(tree: Any) -> Render:
    fill = tree_of(tree)
    return lambda values: msgspec.json.encode(fill(values))
