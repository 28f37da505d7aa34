"""Coupons that customers hold."""

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from schema.domain.money import Money
from schema.domain.reference import SourceRef


class CouponState(Enum):
    """Whether a coupon can be used now."""

    USABLE = "USABLE"
    NOT_YET = "NOT_YET"
    USED = "USED"
    EXPIRED = "EXPIRED"


class CouponRecord(Struct, frozen=True):
    """A customer's coupon, as one system knows it: it takes off either `amount` or `percent`."""

    ref: SourceRef
    as_of: datetime
    code: Annotated[str, Meta(description="What the till scans or the web shop is given.")]
    state: Annotated[CouponState, Meta(description="Whether it can be used now.")]
    title: Annotated[str | None, Meta(description="What the customer reads on it.")] = None
    amount: Annotated[Money | None, Meta(description="Money off.")] = None
    percent: Annotated[Decimal | None, Meta(description="Per cent off, above 0 to 100.")] = None
    minimum: Annotated[Money | None, Meta(description="Least total that it is good for.")] = None
    valid_from: Annotated[datetime | None, Meta(description="First moment it is good (UTC).")] = (
        None
    )
    valid_until: Annotated[
        datetime | None, Meta(description="Moment from which it is good no more (UTC).")
    ] = None
