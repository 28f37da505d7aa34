"""What messages of the provider lead to: things are read again, and no message is believed."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol

from connectors.sdk.terminal import ProviderEvent
from gateway.payments.course import Desk
from gateway.payments.journal import Payment, StaleError
from gateway.payments.reading import judge
from gateway.payments.states import FINAL, Event, State, allows
from schema.domain.errors import Unavailable

Listener = Callable[[ProviderEvent], Awaitable[None]]
"""Hears of messages that concern something other than a payment: a saved card, a task, a reader."""

# Here nothing of ours is on its way to the provider, so that whoever reads the intent may record
# what it says of the money. Everything else is the follower's, who knows what was sent.
_READ_HERE = frozenset(
    {
        State.AWAITING_CARD,
        State.AWAITING_CUSTOMER,
        State.AWAITING_WALLET,
        State.UNKNOWN,
        State.AUTHORIZED,
    }
)
_MONEY = frozenset({Event.AUTHORIZED, Event.PROCESSING, Event.PAID})
# What concerns money given back; a charge's own state tells of no refund that has failed.
_GIVEN_BACK = ("refund.", "charge.refund")


class Strangers(Protocol):
    """Takes in intents that are at the provider and not in the journal."""

    async def adopt(self, intent: str, account: str | None) -> object:
        """Read an intent that the journal does not know, and record it if it is a payment."""
        ...


class EventEffects:
    """Reads again what messages are about.

    `nudge` sends a payment's follower to look; `count_anew` reads what was given back of a captured
    one, and tells whether it could. Concurrency: any number of callers, in any number of processes;
    of two that read the same thing, the journal lets one record it.
    """

    def __init__(
        self,
        desk: Desk,
        nudge: Callable[[str], None],
        count_anew: Callable[[str], Awaitable[bool]],
        strangers: Strangers | None = None,
    ) -> None:
        self._desk = desk
        self._nudge = nudge
        self._count_anew = count_anew
        self._strangers = strangers
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Tell somebody of every message from now on, after the payment that it is about."""
        self._listeners.append(listener)

    async def follow(self, events: Sequence[ProviderEvent]) -> None:
        """Look once at the one thing that these messages are about.

        Raises:
            SourceError: The provider could not be read: the messages wait.
        """
        event = events[-1]
        payment = await self._concerned(event)
        if payment is not None:
            await self._look(payment, events)
        elif event.intent is not None and self._strangers is not None:
            await self._strangers.adopt(event.intent, event.account)
        for listener in self._listeners:
            for each in events:
                await listener(each)

    async def _concerned(self, event: ProviderEvent) -> Payment | None:
        """The payment that a message is about: by its intent, else by the reader that has it."""
        journal = self._desk.journal
        if event.intent is not None:
            return await journal.by_intent(event.intent)
        holder = await journal.holder(event.reader) if event.reader else None
        return (await journal.payments([holder])).get(holder) if holder else None

    async def _look(self, payment: Payment, events: Sequence[ProviderEvent]) -> None:
        if payment.state is State.PAID:
            await self._count(payment, events)
        if payment.state in _READ_HERE:
            await self._read(payment)
        if payment.state not in FINAL:
            self._nudge(payment.id)

    async def _count(self, payment: Payment, events: Sequence[ProviderEvent]) -> None:
        """Count the money anew where messages or the intent tell that it may have changed."""
        if not any(is_of_refund(it) for it in events):
            intent = await self._desk.provider.intent(payment)
            if (intent.received, intent.refunded) == (payment.captured, payment.refunded):
                return
        if not await self._count_anew(payment.id):
            raise Unavailable("the provider could not be read")

    async def _read(self, payment: Payment) -> None:
        """Record what the intent says of the money. The follower may be in another process."""
        finding = judge(payment, await self._desk.provider.intent(payment), None)
        if finding is not None and finding.event in _MONEY and allows(payment.state, finding.event):
            with suppress(StaleError):  # somebody else has recorded it, or something newer
                await self._desk.recorder.take(
                    payment, finding.event, finding.note, **finding.fields
                )


def is_of_refund(event: ProviderEvent) -> bool:
    """Whether a message is about money given back; the payment's own state may not show that."""
    return event.refund is not None or event.kind.startswith(_GIVEN_BACK)
