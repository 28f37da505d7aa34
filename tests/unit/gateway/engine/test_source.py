import asyncio
import logging
from collections.abc import Mapping, Sequence

import pytest

from connectors.sdk.context import CallContext
from gateway.engine.sources import SourceDirectory
from schema.domain.errors import (
    InvalidRequest,
    NotFound,
    RateLimited,
    Rejected,
    SchemaDrift,
    SourceError,
    Unavailable,
    Unsupported,
)
from schema.ports.sources import SourceHealth, Sources
from tests.unit.gateway.engine.systems import MemorySystem, a_scope, a_source, an_order, until


async def test_keys_are_asked_in_the_fewest_calls() -> None:
    """Repeated keys are asked once, no call has more than the largest batch, none is empty."""
    system = MemorySystem()
    system.orders_kept = [an_order("pos", str(number)) for number in range(5)]
    source = a_source("pos", system, batch_max=2)
    keys = ["0", "1", "0", "2", "9", "3", "4", "1"]
    found = await source.batch(a_scope(), system.orders, keys)
    nothing = await source.batch(a_scope(), system.orders, [])

    assert [["0", "1"], ["2", "9"], ["3", "4"]] == system.asked("orders")
    assert {str(number) for number in range(5)} == set(found)
    assert {} == nothing


async def test_no_more_calls_at_once_than_the_system_bears() -> None:
    """Ten calls pass two places, whoever makes them."""
    system = MemorySystem()
    source = a_source("pos", system, batch_max=1, concurrency=2)
    keys = [str(number) for number in range(5)]
    await asyncio.gather(
        source.batch(a_scope(), system.orders, keys), source.batch(a_scope(), system.orders, keys)
    )

    assert 10 == len(system.calls)
    assert 2 == system.most_running


async def test_a_failed_call_is_the_error_of_its_keys_alone() -> None:
    """Another part of the same batch keeps its answer, and the error says which system it was."""
    system = MemorySystem()
    system.orders_kept = [an_order("pos", "1"), an_order("pos", "2")]
    system.failures["orders"] = [Unavailable("gone")]
    source = a_source("pos", system, batch_max=1, concurrency=1)
    found = await source.batch(a_scope(), system.orders, ["1", "2"])
    failure = found["1"]

    assert isinstance(failure, Unavailable)
    assert "pos" == failure.source
    assert system.orders_kept[1] == found["2"]


async def test_one_records_error_bears_the_systems_name() -> None:
    """A connector that leaves the name open gets its configured one; one that gives it keeps it."""
    system = MemorySystem()
    system.refused = {"1": SchemaDrift("total"), "2": SchemaDrift("total", source="behind")}
    found = await a_source("pos", system).batch(a_scope(), system.orders, ["1", "2"])

    assert ["pos", "behind"] == [it.source for it in found.values() if isinstance(it, SourceError)]


async def test_a_call_ends_with_the_system_s_time_or_the_requests() -> None:
    """The deadline is the earlier of both, and the request's ends a little before its own."""
    system = MemorySystem()
    source = a_source("pos", system, timeout_s=3)
    short, long = a_scope(1), a_scope(60)
    await source.probe(short)
    await source.probe(long)
    first, second = system.contexts

    assert short.deadline - 0.25 == first.deadline
    assert 2.5 < second.remaining_s < 3
    assert (long.actor, long.trace, long.purpose) == (second.actor, second.trace, second.purpose)


async def test_a_system_that_hangs_is_left_in_time() -> None:
    """The call is cancelled at its deadline, the place is free again, and the system is down."""
    system = MemorySystem()
    system.gate = asyncio.Event()
    source = a_source("pos", system, timeout_s=0.05, concurrency=1)
    with pytest.raises(Unavailable, match="no answer in time"):
        await source.probe(a_scope())
    down = source.status.state
    system.gate.set()
    await source.probe(a_scope())

    assert 0 == system.running
    assert (SourceHealth.DOWN, SourceHealth.UP) == (down, source.status.state)


async def test_who_gets_no_turn_says_nothing_of_the_system() -> None:
    """A request that ends in our own queue fails, but the system was not even asked."""
    system = MemorySystem()
    system.gate = asyncio.Event()
    source = a_source("pos", system, concurrency=1)
    holder = asyncio.create_task(source.probe(a_scope()))
    await until(lambda: system.running)
    with pytest.raises(Unavailable, match="no turn in time") as caught:
        await source.probe(a_scope(0.3))
    unasked = source.status.state
    system.gate.set()
    await holder

    assert "pos" == caught.value.source
    assert SourceHealth.UNASKED is unasked
    assert 1 == len(system.calls)


async def test_a_request_that_is_over_makes_no_call() -> None:
    """Past the deadline nobody would wait for the answer."""
    system = MemorySystem()
    with pytest.raises(Unavailable):
        await a_source("pos", system).probe(a_scope(0.2))

    assert [] == system.calls


