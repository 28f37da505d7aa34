"""What the web needs of the rest of the gateway."""

from collections.abc import Mapping
from typing import Any, Protocol

from graphql import GraphQLSchema

from gateway.execution import Executor
from schema.domain.scope import RequestScope


class Operations(Protocol):
    """The graph and what feeds it. Each member is asked anew and may change while serving."""

    @property
    def schema(self) -> GraphQLSchema:
        """The schema that documents are validated against and run on."""
        ...

    @property
    def executor(self) -> Executor:
        """What runs operations on the schema, and keeps their plans."""
        ...

    def context(self, scope: RequestScope) -> Any:
        """The context value of one operation."""
        ...

    async def webhook(self, source: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Take an event that a system sent. Header names are in lower case.

        Raises:
            NotFound: No system of this name sends events.
            Rejected: The event is not genuine, or too old.
            SchemaDrift: The event is genuine, but has a form that we do not know.
        """
        ...

    def webhook_refused(self, source: str, reason: str) -> None:
        """Count an event that was refused before it was read; `reason` is one word."""
        ...

    def ready(self) -> bool:
        """Whether requests can be served. Asks no system behind the graph."""
        ...
