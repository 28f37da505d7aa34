"""What a reader is asked to do, as clients write it."""

import strawberry

from schema.domain.reader_task import (
    Cart,
    CartLine,
    InputAsked,
    InputChoice,
    InputKind,
    InputToggle,
    Redisplay,
)
from schema.graphql.reader import ReaderInput

_KEY = "Of your making, 1 to 255 characters: the same key twice is one task."
_READER = "The reader, as staff name it."


@strawberry.input(description="One line of a cart.")
class CartLineInput:
    """Becomes `schema.domain.reader_task.CartLine`."""

    description: str = strawberry.field(description="What it is; 1 to 200 characters.")
    quantity: int = strawberry.field(description="How many; 1 to 10,000.")
    amount: int = strawberry.field(
        description="The whole line's, in the currency's smallest unit; below zero takes off."
    )


@strawberry.input(description="What a reader's screen shows. Amounts are in the smallest unit.")
class CartInput:
    """Becomes `schema.domain.reader_task.Cart`."""

    currency: str = strawberry.field(description="The store's currency, such as JPY.")
    lines: list[CartLineInput] = strawberry.field(description="The lines; 1 to 100.")
    tax: int = strawberry.field(default=0, description="The tax that is added to the lines.")
    total: int = strawberry.field(description="What the lines and the tax make.")

    def record(self) -> Cart:
        """The cart in domain terms."""
        lines = tuple(CartLine(it.description, it.quantity, it.amount) for it in self.lines)
        return Cart(self.currency, lines, self.tax, self.total)


@strawberry.input(description="A cart to show on a reader.")
class ReaderShowCartInput:
    """Names the reader, and what it shows."""

    reader: ReaderInput = strawberry.field(description=_READER)
    cart: CartInput = strawberry.field(description="What it shows.")


@strawberry.input(description="A reader whose cart is to be taken off.")
class ReaderClearCartInput:
    """Names the reader."""

    reader: ReaderInput = strawberry.field(description=_READER)


@strawberry.input(description="Something to choose.")
class InputChoiceInput:
    """Becomes `schema.domain.reader_task.InputChoice`."""

    id: str = strawberry.field(description="Of your making, 1 to 50 characters.")
    text: str = strawberry.field(description="What the button says; 1 to 30 characters.")
    is_primary: bool = strawberry.field(default=False, description="Whether it stands out.")


@strawberry.input(description="A switch beside an input; with a title, a description, or both.")
class InputToggleInput:
    """Becomes `schema.domain.reader_task.InputToggle`."""

    title: str | None = strawberry.field(default=None, description="1 to 50 characters.")
    description: str | None = strawberry.field(default=None, description="1 to 50 characters.")
    is_on: bool = strawberry.field(default=False, description="How it stands at first.")


@strawberry.input(description="One thing that a customer is asked for.")
class InputAskedInput:
    """Becomes `schema.domain.reader_task.InputAsked`."""

    kind: InputKind = strawberry.field(description="What it is.")
    title: str = strawberry.field(description="What stands above it; 1 to 40 characters.")
    description: str | None = strawberry.field(
        default=None, description="What stands below the title; 1 to 500 characters."
    )
    required: bool = strawberry.field(
        default=False, description="Whether the customer cannot skip it."
    )
    choices: list[InputChoiceInput] = strawberry.field(
        default_factory=list, description="What a SELECTION lets them choose; 10 at most."
    )
    toggles: list[InputToggleInput] = strawberry.field(
        default_factory=list, description="Switches beside it; 5 at most."
    )

    def record(self) -> InputAsked:
        """The input in domain terms."""
        return InputAsked(
            kind=self.kind,
            title=self.title,
            description=self.description,
            is_required=self.required,
            choices=tuple(InputChoice(it.id, it.text, it.is_primary) for it in self.choices),
            toggles=tuple(InputToggle(it.title, it.description, it.is_on) for it in self.toggles),
        )


@strawberry.input(description="Inputs to ask a customer for, one after the other.")
class ReaderCollectInputsInput:
    """Names the reader, and what it asks for."""

    reader: ReaderInput = strawberry.field(description=_READER)
    inputs: list[InputAskedInput] = strawberry.field(description="What it asks for; 1 to 5.")
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="A card to be kept for a customer.")
class CardSetupStartInput:
    """Becomes `schema.domain.reader_task.CardSetup`."""

    reader: ReaderInput = strawberry.field(description=_READER)
    customer: strawberry.ID = strawberry.field(description="The customer whose card it is.")
    consent: str = strawberry.field(
        description="The text to which they have agreed: on record with the task."
    )
    allow_redisplay: Redisplay = strawberry.field(
        description="Whether the card may be offered to them again."
    )
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="A task to call off.")
class ReaderTaskCancelInput:
    """Names the task."""

    task: strawberry.ID = strawberry.field(description="The task.")
