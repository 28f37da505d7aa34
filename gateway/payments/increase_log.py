"""Requests to hold more money, as the journal keeps them."""

from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from msgspec import Struct

from gateway.payments.due_log import OrderPart
from schema.domain.money import Money

if TYPE_CHECKING:  # the journal is made of logs, this one among them
    from gateway.payments.journal import KeyTaken, NothingDue, PartTooLarge, Payment

INCREASES_MAX = 10
"""How often the holding of one payment may be asked for to grow, refusals included."""


class Increase(Struct, frozen=True, kw_only=True):
    """A request to hold more. `amount` is what the payment shall be of in all, tips aside."""

    idempotency_key: str
    payment: str
    request_hash: str
    actor: str
    amount: Money
    created_at: datetime


class Growth(Struct, frozen=True):
    """By how much a payment takes more of its order; `due` is what the order's system says."""

    due: Money
    wanted: OrderPart


class TooManyIncreases(Struct, frozen=True):
    """The hold has been asked to grow as often as it may."""


Increased: TypeAlias = "Payment | KeyTaken | NothingDue | PartTooLarge | TooManyIncreases"
"""What may come of recording a request: the payment on its way, or as it is where it was known."""


class IncreaseLog(Protocol):
    """What holds have been asked to grow by."""

    async def begin_increase(
        self, increase: Increase, before: "Payment", after: "Payment", growth: Growth | None
    ) -> Increased:
        """Record a request, the payment's step with it, and the attempt that it stands for.

        All of it in one transaction. A payment of an order grows no further than what is due;
        `growth` is None for any other. A key that is known already answers with its payment,
        whatever has become of it.

        Raises:
            StaleError: `before` is not the latest.
        """
        ...

    async def increase_by_key(self, key: str) -> Increase | None:
        """Return the request of an idempotency key."""
        ...
