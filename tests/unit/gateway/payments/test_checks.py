from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.sdk.terminal import AmountRule
from gateway.payments import checks, refusals
from gateway.payments.failures import VOIDED
from gateway.payments.journal import KeyTaken, NotChargeable, NothingDue, PartTooLarge
from gateway.payments.leases import ReaderHeld
from gateway.payments.states import State
from gateway.payments.subject import Kind, Subject
from schema.domain.money import Money
from schema.domain.order import OrderStatus
from schema.domain.payment import CaptureMethod, PaymentFailure, UserErrorRecord
from schema.domain.payment_method import PaymentMethodKind
from tests.unit.gateway.payments.terminal import NOW
from tests.unit.gateway.payments.till import STORES, a_scope, a_start, an_order, yen

GINZA = STORES[0]


def rule_of(_: str) -> AmountRule:
    """From 50 to 100,000, whatever the currency."""
    return AmountRule(50, 100_000)


PAYMENT = checks.new_payment(
    "pay_1", NOW, a_scope().actor, store=GINZA, request=a_start(), amount=yen(1000)
)


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"amount": None}, "AMOUNT_OR_ORDER", "amount"),
        ({"amount": yen(1), "order": an_order()}, "AMOUNT_OR_ORDER", "amount"),
        ({"amount": yen(0)}, "AMOUNT_INVALID", "amount"),
        ({"amount": yen(-5)}, "AMOUNT_INVALID", "amount"),
        ({"amount": yen(49)}, "AMOUNT_TOO_SMALL", "amount"),
        ({"amount": yen(100_001)}, "AMOUNT_TOO_LARGE", "amount"),
        ({"amount": yen(50), "part": yen(50)}, "PART_WITHOUT_ORDER", "part"),
        ({"order": an_order(), "part": yen(0)}, "AMOUNT_INVALID", "part"),
        ({"order": an_order(), "part": yen(49)}, "AMOUNT_TOO_SMALL", "part"),
        ({"order": an_order(), "part": Money(50, "SGD")}, "CURRENCY_MISMATCH", "part"),
        ({"amount": Money(1000, "SGD")}, "CURRENCY_MISMATCH", "amount"),
        ({"tip_eligible": Money(1000, "SGD")}, "CURRENCY_MISMATCH", "tipEligible"),
        ({"tip_eligible": yen(0)}, "AMOUNT_INVALID", "tipEligible"),
        ({"methods": ()}, "METHODS_EMPTY", "methods"),
        (
            {"methods": (PaymentMethodKind.PAYNOW,), "capture": CaptureMethod.MANUAL},
            "AUTOMATIC_CAPTURE_REQUIRED",
            "methods",
        ),
        ({"incrementable": True}, "MANUAL_CAPTURE_REQUIRED", "incrementable"),
        ({"order": an_order(status=OrderStatus.CANCELED)}, "ORDER_CANCELED", "order"),
        ({"order": an_order(paid=yen(5000))}, "ORDER_PAID", "order"),
        ({"order": an_order(total=Money(5, "SGD"))}, "CURRENCY_MISMATCH", "order"),
        ({"order": an_order(paid=Money(5, "SGD"))}, "CURRENCY_MISMATCH", "order"),
    ],
)
def test_amounts_that_cannot_be_taken(fields: dict[str, Any], code: str, path: str) -> None:
    """Each mistake has its own code, and says which argument was wrong."""
    answer = checks.amount_due(GINZA, a_start(**fields), rule_of)

    assert isinstance(answer, UserErrorRecord)
    assert (code, ("input", path)) == (answer.code, answer.path)


def test_the_amount_of_an_order_is_what_is_due() -> None:
    """Its total, less what its own system has seen paid."""
    assert yen(3500) == checks.amount_due(GINZA, a_start(order=an_order(paid=yen(1500))), rule_of)


@pytest.mark.parametrize("minor", [50, 100_000])
def test_the_amount_given_is_taken(minor: int) -> None:
    """Without an order the amount is what the request says; with a tip as well."""
    request = a_start(amount=yen(minor), tip_eligible=yen(1))

    assert yen(minor) == checks.amount_due(GINZA, request, rule_of)


@pytest.mark.parametrize(
    ("minor", "code"), [(1000, None), (1001, "AMOUNT_FRACTION"), (999, "AMOUNT_FRACTION")]
)
def test_an_amount_finer_than_the_provider_counts(minor: int, code: str | None) -> None:
    """Three-decimal currencies are charged in steps of ten of their smallest unit."""
    store = replace(GINZA, currency="KWD")
    request = a_start(amount=Money(minor, "KWD"))

    answer = checks.amount_due(store, request, lambda _: AmountRule(1, 10**8, 10))

    assert code == (answer.code if isinstance(answer, UserErrorRecord) else None)


def test_a_currency_that_the_provider_does_not_take() -> None:
    """No amount of it is right."""
    answer = checks.amount_due(GINZA, a_start(), lambda _: None)

    assert isinstance(answer, UserErrorRecord)
    assert "CURRENCY_UNSUPPORTED" == answer.code


