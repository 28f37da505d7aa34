"""What a printed receipt has to say of a payment."""

from typing import Annotated

from msgspec import Meta, Struct


class PaymentReceiptRecord(Struct, frozen=True, omit_defaults=True):
    """The card networks' rules want most of these on paper. No card's number is among them.

    A payment by a QR code has a brand, and none of the chip's fields.
    """

    brand: Annotated[
        str, Meta(description="The card's brand as the provider names it, or the wallet's.")
    ]
    last4: Annotated[str | None, Meta(description="The card's last four digits.")] = None
    network: Annotated[str | None, Meta(description="The network that decided.")] = None
    read_method: Annotated[
        str | None, Meta(description="How the card was read, such as contactless_emv.")
    ] = None
    account_type: Annotated[
        str | None, Meta(description="The account charged: checking, savings, credit, prepaid.")
    ] = None
    application_name: Annotated[
        str | None, Meta(description="What the card's application calls itself.")
    ] = None
    application_id: Annotated[
        str | None, Meta(description="The application's identifier (AID), hexadecimal.")
    ] = None
    application_cryptogram: Annotated[
        str | None, Meta(description="The chip's cryptogram, hexadecimal.")
    ] = None
    authorization_code: Annotated[
        str | None, Meta(description="The issuer's number of its approval.")
    ] = None
    authorization_response_code: Annotated[
        str | None, Meta(description="The issuer's answer, as the chip was told it.")
    ] = None
    verification_method: Annotated[
        str | None, Meta(description="How the cardholder proved who they are.")
    ] = None
    terminal_verification_results: Annotated[
        str | None, Meta(description="The reader's checks (TVR), hexadecimal.")
    ] = None
    transaction_status_information: Annotated[
        str | None, Meta(description="What the reader did (TSI), hexadecimal.")
    ] = None
