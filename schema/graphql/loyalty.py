"""Loyalty programmes."""

import strawberry

from schema.domain.loyalty import LoyaltyRecord
from schema.graphql.record import shows


@strawberry.type(description="A customer's account in the loyalty programme.")
@shows(LoyaltyRecord)
class LoyaltyAccount:
    """Shows `schema.domain.loyalty.LoyaltyRecord`."""
