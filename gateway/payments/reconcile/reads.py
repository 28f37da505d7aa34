"""What was found, for those who may see it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC

import msgspec

from gateway.payments.reconcile.finding import (
    FindingPosition,
    FindingQuery,
    ReconciliationJournal,
    SeenFinding,
)
from schema.domain.errors import InvalidRequest
from schema.domain.reconciliation import FindingKind, FindingRecord, ReconciliationRunRecord
from schema.domain.scope import Actor
from schema.ports.payment_books import FindingEdge, FindingFilter, FindingList

_LONGEST = 1024  # characters of a cursor


async def last_run(journal: ReconciliationJournal) -> ReconciliationRunRecord | None:
    """See `PaymentBooks.last_run`."""
    run = await journal.last_run()
    if run is None:
        return None
    return ReconciliationRunRecord(
        started_at=run.started_at,
        finished_at=run.finished_at,
        since=run.since,
        intents=run.intents,
        refunds=run.refunds,
        adopted=run.adopted,
        unreadable=run.unreadable,
        findings=run.findings,
    )


async def findings(
    journal: ReconciliationJournal,
    actor: Actor,
    wanted: FindingFilter,
    first: int,
    after: str | None,
) -> FindingList:
    """See `PaymentBooks.findings`."""
    stores = None if actor.stores is None else [*actor.stores]
    query = FindingQuery(wanted.kinds, wanted.severities, stores)
    rows = await journal.list_findings(query, _position(after), first + 1)
    edges = [FindingEdge(_cursor(row), _shown(row)) for row in rows[:first]]
    return FindingList(edges, len(rows) > first)


def _shown(seen: SeenFinding) -> FindingRecord:
    finding = seen.finding
    return FindingRecord(
        kind=finding.kind,
        severity=finding.severity,
        message=finding.message,
        first_seen_at=seen.first_seen_at,
        seen_at=seen.seen_at,
        payment=finding.payment,
        refund=finding.refund,
        provider_reference=finding.provider_reference,
        amount=finding.amount,
    )


def _cursor(seen: SeenFinding) -> str:
    kind, subject = seen.finding.key
    raw = msgspec.msgpack.encode(FindingPosition(seen.first_seen_at, kind.name, subject))
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _position(cursor: str | None) -> FindingPosition | None:
    """Where the row of a cursor stands; it may be gone."""
    if cursor is None:
        return None
    try:
        return _read(cursor)
    except (ValueError, OverflowError, msgspec.DecodeError) as error:
        raise InvalidRequest("`after` is no cursor of this list.") from error


def _read(cursor: str) -> FindingPosition:
    if len(cursor) > _LONGEST:
        raise ValueError("too long")
    raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    found = msgspec.msgpack.decode(raw, type=FindingPosition)
    if found.first_seen_at.tzinfo is None or found.kind not in FindingKind.__members__:
        raise ValueError("no place in this list")
    return FindingPosition(found.first_seen_at.astimezone(UTC), found.kind, found.subject)
