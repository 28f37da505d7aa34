"""What the provider's list of refunds means for those on record. Pure: no I/O, no clock."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from connectors.sdk.terminal import ProviderRefund
from gateway.payments.journal import Payment, Refund
from schema.domain.money import Money
from schema.domain.payment import AT_PROVIDER, PaymentFailure, RefundState

NOT_MADE = PaymentFailure(
    "refund_not_made",
    "The request was lost on its way, and nothing was given back. Use a new idempotencyKey.",
)


class RefundNews(Struct, frozen=True):
    """Refunds of ours that have changed, and new ones that were made at the provider itself."""

    changed: tuple[Refund, ...] = ()
    made_elsewhere: tuple[Refund, ...] = ()


def news(
    payment: Payment,
    ours: Sequence[Refund],
    listed: Sequence[ProviderRefund],
    given_back: Money,
    now: datetime,
) -> RefundNews:
    """Compare what is on record of a payment with the provider's list.

    `given_back` is what the provider says was given back in all: the truth about the sum.
    """
    by_provider = {it.provider_id: it for it in ours if it.provider_id is not None}
    changed, strangers = [], []
    for told in listed:
        known = by_provider.get(told.id) or _asked_for(told, ours)
        if known is None:
            strangers.append(told)
        elif (settled := settled_as(known, told, now)) != known:
            changed.append(settled)
    new = _without_released(strangers, listed, given_back)
    return RefundNews(tuple(changed), tuple(_made_elsewhere(payment, it, now) for it in new))


def settled_as(refund: Refund, told: ProviderRefund, now: datetime) -> Refund:
    """A refund on record, as the provider tells it; the same where nothing is new."""
    if (refund.state, refund.provider_id, refund.failure) == (told.state, told.id, told.failure):
        return refund
    return replace(
        refund, state=told.state, provider_id=told.id, failure=told.failure, updated_at=now
    )


def found(refund: Refund, listed: Sequence[ProviderRefund], now: datetime) -> Refund | None:
    """A refund whose answer was lost, by its id in the provider's list; None if it is not there."""
    for told in listed:
        if told.reference == refund.id:
            return settled_as(refund, told, now)
    return None


def _asked_for(told: ProviderRefund, ours: Sequence[Refund]) -> Refund | None:
    """The refund that we have asked for and whose answer we have not heard."""
    if told.reference is None:
        return None
    return next((it for it in ours if it.id == told.reference and it.provider_id is None), None)


def _without_released(
    strangers: Sequence[ProviderRefund], listed: Sequence[ProviderRefund], given_back: Money
) -> list[ProviderRefund]:
    """Leave out what the capture of a part has released.

    It may stand in the list as if it had been given back. The sum knows better: what is too much
    there is such an entry.
    """
    living = sum(it.amount.minor for it in listed if it.state is not RefundState.FAILED)
    released = living - given_back.minor
    rest = [*strangers]
    for told in strangers:
        if released > 0 and told.amount.minor == released:
            rest.remove(told)
            break
    return rest


def _made_elsewhere(payment: Payment, told: ProviderRefund, now: datetime) -> Refund:
    return Refund(
        id=told.id,
        payment=payment.id,
        idempotency_key=told.id,
        request_hash="",
        actor=AT_PROVIDER,
        amount=told.amount,
        state=told.state,
        provider_id=told.id,
        reason=told.reason,
        failure=told.failure,
        created_at=told.created_at or now,
        updated_at=now,
    )
