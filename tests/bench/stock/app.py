"""The graph as Strawberry's documentation has it: DataLoaders, httpx, its own ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.schema.config import StrawberryConfig
from typing_extensions import override

from tests.bench.stock import mapping
from tests.bench.stock.context import Context, Info
from tests.bench.stock.identity import parts_of
from tests.bench.stock.loaders import loaders
from tests.bench.stock.scalars import SCALARS
from tests.bench.stock.types import Customer, CustomerBy, Node, OrderConnection
from tests.bench.stock.upstream import aclose, rows

_LOADERS = {"Customer": "customers", "Product": "products", "ProductVariant": "variants"}


@strawberry.type
class Query:
    """What can be read."""

    @strawberry.field
    async def customer(self, info: Info, by: CustomerBy) -> Customer | None:
        """A customer."""
        found = await info.context["customers"].load(parts_of(by.id or "")[-1])
        return found if isinstance(found, Customer) else None

    @strawberry.field
    async def orders(self, first: int | None = 20) -> OrderConnection | None:
        """Orders, newest first."""
        found = await rows("/oms/orders", "orders", limit=first or 20)
        return OrderConnection(nodes=[mapping.order(row) for row in found])

    @strawberry.field
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:  # noqa: A002 - Relay's name
        """Anything by its id."""
        kind, *parts = parts_of(id)
        found = await info.context[_LOADERS[kind]].load(parts[-1])
        return found if isinstance(found, Node) else None


class Endpoint(GraphQL[Context, None]):
    """The endpoint, which gives each request its loaders."""

    @override
    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        return loaders()


@asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    yield
    await aclose()


schema = strawberry.Schema(query=Query, config=StrawberryConfig(scalar_map=SCALARS))
app = Starlette(routes=[Route("/graphql", Endpoint(schema))], lifespan=_lifespan)
