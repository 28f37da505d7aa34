"""The whole graph."""

from functools import cache

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from schema.graphql.mutation import Mutation
from schema.graphql.query import Query
from schema.graphql.scalars import SCALARS
from schema.graphql.subscription import Subscription
from schema.graphql.user_error import NameUnknownError, RequestError


@cache
def graph() -> strawberry.Schema:
    """The schema in Strawberry's form."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[NameUnknownError, RequestError],
        config=StrawberryConfig(scalar_map=SCALARS),
    )


def core() -> GraphQLSchema:
    """The schema in graphql-core's form, which executors take."""
    return graph()._schema  # noqa: SLF001 - Strawberry has no public name for it


def sdl() -> str:
    """The schema in GraphQL's own language, directives on fields included."""
    return graph().as_str()
