"""Measures servers in turn: what a request costs, how long it takes, what the systems are asked."""

import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path

from msgspec import Struct

from tests.bench import configuration, exchange, peers
from tests.bench.implementations import Implementation
from tests.bench.load import Load, Outcome, sent
from tests.bench.process import Measured, free_port
from tests.bench.workload import WIDE, Query

SERVER_CORE = 0
LOAD_CORE = 1

_ROOT = Path(__file__).resolve().parents[2]
# Long enough to stand out of the noise of the slowest; how often it counts is what is asked.
_DELAY_MS = 100.0
_WARM_S = 1.0
_PROBE = "/crm/customers?numbers=1"


class Plan(Struct, frozen=True):
    """What is measured. `connections` stands over the queries' own; None leaves them.

    `left_out` tells of implementations why they are not among those that are measured.
    """

    implementations: Sequence[Implementation]
    left_out: dict[str, str]
    queries: Sequence[Query]
    connections: Sequence[int] | None
    seconds: float
    rounds: int

    def connections_of(self, query: Query) -> Sequence[int]:
        """How many connections ask it, one count after the other."""
        return query.connections if self.connections is None else self.connections


class Cell(Struct, frozen=True):
    """One server, asked one query over so many connections, once.

    `cpu_ms` is the processor's time of one request, `calls` what the systems were asked for it.
    """

    implementation: str
    query: str
    connections: int
    round: int
    cpu_ms: float
    calls: float
    outcome: Outcome


class Waits(Struct, frozen=True):
    """How many calls one after another a request waits for."""

    implementation: str
    query: str
    rounds: float


class Peak(Struct, frozen=True):
    """The most memory that a server had while it answered a query over so many connections."""

    implementation: str
    query: str
    connections: int
    mib: float


class Measurement(Struct, frozen=True):
    """All that a run has found."""

    cores: int
    versions: dict[str, str]
    left_out: dict[str, str]
    cells: list[Cell]
    waits: list[Waits]
    peaks: list[Peak]


class DifferentAnswerError(Exception):
    """Two servers answered one query differently, so that their times could not be compared."""


