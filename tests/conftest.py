"""What every test stands on."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.grouped import pytest_xdist_make_scheduler
from tests.postgres import NoPostgresError, running

__all__ = ["postgres", "pytest_xdist_make_scheduler"]

# Machines that run tests are shared, so how long one example takes says nothing about the code:
# pytest-timeout ends what hangs.
settings.register_profile("tillgraph", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tillgraph")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server; without one the test is skipped."""
    try:
        with running() as address:
            yield address
    except NoPostgresError as reason:
        pytest.skip(str(reason))
