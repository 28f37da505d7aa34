"""Money in the graph."""

from decimal import Decimal

import strawberry

from schema.domain import money as domain
from schema.domain.errors import InvalidRequest
from schema.graphql.record import shown_as
from schema.graphql.scalars import CurrencyCode


@strawberry.type(description="An exact amount of one currency.")
class Money:
    """Shows `schema.domain.money.Money`."""

    amount: Decimal = strawberry.field(
        description="The amount in the currency's main unit, with all its decimal places."
    )
    currency: CurrencyCode = strawberry.field(description="The currency.")
    minor: int = strawberry.field(
        description="The amount in the currency's smallest unit: 1999 is $19.99, or 1,999 yen."
    )


shown_as(domain.Money, Money)


@strawberry.input(description="An exact amount of one currency.")
class MoneyInput:
    """Becomes `schema.domain.money.Money`."""

    amount: Decimal = strawberry.field(
        description="The amount in the currency's main unit, with no more places than it has."
    )
    currency: CurrencyCode = strawberry.field(description="The currency.")

    def record(self) -> domain.Money:
        """The amount as a record.

        Raises:
            InvalidRequest: The currency has no such fraction, or it is no amount of money.
        """
        try:
            return domain.Money.of(self.amount, self.currency)
        except ValueError as error:
            raise InvalidRequest(f"The amount is wrong: {error}.") from error
