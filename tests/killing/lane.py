"""One estate in which one story after another is lived through: a simulator, and its gateways."""

import asyncio
import shutil
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct
from msgspec.structs import replace

from connectors.stripe_terminal.simulator.setup import (
    LocationSetup,
    ReaderSetup,
    Setup,
    WebhookSetup,
)
from tests.killing.books import Findings, compared, recorded_twice
from tests.killing.clerk import Clerk
from tests.killing.gateway_child import Orders
from tests.killing.moments import Diary, Moment
from tests.killing.nursery import Gateway, Nursery
from tests.killing.proxy import Plan, Proxy
from tests.killing.simulator import KEY, Simulator
from tests.killing.stories import Story

_SECRET = "whsec_kasane"
_LOOK_S = 0.05
_LOG_TAIL = 6_000  # characters


class Fate(Struct, frozen=True, kw_only=True):
    """What befalls a story's gateways, in turn: the first dies at the first moment, and so on.

    The one after the last of them lives. `loses` is a call of the first whose answer is lost.
    `without` is a safeguard that is taken away; what is not right within `patience_s` is wrong.
    """

    dies_at: tuple[Moment, ...] = ()
    loses: Moment | None = None
    without: str | None = None
    patience_s: float = 60.0


class Outcome(Struct, frozen=True, kw_only=True):
    """What has come of a story. `moments` are those of its first gateway.

    `resolved_s` passed from the last death to the moment at which the books were right.
    """

    findings: Findings
    kills: int
    resolved_s: float
    moments: tuple[Moment, ...] = ()
    wrongs: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong."""
        return self.findings.is_right and not self.wrongs


class Lane:
    """A folder, a simulator, and the gateways of one story at a time."""

    def __init__(
        self, folder: Path, nursery: Nursery, template: Path, *, is_quick: bool = True
    ) -> None:
        self.folder = folder
        self.port = _free_port()
        self.journal = f"sqlite+aiosqlite:///{folder / 'journal.db'}"
        self._nursery = nursery
        self._template = template
        self._is_quick = is_quick
        hook = WebhookSetup(f"http://127.0.0.1:{self.port}/webhooks/stripe", _SECRET, ("*",))
        self.simulator = Simulator(
            Setup(
                (LocationSetup("tml_ginza", "Ginza"),),
                (ReaderSetup("tmr_ginza", "Front counter", "tml_ginza"),),
                webhooks=(hook,),
                refund_fails_after_s=600,
            ),
            folder,
        )
        self._proxy: Proxy | None = None

    async def open(self) -> None:
        """Start the simulator, and the way to it."""
        await self.simulator.start()
        self._proxy = Proxy(self.simulator.url)
        await self._proxy.open()

    async def aclose(self) -> None:
        """End everything."""
        if self._proxy is not None:
            await self._proxy.aclose()
        await self.simulator.stop()

    def log(self) -> str:
        """The end of what the last story's gateways have said."""
        file = self.folder / "gateway.log"
        text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
        return text[-_LOG_TAIL:]

    async def live(self, story: Story, fate: Fate) -> Outcome:
        """Let one story happen from its beginning to its end."""
        assert self._proxy is not None
        self._proxy.wrongs.clear()
        _forget(self.folder, self._template)
        await self.simulator.begin_anew(story.customers, story.post)
        for fault in story.faults:
            await self.simulator.command("PUT", "/faults", dict(fault))
        clerk = Clerk([f"http://127.0.0.1:{self.port}/graphql"], fate.patience_s)
        keeper = _Keeper(self, self._proxy, fate)
        try:
            async with keeper.keeping():
                findings = await self._lived(story, clerk, keeper)
        finally:
            await clerk.aclose()
        return Outcome(
            findings=findings,
            kills=keeper.deaths,
            resolved_s=keeper.resolved_s,
            moments=tuple(keeper.moments),
            wrongs=tuple(self._proxy.wrongs),
        )

    async def birth(self, orders: Orders) -> Gateway:
        """Start a gateway of this estate."""
        configuration = self.folder / "tillgraph.yaml"
        log = self.folder / "gateway.log"
        return await self._nursery.birth(
            replace(
                orders,
                configuration=str(configuration),
                log=str(log),
                port=self.port,
                is_quick=self._is_quick,
            )
        )

    async def _lived(self, story: Story, clerk: Clerk, keeper: "_Keeper") -> Findings:
        try:
            await story.live(clerk, self.simulator)
        except AssertionError as error:
            return Findings(unequal=(f"the story came to no end: {error}",))
        while True:
            findings = await compared(clerk, self.simulator, story.endings)
            if findings.is_right:
                keeper.resolved_s = time.monotonic() - keeper.since
                doubled = await recorded_twice(self.journal, self.simulator)
                return replace(findings, doubled=doubled)
            if time.monotonic() > keeper.since + keeper.patience_s:
                return findings
            await asyncio.sleep(_LOOK_S)


class _Keeper:
    """Sees to it that a gateway lives, and that it dies when it is its time."""

    def __init__(self, lane: Lane, proxy: Proxy, fate: Fate) -> None:
        self._lane = lane
        self._proxy = proxy
        self._fate = fate
        self._diary = Diary(lane.folder / "diary.jsonl")
        self._gateway: Gateway | None = None
        self.deaths = 0
        self.since = time.monotonic()
        self.patience_s = self.resolved_s = fate.patience_s
        self.moments: list[Moment] = []

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        """Keep gateways alive while the block runs."""
        _write_configuration(self._lane.folder, self._lane.journal, self._proxy.address)
        task = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            if self._gateway is not None:
                await self._gateway.stop()
        if not task.cancelled() and (error := task.exception()):
            raise error
        self.moments += self._diary.read()

    async def _keep(self) -> None:
        fate = self._fate
        for number in range(len(fate.dies_at) + 1):
            dies_at = fate.dies_at[number] if number < len(fate.dies_at) else None
            is_first = number == 0
            self._proxy.follow(
                Plan(
                    dies_at=dies_at,
                    loses=fate.loses if is_first else None,
                    kill=self._kill,
                    note=self.moments.append if is_first else lambda _: None,
                )
            )
            orders = Orders(
                configuration="",
                log="",
                kill=dies_at,
                diary=str(self._lane.folder / "diary.jsonl") if is_first else None,
                without=fate.without,
            )
            self._gateway = await self._lane.birth(orders)
            await self._gateway.ended()
            self._proxy.cut()
            self.deaths += 1
            self.since = time.monotonic()
        raise AssertionError("a gateway ended that should have lived: see gateway.log")

    def _kill(self) -> None:
        if self._gateway is not None:
            self._gateway.kill()


def _forget(folder: Path, template: Path) -> None:
    """Begin with an empty journal whose tables are there already."""
    for name in ("journal.db-wal", "journal.db-shm", "diary.jsonl", "gateway.log"):
        (folder / name).unlink(missing_ok=True)
    shutil.copy(template, folder / "journal.db")


def _write_configuration(folder: Path, journal: str, simulator: str) -> None:
    content: dict[str, Any] = {
        "storage": {"url": journal},
        "sources": {
            "stripe": {
                "connector": "stripe_terminal",
                "config": {"api_key": KEY, "api_base": simulator, "webhook_secrets": [_SECRET]},
            }
        },
        "payments": {"source": "stripe"},
        "stores": {
            "ginza": {
                "name": "Ginza",
                "time_zone": "Asia/Tokyo",
                "currency": "JPY",
                "terminal_location": "tml_ginza",
                "readers": {"Front counter": "tmr_ginza"},
            }
        },
    }
    (folder / "tillgraph.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
