"""Finds connectors, by entry point or as files that describe one, and learns what each offers."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct
from pydantic import BaseModel

from connectors.sdk.claims import offered, unfounded
from connectors.sdk.document.problem import dotted
from connectors.sdk.manifest import Manifest, ManifestError
from connectors.sdk.source import Connector

GROUP = "tillgraph.connectors"
LOADERS = "tillgraph.connector_loaders"

Loader = Callable[[Path], type[Connector]]
"""Makes a connector's class from a file; it is an entry point named after the files' suffix."""

_SUFFIXES = {".yaml": "yaml", ".yml": "yaml"}


class ConnectorType(Struct, frozen=True):
    """A connector that can be used. `ports` are the names of the ports that its class implements.

    `home` is the folder in which its manifest lies, None where it is in no folder.
    """

    name: str
    cls: type[Connector]
    config: type[BaseModel]
    manifest: Manifest
    ports: frozenset[str]
    home: Path | None = None


class BrokenConnector(Struct, frozen=True):
    """A connector that could not be loaded, and why."""

    name: str
    reason: str


class Registry:
    """Every connector installed beside us. Order: by name. One that is broken hurts no other.

    Connectors that are files are loaded when they are asked for.
    """

    def __init__(self, found: Mapping[str, ConnectorType | BrokenConnector]) -> None:
        self._found = dict(sorted(found.items()))
        self._files: dict[Path, tuple[bytes, ConnectorType | BrokenConnector]] = {}

    @classmethod
    def discover(cls) -> "Registry":
        """Load what the installed packages offer in the group `tillgraph.connectors`."""
        offers: dict[str, dict[str, EntryPoint]] = {}
        for point in entry_points(group=GROUP):
            offers.setdefault(point.name, {})[point.value] = point
        return cls({name: _load(name, list(points.values())) for name, points in offers.items()})

    @property
    def working(self) -> Mapping[str, ConnectorType]:
        """The installed connectors that can be used."""
        return {name: it for name, it in self._found.items() if isinstance(it, ConnectorType)}

    @property
    def broken(self) -> Mapping[str, BrokenConnector]:
        """The entry points that could not be loaded."""
        return {name: it for name, it in self._found.items() if isinstance(it, BrokenConnector)}

    def find(self, name: str) -> ConnectorType | BrokenConnector | None:
        """The connector of a name, or in a file; None where there is no such name.

        A file gives the same object until its content changes.
        """
        if not is_file(name):
            return self._found.get(name)
        path = Path(name).absolute()
        try:
            content = path.read_bytes()
        except OSError as error:
            return BrokenConnector(name, f"cannot be read: {error.strerror}")
        if path not in self._files or self._files[path][0] != content:
            self._files[path] = (content, _loaded(name))
        return self._files[path][1]

    def kind(self, name: str) -> ConnectorType:
        """The connector of a name, or in a file.

        Raises:
            LookupError: There is none, or it cannot be loaded; the message says why.
        """
        found = self.find(name)
        if isinstance(found, ConnectorType):
            return found
        if found is None:
            raise LookupError(f"no connector {name!r} is installed")
        raise LookupError(f"the connector {name!r} cannot be loaded: {found.reason}")


def is_file(name: str) -> bool:
    """Whether a connector's name is the path of a file that describes one."""
    return Path(name).suffix in _SUFFIXES


def load_file(path: Path) -> ConnectorType:
    """Load a file that describes a connector, with the loader that is installed for its suffix.

    Raises:
        ManifestError: No loader is installed, or the description does not fit its ports.
        Exception: Whatever the loader raises; the YAML one `ConfigurationError`, with every place.
    """
    suffix = _SUFFIXES.get(path.suffix, "")
    loader = next(iter(entry_points(group=LOADERS, name=suffix)), None)
    if loader is None:
        raise ManifestError(f"nothing is installed that loads {path.suffix or 'such'} files")
    load: Loader = loader.load()
    connector = load(path)
    declared = getattr(connector, "Manifest", None)
    name = declared.id if isinstance(declared, Manifest) else path.stem
    return describe(name, connector, home=path.absolute().parent)


def describe(name: str, connector: type[Connector], *, home: Path | None = None) -> ConnectorType:
    """Read a connector class: its manifest, its configuration model and its ports.

    A class made from a description bears its manifest as `Manifest`; the others have a
    `manifest.toml` beside them.

    Raises:
        ManifestError: The manifest is missing or wrong, bears another name, or claims what the
            class does not offer.
        TypeError: It is no connector: no class, or one whose `Config` is no pydantic model.
    """
    if not isinstance(connector, type):
        raise TypeError("the entry point must name a class")
    if not issubclass(connector.Config, BaseModel):
        raise TypeError("Config must be a pydantic model")
    declared = getattr(connector, "Manifest", None)
    is_made = isinstance(declared, Manifest)
    manifest = declared if isinstance(declared, Manifest) else _manifest(connector)
    where = connector.__qualname__ if is_made else "manifest.toml"
    if manifest.id != name:
        raise ManifestError(f"{where}: id: expected {name!r}, the entry point's name")
    for key, told in unfounded(manifest, connector):
        raise ManifestError(f"{where}: {dotted(key)}: {told}")
    return ConnectorType(
        name=name,
        cls=connector,
        config=connector.Config,
        manifest=manifest,
        ports=offered(connector),
        home=home or _folder(connector.__module__),
    )


def _load(name: str, points: Sequence[EntryPoint]) -> ConnectorType | BrokenConnector:
    if len(points) > 1:
        # Which one is meant cannot be told, and one of them may be an impostor.
        return BrokenConnector(name, f"offered twice: {', '.join(it.value for it in points)}")
    try:
        return describe(name, points[0].load(), home=_folder(points[0].module))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - an import may raise anything
        return BrokenConnector(name, f"{type(error).__name__}: {error}")


def _loaded(name: str) -> ConnectorType | BrokenConnector:
    try:
        return load_file(Path(name))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it may name a module to import
        return BrokenConnector(name, "; ".join(str(error).splitlines()) or type(error).__name__)


def _folder(module: str) -> Path | None:
    """The folder of the package in which a module lies; None where it lies in no package."""
    package = module.rpartition(".")[0]
    spec = find_spec(package) if package else None
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None


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
