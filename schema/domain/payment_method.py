"""What a customer may pay with at a reader."""

from enum import Enum


class PaymentMethodKind(Enum):
    """A card, or a wallet whose QR code the reader shows and a telephone pays."""

    CARD = "CARD"
    AFFIRM = "AFFIRM"
    KLARNA = "KLARNA"
    PAYNOW = "PAYNOW"
    WECHAT_PAY = "WECHAT_PAY"
