"""The simulated account over HTTP, as Stripe's API is."""

import asyncio
import base64
import binascii
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import hdrs, web

from connectors.stripe_terminal.simulator.conduct import Conduct
from connectors.stripe_terminal.simulator.expansion import expanded
from connectors.stripe_terminal.simulator.faults import MISHAPS
from connectors.stripe_terminal.simulator.form import Form, decode
from connectors.stripe_terminal.simulator.idempotency import Ledger, Reply
from connectors.stripe_terminal.simulator.operations import OPERATIONS, Operation
from connectors.stripe_terminal.simulator.refusal import Refusal, wrong_parameter
from connectors.stripe_terminal.simulator.shapes import API_VERSION
from connectors.stripe_terminal.simulator.world import World

# What a proxy says while somebody works on what is behind it: HTML, with status 200.
_BABBLE = "<!DOCTYPE html><html><body><h1>Scheduled maintenance</h1></body></html>"
_FORM = "application/x-www-form-urlencoded"
_KEY = re.compile(r"[sr]k_test_\w+", re.ASCII)
_TIMEOUT = Refusal("The reader did not answer in time.", code="terminal_reader_timeout")
_BROKEN = Refusal("Something went wrong on our end.", kind="api_error", status=500)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Api:
    """Answers for one world. What a caller began goes on when they hang up, as at Stripe."""

    def __init__(self, world: World, conduct: Conduct) -> None:
        self._world = world
        self._conduct = conduct
        self._ledger = Ledger(lambda: world.now)

    def application(self) -> web.Application:
        """The API as a web application."""
        application = web.Application()
        for operation in OPERATIONS.values():
            application.router.add_route(operation.method, operation.path, self._handler(operation))
        application.router.add_route(hdrs.METH_ANY, "/{path:.*}", self._unknown)
        return application

    def _handler(self, operation: Operation) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            self._conduct.calls[operation.name] += 1
            if self._conduct.mood.mode == "wrong":
                return web.Response(text=_BABBLE, content_type="text/html")
            try:
                reply, is_repeated = await self._answer(request, operation)
            except Refusal as refusal:
                reply, is_repeated = _refused(refusal), False
            if reply.is_lost and not is_repeated and request.transport is not None:
                request.transport.abort()
            return self._response(request, reply, is_repeated=is_repeated)

        return handle

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        refusal = Refusal(
            f"Unrecognized request URL ({request.method}: {request.path}).",
            status=HTTPStatus.NOT_FOUND,
        )
        return self._response(request, _refused(refusal), is_repeated=False)

    async def _answer(self, request: web.Request, operation: Operation) -> tuple[Reply, bool]:
        _authenticate(request)
        name = request.match_info.get("id", "")
        form = await _form(request)
        key = request.headers.get("Idempotency-Key")

        async def perform() -> Reply:
            return await self._perform(operation, name, form)

        if operation.method != hdrs.METH_POST or key is None:
            return await perform(), False
        asked = (operation.name, name, form)
        return await self._ledger.once(key, asked, perform)

    async def _perform(self, operation: Operation, name: str, form: Form) -> Reply:
        mood = self._conduct.mood
        if mood.mode == "slow":
            await asyncio.sleep(mood.delay_s)
        fault = self._conduct.faults.take(operation.name)
        if fault == "error_500":
            return _refused(_BROKEN)
        if fault == "timeout_undelivered":
            return _refused(_TIMEOUT)
        reply = self._run(operation, name, form)
        if fault == "reply_lost":
            return msgspec.structs.replace(reply, is_lost=True)
        if fault is None or reply.status != HTTPStatus.OK:
            return reply
        if fault in MISHAPS:
            action = self._world.readers[name].action
            if action is not None:
                action.mishap = fault
            return reply
        return _refused(_TIMEOUT)

    def _run(self, operation: Operation, name: str, form: Form) -> Reply:
        try:
            self._world.catch_up()
            parameters = {key: value for key, value in form.items() if key != "expand"}
            content = operation.run(self._world, name, parameters)
            content = expanded(self._world, content, _paths(form))
        except Refusal as refusal:
            return _refused(refusal)
        return Reply(HTTPStatus.OK, msgspec.json.encode(content))

    def _response(self, request: web.Request, reply: Reply, *, is_repeated: bool) -> web.Response:
        headers = {
            "Request-Id": self._world.new_id("req"),
            "Stripe-Version": request.headers.get("Stripe-Version", API_VERSION),
        }
        if key := request.headers.get("Idempotency-Key"):
            headers["Idempotency-Key"] = key
        if is_repeated:
            headers["Idempotent-Replayed"] = "true"
        return web.Response(
            status=reply.status, body=reply.body, content_type="application/json", headers=headers
        )


def _refused(refusal: Refusal) -> Reply:
    return Reply(refusal.status, msgspec.json.encode(refusal.content), is_kept=refusal.is_kept)


def _authenticate(request: web.Request) -> None:
    """Any key of test mode will do, as a bearer's or as the user of basic authentication."""
    scheme, _, given = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode("ascii").partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            given = ""
    if scheme.lower() not in {"basic", "bearer"} or not _KEY.fullmatch(given):
        # The one text that does not quote what was sent: it is a secret.
        raise Refusal(
            "Invalid API key: use one of test mode (sk_test_… or rk_test_…).",
            status=HTTPStatus.UNAUTHORIZED,
            is_kept=False,
        )


async def _form(request: web.Request) -> Form:
    if request.method != hdrs.METH_POST:
        return decode(request.query_string)
    body = await request.read()
    if body and request.content_type != _FORM:
        raise wrong_parameter(f"The body must be {_FORM}.")
    try:
        return decode(body.decode("ascii"))
    except UnicodeDecodeError:
        raise wrong_parameter("The request is no form.") from None


def _paths(form: Form) -> list[str]:
    paths: Any = form.get("expand", [])
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise wrong_parameter("Invalid array", param="expand")
    return paths
