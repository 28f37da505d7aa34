"""Values of arguments: literals in a document, variables, and what is given for those."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
)

from tests.unit.gateway.execution.differential.choices import Choices
from tests.unit.gateway.execution.differential.inputs import nullable

_DEEPEST = 2

WORDS: Mapping[str, Sequence[Any]] = {
    "Int": (0, 7, -2),
    "String": ("", "tea", "é\n\u2028"),
    "Boolean": (False, True),
    "ID": ("a", 17),
    "Float": (0.5, 3, -1e9),
    "Odd": (0, 3, 5),
    "Any": (1, "b", {"k": [1, None]}, [True]),
}
"""By the name of the scalar, or of the argument or input field."""

_NONSENSE: tuple[Any, ...] = ("nonsense", -1, 2**40, [], {}, {"low": "x"}, [None], 1.5, True)


@dataclass(frozen=True)
class Enumerator:
    """The name of an enum's value, which is written without quotes."""

    name: str


@dataclass(frozen=True)
class Variable:
    """One that a document declares; `default` is its literal."""

    name: str
    type: GraphQLInputType
    default: str | None


class Literals:
    """Writes values. `variables` are those that were used so far, by name."""

    def __init__(self, choices: Choices, words: Mapping[str, Sequence[Any]] = WORDS) -> None:
        self.variables: dict[str, Variable] = {}
        self.used: set[str] = set()
        self._choices = choices
        self._words = words

    def argument(self, type_: GraphQLInputType, *, name: str, has_default: bool) -> str:
        """The literal of an argument, with variables in it or as a whole."""
        return self._written(type_, name, 0, has_default=has_default)

    def constant(self, type_: GraphQLInputType, *, name: str = "") -> str:
        """A literal without variables."""
        return written(self.given(type_, name=name))

    def condition(self) -> str:
        """The literal of an `if`."""
        choices = self._choices
        if choices.chance(50):
            return choices.one_of(["false", "true"])
        boolean = GraphQLNonNull(GraphQLBoolean)
        return self._variable(boolean, "if", has_default=False)

    def given(self, type_: GraphQLInputType, *, name: str = "", depth: int = 0) -> Any:
        """A value that may be given for a variable of the type. Enums: see `Enumerator`."""
        choices = self._choices
        if not isinstance(type_, GraphQLNonNull) and choices.chance(12):
            return None
        type_ = nullable(type_)
        if isinstance(type_, GraphQLList):
            if choices.chance(15) and not isinstance(nullable(type_.of_type), GraphQLList):
                found = self.given(type_.of_type, name=name, depth=depth)
                if not isinstance(found, list):
                    return found
            return [
                self.given(type_.of_type, name=name, depth=depth)
                for _ in range(choices.number(0, 2))
            ]
        if isinstance(type_, GraphQLInputObjectType):
            return {
                field: self.given(self._field_type(type_, field), name=field, depth=depth + 1)
                for field in self._fields(type_, depth)
            }
        if isinstance(type_, GraphQLEnumType):
            return Enumerator(choices.one_of(list(type_.values)))
        return choices.one_of(self._words.get(name) or self._words[str(type_)])

    def _written(
        self,
        type_: GraphQLInputType,
        name: str,
        depth: int,
        *,
        has_default: bool = False,
        is_strict: bool = False,
    ) -> str:
        choices = self._choices
        if choices.chance(25):
            return self._variable(type_, name, has_default=has_default, is_strict=is_strict)
        inner: Any = nullable(type_)
        if str(inner) == "Any" and choices.chance(30):
            # Within a scalar of somebody's own a variable of any type may stand.
            variable = self._variable(GraphQLInt, name, has_default=False)
            return choices.one_of([f"[{variable}]", f"{{k: {variable}}}"])
        if isinstance(inner, GraphQLList) and choices.chance(60):
            items = [self._written(inner.of_type, name, depth) for _ in range(choices.number(0, 2))]
            return f"[{', '.join(items)}]"
        if isinstance(inner, GraphQLInputObjectType) and choices.chance(60):
            return self._object(inner, depth + 1)
        return written(self.given(type_, name=name, depth=depth))

    def _object(self, type_: GraphQLInputObjectType, depth: int) -> str:
        entries = []
        for name in self._fields(type_, depth):
            wanted = self._field_type(type_, name)
            has_default = type_.fields[name].default_value is not Undefined
            value = self._written(
                wanted, name, depth, has_default=has_default, is_strict=type_.is_one_of
            )
            entries.append(f"{name}: {value}")
        return f"{{{', '.join(entries)}}}"

    def _fields(self, type_: GraphQLInputObjectType, depth: int) -> list[str]:
        choices = self._choices
        if type_.is_one_of:
            return [choices.one_of(list(type_.fields))]
        return [
            name
            for name, field in type_.fields.items()
            if isinstance(field.type, GraphQLNonNull) or (depth < _DEEPEST and choices.chance(40))
        ]

    def _field_type(self, type_: GraphQLInputObjectType, field: str) -> Any:
        found = type_.fields[field].type
        return GraphQLNonNull(found) if type_.is_one_of else found

    def _variable(
        self, type_: GraphQLInputType, name: str, *, has_default: bool, is_strict: bool = False
    ) -> str:
        """A variable that may stand where the type is wanted."""
        choices = self._choices
        wanted: Any = type_
        default = None
        if is_strict:
            pass
        # A nullable one may stand where null may not, if either has a default.
        elif isinstance(type_, GraphQLNonNull) and choices.chance(40):
            if has_default and choices.chance(50):
                wanted = type_.of_type
            else:
                default = written(self.given(type_, name=name))
                wanted = choices.one_of([type_.of_type, type_])
        elif not isinstance(type_, GraphQLNonNull) and choices.chance(30):
            if choices.chance(50):
                wanted = GraphQLNonNull(type_)
            else:
                default = self.constant(type_, name=name)
        same = [
            it
            for it in self.variables.values()
            if str(it.type) == str(wanted)
            and (default is None) == (it.default is None)
            and it.default != "null"
        ]
        if same and choices.chance(50):
            found = choices.one_of(same)
        else:
            found = Variable(f"v{len(self.variables)}", wanted, default)
            self.variables[found.name] = found
        self.used.add(found.name)
        return f"${found.name}"


def given_for(
    choices: Choices,
    variables: Sequence[Variable],
    words: Mapping[str, Sequence[Any]] = WORDS,
    *,
    careless: bool = False,
) -> dict[str, Any]:
    """Values for variables, some of them left out; careless ones may be null, or nonsense."""
    given: dict[str, Any] = {}
    for variable in variables:
        what = choices.number(0, 99)
        is_required = isinstance(variable.type, GraphQLNonNull) and variable.default is None
        if careless and what >= 90:
            given[variable.name] = choices.one_of(_NONSENSE)
        elif careless and what >= 70:
            given[variable.name] = None
        elif is_required or what < 65:
            given[variable.name] = as_given(Literals(choices, words).given(variable.type))
    if choices.chance(5):
        given["unknown"] = 1
    return given


def written(value: Any) -> str:
    """A value as a literal."""
    if isinstance(value, Enumerator):
        return value.name
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {written(it)}' for name, it in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)


def as_given(value: Any) -> Any:
    """A value as JSON brings it."""
    if isinstance(value, Enumerator):
        return value.name
    if isinstance(value, list):
        return [as_given(it) for it in value]
    if isinstance(value, dict):
        return {name: as_given(it) for name, it in value.items()}
    return value
