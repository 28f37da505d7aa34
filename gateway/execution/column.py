"""The quick way: the values of one field, seen as a column of things of one kind.

Each function looks at the classes of a whole column first. Where one of them could be more than a
plain value, it declines before anything has happened, and the exact way is taken.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from gateway.execution.frame import Frame, ListPlaces, SinglePlaces
from gateway.execution.plan import FieldPlan, Selection
from gateway.execution.projection import Project

if TYPE_CHECKING:
    from gateway.execution.run import Run

_NONE = type(None)
_LISTS = {list, tuple}


def project(frame: Frame) -> bool:
    """Make a frame's objects with their plain leaves. False: they take the exact way."""
    made = _projection_for(frame)
    try:
        frame.dicts = made(frame.sources) if made is not None else []
    except Exception:  # noqa: BLE001 - the exact way finds what it was, and whose
        return False
    return made is not None


def _projection_for(frame: Frame) -> Project | None:
    """How the frame's plain leaves are read; None where that must be found out one by one."""
    selection = frame.selection
    if not selection.projection.plain:
        return selection.projection.of_attributes()  # reads nothing
    kinds = frame.kinds or set(map(type, frame.sources))
    if len(kinds) > 1:
        return _projection(selection, kinds)
    kind = next(iter(kinds))
    if kind not in selection.projects:
        selection.projects[kind] = _projection(selection, kinds)
    return selection.projects[kind]


def _projection(selection: Selection, kinds: set[type]) -> Project | None:
    projection = selection.projection
    if kinds == {dict}:
        return projection.of_items()
    if any(issubclass(kind, Mapping) for kind in kinds):
        return None
    reads_plainly = selection.plan.reads_plainly
    if all(reads_plainly(kind, field) for kind in kinds for field in projection.plain):
        return projection.of_attributes()
    return None


def read_attribute(run: "Run", frame: Frame, field: FieldPlan) -> bool:
    """Complete a field that is an attribute of its parents. False: nothing has happened."""
    kinds = frame.kinds or set(map(type, frame.sources))
    name = field.attribute or field.name
    try:
        if kinds == {dict} and field.default_resolved:
            values = [source.get(name) for source in frame.sources]
        elif any(
            issubclass(kind, Mapping) or not run.plan.reads_plainly(kind, field) for kind in kinds
        ):
            return False
        else:
            values = [getattr(source, name) for source in frame.sources]
    except Exception:  # noqa: BLE001 - the exact way finds whose it was
        return False
    return not any(map(callable, values)) and complete(run, frame, field, values)


def complete(run: "Run", frame: Frame, field: FieldPlan, values: Sequence[Any]) -> bool:
    """Complete a column. False: it takes the exact way, and nothing has happened."""
    if field.leaf is not None:
        return field.list_depth == 0 and _leaves(frame, field, values)
    if field.object_type is None:
        return False
    if field.list_depth == 0:
        return _objects(run, frame, field, values)
    return field.list_depth == 1 and _lists(run, frame, field, values)


def _leaves(frame: Frame, field: FieldPlan, values: Sequence[Any]) -> bool:
    if field.leaf is None:
        return False
    try:
        told = field.leaf.column(values)
    except Exception:  # noqa: BLE001 - the exact way finds whose it was
        return False
    key = field.key
    for answer, value in zip(frame.dicts, told, strict=True):
        answer[key] = value
    return True


def _objects(run: "Run", frame: Frame, field: FieldPlan, values: Sequence[Any]) -> bool:
    kinds = _kinds(field, values)
    if kinds is None:
        return False
    if not kinds:
        return True  # all null, as the objects were made
    selection = _selection(run, field, kinds)
    if selection is None:
        return False
    key = field.key
    by_id = dict(zip(map(id, values), values, strict=True)) if selection.is_pure else {}
    if 0 < len(by_id) < len(values):
        by_id.pop(id(None), None)
        child = Frame(
            selection, list(by_id.values()), frame, field, SinglePlaces(values), kinds=kinds
        )
        run.expand(child)
        made_of = dict(zip(by_id, child.dicts, strict=True)).get
        for answer, made in zip(frame.dicts, map(made_of, map(id, values)), strict=True):
            answer[key] = made
        return True
    sources = [it for it in values if it is not None]
    child = Frame(selection, sources, frame, field, SinglePlaces(values), kinds=kinds)
    run.expand(child)
    answered = (it for it, value in zip(frame.dicts, values, strict=True) if value is not None)
    for answer, made in zip(answered, child.dicts, strict=True):
        answer[key] = made
    return True


def _lists(run: "Run", frame: Frame, field: FieldPlan, values: Sequence[Any]) -> bool:
    kinds = _kinds(field, values)
    if kinds is None or not kinds <= _LISTS:
        return False
    sources = list(chain.from_iterable(filter(None, values)))
    inner = set(map(type, sources))
    selection = _selection(run, field, inner)
    if selection is None:
        return False
    child = Frame(selection, sources, frame, field, ListPlaces(values), kinds=inner)
    if sources:
        run.expand(child)
    made, end = child.dicts, 0
    key = field.key
    for answer, value in zip(frame.dicts, values, strict=True):
        if value is None:
            answer[key] = None
        else:
            begin, end = end, end + len(value)
            answer[key] = made[begin:end]
    return True


def _kinds(field: FieldPlan, values: Sequence[Any]) -> set[type] | None:
    """The classes of a column's values, null aside; None where it is null and must not be."""
    kinds = set(map(type, values))
    if _NONE in kinds and field.required:
        return None
    kinds.discard(_NONE)
    return kinds


def _selection(run: "Run", field: FieldPlan, kinds: set[type]) -> Selection | None:
    """What objects of these classes are asked for; None where they may be more than objects."""
    type_ = field.object_type
    if type_ is None:
        return None
    plan = run.plan
    is_known = kinds <= plan.known_classes(type_)
    if not is_known and (type_.is_type_of is not None or not all(map(plan.is_inert, kinds))):
        return None
    try:
        return plan.selection(field, type_)
    except Exception:  # noqa: BLE001 - it is each object's, as the exact way tells
        return None
