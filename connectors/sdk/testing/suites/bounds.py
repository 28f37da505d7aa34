"""Deadlines, cancellation, and how gently the system is treated."""

import asyncio

from connectors.sdk.testing.bench import CALL_S, GRACE_S, Bench
from connectors.sdk.testing.fact import NotApplicableError, require
from connectors.sdk.testing.fault_proxy import Turn, pass_on
from connectors.sdk.testing.faults import Fault, Faults
from connectors.sdk.testing.suites.ask import ask_of, prepared
from schema.domain.errors import Unavailable

_SETTLE_S = 2.0
_LOOK_S = 0.01
_CONCURRENCY = 2
_ANSWER_S = 0.03


async def deadline_is_kept(bench: Bench, name: str) -> None:
    """A system that stalls costs no more than the call's deadline, and is Unavailable."""
    faults, stall = _stall(bench)
    ask = ask_of(bench, name)
    connector = await prepared(bench, ask)
    async with faults.injected(stall):
        ended = await bench.outcome(
            lambda: ask.call(connector, bench.context(bench.patience_s)), bench.patience_s
        )
    require(isinstance(ended.error, Unavailable), "it is not Unavailable")
    require(ended.seconds <= bench.patience_s + GRACE_S, "the deadline is passed")


async def time_limit_is_kept(bench: Bench, name: str) -> None:
    """A system that stalls costs no more than the manifest's time limit, far as the deadline is."""
    faults, stall = _stall(bench)
    ask = ask_of(bench, name)
    connector = await prepared(bench, ask, timeout_s=bench.patience_s)
    async with faults.injected(stall):
        ended = await bench.outcome(
            lambda: ask.call(connector, bench.context(CALL_S)), bench.patience_s
        )
    require(isinstance(ended.error, Unavailable), "it is not Unavailable")


async def cancellation_leaves_nothing(bench: Bench, name: str) -> None:
    """A call that is cancelled ends at once, and holds nothing of the system afterwards."""
    faults, stall = _stall(bench)
    ask = ask_of(bench, name)
    connector = await prepared(bench, ask)
    if faults.in_flight is None:
        raise NotApplicableError("what calls hold of this system cannot be told")
    async with faults.injected(stall):
        call = asyncio.ensure_future(ask.call(connector, bench.context()))
        await asyncio.sleep(bench.patience_s / 2)
        require(not call.done(), "the call does not wait for a system that stalls")
        call.cancel()
        done, _ = await asyncio.wait({call}, timeout=GRACE_S)
        require(done and call.cancelled(), "the call does not end when it is cancelled")
        if not await _settled(faults):
            require(holds=False, message="the cancelled call still holds something of the system")
    await bench.answer(lambda: ask.call(connector, bench.context()))


async def concurrency_is_kept(bench: Bench, name: str) -> None:
    """However many calls are made, no more requests are under way than the limits allow."""
    proxy = bench.needed_proxy()
    ask = ask_of(bench, name)
    connector = await prepared(bench, ask, concurrency=_CONCURRENCY)

    async def slowly(turn: Turn) -> None:
        await asyncio.sleep(_ANSWER_S)
        await pass_on(turn)

    proxy.conduct = slowly
    proxy.forget()
    calls = (ask.call(connector, bench.context()) for _ in range(3 * _CONCURRENCY))
    await bench.answer(lambda: asyncio.gather(*calls))

    require(proxy.most_in_flight <= _CONCURRENCY, "more requests are under way than allowed")


async def rate_is_kept(bench: Bench, name: str) -> None:
    """One call makes no more requests than the manifest's `rate_per_s` allows in a second."""
    proxy = bench.needed_proxy()
    rate = bench.kind.manifest.limits.rate_per_s
    if rate is None:
        raise NotApplicableError("the manifest declares no rate")
    ask = ask_of(bench, name)
    connector = await prepared(bench, ask)

    proxy.forget()
    await bench.answer(lambda: ask.call(connector, bench.context()))

    most = max(1, int(rate))
    close = [
        late - early < 1.0 for early, late in zip(proxy.starts, proxy.starts[most:], strict=False)
    ]
    require(not any(close), "one call makes more requests in a second than the rate allows")


def _stall(bench: Bench) -> tuple[Faults, Fault]:
    faults = bench.needed_faults()
    stall = next((it for it in faults.offered if it.stalls), None)
    if stall is None:
        raise NotApplicableError("the system cannot be made to stall")
    return faults, stall


async def _settled(faults: Faults) -> bool:
    for _ in range(int(_SETTLE_S / _LOOK_S)):
        if not faults.in_flight:
            return True
        await asyncio.sleep(_LOOK_S)
    return False


FACTS = (
    deadline_is_kept,
    time_limit_is_kept,
    cancellation_leaves_nothing,
    concurrency_is_kept,
    rate_is_kept,
)
