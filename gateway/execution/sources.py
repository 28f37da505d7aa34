"""What is known of a field's data beside its resolver: how to get it without visiting objects."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from graphql import GraphQLField, GraphQLObjectType, GraphQLResolveInfo

Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Attribute:
    """The value is an attribute of the parent; reading it has no effect, and it is no function."""

    name: str


def _as_given(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    return arguments


@dataclass(frozen=True, slots=True)
class Level:
    """The values of all parents of a level come from one call.

    `call(parents, info, arguments)` answers with a value, None or an exception for each parent, in
    their order, or promises to. Equal parents, that is the same object, are asked for once.
    `info.path` names the fields that lead there, without the indices of lists.

    A field with `needs` reads nothing of its parents but these attributes. `carries`, which takes
    what `call` takes, answers for each parent an object with what is already known of the value to
    come (a list of them where the field is a list), or None: the fields beneath that need no more
    than this start together with it. Both take the arguments as `prepare` makes them.
    """

    call: Callable[[Values, GraphQLResolveInfo[Any], Mapping[str, Any]], Values | Awaitable[Values]]
    needs: tuple[str, ...] = ()
    carries: Callable[[Values, GraphQLResolveInfo[Any], Mapping[str, Any]], Values] | None = None
    prepare: Callable[[Mapping[str, Any]], Mapping[str, Any]] = _as_given


class LookUp(Protocol):
    """Says what is known of a schema."""

    def source(self, field: GraphQLField) -> Attribute | Level | None:
        """How a field's data is got; None where only its resolver knows."""
        ...

    def classes(self, type_: GraphQLObjectType) -> Collection[type]:
        """Python classes whose every instance is of the type, so that `is_type_of` need not run."""
        ...


class NothingKnown:
    """Says nothing: every field is resolved as its schema says. Implements `LookUp`."""

    def source(self, field: GraphQLField) -> Attribute | Level | None:  # noqa: ARG002
        """See `LookUp.source`."""
        return None

    def classes(self, type_: GraphQLObjectType) -> Collection[type]:  # noqa: ARG002
        """See `LookUp.classes`."""
        return ()
