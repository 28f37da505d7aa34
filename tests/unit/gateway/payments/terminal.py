"""A payment provider in miniature: its own state, its own ledger, and faults on command."""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from itertools import count
from typing import Any, TypeVar

from msgspec import Struct, field, json
from msgspec.structs import replace

from connectors.sdk.context import CallContext
from connectors.sdk.terminal import (
    ActionStatus,
    AmountRule,
    IntentRequest,
    IntentState,
    IntentStatus,
    ProviderEvent,
    ProviderRefund,
    ReaderAction,
    ReaderOptions,
    ReaderState,
    RefundRequest,
)
from schema.domain.errors import (
    Conflict,
    NotFound,
    OutcomeUnknown,
    Rejected,
    SourceError,
    Unavailable,
)
from schema.domain.money import Money
from schema.domain.payment import (
    CaptureMethod,
    PaymentFailure,
    RefundState,
)
from schema.domain.payment_method import PaymentMethodKind
from schema.domain.reader import ReaderStatus
from schema.domain.receipt import PaymentReceiptRecord
from tests.unit.gateway.payments.registry import ScriptedRegistry

T = TypeVar("T")

_LISTING = "readers"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


RECEIPT = PaymentReceiptRecord("visa", "4242", application_name="VISA CREDIT")


class Fault(Enum):
    """What may go wrong with one call."""

    LOST_REQUEST = "it never arrives, and the caller cannot know"
    LOST_ANSWER = "it has its effect, and the answer is lost"
    DOWN = "it is refused before it is sent"


class Intent(Struct, kw_only=True):
    """A payment at the provider."""

    id: str
    amount: Money
    capture: CaptureMethod
    reference: str
    status: IntentStatus = IntentStatus.REQUIRES_PAYMENT_METHOD
    tip: int = 0
    received: int = 0
    refunded: int = 0
    captures: int = 0
    failure: PaymentFailure | None = None
    charge: str | None = None
    method: str = "card_present"
    incrementable: bool = False
    capture_before: datetime | None = None
    methods: tuple[PaymentMethodKind, ...] = (PaymentMethodKind.CARD,)
    metadata: dict[str, str] = field(default_factory=dict)
    refunds: list[ProviderRefund] = field(default_factory=list)

    def state(self) -> IntentState:
        """As the driver tells it."""
        total = Money(self.amount.minor + self.tip, self.amount.currency)
        held = total.minor if self.status is IntentStatus.REQUIRES_CAPTURE else 0
        return IntentState(
            self.id,
            self.status,
            total,
            Money(held, total.currency),
            Money(self.received, total.currency),
            Money(self.refunded, total.currency),
            self.failure,
            reference=self.reference or None,
            method=self.method if self.received else None,
            created_at=NOW,
            metadata=self.metadata,
            tip=Money(self.tip, total.currency) if self.tip else None,
            receipt=RECEIPT if self.received or held else None,
            is_increasable=bool(held) and self.incrementable,
            capture_before=self.capture_before if held else None,
            charge=self.charge,
        )

    def give_back(self, refund: ProviderRefund) -> ProviderRefund:
        """Give money back."""
        self.refunded += refund.amount.minor
        self.refunds.append(refund)
        return refund

    def fail_refund(self, failure: str = "expired_or_canceled_card") -> None:
        """Let the bank send back what was given back last: it is the retailer's again."""
        last = self.refunds.pop()
        why = PaymentFailure(failure, failure)
        self.refunds.append(replace(last, state=RefundState.FAILED, failure=why))
        self.refunded -= last.amount.minor


