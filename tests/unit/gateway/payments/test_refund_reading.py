from datetime import timedelta
from typing import Any

from connectors.sdk.terminal import ProviderRefund
from gateway.payments.journal import Refund
from gateway.payments.refund_reading import found, news, settled_as
from schema.domain.payment import AT_PROVIDER, PaymentFailure, RefundReason, RefundState
from tests.unit.gateway.storage.records import NOW, a_payment, a_refund, yen

LATER = NOW + timedelta(hours=1)
PAYMENT = a_payment(captured=yen(1000))


def told(number: int = 1, minor: int = 300, **fields: Any) -> ProviderRefund:
    """A refund of the provider's list; our own unless told otherwise."""
    values: dict[str, Any] = {"reference": f"ref_{number}", "created_at": NOW}
    state = fields.pop("state", RefundState.SUCCEEDED)
    return ProviderRefund(f"re_{number}", state, yen(minor), **(values | fields))


def answered(number: int = 1, **fields: Any) -> Refund:
    """A refund of ours that the provider has answered."""
    values: dict[str, Any] = {"provider_id": f"re_{number}", "state": RefundState.SUCCEEDED}
    return a_refund(number, **(values | fields))


def test_a_refund_that_is_as_it_was_is_no_news() -> None:
    """Reading again changes nothing."""
    read = news(PAYMENT, [answered()], [told()], yen(300), LATER)

    assert ((), ()) == (read.changed, read.made_elsewhere)


def test_a_refund_may_fail_after_it_has_succeeded() -> None:
    """The bank sends the money back, and the provider says why."""
    why = PaymentFailure("expired_or_canceled_card", "…")
    failed = told(state=RefundState.FAILED, failure=why)
    (changed,) = news(PAYMENT, [answered()], [failed], yen(0), LATER).changed

    assert (RefundState.FAILED, why, LATER) == (changed.state, changed.failure, changed.updated_at)


def test_a_lost_answer_is_found_by_our_id() -> None:
    """It was made, though nobody heard so."""
    lost = a_refund(state=RefundState.UNKNOWN)
    (changed,) = news(PAYMENT, [lost], [told()], yen(300), LATER).changed

    assert (RefundState.SUCCEEDED, "re_1") == (changed.state, changed.provider_id)
    assert changed == found(lost, [told(2), told()], LATER)
    assert found(lost, [told(2)], LATER) is None
    assert changed is settled_as(changed, told(), LATER)


def test_what_somebody_made_at_the_provider_is_new() -> None:
    """Under the provider's own id, and nobody of ours has asked for it."""
    other = told(7, 200, reference=None, reason=RefundReason.DUPLICATE)
    read = news(PAYMENT, [answered()], [told(), other], yen(500), LATER)

    (new,) = read.made_elsewhere
    assert () == read.changed
    assert ("re_7", "re_7", AT_PROVIDER, "pay_1") == (
        new.id,
        new.provider_id,
        new.actor,
        new.payment,
    )
    assert (yen(200), RefundState.SUCCEEDED, NOW) == (new.amount, new.state, new.created_at)
    assert RefundReason.DUPLICATE is new.reason
    timeless = news(PAYMENT, [], [told(7, reference=None, created_at=None)], yen(300), LATER)
    assert LATER == timeless.made_elsewhere[0].created_at


def test_a_second_refund_under_one_reference_is_not_taken_for_the_first() -> None:
    """Both were made, and both count."""
    twin = told(8, 300, reference="ref_1")
    read = news(PAYMENT, [answered()], [told(), twin], yen(600), LATER)

    assert () == read.changed
    assert ["re_8"] == [it.id for it in read.made_elsewhere]


def test_what_a_partial_capture_released_was_not_given_back() -> None:
    """It may stand in the list; the sum tells that it is none. A failed one counts for nothing."""
    released = told(9, 200, reference=None)
    real = told(7, 100, reference=None)
    failed = told(6, 50, reference=None, state=RefundState.FAILED)
    read = news(PAYMENT, [answered()], [released, failed, told(), real], yen(400), LATER)

    assert ["re_6", "re_7"] == [it.id for it in read.made_elsewhere]
