"""Gives every request an id, by which its errors and logs are found."""

import re
import uuid

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADER = "X-Request-Id"
_FORM = re.compile(r"[A-Za-z0-9_-]{1,64}")


class RequestId:
    """Takes the caller's `X-Request-Id` if it is well formed, and answers with the id in use."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        given = Headers(scope=scope).get(_HEADER, "")
        request_id = given if _FORM.fullmatch(given) else new_request_id()
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[_HEADER] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(trace=request_id):
            await self._app(scope, receive, send_with_id)


def new_request_id() -> str:
    """An id that no other request has."""
    return uuid.uuid4().hex
