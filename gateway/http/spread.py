"""What a document comes to once its fragments are spread out, as an executor sees it."""

from collections.abc import Iterable, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from gateway.http.errors import TooDear

# Validation compares every two fields that share a place in the answer, at 2 microseconds each.
_PAIRS_MAX = 10_000
_FIELDS_MAX = 10_000


def check_spread(document: DocumentNode) -> None:
    """Walk the document once, place by place, and stop where it comes to too much.

    Two thousand tokens can stand for any number of fields, and for millions of pairs of fields to
    be compared. A fragment that spreads itself never ends, and so is too much as well.

    Raises:
        TooDear: Too many fields, or too many of the same name in one place.
    """
    fragments = {
        it.name.value: it for it in document.definitions if isinstance(it, FragmentDefinitionNode)
    }
    walk = _Walk(fragments)
    for definition in document.definitions:
        # Fragments are walked as well: validation compares their fields by themselves.
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            walk.place([definition.selection_set])


class _Walk:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._fields = 0
        self._pairs = 0

    def place(self, start: list[SelectionSetNode]) -> None:
        """Count one place of the answer, where some selection sets meet, and all below it."""
        places = [start]
        while places:
            by_name: dict[str, list[FieldNode]] = {}
            for node in self._fields_in(places.pop()):
                name = node.alias.value if node.alias else node.name.value
                by_name.setdefault(name, []).append(node)
            for nodes in by_name.values():
                self._count(len(nodes))
                if below := [node.selection_set for node in nodes if node.selection_set]:
                    places.append(below)

    def _count(self, same: int) -> None:
        self._fields += same
        self._pairs += same * (same - 1) // 2
        if self._fields > _FIELDS_MAX:
            raise TooDear(
                f"Spread out, the document has more than {_FIELDS_MAX} fields,"
                " or a fragment contains itself."
            )
        if self._pairs > _PAIRS_MAX:
            raise TooDear("The document asks for the same fields too many times in one place.")

    def _fields_in(self, sets: Iterable[SelectionSetNode]) -> Iterable[FieldNode]:
        waiting = list(sets)
        spread: set[str] = set()
        while waiting:
            for node in waiting.pop().selections:
                if isinstance(node, FieldNode):
                    yield node
                elif isinstance(node, InlineFragmentNode):
                    waiting.append(node.selection_set)
                elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                    spread.add(node.name.value)
                    if fragment := self._fragments.get(node.name.value):
                        waiting.append(fragment.selection_set)
