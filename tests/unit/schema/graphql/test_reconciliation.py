"""What was found, and what the orders' systems know, through the graph."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.payments.books import NoBooks
from gateway.payments.reconcile.finding import Finding, Run
from gateway.storage.journal import SqlJournal
from schema.domain.money import Money
from schema.domain.reconciliation import FindingKind, FindingSeverity
from schema.domain.reference import GlobalId
from tests.unit.gateway.storage.records import ORDER, a_refund, paid
from tests.unit.schema.graphql.shop import Shop

NOW = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
QUERY = """query($first: Int, $after: String, $filter: FindingFilter) {
  reconciliation {
    lastRun { since startedAt finishedAt intents refunds adopted unreadable findings }
    findings(first: $first, after: $after, filter: $filter) {
      edges { cursor node { message } }
      nodes {
        kind severity message firstSeenAt seenAt providerReference amount { amount currency }
        payment { id } refund { id }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""
WRITE_BACK = """query($payment: ID!) {
  payment(id: $payment) {
    writeBack { state tries at lastError } refunds { writeBack { state } }
  }
}"""


@pytest.fixture
async def log(shop: Shop) -> SqlJournal:
    """The shop's journal, with a paid order, a refund of it, and two findings."""
    log: Any = shop.till.journal
    await paid(log, order=ORDER)
    await log.begin_refund(a_refund(), whole=False)
    refund = Finding(
        kind=FindingKind.REFUND_STUCK,
        subject="ref_1",
        severity=FindingSeverity.WARNING,
        message="No answer.",
        payment="pay_1",
        refund="ref_1",
        amount=Money(300, "JPY"),
        store="ginza",
    )
    unknown = Finding(
        kind=FindingKind.INTENT_UNKNOWN,
        subject="pi_9",
        severity=FindingSeverity.ERROR,
        message="Unknown.",
        provider_reference="pi_9",
    )
    await log.note_findings([refund, unknown], NOW)
    found: SqlJournal = log
    return found


async def _asked(shop: Shop, **variables: Any) -> Any:
    answer = await shop.answer(QUERY, **variables)
    assert answer.errors is None

    assert answer.data is not None
    return answer.data["reconciliation"]


async def test_all_that_is_open(shop: Shop, log: SqlJournal) -> None:
    """With its payment and its refund, where it has them."""
    await log.keep_run(Run(id="run_1", since=NOW, started_at=NOW, finished_at=NOW, intents=2))
    found = await _asked(shop)

    stuck, unknown = found["findings"]["nodes"]
    assert ("REFUND_STUCK", {"amount": "300", "currency": "JPY"}) == (
        stuck["kind"],
        stuck["amount"],
    )
    assert GlobalId("Payment", ("pay_1",)).text == stuck["payment"]["id"]
    assert GlobalId("Refund", ("ref_1",)).text == stuck["refund"]["id"]
    assert (None, None, "pi_9") == (
        unknown["payment"],
        unknown["refund"],
        unknown["providerReference"],
    )
    assert 2 == found["lastRun"]["intents"]


async def test_a_part_and_a_filter(shop: Shop, log: SqlJournal) -> None:
    """Each part tells where the list goes on; filters leave out the rest."""
    first = (await _asked(shop, first=1))["findings"]
    second = (await _asked(shop, first=1, after=first["pageInfo"]["endCursor"]))["findings"]
    errors = (await _asked(shop, filter={"severity": ["ERROR"]}))["findings"]
    none = (await _asked(shop, filter={"kind": ["AMOUNT_DIFFERS"]}))["findings"]

    assert ["No answer."] == [it["node"]["message"] for it in first["edges"]]
    assert (True, False) == (
        first["pageInfo"]["hasNextPage"],
        second["pageInfo"]["hasNextPage"],
    )
    assert ["Unknown."] == [it["message"] for it in second["nodes"]]
    assert ["Unknown."] == [it["message"] for it in errors["nodes"]]
    assert {"hasNextPage": False, "endCursor": None} == none["pageInfo"]


async def test_what_the_orders_system_knows(shop: Shop, log: SqlJournal) -> None:
    """Of a payment and of its refunds; nothing where there is nothing to tell yet."""
    answer = await shop.answer(WRITE_BACK, payment=GlobalId("Payment", ("pay_1",)).text)

    assert answer.data is not None
    payment = answer.data["payment"]
    assert ("PENDING", 0, None) == tuple(
        payment["writeBack"][name] for name in ("state", "tries", "lastError")
    )
    assert [{"writeBack": None}] == payment["refunds"]


async def test_nobody_is_paid(shop: Shop) -> None:
    """Without payments there is nothing to compare."""
    context = shop.context()
    context.books = NoBooks()
    answer = await shop.answer(QUERY, context)

    assert answer.data is not None
    found = answer.data["reconciliation"]
    assert (None, []) == (found["lastRun"], found["findings"]["nodes"])
    assert [None] == [*await NoBooks().write_backs(context.scope, ["pay_1"])]
