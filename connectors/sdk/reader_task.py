"""What a payment provider's readers do besides payments."""

from collections.abc import Sequence
from enum import Enum

from msgspec import Struct

from connectors.sdk.terminal import ActionStatus
from schema.domain.payment import PaymentFailure
from schema.domain.reader_task import InputAnswer, InputAsked, Redisplay, SavedCard

DISPLAY = "set_reader_display"
"""The kind of action that shows something, and waits for nobody."""


class TaskAction(Struct, frozen=True):
    """What a reader was last told.

    `intent` is the payment that it is about, `setup` the card to be kept, and `reference` our own
    name of it, where it bears one. `answers` are what was entered.
    """

    kind: str
    status: ActionStatus
    failure: PaymentFailure | None = None
    intent: str | None = None
    setup: str | None = None
    reference: str | None = None
    answers: tuple[InputAnswer, ...] = ()


class TaskReader(Struct, frozen=True):
    """A reader, where it is registered, and what it is doing."""

    id: str
    location: str | None
    action: TaskAction | None = None


class InputsRequest(Struct, frozen=True):
    """Inputs to ask for; `reference` comes back with them."""

    inputs: Sequence[InputAsked]
    reference: str
    account: str | None = None


class SetupRequest(Struct, frozen=True):
    """A card to announce. `customer` is the provider's id of whose it is."""

    customer: str
    reference: str
    account: str | None = None


class SetupStatus(Enum):
    """The provider's own state of a card to be kept: the truth about it."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


class SetupState(Struct, frozen=True):
    """A card to be kept, at the provider. `card` is the one that can be charged again."""

    id: str
    status: SetupStatus
    failure: PaymentFailure | None = None
    card: SavedCard | None = None


class SetupProcess(Struct, frozen=True):
    """How a reader asks for a card to be kept."""

    setup: str
    redisplay: Redisplay
    account: str | None = None
