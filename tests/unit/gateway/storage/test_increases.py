"""Requests to hold more, on both databases and for two gateways at once."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from gateway.payments.due_log import OrderPart
from gateway.payments.increase_log import Growth, Increase, Increased, TooManyIncreases
from gateway.payments.journal import (
    Journal,
    KeyTaken,
    NothingDue,
    Outcome,
    PartTooLarge,
    Payment,
    StaleError,
)
from gateway.payments.keys import Step
from gateway.payments.states import State
from schema.domain.payment import CaptureMethod
from schema.domain.payment_method import PaymentMethodKind
from schema.domain.receipt import PaymentReceiptRecord
from tests.unit.gateway.storage.records import NOW, ORDER, begun, moved, yen


async def held(journal: Journal, **fields: Any) -> Payment:
    """A hold of 1,000 yen that may grow."""
    asked: dict[str, Any] = {
        "capture_method": CaptureMethod.MANUAL,
        "incrementable": True,
        **fields,
    }
    payment = await begun(journal, **asked)
    return await moved(
        journal, payment, State.AUTHORIZED, increasable=True, authorized=yen(1000), intent="pi_1"
    )


async def grow(
    journal: Journal, payment: Payment, minor: int, key: str = "i1", growth: Growth | None = None
) -> Increased:
    """Ask for more."""
    increase = Increase(
        idempotency_key=key,
        payment=payment.id,
        request_hash=f"{minor}",
        actor="till-1",
        amount=yen(minor),
        created_at=NOW,
    )
    after = replace(
        payment, state=State.INCREASING, version=payment.version + 1, increase_to=yen(minor)
    )
    return await journal.begin_increase(increase, payment, after, growth)


async def test_all_about_the_money_comes_back(journal: Journal) -> None:
    """Tip, receipt, methods and the end of the hold, to the microsecond."""
    receipt = PaymentReceiptRecord("visa", "4242", application_name="VISA CRÉDIT")
    methods = (PaymentMethodKind.WECHAT_PAY, PaymentMethodKind.CARD)
    bare = await begun(journal, 2)
    payment = await moved(
        journal,
        await begun(journal, methods=methods, incrementable=True),
        State.AUTHORIZED,
        tip=yen(120),
        receipt=receipt,
        capture_before=NOW,
        increasable=True,
        increase_to=yen(2000),
    )

    assert {"pay_1": payment, "pay_2": bare} == await journal.payments(["pay_1", "pay_2"])


async def test_a_request_is_on_record_with_its_attempt(journal: Journal) -> None:
    """Before the provider is called, under the key of the attempt."""
    payment = await held(journal)
    answer = await grow(journal, payment, 1500)
    (attempt,) = await journal.attempts("pay_1", Step.INCREASE)
    known = await journal.increase_by_key("i1")

    assert isinstance(answer, Payment)
    assert {"pay_1": answer} == await journal.payments(["pay_1"])
    assert (State.INCREASING, yen(1500)) == (answer.state, answer.increase_to)
    assert ("pay_1:increase:1", None) == (attempt.key, attempt.outcome)
    assert known is not None
    assert ("pay_1", yen(1500), "till-1", NOW) == (
        known.payment,
        known.amount,
        known.actor,
        known.created_at,
    )
    assert await journal.increase_by_key("i9") is None


async def test_one_key_is_one_request(journal: Journal, rival: Journal) -> None:
    """Also at once in two gateways; another request under it is refused."""
    payment = await held(journal)
    answers = await asyncio.gather(
        *(grow(log, payment, 1500) for log in [journal, rival] * 3), return_exceptions=True
    )
    after = await grow(journal, payment, 1600)

    assert {(State.INCREASING, yen(1500))} == {
        (it.state, it.increase_to) for it in answers if isinstance(it, Payment)
    }
    assert [] == [it for it in answers if not isinstance(it, Payment)]
    assert KeyTaken() == after
    assert 1 == len(await journal.attempts("pay_1", Step.INCREASE))


async def test_a_request_from_an_old_version_is_refused(journal: Journal) -> None:
    """It leaves nothing behind, and may be made again from the latest."""
    payment = await held(journal)
    await moved(journal, payment, State.CAPTURING)
    with pytest.raises(StaleError):
        await grow(journal, payment, 1500)

    assert await journal.increase_by_key("i1") is None
    assert [] == list(await journal.attempts("pay_1", Step.INCREASE))


async def test_a_hold_grows_within_its_order(journal: Journal) -> None:
    """The payment's own amount counts; what it asks for is taken off at once."""
    payment = await held(journal, order=ORDER)

    def growth(due: int, minor: int) -> Growth:
        return Growth(yen(due), OrderPart(part=yen(minor - 1000)))

    nothing = await grow(journal, payment, 1500, growth=growth(1000, 1500))
    beyond = await grow(journal, payment, 1500, growth=growth(1400, 1500))
    right = await grow(journal, payment, 1500, growth=growth(1500, 1500))
    found = await journal.committed({ORDER: None})

    assert (NothingDue(), PartTooLarge(yen(400))) == (nothing, beyond)
    assert isinstance(right, Payment)
    assert {ORDER: {"JPY": 1500}} == found


async def test_ten_attempts_are_all(journal: Journal) -> None:
    """Of whatever outcome."""
    payment = await held(journal)
    for number in range(10):
        growing = await grow(journal, payment, 1500, f"i{number}")
        assert isinstance(growing, Payment), growing

        attempt = await journal.attempt("pay_1", Step.INCREASE, NOW)
        await journal.settle(attempt, Outcome.REFUSED)
        payment = await moved(journal, growing, State.AUTHORIZED, increase_to=None)

    assert TooManyIncreases() == await grow(journal, payment, 1500, "one more")
