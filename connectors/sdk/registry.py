"""Finds connectors by entry point, and learns what each offers."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files

from msgspec import Struct
from pydantic import BaseModel

from connectors.sdk import ports
from connectors.sdk.manifest import Manifest, ManifestError
from connectors.sdk.source import Connector

GROUP = "tillgraph.connectors"

PORTS: Mapping[str, type] = {
    port.__name__: port
    for port in (
        ports.CustomerReader,
        ports.OrderReader,
        ports.CatalogReader,
        ports.StockReader,
        ports.IncomingReader,
        ports.LoyaltyReader,
        ports.TerminalDriver,
    )
}


class ConnectorType(Struct, frozen=True):
    """An installed connector. `ports` are the names of the ports that its class implements."""

    name: str
    cls: type[Connector]
    config: type[BaseModel]
    manifest: Manifest
    ports: frozenset[str]


class BrokenConnector(Struct, frozen=True):
    """An entry point that could not be loaded, and why."""

    name: str
    reason: str


class Registry:
    """Every connector installed beside us. Order: by name. One that is broken hurts no other."""

    def __init__(self, found: Mapping[str, ConnectorType | BrokenConnector]) -> None:
        self._found = dict(sorted(found.items()))

    @classmethod
    def discover(cls) -> "Registry":
        """Load what the installed packages offer in the group `tillgraph.connectors`."""
        offers: dict[str, dict[str, EntryPoint]] = {}
        for point in entry_points(group=GROUP):
            offers.setdefault(point.name, {})[point.value] = point
        return cls({name: _load(name, list(points.values())) for name, points in offers.items()})

    @property
    def working(self) -> Mapping[str, ConnectorType]:
        """The connectors that can be used."""
        return {name: it for name, it in self._found.items() if isinstance(it, ConnectorType)}

    @property
    def broken(self) -> Mapping[str, BrokenConnector]:
        """The entry points that could not be loaded."""
        return {name: it for name, it in self._found.items() if isinstance(it, BrokenConnector)}


def _load(name: str, points: Sequence[EntryPoint]) -> ConnectorType | BrokenConnector:
    if len(points) > 1:
        # Which one is meant cannot be told, and one of them may be an impostor.
        return BrokenConnector(name, f"offered twice: {', '.join(it.value for it in points)}")
    try:
        return describe(name, points[0].load())
    except (Exception, SystemExit) as error:  # noqa: BLE001 - an import may raise anything
        return BrokenConnector(name, f"{type(error).__name__}: {error}")


def describe(name: str, connector: type[Connector]) -> ConnectorType:
    """Read a connector class: its manifest, its configuration model and its ports.

    Raises:
        ManifestError: The manifest is missing or wrong, or bears another name.
        TypeError: It is no connector: no class, or one whose `Config` is no pydantic model.
    """
    if not isinstance(connector, type):
        raise TypeError("the entry point must name a class")
    if not issubclass(connector.Config, BaseModel):
        raise TypeError("Config must be a pydantic model")
    manifest = _manifest(connector)
    if manifest.id != name:
        raise ManifestError(f"manifest.toml: id: expected {name!r}, the entry point's name")
    return ConnectorType(
        name=name,
        cls=connector,
        config=connector.Config,
        manifest=manifest,
        ports=frozenset(port for port, role in PORTS.items() if issubclass(connector, role)),
    )


def _manifest(connector: type[Connector]) -> Manifest:
    package = connector.__module__.rpartition(".")[0]
    if not package:
        raise ManifestError("the class must lie in a package, with manifest.toml beside it")
    file = files(package) / "manifest.toml"
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ManifestError(f"{package}/manifest.toml: {error}") from error
    return Manifest.parse(content, where=f"{package}/manifest.toml")
