"""Reads the configuration for a command, or ends the command with all that is wrong with it."""

import json
import os
from pathlib import Path

from pydantic import ValidationError

from connectors.sdk.document.problem import ConfigurationError
from connectors.sdk.registry import Registry
from gateway.cli.output import Exit, answer, answer_json, fail
from gateway.demo.configuration import Addresses, sample_configuration
from gateway.demo.readers import simulator_setup
from gateway.http.settings import HttpSettings
from gateway.settings.file import load
from gateway.settings.handbook import handbook, placed
from gateway.settings.model import Settings
from gateway.settings.reference import json_schema


def read(path: Path, registry: Registry) -> Settings:
    """The settings in a file. When they are wrong, the command ends with exit code 2."""
    try:
        return load(path, registry)
    except ConfigurationError as error:
        fail(str(error), next_step=next_step(path), code=Exit.CONFIGURATION)


def next_step(path: Path) -> str:
    """What to do when a configuration is wrong."""
    if path.exists():
        return f"Correct it, then try: tillgraph check --config {path}"
    return "Name another with --config FILE; `tillgraph demo` writes one to begin with."


def listening(settings: Settings, host: str | None, port: int | None) -> Settings:
    """The settings with the address that the command line asks for, checked like the file's own.

    Raises:
        ValueError: The address is not allowed, such as one beyond loopback without keys.
    """
    wanted = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    if not wanted:
        return settings
    server = {name: getattr(settings.server, name) for name in HttpSettings.model_fields}
    try:
        checked = HttpSettings.model_validate({**server, **wanted})
    except ValidationError as error:
        told = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in ("server", *told["loc"]))
        raise ValueError(f"{where}: {told['msg'].removeprefix('Value error, ')}") from error
    return settings.model_copy(update={"server": checked})


def print_sample(
    addresses: Addresses, host: str, *, readers: Path | None, output: Path | None
) -> None:
    """Print the sample retailer's configuration, or write it to a file.

    `readers` is told the stores' readers, in the form that the simulator reads.
    """
    if readers is not None:
        readers.write_text(json.dumps(simulator_setup(), ensure_ascii=False) + "\n", "utf-8")
    server: dict[str, object] = {}
    if host:
        key = {"name": "till", "key": "${TILLGRAPH_KEY}", "role": "staff"}
        server = {"host": host, "keys": [key]}
    text = sample_configuration(addresses, server=server)
    if output is None:
        answer(text.rstrip("\n"))
        return
    output.write_text(text, encoding="utf-8")
    answer(os.fspath(output))


def print_schema(output: Path | None) -> None:
    """Print the JSON Schema of the configuration, or write it to a file."""
    schema = json_schema(Registry.discover())
    if output is None:
        answer_json(schema)
        return
    output.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    answer(os.fspath(output))


def print_reference(output: Path | None) -> None:
    """Print the tables of every key, or write them to a file: between its marks if it has them."""
    tables = handbook(Registry.discover())
    if output is None:
        answer(tables.rstrip("\n"))
        return
    page = output.read_text(encoding="utf-8") if output.exists() else ""
    output.write_text(placed(page, tables), encoding="utf-8")
    answer(os.fspath(output))
