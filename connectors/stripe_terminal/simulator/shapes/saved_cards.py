"""Cards that are saved without a payment, and whose they are."""

from typing import Any

from connectors.stripe_terminal.simulator.records import Customer, SetupAttempt, SetupIntent


def setup_intent_shape(intent: SetupIntent) -> dict[str, Any]:
    """A card that is to be saved."""
    return {
        "id": intent.id,
        "object": "setup_intent",
        "application": None,
        "cancellation_reason": intent.cancellation_reason,
        "client_secret": f"{intent.id}_secret_simulated",
        "created": intent.created,
        "customer": None,
        "description": None,
        "last_setup_error": intent.error,
        "latest_attempt": intent.attempt,
        "livemode": False,
        "mandate": None,
        "metadata": intent.metadata,
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": intent.method,
        "payment_method_options": {},
        "payment_method_types": intent.method_types,
        "single_use_mandate": None,
        "status": intent.status,
        "usage": intent.usage,
    } | intent.told


def setup_attempt_shape(attempt: SetupAttempt) -> dict[str, Any]:
    """One try to save a card."""
    return {
        "id": attempt.id,
        "object": "setup_attempt",
        "application": None,
        "created": attempt.created,
        "customer": None,
        "livemode": False,
        "on_behalf_of": None,
        "payment_method": attempt.method,
        "payment_method_details": {
            "type": attempt.kind,
            attempt.kind: {"generated_card": attempt.generated_card},
        },
        "setup_error": attempt.error,
        "setup_intent": attempt.setup_intent,
        "status": "failed" if attempt.error else "succeeded",
        "usage": attempt.usage,
    }


def customer_shape(customer: Customer) -> dict[str, Any]:
    """Somebody whose cards are kept."""
    return {
        "id": customer.id,
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": customer.created,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": None,
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": customer.metadata,
        "name": None,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    } | customer.told
