"""The simulator's second port: commands to misbehave, and a count of calls."""

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from connectors.stripe_terminal.simulator.conduct import Conduct, Mood
from connectors.stripe_terminal.simulator.faults import Fault, FaultError

Turn = Callable[[Mood], Awaitable[None]]


class Control:
    """GET and PUT / for the mood, /faults for single faults, /calls for what came.

    PUT / sets the mood (`{"mode": "slow", "delay_s": 2}`); PUT /faults adds one fault
    (`{"call": "process_payment_intent", "fault": "reply_lost"}`). DELETE forgets faults or calls.
    """

    def __init__(self, conduct: Conduct, turn: Turn) -> None:
        self._conduct = conduct
        self._turn = turn

    def application(self) -> web.Application:
        """The commands as a web application."""
        application = web.Application()
        application.router.add_get("/", self._mood)
        application.router.add_put("/", self._set_mood)
        application.router.add_get("/faults", self._faults)
        application.router.add_put("/faults", self._add_fault)
        application.router.add_delete("/faults", self._forget_faults)
        application.router.add_get("/calls", self._calls)
        application.router.add_delete("/calls", self._forget_calls)
        return application

    async def _mood(self, _: web.Request) -> web.Response:
        return _json(self._conduct.mood)

    async def _set_mood(self, request: web.Request) -> web.Response:
        try:
            mood = msgspec.json.decode(await request.read(), type=Mood)
        except msgspec.DecodeError as error:
            return web.Response(status=400, text=f"{error}\n")
        await self._turn(mood)
        return _json(mood)

    async def _faults(self, _: web.Request) -> web.Response:
        return _json(list(self._conduct.faults.waiting))

    async def _add_fault(self, request: web.Request) -> web.Response:
        try:
            self._conduct.faults.add(msgspec.json.decode(await request.read(), type=Fault))
        except (FaultError, msgspec.DecodeError) as error:
            return web.Response(status=400, text=f"{error}\n")
        return _json(list(self._conduct.faults.waiting))

    async def _forget_faults(self, _: web.Request) -> web.Response:
        self._conduct.faults.waiting.clear()
        return web.Response(status=204)

    async def _calls(self, _: web.Request) -> web.Response:
        return _json(dict(self._conduct.calls))

    async def _forget_calls(self, _: web.Request) -> web.Response:
        self._conduct.calls.clear()
        return web.Response(status=204)


def _json(value: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")
