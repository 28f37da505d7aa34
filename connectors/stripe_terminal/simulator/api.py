"""The simulated accounts over HTTP, as Stripe's API is."""

import hashlib
import socket
import struct
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import msgspec
from aiohttp import hdrs, web

from connectors.stripe_terminal.simulator.access import authenticate, parameters, paths_to_expand
from connectors.stripe_terminal.simulator.accounts import Accounts
from connectors.stripe_terminal.simulator.conduct import Conduct
from connectors.stripe_terminal.simulator.execution import Call, perform, refused
from connectors.stripe_terminal.simulator.faults import ARRIVING, LEAVING, Fault
from connectors.stripe_terminal.simulator.idempotency import Reply, check_key
from connectors.stripe_terminal.simulator.operations import OPERATIONS, Operation
from connectors.stripe_terminal.simulator.refusal import Refusal
from connectors.stripe_terminal.simulator.version import API_VERSION

# What a proxy says while somebody works on what is behind it: HTML, with status 200.
_BABBLE = "<!DOCTYPE html><html><body><h1>Scheduled maintenance</h1></body></html>"
# To close without lingering resets the connection instead of ending it.
_RESET = struct.pack("ii", 1, 0)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Api:
    """Answers for every account. What a caller began goes on when they hang up, as at Stripe."""

    def __init__(self, accounts: Accounts, conduct: Conduct) -> None:
        self._accounts = accounts
        self._conduct = conduct

    def routes(self) -> list[web.RouteDef]:
        """The API's addresses; the last is that of everything else."""
        calls = [
            web.route(operation.method, operation.path, self._handler(operation))
            for operation in OPERATIONS.values()
        ]
        return [*calls, web.route(hdrs.METH_ANY, "/{path:.*}", self._unknown)]

    def _handler(self, operation: Operation) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            self._conduct.calls[operation.name] += 1
            if self._conduct.mood.mode == "wrong":
                return web.Response(text=_BABBLE, content_type="text/html")
            faults, path = self._conduct.faults, request.path
            arriving = faults.take(operation, path, ARRIVING)
            if arriving is not None and arriving.fault == "reset":
                return _broken_off(request, is_reset=True)
            try:
                if arriving is not None:
                    raise _turned_away(arriving)
                reply, is_repeated = await self._answer(request, operation)
            except Refusal as refusal:
                reply, is_repeated = refused(refusal), False
            leaving = faults.take(operation, path, LEAVING)
            headers = self._headers(request, reply, is_repeated=is_repeated)
            if leaving is None:
                return web.Response(status=reply.status, body=reply.body, headers=headers)
            if leaving.fault == "reply_lost":
                return _broken_off(request, is_reset=False)
            return await _truncated(request, reply, headers)

        return handle

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        refusal = Refusal(
            f"Unrecognized request URL ({request.method}: {request.path}).",
            status=HTTPStatus.NOT_FOUND,
        )
        reply = refused(refusal)
        headers = self._headers(request, reply, is_repeated=False)
        return web.Response(status=reply.status, body=reply.body, headers=headers)

    async def _answer(self, request: web.Request, operation: Operation) -> tuple[Reply, bool]:
        authenticate(request)
        account = request.headers.get("Stripe-Account", "")
        world = self._accounts.world(account)
        form = await parameters(request)
        key = request.headers.get("Idempotency-Key")
        name = request.match_info.get("id", "")
        expand = paths_to_expand(form)
        content = {field: value for field, value in form.items() if field != "expand"}
        call = Call(operation, name, request.path, content, expand)
        if operation.method != hdrs.METH_POST or key is None:
            return await perform(world, self._conduct, call), False
        check_key(key)
        asked = msgspec.json.encode([operation.name, name, form], order="deterministic")
        return await self._accounts.answers.once(
            f"{account} {key}",
            hashlib.sha256(asked).digest(),
            lambda: perform(world, self._conduct, call),
        )

    def _headers(self, request: web.Request, reply: Reply, *, is_repeated: bool) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "Request-Id": self._accounts.platform.new_id("req"),
            "Stripe-Version": request.headers.get("Stripe-Version", API_VERSION),
        }
        if account := request.headers.get("Stripe-Account"):
            headers["Stripe-Account"] = account
        if key := request.headers.get("Idempotency-Key"):
            headers["Idempotency-Key"] = key
        if is_repeated:
            headers["Idempotent-Replayed"] = "true"
        if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
            headers["Stripe-Rate-Limited-Reason"] = "global-rate"
        return headers


def _turned_away(fault: Fault) -> Refusal:
    text = "Try again in a moment."
    if fault.fault == "rate_limited":
        return Refusal(text, code="rate_limit", status=HTTPStatus.TOO_MANY_REQUESTS, is_kept=False)
    return Refusal(text, kind="api_error", status=HTTPStatus.SERVICE_UNAVAILABLE, is_kept=False)


def _broken_off(request: web.Request, *, is_reset: bool) -> web.Response:
    """Nothing is answered any more."""
    transport = request.transport
    if transport is not None:
        wire = transport.get_extra_info("socket")
        if is_reset and wire is not None:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()
    return web.Response()


async def _truncated(
    request: web.Request, reply: Reply, headers: dict[str, str]
) -> web.StreamResponse:
    """Half of the answer, and then nothing more."""
    response = web.StreamResponse(status=reply.status, headers=headers)
    response.content_length = len(reply.body)
    await response.prepare(request)
    await response.write(reply.body[: len(reply.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
