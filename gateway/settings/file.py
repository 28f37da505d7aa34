"""Reads `tillgraph.yaml`."""

import os
from collections.abc import Mapping
from pathlib import Path

from connectors.sdk.document.content import read
from connectors.sdk.document.environment import Environment
from connectors.sdk.document.problem import ConfigurationError
from connectors.sdk.document.shape import shaped
from connectors.sdk.document.text import text_of
from connectors.sdk.registry import Registry
from gateway.settings.crosscheck import crosschecked
from gateway.settings.model import Settings

DEFAULT_PATH = Path("tillgraph.yaml")


def load(path: Path, registry: Registry, variables: Mapping[str, str] | None = None) -> Settings:
    """Read and check the whole file. Nothing is opened, and no system is asked.

    Args:
        path: The file.
        registry: The connectors that are installed.
        variables: What `${NAME}` stands for; None is the environment.

    Raises:
        ConfigurationError: All that is wrong, each with line, column, key and what was expected.
    """
    environment = Environment(os.environ if variables is None else variables)
    document = read(text_of(path), environment.substitute)
    problems = list(document.problems)
    if problems and document.content is None:
        raise ConfigurationError(path, problems)
    settings = shaped(Settings, document, (), document.content, environment)
    if isinstance(settings, list):
        problems += settings
    problems += crosschecked(document, registry, environment)
    if problems or isinstance(settings, list):
        raise ConfigurationError(path, problems)
    return settings
