"""Systems that keep what customers have earned."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from connectors.sdk.context import CallContext
from schema.domain.coupon import CouponRecord
from schema.domain.customer import CustomerLink
from schema.domain.errors import SourceError
from schema.domain.loyalty import LoyaltyRecord


@runtime_checkable
class LoyaltyReader(Protocol):
    """A system that keeps loyalty accounts."""

    async def loyalty(
        self, ctx: CallContext, customers: Sequence[CustomerLink]
    ) -> Mapping[CustomerLink, LoyaltyRecord | SourceError]:
        """Return each customer's account; absent where the customer has none."""
        ...


@runtime_checkable
class CouponReader(Protocol):
    """A system that knows which coupons customers hold."""

    async def coupons(
        self, ctx: CallContext, customers: Sequence[CustomerLink]
    ) -> Mapping[CustomerLink, Sequence[CouponRecord] | SourceError]:
        """Return each customer's coupons, also used and expired ones, ordered by code.

        A customer whom the system does not know is absent; one without coupons has none.
        """
        ...
