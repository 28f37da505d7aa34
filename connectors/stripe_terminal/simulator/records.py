"""What the simulated account holds. The world alone changes these."""

from typing import Any

from msgspec import Struct, field

from connectors.stripe_terminal.simulator.cards import Card, Decline


class Location(Struct, kw_only=True):
    """A place where readers stand."""

    id: str
    display_name: str
    country: str = "JP"


class Action(Struct, kw_only=True):
    """What a reader was last told. `mishap` is what shall go wrong with it at the reader.

    `is_authorizing` from the moment when a card was presented until the issuer has answered.
    """

    kind: str
    intent: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    status: str = "in_progress"
    failure_code: str | None = None
    failure_message: str | None = None
    api_error: dict[str, Any] | None = None
    is_authorizing: bool = False
    mishap: str | None = None


class Reader(Struct, kw_only=True):
    """A reader, with its single slot for an action."""

    id: str
    label: str
    location: str | None
    device_type: str = "simulated_stripe_s700"
    action: Action | None = None


class Charge(Struct, kw_only=True):
    """One try to take money from a card. `released` is what was held and given up again."""

    id: str
    intent: str
    amount: int
    currency: str
    created: int
    card: Card
    amount_captured: int = 0
    amount_refunded: int = 0
    released: int = 0
    capture_before: int | None = None
    decline: Decline | None = None

    @property
    def refundable(self) -> int:
        """What can still be given back."""
        return self.amount_captured - self.amount_refunded


class Intent(Struct, kw_only=True):
    """A payment: the truth about its money. `told` are parameters that are merely shown again."""

    id: str
    amount: int
    currency: str
    capture_method: str
    method_types: list[str]
    created: int
    metadata: dict[str, str]
    told: dict[str, Any]
    status: str = "requires_payment_method"
    tip: int | None = None
    amount_capturable: int = 0
    amount_received: int = 0
    charge: str | None = None
    error: dict[str, Any] | None = None
    is_authorizing: bool = False
    canceled_at: int | None = None
    cancellation_reason: str | None = None


class Refund(Struct, kw_only=True):
    """Money given back."""

    id: str
    charge: str
    intent: str
    amount: int
    currency: str
    created: int
    metadata: dict[str, str]
    reason: str | None
    status: str = "succeeded"
    failure_reason: str | None = None
