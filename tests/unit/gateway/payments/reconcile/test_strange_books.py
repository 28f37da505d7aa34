"""Odd books: several accounts, refunds of what is not paid, payments that are half told."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import update

from connectors.sdk.context import CallContext
from connectors.sdk.payment_ledger import EventPage, IntentPage, ListedRefund, RefundPage
from connectors.sdk.terminal import IntentState, IntentStatus, ProviderRefund
from connectors.stripe_terminal.mapping import PAYMENT as REFERENCE
from connectors.stripe_terminal.simulator.setup import LocationSetup, ReaderSetup, Setup
from gateway.payments.reconcile import compare
from gateway.payments.reconcile.finding import Finding, FindingQuery
from gateway.payments.reconcile.provider import Gentleness, ProviderBooks
from gateway.payments.states import State
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from gateway.storage.tables import payments
from schema.domain.errors import Unavailable
from schema.domain.payment import PaymentChannel, RefundState
from schema.domain.reconciliation import FindingKind, FindingSeverity
from schema.domain.scope import Actor
from tests.unit.connectors.stripe_terminal.simulator.conftest import Open
from tests.unit.gateway.payments.reconcile.conftest import Office
from tests.unit.gateway.payments.till import yen
from tests.unit.gateway.storage.records import a_payment, begun

pytestmark = [pytest.mark.timeout(60)]

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


async def test_a_refund_of_what_is_not_paid(office: Office) -> None:
    """The journal cannot take it in: it is found, until the payment is put right."""
    payment = await office.paid()
    await _tampered(office, payment.id, state=State.CANCELED, captured=0)
    made = await office.account.stripe.v1.refunds.create_async(
        {"payment_intent": payment.intent or "", "amount": 300}
    )
    await office.books.reconciler.compare()
    found = await office.found()
    await office.books.reconciler.sweep()

    assert {FindingKind.AMOUNT_DIFFERS, FindingKind.REFUND_UNKNOWN} == {*found}
    assert (made.id, yen(300), payment.id) == (
        found[FindingKind.REFUND_UNKNOWN].provider_reference,
        found[FindingKind.REFUND_UNKNOWN].amount,
        found[FindingKind.REFUND_UNKNOWN].payment,
    )
    await _tampered(office, payment.id, state=State.PAID, captured=1000)
    await office.books.reconciler.sweep()
    assert {} == await office.found()


async def test_another_account(opened: Open, database: Database) -> None:
    """Every account that readers are configured for is compared, not the default one alone."""
    setup = Setup(
        locations=(LocationSetup("tml_ginza", "Ginza", account="acct_1"),),
        readers=(ReaderSetup("tmr_front", "Front counter", "tml_ginza"),),
    )
    account = await opened(setup)
    options: Any = {"stripe_account": "acct_1"}
    content: Any = {
        "amount": 800,
        "currency": "jpy",
        "allowed_payment_method_types": ["card_present"],
    }
    made = await account.stripe.v1.payment_intents.create_async(content, options)
    await account.readers.process_payment_intent_async(
        "tmr_front", {"payment_intent": made.id}, options
    )
    helpers = account.stripe.v1.test_helpers.terminal.readers
    await helpers.present_payment_method_async("tmr_front", {}, options)
    office = Office(SqlJournal(database), database, account)
    default = await office.books.reconciler.compare()
    both = await office.another(accounts=[None, "acct_1"]).reconciler.compare()
    finding = (await office.found())[FindingKind.INTENT_UNKNOWN]
    await office.close()

    assert default is not None
    assert both is not None
    assert (0, 1) == (default.intents, both.intents)
    assert (made.id, "acct_1") == (finding.subject, finding.account)


async def test_a_payment_whose_follower_is_about_to_find_it(office: Office) -> None:
    """The provider has announced it, and the journal has not heard: that is no finding."""
    await office.service.aclose()
    await begun(office.journal)
    await office.account.paid(1000, metadata={REFERENCE: "pay_1"})
    await office.books.reconciler.compare()

    assert {FindingKind.PAYMENT_STUCK} == {*await office.found()}


async def test_an_id_of_ours_that_nobody_knows(office: Office) -> None:
    """A journal that was lost, or another installation with the same account."""
    await office.account.stripe.v1.payment_intents.create_async(
        {
            "amount": 900,
            "currency": "jpy",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "metadata": {REFERENCE: "pay_of_another_house"},
        }
    )
    await office.books.reconciler.compare()

    finding = (await office.found())[FindingKind.INTENT_UNKNOWN]
    assert FindingSeverity.ERROR is finding.severity


@pytest.mark.parametrize(
    "finding",
    [
        Finding(
            kind=FindingKind.INTENT_UNKNOWN,
            subject="pi_gone",
            severity=FindingSeverity.ERROR,
            message="",
        ),
        Finding(
            kind=FindingKind.AMOUNT_DIFFERS,
            subject="pay_gone",
            severity=FindingSeverity.ERROR,
            message="",
            payment="pay_gone",
        ),
        Finding(
            kind=FindingKind.REFUND_UNKNOWN,
            subject="re_gone",
            severity=FindingSeverity.INFO,
            message="",
        ),
    ],
    ids=lambda it: it.kind.value,
)
async def test_what_there_is_no_more(office: Office, finding: Finding) -> None:
    """A thing that neither side has is no finding; a refund that one side had stays one."""
    await office.journal.note_findings([finding], NOW)
    await office.books.reconciler.sweep()

    left = await office.books.reconciler.open_findings(FindingQuery())
    is_refund = finding.kind is FindingKind.REFUND_UNKNOWN
    assert ([finding.key] if is_refund else []) == [it.finding.key for it in left]


async def test_an_online_payment_taken_in_meanwhile(office: Office) -> None:
    """What a page calls unknown may be on record by now."""
    made = await office.account.stripe.v1.payment_intents.create_async(
        {"amount": 900, "currency": "jpy", "payment_method": "pm_card_visa", "confirm": True}
    )
    comparison = office.books.reconciler._comparison
    assert comparison is not None
    first, second = [await comparison._stranger(made.id, None) for _ in range(2)]

    assert ((None, True), (None, False)) == (first, second)


@pytest.mark.parametrize(
    ("captured", "amount", "expected"), [(600, 400, True), (600, 300, False), (1000, 0, False)]
)
def test_what_a_part_has_released(captured: int, amount: int, *, expected: bool) -> None:
    """It may stand among the refunds, and nobody was given anything."""
    payment = a_payment(authorized=yen(1000), captured=yen(captured))
    refund = ProviderRefund("re_1", RefundState.SUCCEEDED, yen(amount))

    assert expected is compare.is_released(ListedRefund(refund, "pi_1"), payment)


async def test_an_intent_that_is_gone(office: Office) -> None:
    """What the provider itself does not know any more is no money."""
    comparison = office.books.reconciler._comparison
    assert comparison is not None

    assert (None, False) == await comparison._stranger("pi_gone", None)
    assert [] == await comparison._looked_at_again(a_payment())


def test_money_that_is_on_its_way() -> None:
    """A payment that is being processed is no less unknown."""
    intent = _intent(IntentStatus.PROCESSING)

    assert compare.unknown_intent(intent, None) is not None
    assert compare.unknown_intent(_intent(IntentStatus.CANCELED), None) is None


def test_a_payment_that_goes_on() -> None:
    """It is its follower's matter what the provider says."""
    payment = replace(a_payment(), state=State.AWAITING_CARD)

    assert compare.differing(payment, _intent(IntentStatus.SUCCEEDED)) is None


