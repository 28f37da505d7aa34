"""What can be read of card readers."""

from typing import Annotated

import strawberry

from schema.domain.errors import InvalidRequest, ReaderUnknown, TillgraphError
from schema.domain.reader import ReaderStatus
from schema.graphql.context import Info
from schema.graphql.level import whole
from schema.graphql.nullability import SemanticNonNull
from schema.graphql.reader import Reader
from schema.graphql.store import known_stores
from schema.ports.payments import ReaderKey

StoreCode = Annotated[str, strawberry.argument(description="The store's code, such as `ginza`.")]
ReaderName = Annotated[
    str, strawberry.argument(description='What staff call it, such as "Front counter".')
]


@strawberry.type(description="What can be read of card readers.")
class ReaderQueries:
    """A part of the root."""

    @strawberry.field(description="A card reader by the name that staff call it.")
    async def reader(self, info: Info, store: StoreCode, name: ReaderName) -> Reader | None:
        """A wrong name is an error that tells the right ones."""
        context = info.context
        known_stores(context.stores, [store])
        found = (await context.readers.by_keys(context.scope, [ReaderKey(store, name)]))[0]
        if found is None:
            raise reader_unknown(store, context.readers.names(store))
        if isinstance(found, TillgraphError):
            raise found
        return found  # type: ignore[return-value]

    @strawberry.field(
        description="Card readers, by store and name.", directives=[SemanticNonNull()]
    )
    async def readers(
        self,
        info: Info,
        store: Annotated[
            str | None,
            strawberry.argument(description="Only those of a store, by its code; null is all."),
        ] = None,
        status: Annotated[
            ReaderStatus | None, strawberry.argument(description="Only those; null is all.")
        ] = None,
    ) -> list[Reader] | None:
        """Of the stores that the key is for. A list that lacked a place would mislead."""
        context = info.context
        if store is not None:
            known_stores(context.stores, [store])
        found = whole(await context.readers.matching(context.scope, store, status))
        if isinstance(found, TillgraphError):
            raise found
        return found  # type: ignore[return-value]


def reader_unknown(store: str, names: tuple[str, ...]) -> InvalidRequest:
    """No reader of the store has the name; those that there are have these."""
    there = ", ".join(names) or "none"
    return ReaderUnknown(f"There is no such reader in {store}. There are: {there}.")
