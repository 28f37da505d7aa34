"""What stands still in the journal is found, the longer the graver."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from gateway.payments.journal import Journal, Payment
from gateway.payments.reconcile.finding import Finding
from gateway.payments.reconcile.standstill import Patience, standing_still
from gateway.payments.states import State
from schema.domain.reconciliation import FindingKind, FindingSeverity
from schema.domain.write_back import WriteBackState
from tests.unit.gateway.storage.records import NOW, ORDER, a_refund, begun, moved, paid

PATIENCE = Patience(payment_s=600, refund_s=600, entry_s=600, grave_s=3600, hold_s=7200)
INFO, WARNING, ERROR = FindingSeverity


async def found(journal: Journal, minutes: float) -> list[Finding]:
    """What is found after so many minutes."""
    return await standing_still(journal, NOW + timedelta(minutes=minutes), PATIENCE)


async def held(journal: Journal, **fields: Any) -> Payment:
    """A payment whose money is held."""
    return await moved(journal, await begun(journal), State.AUTHORIZED, **fields)


@pytest.mark.parametrize(
    ("minutes", "expected"), [(9, []), (11, [WARNING]), (59, [WARNING]), (61, [ERROR])]
)
async def test_a_payment(journal: Journal, minutes: float, expected: list[FindingSeverity]) -> None:
    """One that is in one state for too long; where it is through, it is none."""
    payment = await begun(journal)

    assert expected == [it.severity for it in await found(journal, minutes)]
    await moved(journal, payment, State.CANCELED)
    assert [] == await found(journal, minutes)


async def test_what_is_said_of_a_payment(journal: Journal) -> None:
    """Which, since when it is what, and in which store."""
    await begun(journal)

    (finding,) = await found(journal, 11)
    assert (FindingKind.PAYMENT_STUCK, "pay_1") == finding.key
    assert ("pay_1", "ginza") == (finding.payment, finding.store)
    assert "The payment has been NEW since 2026-11-24T09:00Z." == finding.message


@pytest.mark.parametrize(("hours", "expected"), [(3, []), (1.9, [FindingKind.HOLD_EXPIRING])])
async def test_money_that_is_held(
    journal: Journal, hours: float, expected: list[FindingKind]
) -> None:
    """It may be held for days; only near its end somebody is told."""
    await held(journal, capture_before=NOW + timedelta(hours=48))

    minutes = (48 - hours) * 60
    assert expected == [it.kind for it in await found(journal, minutes)]


async def test_money_that_is_held_without_an_end(journal: Journal) -> None:
    """What the provider has not said cannot be near."""
    await held(journal)

    assert [] == await found(journal, 60 * 48)


async def test_a_refund(journal: Journal) -> None:
    """One that the provider has not answered."""
    await paid(journal)
    await journal.begin_refund(a_refund(), whole=False)

    assert [] == await found(journal, 9)
    (finding,) = await found(journal, 11)
    assert (FindingKind.REFUND_STUCK, "ref_1") == finding.key
    assert ("pay_1", "ref_1", WARNING) == (finding.payment, finding.refund, finding.severity)


@pytest.mark.parametrize(
    ("state", "minutes", "expected"),
    [
        (WriteBackState.PENDING, 9, None),
        (WriteBackState.PENDING, 11, (WARNING, "pos has not accepted the entry after 1 tries")),
        (WriteBackState.PENDING, 61, (ERROR, "pos has not accepted the entry after 1 tries")),
        (WriteBackState.REFUSED, 1, (ERROR, "pos refuses the entry (CONFLICT)")),
        (WriteBackState.NOT_SUPPORTED, 1, (WARNING, "pos takes no entries: 1 must be entered")),
        (WriteBackState.SENT, 61, None),
    ],
)
async def test_an_entry(
    journal: Journal,
    state: WriteBackState,
    minutes: float,
    expected: tuple[FindingSeverity, str] | None,
) -> None:
    """One that waits for long, or that no system will ever take."""
    await paid(journal, order=ORDER)
    (entry,) = await journal.due_entries(NOW + timedelta(hours=1), 1)
    taken = await journal.take_entry(entry, NOW)
    assert taken is not None
    await journal.settle_entry(taken, replace(taken, state=state, last_error="CONFLICT"))

    told = await found(journal, minutes)
    assert ([] if expected is None else [expected[0]]) == [it.severity for it in told]
    assert all(it.message.startswith(expected[1]) for it in told if expected)
