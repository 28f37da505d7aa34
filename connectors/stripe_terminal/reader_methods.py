"""What a customer may pay with at one of Stripe's readers. Pure: no I/O.

Source: https://docs.stripe.com/terminal/payments/additional-payment-methods (2026-04-24), and each
method's own page for its currencies. An account may lack a method all the same: Stripe then leaves
it out of the payment.
"""

from collections.abc import Sequence

from schema.domain.payment_method import PaymentMethodKind

# Those with a screen for a QR code. Stripe's simulated readers show none.
_SMART = ("bbpos_wisepos_e", "stripe_s700", "stripe_s710", "stripe_t600", "verifone_")
_CURRENCIES = {
    PaymentMethodKind.AFFIRM: frozenset({"CAD", "USD"}),
    PaymentMethodKind.KLARNA: frozenset(
        {"AUD", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "NOK", "SEK", "USD"}
    ),
    PaymentMethodKind.PAYNOW: frozenset({"SGD"}),
    PaymentMethodKind.WECHAT_PAY: frozenset(
        {"AUD", "CAD", "CHF", "DKK", "EUR", "GBP", "NOK", "SEK", "SGD", "USD"}
    ),
}


def reader_methods(device_type: str | None, currency: str) -> Sequence[PaymentMethodKind]:
    """Cards, and by QR code what the currency has; a model that is not known takes cards."""
    if device_type is None or not device_type.startswith(_SMART):
        return [PaymentMethodKind.CARD]
    codes = [kind for kind, currencies in _CURRENCIES.items() if currency in currencies]
    return [PaymentMethodKind.CARD, *codes]
