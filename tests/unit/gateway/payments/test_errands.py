import asyncio

import pytest

from gateway.payments.errands import Errands


async def test_work_goes_on_without_its_caller() -> None:
    """A request that is canceled does not stop what it has begun, and closing waits for it."""
    errands, gate, done = Errands(), asyncio.Event(), []

    async def work() -> str:
        await gate.wait()
        done.append("done")
        return "done"

    caller = asyncio.create_task(errands.run(work()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    gate.set()
    await errands.aclose()

    assert ["done"] == done


async def test_a_caller_who_stays_gets_the_result() -> None:
    """What the work returns is the caller's."""

    async def work() -> int:
        await asyncio.sleep(0)
        return 7

    assert 7 == await Errands().run(work())
