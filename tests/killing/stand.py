"""The place of one gateway: its port, its way to the provider, and whoever serves there now."""

from pathlib import Path

from msgspec.structs import replace

from tests.killing import configuration
from tests.killing.gateway_child import Orders
from tests.killing.moments import Diary
from tests.killing.nursery import Gateway, Nursery
from tests.killing.proxy import Plan, Proxy


class Stand:
    """One gateway after another at one address."""

    def __init__(self, folder: Path, name: str, nursery: Nursery, *, is_quick: bool) -> None:
        self._nursery = nursery
        self._is_quick = is_quick
        self._configuration = folder / f"{name}.yaml"
        self._port = configuration.free_port()
        self.log = folder / f"{name}.log"
        self.diary = folder / f"{name}.jsonl"
        self.address = f"http://127.0.0.1:{self._port}"
        self.proxy: Proxy | None = None
        self._to_pos: Proxy | None = None
        self.gateway: Gateway | None = None

    async def open(self, simulator: str, pos: str) -> None:
        """Lay the ways to the provider and to the orders' own system."""
        self.proxy, self._to_pos = Proxy(simulator), Proxy(pos)
        await self.proxy.open()
        await self._to_pos.open()

    async def aclose(self) -> None:
        """End whoever serves, and close the way."""
        await self.clear()
        for way in (self.proxy, self._to_pos):
            if way is not None:
                await way.aclose()

    async def clear(self) -> None:
        """End whoever serves here."""
        if self.gateway is not None:
            await self.gateway.stop()

    def renew(self, journal: str) -> None:
        """Forget what was, and serve from another journal."""
        assert self.proxy is not None
        assert self._to_pos is not None
        self.proxy.wrongs.clear()
        for file in (self.log, self.diary):
            file.unlink(missing_ok=True)
        configuration.write(
            self._configuration, journal, self.proxy.address, pos=self._to_pos.address
        )

    async def birth(self, orders: Orders, plan: Plan) -> Gateway:
        """Let a gateway serve here."""
        assert self.proxy is not None
        assert self._to_pos is not None
        self.proxy.follow(plan)
        # Its own meter: a moment among all is one of the provider's calls.
        self._to_pos.follow(plan)
        self.gateway = await self._nursery.birth(
            replace(
                orders,
                configuration=str(self._configuration),
                log=str(self.log),
                port=self._port,
                is_quick=self._is_quick,
            )
        )
        return self.gateway

    def has_served(self) -> bool:
        """Whether a gateway has listened here."""
        return '"listening"' in self.log.read_text(encoding="utf-8", errors="replace")

    def met(self) -> Diary:
        """What its first gateway has committed."""
        return Diary(self.diary)
