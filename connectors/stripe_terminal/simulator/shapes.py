"""The account's records in the form of Stripe's API. Pure: no I/O and no clock."""

from typing import Any

from connectors.stripe_terminal.simulator.records import (
    Action,
    Charge,
    Intent,
    Location,
    Reader,
    Refund,
)

API_VERSION = "2026-10-28.endive"


def location_shape(location: Location) -> dict[str, Any]:
    """A location."""
    return {
        "id": location.id,
        "object": "terminal.location",
        "address": {
            "city": None,
            "country": location.country,
            "line1": None,
            "line2": None,
            "postal_code": None,
            "state": None,
        },
        "display_name": location.display_name,
        "livemode": False,
        "metadata": {},
    }


def reader_shape(reader: Reader, now: float) -> dict[str, Any]:
    """A reader. `last_seen_at` is in milliseconds, unlike every other time."""
    return {
        "id": reader.id,
        "object": "terminal.reader",
        "action": _action_shape(reader.action) if reader.action else None,
        "device_sw_version": "2.42.0.0",
        "device_type": reader.device_type,
        "ip_address": "127.0.0.1",
        "label": reader.label,
        "last_seen_at": int(now * 1000),
        "livemode": False,
        "location": reader.location,
        "metadata": {},
        "serial_number": f"simulated-{reader.id}",
        "status": "online",
    }


def _action_shape(action: Action) -> dict[str, Any]:
    about = {"payment_intent": action.intent} if action.intent else {}
    return {
        "type": action.kind,
        "status": action.status,
        "failure_code": action.failure_code,
        "failure_message": action.failure_message,
        "api_error": action.api_error,
        action.kind: about | action.detail,
    }


def intent_shape(intent: Intent) -> dict[str, Any]:
    """A payment."""
    return {
        "id": intent.id,
        "object": "payment_intent",
        "amount": intent.amount,
        "amount_capturable": intent.amount_capturable,
        "amount_details": {"tip": {} if intent.tip is None else {"amount": intent.tip}},
        "amount_received": intent.amount_received,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": intent.canceled_at,
        "cancellation_reason": intent.cancellation_reason,
        "capture_method": intent.capture_method,
        "client_secret": f"{intent.id}_secret_simulated",
        "confirmation_method": "automatic",
        "created": intent.created,
        "currency": intent.currency,
        "customer": None,
        "description": None,
        "last_payment_error": intent.error,
        "latest_charge": intent.charge,
        "livemode": False,
        "metadata": intent.metadata,
        "next_action": None,
        "payment_method": None,
        "payment_method_options": {},
        "payment_method_types": intent.method_types,
        "processing": None,
        "receipt_email": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": intent.status,
        "transfer_group": None,
    } | intent.told


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
        "balance_transaction": None,
        "billing_details": {"address": None, "email": None, "name": None, "phone": None},
        "captured": charge.amount_captured > 0,
        "created": charge.created,
        "currency": charge.currency,
        "disputed": False,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "livemode": False,
        "metadata": {},
        "paid": decline is None,
        "payment_intent": charge.intent,
        "payment_method_details": {
            "type": "card_present",
            "card_present": {
                "amount_authorized": None if decline else charge.amount,
                "brand": charge.card.brand,
                "capture_before": charge.capture_before,
                "country": "US",
                "exp_month": 12,
                "exp_year": 2034,
                "funding": "credit",
                "incremental_authorization_supported": False,
                "last4": charge.card.last4,
                "network": charge.card.brand,
                "overcapture_supported": False,
                "read_method": "contactless_emv",
            },
        },
        "refunded": given_back == charge.amount,
        "status": "failed" if decline else "succeeded",
    }


def refund_shape(refund: Refund) -> dict[str, Any]:
    """A refund. `failure_reason` is there only where there is one."""
    failed = {"failure_reason": refund.failure_reason} if refund.failure_reason else {}
    return {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": None,
        "charge": refund.charge,
        "created": refund.created,
        "currency": refund.currency,
        "metadata": refund.metadata,
        "payment_intent": refund.intent,
        "reason": refund.reason,
        "receipt_number": None,
        "status": refund.status,
    } | failed
