"""Which process works on what: exactly one on each payment, refund, task and write-back.

A process is on record as long as it says so again, with one commit for all that it works on. What
one that is gone has left behind, or given back, is free for any other.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from gateway.payments.subject import Kind, Subject


class Tended(Struct, frozen=True):
    """What came of saying that a process lives: what it has got, and how many others there are."""

    taken: Sequence[Subject]
    others: int


class ClaimLostError(Exception):
    """The process may have been struck off: another may work on what it works on."""


class ClaimLog(Protocol):
    """Claims and the processes that have them; `owner` is a process's id, new with each start.

    A log that records something new claims it in its own transaction, and drops the claim with the
    last step, by `gateway.storage.claims`. Concurrency: any number of processes; each subject has
    one owner at most.
    """

    async def enlist(self, owner: str, life_s: float) -> None:
        """Put a process on record. Without a sign of life it is gone after `life_s` seconds."""
        ...

    async def tend(self, owner: str, life_s: float, kinds: Sequence[Kind]) -> Tended | None:
        """Say that the process lives; give it what is free of these kinds.

        Processes that are past their time are struck off first. None: this one has been struck off,
        and nothing is its own any more.
        """
        ...

    async def adopt(self, kind: Kind, subjects: Sequence[str]) -> None:
        """See to it that each of these can be claimed; those that are known stay with their owner.

        For what was recorded without a claim: by an older version, or by hand.
        """
        ...

    async def reach(self, owner: str, subject: Subject) -> bool:
        """Claim what nobody has; True when the subject is the owner's now.

        Else another works on it, and is told that there is news.
        """
        ...

    async def news(self, owner: str) -> Sequence[Subject]:
        """Return what others have told of since the last call; what was returned is forgotten."""
        ...

    async def drop(self, subject: Subject) -> None:
        """Forget the claim: there is nothing left to do."""
        ...

    async def leave(self, owner: str) -> None:
        """Give everything back, and strike the process off."""
        ...
