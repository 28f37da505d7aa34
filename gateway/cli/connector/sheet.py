"""A connector's capabilities as a page in Markdown."""

from collections.abc import Iterator

from pydantic.fields import FieldInfo

from connectors.sdk.claims import methods
from connectors.sdk.registry import ConnectorType


def sheet(kind: ConnectorType) -> str:
    """Markdown: what it offers, how gently it asks, and what it wants to be told."""
    manifest = kind.manifest
    parts = [
        f"# {manifest.title}",
        f"Connector `{kind.name}`, version {manifest.version}.",
        "## What it offers",
        _table(("port", "method", "kind", "freshness", "repeatable"), _offers(kind)),
        "## How gently it asks",
        _table(("limit", "value", "meaning"), _limits(kind)),
        "## Personal data",
        ", ".join(f"`{field}`" for field in manifest.personal_data) or "None.",
        "## Configuration",
        _table(("key", "default", "meaning"), _keys(kind)) if kind.config.model_fields else "None.",
    ]
    return "\n\n".join(parts) + "\n"


def _offers(kind: ConnectorType) -> Iterator[tuple[str, ...]]:
    fresh = kind.manifest.freshness_s
    for port in sorted(kind.ports):
        for method in methods(port, writes=False):
            age = f"{fresh[method]:g} s" if method in fresh else "not kept"
            yield f"`{port}`", f"`{method}`", "reads", age, "yes"
        for method in methods(port, writes=True):
            again = "yes" if method in kind.manifest.idempotent_writes else "no"
            yield f"`{port}`", f"`{method}`", "writes", "", again


def _limits(kind: ConnectorType) -> Iterator[tuple[str, ...]]:
    limits = kind.manifest.limits
    for name, field in type(limits).model_fields.items():
        value = getattr(limits, name)
        yield f"`{name}`", "none" if value is None else f"{value:g}", field.description or ""


def _keys(kind: ConnectorType) -> Iterator[tuple[str, ...]]:
    for name, field in kind.config.model_fields.items():
        yield f"`{field.alias or name}`", _default(field), field.description or ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True, validated_data={})
    return f"`{default}`" if default not in (None, "", (), {}) else "none"


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in it)} |" for it in lines
    )
