"""What a reader does besides payments, as clients see it. Amounts are in minor units."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct
from typing_extensions import override

from schema.domain.reference import SourceRef


class ReaderTaskKind(Enum):
    """What a reader is asked to do."""

    CART = "CART"
    CART_CLEAR = "CART_CLEAR"
    INPUTS = "INPUTS"
    CARD_SETUP = "CARD_SETUP"


class ReaderTaskState(Enum):
    """Where a task stands. `UNKNOWN` means: it is being checked, and must not be repeated."""

    PENDING = "PENDING"
    WAITING = "WAITING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    UNKNOWN = "UNKNOWN"


FINAL_TASK_STATES = frozenset(
    {
        ReaderTaskState.SUCCEEDED,
        ReaderTaskState.FAILED,
        ReaderTaskState.CANCELED,
        ReaderTaskState.EXPIRED,
    }
)


class InputKind(Enum):
    """What a customer enters."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"
    NUMERIC = "NUMERIC"
    TEXT = "TEXT"
    SIGNATURE = "SIGNATURE"
    SELECTION = "SELECTION"


class Redisplay(Enum):
    """Whether the card may be offered to its owner again, as they have agreed."""

    ALWAYS = "ALWAYS"
    LIMITED = "LIMITED"
    UNSPECIFIED = "UNSPECIFIED"


class CartLine(Struct, frozen=True):
    """One line: `amount` is the whole line's; below zero it is taken off."""

    description: str
    quantity: int
    amount: int


class Cart(Struct, frozen=True, tag=True):
    """What a reader shows: the lines and the tax make the total."""

    currency: str
    lines: tuple[CartLine, ...]
    tax: int
    total: int


class CartClear(Struct, frozen=True, tag=True):
    """A cart to be taken off a reader."""


class InputChoice(Struct, frozen=True):
    """Something to choose."""

    id: str
    text: str
    is_primary: bool = False


class InputToggle(Struct, frozen=True):
    """A switch beside an input, and how it stands at first."""

    title: str | None = None
    description: str | None = None
    is_on: bool = False


class InputAsked(Struct, frozen=True):
    """One thing that a customer is asked for; a selection has choices, and nothing else has."""

    kind: InputKind
    title: str
    description: str | None = None
    is_required: bool = False
    choices: tuple[InputChoice, ...] = ()
    toggles: tuple[InputToggle, ...] = ()


class Inputs(Struct, frozen=True, tag=True):
    """What a customer is asked for, one after the other."""

    inputs: tuple[InputAsked, ...]


class CardSetup(Struct, frozen=True, tag=True):
    """A card to be kept for a customer. `consent` is the text to which they have agreed."""

    customer: SourceRef
    redisplay: Redisplay
    consent: str


Asked = Cart | CartClear | Inputs | CardSetup


class InputAnswer(Struct, frozen=True):
    """What a customer has entered: personal data, which no text about it may show."""

    kind: Annotated[InputKind, Meta(description="What was asked for.")]
    title: Annotated[str, Meta(description="Under which title.")]
    value: Annotated[
        str | None,
        Meta(
            description="What was entered: a signature's file at the provider, a choice's id;"
            " null where the customer has skipped it."
        ),
    ] = None
    toggles: Annotated[
        tuple[bool, ...], Meta(description="How the switches beside it stood, in their order.")
    ] = ()

    @override
    def __repr__(self) -> str:
        return f"InputAnswer({self.kind})"


class SavedCard(Struct, frozen=True):
    """A card that is kept at the provider."""

    payment_method: Annotated[str, Meta(description="The provider's id of it, to charge it by.")]
    brand: Annotated[str | None, Meta(description="Such as visa.")] = None
    last4: Annotated[str | None, Meta(description="The last four digits.")] = None


class ReaderTaskFailure(Struct, frozen=True):
    """Why a task came to nothing."""

    code: Annotated[str, Meta(description="Stable code, such as reader_offline.")]
    message: Annotated[str, Meta(description="A sentence for staff.")]


class ReaderTaskRecord(Struct, frozen=True):
    """One task. `version` counts its steps."""

    id: str
    kind: Annotated[ReaderTaskKind, Meta(description="What the reader is asked to do.")]
    state: Annotated[ReaderTaskState, Meta(description="Where it stands.")]
    store: str
    reader_name: str
    created_at: Annotated[datetime, Meta(description="When it was asked for (UTC).")]
    updated_at: Annotated[datetime, Meta(description="When it last changed (UTC).")]
    version: int
    failure: ReaderTaskFailure | None = None
    inputs: tuple[InputAnswer, ...] = ()
    inputs_erased_at: Annotated[
        datetime | None,
        Meta(description="When what was entered was erased (UTC); null while it is kept."),
    ] = None
    card: SavedCard | None = None
