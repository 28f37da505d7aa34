"""Reads a file into the class of a connector."""

from pathlib import Path
from typing import Any

from connectors.declarative.check import checked
from connectors.declarative.configuration import config_model
from connectors.declarative.connector import DeclarativeConnector
from connectors.declarative.exchange import loaded
from connectors.declarative.methods import METHODS
from connectors.declarative.model.file import FILES, AnyFile
from connectors.sdk.document.content import Document, read
from connectors.sdk.document.environment import Environment
from connectors.sdk.document.problem import ConfigurationError, Problem
from connectors.sdk.document.shape import nearest, shaped
from connectors.sdk.document.text import text_of
from connectors.sdk.manifest import Manifest
from connectors.sdk.source import Connector


def connector_class(path: Path) -> type[Connector]:
    """The class that a file describes: it has the port methods that the file names.

    Raises:
        ConfigurationError: All that is wrong, each with line, column, key and what was expected.
    """
    file = file_of(path)
    methods = {name: loaded(METHODS[name]) for name, part in file.ports if part is not None}
    name = "".join(word.capitalize() for word in file.id.split("_"))
    manifest = {field: getattr(file, field) for field in Manifest.model_fields}
    made: Any = type(
        name,
        (DeclarativeConnector,),
        {
            "__doc__": f"{file.title}, by {path.name}.",
            "__module__": __name__,
            "Config": config_model(f"{name}Config", file.config),
            "Manifest": Manifest(**manifest),
            "file": file,
            "folder": path.absolute().parent,
            **methods,
        },
    )
    kind: type[Connector] = made
    return kind


def file_of(path: Path) -> AnyFile:
    """Read and check a file. No system is asked.

    Raises:
        ConfigurationError: See `connector_class`.
    """
    # What differs between deployments is in the configuration: the file knows no environment.
    document = read(text_of(path), lambda text: (text, None))
    problems = list(document.problems)
    if problems and document.content is None:
        raise ConfigurationError(path, problems)
    file = _shaped(document)
    if isinstance(file, list):
        raise ConfigurationError(path, problems + file)
    problems += [document.problem(*finding) for finding in checked(file, path.absolute().parent)]
    if problems:
        raise ConfigurationError(path, problems)
    return file


def _shaped(document: Document) -> AnyFile | list[Problem]:
    kind = document.value(("source", "kind"))
    model = FILES.get(kind) if isinstance(kind, str) else None
    if model is None:
        hint = nearest(str(kind), FILES) if kind else f"expected one of: {', '.join(FILES)}"
        return [document.problem(("source", "kind"), f"a kind of source is required; {hint}")]
    return shaped(model, document, (), document.content, Environment({}))
