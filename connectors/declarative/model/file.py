"""The whole file: one model for each kind of source, so that each knows its own requests."""

from collections.abc import Mapping
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field

from connectors.declarative.model.configuration import ConfigKey
from connectors.declarative.model.part import Expression, Name, Part, Scalar
from connectors.declarative.model.ports import Ports
from connectors.declarative.model.records import Records
from connectors.declarative.model.request import (
    FileRequest,
    GraphQlRequest,
    HttpRequest,
    SoapRequest,
    SqlRequest,
)
from connectors.declarative.model.source import (
    FileSource,
    GraphQlSource,
    JsonSource,
    SoapSource,
    SqlSource,
    XmlSource,
)
from connectors.sdk.manifest import Manifest

S = TypeVar("S", bound=Part)
R = TypeVar("R", bound=Part)

ErrorWord = Literal[
    "not_found",
    "unsupported",
    "rejected",
    "conflict",
    "rate_limited",
    "unavailable",
    "schema_drift",
    "outcome_unknown",
]


class ErrorRule(Part):
    """What an answer says that is none, whatever its status."""

    when: Expression = Field(
        description="What is there, and neither false nor empty, in such an answer."
    )
    code: Expression | None = Field(
        default=None, description="Where it holds the system's own code."
    )
    raises: dict[str, ErrorWord] = Field(
        default_factory=dict, alias="raise", description="The system's code to our error."
    )
    otherwise: ErrorWord = Field(default="rejected", description="The error of every other code.")
    retry_after_s: Expression | None = Field(
        default=None, description="Where it holds the seconds to wait, of rate_limited."
    )


class Probe(Part, Generic[R]):
    """A sign of life."""

    request: R = Field(description="The cheapest request that tells that the system is there.")


class ConnectorFile(Manifest, Part, Generic[S, R]):
    """A connector without code. The manifest's keys stand at the top."""

    config: dict[Name, ConfigKey] = Field(
        default_factory=dict, description="What tillgraph.yaml has to say, by key."
    )
    source: S = Field(description="Where the system is and how it is spoken to.")
    probe: Probe[R] = Field(description="A sign of life.")
    errors: tuple[ErrorRule, ...] = Field(
        default=(), description="Answers that are errors; the first rule that fits counts."
    )
    enums: dict[Name, dict[str, Annotated[Scalar, Field(union_mode="left_to_right")]]] = Field(
        default_factory=dict, description="Tables of the system's words to ours."
    )
    customers_of: str | None = Field(
        default=None,
        description="The source, as tillgraph.yaml names it, whose customer ids this system uses,"
        ' such as "{config.customers}". Absent: it has its own.',
    )
    records: Records = Field(description="How each of our records is filled from theirs.")
    ports: Ports[R] = Field(description="What the connector offers.")


AnyFile = ConnectorFile[Any, Any]

FILES: Mapping[str, type[AnyFile]] = {
    "http_json": ConnectorFile[JsonSource, HttpRequest],
    "http_graphql": ConnectorFile[GraphQlSource, GraphQlRequest],
    "http_xml": ConnectorFile[XmlSource, HttpRequest],
    "soap": ConnectorFile[SoapSource, SoapRequest],
    "sql": ConnectorFile[SqlSource, SqlRequest],
    "file": ConnectorFile[FileSource, FileRequest],
}
