"""Money of a sale, as the POS notes it. Pure: no I/O, no clock."""

from typing import Any

from msgspec import Struct

from connectors.sdk.reading import one_of, read
from schema.domain.errors import Conflict, NotFound, Rejected, SourceError
from schema.domain.payment_entry import PaymentEntry, PaymentEntryKind

_CARD = "CC"
_REFUSALS: dict[str, type[SourceError]] = {"E404": NotFound, "E409": Conflict}


class _Noted(Struct):
    tnd_no: int


class _Refusal(Struct):
    err_cd: str


def tender(entry: PaymentEntry, currency: str) -> dict[str, Any]:
    """What the POS is told of an entry: money that was given back stands below zero.

    Raises:
        Rejected: The store's tills take another currency.
    """
    if entry.amount.currency != currency:
        raise Rejected("the store's tills take another currency", reason="currency")
    sign = "-" if entry.kind is PaymentEntryKind.REFUND else ""
    return {
        "typ": _CARD,
        "amt": f"{sign}{entry.amount.amount:f}",
        "ref": entry.reference,
        "psp_no": entry.provider_reference or "",
    }


def place(content: object) -> int:
    """The tender's place on the sale."""
    return read(_Noted, content, where="tender").tnd_no


def refusal(content: object) -> SourceError:
    """What the POS itself means by a refusal, rather than what a proxy may mean by its own.

    There is no such sale, or it takes no money, or something else has the reference.
    """
    told = read(_Refusal, content, where="refusal")
    known = one_of(_REFUSALS, told.err_cd, field="refusal.err_cd")
    return known(f"the POS says {told.err_cd}")
