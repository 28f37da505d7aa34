"""Generated code that turns sources into objects of plain leaves, one function a selection."""

import keyword
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gateway.execution.plan import FieldPlan

Project = Callable[[Sequence[Any]], list[dict[str, Any]]]


class Projection:
    """Makes a selection's objects, in the order of its fields.

    What is not a plain leaf is None until it is filled in. The functions raise where a value is
    not what its type says at first sight; then nothing has happened yet, and the fields are
    resolved one by one instead.
    """

    __slots__ = ("_fields", "_of_attributes", "_of_items", "blank", "plain")

    def __init__(self, fields: "Sequence[FieldPlan]") -> None:
        self._fields = fields
        self.plain = [it for it in fields if it.is_projected and it.typename is None]
        self.blank = {it.key: it.typename for it in fields}
        self._of_attributes: Project | None = None
        self._of_items: Project | None = None

    def of_attributes(self) -> Project:
        """For sources whose attributes are the fields."""
        if self._of_attributes is None:
            self._of_attributes = _compiled(self._fields, _attribute)
        return self._of_attributes

    def of_items(self) -> Project | None:
        """For dictionaries; None where a field is read from an attribute alone."""
        if not all(it.default_resolved for it in self.plain):
            return None
        if self._of_items is None:
            self._of_items = _compiled(self._fields, _item)
        return self._of_items


def _attribute(name: str) -> str:
    return f"getattr(s, {name!r})" if keyword.iskeyword(name) else f"s.{name}"


def _item(name: str) -> str:
    return f"s.get({name!r})"


def _compiled(fields: "Sequence[FieldPlan]", read: Callable[[str], str]) -> Project:
    scope: dict[str, Any] = {}
    lines, entries = [], []
    for number, field in enumerate(fields):
        key = repr(field.key)
        if field.typename is not None:
            entries.append(f"{key}: {field.typename!r}")
        elif not field.is_projected or field.leaf is None:
            entries.append(f"{key}: None")
        else:
            value, leaf = f"v{number}", field.leaf
            scope[f"c{number}"] = leaf.coerce
            lines.append(f"{value} = {read(field.attribute or field.name)}")
            if leaf.as_is is not None:
                lines.append(f"if not ({leaf.as_is.format(v=value)}): {value} = c{number}({value})")
            elif leaf.names is not None:
                scope[f"n{number}"] = leaf.names.get
                lines.append(f"{value} = n{number}(id({value})) or c{number}({value})")
            else:
                lines.append(f"{value} = c{number}({value})")
            entries.append(f"{key}: {value}")
    body = "".join(f"        {line}\n" for line in lines)
    text = (
        "def project(sources):\n    made = []\n    add = made.append\n    for s in sources:\n"
        f"{body}        add({{{', '.join(entries)}}})\n    return made\n"
    )
    exec(compile(text, "<plan>", "exec"), scope)  # noqa: S102 - names are GraphQL's, keys are quoted
    project: Project = scope["project"]
    return project
