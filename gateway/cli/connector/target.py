"""The connector that a command is about: an installed one, a YAML file, or a folder."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from connectors.sdk.document.problem import ConfigurationError
from connectors.sdk.document.shape import nearest
from connectors.sdk.manifest import ManifestError
from connectors.sdk.registry import (
    ConnectorType,
    Registry,
    describe,
    is_file,
    load_file,
)
from connectors.sdk.source import Connector
from gateway.cli.output import Exit, fail

DESCRIPTION = "connector.yaml"


def found(target: str) -> ConnectorType:
    """The connector; where there is none, the command ends with exit code 2 and says why."""
    try:
        return located(target)
    except ConfigurationError as error:
        fail(str(error), code=Exit.CONFIGURATION)
    except (LookupError, ManifestError, TypeError) as error:
        fail(str(error.args[0]), code=Exit.CONFIGURATION)


def located(target: str) -> ConnectorType:
    """The connector of a name, in a YAML file, or in the folder of a package.

    Raises:
        ConfigurationError: The file is wrong; every problem has its place.
        LookupError: There is no such connector, or it cannot be imported.
        ManifestError: Its manifest does not fit it.
        TypeError: The class is no connector.
    """
    path = Path(target)
    if is_file(target):
        if not path.is_file():
            raise LookupError(f"there is no file {target}")
        return load_file(path)
    registry = Registry.discover()
    kind = registry.find(target)
    if kind is None and path.is_dir():
        return _in_folder(path.resolve())
    if kind is None:
        told = nearest(target, registry.working)
        raise LookupError(f"no connector {target!r} is installed; {told}")
    return registry.kind(target)


def _in_folder(folder: Path) -> ConnectorType:
    """The connector of a folder: what an entry point would find, or else its YAML file."""
    if (folder / "client.py").is_file():
        return describe(folder.name, _class_in(folder), home=folder)
    if (folder / DESCRIPTION).is_file():
        return load_file(folder / DESCRIPTION)
    if (folder / folder.name).is_dir():  # what `tillgraph connector new` makes holds the package
        return _in_folder(folder / folder.name)
    raise LookupError(f"{folder.name} holds neither client.py nor {DESCRIPTION}")


def _class_in(folder: Path) -> type[Connector]:
    """The class of `client.py`, imported as a part of its outermost package."""
    parts, root = [folder.name], folder.parent
    while (root / "__init__.py").is_file():
        parts.insert(0, root.name)
        root = root.parent
    sys.path.insert(0, str(root))
    try:
        module = import_module(".".join([*parts, "client"]))
    except Exception as error:
        told = f"{folder.name}/client.py cannot be imported: {type(error).__name__}: {error}"
        raise LookupError(told) from error
    finally:
        sys.path.remove(str(root))
    found: dict[str, Any] = vars(module)
    classes = [it for it in found.values() if _is_connector(it, module.__name__)]
    if len(classes) != 1:
        raise LookupError(f"{folder.name}/client.py holds {len(classes)} connectors; expected one")
    connector: type[Connector] = classes[0]
    return connector


def _is_connector(value: object, module: str) -> bool:
    """Whether it is a class with what every connector has, and no other module's."""
    return (
        isinstance(value, type)
        and hasattr(value, "Config")
        and hasattr(value, "probe")
        and (value.__module__ == module or hasattr(value, "Manifest"))
    )
