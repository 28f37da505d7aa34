"""What a payment provider lists of its own books."""

from msgspec import Struct

from connectors.sdk.terminal import IntentState, ProviderEvent, ProviderRefund


class IntentPage(Struct, frozen=True):
    """Some payments of an account, newest first, without repeats.

    `next` asks for the page after this one, None where there is none. `unreadable` are the ids of
    those in a form that we do not know: a page is not lost for them.
    """

    rows: tuple[IntentState, ...]
    next: str | None = None
    unreadable: tuple[str, ...] = ()


class ListedRefund(Struct, frozen=True):
    """A refund, and the payment that it gives back; None where it is of none that has an id."""

    refund: ProviderRefund
    intent: str | None


class RefundPage(Struct, frozen=True):
    """Some refunds of an account, in the manner of `IntentPage`."""

    rows: tuple[ListedRefund, ...]
    next: str | None = None
    unreadable: tuple[str, ...] = ()


class EventPage(Struct, frozen=True):
    """Some of what the provider has told of an account, in the manner of `IntentPage`.

    Each says the same as the message that was sent of it, and has that one's id.
    """

    rows: tuple[ProviderEvent, ...]
    next: str | None = None
    unreadable: tuple[str, ...] = ()
