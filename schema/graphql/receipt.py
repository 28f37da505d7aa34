"""What a printed receipt has to say of a payment, and what was paid with."""

import strawberry

from schema.domain.payment_method import PaymentMethodKind
from schema.domain.receipt import PaymentReceiptRecord
from schema.graphql.record import shown_as, shows

strawberry.enum(
    PaymentMethodKind,
    description="What a customer may pay with: a card, or a wallet that reads a QR code.",
)
shown_as(PaymentMethodKind, PaymentMethodKind)


@strawberry.type(description="What a printed receipt has to say of a payment.")
@shows(PaymentReceiptRecord)
class PaymentReceipt:
    """Shows `schema.domain.receipt.PaymentReceiptRecord`."""
