"""Reconciliation: what stands still each minute, and all of the provider's books each day."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from gateway.payments.clock import Clock
from gateway.payments.reconcile.comparison import Comparison, Progress
from gateway.payments.reconcile.finding import (
    Finding,
    FindingPosition,
    FindingQuery,
    ReconciliationJournal,
    Run,
    SeenFinding,
)
from gateway.payments.reconcile.missed import Caught, MissedEvents
from gateway.payments.reconcile.provider import all_accounts
from gateway.payments.reconcile.schedule import DailyAt
from gateway.payments.reconcile.standstill import KINDS as STANDING_STILL
from gateway.payments.reconcile.standstill import Patience, standing_still
from schema.domain.errors import SourceError
from schema.domain.reconciliation import FindingKind, FindingSeverity

log = logging.getLogger(__name__)

_COMPARED = tuple(kind for kind in FindingKind if kind not in STANDING_STILL)
_PART = 500
_DAILY, _SWEEP = "comparison", "sweep"


class Rhythm(Struct, frozen=True, kw_only=True):
    """When what is looked at, in seconds."""

    sweep_s: float = 60.0
    """How often what stands still is looked for, and what was found is looked at again."""
    turn_s: float = 300.0
    """A process that compares and says nothing for this long has given up."""
    failed_s: float = 600.0
    """After a comparison that failed, the next one waits for this long."""
    overlap_s: float = 2 * 86_400.0
    """A comparison begins so long before the one before it: money comes later than its intent."""
    first_s: float = 30 * 86_400.0
    """How far back the first one looks."""
    looks: int = 20
    """Findings that are looked at again in one sweep."""
    patience: Patience = Patience()
    """How long something may stand still."""


class BusyError(Exception):
    """Another process is comparing."""


class Reconciler:
    """Finds what does not agree or stands still, and lets go of what is so no more.

    Concurrency: any number of processes; a turn on record lets one compare, and one sweep, at a
    time. `comparison` and `missed` are None where the provider's books cannot be read, as with a
    connector that does not offer them.
    """

    def __init__(
        self,
        journal: ReconciliationJournal,
        comparison: Comparison | None,
        clock: Clock,
        daily: DailyAt,
        *,
        missed: MissedEvents | None = None,
        accounts: Sequence[str | None] = (),
        rhythm: Rhythm | None = None,
    ) -> None:
        self._journal = journal
        self._comparison = comparison
        self._missed = missed
        self._clock = clock
        self._daily = daily
        self._accounts = accounts
        self._rhythm = rhythm or Rhythm()
        self._owner = secrets.token_hex(8)
        self._not_before = clock.now()
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to look, after a first pause."""
        self._task = asyncio.create_task(self._run(), name="reconciliation")

    async def aclose(self) -> None:
        """Stop; what was compared halfway is compared anew."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def sweep(self) -> Sequence[Finding] | None:
        """Look for what stands still, and again at what was found; None: another process does.

        Raises nothing of the provider's: what cannot be asked stays a finding.
        """
        now = self._clock.now()
        until = now + timedelta(seconds=self._rhythm.sweep_s * 0.9)
        if not await self._journal.take_turn(_SWEEP, self._owner, now, until):
            return None
        found = await standing_still(self._journal, now, self._rhythm.patience)
        await self._replace(STANDING_STILL, found, now)
        open_ones = await self._journal.open_findings(_COMPARED)
        await self._look_again(open_ones[: self._rhythm.looks])
        return found

    async def compare(
        self, since: datetime | None = None, told: Progress | None = None
    ) -> Run | None:
        """Compare all of the provider's books now; None where they cannot be read at all.

        Raises:
            BusyError: Another process is comparing.
            SourceError: They could not be read to their end; nothing is let go of then.
        """
        if self._comparison is None:
            return None
        run = await self._begun(since)
        found: list[Finding] = []

        async def heard(now: Run) -> None:
            await self._keep_turn()
            if told is not None:
                await told(now)

        for account in await all_accounts(self._journal, self._accounts):
            run, more = await self._comparison.of_account(run, account, heard)
            found += more
            run = await self._caught_up(run, account)
        await self._journal.note_findings(found, self._clock.now())
        await self.sweep()
        fresh = {it.key for it in found}
        before = await self._journal.open_findings(_COMPARED)
        await self._look_again(
            [
                it
                for it in before
                if it.finding.key not in fresh and it.finding.severity is not FindingSeverity.INFO
            ]
        )
        still = await self._journal.open_findings([*FindingKind])
        run = replace(run, finished_at=self._clock.now(), findings=len(still))
        await self._journal.keep_run(run)
        await self._give_turn_back()
        return run

    async def compare_if_due(self) -> Run | None:
        """Compare if the day's time has come and nobody has compared since."""
        if self._comparison is None or self._clock.now() < self._not_before:
            return None
        last = await self._journal.last_run()
        before = last.started_at if last else await self._journal.oldest_payment_at()
        if before is None or before >= self._daily.last_before(self._clock.now()):
            return None
        try:
            return await self.compare()
        except BusyError:
            return None

    async def open_findings(self, query: FindingQuery) -> Sequence[SeenFinding]:
        """Return what is open, newest first, all of it."""
        found: list[SeenFinding] = []
        after: FindingPosition | None = None
        while rows := await self._journal.list_findings(query, after, _PART):
            found += rows
            kind, subject = rows[-1].finding.key
            after = FindingPosition(rows[-1].first_seen_at, kind.name, subject)
        return found

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._rhythm.sweep_s)
            try:
                await self.sweep()
                await self.compare_if_due()
            except SourceError as error:
                self._not_before = self._clock.now() + timedelta(seconds=self._rhythm.failed_s)
                log.warning("reconciliation waits for the provider", extra={"code": error.code})
            except Exception:
                log.exception("reconciliation failed")

    async def _caught_up(self, run: Run, account: str | None) -> Run:
        """Take up what no message has told, of payments too old to be listed as well."""
        # Where the provider's books cannot be read, nothing is compared either.
        missed, turn = self._missed, self._keep_turn
        caught = await missed.of_account(run.since, account, turn) if missed else Caught()
        return replace(run, unreadable=run.unreadable + caught.unreadable)

    async def _begun(self, since: datetime | None) -> Run:
        await self._keep_turn()
        now = self._clock.now()
        if since is None:
            last = await self._journal.last_run()
            overlap, first = self._rhythm.overlap_s, self._rhythm.first_s
            since = (
                last.started_at - timedelta(seconds=overlap)
                if last
                else now - timedelta(seconds=first)
            )
        run = Run(id=f"run_{secrets.token_hex(8)}", since=since, started_at=now)
        await self._journal.keep_run(run)
        return run

    async def _keep_turn(self) -> None:
        now = self._clock.now()
        until = now + timedelta(seconds=self._rhythm.turn_s)
        if not await self._journal.take_turn(_DAILY, self._owner, now, until):
            raise BusyError

    async def _give_turn_back(self) -> None:
        now = self._clock.now()
        await self._journal.take_turn(_DAILY, self._owner, now, now)

    async def _replace(
        self, kinds: Sequence[FindingKind], found: Sequence[Finding], now: datetime
    ) -> None:
        """Let these be all the findings of their kinds."""
        keys = {it.key for it in found}
        before = await self._journal.open_findings(kinds)
        gone = [it.finding.key for it in before if it.finding.key not in keys]
        await self._journal.resolve_findings(gone, now)
        await self._journal.note_findings(found, now)

    async def _look_again(self, open_ones: Sequence[SeenFinding]) -> None:
        """Look at what comparisons have found, and let go of what is so no more."""
        if self._comparison is not None:
            for seen in open_ones:
                await self._look(self._comparison, seen)

    async def _look(self, comparison: Comparison, seen: SeenFinding) -> None:
        finding = seen.finding
        try:
            is_so = await comparison.still(finding)
        except SourceError as error:
            log.info("a finding could not be looked at", extra={"code": error.code})
            return
        now = self._clock.now()
        if is_so:
            await self._journal.note_findings([finding], now)
        else:
            await self._journal.resolve_findings([finding.key], now)
