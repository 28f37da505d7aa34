"""After a start: everything that an earlier process left unfinished is taken up."""

from gateway.payments.follow import Followers
from gateway.payments.journal import Journal
from gateway.payments.refunds import Refunds
from gateway.payments.webhooks import Webhooks


async def recover(
    journal: Journal, followers: Followers, refunds: Refunds, webhooks: Webhooks
) -> int:
    """Take up what is unfinished; return how many payments and refunds that were.

    Asks nobody but the journal. Each payment's own task then goes on from what was committed last:
    an announcement or a capture is repeated under its key, and where the reader may have been
    called the intent is read first.
    """
    payments = await journal.unfinished()
    for payment in payments:
        followers.nudge(payment)
    open_refunds = await journal.open_refunds()
    for refund in open_refunds:
        refunds.begin(refund)
    webhooks.open()
    return len(payments) + len(open_refunds)
