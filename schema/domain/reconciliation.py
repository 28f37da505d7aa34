"""What was found when the payment provider's books were compared with the journal."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from schema.domain.money import Money


class FindingKind(Enum):
    """What does not agree, or stands still."""

    MONEY_WITHOUT_ORDER = "MONEY_WITHOUT_ORDER"
    HOLD_EXPIRING = "HOLD_EXPIRING"
    INTENT_UNKNOWN = "INTENT_UNKNOWN"
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
    REFUND_UNKNOWN = "REFUND_UNKNOWN"
    PAYMENT_MISSING = "PAYMENT_MISSING"
    PAYMENT_STUCK = "PAYMENT_STUCK"
    REFUND_STUCK = "REFUND_STUCK"
    WRITE_BACK_STUCK = "WRITE_BACK_STUCK"


class FindingSeverity(Enum):
    """How urgent a finding is. `ERROR`: money may be wrong until somebody has acted."""

    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class FindingRecord(Struct, frozen=True, kw_only=True):
    """Something that a person may have to look at, until it is so no more."""

    kind: Annotated[FindingKind, Meta(description="What does not agree, or stands still.")]
    severity: Annotated[FindingSeverity, Meta(description="How urgent it is.")]
    message: Annotated[str, Meta(description="A sentence for staff.")]
    first_seen_at: Annotated[datetime, Meta(description="When it was found (UTC).")]
    seen_at: Annotated[datetime, Meta(description="When it was so the last time (UTC).")]
    payment: str | None = None
    refund: str | None = None
    provider_reference: Annotated[
        str | None, Meta(description="The payment provider's own id of what it is about.")
    ] = None
    amount: Annotated[Money | None, Meta(description="The money that it is about.")] = None


class ReconciliationRunRecord(Struct, frozen=True, kw_only=True):
    """One comparison of the provider's books with the journal."""

    started_at: Annotated[datetime, Meta(description="When it began (UTC).")]
    finished_at: Annotated[
        datetime | None, Meta(description="When it was through (UTC); null where it was not.")
    ]
    since: Annotated[
        datetime, Meta(description="The provider's books from then on were compared (UTC).")
    ]
    intents: Annotated[int, Meta(description="Payments that the provider listed.")]
    refunds: Annotated[int, Meta(description="Refunds that the provider listed.")]
    adopted: Annotated[int, Meta(description="Payments made elsewhere that are on record now.")]
    unreadable: Annotated[
        int, Meta(description="What it listed in a form that is not known; not compared.")
    ]
    findings: Annotated[int, Meta(description="What was found and is open.")]
