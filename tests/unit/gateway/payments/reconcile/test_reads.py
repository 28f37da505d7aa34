"""What was found is shown to those who may see it, in parts."""

from base64 import urlsafe_b64encode

import msgspec
import pytest

from gateway.payments.reconcile import reads
from gateway.payments.reconcile.finding import Finding, FindingPosition, Run
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from schema.domain.errors import InvalidRequest
from schema.domain.reconciliation import FindingKind, FindingSeverity
from schema.domain.scope import Actor
from schema.ports.payment_books import FindingFilter
from tests.unit.gateway.storage.records import NOW, yen

EVERYBODY, GINZA = Actor("head", "staff"), Actor("till", "staff", ("ginza",))
ALL = FindingFilter()


@pytest.fixture
async def log(database: Database) -> SqlJournal:
    """A journal with a finding in a store, one in another, and one that is of none."""
    log = SqlJournal(database)
    for number, store in enumerate(("ginza", "umeda", None)):
        finding = Finding(
            kind=FindingKind.PAYMENT_MISSING,
            subject=f"pay_{number}",
            severity=FindingSeverity.ERROR,
            message="It is missing.",
            payment=f"pay_{number}",
            amount=yen(1),
            store=store,
        )
        await log.note_findings([finding], NOW)
    return log


async def test_in_parts(log: SqlJournal) -> None:
    """Each goes on where the last one ended."""
    first = await reads.findings(log, EVERYBODY, ALL, 2, None)
    second = await reads.findings(log, EVERYBODY, ALL, 2, first.edges[-1].cursor)

    passed = [edge.node.payment for part in (first, second) for edge in part.edges]
    assert ["pay_2", "pay_1", "pay_0"] == passed
    assert (True, False) == (first.has_next, second.has_next)


async def test_who_sees_what(log: SqlJournal) -> None:
    """Of some stores alone what is of their payments, and nothing that is of no store."""
    found = await reads.findings(log, GINZA, ALL, 9, None)

    assert ["pay_0"] == [edge.node.payment for edge in found.edges]


@pytest.mark.parametrize(
    "cursor", ["", "x", "é", "A" * 2000, "k6N4eHg", "ldb_aSbLAAAAAKFYoVk", "lKFYoVmhWg"]
)
async def test_no_cursor(log: SqlJournal, cursor: str) -> None:
    """What is no cursor of the list is refused."""
    with pytest.raises(InvalidRequest, match="after"):
        await reads.findings(log, EVERYBODY, ALL, 2, cursor)


async def test_a_cursor_of_a_kind_that_is_none(log: SqlJournal) -> None:
    """Of the right form, and of another list or another version."""
    position = FindingPosition(NOW, "NO_SUCH_KIND", "pay_1")
    cursor = urlsafe_b64encode(msgspec.msgpack.encode(position)).decode()
    with pytest.raises(InvalidRequest, match="after"):
        await reads.findings(log, EVERYBODY, ALL, 2, cursor)


async def test_the_last_run(log: SqlJournal) -> None:
    """None before the first; then what it counted."""
    assert await reads.last_run(log) is None
    await log.keep_run(Run(id="run_1", since=NOW, started_at=NOW, finished_at=NOW, intents=3))

    run = await reads.last_run(log)
    assert run is not None
    assert (3, NOW) == (run.intents, run.finished_at)
