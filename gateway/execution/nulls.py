"""Failures become errors with paths, and null spreads as far as the types say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, GraphQLList, GraphQLNonNull, located_error

from gateway.execution.frame import Frame, Step
from gateway.execution.plan import FieldPlan

_LAST = 1 << 62
Keys = tuple[str | int, ...]


@dataclass(slots=True)
class Failure:
    """A value that failed: of one object's field, or of an item in its lists."""

    frame: Frame
    number: int
    field: FieldPlan
    indices: tuple[int, ...]
    error: Exception
    after: bool
    """Whether values beneath it came before it failed."""

    def chains(self) -> Iterator[list[Step]]:
        """Every way from the root to the value."""
        for chain in self.frame.chains(self.number):
            yield [*chain, (self.field, self.indices)]


def spread(
    data: dict[str, Any], failures: Sequence[Failure], *, propagates: bool
) -> tuple[Any, list[GraphQLError]]:
    """The data with its nulls, and the errors, in the order of the document.

    A failure within what is null already is not told: its place is no part of the answer.
    """
    every = [(chain, failure) for failure in failures for chain in failure.chains()]
    every.sort(key=lambda it: _order(*it))
    nulled: set[Keys] = set()
    errors: list[GraphQLError] = []
    for chain, failure in every:
        keys = _keys(chain)
        null = keys[: _null_depth(chain)] if propagates else keys
        if any(null[:depth] in nulled for depth in range(len(null) + 1)):
            continue
        nulled.add(null)
        errors.append(located_error(failure.error, failure.field.nodes, list(keys)))
        _put_null(data, null)
    return (None if () in nulled else data), errors


def reaches_root(failures: Sequence[Failure]) -> bool:
    """Whether one of the failures makes the whole answer null."""
    return any(_null_depth(chain) == 0 for it in failures for chain in it.chains())


def _keys(chain: Sequence[Step]) -> Keys:
    keys: list[str | int] = []
    for field, indices in chain:
        keys += [field.key, *indices]
    return tuple(keys)


def _order(chain: Sequence[Step], failure: Failure) -> tuple[int, ...]:
    order = [key for field, indices in chain for key in (field.index, *indices)]
    return (*order, _LAST) if failure.after else tuple(order)


def _null_depth(chain: Sequence[Step]) -> int:
    """How many keys lead to the value that is null: the innermost that may be. 0 is all."""
    depth = sum(1 + len(indices) for _, indices in chain)
    for field, indices in reversed(chain):
        for type_ in reversed(_types(field.type, len(indices))):
            if not isinstance(type_, GraphQLNonNull):
                return depth
            depth -= 1
    return 0


def _types(type_: Any, lists: int) -> list[Any]:
    """A field's type, and those of its items, as many lists deep."""
    types = [type_]
    for _ in range(lists):
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if not isinstance(inner, GraphQLList):
            break
        type_ = inner.of_type
        types.append(type_)
    return types


def _put_null(data: Any, keys: Keys) -> None:
    for key in keys[:-1]:
        if data is None:  # a list that failed after this item of it
            return
        data = data[key]
    if keys and data is not None:
        data[keys[-1]] = None
