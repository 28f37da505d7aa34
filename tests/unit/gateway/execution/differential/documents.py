"""Documents that are valid for a schema."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationType,
    Undefined,
    get_named_type,
    is_composite_type,
    is_leaf_type,
)

from tests.unit.gateway.execution.differential.choices import Choices
from tests.unit.gateway.execution.differential.literals import WORDS, Literals, Variable

TYPENAME = "__typename"
_ALIASES = ("x", "y", "a", "count", "other", "None")


@dataclass(frozen=True)
class Told:
    """What stands under a key of the answer."""

    parent: GraphQLNamedType
    field: str
    arguments: str
    type: str

    def agrees(self, other: "Told") -> bool:
        """Whether both may stand under the same key, wherever they do."""
        if self.type != other.type:
            return False
        if (self.field, self.arguments) == (other.field, other.arguments):
            return True
        are_objects = all(isinstance(it.parent, GraphQLObjectType) for it in (self, other))
        return are_objects and self.parent is not other.parent


@dataclass(frozen=True)
class Fragment:
    """A fragment with the variables that it needs."""

    name: str
    type: GraphQLNamedType
    text: str
    variables: frozenset[str]
    many: int


@dataclass(frozen=True)
class Document:
    """A document; `operations` has the variables of each by its name, None where it has none."""

    text: str
    operations: Mapping[str | None, Sequence[Variable]]
    kinds: Mapping[str | None, OperationType]


class Documents:
    """Writes one document: at most `fields` fields, `depth` deep, without those `left_out`."""

    def __init__(
        self,
        choices: Choices,
        schema: GraphQLSchema,
        *,
        words: Mapping[str, Sequence[Any]] = WORDS,
        fields: int = 25,
        depth: int = 4,
        left_out: Collection[str] = (),
        introspects: int = 4,
    ) -> None:
        self._choices = choices
        self._schema = schema
        self.literals = Literals(choices, words)
        self._most = fields
        self._left = fields
        self._depth = depth
        self._left_out = left_out
        self._introspects = introspects
        self._keys: dict[str, list[Told]] = {}
        self._asked: dict[tuple[str, str], list[str]] = {}
        self._fragments: list[Fragment] = []
        self._tags = schema.get_directive("tag") is not None

    def document(self, kinds: Sequence[OperationType]) -> Document:
        """The document."""
        choices = self._choices
        many = 2 if choices.chance(15) else 1
        texts: list[str] = []
        operations: dict[str | None, Sequence[Variable]] = {}
        told: dict[str | None, OperationType] = {}
        for number in range(many):
            self._left = self._most
            kind = choices.one_of(kinds)
            name = f"Op{number}" if many > 1 or choices.chance(30) else None
            text, variables = self._operation(kind, name)
            texts.append(text)
            operations[name] = variables
            told[name] = kind
        fragments = [f"fragment {it.name} on {it.type} {it.text}" for it in self._fragments]
        parts = [*texts, *fragments]
        if choices.chance(20):
            parts.reverse()
        return Document("\n".join(parts), operations, told)

    def _operation(self, kind: OperationType, name: str | None) -> tuple[str, Sequence[Variable]]:
        root = self._schema.get_root_type(kind)
        literals = self.literals
        literals.used = set()
        if kind is OperationType.SUBSCRIPTION:
            # It has one field, which no condition may take away.
            fields = [it for it in root.fields if it not in self._left_out]  # type: ignore[union-attr]
            chosen = self._choices.one_of(fields)
            text = f"{{ {self._field(root, chosen, root.fields[chosen], 0, conditional=False)} }}"  # type: ignore[union-attr,arg-type]
        else:
            text = self._selections(root, 0, is_root=kind is OperationType.QUERY)  # type: ignore[arg-type]
        variables = [literals.variables[it] for it in sorted(literals.used)]
        declared = ", ".join(
            f"${it.name}: {it.type}" + ("" if it.default is None else f" = {it.default}")
            for it in variables
        )
        tag = ""
        if self._tags and kind is not OperationType.SUBSCRIPTION and self._choices.chance(3):
            tag = " @tag"
        if kind is OperationType.QUERY and not (name or declared or tag):
            return text, variables
        return (
            f"{kind.value} {name or ''}{f'({declared})' if declared else ''}{tag} {text}",
            variables,
        )

    # -- selections ----------------------------------------------------------------

    def _selections(self, type_: GraphQLNamedType, depth: int, *, is_root: bool = False) -> str:
        choices = self._choices
        parts = []
        for _ in range(choices.one_of([2, 3, 1, 4, 5])):
            what = choices.number(0, 99)
            if depth < self._depth and self._left > 0 and what >= 90:
                parts.append(self._spread(type_, depth))
            elif depth < self._depth and self._left > 0 and what >= 80:
                parts.append(self._inline(type_, depth))
            elif what >= 73:
                parts.append(self._typename(type_))
            elif is_root and what >= 73 - self._introspects:
                parts.append(self._introspection())
            else:
                parts.append(self._any_field(type_, depth))
        return f"{{ {' '.join(parts)} }}"

    def _any_field(self, type_: GraphQLNamedType, depth: int) -> str:
        if isinstance(type_, GraphQLUnionType):
            return self._typename(type_)
        ends = depth >= self._depth or self._left <= 0
        fields = {
            name: it
            for name, it in type_.fields.items()  # type: ignore[attr-defined]
            if name not in self._left_out
            and not (ends and is_composite_type(get_named_type(it.type)))
        }
        if not fields:
            return self._typename(type_)
        # Rather what has fields itself: answers are to be deep, and wide where they are deep.
        objects = [
            name for name, it in fields.items() if is_composite_type(get_named_type(it.type))
        ]
        names = objects if objects and self._choices.chance(60) else list(fields)
        name = self._choices.one_of(names)
        return self._field(type_, name, fields[name], depth)

    def _field(
        self,
        parent: GraphQLNamedType,
        name: str,
        field: GraphQLField,
        depth: int,
        *,
        conditional: bool = True,
    ) -> str:
        self._left -= 1
        arguments = self._arguments(parent, name, field)
        key = self._key(Told(parent, name, arguments, str(field.type)))
        conditions = self._conditions() if conditional else ""
        named = get_named_type(field.type)
        inner = "" if is_leaf_type(named) else f" {self._selections(named, depth + 1)}"
        shown = name if key == name else f"{key}: {name}"
        return f"{shown}{arguments}{conditions}{inner}"

    def _typename(self, type_: GraphQLNamedType) -> str:
        key = self._key(Told(type_, TYPENAME, "", "String!"))
        shown = TYPENAME if key == TYPENAME else f"{key}: {TYPENAME}"
        return f"{shown}{self._conditions()}"

    def _key(self, told: Told) -> str:
        """A key that the answer may have for it: its name, an alias, or one made for it."""
        choices = self._choices
        key = choices.one_of(_ALIASES) if choices.chance(25) else told.field
        number = 0
        wanted = key
        while any(not told.agrees(it) for it in self._keys.get(key, ())):
            number += 1
            key = f"{wanted.strip('_')}_{number}"
        self._keys.setdefault(key, []).append(told)
        return key

    def _arguments(self, parent: GraphQLNamedType, name: str, field: GraphQLField) -> str:
        if not field.args:
            return ""
        choices = self._choices
        before = self._asked.setdefault((parent.name, name), [])
        if before and choices.chance(50):
            text = choices.one_of(before)
            # Its variables are this operation's too.
            self.literals.used |= {it for it in self.literals.variables if _holds(text, it)}
            return text
        given = []
        for argument, it in field.args.items():
            has_default = it.default is not None or it.default_value is not Undefined
            is_required = str(it.type).endswith("!") and not has_default
            if is_required or choices.chance(50):
                literal = self.literals.argument(it.type, name=argument, has_default=has_default)
                given.append(f"{argument}: {literal}")
        text = f"({', '.join(given)})" if given else ""
        before.append(text)
        return text

    def _conditions(self) -> str:
        choices = self._choices
        found = ""
        if choices.chance(12):
            name = choices.one_of(["include", "skip"])
            found += f" @{name}(if: {self.literals.condition()})"
            if choices.chance(20):
                other = "skip" if name == "include" else "include"
                found += f" @{other}(if: {self.literals.condition()})"
        if self._tags and choices.chance(3):
            found += " @tag(n: 1)"
        return found

    # -- fragments -----------------------------------------------------------------

    def _inline(self, type_: GraphQLNamedType, depth: int) -> str:
        choices = self._choices
        if choices.chance(20):
            return f"...{self._conditions()} {self._selections(type_, depth + 1)}"
        on = choices.one_of(self._overlapping(type_))
        return f"... on {on}{self._conditions()} {self._selections(on, depth + 1)}"

    def _spread(self, type_: GraphQLNamedType, depth: int) -> str:
        choices = self._choices
        overlapping = self._overlapping(type_)
        known = [it for it in self._fragments if it.type in overlapping and it.many <= self._left]
        if known and choices.chance(60):
            fragment = choices.one_of(known)
        else:
            on = choices.one_of(overlapping)
            outside, self.literals.used = self.literals.used, set()
            before = self._left
            text = self._selections(on, depth + 1)
            fragment = Fragment(
                f"F{len(self._fragments)}",
                on,
                text,
                frozenset(self.literals.used),
                before - self._left,
            )
            self._fragments.append(fragment)
            self.literals.used = outside
        self._left -= fragment.many
        self.literals.used |= fragment.variables
        return f"...{fragment.name}{self._conditions()}"

    def _overlapping(self, type_: GraphQLNamedType) -> list[GraphQLNamedType]:
        """The types whose fields an object of the type may have, itself first."""
        schema = self._schema
        possible = self._possible(type_)
        return [type_] + [
            it
            for it in schema.type_map.values()
            if it is not type_
            and is_composite_type(it)
            and not it.name.startswith("__")
            and possible & self._possible(it)
        ]

    def _possible(self, type_: Any) -> set[str]:
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            return {it.name for it in self._schema.get_possible_types(type_)}
        return {type_.name}

    # -- introspection -------------------------------------------------------------

    def _introspection(self) -> str:
        choices = self._choices
        root: Any = self._schema.query_type
        name = choices.one_of(["__type", "__schema"])
        field = self._schema.get_field(root, name)
        assert field is not None
        arguments = ""
        if name == "__type":
            arguments = f'(name: "{choices.one_of([*self._schema.type_map, "Nowhere"])}")'
        key = self._key(Told(root, name, arguments, str(field.type)))
        before, self._depth = self._depth, min(self._depth, 3)
        inner = self._selections(get_named_type(field.type), 1)
        self._depth = before
        return f"{'' if key == name else f'{key}: '}{name}{arguments} {inner}"


def _holds(text: str, variable: str) -> bool:
    return (
        f"${variable})" in text
        or f"${variable}," in text
        or any(f"${variable}{end}" in text for end in "]} ")
    )
