"""Declares a data field once: a type takes the described fields of its domain record."""

import inspect
import types
from collections.abc import Callable
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import strawberry
from msgspec import Meta, Struct

T = TypeVar("T", bound=type)

_SHOWN_AS: dict[object, object] = {}
_RECORDS: dict[type, type[Struct]] = {}


def shows(record: type[Struct]) -> Callable[[T], T]:
    """Give the decorated class every described field of `record`, in the record's order.

    A field without a description stays inside. Goes under `@strawberry.type`; resolvers return the
    records themselves, whose attributes are then read by name. A record or enum in a field must
    have been shown before, or declared by `shown_as`.
    """

    def decorate(cls: T) -> T:
        own = dict(inspect.get_annotations(cls))
        taken: dict[str, Any] = {}
        for name, hint in get_type_hints(record, include_extras=True).items():
            description = _description(hint)
            if description is not None and name not in own:
                taken[name] = _translated(hint)
                setattr(cls, name, strawberry.field(description=description))
        cls.__annotations__ = {**taken, **own}
        _SHOWN_AS[record] = cls
        _RECORDS[cls] = record
        return cls

    return decorate


def record_of(graphql_type: type) -> type[Struct] | None:
    """The record that a type shows: its resolvers return nothing else. None where there is none."""
    return _RECORDS.get(graphql_type)


def shown_as(original: object, graphql_type: object) -> None:
    """Show `original` as `graphql_type` wherever a record has it."""
    _SHOWN_AS[original] = graphql_type


def _description(hint: object) -> str | None:
    if get_origin(hint) is not Annotated:
        return None
    return next((it.description for it in get_args(hint)[1:] if isinstance(it, Meta)), None)


def _translated(hint: Any) -> Any:
    if hint in _SHOWN_AS:
        return _SHOWN_AS[hint]
    origin = get_origin(hint)
    if origin is Annotated:
        return _translated(get_args(hint)[0])
    if origin in {Union, types.UnionType}:
        return Union[tuple(_translated(part) for part in get_args(hint))]  # noqa: UP007
    if origin is tuple:
        return list[_translated(get_args(hint)[0])]  # type: ignore[misc]
    return hint
