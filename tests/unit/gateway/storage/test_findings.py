"""Findings, turns and comparisons on record."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from gateway.payments.reconcile.finding import (
    Finding,
    FindingPosition,
    FindingQuery,
    ReconciliationJournal,
    Run,
    SeenFinding,
)
from gateway.payments.states import State
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from schema.domain.payment import RefundState
from schema.domain.reconciliation import FindingKind, FindingSeverity
from tests.unit.gateway.storage.records import NOW, a_refund, begun, moved, paid, yen

SOON, LATER = NOW + timedelta(minutes=1), NOW + timedelta(hours=1)


@pytest.fixture
def log(database: Database) -> ReconciliationJournal:
    """The journal with what was found in it."""
    return SqlJournal(database)


def a_finding(number: int = 1, **fields: Any) -> Finding:
    """A payment that is missing."""
    values: dict[str, Any] = {
        "kind": FindingKind.PAYMENT_MISSING,
        "subject": f"pay_{number}",
        "severity": FindingSeverity.ERROR,
        "message": "The provider does not know this payment.",
        "payment": f"pay_{number}",
        "provider_reference": f"pi_{number}",
        "amount": yen(100),
        "store": "ginza",
    }
    return Finding(**(values | fields))


async def names(log: ReconciliationJournal, query: FindingQuery | None = None) -> list[str]:
    """The subjects of what is open, newest first."""
    found = await log.list_findings(query or FindingQuery(), None, 10)
    return [it.finding.subject for it in found]


async def test_what_is_seen_again(log: ReconciliationJournal) -> None:
    """It keeps its beginning, and says what is so now."""
    await log.note_findings([a_finding()], NOW)
    worse = a_finding(message="Still not.", amount=None)
    await log.note_findings([worse], LATER)

    assert [SeenFinding(worse, NOW, LATER)] == [*await log.open_findings([*FindingKind])]


async def test_what_is_so_no_more(log: ReconciliationJournal) -> None:
    """It is gone from the lists; when it comes again, it begins anew."""
    await log.note_findings([a_finding(1), a_finding(2)], NOW)
    await log.resolve_findings([a_finding(1).key], SOON)

    assert ["pay_2"] == await names(log)
    await log.note_findings([a_finding(1)], LATER)
    found = await log.list_findings(FindingQuery(), None, 1)
    assert [SeenFinding(a_finding(1), LATER, LATER)] == [*found]


async def test_nothing(log: ReconciliationJournal) -> None:
    """No findings, and nothing asked for."""
    await log.note_findings([], NOW)
    await log.resolve_findings([], NOW)

    assert [] == await names(log)
    assert await log.last_run() is None
    assert await log.oldest_payment_at() is None
    assert [] == [*await log.accounts()]
    assert {} == await log.payments_of_intents([])
    assert {} == await log.known_refunds([])


async def test_a_list_in_parts(log: ReconciliationJournal) -> None:
    """Newest first; of the same moment by kind and subject, and none is lost between parts."""
    unknown = a_finding(3, kind=FindingKind.INTENT_UNKNOWN)
    await log.note_findings([a_finding(1), a_finding(2), unknown], NOW)
    await log.note_findings([a_finding(4)], LATER)
    passed = []
    after = None
    while rows := await log.list_findings(FindingQuery(), after, 1):
        passed.append(rows[0].finding.subject)
        kind, subject = rows[0].finding.key
        after = FindingPosition(rows[0].first_seen_at, kind.name, subject)

    assert ["pay_4", "pay_2", "pay_1", "pay_3"] == passed


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (FindingQuery(kinds=[FindingKind.INTENT_UNKNOWN]), ["pay_2"]),
        (FindingQuery(severities=[FindingSeverity.ERROR]), ["pay_1"]),
        (FindingQuery(stores=["ginza"]), ["pay_1"]),
        (FindingQuery(stores=[]), []),
    ],
)
async def test_filters(
    log: ReconciliationJournal, query: FindingQuery, expected: list[str]
) -> None:
    """By kind, by severity, and by the payment's store: what is of no store is of no shop."""
    info = FindingSeverity.INFO
    other = a_finding(2, kind=FindingKind.INTENT_UNKNOWN, severity=info, store=None)
    await log.note_findings([a_finding(1), other], NOW)

    assert expected == await names(log, query)


async def test_the_one_seen_longest_ago_is_first(log: ReconciliationJournal) -> None:
    """So that every finding is looked at again in its turn."""
    await log.note_findings([a_finding(1), a_finding(2)], NOW)
    await log.note_findings([a_finding(1)], SOON)

    found = await log.open_findings([FindingKind.PAYMENT_MISSING])
    assert ["pay_2", "pay_1"] == [it.finding.subject for it in found]
    assert [] == [*await log.open_findings([FindingKind.REFUND_STUCK])]


async def test_whose_turn_it_is(log: ReconciliationJournal) -> None:
    """One has it, and may keep it, until it has said nothing for too long."""
    assert await log.take_turn("daily", "a", NOW, SOON)
    assert not await log.take_turn("daily", "b", NOW, LATER)
    assert await log.take_turn("sweep", "b", NOW, LATER)
    assert await log.take_turn("daily", "a", NOW, SOON)

    assert await log.take_turn("daily", "b", SOON, LATER)
    assert not await log.take_turn("daily", "a", SOON, LATER)


async def test_runs(log: ReconciliationJournal) -> None:
    """The last one is the last that came to its end."""
    first = Run(id="run_1", since=NOW, started_at=NOW)
    await log.keep_run(first)
    assert await log.last_run() is None
    done = replace(first, finished_at=SOON, intents=7, findings=1)
    await log.keep_run(done)
    await log.keep_run(Run(id="run_2", since=NOW, started_at=SOON))

    assert done == await log.last_run()


async def test_payments_with_money(log: ReconciliationJournal) -> None:
    """Those of a span and an account that hold or have taken some, by the journal."""
    one = await paid(log, 1)
    await moved(log, await begun(log, 2), State.CANCELED, intent="pi_2")
    other = await paid(log, 3, account="acct_1")

    assert one.created_at == await log.oldest_payment_at()
    assert {None, "acct_1"} == {*await log.accounts()}
    assert [one] == [*await log.announced_payments(NOW, LATER, None)]
    assert [other] == [*await log.announced_payments(NOW, LATER, "acct_1")]
    assert [] == [*await log.announced_payments(SOON, LATER, None)]
    assert {"pi_1": one} == await log.payments_of_intents(["pi_1", "pi_9"])


async def test_refunds_that_are_known(log: ReconciliationJournal) -> None:
    """By the provider's id."""
    await paid(log)
    await log.begin_refund(a_refund(), whole=False)
    await log.settle_refund(replace(a_refund(), state=RefundState.SUCCEEDED, provider_id="re_1"))

    assert {"re_1": "ref_1"} == await log.known_refunds(["re_1", "re_2"])
