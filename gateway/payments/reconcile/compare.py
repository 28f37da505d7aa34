"""What the provider's word about one payment means beside the journal's. Pure: no I/O, no clock."""

from datetime import datetime, timedelta

from connectors.sdk.payment_ledger import ListedRefund
from connectors.sdk.terminal import IntentState, IntentStatus
from gateway.payments.journal import Payment
from gateway.payments.reconcile.finding import Finding
from gateway.payments.states import FINAL, State
from schema.domain.money import Money
from schema.domain.payment import PaymentChannel
from schema.domain.reconciliation import FindingKind, FindingSeverity

_MOVING = frozenset({IntentStatus.PROCESSING})


def money_in(intent: IntentState) -> Money:
    """What the provider has of a payment, held or taken, less what was given back."""
    held = intent.capturable.minor + intent.received.minor - intent.refunded.minor
    return Money(held, intent.amount.currency)


def unknown_intent(intent: IntentState, account: str | None) -> Finding | None:
    """A payment that the journal lacks; None where no money is in it.

    One that was paid at a reader, or bears an id of ours, is grave: it was made with our readers,
    or in our name. Any other may be another program's on the same account.
    """
    if money_in(intent).minor <= 0 and intent.status not in _MOVING:
        return None
    is_grave = intent.was_at_reader or intent.reference is not None
    where = "at a reader" if intent.was_at_reader else "online"
    return Finding(
        kind=FindingKind.INTENT_UNKNOWN,
        subject=intent.id,
        severity=FindingSeverity.ERROR if is_grave else FindingSeverity.INFO,
        message=f"The provider has a payment made {where} that the journal does not know.",
        provider_reference=intent.id,
        account=account,
        amount=money_in(intent),
    )


def differing(payment: Payment, intent: IntentState) -> Finding | None:
    """Whether a payment that is through holds other money at the provider than in the journal."""
    if payment.state not in FINAL:
        return None
    is_paid = payment.state is State.PAID
    ours = (payment.captured.minor, payment.refunded.minor) if is_paid else (0, 0)
    theirs = (intent.received.minor + intent.capturable.minor, intent.refunded.minor)
    if ours == theirs and intent.amount.currency == payment.amount.currency:
        return None
    return _of_payment(
        FindingKind.AMOUNT_DIFFERS,
        FindingSeverity.ERROR,
        payment,
        message=(
            f"The journal has {ours[0]} taken and {ours[1]} given back, the provider"
            f" {theirs[0]} and {theirs[1]} (in the smallest unit of {intent.amount.currency})."
        ),
        amount=Money(theirs[0] - theirs[1] - ours[0] + ours[1], intent.amount.currency),
    )


def without_order(payment: Payment) -> Finding | None:
    """Whether money was taken that belongs to no order."""
    left = payment.captured.minor - payment.refunded.minor
    if payment.state is not State.PAID or payment.order is not None or left <= 0:
        return None
    is_online = payment.channel is PaymentChannel.ONLINE
    return _of_payment(
        FindingKind.MONEY_WITHOUT_ORDER,
        FindingSeverity.WARNING if is_online else FindingSeverity.INFO,
        payment,
        message="Money was taken for no order that is known.",
        amount=Money(left, payment.amount.currency),
    )


def expiring(payment: Payment, now: datetime, near: timedelta) -> Finding | None:
    """Whether money that is held will soon be lost, because nobody takes it."""
    before = payment.capture_before
    if payment.state is not State.AUTHORIZED or before is None or now < before - near:
        return None
    return _of_payment(
        FindingKind.HOLD_EXPIRING,
        FindingSeverity.ERROR,
        payment,
        message=f"Money that is held is lost unless it is taken before {before:%Y-%m-%dT%H:%MZ}.",
        amount=payment.authorized or payment.amount,
    )


def missing(payment: Payment) -> Finding:
    """A payment that the provider says it does not have."""
    return _of_payment(
        FindingKind.PAYMENT_MISSING,
        FindingSeverity.ERROR,
        payment,
        message="The provider does not know this payment.",
        amount=payment.captured,
    )


def unknown_refund(listed: ListedRefund, payment: Payment) -> Finding:
    """A refund of a payment of ours that the journal lacks."""
    return _of_payment(
        FindingKind.REFUND_UNKNOWN,
        FindingSeverity.ERROR,
        payment,
        subject=listed.refund.id,
        message="The provider has given money back that the journal does not know of.",
        provider_reference=listed.refund.id,
        amount=listed.refund.amount,
    )


def is_released(listed: ListedRefund, payment: Payment) -> bool:
    """Whether a listed refund is only what the capture of a part has let go: nothing was taken."""
    held = payment.authorized or payment.amount
    return listed.refund.amount.minor == held.minor - payment.captured.minor > 0


def _of_payment(
    kind: FindingKind,
    severity: FindingSeverity,
    payment: Payment,
    *,
    message: str,
    amount: Money,
    subject: str | None = None,
    provider_reference: str | None = None,
) -> Finding:
    return Finding(
        kind=kind,
        subject=subject or payment.id,
        severity=severity,
        message=message,
        payment=payment.id,
        provider_reference=provider_reference or payment.intent,
        account=payment.account,
        amount=amount,
        store=payment.store or None,
    )