async def test_a_caller_who_leaves_frees_the_place() -> None:
    """Cancelling a call ends it at the system, and the next one may go."""
    system = MemorySystem()
    system.gate = asyncio.Event()
    source = a_source("pos", system, concurrency=1)
    caller = asyncio.create_task(source.probe(a_scope()))
    await until(lambda: system.running)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    system.gate = None
    await source.probe(a_scope())

    assert 0 == system.running


async def test_calls_keep_the_systems_pace() -> None:
    """At 50 calls a second the third starts 40 ms after the first."""
    system = MemorySystem()
    source = a_source("pos", system, rate_per_s=50)
    begun = asyncio.get_running_loop().time()
    await asyncio.gather(*(source.probe(a_scope()) for _ in range(3)))

    assert asyncio.get_running_loop().time() - begun >= 0.04


@pytest.mark.parametrize(
    ("error", "health"),
    [
        (NotFound("none"), SourceHealth.UP),
        (Rejected("no"), SourceHealth.UP),
        (Unsupported("cannot"), SourceHealth.UP),
        (RateLimited("slow", retry_after_s=3), SourceHealth.DOWN),
        (Unavailable("gone"), SourceHealth.DOWN),
        (SchemaDrift("total"), SourceHealth.DOWN),
    ],
)
async def test_what_an_error_shows_of_the_system(error: SourceError, health: SourceHealth) -> None:
    """A system that answers is up, also when it only refuses."""
    system = MemorySystem()
    system.failure = error
    source = a_source("pos", system)
    with pytest.raises(type(error)) as caught:
        await source.probe(a_scope())

    assert caught.value is error
    assert "pos" == error.source
    assert health is source.status.state


@pytest.mark.parametrize("raised", [KeyError("a value"), InvalidRequest("a value")])
async def test_what_no_connector_may_raise_becomes_an_error_of_ours(
    raised: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, names its kind and never its text, and is each key's error."""
    system = MemorySystem()
    system.failure = raised
    source = a_source("pos", system)
    with caplog.at_level(logging.ERROR):
        found = await source.batch(a_scope(), system.orders, ["1"])
    failure = found["1"]

    assert isinstance(failure, SourceError)
    assert f"raised {type(raised).__name__}" == str(failure)
    assert ["connector raised"] == [it.message for it in caplog.records]
    assert SourceHealth.DOWN is source.status.state


async def test_the_status_is_what_the_last_calls_showed() -> None:
    """Unasked at first; the moment changes with the state alone, the latency with each answer."""
    system = MemorySystem()
    source = a_source("pos", system)
    directory: Sources = SourceDirectory([source, a_source("crm")])
    before = directory.status()
    await source.probe(a_scope())
    first = source.status
    await source.probe(a_scope())
    second = source.status

    assert [("pos", "memory"), ("crm", "memory")] == [(it.name, it.connector) for it in before]
    assert (SourceHealth.UNASKED, None, None) == (
        before[0].state,
        before[0].since,
        before[0].latency_ms,
    )
    assert SourceHealth.UP is first.state
    assert first.since is not None
    assert first.since == second.since
    assert first.latency_ms is not None


async def test_what_it_offers_and_how_it_ends() -> None:
    """Its ports are those of its kind; closing it closes the connector."""
    system = MemorySystem()
    source = a_source("pos", system)
    await source.aclose()

    assert (True, False) == (source.offers("OrderReader"), source.offers("StockReader"))
    assert system.is_closed


async def test_the_wait_in_the_queue_is_no_latency() -> None:
    """Latency is what the system took, not what our own limits made callers wait."""
    system = MemorySystem()
    system.gate = asyncio.Event()
    source = a_source("pos", system, concurrency=1)
    first = asyncio.create_task(source.probe(a_scope()))
    await until(lambda: system.running)
    second = asyncio.create_task(source.probe(a_scope()))
    await asyncio.sleep(0.1)
    system.gate.set()
    await asyncio.gather(first, second)

    assert source.status.latency_ms is not None
    assert source.status.latency_ms < 100


async def test_any_callable_can_be_asked() -> None:
    """A batch asks what it is given, with the context of the call."""

    async def ask(ctx: CallContext, keys: Sequence[int]) -> Mapping[int, int | SourceError]:
        return {key: key * 2 for key in keys if ctx.remaining_s}

    assert {1: 2} == await a_source("pos").batch(a_scope(), ask, [1])


async def test_calls_of_others_tell_how_the_system_does() -> None:
    """A call that somebody else keeps within limits shows the system's health all the same."""
    system = MemorySystem()
    source = a_source("cards", system)
    scope = a_scope()
    answer = await source.watched(source.call(scope, lambda ctx: system.orders(ctx, ["1"])))
    up = source.status
    system.failure = Unavailable("gone")
    with pytest.raises(Unavailable) as caught:
        await source.watched(system.probe(system.contexts[0]))

    assert {} == answer
    assert up.latency_ms is not None
    assert "cards" == caught.value.source
    assert (SourceHealth.UP, SourceHealth.DOWN) == (up.state, source.status.state)
