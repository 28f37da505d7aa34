import pytest

from gateway.payments.absent import NoPayments
from schema.domain.errors import InvalidRequest
from schema.domain.payment import UserErrorRecord
from schema.domain.reference import SourceRef
from schema.ports.payments import Payments
from tests.unit.gateway.payments.till import a_scope, a_start

ABSENT: Payments = NoPayments()


async def test_mutations_say_that_payments_are_not_configured() -> None:
    """Every one of them, and nothing is done."""
    scope = a_scope()
    answers = [
        await ABSENT.start(scope, a_start()),
        await ABSENT.cancel(scope, "pay_1"),
        await ABSENT.capture(scope, "pay_1", None),
        await ABSENT.refund(scope, "pay_1", None, "r1"),
    ]

    assert ["PAYMENTS_NOT_CONFIGURED"] * 4 == [
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
