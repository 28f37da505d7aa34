"""Payments that were made online, on record once they were found at the provider."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the journal is made of logs, this one among them
    from gateway.payments.journal import Payment


class OnlineLog(Protocol):
    """Online payments. From then on they are payments like any other."""

    async def keep_online(self, payment: "Payment", note: str) -> "Payment":
        """Record a payment that is paid already; return the one on record of its intent."""
        ...
