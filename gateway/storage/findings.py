"""What was found when books were compared, in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.payments.journal import Payment
from gateway.payments.reconcile.finding import (
    Finding,
    FindingPosition,
    FindingQuery,
    Run,
    SeenFinding,
)
from gateway.payments.states import State
from gateway.storage.book_tables import findings, reconciliation_runs, reconciliation_turns
from gateway.storage.engine import Database
from gateway.storage.rows import payment_of
from gateway.storage.tables import payments, refunds
from schema.domain.money import Money
from schema.domain.reconciliation import FindingKind

# Among these the provider must have the payment: money is held or was taken.
_WITH_MONEY = (State.AUTHORIZED, State.CAPTURING, State.PAID)


class SqlFindingLog:
    """Implements `gateway.payments.reconcile.finding.FindingLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note_findings(self, found: Sequence[Finding], at: datetime) -> None:
        """See `FindingLog.note_findings`."""
        if not found:
            return
        async with self._database.write() as connection:
            await self._database.lock(connection, "findings")
            for finding in found:
                await _note(connection, finding, at)

    async def resolve_findings(self, keys: Sequence[tuple[FindingKind, str]], at: datetime) -> None:
        """See `FindingLog.resolve_findings`."""
        if not keys:
            return
        columns = findings.c
        async with self._database.write() as connection:
            await connection.execute(
                update(findings)
                .where(
                    tuple_(columns.kind, columns.subject).in_([*keys]),
                    columns.resolved_at.is_(None),
                )
                .values(resolved_at=at)
            )

    async def open_findings(self, kinds: Sequence[FindingKind]) -> Sequence[SeenFinding]:
        """See `FindingLog.open_findings`."""
        columns = findings.c
        query = (
            select(findings)
            .where(columns.resolved_at.is_(None), columns.kind.in_(kinds))
            .order_by(columns.seen_at, columns.kind, columns.subject)
        )
        async with self._database.read() as connection:
            return [_seen(row) for row in (await connection.execute(query)).mappings()]

    async def list_findings(
        self, query: FindingQuery, after: FindingPosition | None, limit: int
    ) -> Sequence[SeenFinding]:
        """See `FindingLog.list_findings`."""
        columns = findings.c
        wanted: list[ColumnElement[bool]] = [columns.resolved_at.is_(None)]
        if query.kinds is not None:
            wanted.append(columns.kind.in_(query.kinds))
        if query.severities is not None:
            wanted.append(columns.severity.in_(query.severities))
        if query.stores is not None:
            wanted.append(columns.store.in_(query.stores))
        if after is not None:
            at = after.first_seen_at
            kind, subject = FindingKind[after.kind], after.subject
            same_kind = and_(columns.kind == kind, columns.subject < subject)
            at_once = and_(columns.first_seen_at == at, or_(columns.kind < kind, same_kind))
            wanted.append(or_(columns.first_seen_at < at, at_once))
        rows = (
            select(findings)
            .where(*wanted)
            .order_by(columns.first_seen_at.desc(), columns.kind.desc(), columns.subject.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [_seen(row) for row in (await connection.execute(rows)).mappings()]

    async def take_turn(self, name: str, owner: str, now: datetime, until: datetime) -> bool:
        """See `FindingLog.take_turn`."""
        columns = reconciliation_turns.c
        async with self._database.write() as connection:
            await self._database.lock(connection, f"turn {name}")
            query = select(columns.owner, columns.until).where(columns.name == name)
            row = (await connection.execute(query)).mappings().first()
            taken = {"owner": owner, "until": until}
            if row is None:
                await connection.execute(insert(reconciliation_turns).values(name=name, **taken))
                return True
            if row["owner"] != owner and row["until"] > now:
                return False
            await connection.execute(
                update(reconciliation_turns).where(columns.name == name).values(taken)
            )
            return True

    async def keep_run(self, run: Run) -> None:
        """See `FindingLog.keep_run`."""
        row = {name: getattr(run, name) for name in run.__struct_fields__}
        columns = reconciliation_runs.c
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(reconciliation_runs).where(columns.id == run.id).values(row)
            )
            if changed.rowcount == 0:
                await connection.execute(insert(reconciliation_runs).values(row))

    async def last_run(self) -> Run | None:
        """See `FindingLog.last_run`."""
        columns = reconciliation_runs.c
        query = (
            select(reconciliation_runs)
            .where(columns.finished_at.is_not(None))
            .order_by(columns.finished_at.desc(), columns.id.desc())
            .limit(1)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().first()
            return Run(**row) if row is not None else None

    async def oldest_payment_at(self) -> datetime | None:
        """See `FindingLog.oldest_payment_at`."""
        query = select(payments.c.created_at).order_by(payments.c.created_at).limit(1)
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def accounts(self) -> Sequence[str | None]:
        """See `FindingLog.accounts`."""
        query = select(payments.c.account).group_by(payments.c.account)
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalars().all()

    async def payments_of_intents(self, intents: Sequence[str]) -> Mapping[str, Payment]:
        """See `FindingLog.payments_of_intents`."""
        if not intents:
            return {}
        query = select(payments).where(payments.c.intent.in_(intents))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings()
            return {row["intent"]: payment_of(row) for row in rows}

    async def known_refunds(self, provider_ids: Sequence[str]) -> Mapping[str, str]:
        """See `FindingLog.known_refunds`."""
        if not provider_ids:
            return {}
        columns = refunds.c
        query = select(columns.provider_id, columns.id).where(columns.provider_id.in_(provider_ids))
        async with self._database.read() as connection:
            return {row.provider_id: row.id for row in await connection.execute(query)}

    async def announced_payments(
        self, since: datetime, until: datetime, account: str | None
    ) -> Sequence[Payment]:
        """See `FindingLog.announced_payments`."""
        columns = payments.c
        query = (
            select(payments)
            .where(
                columns.created_at >= since,
                columns.created_at < until,
                columns.account.is_not_distinct_from(account),
                columns.intent.is_not(None),
                columns.state.in_(_WITH_MONEY),
            )
            .order_by(columns.created_at, columns.id)
        )
        async with self._database.read() as connection:
            return [payment_of(row) for row in (await connection.execute(query)).mappings()]


async def _note(connection: AsyncConnection, finding: Finding, at: datetime) -> None:
    columns = findings.c
    where = (columns.kind == finding.kind) & (columns.subject == finding.subject)
    known = (await connection.execute(select(columns.resolved_at).where(where))).first()
    row: dict[str, Any] = {
        "severity": finding.severity,
        "message": finding.message,
        "payment": finding.payment,
        "refund": finding.refund,
        "provider_reference": finding.provider_reference,
        "account": finding.account,
        "currency": finding.amount.currency if finding.amount else None,
        "amount": finding.amount.minor if finding.amount else None,
        "store": finding.store,
        "seen_at": at,
    }
    if known is None:
        row |= {"kind": finding.kind, "subject": finding.subject, "first_seen_at": at}
        await connection.execute(insert(findings).values(row))
        return
    if known.resolved_at is not None:
        row |= {"first_seen_at": at, "resolved_at": None}
    await connection.execute(update(findings).where(where).values(row))


def _seen(row: RowMapping) -> SeenFinding:
    amount = Money(row["amount"], row["currency"]) if row["currency"] else None
    finding = Finding(
        kind=row["kind"],
        subject=row["subject"],
        severity=row["severity"],
        message=row["message"],
        payment=row["payment"],
        refund=row["refund"],
        provider_reference=row["provider_reference"],
        account=row["account"],
        amount=amount,
        store=row["store"],
    )
    return SeenFinding(finding, row["first_seen_at"], row["seen_at"])
