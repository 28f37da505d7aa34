"""What the simulated account holds. Plain data: it can be written down and read again."""

from typing import Any

from msgspec import Struct, field

from connectors.stripe_terminal.simulator.cards import Card, Decline


class Location(Struct, kw_only=True, omit_defaults=True):
    """A place where readers stand. `told` are parameters that are merely shown again."""

    id: str
    display_name: str
    country: str = "JP"
    told: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)


class Action(Struct, kw_only=True, omit_defaults=True):
    """What a reader was last told. `mishap` is what shall go wrong with it at the reader.

    `number` tells it from the actions before and after it. `detail` is what Stripe shows under the
    action's kind. `is_authorizing` from the moment when a card was presented until the issuer has
    answered.
    """

    kind: str
    number: int
    intent: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    status: str = "in_progress"
    failure_code: str | None = None
    failure_message: str | None = None
    api_error: dict[str, Any] | None = None
    is_authorizing: bool = False
    mishap: str | None = None

    @property
    def waits(self) -> bool:
        """Whether somebody has still to do something at the reader."""
        return self.status == "in_progress" and not self.is_authorizing


class Collected(Struct, kw_only=True, omit_defaults=True):
    """A card that was presented for a payment that is still to be confirmed."""

    intent: str
    method: str
    until: float
    tip: int | None = None


class Reader(Struct, kw_only=True, omit_defaults=True):
    """A reader, with its single slot for an action.

    `unplugged_at` is when it was last heard of, if it is out of reach. `is_broken` once it has to
    be replaced.
    """

    id: str
    label: str
    location: str | None
    device_type: str = "simulated_stripe_s700"
    serial_number: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    action: Action | None = None
    collected: Collected | None = None
    unplugged_at: float | None = None
    is_broken: bool = False


class Method(Struct, kw_only=True, omit_defaults=True):
    """A card that was presented, or a card for the online shop made from it; or a QR code's kind.

    `kind` is Stripe's type of payment method.
    """

    id: str
    kind: str
    created: int
    card: Card | None = None
    customer: str | None = None


class Customer(Struct, kw_only=True, omit_defaults=True):
    """Somebody whose cards are kept. `told` are parameters that are merely shown again."""

    id: str
    created: int
    metadata: dict[str, str] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)


class Charge(Struct, kw_only=True, omit_defaults=True):
    """One try to take money. `released` is what was held and given up again."""

    id: str
    intent: str
    amount: int
    currency: str
    created: int
    method: str
    kind: str
    card: Card | None = None
    reader: str | None = None
    location: str | None = None
    amount_captured: int = 0
    amount_refunded: int = 0
    released: int = 0
    capture_before: int | None = None
    is_incremental: bool = False
    generated_card: str | None = None
    decline: Decline | None = None

    @property
    def refundable(self) -> int:
        """What can still be given back."""
        return self.amount_captured - self.amount_refunded


class Intent(Struct, kw_only=True, omit_defaults=True):
    """A payment: the truth about its money. `told` are parameters that are merely shown again."""

    id: str
    amount: int
    currency: str
    capture_method: str
    method_types: list[str]
    created: int
    metadata: dict[str, str] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    status: str = "requires_payment_method"
    tip: int | None = None
    amount_capturable: int = 0
    amount_received: int = 0
    charge: str | None = None
    charges: int = 0
    increments: int = 0
    refunds: list[str] = field(default_factory=list)
    method: str | None = None
    next_action: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    is_authorizing: bool = False
    canceled_at: int | None = None
    cancellation_reason: str | None = None

    @property
    def is_manual(self) -> bool:
        """Whether money is held first, and taken later."""
        asked = self.options.get("card_present", {}).get("capture_method")
        return self.capture_method == "manual" or asked in {"manual", "manual_preferred"}

    def wants(self, option: str) -> bool:
        """Whether an option of cards at readers was asked for."""
        return bool(self.options.get("card_present", {}).get(option))


class SetupIntent(Struct, kw_only=True, omit_defaults=True):
    """A card that is to be saved without a payment."""

    id: str
    created: int
    usage: str
    method_types: list[str]
    metadata: dict[str, str] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    status: str = "requires_payment_method"
    method: str | None = None
    error: dict[str, Any] | None = None
    attempt: str | None = None
    cancellation_reason: str | None = None


class SetupAttempt(Struct, kw_only=True, omit_defaults=True):
    """One try to save a card; `generated_card` is the one for the online shop made of it."""

    id: str
    created: int
    setup_intent: str
    kind: str
    method: str | None = None
    usage: str
    generated_card: str | None = None
    error: dict[str, Any] | None = None


class Refund(Struct, kw_only=True, omit_defaults=True):
    """Money given back."""

    id: str
    charge: str
    intent: str
    amount: int
    currency: str
    created: int
    metadata: dict[str, str] = field(default_factory=dict)
    reason: str | None = None
    status: str = "succeeded"
    failure_reason: str | None = None


class Endpoint(Struct, kw_only=True, omit_defaults=True):
    """Where events are sent. `is_connect` for those of connected accounts; None for all."""

    id: str
    url: str
    secret: str
    created: int
    events: list[str]
    is_connect: bool | None = False
    description: str | None = None
    api_version: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)

    def takes(self, kind: str, *, is_connected: bool) -> bool:
        """Whether an event is for it."""
        if self.is_connect not in {None, is_connected}:
            return False
        return "*" in self.events or kind in self.events


class Event(Struct, kw_only=True):
    """Something that happened; `body` is what is told of it, the same every time."""

    id: str
    kind: str
    created: int
    body: bytes
