"""What is said over a websocket: the protocol `graphql-transport-ws`."""

from enum import IntEnum
from typing import Any

import msgspec
from msgspec import Struct

from gateway.http.errors import Malformed
from gateway.http.request import GraphQLRequest, from_json

PROTOCOL = "graphql-transport-ws"


class Close(IntEnum):
    """Why a socket is closed."""

    BAD_MESSAGE = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    WRONG_PROTOCOL = 4406
    NOT_INITIALISED = 4408
    ID_IN_USE = 4409
    TOO_MANY = 4429


class Closing(Exception):  # noqa: N818
    """The socket must be closed, for this reason."""

    def __init__(self, code: Close, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Init(Struct, tag="connection_init", tag_field="type", frozen=True):
    """The client's first message; `payload` may hold its key."""

    payload: dict[str, Any] | None = None


class Ping(Struct, tag="ping", tag_field="type", frozen=True):
    """Asks for a pong."""

    payload: dict[str, Any] | None = None


class Pong(Struct, tag="pong", tag_field="type", frozen=True):
    """The answer to a ping, or a sign of life that nobody asked for."""

    payload: dict[str, Any] | None = None


class Subscribe(Struct, tag="subscribe", tag_field="type", frozen=True):
    """Starts an operation of any kind under an id of the client's."""

    id: str
    payload: msgspec.Raw

    @property
    def request(self) -> GraphQLRequest:
        """The operation. Raises `Closing`."""
        try:
            return from_json(bytes(self.payload))
        except Malformed as error:
            raise Closing(Close.BAD_MESSAGE, "The payload is no GraphQL request") from error


class Complete(Struct, tag="complete", tag_field="type", frozen=True):
    """Ends an operation."""

    id: str


Message = Init | Ping | Pong | Subscribe | Complete
_DECODER = msgspec.json.Decoder(Message)


def message(text: str | None) -> Message:
    """Read what a client says; None is what it says in bytes. Raises `Closing`."""
    try:
        said: Message = _DECODER.decode(text or "")
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise Closing(Close.BAD_MESSAGE, "The message is not one of the protocol") from error
    if isinstance(said, Subscribe | Complete) and not said.id:
        raise Closing(Close.BAD_MESSAGE, "The id is empty")
    return said
