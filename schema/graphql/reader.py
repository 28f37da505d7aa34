"""Card readers that staff know by name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from schema.domain.reader import ReaderRecord, ReaderStatus
from schema.domain.reference import GlobalId
from schema.domain.store import StoreRecord
from schema.graphql.context import Info
from schema.graphql.cost import FREE
from schema.graphql.level import level_field
from schema.graphql.node import ID_DESCRIPTION, Node
from schema.graphql.record import shown_as, shows
from schema.ports.payments import ReaderKey

if TYPE_CHECKING:
    from schema.graphql.store import Store

strawberry.enum(
    ReaderStatus, description="What the payment provider says of a reader: a hint, not a promise."
)
shown_as(ReaderStatus, ReaderStatus)


@strawberry.input(description="A card reader as staff name it.")
class ReaderInput:
    """Becomes `schema.ports.payments.ReaderKey`."""

    store: str = strawberry.field(description="The store's code, such as `ginza`.")
    name: str = strawberry.field(description='What staff call it, such as "Front counter".')

    def key(self) -> ReaderKey:
        """The reader's key."""
        return ReaderKey(self.store, self.name)


async def _store(readers: Sequence[ReaderRecord], info: Info) -> Sequence[StoreRecord | None]:
    return info.context.stores.by_codes([it.store for it in readers])


def _ids(readers: Sequence[ReaderRecord], _: Info) -> Sequence[str]:
    return [GlobalId("Reader", (it.store, it.name)).text for it in readers]


@strawberry.type(description="A card reader that staff know by name.")
@shows(ReaderRecord)
class Reader(Node):
    """Shows `schema.domain.payment.ReaderRecord`."""

    id: strawberry.ID = level_field(_ids, description=ID_DESCRIPTION)
    store: Annotated["Store", strawberry.lazy("schema.graphql.store")] | None = level_field(
        _store, description="The store it stands in.", cost=FREE
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        """Whether the record is a reader's."""
        return isinstance(value, ReaderRecord)
