"""What can be done about card readers themselves."""

from typing import Annotated, Any

import strawberry

from schema.domain.payment import UserErrorRecord
from schema.domain.reader import ReaderRecord
from schema.graphql.context import Info
from schema.graphql.payload import DEAR, ERRORS, payment_name
from schema.graphql.reader import Reader, ReaderInput
from schema.graphql.user_error import UserError
from schema.ports.readers import ReaderRegister

_READER = "The reader; null with an error."


@strawberry.input(description="A card reader to register at a store.")
class ReaderRegisterInput:
    """Becomes `schema.ports.readers.ReaderRegister`."""

    store: str = strawberry.field(description="The store's code, such as `ginza`.")
    registration_code: str = strawberry.field(description="The code that the reader shows.")
    name: str = strawberry.field(description="What staff will call it; 1 to 120 characters.")
    idempotency_key: str = strawberry.field(
        description="Of your making, 1 to 255 characters: the same key twice is one reader."
    )


@strawberry.type(description="What became of registering a reader.")
class ReaderRegisterPayload:
    """The reader, or why there is none."""

    reader: Reader | None = strawberry.field(description=_READER)
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.input(description="A card reader to call something else.")
class ReaderRenameInput:
    """Names the reader as it is called now."""

    reader: ReaderInput = strawberry.field(description="The reader, by its present name.")
    name: str = strawberry.field(description="What staff will call it; 1 to 120 characters.")


@strawberry.type(description="What became of renaming a reader.")
class ReaderRenamePayload:
    """The reader by its new name, or why it keeps the old one."""

    reader: Reader | None = strawberry.field(description=_READER)
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.input(description="A card reader to clear of what it shows.")
class ReaderClearInput:
    """Names the reader, and what the person who asks believes it to be busy with."""

    reader: ReaderInput = strawberry.field(description="The reader, as staff name it.")
    expected_payment: strawberry.ID | None = strawberry.field(
        default=None,
        description="The payment that it has, which is called off; null where it has none."
        " Nothing is done where that is no longer so.",
    )


@strawberry.type(description="What became of clearing a reader.")
class ReaderClearPayload:
    """The reader, or why nothing was done."""

    reader: Reader | None = strawberry.field(description=_READER)
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="What can be done about card readers themselves.")
class ReaderMutation:
    """Each answers within about two seconds; what it began goes on by itself."""

    @strawberry.mutation(
        description="Make a reader known to the payment provider, at the store's location.",
        metadata=DEAR,
    )
    async def reader_register(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the field's standard name
            ReaderRegisterInput, strawberry.argument(description="The reader.")
        ],
    ) -> ReaderRegisterPayload:
        """See `schema.ports.readers.Readers.register`."""
        request = ReaderRegister(
            input.store, input.registration_code, input.name, input.idempotency_key
        )
        done = await info.context.readers.register(info.context.scope, request)
        return ReaderRegisterPayload(**_told(done))

    @strawberry.mutation(
        description="Call a reader something else, at the payment provider as well.", metadata=DEAR
    )
    async def reader_rename(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the field's standard name
            ReaderRenameInput, strawberry.argument(description="The reader and its new name.")
        ],
    ) -> ReaderRenamePayload:
        """See `schema.ports.readers.Readers.rename`."""
        readers, scope = info.context.readers, info.context.scope
        done = await readers.rename(scope, input.reader.key(), input.name)
        return ReaderRenamePayload(**_told(done))

    @strawberry.mutation(
        description="Clear a reader that is stuck. What has it is compared first.", metadata=DEAR
    )
    async def reader_clear(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the field's standard name
            ReaderClearInput, strawberry.argument(description="The reader, and what it has.")
        ],
    ) -> ReaderClearPayload:
        """See `schema.ports.readers.Readers.clear`."""
        expected = input.expected_payment
        payment = payment_name(expected) if expected is not None else None
        done = await info.context.readers.clear(info.context.scope, input.reader.key(), payment)
        return ReaderClearPayload(**_told(done))


def _told(done: ReaderRecord | UserErrorRecord) -> dict[str, Any]:
    """The fields that every payload has; records stand for the types that show them."""
    if isinstance(done, UserErrorRecord):
        return {"reader": None, "user_errors": [done]}
    return {"reader": done, "user_errors": []}
