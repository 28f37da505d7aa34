"""What a payment provider with server-driven readers tells and is told."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Final

from msgspec import Struct, field

from schema.domain.money import Money
from schema.domain.payment import CaptureMethod, PaymentFailure, RefundReason, RefundState
from schema.domain.payment_method import PaymentMethodKind
from schema.domain.reader import ReaderStatus
from schema.domain.receipt import PaymentReceiptRecord

AT_READER = "_present"
"""How the kinds of cards end that were shown to a reader."""

INTERAC = "interac_present"
"""The kind of card that takes money back only at a reader."""


METHOD_UNAVAILABLE: Final = "method_unavailable"
"""The reason of a `Rejected` payment whose account or currency lacks what it may be paid with."""


class IntentStatus(Enum):
    """The provider's own state of a payment: the truth about its money."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


class AmountRule(Struct, frozen=True):
    """Which amounts of one currency a provider takes, in its smallest unit.

    Neither `least` nor `most` is beyond the bounds, and every amount is a multiple of `step`.
    """

    least: int
    most: int
    step: int = 1


class IntentRequest(Struct, frozen=True):
    """A payment to announce. `reference` is our payment's id, by which the provider finds it.

    `methods` are what the customer may pay with. An `incrementable` hold may grow later, where the
    card's network lets it.
    """

    amount: Money
    capture: CaptureMethod
    reference: str
    account: str | None = None
    methods: tuple[PaymentMethodKind, ...] = (PaymentMethodKind.CARD,)
    incrementable: bool = False


class IntentState(Struct, frozen=True):
    """A payment at the provider. Money held (`capturable`), taken (`received`) and given back.

    `reference` is our payment's id where we have announced it; `metadata` is all that was noted
    there, by whomever. `method` is the kind of card that paid, as the provider names it. `amount`
    and what is held or taken include the `tip`. Of money that is held `capture_before` tells how
    long, and `is_increasable` whether more may be held. `charge` is the provider's id of the last
    card that was tried, whatever came of it.
    """

    id: str
    status: IntentStatus
    amount: Money
    capturable: Money
    received: Money
    refunded: Money
    failure: PaymentFailure | None = None
    capture_before: datetime | None = None
    reference: str | None = None
    method: str | None = None
    created_at: datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    tip: Money | None = None
    receipt: PaymentReceiptRecord | None = None
    is_increasable: bool = False
    charge: str | None = None

    @property
    def was_at_reader(self) -> bool:
        """Whether the card that paid was shown to a reader."""
        return (self.method or "").endswith(AT_READER)

    @property
    def is_given_back_at_reader(self) -> bool:
        """Whether only the card itself can take the money back, shown to a reader."""
        return self.method == INTERAC


class ActionStatus(Enum):
    """How far a reader has come with what it was told."""

    IN_PROGRESS = "in_progress"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class ReaderAction(Struct, frozen=True):
    """What a reader was last told: a hint, never the truth about money.

    `intent` is the payment that it takes; `refund_of` the one that it gives back, and `reference`
    our refund's id, where it does that for us.
    """

    kind: str
    status: ActionStatus
    intent: str | None = None
    failure: PaymentFailure | None = None
    refund_of: str | None = None
    reference: str | None = None


class ReaderState(Struct, frozen=True):
    """A reader at the provider. `last_seen_at` is UTC."""

    id: str
    label: str
    location: str | None
    status: ReaderStatus
    device_type: str | None = None
    serial_number: str | None = None
    last_seen_at: datetime | None = None
    action: ReaderAction | None = None


class ReaderOptions(Struct, frozen=True):
    """How a reader takes one payment. `tip_eligible` is the amount that tips are suggested on."""

    tip_eligible: Money | None = None
    skip_tipping: bool = True
    customer_cancellation: bool = True
    account: str | None = None


class RefundRequest(Struct, frozen=True):
    """Money to give back. `reference` is our refund's id, by which it is found at the provider."""

    intent: str
    amount: Money
    reference: str
    reason: RefundReason | None = None
    account: str | None = None


class ProviderRefund(Struct, frozen=True):
    """A refund at the provider; without a `reference` it was not asked for by us."""

    id: str
    state: RefundState
    amount: Money
    failure: PaymentFailure | None = None
    reference: str | None = None
    reason: RefundReason | None = None
    created_at: datetime | None = None


class ProviderEvent(Struct, frozen=True):
    """A genuine message from the provider, which tells what to read again, and nothing else.

    `intent`, `reader`, `setup_intent` and `refund` are the provider's ids of what it is about;
    `account` is the connected account that they belong to, None the default one. `is_personal`
    tells that it quotes what a customer has entered: its bytes must not be kept.
    """

    id: str
    kind: str
    created_at: datetime
    intent: str | None = None
    reader: str | None = None
    setup_intent: str | None = None
    refund: str | None = None
    account: str | None = None
    is_personal: bool = False
