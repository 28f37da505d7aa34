"""What a payment provider with server-driven readers tells and is told."""

from datetime import datetime
from enum import Enum

from msgspec import Struct

from schema.domain.money import Money
from schema.domain.payment import CaptureMethod, PaymentFailure, RefundState
from schema.domain.reader import ReaderStatus


class IntentStatus(Enum):
    """The provider's own state of a payment: the truth about its money."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


class IntentRequest(Struct, frozen=True):
    """A payment to announce. `reference` is our payment's id, by which the provider finds it."""

    amount: Money
    capture: CaptureMethod
    reference: str
    account: str | None = None


class IntentState(Struct, frozen=True):
    """A payment at the provider. Money held (`capturable`), taken (`received`) and given back."""

    id: str
    status: IntentStatus
    amount: Money
    capturable: Money
    received: Money
    refunded: Money
    failure: PaymentFailure | None = None
    capture_before: datetime | None = None


class ActionStatus(Enum):
    """How far a reader has come with what it was told."""

    IN_PROGRESS = "in_progress"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class ReaderAction(Struct, frozen=True):
    """What a reader was last told: a hint, never the truth about money."""

    kind: str
    status: ActionStatus
    intent: str | None = None
    failure: PaymentFailure | None = None


class ReaderState(Struct, frozen=True):
    """A reader at the provider. `last_seen_at` is UTC."""

    id: str
    label: str
    location: str | None
    status: ReaderStatus
    device_type: str | None = None
    last_seen_at: datetime | None = None
    action: ReaderAction | None = None


class ReaderOptions(Struct, frozen=True):
    """How a reader takes one payment. `tip_eligible` is the amount that tips are suggested on."""

    tip_eligible: Money | None = None
    skip_tipping: bool = True
    customer_cancellation: bool = True
    account: str | None = None


class ProviderRefund(Struct, frozen=True):
    """A refund at the provider."""

    id: str
    state: RefundState
    amount: Money
    failure: PaymentFailure | None = None


class ProviderEvent(Struct, frozen=True):
    """A genuine message from the provider, which tells what to read again, and nothing else.

    `intent`, `reader`, `setup_intent` and `refund` are the provider's ids of what it is about;
    `account` is the connected account that they belong to, None the default one.
    """

    id: str
    kind: str
    created_at: datetime
    intent: str | None = None
    reader: str | None = None
    setup_intent: str | None = None
    refund: str | None = None
    account: str | None = None
