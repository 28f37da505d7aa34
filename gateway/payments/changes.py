"""Tells the followers of a payment how it stands."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from schema.domain.payment import PaymentRecord

_KEPT = 16  # more states than a payment passes through while a client reads one message


class Follower:
    """One who follows a payment. What they have not read in time gives way to what is newer."""

    def __init__(self) -> None:
        self._kept: deque[PaymentRecord] = deque(maxlen=_KEPT)
        self._ready = asyncio.Event()

    def tell(self, record: PaymentRecord) -> None:
        """Keep a state until it is read."""
        self._kept.append(record)
        self._ready.set()

    async def next(self) -> PaymentRecord:
        """Return the oldest state not read yet; wait for one."""
        await self._ready.wait()
        record = self._kept.popleft()
        if not self._kept:
            self._ready.clear()
        return record


class Changes:
    """Who follows which payment, in this process."""

    def __init__(self) -> None:
        self._followers: dict[str, set[Follower]] = {}

    def followed(self, payment: str) -> bool:
        """Whether anybody follows the payment."""
        return payment in self._followers

    def publish(self, record: PaymentRecord) -> None:
        """Tell everybody who follows the payment; nobody is waited for."""
        for follower in self._followers.get(record.id, ()):
            follower.tell(record)

    @contextmanager
    def follow(self, payment: str) -> Iterator[Follower]:
        """Follow a payment from now on."""
        follower = Follower()
        self._followers.setdefault(payment, set()).add(follower)
        try:
            yield follower
        finally:
            rest = self._followers[payment]
            rest.discard(follower)
            if not rest:
                del self._followers[payment]
