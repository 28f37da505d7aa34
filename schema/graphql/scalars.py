"""Scalars of the graph."""

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

CurrencyCode = NewType("CurrencyCode", str)

_NO_DECIMAL = 'expected a decimal number as a string, such as "49.90"'
_CURRENCY = re.compile(r"[A-Z]{3}")


def _currency(value: object) -> str:
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise ValueError("expected an ISO 4217 code of three capital letters, such as JPY")
    return value


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(_NO_DECIMAL)  # noqa: TRY004 - graphql-core takes any error alike
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(_NO_DECIMAL) from error


def _datetime(value: object) -> datetime:
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    raise ValueError("expected an ISO 8601 time with its zone, such as 2026-01-31T09:00:00Z")


def _utc(moment: datetime) -> str:
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return in_utc.isoformat().replace("+00:00", "Z")


SCALARS: dict[object, ScalarDefinition] = {
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode",
        description="ISO 4217 currency code in capital letters, such as JPY.",
        serialize=str,
        parse_value=_currency,
        specified_by_url="https://www.iso.org/iso-4217-currency-codes.html",
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact decimal number, written as a string.",
        serialize=str,
        parse_value=_decimal,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment in UTC, ISO 8601: 2026-01-31T09:00:00Z.",
        serialize=_utc,
        parse_value=_datetime,
    ),
}
