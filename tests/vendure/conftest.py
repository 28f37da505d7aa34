"""A real shop for all tests of a worker, and connectors to it."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.registry import ConnectorType, describe
from connectors.sdk.source import SourceContext
from connectors.vendure.client import Vendure
from schema.domain.scope import Actor
from tests.vendure.admin import PASSWORD, Admin
from tests.vendure.front import Front
from tests.vendure.seed import STORES
from tests.vendure.shop import default_work, shop_in


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a worker's own shop."""
    server = shop_in(tmp_path_factory.mktemp("vendure"), default_work())
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
async def front(shop: str) -> AsyncIterator[Front]:
    """What stands before the shop and counts."""
    async with Front(shop) as made:
        yield made


@pytest.fixture
async def admin(shop: str) -> AsyncIterator[Admin]:
    """The shop's owner, to whom nothing is hidden."""
    async with Admin(shop) as session:
        yield session


@pytest.fixture
def kind() -> ConnectorType:
    """The connector, as the registry describes it."""
    return describe("vendure", Vendure)


@pytest.fixture
async def connect(kind: ConnectorType) -> AsyncIterator[Callable[..., Any]]:
    """Makes connectors, and closes them after the test."""
    made: list[Any] = []

    def connecting(url: str, **changes: Any) -> Any:
        config = {"base_url": url, "password": PASSWORD, "stores": STORES, **changes}
        context = SourceContext("shop", kind.manifest.limits, HttpClients())
        made.append(kind.cls(kind.config.model_validate(config), context))
        return made[-1]

    yield connecting
    for it in made:
        await it.aclose()


@pytest.fixture
async def vendure(front: Front, connect: Callable[..., Any]) -> Any:
    """The connector to the shop, by way of `front`."""
    return connect(front.url)


@pytest.fixture
def ctx() -> CallContext:
    """A call that has ten seconds."""
    return CallContext(time.monotonic() + 10.0, Actor("till", "staff"), "trace")
