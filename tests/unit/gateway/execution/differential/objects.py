"""Objects of every class that a resolver may return."""

from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType

from tests.unit.gateway.execution.differential.marks import EARLY, ROUGH, STYLE, TIDY, WAY
from tests.unit.gateway.execution.differential.shapes import (
    KIND,
    PLACE,
    Bare,
    Called,
    Items,
    Plain,
    Record,
    Thing,
    known_class,
)

if TYPE_CHECKING:
    from tests.unit.gateway.execution.differential.values import Maker

_FORMS = {
    ROUGH: ("dict", "known", "plain", "thing", "record", "rare"),
    TIDY: ("dict", "known", "plain"),
    EARLY: ("known", "plain", "thing"),
}
_RARE = ("items", "called", "bare")
# Deeper than this, fields are made when they are read: objects may hold each other for ever.
_MADE_WHOLE = {ROUGH: 2, TIDY: 3, EARLY: 2}

SHARED = 1
"""Objects that stand at many places are as deep as this; none deeper is one of them."""


class Whole:
    """One object. `eager` counts the objects around it that were made with all their fields."""

    def __init__(self, maker: "Maker", type_: GraphQLObjectType, place: str, eager: int) -> None:
        self._maker = maker
        self._world = maker.world
        self._type = type_
        self._place = place
        self._eager = eager

    def told(self) -> Any:
        """The object, of one class or another."""
        name, place, told = self._type.name, self._place, self._typename()
        known: dict[str, Any] = {KIND: name, PLACE: place, "__typename": told}
        form = self._form()
        if form == "record":
            return Record(self._read, known)
        if form == "thing":
            return Thing(self._read, name, place, told)
        fields = self._fields()
        if form in {"dict", "items"}:
            return {**known, **fields} if form == "dict" else Items({**known, **fields})
        classes = {"known": known_class(name), "plain": Plain, "called": Called, "bare": Bare}
        return classes[form](fields, name, place, told)

    def _form(self) -> str:
        world = self._world
        style = world.schema.extensions[STYLE]
        if self._eager >= _MADE_WHOLE[style]:
            return "record" if style == ROUGH else "thing"
        alike = self._place if world.happens("mixed", self._place) else self._type.name
        form = world.pick("object", alike, _FORMS[style])
        return world.pick("rare object", self._place, _RARE) if form == "rare" else form

    def _typename(self) -> Any:
        world, place = self._world, self._place
        if world.happens("bare", place):
            return None
        if world.happens("types", place):
            return world.pick("told", place, ("Nowhere", "Colour", 5, "Query"))
        return self._type.name

    def _fields(self) -> dict[str, Any]:
        """The fields that the document asks for; some of them are missing."""
        world = self._world
        return {
            field: self._entry(field, self._eager + 1)
            for field in self._type.fields
            if field in world.selected and world.number("missing", f"{self._place}/{field}") % 12
        }

    def _read(self, field: str) -> Any:
        if field not in self._type.fields:
            raise AttributeError(field)
        return self._entry(field, None)

    def _entry(self, field: str, eager: int | None) -> Any:
        """What graphql-core's default resolver finds; `eager` is None where it is read just now."""
        definition, place = self._type.fields[field], f"{self._place}/{field}"
        maker = self._maker
        if definition.extensions[WAY] == "attribute":
            return maker.value(definition.type, place, eager or 0)  # which is no function
        if self._world.happens("calls", place):
            return maker.function(definition.type, place)
        if eager is None:
            return maker.answer(definition.type, place)
        return maker.value(definition.type, place, eager)
