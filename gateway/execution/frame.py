"""Objects of one place of the document, and where in the answer each of them stands."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from graphql.pyutils import Path
from typing_extensions import override

from gateway.execution.plan import FieldPlan, Selection

if TYPE_CHECKING:
    from gateway.execution.early import Early

Place = tuple[int, tuple[int, ...]]
"""Number of the parent in its frame, and the indices of the lists between."""


class Frame:
    """All objects that one selection is made for at once: their sources, and their answers.

    An object may stand at several places: equal sources are answered once.
    """

    __slots__ = (
        *("_level", "_paths", "_places"),
        *("dicts", "early", "field", "kinds", "parent", "selection", "sources"),
    )

    def __init__(
        self,
        selection: Selection,
        sources: Sequence[Any],
        parent: "Frame | None" = None,
        field: FieldPlan | None = None,
        places: "Sequence[Sequence[Place]] | Places | None" = None,
        *,
        kinds: set[type] | None = None,
    ) -> None:
        self.selection = selection
        self.sources = sources
        # The classes of the sources, where whoever made the frame has looked at them.
        self.kinds = kinds
        self.dicts: list[dict[str, Any]] = []
        # By the field beneath that was asked for before this frame's values had come.
        self.early: dict[FieldPlan, Early] = {}
        self.parent = parent
        self.field = field
        self._places = places
        self._paths: list[Path | None] | None = None
        self._level: Path | None = None

    def places(self, number: int) -> Sequence[Place]:
        """Where one of the objects stands beneath the parent frame."""
        if isinstance(self._places, Places):
            self._places = self._places.all(self.sources)
        return self._places[number] if self._places is not None else ()

    def path(self, number: int) -> Path | None:
        """The path of an object as resolvers are told it; of its first place."""
        if self.parent is None or self.field is None:
            return None
        if self._paths is None:
            self._paths = [None] * len(self.sources)
        found = self._paths[number]
        if found is None:
            parent_number, indices = self.places(number)[0]
            found = self.parent.field_path(parent_number, self.field)
            for index in indices:
                found = found.add_key(index, None)
            self._paths[number] = found
        return found

    def field_path(self, number: int, field: FieldPlan) -> Path:
        """The path of an object's field."""
        return Path(self.path(number), field.key, field.parent.name)

    def level_path(self, field: FieldPlan) -> Path:
        """The path of a field of all objects together: names without indices."""
        above = self._level
        if above is None and self.parent is not None and self.field is not None:
            above = self._level = self.parent.level_path(self.field)
        known = field.level_paths.get(id(above))
        if known is None:
            known = field.level_paths[id(above)] = Path(above, field.key, field.parent.name)
        return known

    def chains(self, number: int) -> "Iterator[list[Step]]":
        """Every way from the root to an object: the fields that are passed, the outermost first."""
        if self.parent is None or self.field is None:
            yield []
            return
        for parent_number, indices in self.places(number):
            for chain in self.parent.chains(parent_number):
                yield [*chain, (self.field, indices)]


Step = tuple[FieldPlan, tuple[int, ...]]


class Places:
    """Where objects stand, worked out when somebody asks: only errors and paths need it."""

    __slots__ = ("values",)

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values

    def all(self, sources: Sequence[Any]) -> Sequence[Sequence[Place]]:
        """Each object's places."""
        raise NotImplementedError


class ListPlaces(Places):
    """Of the items of each parent's list, in order."""

    @override
    def all(self, sources: Sequence[Any]) -> Sequence[Sequence[Place]]:
        """See `Places.all`."""
        return [
            [(parent, (index,))]
            for parent, items in enumerate(self.values)
            if items is not None
            for index in range(len(items))
        ]


class SinglePlaces(Places):
    """Of each parent's one object; those without are left out, and the same one stands once."""

    @override
    def all(self, sources: Sequence[Any]) -> Sequence[Sequence[Place]]:
        """See `Places.all`."""
        by_source: dict[int, list[Place]] = {}
        singles: list[list[Place]] = []
        for parent, value in enumerate(self.values):
            if value is not None:
                by_source.setdefault(id(value), []).append((parent, ()))
                singles.append([(parent, ())])
        if len(singles) == len(sources):
            return singles
        return [by_source[id(source)] for source in sources]