def test_a_request_is_the_same_however_much_is_due_by_now() -> None:
    """An order counts by its reference; all else that is asked for makes another request."""
    first = checks.start_hash(a_start(order=an_order()))

    assert first == checks.start_hash(a_start("other key", order=an_order(paid=yen(1000))))
    assert first != checks.start_hash(a_start(amount=yen(5000)))
    assert first != checks.start_hash(a_start(order=an_order(), part=yen(5000)))
    assert first != checks.start_hash(
        a_start(order=an_order(), methods=(PaymentMethodKind.PAYNOW,))
    )
    assert first != checks.start_hash(a_start(order=an_order(), capture=CaptureMethod.MANUAL))
    assert first != checks.start_hash(a_start(order=an_order(), tip_eligible=yen(1)))


@pytest.mark.parametrize(("text", "is_key"), [("", False), ("k", True), ("k" * 256, False)])
def test_a_key_must_tell_requests_apart(text: str, is_key: bool) -> None:
    """An empty key would make all requests one, and a very long one cannot be kept."""
    assert (checks.key(text) is None) is is_key


@pytest.mark.parametrize(
    ("state", "method", "taken", "asked", "code"),
    [
        (State.AUTHORIZED, CaptureMethod.MANUAL, None, None, None),
        (State.AUTHORIZED, CaptureMethod.MANUAL, None, yen(1000), None),
        (State.AUTHORIZED, CaptureMethod.MANUAL, None, yen(1001), "CAPTURE_TOO_LARGE"),
        (State.CAPTURING, CaptureMethod.MANUAL, yen(500), yen(500), None),
        (State.INCREASING, CaptureMethod.MANUAL, None, None, "PAYMENT_STATE"),
        (State.PAID, CaptureMethod.MANUAL, None, None, None),
        (State.PAID, CaptureMethod.MANUAL, None, yen(0), None),
        (State.PAID, CaptureMethod.MANUAL, yen(500), yen(600), "PAYMENT_STATE"),
        (State.PAID, CaptureMethod.AUTOMATIC, None, None, "PAYMENT_STATE"),
        (State.AWAITING_CARD, CaptureMethod.MANUAL, None, None, "PAYMENT_STATE"),
        (State.DECLINED, CaptureMethod.MANUAL, None, None, "PAYMENT_STATE"),
    ],
)
def test_what_can_be_captured(
    state: State,
    method: CaptureMethod,
    taken: Money | None,
    asked: Money | None,
    code: str | None,
) -> None:
    """Held money, up to what is held; asking for the same again is no mistake."""
    payment = replace(PAYMENT, state=state, capture_method=method, capture_amount=taken)

    answer = checks.why_not_captured(payment, asked, NOW)

    assert code == (answer.code if answer else None)


@pytest.mark.parametrize(
    ("state", "failure", "code"),
    [
        (State.AUTHORIZED, None, "CAPTURE_EXPIRED"),
        (State.CANCELED, VOIDED, "CAPTURE_EXPIRED"),
        (State.CANCELED, None, "PAYMENT_STATE"),
        (State.CAPTURING, None, None),
    ],
)
def test_a_hold_has_its_end(state: State, failure: PaymentFailure | None, code: str | None) -> None:
    """After it nothing is sent; also where the provider has given the money up by then."""
    manual = {"capture_method": CaptureMethod.MANUAL, "capture_before": NOW}
    payment = replace(PAYMENT, state=state, failure=failure, **manual)

    answer = checks.why_not_captured(payment, None, NOW)

    assert code == (answer.code if answer else None)


def test_until_then_it_can_be_captured() -> None:
    """To the last moment before."""
    manual = {"capture_method": CaptureMethod.MANUAL, "capture_before": NOW}
    payment = replace(PAYMENT, state=State.AUTHORIZED, **manual)

    assert checks.why_not_captured(payment, None, NOW - timedelta(microseconds=1)) is None


@pytest.mark.parametrize("state", [State.PAID, State.CAPTURING, State.DECLINED])
def test_why_a_payment_cannot_be_called_off(state: State) -> None:
    """The sentence tells what to do instead."""
    answer = checks.why_not_canceled(replace(PAYMENT, state=state))

    assert "PAYMENT_STATE" == answer.code
    assert ("back" in answer.message) is (state is not State.DECLINED)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (ReaderHeld(Subject(Kind.PAYMENT, "pay_2"), "till-2", NOW), "READER_BUSY"),
        (KeyTaken(), "IDEMPOTENCY_CONFLICT"),
        (NothingDue(), "ORDER_PAID"),
        (PartTooLarge(yen(5)), "AMOUNT_EXCEEDS_DUE"),
        (NotChargeable(refusals.amount_invalid()), "AMOUNT_INVALID"),
    ],
)
def test_why_a_payment_was_not_recorded(outcome: Any, code: str) -> None:
    """Whatever the journal says has a code for who asked."""
    assert code == checks.not_begun(PAYMENT, outcome).code
