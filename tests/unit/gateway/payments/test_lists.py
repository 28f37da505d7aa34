import pytest

from gateway.payments.states import State
from schema.domain.errors import InvalidRequest, NotPermitted
from schema.domain.payment import PaymentState
from schema.ports.payment_lists import PaymentQuery, RefundQuery
from tests.unit.gateway.payments.terminal import ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, GIFT, Till, a_scope, yen

ALL = PaymentQuery()


async def test_payments_are_listed_page_by_page(till: Till) -> None:
    """The newest first, each once; after the last there are none."""
    await till.start("k1")
    await till.start("k2", reader=GIFT)
    lists = till.service.lists
    first = await lists.payments(a_scope(), ALL, 1, None)
    second = await lists.payments(a_scope(), ALL, 1, first.edges[0].cursor)
    nothing = await lists.payments(a_scope(), ALL, 5, second.edges[0].cursor)

    assert (["pay_2"], True) == ([it.node.id for it in first.edges], first.has_next)
    assert (["pay_1"], False) == ([it.node.id for it in second.edges], second.has_next)
    assert ((), False) == (tuple(nothing.edges), nothing.has_next)
    assert PaymentState.AWAITING_CARD is first.edges[0].node.state
    assert 0 < len(first.edges[0].node.events)


async def test_refunds_are_listed_for_those_who_may_see_the_payment(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """And those of each payment at once."""
    await till.start()
    terminal.present(DEVICE)
    await till.reaches(State.PAID)
    for number in (1, 2):
        await till.service.refund(a_scope(), "pay_1", yen(100), f"r{number}")
    lists, ginza, umeda = till.service.lists, a_scope("ginza"), a_scope("umeda")
    found = await lists.refunds(ginza, RefundQuery(), 1, None)
    rest = await lists.refunds(ginza, RefundQuery(), 5, found.edges[0].cursor)
    names = [it.id for it in await till.journal.refunds_of("pay_1")]
    of_both = await lists.refunds_of(ginza, ["pay_9", "pay_1"])

    assert found.has_next
    assert names == [it.node.id for it in (*rest.edges, *found.edges)]
    assert [[], names[::-1]] == [[it.id for it in refunds] for refunds in of_both]
    assert () == tuple((await lists.refunds(umeda, RefundQuery(), 5, None)).edges)
    assert [[]] == await lists.refunds_of(umeda, ["pay_1"])


async def test_only_the_payments_of_ones_stores_are_listed(till: Till) -> None:
    """Another's are as if they were not; who asks for another store by name is told."""
    await till.start()
    lists = till.service.lists

    assert () == tuple((await lists.payments(a_scope("umeda"), ALL, 5, None)).edges)
    assert 1 == len((await lists.payments(a_scope("ginza"), ALL, 5, None)).edges)
    with pytest.raises(NotPermitted):
        await lists.payments(a_scope("umeda"), PaymentQuery(store="ginza"), 5, None)
    with pytest.raises(NotPermitted):
        await lists.refunds(a_scope("umeda"), RefundQuery(store="ginza"), 5, None)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "ünï",
        "A" * 600,
        "kq0yMDI2LTExLTI0VDA5oWE",
        # without a zone, as no cursor of ours is
        "krMyMDI2LTExLTI0VDA5OjAwOjAwpXBheV8x",
    ],
)
async def test_what_is_no_cursor_is_the_clients_mistake(till: Till, cursor: str) -> None:
    """It is told so, and nothing is read."""
    with pytest.raises(InvalidRequest, match="`after`"):
        await till.service.lists.payments(a_scope(), ALL, 5, cursor)
