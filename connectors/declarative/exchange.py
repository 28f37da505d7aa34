"""What a source of any kind does: it is sent a request with values, and gives plain data."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

from connectors.declarative.faults import Faults
from connectors.declarative.template import Values
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits

# Loaded when a file needs them: SOAP and SFTP bring large libraries along.
WIRES: Mapping[str, str] = {
    "http_json": "connectors.declarative.http_json:JsonWire",
    "http_graphql": "connectors.declarative.http_graphql:GraphQlWire",
    "http_xml": "connectors.declarative.http_xml:XmlWire",
    "soap": "connectors.declarative.soap:SoapWire",
    "sql": "connectors.declarative.sql:SqlWire",
    "file": "connectors.declarative.file:FileWire",
}


class Answer(Struct, frozen=True):
    """What came back, decoded into mappings, lists, texts and numbers.

    Header names are in lower case; there are none but over HTTP.
    """

    content: Any
    headers: Mapping[str, str] = {}


class Surroundings(Struct, frozen=True):
    """What a wire is made with.

    `values` are the configuration's by the names of templates (`config.base_url`), secrets as
    plain texts. `folder` is where the file lies. `faults` tells the errors within answers.
    """

    values: Values
    folder: Path
    limits: Limits
    http: HttpClients
    faults: Faults


class Wire(Protocol):
    """One source of one kind. `request` is that kind's model, from `model.request`.

    Concurrency: any number of callers.
    """

    def __init__(self, source: Any, surroundings: Surroundings) -> None: ...

    def can_ask(self, key: str) -> bool:
        """Whether a key can be sent at all; one that cannot is unknown to the system."""
        ...

    async def ask(
        self, ctx: CallContext, request: Any, values: Values, *, write: bool = False
    ) -> Answer:
        """Send a request, filled with values beside the configuration's.

        Raises:
            NotFound: The system says that the one thing asked for is unknown.
            SourceError: Everything else by the closed set, what `faults` says first.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections and threads."""
        ...


def wire_of(source: Any, surroundings: Surroundings) -> Wire:
    """The wire to a source."""
    made: Callable[..., Wire] = loaded(WIRES[source.kind])
    return made(source, surroundings)


def loaded(name: str) -> Any:
    """What a `module:name` of ours stands for."""
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)
