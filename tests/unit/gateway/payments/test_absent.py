import pytest

from gateway.payments.absent import NoPayments
from schema.domain.errors import InvalidRequest
from schema.domain.payment import UserErrorRecord
from schema.domain.reference import SourceRef
from schema.ports.payment_lists import PaymentQuery, RefundQuery
from schema.ports.payments import PaymentIncrease, Payments
from tests.unit.gateway.payments.till import a_scope, a_start, an_order, yen

ABSENT: Payments = NoPayments()


async def test_mutations_say_that_payments_are_not_configured() -> None:
    """Every one of them, and nothing is done."""
    scope = a_scope()
    answers = [
        await ABSENT.start(scope, a_start()),
        await ABSENT.retry(scope, "pay_1", None),
        await ABSENT.cancel(scope, "pay_1"),
        await ABSENT.capture(scope, "pay_1", None),
        await ABSENT.increase(scope, PaymentIncrease("pay_1", yen(1500), "i1")),
        await ABSENT.refund(scope, "pay_1", None, "r1"),
    ]

    assert ["PAYMENTS_NOT_CONFIGURED"] * 6 == [
        it.code for it in answers if isinstance(it, UserErrorRecord)
    ]


async def test_there_is_nothing_to_read() -> None:
    """Of each thing asked none, in the length asked; there is nothing to follow."""
    scope = a_scope()

    assert [None, None] == await ABSENT.payments(scope, ["pay_1", "pay_2"])
    assert [()] == await ABSENT.of_orders(scope, [SourceRef("pos", "1")])
    assert [None] == await ABSENT.refunds(scope, ["ref_1"])
    with pytest.raises(InvalidRequest):
        await anext(ABSENT.updates(scope, "pay_1"))


async def test_all_of_an_order_is_due() -> None:
    """As its own system tells: nothing of ours has paid any of it."""
    assert [yen(5000)] == await ABSENT.due(a_scope(), [an_order()])


async def test_lists_are_empty() -> None:
    """Of payments, of refunds, and of each payment's refunds."""
    scope, lists = a_scope(), ABSENT.lists
    payments = await lists.payments(scope, PaymentQuery(), 9, None)
    refunds = await lists.refunds(scope, RefundQuery(), 9, None)

    assert ((), False) == (payments.edges, payments.has_next)
    assert ((), False) == (refunds.edges, refunds.has_next)
    assert [(), ()] == await lists.refunds_of(scope, ["pay_1", "pay_2"])
