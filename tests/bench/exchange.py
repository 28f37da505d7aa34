"""Single requests: to a server that is measured, and to the systems behind it."""

import http.client
from collections.abc import Mapping
from typing import Any

import msgspec

from tests.bench.configuration import KEY

HEADERS: Mapping[str, str] = {"authorization": f"Bearer {KEY}"}
_TIMEOUT_S = 60


class WrongAnswerError(Exception):
    """A server answered something else than data."""


def asked(port: int, body: bytes) -> Any:
    """The data of one answer.

    Raises:
        WrongAnswerError: There are errors, or it is no answer of GraphQL.
    """
    sent = {"content-type": "application/json", "accept": "application/json", **HEADERS}
    status, content = _exchanged(port, "POST", "/graphql", body, sent)
    try:
        answer = msgspec.json.decode(content)
    except msgspec.DecodeError:
        answer = None
    if not isinstance(answer, dict) or "errors" in answer or "data" not in answer:
        raise WrongAnswerError(f"HTTP {status}: {content[:2_000]!r}")
    return answer["data"]


def calls(estate_port: int) -> Mapping[str, int]:
    """How often each path of the systems was asked since this was last asked."""
    found: Mapping[str, int] = msgspec.json.decode(_exchanged(estate_port, "GET", "/_stats")[1])
    return found


def delay(estate_port: int, milliseconds: float) -> None:
    """Make the systems take so long from now on."""
    _exchanged(estate_port, "GET", f"/_delay?ms={milliseconds:g}")


def _exchanged(
    port: int, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
