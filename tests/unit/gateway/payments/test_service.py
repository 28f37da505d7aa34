import asyncio

import pytest
from msgspec.structs import replace

from gateway.payments.states import State
from schema.domain.money import Money
from schema.domain.payment import CaptureMethod, PaymentRecord, PaymentState, UserErrorRecord
from schema.ports.payments import Payments, ReaderKey, RefundReceipt
from tests.unit.gateway.payments.terminal import Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import (
    DEVICE,
    GIFT,
    OTHER,
    STORES,
    Till,
    a_scope,
    a_start,
    an_order,
    until,
    yen,
)


def test_the_service_is_what_resolvers_ask(till: Till) -> None:
    """It implements the port, as the type checker sees."""
    port: Payments = till.service

    assert port is till.service
    assert ("Front counter", "Gift desk") == till.service.readers.names("ginza")


async def test_a_payment_runs_from_start_to_captured(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Started, shown, paid: each step is on record, and the money is what the provider took."""
    started = await till.start()
    terminal.present(DEVICE, tip=150)
    await till.reaches(State.PAID)

    shown = (await till.service.payments(a_scope(), ["pay_1"]))[0]

    assert PaymentState.AWAITING_CARD is started.state
    assert shown is not None
    assert (PaymentState.CAPTURED, yen(1150)) == (shown.state, shown.captured)
    assert ["NEW", "INTENT_READY", "DISPATCHING", "AWAITING_CARD", "PAID"] == await till.states()
    assert {"pay_1": 1150} == terminal.captured


@pytest.mark.parametrize(
    ("reader", "stores", "code", "names"),
    [
        (ReaderKey("nowhere", "x"), (), "STORE_UNKNOWN", ("ginza", "orchard", "umeda")),
        (ReaderKey("nowhere", "x"), ("umeda",), "STORE_UNKNOWN", ("umeda",)),
        (ReaderKey("ginza", "x"), (), "READER_UNKNOWN", ("Front counter", "Gift desk")),
        (ReaderKey("ginza", "Front counter"), ("umeda",), "NOT_PERMITTED", ()),
    ],
)
async def test_a_wrong_name_tells_the_right_ones(
    till: Till, reader: ReaderKey, stores: tuple[str, ...], code: str, names: tuple[str, ...]
) -> None:
    """Unknown names are answered with those that exist, as far as the actor may see them."""
    answer = await till.refused(reader=reader, scope=a_scope(*stores))

    assert (code, names) == (answer.code, answer.names)


async def test_a_request_that_is_wrong_leaves_nothing_behind(till: Till) -> None:
    """Neither an amount of nothing nor an empty key begins a payment."""
    codes = [(await till.refused(amount=yen(0))).code, (await till.refused("")).code]

    assert ["AMOUNT_INVALID", "IDEMPOTENCY_KEY_INVALID"] == codes
    assert [] == list(await till.journal.unfinished())


async def test_a_reader_takes_one_payment_at_a_time(till: Till, terminal: ScriptedTerminal) -> None:
    """The second is told who has the reader; when the first is through, the reader is free."""
    await till.start("k1")
    refused = await till.refused("k2")
    terminal.present(DEVICE)
    await till.reaches(State.PAID)
    await till.start("k3")

    assert "READER_BUSY" == refused.code
    assert "pay_1 of till-1" in refused.message
    assert ["pay_1:proc:1", "pay_3:proc:1"] == terminal.named("process")


async def test_two_tills_at_once_one_reader(till: Till, terminal: ScriptedTerminal) -> None:
    """Of two that start at the same moment, one gets the reader."""
    answers = await asyncio.gather(
        *(till.service.start(a_scope(), a_start(f"k{number}")) for number in range(4))
    )

    assert 1 == sum(isinstance(it, PaymentRecord) for it in answers)
    assert 1 == len(terminal.named("process"))


async def test_the_same_key_is_the_same_payment(till: Till, terminal: ScriptedTerminal) -> None:
    """Also when both come at once, and when the order is paid by now."""
    both = await asyncio.gather(
        *(till.service.start(a_scope(), a_start("k1", order=an_order())) for _ in range(3))
    )
    terminal.present(DEVICE)
    await till.reaches(State.PAID, name=next(it.id for it in both if isinstance(it, PaymentRecord)))
    again = await till.start("k1", order=an_order(paid=yen(5000)))

    assert {again.id} == {it.id for it in both if isinstance(it, PaymentRecord)}
    assert PaymentState.CAPTURED is again.state
    assert {again.id: 5000} == terminal.captured


async def test_the_same_key_for_another_request(till: Till) -> None:
    """A key that has begun something else is refused, at once or one after the other."""
    answers = await asyncio.gather(
        till.service.start(a_scope(), a_start("k1", amount=yen(1))),
        till.service.start(a_scope(), a_start("k1", amount=yen(2), reader=GIFT)),
    )
    after = await till.refused("k1", amount=yen(3))
    codes = [it.code for it in answers if isinstance(it, UserErrorRecord)]

    assert ["IDEMPOTENCY_CONFLICT"] == codes
    assert "IDEMPOTENCY_CONFLICT" == after.code


async def test_an_order_is_paid_once(till: Till, terminal: ScriptedTerminal) -> None:
    """What is being paid on one reader cannot be paid on another; tips pay nothing of an order."""
    first = await till.start("k1", order=an_order())
    open_order = await till.refused("k2", order=an_order(), reader=GIFT)
    terminal.present(DEVICE, tip=500)
    await till.reaches(State.PAID)
    paid_order = await till.refused("k3", order=an_order())
    grown = await till.start("k4", order=an_order(total=yen(6000)))

    assert yen(5000) == first.amount
    assert ["ORDER_PAID", "ORDER_PAID"] == [open_order.code, paid_order.code]
    assert yen(1000) == grown.amount


async def test_an_order_whose_payment_failed_is_still_due(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A decline pays nothing."""
    await till.start("k1", order=an_order())
    terminal.decline(DEVICE)
    await till.reaches(State.CARD_REFUSED)
    till.clock.forward(till.timing.attempt_deadline_s)
    await till.reaches(State.DECLINED)

    assert yen(5000) == (await till.start("k2", order=an_order())).amount


async def test_the_answer_does_not_wait_for_the_reader(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A reader's call that is held does not hold the mutation; its payment goes on."""
    till.timing = replace(till.timing, answer_within_s=0.05)
    await till.restart()
    gate = terminal.gates["create_intent"] = asyncio.Event()
    started = await till.start()
    gate.set()
    await till.reaches(State.AWAITING_CARD)

    assert PaymentState.PENDING is started.state


async def test_a_caller_who_leaves_stops_nothing(till: Till, terminal: ScriptedTerminal) -> None:
    """A request that is canceled at any moment leaves a payment that goes on, or none."""
    request = asyncio.create_task(till.service.start(a_scope(), a_start()))
    await asyncio.sleep(0.001)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    await until(lambda: terminal.waiting(DEVICE))
    terminal.present(DEVICE)

    assert yen(1000) == (await till.reaches(State.PAID)).captured


async def test_cancel_clears_the_reader_and_the_intent(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """After it no money can move, and the next payment may have the reader."""
    await till.start()
    canceled = await till.service.cancel(a_scope(), "pay_1")
    again = await till.service.cancel(a_scope(), "pay_1")
    terminal.present(DEVICE)

    assert isinstance(canceled, PaymentRecord)
    assert PaymentState.CANCELED is canceled.state
    assert canceled == again
    assert terminal.slots[DEVICE].action is None
    assert {} == terminal.captured
    assert "canceled by till-1" in [event.note for event in canceled.events]

    await till.start("k2")


async def test_what_is_paid_or_ended_cannot_be_canceled(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Money is given back with a refund; what has ended stays as it ended."""
    await till.start()
    terminal.present(DEVICE)
    await till.reaches(State.PAID)
    await till.start("k2")
    terminal.decline(DEVICE)
    await till.reaches(State.CARD_REFUSED, name="pay_2")
    till.clock.forward(till.timing.attempt_deadline_s)
    await till.reaches(State.DECLINED, name="pay_2")
    answers = [await till.service.cancel(a_scope(), name) for name in ("pay_1", "pay_2")]

    assert ["PAYMENT_STATE", "PAYMENT_STATE"] == [
        it.code for it in answers if isinstance(it, UserErrorRecord)
    ]


async def test_only_ones_own_payments_can_be_changed(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """An unknown payment, and one of a store that is not the actor's, are refused."""
    await till.start()
    service, other = till.service, a_scope("umeda")
    answers = [
        await service.cancel(other, "pay_1"),
        await service.capture(other, "pay_1", None),
        await service.refund(other, "pay_1", None, "r1"),
        await service.cancel(other, "pay_9"),
        await service.capture(other, "pay_9", None),
        await service.refund(other, "pay_9", None, "r1"),
    ]

    assert ["NOT_PERMITTED"] * 3 + ["PAYMENT_UNKNOWN"] * 3 == [
        it.code for it in answers if isinstance(it, UserErrorRecord)
    ]


async def test_held_money_is_captured_on_demand(till: Till, terminal: ScriptedTerminal) -> None:
    """A manual payment holds the money and frees the reader; a part of it is taken later, once."""
    await till.start(capture=CaptureMethod.MANUAL)
    terminal.present(DEVICE)
    held = await till.reaches(State.AUTHORIZED)
    await till.start("k2")
    too_much = await till.service.capture(a_scope(), "pay_1", yen(1001))
    wrong = await till.service.capture(a_scope(), "pay_1", Money(1, "SGD"))
    captured = await till.service.capture(a_scope(), "pay_1", yen(600))
    again = await till.service.capture(a_scope(), "pay_1", yen(600))
    other = await till.service.capture(a_scope(), "pay_1", yen(700))

    assert yen(1000) == held.authorized
    assert isinstance(captured, PaymentRecord)
    assert (PaymentState.CAPTURED, yen(600)) == (captured.state, captured.captured)
    assert captured == again
    assert ["CAPTURE_TOO_LARGE", "CURRENCY_MISMATCH", "PAYMENT_STATE"] == [
        it.code for it in (too_much, wrong, other) if isinstance(it, UserErrorRecord)
    ]
    assert {"pay_1": 600} == terminal.captured


async def test_held_money_is_released_by_cancel(till: Till, terminal: ScriptedTerminal) -> None:
    """Canceling an authorised payment gives the hold back."""
    await till.start(capture=CaptureMethod.MANUAL)
    terminal.present(DEVICE)
    await till.reaches(State.AUTHORIZED)
    canceled = await till.service.cancel(a_scope(), "pay_1")
    captured = await till.service.capture(a_scope(), "pay_1", None)

    assert isinstance(canceled, PaymentRecord)
    assert PaymentState.CANCELED is canceled.state
    assert isinstance(captured, UserErrorRecord)
    assert "PAYMENT_STATE" == captured.code


async def test_money_on_its_way_cannot_be_canceled(till: Till, terminal: ScriptedTerminal) -> None:
    """While a capture is out, only its outcome decides."""
    await till.start(capture=CaptureMethod.MANUAL)
    terminal.present(DEVICE)
    await till.reaches(State.AUTHORIZED)
    gate = terminal.gates["capture"] = asyncio.Event()
    capturing = asyncio.create_task(till.service.capture(a_scope(), "pay_1", None))
    await till.reaches(State.CAPTURING)
    refused = await till.service.cancel(a_scope(), "pay_1")
    gate.set()
    captured = await capturing

    assert isinstance(refused, UserErrorRecord)
    assert "PAYMENT_STATE" == refused.code
    assert isinstance(captured, PaymentRecord)
    assert PaymentState.CAPTURED is captured.state


async def test_a_mutation_waits_its_turn_behind_a_step(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Canceled while it is announced: the answer to the announcement is still canceled."""
    gate = terminal.gates["create_intent"] = asyncio.Event()
    starting = asyncio.create_task(till.service.start(a_scope(), a_start()))
    await until(lambda: terminal.intents)
    canceling = asyncio.create_task(till.service.cancel(a_scope(), "pay_1"))
    await till.reaches(State.CANCELING)
    gate.set()
    answers = await asyncio.gather(starting, canceling)

    assert [PaymentState.CANCELED] * 2 == [
        it.state for it in answers if isinstance(it, PaymentRecord)
    ]
    assert ["canceled"] == [it.status.value for it in terminal.intents.values()]
    assert [] == terminal.named("process")


async def test_money_is_given_back(till: Till, terminal: ScriptedTerminal) -> None:
    """In parts, each under its own key, and never more than was taken."""
    await till.start()
    early = await till.service.refund(a_scope(), "pay_1", None, "r0")
    terminal.present(DEVICE)
    await till.reaches(State.PAID)
    service = till.service
    part = await service.refund(a_scope(), "pay_1", yen(300), "r1")
    same = await service.refund(a_scope(), "pay_1", yen(300), "r1")
    twin = await service.refund(a_scope(), "pay_1", yen(300), "r2")
    large = await service.refund(a_scope(), "pay_1", yen(401), "r3")
    stolen = await service.refund(a_scope(), "pay_1", yen(1), "r2")
    nameless = await service.refund(a_scope(), "pay_1", yen(1), "")
    rest = await service.refund(a_scope(), "pay_1", None, "r4")
    nothing = await service.refund(a_scope(), "pay_1", None, "r5")

    assert isinstance(part, RefundReceipt)
    assert isinstance(rest, RefundReceipt)
    assert isinstance(twin, RefundReceipt)
    assert part == same
    assert part.refund.id != twin.refund.id
    assert yen(300) == part.payment.refunded
    assert (yen(400), yen(1000)) == (rest.refund.amount, rest.payment.refunded)
    assert PaymentState.CAPTURED is rest.payment.state
    assert [
        "PAYMENT_STATE",
        "REFUND_TOO_LARGE",
        "IDEMPOTENCY_CONFLICT",
        "IDEMPOTENCY_KEY_INVALID",
        "REFUND_TOO_LARGE",
    ] == [
        it.code
        for it in (early, large, stolen, nameless, nothing)
        if isinstance(it, UserErrorRecord)
    ]
    assert {1000} == {it.refunded for it in terminal.intents.values()}


async def test_readers_change_with_the_configuration(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A reader that was taken out keeps the payment it has, and gets no other."""
    await till.start()
    till.service.directory.replace(STORES[1:])
    refused = await till.refused("k2")
    terminal.present(DEVICE)
    await till.reaches(State.PAID)

    assert "STORE_UNKNOWN" == refused.code


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.LOST_REQUEST])
async def test_a_dead_provider_is_told_as_such(
    till: Till, terminal: ScriptedTerminal, fault: Fault
) -> None:
    """After three tries nothing was done, the reader is free, and the same key says the same."""
    terminal.faults["reader"].extend([fault] * 3)
    first = await till.refused("k1")
    same = await till.refused("k1")
    await till.start("k2")

    assert "PROVIDER_UNAVAILABLE" == first.code
    assert first == same
    assert [] == [it for it in terminal.named("create_intent") if it == "pay_1:intent"]
    assert OTHER not in {device for device in terminal.slots if terminal.waiting(device)}
