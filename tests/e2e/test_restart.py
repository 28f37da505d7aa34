from pathlib import Path

import pytest

from tests.e2e.estate import Estate
from tests.e2e.serving import Serving, own_configuration
from tests.e2e.till import payment, reached, started

pytestmark = [pytest.mark.long, pytest.mark.timeout(60)]


async def test_a_payment_outlives_the_gateway_that_began_it(estate: Estate, tmp_path: Path) -> None:
    """Killed while the customer looks for the card; the next gateway finds that it was shown."""
    configuration = own_configuration(estate.configuration, tmp_path)
    first = await Serving.start(configuration)
    name = await started(first.client(), "yokohama")
    await first.kill()

    second = await Serving.start(configuration)
    try:
        found = await reached(second.client(), name, "CAPTURED")
    finally:
        code = await second.stop()

    assert ("1000", "Front counter") == (found["captured"]["amount"], found["reader"]["name"])
    assert 0 == code


async def test_the_journal_is_all_that_a_payment_needs(estate: Estate, tmp_path: Path) -> None:
    """A payment that has ended is read by the next gateway as it was."""
    configuration = own_configuration(estate.configuration, tmp_path)
    first = await Serving.start(configuration)
    name = await started(first.client(), "fukuoka")
    before = await reached(first.client(), name, "CAPTURED")
    await first.stop()

    second = await Serving.start(configuration)
    try:
        assert before == await payment(second.client(), name)
    finally:
        await second.stop()
