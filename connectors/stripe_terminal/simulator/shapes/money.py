"""Tries to take money, and the cards that they were made with."""

from typing import Any

from connectors.stripe_terminal.simulator.cards import Card
from connectors.stripe_terminal.simulator.records import Charge, Method

_BILLING: dict[str, Any] = {"address": None, "email": None, "name": None, "phone": None}
_EXPIRES = {"exp_month": 12, "exp_year": 2034}
_APPLICATIONS = {
    "visa": "A0000000031010",
    "mastercard": "A0000000041010",
    "amex": "A000000025010402",
    "discover": "A0000001523010",
    "jcb": "A0000000651010",
    "interac": "A0000002771010",
}


def charge_shape(charge: Charge) -> dict[str, Any]:
    """A charge. A hold that was given up counts as refunded, as it does at Stripe."""
    given_back = charge.amount_refunded + charge.released
    decline = charge.decline
    return {
        "id": charge.id,
        "object": "charge",
        "amount": charge.amount,
        "amount_captured": charge.amount_captured,
        "amount_refunded": given_back,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": _BILLING,
        "calculated_statement_descriptor": "SIMULATED",
        "captured": charge.amount_captured > 0,
        "created": charge.created,
        "currency": charge.currency,
        "customer": None,
        "description": None,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "on_behalf_of": None,
        "outcome": _outcome(charge),
        "paid": decline is None,
        "payment_intent": charge.intent,
        "payment_method": charge.method,
        "payment_method_details": {"type": charge.kind, charge.kind: _details(charge)},
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": given_back == charge.amount,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "failed" if decline else "succeeded",
        "transfer_data": None,
        "transfer_group": None,
    }


def method_shape(method: Method) -> dict[str, Any]:
    """A card, or the kind of a QR code."""
    card = method.card
    return {
        "id": method.id,
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": _BILLING,
        "created": method.created,
        "customer": method.customer,
        "livemode": False,
        "metadata": {},
        "type": method.kind,
        method.kind: _face(card) if card else {},
    }


def _outcome(charge: Charge) -> dict[str, Any]:
    decline = charge.decline
    if decline is None:
        return {
            "network_status": "approved_by_network",
            "reason": None,
            "risk_level": "not_assessed",
            "seller_message": "Payment complete.",
            "type": "authorized",
        }
    return {
        "network_status": "declined_by_network",
        "reason": decline.decline_code or decline.code,
        "risk_level": "not_assessed",
        "seller_message": "The bank did not accept the payment.",
        "type": "issuer_declined",
    }


def _details(charge: Charge) -> dict[str, Any]:
    if charge.card is None:
        return {"location": charge.location, "reader": charge.reader}
    if charge.kind == "card":
        return _face(charge.card) | {"capture_before": charge.capture_before}
    at_reader = _face(charge.card) | {
        "generated_card": charge.generated_card,
        "network": charge.card.brand,
        "location": charge.location,
        "reader": charge.reader,
        "receipt": _receipt(charge),
    }
    if charge.kind == "interac_present":
        return at_reader
    return at_reader | {
        "amount_authorized": None if charge.decline else charge.amount,
        "capture_before": charge.capture_before,
        "incremental_authorization_supported": charge.is_incremental,
        "overcapture_supported": False,
    }


def _face(card: Card) -> dict[str, Any]:
    """What a card tells of itself: never its number."""
    face: dict[str, Any] = {
        "brand": card.brand,
        "country": card.country,
        "fingerprint": f"simulated{card.brand}{card.last4}",
        "funding": card.funding,
        "last4": card.last4,
        **_EXPIRES,
    }
    if card.kind == "card":
        return face
    return face | {"cardholder_name": None, "read_method": "contactless_emv"}


def _receipt(charge: Charge) -> dict[str, Any]:
    """What the card networks want on a receipt."""
    card = charge.card or Card("0000")
    return {
        "account_type": "checking" if card.funding == "debit" else card.funding,
        "application_cryptogram": "0F2A3C4D5E6F7A8B",
        "application_preferred_name": f"{card.brand.upper()} {card.funding.upper()}",
        "authorization_code": None if charge.decline else charge.id[-6:].upper(),
        "authorization_response_code": "5A33" if charge.decline else "3030",
        "cardholder_verification_method": "approval",
        "dedicated_file_name": _APPLICATIONS.get(card.brand, "A0000000031010"),
        "terminal_verification_results": "0000000000",
        "transaction_status_information": "0000",
    }
