"""A connector's configuration as a command is given it."""

import os
from pathlib import Path

from msgspec import Struct
from pydantic import BaseModel

from connectors.sdk.document.content import read
from connectors.sdk.document.environment import Environment
from connectors.sdk.document.problem import ConfigurationError
from connectors.sdk.document.shape import nearest, shaped
from connectors.sdk.document.text import text_of
from connectors.sdk.manifest import Limits
from connectors.sdk.registry import ConnectorType, Registry
from gateway.cli import configuration
from gateway.cli.connector.target import found
from gateway.cli.output import Exit, fail


class Given(Struct, frozen=True):
    """A connector, what it is told, and within which limits it may ask."""

    kind: ConnectorType
    config: BaseModel
    limits: Limits
    source: str


def given(target: str, config: Path | None, source: str | None, settings: Path) -> Given:
    """What to connect to; where something is wrong, the command ends with exit code 2.

    With `source` it is as `settings` says, with `config` as that file says, otherwise nothing.
    """
    kind = found(target)
    if source is not None:
        return _configured(kind, source, settings)
    return Given(kind, _from_file(kind, config), kind.manifest.limits, kind.name)


def _configured(kind: ConnectorType, source: str, settings: Path) -> Given:
    registry = Registry.discover()
    sources = configuration.read(settings, registry).sources
    if source not in sources:
        told = nearest(source, sources)
        fail(f"{settings} has no source {source!r}; {told}", code=Exit.CONFIGURATION)
    wanted = sources[source]
    held = registry.kind(wanted.connector)
    if held.name != kind.name:
        fail(f"the source {source!r} is of the connector {held.name}", code=Exit.CONFIGURATION)
    limits = wanted.limits_within(held.manifest.limits)
    return Given(held, wanted.configured(held), limits, source)


def _from_file(kind: ConnectorType, path: Path | None) -> BaseModel:
    environment = Environment(os.environ)
    where = path or Path("(no file)")
    document = read("{}" if path is None else _text(path), environment.substitute)
    problems = list(document.problems)
    config = shaped(kind.config, document, (), document.content, environment)
    if isinstance(config, list):
        problems += config
    if problems or isinstance(config, list):
        step = "Give its keys in a YAML file with --config FILE, or name a --source."
        fail(str(ConfigurationError(where, problems)), next_step=step, code=Exit.CONFIGURATION)
    return config


def _text(path: Path) -> str:
    try:
        return text_of(path)
    except ConfigurationError as error:
        fail(str(error), code=Exit.CONFIGURATION)
