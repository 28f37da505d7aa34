import asyncio
import time

from gateway.engine.pace import Pace


async def test_starts_are_spaced_evenly() -> None:
    """Of five starts at 100 a second the last comes 40 ms after the first, and in order."""
    pace, begun, started = Pace(100), time.monotonic(), []

    async def start(number: int) -> None:
        await pace.wait()
        started.append(number)

    await asyncio.gather(*(start(number) for number in range(5)))

    assert [0, 1, 2, 3, 4] == started
    assert time.monotonic() - begun >= 0.04


async def test_without_a_rate_nobody_waits() -> None:
    """None is no limit."""
    pace, begun = Pace(None), time.monotonic()
    for _ in range(1000):
        await pace.wait()

    assert time.monotonic() - begun < 1


async def test_who_gives_up_takes_no_turn() -> None:
    """Waiters that were cancelled leave the next one no further away than it was."""
    pace = Pace(10)
    await pace.wait()
    waiting = [asyncio.create_task(pace.wait()) for _ in range(50)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    begun = time.monotonic()
    await pace.wait()

    assert time.monotonic() - begun < 1


async def test_rest_earns_no_burst() -> None:
    """After a pause calls start one by one all the same."""
    pace = Pace(50)
    await pace.wait()
    await asyncio.sleep(0.1)
    begun = time.monotonic()
    for _ in range(3):
        await pace.wait()

    assert time.monotonic() - begun >= 0.04
