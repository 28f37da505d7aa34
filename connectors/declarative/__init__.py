"""Connectors that a YAML file describes, without code."""

from importlib.resources import as_file, files
from pathlib import Path

from connectors.declarative.json_schema import json_schema
from connectors.declarative.loader import connector_class
from connectors.sdk.source import Connector

__all__ = ["connector_class", "json_schema", "load", "packaged_connector"]


def packaged_connector(module: str) -> type[Connector]:
    """The class that `connector.yaml` describes, beside the module of this name.

    A package says `AcmeErp = packaged_connector(__name__)`, and its entry point names that.

    Raises:
        ConfigurationError: See `connector_class`.
    """
    package = module.rpartition(".")[0]
    with as_file(files(package) / "connector.yaml") as path:
        made = connector_class(path)
    made.__module__ = module
    return made


def load(path: Path) -> type[Connector]:
    """The loader of the entry point group `tillgraph.connector_loaders`: see `connector_class`."""
    return connector_class(path)
