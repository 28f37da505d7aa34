"""Tells the followers of a payment, or of a reader's task, how it stands."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, Protocol

from typing_extensions import TypeVar

from schema.domain.payment import PaymentRecord

_KEPT = 16  # more states than a payment passes through while a client reads one message


class Named(Protocol):
    """Something that has an id."""

    @property
    def id(self) -> str:
        """Its id."""
        ...


T = TypeVar("T", bound=Named, default=PaymentRecord)


class Follower(Generic[T]):
    """One who follows a payment. What they have not read in time gives way to what is newer."""

    def __init__(self) -> None:
        self._kept: deque[T] = deque(maxlen=_KEPT)
        self._ready = asyncio.Event()

    def tell(self, record: T) -> None:
        """Keep a state until it is read."""
        self._kept.append(record)
        self._ready.set()

    async def next(self) -> T:
        """Return the oldest state not read yet; wait for one."""
        await self._ready.wait()
        record = self._kept.popleft()
        if not self._kept:
            self._ready.clear()
        return record


class Changes(Generic[T]):
    """Who follows which payment, in this process."""

    def __init__(self) -> None:
        self._followers: dict[str, set[Follower[T]]] = {}

    def followed(self, payment: str) -> bool:
        """Whether anybody follows the payment."""
        return payment in self._followers

    def publish(self, record: T) -> None:
        """Tell everybody who follows the payment; nobody is waited for."""
        for follower in self._followers.get(record.id, ()):
            follower.tell(record)

    @contextmanager
    def follow(self, payment: str) -> Iterator[Follower[T]]:
        """Follow a payment from now on."""
        follower: Follower[T] = Follower()
        self._followers.setdefault(payment, set()).add(follower)
        try:
            yield follower
        finally:
            rest = self._followers[payment]
            rest.discard(follower)
            if not rest:
                del self._followers[payment]
