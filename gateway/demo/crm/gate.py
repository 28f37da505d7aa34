"""What every call to the CRM passes first: its rate, its token, the form of its body."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

import msgspec
from aiohttp import web

from gateway.demo.crm.rate import Rate
from gateway.demo.crm.tokens import Tokens
from gateway.demo.process import CALL

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# The names of the routes that want no token: the one that gives it, and the sign of life.
_OPEN = frozenset({"token", "health"})


class RefusedError(Exception):
    """A call that is answered with an error; `code` is the CRM's word for it."""

    def __init__(self, status: HTTPStatus, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class Gate:
    """Refuses calls that come too often, without a token, or in a form that is not known."""

    def __init__(self, rate: Rate, tokens: Tokens) -> None:
        self._rate = rate
        self._tokens = tokens

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a call through, or answer it."""
        name = request.match_info.route.name
        if name is not None:
            request[CALL] = name
        if pause_s := self._rate.pause_s():
            return _error(
                HTTPStatus.TOO_MANY_REQUESTS, "rate_limited", {"Retry-After": str(pause_s)}
            )
        if name not in _OPEN and not self._tokens.admits(request.headers.get("Authorization", "")):
            return _error(
                HTTPStatus.UNAUTHORIZED, "invalid_token", {"WWW-Authenticate": 'Bearer realm="crm"'}
            )
        try:
            return await handler(request)
        except RefusedError as error:
            return _error(error.status, error.code)
        except msgspec.DecodeError:
            return _error(HTTPStatus.BAD_REQUEST, "invalid_request")


def _error(
    status: HTTPStatus, code: str, headers: dict[str, str] | None = None
) -> web.StreamResponse:
    return web.json_response({"error": {"code": code}}, status=status, headers=headers)
