"""Column types that both databases give back as they were given."""

from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeVar

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

E = TypeVar("E", bound=Enum)


class UtcTime(TypeDecorator[datetime]):
    """A moment, to the microsecond. SQLite keeps no zone, so everything is UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        return value.astimezone(UTC) if value is not None else None

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """To an aware time."""
        return value.replace(tzinfo=UTC) if value is not None else None


class Named(TypeDecorator[Enum]):
    """A member of an enum, by its name: readable in the database, and free of its own types."""

    impl = String(32)
    cache_ok = True

    def __init__(self, kind: type[Enum]) -> None:
        super().__init__()
        self.kind = kind

    @override
    def process_bind_param(self, value: Enum | None, dialect: Dialect) -> str | None:
        """To the name."""
        return value.name if value is not None else None

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> Enum | None:
        """To the member."""
        return self.kind[value] if value is not None else None
