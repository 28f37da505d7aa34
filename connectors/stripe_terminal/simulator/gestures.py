"""Commands that stand for somebody at a reader, and what they see there."""

from collections.abc import Callable, Mapping

from aiohttp import web
from msgspec import Struct

from connectors.stripe_terminal.simulator import fleet, inputs, presenting, scanning, slot
from connectors.stripe_terminal.simulator.accounts import Accounts
from connectors.stripe_terminal.simulator.cards import card_of
from connectors.stripe_terminal.simulator.control import answer, command
from connectors.stripe_terminal.simulator.records import Reader
from connectors.stripe_terminal.simulator.refusal import Refusal
from connectors.stripe_terminal.simulator.screens import counter
from connectors.stripe_terminal.simulator.world import World


class Gesture(Struct, frozen=True, forbid_unknown_fields=True):
    """What belongs to it: a card's number and a tip, the kind of a QR code, whether to skip."""

    card: str | None = None
    tip: int | None = None
    kind: str = ""
    skips: bool = False


class Paid(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the telephone pays, or declines."""

    is_paid: bool = True


Make = Callable[[World, Reader, Gesture], None]


def _break(_world: World, reader: Reader, _gesture: Gesture) -> None:
    reader.is_broken = True


def _give_up(world: World, reader: Reader, _gesture: Gesture) -> None:
    if reader.action is None or not reader.action.waits:
        raise Refusal("Nothing waits at the reader.")
    slot.timed_out(world, reader.id, reader.action.number)


GESTURES: Mapping[str, Make] = {
    "tap": lambda world, it, gesture: presenting.present(
        world, it, card_of(gesture.card), tip=gesture.tip
    ),
    "scan": lambda world, it, gesture: scanning.scan(world, it, gesture.kind),
    "enter": lambda world, it, gesture: inputs.enter(world, it, skips=gesture.skips),
    "cancel": lambda world, it, _: fleet.press_cancel(world, it),
    "timeout": _give_up,
    "unplug": lambda world, it, _: fleet.unplug(world, it),
    "plug": lambda _, it, __: fleet.plug_in(it),
    "break": _break,
}


class Gestures:
    """What can be done at readers, and what is seen there."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def routes(self) -> list[web.RouteDef]:
        """The addresses, below wherever commands are taken."""
        return [
            web.get("/readers", self._readers),
            web.post("/readers/{id}/{gesture}", self._make),
            web.post("/intents/{id}/pay", self._pay),
        ]

    async def _readers(self, _: web.Request) -> web.Response:
        self._accounts.catch_up()
        return answer(
            [counter(it, reader) for it in self._accounts for reader in it.readers.values()]
        )

    async def _make(self, request: web.Request) -> web.Response:
        make = GESTURES.get(request.match_info["gesture"])
        found = self._accounts.reader(request.match_info["id"])
        if make is None or found is None:
            raise web.HTTPNotFound(
                text=f"there is no such reader, or none of: {', '.join(GESTURES)}\n"
            )
        gesture = await command(request, Gesture)
        world, reader = found
        world.catch_up()
        try:
            make(world, reader, gesture)
        except Refusal as refusal:
            raise web.HTTPConflict(text=f"{refusal}\n") from None
        return answer(counter(world, reader))

    async def _pay(self, request: web.Request) -> web.Response:
        paid = await command(request, Paid)
        name = request.match_info["id"]
        for world in self._accounts:
            if name in world.intents:
                try:
                    scanning.pay(world, world.intents[name], is_paid=paid.is_paid)
                except Refusal as refusal:
                    raise web.HTTPConflict(text=f"{refusal}\n") from None
                return answer(world.shape(world.intents[name]))
        raise web.HTTPNotFound(text="there is no such payment\n")
