"""A model for each of our records, made from the record itself: a field is declared once."""

import types
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct
from pydantic import Field, create_model

from connectors.declarative.model.field import (
    EachField,
    MoneyField,
    NumberField,
    PartField,
    TextField,
    TimeField,
    ValueField,
)
from connectors.declarative.model.part import Part
from schema.domain.change import ChangeRecord
from schema.domain.coupon import CouponRecord
from schema.domain.customer import CustomerRecord
from schema.domain.loyalty import LoyaltyRecord
from schema.domain.money import Money
from schema.domain.order import OrderRecord
from schema.domain.product import ProductRecord, VariantRecord
from schema.domain.reference import SourceRef
from schema.domain.reservation import ReservationRecord
from schema.domain.returns import ReturnRecord
from schema.domain.stock import IncomingRecord, StockRecord
from schema.domain.store import StoreRecord

RECORDS: Mapping[str, type[Struct]] = {
    "customer": CustomerRecord,
    "order": OrderRecord,
    "variant": VariantRecord,
    "product": ProductRecord,
    "store": StoreRecord,
    "stock": StockRecord,
    "incoming": IncomingRecord,
    "loyalty": LoyaltyRecord,
    "coupon": CouponRecord,
    "reservation": ReservationRecord,
    "return": ReturnRecord,
    "change": ChangeRecord,
}
# What can be told without the system: when it was asked, what it has recorded as paid (nothing),
# and the id of what has a SKU and a store.
_NOT_NEEDED = {"as_of", "paid"}
# What only the engine fills.
_NOT_OURS = {"missing"}


class RecordField(Struct, frozen=True):
    """One field of a record: its name in the file, its type, and whether it may be empty.

    `inner` is the record within it, `many` that it holds a tuple.
    """

    name: str
    kind: type
    optional: bool
    many: bool
    has_default: bool
    default: Any
    description: str


@cache
def fields_of(record: type[Struct]) -> tuple[RecordField, ...]:
    """The fields of a record that a file may fill. `ref` is named `id`."""
    hints = get_type_hints(record, include_extras=True)
    found = []
    for field in msgspec.structs.fields(record):
        if field.name in _NOT_OURS:
            continue
        kind, optional, many, description = _unwrapped(hints[field.name])
        found.append(
            RecordField(
                name="id" if field.name == "ref" else field.name,
                kind=kind,
                optional=optional,
                many=many,
                has_default=not field.required,
                default=None if field.default is msgspec.NODEFAULT else field.default,
                description=description,
            )
        )
    return tuple(found)


@cache
def model_of(record: type[Struct]) -> type[Part]:
    """How a file fills a record."""
    names = {field.name for field in fields_of(record)}
    definitions: dict[str, Any] = {}
    for field in fields_of(record):
        kind = _field_model(field)
        needless = field.name in _NOT_NEEDED or (field.name == "id" and {"sku", "store"} <= names)
        if field.optional or field.has_default or needless:
            kind, default = kind | None, None
        else:
            default = ...
        told = Field(default=default, description=field.description or None)
        definitions[field.name] = (kind, told)
    made: type[Part] = create_model(
        record.__name__, __base__=Part, __doc__=record.__doc__, **definitions
    )
    return made


def _field_model(field: RecordField) -> Any:
    if field.many and issubclass(field.kind, Struct):
        return EachField[model_of(field.kind)]  # type: ignore[misc] # made while running
    if field.kind is Money:
        return MoneyField
    if issubclass(field.kind, Struct) and field.kind is not SourceRef:
        return PartField[model_of(field.kind)]  # type: ignore[misc] # made while running
    if issubclass(field.kind, Enum | bool):
        return ValueField
    if issubclass(field.kind, int | float | Decimal):
        return NumberField
    return TimeField if issubclass(field.kind, datetime | date) else TextField


def _unwrapped(hint: Any) -> tuple[type, bool, bool, str]:
    """A field's type without what stands around it: (type, optional, many, description)."""
    optional = many = False
    description = ""
    while True:
        if get_origin(hint) is Annotated:
            hint, *notes = get_args(hint)
            told = [it.description for it in notes if isinstance(it, Meta) and it.description]
            description = told[0] if told else description
        elif get_origin(hint) in {Union, types.UnionType}:
            optional = True
            hint = next(it for it in get_args(hint) if it is not type(None))
        elif get_origin(hint) is tuple:
            many = True
            hint = get_args(hint)[0]
        else:
            return hint, optional, many, description


_PARTS: dict[str, Any] = {
    name: (model_of(record) | None, Field(default=None, description=record.__doc__))
    for name, record in RECORDS.items()
}
Records: Any = create_model(
    "Records", __base__=Part, __doc__="How each of our records is filled from theirs.", **_PARTS
)
