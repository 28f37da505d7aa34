"""On our own graph, over systems in memory and over the sample estate: the same answers."""

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from graphql import ExecutionResult, parse
from hypothesis import HealthCheck, Phase, given, settings

from connectors.sdk.registry import Registry
from gateway.settings.file import load
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from gateway.wiring import Gateway, open_gateway
from schema.domain.errors import Unavailable
from schema.domain.reference import GlobalId
from schema.domain.scope import Actor, RequestScope
from schema.graphql.schema import core
from tests.e2e.estate import running
from tests.e2e.serving import own_configuration
from tests.unit.gateway.execution.differential.arena import Arena
from tests.unit.gateway.execution.differential.real import (
    HARVEST,
    Asked,
    Graph,
    harvested,
    operations,
)
from tests.unit.gateway.payments.terminal import ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, OTHER, Till
from tests.unit.schema.graphql.shop import Shop

pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited"),
    pytest.mark.timeout(60),
]

_settings = settings(
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

_START = """mutation ($reader: String!) {
  terminalPaymentStart(input: {
    reader: {store: "ginza", name: $reader}, idempotencyKey: $reader
    amount: {amount: "300", currency: "JPY"}
  }) { payment { id } userErrors { message } }
}"""


def _all_equal(arena: Arena, graph: Graph, words: Any, examples: int, **size: int) -> None:
    @settings(_settings, max_examples=examples)
    @given(operations(words, **size))
    def compare(asked: Asked) -> None:
        assert [] == graph.differences(arena, asked)

    compare()


def _data(arena: Arena, graph: Graph, document: str, **variables: Any) -> Any:
    """Ask the graph by our executor; nothing may be wrong."""

    async def answered() -> ExecutionResult:
        result = graph.executor.execute(
            core(), parse(document), context_value=graph.context(), variable_values=variables
        )
        return result if isinstance(result, ExecutionResult) else await result

    result = arena.loop.run_until_complete(answered())
    assert result.errors is None

    return result.data


@contextmanager
def _shop(arena: Arena, folder: Path) -> Iterator[tuple[Shop, Graph, Any]]:
    """The graph over systems in memory, with two payments."""
    wait = arena.loop.run_until_complete
    database = wait(Database.open(f"sqlite+aiosqlite:///{folder / 'journal.db'}"))
    till = Till(SqlJournal(database), ScriptedTerminal(DEVICE, OTHER))
    wait(till.open())
    try:
        payments = [wait(till.start("k1"))]
        shop = Shop(till)
        graph = Graph(shop.executor, shop.context, payments)
        ids = [GlobalId("Payment", (it.id,)).text for it in payments]
        yield shop, graph, harvested(_data(arena, graph, HARVEST), ids)
    finally:
        wait(till.close())
        wait(database.aclose())


def test_the_graph_over_systems_in_memory(tmp_path: Path) -> None:
    """Queries of every form, and events of a subscription."""
    with Arena() as arena, _shop(arena, tmp_path) as (_, graph, words):
        _all_equal(arena, graph, words, 60, fields=15, depth=6)

        assert Counter() == graph.executor.fallbacks


@pytest.mark.parametrize("dead", ["pos", "crm", "wms"])
def test_the_graph_with_holes(dead: str, tmp_path: Path) -> None:
    """What a dead system leaves is null at the same places, for the same reasons."""
    with Arena() as arena, _shop(arena, tmp_path) as (shop, graph, words):
        getattr(shop, dead).failure = Unavailable("it is dead")

        _all_equal(arena, graph, words, 25, fields=12, depth=6)


@contextmanager
def _gateway(arena: Arena, configuration: Path) -> Iterator[Gateway]:
    registry = Registry.discover()
    wait = arena.loop.run_until_complete
    gateway = wait(open_gateway(load(configuration, registry), registry))
    try:
        yield gateway
    finally:
        wait(gateway.aclose())


def _scope() -> RequestScope:
    return RequestScope(Actor("test", "staff"), time.monotonic() + 30, "differential")


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_graph_over_the_sample_estate(tmp_path: Path) -> None:
    """The systems are processes, and one is asked once for each parent by graphql-core."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with running(tmp_path, port=port, tap_after_s=0.1) as estate, Arena() as arena:
        folder = tmp_path / "own"
        folder.mkdir()
        with _gateway(arena, own_configuration(estate.configuration, folder)) as gateway:
            graph = Graph(gateway.executor, lambda: gateway.context(_scope()), ())
            words = harvested(_data(arena, graph, HARVEST))
            payments = [
                _data(arena, graph, _START, reader=reader)
                for reader in ("Front counter", "Gift desk")
            ]
            ids = [it["terminalPaymentStart"]["payment"]["id"] for it in payments]
            _settle(arena, graph, ids)
            context = graph.context()
            names = [GlobalId.parse(it).parts[0] for it in ids]
            events = arena.loop.run_until_complete(context.payments.payments(context.scope, names))
            graph = Graph(gateway.executor, graph.context, events)
            words = {**words, "id": [*words["id"], *ids]}

            _all_equal(arena, graph, words, 300, fields=12, depth=6)

            assert Counter() == gateway.executor.fallbacks


def _settle(arena: Arena, graph: Graph, ids: list[str]) -> None:
    """Wait until the payments change no more."""
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Payment { state } } }"
    end = time.monotonic() + 30
    while {"CAPTURED"} != {it["state"] for it in _data(arena, graph, document, ids=ids)["nodes"]}:
        assert time.monotonic() < end
        arena.loop.run_until_complete(asyncio.sleep(0.1))
