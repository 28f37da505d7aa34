"""What the journal holds, and what it promises."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol, TypeAlias

from msgspec import Struct

from gateway.payments.claims import ClaimLog
from gateway.payments.due_log import ALL_THAT_IS_DUE, DueLog, OrderPart
from gateway.payments.event_log import EventLog
from gateway.payments.increase_log import IncreaseLog
from gateway.payments.keys import Step
from gateway.payments.leases import LeaseLog, ReaderHeld
from gateway.payments.list_log import ListLog
from gateway.payments.online_log import OnlineLog
from gateway.payments.outbox import OutboxLog
from gateway.payments.reader_log import ReaderLog
from gateway.payments.states import State
from gateway.payments.tasks.log import TaskLog
from schema.domain.money import Money
from schema.domain.payment import (
    CaptureMethod,
    PaymentChannel,
    PaymentFailure,
    RefundReason,
    RefundState,
    UserErrorRecord,
)
from schema.domain.payment_method import PaymentMethodKind
from schema.domain.receipt import PaymentReceiptRecord
from schema.domain.reference import SourceRef


class Payment(Struct, frozen=True, kw_only=True):
    """A payment as the journal holds it; every amount is in one currency.

    `device` and `account` are the reader's at the provider, as they were configured at the start.
    A payment that was made online has no store and no reader: those are empty. `method` is the kind
    of card that paid, as the provider names it, once that is known.
    `ending` is the final state that a payment which is being called off will have; `version` counts
    its steps from 1; `fence` tells the turns of one reader apart. By its `deadline` a card must be
    shown, or another tried; None is the first one, counted from the start. `refused` is the
    provider's id of the charge that was refused last.
    `authorized` and `captured` hold the `tip`, `amount` does not. What is held must be taken
    `capture_before` some time. `incrementable` was asked for, and the hold is `increasable` if the
    card's network lets it be; `increase_to` is the `amount` that is being asked for now.
    """

    id: str
    idempotency_key: str
    request_hash: str
    actor: str
    store: str
    reader: str
    device: str
    amount: Money
    captured: Money
    refunded: Money
    capture_method: CaptureMethod
    created_at: datetime
    updated_at: datetime
    location: str | None = None
    account: str | None = None
    tip_eligible: Money | None = None
    order: SourceRef | None = None
    state: State = State.NEW
    intent: str | None = None
    ending: State | None = None
    failure: PaymentFailure | None = None
    authorized: Money | None = None
    capture_amount: Money | None = None
    version: int = 1
    fence: int = 0
    deadline: datetime | None = None
    refused: str | None = None
    channel: PaymentChannel = PaymentChannel.IN_PERSON
    method: str | None = None
    methods: tuple[PaymentMethodKind, ...] = (PaymentMethodKind.CARD,)
    tip: Money | None = None
    receipt: PaymentReceiptRecord | None = None
    capture_before: datetime | None = None
    incrementable: bool = False
    increasable: bool = False
    increase_to: Money | None = None


class PaymentStep(Struct, frozen=True):
    """One step that a payment has taken; `number` is the payment's version with it."""

    payment: str
    number: int
    at: datetime
    state: State
    note: str | None = None


class Outcome(Enum):
    """What came of an attempt. After `LOST` only reading tells whether it had an effect.

    `UNSENT` never left the process, which was no longer certain that the work was its own.
    """

    DONE = "DONE"
    REFUSED = "REFUSED"
    LOST = "LOST"
    UNSENT = "UNSENT"


class Attempt(Struct, frozen=True):
    """One call to the provider, on record before it is made; `outcome` is None until known."""

    payment: str
    step: Step
    number: int
    key: str
    sent_at: datetime
    outcome: Outcome | None = None


class Refund(Struct, frozen=True, kw_only=True):
    """A refund as the journal holds it; its id is the key under which the provider is asked.

    One that was made at the provider itself bears the provider's id as its own. `store`, `reader`
    and `device` are of the reader at which the card is asked for, where one is needed.
    """

    id: str
    payment: str
    idempotency_key: str
    request_hash: str
    actor: str
    amount: Money
    state: RefundState
    created_at: datetime
    updated_at: datetime
    provider_id: str | None = None
    reason: RefundReason | None = None
    failure: PaymentFailure | None = None
    store: str | None = None
    reader: str | None = None
    device: str | None = None


class KeyTaken(Struct, frozen=True):
    """The idempotency key belongs to another request."""


class NothingDue(Struct, frozen=True):
    """What the order costs is paid, or on its way."""


class PartTooLarge(Struct, frozen=True):
    """More was asked for than is due."""

    due: Money


class NotChargeable(Struct, frozen=True):
    """What is due is an amount that the provider does not take."""

    why: UserErrorRecord


class TooLarge(Struct, frozen=True):
    """More than is left to give back."""

    left: Money


class StaleError(Exception):
    """The payment has taken another step in between; read it again."""


Begun: TypeAlias = Payment | ReaderHeld | KeyTaken | NothingDue | PartTooLarge | NotChargeable
"""What may come of recording a new payment."""


