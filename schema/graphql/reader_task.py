"""What a reader does besides payments."""

from collections.abc import Sequence
from typing import Any

import strawberry

from schema.domain.errors import TillgraphError
from schema.domain.reader import ReaderRecord
from schema.domain.reader_task import (
    InputAnswer,
    InputKind,
    ReaderTaskKind,
    ReaderTaskRecord,
    ReaderTaskState,
    Redisplay,
)
from schema.domain.reader_task import ReaderTaskFailure as ReaderTaskFailureRecord
from schema.domain.reader_task import SavedCard as SavedCardRecord
from schema.domain.reference import GlobalId
from schema.graphql.context import Info
from schema.graphql.level import level_field
from schema.graphql.node import ID_DESCRIPTION, Node
from schema.graphql.reader import Reader
from schema.graphql.record import shown_as, shows
from schema.ports.payments import ReaderKey

for _enum, _description in (
    (ReaderTaskKind, "What a reader is asked to do."),
    (
        ReaderTaskState,
        "Where a task stands. UNKNOWN is being checked, and must not be repeated.",
    ),
    (InputKind, "What a customer enters. A signature's value is a file at the provider."),
    (Redisplay, "Whether a card may be offered to its owner again, as they have agreed."),
):
    strawberry.enum(_enum, description=_description)
    shown_as(_enum, _enum)


@strawberry.type(description="Why a task came to nothing.")
@shows(ReaderTaskFailureRecord)
class ReaderTaskFailure:
    """Shows `schema.domain.reader_task.ReaderTaskFailure`."""


@strawberry.type(description="What a customer has entered: personal data, kept for a short while.")
@shows(InputAnswer)
class ReaderInputAnswer:
    """Shows `schema.domain.reader_task.InputAnswer`."""


@strawberry.type(description="A card that is kept at the payment provider.")
@shows(SavedCardRecord)
class SavedCard:
    """Shows `schema.domain.reader_task.SavedCard`."""


async def _reader(
    tasks: Sequence[ReaderTaskRecord], info: Info
) -> Sequence[ReaderRecord | TillgraphError | None]:
    keys = [ReaderKey(it.store, it.reader_name) for it in tasks]
    return await info.context.readers.by_keys(info.context.scope, keys)


def _ids(tasks: Sequence[ReaderTaskRecord], _: Info) -> Sequence[str]:
    return [GlobalId("ReaderTask", (it.id,)).text for it in tasks]


@strawberry.type(description="Something that a reader does besides payments.")
@shows(ReaderTaskRecord)
class ReaderTask(Node):
    """Shows `schema.domain.reader_task.ReaderTaskRecord`."""

    id: strawberry.ID = level_field(_ids, description=ID_DESCRIPTION)
    reader: Reader | None = level_field(
        _reader, description="The reader; null where it has been taken away."
    )
    failure: ReaderTaskFailure | None = strawberry.field(
        description="Why it came to nothing; null while nothing has gone wrong."
    )
    inputs: list[ReaderInputAnswer] = strawberry.field(
        description="What was entered, in the order of asking; empty until then, and when erased."
    )
    card: SavedCard | None = strawberry.field(description="The card that is kept.")

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        """Whether the record is a task's."""
        return isinstance(value, ReaderTaskRecord)
