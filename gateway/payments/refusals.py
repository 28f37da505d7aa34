"""What is said to those whose mutation did nothing. Each says what to do next."""

from collections.abc import Sequence

from connectors.sdk.terminal import METHOD_UNAVAILABLE
from gateway.payments.failures import REFUSED_AT_START
from gateway.payments.journal import Payment
from gateway.payments.leases import ReaderHeld
from gateway.payments.states import State
from schema.domain.money import Money
from schema.domain.payment import UserErrorRecord

_STORE = ("input", "reader", "store")
_READER = ("input", "reader", "name")
AMOUNT = ("input", "amount")
ORDER = ("input", "order")
PART = ("input", "part")
METHODS = ("input", "methods")
TIP = ("input", "tipEligible")
PAYMENT = ("input", "payment")
KEY = ("input", "idempotencyKey")


def store_unknown(names: Sequence[str], path: tuple[str, ...] = _STORE) -> UserErrorRecord:
    """No store has this code; `names` are those that have one."""
    return UserErrorRecord(
        "STORE_UNKNOWN", f"There is no such store. There are: {_list(names)}.", path, tuple(names)
    )


def reader_unknown(store: str, names: Sequence[str]) -> UserErrorRecord:
    """No reader of the store has this name; `names` are those that have one."""
    return UserErrorRecord(
        "READER_UNKNOWN",
        f"There is no such reader in {store}. There are: {_list(names)}.",
        _READER,
        tuple(names),
    )


def reader_busy(reader: str, held: ReaderHeld) -> UserErrorRecord:
    """The reader has another payment of ours, or does something else for us."""
    return UserErrorRecord(
        "READER_BUSY",
        f"{reader} has had the {held.holder.kind.value} {held.holder.id} of {held.actor} since"
        f" {held.since:%Y-%m-%d %H:%M:%S} UTC. Wait for it, cancel it, or take another reader.",
        _READER,
    )


def refused_at_start(payment: Payment) -> UserErrorRecord | None:
    """Why a payment ended before anybody could show a card; None when it did not."""
    failure = payment.failure
    if payment.state is not State.CANCELED or failure is None:
        return None
    code = REFUSED_AT_START.get(failure.code)
    if code is None:
        return None
    path = METHODS if failure.code == METHOD_UNAVAILABLE else _READER
    return UserErrorRecord(code, f"{failure.message} Use a new idempotencyKey then.", path)


def refused_again(payment: Payment) -> UserErrorRecord | None:
    """Why a reader did not take a payment that was to be tried again; None when it did."""
    failure = payment.failure
    if payment.state is not State.CARD_REFUSED or failure is None:
        return None
    code = REFUSED_AT_START.get(failure.code)
    return UserErrorRecord(code, failure.message, _READER) if code else None


def reader_elsewhere(store: str) -> UserErrorRecord:
    """A payment stays in its store, whose account has announced it."""
    return UserErrorRecord(
        "READER_ELSEWHERE", f"Take a reader of the payment's own store, {store}.", _STORE
    )


def not_permitted(path: tuple[str, ...]) -> UserErrorRecord:
    """The store is none of the actor's."""
    return UserErrorRecord("NOT_PERMITTED", "Your key is not for this store.", path)


def amount_or_order() -> UserErrorRecord:
    """Both were given, or neither."""
    return UserErrorRecord(
        "AMOUNT_OR_ORDER", "Give exactly one: the order to pay, or an amount.", AMOUNT
    )


def part_without_order() -> UserErrorRecord:
    """A part, and no order that it were a part of."""
    return UserErrorRecord(
        "PART_WITHOUT_ORDER", "A part is of an order: give the order, or an amount instead.", PART
    )


def amount_invalid(path: tuple[str, ...] = AMOUNT) -> UserErrorRecord:
    """It is no amount to take or give."""
    return UserErrorRecord("AMOUNT_INVALID", "Give an amount above zero.", path)


def amount_fraction(step: Money, path: tuple[str, ...]) -> UserErrorRecord:
    """It has a fraction that the currency, or the provider, does not count."""
    return UserErrorRecord(
        "AMOUNT_FRACTION", f"The amount must be a multiple of {_money(step)}.", path
    )


def amount_too_small(least: Money, path: tuple[str, ...]) -> UserErrorRecord:
    """Less than the provider takes in this currency."""
    return UserErrorRecord("AMOUNT_TOO_SMALL", f"A card is charged {_money(least)} at least.", path)


def amount_too_large(most: Money, path: tuple[str, ...]) -> UserErrorRecord:
    """More than the provider takes at once."""
    return UserErrorRecord(
        "AMOUNT_TOO_LARGE", f"At most {_money(most)} can be taken at once.", path
    )


def amount_exceeds_due(due: Money, path: tuple[str, ...]) -> UserErrorRecord:
    """More than the order's rest."""
    return UserErrorRecord(
        "AMOUNT_EXCEEDS_DUE", f"Only {_money(due)} of the order is left to be paid.", path
    )


def currency_unsupported(currency: str, path: tuple[str, ...]) -> UserErrorRecord:
    """The provider takes no money in this currency."""
    return UserErrorRecord(
        "CURRENCY_UNSUPPORTED", f"The payment provider takes no {currency} at readers.", path
    )


def currency_mismatch(expected: str, path: tuple[str, ...]) -> UserErrorRecord:
    """Money of another currency than the store's, or the payment's."""
    return UserErrorRecord("CURRENCY_MISMATCH", f"The amount must be in {expected}.", path)


def order_paid() -> UserErrorRecord:
    """Nothing is due."""
    return UserErrorRecord(
        "ORDER_PAID", "Nothing is due on this order: it is paid, or about to be.", ORDER
    )


def order_unknown(path: tuple[str, ...] = ORDER) -> UserErrorRecord:
    """The order's own system does not know it any more."""
    return UserErrorRecord("ORDER_UNKNOWN", "There is no such order.", path)


def order_canceled() -> UserErrorRecord:
    """The order will not be delivered."""
    return UserErrorRecord("ORDER_CANCELED", "The order is canceled: take no money for it.", ORDER)


def key_invalid() -> UserErrorRecord:
    """It cannot tell one request from another."""
    return UserErrorRecord(
        "IDEMPOTENCY_KEY_INVALID", "Give an idempotencyKey of 1 to 255 characters.", KEY
    )


def key_taken() -> UserErrorRecord:
    """The same key came with another request before."""
    return UserErrorRecord(
        "IDEMPOTENCY_CONFLICT",
        "This idempotencyKey belongs to another request. Use a new one for each new request.",
        KEY,
    )


def payment_unknown() -> UserErrorRecord:
    """Nobody has started it."""
    return UserErrorRecord("PAYMENT_UNKNOWN", "There is no such payment.", PAYMENT)


def payment_state(sentence: str) -> UserErrorRecord:
    """The payment is not in a state for this; the sentence says why."""
    return UserErrorRecord("PAYMENT_STATE", sentence, PAYMENT)


def refund_too_large(left: Money) -> UserErrorRecord:
    """More than is left of what was captured."""
    return UserErrorRecord("REFUND_TOO_LARGE", f"At most {_money(left)} can be given back.", AMOUNT)


def capture_too_large(held: Money) -> UserErrorRecord:
    """More than is held."""
    return UserErrorRecord("CAPTURE_TOO_LARGE", f"At most {_money(held)} can be taken.", AMOUNT)


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"


def _money(money: Money) -> str:
    return f"{money.amount} {money.currency}"
