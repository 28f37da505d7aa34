"""What payments are made of, in the parameters of calls."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from connectors.stripe_terminal.simulator.calls.parameters import Metadata, NotNegative

# Parameters that the account itself keeps; all others are merely shown again.
_KEPT = {
    "amount",
    "capture_method",
    "confirm",
    "currency",
    "metadata",
    "payment_method",
    "payment_method_options",
    "payment_method_types",
    "return_url",
}

Amount = Annotated[int, Meta(ge=1, le=99_999_999)]
CaptureMethod = Literal["automatic", "automatic_async", "manual"]


class Routing(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Which network takes a card of several."""

    requested_priority: Literal["domestic", "international"] | None = None


class CardPresentOptions(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What is asked of cards at readers."""

    capture_method: Literal["manual", "manual_preferred"] | None = None
    request_extended_authorization: bool | None = None
    request_incremental_authorization_support: bool | None = None
    routing: Routing | None = None


class MethodOptions(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What is asked of a kind of payment method."""

    card_present: CardPresentOptions | None = None


class TransferData(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The connected account that the money is for."""

    destination: str
    amount: NotNegative | None = None


class ChangeIntent(Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What a payment is made of, and what can be changed of it while it waits."""

    amount: Amount | None = None
    allowed_payment_method_types: list[str] | None = None
    application_fee_amount: NotNegative | None = None
    capture_method: CaptureMethod | None = None
    currency: Annotated[str, Meta(pattern="^[A-Za-z]{3}$")] | None = None
    customer: str | None = None
    description: str | None = None
    metadata: Metadata | None = None
    payment_method_options: MethodOptions | None = None
    payment_method_types: Any = None
    receipt_email: str | None = None
    setup_future_usage: Literal["off_session", "on_session"] | None = None
    statement_descriptor: Annotated[str, Meta(max_length=22)] | None = None
    statement_descriptor_suffix: Annotated[str, Meta(max_length=22)] | None = None
    transfer_data: TransferData | None = None
    transfer_group: str | None = None

    @property
    def told(self) -> dict[str, Any]:
        """What is merely shown again."""
        content: dict[str, Any] = msgspec.to_builtins(self)
        return {it: content[it] for it in content if it not in _KEPT}

    @property
    def options(self) -> dict[str, Any]:
        """What is asked of kinds of payment methods."""
        content: dict[str, Any] = msgspec.to_builtins(self.payment_method_options or {})
        return content


class CreateIntent(ChangeIntent, kw_only=True):
    """The body of a new payment."""

    amount: Amount
    currency: Annotated[str, Meta(pattern="^[A-Za-z]{3}$")]
    confirm: bool = False
    on_behalf_of: str | None = None
    payment_method: str | None = None
    return_url: str | None = None


class ConfirmIntent(Struct, forbid_unknown_fields=True):
    """The body that pays online."""

    payment_method: str | None = None
    return_url: str | None = None


class CaptureIntent(Struct, forbid_unknown_fields=True):
    """The body of a capture; without an amount, all that is held."""

    amount_to_capture: Amount | None = None
    final_capture: bool = True
    application_fee_amount: NotNegative | None = None
    metadata: Metadata | None = None
    statement_descriptor: Annotated[str, Meta(max_length=22)] | None = None
    statement_descriptor_suffix: Annotated[str, Meta(max_length=22)] | None = None


class IncrementIntent(Struct, forbid_unknown_fields=True):
    """The body that asks to hold more; the amount is the new one, not the difference."""

    amount: Amount
    application_fee_amount: NotNegative | None = None
    description: str | None = None
    metadata: Metadata | None = None
    statement_descriptor: Annotated[str, Meta(max_length=22)] | None = None


class CancelIntent(Struct, forbid_unknown_fields=True):
    """The body of a cancellation."""

    cancellation_reason: (
        Literal["abandoned", "duplicate", "fraudulent", "requested_by_customer"] | None
    ) = None


class SearchIntents(Struct, forbid_unknown_fields=True):
    """What payments are searched for."""

    query: str
    limit: Annotated[int, Meta(ge=1, le=100)] = 10
    page: str | None = None