class Silent:
    """A provider that answers nothing."""

    async def intent(self, _ctx: CallContext, _intent: str, _account: str | None) -> IntentState:
        """See `TerminalDriver.intent`."""
        await asyncio.sleep(60)
        raise AssertionError

    async def intent_page(
        self, _ctx: CallContext, _since: datetime, _account: str | None, _after: str | None
    ) -> IntentPage:
        """See `PaymentLedger.intent_page`."""
        raise AssertionError

    async def refund_page(
        self, _ctx: CallContext, _since: datetime, _account: str | None, after: str | None
    ) -> RefundPage:
        """See `PaymentLedger.refund_page`: two pages."""
        refund = ProviderRefund(f"re_{after}", RefundState.SUCCEEDED, yen(1))
        return RefundPage((ListedRefund(refund, None),), None if after else "re_None")

    async def event_page(
        self, _ctx: CallContext, _since: datetime, _account: str | None, _after: str | None
    ) -> EventPage:
        """See `PaymentLedger.event_page`."""
        raise AssertionError


async def test_a_provider_that_hangs() -> None:
    """It is waited for so long, so often, and then given up."""
    books = ProviderBooks(Silent(), None, Gentleness(call_s=-0.99, retry_pause_s=0.0))

    with pytest.raises(Unavailable):
        await books.intent("pi_1", None)


async def test_pages_of_refunds() -> None:
    """Each goes on where the last one ended."""
    books = ProviderBooks(Silent(), None, Gentleness(page_pause_s=0.0))
    pages = [page async for page in books.refund_pages(NOW, None)]

    assert ["re_None", "re_re_None"] == [it.refund.id for page in pages for it in page.rows]


def _intent(status: IntentStatus) -> IntentState:
    return IntentState("pi_1", status, yen(1), yen(0), yen(0), yen(0))


async def _tampered(office: Office, name: str, **values: Any) -> None:
    async with office.database.write() as connection:
        await connection.execute(update(payments).where(payments.c.id == name).values(values))


async def test_an_online_payment_of_which_no_order_is_asked_any_more(office: Office) -> None:
    """What the provider does not know cannot be read again; what is on record of it decides."""
    payment = a_payment(
        state=State.PAID, channel=PaymentChannel.ONLINE, intent="pi_gone", captured=yen(1000)
    )
    await office.journal.keep_online(payment, "found at the provider")
    finding = compare.without_order(payment)
    assert finding is not None
    await office.journal.note_findings([finding], NOW)
    await office.books.reconciler.sweep()

    assert [] == [*await office.books.reconciler.open_findings(FindingQuery())]


async def test_an_announcement_is_found_by_its_name(office: Office) -> None:
    """A day later, though no payment says what it was; no other is taken for it."""
    ctx = CallContext(time.monotonic() + 10, Actor("tillgraph", "system"), "trace")
    made = await office.account.intent(metadata={REFERENCE: "pay_1"})
    await office.account.intent(metadata={REFERENCE: "pay_11"})
    await office.later(24 * 3600)
    found = await office.driver.intent_named(ctx, "pay_1", None)

    assert found is not None
    assert (made, "pay_1") == (found.id, found.reference)
    assert await office.driver.intent_named(ctx, "pay_2", None) is None
