import asyncio

import pytest

from gateway.payments.timing import Timing
from tests.e2e.estate import SYSTEMS, Estate
from tests.e2e.holes import DRIFT, UNAVAILABLE, everything, proves_holes

pytestmark = [pytest.mark.timeout(60)]

SLOW_S = 10.0

# A reader's status is believed for some seconds, whoever has asked for it; so when the provider is
# lost another store's is asked for each time, once nothing is believed of it any more.
STORES = {"dead": "shibuya", "wrong": "umeda", "slow": "kobe"}
BELIEVED_S = Timing().status_memory_s + 0.5
# Slow systems are given up after the seconds of their manifests; readers only with the request.
QUICK = ("pos", "crm", "wms", "deliveries")


async def _breaks_and_heals(estate: Estate, name: str, mode: str, code: str) -> None:
    store = STORES[mode] if name == "stripe" else "ginza"
    whole = (await everything(estate)).data

    await estate.turn(name, mode, SLOW_S if mode == "slow" else 0.0)
    if name == "stripe":
        await asyncio.sleep(BELIEVED_S)
    answer = await everything(estate, store)

    proves_holes(name, code, whole, answer)
    await estate.turn(name, "ok")
    assert whole == (await everything(estate, store)).data


@pytest.mark.parametrize("name", SYSTEMS)
async def test_a_dead_system_leaves_holes_and_heals(estate: Estate, name: str) -> None:
    """HTTP 200, everything else as before, one error a hole, and whole again afterwards."""
    await _breaks_and_heals(estate, name, "dead", UNAVAILABLE)


@pytest.mark.parametrize("name", SYSTEMS)
async def test_a_babbling_system_leaves_holes_and_heals(estate: Estate, name: str) -> None:
    """A page of HTML with status 200, or a column of another name, is nothing to be shown."""
    await _breaks_and_heals(estate, name, "wrong", DRIFT)


@pytest.mark.parametrize("name", QUICK)
async def test_a_slow_system_leaves_holes_and_heals(estate: Estate, name: str) -> None:
    """It is given up long before the deadline, and the others have answered by then."""
    await _breaks_and_heals(estate, name, "slow", UNAVAILABLE)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(set(SYSTEMS) - set(QUICK)))
async def test_a_system_that_may_take_its_time_does_not_outlast_the_deadline(
    estate: Estate, name: str
) -> None:
    """The whole answer comes within the request's deadline, holes and all."""
    await _breaks_and_heals(estate, name, "slow", UNAVAILABLE)
