"""Commands about money, time, customers, events, and everything as a whole."""

from typing import Annotated, Any

from aiohttp import web
from msgspec import Meta, Struct

from connectors.stripe_terminal.simulator.accounts import Accounts, Written
from connectors.stripe_terminal.simulator.control import answer, command
from connectors.stripe_terminal.simulator.crowd import Habits
from connectors.stripe_terminal.simulator.ledger import ledger
from connectors.stripe_terminal.simulator.webhooks import Post, Webhooks


class Hold(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the time stands still."""

    is_held: bool


class Advance(Struct, frozen=True, forbid_unknown_fields=True):
    """How much time passes at once; a year at most."""

    seconds: Annotated[float, Meta(ge=0, le=31_536_000)]


class Resend(Struct, frozen=True, forbid_unknown_fields=True):
    """Which event is sent again."""

    event: str


class Commands:
    """What concerns every account at once."""

    def __init__(self, accounts: Accounts, webhooks: Webhooks) -> None:
        self._accounts = accounts
        self._webhooks = webhooks

    def routes(self) -> list[web.RouteDef]:
        """The addresses, below wherever commands are taken."""
        return [
            web.get("/ledger", self._ledger),
            web.get("/ledger/totals", self._totals),
            web.get("/state", self._state),
            web.put("/state", self._set_state),
            web.delete("/state", self._forget_state),
            web.get("/clock", self._clock),
            web.put("/clock", self._hold),
            web.post("/clock/advance", self._advance),
            web.get("/customers", self._customers),
            web.put("/customers", self._set_customers),
            web.get("/webhooks", self._post),
            web.put("/webhooks", self._set_post),
            web.get("/webhooks/deliveries", self._deliveries),
            web.post("/webhooks/resend", self._resend),
        ]

    async def _ledger(self, _: web.Request) -> web.Response:
        self._accounts.catch_up()
        return answer(ledger(self._accounts))

    async def _totals(self, _: web.Request) -> web.Response:
        self._accounts.catch_up()
        return answer(ledger(self._accounts).totals)

    async def _state(self, _: web.Request) -> web.Response:
        return answer(self._accounts.written())

    async def _set_state(self, request: web.Request) -> web.Response:
        self._accounts.go_on(await command(request, Written))
        return web.Response(status=204)

    async def _forget_state(self, _: web.Request) -> web.Response:
        self._accounts.begin_anew()
        return web.Response(status=204)

    async def _clock(self, _: web.Request) -> web.Response:
        return answer(self._time())

    async def _hold(self, request: web.Request) -> web.Response:
        if (await command(request, Hold)).is_held:
            self._accounts.clock.hold()
        else:
            self._accounts.clock.go()
        self._accounts.changed()
        return answer(self._time())

    async def _advance(self, request: web.Request) -> web.Response:
        self._accounts.advance((await command(request, Advance)).seconds)
        return answer(self._time())

    async def _customers(self, _: web.Request) -> web.Response:
        return answer(self._accounts.crowd.habits)

    async def _set_customers(self, request: web.Request) -> web.Response:
        self._accounts.crowd.change(await command(request, Habits))
        return answer(self._accounts.crowd.habits)

    async def _post(self, _: web.Request) -> web.Response:
        return answer(self._webhooks.post)

    async def _set_post(self, request: web.Request) -> web.Response:
        self._webhooks.change(await command(request, Post))
        return answer(self._webhooks.post)

    async def _deliveries(self, _: web.Request) -> web.Response:
        return answer(list(self._webhooks.deliveries))

    async def _resend(self, request: web.Request) -> web.Response:
        name = (await command(request, Resend)).event
        for world in self._accounts:
            if name in world.events:
                event = world.events[name]
                self._webhooks.resend(event, world.takers(event.kind))
                return web.Response(status=204)
        raise web.HTTPNotFound(text="there is no such event any more\n")

    def _time(self) -> dict[str, Any]:
        clock = self._accounts.clock
        return {"now": clock(), "is_held": clock.is_held}
