"""One request, by kind of source. Texts are templates unless said otherwise."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from typing_extensions import override

from connectors.declarative.model.part import Part, Scalar, Tree
from connectors.declarative.template import TemplateError, names

# A bind of SQLAlchemy's text(): not a cast (::), and not escaped.
_BIND = re.compile(r"(?<![:\w\\]):([a-z_]\w*)(?![:\w])")


class Request(Part):
    """What every request has."""

    TEMPLATES: ClassVar[tuple[str, ...]] = ()

    def placeholders(self) -> Iterator[tuple[str, str]]:
        """Each name that the request wants a value of, after the key that it stands in.

        Raises:
            TemplateError: A brace stands alone.
        """
        for key in self.TEMPLATES:
            for name in names(getattr(self, key)):
                yield key, name

    @cached_property
    def asks_for_all(self) -> bool:
        """Whether one request is for all keys."""
        return any(name == "keys" for _, name in self.placeholders())

    def stray(self) -> tuple[str, str] | None:
        """The key of a text that is no template, and what was expected."""
        for key in self.TEMPLATES:
            try:
                list(names(getattr(self, key)))
            except TemplateError as error:
                return key, str(error)
        return None


class HttpRequest(Request):
    """A request over HTTP."""

    TEMPLATES = ("path", "params", "headers", "body", "form")

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] | None = Field(
        default=None, description="HTTP method; GET without a body, else POST."
    )
    path: str = Field(
        pattern=r"^/[^?#]*$",
        description="Path below the base address. Values are percent-encoded, whatever they hold.",
    )
    params: dict[str, Scalar | list[Scalar]] = Field(
        default_factory=dict,
        description="Query string. A list repeats its parameter; one whose value is absent is left"
        " out.",
    )
    join: str = Field(default=",", description='What stands between the keys of "{keys}".')
    headers: dict[str, str] = Field(default_factory=dict, description="Headers.")
    body: Tree = Field(
        default=None,
        description='Body. What is exactly "{keys}" is the list itself; an entry of a mapping whose'
        " value is absent is left out. A body of XML is a text, into which values go escaped.",
    )
    form: dict[str, Scalar] | None = Field(default=None, description="Or a form's fields.")
    missing: tuple[int, ...] = Field(
        default=(),
        description="Statuses that mean that the one {key} asked for is unknown, such as 404.",
    )


class GraphQlRequest(Request):
    """An operation of GraphQL."""

    TEMPLATES = ("variables",)

    query: str = Field(min_length=1, description="The document, sent as it is; no template.")
    operation: str | None = Field(
        default=None, description="Which of the document's operations is meant."
    )
    variables: dict[str, Tree] = Field(
        default_factory=dict, description='Variables; what is exactly "{keys}" is the list itself.'
    )


class SoapRequest(Request):
    """An operation of a SOAP service."""

    TEMPLATES = ("arguments",)

    operation: str = Field(description="The operation's name in the WSDL.")
    arguments: dict[str, Tree] = Field(
        default_factory=dict, description='Arguments; what is exactly "{keys}" is the list itself.'
    )


class SqlRequest(Request):
    """A statement."""

    TEMPLATES = ("binds",)

    statement: str = Field(
        min_length=1,
        description="The statement, sent as it is. Values are bound by name: = :key, IN :keys,"
        " <= :before. A name that the port does not give is one of `binds`.",
    )
    binds: dict[str, Scalar] = Field(
        default_factory=dict, description="Further values by name, as templates."
    )

    padded: dict[str, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict,
        description="Width of the column of type CHAR with which a value after IN is compared, by"
        " the value's name. It is bound both with the spaces that fill the column and without, as"
        " databases keep them or not; a text that the column cannot hold is left out.",
    )

    @model_validator(mode="after")
    def _of_the_statement(self) -> "SqlRequest":
        for name in self.padded.keys() - set(_BIND.findall(self.statement)):
            raise ValueError(f"padded: the statement has no :{name}")
        return self

    @override
    def placeholders(self) -> Iterator[tuple[str, str]]:
        """See `Request.placeholders`. A bind that is none of `binds` is a name as well."""
        yield from super().placeholders()
        for name in dict.fromkeys(_BIND.findall(self.statement)):
            if name not in self.binds:
                yield "statement", name


class FileRequest(Request):
    """Rows of a file."""

    TEMPLATES = ("where",)

    where: dict[str, Scalar] = Field(
        default_factory=dict,
        description='Column to what it must hold, as a template; "{keys}" is any of the keys.',
    )
