"""What Stripe's charges tell of the card that paid. Pure: no I/O, no clock."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from connectors.sdk.reading import drift, read
from schema.domain.receipt import PaymentReceiptRecord

_DIGITS = re.compile(r"[0-9]{4}")


class _Receipt(Struct):
    account_type: str | None = None
    application_cryptogram: str | None = None
    application_preferred_name: str | None = None
    authorization_code: str | None = None
    authorization_response_code: str | None = None
    cardholder_verification_method: str | None = None
    dedicated_file_name: str | None = None
    terminal_verification_results: str | None = None
    transaction_status_information: str | None = None


class _Presented(Struct):
    brand: str | None = None
    last4: str | None = None
    network: str | None = None
    read_method: str | None = None
    capture_before: int | None = None
    incremental_authorization_supported: bool = False
    receipt: _Receipt | None = None


class CardFacts(Struct, frozen=True):
    """What is known of how a charge was paid. `capture_before` is UTC.

    `kind` is Stripe's type of payment method.
    """

    kind: str | None = None
    receipt: PaymentReceiptRecord | None = None
    capture_before: datetime | None = None
    is_increasable: bool = False


def card_facts(details: Mapping[str, Any] | None) -> CardFacts:
    """Read a charge's `payment_method_details`."""
    kind = (details or {}).get("type")
    if details is None or kind is None:
        return CardFacts()
    if not isinstance(kind, str):
        raise drift("charge.payment_method_details.type", "expected a word")
    where = f"charge.payment_method_details.{kind}"
    card = read(_Presented, details.get(kind) or {}, where=where)
    if card.last4 is not None and not _DIGITS.fullmatch(card.last4):
        raise drift(f"{where}.last4", "expected four digits")
    return CardFacts(
        kind,
        _receipt(card, kind),
        _moment(card.capture_before, field="charge.capture_before"),
        card.incremental_authorization_supported,
    )


def _receipt(card: _Presented, kind: str) -> PaymentReceiptRecord:
    told = card.receipt or _Receipt()
    return PaymentReceiptRecord(
        brand=card.brand or kind,
        last4=card.last4,
        network=card.network,
        read_method=card.read_method,
        account_type=told.account_type,
        application_name=told.application_preferred_name,
        application_id=told.dedicated_file_name,
        application_cryptogram=told.application_cryptogram,
        authorization_code=told.authorization_code,
        authorization_response_code=told.authorization_response_code,
        verification_method=told.cardholder_verification_method,
        terminal_verification_results=told.terminal_verification_results,
        transaction_status_information=told.transaction_status_information,
    )


def _moment(seconds: int | None, *, field: str) -> datetime | None:
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        raise drift(field, "expected a time") from None
