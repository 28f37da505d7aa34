"""Where the system is and how it is spoken to, by kind."""

from typing import Literal

from pydantic import Field

from connectors.declarative.model.authentication import Auth, NoAuth
from connectors.declarative.model.part import Part


class HttpSource(Part):
    """What every source over HTTP has."""

    base_url: str = Field(
        default="{config.base_url}", description="Template of the address; never left."
    )
    headers: dict[str, str] = Field(
        default_factory=dict, description="Headers of every request, as templates of the config."
    )
    auth: Auth = Field(default=NoAuth(kind="none"), description="How we prove who we are.")


class JsonSource(HttpSource):
    """JSON over HTTP."""

    kind: Literal["http_json"] = Field(description="JSON over HTTP.")


class XmlSource(HttpSource):
    """XML over HTTP: elements become mappings, repeated ones lists, attributes `@name`."""

    kind: Literal["http_xml"] = Field(description="XML over HTTP.")
    lists: tuple[str, ...] = Field(
        default=(), description="Elements that are lists even where only one is there."
    )


class GraphQlSource(HttpSource):
    """GraphQL over HTTP."""

    kind: Literal["http_graphql"] = Field(description="GraphQL over HTTP.")
    path: str = Field(default="/graphql", pattern=r"^/[^?#]*$", description="The endpoint's path.")


class SoapSource(HttpSource):
    """SOAP 1.1."""

    kind: Literal["soap"] = Field(description="SOAP 1.1 from a WSDL.")
    wsdl: str = Field(
        pattern=r"^[\w.-]+$", description="File of the service's description, beside this one."
    )
    endpoint: str = Field(pattern=r"^/", description="Path of the service below the base address.")


class SqlSource(Part):
    """A SQL database, which is only read."""

    kind: Literal["sql"] = Field(description="A SQL database.")
    url: str = Field(
        default="{config.url}", description="Template of SQLAlchemy's address of the database."
    )


class Column(Part):
    """A column of a file with fixed widths."""

    name: str = Field(description="Its name.")
    start: int = Field(ge=1, description="Its first character or byte; 1 is the line's first.")
    width: int = Field(ge=1, description="How many there are.")


class SftpPlace(Part):
    """A folder on an SFTP server."""

    host: str = Field(description="Template of the server's name.")
    port: str = Field(default="22", description="Template of its port.")
    username: str = Field(description="Template of the user's name.")
    password: str | None = Field(default=None, description="Template of the password.")
    private_key: str | None = Field(
        default=None, description="Or template of the path of a private key."
    )
    known_hosts: str | None = Field(
        default=None, description="Template of the path of a known_hosts file."
    )
    fingerprint: str | None = Field(
        default=None, description="Or template of the host key's fingerprint, SHA256:…"
    )


class FileSource(Part):
    """Files that another system leaves in a folder: the newest that fits a pattern is read."""

    kind: Literal["file"] = Field(description="A file in a folder or on an SFTP server.")
    folder: str = Field(default="{config.folder}", description="Template of the folder's path.")
    pattern: str = Field(description="Pattern of the file's name, such as asn_*.csv.")
    sftp: SftpPlace | None = Field(default=None, description="The server that has the folder.")
    format: Literal["csv", "fixed"] = Field(default="csv", description="How a row is written.")
    encoding: str = Field(default="utf-8", description="Python's name of the encoding.")
    delimiter: str = Field(default=",", min_length=1, max_length=1, description="Of CSV.")
    quote: str = Field(default='"', min_length=1, max_length=1, description="Of CSV.")
    header: bool = Field(default=True, description="Whether the first row names the columns.")
    columns: tuple[str | Column, ...] = Field(
        default=(),
        description="The columns: names without a header, places of fixed widths; with a header,"
        " the names that it has to have.",
    )
    widths_in: Literal["characters", "bytes"] = Field(
        default="characters", description="What fixed widths count."
    )
    skip_first: int = Field(default=0, ge=0, description="Rows before the header to pass over.")
    trailer: int = Field(default=0, ge=0, description="Rows at the end that are no records.")
    trailer_mark: str | None = Field(
        default=None,
        description="What the first of those rows begins with; without it the file is cut off.",
    )
    trailer_count: int | None = Field(
        default=None, ge=1, description="Which of its fields holds the number of rows; 1 is first."
    )
