"""What readers are told to do, in the parameters of calls."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from connectors.stripe_terminal.simulator.calls.parameters import (
    NotNegative,
    Positive,
    Redisplay,
)


class Tipping(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The amount on which tips are suggested."""

    amount_eligible: NotNegative | None = None


class CollectConfig(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """How a reader asks for one card."""

    allow_redisplay: Redisplay | None = None
    enable_customer_cancellation: bool | None = None
    skip_tipping: bool | None = None
    tipping: Tipping | None = None


class ProcessConfig(CollectConfig):
    """How a reader takes one payment."""

    return_url: str | None = None


class ConfirmConfig(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Where a customer goes after paying elsewhere."""

    return_url: str | None = None


class CancellationConfig(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Whether the customer is shown a button to cancel."""

    enable_customer_cancellation: bool | None = None


class ProcessIntent(Struct, forbid_unknown_fields=True):
    """The body that sends a payment to a reader."""

    payment_intent: str
    process_config: ProcessConfig | None = None


class CollectMethod(Struct, forbid_unknown_fields=True):
    """The body that asks for a card, still to be confirmed."""

    payment_intent: str
    collect_config: CollectConfig | None = None


class ConfirmIntent(Struct, forbid_unknown_fields=True):
    """The body that pays with the card that was collected."""

    payment_intent: str
    confirm_config: ConfirmConfig | None = None


class ProcessSetup(Struct, forbid_unknown_fields=True):
    """The body that asks for a card to be saved."""

    setup_intent: str
    allow_redisplay: Redisplay
    process_config: CancellationConfig | None = None


class RefundPayment(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The body that asks for the card on which money is given back."""

    payment_intent: str | None = None
    charge: str | None = None
    amount: Positive | None = None
    metadata: dict[str, str] | None = None
    refund_application_fee: bool | None = None
    reverse_transfer: bool | None = None
    refund_payment_config: CancellationConfig | None = None


class Choice(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Something that a customer may choose."""

    text: str
    id: str
    style: Literal["primary", "secondary"] | None = None


class Selection(Struct, forbid_unknown_fields=True):
    """What a customer may choose from."""

    choices: Annotated[list[Choice], Meta(min_length=1)]


class InputText(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What stands above an input and on its buttons."""

    title: str
    description: str | None = None
    skip_button: str | None = None
    submit_button: str | None = None


class Toggle(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Something that a customer may switch on."""

    title: str | None = None
    description: str | None = None
    default_value: Literal["enabled", "disabled"] | None = None


class Input(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One thing that a customer enters."""

    type: Literal["email", "numeric", "phone", "selection", "signature", "text"]
    custom_text: InputText
    required: bool | None = None
    selection: Selection | None = None
    toggles: list[Toggle] | None = None


class CollectInputs(Struct, forbid_unknown_fields=True):
    """The body that asks for inputs."""

    inputs: Annotated[list[Input], Meta(min_length=1, max_length=5)]
    metadata: dict[str, str] | None = None


class LineItem(Struct, forbid_unknown_fields=True):
    """One line on a reader's screen."""

    amount: int
    description: str
    quantity: Positive


class Cart(Struct, forbid_unknown_fields=True):
    """What a reader's screen shows."""

    currency: str
    line_items: list[LineItem]
    total: int
    tax: int | None = None


class SetDisplay(Struct, forbid_unknown_fields=True):
    """The body that sends a cart to a reader."""

    type: Literal["cart"]
    cart: Cart
