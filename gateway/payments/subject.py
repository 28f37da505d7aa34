"""What one process at a time works on, and what one reader at a time is busy with."""

from enum import Enum

from msgspec import Struct


class Kind(Enum):
    """The kinds of work on record."""

    PAYMENT = "payment"
    REFUND = "refund"
    TASK = "task"
    ERRAND = "errand"
    WRITE_BACK = "write-back"


class Subject(Struct, frozen=True):
    """One piece of work: its kind, and its id in the journal, which is unique within the kind."""

    kind: Kind
    id: str
