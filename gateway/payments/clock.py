"""The time, and the names of new things."""

import secrets
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.now(UTC)


class Names(Protocol):
    """Names new things, never twice the same."""

    def payment(self) -> str:
        """The id of a new payment."""
        ...

    def refund(self) -> str:
        """The id of a new refund."""
        ...


class RandomNames:
    """Ids of 96 random bits: they can be neither guessed nor counted."""

    def payment(self) -> str:
        """See `Names.payment`."""
        return f"pay_{secrets.token_hex(12)}"

    def refund(self) -> str:
        """See `Names.refund`."""
        return f"ref_{secrets.token_hex(12)}"
