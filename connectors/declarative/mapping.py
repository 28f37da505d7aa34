"""From a system's records to ours, compiled once. Pure: no I/O, no clock."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import replace

from connectors.declarative.expression import PARENT, found_by
from connectors.declarative.field import Read, constant, currency_of, reader
from connectors.declarative.model.field import EachField, MoneyField, PartField
from connectors.declarative.model.part import UP, Part
from connectors.declarative.model.records import RecordField, fields_of
from connectors.declarative.terms import MappingError, Terms
from connectors.sdk.reading import drift
from schema.domain.customer import CustomerLink
from schema.domain.errors import SchemaDrift
from schema.domain.money import Money
from schema.domain.reference import SourceRef

Make = Callable[[Any, datetime], Any]
"""From a system's record, and when it was asked, to one of ours.

Raises:
    SchemaDrift: A field has another form. It is named; its value is not.
    NotFound: The record is of something that the configuration does not map, such as a store.
"""


def compiled(name: str, record: type[Struct], spec: Part, terms: Terms) -> Make:
    """How a record is made.

    Raises:
        MappingError: The file is wrong in a way that its form does not show.
    """
    fields = fields_of(record)
    readers = _readers(record, spec, terms, name)
    at = next((place for place, field in enumerate(fields) if field.name == "as_of"), None)

    if at is None:
        return lambda row, _asked_at: record(*[read(row) for read in readers])
    if getattr(spec, "as_of", None) is not None:
        return lambda row, _asked_at: record(*[read(row) for read in readers])
    del readers[at]

    def make(row: Any, asked_at: datetime) -> Any:
        values = [read(row) for read in readers]
        values.insert(at, asked_at)
        return record(*values)

    return make


def paths_above(part: Part, key: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The keys of the paths that lead out of what a part is filled from."""
    for name, value in part:
        if name in {"path", "each"} and isinstance(value, str) and value.startswith(UP):
            yield (*key, name)
        elif isinstance(value, Part) and not isinstance(part, EachField):
            yield from paths_above(value, (*key, name))


def _of_field(field: RecordField, spec: Part, terms: Terms, within: str) -> Read:
    given = getattr(spec, field.name, None)
    if given is None:
        return _untold(field, spec, terms, within)
    is_needed = not (field.optional or field.many) or getattr(given, "required", False)
    try:
        where = _place(within, field, given)
        if isinstance(given, EachField):
            return _each(field, given, terms, where)
        if isinstance(given, PartField):
            read = _part(field.kind, given, terms, where)
        else:
            read = reader(field, given, terms, where, is_needed=is_needed)
    except MappingError as error:
        raise MappingError((field.name, *error.key), error.message) from error
    return _or(read, ()) if field.many else read


def _untold(field: RecordField, spec: Part, terms: Terms, within: str) -> Read:
    """What a field holds that the file does not fill."""
    if field.name == "paid" and isinstance(total := getattr(spec, "total", None), MoneyField):
        code = currency_of(total, terms, f"{within}.total")
        return lambda row: Money(0, code(row))
    return constant(() if field.many else field.default)


def _by_sku(source: str, sku: Read, store: Read) -> Read:
    """The id of what has a SKU in a store."""
    return lambda row: SourceRef(source, f"{store(row)}/{sku(row)}")


def _or(read: Read, instead: Any) -> Read:
    def reading(row: Any) -> Any:
        value = read(row)
        return instead if value is None else value

    return reading


def _each(field: RecordField, spec: EachField[Any], terms: Terms, where: str) -> Read:
    find = found_by(spec.each)
    kind, sees_parent = field.kind, any(paths_above(spec.fields))
    try:
        readers = _readers(kind, spec.fields, terms, "")
    except MappingError as error:
        raise MappingError(("fields", *error.key), error.message) from error

    def read(row: Any) -> Any:
        found = find(row)
        if found is None or not isinstance(found, list):
            raise drift(where, "missing" if found is None else "expected a list")
        made = []
        for at, each in enumerate(found):
            above = sees_parent and isinstance(each, dict)
            element = {**each, PARENT: row} if above else each
            try:
                made.append(kind(*[read(element) for read in readers]))
            except SchemaDrift as error:
                raise drift(f"{where}[{at}]", str(error).lstrip(".")) from None
        return tuple(made)

    return read


def _readers(record: type[Struct], spec: Part, terms: Terms, within: str) -> list[Read]:
    fields = fields_of(record)
    readers = [_of_field(field, spec, terms, within) for field in fields]
    places = {field.name: at for at, field in enumerate(fields)}
    if "id" in places and getattr(spec, "id", None) is None and places.keys() >= {"sku", "store"}:
        sku, store = (readers[places[name]] for name in ("sku", "store"))
        readers[places["id"]] = _by_sku(terms.source, sku, store)
    return readers


def _part(kind: type, spec: PartField[Any], terms: Terms, where: str) -> Read:
    """A record within the record, None where all of its fields are empty."""
    record = cast("type[Struct]", kind)  # `RecordField.kind` of a part is one
    if record is CustomerLink and terms.customers is not None:
        terms = replace(terms, source=terms.customers)
    fields = fields_of(record)
    given = [getattr(spec.fields, field.name) for field in fields]
    try:
        readers = [
            constant(None) if it is None else reader(field, it, terms, _place(where, field, it))
            for field, it in zip(fields, given, strict=True)
        ]
    except MappingError as error:
        raise MappingError(("fields", *error.key), error.message) from error
    names = [f"{where}.{field.name}" for field in fields if not field.optional]
    must = [at for at, field in enumerate(fields) if not field.optional]

    def read(row: Any) -> Any:
        values = [read(row) for read in readers]
        if all(value is None for value in values):
            return None
        for at, name in zip(must, names, strict=True):
            if values[at] is None:
                raise drift(name, "missing")
        return record(*values)

    return read


def _place(within: str, field: RecordField, spec: Any) -> str:
    """The name of a field in errors: ours, and the path that the file gives."""
    path = getattr(spec, "path", None) or getattr(spec, "each", None)
    name = f"{within}.{field.name}" if within else field.name
    return f"{name} ({path})" if path else name
