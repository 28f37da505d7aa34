"""What no part of the file knows alone: whether its parts fit each other."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from connectors.declarative.finding import (
    Finding,
    config_names,
    map_finding,
    parts_of,
    table_finding,
    template_finding,
)
from connectors.declarative.model.file import AnyFile
from connectors.declarative.model.lookup import LinkLookup, Lookup
from connectors.declarative.model.paging import TimeForm
from connectors.declarative.model.request import Request
from connectors.declarative.record_check import mapping_findings
from connectors.declarative.vocabulary import HAS_NO_KEY, NAMES, RECORDS_OF
from connectors.sdk.document.problem import Key
from connectors.sdk.document.shape import nearest


def checked(file: AnyFile, folder: Path) -> Iterator[Finding]:
    """Everything that does not fit."""
    yield from _ports(file)
    yield from _requests(file)
    yield from _names(file)
    yield from _source(file, folder)
    yield from mapping_findings(file, folder)


def _ports(file: AnyFile) -> Iterator[Finding]:
    declared = _declared(file)
    if not declared:
        yield ("ports",), f"a connector offers something; {nearest('', NAMES)}"
    for method, part in declared.items():
        record = RECORDS_OF[method]
        if record is not None and getattr(file.records, record) is None:
            yield ("ports", method), f"needs records.{record}"
        if getattr(part, "via_customers", False):
            ids = getattr(part, "ID", None)
            if ids is None or file.ports.customers is None:
                yield ("ports", method, "via_customers"), "needs ID here, and the port customers"
    for key, lookup in parts_of(file.ports, Lookup, ("ports",)):
        yield from _lookup(key, lookup)
        if isinstance(lookup, LinkLookup):
            yield from _link(key, lookup, declared[str(key[1])])


def _lookup(key: Key, lookup: Lookup[Any]) -> Iterator[Finding]:
    request = lookup.request
    if request.stray():
        return  # told with the requests
    used = {name for _, name in request.placeholders()}
    if any(name not in NAMES[str(key[1])] and "." not in name for name in used):
        return  # as above
    if len(used & {"key", "keys"}) != 1:
        yield (*key, "request"), "expected either {keys} or {key} in the request"
    has_no_key = key[1] in HAS_NO_KEY and lookup.match is None
    if "keys" in used and has_no_key:
        yield (*key, "match"), "required with {keys}: the records do not tell their key"
    if "key" in used and lookup.match == "position":
        yield (*key, "match"), "position is for {keys}; one {key} has no order"
    yield from _key_within(key, lookup)


def _key_within(key: Key, lookup: Lookup[Any]) -> Iterator[Finding]:
    """Whether a lookup that needs to be told where a row holds its key is told."""
    if lookup.match is None and (lookup.none_when or lookup.each):
        yield (*key, "match"), "required with each and none_when: a row may make no record"
    if lookup.match is None and (lookup.gather or lookup.without):
        yield (*key, "match"), "required with gather and without: tell where a row holds its key"
    if lookup.match == "position" and (lookup.each or lookup.gather or lookup.without):
        yield (
            (*key, "match"),
            "position is not for each, gather and without; tell where a row holds its key",
        )


def _link(key: Key, lookup: LinkLookup[Any], lookups: BaseModel) -> Iterator[Finding]:
    if lookups.model_fields_set != {"LINK"}:
        yield key, "stands alone: it asks by all keys together"
    if not lookup.request.stray() and not lookup.request.asks_for_all:
        yield (*key, "request"), "expected {keys}: LINK asks for all customers in one call"
    if lookup.match == "position":
        yield (*key, "match"), "expected where the answer holds our reference"


def _requests(file: AnyFile) -> Iterator[Finding]:
    config = config_names(file)
    for key, request in parts_of(file.probe, Request, ("probe",)):
        yield from _request(key, request, config)
    for method, part in _declared(file).items():
        for key, request in parts_of(part, Request, ("ports", method)):
            yield from _request(key, request, config | NAMES[method])
    auth = getattr(file.source, "auth", None)
    for name, value in (*_texts(file.source, ("source",)), *_texts(auth, ("source", "auth"))):
        yield from template_finding(name, value, config)


def _names(file: AnyFile) -> Iterator[Finding]:
    """Whether the tables, maps and zones that ports name are there."""
    if file.customers_of is not None:
        yield from template_finding(("customers_of",), file.customers_of, config_names(file))
    for key, part in parts_of(file.ports, BaseModel, ("ports",)):
        if isinstance(part, TimeForm) and part.zone is not None:
            yield from template_finding((*key, "zone"), part.zone, config_names(file))
        if isinstance(stores := getattr(part, "stores", None), str):
            yield from map_finding(file, (*key, "stores"), stores)
        if isinstance(channels := getattr(part, "channels", None), str):
            yield from table_finding(file, (*key, "channels"), channels)


def _request(key: Key, request: Request, allowed: set[str] | frozenset[str]) -> Iterator[Finding]:
    if stray := request.stray():
        yield (*key, stray[0]), stray[1]
        return
    for name, placeholder in request.placeholders():
        if placeholder not in allowed:
            hint = nearest(placeholder, allowed)
            yield (*key, name), f"{{{placeholder}}} has no value here; {hint}"


def _texts(part: BaseModel | None, key: Key) -> Iterator[tuple[Key, Any]]:
    """The templates of a source: its texts, lists and mappings of texts."""
    if part is None:
        return
    for name, value in part:
        if isinstance(value, BaseModel):
            yield from _texts(value, (*key, name)) if name != "auth" else ()
        elif isinstance(value, str | dict) and "{" in str(value):
            yield (*key, name), value


def _source(file: AnyFile, folder: Path) -> Iterator[Finding]:
    wsdl = getattr(file.source, "wsdl", None)
    if wsdl is not None and not (folder / wsdl).is_file():
        yield ("source", "wsdl"), "there is no such file beside this one"


def _declared(file: AnyFile) -> Mapping[str, Any]:
    return {name: part for name, part in file.ports if part is not None}