class PaymentLog(Protocol):
    """Payments and their steps.

    Every call of the journal returns after its rows are committed: what it has said survives a
    crash. Concurrency: any number of callers and processes; constraints of the database decide.
    """

    async def begin(
        self,
        payment: Payment,
        wanted: OrderPart = ALL_THAT_IS_DUE,
        claimant: str | None = None,
    ) -> Begun:
        """Record a new payment and take its reader, in one transaction.

        The process `claimant` has its claim from the start; None leaves it to whoever comes.

        With an `order` its `amount` is what the order's own system says is due; what our payments
        for the order have taken or are about to take goes off it. Of what is left the payment takes
        what is wanted. A key that is known already answers with its payment, whatever has become
        of it.
        """
        ...

    async def by_key(self, key: str) -> Payment | None:
        """Return the payment of an idempotency key."""
        ...

    async def payments(self, ids: Sequence[str]) -> Mapping[str, Payment]:
        """Return the payment of each id; unknown ids are absent."""
        ...

    async def by_intent(self, intent: str) -> Payment | None:
        """Return the payment of a provider's intent."""
        ...

    async def of_orders(self, orders: Sequence[SourceRef]) -> Mapping[SourceRef, Sequence[Payment]]:
        """Return each order's payments, newest first; orders without any are absent."""
        ...

    async def steps(self, ids: Sequence[str]) -> Mapping[str, Sequence[PaymentStep]]:
        """Return each payment's steps, in their order."""
        ...

    async def unfinished(self) -> Sequence[str]:
        """Return the ids of all payments that are not final, oldest first."""
        ...

    async def advance(self, before: Payment, after: Payment, note: str) -> None:
        """Record a step from `before` to `after`.

        A state that leaves the reader free gives the reader back in the same transaction, and a
        final one drops the claim.

        Raises:
            StaleError: `before` is not the latest.
        """
        ...

    async def retry(
        self, before: Payment, after: Payment, note: str, actor: str
    ) -> Payment | ReaderHeld:
        """Record a step that takes a reader anew, for `actor`, in one transaction.

        Raises:
            StaleError: `before` is not the latest.
        """
        ...

    async def advance_after(
        self, before: Payment, after: Payment, note: str, attempt: Attempt
    ) -> None:
        """Record a step, and that the attempt which led to it is `DONE`, in one transaction.

        Raises:
            StaleError: `before` is not the latest, and nothing is recorded.
        """
        ...

    async def advance_to(
        self,
        before: Payment,
        after: Payment,
        note: str,
        step: Step,
        via: PaymentStep | None = None,
    ) -> Attempt:
        """Record a step, and the new attempt that it stands for, in one transaction.

        `via` is a step that came before it, and is recorded only now.

        Raises:
            StaleError: `before` is not the latest.
            LeaseLostError: The step is to process, and another payment has the reader.
        """
        ...


class AttemptLog(Protocol):
    """Calls to the provider."""

    async def attempt(self, payment: str, step: Step, at: datetime) -> Attempt:
        """Return the step's attempt whose outcome is not known yet, or record a new one."""
        ...

    async def attempts(self, payment: str, step: Step) -> Sequence[Attempt]:
        """Return the step's attempts, in their order."""
        ...

    async def settle(self, attempt: Attempt, outcome: Outcome, detail: str | None = None) -> None:
        """Record what came of an attempt."""
        ...


class RefundLog(Protocol):
    """Refunds."""

    async def begin_refund(
        self, refund: Refund, *, whole: bool, claimant: str | None = None
    ) -> Refund | KeyTaken | TooLarge | ReaderHeld:
        """Record a new refund, unless it and those before it are more than was captured.

        `whole` takes all that is left instead of the refund's amount. A key that is known already
        answers with its refund. A refund with a reader takes it, and gives it back with its end.
        The process `claimant` has its claim from the start; None leaves it to whoever comes.
        """
        ...

    async def refund_by_key(self, key: str) -> Refund | None:
        """Return the refund of an idempotency key."""
        ...

    async def refunds(self, ids: Sequence[str]) -> Mapping[str, Refund]:
        """Return the refund of each id; unknown ids are absent."""
        ...

    async def refunds_of(self, payment: str) -> Sequence[Refund]:
        """Return a payment's refunds, oldest first."""
        ...

    async def open_refunds(self) -> Sequence[Refund]:
        """Return the refunds of which no answer is known, oldest first."""
        ...

    async def pending_refunds(self) -> Sequence[str]:
        """Return the payments of refunds that the provider knows, and has not made yet."""
        ...

    async def settle_refund(self, refund: Refund) -> None:
        """Record what came of a refund.

        What the provider has answered is not forgotten for what somebody knew before: an answer
        counts more than none, and a failure is the last.
        """
        ...

    async def keep_refund(self, refund: Refund) -> bool:
        """Record a refund that was made at the provider; False when it was recorded before."""
        ...


class Journal(
    TaskLog,
    ListLog,
    PaymentLog,
    LeaseLog,
    ClaimLog,
    AttemptLog,
    RefundLog,
    EventLog,
    OutboxLog,
    DueLog,
    IncreaseLog,
    ReaderLog,
    OnlineLog,
    Protocol,
):
    """The durable record of everything that concerns money."""
