"""Findings as the journal holds them, and who may look for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from gateway.payments.journal import Journal, Payment
from schema.domain.money import Money
from schema.domain.reconciliation import FindingKind, FindingSeverity


class Finding(Struct, frozen=True, kw_only=True):
    """Something that is not as it should be; `kind` and `subject` tell it from every other.

    `subject` is the id of what it is about: our payment's or refund's, else the provider's.
    `store` is the payment's, None where there is none; `account` is the provider's account.
    """

    kind: FindingKind
    subject: str
    severity: FindingSeverity
    message: str
    payment: str | None = None
    refund: str | None = None
    provider_reference: str | None = None
    account: str | None = None
    amount: Money | None = None
    store: str | None = None

    @property
    def key(self) -> tuple[FindingKind, str]:
        """What tells it from every other."""
        return self.kind, self.subject


class SeenFinding(Struct, frozen=True):
    """A finding that is open, since when, and when it was so the last time."""

    finding: Finding
    first_seen_at: datetime
    seen_at: datetime


class FindingQuery(Struct, frozen=True):
    """Which findings are asked for; an absent filter lets every one through."""

    kinds: Sequence[FindingKind] | None = None
    severities: Sequence[FindingSeverity] | None = None
    stores: Sequence[str] | None = None


class FindingPosition(Struct, frozen=True):
    """A place in the list: what was found later comes first, then the greater kind and subject."""

    first_seen_at: datetime
    kind: str
    subject: str


class Run(Struct, frozen=True, kw_only=True):
    """One comparison, on record from its beginning; `finished_at` is None until it is through."""

    id: str
    since: datetime
    started_at: datetime
    finished_at: datetime | None = None
    intents: int = 0
    refunds: int = 0
    adopted: int = 0
    unreadable: int = 0
    findings: int = 0


class FindingLog(Protocol):
    """Findings, comparisons, and whose turn it is."""

    async def note_findings(self, found: Sequence[Finding], at: datetime) -> None:
        """Record what is so at a time; what was found before and is open keeps its beginning."""
        ...

    async def resolve_findings(self, keys: Sequence[tuple[FindingKind, str]], at: datetime) -> None:
        """Record that these are so no more."""
        ...

    async def open_findings(self, kinds: Sequence[FindingKind]) -> Sequence[SeenFinding]:
        """Return the open findings of these kinds, the one first that was looked at longest ago."""
        ...

    async def list_findings(
        self, query: FindingQuery, after: FindingPosition | None, limit: int
    ) -> Sequence[SeenFinding]:
        """Return open findings, newest first. With stores, only those of their payments."""
        ...

    async def take_turn(self, name: str, owner: str, now: datetime, until: datetime) -> bool:
        """Take a piece of work that one process does at a time, or keep it for longer.

        False where another has it. Whoever says nothing until then has lost it.
        """
        ...

    async def keep_run(self, run: Run) -> None:
        """Record a comparison: that it has begun, or what has come of it."""
        ...

    async def last_run(self) -> Run | None:
        """Return the comparison that was through last."""
        ...

    async def oldest_payment_at(self) -> datetime | None:
        """Return when the first payment began; None where there was none yet."""
        ...

    async def accounts(self) -> Sequence[str | None]:
        """Return the provider's accounts that payments have gone through."""
        ...

    async def payments_of_intents(self, intents: Sequence[str]) -> Mapping[str, Payment]:
        """Return the payment of each of the provider's intents; unknown ones are absent."""
        ...

    async def known_refunds(self, provider_ids: Sequence[str]) -> Mapping[str, str]:
        """Return our id of each of the provider's refunds; unknown ones are absent."""
        ...

    async def announced_payments(
        self, since: datetime, until: datetime, account: str | None
    ) -> Sequence[Payment]:
        """Return the payments that began then and hold or have taken money, by the journal."""
        ...


class ReconciliationJournal(Journal, FindingLog, Protocol):
    """The journal with what was found in it."""
