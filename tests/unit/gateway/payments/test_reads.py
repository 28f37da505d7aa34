import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

import pytest

from gateway.payments.journal import Payment
from gateway.payments.states import State
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from schema.domain.errors import InvalidRequest, NotPermitted
from schema.domain.payment import PaymentRecord, PaymentState
from schema.domain.reference import SourceRef
from schema.ports.payments import RefundReceipt
from tests.unit.gateway.payments.terminal import ScriptedTerminal
from tests.unit.gateway.payments.till import (
    DEVICE,
    GIFT,
    OTHER,
    Till,
    a_scope,
    an_order,
    until,
    yen,
)


async def heard(updates: AsyncIterator[PaymentRecord]) -> list[PaymentState]:
    """Every state until the end, each once in a row."""
    states: list[PaymentState] = []
    async for record in updates:
        if [record.state] != states[-1:]:
            states.append(record.state)
    return states


async def test_payments_are_shown_to_those_who_may_see_the_store(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """In the order asked; unknown ones and those of other stores look the same."""
    await till.start("k1", order=an_order())
    await till.start("k2", reader=GIFT)
    service, other = till.service, a_scope("umeda")
    orders = [SourceRef("pos", "78"), an_order().ref]
    own = await service.payments(a_scope("ginza"), ["pay_2", "pay_9", "pay_1", "pay_2"])
    shown = await service.of_orders(a_scope(), orders)

    assert ["pay_2", None, "pay_1", "pay_2"] == [it.id if it else None for it in own]
    assert [None, None] == await service.payments(other, ["pay_1", "pay_2"])
    assert [[], ["pay_1"]] == [[it.id for it in payments] for payments in shown]
    assert [[], []] == await service.of_orders(other, orders)


async def test_refunds_are_shown_with_their_payment(till: Till, terminal: ScriptedTerminal) -> None:
    """Whoever may see the payment may see its refunds."""
    await till.start()
    terminal.present(DEVICE)
    await till.reaches(State.PAID)
    receipt = await till.service.refund(a_scope(), "pay_1", yen(300), "r1")
    assert isinstance(receipt, RefundReceipt)

    names = [receipt.refund.id, "ref_9"]

    assert [receipt.refund, None] == await till.service.refunds(a_scope("ginza"), names)
    assert [None, None] == await till.service.refunds(a_scope("umeda"), names)


async def test_a_payment_is_followed_to_its_end(till: Till, terminal: ScriptedTerminal) -> None:
    """Its present state, then each change, and an end of itself."""
    await till.start()
    following = asyncio.create_task(heard(till.service.updates(a_scope(), "pay_1")))
    await until(lambda: till.service._reads._changes.followed("pay_1"))
    terminal.present(DEVICE)

    assert [PaymentState.AWAITING_CARD, PaymentState.CAPTURED] == await following
    assert [PaymentState.CAPTURED] == await heard(till.service.updates(a_scope(), "pay_1"))
    assert not till.service._reads._changes.followed("pay_1")


async def test_steps_that_another_process_took_are_heard_of(
    till: Till, database: Database, terminal: ScriptedTerminal
) -> None:
    """Nobody in this process tells: the journal is looked at from time to time, until it knows."""
    await till.start()
    other = Till(SqlJournal(database), terminal)
    read, looks = other.journal.payments, 0

    async def counted(ids: Sequence[str]) -> Mapping[str, Payment]:
        nonlocal looks
        looks += 1
        return await read(ids)

    other.journal.payments = counted  # type: ignore[method-assign]
    following = asyncio.create_task(heard(other.service.updates(a_scope(), "pay_1")))
    await until(lambda: looks > 3)
    terminal.present(DEVICE)

    assert [PaymentState.AWAITING_CARD, PaymentState.CAPTURED] == await following

    await other.close()


@pytest.mark.parametrize(
    ("payment", "stores", "error"),
    [("pay_9", (), InvalidRequest), ("pay_1", ("umeda",), NotPermitted)],
)
async def test_what_one_may_not_see_one_may_not_follow(
    till: Till, payment: str, stores: tuple[str, ...], error: type[Exception]
) -> None:
    """An unknown payment is the caller's mistake; another store's is forbidden."""
    await till.start()
    with pytest.raises(error):
        await anext(till.service.updates(a_scope(*stores), payment))


async def test_whoever_stops_listening_is_forgotten(till: Till) -> None:
    """A subscription that is closed leaves nothing behind."""
    await till.start()
    updates = till.service.updates(a_scope(), "pay_1")
    await anext(updates)
    await updates.aclose()  # type: ignore[attr-defined] # it is a generator

    assert not till.service._reads._changes.followed("pay_1")
    assert OTHER not in till.terminal.intents
