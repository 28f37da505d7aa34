"""What the tests of the OMS's connector stand on."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.unit.connectors.kasane_oms.service import Service


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """A sample OMS of the test's own."""
    service = Service()
    await service.start()
    yield service
    await service.stop()


@pytest.fixture
async def oms(service: Service) -> Any:
    """The connector to it."""
    return service.connector()
