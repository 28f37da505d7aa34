"""What an earlier process left unfinished, or another one that is gone, is taken up.

Asks nobody but the journal. Each payment's own task then goes on from what was committed last: an
announcement or a capture is repeated under its key, and where the reader may have been called the
intent is read first.
"""

from collections.abc import Sequence

from gateway.payments.follow import Followers
from gateway.payments.journal import Journal
from gateway.payments.keeper import Work
from gateway.payments.refunds import Refunds
from gateway.payments.subject import Kind


def payment_work(journal: Journal, followers: Followers) -> Work:
    """Payments, each followed until it is final."""
    return Work(Kind.PAYMENT, journal.unfinished, followers.take_up, followers.aclose)


def refund_work(journal: Journal, refunds: Refunds) -> Work:
    """Refunds, each asked for until the provider has answered."""

    async def unfinished() -> Sequence[str]:
        return [refund.id for refund in await journal.open_refunds()]

    async def take_up(ids: Sequence[str]) -> None:
        for refund in (await journal.refunds(ids)).values():
            refunds.begin(refund)

    return Work(Kind.REFUND, unfinished, take_up, refunds.aclose)
