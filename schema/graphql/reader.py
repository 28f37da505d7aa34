"""Card readers that staff know by name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from schema.domain.reader import ReaderRecord, ReaderStatus
from schema.domain.reference import GlobalId
from schema.domain.store import StoreRecord
from schema.graphql import receipt  # noqa: F401 - declares what a customer may pay with
from schema.graphql.context import Info
from schema.graphql.cost import FREE
from schema.graphql.identified import identified
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


async def _busy_with(readers: Sequence[ReaderRecord], info: Info) -> Sequence[Any]:
    context = info.context
    holders = await context.readers.busy_with(context.scope, readers)
    found = iter(await identified(context, [it.text for it in holders if it is not None]))
    return [next(found) if it is not None else None for it in holders]


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
    busy_with: Node | None = level_field(
        _busy_with,
        description="The payment, refund or task that has it; null where nothing has, or nothing"
        " that you may see.",
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        """Whether the record is a reader's."""
        return isinstance(value, ReaderRecord)
