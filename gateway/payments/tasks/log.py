"""What the journal holds of readers' tasks, and what it promises."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from schema.domain.reader_task import (
    Asked,
    InputAnswer,
    ReaderTaskFailure,
    ReaderTaskKind,
    ReaderTaskState,
    SavedCard,
)
from schema.domain.reference import SourceRef

if TYPE_CHECKING:
    from gateway.payments.journal import KeyTaken
    from gateway.payments.leases import ReaderHeld


class ReaderTask(Struct, frozen=True, kw_only=True):
    """A task as the journal holds it.

    `device` and `account` are the reader's at the provider, as they were configured at the start.
    `ending` is the final state that a task which is being called off will have. `attempt` counts
    the calls to the reader that have an idempotency key of their own, `clears` those that free it;
    `version` counts the steps from 1, and `fence` tells the turns of one reader apart. `setup` is
    the provider's id of a card to be kept, the truth about it.
    """

    id: str
    request_hash: str
    actor: str
    store: str
    reader: str
    device: str
    kind: ReaderTaskKind
    asked: Asked
    created_at: datetime
    updated_at: datetime
    deadline: datetime
    idempotency_key: str | None = None
    location: str | None = None
    account: str | None = None
    state: ReaderTaskState = ReaderTaskState.PENDING
    ending: ReaderTaskState | None = None
    failure: ReaderTaskFailure | None = None
    setup: str | None = None
    answers: tuple[InputAnswer, ...] = ()
    erased_at: datetime | None = None
    card: SavedCard | None = None
    attempt: int = 0
    clears: int = 0
    version: int = 1
    fence: int = 0


class TaskLog(Protocol):
    """Tasks of readers.

    Every call returns after its rows are committed. Concurrency: any number of callers and
    processes; constraints of the database decide.
    """

    async def begin_task(
        self, task: ReaderTask, claimant: str | None = None
    ) -> "ReaderTask | ReaderHeld | KeyTaken":
        """Record a new task and take its reader, in one transaction.

        A key that is known already answers with its task, whatever has become of it. The process
        that follows the new task is its `claimant`; without one any process takes it up.
        """
        ...

    async def reader_tasks(self, ids: Sequence[str]) -> Mapping[str, ReaderTask]:
        """Return the task of each id; unknown ids are absent."""
        ...

    async def task_by_key(self, key: str) -> ReaderTask | None:
        """Return the task of an idempotency key."""
        ...

    async def open_tasks(self) -> Sequence[str]:
        """Return the ids of all tasks that are not final, oldest first."""
        ...

    async def advance_task(self, before: ReaderTask, after: ReaderTask) -> None:
        """Record a step from `before` to `after`. A final state gives the reader back.

        Raises:
            StaleError: `before` is not the latest.
            LeaseLostError: The task goes on, and another holder has the reader.
        """
        ...

    async def erase_answers(self, until: datetime, at: datetime) -> int:
        """Erase what was entered in tasks that ended before `until`; return in how many."""
        ...

    async def payer(self, customer: SourceRef, account: str | None) -> str | None:
        """Return the provider's id of a customer, where they are known there."""
        ...

    async def keep_payer(self, customer: SourceRef, account: str | None, name: str) -> str:
        """Record the provider's id of a customer; return the one that was recorded first."""
        ...
