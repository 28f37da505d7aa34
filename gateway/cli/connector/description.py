"""What the files that describe connectors may say: for editors, and for people."""

import json
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from gateway.cli.connector.reference import reference
from gateway.cli.output import answer, answer_json, fail

GROUP = "tillgraph.connector_schemas"


def print_schema(output: Path | None) -> None:
    """Print the schema of YAML files that describe a connector, or write it to a file."""
    schema = _schema()
    if output is None:
        answer_json(schema)
        return
    output.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    answer(str(output))


def print_reference(output: Path | None) -> None:
    """Print every key as tables, or write them to a file."""
    page = reference(_schema())
    if output is None:
        answer(page.rstrip("\n"))
        return
    output.write_text(page, encoding="utf-8")
    answer(str(output))


def _schema() -> dict[str, Any]:
    point = next(iter(entry_points(group=GROUP, name="yaml")), None)
    if point is None:
        fail("nothing is installed that loads such files")
    schema: dict[str, Any] = point.load()()
    return schema
