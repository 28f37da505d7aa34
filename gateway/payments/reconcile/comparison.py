"""One comparison of the provider's books with the journal, account by account."""

from collections.abc import Awaitable, Callable, Sequence

from msgspec.structs import replace

from connectors.sdk.payment_ledger import ListedRefund
from connectors.sdk.terminal import IntentState
from gateway.payments.clock import Clock
from gateway.payments.journal import Payment
from gateway.payments.reconcile import compare
from gateway.payments.reconcile.finding import Finding, ReconciliationJournal, Run
from gateway.payments.reconcile.provider import ProviderBooks
from gateway.payments.states import FINAL
from schema.domain.payment import PaymentChannel
from schema.domain.reconciliation import FindingKind

Recount = Callable[[str], Awaitable[object]]
"""Reads anew, and records, how much of one of our payments was taken and given back."""

Adopt = Callable[[IntentState, str | None], Awaitable[object]]
"""Records an account's intent as a payment if it was paid online, or finds its order."""

Progress = Callable[[Run], Awaitable[None]]
"""Hears after each page how far a comparison is."""


class Comparison:
    """Compares, and says what does not agree after both sides were read once more.

    What reading once more mends is recorded, and no finding.
    """

    def __init__(
        self,
        journal: ReconciliationJournal,
        books: ProviderBooks,
        clock: Clock,
        *,
        recount: Recount,
        adopt: Adopt,
        online_has_orders: bool = False,
    ) -> None:
        self._journal = journal
        self._books = books
        self._clock = clock
        self._recount = recount
        self._adopt = adopt
        self._online_has_orders = online_has_orders

    async def of_account(
        self, run: Run, account: str | None, told: Progress
    ) -> tuple[Run, Sequence[Finding]]:
        """Compare one account's books; the run comes back with what was counted.

        Raises:
            SourceError: The books could not be read to their end.
        """
        found: list[Finding] = []
        seen: set[str] = set()
        async for page in self._books.intent_pages(run.since, account):
            fresh = [it for it in page.rows if it.id not in seen]
            seen.update(it.id for it in fresh)
            seen.update(page.unreadable)
            findings, adopted = await self._intents(fresh, account)
            found += findings
            run = replace(
                run,
                intents=run.intents + len(fresh),
                adopted=run.adopted + adopted,
                unreadable=run.unreadable + len(page.unreadable),
            )
            await told(run)
        given: set[str] = set()
        async for refunds in self._books.refund_pages(run.since, account):
            new = [it for it in refunds.rows if it.refund.id not in given]
            given.update(it.refund.id for it in new)
            found += await self._refunds(new)
            run = replace(
                run,
                refunds=run.refunds + len(new),
                unreadable=run.unreadable + len(refunds.unreadable),
            )
            await told(run)
        found += await self._missing(run, account, seen)
        return run, found

    async def still(self, finding: Finding) -> bool:
        """Whether a finding that was made here is so still: the provider and the journal are asked.

        Raises:
            SourceError: The provider could not be asked.
        """
        match finding.kind:
            case FindingKind.INTENT_UNKNOWN:
                return bool((await self._stranger(finding.subject, finding.account))[0])
            case FindingKind.REFUND_UNKNOWN:
                if finding.payment is not None:
                    await self._recount(finding.payment)
                return not await self._journal.known_refunds([finding.subject])
            case _:
                return await self._payment_differs(finding)

    async def _payment_differs(self, finding: Finding) -> bool:
        payment = await self._payment(finding.payment or "")
        if payment is None:
            return False
        if finding.kind is FindingKind.MONEY_WITHOUT_ORDER:
            return await self._lacks_order(payment)
        again = await self._looked_at_again(payment)
        return any(it.key == finding.key for it in again)

    async def _intents(
        self, rows: Sequence[IntentState], account: str | None
    ) -> tuple[list[Finding], int]:
        ours = await self._journal.payments_of_intents([it.id for it in rows])
        found: list[Finding] = []
        adopted = 0
        for row in rows:
            payment = ours.get(row.id)
            if payment is None:
                finding, is_adopted = (
                    await self._stranger(row.id, account)
                    if compare.unknown_intent(row, account)
                    else (None, False)
                )
                adopted += is_adopted
                found += [finding] if finding else []
                continue
            if compare.differing(payment, row) is not None:
                found += await self._looked_at_again(payment)
            found += self._without_order(payment)
        return found, adopted

    async def _stranger(self, intent: str, account: str | None) -> tuple[Finding | None, bool]:
        """What is to be said of an intent that the journal lacked, and whether it lacks it no more.

        It is read once more: the page may be older than what the journal has learnt meanwhile.
        """
        if await self._journal.payments_of_intents([intent]):
            return None, False
        state = await self._books.intent(intent, account)
        if state is None:
            return None, False
        if await self._adopt(state, account):
            return None, True
        if state.reference is not None:
            named = await self._payment(state.reference)
            if named is not None and named.intent is None and named.state not in FINAL:
                return None, False  # its own follower is about to find it
        return compare.unknown_intent(state, account), False

    def _without_order(self, payment: Payment) -> list[Finding]:
        is_online = payment.channel is PaymentChannel.ONLINE
        if is_online and not self._online_has_orders:
            return []
        return _some(compare.without_order(payment))

    async def _lacks_order(self, payment: Payment) -> bool:
        """Whether a payment still has no order; an online one may have it by now."""
        if payment.channel is PaymentChannel.ONLINE and payment.intent is not None:
            intent = await self._books.intent(payment.intent, payment.account)
            if intent is not None:
                await self._adopt(intent, payment.account)
            payment = await self._payment(payment.id) or payment
        return bool(self._without_order(payment))

    async def _looked_at_again(self, payment: Payment) -> list[Finding]:
        """What is still to be said of a payment after both sides were read anew."""
        await self._recount(payment.id)
        fresh = await self._payment(payment.id)
        if fresh is None or fresh.intent is None:
            return []
        intent = await self._books.intent(fresh.intent, fresh.account)
        if intent is None:
            return [compare.missing(fresh)]
        return _some(compare.differing(fresh, intent))

    async def _refunds(self, rows: Sequence[ListedRefund]) -> list[Finding]:
        known = await self._journal.known_refunds([it.refund.id for it in rows])
        strange = {
            it.refund.id: (it, it.intent)
            for it in rows
            if it.refund.id not in known and it.intent is not None
        }
        owners = await self._journal.payments_of_intents([it for _, it in strange.values()])
        for name in {it.id for it in owners.values()}:
            await self._recount(name)
        known = await self._journal.known_refunds([*strange])
        return [
            compare.unknown_refund(it, owners[intent])
            for name, (it, intent) in strange.items()
            if intent in owners
            and name not in known
            and not compare.is_released(it, owners[intent])
        ]

    async def _missing(self, run: Run, account: str | None, seen: set[str]) -> list[Finding]:
        """Payments of ours that the list lacks: each is asked for by itself before it is said."""
        found: list[Finding] = []
        until = self._clock.now()
        for payment in await self._journal.announced_payments(run.since, until, account):
            if payment.intent is not None and payment.intent not in seen:
                found += await self._looked_at_again(payment)
        return found

    async def _payment(self, name: str) -> Payment | None:
        return (await self._journal.payments([name])).get(name)


def _some(finding: Finding | None) -> list[Finding]:
    return [finding] if finding is not None else []