class ScriptedTerminal(ScriptedRegistry):
    """Implements `connectors.sdk.ports.TerminalDriver`.

    `calls` are the calls that arrived, by method and key; `listings` counts those for a list of
    readers, which the background makes. `faults` are taken one by one by the
    calls of a method: an error is raised as it is, None lets a call pass. `gates` hold a method's
    calls back, after their effect, until they are set.
    """

    def __init__(self, *devices: str, location: str | None = "tml_1") -> None:
        self.intents: dict[str, Intent] = {}
        self.slots: dict[str, ReaderState] = {
            device: ReaderState(device, device, location, ReaderStatus.ONLINE, "simulated")
            for device in devices
        }
        self.calls: list[tuple[str, str | None]] = []
        self.listings = 0
        self.faults: defaultdict[str, deque[Fault | Exception | None]] = defaultdict(deque)
        self.gates: dict[str, asyncio.Event] = {}
        self.is_down = False
        self.rule: AmountRule | None = AmountRule(1, 99_999_999)
        self.refund_state = RefundState.SUCCEEDED
        self.refunding: dict[str, RefundRequest] = {}
        self._kept: dict[str, Any] = {}
        self._done_under: dict[str, str] = {}
        self._charges = count(1)

    # What people do at the reader.

    def waiting(self, device: str) -> Intent | None:
        """The payment for which the reader asks for a card."""
        action = self.slots[device].action
        if action is None or action.intent is None or action.status is not ActionStatus.IN_PROGRESS:
            return None
        intent = self.intents.get(action.intent)
        is_open = intent and intent.status is IntentStatus.REQUIRES_PAYMENT_METHOD
        return intent if is_open else None

    def present(self, device: str, *, tip: int = 0) -> None:
        """Show a card that is good."""
        intent = self.waiting(device)
        if intent is None:
            return
        intent.tip = tip
        if intent.capture is CaptureMethod.MANUAL:
            intent.status = IntentStatus.REQUIRES_CAPTURE
        else:
            self.take(intent, intent.amount.minor + tip)
        self.act(device, ActionStatus.SUCCEEDED)

    def present_for_refund(self, device: str) -> None:
        """Show the card that paid, where the reader asks for it to give money back."""
        request, action = self.refunding.pop(device), self.slots[device].action
        if action is not None and action.status is ActionStatus.IN_PROGRESS:
            intent = self.intents[request.intent]
            intent.give_back(self._refunded(request, f"re_{request.reference}"))
            self.act(device, ActionStatus.SUCCEEDED)

    def show_code(self, device: str) -> Intent:
        """Let the customer choose a wallet: the reader shows its code."""
        intent = self.waiting(device)
        assert intent is not None, "no payment waits there"

        intent.status = IntentStatus.REQUIRES_ACTION
        return intent

    def scan(self, intent: Intent, *, is_paid: bool = True) -> None:
        """Pay the code by telephone, or give it up there."""
        if is_paid:
            self.take(intent, intent.amount.minor)
        else:
            intent.status = IntentStatus.REQUIRES_PAYMENT_METHOD
            intent.failure = PaymentFailure("payment_method_provider_decline", "Declined.")

    def decline(self, device: str, code: str = "card_declined") -> None:
        """Show a card that is refused."""
        intent = self.waiting(device)
        if intent is not None:
            intent.failure = PaymentFailure(code, "Your card was declined.")
            intent.charge = f"ch_{next(self._charges)}"
            self.act(device, ActionStatus.FAILED, intent.failure)

    def stumble(self, device: str, code: str) -> None:
        """Let the reader itself fail, or the customer press its cancel button."""
        self.act(device, ActionStatus.FAILED, PaymentFailure(code, code))

    def take(self, intent: Intent, amount: int) -> None:
        """Take money."""
        intent.status, intent.received = IntentStatus.SUCCEEDED, amount
        intent.captures += 1

    def act(self, device: str, status: ActionStatus, failure: PaymentFailure | None = None) -> None:
        """Let the reader come further with what it does."""
        slot = self.slots[device]
        if slot.action is not None:
            action = replace(slot.action, status=status, failure=failure)
            self.slots[device] = replace(slot, action=action)

    def show(self, device: str, intent: str | None, kind: str = "process_payment_intent") -> None:
        """Let somebody else send something to the reader."""
        action = ReaderAction(kind, ActionStatus.IN_PROGRESS, intent)
        self.slots[device] = replace(self.slots[device], action=action)

    def clear(self, device: str) -> None:
        """Let somebody else clear the reader."""
        self.slots[device] = replace(self.slots[device], action=None)

    # The books.

    @property
    def captured(self) -> dict[str, int]:
        """What was taken for each of our payments."""
        total: Counter[str] = Counter()
        for intent in self.intents.values():
            total[intent.reference] += intent.received
        return dict(+total)

    def named(self, method: str) -> list[str | None]:
        """The keys under which a method was called."""
        return [key for name, key in self.calls if name == method]

    def message(self, name: str, intent: str | None, reader: str | None = None) -> bytes:
        """A webhook's body."""
        return json.encode({"id": name, "intent": intent, "reader": reader})

    # The driver.

    def amount_rule(self, currency: str) -> AmountRule | None:
        """See `TerminalDriver.amount_rule`."""
        return self.rule

    async def readers(
        self, ctx: CallContext, location: str | None, account: str | None
    ) -> Sequence[ReaderState]:
        """See `TerminalDriver.readers`."""
        found = [it for it in self.slots.values() if location in {None, it.location}]
        return await self._call("readers", ctx, lambda: sorted(found, key=lambda it: it.id))

    async def reader(self, ctx: CallContext, reader: str, account: str | None) -> ReaderState:
        """See `TerminalDriver.reader`."""
        return await self._call("reader", ctx, lambda: self._slot(reader))

    async def create_intent(self, ctx: CallContext, request: IntentRequest) -> IntentState:
        """See `TerminalDriver.create_intent`."""

        def create() -> IntentState:
            intent = Intent(
                id=f"pi_{len(self.intents) + 1}",
                amount=request.amount,
                capture=request.capture,
                reference=request.reference,
                methods=request.methods,
                incrementable=request.incrementable,
            )
            self.intents[intent.id] = intent
            return intent.state()

        return await self._call("create_intent", ctx, create)

    async def intent(self, ctx: CallContext, intent: str, account: str | None) -> IntentState:
        """See `TerminalDriver.intent`."""
        return await self._call("intent", ctx, lambda: self._intent(intent).state())

    async def intent_named(
        self, ctx: CallContext, reference: str, account: str | None
    ) -> IntentState | None:
        """See `TerminalDriver.intent_named`."""

        def found() -> IntentState | None:
            named = (it for it in self.intents.values() if it.reference == reference)
            return next((it.state() for it in named), None)

        return await self._call("intent_named", ctx, found)

    async def process(
        self, ctx: CallContext, reader: str, intent: str, options: ReaderOptions
    ) -> ReaderState:
        """See `TerminalDriver.process`."""

        def process() -> ReaderState:
            self._slot(reader)
            if self._intent(intent).status is not IntentStatus.REQUIRES_PAYMENT_METHOD:
                raise Conflict("intent_invalid_state")
            self.show(reader, intent)
            return self._slot(reader)

        return await self._call("process", ctx, process)

    async def cancel_action(
        self, ctx: CallContext, reader: str, account: str | None
    ) -> ReaderState:
        """See `TerminalDriver.cancel_action`."""

        def clear() -> ReaderState:
            self.clear(reader)
            return self._slot(reader)

        return await self._call("cancel_action", ctx, clear)

    async def cancel_intent(
        self, ctx: CallContext, intent: str, account: str | None
    ) -> IntentState:
        """See `TerminalDriver.cancel_intent`."""

        def cancel() -> IntentState:
            found = self._intent(intent)
            if found.status in {IntentStatus.SUCCEEDED, IntentStatus.PROCESSING}:
                raise Conflict("payment_intent_unexpected_state")
            found.status = IntentStatus.CANCELED
            return found.state()

        return await self._call("cancel_intent", ctx, cancel)

    async def increase(
        self, ctx: CallContext, intent: str, amount: Money, account: str | None
    ) -> IntentState:
        """See `TerminalDriver.increase`."""

        def increase() -> IntentState:
            found = self._intent(intent)
            if found.status is not IntentStatus.REQUIRES_CAPTURE:
                raise Conflict("payment_intent_unexpected_state")
            if amount.minor <= found.amount.minor + found.tip:
                raise Rejected("no more than that", reason="parameter_invalid")
            found.amount = Money(amount.minor - found.tip, amount.currency)
            return found.state()

        return await self._call("increase", ctx, increase)

    async def capture(
        self, ctx: CallContext, intent: str, amount: Money | None, account: str | None
    ) -> IntentState:
        """See `TerminalDriver.capture`."""

        def capture() -> IntentState:
            found = self._intent(intent)
            if found.status is not IntentStatus.REQUIRES_CAPTURE:
                raise Conflict("payment_intent_unexpected_state")
            self.take(found, amount.minor if amount else found.amount.minor + found.tip)
            return found.state()

        return await self._call("capture", ctx, capture)

    async def refund(self, ctx: CallContext, request: RefundRequest) -> ProviderRefund:
        """See `TerminalDriver.refund`."""

        def refund() -> ProviderRefund:
            found = self._intent(request.intent)
            if found.method == "interac_present":
                raise Rejected("at a reader", reason="charge_not_refundable")
            self._is_left(found, request)
            return found.give_back(self._refunded(request, f"re_{ctx.idempotency_key}"))

        return await self._call("refund", ctx, refund)

    async def refund_at_reader(
        self, ctx: CallContext, reader: str, request: RefundRequest
    ) -> ReaderState:
        """See `TerminalDriver.refund_at_reader`."""

        def ask() -> ReaderState:
            slot = self._slot(reader)
            self._is_left(self._intent(request.intent), request)
            self.refunding[reader] = request
            action = ReaderAction(
                "refund_payment",
                ActionStatus.IN_PROGRESS,
                refund_of=request.intent,
                reference=request.reference,
            )
            self.slots[reader] = replace(slot, action=action)
            return self.slots[reader]

        return await self._call("refund_at_reader", ctx, ask)

    async def refunds(
        self, ctx: CallContext, intent: str, account: str | None
    ) -> Sequence[ProviderRefund]:
        """See `TerminalDriver.refunds`."""
        return await self._call("refunds", ctx, lambda: [*self._intent(intent).refunds])

    def _is_left(self, intent: Intent, request: RefundRequest) -> None:
        if intent.refunded + request.amount.minor > intent.received:
            raise Rejected("too much", reason="charge_already_refunded")

    def _refunded(self, request: RefundRequest, name: str) -> ProviderRefund:
        return ProviderRefund(
            name,
            self.refund_state,
            request.amount,
            reference=request.reference,
            reason=request.reason,
            created_at=NOW,
        )

    def event(self, body: bytes, headers: Mapping[str, str]) -> ProviderEvent:
        """See `TerminalDriver.event`."""
        if headers.get("signature") != "good":
            raise Rejected("the webhook bears no valid signature", reason="signature")
        content = json.decode(body)
        return ProviderEvent(
            content["id"], "payment_intent.succeeded", NOW, content["intent"], content["reader"]
        )

    def _slot(self, device: str) -> ReaderState:
        if device not in self.slots:
            raise NotFound("resource_missing")
        return self.slots[device]

    def _intent(self, intent: str) -> Intent:
        if intent not in self.intents:
            raise NotFound("resource_missing")
        return self.intents[intent]

    async def _call(self, method: str, ctx: CallContext, effect: Callable[[], T]) -> T:
        await asyncio.sleep(0)
        key = ctx.idempotency_key
        fault = self.faults[method].popleft() if self.faults[method] else None
        if self.is_down or fault is Fault.DOWN:
            raise Unavailable("connection refused")
        lost = OutcomeUnknown("connection reset") if key else Unavailable("connection reset")
        if fault is Fault.LOST_REQUEST:
            raise lost
        if method != _LISTING:
            self.calls.append((method, key))
        else:
            self.listings += 1
        answer = self._once(method, key, effect, fault)
        gate = self.gates.get(method)
        if gate is not None:
            await gate.wait()
        if fault is Fault.LOST_ANSWER:
            raise lost
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _once(
        self, method: str, key: str | None, effect: Callable[[], T], fault: object
    ) -> T | Exception:
        """Have the effect once for each key; the answer is kept for it, errors included."""
        if key is not None and key in self._kept:
            assert method == self._done_under[key], "a key is for one request"

            kept: T | Exception = self._kept[key]
            return kept
        answer: T | Exception
        try:
            answer = fault if isinstance(fault, Exception) else effect()
        except SourceError as error:
            answer = error
        if key is not None:
            self._kept[key], self._done_under[key] = answer, method
        return answer
