"""What readers can be asked to do besides payments."""

from typing import Annotated, Any

import strawberry

from schema.domain.customer import CustomerRecord
from schema.domain.errors import InvalidRequest, TillgraphError
from schema.domain.payment import UserErrorRecord
from schema.domain.reader_task import CardSetup, ReaderTaskRecord
from schema.domain.reference import GlobalId
from schema.graphql.context import Context, Info
from schema.graphql.identified import identified
from schema.graphql.payload import DEAR, ERRORS
from schema.graphql.payment import journal_id
from schema.graphql.reader_task import ReaderTask
from schema.graphql.reader_task_input import (
    CardSetupStartInput,
    ReaderClearCartInput,
    ReaderCollectInputsInput,
    ReaderShowCartInput,
    ReaderTaskCancelInput,
)
from schema.graphql.user_error import UserError, user_error


@strawberry.type(description="What became of something that a reader was asked to do.")
class ReaderTaskPayload:
    """The task in the state it has reached, or why there is none."""

    task: ReaderTask | None = strawberry.field(description="The task; null with an error.")
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="What readers can be asked to do besides payments.")
class ReaderTaskMutation:
    """Each answers within about two seconds; what it began goes on by itself."""

    @strawberry.mutation(
        description="Show a cart on a reader, until a payment or anything else takes its place.",
        metadata=DEAR,
    )
    async def reader_show_cart(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the field's standard name
            ReaderShowCartInput, strawberry.argument(description="The cart, and where.")
        ],
    ) -> ReaderTaskPayload:
        """See `schema.ports.reader_tasks.ReaderTasks.show_cart`."""
        tasks, scope = info.context.reader_tasks, info.context.scope
        cart = input.cart.record()
        return _told(await tasks.show_cart(scope, input.reader.key(), cart))

    @strawberry.mutation(
        description="Take a cart off a reader; nothing else that it does is touched.",
        metadata=DEAR,
    )
    async def reader_clear_cart(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the field's standard name
            ReaderClearCartInput, strawberry.argument(description="The reader.")
        ],
    ) -> ReaderTaskPayload:
        """See `schema.ports.reader_tasks.ReaderTasks.clear_cart`."""
        tasks, scope = info.context.reader_tasks, info.context.scope
        return _told(await tasks.clear_cart(scope, input.reader.key()))

    @strawberry.mutation(
        description="Ask a customer for inputs: an e-mail address, a signature.", metadata=DEAR
    )
    async def reader_collect_inputs(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the field's standard name
            ReaderCollectInputsInput, strawberry.argument(description="The inputs, and where.")
        ],
    ) -> ReaderTaskPayload:
        """See `schema.ports.reader_tasks.ReaderTasks.collect_inputs`."""
        tasks, scope = info.context.reader_tasks, info.context.scope
        asked = [it.record() for it in input.inputs]
        key = input.idempotency_key
        return _told(await tasks.collect_inputs(scope, input.reader.key(), asked, key))

    @strawberry.mutation(
        description="Ask a customer for a card, to be kept for later payments.", metadata=DEAR
    )
    async def card_setup_start(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the field's standard name
            CardSetupStartInput, strawberry.argument(description="Whose card, and where.")
        ],
    ) -> ReaderTaskPayload:
        """See `schema.ports.reader_tasks.ReaderTasks.save_card`."""
        context = info.context
        customer = await _customer(context, input.customer)
        if isinstance(customer, UserErrorRecord):
            return _told(customer)
        setup = CardSetup(customer.ref, input.allow_redisplay, input.consent)
        reader, key = input.reader.key(), input.idempotency_key
        return _told(await context.reader_tasks.save_card(context.scope, reader, setup, key))

    @strawberry.mutation(description="Call a task off. What came first stands.", metadata=DEAR)
    async def reader_task_cancel(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the field's standard name
            ReaderTaskCancelInput, strawberry.argument(description="The task.")
        ],
    ) -> ReaderTaskPayload:
        """See `schema.ports.reader_tasks.ReaderTasks.cancel`."""
        tasks, scope = info.context.reader_tasks, info.context.scope
        return _told(await tasks.cancel(scope, _task_name(input.task)))


async def _customer(context: Context, text: str) -> CustomerRecord | UserErrorRecord:
    path = ("input", "customer")
    unknown = UserErrorRecord("CUSTOMER_UNKNOWN", "There is no such customer.", path)
    try:
        if GlobalId.parse(text).kind != "Customer":
            return unknown
        found = (await identified(context, [text]))[0]
    except InvalidRequest:
        return unknown
    if isinstance(found, TillgraphError):
        return user_error(found, *path)
    return found if isinstance(found, CustomerRecord) else unknown


def _task_name(text: str) -> str:
    """The task's name in the journal; what is no task's id names none there."""
    try:
        return journal_id(text, "ReaderTask")
    except InvalidRequest:
        return ""


def _told(done: ReaderTaskRecord | UserErrorRecord) -> ReaderTaskPayload:
    found: dict[str, Any] = {"task": done, "user_errors": []}
    if isinstance(done, UserErrorRecord):
        found = {"task": None, "user_errors": [done]}
    return ReaderTaskPayload(**found)
