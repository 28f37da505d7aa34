"""Reads `tillgraph.yaml`."""

import os
from collections.abc import Mapping
from pathlib import Path

from connectors.sdk.registry import Registry
from gateway.settings.crosscheck import crosschecked
from gateway.settings.document import SIZE_MAX, read
from gateway.settings.environment import Environment
from gateway.settings.model import Settings
from gateway.settings.problem import ConfigurationError, Problem
from gateway.settings.shape import shaped

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
    document = read(_text(path), environment.substitute)
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


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_MAX + 1)
    except OSError as error:
        reason = f"cannot be read: {error.strerror or type(error).__name__}"
        raise ConfigurationError(path, [Problem(1, 1, "", reason)]) from error
    if len(content) > SIZE_MAX:
        raise ConfigurationError(path, [Problem(1, 1, "", f"larger than {SIZE_MAX} bytes")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        problem = Problem(line, column, "", "expected UTF-8")
        raise ConfigurationError(path, [problem]) from error
