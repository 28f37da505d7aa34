"""Commands to the simulator, which have a port of their own: it listens while the API is dead."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from connectors.stripe_terminal.simulator.conduct import Conduct, Mood
from connectors.stripe_terminal.simulator.faults import Fault, FaultError

T = TypeVar("T")
Turn = Callable[[Mood], Awaitable[None]]


class Control:
    """GET and PUT / for the mood, /faults for single faults, /calls for what came, and `more`.

    PUT / sets the mood (`{"mode": "slow", "delay_s": 2}`); PUT /faults adds one fault
    (`{"call": "process_payment_intent", "fault": "reply_lost"}`). DELETE forgets faults or calls.
    """

    def __init__(self, conduct: Conduct, turn: Turn, more: Iterable[web.RouteDef] = ()) -> None:
        self._conduct = conduct
        self._turn = turn
        self._more = tuple(more)

    def application(self) -> web.Application:
        """The commands as a web application."""
        application = web.Application(client_max_size=0)
        application.add_routes(
            [
                web.get("/", self._mood),
                web.put("/", self._set_mood),
                web.get("/faults", self._faults),
                web.put("/faults", self._add_fault),
                web.delete("/faults", self._forget_faults),
                web.get("/calls", self._calls),
                web.delete("/calls", self._forget_calls),
                *self._more,
            ]
        )
        return application

    async def _mood(self, _: web.Request) -> web.Response:
        return answer(self._conduct.mood)

    async def _set_mood(self, request: web.Request) -> web.Response:
        mood = await command(request, Mood)
        await self._turn(mood)
        return answer(mood)

    async def _faults(self, _: web.Request) -> web.Response:
        return answer(list(self._conduct.faults))

    async def _add_fault(self, request: web.Request) -> web.Response:
        try:
            self._conduct.faults.add(await command(request, Fault))
        except FaultError as error:
            raise web.HTTPBadRequest(text=f"{error}\n") from None
        return answer(list(self._conduct.faults))

    async def _forget_faults(self, _: web.Request) -> web.Response:
        self._conduct.faults.clear()
        return web.Response(status=204)

    async def _calls(self, _: web.Request) -> web.Response:
        return answer(dict(self._conduct.calls))

    async def _forget_calls(self, _: web.Request) -> web.Response:
        self._conduct.calls.clear()
        return web.Response(status=204)


async def command(request: web.Request, kind: type[T]) -> T:
    """Read the body of a command; an empty one says nothing.

    Raises:
        HTTPBadRequest: It makes no sense; the text says where.
    """
    try:
        return msgspec.json.decode(await request.read() or b"{}", type=kind)
    except msgspec.DecodeError as error:
        raise web.HTTPBadRequest(text=f"{error}\n") from None


def answer(value: Any) -> web.Response:
    """An answer to a command."""
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")
