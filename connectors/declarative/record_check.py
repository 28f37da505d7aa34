"""Whether a file's mappings fit its tables and its configuration."""

from collections.abc import Iterator
from pathlib import Path

from connectors.declarative.finding import (
    Finding,
    config_names,
    map_finding,
    parts_of,
    table_finding,
    template_finding,
)
from connectors.declarative.mapping import compiled, paths_above
from connectors.declarative.model.field import ValueField
from connectors.declarative.model.file import AnyFile
from connectors.declarative.model.records import RECORDS
from connectors.declarative.template import TemplateError
from connectors.declarative.terms import MappingError, Terms


def mapping_findings(file: AnyFile, folder: Path) -> Iterator[Finding]:
    """Everything that does not fit, so far as it does not need the configuration's values."""
    for key, field in parts_of(file.records, ValueField, ("records",)):
        if field.enum is not None:
            yield from table_finding(file, (*key, "enum"), field.enum)
        if field.map is not None:
            yield from map_finding(file, (*key, "map"), field.map)
        for name in ("value", "zone", "region"):
            text = getattr(field, name, None)
            if isinstance(text, str):
                yield from template_finding((*key, name), text, config_names(file))
    for name, spec in file.records:
        for above in paths_above(spec) if spec is not None else ():
            yield ("records", name, *above), "nothing stands above it; ^. is for the fields of each"
    yield from _trial(file, folder)


def _trial(file: AnyFile, folder: Path) -> Iterator[Finding]:
    terms = Terms("trial", file.enums, {}, folder, is_trial=True)
    for name, record in RECORDS.items():
        if (spec := getattr(file.records, name)) is not None:
            try:
                compiled(name, record, spec, terms)
            except MappingError as error:
                yield ("records", name, *error.key), error.message
            except TemplateError:
                continue  # told with the field
