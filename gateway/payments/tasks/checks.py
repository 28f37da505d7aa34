"""What a request to a reader must fulfil before anything is recorded. Bounds are the provider's."""

import hashlib
from collections.abc import Sequence

import msgspec

from gateway.payments.tasks import refusals
from schema.domain.payment import UserErrorRecord
from schema.domain.reader_task import (
    Asked,
    CardSetup,
    Cart,
    CartLine,
    InputAsked,
    InputChoice,
    InputKind,
    InputToggle,
)
from schema.ports.payments import ReaderKey

_LINES_MAX = 100
_QUANTITY_MAX = 10_000
# What the provider takes as the amount of a payment has eight digits at most.
_MINOR_MAX = 99_999_999
_LINE_TEXT_MAX = 200
_INPUTS_MAX = 5
_TITLE_MAX = 40
_TEXT_MAX = 500
_CHOICES_MAX = 10
_CHOICE_ID_MAX = 50
_CHOICE_TEXT_MAX = 30
_TOGGLES_MAX = 5
_TOGGLE_TEXT_MAX = 50
_CONSENT_MAX = 5000


def cart(asked: Cart, currency: str) -> UserErrorRecord | None:
    """Why a cart cannot be shown; `currency` is the store's."""
    if asked.currency != currency:
        return refusals.currency_mismatch(currency)
    return _lines(asked.lines) or _sums(asked)


def inputs(asked: Sequence[InputAsked]) -> UserErrorRecord | None:
    """Why inputs cannot be asked for."""
    if not 0 < len(asked) <= _INPUTS_MAX:
        return refusals.inputs_invalid(f"Ask for 1 to {_INPUTS_MAX} inputs.")
    for number, one in enumerate(asked):
        if sentence := _input(one):
            return refusals.inputs_invalid(sentence, str(number))
    return None


def setup(asked: CardSetup) -> UserErrorRecord | None:
    """Why a card cannot be kept."""
    if _is_text(asked.consent, _CONSENT_MAX):
        return None
    return refusals.consent_missing(_CONSENT_MAX)


def digest(reader: ReaderKey, asked: Asked) -> str:
    """What makes two requests the same."""
    return hashlib.sha256(msgspec.json.encode((reader, asked))).hexdigest()


def _lines(lines: Sequence[CartLine]) -> UserErrorRecord | None:
    if not 0 < len(lines) <= _LINES_MAX:
        return refusals.cart_invalid(f"Give 1 to {_LINES_MAX} lines.", "lines")
    for number, line in enumerate(lines):
        if sentence := _line(line):
            return refusals.cart_invalid(sentence, "lines", str(number))
    return None


def _sums(asked: Cart) -> UserErrorRecord | None:
    if not 0 <= asked.tax <= _MINOR_MAX:
        return refusals.cart_invalid("The tax is not an amount.", "tax")
    if not 0 <= asked.total <= _MINOR_MAX:
        return refusals.cart_invalid("The total is not an amount.", "total")
    total = sum(line.amount for line in asked.lines) + asked.tax
    if total != asked.total:
        told = f"The lines and the tax make {total}, and the total says {asked.total}."
        return refusals.cart_invalid(told, "total")
    return None


def _line(line: CartLine) -> str | None:
    if not _is_text(line.description, _LINE_TEXT_MAX):
        return f"A line needs a description of 1 to {_LINE_TEXT_MAX} characters."
    if not 0 < line.quantity <= _QUANTITY_MAX:
        return f"A quantity is 1 to {_QUANTITY_MAX}."
    if abs(line.amount) > _MINOR_MAX:
        return "A line's amount is too large."
    return None


def _input(asked: InputAsked) -> str | None:
    if not _is_text(asked.title, _TITLE_MAX):
        return f"An input needs a title of 1 to {_TITLE_MAX} characters."
    if asked.description is not None and not _is_text(asked.description, _TEXT_MAX):
        return f"A description has 1 to {_TEXT_MAX} characters."
    if (asked.kind is InputKind.SELECTION) is not bool(asked.choices):
        return "A selection has choices, and nothing else has."
    return _choices(asked.choices) or _toggles(asked.toggles)


def _choices(choices: Sequence[InputChoice]) -> str | None:
    if len(choices) > _CHOICES_MAX:
        return f"Give at most {_CHOICES_MAX} choices."
    if len({it.id for it in choices}) < len(choices):
        return "Each choice needs an id of its own."
    for choice in choices:
        if not _is_text(choice.id, _CHOICE_ID_MAX):
            return f"A choice's id has 1 to {_CHOICE_ID_MAX} characters."
        if not _is_text(choice.text, _CHOICE_TEXT_MAX):
            return f"A choice's text has 1 to {_CHOICE_TEXT_MAX} characters."
    return None


def _toggles(toggles: Sequence[InputToggle]) -> str | None:
    if len(toggles) > _TOGGLES_MAX:
        return f"Give at most {_TOGGLES_MAX} toggles."
    for toggle in toggles:
        texts = [it for it in (toggle.title, toggle.description) if it is not None]
        if not texts or not all(_is_text(it, _TOGGLE_TEXT_MAX) for it in texts):
            return f"A toggle needs a title or a description, 1 to {_TOGGLE_TEXT_MAX} characters."
    return None


def _is_text(text: str, most: int) -> bool:
    return bool(text.strip()) and len(text) <= most
