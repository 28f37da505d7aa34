"""Payments, as clients see them."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from schema.domain.money import Money
from schema.domain.payment_method import PaymentMethodKind
from schema.domain.receipt import PaymentReceiptRecord
from schema.domain.reference import SourceRef


class PaymentState(Enum):
    """Where a payment stands. `UNKNOWN` means: it is being checked, and must not be repeated."""

    PENDING = "PENDING"
    AWAITING_CARD = "AWAITING_CARD"
    PROCESSING = "PROCESSING"
    AUTHORIZED = "AUTHORIZED"
    CAPTURED = "CAPTURED"
    DECLINED = "DECLINED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    UNKNOWN = "UNKNOWN"


FINAL_STATES = frozenset(
    {PaymentState.CAPTURED, PaymentState.DECLINED, PaymentState.CANCELED, PaymentState.EXPIRED}
)


class PaymentChannel(Enum):
    """Where the customer paid: at a reader of a store, or online."""

    IN_PERSON = "IN_PERSON"
    ONLINE = "ONLINE"


class CaptureMethod(Enum):
    """When the money is taken: with the card's approval, or later by `terminalPaymentCapture`."""

    AUTOMATIC = "AUTOMATIC"
    MANUAL = "MANUAL"


class PaymentFailure(Struct, frozen=True):
    """Why a payment did not go through."""

    code: Annotated[str, Meta(description="Stable code, such as card_declined.")]
    message: Annotated[str, Meta(description="A sentence for staff.")]


class PaymentEventRecord(Struct, frozen=True):
    """One step in a payment's life."""

    at: Annotated[datetime, Meta(description="When it was recorded (UTC).")]
    state: Annotated[PaymentState, Meta(description="The state that was reached.")]
    note: Annotated[str | None, Meta(description="What led there, in a few words.")] = None


class PaymentRecord(Struct, frozen=True):
    """One payment. `store` and `reader_name` name the reader, `order` what it pays.

    A payment that was made online has neither store nor reader: those are empty.
    """

    id: str
    state: Annotated[PaymentState, Meta(description="Where the payment stands.")]
    amount: Annotated[Money, Meta(description="What was asked for.")]
    captured: Annotated[Money, Meta(description="What was taken, tips included.")]
    refunded: Annotated[Money, Meta(description="What was given back of it.")]
    store: str
    reader_name: str
    created_at: Annotated[datetime, Meta(description="When it was started (UTC).")]
    updated_at: Annotated[datetime, Meta(description="When it last changed (UTC).")]
    capture_method: Annotated[CaptureMethod, Meta(description="When the money is taken.")]
    channel: Annotated[
        PaymentChannel, Meta(description="Where the customer paid: at a reader, or online.")
    ] = PaymentChannel.IN_PERSON
    order: SourceRef | None = None
    failure: PaymentFailure | None = None
    authorized: Annotated[
        Money | None, Meta(description="What was held when it was last read, tips included.")
    ] = None
    tip: Annotated[
        Money | None, Meta(description="What the customer added; null where that was nothing.")
    ] = None
    capture_before: Annotated[
        datetime | None,
        Meta(description="Until when money that is held can be taken (UTC); the network decides."),
    ] = None
    methods: Annotated[
        tuple[PaymentMethodKind, ...], Meta(description="What the customer may pay with.")
    ] = (PaymentMethodKind.CARD,)
    receipt: PaymentReceiptRecord | None = None
    retry_until: Annotated[
        datetime | None,
        Meta(
            description="Until when another card may be tried by `terminalPaymentRetry` (UTC);"
            " null when no more can be."
        ),
    ] = None
    events: tuple[PaymentEventRecord, ...] = ()

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen but that money is given back."""
        return self.state in FINAL_STATES and self.retry_until is None


class RefundState(Enum):
    """Where a refund stands."""

    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


class RefundReason(Enum):
    """Why money is given back, as the payment provider distinguishes it."""

    DUPLICATE = "duplicate"
    FRAUDULENT = "fraudulent"
    REQUESTED_BY_CUSTOMER = "requested_by_customer"


AT_PROVIDER = "provider"
"""Who asked for a refund that was made at the payment provider itself."""


class RefundRecord(Struct, frozen=True):
    """Money given back from one payment."""

    id: str
    payment: str
    state: Annotated[RefundState, Meta(description="Where the refund stands.")]
    amount: Annotated[Money, Meta(description="What is given back.")]
    created_at: Annotated[datetime, Meta(description="When it was asked for (UTC).")]
    actor: Annotated[
        str,
        Meta(
            description="Who asked for it: the name of an API key, or `provider` where it was made"
            " at the payment provider itself."
        ),
    ] = AT_PROVIDER
    reason: Annotated[
        RefundReason | None, Meta(description="Why it is given back, where that was told.")
    ] = None
    failure: PaymentFailure | None = None


class UserErrorRecord(Struct, frozen=True):
    """Why a mutation did nothing, for the person who asked.

    `path` leads to the argument that was wrong, outermost first. `names` are the ones that exist,
    where a name was unknown.
    """

    code: Annotated[str, Meta(description="Stable code, such as READER_UNKNOWN.")]
    message: Annotated[str, Meta(description="A sentence for the person who asked.")]
    path: Annotated[
        tuple[str, ...], Meta(description="The argument that was wrong, outermost first.")
    ] = ()
    names: tuple[str, ...] = ()
