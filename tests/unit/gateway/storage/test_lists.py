"""Payments and refunds in lists, over both databases."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.payments.journal import Journal, Payment
from gateway.payments.list_log import Position
from gateway.payments.states import State
from schema.domain.payment import PaymentChannel, PaymentState, RefundState
from schema.domain.reference import SourceRef
from schema.ports.payment_lists import PaymentQuery, RefundQuery
from tests.unit.gateway.storage.records import NOW, ORDER, a_refund, begun, moved, paid

ALL = PaymentQuery()


async def many(journal: Journal) -> None:
    """Four payments, the newest last: of two stores, of an order, online, and not paid yet."""
    await paid(journal, 1, store="ginza", order=ORDER)
    await paid(journal, 2, store="umeda")
    await paid(journal, 3, store="", channel=PaymentChannel.ONLINE, order=SourceRef("oms", "9"))
    await begun(journal, 4, store="ginza")


async def listed(journal: Journal, **fields: Any) -> list[str]:
    """The ids of the payments that a query finds."""
    found = await journal.list_payments(PaymentQuery(**fields), None, None, 10)
    return [it.id for it in found]


def at(seconds: float) -> Any:
    """A moment after the beginning."""
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("fields", "numbers"),
    [
        ({}, [4, 3, 2, 1]),
        ({"store": "ginza"}, [4, 1]),
        ({"store": "kobe"}, []),
        ({"channel": PaymentChannel.ONLINE}, [3]),
        ({"channel": PaymentChannel.IN_PERSON, "store": "umeda"}, [2]),
        ({"states": [PaymentState.CAPTURED]}, [3, 2, 1]),
        ({"states": [PaymentState.PENDING, PaymentState.UNKNOWN]}, [4]),
        ({"states": []}, []),
        ({"orders": [ORDER]}, [1]),
        ({"orders": [ORDER, SourceRef("oms", "9")]}, [3, 1]),
        ({"since": at(2)}, [4, 3, 2]),
        ({"until": at(2)}, [1]),
        ({"since": at(2), "until": at(4)}, [3, 2]),
    ],
)
async def test_payments_are_found_by_what_is_known_of_them(
    journal: Journal, fields: dict[str, Any], numbers: list[int]
) -> None:
    """The newest first. The first moment counts, the last does not."""
    await many(journal)

    assert [f"pay_{it}" for it in numbers] == await listed(journal, **fields)


async def test_only_some_stores_may_be_seen(journal: Journal) -> None:
    """What was made online everybody may see; no store at all is those alone."""
    await many(journal)
    ginza = await journal.list_payments(ALL, ["ginza"], None, 10)
    none = await journal.list_payments(ALL, [], None, 10)

    assert ["pay_4", "pay_3", "pay_1"] == [it.id for it in ginza]
    assert ["pay_3"] == [it.id for it in none]


async def test_a_list_goes_on_after_a_row_also_among_equals(journal: Journal) -> None:
    """Each row comes once, though several are of one moment."""
    for number in range(1, 6):
        await begun(journal, number, created_at=NOW)
    seen: list[str] = []
    after = None
    while rows := await journal.list_payments(ALL, None, after, 2):
        seen += [it.id for it in rows]
        after = Position(rows[-1].created_at, rows[-1].id)

    assert ["pay_5", "pay_4", "pay_3", "pay_2", "pay_1"] == seen


async def refunded(journal: Journal) -> None:
    """Three refunds: two of the first payment, one of the online one."""
    await many(journal)
    for number, payment in ((1, "pay_1"), (2, "pay_3"), (3, "pay_1")):
        await journal.begin_refund(a_refund(number, 100, payment=payment), whole=False)
    await journal.settle_refund(a_refund(3, 100, state=RefundState.SUCCEEDED, provider_id="re_3"))


@pytest.mark.parametrize(
    ("fields", "numbers"),
    [
        ({}, [3, 2, 1]),
        ({"store": "ginza"}, [3, 1]),
        ({"payment": "pay_3"}, [2]),
        ({"payment": ""}, []),
        ({"orders": [ORDER]}, [3, 1]),
        ({"channel": PaymentChannel.ONLINE}, [2]),
        ({"states": [RefundState.SUCCEEDED]}, [3]),
        ({"since": at(2), "until": at(3)}, [2]),
    ],
)
async def test_refunds_are_found_by_themselves_and_by_their_payment(
    journal: Journal, fields: dict[str, Any], numbers: list[int]
) -> None:
    """The newest first."""
    await refunded(journal)
    found = await journal.list_refunds(RefundQuery(**fields), None, None, 10)

    assert [f"ref_{it}" for it in numbers] == [it.id for it in found]


async def test_refunds_of_many_payments_are_read_at_once(journal: Journal) -> None:
    """Each payment's own, the newest first; where the stores are bounded, the list is too."""
    await refunded(journal)
    found = await journal.refunds_of_all(["pay_1", "pay_2", "pay_3"])
    seen = await journal.list_refunds(RefundQuery(), ["umeda"], None, 10)
    after = Position(at(3), "ref_3")
    rest = await journal.list_refunds(RefundQuery(), None, after, 1)

    names = {name: [it.id for it in refunds] for name, refunds in found.items()}
    assert {"pay_1": ["ref_3", "ref_1"], "pay_3": ["ref_2"]} == names
    assert {} == await journal.refunds_of_all([])
    assert ["ref_2"] == [it.id for it in seen]
    assert ["ref_2"] == [it.id for it in rest]


async def test_a_payment_in_a_list_is_the_whole_payment(journal: Journal) -> None:
    """As it would be read by its id, with its channel and the kind of card that paid."""
    first = await begun(journal)
    payment = await moved(journal, first, State.PAID, method="card_present", intent="pi_1")
    (found,) = await journal.list_payments(ALL, None, None, 1)

    assert isinstance(found, Payment)
    assert payment == found
