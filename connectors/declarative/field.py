"""One field: from where its value comes, and what it becomes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Any

from connectors.declarative import conversion
from connectors.declarative.closure import Find
from connectors.declarative.conversion import Convert, UnfitError
from connectors.declarative.expression import found_by
from connectors.declarative.model.field import (
    MoneyField,
    NumberField,
    TextField,
    TimeField,
    ValueField,
    WrittenField,
)
from connectors.declarative.model.records import RecordField
from connectors.declarative.moment import day, moment
from connectors.declarative.terms import MappingError, Terms
from connectors.sdk.reading import drift
from schema.domain.errors import NotFound
from schema.domain.money import Money
from schema.domain.reference import SourceRef

Read = Callable[[Any], Any]
"""From a system's record to a field's value; None where it has none."""


class _ElsewhereError(Exception):
    """A value that the configuration's map lacks."""


def reader(
    field: RecordField, spec: Any, terms: Terms, where: str, *, is_needed: bool = False
) -> Read:
    """How one field is read; `where` names it in errors.

    Where it is needed, a missing value is a record in an unknown form.
    """
    try:
        if isinstance(spec, MoneyField):
            return _money(spec, terms, where, is_needed=is_needed)
        convert = _converter(field, spec, terms)
        return _reading(spec, convert, terms, where, is_needed=is_needed)
    except ValueError as error:
        raise MappingError((), str(error)) from error


def needed(read: Read, where: str) -> Read:
    """The same, where a missing value is a record in an unknown form."""

    def reading(row: Any) -> Any:
        value = read(row)
        if value is None:
            raise drift(where, "missing")
        return value

    return reading


def constant(value: Any) -> Read:
    """A value that no record changes."""
    return lambda _row: value


def _reading(
    spec: ValueField, convert: Convert, terms: Terms, where: str, *, is_needed: bool
) -> Read:
    if "value" in spec.model_fields_set:
        return _fixed(spec.value, convert, terms, is_needed=is_needed)
    find = found_by(spec.path) if spec.path else _called(spec.python or "", terms, where)
    default = None if spec.default is None else convert(spec.default)

    def read(row: Any) -> Any:
        found = find(row)
        try:
            value = None if found is None else convert(found)
        except ValueError as error:
            raise drift(where, str(error)) from None
        except _ElsewhereError:
            if is_needed:
                raise NotFound(f"{where}: the configuration's map has no such value") from None
            value = None
        if value is None:
            value = default
            if value is None and is_needed:
                raise drift(where, "missing")
        return value

    return read


def _fixed(given: Any, convert: Convert, terms: Terms, *, is_needed: bool) -> Read:
    if isinstance(given, str):
        given = terms.filled(given, trial="")
    if terms.is_trial and given == "":
        return constant(None)
    made = None if given is None else convert(given)
    if made is None and is_needed:
        raise UnfitError("missing")
    return constant(made)


def _called(name: str, terms: Terms, where: str) -> Find:
    function = terms.function(name)

    def find(row: Any) -> Any:
        try:
            return function(row)
        except Exception as error:  # noqa: BLE001 - an author's function may raise anything
            # Its text may quote the record, so it is not chained.
            raise drift(where, f"{name} raised {type(error).__name__}") from None

    return find


def _money(spec: MoneyField, terms: Terms, where: str, *, is_needed: bool) -> Read:
    code = currency_of(spec, terms, where)
    convert = conversion.amount(is_minor=spec.money == "minor")
    if "value" in spec.currency.model_fields_set:
        fixed = partial(convert, code=code(None))
        return _reading(spec, fixed, terms, where, is_needed=is_needed)
    find = _reading(spec, _as_it_is, terms, where, is_needed=is_needed)
    read = _with_currency(find, convert, code, where)
    return needed(read, where) if is_needed else read


def _with_currency(find: Read, convert: Callable[..., Any], code: Read, where: str) -> Read:
    def read(row: Any) -> Money | None:
        found = find(row)
        if found is None:
            return None
        try:
            return convert(found, code=code(row))  # type: ignore[no-any-return] # `amount` gives it
        except ValueError as error:
            raise drift(where, str(error)) from None

    return read


def currency_of(spec: MoneyField, terms: Terms, where: str) -> Read:
    """How the currency of an amount is read."""
    table = _table(spec.currency, conversion.currency, terms)
    convert = conversion.currency if table is None else partial(_looked_up, table)
    place = f"{where}.currency"
    return _reading(spec.currency, convert, terms, place, is_needed=True)


def _as_it_is(value: Any) -> Any:
    return value


def _converter(field: RecordField, spec: ValueField, terms: Terms) -> Convert:
    one = _of_kind(field.kind, spec, terms)
    table = _table(spec, one, terms)
    if table is not None:
        one = partial(_looked_up, table)
        if spec.map is not None and not spec.complete:
            one = partial(_ours, table)
    if isinstance(spec, WrittenField) and spec.pattern is not None:
        one = conversion.fitting(spec.pattern, one)
    return _each(one) if field.many else one


def _of_kind(kind: type, spec: ValueField, terms: Terms) -> Convert:
    if issubclass(kind, SourceRef):
        plain = conversion.text(trim=spec.trim)
        return lambda value: None if (it := plain(value)) is None else SourceRef(terms.source, it)
    if issubclass(kind, Enum):
        return partial(_looked_up, {member.value: member for member in kind})
    if isinstance(spec, TimeField):
        return _time(kind, spec, terms)
    if isinstance(spec, NumberField):
        number = _number(kind, spec.scale)
        return conversion.ungrouped(spec.thousands, number) if spec.thousands else number
    return conversion.flag if issubclass(kind, bool) else _text(spec, terms)


def _time(kind: type, spec: TimeField, terms: Terms) -> Convert:
    if issubclass(kind, datetime):
        return moment(spec.time, terms.zone(spec.zone) if spec.zone else None)
    return day(spec.time)


def _number(kind: type, scale: int) -> Convert:
    if issubclass(kind, Decimal):
        return conversion.fraction(scale)
    return conversion.whole(scale) if issubclass(kind, int) else conversion.real(scale)


def _text(spec: ValueField, terms: Terms) -> Convert:
    if isinstance(spec, TextField):
        if spec.email:
            return conversion.email
        if spec.region:
            return conversion.phone(terms.filled(spec.region, trial="JP"))
    return conversion.text(trim=spec.trim)


def _table(spec: ValueField, convert: Convert, terms: Terms) -> Mapping[str, Any] | None:
    """The words that a field knows, each with what it becomes."""
    if spec.map is not None:
        return {theirs: convert(ours) for theirs, ours in terms.backwards(spec.map).items()}
    if spec.enum is None:
        return None
    words = terms.enums.get(spec.enum, {})  # the loader tells of one that is not there
    try:
        return {theirs: None if ours is None else convert(ours) for theirs, ours in words.items()}
    except ValueError as error:
        raise MappingError(
            ("enum",), f"the table has a word of ours that is none: {error}"
        ) from None


def _looked_up(table: Mapping[str, Any], value: Any) -> Any:
    try:
        return table[_word(value)]
    except KeyError:
        raise UnfitError(f"none of the {len(table)} known words") from None


def _ours(table: Mapping[str, Any], value: Any) -> Any:
    try:
        return table[_word(value)]
    except KeyError:
        raise _ElsewhereError from None


def _word(value: Any) -> str:
    """A word as a key of YAML is written."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    raise UnfitError("expected a word or a whole number")


def _each(one: Convert) -> Convert:
    def convert(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise UnfitError("expected a list")
        return tuple(made for it in value if it is not None and (made := one(it)) is not None)

    return convert
