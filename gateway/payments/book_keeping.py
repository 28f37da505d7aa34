"""Puts together what keeps other systems' books in step with the journal."""

from collections.abc import Sequence

from msgspec import Struct

from gateway.payments.books import PaymentBooks
from gateway.payments.clock import Clock, SystemClock
from gateway.payments.provider import Watched
from gateway.payments.reconcile.comparison import Comparison
from gateway.payments.reconcile.finding import ReconciliationJournal
from gateway.payments.reconcile.missed import MissedEvents, Pace
from gateway.payments.reconcile.provider import Gentleness, LedgerDriver, ProviderBooks
from gateway.payments.reconcile.reconciler import Reconciler, Rhythm
from gateway.payments.reconcile.schedule import DailyAt
from gateway.payments.service import PaymentService
from gateway.payments.write_back import OrderBooks, SendingPace, WriteBack


class BookPlan(Struct, frozen=True, kw_only=True):
    """What the configuration says of the books.

    `accounts` are the provider's that readers are configured for, None the default one.
    `online_has_orders` where payments made online tell which order they pay.
    """

    daily: DailyAt
    accounts: Sequence[str | None] = ()
    online_has_orders: bool = False
    pace: SendingPace | None = None
    rhythm: Rhythm | None = None
    gentleness: Gentleness | None = None
    missed: Pace | None = None


def keep_books(
    journal: ReconciliationJournal,
    payments: PaymentService,
    orders: OrderBooks,
    driver: LedgerDriver | None,
    plan: BookPlan,
    *,
    watched: Watched | None = None,
    clock: Clock | None = None,
) -> PaymentBooks:
    """The books over one provider, not begun yet.

    `driver` is None where the provider's books cannot be read: then only what stands still is
    found.
    """
    clock = clock or SystemClock()
    comparison, missed = None, None
    if driver is not None:
        books = ProviderBooks(driver, watched, plan.gentleness)
        comparison = Comparison(
            journal,
            books,
            clock,
            recount=payments.recount,
            adopt=payments.adoption.take_in,
            online_has_orders=plan.online_has_orders,
        )
        missed = MissedEvents(
            journal,
            books,
            clock,
            payments.webhooks.replay,
            accounts=plan.accounts,
            pace=plan.missed,
        )
    reconciler = Reconciler(
        journal,
        comparison,
        clock,
        plan.daily,
        missed=missed,
        accounts=plan.accounts,
        rhythm=plan.rhythm,
    )
    return PaymentBooks(journal, WriteBack(journal, orders, clock, plan.pace), reconciler, missed)