class Bench:
    """The servers, all running; the one that is not asked costs next to nothing."""

    def __init__(
        self, plan: Plan, estate: Measured, servers: Sequence[Measured], say: Callable[[str], None]
    ) -> None:
        self._plan = plan
        self._estate = estate
        self._servers = servers
        self._say = say

    @classmethod
    @contextmanager
    def running(cls, plan: Plan, work: Path, say: Callable[[str], None]) -> Iterator["Bench"]:
        """Start everything in a folder, and end it."""
        with ExitStack() as stack:
            port = free_port()
            estate = Measured.start(
                "estate",
                [sys.executable, "-m", "tests.bench.estate", str(port)],
                core=LOAD_CORE,
                port=port,
                log=work / "estate.log",
                environment=_environment(),
            )
            stack.callback(estate.stop)
            address, servers = f"http://127.0.0.1:{port}", []
            for it in plan.implementations:
                say(f"starting {it.title}")
                folder, port = work / it.name, free_port()
                folder.mkdir()
                server = Measured.start(
                    it.name,
                    it.command(folder, address, port),
                    core=SERVER_CORE,
                    port=port,
                    log=folder / "server.log",
                    environment={**_environment(address), **it.environment},
                )
                stack.callback(server.stop)
                servers.append(server)
            yield cls(plan, estate, servers, say)

    def compare(self) -> None:
        """Ask every server every query, before anything is timed.

        Raises:
            DifferentAnswerError: Two answers differ.
        """
        for query in self._plan.queries:
            for body in query.bodies():
                first, *others = (exchange.asked(it.port, body) for it in self._servers)
                for server, answer in zip(self._servers[1:], others, strict=True):
                    if answer != first:
                        raise DifferentAnswerError(
                            f"{query.name}: {server.name} answers differently than"
                            f" {self._servers[0].name}:\n{answer}\n{first}"[:2_000]
                        )
        self._say("all answers are equal")

    def measure(self) -> Measurement:
        """Measure everything, the servers in turn, so that what else runs troubles all alike."""
        found = Measurement(os.cpu_count() or 1, _versions(), self._plan.left_out, [], [], [])
        for query in self._plan.queries:
            for server in self._servers:
                self._load(server, query, 1, min(_WARM_S, self._plan.seconds))
        for number in range(self._plan.rounds):
            for query in self._plan.queries:
                for connections in self._plan.connections_of(query):
                    # Nobody is always first.
                    turn = number % len(self._servers)
                    for server in (*self._servers[turn:], *self._servers[:turn]):
                        cell = self._cell(server, query, connections, number)
                        found.cells.append(cell)
                        self._tell(cell)
        found.waits.extend(self._waits())
        found.peaks.extend(self._peaks())
        return found

    def _cell(self, server: Measured, query: Query, connections: int, number: int) -> Cell:
        exchange.calls(self._estate.port)
        before = server.cpu_s()
        outcome = self._load(server, query, connections, self._plan.seconds)
        cpu_s = server.cpu_s() - before
        calls = sum(exchange.calls(self._estate.port).values())
        return Cell(
            implementation=server.name,
            query=query.name,
            connections=connections,
            round=number,
            cpu_ms=cpu_s * 1000 / outcome.requests,
            calls=calls / outcome.requests,
            outcome=outcome,
        )

    def _waits(self) -> Iterator[Waits]:
        """Make the systems slow, and see how often that shows in one request."""
        seconds = self._plan.seconds / 2
        probe = Load(self._estate.port, _PROBE, connections=1, seconds=seconds)
        delay_ms = self._slower(partial(sent, probe, core=LOAD_CORE))
        for query in self._plan.queries:
            for server in self._servers:
                took_ms = self._slower(partial(self._load, server, query, 1, seconds))
                yield Waits(server.name, query.name, took_ms / delay_ms)
        self._say("counted how many calls stand one after another")

    def _slower(self, ask: Callable[[], Outcome]) -> float:
        """How much longer an answer takes with slow systems."""
        quick_ms = ask().least_ms
        exchange.delay(self._estate.port, _DELAY_MS)
        try:
            return ask().least_ms - quick_ms
        finally:
            exchange.delay(self._estate.port, 0)

    def _peaks(self) -> Iterator[Peak]:
        """Look at the memory while the largest answer is made."""
        for query in self._plan.queries:
            if query.name != WIDE.name:
                continue
            connections = max(self._plan.connections_of(query))
            for server in self._servers:
                server.forget_peak()
                self._load(server, query, connections, self._plan.seconds)
                yield Peak(server.name, query.name, connections, server.peak_mib())

    def _load(self, server: Measured, query: Query, connections: int, seconds: float) -> Outcome:
        load = Load(server.port, "/graphql", connections, seconds, query.bodies(), exchange.HEADERS)
        outcome = sent(load, core=LOAD_CORE)
        if outcome.errors:
            raise exchange.WrongAnswerError(
                f"{server.name}: {outcome.errors} of {outcome.requests} answers to {query.name}"
                " were none"
            )
        return outcome

    def _tell(self, cell: Cell) -> None:
        self._say(
            f"{cell.round + 1}/{self._plan.rounds} {cell.query:9s} {cell.connections:3d}"
            f" {cell.implementation:12s} {cell.cpu_ms:9.3f} ms CPU"
            f" {cell.outcome.p50_ms:9.2f} ms p50 {cell.outcome.per_s:9.1f} /s"
        )


def _environment(address: str = "") -> dict[str, str]:
    """What each process is told: where our packages lie, and where the systems are."""
    found = os.pathsep.join((str(_ROOT), str(configuration.PACKAGES)))
    return {"PYTHONPATH": found, "BENCH_ESTATE": address}


def _versions() -> dict[str, str]:
    versions = {
        "Python": platform.python_version(),
        "uvicorn": version("uvicorn"),
        "Strawberry": version("strawberry-graphql"),
    }
    if (node := peers.node()) is not None:
        versions |= {
            "Node": node,
            "Apollo Server": peers.version("@apollo/server"),
            "mercurius": peers.version("mercurius"),
        }
    return versions
