"""What systems tell of their records having changed: a reason to read again, never the record."""

from datetime import datetime
from enum import Enum

from msgspec import Struct

from schema.domain.reference import SourceRef


class Changed(Enum):
    """Of what kind the changed record is."""

    COUPON = "COUPON"
    CUSTOMER = "CUSTOMER"
    LOYALTY = "LOYALTY"
    ORDER = "ORDER"
    PRODUCT = "PRODUCT"
    RESERVATION = "RESERVATION"
    RETURN = "RETURN"
    STOCK = "STOCK"
    STORE = "STORE"
    VARIANT = "VARIANT"


class ChangeRecord(Struct, frozen=True):
    """One record that is another than before.

    `ref` holds the id by which the system's readers are asked: of a customer's loyalty account and
    coupons the customer's; of stock and variants the SKU; of a store its code. `store` narrows a
    change of stock to that store's code. `at` is when it changed (UTC).
    """

    kind: Changed
    ref: SourceRef
    at: datetime
    is_removed: bool = False
    store: str | None = None


class ChangePage(Struct, frozen=True):
    """Some changes in the system's order, oldest first.

    `cursor` leads to what follows them, also when there are none yet; `more` tells that some do.
    """

    rows: tuple[ChangeRecord, ...]
    cursor: str
    more: bool = False
