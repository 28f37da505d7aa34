"""What is left to be paid of an order: what its own system says, less what our payments took."""

from gateway.payments import refusals
from gateway.payments.amounts import not_chargeable
from gateway.payments.due_log import Committed, OrderPart
from gateway.payments.journal import NotChargeable, NothingDue, PartTooLarge, Payment
from gateway.payments.states import FINAL, State
from schema.domain.money import Money
from schema.domain.order import OrderRecord, OrderStatus


def share(payment: Payment) -> int:
    """What a payment takes off its order, in minor units: a tip pays nothing of it.

    Where no tip is known, what was taken beyond the amount is taken for one.
    What was given back does not make an order due again: whether it is, its own system says.
    """
    if payment.state is State.PAID:
        captured = payment.captured.minor
        if payment.tip is None:
            return min(captured, payment.amount.minor)
        return max(0, captured - payment.tip.minor)
    if payment.state in FINAL:
        return 0
    asked = payment.increase_to or payment.amount
    return max(asked.minor, payment.amount.minor)


def asked_of(
    due: Money, committed: Committed, wanted: OrderPart
) -> Money | NothingDue | PartTooLarge | NotChargeable:
    """The amount of a payment that begins, or why it cannot; `due` is the order's system's word."""
    left = Money(due.minor - committed.get(due.currency, 0), due.currency)
    if left.minor <= 0:
        return NothingDue()
    if wanted.part is not None and wanted.part.minor > left.minor:
        return PartTooLarge(left)
    amount = wanted.part or left
    path = refusals.PART if wanted.part else refusals.ORDER
    why = not_chargeable(amount, wanted.rule, path) if wanted.rule is not None else None
    return NotChargeable(why) if why is not None else amount


def due(order: OrderRecord, committed: Committed) -> Money | None:
    """What is left to be paid, never below zero; None where the system counts in two currencies."""
    total, paid = order.total, order.paid
    if total.currency != paid.currency:
        return None
    if order.status is OrderStatus.CANCELED:
        return Money(0, total.currency)
    rest = total.minor - paid.minor - committed.get(total.currency, 0)
    return Money(max(0, rest), total.currency)
