"""What stands before everything: an id for each request, safe headers, and the short way in."""

import asyncio
import os
import re

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.view import GraphQLView

GRAPHQL_PATH = "/graphql"

_FORM = re.compile(rb"[A-Za-z0-9_-]{1,64}")
# They keep browsers from doing more with an answer than read it; an answer may set its own.
_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


class Front:
    """The whole application.

    Takes the caller's `X-Request-Id` if it is well formed, and answers with the id in use. What
    programs post to the graph goes straight to it; browsers of other origins, and all other
    addresses, go through the application behind.
    """

    def __init__(self, behind: ASGIApp, graph: GraphQLView, ending: asyncio.Event) -> None:
        self.ending = ending
        self._behind = behind
        self._graph = graph

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        given, is_foreign = b"", False
        for name, value in scope.get("headers", ()):
            if name == b"x-request-id":
                given = value
            elif name == b"origin":
                is_foreign = True
        request_id = given.decode() if _FORM.fullmatch(given) else new_request_id()
        scope.setdefault("state", {})["request_id"] = request_id
        # Each request has a task of its own, and so its own context.
        structlog.contextvars.bind_contextvars(trace=request_id)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"] = list(message.get("headers", ()))
                present = {name for name, _ in headers}
                headers += [it for it in _HEADERS if it[0] not in present]
                headers.append((b"x-request-id", request_id.encode()))
            await send(message)

        is_post = scope["type"] == "http" and scope["method"] == "POST"
        if is_post and scope["path"] == GRAPHQL_PATH and not is_foreign:
            response = await self._graph.answer(Request(scope, receive))
            await response(scope, receive, send_with_headers)
        else:
            await self._behind(scope, receive, send_with_headers)


def new_request_id() -> str:
    """An id that no other request has."""
    return os.urandom(16).hex()
