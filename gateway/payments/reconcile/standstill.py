"""What stands still in the journal: payments, refunds and entries. Asks nobody but the journal."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from gateway.payments.journal import Journal, Payment, Refund
from gateway.payments.outbox import OutboxEntry
from gateway.payments.reconcile.compare import expiring
from gateway.payments.reconcile.finding import Finding
from gateway.payments.states import State
from schema.domain.reconciliation import FindingKind, FindingSeverity
from schema.domain.write_back import WriteBackState

KINDS = (
    FindingKind.PAYMENT_STUCK,
    FindingKind.REFUND_STUCK,
    FindingKind.WRITE_BACK_STUCK,
    FindingKind.HOLD_EXPIRING,
)
"""What is found here: all that there is of these, each time."""

_ENTRIES = 1000


class Patience(Struct, frozen=True, kw_only=True):
    """How long something may stand still before it is a finding, in seconds."""

    payment_s: float = 2400.0
    """A payment in one state: longer than any deadline of a card is."""
    refund_s: float = 900.0
    """A refund without an answer."""
    entry_s: float = 600.0
    """An entry that an order's own system has not accepted."""
    grave_s: float = 3600.0
    """Longer than this, it is grave."""
    hold_s: float = 24 * 3600.0
    """How long before a hold runs out somebody is told."""


async def standing_still(journal: Journal, now: datetime, patience: Patience) -> list[Finding]:
    """Everything that stands still at present, and holds that are about to run out."""
    payments = await journal.payments(await journal.unfinished())
    found = [*_payments(payments.values(), now, patience)]
    found += _refunds(await journal.open_refunds(), now, patience)
    unsent = await journal.unsent_entries(_ENTRIES)
    found += _entries(unsent, now, patience)
    found += _unsupported(await journal.unsupported_entries())
    return found


def _payments(payments: Iterable[Payment], now: datetime, patience: Patience) -> Iterable[Finding]:
    for payment in payments:
        if payment.state is State.AUTHORIZED:
            near = expiring(payment, now, timedelta(seconds=patience.hold_s))
            if near is not None:
                yield near
            continue
        still_s = (now - payment.updated_at).total_seconds()
        if still_s >= patience.payment_s:
            yield Finding(
                kind=FindingKind.PAYMENT_STUCK,
                subject=payment.id,
                severity=_severity(still_s, patience),
                message=f"The payment has been {payment.state.name} since"
                f" {payment.updated_at:%Y-%m-%dT%H:%MZ}.",
                payment=payment.id,
                provider_reference=payment.intent,
                account=payment.account,
                amount=payment.amount,
                store=payment.store or None,
            )


def _refunds(refunds: Iterable[Refund], now: datetime, patience: Patience) -> Iterable[Finding]:
    for refund in refunds:
        still_s = (now - refund.created_at).total_seconds()
        if still_s >= patience.refund_s:
            yield Finding(
                kind=FindingKind.REFUND_STUCK,
                subject=refund.id,
                severity=_severity(still_s, patience),
                message="The provider has not answered whether it gives the money back.",
                payment=refund.payment,
                refund=refund.id,
                amount=refund.amount,
                store=refund.store,
            )


def _entries(
    entries: Iterable[OutboxEntry], now: datetime, patience: Patience
) -> Iterable[Finding]:
    for entry in entries:
        still_s = (now - entry.created_at).total_seconds()
        if entry.state is WriteBackState.PENDING and still_s < patience.entry_s:
            continue
        told = entry.entry
        yield Finding(
            kind=FindingKind.WRITE_BACK_STUCK,
            subject=entry.reference,
            severity=_entry_severity(entry, still_s, patience),
            message=_entry_message(entry),
            payment=entry.payment,
            refund=None if entry.reference == entry.payment else entry.reference.split(":")[0],
            provider_reference=told.provider_reference,
            amount=told.amount,
            store=told.store,
        )


def _entry_severity(entry: OutboxEntry, still_s: float, patience: Patience) -> FindingSeverity:
    if entry.state is WriteBackState.REFUSED:
        return FindingSeverity.ERROR
    return _severity(still_s, patience)


def _entry_message(entry: OutboxEntry) -> str:
    system, code = entry.order.name, entry.last_error or "not tried yet"
    if entry.state is WriteBackState.REFUSED:
        return f"{system} refuses the entry ({code}): enter it there by hand."
    return f"{system} has not accepted the entry after {entry.tries} tries ({code})."


def _unsupported(counts: Mapping[str, int]) -> Iterable[Finding]:
    """One for each system that takes no entries, or there would be one for each of its payments."""
    for system, count in counts.items():
        yield Finding(
            kind=FindingKind.WRITE_BACK_STUCK,
            subject=f"source {system}",
            severity=FindingSeverity.WARNING,
            message=f"{system} takes no entries: {count} must be entered there by hand.",
        )


def _severity(still_s: float, patience: Patience) -> FindingSeverity:
    return FindingSeverity.ERROR if still_s >= patience.grave_s else FindingSeverity.WARNING
