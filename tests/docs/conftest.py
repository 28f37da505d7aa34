"""The estate that the pages speak of."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.e2e.conftest import free_port
from tests.e2e.estate import Estate, running

_TAP_AFTER_S = 0.3


@pytest.fixture(scope="session")
def documented_estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    """A demo where customers are quick."""
    work = tmp_path_factory.mktemp("estate")
    with running(work, port=free_port(), tap_after_s=_TAP_AFTER_S) as estate:
        yield estate


@pytest.fixture
async def estate(documented_estate: Estate) -> AsyncIterator[Estate]:
    """The running demo; whatever a test breaks is healed behind it."""
    yield documented_estate
    await documented_estate.heal()
