"""One estate for all tests of a worker; each test leaves it as it found it."""

import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.e2e.estate import Estate, running

TAP_AFTER_S = 1.5


@pytest.fixture(scope="session")
def shared_estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    """A running demo."""
    with running(
        tmp_path_factory.mktemp("estate"), port=free_port(), tap_after_s=TAP_AFTER_S
    ) as estate:
        yield estate


@pytest.fixture
async def estate(shared_estate: Estate) -> AsyncIterator[Estate]:
    """The running demo; whatever a test breaks is healed behind it."""
    yield shared_estate
    await shared_estate.heal()


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
