"""What a client asks: a document, the operation meant, and its variables."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct, field

from gateway.http.errors import Malformed


class GraphQLRequest(Struct, frozen=True):
    """A request as GraphQL over HTTP defines it. Members that it does not define are ignored."""

    query: str
    operation_name: str | None = field(name="operationName", default=None)
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None


def from_json(body: bytes) -> GraphQLRequest:
    """Read a request from JSON. Raises `Malformed`."""
    try:
        return msgspec.json.decode(body, type=GraphQLRequest)
    except RecursionError as error:
        raise Malformed("The JSON is nested too deeply.") from error
    except msgspec.ValidationError as error:
        if body.lstrip()[:1] == b"[":
            raise Malformed("Send one operation a request: batches are not taken.") from error
        # Its text names the member and the types, never the value.
        raise Malformed(f"The request is not as it should be: {error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed("The body is not JSON in UTF-8.") from error


def from_query_string(given: Mapping[str, str]) -> GraphQLRequest:
    """Read a request from the parameters of an address; an empty one is as good as none.

    Raises:
        Malformed: There is no document, or a parameter is not the JSON that it should be.
    """
    if not given.get("query"):
        raise Malformed("The parameter `query` is missing: it is the document.")
    return GraphQLRequest(
        query=given["query"],
        operation_name=given.get("operationName") or None,
        variables=_object(given, "variables"),
        extensions=_object(given, "extensions"),
    )


def _object(given: Mapping[str, str], name: str) -> dict[str, Any] | None:
    if not (text := given.get(name)):
        return None
    try:
        return msgspec.json.decode(text, type=dict[str, Any] | None)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise Malformed(f"The parameter `{name}` is not a JSON object.") from error
