import asyncio

import pytest
from msgspec.structs import replace

from connectors.sdk.terminal import AmountRule
from gateway.payments.due_log import OrderPart
from gateway.payments.dues import asked_of, due, share
from gateway.payments.journal import NotChargeable, NothingDue, PartTooLarge
from gateway.payments.states import State
from schema.domain.money import Money
from schema.domain.order import OrderStatus
from schema.domain.payment import CaptureMethod, PaymentRecord
from tests.unit.gateway.payments.terminal import ScriptedTerminal
from tests.unit.gateway.payments.test_checks import PAYMENT
from tests.unit.gateway.payments.till import (
    DEVICE,
    GIFT,
    OTHER,
    Till,
    a_scope,
    a_start,
    an_order,
    yen,
)


@pytest.mark.parametrize(
    ("part", "committed", "answer"),
    [
        (None, 0, yen(5000)),
        (None, 2000, yen(3000)),
        (None, 5000, NothingDue()),
        (None, 6000, NothingDue()),
        (None, 4960, "AMOUNT_TOO_SMALL"),
        (yen(1000), 4000, yen(1000)),
        (yen(1001), 4000, PartTooLarge(yen(1000))),
        (yen(1), 5000, NothingDue()),
    ],
)
def test_what_a_payment_may_take_of_its_order(
    part: Money | None, committed: int, answer: object
) -> None:
    """A part, or all that others have left; never more than that."""
    wanted = OrderPart(part=part, rule=AmountRule(50, 10_000))

    found = asked_of(yen(5000), {"JPY": committed, "SGD": 9999}, wanted)

    assert answer == (found.why.code if isinstance(found, NotChargeable) else found)


@pytest.mark.parametrize(
    ("fields", "committed", "answer"),
    [
        ({}, {}, yen(5000)),
        ({"paid": yen(1500)}, {"JPY": 500}, yen(3000)),
        ({}, {"JPY": 6000}, yen(0)),
        ({}, {"SGD": 6000}, yen(5000)),
        ({"status": OrderStatus.CANCELED}, {}, yen(0)),
        ({"paid": Money(1, "SGD")}, {}, None),
    ],
)
def test_what_is_due(
    fields: dict[str, object], committed: dict[str, int], answer: Money | None
) -> None:
    """The order's system and our payments together tell it, and it is never below nothing."""
    assert answer == due(an_order(**fields), committed)


@pytest.mark.parametrize(
    ("state", "captured", "counts"),
    [
        (State.NEW, 0, 1000),
        (State.UNKNOWN, 0, 1000),
        (State.AUTHORIZED, 0, 1000),
        (State.CANCELING, 0, 1000),
        (State.PAID, 600, 600),
        (State.PAID, 1200, 1000),
        (State.DECLINED, 0, 0),
        (State.EXPIRED, 0, 0),
    ],
)
def test_what_a_payment_takes_off_its_order(state: State, captured: int, counts: int) -> None:
    """All of it while it may still be paid, then what was taken; a tip of unknown size is none."""
    assert counts == share(replace(PAYMENT, state=state, captured=yen(captured)))


async def rest(till: Till) -> Money | None:
    """What is due of the order now."""
    return (await till.service.due(a_scope("umeda"), [an_order()]))[0]


async def test_an_order_is_paid_in_parts(till: Till, terminal: ScriptedTerminal) -> None:
    """Each part is a payment of its own; the last takes the rest, and then nothing is due."""
    left = [await rest(till)]
    first = await till.start("k1", order=an_order(), part=yen(2000))
    left.append(await rest(till))
    terminal.present(DEVICE, tip=300)
    await till.reaches(State.PAID, name=first.id)
    left.append(await rest(till))
    too_much = await till.refused("k2", order=an_order(), part=yen(3001))
    second = await till.start("k3", order=an_order())
    terminal.present(DEVICE)
    await till.reaches(State.PAID, name=second.id)

    assert [yen(5000), yen(3000), yen(3000)] == left
    assert ("AMOUNT_EXCEEDS_DUE", ("input", "part")) == (too_much.code, too_much.path)
    assert "3000 JPY" in too_much.message
    assert yen(3000) == second.amount
    assert yen(0) == await rest(till)
    assert "ORDER_PAID" == (await till.refused("k4", order=an_order(), part=yen(1000))).code
    assert {first.id: 2300, second.id: 3000} == terminal.captured


async def test_a_part_that_came_to_nothing_is_due_again(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A payment that was called off gives its part back."""
    await till.start("k1", order=an_order(), part=yen(2000))
    await till.service.cancel(a_scope(), "pay_1")

    assert yen(5000) == await rest(till)
    assert {} == terminal.captured


async def test_a_hold_that_is_captured_in_part(till: Till, terminal: ScriptedTerminal) -> None:
    """What was not taken of it is due again."""
    await till.start("k1", order=an_order(), capture=CaptureMethod.MANUAL)
    terminal.present(DEVICE)
    await till.reaches(State.AUTHORIZED)
    held = await rest(till)
    await till.service.capture(a_scope(), "pay_1", yen(4000))
    await till.reaches(State.PAID)

    assert (yen(0), yen(1000)) == (held, await rest(till))


async def test_tills_at_once_take_no_more_than_is_due(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Two readers, parts that do not fit together: one is told what is left."""
    order = an_order()
    answers = await asyncio.gather(
        till.service.start(a_scope(), a_start("k1", order=order, part=yen(3000))),
        till.service.start(a_scope(), a_start("k2", order=order, part=yen(3000), reader=GIFT)),
    )
    terminal.present(DEVICE)
    terminal.present(OTHER)
    begun = [it for it in answers if isinstance(it, PaymentRecord)]
    refused = [it.code for it in answers if not isinstance(it, PaymentRecord)]
    await till.reaches(State.PAID, name=begun[0].id)

    assert ["AMOUNT_EXCEEDS_DUE"] == refused
    assert {begun[0].id: 3000} == terminal.captured


async def test_a_rest_too_small_for_a_card_begins_nothing(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """It is paid in another way: nothing is sent to the provider."""
    terminal.rule = AmountRule(50, 10_000)
    order = an_order(paid=yen(4960))

    refused = await till.refused(order=order)

    assert ("AMOUNT_TOO_SMALL", ("input", "order")) == (refused.code, refused.path)
    assert [] == terminal.named("create_intent")
