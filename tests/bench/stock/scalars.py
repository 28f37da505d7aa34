"""Scalars that Strawberry does not bring along, or writes in another way."""

from datetime import UTC, datetime
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

CurrencyCode = NewType("CurrencyCode", str)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


SCALARS: dict[object, ScalarDefinition] = {
    CurrencyCode: strawberry.scalar(name="CurrencyCode", serialize=str, parse_value=str),
    datetime: strawberry.scalar(
        name="DateTime", serialize=_utc, parse_value=datetime.fromisoformat
    ),
}
