"""What readers do besides payments, in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.payments.journal import KeyTaken, StaleError
from gateway.payments.leases import LeaseLostError, ReaderHeld
from gateway.payments.subject import Kind, Subject
from gateway.payments.tasks.log import ReaderTask
from gateway.storage.claims import claim, drop_claim
from gateway.storage.engine import Database
from gateway.storage.leases import give_back, has_lease, take_lease
from gateway.storage.rows import decided
from gateway.storage.task_tables import payers, reader_tasks
from schema.domain.reader_task import (
    FINAL_TASK_STATES,
    Asked,
    InputAnswer,
    ReaderTaskFailure,
    ReaderTaskState,
    SavedCard,
)
from schema.domain.reference import SourceRef

_OPEN = [state for state in ReaderTaskState if state not in FINAL_TASK_STATES]


class SqlTaskLog:
    """Implements `gateway.payments.tasks.log.TaskLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin_task(
        self, task: ReaderTask, claimant: str | None = None
    ) -> ReaderTask | ReaderHeld | KeyTaken:
        """See `TaskLog.begin_task`."""
        return await decided(lambda: self._begin_task(task, claimant))

    async def reader_tasks(self, ids: Sequence[str]) -> Mapping[str, ReaderTask]:
        """See `TaskLog.reader_tasks`."""
        if not ids:
            return {}
        query = select(reader_tasks).where(reader_tasks.c.id.in_(ids))
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return {row["id"]: _task_of(row) for row in rows.mappings()}

    async def task_by_key(self, key: str) -> ReaderTask | None:
        """See `TaskLog.task_by_key`."""
        async with self._database.read() as connection:
            return await _by_key(connection, key)

    async def open_tasks(self) -> Sequence[str]:
        """See `TaskLog.open_tasks`."""
        query = (
            select(reader_tasks.c.id)
            .where(reader_tasks.c.state.in_(_OPEN))
            .order_by(reader_tasks.c.created_at, reader_tasks.c.id)
        )
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalars().all()

    async def advance_task(self, before: ReaderTask, after: ReaderTask) -> None:
        """See `TaskLog.advance_task`."""
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(reader_tasks)
                .where(reader_tasks.c.id == before.id, reader_tasks.c.version == before.version)
                .values(_task_row(after))
            )
            if changed.rowcount != 1:
                raise StaleError
            holder = Subject(Kind.TASK, after.id)
            if after.state in FINAL_TASK_STATES:
                await give_back(connection, after.device, holder)
                await drop_claim(connection, holder)
            elif not await has_lease(connection, after.device, holder, after.fence):
                raise LeaseLostError

    async def erase_answers(self, until: datetime, at: datetime) -> int:
        """See `TaskLog.erase_answers`."""
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(reader_tasks)
                .where(reader_tasks.c.answers.is_not(None), reader_tasks.c.updated_at <= until)
                .values(answers=None, erased_at=at)
            )
            return changed.rowcount

    async def payer(self, customer: SourceRef, account: str | None) -> str | None:
        """See `TaskLog.payer`."""
        async with self._database.read() as connection:
            return await _payer(connection, customer, account)

    async def keep_payer(self, customer: SourceRef, account: str | None, name: str) -> str:
        """See `TaskLog.keep_payer`."""
        row = {
            "source": customer.name,
            "customer": customer.id,
            "account": account or "",
            "name": name,
        }
        try:
            async with self._database.write() as connection:
                await connection.execute(insert(payers).values(row))
        except IntegrityError:
            return await self.payer(customer, account) or name
        return name

    async def _begin_task(
        self, task: ReaderTask, claimant: str | None
    ) -> ReaderTask | ReaderHeld | KeyTaken:
        async with self._database.write() as connection:
            if task.idempotency_key is not None:
                await self._database.lock(connection, f"task {task.idempotency_key}")
                known = await _by_key(connection, task.idempotency_key)
                if known is not None:
                    return known if known.request_hash == task.request_hash else KeyTaken()
            holder = Subject(Kind.TASK, task.id)
            lease = await take_lease(
                connection, task.device, holder, actor=task.actor, at=task.created_at
            )
            if isinstance(lease, ReaderHeld):
                return lease
            task = replace(task, fence=lease.fence)
            await connection.execute(insert(reader_tasks).values(_task_row(task)))
            await claim(connection, holder, claimant)
            return task


async def _by_key(connection: AsyncConnection, key: str) -> ReaderTask | None:
    query = select(reader_tasks).where(reader_tasks.c.idempotency_key == key)
    row = (await connection.execute(query)).mappings().first()
    return _task_of(row) if row else None


async def _payer(
    connection: AsyncConnection, customer: SourceRef, account: str | None
) -> str | None:
    query = select(payers.c.name).where(
        payers.c.source == customer.name,
        payers.c.customer == customer.id,
        payers.c.account == (account or ""),
    )
    found: str | None = (await connection.execute(query)).scalar_one_or_none()
    return found


def _task_row(task: ReaderTask) -> dict[str, Any]:
    failure = task.failure
    return {
        "id": task.id,
        "idempotency_key": task.idempotency_key,
        "request_hash": task.request_hash,
        "actor": task.actor,
        "store": task.store,
        "reader": task.reader,
        "device": task.device,
        "location": task.location,
        "account": task.account,
        "kind": task.kind,
        "asked": _json(task.asked),
        "state": task.state,
        "ending": task.ending,
        "failure_code": failure.code if failure else None,
        "failure_message": failure.message if failure else None,
        "setup": task.setup,
        "answers": _json(task.answers) if task.answers else None,
        "erased_at": task.erased_at,
        "card": _json(task.card) if task.card else None,
        "attempt": task.attempt,
        "clears": task.clears,
        "version": task.version,
        "fence": task.fence,
        "created_at": task.created_at,
        "updated_at": task.updated_at,
        "deadline": task.deadline,
    }


def _task_of(row: RowMapping) -> ReaderTask:
    code, answers, card = row["failure_code"], row["answers"], row["card"]
    return ReaderTask(
        id=row["id"],
        idempotency_key=row["idempotency_key"],
        request_hash=row["request_hash"],
        actor=row["actor"],
        store=row["store"],
        reader=row["reader"],
        device=row["device"],
        location=row["location"],
        account=row["account"],
        kind=row["kind"],
        asked=msgspec.json.decode(row["asked"], type=Asked),
        state=row["state"],
        ending=row["ending"],
        failure=ReaderTaskFailure(code, row["failure_message"]) if code else None,
        setup=row["setup"],
        answers=msgspec.json.decode(answers, type=tuple[InputAnswer, ...]) if answers else (),
        erased_at=row["erased_at"],
        card=msgspec.json.decode(card, type=SavedCard) if card else None,
        attempt=row["attempt"],
        clears=row["clears"],
        version=row["version"],
        fence=row["fence"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        deadline=row["deadline"],
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
