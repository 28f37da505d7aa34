"""Messages that systems send by themselves."""

from datetime import datetime

from msgspec import Struct

from schema.domain.change import ChangeRecord


class EventRecord(Struct, frozen=True):
    """A genuine message: what it says has changed.

    `id` is the system's own and tells a message that comes twice; `at` is when it was made (UTC).
    """

    id: str
    at: datetime
    changes: tuple[ChangeRecord, ...]
