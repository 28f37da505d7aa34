"""Lists the connectors that are installed."""

from rich.console import Console
from rich.table import Table

from connectors.sdk.registry import Registry
from gateway.cli.output import answer_json


def show(registry: Registry, *, as_json: bool) -> None:
    """Print every connector with its version and ports, and why any cannot be loaded."""
    if as_json:
        working: dict[str, dict[str, object]] = {
            name: {"version": kind.manifest.version, "ports": sorted(kind.ports), "error": None}
            for name, kind in registry.working.items()
        }
        broken: dict[str, dict[str, object]] = {
            name: {"version": None, "ports": [], "error": it.reason}
            for name, it in registry.broken.items()
        }
        answer_json({**working, **broken})
        return
    table = Table("connector", "system", "version", "ports")
    for name, kind in registry.working.items():
        manifest = kind.manifest
        table.add_row(name, manifest.title, manifest.version, ", ".join(sorted(kind.ports)))
    for name, it in registry.broken.items():
        table.add_row(name, "[red]cannot be loaded[/]", "", it.reason)
    Console().print(table)
